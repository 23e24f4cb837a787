/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON of strangers: strict parsing, and checks that name the wrong field. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-json.h"

#include "kefu-json-scan.h"

static void
hash_text (GChecksum *checksum, const char *text)
{
  guint64 length = GUINT64_TO_BE (strlen (text));

  g_checksum_update (checksum, (const guchar *) &length, sizeof length);
  g_checksum_update (checksum, (const guchar *) text, strlen (text));
}

static void
hash_node (GChecksum *checksum, JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      g_autoptr (GList) members = g_list_sort (json_object_get_members (object), (GCompareFunc) strcmp);

      g_checksum_update (checksum, (const guchar *) "{", 1);
      for (GList *l = members; l != NULL; l = l->next)
        {
          hash_text (checksum, l->data);
          hash_node (checksum, json_object_get_member (object, l->data));
        }
      g_checksum_update (checksum, (const guchar *) "}", 1);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      g_checksum_update (checksum, (const guchar *) "[", 1);
      for (guint i = 0; i < json_array_get_length (array); i++)
        hash_node (checksum, json_array_get_element (array, i));
      g_checksum_update (checksum, (const guchar *) "]", 1);
    }
  else
    {
      g_autofree char *text = kefu_json_to_text (node);

      hash_text (checksum, text);
    }
}

static const char *
type_word (JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      return "an object";
    case JSON_NODE_ARRAY:
      return "a list";
    case JSON_NODE_NULL:
      return "null";
    case JSON_NODE_VALUE:
    default:
      break;
    }
  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return "text";
    case G_TYPE_BOOLEAN:
      return "true or false";
    case G_TYPE_INT64:
      return "a whole number";
    default:
      return "a number";
    }
}

/* The member, or NULL if it is missing; null counts as missing. Complains if it is needed. */
static JsonNode *
get_member (KefuJsonCheck *self, JsonObject *object, const char *member, KefuJsonNeed need)
{
  JsonNode *node = NULL;

  if (object != NULL && !kefu_json_check_failed (self))
    {
      node = json_object_get_member (object, member);
      if (node != NULL && JSON_NODE_HOLDS_NULL (node))
        node = NULL;
      if (node == NULL && need == KEFU_JSON_REQUIRED)
        kefu_json_check_fail (self, member, "is missing");
    }
  return node;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

JsonNode *
kefu_json_parse (GBytes *bytes, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) parse_error = NULL;

  if (size == 0)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "The body is empty, it should be JSON");
      return NULL;
    }
  if (!g_utf8_validate_len (data, size, NULL))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "The body is not valid UTF-8");
      return NULL;
    }
  parser = json_parser_new_immutable ();
  if (!kefu_json_scan (data, size) || !json_parser_load_from_data (parser, data, (gssize) size, &parse_error))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "The body is not valid JSON");
      return NULL;
    }
  return json_parser_steal_root (parser);
}

char *
kefu_json_to_text (JsonNode *node)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();

  json_generator_set_root (generator, node);
  return json_generator_to_data (generator, NULL);
}

GBytes *
kefu_json_hash (const char *type, JsonObject *args)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), args);
  guint8 digest[32];
  gsize length = sizeof digest;

  hash_text (checksum, type);
  hash_node (checksum, node);
  g_checksum_get_digest (checksum, digest, &length);
  return g_bytes_new (digest, length);
}

void
kefu_json_check_init (KefuJsonCheck *self)
{
  self->path = g_string_new (NULL);
  self->marks = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->field = NULL;
  self->message = NULL;
}

void
kefu_json_check_clear (KefuJsonCheck *self)
{
  if (self->path != NULL)
    g_string_free (self->path, TRUE);
  self->path = NULL;
  g_clear_pointer (&self->marks, g_array_unref);
  g_clear_pointer (&self->field, g_free);
  g_clear_pointer (&self->message, g_free);
}

gboolean
kefu_json_check_end (KefuJsonCheck *self, char **field, GError **error)
{
  if (self->field == NULL)
    return TRUE;
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, "%s %s", self->field, self->message);
  if (field != NULL)
    *field = g_strdup (self->field);
  return FALSE;
}

void
kefu_json_check_fail (KefuJsonCheck *self, const char *member, const char *format, ...)
{
  va_list args;

  if (self->field != NULL)
    return;
  kefu_json_check_enter (self, member);
  self->field = g_strdup (self->path->str);
  kefu_json_check_leave (self);
  va_start (args, format);
  self->message = g_strdup_vprintf (format, args);
  va_end (args);
}

gboolean
kefu_json_check_failed (KefuJsonCheck *self)
{
  return self->field != NULL;
}

