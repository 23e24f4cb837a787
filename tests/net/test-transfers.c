/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files between the desk's backend and the real server, over a connection that breaks. */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "kefu-native-backend.h"
#include "net-fixture.h"

#define SIZE (3 * 1024 * 1024 + 17)

/* --- a wire that can be cut --- */

/* Passes bytes on between a TCP port and the server's socket. Threads of its own; what they share is atomic. */
typedef struct
{
  GSocketService *service;
  char *path;
  guint16 port;
  gint up;       /* bytes to the server so far */
  gint down;     /* bytes from it */
  gint cut_up;   /* -1: never; else the wire is cut when so many have passed */
  gint cut_down; /* the same */
} Wire;

typedef struct
{
  GSocket *from;
  GSocket *to;
  gint *count;
  gint *cut;
} Flow;

static gpointer
flow_thread (gpointer data)
{
  Flow *flow = data;
  char buffer[8192];

  for (;;)
    {
      gint left = g_atomic_int_get (flow->cut) < 0 ? (gint) sizeof buffer
                                                   : g_atomic_int_get (flow->cut) - g_atomic_int_get (flow->count);
      gssize n =
        left > 0 ? g_socket_receive (flow->from, buffer, (gsize) MIN (left, (gint) sizeof buffer), NULL, NULL) : 0;

      for (gssize sent = 0; sent < n;)
        {
          gssize m = g_socket_send (flow->to, buffer + sent, (gsize) (n - sent), NULL, NULL);

          if (m <= 0)
            n = 0;
          else
            sent += m;
        }
      if (n <= 0)
        break;
      g_atomic_int_add (flow->count, (gint) n);
    }
  g_socket_shutdown (flow->from, TRUE, TRUE, NULL);
  g_socket_shutdown (flow->to, TRUE, TRUE, NULL);
  return NULL;
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  Wire *wire = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (wire->path);
  g_autoptr (GSocketConnection) server = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  Flow up, down;
  GThread *thread;

  if (server == NULL)
    return TRUE;
  up = (Flow){ g_socket_connection_get_socket (connection), g_socket_connection_get_socket (server), &wire->up,
               &wire->cut_up };
  down = (Flow){ up.to, up.from, &wire->down, &wire->cut_down };
  thread = g_thread_new ("up", flow_thread, &up);
  flow_thread (&down);
  g_thread_join (thread);
  return TRUE;
}

/* @up, @down: after how many further bytes it is cut, -1: never. */
static void
wire_cut (Wire *self, gint up, gint down)
{
  g_atomic_int_set (&self->up, 0);
  g_atomic_int_set (&self->down, 0);
  g_atomic_int_set (&self->cut_up, up);
  g_atomic_int_set (&self->cut_down, down);
}

/* --- fixture --- */

typedef struct
{
  NetFixture net;
  Wire wire;
  KefuBackend *backend;
  char *dir;

  GAsyncResult *result;
  gint64 first; /* of the progress of the call at hand; -1: none yet */
  gint64 done;
  gint64 total;
  guint n_told;
  GCancellable *cancel_at_half;
} Fixture;

