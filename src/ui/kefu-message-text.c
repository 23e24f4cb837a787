/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message says, in words. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-message-text.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "kefu-attachment-text.h"
#include "kefu-message-summary.h"
#include "kefu-time-format.h"
#include "kefu-transfer-look.h"

static JsonObject *
parse (JsonParser *parser, KefuMessageRecord *record)
{
  JsonNode *root;

  if (record->data == NULL || !json_parser_load_from_data (parser, record->data, -1, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
}

/* (transfer none) (nullable): a member of the type @type: a channel may have sent anything. */
static JsonNode *
get_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type ? node : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING);

  return node ? json_node_get_string (node) : "";
}

static char *
dup_string (JsonObject *object, const char *name)
{
  return g_strdup (get_string (object, name));
}

static gint64
get_int (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64);

  return node ? json_node_get_int (node) : 0;
}

/* The same where less than nothing makes no sense, for places that count or measure. */
static int
get_count (JsonObject *object, const char *name)
{
  return (int) CLAMP (get_int (object, name), 0, G_MAXINT);
}

KefuMessageData *
kefu_message_data_new (KefuMessageRecord *record)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = parse (parser, record);
  KefuMessageData *self = g_new0 (KefuMessageData, 1);

  self->order_id = dup_string (object, "order_id");
  self->number = dup_string (object, "number");
  self->title = dup_string (object, "title");
  self->state = dup_string (object, "state");
  self->currency = dup_string (object, "currency");
  self->image = dup_string (object, "image");
  self->count = get_count (object, "count");
  self->seconds = get_count (object, "seconds");
  self->missed = get_value (object, "missed", G_TYPE_BOOLEAN) && json_object_get_boolean_member (object, "missed");
  self->amount_minor = get_int (object, "amount_minor");
  return self;
}

void
kefu_message_data_free (KefuMessageData *self)
{
  g_free (self->order_id);
  g_free (self->number);
  g_free (self->title);
  g_free (self->state);
  g_free (self->currency);
  g_free (self->image);
  g_free (self);
}

static char *
call_text (int seconds, gboolean missed)
{
  if (missed)
    return g_strdup (_ ("Missed call"));
  if (seconds < 60)
    return g_strdup_printf (ngettext ("Call, %d second", "Call, %d seconds", (gulong) seconds), seconds);
  /* TRANSLATORS: length of a phone call in minutes and seconds */
  return g_strdup_printf (_ ("Call, %d min %d s"), seconds / 60, seconds % 60);
}

char *
kefu_message_text (KefuMessageRecord *record)
{
  g_autoptr (KefuMessageData) data = NULL;

  if (g_str_equal (record->kind, "text") || g_str_equal (record->kind, "note") || g_str_equal (record->kind, "event"))
    return g_strdup (record->body);

  if (g_str_equal (record->kind, "image") || g_str_equal (record->kind, "file"))
    return kefu_message_summary (record->kind, *record->body || record->attachment == NULL ? record->body
                                               : g_str_equal (record->kind, "file")        ? record->attachment->name
                                                                                           : "");
  data = kefu_message_data_new (record);
  if (g_str_equal (record->kind, "order"))
    return g_strdup_printf (_ ("[Order] %s %s"), data->number, data->title);
  if (g_str_equal (record->kind, "voice"))
    return *record->body ? kefu_message_summary (record->kind, record->body)
                         : g_strdup_printf (_ ("[Voice] %d s"), data->seconds);
  if (g_str_equal (record->kind, "call") && *record->body == '\0')
    return call_text (data->seconds, data->missed);
  return g_strdup (record->body);
}

/* --- events --- */

static const char *
agent_name (const KefuMessageContext *context, const char *id)
{
  const char *name = context->agents ? g_hash_table_lookup (context->agents, id) : NULL;

  return name ? name : _ ("Another agent");
}

static char *
claim_text (KefuMessageRecord *record, JsonObject *data, const KefuMessageContext *context)
{
  const char *to = get_value (data, "to", G_TYPE_STRING) ? get_string (data, "to") : NULL;

  if (*record->author_name == '\0')
    return to ? g_strdup_printf (_ ("The conversation went to %s"), agent_name (context, to))
              : g_strdup (_ ("The conversation waits for anyone"));
  if (to == NULL)
    return g_strdup_printf (_ ("%s put the conversation back for anyone"), record->author_name);
  if (g_strcmp0 (to, record->author_id) == 0)
    return g_strdup_printf (_ ("%s took the conversation"), record->author_name);
  /* TRANSLATORS: agent, other agent */
  return g_strdup_printf (_ ("%s handed the conversation over to %s"), record->author_name, agent_name (context, to));
}

static char *
status_text (KefuMessageRecord *record, JsonObject *data, const KefuMessageContext *context)
{
  const char *status = get_string (data, "status");
  const char *who = record->author_name;

  if (g_str_equal (status, "snoozed"))
    {
      g_autofree char *until = kefu_time_format_day_time (get_int (data, "until"), context->now);

      if (*who)
        /* TRANSLATORS: agent, time */
        return g_strdup_printf (_ ("%s put the conversation off until %s"), who, until);
      return g_strdup_printf (_ ("The conversation rests until %s"), until);
    }
  if (g_str_equal (status, "resolved"))
    return *who ? g_strdup_printf (_ ("%s resolved the conversation"), who)
                : g_strdup (_ ("The conversation was resolved"));
  return *who ? g_strdup_printf (_ ("%s opened the conversation again"), who)
              : g_strdup (_ ("The conversation was opened again"));
}

