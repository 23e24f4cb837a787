/* SPDX-License-Identifier: GPL-3.0-or-later
 * What channels and shops send: events, checked to the last field, stored in one transaction. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-inbound.h"

#include "kefu-blob-access.h"
#include "kefu-blob-upload.h"
#include "kefu-id.h"
#include "kefu-inbound-columns.h"
#include "kefu-json.h"

/* The events of one request on their way into operations. */
typedef struct
{
  KefuWrite *write;
  KefuBlobStore *blobs;
  const char *channel_id;
  JsonArray *message_ids; /* of the event at hand */
} Inbound;

/* (transfer full) (nullable): the message that an earlier event became. */
static char *
find_message (const Inbound *self, const char *event_id)
{
  return kefu_db_text (
    kefu_write_get_db (self->write),
    "SELECT json_extract(message_ids, '$[0]') FROM inbound_seen WHERE channel_id = ? AND event_id = ?", "ss",
    self->channel_id, event_id);
}

/* (transfer full) (nullable): a quote names an event of the channel, or one of our messages in it. */
static char *
find_quoted (const Inbound *self, const char *quote)
{
  char *id = find_message (self, quote);

  if (id == NULL)
    id = kefu_db_text (
      kefu_write_get_db (self->write),
      "SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ? AND c.channel_id = ?",
      "ss", quote, self->channel_id);
  return id;
}

static JsonObject *
new_args (const Inbound *self)
{
  JsonObject *args = json_object_new ();

  json_object_set_string_member (args, "channel_id", self->channel_id);
  return args;
}

static void
set_sender (JsonObject *args, JsonObject *event)
{
  JsonObject *sender = json_object_get_object_member (event, "sender");
  JsonObject *copy = json_object_new ();
  const char *name = kefu_json_text (sender, "name");

  json_object_set_string_member (copy, "key", kefu_json_text (sender, "key"));
  if (name != NULL)
    json_object_set_string_member (copy, "name", name);
  json_object_set_object_member (args, "sender", copy);
}

static void
set_conversation (JsonObject *args, JsonObject *event)
{
  json_object_set_string_member (args, "conversation_key",
                                 kefu_json_text (json_object_get_object_member (event, "conversation"), "key"));
}

static void
copy_text (JsonObject *from, JsonObject *to, const char *member)
{
  const char *text = kefu_json_text (from, member);

  if (text != NULL)
    json_object_set_string_member (to, member, text);
}

/* (transfer full): a part of a message with an id of its own. */
static JsonObject *
new_part (Inbound *self, const char *type)
{
  JsonObject *part = json_object_new ();
  g_autofree char *id = kefu_id_new (kefu_write_get_now (self->write));

  json_object_set_string_member (part, "id", id);
  json_object_set_string_member (part, "type", type);
  json_array_add_string_element (self->message_ids, id);
  return part;
}

/* (transfer full) (nullable): the sha256 of the bytes of a part: inline ones become a blob. */
static char *
take_bytes (Inbound *self, JsonObject *source, GError **error)
{
  KefuDb *db = kefu_write_get_db (self->write);
  g_autofree char *sha256 = g_strdup (kefu_json_text (source, "sha256"));
  g_autoptr (GBytes) bytes = NULL;
  guchar *data;
  gsize length;

  if (sha256 != NULL)
    return g_steal_pointer (&sha256);
  data = g_base64_decode (kefu_json_text (source, "data"), &length);
  bytes = g_bytes_new_take (data, length);
  if (!kefu_blob_store_check_space (self->blobs, (gint64) length, error))
    return NULL;
  sha256 = kefu_blob_store_put (self->blobs, self->write, bytes, error);
  return sha256 != NULL && kefu_blob_grant (db, self->channel_id, sha256, error) ? g_steal_pointer (&sha256) : NULL;
}

/* What a part is goes by its bytes: a picture that the desk cannot show, or a voice that is none, is a file, and not lost. */
static const char *
type_of_file (const char *type, const char *mime)
{
  if (g_str_equal (type, "image") && !kefu_attachment_is_picture (mime))
    return "file";
  if (g_str_equal (type, "voice") && !g_str_has_prefix (mime, "audio/"))
    return "file";
  return type;
}

static void
copy_positive (JsonObject *source, JsonObject *part, const char *member)
{
  gint64 value = kefu_json_int (source, member, 0);

  if (value > 0)
    json_object_set_int_member (part, member, value);
}