static KefuBackend *
backend_new (Fixture *fixture)
{
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u", fixture->wire.port);
  g_autoptr (GError) error = NULL;
  KefuBackend *backend = kefu_native_backend_new (address, &error);

  g_assert_no_error (error);
  kefu_backend_set_token (backend, fixture->net.token);
  return backend;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  net_set_up (&fixture->net, FALSE);
  fixture->dir = g_dir_make_tmp ("kefu-transfers-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->wire.path = g_build_filename (fixture->net.dir, "kefu.sock", NULL);
  fixture->wire.service = g_threaded_socket_service_new (-1);
  wire_cut (&fixture->wire, -1, -1);
  fixture->wire.port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (fixture->wire.service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->wire.service, "run", G_CALLBACK (run_cb), &fixture->wire);
  g_socket_service_start (fixture->wire.service);
  fixture->backend = backend_new (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  g_assert_finalize_object (g_steal_pointer (&fixture->backend));
  g_socket_service_stop (fixture->wire.service);
  g_socket_listener_close (G_SOCKET_LISTENER (fixture->wire.service));
  net_tear_down (&fixture->net);
  g_clear_object (&fixture->wire.service);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->wire.path);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->result = g_object_ref (result);
}

static void
progress_cb (gint64 done, gint64 total, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_null (fixture->result);
  g_assert_cmpint (done, >=, fixture->done);
  g_assert_cmpint (done, <=, total);
  if (fixture->first < 0)
    fixture->first = done;
  fixture->done = done;
  fixture->total = total;
  fixture->n_told++;
  if (fixture->cancel_at_half != NULL && done > 0)
    g_cancellable_cancel (fixture->cancel_at_half);
}

static void
begin (Fixture *fixture)
{
  g_clear_object (&fixture->result);
  fixture->first = -1;
  fixture->done = 0;
  fixture->n_told = 0;
}

static gboolean
put (Fixture *fixture, KefuBackend *backend, const char *sha256, GFile *file, gint64 size, GError **error)
{
  gboolean ok;

  begin (fixture);
  kefu_backend_put_blob_async (backend, sha256, file, size, progress_cb, fixture, fixture->cancel_at_half, done_cb,
                               fixture);
  NET_WAIT_UNTIL (fixture->result != NULL);
  ok = kefu_backend_put_blob_finish (backend, fixture->result, error);
  g_clear_object (&fixture->result);
  return ok;
}

static gboolean
fetch (Fixture *fixture, const char *sha256, GFile *target, GError **error)
{
  gboolean ok;

  begin (fixture);
  kefu_backend_fetch_blob_async (fixture->backend, sha256, target, progress_cb, fixture, fixture->cancel_at_half,
                                 done_cb, fixture);
  NET_WAIT_UNTIL (fixture->result != NULL);
  ok = kefu_backend_fetch_blob_finish (fixture->backend, fixture->result, error);
  g_clear_object (&fixture->result);
  return ok;
}

/* (transfer full): a file of @size bytes, different for every @seed. */
static GFile *
make_file (Fixture *fixture, const char *name, gsize size, guint seed, char **sha256)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
  g_autofree guint8 *content = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    content[i] = (guint8) ((i + seed) * 2654435761u >> 13);
  g_assert_true (g_file_set_contents (path, (const char *) content, (gssize) size, NULL));
  *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, content, size);
  return g_file_new_for_path (path);
}

static GFile *
place (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

  return g_file_new_for_path (path);
}

static gint64
size_of (GFile *file)
{
  struct stat status;

  return g_stat (g_file_peek_path (file), &status) == 0 ? status.st_size : -1;
}

static void
assert_same (GFile *a, GFile *b)
{
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;
  gsize n = 0, m = 0;

  g_assert_true (g_file_get_contents (g_file_peek_path (a), &x, &n, NULL));
  g_assert_true (g_file_get_contents (g_file_peek_path (b), &y, &m, NULL));
  g_assert_cmpmem (x, n, y, m);
}

static gint64
stored_size (Fixture *fixture)
{
  return net_sql_int (&fixture->net, "SELECT size FROM blob");
}

/* --- there --- */

static void
test_there_and_back (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { SIZE, 1, 0, 256 * 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *sha256 = NULL;
      g_autoptr (GFile) file = make_file (fixture, "file", sizes[i], i, &sha256);
      g_autoptr (GFile) target = place (fixture, "target");
      g_autoptr (GFile) part = place (fixture, "target.part");
      g_autoptr (GError) error = NULL;
      struct stat status;

      g_assert_true (put (fixture, fixture->backend, sha256, file, (gint64) sizes[i], &error));
      g_assert_no_error (error);
      g_assert_cmpint (fixture->done, ==, (gint64) sizes[i]);
      g_assert_cmpint (fixture->total, ==, (gint64) sizes[i]);
      g_assert_true (fetch (fixture, sha256, target, &error));
      g_assert_no_error (error);
      g_assert_cmpint (fixture->done, ==, (gint64) sizes[i]);
      assert_same (file, target);
      g_assert_cmpint (size_of (part), ==, -1);
      g_assert_cmpint (g_stat (g_file_peek_path (target), &status), ==, 0);
      g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
    }
}

