/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of what all customers share: phrases and agents. */
#include "config.h"

#include "kefu-store-private.h"

static gboolean
steps_done (GError *step, GError **error)
{
  if (step == NULL)
    return TRUE;
  g_propagate_error (error, step);
  return FALSE;
}

static GPtrArray *
query_phrases (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);
  g_autoptr (KefuStmt) stmt = NULL;
  GError *step = NULL;

  stmt =
    kefu_db_query (db, error,
                   "SELECT p.id, p.rev, p.group_id, g.name, g.sort, p.code, p.title, p.body, p.ladder, p.step, p.scope,"
                   " p.sort, p.uses, p.last_used, n.pinyin, n.initials FROM phrase p"
                   " LEFT JOIN phrase_group g ON g.id = p.group_id LEFT JOIN phrase_name n ON n.id = p.id"
                   " WHERE p.scope <> 'personal' OR p.agent_id = ?1 ORDER BY g.sort, g.name, p.sort, p.id",
                   "s", core->agent_id);
  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &step))
    {
      KefuPhraseRecord *record = kefu_phrase_record_new ();

      record->id = kefu_store_text (stmt, 0);
      record->rev = kefu_stmt_int (stmt, 1);
      record->group_id = kefu_store_text (stmt, 2);
      record->group_name = kefu_store_text (stmt, 3);
      record->group_sort = (int) kefu_stmt_int (stmt, 4);
      record->code = kefu_store_text (stmt, 5);
      record->title = kefu_store_text (stmt, 6);
      record->body = kefu_store_text (stmt, 7);
      record->ladder = kefu_store_text (stmt, 8);
      record->step = kefu_store_text (stmt, 9);
      record->scope = kefu_store_text (stmt, 10);
      record->sort = (int) kefu_stmt_int (stmt, 11);
      record->uses = (int) kefu_stmt_int (stmt, 12);
      record->last_used = kefu_stmt_int (stmt, 13);
      record->pinyin = kefu_store_text (stmt, 14);
      record->initials = kefu_store_text (stmt, 15);
      g_ptr_array_add (rows, record);
    }
  return steps_done (step, error) ? g_steal_pointer (&rows) : NULL;
}

void
kefu_store_list_phrases_async (KefuStore *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_phrases, kefu_store_request_new (), cancellable, callback,
                   user_data);
}

static GPtrArray *
query_agents (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_agent_record_unref);
  g_autoptr (KefuStmt) stmt = NULL;
  GError *step = NULL;

  stmt = kefu_db_query (db, error, "SELECT id, name, role FROM agent WHERE disabled = 0 ORDER BY name, id", "");
  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &step))
    {
      KefuAgentRecord *record = kefu_agent_record_new ();

      record->id = kefu_store_text (stmt, 0);
      record->name = kefu_store_text (stmt, 1);
      record->role = kefu_store_text (stmt, 2);
      g_ptr_array_add (rows, record);
    }
  return steps_done (step, error) ? g_steal_pointer (&rows) : NULL;
}

void
kefu_store_list_agents_async (KefuStore *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_agents, kefu_store_request_new (), cancellable, callback, user_data);
}
