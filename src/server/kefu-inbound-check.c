/* SPDX-License-Identifier: GPL-3.0-or-later
 * The shapes of inbound events. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-inbound.h"

#include "kefu-inbound-columns.h"
#include "kefu-json.h"

#define EVENTS_MAX 200
#define KEY_MAX 200
#define TEXT_MAX 100000
#define NAME_MAX_BYTES 1000
#define SECONDS_MAX (7 * 24 * 3600)
#define CLOCK_SLACK_MS (24LL * 3600 * 1000)

static const char *const event_types[] = { "message", "edit",   "recall", "read", "customer",
                                           "order",   "review", "call",   NULL };
static const char *const part_types[] = { "text", "image", "file", "voice", "order", NULL };
static const char *const order_states[] = { "unpaid", "paid",      "shipped",  "signed",
                                            "closed", "refunding", "refunded", NULL };
static const char *const genders[] = { "f", "m", "", NULL };

static void
check_key (KefuJsonCheck *check, JsonObject *event, const char *member, gboolean named)
{
  JsonObject *object = kefu_json_check_object (check, event, member, KEFU_JSON_REQUIRED);

  kefu_json_check_enter (check, member);
  kefu_json_check_text (check, object, "key", KEFU_JSON_REQUIRED, KEY_MAX);
  if (named)
    kefu_json_check_text (check, object, "name", KEFU_JSON_OPTIONAL, KEY_MAX);
  kefu_json_check_leave (check);
}

static void
check_base64 (KefuJsonCheck *check, const char *base64)
{
  gsize length = strlen (base64);
  gsize padding = strspn (base64 + strcspn (base64, "="), "=");
  gsize body = strspn (base64, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  if (length % 4 != 0 || padding > 2 || body + padding != length)
    kefu_json_check_fail (check, "data", "is not base64");
  else if (length == 0)
    kefu_json_check_fail (check, "data", "is empty");
}

/* An image, a file, a voice message. What the bytes are is seen when they are stored. */
static void
check_file (KefuJsonCheck *check, JsonObject *part)
{
  const char *sha256 = kefu_json_check_text (check, part, "sha256", KEFU_JSON_OPTIONAL, 64);
  const char *data =
    kefu_json_check_text (check, part, "data", sha256 != NULL ? KEFU_JSON_OPTIONAL : KEFU_JSON_REQUIRED, G_MAXSIZE);

  if (sha256 != NULL && !kefu_attachment_is_sha256 (sha256))
    kefu_json_check_fail (check, "sha256", "should be 64 lower-case hexadecimal digits");
  else if (sha256 == NULL && data != NULL)
    check_base64 (check, data);
  kefu_json_check_text (check, part, "name", KEFU_JSON_OPTIONAL, NAME_MAX_BYTES);
  kefu_json_check_int (check, part, "width", KEFU_JSON_OPTIONAL, 0, 100000);
  kefu_json_check_int (check, part, "height", KEFU_JSON_OPTIONAL, 0, 100000);
  kefu_json_check_int (check, part, "seconds", KEFU_JSON_OPTIONAL, 0, SECONDS_MAX);
}

static void
check_parts (KefuJsonCheck *check, JsonObject *event)
{
  JsonArray *parts = kefu_json_check_array (check, event, "parts", KEFU_JSON_REQUIRED, 1, KEFU_ATTACHMENTS_PER_MESSAGE);

  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonObject *part = kefu_json_check_element (check, parts, "parts", i);
      const char *type = kefu_json_check_choice (check, part, "type", KEFU_JSON_REQUIRED, part_types);

      if (g_strcmp0 (type, "text") == 0)
        kefu_json_check_text (check, part, "text", KEFU_JSON_REQUIRED, TEXT_MAX);
      else if (g_strcmp0 (type, "image") == 0 || g_strcmp0 (type, "file") == 0 || g_strcmp0 (type, "voice") == 0)
        check_file (check, part);
      else if (g_strcmp0 (type, "order") == 0)
        kefu_json_check_text (check, part, "number", KEFU_JSON_REQUIRED, 100);
      kefu_json_check_leave (check);
    }
}

