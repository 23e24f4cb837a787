/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries: from the main thread to the reader and back. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-private.h"

/* A second net under sqlite3_interrupt(), which is lost between two statements: how many steps of SQLite's machine pass between two looks. */
#define STEPS_PER_LOOK 20000

struct _KefuStoreReading
{
  KefuStoreQuery query;
  KefuStoreRequest *request;
};

static void
reading_free (gpointer data)
{
  KefuStoreReading *reading = data;

  kefu_store_request_free (reading->request);
  g_free (reading);
}

static int
is_cancelled (void *data)
{
  return g_cancellable_is_cancelled (data);
}

/* On the main thread. Within FTS5 nothing else is asked than this. */
static void
interrupt_cb (GCancellable *cancellable, gpointer handle)
{
  sqlite3_interrupt (handle);
}

GPtrArray *
kefu_store_run_reading (KefuStoreCore *core,
                        KefuDb *db,
                        KefuStoreReading *reading,
                        GCancellable *cancellable,
                        GError **error)
{
  sqlite3 *handle = kefu_db_handle (db);
  gulong id = 0;
  GPtrArray *rows;

  if (cancellable != NULL)
    {
      sqlite3_progress_handler (handle, STEPS_PER_LOOK, is_cancelled, cancellable);
      id = g_cancellable_connect (cancellable, G_CALLBACK (interrupt_cb), handle, NULL);
    }
  rows = g_cancellable_set_error_if_cancelled (cancellable, error) ? NULL
                                                                   : reading->query (core, db, reading->request, error);
  g_cancellable_disconnect (cancellable, id);
  sqlite3_progress_handler (handle, 0, NULL, NULL);
  return rows;
}

void
kefu_store_return_reading (GTask *task, GPtrArray *rows, GError *error)
{
  if (rows != NULL)
    {
      g_task_return_pointer (task, rows, (GDestroyNotify) g_ptr_array_unref);
      return;
    }
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CORRUPT))
    kefu_store_post_damage (g_task_get_source_object (task));
  g_task_return_error (task, error);
}

void
kefu_store_push_reading (KefuStore *self,
                         KefuWorker *worker,
                         int priority,
                         GTaskThreadFunc job,
                         KefuStoreQuery query,
                         KefuStoreRequest *request,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  KefuStoreReading *reading = g_new0 (KefuStoreReading, 1);

  reading->query = query;
  reading->request = request;
  g_task_set_task_data (task, reading, reading_free);
  kefu_worker_push (worker, task, priority, job);
}

static void
read_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  GError *error = NULL;
  GPtrArray *rows = NULL;

  g_mutex_lock (&core->reader_lock);
  if (core->reader != NULL)
    rows = kefu_store_run_reading (core, core->reader, task_data, cancellable, &error);
  else
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store is closed");
  g_mutex_unlock (&core->reader_lock);
  kefu_store_return_reading (task, rows, error);
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
  kefu_store_push_reading (self, kefu_store_get_core (self)->reading, priority, read_job, query, request, cancellable,
                           callback, user_data);
}

GPtrArray *
kefu_store_list_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
