/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations of the server for what comes from a shop: customers and orders. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <glib/gi18n.h>

#include "kefu-entity-kinds.h"
#include "kefu-entity.h"
#include "kefu-id.h"

static const char *const states[] = {
  "unpaid", "paid", "shipped", "signed", "closed", "refunding", "refunded", NULL,
};
/* Columns that are ours, not the shop's. */
static const char *const kept_of_order[] = { "customer_id", "channel_id", "remark_by", "remark_at", NULL };
static const char *const kept_of_customer[] = { "tags", "notes", NULL };

static gboolean
holds_only (JsonArray *list, JsonNodeType type)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (json_node_get_node_type (json_array_get_element (list, i)) != type)
      return FALSE;
  return TRUE;
}

/* Whether the argument may become this column; absent and null ones may. */
static gboolean
check_field (const KefuField *field, JsonObject *args, GError **error)
{
  const char *text = NULL;
  gint64 number = 0;
  gboolean truth = FALSE;
  JsonArray *list = NULL;
  JsonObject *object = NULL;

  switch (field->type)
    {
    case KEFU_FIELD_TEXT:
      return kefu_arg_text (args, field->name, field->required ? KEFU_ARG_FILLED : KEFU_ARG_OPTIONAL, KEFU_MAX_TEXT,
                            &text, error);
    case KEFU_FIELD_INT:
      return kefu_arg_int (args, field->name, KEFU_ARG_OPTIONAL, 0, KEFU_PENDING_MSEQ, &number, error);
    case KEFU_FIELD_BOOL:
      return kefu_arg_bool (args, field->name, KEFU_ARG_OPTIONAL, &truth, error);
    case KEFU_FIELD_OBJECT:
      return kefu_arg_object (args, field->name, KEFU_ARG_OPTIONAL, &object, error);
    case KEFU_FIELD_ARRAY:
    default:
      if (!kefu_arg_array (args, field->name, KEFU_ARG_OPTIONAL, &list, error))
        return FALSE;
      return list == NULL || g_str_equal (field->name, "tags") || holds_only (list, JSON_NODE_OBJECT) ||
             kefu_arg_refuse (error, field->name, _ ("it is not a list of objects"));
    }
}

static gboolean
check_fields (const char *kind, JsonObject *args, GError **error)
{
  for (const KefuField *field = kefu_kind_find (kind)->fields; field->name != NULL; field++)
    if (!check_field (field, args, error))
      return FALSE;
  return TRUE;
}

/* The stored entity as an object to change; a new one if there is none. (transfer full) (nullable) */
static JsonObject *
load (KefuOpContext *context, const char *kind, const char *id, GError **error)
{
  g_autofree char *json = kefu_entity_to_json (context->db, kind, id, error);
  g_autoptr (JsonNode) node = NULL;

  if (*error != NULL)
    return NULL;
  if (json == NULL)
    return json_object_new ();
  node = json_from_string (json, error);
  return node != NULL ? json_node_dup_object (node) : NULL;
}

/* Copies what @args has of the columns of @kind, but those in @kept. Null leaves a column as it is. */
static void
take_fields (JsonObject *entity, const char *kind, JsonObject *args, const char *const *kept)
{
  for (const KefuField *field = kefu_kind_find (kind)->fields; field->name != NULL; field++)
    if (kefu_arg_has (args, field->name) && !g_strv_contains (kept, field->name))
      json_object_set_member (entity, field->name, json_node_copy (json_object_get_member (args, field->name)));
}

/* Writes @entity unless it is as stored. */
static gboolean
save (KefuOpContext *context, const char *kind, const char *id, JsonObject *entity, GError **error)
{
  g_autofree char *json = kefu_op_json (entity);
  g_autofree char *stored = kefu_entity_to_json (context->db, kind, id, error);
  g_autoptr (JsonNode) before = NULL;
  g_autoptr (JsonNode) after = NULL;

  if (*error != NULL)
    return FALSE;
  before = stored != NULL ? json_from_string (stored, NULL) : NULL;
  after = json_from_string (json, NULL);
  if (before != NULL && after != NULL && json_node_equal (before, after))
    return TRUE;
  return kefu_op_touch (context, kind, id, error) && kefu_entity_restore (context->db, kind, id, json, error);
}

/* --- channel.customer --- */