static void
check_columns (KefuJsonCheck *check, JsonObject *event, const char *member, const KefuColumn *columns)
{
  JsonObject *object = kefu_json_check_object (check, event, member, KEFU_JSON_REQUIRED);

  kefu_json_check_enter (check, member);
  kefu_inbound_check_columns (check, object, columns);
  if (g_str_equal (member, "order"))
    kefu_json_check_choice (check, object, "state", KEFU_JSON_REQUIRED, order_states);
  else
    kefu_json_check_choice (check, object, "gender", KEFU_JSON_OPTIONAL, genders);
  kefu_json_check_leave (check);
}

static void
check_review (KefuJsonCheck *check, JsonObject *event)
{
  JsonObject *review = kefu_json_check_object (check, event, "review", KEFU_JSON_REQUIRED);

  kefu_json_check_enter (check, "review");
  kefu_json_check_int (check, review, "score", KEFU_JSON_REQUIRED, 1, 5);
  kefu_json_check_text (check, review, "text", KEFU_JSON_OPTIONAL, TEXT_MAX);
  kefu_json_check_text (check, review, "number", KEFU_JSON_OPTIONAL, 100);
  kefu_json_check_leave (check);
}

static void
check_call (KefuJsonCheck *check, JsonObject *event)
{
  JsonObject *call = kefu_json_check_object (check, event, "call", KEFU_JSON_REQUIRED);

  kefu_json_check_enter (check, "call");
  kefu_json_check_int (check, call, "seconds", KEFU_JSON_REQUIRED, 0, SECONDS_MAX);
  kefu_json_check_bool (check, call, "missed", KEFU_JSON_REQUIRED);
  kefu_json_check_leave (check);
}

static void
check_event (KefuJsonCheck *check, JsonObject *event, gint64 now_ms)
{
  const char *type;

  kefu_json_check_text (check, event, "id", KEFU_JSON_REQUIRED, KEY_MAX);
  type = kefu_json_check_choice (check, event, "type", KEFU_JSON_REQUIRED, event_types);
  kefu_json_check_int (check, event, "sent_at", KEFU_JSON_REQUIRED, 0, now_ms + CLOCK_SLACK_MS);
  if (type == NULL)
    return;
  if (g_str_equal (type, "edit") || g_str_equal (type, "recall"))
    kefu_json_check_text (check, event, "target", KEFU_JSON_REQUIRED, KEY_MAX);
  else if (g_str_equal (type, "customer") || g_str_equal (type, "order"))
    check_key (check, event, "sender", TRUE);
  else
    {
      check_key (check, event, "conversation", FALSE);
      if (!g_str_equal (type, "read"))
        check_key (check, event, "sender", TRUE);
    }
  if (g_str_equal (type, "message"))
    {
      check_parts (check, event);
      kefu_json_check_text (check, event, "quote", KEFU_JSON_OPTIONAL, KEY_MAX);
    }
  else if (g_str_equal (type, "edit"))
    kefu_json_check_text (check, event, "text", KEFU_JSON_REQUIRED, TEXT_MAX);
  else if (g_str_equal (type, "customer"))
    check_columns (check, event, "customer", kefu_inbound_customer_columns);
  else if (g_str_equal (type, "order"))
    check_columns (check, event, "order", kefu_inbound_order_columns);
  else if (g_str_equal (type, "review"))
    check_review (check, event);
  else if (g_str_equal (type, "call"))
    check_call (check, event);
}

gboolean
kefu_inbound_check (JsonNode *body, gint64 now_ms, char **field, GError **error)
{
  g_auto (KefuJsonCheck) check = { 0 };
  JsonArray *events;

  kefu_json_check_init (&check);
  events = kefu_json_check_array (&check, json_node_get_object (body), "events", KEFU_JSON_REQUIRED, 1, EVENTS_MAX);
  for (guint i = 0; events != NULL && i < json_array_get_length (events); i++)
    {
      check_event (&check, kefu_json_check_element (&check, events, "events", i), now_ms);
      kefu_json_check_leave (&check);
    }
  return kefu_json_check_end (&check, field, error);
}
