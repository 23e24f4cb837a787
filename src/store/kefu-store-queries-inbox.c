/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of the inbox: conversations by view, by id, and how many there are. */
#include "config.h"

#include "kefu-store-private.h"

/* Each is served by an index of the entity script; tests/store looks at the plans. */
static const char *const conditions[KEFU_N_VIEWS] = {
  [KEFU_VIEW_MINE] = "c.assignee_id = ?1 AND c.status = 'open'",
  [KEFU_VIEW_UNASSIGNED] = "c.assignee_id IS NULL AND c.status = 'open'",
  [KEFU_VIEW_WAITING] = "c.waiting_since > 0 AND c.status <> 'resolved'",
  [KEFU_VIEW_SNOOZED] = "c.status = 'snoozed'",
  [KEFU_VIEW_RESOLVED] = "c.status = 'resolved'",
  [KEFU_VIEW_ALL] = "c.status IN ('open', 'snoozed')",
};

static const char *const orders[] = {
  [KEFU_ORDER_LONGEST] = "c.waiting_since = 0, c.waiting_since, c.last_at DESC, c.id",
  [KEFU_ORDER_NEWEST] = "c.last_at DESC, c.id",
  [KEFU_ORDER_UNREAD] = "unread = 0, c.last_at DESC, c.id",
};

const char *
kefu_store_view_condition (KefuInboxView view)
{
  g_return_val_if_fail ((int) view >= 0 && view < KEFU_N_VIEWS, conditions[KEFU_VIEW_ALL]);

  return conditions[view];
}

char *
kefu_store_inbox_sql (KefuInboxView view, KefuInboxOrder order)
{
  g_return_val_if_fail ((guint) order < G_N_ELEMENTS (orders), NULL);

  return g_strconcat (KEFU_CONVERSATION_COLUMNS, "WHERE ", kefu_store_view_condition (view), " ORDER BY ",
                      orders[order], NULL);
}

static GPtrArray *
query_inbox (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autofree char *sql = kefu_store_inbox_sql ((KefuInboxView) request->number, (KefuInboxOrder) request->number2);

  return kefu_store_conversation_rows (kefu_db_query (db, error, sql, "s", core->agent_id), error);
}

void
kefu_store_list_inbox_async (KefuStore *self,
                             KefuInboxView view,
                             KefuInboxOrder order,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  KefuStoreRequest *request = kefu_store_request_new ();

  request->number = view;
  request->number2 = order;
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_inbox, request, cancellable, callback, user_data);
}

/* (transfer full): @ids as a JSON array, for json_each(). */
static char *
ids_to_json (const char *const *ids)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; ids[i] != NULL; i++)
    json_array_add_string_element (array, ids[i]);
  json_node_set_array (node, array);
  return json_to_string (node, FALSE);
}

static GPtrArray *
query_conversations (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  return kefu_store_conversation_rows (kefu_db_query (db, error,
                                                      KEFU_CONVERSATION_COLUMNS
                                                      "WHERE c.id IN (SELECT value FROM json_each(?2))",
                                                      "ss", core->agent_id, request->text),
                                       error);
}

void
kefu_store_get_conversations_async (KefuStore *self,
                                    const char *const *ids,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (ids != NULL);

  request = kefu_store_request_new ();
  request->text = ids_to_json (ids);
  kefu_store_read (self, KEFU_WORKER_URGENT, query_conversations, request, cancellable, callback, user_data);
}

static GPtrArray *
query_messages_by_id (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  return kefu_store_message_rows (kefu_db_query (db, error,
                                                 KEFU_MESSAGE_COLUMNS
                                                 "WHERE m.id IN (SELECT value FROM json_each(?1)) ORDER BY m.mseq",
                                                 "s", request->text),
                                  error);
}

void
kefu_store_get_messages_async (KefuStore *self,
                               const char *const *ids,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (ids != NULL);

  request = kefu_store_request_new ();
  request->text = ids_to_json (ids);
  kefu_store_read (self, KEFU_WORKER_URGENT, query_messages_by_id, request, cancellable, callback, user_data);
}

static GPtrArray *
query_counts (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) counts = g_ptr_array_new ();

  for (int view = 0; view < KEFU_N_VIEWS; view++)
    {
      const char *condition = kefu_store_view_condition ((KefuInboxView) view);
      gboolean of_agent = strstr (condition, "?1") != NULL;
      g_autofree char *sql = g_strconcat ("SELECT count(*) FROM conversation c WHERE ", condition, NULL);
      g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, sql, of_agent ? "s" : "", core->agent_id);

      if (stmt == NULL || !kefu_stmt_step (stmt, error))
        return NULL;
      g_ptr_array_add (counts, GUINT_TO_POINTER ((guint) kefu_stmt_int (stmt, 0)));
    }
  return g_steal_pointer (&counts);
}

void
kefu_store_count_views_async (KefuStore *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_counts, kefu_store_request_new (), cancellable, callback, user_data);
}

GArray *
kefu_store_count_views_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) counts = kefu_store_list_finish (self, result, error);
  GArray *array;

  if (counts == NULL)
    return NULL;
  array = g_array_sized_new (FALSE, FALSE, sizeof (guint), counts->len);
  for (guint i = 0; i < counts->len; i++)
    {
      guint n = GPOINTER_TO_UINT (g_ptr_array_index (counts, i));

      g_array_append_val (array, n);
    }
  return array;
}
