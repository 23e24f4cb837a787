/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was refused, in the words of a person. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-refusal.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "kefu-checklist-rules.h"
#include "kefu-panel-text.h"
#include "kefu-text.h"

/* In the order in which an operation that has several of them is named after one. */
static const struct
{
  const char *prefix; /* of the type */
  const char *field;
  const char *name;
} fields[] = {
  { "checklist.", "title", N_ ("Promise") },
  { "checklist.", "kind", N_ ("Kind") },
  { "checklist.", "due_at", N_ ("Due") },
  { "checklist.", "order_id", N_ ("Order") },
  { "checklist.", "assignee_id", N_ ("Assigned to") },
  { "customer.", "name", N_ ("Name") },
  { "customer.", "level", N_ ("Level") },
  { "customer.", "gender", N_ ("Gender") },
  { "customer.", "region", N_ ("Region") },
  { "customer.", "phone", N_ ("Phone") },
  { "customer.", "address", N_ ("Address") },
  { "customer.", "birthday", N_ ("Birthday") },
  { "customer.", "notes", N_ ("Notes") },
  { "order.", "remark", N_ ("Remark") },
  { "phrase.", "body", N_ ("Text") },
  { "phrase.", "title", N_ ("Title") },
  { "phrase.", "code", N_ ("Code") },
  { "phrase.", "group_id", N_ ("Group") },
  { "phrase.", "scope", N_ ("Who sees it") },
  { "phrase.", "sort", N_ ("Place in the group") },
};

static JsonObject *
parse_args (KefuOutboxRecord *record)
{
  g_autoptr (JsonNode) node = json_from_string (record->args, NULL);

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : json_object_new ();
}

/* Whether the operation would change the field. */
static gboolean
changes (JsonObject *args, const char *field)
{
  JsonNode *was = json_object_get_member (args, "was");
  JsonNode *seen;

  if (!json_object_has_member (args, field))
    return FALSE;
  if (!was || !JSON_NODE_HOLDS_OBJECT (was))
    return TRUE;
  seen = json_object_get_member (json_node_get_object (was), field);
  return !seen || !json_node_equal (seen, json_object_get_member (args, field));
}

char *
kefu_refusal_dup_field (KefuOutboxRecord *record)
{
  g_autoptr (JsonObject) args = NULL;

  if (record->conflict)
    return g_strdup (record->conflict->field);
  args = parse_args (record);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_has_prefix (record->type, fields[i].prefix) && changes (args, fields[i].field))
      return g_strdup (fields[i].field);
  return g_strdup ("");
}

char *
kefu_refusal_dup_value (KefuOutboxRecord *record, const char *name)
{
  g_autoptr (JsonObject) args = parse_args (record);
  JsonNode *node = json_object_get_member (args, name);

  if (!node)
    return NULL;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
}

const char *
kefu_refusal_field_name (const char *type, const char *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_has_prefix (type, fields[i].prefix) && g_str_equal (fields[i].field, field))
      return _ (fields[i].name);
  return "";
}

gboolean
kefu_refusal_is_masked (const char *field)
{
  return g_str_equal (field, "phone") || g_str_equal (field, "address");
}

char *
kefu_refusal_show_value (const char *field, const char *value, gboolean revealed, gint64 now)
{
  if (g_str_equal (field, "due_at"))
    return *value ? kefu_panel_moment (g_ascii_strtoll (value, NULL, 10), now) : g_strdup (_ ("No due time"));
  if (g_str_equal (field, "gender"))
    return g_strdup (g_str_equal (value, "f") ? _ ("Female") : g_str_equal (value, "m") ? _ ("Male") : _ ("Not known"));
  if (g_str_equal (field, "order_id") && !*value)
    return g_strdup (_ ("No order"));
  if (g_str_equal (field, "assignee_id") && !*value)
    return g_strdup (_ ("Nobody"));
  if (!*value)
    return g_strdup (C_ ("value of a field", "Empty"));
  if (g_str_equal (field, "kind"))
    return g_strdup (kefu_checklist_kind_name (value));
  if (g_str_equal (field, "scope"))
    return g_strdup (g_str_equal (value, "team") ? _ ("The team") : _ ("Only you"));
  if (g_str_equal (field, "order_id"))
    return kefu_panel_group_digits (value);
  if (g_str_equal (field, "name"))
    return kefu_text_mask_name (value);
  if (!revealed && g_str_equal (field, "phone"))
    return kefu_text_mask_phone (value);
  if (!revealed && g_str_equal (field, "address"))
    return kefu_text_mask_address (value);
  return g_strdup (value);
}

gboolean
kefu_refusal_can_edit (KefuOutboxRecord *record)
{
  static const char *const types[] = {
    "message.send", "checklist.add", "checklist.edit", "customer.edit", "order.remark", "phrase.save", NULL
  };
  static const char *const phrase_fields[] = { "body", "title", "code", "group_id", "scope", NULL };

  if (!g_strv_contains (types, record->type))
    return FALSE;
  if (g_str_equal (record->type, "phrase.save"))
    {
      g_autofree char *field = kefu_refusal_dup_field (record);

      /* Its editor shows no place in the group. */
      return g_strv_contains (phrase_fields, field) && !(record->conflict && record->conflict->removed);
    }
  /* A draft of words would lose the file. */
  if (record->attachment)
    return FALSE;
  /* What is no more has no editor; to use mine brings it back. */
  if (record->conflict && record->conflict->removed)
    return FALSE;
  return record->conversation_id != NULL;
}

const char *
kefu_refusal_describe (const char *type)
{
  if (g_str_has_prefix (type, "message."))
    return _ ("A message");
  if (g_str_has_prefix (type, "conversation."))
    return _ ("A change of the conversation");
  if (g_str_has_prefix (type, "checklist."))
    return _ ("A change of the checklist");
  if (g_str_has_prefix (type, "customer."))
    return _ ("A change of the customer");
  if (g_str_has_prefix (type, "order."))
    return _ ("A change of the order");
  if (g_str_has_prefix (type, "phrase"))
    return _ ("A change of the phrases");
  return _ ("A change");
}
