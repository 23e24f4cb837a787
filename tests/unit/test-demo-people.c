/* SPDX-License-Identifier: GPL-3.0-or-later
 * The simulated customers without a server: texts, moods, pace. */
#include "config.h"

#include <string.h>

#include "kefu-demo-crowd.h"
#include "kefu-demo-resources.h"

#define START_MS G_GINT64_CONSTANT (1781244245000) /* 2026-06-12 14:04:05 in Shanghai */
#define SECOND_MS G_GINT64_CONSTANT (1000)
#define HOUR_MS (3600 * SECOND_MS)
#define DAY_MS (24 * HOUR_MS)

/* A crowd whose events are kept instead of sent. */
typedef struct
{
  KefuDemoShop *shop;
  KefuClock *clock;
  KefuDemoCrowd *crowd;
  GPtrArray *events;  /* JSON text */
  GPtrArray *objects; /* JsonObject */
  gboolean answers;   /* an agent answers every message at once */
  const char *answer;
} World;

static void
send_cb (const char *channel_id, JsonArray *events, gpointer user_data)
{
  World *world = user_data;

  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      g_autofree char *text = json_to_string (json_array_get_element (events, i), FALSE);

      g_ptr_array_add (world->events, g_strconcat (channel_id, " ", text, NULL));
      g_ptr_array_add (world->objects, json_object_ref (json_array_get_object_element (events, i)));
    }
  json_array_unref (events);
}

static World *
world_new (gint64 seed, double speed)
{
  World *world = g_new0 (World, 1);
  g_autoptr (GError) error = NULL;

  world->shop = kefu_demo_shop_load (&error);
  g_assert_no_error (error);
  world->clock = kefu_fake_clock_new (START_MS);
  world->events = g_ptr_array_new_with_free_func (g_free);
  world->objects = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  world->crowd = kefu_demo_crowd_new (world->shop, world->clock, seed, speed, send_cb, world);
  world->answer = "好的，马上帮您处理";
  kefu_demo_crowd_start (world->crowd, 1000);
  return world;
}

static void
world_free (World *world)
{
  kefu_demo_crowd_free (world->crowd);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (world->clock)), ==, -1);
  g_ptr_array_unref (world->events);
  g_ptr_array_unref (world->objects);
  g_assert_finalize_object (world->clock);
  kefu_demo_shop_free (world->shop);
  g_free (world);
}

static gboolean
is_type (JsonObject *event, const char *type)
{
  return g_str_equal (json_object_get_string_member (event, "type"), type);
}

static const char *
conversation_of (JsonObject *event)
{
  return json_object_get_string_member (json_object_get_object_member (event, "conversation"), "key");
}

/* Second by second, so that an agent can answer what came. */
static void
world_run (World *world, guint seconds)
{
  guint seen = world->events->len;

  for (guint i = 0; i < seconds; i++)
    {
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (world->clock), 1000);
      for (; seen < world->events->len; seen++)
        {
          JsonObject *event = g_ptr_array_index (world->objects, seen);
          g_auto (GStrv) channel = g_strsplit (g_ptr_array_index (world->events, seen), " ", 2);

          if (world->answers && is_type (event, "message"))
            kefu_demo_crowd_hear (world->crowd, channel[0], conversation_of (event), "text", world->answer);
        }
    }
}

