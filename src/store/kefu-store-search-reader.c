/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search's own connection and thread: a page of a chat never waits for a search, and a search that was typed over ends at once. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-search-private.h"

/* Of what the index and the inbox have, so much is kept while one types: the next search needs most of it again. */
#define CACHE_KIB 32768
/* The connection goes when nobody has searched for so long, and its memory with it. */
#define KEEP_S 60
/* So often a search gives way and begins anew; then whoever writes waits. */
#define MOST_YIELDS 10

static void
closing_cb (GCancellable *closing, gpointer handle)
{
  sqlite3_interrupt (handle);
}

void
kefu_store_search_reader_give_way (KefuStoreCore *core)
{
  g_mutex_lock (&core->yield_lock);
  if (core->yielding != NULL)
    {
      core->yielded = TRUE;
      sqlite3_interrupt (core->yielding);
    }
  g_mutex_unlock (&core->yield_lock);
}

/* @handle: (nullable): what is asked to give way from here on. Returns whether the one before it was. */
static gboolean
set_yielding (KefuStoreCore *core, sqlite3 *handle)
{
  gboolean yielded;

  g_mutex_lock (&core->yield_lock);
  yielded = core->yielded;
  core->yielded = FALSE;
  core->yielding = handle;
  g_mutex_unlock (&core->yield_lock);
  return yielded;
}

/* What was begun before it gave way may be half of it, whatever it says. */
static GPtrArray *
run_giving_way (KefuStoreCore *core, KefuStoreReading *reading, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < MOST_YIELDS && !g_cancellable_is_cancelled (core->closing); i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GPtrArray) rows = NULL;

      set_yielding (core, kefu_db_handle (core->searcher));
      rows = kefu_store_run_reading (core, core->searcher, reading, cancellable, &local);
      if (!set_yielding (core, NULL) || g_cancellable_is_cancelled (cancellable))
        {
          if (rows == NULL)
            g_propagate_error (error, g_steal_pointer (&local));
          return g_steal_pointer (&rows);
        }
    }
  return kefu_store_run_reading (core, core->searcher, reading, cancellable, error);
}

/* Nobody waits for a search at the end, and the main thread waits for this one to end. */
static GPtrArray *
run (KefuStoreCore *core, KefuStoreReading *reading, GCancellable *cancellable, GError **error)
{
  gulong id = g_cancellable_connect (core->closing, G_CALLBACK (closing_cb), kefu_db_handle (core->searcher), NULL);
  GPtrArray *rows = g_cancellable_set_error_if_cancelled (core->closing, error)
                      ? NULL
                      : run_giving_way (core, reading, cancellable, error);

  g_cancellable_disconnect (core->closing, id);
  return rows;
}

static void
search_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  GError *error = NULL;
  GPtrArray *rows = NULL;

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
  kefu_store_return_reading (task, rows, error);
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
  rest_later (self);
  kefu_store_push_reading (self, kefu_store_get_core (self)->searching, KEFU_WORKER_NORMAL, search_job, query, request,
                           cancellable, callback, user_data);
}