static void
test_what_is_there_is_not_sent_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);

  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, NULL));
  wire_cut (&fixture->wire, -1, -1);
  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, NULL));
  g_assert_cmpint (g_atomic_int_get (&fixture->wire.up), <, 2048);
  g_assert_cmpint (fixture->done, ==, SIZE);
}

static void
test_an_upload_goes_on_where_it_was_cut (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GError) error = NULL;

  wire_cut (&fixture->wire, SIZE / 2, -1);
  g_assert_false (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NETWORK);
  g_clear_error (&error);

  wire_cut (&fixture->wire, -1, -1);
  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stored_size (fixture), ==, SIZE);
  /* Only what was missing, and the headers. */
  g_assert_cmpint (g_atomic_int_get (&fixture->wire.up), <, SIZE / 2 + 64 * 1024);
  g_assert_cmpint (fixture->first, >, SIZE / 4);
}

static void
test_an_upload_whose_answer_was_lost_is_done (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", 1000, 0, &sha256);
  g_autoptr (GError) error = NULL;

  /* The answer to HEAD passes, that to PUT does not. */
  wire_cut (&fixture->wire, -1, 400);
  while (!put (fixture, fixture->backend, sha256, file, 1000, &error) && stored_size (fixture) == 0)
    {
      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NETWORK);
      g_clear_error (&error);
      wire_cut (&fixture->wire, -1, g_atomic_int_get (&fixture->wire.cut_down) + 10);
    }
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NETWORK);
  g_clear_error (&error);
  wire_cut (&fixture->wire, -1, -1);
  g_assert_true (put (fixture, fixture->backend, sha256, file, 1000, &error));
  g_assert_no_error (error);
}

static void
test_an_upload_survives_the_servers_restart (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GError) error = NULL;

  wire_cut (&fixture->wire, SIZE / 2, -1);
  g_assert_false (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_clear_error (&error);
  net_restart (&fixture->net);
  wire_cut (&fixture->wire, -1, -1);
  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fixture->first, >, SIZE / 4);
}

static void
test_a_cancelled_upload_goes_on_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GError) error = NULL;

  fixture->cancel_at_half = g_cancellable_new ();
  g_assert_false (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&fixture->cancel_at_half);
  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stored_size (fixture), ==, SIZE);
}

/* As two desks of one agent do: each may be cut by the other, and tries again. */
static void
test_two_desks_bring_the_same_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  KefuBackend *backends[2] = { fixture->backend, backend_new (fixture) };
  gboolean done[2] = { FALSE, FALSE };

  for (guint n_tries = 0; !done[0] || !done[1]; n_tries++)
    {
      Fixture calls[2] = { { .result = NULL }, { .result = NULL } };

      g_assert_cmpuint (n_tries, <, 20);
      for (guint i = 0; i < 2; i++)
        kefu_backend_put_blob_async (backends[i], sha256, file, SIZE, NULL, NULL, NULL, done_cb, &calls[i]);
      NET_WAIT_UNTIL (calls[0].result != NULL && calls[1].result != NULL);
      for (guint i = 0; i < 2; i++)
        {
          done[i] = kefu_backend_put_blob_finish (backends[i], calls[i].result, NULL);
          g_object_unref (calls[i].result);
        }
    }
  g_assert_cmpint (stored_size (fixture), ==, SIZE);
  g_assert_finalize_object (backends[1]);
}