static void
test_data_is_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDemoShop) shop = kefu_demo_shop_load (&error);

  g_assert_no_error (error);
  for (guint i = 0; i < json_array_get_length (shop->cast); i++)
    {
      JsonObject *story = json_array_get_object_element (shop->cast, i);
      JsonArray *orders = json_object_get_array_member (story, "orders");
      JsonArray *lines = json_object_get_array_member (story, "lines");
      JsonArray *checklist = json_object_get_array_member (story, "checklist");
      gint64 ago = G_MAXINT64;

      g_assert_nonnull (kefu_demo_shop_channel (shop, json_object_get_string_member (story, "channel")));
      g_assert_nonnull (kefu_demo_shop_topic (shop, json_object_get_string_member (story, "topic")));
      for (guint j = 0; j < json_array_get_length (orders); j++)
        {
          JsonArray *items = json_object_get_array_member (json_array_get_object_element (orders, j), "items");

          for (guint k = 0; k < json_array_get_length (items); k++)
            {
              JsonObject *item = json_array_get_object_element (items, k);
              KefuDemoProduct *product = kefu_demo_shop_product (shop, json_object_get_string_member (item, "product"));
              gboolean found = FALSE;

              g_assert_nonnull (product);
              g_assert_nonnull (kefu_demo_shop_picture (shop, product->image));
              for (guint v = 0; v < product->n_variants; v++)
                found |= g_str_equal (product->variants[v], json_object_get_string_member (item, "variant"));
              g_assert_true (found);
            }
        }
      for (guint j = 0; j < json_array_get_length (lines); j++)
        {
          gint64 at = json_object_get_int_member (json_array_get_object_element (lines, j), "ago_s");

          g_assert_cmpint (at, <, ago);
          ago = at;
        }
      for (guint j = 0; j < json_array_get_length (checklist); j++)
        g_assert_cmpint (json_object_get_int_member_with_default (json_array_get_object_element (checklist, j), "proof",
                                                                  0),
                         <, json_array_get_length (lines));
    }
}

static void
test_starter_library_is_large_enough (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
    g_resource_lookup_data (kefu_demo_get_resource (), "/org/kefu/demo/starter.json", 0, &error);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GHashTable) codes = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *groups;
  guint n_ladders = 0;

  g_assert_no_error (error);
  json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  groups = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "groups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonArray *phrases = json_object_get_array_member (json_array_get_object_element (groups, i), "phrases");

      for (guint j = 0; j < json_array_get_length (phrases); j++)
        {
          JsonObject *phrase = json_array_get_object_element (phrases, j);

          g_assert_true (g_hash_table_add (codes, (gpointer) json_object_get_string_member (phrase, "code")));
          n_ladders += json_object_has_member (phrase, "ladder");
        }
    }
  g_assert_cmpuint (g_hash_table_size (codes), >=, 120);
  g_assert_cmpuint (n_ladders, >=, 20);
}

static void
test_same_seed_same_events (void)
{
  World *one = world_new (7, 4);
  World *two = world_new (7, 4);
  World *other = world_new (8, 4);
  guint differences = 0;

  one->answers = two->answers = other->answers = TRUE;
  world_run (one, 1800);
  world_run (two, 1800);
  world_run (other, 1800);
  g_assert_cmpuint (one->events->len, >, 200);
  g_assert_cmpuint (one->events->len, ==, two->events->len);
  for (guint i = 0; i < one->events->len; i++)
    {
      g_assert_cmpstr (g_ptr_array_index (one->events, i), ==, g_ptr_array_index (two->events, i));
      differences += i < other->events->len &&
                     !g_str_equal (g_ptr_array_index (one->events, i), g_ptr_array_index (other->events, i));
    }
  g_assert_cmpuint (differences, >, 100);
  world_free (one);
  world_free (two);
  world_free (other);
}

static void
test_texts_are_filled (void)
{
  World *world = world_new (3, 10);
  guint n_texts = 0;

  world->answers = TRUE;
  world_run (world, 3 * 3600);
  for (guint i = 0; i < world->objects->len; i++)
    {
      JsonObject *event = g_ptr_array_index (world->objects, i);
      JsonObject *part;
      const char *text;

      if (!is_type (event, "message"))
        continue;
      part = json_array_get_object_element (json_object_get_array_member (event, "parts"), 0);
      text = json_object_get_string_member_with_default (part, "text", NULL);
      if (text == NULL)
        continue;
      n_texts++;
      g_assert_cmpuint (strlen (text), >, 0);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_null (strpbrk (text, "{}"));
    }
  g_assert_cmpuint (n_texts, >, 500);
  world_free (world);
}

