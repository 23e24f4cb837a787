/* SPDX-License-Identifier: GPL-3.0-or-later
 * Uploads that break, stand still, meet each other or do not fit. */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "net-fixture.h"

/* What the server gathers before it writes. */
#define CHUNK (256 * 1024)
#define SIZE (2 * CHUNK + 4711)

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, FALSE);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

/* (transfer full): bytes that are different for every @seed. */
static GBytes *
content (gsize size, guint seed)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) ((i + seed) * 2654435761u >> 13);
  return g_bytes_new_take (data, size);
}

static NetAnswer *
call_as (NetFixture *fixture,
         const char *token,
         const char *method,
         const char *sha256,
         GBytes *body,
         const char *range)
{
  g_autofree char *path = g_strdup_printf ("/v1/blobs/%s", sha256);
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", token);
  const char *headers[] = { "Authorization", bearer, range != NULL ? "Content-Range" : NULL, range, NULL };

  return net_call (fixture, method, path, body, headers);
}

static NetAnswer *
call (NetFixture *fixture, const char *method, const char *sha256, GBytes *body, const char *range)
{
  return call_as (fixture, fixture->token, method, sha256, body, range);
}

/* -1: it is there whole. */
static gint64
kept (NetFixture *fixture, const char *sha256)
{
  g_autoptr (NetAnswer) head = call (fixture, "HEAD", sha256, NULL, NULL);

  if (head->status == 200)
    return -1;
  g_assert_cmpuint (head->status, ==, 404);
  return head->kefu_offset != NULL ? g_ascii_strtoll (head->kefu_offset, NULL, 10) : 0;
}

static void
assert_status (NetFixture *fixture, const char *sha256, GBytes *body, const char *range, guint status)
{
  g_autoptr (NetAnswer) answer = call (fixture, "PUT", sha256, body, range);

  if (answer->status != status)
    g_error ("%s: %u instead of %u: %s", range, answer->status, status, answer->text);
}