static void
test_what_cannot_be_brought_says_why (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autofree char *other = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "other", -1);
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GFile) missing = place (fixture, "missing");
  g_autoptr (GError) error = NULL;

  g_assert_false (put (fixture, fixture->backend, sha256, missing, SIZE, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (put (fixture, fixture->backend, sha256, file, SIZE - 1, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (put (fixture, fixture->backend, other, file, SIZE, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
  g_clear_error (&error);
  kefu_backend_set_token (fixture->backend, "nobody");
  g_assert_false (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_AUTH);
  g_clear_error (&error);
  g_assert_false (fetch (fixture, sha256, missing, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_AUTH);
  g_assert_cmpint (net_sql_int (&fixture->net, "SELECT count(*) FROM blob"), ==, 0);
}

static void
test_a_full_server_says_so_before_the_file_is_sent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GError) error = NULL;

  kefu_server_set_disk_reserve (fixture->net.server, G_MAXINT64);
  g_assert_false (put (fixture, fixture->backend, sha256, file, SIZE, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_SERVER);
  g_assert_nonnull (strstr (error->message, "nearly full"));
  g_assert_cmpint (g_atomic_int_get (&fixture->wire.up), <, 2048);
}

static void
test_a_file_that_is_too_large_is_refused_before_it_is_sent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "large", -1);
  g_autoptr (GFile) file = place (fixture, "large");
  g_autoptr (GError) error = NULL;
  FILE *stream = g_fopen (g_file_peek_path (file), "w");

  g_assert_cmpint (ftruncate (fileno (stream), 41 * 1024 * 1024), ==, 0);
  fclose (stream);
  g_assert_false (put (fixture, fixture->backend, sha256, file, 41 * 1024 * 1024, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
  g_assert_cmpint (g_atomic_int_get (&fixture->wire.up), <, 2048);
}

/* --- back --- */

static void
test_a_download_goes_on_where_it_was_cut (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GFile) target = place (fixture, "target");
  g_autoptr (GFile) part = place (fixture, "target.part");
  g_autoptr (GError) error = NULL;
  gint64 kept;

  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, NULL));
  wire_cut (&fixture->wire, -1, SIZE / 2);
  g_assert_false (fetch (fixture, sha256, target, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NETWORK);
  g_clear_error (&error);
  g_assert_cmpint (size_of (target), ==, -1);
  kept = size_of (part);
  g_assert_cmpint (kept, >, SIZE / 4);

  wire_cut (&fixture->wire, -1, -1);
  g_assert_true (fetch (fixture, sha256, target, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fixture->first, ==, kept);
  g_assert_cmpint (g_atomic_int_get (&fixture->wire.down), <, SIZE - kept + 2048);
  assert_same (file, target);
  g_assert_cmpint (size_of (part), ==, -1);
}

static void
test_a_bad_part_is_thrown_away (Fixture *fixture, gconstpointer data)
{
  static const gsize lengths[] = { 1000, SIZE, SIZE + 1000 };
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GFile) target = place (fixture, "target");

  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *ignored = NULL;
      g_autoptr (GFile) part = make_file (fixture, "target.part", lengths[i], 99, &ignored);
      g_autoptr (GError) error = NULL;

      begin (fixture);
      kefu_backend_fetch_blob_async (fixture->backend, sha256, target, NULL, NULL, NULL, done_cb, fixture);
      NET_WAIT_UNTIL (fixture->result != NULL);
      g_assert_true (kefu_backend_fetch_blob_finish (fixture->backend, fixture->result, &error));
      g_clear_object (&fixture->result);
      g_assert_no_error (error);
      assert_same (file, target);
      g_assert_cmpint (size_of (part), ==, -1);
      g_unlink (g_file_peek_path (target));
    }
}

static void
test_a_part_that_is_whole_needs_no_bytes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GFile) part = make_file (fixture, "target.part", SIZE, 0, &again);
  g_autoptr (GFile) target = place (fixture, "target");

  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, NULL));
  wire_cut (&fixture->wire, -1, -1);
  g_assert_true (fetch (fixture, sha256, target, NULL));
  g_assert_cmpint (g_atomic_int_get (&fixture->wire.down), <, 2048);
  assert_same (file, target);
}

