/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures: fetched once, kept, decoded at the size they are shown in. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <glib/gstdio.h>

#include "kefu-blob-cache.h"
#include "kefu-error.h"
#include "kefu-thumb.h"
#include "kefu-ui-test.h"

/* --- a server with one blob --- */

#define TEST_TYPE_BLOBS (test_blobs_get_type ())
G_DECLARE_FINAL_TYPE (TestBlobs, test_blobs, TEST, BLOBS, GObject)

struct _TestBlobs
{
  GObject parent_instance;
  GBytes *bytes; /* NULL: the server is away */
  guint n_asked;
};

static KefuBackendFlags
get_flags (KefuBackend *backend)
{
  return KEFU_BACKEND_BLOBS;
}

static void
fetch_blob_async (KefuBackend *backend,
                  const char *sha256,
                  GFile *target,
                  KefuProgressFunc progress,
                  gpointer progress_data,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  TestBlobs *self = TEST_BLOBS (backend);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  gsize size = 0;
  const char *content = self->bytes ? g_bytes_get_data (self->bytes, &size) : NULL;

  self->n_asked++;
  if (content == NULL)
    g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_NETWORK, "away");
  else
    g_task_return_boolean (task, g_file_set_contents (g_file_peek_path (target), content, (gssize) size, NULL));
}

static gboolean
fetch_blob_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
test_blobs_iface (KefuBackendInterface *iface)
{
  iface->get_flags = get_flags;
  iface->fetch_blob_async = fetch_blob_async;
  iface->fetch_blob_finish = fetch_blob_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestBlobs,
                               test_blobs,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_BACKEND, test_blobs_iface))

static void
test_blobs_finalize (GObject *object)
{
  g_clear_pointer (&TEST_BLOBS (object)->bytes, g_bytes_unref);
  G_OBJECT_CLASS (test_blobs_parent_class)->finalize (object);
}

static void
test_blobs_class_init (TestBlobsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_blobs_finalize;
}

static void
test_blobs_init (TestBlobs *self)
{
}

/* --- the fixture --- */

typedef struct
{
  char *dir;
  char *sha256;
  GBytes *picture;
  TestBlobs *server;
  KefuStore *store;
  KefuTransfers *transfers;
  KefuBlobCache *cache;
} Fixture;

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 400, 200);
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *png = NULL;
  gsize size;

  gdk_pixbuf_fill (pixbuf, 0x3584e4ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &png, &size, "png", NULL, NULL));
  self->picture = g_bytes_new (png, size);
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->picture);
  self->dir = g_dir_make_tmp ("kefu-blobs-XXXXXX", NULL);
  self->server = g_object_new (TEST_TYPE_BLOBS, NULL);
  self->server->bytes = g_bytes_ref (self->picture);
  kefu_store_open_async (self->dir, clock, "agent-lin", KEFU_STORE_DEFAULT, NULL, result_cb, &result);
  kefu_ui_test_wait (result != NULL);
  self->store = kefu_store_open_finish (result, NULL);
  g_assert_nonnull (self->store);
  self->transfers = kefu_transfers_new (self->store, KEFU_BACKEND (self->server));
  self->cache = kefu_blob_cache_new (self->transfers);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        remove_tree (file);
      else
        g_unlink (file);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->cache);
  g_assert_finalize_object (self->transfers);
  g_assert_finalize_object (self->server);
  kefu_store_close (self->store);
  g_clear_object (&self->store);
  remove_tree (self->dir);
  g_bytes_unref (self->picture);
  g_free (self->sha256);
  g_free (self->dir);
}

static GdkTexture *
load (Fixture *self, const char *sha256, int width, int height, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_blob_cache_load_async (self->cache, sha256, width, height, NULL, result_cb, &result);
  kefu_ui_test_wait (result != NULL);
  return kefu_blob_cache_load_finish (self->cache, result, error);
}