static void
test_nobody_writes_twice_in_a_second (void)
{
  World *world = world_new (5, 50);
  g_autoptr (GHashTable) last = g_hash_table_new (g_str_hash, g_str_equal);

  world->answers = TRUE;
  world_run (world, 3600);
  for (guint i = 0; i < world->objects->len; i++)
    {
      JsonObject *event = g_ptr_array_index (world->objects, i);
      gint64 second;

      if (!is_type (event, "message") && !is_type (event, "call") && !is_type (event, "review"))
        continue;
      second = json_object_get_int_member (event, "sent_at") / 1000;
      g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (last, conversation_of (event))), <, second);
      g_hash_table_replace (last, (gpointer) conversation_of (event), GINT_TO_POINTER ((int) second));
    }
  g_assert_cmpuint (g_hash_table_size (last), >, 50);
  world_free (world);
}

static guint
count_type (World *world, const char *type)
{
  guint n = 0;

  for (guint i = 0; i < world->objects->len; i++)
    n += is_type (g_ptr_array_index (world->objects, i), type);
  return n;
}

static void
test_speed_sets_the_pace (void)
{
  World *silent = world_new (1, 0);
  World *calm = world_new (1, 1);
  World *busy = world_new (1, 10);

  world_run (silent, 3600);
  kefu_demo_crowd_hear (silent->crowd, ((KefuDemoChannel *) g_ptr_array_index (silent->shop->channels, 0))->id, "han",
                        "text", "在吗");
  world_run (silent, 3600);
  g_assert_cmpuint (silent->events->len, ==, 0);

  /* Ten minutes without an agent: a line every 20 to 40 s, and a few second lines. */
  world_run (calm, 600);
  g_assert_cmpuint (count_type (calm, "message"), >=, 15);
  g_assert_cmpuint (count_type (calm, "message"), <=, 36);
  world_run (busy, 60);
  g_assert_cmpuint (count_type (busy, "message"), >=, 12);
  world_free (silent);
  world_free (calm);
  world_free (busy);
}

/* An agent goes on in a talk of last year: the customer answers there, and stays who they are. */
static void
test_earlier_talks_have_the_same_customer (void)
{
  World *world = world_new (1, 1);
  const char *channel_id = kefu_demo_shop_channel (world->shop, "ww2")->id;
  guint n = 0;

  kefu_demo_crowd_hear (world->crowd, channel_id, "han#2", "text", "韩先生，表走得还准吗");
  world_run (world, 60);
  for (guint i = 0; i < world->objects->len; i++)
    {
      JsonObject *event = g_ptr_array_index (world->objects, i);
      const char *sender;

      if (!is_type (event, "message") || !g_str_equal (conversation_of (event), "han#2"))
        continue;
      sender = json_object_get_string_member (json_object_get_object_member (event, "sender"), "key");
      g_assert_cmpstr (sender, ==, "han");
      n++;
    }
  g_assert_cmpuint (n, >=, 1);
  world_free (world);
}

static void
test_unanswered_shop_falls_silent (void)
{
  World *world = world_new (1, 1);
  guint n;

  world_run (world, 4 * 3600);
  n = count_type (world, "message");
  world_run (world, 4 * 3600);
  g_assert_cmpuint (count_type (world, "message"), ==, n);
  g_assert_cmpuint (n, <, 120);
  world_free (world);
}

static KefuDemoPerson *
person_in (World *world, const char *topic, KefuDemoMood mood)
{
  KefuDemoPerson *person;

  person = kefu_demo_person_new (world->shop, kefu_demo_shop_channel (world->shop, "ww2"),
                                 kefu_demo_shop_topic (world->shop, topic), "somebody", "某人", 4, 4);
  person->mood = mood;
  return person;
}

static gboolean
is_line (KefuDemoPerson *person, KefuDemoLine kind, const char *text)
{
  const KefuDemoTexts *texts = &person->topic->lines[kind];

  for (guint i = 0; i < texts->n_texts; i++)
    {
      g_autofree char *filled = kefu_demo_fill (texts->texts[i], "{product}", person->product, "{amount}",
                                                person->amount, "{courier}", person->courier, NULL);

      if (g_str_equal (filled, text))
        return TRUE;
    }
  return FALSE;
}