static void
test_a_cancelled_download_goes_on_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (GFile) file = make_file (fixture, "file", SIZE, 0, &sha256);
  g_autoptr (GFile) target = place (fixture, "target");
  g_autoptr (GError) error = NULL;

  g_assert_true (put (fixture, fixture->backend, sha256, file, SIZE, NULL));
  wire_cut (&fixture->wire, -1, SIZE / 2);
  g_assert_false (fetch (fixture, sha256, target, NULL));
  wire_cut (&fixture->wire, -1, -1);
  fixture->cancel_at_half = g_cancellable_new ();
  g_assert_false (fetch (fixture, sha256, target, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (size_of (target), ==, -1);
  g_clear_object (&fixture->cancel_at_half);
  g_assert_true (fetch (fixture, sha256, target, &error));
  g_assert_no_error (error);
  assert_same (file, target);
}

static void
test_what_cannot_be_fetched_says_why (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = NULL;
  g_autofree char *other = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "other", -1);
  g_autoptr (GFile) file = make_file (fixture, "file", 1000, 0, &sha256);
  g_autoptr (GFile) target = place (fixture, "target");
  g_autoptr (GFile) nowhere = place (fixture, "no/such/folder");
  g_autoptr (GError) error = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *stored = NULL;

  g_assert_true (put (fixture, fixture->backend, sha256, file, 1000, NULL));
  g_assert_false (fetch (fixture, other, target, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (fetch (fixture, sha256, nowhere, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  /* The server's disk has bitten something off, of the same length. */
  prefix = g_strndup (sha256, 2);
  stored = g_build_filename (fixture->net.dir, "blobs", prefix, sha256, NULL);
  {
    g_autofree char *junk = g_strnfill (1000, 'x');

    g_assert_true (g_file_set_contents (stored, junk, 1000, NULL));
  }
  g_assert_false (fetch (fixture, sha256, target, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
  g_assert_cmpint (size_of (target), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/transfers/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("there-and-back", test_there_and_back);
  ADD ("what-is-there-is-not-sent-again", test_what_is_there_is_not_sent_again);
  ADD ("an-upload-goes-on-where-it-was-cut", test_an_upload_goes_on_where_it_was_cut);
  ADD ("an-upload-whose-answer-was-lost-is-done", test_an_upload_whose_answer_was_lost_is_done);
  ADD ("an-upload-survives-the-servers-restart", test_an_upload_survives_the_servers_restart);
  ADD ("a-cancelled-upload-goes-on-later", test_a_cancelled_upload_goes_on_later);
  ADD ("two-desks-bring-the-same-file", test_two_desks_bring_the_same_file);
  ADD ("what-cannot-be-brought-says-why", test_what_cannot_be_brought_says_why);
  ADD ("a-full-server-says-so-before-the-file-is-sent", test_a_full_server_says_so_before_the_file_is_sent);
  ADD ("a-file-that-is-too-large-is-refused-before-it-is-sent",
       test_a_file_that_is_too_large_is_refused_before_it_is_sent);
  ADD ("a-download-goes-on-where-it-was-cut", test_a_download_goes_on_where_it_was_cut);
  ADD ("a-bad-part-is-thrown-away", test_a_bad_part_is_thrown_away);
  ADD ("a-part-that-is-whole-needs-no-bytes", test_a_part_that_is_whole_needs_no_bytes);
  ADD ("a-cancelled-download-goes-on-later", test_a_cancelled_download_goes_on_later);
  ADD ("what-cannot-be-fetched-says-why", test_what_cannot_be_fetched_says_why);
#undef ADD
  return g_test_run ();
}
