/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations on customers: what an agent knows of them, and the record of who looked. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <string.h>

#include <glib/gi18n.h>

#define MAX_NOTES 10000
#define MAX_TAG 40
#define MAX_TAGS 100

static const char *const genders[] = { "f", "m", "", NULL };
static const char *const revealed_fields[] = { "phone", "address", NULL };
static const char *const ways[] = { "reveal", "copy", NULL };

/* --- customer.edit --- */

static const KefuOpField fields[] = {
  { "name", FALSE },     { "level", FALSE }, { "gender", FALSE },
  { "region", FALSE },   { "phone", FALSE }, { "address", FALSE },
  { "birthday", FALSE }, { "notes", FALSE }, { NULL },
};

/* MM-DD or YYYY-MM-DD, or nothing. 29 February is a birthday in any year. */
static gboolean
is_birthday (const char *text)
{
  g_auto (GStrv) parts = NULL;
  guint n_parts;
  guint64 year, month, day;

  if (*text == '\0')
    return TRUE;
  if (!g_regex_match_simple ("^(\\d{4}-)?\\d\\d-\\d\\d$", text, G_REGEX_DOLLAR_ENDONLY, 0))
    return FALSE;
  parts = g_strsplit (text, "-", -1);
  n_parts = g_strv_length (parts);
  year = n_parts == 3 ? g_ascii_strtoull (parts[0], NULL, 10) : 2000;
  month = g_ascii_strtoull (parts[n_parts - 2], NULL, 10);
  day = g_ascii_strtoull (parts[n_parts - 1], NULL, 10);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
         g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

static gboolean
load_rev (KefuOpContext *context, const char *name, const char *id, gint64 *rev, GError **error)
{
  g_autoptr (KefuStmt) row = kefu_db_row (context->db, error, "SELECT rev FROM customer WHERE id = ?1", "s", id);

  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, name, id);
  *rev = kefu_stmt_int (row, 0);
  return TRUE;
}

static gboolean
customer_edit (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *name = NULL;
  const char *level = NULL;
  const char *gender = NULL;
  const char *region = NULL;
  const char *phone = NULL;
  const char *address = NULL;
  const char *birthday = NULL;
  const char *notes = NULL;
  gint64 rev;

  if (!kefu_arg_id (args, "customer_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_text (args, "name", KEFU_ARG_FILLED, 200, &name, error) ||
      !kefu_arg_text (args, "level", KEFU_ARG_OPTIONAL, 100, &level, error) ||
      !kefu_arg_one_of (args, "gender", KEFU_ARG_OPTIONAL, genders, &gender, error) ||
      !kefu_arg_text (args, "region", KEFU_ARG_OPTIONAL, 200, &region, error) ||
      !kefu_arg_text (args, "phone", KEFU_ARG_OPTIONAL, 100, &phone, error) ||
      !kefu_arg_text (args, "address", KEFU_ARG_OPTIONAL, KEFU_MAX_TEXT, &address, error) ||
      !kefu_arg_text (args, "birthday", KEFU_ARG_OPTIONAL, 10, &birthday, error) ||
      !kefu_arg_text (args, "notes", KEFU_ARG_OPTIONAL, MAX_NOTES, &notes, error) ||
      !load_rev (context, "customer_id", id, &rev, error))
    return FALSE;
  if (birthday != NULL && !is_birthday (birthday))
    return kefu_arg_refuse (error, "birthday", _ ("it is neither MM-DD nor YYYY-MM-DD"));

  return kefu_op_edit_fields (context, "customer", id, fields, args, if_rev, NULL, error);
}

/* --- customer.tag --- */

/* Trimmed tags of a list argument. (transfer full) (nullable) */
static GPtrArray *
read_tags (JsonObject *args, const char *name, GError **error)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);
  JsonArray *list = NULL;

  if (!kefu_arg_array (args, name, KEFU_ARG_OPTIONAL, &list, error))
    return NULL;
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      g_autofree char *tag = NULL;

      if (json_node_get_value_type (node) != G_TYPE_STRING || !g_utf8_validate (json_node_get_string (node), -1, NULL))
        {
          kefu_arg_refuse (error, name, _ ("it is not a list of texts"));
          return NULL;
        }
      tag = g_strstrip (g_strdup (json_node_get_string (node)));
      if (*tag == '\0' || g_utf8_strlen (tag, -1) > MAX_TAG)
        {
          kefu_arg_refuse (error, name, _ ("a label has 1 to %d characters"), MAX_TAG);
          return NULL;
        }
      g_ptr_array_add (tags, g_steal_pointer (&tag));
    }
  return g_steal_pointer (&tags);
}