/* The rest from @start on, with the header that says so. */
static void
put_rest (NetFixture *fixture, const char *sha256, GBytes *bytes, gsize start, guint status)
{
  gsize size = g_bytes_get_size (bytes);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (bytes, start, size - start);
  g_autofree char *range =
    g_strdup_printf ("bytes %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT, start, size - 1, size);

  assert_status (fixture, sha256, rest, range, status);
}

static void
assert_stored (NetFixture *fixture, const char *sha256, GBytes *bytes)
{
  g_autoptr (NetAnswer) get = call (fixture, "GET", sha256, NULL, NULL);

  g_assert_cmpuint (get->status, ==, 200);
  g_assert_cmpmem (get->text, get->length, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static guint
files_in (NetFixture *fixture, const char *folder)
{
  g_autofree char *path = g_build_filename (fixture->dir, "blobs", folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* (transfer full): the file in which the beginning of an upload is kept. */
static char *
partial_of (NetFixture *fixture, const char *sha256)
{
  g_autofree char *path = g_build_filename (fixture->dir, "blobs", "partial", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, sha256))
      return g_build_filename (path, name, NULL);
  g_assert_not_reached ();
}

static void
make_older (const char *path, int seconds)
{
  struct utimbuf times = { time (NULL) - seconds, time (NULL) - seconds };

  g_assert_cmpint (utime (path, &times), ==, 0);
}

/* --- a connection that can be cut --- */

typedef struct
{
  GSocketConnection *connection;
  GSocket *socket;
} Raw;

static Raw
raw_open (NetFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "kefu.sock", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  Raw raw = { g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error), NULL };

  g_assert_no_error (error);
  raw.socket = g_socket_connection_get_socket (raw.connection);
  g_socket_set_blocking (raw.socket, FALSE);
  return raw;
}

static void
raw_write (Raw *raw, gconstpointer data, gsize size)
{
  const char *p = data;

  while (size > 0)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_socket_send (raw->socket, p, size, NULL, &error);

      if (n < 0)
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
          g_main_context_iteration (NULL, FALSE);
          continue;
        }
      p += n;
      size -= (gsize) n;
    }
}

static void
raw_put (Raw *raw, NetFixture *fixture, const char *sha256, const char *more)
{
  g_autofree char *head = g_strdup_printf ("PUT /v1/blobs/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n",
                                           sha256, fixture->token, more);

  raw_write (raw, head, strlen (head));
}

/* (transfer full): what came until the blank line, or the end; @whole: the end in any case. */
static char *
raw_read (Raw *raw, gboolean whole)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (whole || strstr (text->str, "\r\n\r\n") == NULL)
    {
      char buffer[1024];
      gssize n = g_socket_receive (raw->socket, buffer, sizeof buffer, NULL, NULL);

      g_assert_cmpint (g_get_monotonic_time (), <, until);
      if (n == 0)
        break;
      if (n > 0)
        g_string_append_len (text, buffer, n);
      else if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (500);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
raw_close (Raw *raw)
{
  g_io_stream_close (G_IO_STREAM (raw->connection), NULL, NULL);
  g_clear_object (&raw->connection);
}

/* Sends the beginning of an upload and breaks off. */
static void
break_off (NetFixture *fixture, const char *sha256, GBytes *bytes, gsize after)
{
  g_autofree char *length = g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\r\n", g_bytes_get_size (bytes));
  Raw raw = raw_open (fixture);

  raw_put (&raw, fixture, sha256, length);
  raw_write (&raw, g_bytes_get_data (bytes, NULL), after);
  raw_close (&raw);
}

/* --- cut and continued --- */

static void
test_goes_on_after_a_cut_anywhere (NetFixture *fixture, gconstpointer data)
{
  static const gsize cuts[] = { 0, 1, 511, 512, 513, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, SIZE - 1 };

  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_autoptr (GBytes) bytes = content (SIZE, i);
      g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

      break_off (fixture, sha256, bytes, cuts[i]);
      NET_WAIT_UNTIL (kept (fixture, sha256) == (gint64) cuts[i]);
      if (i % 2 == 0)
        net_restart (fixture);
      put_rest (fixture, sha256, bytes, cuts[i], 201);
      assert_stored (fixture, sha256, bytes);
      g_assert_cmpuint (files_in (fixture, "partial"), ==, 0);
    }
}

static void
test_all_of_it_came_but_not_the_answer (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (SIZE, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  break_off (fixture, sha256, bytes, SIZE);
  NET_WAIT_UNTIL (kept (fixture, sha256) == -1);
  assert_stored (fixture, sha256, bytes);
}

/* All bytes are there, but the one who counts them was killed before. */
static void
test_nothing_is_missing_but_the_end (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (SIZE, 0);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *range = g_strdup_printf ("bytes */%d", SIZE);
  g_autofree char *path = NULL;

  break_off (fixture, sha256, bytes, 1);
  NET_WAIT_UNTIL (kept (fixture, sha256) == 1);
  path = partial_of (fixture, sha256);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), SIZE, NULL));
  g_assert_cmpint (kept (fixture, sha256), ==, SIZE);
  assert_status (fixture, sha256, nothing, range, 201);
  assert_stored (fixture, sha256, bytes);
}

static void
test_comes_in_pieces (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (30, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  static const char *const ranges[] = { "bytes 0-9/30", "bytes 10-19/30", "bytes 20-29/30" };

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) piece = g_bytes_new_from_bytes (bytes, i * 10, 10);
      g_autoptr (NetAnswer) answer = call (fixture, "PUT", sha256, piece, ranges[i]);

      g_assert_cmpuint (answer->status, ==, i < 2 ? 202 : 201);
      if (i < 2)
        g_assert_cmpint (kept (fixture, sha256), ==, (i + 1) * 10);
    }
  assert_stored (fixture, sha256, bytes);
}