void
kefu_json_check_enter (KefuJsonCheck *self, const char *member)
{
  gsize mark = self->path->len;

  g_array_append_val (self->marks, mark);
  if (self->path->len > 0 && *member != '\0')
    g_string_append_c (self->path, '.');
  g_string_append (self->path, member);
}

void
kefu_json_check_enter_index (KefuJsonCheck *self, const char *member, guint index)
{
  kefu_json_check_enter (self, member);
  g_string_append_printf (self->path, "[%u]", index);
}

void
kefu_json_check_leave (KefuJsonCheck *self)
{
  g_return_if_fail (self->marks->len > 0);

  g_string_truncate (self->path, g_array_index (self->marks, gsize, self->marks->len - 1));
  g_array_set_size (self->marks, self->marks->len - 1);
}

const char *
kefu_json_check_text (KefuJsonCheck *self, JsonObject *object, const char *member, KefuJsonNeed need, gsize max_bytes)
{
  JsonNode *node = get_member (self, object, member, need);
  const char *text;

  if (node == NULL)
    return NULL;
  if (!holds (node, G_TYPE_STRING))
    {
      kefu_json_check_fail (self, member, "should be text and is %s", type_word (node));
      return NULL;
    }
  text = json_node_get_string (node);
  if (need == KEFU_JSON_REQUIRED && *text == '\0')
    {
      kefu_json_check_fail (self, member, "is empty");
      return NULL;
    }
  if (strlen (text) > max_bytes)
    {
      kefu_json_check_fail (self, member, "is longer than %" G_GSIZE_FORMAT " bytes", max_bytes);
      return NULL;
    }
  return text;
}

const char *
kefu_json_check_choice (KefuJsonCheck *self,
                        JsonObject *object,
                        const char *member,
                        KefuJsonNeed need,
                        const char *const *values)
{
  const char *text = kefu_json_check_text (self, object, member, need, 64);
  g_autofree char *list = NULL;

  if (text == NULL || g_strv_contains (values, text))
    return text;
  list = g_strjoinv (", ", (char **) values);
  kefu_json_check_fail (self, member, "should be one of %s", list);
  return NULL;
}

gint64
kefu_json_check_int (KefuJsonCheck *self,
                     JsonObject *object,
                     const char *member,
                     KefuJsonNeed need,
                     gint64 min,
                     gint64 max)
{
  JsonNode *node = get_member (self, object, member, need);
  gint64 value;

  if (node == NULL)
    return 0;
  if (!holds (node, G_TYPE_INT64))
    {
      kefu_json_check_fail (self, member, "should be a whole number and is %s", type_word (node));
      return 0;
    }
  value = json_node_get_int (node);
  if (value < min || value > max)
    {
      kefu_json_check_fail (self, member, "should be from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);
      return 0;
    }
  return value;
}

gboolean
kefu_json_check_bool (KefuJsonCheck *self, JsonObject *object, const char *member, KefuJsonNeed need)
{
  JsonNode *node = get_member (self, object, member, need);

  if (node == NULL)
    return FALSE;
  if (!holds (node, G_TYPE_BOOLEAN))
    {
      kefu_json_check_fail (self, member, "should be true or false and is %s", type_word (node));
      return FALSE;
    }
  return json_node_get_boolean (node);
}

JsonObject *
kefu_json_check_object (KefuJsonCheck *self, JsonObject *object, const char *member, KefuJsonNeed need)
{
  JsonNode *node = get_member (self, object, member, need);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      kefu_json_check_fail (self, member, "should be an object and is %s", type_word (node));
      return NULL;
    }
  return json_node_get_object (node);
}

JsonArray *
kefu_json_check_array (KefuJsonCheck *self,
                       JsonObject *object,
                       const char *member,
                       KefuJsonNeed need,
                       guint min,
                       guint max)
{
  JsonNode *node = get_member (self, object, member, need);
  JsonArray *array;

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      kefu_json_check_fail (self, member, "should be a list and is %s", type_word (node));
      return NULL;
    }
  array = json_node_get_array (node);
  if (json_array_get_length (array) < min || json_array_get_length (array) > max)
    {
      kefu_json_check_fail (self, member, "should have %u to %u elements", min, max);
      return NULL;
    }
  return array;
}

JsonObject *
kefu_json_check_element (KefuJsonCheck *self, JsonArray *array, const char *member, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  kefu_json_check_enter_index (self, member, index);
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  kefu_json_check_fail (self, "", "should be an object and is %s", type_word (node));
  return NULL;
}

const char *
kefu_json_text (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && holds (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;
}

gint64
kefu_json_int (JsonObject *object, const char *member, gint64 fallback)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && holds (node, G_TYPE_INT64) ? json_node_get_int (node) : fallback;
}