static gboolean
has_tag (GPtrArray *tags, const char *tag)
{
  return g_ptr_array_find_with_equal_func (tags, tag, g_str_equal, NULL);
}

/* (transfer full): the tags in @json without those to remove, with those to add at the end, each once. */
static GPtrArray *
merge_tags (const char *json, GPtrArray *add, GPtrArray *remove)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  GPtrArray *tags = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *element = json_array_get_element (list, i);
      const char *tag = json_node_get_value_type (element) == G_TYPE_STRING ? json_node_get_string (element) : NULL;

      if (tag != NULL && !has_tag (remove, tag) && !has_tag (tags, tag))
        g_ptr_array_add (tags, g_strdup (tag));
    }
  for (guint i = 0; i < add->len; i++)
    if (!has_tag (tags, g_ptr_array_index (add, i)))
      g_ptr_array_add (tags, g_strdup (g_ptr_array_index (add, i)));
  return tags;
}

static char *
tags_to_json (GPtrArray *tags)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < tags->len; i++)
    json_array_add_string_element (list, g_ptr_array_index (tags, i));
  json_node_take_array (node, list);
  return json_to_string (node, FALSE);
}

static gboolean
customer_tag (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  g_autoptr (GPtrArray) add = NULL;
  g_autoptr (GPtrArray) remove = NULL;
  g_autoptr (GPtrArray) tags = NULL;
  g_autofree char *json = NULL;
  g_autoptr (KefuStmt) row = NULL;
  gboolean same;

  if (!kefu_arg_id (args, "customer_id", KEFU_ARG_REQUIRED, &id, error) ||
      (add = read_tags (args, "add", error)) == NULL || (remove = read_tags (args, "remove", error)) == NULL)
    return FALSE;
  row = kefu_db_row (context->db, error, "SELECT tags FROM customer WHERE id = ?1", "s", id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "customer_id", id);
  tags = merge_tags (kefu_stmt_text (row, 0), add, remove);
  json = tags_to_json (tags);
  same = g_strcmp0 (json, kefu_stmt_text (row, 0)) == 0;
  g_clear_pointer (&row, kefu_stmt_end);

  if (same)
    return TRUE;
  if (tags->len > MAX_TAGS)
    return kefu_arg_refuse (error, "add", _ ("a customer has at most %d labels"), MAX_TAGS);
  return kefu_op_touch (context, "customer", id, error) &&
         kefu_db_run (context->db, error, "UPDATE customer SET tags = ?2 WHERE id = ?1", "ss", id, json);
}

/* --- customer.reveal --- */

/* Changes nothing that is synced: the server keeps who looked at what, and a desk has nothing to show of it. */
static gboolean
customer_reveal (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *field = NULL;
  const char *how = NULL;
  gint64 rev;

  if (!kefu_arg_id (args, "customer_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_one_of (args, "field", KEFU_ARG_REQUIRED, revealed_fields, &field, error) ||
      !kefu_arg_one_of (args, "how", KEFU_ARG_REQUIRED, ways, &how, error) ||
      !load_rev (context, "customer_id", id, &rev, error))
    return FALSE;
  if (!context->authoritative)
    return TRUE;
  return kefu_db_run (
    context->db, error,
    "INSERT INTO audit(at, agent_id, what, customer_id, field, how)"
    " SELECT ?1, ?2, 'customer.reveal', ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM audit WHERE at = ?1"
    " AND agent_id = ?2 AND customer_id = ?3 AND field = ?4 AND how = ?5)",
    "issss", context->now, context->actor_id, id, field, how);
}

const KefuOpEntry kefu_op_customer_entries[] = {
  { "customer.edit", customer_edit, FALSE },
  { "customer.tag", customer_tag, FALSE },
  { "customer.reveal", customer_reveal, FALSE },
  { NULL },
};