static void
test_a_wrong_place_is_told_the_right_one (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (100, 0);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (bytes, 60, 40);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (NetAnswer) early = call (fixture, "PUT", sha256, rest, "bytes 60-99/100");
  g_autoptr (NetAnswer) wrong = NULL;

  g_assert_cmpuint (early->status, ==, 409);
  g_assert_cmpstr (early->kefu_offset, ==, "0");
  break_off (fixture, sha256, bytes, 50);
  NET_WAIT_UNTIL (kept (fixture, sha256) == 50);
  wrong = call (fixture, "PUT", sha256, rest, "bytes 60-99/100");
  g_assert_cmpuint (wrong->status, ==, 409);
  g_assert_cmpstr (wrong->kefu_offset, ==, "50");
  g_assert_cmpint (kept (fixture, sha256), ==, 50);
  put_rest (fixture, sha256, bytes, 50, 201);
}

static void
test_a_range_that_does_not_fit_is_refused (NetFixture *fixture, gconstpointer data)
{
  static const char *const ranges[] = { "bytes 0-8/10", "bytes 0-10/10", "bytes 5-4/10",  "bytes 0-9/*", "bytes */0",
                                        "bytes */x",    "lines 0-9/10",  "bytes -1-9/10", "bytes 0-9/9", "" };
  g_autoptr (GBytes) bytes = content (10, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    assert_status (fixture, sha256, bytes, ranges[i], 400);
  g_assert_cmpint (kept (fixture, sha256), ==, 0);
}

/* Its length is known only when it is there. */
static void
test_a_body_longer_than_its_range_is_refused (NetFixture *fixture, gconstpointer data)
{
  static const char body[] = "14\r\n01234567890123456789\r\n0\r\n\r\n";
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "x", -1);
  g_autofree char *answer = NULL;
  Raw raw = raw_open (fixture);

  raw_put (&raw, fixture, sha256, "Transfer-Encoding: chunked\r\nContent-Range: bytes 0-9/30\r\n");
  raw_write (&raw, body, sizeof body - 1);
  answer = raw_read (&raw, FALSE);
  raw_close (&raw);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 400 "));
  g_assert_cmpint (kept (fixture, sha256), <=, 10);
}

static void
test_another_content_begins_anew (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (100, 0);
  g_autoptr (GBytes) other = content (100, 7);
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (other, 50, 50);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (NetAnswer) mixed = NULL;

  break_off (fixture, sha256, bytes, 50);
  NET_WAIT_UNTIL (kept (fixture, sha256) == 50);
  mixed = call (fixture, "PUT", sha256, rest, "bytes 50-99/100");
  g_assert_cmpuint (mixed->status, ==, 409);
  g_assert_cmpstr (mixed->kefu_offset, ==, "0");
  g_assert_cmpint (kept (fixture, sha256), ==, 0);
  /* Whole and still another: that is final. */
  assert_status (fixture, sha256, other, NULL, 422);
  assert_status (fixture, sha256, bytes, NULL, 201);
}

/* --- limits --- */

/* And the connection ends: a body that comes all the same is no request. */
static void
assert_refused_at_headers (NetFixture *fixture, const char *headers, const char *status)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "x", -1);
  g_autofree char *answer = NULL;
  Raw raw = raw_open (fixture);

  raw_put (&raw, fixture, sha256, headers);
  answer = raw_read (&raw, !g_str_has_suffix (status, "100 "));
  raw_close (&raw);
  if (!g_str_has_prefix (answer, status))
    g_error ("%s: %s", headers, answer);
}

static void
test_what_is_too_large_is_told_before_it_comes (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *token = g_steal_pointer (&fixture->token);

  fixture->token = g_strdup (token);
  assert_refused_at_headers (fixture, "Content-Length: 41943041\r\nExpect: 100-continue\r\n", "HTTP/1.1 413 ");
  assert_refused_at_headers (fixture,
                             "Content-Length: 10\r\nContent-Range: bytes 0-9/41943041\r\nExpect: 100-continue\r\n",
                             "HTTP/1.1 413 ");
  assert_refused_at_headers (fixture, "Content-Length: 41943040\r\nExpect: 100-continue\r\n", "HTTP/1.1 100 ");
  g_free (fixture->token);
  fixture->token = g_strdup ("nobody");
  assert_refused_at_headers (fixture, "Content-Length: 10\r\nExpect: 100-continue\r\n", "HTTP/1.1 401 ");
  g_free (fixture->token);
  fixture->token = g_steal_pointer (&token);
  kefu_server_set_disk_reserve (fixture->server, G_MAXINT64);
  assert_refused_at_headers (fixture, "Content-Length: 10\r\nExpect: 100-continue\r\n", "HTTP/1.1 507 ");
}

