/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of the inbox: conversations by view, by id, and how many there are. */
#include "config.h"

#include "kefu-store-private.h"

/* One key above all: the first page begins after it. */
static const KefuInboxKey top = { 0, G_MININT64, G_MININT64 };

/* Which rows of sql/inbox.sql are of a view, as kefu_inbox_query_has() says it of a record. */
static const struct
{
  gboolean any_open; /* of all buckets but that of the resolved */
  const char *condition;
} views[KEFU_N_VIEWS] = {
  [KEFU_VIEW_MINE] = { FALSE, "bucket = 0" },
  [KEFU_VIEW_UNASSIGNED] = { FALSE, "bucket = 1" },
  [KEFU_VIEW_WAITING] = { TRUE, "bucket < 4 AND part < 2" },
  [KEFU_VIEW_MENTIONS] = { TRUE, NULL },
  [KEFU_VIEW_SNOOZED] = { FALSE, "bucket = 3" },
  [KEFU_VIEW_RESOLVED] = { FALSE, "bucket = 4" },
  [KEFU_VIEW_ALL] = { TRUE, "bucket < 4" },
};

const char *
kefu_store_view_condition (KefuInboxView view)
{
  g_return_val_if_fail ((guint) view < KEFU_N_VIEWS, NULL);

  return views[view].condition;
}

/* Of which parts of sql/inbox.sql a segment of an order is made; each part lies in an index newest first. "w" is those who wait, by how long.
 * The rank of a KefuInboxKey is the segment. */
static const char *
segment_parts (const KefuInboxQuery *query, guint segment)
{
  static const char *const parts[KEFU_N_ORDERS][2] = {
    [KEFU_ORDER_LONGEST] = { "w", "23" },
    [KEFU_ORDER_NEWEST] = { "0123", NULL },
    [KEFU_ORDER_UNREAD] = { "02", "13" },
  };
  static const char *const of_waiting[KEFU_N_ORDERS][2] = {
    [KEFU_ORDER_LONGEST] = { "w", NULL },
    [KEFU_ORDER_NEWEST] = { "01", NULL },
    [KEFU_ORDER_UNREAD] = { "0", "1" },
  };

  if (segment >= G_N_ELEMENTS (parts[0]))
    return NULL;
  return (query->view == KEFU_VIEW_WAITING ? of_waiting : parts)[query->order][segment];
}

/* Mentions are kept as a label is; of them there are few, so a label of theirs is looked up for each. */
#define OF_LABEL " AND (?2 = '' OR EXISTS(SELECT 1 FROM inbox l WHERE l.n = inbox.n AND l.label_id = ?2))"

/* One walk in one index. */
static void
append_walk (GString *sql, const KefuInboxQuery *query, char part)
{
  gboolean any_open = views[query->view].any_open;
  const char *at = part == 'w' ? "since" : "at";
  gboolean mentions = query->view == KEFU_VIEW_MENTIONS;

  g_string_append_printf (sql, "SELECT %s AS at, n FROM inbox INDEXED BY inbox%s%s%s WHERE label_id = %s", at,
                          query->channel_id != NULL ? "_channel" : "", any_open ? "_all" : "_bucket",
                          part == 'w' ? "_since" : "", mentions ? "'@'" : "?2");
  if (mentions)
    g_string_append (sql, OF_LABEL);
  if (query->channel_id != NULL)
    g_string_append (sql, " AND channel_id = ?6");
  g_string_append_printf (sql, " AND %s", any_open ? "bucket < 4" : views[query->view].condition);
  if (part == 'w')
    g_string_append (sql, " AND part < 2");
  else
    g_string_append_printf (sql, " AND part = %c", part);
  g_string_append_printf (sql, " AND (%s, n) > (?3, ?4)", at);
}

/* Parameters: 1 agent, 2 label or '', 3 and 4 at and n of the key, 5 limit, 6 channel if there is one. */
char *
kefu_store_inbox_sql (const KefuInboxQuery *query, guint segment)
{
  const char *parts;
  GString *sql;

  g_return_val_if_fail ((guint) query->view < KEFU_N_VIEWS && (guint) query->order < KEFU_N_ORDERS, NULL);

  parts = segment_parts (query, segment);
  if (parts == NULL)
    return NULL;
  sql = g_string_new (KEFU_CONVERSATION_COLUMNS "WHERE c.rowid IN (SELECT n FROM (");
  for (guint i = 0; parts[i] != '\0'; i++)
    {
      if (i > 0)
        g_string_append (sql, " UNION ALL ");
      append_walk (sql, query, parts[i]);
    }
  g_string_append (sql, " ORDER BY 1, 2 LIMIT ?5))");
  return g_string_free (sql, FALSE);
}

