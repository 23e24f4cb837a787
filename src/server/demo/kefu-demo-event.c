/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inbound events of simulated customers, as kefu-inbound.h describes them. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-event.h"

static JsonObject *
event_new (const char *type, gint64 now_ms)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "type", type);
  json_object_set_int_member (event, "sent_at", now_ms);
  return event;
}

static void
set_conversation (JsonObject *event, KefuDemoPerson *person)
{
  JsonObject *conversation = json_object_new ();

  json_object_set_string_member (conversation, "key", person->key);
  json_object_set_string_member (conversation, "type", "direct");
  json_object_set_object_member (event, "conversation", conversation);
}

static void
set_sender (JsonObject *event, KefuDemoPerson *person)
{
  JsonObject *sender = json_object_new ();

  json_object_set_string_member (sender, "key", person->sender);
  if (person->name != NULL)
    json_object_set_string_member (sender, "name", person->name);
  json_object_set_object_member (event, "sender", sender);
}

/* The part still has to be filled. */
static JsonObject *
message_new (KefuDemoPerson *person, gint64 now_ms, const char *part_type, JsonObject **part)
{
  JsonObject *event = event_new ("message", now_ms);
  JsonArray *parts = json_array_new ();

  set_conversation (event, person);
  set_sender (event, person);
  *part = json_object_new ();
  json_object_set_string_member (*part, "type", part_type);
  json_array_add_object_element (parts, *part);
  json_object_set_array_member (event, "parts", parts);
  return event;
}

JsonObject *
kefu_demo_event_text (KefuDemoPerson *person, gint64 now_ms, const char *text)
{
  JsonObject *part;
  JsonObject *event = message_new (person, now_ms, "text", &part);

  json_object_set_string_member (part, "text", text);
  return event;
}

/* As a channel does whose files are small: within the event. */
static void
set_bytes (JsonObject *part, GBytes *bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autofree char *base64 = g_base64_encode (data, size);

  json_object_set_string_member (part, "data", base64);
}

JsonObject *
kefu_demo_event_image (KefuDemoPerson *person, gint64 now_ms, const KefuDemoPicture *picture, const char *name)
{
  JsonObject *part;
  JsonObject *event = message_new (person, now_ms, "image", &part);

  set_bytes (part, picture->png);
  json_object_set_string_member (part, "name", name);
  json_object_set_int_member (part, "width", picture->width);
  json_object_set_int_member (part, "height", picture->height);
  return event;
}

JsonObject *
kefu_demo_event_file (KefuDemoPerson *person, gint64 now_ms, const char *name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  JsonObject *part;
  JsonObject *event = message_new (person, now_ms, "file", &part);

  set_bytes (part, bytes);
  json_object_set_string_member (part, "name", name);
  return event;
}

JsonObject *
kefu_demo_event_card (KefuDemoPerson *person, gint64 now_ms, const char *number)
{
  JsonObject *part;
  JsonObject *event = message_new (person, now_ms, "order", &part);

  json_object_set_string_member (part, "number", number);
  return event;
}

JsonObject *
kefu_demo_event_missed (KefuDemoPerson *person, gint64 now_ms, guint seconds)
{
  JsonObject *event = event_new ("call", now_ms);
  JsonObject *call = json_object_new ();

  set_conversation (event, person);
  set_sender (event, person);
  json_object_set_int_member (call, "seconds", seconds);
  json_object_set_boolean_member (call, "missed", TRUE);
  json_object_set_object_member (event, "call", call);
  return event;
}

JsonObject *
kefu_demo_event_review (KefuDemoPerson *person, gint64 now_ms, int score, const char *text)
{
  JsonObject *event = event_new ("review", now_ms);
  JsonObject *review = json_object_new ();

  set_conversation (event, person);
  set_sender (event, person);
  json_object_set_int_member (review, "score", score);
  json_object_set_string_member (review, "text", text);
  if (person->order != NULL)
    json_object_set_string_member (review, "number", json_object_get_string_member (person->order, "number"));
  json_object_set_object_member (event, "review", review);
  return event;
}

JsonObject *
kefu_demo_event_read (KefuDemoPerson *person, gint64 now_ms)
{
  JsonObject *event = event_new ("read", now_ms);

  set_conversation (event, person);
  return event;
}

JsonObject *
kefu_demo_event_customer (KefuDemoPerson *person, gint64 now_ms, const KefuDemoProfile *profile)
{
  JsonObject *event = event_new ("customer", now_ms);
  JsonObject *customer = json_object_new ();
  JsonArray *tags = json_array_new ();

  for (guint i = 0; i < profile->tags->len; i++)
    json_array_add_string_element (tags, g_ptr_array_index (profile->tags, i));
  json_object_set_string_member (customer, "name", profile->name);
  json_object_set_string_member (customer, "level", profile->level);
  json_object_set_string_member (customer, "gender", profile->gender);
  json_object_set_string_member (customer, "region", profile->region);
  json_object_set_string_member (customer, "phone", profile->phone);
  json_object_set_string_member (customer, "address", profile->address);
  json_object_set_string_member (customer, "birthday", profile->birthday);
  json_object_set_int_member (customer, "since", profile->since);
  json_object_set_array_member (customer, "tags", tags);
  json_object_set_string_member (customer, "notes", profile->notes);
  json_object_set_int_member (customer, "good_reviews", profile->good_reviews);
  json_object_set_int_member (customer, "bad_reviews", profile->bad_reviews);
  set_sender (event, person);
  json_object_set_object_member (event, "customer", customer);
  return event;
}

