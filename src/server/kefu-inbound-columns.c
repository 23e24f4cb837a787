/* SPDX-License-Identifier: GPL-3.0-or-later
 * The columns that channels may send of customers and orders. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-inbound-columns.h"

/* 1e15 minor units are ten thousand milliards of yuan; 4e15 is the place of pending messages. */
#define MONEY_MAX 1000000000000000LL
#define TIME_MAX 4000000000000000LL
#define LIST_MAX 200

const KefuColumn kefu_inbound_customer_columns[] = {
  { "name", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 200 },
  { "level", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 100 },
  { "gender", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 1 },
  { "region", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 200 },
  { "phone", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 50 },
  { "address", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 1000 },
  { "birthday", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 10 },
  { "since", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, TIME_MAX },
  { "tags", KEFU_COLUMN_TEXTS, KEFU_JSON_OPTIONAL, 50 },
  { "notes", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 10000 },
  { "good_reviews", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, G_MAXINT32 },
  { "bad_reviews", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, G_MAXINT32 },
  { NULL },
};

const KefuColumn kefu_inbound_order_columns[] = {
  { "number", KEFU_COLUMN_TEXT, KEFU_JSON_REQUIRED, 100 },
  { "platform", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 50 },
  { "state", KEFU_COLUMN_TEXT, KEFU_JSON_REQUIRED, 20 },
  { "placed_at", KEFU_COLUMN_INT, KEFU_JSON_REQUIRED, TIME_MAX },
  { "paid_at", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, TIME_MAX },
  { "shipped_at", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, TIME_MAX },
  { "signed_at", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, TIME_MAX },
  { "confirmed", KEFU_COLUMN_BOOL, KEFU_JSON_OPTIONAL, 0 },
  { "reviewed", KEFU_COLUMN_BOOL, KEFU_JSON_OPTIONAL, 0 },
  { "items", KEFU_COLUMN_ITEMS, KEFU_JSON_OPTIONAL, LIST_MAX },
  { "total_minor", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, MONEY_MAX },
  { "discount_minor", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, MONEY_MAX },
  { "paid_minor", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, MONEY_MAX },
  { "refunded_minor", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, MONEY_MAX },
  { "currency", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 3 },
  { "courier", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 100 },
  { "tracking", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 100 },
  { "track", KEFU_COLUMN_TRACK, KEFU_JSON_OPTIONAL, LIST_MAX },
  { "receiver", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 200 },
  { "phone", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 50 },
  { "address", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 1000 },
  { NULL },
};

static const KefuColumn item_columns[] = {
  { "title", KEFU_COLUMN_TEXT, KEFU_JSON_REQUIRED, 500 },
  { "variant", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 500 },
  { "qty", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, 1000000 },
  { "price_minor", KEFU_COLUMN_INT, KEFU_JSON_OPTIONAL, MONEY_MAX },
  { "image", KEFU_COLUMN_TEXT, KEFU_JSON_OPTIONAL, 64 },
  { NULL },
};

static const KefuColumn track_columns[] = {
  { "at", KEFU_COLUMN_INT, KEFU_JSON_REQUIRED, TIME_MAX },
  { "text", KEFU_COLUMN_TEXT, KEFU_JSON_REQUIRED, 1000 },
  { NULL },
};

static void
check_list (KefuJsonCheck *check, JsonObject *object, const KefuColumn *column, const KefuColumn *element_columns)
{
  JsonArray *list = kefu_json_check_array (check, object, column->name, column->need, 0, (guint) column->max);

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonObject *element = kefu_json_check_element (check, list, column->name, i);

      kefu_inbound_check_columns (check, element, element_columns);
      kefu_json_check_leave (check);
    }
}

static void
check_texts (KefuJsonCheck *check, JsonObject *object, const KefuColumn *column)
{
  JsonArray *list = kefu_json_check_array (check, object, column->name, column->need, 0, (guint) column->max);

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      kefu_json_check_enter_index (check, column->name, i);
      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING ||
          strlen (json_node_get_string (node)) > 100)
        kefu_json_check_fail (check, "", "should be text of at most 100 bytes");
      kefu_json_check_leave (check);
    }
}

void
kefu_inbound_check_columns (KefuJsonCheck *check, JsonObject *object, const KefuColumn *columns)
{
  for (const KefuColumn *column = columns; column->name != NULL; column++)
    switch (column->type)
      {
      case KEFU_COLUMN_TEXT:
        kefu_json_check_text (check, object, column->name, column->need, (gsize) column->max);
        break;
      case KEFU_COLUMN_INT:
        kefu_json_check_int (check, object, column->name, column->need, 0, column->max);
        break;
      case KEFU_COLUMN_BOOL:
        kefu_json_check_bool (check, object, column->name, column->need);
        break;
      case KEFU_COLUMN_TEXTS:
        check_texts (check, object, column);
        break;
      case KEFU_COLUMN_ITEMS:
        check_list (check, object, column, item_columns);
        break;
      case KEFU_COLUMN_TRACK:
        check_list (check, object, column, track_columns);
        break;
      default:
        g_assert_not_reached ();
      }
}

void
kefu_inbound_copy_columns (JsonObject *from, JsonObject *to, const KefuColumn *columns)
{
  for (const KefuColumn *column = columns; column->name != NULL; column++)
    {
      JsonNode *node = json_object_get_member (from, column->name);

      if (node != NULL && !JSON_NODE_HOLDS_NULL (node))
        json_object_set_member (to, column->name, json_node_copy (node));
    }
}