static GPtrArray *
query_segment (KefuStoreCore *core,
               KefuDb *db,
               const KefuInboxQuery *query,
               const char *sql,
               const KefuInboxKey *after,
               gint64 limit,
               GError **error)
{
  return kefu_store_conversation_rows (kefu_db_query (db, error, sql, query->channel_id != NULL ? "ssiiis" : "ssiii",
                                                      core->agent_id, query->label_id != NULL ? query->label_id : "",
                                                      after->at, after->n, limit, query->channel_id),
                                       error);
}

static int
compare_records (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const KefuInboxQuery *query = user_data;
  KefuInboxKey left = kefu_inbox_key_of (query->order, *(KefuConversationRecord *const *) a);
  KefuInboxKey right = kefu_inbox_key_of (query->order, *(KefuConversationRecord *const *) b);

  return kefu_inbox_key_compare (&left, &right);
}

static GPtrArray *
query_inbox (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  const KefuInboxQuery *query = request->inbox;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_conversation_record_unref);
  KefuInboxKey after = request->after;

  for (guint segment = (guint) after.rank; request->limit == 0 || rows->len < request->limit; segment++)
    {
      g_autofree char *sql = kefu_store_inbox_sql (query, segment);
      gint64 left = request->limit != 0 ? (gint64) (request->limit - rows->len) : -1;
      g_autoptr (GPtrArray) some = NULL;

      if (sql == NULL)
        break;
      some = query_segment (core, db, query, sql, &after, left, error);
      if (some == NULL)
        return NULL;
      g_ptr_array_extend_and_steal (rows, g_steal_pointer (&some));
      after = top;
    }
  /* They come as their rows lie in the table. */
  g_ptr_array_sort_with_data (rows, compare_records, request->inbox);
  return g_steal_pointer (&rows);
}

void
kefu_store_list_inbox_async (KefuStore *self,
                             const KefuInboxQuery *query,
                             const KefuInboxKey *after,
                             guint limit,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (query != NULL);

  request = kefu_store_request_new ();
  request->inbox = kefu_inbox_query_copy (query);
  request->after = after != NULL ? *after : top;
  request->limit = limit;
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

/* Parameters: 1 label (nullable), 2 channel (nullable). (transfer full): one row with a column a view. */
static char *
counts_sql (void)
{
  GString *sql = g_string_new ("SELECT ");

  for (int view = 0; view < KEFU_N_VIEWS; view++)
    {
      if (view > 0)
        g_string_append (sql, ", ");
      if (views[view].condition != NULL)
        g_string_append_printf (sql, "sum(n) FILTER (WHERE %s)", views[view].condition);
      else
        g_string_append (sql, "(SELECT count(*) FROM inbox i WHERE i.label_id = '@' AND i.bucket < 4 AND"
                              " (?2 IS NULL OR i.channel_id = ?2) AND"
                              " (?1 IS NULL OR EXISTS(SELECT 1 FROM inbox l WHERE l.n = i.n AND l.label_id = ?1)))");
    }
  g_string_append (sql, " FROM inbox_count WHERE label_id = coalesce(?1, '') AND (?2 IS NULL OR channel_id = ?2)");
  return g_string_free (sql, FALSE);
}

static GPtrArray *
query_counts (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autofree char *sql = counts_sql ();
  g_autoptr (KefuStmt) row = kefu_db_row (db, error, sql, "ss", request->other, request->id);
  GPtrArray *counts;

  if (row == NULL)
    return NULL;
  counts = g_ptr_array_sized_new (KEFU_N_VIEWS);
  for (int view = 0; view < KEFU_N_VIEWS; view++)
    g_ptr_array_add (counts, GUINT_TO_POINTER ((guint) kefu_stmt_int (row, view)));
  return counts;
}

void
kefu_store_count_views_async (KefuStore *self,
                              const char *channel_id,
                              const char *label_id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  KefuStoreRequest *request = kefu_store_request_new ();

  request->id = g_strdup (channel_id);
  request->other = g_strdup (label_id);
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_counts, request, cancellable, callback, user_data);
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
