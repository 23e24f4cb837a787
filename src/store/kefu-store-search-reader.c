/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search's own connection and thread: a page of a chat never waits for a search, and a search that was typed over ends at once. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-search-private.h"

/* A second net under sqlite3_interrupt(), which is lost between two statements: how many steps of SQLite's machine pass between two looks. */
#define STEPS_PER_LOOK 20000
/* Of what the index and the inbox have, so much is kept while one types: the next search needs most of it again. */
#define CACHE_KIB 32768
/* The connection goes when nobody has searched for so long, and its memory with it. */
#define KEEP_S 60

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

/* On the main thread. Within FTS5 nothing else is asked than this. */
static void
interrupt_cb (GCancellable *cancellable, gpointer handle)
{
  sqlite3_interrupt (handle);
}

static GPtrArray *
run (KefuStoreCore *core, Reading *reading, GCancellable *cancellable, GError **error)
{
  sqlite3 *handle = kefu_db_handle (core->searcher);
  gulong closing = g_cancellable_connect (core->closing, G_CALLBACK (interrupt_cb), handle, NULL);
  gulong id = 0;
  GPtrArray *rows;

  if (cancellable != NULL)
    {
      sqlite3_progress_handler (handle, STEPS_PER_LOOK, is_cancelled, cancellable);
      id = g_cancellable_connect (cancellable, G_CALLBACK (interrupt_cb), handle, NULL);
    }
  /* Nobody waits for a search at the end, and the main thread waits for this one to end. */
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      g_cancellable_set_error_if_cancelled (core->closing, error))
    rows = NULL;
  else
    rows = reading->query (core, core->searcher, reading->request, error);
  g_cancellable_disconnect (cancellable, id);
  g_cancellable_disconnect (core->closing, closing);
  sqlite3_progress_handler (handle, 0, NULL, NULL);
  return rows;
}

static void
search_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  g_mutex_lock (&core->searcher_lock);
  if (core->searcher == NULL)
    {
      core->searcher = kefu_store_files_open_reader (core, &error);
      if (core->searcher != NULL)
        kefu_db_exec (core->searcher, "PRAGMA cache_size = -" G_STRINGIFY (CACHE_KIB), NULL);
    }
  if (core->searcher != NULL)
    rows = run (core, task_data, cancellable, &error);
  g_mutex_unlock (&core->searcher_lock);

  if (rows != NULL)
    {
      g_task_return_pointer (task, g_steal_pointer (&rows), (GDestroyNotify) g_ptr_array_unref);
      return;
    }
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CORRUPT))
    kefu_store_post_damage (source);
  g_task_return_error (task, g_steal_pointer (&error));
}

/* --- while nobody searches --- */

static void
rest_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);

  g_mutex_lock (&core->searcher_lock);
  g_clear_pointer (&core->searcher, kefu_db_close);
  g_mutex_unlock (&core->searcher_lock);
  g_task_return_boolean (task, TRUE);
}

static gboolean
rest_cb (gpointer user_data)
{
  g_autoptr (KefuStore) self = g_weak_ref_get (user_data);

  if (self != NULL)
    {
      KefuStoreCore *core = kefu_store_get_core (self);
      g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

      g_clear_pointer (&core->searcher_rest, g_source_unref);
      kefu_worker_push (core->searching, task, KEFU_WORKER_IDLE, rest_job);
    }
  return G_SOURCE_REMOVE;
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Anew with each search. */
static void
rest_later (KefuStore *self)
{
  KefuStoreCore *core = kefu_store_get_core (self);
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  kefu_store_search_reader_cancel_rest (core);
  g_weak_ref_init (weak, self);
  core->searcher_rest = g_timeout_source_new_seconds (KEEP_S);
  g_source_set_static_name (core->searcher_rest, "kefu-search-rest");
  g_source_set_callback (core->searcher_rest, rest_cb, weak, weak_free);
  g_source_attach (core->searcher_rest, core->context);
}

void
kefu_store_search_reader_cancel_rest (KefuStoreCore *core)
{
  if (core->searcher_rest != NULL)
    g_source_destroy (core->searcher_rest);
  g_clear_pointer (&core->searcher_rest, g_source_unref);
}

void
kefu_store_search_read (KefuStore *self,
                        KefuStoreQuery query,
                        KefuStoreRequest *request,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  KefuStoreCore *core = kefu_store_get_core (self);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->query = query;
  reading->request = request;
  g_task_set_task_data (task, reading, reading_free);
  rest_later (self);
  kefu_worker_push (core->searching, task, KEFU_WORKER_NORMAL, search_job);
}