JsonObject *
kefu_demo_event_order (KefuDemoPerson *person, gint64 now_ms)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), person->order);
  JsonObject *event = event_new ("order", now_ms);

  set_sender (event, person);
  json_object_set_member (event, "order", json_node_copy (node));
  return event;
}

/* (nullable) */
static JsonArray *
track_of (JsonObject *order)
{
  return json_object_has_member (order, "track") ? json_object_get_array_member (order, "track") : NULL;
}

static void
add_step (JsonObject *order, const char *step, gint64 now_ms)
{
  g_autofree char *city = kefu_demo_city (json_object_get_string_member_with_default (order, "address", ""));
  const char *courier = json_object_get_string_member_with_default (order, "courier", "");
  JsonArray *old = track_of (order);
  JsonArray *track = json_array_new ();
  JsonObject *newest = json_object_new ();
  g_autofree char *text = kefu_demo_fill (step, "{courier}", courier, "{city}", city, NULL);

  json_object_set_int_member (newest, "at", now_ms);
  json_object_set_string_member (newest, "text", text);
  json_array_add_object_element (track, newest);
  for (guint i = 0; old != NULL && i < json_array_get_length (old); i++)
    json_array_add_element (track, json_node_copy (json_array_get_element (old, i)));
  json_object_set_array_member (order, "track", track);
}

/* How many of @steps stand in the order's track already. */
static guint
steps_done (JsonObject *order, JsonArray *steps)
{
  g_autofree char *city = kefu_demo_city (json_object_get_string_member_with_default (order, "address", ""));
  const char *courier = json_object_get_string_member_with_default (order, "courier", "");
  JsonArray *track = track_of (order);
  const char *newest;

  if (track == NULL || json_array_get_length (track) == 0)
    return 0;
  newest = json_object_get_string_member_with_default (json_array_get_object_element (track, 0), "text", "");
  for (guint i = json_array_get_length (steps); i-- > 0;)
    {
      g_autofree char *text =
        kefu_demo_fill (json_array_get_string_element (steps, i), "{courier}", courier, "{city}", city, NULL);

      if (g_str_equal (text, newest))
        return i + 1;
    }
  return 0;
}

static void
send_parcel (KefuDemoShop *shop, GRand *rand, JsonObject *order, gint64 now_ms)
{
  KefuDemoCourier *courier = g_ptr_array_index (shop->couriers, kefu_demo_random_below (rand, shop->couriers->len));
  g_autofree char *tracking = NULL;
  char digits[13];

  kefu_demo_random_digits (rand, 12, digits);
  tracking = g_strconcat (courier->prefix, digits, NULL);
  json_object_set_string_member (order, "courier", courier->name);
  json_object_set_string_member (order, "tracking", tracking);
  json_object_set_string_member (order, "state", "shipped");
  json_object_set_int_member (order, "shipped_at", now_ms);
}

gboolean
kefu_demo_parcel_move (KefuDemoShop *shop, GRand *rand, JsonObject *order, gint64 now_ms)
{
  const char *state = json_object_get_string_member_with_default (order, "state", "");
  JsonArray *steps;
  guint done;

  if (g_str_equal (state, "unpaid"))
    {
      json_object_set_string_member (order, "state", "paid");
      json_object_set_int_member (order, "paid_at", now_ms);
      json_object_set_int_member (order, "paid_minor",
                                  json_object_get_int_member_with_default (order, "total_minor", 0) -
                                    json_object_get_int_member_with_default (order, "discount_minor", 0));
      return TRUE;
    }
  if (g_str_equal (state, "paid"))
    {
      /* What has no track, as a plan of the telecom, is not sent. */
      if (track_of (order) == NULL || json_array_get_length (track_of (order)) == 0)
        return FALSE;
      send_parcel (shop, rand, order, now_ms);
      add_step (order, json_array_get_string_element (json_object_get_array_member (shop->track_steps, "shipped"), 0),
                now_ms);
      return TRUE;
    }
  if (!g_str_equal (state, "shipped"))
    return FALSE;
  steps = json_object_get_array_member (shop->track_steps, "shipped");
  done = steps_done (order, steps);
  if (done < json_array_get_length (steps))
    {
      add_step (order, json_array_get_string_element (steps, done), now_ms);
      return TRUE;
    }
  steps = json_object_get_array_member (shop->track_steps, "signed");
  add_step (order,
            json_array_get_string_element (steps, json_array_get_length (steps) - 1 - kefu_demo_random_below (rand, 2)),
            now_ms);
  json_object_set_string_member (order, "state", "signed");
  json_object_set_int_member (order, "signed_at", now_ms);
  return TRUE;
}
