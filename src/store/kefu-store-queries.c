/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries: from the main thread to the reader and back. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-private.h"

/* How many steps of SQLite's machine pass between two looks at whether the query is still wanted. */
#define STEPS_PER_LOOK 20000

typedef struct
{
  KefuStoreQuery query;
  KefuStoreRequest *request;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  kefu_store_request_free (reading->request);
  g_free (reading);
}

static int
is_cancelled (void *data)
{
  return g_cancellable_is_cancelled (data);
}

static void
read_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  Reading *reading = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  g_mutex_lock (&core->reader_lock);
  if (core->reader != NULL)
    {
      sqlite3 *handle = kefu_db_handle (core->reader);

      /* A search that was typed over gives way to the next. */
      if (cancellable != NULL)
        sqlite3_progress_handler (handle, STEPS_PER_LOOK, is_cancelled, cancellable);
      rows = reading->query (core, core->reader, reading->request, &error);
      sqlite3_progress_handler (handle, 0, NULL, NULL);
    }
  else
    {
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store is closed");
    }
  g_mutex_unlock (&core->reader_lock);

  if (rows != NULL)
    g_task_return_pointer (task, g_steal_pointer (&rows), (GDestroyNotify) g_ptr_array_unref);
  else
    {
      if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CORRUPT))
        kefu_store_post_damage (source);
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

void
kefu_store_read (KefuStore *self,
                 int priority,
                 KefuStoreQuery query,
                 KefuStoreRequest *request,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->query = query;
  reading->request = request;
  g_task_set_task_data (task, reading, reading_free);
  kefu_worker_push (kefu_store_get_core (self)->reading, task, priority, read_job);
}

GPtrArray *
kefu_store_list_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
