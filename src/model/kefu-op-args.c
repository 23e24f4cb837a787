/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reading the arguments of an operation, and refusing bad ones by name. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <glib/gi18n.h>

#include "kefu-id.h"

gboolean
kefu_arg_refuse (GError **error, const char *name, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list values;

  va_start (values, format);
  reason = g_strdup_vprintf (format, values);
  va_end (values);
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, "%s: %s", name, reason);
  return FALSE;
}

gboolean
kefu_arg_has (JsonObject *args, const char *name)
{
  return json_object_has_member (args, name) && !json_object_get_null_member (args, name);
}

/* The node of a member, NULL if it is absent or null; FALSE if it must be there. */
static gboolean
look_up (JsonObject *args, const char *name, KefuArgFlags flags, JsonNode **node, GError **error)
{
  *node = kefu_arg_has (args, name) ? json_object_get_member (args, name) : NULL;
  if (*node == NULL && (flags & KEFU_ARG_REQUIRED))
    return kefu_arg_refuse (error, name, _ ("it is missing"));
  return TRUE;
}

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

gboolean
kefu_arg_text (JsonObject *args,
               const char *name,
               KefuArgFlags flags,
               guint max_chars,
               const char **out,
               GError **error)
{
  JsonNode *node;

  *out = NULL;
  if (!look_up (args, name, flags, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return kefu_arg_refuse (error, name, _ ("it is not a text"));

  *out = json_node_get_string (node);
  if (!g_utf8_validate (*out, -1, NULL))
    return kefu_arg_refuse (error, name, _ ("it is not valid UTF-8"));
  if ((flags & KEFU_ARG_FILLED) && is_blank (*out))
    return kefu_arg_refuse (error, name, _ ("it is empty"));
  if (g_utf8_strlen (*out, -1) > (glong) max_chars)
    return kefu_arg_refuse (error, name, _ ("it is longer than %u characters"), max_chars);
  return TRUE;
}

gboolean
kefu_arg_id (JsonObject *args, const char *name, KefuArgFlags flags, const char **out, GError **error)
{
  if (!kefu_arg_text (args, name, flags, 64, out, error))
    return FALSE;
  return *out == NULL || kefu_id_is_valid (*out) || kefu_arg_refuse (error, name, _ ("it is not an id"));
}

gboolean
kefu_arg_one_of (JsonObject *args,
                 const char *name,
                 KefuArgFlags flags,
                 const char *const *values,
                 const char **out,
                 GError **error)
{
  if (!kefu_arg_text (args, name, flags, 64, out, error))
    return FALSE;
  return *out == NULL || g_strv_contains (values, *out) || kefu_arg_refuse (error, name, _ ("“%s” is not known"), *out);
}

gboolean
kefu_arg_int (JsonObject *args,
              const char *name,
              KefuArgFlags flags,
              gint64 min,
              gint64 max,
              gint64 *out,
              GError **error)
{
  JsonNode *node;

  if (!look_up (args, name, flags, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_INT64)
    return kefu_arg_refuse (error, name, _ ("it is not a whole number"));

  *out = json_node_get_int (node);
  return (*out >= min && *out <= max) || kefu_arg_refuse (error, name, _ ("it is out of range"));
}

gboolean
kefu_arg_bool (JsonObject *args, const char *name, KefuArgFlags flags, gboolean *out, GError **error)
{
  JsonNode *node;

  if (!look_up (args, name, flags, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return kefu_arg_refuse (error, name, _ ("it is neither true nor false"));
  *out = json_node_get_boolean (node);
  return TRUE;
}

gboolean
kefu_arg_object (JsonObject *args, const char *name, KefuArgFlags flags, JsonObject **out, GError **error)
{
  JsonNode *node;

  *out = NULL;
  if (!look_up (args, name, flags, &node, error))
    return FALSE;
  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
    return kefu_arg_refuse (error, name, _ ("it is not an object"));
  if (node != NULL)
    *out = json_node_get_object (node);
  return TRUE;
}

gboolean
kefu_arg_array (JsonObject *args, const char *name, KefuArgFlags flags, JsonArray **out, GError **error)
{
  JsonNode *node;

  *out = NULL;
  if (!look_up (args, name, flags, &node, error))
    return FALSE;
  if (node != NULL && !JSON_NODE_HOLDS_ARRAY (node))
    return kefu_arg_refuse (error, name, _ ("it is not a list"));
  if (node != NULL)
    *out = json_node_get_array (node);
  return TRUE;
}