static void
test_patience_ends_in_a_complaint (void)
{
  World *world = world_new (1, 0);
  KefuDemoPerson *person = person_in (world, "track", KEFU_DEMO_CALM);
  g_autofree char *opener = kefu_demo_person_open (person, START_MS);
  g_autofree char *more = NULL;
  g_autofree char *complaint = NULL;
  guint n = 2;

  g_assert_true (is_line (person, KEFU_DEMO_OPENER, opener));
  g_assert_null (kefu_demo_person_nag (person, START_MS + 5 * SECOND_MS));
  more = kefu_demo_person_nag (person, START_MS + 60 * SECOND_MS);
  g_assert_true (is_line (person, KEFU_DEMO_MORE, more));
  complaint = kefu_demo_person_nag (person, START_MS + 185 * SECOND_MS);
  g_assert_true (is_line (person, KEFU_DEMO_COMPLAIN, complaint));
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = kefu_demo_person_nag (person, START_MS + (300 + 60 * i) * SECOND_MS);

      n += text != NULL;
    }
  g_assert_cmpuint (n, <=, 5);
  kefu_demo_person_free (person);
  world_free (world);
}

static void
test_helpful_answers_end_in_thanks (void)
{
  World *world = world_new (1, 0);
  KefuDemoPerson *person = person_in (world, "track", KEFU_DEMO_CALM);
  gint64 now = START_MS;
  g_autofree char *text = kefu_demo_person_open (person, now);
  guint rounds = 0;

  while (person->state != KEFU_DEMO_DONE)
    {
      g_assert_cmpuint (++rounds, <=, 5);
      now += 20 * SECOND_MS;
      kefu_demo_person_hear (person, "快递今天下午送到，单号发您了", now);
      g_assert_cmpint (person->waiting_since, ==, 0);
      now += 10 * SECOND_MS;
      g_free (text);
      text = kefu_demo_person_react (person, now);
      g_assert_nonnull (text);
    }
  g_assert_true (is_line (person, KEFU_DEMO_THANKS, text));
  g_assert_null (kefu_demo_person_nag (person, now + HOUR_MS));
  g_assert_false (kefu_demo_person_is_free (person, now + SECOND_MS));
  g_assert_true (kefu_demo_person_is_free (person, now + HOUR_MS));
  kefu_demo_person_free (person);
  world_free (world);
}

static void
test_a_picture_is_thanked_for (void)
{
  World *world = world_new (1, 0);
  KefuDemoPerson *person = person_in (world, "track", KEFU_DEMO_CALM);
  g_autofree char *opener = kefu_demo_person_open (person, START_MS);
  g_autofree char *text = NULL;

  kefu_demo_person_see (person, "image", "", START_MS + 20 * SECOND_MS);
  text = kefu_demo_person_react (person, START_MS + 30 * SECOND_MS);
  g_assert_nonnull (strstr (text, "图"));
  g_assert_nonnull (strstr (text, "谢"));
  g_assert_cmpint (person->state, ==, KEFU_DEMO_DONE);
  kefu_demo_person_free (person);
  world_free (world);
}

/* Who wants an invoice, or has broken goods, sends a file or a picture, its bytes within the event. */
static void
count_files (World *world, guint *n_files, guint *n_images)
{
  for (guint i = 0; i < world->objects->len; i++)
    {
      JsonObject *event = g_ptr_array_index (world->objects, i);
      JsonObject *part;
      const char *type;

      if (!is_type (event, "message"))
        continue;
      part = json_array_get_object_element (json_object_get_array_member (event, "parts"), 0);
      type = json_object_get_string_member (part, "type");
      *n_files += g_str_equal (type, "file");
      *n_images += g_str_equal (type, "image");
      if (g_str_equal (type, "file") || g_str_equal (type, "image"))
        g_assert_cmpuint (strlen (json_object_get_string_member (part, "data")), >, 20);
    }
}

