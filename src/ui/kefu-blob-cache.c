/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures of messages and orders: decoded off the main thread, kept in memory. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-blob-cache.h"

#include <glib/gi18n.h>

#include "kefu-error.h"
#include "kefu-worker.h"

#define MAX_TEXTURES 160
#define MAX_SIDE 4096
/* A compressed picture may claim any size; beyond this it is not decoded. */
#define MAX_PIXELS (120LL * 1000 * 1000)

/* A request asks for the file, then decodes it. The decoding runs on one worker thread, so that thirty pictures of a chat never take the
 * cores from the window. */
struct _KefuBlobCache
{
  GObject parent_instance;

  KefuTransfers *transfers; /* (nullable) */
  KefuWorker *worker;
  GHashTable *textures; /* "sha@WxH" → GdkTexture */
  GQueue recent;        /* keys of it, newest first; owned by the table */
};

enum
{
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuBlobCache, kefu_blob_cache, G_TYPE_OBJECT)

typedef struct
{
  char *sha256;
  char *path; /* once it is known */
  int width;
  int height;
  gboolean moved; /* it was not where it had been found; asked once more */
} LoadData;

static void
load_data_free (LoadData *self)
{
  g_free (self->sha256);
  g_free (self->path);
  g_free (self);
}

static char *
texture_key (const char *sha256, int width, int height)
{
  return g_strdup_printf ("%s@%dx%d", sha256, width, height);
}

static void
remember (KefuBlobCache *self,
          char *key, /* (transfer full) */
          GdkTexture *texture)
{
  GList *old = g_queue_find_custom (&self->recent, key, (GCompareFunc) strcmp);

  if (old)
    g_queue_delete_link (&self->recent, old);
  g_hash_table_replace (self->textures, key, g_object_ref (texture));
  g_queue_push_head (&self->recent, key);
  while (g_queue_get_length (&self->recent) > MAX_TEXTURES)
    g_hash_table_remove (self->textures, g_queue_pop_tail (&self->recent));
}

/* --- on the worker --- */

static GdkPixbuf *
decode (const char *path, int width, int height, GError **error)
{
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  GdkPixbuf *upright;
  int w = 0, h = 0;
  double scale;

  if (gdk_pixbuf_get_file_info (path, &w, &h) == NULL || w <= 0 || h <= 0 || (gint64) w * h > MAX_PIXELS)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("This is not a picture that can be shown"));
      return NULL;
    }

  if (width > 0 && height > 0)
    scale = MAX ((double) width / w, (double) height / h);
  else
    scale = MIN ((double) MAX_SIDE / w, (double) MAX_SIDE / h);
  if (scale < 1)
    pixbuf = gdk_pixbuf_new_from_file_at_scale (path, MAX (1, (int) (w * scale + 0.5)),
                                                MAX (1, (int) (h * scale + 0.5)), FALSE, error);
  else
    pixbuf = gdk_pixbuf_new_from_file (path, error);
  if (pixbuf == NULL)
    return NULL;

  upright = gdk_pixbuf_apply_embedded_orientation (pixbuf);
  return upright ? upright : g_steal_pointer (&pixbuf);
}

static void
load_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  LoadData *data = task_data;
  g_autoptr (GError) error = NULL;
  GdkPixbuf *pixbuf = NULL;

  if (!g_file_test (data->path, G_FILE_TEST_EXISTS))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "moved away");
  else
    pixbuf = decode (data->path, data->width, data->height, &error);
  if (pixbuf)
    g_task_return_pointer (task, pixbuf, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* --- on the main thread --- */

static void find (KefuBlobCache *self, GTask *outer);

static void
job_done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) outer = user_data;
  KefuBlobCache *self = KEFU_BLOB_CACHE (g_task_get_source_object (outer));
  LoadData *data = g_task_get_task_data (outer);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = g_task_propagate_pointer (G_TASK (result), &error);

  if (pixbuf)
    {
      GdkTexture *texture = gdk_texture_new_for_pixbuf (pixbuf);

      /* A picture in full size is looked at once and too large to keep. */
      if (data->width > 0)
        remember (self, texture_key (data->sha256, data->width, data->height), texture);
      g_task_return_pointer (outer, texture, g_object_unref);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && !data->moved)
    {
      /* What has been sent moves on, perhaps just now. */
      data->moved = TRUE;
      find (self, outer);
    }
  else
    {
      g_task_return_error (outer, g_steal_pointer (&error));
    }
}

