/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of a customer's orders with their items, parcels and promises. */
#include "config.h"

#include "kefu-store-private.h"

static const char *
string_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return "";
  return json_node_get_string (node);
}

static gint64
int_of (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : fallback;
}

static gpointer
item_new (JsonObject *object)
{
  KefuOrderItemRecord *item = kefu_order_item_record_new ();

  item->title = g_strdup (string_of (object, "title"));
  item->variant = g_strdup (string_of (object, "variant"));
  item->image = g_strdup (string_of (object, "image"));
  item->qty = (int) int_of (object, "qty", 1);
  item->price_minor = int_of (object, "price_minor", 0);
  return item;
}

static gpointer
track_new (JsonObject *object)
{
  KefuTrackRecord *track = kefu_track_record_new ();

  track->at = int_of (object, "at", 0);
  track->text = g_strdup (string_of (object, "text"));
  return track;
}

/* The objects of a JSON array as records; what is no object is left out. */
static GPtrArray *
parse_objects (const char *json, gpointer (*parse) (JsonObject *), GDestroyNotify unref)
{
  GPtrArray *records = g_ptr_array_new_with_free_func (unref);
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (element))
        g_ptr_array_add (records, parse (json_node_get_object (element)));
    }
  return records;
}

static KefuOrderRecord *
order_row (KefuStmt *stmt)
{
  KefuOrderRecord *record = kefu_order_record_new ();

  record->id = kefu_store_text (stmt, 0);
  record->rev = kefu_stmt_int (stmt, 1);
  record->customer_id = kefu_store_text (stmt, 2);
  record->number = kefu_store_text (stmt, 3);
  record->platform = kefu_store_text (stmt, 4);
  record->state = kefu_store_text (stmt, 5);
  record->placed_at = kefu_stmt_int (stmt, 6);
  record->paid_at = kefu_stmt_int (stmt, 7);
  record->shipped_at = kefu_stmt_int (stmt, 8);
  record->signed_at = kefu_stmt_int (stmt, 9);
  record->confirmed = kefu_stmt_int (stmt, 10) != 0;
  record->reviewed = kefu_stmt_int (stmt, 11) != 0;
  record->items = parse_objects (kefu_stmt_text (stmt, 12), item_new, (GDestroyNotify) kefu_order_item_record_unref);
  record->total_minor = kefu_stmt_int (stmt, 13);
  record->discount_minor = kefu_stmt_int (stmt, 14);
  record->paid_minor = kefu_stmt_int (stmt, 15);
  record->currency = kefu_store_text (stmt, 16);
  record->courier = kefu_store_text (stmt, 17);
  record->tracking = kefu_store_text (stmt, 18);
  record->track = parse_objects (kefu_stmt_text (stmt, 19), track_new, (GDestroyNotify) kefu_track_record_unref);
  record->receiver = kefu_store_text (stmt, 20);
  record->phone = kefu_store_text (stmt, 21);
  record->address = kefu_store_text (stmt, 22);
  record->flag = kefu_stmt_is_null (stmt, 23) ? -1 : (int) kefu_stmt_int (stmt, 23);
  record->remark = kefu_store_text (stmt, 24);
  record->remark_by_name = kefu_store_text (stmt, 25);
  record->remark_at = kefu_stmt_int (stmt, 26);
  return record;
}

static GPtrArray *
query_orders (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_order_record_unref);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (db, error,
                        "SELECT o.id, o.rev, o.customer_id, o.number, o.platform, o.state, o.placed_at, o.paid_at,"
                        " o.shipped_at, o.signed_at, o.confirmed, o.reviewed, o.items, o.total_minor, o.discount_minor,"
                        " o.paid_minor, o.currency, o.courier, o.tracking, o.track, o.receiver, o.phone, o.address,"
                        " o.flag, o.remark, a.name, o.remark_at FROM orders o LEFT JOIN agent a ON a.id = o.remark_by"
                        " WHERE o.customer_id = ? ORDER BY o.placed_at DESC, o.id",
                        "s", request->id);
  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &local))
    {
      KefuOrderRecord *record = order_row (stmt);

      g_ptr_array_add (rows, record);
      record->checklist =
        kefu_store_checklist_rows (kefu_db_query (db, &local,
                                                  KEFU_CHECKLIST_COLUMNS
                                                  "WHERE i.order_id = ?1 AND i.deleted = 0" KEFU_CHECKLIST_ORDER,
                                                  "s", record->id),
                                   &local);
      if (record->checklist == NULL)
        break;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&rows);
}

void
kefu_store_list_orders_async (KefuStore *self,
                              const char *customer_id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (customer_id != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (customer_id);
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_orders, request, cancellable, callback, user_data);
}