/* Labels are added, never replaced as a set. */
static void
add_tags (JsonObject *customer, JsonArray *add)
{
  g_autoptr (JsonArray) tags = json_array_new ();
  JsonArray *stored =
    json_object_has_member (customer, "tags") ? json_object_get_array_member (customer, "tags") : NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *lists[] = { stored, add };

  for (guint l = 0; l < G_N_ELEMENTS (lists); l++)
    for (guint i = 0; lists[l] != NULL && i < json_array_get_length (lists[l]); i++)
      {
        JsonNode *node = json_array_get_element (lists[l], i);
        const char *tag = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";

        if (*tag != '\0' && g_hash_table_add (seen, (gpointer) tag))
          json_array_add_string_element (tags, tag);
      }
  json_object_set_array_member (customer, "tags", json_array_ref (tags));
}

static gboolean
channel_customer (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  KefuSender sender = { NULL };
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) customer = NULL;
  JsonArray *tags = NULL;
  const char *notes = NULL;

  if (!kefu_arg_text (args, "channel_id", KEFU_ARG_REQUIRED, 64, &sender.channel_id, error) ||
      !kefu_arg_text (args, "key", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, 500, &sender.key, error) ||
      !kefu_arg_text (args, "name", KEFU_ARG_FILLED, 200, &sender.name, error) ||
      !check_fields ("customer", args, error) || !kefu_arg_array (args, "tags", KEFU_ARG_OPTIONAL, &tags, error) ||
      !kefu_arg_text (args, "notes", KEFU_ARG_OPTIONAL, KEFU_MAX_TEXT, &notes, error))
    return FALSE;
  if (tags != NULL && !holds_only (tags, JSON_NODE_VALUE))
    return kefu_arg_refuse (error, "tags", _ ("it is not a list of texts"));
  if (!kefu_op_check_channel (context, sender.channel_id, error) ||
      !kefu_op_ensure_customer (context, &sender, context->now, &id, NULL, error))
    return FALSE;

  customer = load (context, "customer", id, error);
  if (customer == NULL)
    return FALSE;
  take_fields (customer, "customer", args, kept_of_customer);
  if (tags != NULL)
    add_tags (customer, tags);
  /* Notes are what agents wrote. */
  if (notes != NULL && *json_object_get_string_member_with_default (customer, "notes", "") == '\0')
    json_object_set_string_member (customer, "notes", notes);
  return save (context, "customer", id, customer, error);
}

/* --- channel.order --- */

static gboolean
find_order (KefuOpContext *context, const char *channel_id, const char *number, char **id, GError **error)
{
  g_autoptr (KefuStmt) row =
    kefu_db_row (context->db, error, "SELECT id FROM orders WHERE number = ?1 AND channel_id = ?2", "ss", number,
                 channel_id);

  *id = row != NULL ? g_strdup (kefu_stmt_text (row, 0)) : NULL;
  return *error == NULL;
}

static gboolean
channel_order (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  KefuSender sender = { NULL };
  const char *number = NULL;
  const char *state = NULL;
  const char *currency = NULL;
  gint64 placed_at = 0;
  gint64 flag = 0;
  gboolean is_new;
  g_autofree char *id = NULL;
  g_autofree char *customer_id = NULL;
  g_autoptr (JsonObject) order = NULL;

  if (!kefu_op_read_sender (context, args, &sender, error) ||
      !kefu_arg_text (args, "number", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, 100, &number, error) ||
      !kefu_arg_one_of (args, "state", KEFU_ARG_REQUIRED, states, &state, error) ||
      !kefu_arg_int (args, "placed_at", KEFU_ARG_OPTIONAL, 1, KEFU_PENDING_MSEQ, &placed_at, error) ||
      !kefu_arg_int (args, "flag", KEFU_ARG_OPTIONAL, 0, 5, &flag, error) ||
      !kefu_arg_text (args, "currency", KEFU_ARG_FILLED, 3, &currency, error) || !check_fields ("order", args, error) ||
      !find_order (context, sender.channel_id, number, &id, error))
    return FALSE;
  is_new = id == NULL;
  if (is_new && placed_at == 0)
    return kefu_arg_refuse (error, "placed_at", _ ("it is missing"));
  if (!kefu_op_ensure_customer (context, &sender, is_new ? placed_at : context->now, &customer_id, NULL, error))
    return FALSE;

  if (is_new)
    id = kefu_id_new (context->now);
  order = load (context, "order", id, error);
  if (order == NULL)
    return FALSE;
  json_object_set_string_member (order, "customer_id", customer_id);
  json_object_set_string_member (order, "channel_id", sender.channel_id);
  take_fields (order, "order", args, kept_of_order);
  return save (context, "order", id, order, error);
}

const KefuOpEntry kefu_op_shop_entries[] = {
  { "channel.customer", channel_customer, TRUE },
  { "channel.order", channel_order, TRUE },
  { NULL },
};