static void
test_some_send_files (void)
{
  guint n_files = 0;
  guint n_images = 0;

  for (guint seed = 1; seed < 20 && (n_files == 0 || n_images == 0); seed++)
    {
      World *world = world_new (seed, 10);

      world_run (world, 600);
      count_files (world, &n_files, &n_images);
      world_free (world);
    }
  g_assert_cmpuint (n_files, >, 0);
  g_assert_cmpuint (n_images, >, 0);
}

static void
test_goodbye_is_said_once (void)
{
  World *world = world_new (1, 0);

  for (guint i = 0; i < 50; i++)
    {
      KefuDemoPerson *person = kefu_demo_person_new (world->shop, kefu_demo_shop_channel (world->shop, "ww2"),
                                                     kefu_demo_shop_topic (world->shop, "track"), "x", "x", 4, i);
      gint64 now = START_MS;
      g_autofree char *opener = kefu_demo_person_open (person, now);
      guint goodbyes = 0;

      for (guint j = 0; j < 20; j++)
        {
          g_autofree char *text = NULL;
          gboolean thinks_aloud;

          now += 20 * SECOND_MS;
          kefu_demo_person_hear (person, "快递今天下午送到", now);
          text = kefu_demo_person_react (person, now + 5 * SECOND_MS);
          goodbyes += text != NULL && is_line (person, KEFU_DEMO_BYE, text);
          thinks_aloud = text != NULL && (strstr (text, "在吗") != NULL || strstr (text, "在不在") != NULL);
          g_assert_false (thinks_aloud);
        }
      g_assert_cmpuint (goodbyes, ==, 1);
      kefu_demo_person_free (person);
    }
  world_free (world);
}

static void
test_mood_shows (void)
{
  World *world = world_new (1, 0);
  guint haggles = 0;
  guint complaints = 0;

  for (guint i = 0; i < 200; i++)
    {
      KefuDemoMood mood = i % 2 == 0 ? KEFU_DEMO_HAGGLER : KEFU_DEMO_GRUMPY;
      KefuDemoPerson *person = kefu_demo_person_new (world->shop, kefu_demo_shop_channel (world->shop, "ww2"),
                                                     kefu_demo_shop_topic (world->shop, "price"), "x", "x", 4, i);
      g_autofree char *opener = kefu_demo_person_open (person, START_MS);
      g_autofree char *text = NULL;

      person->mood = mood;
      kefu_demo_person_hear (person, mood == KEFU_DEMO_HAGGLER ? "我去申请一下优惠" : "嗯", START_MS + 9 * SECOND_MS);
      text = kefu_demo_person_react (person, START_MS + 20 * SECOND_MS);
      haggles += mood == KEFU_DEMO_HAGGLER && is_line (person, KEFU_DEMO_HAGGLE, text);
      complaints += mood == KEFU_DEMO_GRUMPY && is_line (person, KEFU_DEMO_COMPLAIN, text);
      kefu_demo_person_free (person);
    }
  g_assert_cmpuint (haggles, >, 25);
  g_assert_cmpuint (complaints, >, 20);
  world_free (world);
}

static void
test_parcel_arrives (void)
{
  World *world = world_new (1, 0);
  g_autoptr (GRand) rand = kefu_demo_random_new (1, 1);
  g_auto (KefuDemoProfile) profile = { 0 };
  g_autoptr (KefuDemoOrder) order = NULL;
  g_autoptr (JsonObject) event = NULL;
  guint steps = 0;
  gint64 newest = 0;

  kefu_demo_profile_draw (&profile, world->shop, rand, START_MS);
  order = kefu_demo_order_draw (world->shop, rand, &profile, kefu_demo_shop_channel (world->shop, "ww2"), "paid",
                                START_MS - DAY_MS, START_MS);
  event = kefu_demo_order_event (order);
  while (kefu_demo_parcel_move (world->shop, rand, event, START_MS + steps * HOUR_MS))
    {
      JsonArray *track = json_object_get_array_member (event, "track");
      gint64 at = json_object_get_int_member (json_array_get_object_element (track, 0), "at");

      g_assert_cmpint (at, >=, newest);
      newest = at;
      g_assert_cmpuint (++steps, <, 12);
    }
  g_assert_cmpuint (steps, >=, 6);
  g_assert_cmpstr (json_object_get_string_member (event, "state"), ==, "signed");
  g_assert_cmpuint (strlen (json_object_get_string_member (event, "tracking")), ==, 14);
  world_free (world);
}

