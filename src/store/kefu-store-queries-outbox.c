/* SPDX-License-Identifier: GPL-3.0-or-later
 * Query of the outbox: the tray of what was not sent. */
#include "config.h"

#include "kefu-store-private.h"

/* What was typed and whom it concerns, out of the arguments of the operation; an item, an order or a customer leads to the conversation
 * in which it is looked at. */
#define OUTBOX_QUERY                                                                                                   \
  "WITH o AS (SELECT *, coalesce(args->>'$.body', args->>'$.title', args->>'$.remark', args->>'$.notes',"              \
  "  args->>'$.name', args->>'$.level', args->>'$.region', args->>'$.phone', args->>'$.address',"                      \
  "  args->>'$.birthday', '') AS text,"                                                                                \
  " coalesce(args->>'$.customer_id',"                                                                                  \
  "  (SELECT customer_id FROM orders WHERE id = args->>'$.order_id')) AS customer_id,"                                 \
  " coalesce(args->>'$.conversation_id',"                                                                              \
  "  (SELECT conversation_id FROM checklist_item WHERE id = args->>'$.id'),"                                           \
  "  (SELECT conversation_id FROM message WHERE id = args->>'$.id')) AS shown_in FROM desk.outbox)"                    \
  " SELECT o.op_id, o.type, o.args, o.state, o.reason, o.text, coalesce(o.shown_in,"                                   \
  "  (SELECT id FROM conversation WHERE customer_id = o.customer_id ORDER BY last_at DESC LIMIT 1)), cu.name,"         \
  "  o.created_at, o.tries, o.args ->> '$.attachment', o.conflict"                                                     \
  " FROM o LEFT JOIN conversation c ON c.id = o.shown_in"                                                              \
  " LEFT JOIN customer cu ON cu.id = coalesce(c.customer_id, o.customer_id)"                                           \
  " WHERE o.state = 'rejected' OR (o.state = 'pending' AND (o.text <> '' OR o.blob IS NOT NULL))"                      \
  " ORDER BY o.state <> 'rejected', o.n"

static GPtrArray *
query_outbox (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_outbox_record_unref);
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, OUTBOX_QUERY, "");
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuOutboxRecord *record = kefu_outbox_record_new ();

      record->op_id = kefu_store_text (stmt, 0);
      record->type = kefu_store_text (stmt, 1);
      record->args = kefu_store_text (stmt, 2);
      record->state = kefu_store_text (stmt, 3);
      record->reason = kefu_store_text (stmt, 4);
      record->text = kefu_store_text (stmt, 5);
      record->conversation_id = g_strdup (kefu_stmt_text (stmt, 6));
      record->customer_name = kefu_store_name (stmt, 7);
      record->created_at = kefu_stmt_int (stmt, 8);
      record->tries = (int) kefu_stmt_int (stmt, 9);
      if (!kefu_stmt_is_null (stmt, 10))
        record->attachment = kefu_attachment_from_data (kefu_stmt_text (stmt, 10), NULL);
      record->is_conflict = !kefu_stmt_is_null (stmt, 11);
      if (record->is_conflict)
        record->conflict = kefu_store_conflict_load (db, record->type, record->args, kefu_stmt_text (stmt, 11));
      if (record->conflict != NULL && !record->conflict->removing)
        {
          g_free (record->text);
          record->text = g_strdup (record->conflict->mine);
        }
      g_ptr_array_add (rows, record);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&rows);
}

void
kefu_store_list_outbox_async (KefuStore *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_outbox, kefu_store_request_new (), cancellable, callback, user_data);
}