static gboolean
set_file (Inbound *self, JsonObject *source, JsonObject *part, guint index, char **field, GError **error)
{
  g_autofree char *sha256 = take_bytes (self, source, error);
  g_autofree char *mime = NULL;
  const char *name = kefu_json_text (source, "name");
  const char *type;
  gint64 size;

  if (sha256 == NULL)
    return FALSE;
  size = kefu_blob_store_lookup (kefu_write_get_db (self->write), sha256, &mime);
  /* Who knows the hash of somebody else's file has not sent it. */
  if (size < 0 || !kefu_blob_is_granted (kefu_write_get_db (self->write), self->channel_id, sha256))
    {
      *field = g_strdup_printf ("parts[%u].sha256", index);
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "The file has not been uploaded");
      return FALSE;
    }
  type = type_of_file (kefu_json_text (source, "type"), mime);
  json_object_set_string_member (part, "type", type);
  json_object_set_string_member (part, "sha256", sha256);
  json_object_set_string_member (part, "mime", mime);
  json_object_set_int_member (part, "size", size);
  if (name != NULL && *name != '\0')
    {
      g_autofree char *clean = kefu_attachment_clean_name (name);

      json_object_set_string_member (part, "name", clean);
    }
  if (g_str_equal (type, "image"))
    {
      copy_positive (source, part, "width");
      copy_positive (source, part, "height");
    }
  if (g_str_equal (type, "voice"))
    copy_positive (source, part, "seconds");
  return TRUE;
}

/* (transfer full) (nullable) */
static JsonArray *
make_parts (Inbound *self, JsonArray *sources, char **field, GError **error)
{
  g_autoptr (JsonArray) parts = json_array_new ();

  for (guint i = 0; i < json_array_get_length (sources); i++)
    {
      JsonObject *source = json_array_get_object_element (sources, i);
      const char *type = kefu_json_text (source, "type");
      JsonObject *part = new_part (self, type);

      json_array_add_object_element (parts, part);
      if (g_str_equal (type, "text"))
        copy_text (source, part, "text");
      else if (g_str_equal (type, "order"))
        copy_text (source, part, "number");
      else if (!set_file (self, source, part, i, field, error))
        return NULL;
    }
  return g_steal_pointer (&parts);
}

/* (transfer full) (nullable): message, review and call are all messages to the one who reads the conversation. */
static JsonObject *
message_args (Inbound *self, JsonObject *event, const char *type, char **field, GError **error)
{
  g_autoptr (JsonObject) args = new_args (self);
  const char *quote = kefu_json_text (event, "quote");
  JsonArray *parts;

  set_conversation (args, event);
  set_sender (args, event);
  json_object_set_int_member (args, "sent_at", kefu_json_int (event, "sent_at", 0));
  if (g_str_equal (type, "message"))
    {
      g_autofree char *quote_id = quote != NULL ? find_quoted (self, quote) : NULL;

      if (quote_id != NULL)
        json_object_set_string_member (args, "quote_id", quote_id);
      parts = make_parts (self, json_object_get_array_member (event, "parts"), field, error);
      if (parts == NULL)
        return NULL;
    }
  else
    {
      JsonObject *source = json_object_get_object_member (event, type);
      JsonObject *part = new_part (self, type);

      parts = json_array_new ();
      json_array_add_object_element (parts, part);
      if (g_str_equal (type, "call"))
        {
          json_object_set_int_member (part, "seconds", kefu_json_int (source, "seconds", 0));
          json_object_set_boolean_member (part, "missed", json_object_get_boolean_member (source, "missed"));
        }
      else
        {
          json_object_set_int_member (part, "score", kefu_json_int (source, "score", 0));
          json_object_set_string_member (part, "text", json_object_get_string_member_with_default (source, "text", ""));
          copy_text (source, part, "number");
        }
    }
  json_object_set_array_member (args, "parts", parts);
  return g_steal_pointer (&args);
}