static void
test_orders_add_up (void)
{
  World *world = world_new (1, 0);
  g_autoptr (GRand) rand = kefu_demo_random_new (2, 1);

  for (guint i = 0; i < 500; i++)
    {
      g_auto (KefuDemoProfile) profile = { 0 };
      g_autoptr (KefuDemoOrder) order = NULL;
      KefuDemoChannel *channel = g_ptr_array_index (world->shop->channels, i % world->shop->channels->len);
      gint64 newest = G_MAXINT64;

      kefu_demo_profile_draw (&profile, world->shop, rand, START_MS);
      g_assert_cmpstr (profile.city, !=, "海外");
      g_assert_true (g_str_has_prefix (profile.phone + 3, "0000"));
      order =
        kefu_demo_order_draw (world->shop, rand, &profile, channel, NULL, START_MS - i * 3 * HOUR_MS - 60000, START_MS);
      g_assert_cmpint (order->total_minor, >, order->discount_minor);
      g_assert_true (order->paid_minor == 0 || order->paid_minor == order->total_minor - order->discount_minor);
      g_assert_cmpint (order->placed_at, <=, MAX (order->paid_at, order->placed_at));
      g_assert_true (order->shipped_at == 0 || order->shipped_at >= order->paid_at);
      g_assert_true (order->signed_at == 0 || (order->signed_at >= order->shipped_at && order->signed_at < START_MS));
      g_assert_cmpuint (strlen (order->number), ==, 12);
      for (guint j = 0; j < json_array_get_length (order->track); j++)
        {
          JsonObject *step = json_array_get_object_element (order->track, j);

          g_assert_cmpint (json_object_get_int_member (step, "at"), <=, newest);
          g_assert_cmpint (json_object_get_int_member (step, "at"), <=, START_MS);
          newest = json_object_get_int_member (step, "at");
          g_assert_null (strpbrk (json_object_get_string_member (step, "text"), "{}"));
        }
    }
  world_free (world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo/data/is-whole", test_data_is_whole);
  g_test_add_func ("/demo/data/starter-library-is-large-enough", test_starter_library_is_large_enough);
  g_test_add_func ("/demo/crowd/same-seed-same-events", test_same_seed_same_events);
  g_test_add_func ("/demo/crowd/texts-are-filled", test_texts_are_filled);
  g_test_add_func ("/demo/crowd/nobody-writes-twice-in-a-second", test_nobody_writes_twice_in_a_second);
  g_test_add_func ("/demo/crowd/speed-sets-the-pace", test_speed_sets_the_pace);
  g_test_add_func ("/demo/crowd/earlier-talks-have-the-same-customer", test_earlier_talks_have_the_same_customer);
  g_test_add_func ("/demo/crowd/unanswered-shop-falls-silent", test_unanswered_shop_falls_silent);
  g_test_add_func ("/demo/person/patience-ends-in-a-complaint", test_patience_ends_in_a_complaint);
  g_test_add_func ("/demo/person/helpful-answers-end-in-thanks", test_helpful_answers_end_in_thanks);
  g_test_add_func ("/demo/person/a-picture-is-thanked-for", test_a_picture_is_thanked_for);
  g_test_add_func ("/demo/crowd/some-send-files", test_some_send_files);
  g_test_add_func ("/demo/person/goodbye-is-said-once", test_goodbye_is_said_once);
  g_test_add_func ("/demo/person/mood-shows", test_mood_shows);
  g_test_add_func ("/demo/order/parcel-arrives", test_parcel_arrives);
  g_test_add_func ("/demo/order/adds-up", test_orders_add_up);
  return g_test_run ();
}