static void
test_a_disk_that_is_nearly_full_takes_words_but_no_files (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (100, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (NetAnswer) answer = NULL;

  kefu_server_set_disk_reserve (fixture->server, G_MAXINT64);
  answer = call (fixture, "PUT", sha256, bytes, NULL);
  g_assert_cmpuint (answer->status, ==, 507);
  g_assert_cmpstr (net_error_code (answer), ==, "disk_full");
  g_assert_cmpstr (answer->retry_after, ==, "60");
  g_assert_cmpuint (files_in (fixture, "partial"), ==, 0);
  net_customer_writes (fixture, "e1", "k1", "在吗？");
  kefu_server_set_disk_reserve (fixture->server, 0);
  assert_status (fixture, sha256, bytes, NULL, 201);
}

static void
test_only_so_many_beginnings_are_kept (NetFixture *fixture, gconstpointer data)
{
  g_auto (GStrv) hashes = g_new0 (char *, 18);

  for (guint i = 0; i < 17; i++)
    {
      g_autoptr (GBytes) bytes = content (10, i);
      g_autofree char *path = NULL;

      hashes[i] = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
      break_off (fixture, hashes[i], bytes, 5);
      NET_WAIT_UNTIL (kept (fixture, hashes[i]) == 5);
      path = partial_of (fixture, hashes[i]);
      make_older (path, 100 - (int) i);
    }
  g_assert_cmpuint (files_in (fixture, "partial"), ==, 15);
  g_assert_cmpint (kept (fixture, hashes[0]), ==, 0);
  g_assert_cmpint (kept (fixture, hashes[1]), ==, 0);
  g_assert_cmpint (kept (fixture, hashes[2]), ==, 5);
}

static void
test_a_beginning_is_kept_for_a_day (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (10, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *path = NULL;

  break_off (fixture, sha256, bytes, 5);
  NET_WAIT_UNTIL (kept (fixture, sha256) == 5);
  path = partial_of (fixture, sha256);
  make_older (path, 23 * 3600);
  g_assert_cmpint (kept (fixture, sha256), ==, 5);
  make_older (path, 25 * 3600);
  g_assert_cmpint (kept (fixture, sha256), ==, 0);
  /* Whoever begins the next one clears it away. */
  {
    g_autoptr (GBytes) other = content (10, 1);
    g_autofree char *other_sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, other);

    assert_status (fixture, other_sha256, other, NULL, 201);
    g_assert_cmpuint (files_in (fixture, "partial"), ==, 0);
  }
}

/* --- two at once --- */

static void
test_the_later_of_two_goes_on (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (SIZE, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *length = g_strdup_printf ("Content-Length: %d\r\n", SIZE);
  g_autofree char *rest = NULL;
  Raw first = raw_open (fixture);

  /* It stands still and holds its connection, as one whose network is gone. */
  raw_put (&first, fixture, sha256, length);
  raw_write (&first, g_bytes_get_data (bytes, NULL), CHUNK);
  NET_WAIT_UNTIL (kept (fixture, sha256) >= CHUNK);
  put_rest (fixture, sha256, bytes, CHUNK, 201);
  assert_stored (fixture, sha256, bytes);
  rest = raw_read (&first, TRUE);
  g_assert_cmpstr (rest, ==, "");
  raw_close (&first);
  g_assert_cmpuint (files_in (fixture, "partial"), ==, 0);
}

static gboolean
add_agent (KefuWrite *write, gpointer user_data, GError **error)
{
  g_autofree char *id = kefu_agent_add (write, "wu", "吴", "agent", "right", error);

  return id != NULL;
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = kefu_server_write_finish (KEFU_SERVER (source), result, NULL);
}

static void
test_two_agents_bring_the_same_file (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (SIZE, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *length = g_strdup_printf ("Content-Length: %d\r\n", SIZE);
  static const char who[] = "{\"login\":\"wu\",\"password\":\"right\",\"device_id\":\"d2\",\"device_name\":\"T\"}";
  g_autoptr (GBytes) sign_in = g_bytes_new_static (who, strlen (who));
  g_autoptr (NetAnswer) session = NULL;
  g_autoptr (NetAnswer) head = NULL;
  g_autoptr (NetAnswer) put = NULL;
  g_autofree char *answer = NULL;
  const char *token;
  gboolean added = FALSE;
  Raw first = raw_open (fixture);

  kefu_server_write_async (fixture->server, add_agent, NULL, NULL, NULL, got_cb, &added);
  NET_WAIT_UNTIL (added);
  session = net_call (fixture, "POST", "/v1/session", sign_in, NULL);
  g_assert_cmpuint (session->status, ==, 200);
  token = json_object_get_string_member (json_node_get_object (session->json), "token");

  raw_put (&first, fixture, sha256, length);
  raw_write (&first, g_bytes_get_data (bytes, NULL), CHUNK);
  NET_WAIT_UNTIL (kept (fixture, sha256) >= CHUNK);
  /* What one has begun is not another's to go on with. */
  head = call_as (fixture, token, "HEAD", sha256, NULL, NULL);
  g_assert_cmpuint (head->status, ==, 404);
  g_assert_null (head->kefu_offset);
  put = call_as (fixture, token, "PUT", sha256, bytes, NULL);
  g_assert_cmpuint (put->status, ==, 201);
  /* The first one comes to its end all the same. */
  raw_write (&first, (const char *) g_bytes_get_data (bytes, NULL) + CHUNK, SIZE - CHUNK);
  answer = raw_read (&first, FALSE);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  raw_close (&first);
  assert_stored (fixture, sha256, bytes);
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM blob"), ==, 1);
}

/* --- the disk's own mishaps --- */

static void
test_a_lost_file_can_be_brought_again (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = content (100, 0);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *prefix = g_strndup (sha256, 2);
  g_autofree char *path = g_build_filename (fixture->dir, "blobs", prefix, sha256, NULL);

  assert_status (fixture, sha256, bytes, NULL, 201);
  g_assert_cmpint (g_unlink (path), ==, 0);
  for (guint i = 0; i < 2; i++)
    g_test_expect_message ("kefu-server", G_LOG_LEVEL_WARNING, "*missing or cut*");
  g_assert_cmpint (kept (fixture, sha256), ==, 0);
  assert_status (fixture, sha256, bytes, NULL, 200);
  g_test_assert_expected_messages ();
  assert_stored (fixture, sha256, bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/uploads/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("go-on-after-a-cut-anywhere", test_goes_on_after_a_cut_anywhere);
  ADD ("all-of-it-came-but-not-the-answer", test_all_of_it_came_but_not_the_answer);
  ADD ("nothing-is-missing-but-the-end", test_nothing_is_missing_but_the_end);
  ADD ("come-in-pieces", test_comes_in_pieces);
  ADD ("a-wrong-place-is-told-the-right-one", test_a_wrong_place_is_told_the_right_one);
  ADD ("a-range-that-does-not-fit-is-refused", test_a_range_that_does_not_fit_is_refused);
  ADD ("a-body-longer-than-its-range-is-refused", test_a_body_longer_than_its_range_is_refused);
  ADD ("another-content-begins-anew", test_another_content_begins_anew);
  ADD ("what-is-too-large-is-told-before-it-comes", test_what_is_too_large_is_told_before_it_comes);
  ADD ("a-disk-that-is-nearly-full-takes-words-but-no-files", test_a_disk_that_is_nearly_full_takes_words_but_no_files);
  ADD ("only-so-many-beginnings-are-kept", test_only_so_many_beginnings_are_kept);
  ADD ("a-beginning-is-kept-for-a-day", test_a_beginning_is_kept_for_a_day);
  ADD ("the-later-of-two-goes-on", test_the_later_of_two_goes_on);
  ADD ("two-agents-bring-the-same-file", test_two_agents_bring_the_same_file);
  ADD ("a-lost-file-can-be-brought-again", test_a_lost_file_can_be_brought_again);
#undef ADD
  return g_test_run ();
}