/* (transfer full) (nullable): NULL without an error for an edit or recall of what never came. */
static JsonObject *
make_args (Inbound *self, JsonObject *event, const char **op, char **field, GError **error)
{
  const char *type = kefu_json_text (event, "type");
  g_autoptr (JsonObject) args = NULL;

  if (g_str_equal (type, "message") || g_str_equal (type, "review") || g_str_equal (type, "call"))
    {
      *op = "channel.message";
      return message_args (self, event, type, field, error);
    }
  args = new_args (self);
  if (g_str_equal (type, "edit") || g_str_equal (type, "recall"))
    {
      g_autofree char *message_id = find_message (self, kefu_json_text (event, "target"));

      if (message_id == NULL)
        return NULL;
      *op = g_str_equal (type, "edit") ? "channel.edit" : "channel.recall";
      json_object_set_string_member (args, "message_id", message_id);
      copy_text (event, args, "text");
    }
  else if (g_str_equal (type, "read"))
    {
      *op = "channel.read";
      set_conversation (args, event);
      json_object_set_int_member (args, "at", kefu_json_int (event, "sent_at", 0));
    }
  else if (g_str_equal (type, "customer"))
    {
      *op = "channel.customer";
      json_object_set_string_member (args, "key",
                                     kefu_json_text (json_object_get_object_member (event, "sender"), "key"));
      kefu_inbound_copy_columns (json_object_get_object_member (event, "customer"), args,
                                 kefu_inbound_customer_columns);
    }
  else
    {
      *op = "channel.order";
      set_sender (args, event);
      kefu_inbound_copy_columns (json_object_get_object_member (event, "order"), args, kefu_inbound_order_columns);
    }
  return g_steal_pointer (&args);
}

/* "stored", "duplicate", "ignored", or NULL and @error. */
static const char *
apply_event (Inbound *self, JsonObject *event, char **field, GError **error)
{
  KefuDb *db = kefu_write_get_db (self->write);
  const char *id = kefu_json_text (event, "id");
  g_autoptr (JsonObject) args = NULL;
  g_autoptr (GError) args_error = NULL;
  g_autoptr (JsonNode) ids = NULL;
  g_autofree char *ids_json = NULL;
  const char *op = NULL;

  if (!kefu_db_run (db, error, "INSERT OR IGNORE INTO inbound_seen(channel_id, event_id, at) VALUES(?, ?, ?)", "ssi",
                    self->channel_id, id, kefu_write_get_now (self->write)))
    return NULL;
  if (kefu_db_changes (db) == 0)
    return "duplicate";
  args = make_args (self, event, &op, field, &args_error);
  if (args == NULL && args_error == NULL)
    return "ignored";
  if (args == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&args_error));
      return NULL;
    }
  switch (kefu_write_op (self->write, NULL, op, args, 0, &args_error))
    {
    case KEFU_OP_APPLIED:
      break;
    case KEFU_OP_CONFLICT:
    case KEFU_OP_REJECTED:
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, "%s",
                   args_error != NULL ? args_error->message : "It cannot be applied");
      return NULL;
    case KEFU_OP_FAILED:
    default:
      g_propagate_error (error, g_steal_pointer (&args_error));
      return NULL;
    }
  if (json_array_get_length (self->message_ids) == 0)
    return "stored";
  ids = json_node_init_array (json_node_alloc (), self->message_ids);
  ids_json = kefu_json_to_text (ids);
  if (!kefu_db_run (db, error, "UPDATE inbound_seen SET message_ids = ? WHERE channel_id = ? AND event_id = ?", "sss",
                    ids_json, self->channel_id, id))
    return NULL;
  return "stored";
}

JsonNode *
kefu_inbound_apply (KefuWrite *write,
                    KefuBlobStore *blobs,
                    const char *channel_id,
                    JsonNode *body,
                    char **field,
                    GError **error)
{
  JsonArray *events = json_object_get_array_member (json_node_get_object (body), "events");
  g_autoptr (JsonArray) results = json_array_new ();

  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      JsonObject *event = json_array_get_object_element (events, i);
      g_autoptr (JsonArray) message_ids = json_array_new ();
      g_autofree char *member = NULL;
      Inbound inbound = { write, blobs, channel_id, message_ids };
      const char *status = apply_event (&inbound, event, &member, error);
      JsonObject *result;

      if (status == NULL)
        {
          *field = member != NULL ? g_strdup_printf ("events[%u].%s", i, member) : g_strdup_printf ("events[%u]", i);
          return NULL;
        }
      result = json_object_new ();
      json_object_set_string_member (result, "id", kefu_json_text (event, "id"));
      json_object_set_string_member (result, "status", status);
      json_array_add_object_element (results, result);
    }
  return json_node_init_array (json_node_alloc (), results);
}