static char *
review_text (KefuMessageRecord *record, JsonObject *data, const KefuMessageContext *context)
{
  int score = get_count (data, "score");
  g_autofree char *stars = g_strdup_printf (ngettext ("%d star", "%d stars", (gulong) score), score);

  if (*record->body)
    /* TRANSLATORS: a review: customer, "5 stars", their words */
    return g_strdup_printf (_ ("%s left a review, %s: %s"), context->customer_name, stars, record->body);
  /* TRANSLATORS: a review: customer, "5 stars" */
  return g_strdup_printf (_ ("%s left a review, %s"), context->customer_name, stars);
}

char *
kefu_message_event_text (KefuMessageRecord *record, const KefuMessageContext *context)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonObject *data;
  const char *what;

  if (record->recalled)
    {
      if (g_str_equal (record->dir, "in"))
        return g_strdup_printf (_ ("%s took a message back"), context->customer_name);
      return g_strdup (_ ("A message was taken back"));
    }

  parser = json_parser_new ();
  data = parse (parser, record);
  what = get_string (data, "what");
  if (g_str_equal (what, "claim"))
    return claim_text (record, data, context);
  if (g_str_equal (what, "status"))
    return status_text (record, data, context);
  if (g_str_equal (what, "review"))
    return review_text (record, data, context);
  return g_strdup (*record->body ? record->body : _ ("Something happened that this version does not know"));
}

/* --- notes --- */

char **
kefu_message_mentioned_names (KefuMessageRecord *record, const KefuMessageContext *context)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GStrvBuilder) builder = NULL;
  JsonObject *data;
  JsonNode *node;
  JsonArray *ids;

  if (record->data == NULL || context->agents == NULL)
    return NULL;
  parser = json_parser_new ();
  data = parse (parser, record);
  node = data ? json_object_get_member (data, "mentions") : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  ids = json_node_get_array (node);
  builder = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      JsonNode *id = json_array_get_element (ids, i);
      const char *name = json_node_get_value_type (id) == G_TYPE_STRING
                           ? g_hash_table_lookup (context->agents, json_node_get_string (id))
                           : NULL;

      if (name != NULL && *name != '\0')
        g_strv_builder_add (builder, name);
    }
  return g_strv_builder_end (builder);
}

/* --- in all --- */

const char *
kefu_message_delivery_text (KefuMessageRecord *record)
{
  if (!g_str_equal (record->dir, "out"))
    return "";
  if (record->rev == 0)
    return C_ ("message", "waiting for the network");
  if (g_str_equal (record->delivery, "queued"))
    return C_ ("message", "on its way");
  if (g_str_equal (record->delivery, "sent"))
    return C_ ("message", "sent");
  if (g_str_equal (record->delivery, "delivered"))
    return C_ ("message", "delivered");
  if (g_str_equal (record->delivery, "read"))
    return C_ ("message", "read");
  if (g_str_equal (record->delivery, "failed"))
    return C_ ("message", "not delivered");
  if (g_str_equal (record->delivery, "unknown"))
    return C_ ("message", "perhaps not delivered");
  return "";
}

static char *
spoken_content (KefuMessageRecord *record)
{
  g_autofree char *file = NULL;

  if (record->attachment == NULL)
    return kefu_message_text (record);
  file = kefu_attachment_spoken (record->attachment);
  return *record->body ? g_strdup_printf ("%s, %s", file, record->body) : g_steal_pointer (&file);
}

char *
kefu_message_spoken (KefuMessageRecord *record, const KefuMessageContext *context)
{
  g_autofree char *time = kefu_time_format_clock (record->sent_at);
  g_autofree char *text = NULL;
  g_autofree char *who = NULL;
  g_autoptr (KefuTransferLook) look = kefu_transfer_look_new (record, context);
  const char *delivery = look ? look->text : kefu_message_delivery_text (record);

  if (record->recalled || g_str_equal (record->kind, "event"))
    {
      text = kefu_message_event_text (record, context);
      /* TRANSLATORS: an event line as read by a screen reader: time, text */
      return g_strdup_printf (C_ ("event", "%s: %s"), time, text);
    }

  text = spoken_content (record);
  if (g_str_equal (record->kind, "note"))
    who = g_strdup_printf (_ ("Note by %s"), record->author_name);
  else if (g_str_equal (record->dir, "in"))
    who = g_strdup (context->customer_name);
  else if (g_strcmp0 (record->author_id, context->agent_id) == 0)
    who = g_strdup (_ ("You"));
  else
    who = g_strdup (record->author_name);

  if (*delivery)
    /* TRANSLATORS: a message as read by a screen reader: who, time, text, delivery */
    return g_strdup_printf (_ ("%s, %s: %s, %s"), who, time, text, delivery);
  /* TRANSLATORS: a message as read by a screen reader: who, time, text */
  return g_strdup_printf (C_ ("message", "%s, %s: %s"), who, time, text);
}
