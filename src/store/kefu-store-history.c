/* SPDX-License-Identifier: GPL-3.0-or-later
 * Older messages that were asked for, into the cache. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <glib/gi18n.h>

#include "kefu-json-scan.h"
#include "kefu-store-private.h"

void
kefu_history_page_free (KefuHistoryPage *page)
{
  g_array_unref (page->mseqs);
  g_free (page);
}

static gboolean
not_history (GError **error)
{
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("The server sent something that is not a history"));
  return FALSE;
}

/* (transfer full) (nullable): what the answer says of itself. */
static KefuHistoryPage *
read_page (KefuDb *db, const char *conversation_id, const char *text, GError **error)
{
  g_autoptr (KefuHistoryPage) page = NULL;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (kefu_db_int (db, 0,
                   "SELECT json_type(?1, '$.messages') = 'array' AND json_type(?1, '$.more') IN ('true', 'false')", "s",
                   text) != 1)
    {
      not_history (error);
      return NULL;
    }
  stmt = kefu_db_query (db, error,
                        "SELECT CASE WHEN type = 'object' AND json_type(value, '$.mseq') = 'integer'"
                        " AND json_type(value, '$.rev') = 'integer' AND value->>'$.conversation_id' = ?2"
                        " THEN value->>'$.mseq' END FROM json_each(?1, '$.messages') ORDER BY 1",
                        "ss", text, conversation_id);
  if (stmt == NULL)
    return NULL;
  page = g_new0 (KefuHistoryPage, 1);
  page->mseqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  while (kefu_stmt_step (stmt, &local))
    {
      gint64 mseq = kefu_stmt_int (stmt, 0);

      if (kefu_stmt_is_null (stmt, 0))
        {
          not_history (error);
          return NULL;
        }
      g_array_append_val (page->mseqs, mseq);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  page->more = kefu_db_int (db, 0, "SELECT ?1 ->> '$.more'", "s", text) != 0;
  return g_steal_pointer (&page);
}

typedef struct
{
  KefuStoreCore *core;
  KefuChangeSet *set;
} Change;

static void
entity_changed (const char *kind, const char *id, gpointer user_data)
{
  Change *change = user_data;

  kefu_store_note_change (change->core, change->set, kind, id);
}

/* What stands in the answer is the server's state, so waiting operations are taken off for it as for a batch. What is newer than
 * the cursor comes by the feed: taken now, an operation of ours that is in it already would be done on top once more. */
static gboolean
apply_in_transaction (KefuStoreCore *core, const char *text, KefuChangeSet *set, GError **error)
{
  Change change = { core, set };
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (core->cache, error,
                   "SELECT json_group_array(json_object('seq', value->'$.rev', 'kind', 'message', 'id', value->'$.id',"
                   " 'op', 'put', 'body', json(value))) FROM json_each(?1, '$.messages') WHERE value->>'$.rev' <= ?2",
                   "si", text, core->seq);
  g_autofree char *changes = NULL;

  if (stmt == NULL || !kefu_stmt_step (stmt, error))
    return FALSE;
  changes = g_strdup (kefu_stmt_text (stmt, 0));
  g_clear_pointer (&stmt, kefu_stmt_end);
  return kefu_store_overlay_strip (core, set, error) &&
         kefu_entity_apply_changes (core->cache, changes, entity_changed, &change, error) &&
         kefu_store_overlay_dress (core, core->seq, set, error);
}

/* Its revs and places are nothing to those of a feed that has begun anew. */
static gboolean
is_of_this_epoch (KefuStoreCore *core, const char *epoch, GError **error)
{
  if (g_strcmp0 (core->epoch, epoch) == 0)
    return TRUE;
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_CURSOR_GONE, _ ("The server has begun anew in the meantime"));
  return FALSE;
}

static void
add_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuHistoryPage) page = NULL;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (request->bytes, &size);
  g_autofree char *text = g_strndup (data != NULL ? data : "", size);

  if (!kefu_store_files_need_cache (core, &error) || !is_of_this_epoch (core, request->other, &error) ||
      (!kefu_json_scan (data, size) && !not_history (&error)) ||
      (page = read_page (core->cache, request->id, text, &error)) == NULL || !kefu_db_begin (core->cache, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* What had gone from here may come back now. */
  if ((page->mseqs->len > 0 && !kefu_store_tidy_reopen (core, request->id, &error)) ||
      !apply_in_transaction (core, text, set, &error) || !kefu_store_tidy_close (core, &error) ||
      !kefu_db_commit (core->cache, &error))
    {
      kefu_db_rollback (core->cache);
      if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID))
        error->code = KEFU_ERROR_PROTOCOL;
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  kefu_store_post (self, set);
  g_task_return_pointer (task, g_steal_pointer (&page), (GDestroyNotify) kefu_history_page_free);
}

void
kefu_store_add_history_async (KefuStore *self,
                              const char *conversation_id,
                              GBytes *answer,
                              const char *epoch,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (conversation_id != NULL);
  g_return_if_fail (answer != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (conversation_id);
  request->other = g_strdup (epoch);
  request->bytes = g_bytes_ref (answer);
  kefu_store_write (self, KEFU_WORKER_NORMAL, add_job, request, cancellable, callback, user_data);
}

KefuHistoryPage *
kefu_store_add_history_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