static void
test_fetched_once_and_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) small = load (self, self->sha256, 60, 60, &error);
  g_autoptr (GdkTexture) full = load (self, self->sha256, 0, 0, NULL);
  g_autoptr (KefuTransfers) local = kefu_transfers_new (self->store, NULL);
  g_autoptr (KefuBlobCache) offline = kefu_blob_cache_new (local);
  KefuBlobCache *online = self->cache;
  g_autoptr (GdkTexture) again = NULL;

  g_assert_no_error (error);
  /* decoded to cover what was asked for, not more */
  g_assert_cmpint (gdk_texture_get_width (small), ==, 120);
  g_assert_cmpint (gdk_texture_get_height (small), ==, 60);
  g_assert_cmpint (gdk_texture_get_width (full), ==, 400);
  g_assert_cmpuint (self->server->n_asked, ==, 1);
  g_assert_true (kefu_blob_cache_peek (self->cache, self->sha256, 60, 60) == small);

  self->cache = offline;
  again = load (self, self->sha256, 60, 60, &error);
  g_assert_no_error (error);
  self->cache = online;
}

static void
test_asked_once_for_many (Fixture *self, gconstpointer data)
{
  GAsyncResult *results[3] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    kefu_blob_cache_load_async (self->cache, self->sha256, 10 + (int) i, 10, NULL, result_cb, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GdkTexture) texture = NULL;

      kefu_ui_test_wait (results[i] != NULL);
      texture = kefu_blob_cache_load_finish (self->cache, results[i], NULL);
      g_assert_nonnull (texture);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (self->server->n_asked, ==, 1);
}

static void
test_only_hashes_are_names (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (load (self, "../../../etc/passwd", 10, 10, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
  g_assert_cmpuint (self->server->n_asked, ==, 0);
}

static void
test_what_is_no_picture_is_said (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->server->bytes, g_bytes_unref);
  self->server->bytes = g_bytes_new_static ("no picture", 10);
  g_free (self->sha256);
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->server->bytes);
  g_assert_null (load (self, self->sha256, 10, 10, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
}

static void
test_a_thumb_tries_again_when_the_server_is_back (Fixture *self, gconstpointer data)
{
  GtkWidget *thumb = kefu_thumb_new (48, 48);
  GtkWindow *window = kefu_ui_test_window (thumb, 200, 200);
  int minimum, natural;

  g_clear_pointer (&self->server->bytes, g_bytes_unref);
  kefu_thumb_set_blob (KEFU_THUMB (thumb), self->cache, self->sha256);
  kefu_ui_test_wait (self->server->n_asked == 1);
  kefu_ui_test_settle ();
  gtk_widget_measure (thumb, GTK_ORIENTATION_VERTICAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 48);

  self->server->bytes = g_bytes_ref (self->picture);
  kefu_blob_cache_retry (self->cache);
  kefu_ui_test_wait (kefu_blob_cache_peek (self->cache, self->sha256, 48, 48) != NULL);
  kefu_ui_test_settle ();
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_first_child (thumb)));
  gtk_window_destroy (window);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add ("/ui/chat/blobs/fetched-once-and-kept", Fixture, NULL, set_up, test_fetched_once_and_kept, tear_down);
  g_test_add ("/ui/chat/blobs/asked-once-for-many", Fixture, NULL, set_up, test_asked_once_for_many, tear_down);
  g_test_add ("/ui/chat/blobs/only-hashes-are-names", Fixture, NULL, set_up, test_only_hashes_are_names, tear_down);
  g_test_add ("/ui/chat/blobs/what-is-no-picture-is-said", Fixture, NULL, set_up, test_what_is_no_picture_is_said,
              tear_down);
  g_test_add ("/ui/chat/blobs/a-thumb-tries-again-when-the-server-is-back", Fixture, NULL, set_up,
              test_a_thumb_tries_again_when_the_server_is_back, tear_down);
  return g_test_run ();
}
