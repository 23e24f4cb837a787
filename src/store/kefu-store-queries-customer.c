/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of a customer: who it is, what it is worth, what was promised. */
#include "config.h"

#include "kefu-store-private.h"

/* product.md, "The numbers of the field": the claim window and the end of the lowest level of after-sale risk. */
#define DAY_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)
#define CLAIM_DAYS 30
#define RISK_DAYS 90
#define MAX_EARLIER 50

static char **
parse_tags (const char *json)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *tag = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (tag) && json_node_get_value_type (tag) == G_TYPE_STRING)
        g_strv_builder_add (builder, json_node_get_string (tag));
    }
  return g_strv_builder_end (builder);
}

static KefuCustomerRecord *
read_customer (KefuDb *db, const char *id, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  KefuCustomerRecord *record;

  stmt = kefu_db_query (db, error,
                        "SELECT id, rev, name, level, gender, region, phone, address, birthday, since, tags, notes,"
                        " good_reviews, bad_reviews FROM customer WHERE id = ?",
                        "s", id);
  if (stmt == NULL || !kefu_stmt_step (stmt, error))
    return NULL;
  record = kefu_customer_record_new ();
  record->id = kefu_store_text (stmt, 0);
  record->rev = kefu_stmt_int (stmt, 1);
  record->name = kefu_store_text (stmt, 2);
  record->level = kefu_store_text (stmt, 3);
  record->gender = kefu_store_text (stmt, 4);
  record->region = kefu_store_text (stmt, 5);
  record->phone = kefu_store_text (stmt, 6);
  record->address = kefu_store_text (stmt, 7);
  record->birthday = kefu_store_text (stmt, 8);
  record->since = kefu_stmt_int (stmt, 9);
  record->tags = parse_tags (kefu_stmt_text (stmt, 10));
  record->notes = kefu_store_text (stmt, 11);
  record->good_reviews = (int) kefu_stmt_int (stmt, 12);
  record->bad_reviews = (int) kefu_stmt_int (stmt, 13);
  return record;
}

static gboolean
read_identities (KefuDb *db, KefuCustomerRecord *customer, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (KefuStmt) stmt = NULL;

  customer->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_identity_record_unref);
  stmt = kefu_db_query (db, error,
                        "SELECT i.id, i.channel_id, ch.type, ch.name, i.key, i.name FROM identity i"
                        " LEFT JOIN channel ch ON ch.id = i.channel_id WHERE i.customer_id = ? ORDER BY i.id",
                        "s", customer->id);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuIdentityRecord *record = kefu_identity_record_new ();

      record->id = kefu_store_text (stmt, 0);
      record->channel_id = kefu_store_text (stmt, 1);
      record->channel_type = kefu_store_text (stmt, 2);
      record->channel_name = kefu_store_text (stmt, 3);
      record->key = kefu_store_text (stmt, 4);
      record->name = kefu_store_text (stmt, 5);
      g_ptr_array_add (customer->identities, record);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Value counts what was paid and not closed unpaid; the risk is that of the riskiest order: 1 received, but neither confirmed nor
 * reviewed; 2 reviewed, and inside the claim window; 3 bought within three months. */
static gboolean
read_value (KefuDb *db, KefuCustomerRecord *customer, gint64 now, GError **error)
{
  g_autoptr (KefuStmt) value = NULL;
  g_autoptr (KefuStmt) risk = NULL;
  gint64 n_refunds;

  value = kefu_db_query (db, error,
                         "SELECT count(*), sum(paid_minor), max(currency), max(placed_at),"
                         " sum(refunded_minor > 0 OR state IN ('refunding', 'refunded'))"
                         " FROM orders WHERE customer_id = ? AND paid_at > 0",
                         "s", customer->id);
  if (value == NULL || !kefu_stmt_step (value, error))
    return FALSE;
  customer->n_orders = (int) kefu_stmt_int (value, 0);
  customer->paid_minor = kefu_stmt_int (value, 1);
  customer->currency = kefu_stmt_is_null (value, 2) ? g_strdup ("CNY") : kefu_store_text (value, 2);
  customer->n_repeat = MAX (customer->n_orders - 1, 0);
  customer->last_order_at = kefu_stmt_int (value, 3);
  n_refunds = kefu_stmt_int (value, 4);
  customer->refund_percent = customer->n_orders > 0 ? (int) (n_refunds * 100 / customer->n_orders) : 0;

  risk =
    kefu_db_query (db, error,
                   "SELECT CASE WHEN state = 'signed' AND NOT confirmed AND NOT reviewed THEN 1"
                   " WHEN reviewed AND placed_at > ?2 THEN 2 WHEN placed_at > ?3 THEN 3 ELSE 0 END AS level,"
                   " max(placed_at) FROM orders WHERE customer_id = ?1 AND paid_at > 0"
                   " AND state NOT IN ('closed', 'refunded') GROUP BY level HAVING level > 0 ORDER BY level LIMIT 1",
                   "sii", customer->id, now - CLAIM_DAYS * DAY_MS, now - RISK_DAYS * DAY_MS);
  if (risk == NULL)
    return FALSE;
  if (!kefu_stmt_step (risk, error))
    return error == NULL || *error == NULL;
  customer->risk = (int) kefu_stmt_int (risk, 0);
  if (customer->risk == 2)
    customer->risk_days = (int) ((kefu_stmt_int (risk, 1) + CLAIM_DAYS * DAY_MS - now + DAY_MS - 1) / DAY_MS);
  return TRUE;
}

static GPtrArray *
query_customer (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_customer_record_unref);
  g_autoptr (GError) local = NULL;
  g_autoptr (KefuCustomerRecord) customer = read_customer (db, request->id, &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (customer == NULL)
    return g_steal_pointer (&rows);
  if (!read_identities (db, customer, error) || !read_value (db, customer, kefu_clock_now (core->clock), error))
    return NULL;
  customer->earlier = kefu_store_conversation_rows (
    kefu_db_query (db, error,
                   KEFU_CONVERSATION_COLUMNS
                   "WHERE c.customer_id = ?2 AND c.id IS NOT ?3 ORDER BY c.last_at DESC, c.id LIMIT ?4",
                   "sssi", core->agent_id, request->id, request->other, (gint64) MAX_EARLIER),
    error);
  if (customer->earlier == NULL)
    return NULL;
  g_ptr_array_add (rows, g_steal_pointer (&customer));
  return g_steal_pointer (&rows);
}

void
kefu_store_get_customer_async (KefuStore *self,
                               const char *customer_id,
                               const char *conversation_id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (customer_id != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (customer_id);
  request->other = g_strdup (conversation_id);
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_customer, request, cancellable, callback, user_data);
}

static GPtrArray *
query_checklist (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  return kefu_store_checklist_rows (kefu_db_query (db, error,
                                                   KEFU_CHECKLIST_COLUMNS
                                                   "WHERE i.customer_id = ?1 AND i.deleted = 0" KEFU_CHECKLIST_ORDER,
                                                   "s", request->id),
                                    error);
}

void
kefu_store_list_checklist_async (KefuStore *self,
                                 const char *customer_id,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (customer_id != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (customer_id);
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_checklist, request, cancellable, callback, user_data);
}