static void
decode_file (KefuBlobCache *self, GTask *outer)
{
  LoadData *data = g_task_get_task_data (outer);
  LoadData *copy = g_new0 (LoadData, 1);
  g_autoptr (GTask) inner = NULL;

  copy->path = g_strdup (data->path);
  copy->width = data->width;
  copy->height = data->height;
  /* The worker lets go of this task last; were the cache its source, the cache could end on the thread that it joins. */
  inner = g_task_new (NULL, g_task_get_cancellable (outer), job_done_cb, g_object_ref (outer));
  g_task_set_source_tag (inner, decode_file);
  g_task_set_task_data (inner, copy, (GDestroyNotify) load_data_free);
  kefu_worker_push (self->worker, inner, KEFU_WORKER_NORMAL, load_job);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) outer = user_data;
  KefuBlobCache *self = KEFU_BLOB_CACHE (g_task_get_source_object (outer));
  LoadData *data = g_task_get_task_data (outer);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = kefu_transfers_fetch_finish (KEFU_TRANSFERS (object), result, &error);

  if (file == NULL)
    {
      g_task_return_error (outer, g_steal_pointer (&error));
      return;
    }
  g_free (data->path);
  data->path = g_file_get_path (file);
  decode_file (self, outer);
}

static void
find (KefuBlobCache *self, GTask *outer)
{
  LoadData *data = g_task_get_task_data (outer);

  if (self->transfers == NULL)
    {
      g_task_return_new_error (outer, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("This picture is not on this computer"));
      return;
    }
  kefu_transfers_fetch_async (self->transfers, data->sha256, g_task_get_cancellable (outer), found_cb,
                              g_object_ref (outer));
}

static void
kefu_blob_cache_dispose (GObject *object)
{
  KefuBlobCache *self = KEFU_BLOB_CACHE (object);

  if (self->worker)
    kefu_worker_stop (self->worker);
  g_clear_object (&self->worker);
  g_clear_object (&self->transfers);

  G_OBJECT_CLASS (kefu_blob_cache_parent_class)->dispose (object);
}

static void
kefu_blob_cache_finalize (GObject *object)
{
  KefuBlobCache *self = KEFU_BLOB_CACHE (object);

  g_queue_clear (&self->recent);
  g_hash_table_unref (self->textures);

  G_OBJECT_CLASS (kefu_blob_cache_parent_class)->finalize (object);
}

static void
kefu_blob_cache_class_init (KefuBlobCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_blob_cache_dispose;
  object_class->finalize = kefu_blob_cache_finalize;

  signals[RETRY] =
    g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_blob_cache_init (KefuBlobCache *self)
{
  self->textures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->worker = kefu_worker_new ("kefu-blobs");
  g_queue_init (&self->recent);
}

KefuBlobCache *
kefu_blob_cache_new (KefuTransfers *transfers)
{
  KefuBlobCache *self;

  g_return_val_if_fail (transfers == NULL || KEFU_IS_TRANSFERS (transfers), NULL);

  self = g_object_new (KEFU_TYPE_BLOB_CACHE, NULL);
  g_set_object (&self->transfers, transfers);
  return self;
}

static void
state_cb (KefuSyncEngine *engine, GParamSpec *pspec, KefuBlobCache *self)
{
  if (kefu_sync_engine_get_state (engine) == KEFU_SYNC_LIVE)
    kefu_blob_cache_retry (self);
}

KefuBlobCache *
kefu_blob_cache_for_session (KefuSession *session)
{
  KefuBlobCache *self;

  g_return_val_if_fail (KEFU_IS_SESSION (session), NULL);

  self = g_object_get_data (G_OBJECT (session), "kefu-blob-cache");
  if (self)
    return self;

  self = kefu_blob_cache_new (kefu_session_get_transfers (session));
  g_signal_connect_object (kefu_session_get_engine (session), "notify::state", G_CALLBACK (state_cb), self, 0);
  g_object_set_data_full (G_OBJECT (session), "kefu-blob-cache", self, g_object_unref);
  return self;
}

void
kefu_blob_cache_load_async (KefuBlobCache *self,
                            const char *sha256,
                            int width,
                            int height,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GdkTexture *texture;
  LoadData *data;

  g_return_if_fail (KEFU_IS_BLOB_CACHE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_blob_cache_load_async);
  if (!kefu_attachment_is_sha256 (sha256))
    {
      g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_INVALID, "not a SHA-256");
      return;
    }
  texture = kefu_blob_cache_peek (self, sha256, width, height);
  if (texture)
    {
      g_task_return_pointer (task, g_object_ref (texture), g_object_unref);
      return;
    }

  data = g_new0 (LoadData, 1);
  data->sha256 = g_strdup (sha256);
  data->width = width;
  data->height = height;
  g_task_set_task_data (task, data, (GDestroyNotify) load_data_free);
  find (self, task);
}

GdkTexture *
kefu_blob_cache_load_finish (KefuBlobCache *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GdkTexture *
kefu_blob_cache_peek (KefuBlobCache *self, const char *sha256, int width, int height)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (KEFU_IS_BLOB_CACHE (self), NULL);

  key = texture_key (sha256, width, height);
  return g_hash_table_lookup (self->textures, key);
}

void
kefu_blob_cache_retry (KefuBlobCache *self)
{
  g_return_if_fail (KEFU_IS_BLOB_CACHE (self));

  g_signal_emit (self, signals[RETRY], 0);
}
