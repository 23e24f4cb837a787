/* SPDX-License-Identifier: GPL-3.0-or-later
 * Fetched files that nobody has used for long go; and how much room all of it takes. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <errno.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-attachment.h"
#include "kefu-store-private.h"
#include "kefu-store-tidy.h"

/* Calls @func for each file of blobs/, which need not exist. */
static void
for_each_blob (KefuStoreCore *core,
               void (*func) (const char *path, const char *name, const GStatBuf *info, gpointer user_data),
               gpointer user_data)
{
  g_autoptr (GDir) dir = core->blobs_dir != NULL ? g_dir_open (core->blobs_dir, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && !g_cancellable_is_cancelled (core->closing))
    {
      g_autofree char *path = g_build_filename (core->blobs_dir, name, NULL);
      GStatBuf info;

      if (g_lstat (path, &info) == 0 && S_ISREG (info.st_mode))
        func (path, name, &info, user_data);
    }
}

/* --- old files --- */

typedef struct
{
  gint64 keep_from; /* s */
  gssize n_deleted;
  int failure; /* errno of the last that could not be deleted */
} Drop;

static void
drop_if_old (const char *path, const char *name, const GStatBuf *info, gpointer user_data)
{
  Drop *drop = user_data;

  /* Half a download has rules of its own. */
  if (!kefu_attachment_is_sha256 (name) || info->st_mtime >= drop->keep_from)
    return;
  if (g_unlink (path) == 0)
    drop->n_deleted++;
  else if (errno != ENOENT)
    drop->failure = errno;
}

static void
files_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  const KefuStoreRequest *request = task_data;
  Drop drop = { .keep_from = request->number / 1000 };

  if (request->number > 0 && !(core->flags & KEFU_STORE_KEEP_NOTHING))
    for_each_blob (core, drop_if_old, &drop);
  if (drop.failure != 0)
    g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_READ_ONLY, _ ("Old files cannot be deleted: %s"),
                             g_strerror (drop.failure));
  else
    g_task_return_int (task, drop.n_deleted);
}

void
kefu_store_tidy_files_async (KefuStore *self,
                             gint64 keep_from,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));

  request = kefu_store_request_new ();
  request->number = keep_from;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_store_tidy_files_async);
  g_task_set_task_data (task, request, kefu_store_request_free);
  kefu_worker_push (kefu_store_get_core (self)->copying, task, KEFU_WORKER_IDLE, files_job);
}

gssize
kefu_store_tidy_files_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

/* --- sizes --- */

/* What the disk gives for it, which for a sparse or a short file is not its length. */
static gint64
room_of (const GStatBuf *info)
{
  return (gint64) info->st_blocks * 512;
}

static void
add_room (const char *path, const char *name, const GStatBuf *info, gpointer user_data)
{
  KefuStoreSizes *sizes = user_data;

  sizes->files += room_of (info);
}

static void
measure_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  static const char *const names[] = { "cache.db", "cache.db-wal", "cache.db-shm" };
  KefuStoreCore *core = kefu_store_get_core (source);
  KefuStoreSizes *sizes = g_new0 (KefuStoreSizes, 1);

  if (!(core->flags & KEFU_STORE_KEEP_NOTHING))
    {
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autofree char *path = g_build_filename (core->dir, names[i], NULL);
          GStatBuf info;

          if (g_lstat (path, &info) == 0)
            sizes->cache += room_of (&info);
        }
      for_each_blob (core, add_room, sizes);
    }
  g_task_return_pointer (task, sizes, g_free);
}

void
kefu_store_measure_async (KefuStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (KEFU_IS_STORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_store_measure_async);
  kefu_worker_push (kefu_store_get_core (self)->copying, task, KEFU_WORKER_NORMAL, measure_job);
}

gboolean
kefu_store_measure_finish (KefuStore *self, GAsyncResult *result, KefuStoreSizes *sizes, GError **error)
{
  g_autofree KefuStoreSizes *answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return FALSE;
  *sizes = *answer;
  return TRUE;
}
