/* SPDX-License-Identifier: GPL-3.0-or-later
 * All simulated customers together: who writes when. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-crowd.h"

#define PACE_MIN_MS 20000
#define PACE_MAX_MS 40000
#define PARCEL_MIN_MS 90000
#define PARCEL_MAX_MS 240000
/* Nobody types faster, however fast the shop's time goes; and so no two messages of one customer fall into one second. */
#define TYPING_MIN_MS 1100
#define MAX_WALK_INS 400
#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))
/* Streams of chance: one for the crowd, then one a person. */
#define STREAM_CROWD 10
#define STREAM_WALK_IN 1000000
#define STREAM_WALK_IN_TALK 1500000
#define STREAM_OTHER 2000000

struct _KefuDemoCrowd
{
  KefuDemoShop *shop;
  KefuClock *clock;
  GRand *rand;
  GPtrArray *people;  /* KefuDemoPerson */
  GHashTable *by_key; /* "channel id/conversation key" → KefuDemoPerson, borrowed */
  KefuDemoSendFunc func;
  gpointer user_data;
  gint64 seed;
  double speed;
  gint64 started_at;
  guint n_events;
  guint next_walk_in;
  guint n_walk_ins;
  guint pace_timeout;
  guint parcel_timeout;
};

/* What a timeout of one person needs. */
typedef struct
{
  KefuDemoCrowd *crowd;
  KefuDemoPerson *person;
} Turn;

static void pace_cb (gpointer user_data);
static void react_cb (gpointer user_data);

static gint64
now_of (KefuDemoCrowd *self)
{
  return kefu_clock_now (self->clock);
}

static guint
paced (KefuDemoCrowd *self, gint64 min_ms, gint64 max_ms)
{
  return (guint) MAX (kefu_demo_random_range (self->rand, min_ms, max_ms) / self->speed, 200);
}

/* People type up to four times as fast in a fast shop; more would not look like people. */
static guint
typed (KefuDemoCrowd *self, gint64 delay_ms)
{
  return (guint) MAX ((double) delay_ms / CLAMP (self->speed, 0.25, 4), TYPING_MIN_MS);
}

/* A run has ids of its own: the server would take those of the last one for repeats. */
static void
set_event_id (KefuDemoCrowd *self, JsonObject *event)
{
  g_autofree char *id =
    g_strdup_printf ("demo-%" G_GINT64_MODIFIER "x-%u", (guint64) self->started_at, ++self->n_events);

  json_object_set_string_member (event, "id", id);
}

/* Sends @event: (transfer full), alone. */
static void
send_one (KefuDemoCrowd *self, const char *channel_id, JsonObject *event)
{
  JsonArray *events = json_array_new ();

  set_event_id (self, event);
  json_array_add_object_element (events, event);
  self->func (channel_id, events, self->user_data);
}

static void
send_text (KefuDemoCrowd *self, KefuDemoPerson *person, const char *text)
{
  person->last_said_at = now_of (self);
  send_one (self, person->channel->id, kefu_demo_event_text (person, person->last_said_at, text));
}

static void
schedule (KefuDemoCrowd *self, KefuDemoPerson *person, guint delay_ms, GSourceOnceFunc func)
{
  Turn *turn = g_new (Turn, 1);

  turn->crowd = self;
  turn->person = person;
  kefu_clock_clear_timeout (self->clock, &person->timeout);
  person->timeout = kefu_clock_add_timeout (self->clock, delay_ms, func, turn, g_free);
}

static gboolean
is_about_goods (KefuDemoPerson *person)
{
  static const char *const keys[] = { "return", "exchange", "repair", NULL };

  return g_strv_contains (keys, person->topic->key);
}

static gboolean
is_about_invoice (KefuDemoPerson *person)
{
  return g_str_equal (person->topic->key, "invoice");
}

/* Whoever wants an invoice has a file of what stands on it. */
static void
send_invoice_details (KefuDemoCrowd *self, KefuDemoPerson *person)
{
  static const char *const companies[] = { "听澜文化", "云舟科技", "半亩设计", "知秋图书" };
  const char *company = companies[kefu_demo_random_below (person->rand, G_N_ELEMENTS (companies))];
  char digits[10];
  g_autofree char *text = NULL;

  kefu_demo_random_digits (person->rand, sizeof digits - 1, digits);
  text = g_strdup_printf ("开票资料\r\n\r\n单位名称：杭州%s有限公司\r\n纳税人识别号：91330100%sX\r\n"
                          "内容：%s\r\n金额：%s\r\n备注：请开电子普票，谢谢\r\n",
                          company, digits, person->product, person->amount);
  person->last_said_at = now_of (self);
  send_one (self, person->channel->id, kefu_demo_event_file (person, person->last_said_at, "开票资料.txt", text));
}

/* The second line that people send right after the first: the order they mean, a picture, or simply more. */
static void
second_line_cb (gpointer user_data)
{
  Turn *turn = user_data;
  KefuDemoCrowd *self = turn->crowd;
  KefuDemoPerson *person = turn->person;
  gint64 now = now_of (self);

  person->timeout = 0;
  if (person->state != KEFU_DEMO_WAITING)
    return;
  if (is_about_invoice (person))
    send_invoice_details (self, person);
  else if (person->order != NULL && kefu_demo_random_chance (person->rand, 0.7))
    {
      person->last_said_at = now;
      send_one (self, person->channel->id,
                kefu_demo_event_card (person, now, json_object_get_string_member (person->order, "number")));
    }
  else if (is_about_goods (person))
    {
      KefuDemoProduct *product = kefu_demo_shop_draw_product (self->shop, person->rand, person->channel->shop);

      person->last_said_at = now;
      send_one (self, person->channel->id,
                kefu_demo_event_image (person, now, kefu_demo_shop_picture (self->shop, product->image),
                                       product->image));
    }
}

static const char *
state_for_topic (KefuDemoTopic *topic)
{
  static const struct
  {
    const char *topic;
    const char *state;
  } states[] = {
    { "track", "shipped" },  { "urge", "paid" },       { "address", "paid" },
    { "return", "signed" },  { "exchange", "signed" }, { "refund", "refunding" },
    { "invoice", "signed" }, { "repair", "signed" },   { "free", "unpaid" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].topic, topic->key))
      return states[i].state;
  return NULL;
}

/* Most come through the busy channels. */
static KefuDemoChannel *
draw_channel (KefuDemoCrowd *self, GRand *rand)
{
  static const char *const keys[] = { "ww1", "ww1", "ww1", "ww2",  "ww2",  "ww2",
                                      "wx1", "wx1", "qq1", "web1", "sms1", "wb1" };

  return kefu_demo_shop_channel (self->shop, keys[kefu_demo_random_below (rand, G_N_ELEMENTS (keys))]);
}

static gint64
draw_age (GRand *rand, const char *state)
{
  if (state == NULL)
    return kefu_demo_random_range (rand, DAY_MS, 60 * DAY_MS);
  if (g_str_equal (state, "unpaid"))
    return kefu_demo_random_range (rand, 60000, 3600000);
  if (g_str_equal (state, "paid"))
    return kefu_demo_random_range (rand, DAY_MS / 4, 2 * DAY_MS);
  if (g_str_equal (state, "shipped"))
    return kefu_demo_random_range (rand, 2 * DAY_MS, 5 * DAY_MS);
  return kefu_demo_random_range (rand, 6 * DAY_MS, 20 * DAY_MS);
}

/* What they write about, in the state that the topic is about. */
static void
give_order (KefuDemoCrowd *self, KefuDemoPerson *person, GRand *rand, const KefuDemoProfile *profile)
{
  const char *state = state_for_topic (person->topic);
  gint64 now = now_of (self);
  g_autoptr (KefuDemoOrder) order = NULL;

  if (state == NULL && kefu_demo_random_chance (rand, 0.7))
    return;
  order = kefu_demo_order_draw (self->shop, rand, profile, person->channel, state, now - draw_age (rand, state), now);
  person->order = kefu_demo_order_event (order);
  person->order_channel_id = g_strdup (person->channel->id);
  g_free (person->product);
  person->product = g_strdup (kefu_demo_order_title (order));
  if (*order->courier != '\0')
    {
      g_free (person->courier);
      person->courier = g_strdup (order->courier);
    }
}

/* @event: (transfer full) */
static void
add_event (KefuDemoCrowd *self, JsonArray *events, JsonObject *event)
{
  set_event_id (self, event);
  json_array_add_object_element (events, event);
}

/* Some people send two lines at once. */
static void
maybe_second_line (KefuDemoCrowd *self, KefuDemoPerson *person)
{
  if ((person->order != NULL || is_about_goods (person) || is_about_invoice (person)) &&
      kefu_demo_random_chance (person->rand, 0.5))
    schedule (self, person, typed (self, kefu_demo_random_range (person->rand, 3500, 9000)), second_line_cb);
}

/* Somebody new: the shop sends who they are and what they ordered, then they write; all in one request, so that an agent never
 * sees half of it. */
static void
walk_in (KefuDemoCrowd *self)
{
  guint number = self->next_walk_in++;
  g_autoptr (GRand) rand = kefu_demo_random_new (self->seed, STREAM_WALK_IN + number);
  g_auto (KefuDemoProfile) profile = { 0 };
  KefuDemoChannel *channel = draw_channel (self, rand);
  KefuDemoTopic *topic = kefu_demo_shop_draw_topic (self->shop, rand, channel->shop);
  gint64 now = now_of (self);
  g_autofree char *key = g_strdup_printf (KEFU_DEMO_WALK_IN_PREFIX "%u", number);
  g_autofree char *text = NULL;
  JsonArray *events = json_array_new ();
  KefuDemoPerson *person;

  kefu_demo_profile_draw (&profile, self->shop, rand, now);
  person = kefu_demo_person_new (self->shop, channel, topic, key,
                                 g_str_equal (channel->type, "sms") ? profile.phone : profile.nickname, self->seed,
                                 STREAM_WALK_IN_TALK + number);
  give_order (self, person, rand, &profile);
  kefu_demo_crowd_add (self, person);
  self->n_walk_ins++;

  add_event (self, events, kefu_demo_event_customer (person, now, &profile));
  if (person->order != NULL)
    add_event (self, events, kefu_demo_event_order (person, now));
  text = kefu_demo_person_open (person, now);
  add_event (self, events, kefu_demo_event_text (person, now, text));
  self->func (channel->id, events, self->user_data);
  maybe_second_line (self, person);
}

static void
open_talk (KefuDemoCrowd *self, KefuDemoPerson *person)
{
  gint64 now = now_of (self);
  g_autofree char *text = kefu_demo_person_open (person, now);

  if (g_str_equal (person->channel->type, "phone") && kefu_demo_random_chance (person->rand, 0.4))
    {
      send_one (self, person->channel->id,
                kefu_demo_event_missed (person, now, 8 + kefu_demo_random_below (person->rand, 30)));
      return;
    }
  send_text (self, person, text);
  maybe_second_line (self, person);
}

static guint
count_waiting (KefuDemoCrowd *self)
{
  guint n = 0;

  for (guint i = 0; i < self->people->len; i++)
    n += ((KefuDemoPerson *) g_ptr_array_index (self->people, i))->state == KEFU_DEMO_WAITING;
  return n;
}

/* Somebody who waits says one more thing. */
static gboolean
nag (KefuDemoCrowd *self)
{
  guint skip = kefu_demo_random_below (self->rand, self->people->len);

  for (guint i = 0; i < self->people->len; i++)
    {
      KefuDemoPerson *person = g_ptr_array_index (self->people, (skip + i) % self->people->len);
      g_autofree char *text = person->timeout == 0 ? kefu_demo_person_nag (person, now_of (self)) : NULL;

      if (text != NULL)
        {
          send_text (self, person, text);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
open_known (KefuDemoCrowd *self)
{
  guint skip = kefu_demo_random_below (self->rand, self->people->len);

  for (guint i = 0; i < self->people->len; i++)
    {
      KefuDemoPerson *person = g_ptr_array_index (self->people, (skip + i) % self->people->len);

      if (kefu_demo_person_is_free (person, now_of (self)))
        {
          open_talk (self, person);
          return TRUE;
        }
    }
  return FALSE;
}

static void
pace_cb (gpointer user_data)
{
  KefuDemoCrowd *self = user_data;
  guint n_waiting = count_waiting (self);
  guint limit = (guint) CLAMP (6 + 4 * self->speed, 8, 60);
  gboolean full = n_waiting >= limit;

  self->pace_timeout =
    kefu_clock_add_timeout (self->clock, paced (self, PACE_MIN_MS, PACE_MAX_MS), pace_cb, self, NULL);
  if ((full || (n_waiting > 0 && kefu_demo_random_chance (self->rand, 0.4))) && nag (self))
    return;
  if (full)
    return;
  if (kefu_demo_random_chance (self->rand, 0.45) && open_known (self))
    return;
  if (self->n_walk_ins < MAX_WALK_INS)
    walk_in (self);
  else
    open_known (self);
}

static void
parcel_cb (gpointer user_data)
{
  KefuDemoCrowd *self = user_data;
  guint skip = kefu_demo_random_below (self->rand, self->people->len);

  self->parcel_timeout =
    kefu_clock_add_timeout (self->clock, paced (self, PARCEL_MIN_MS, PARCEL_MAX_MS), parcel_cb, self, NULL);
  for (guint i = 0; i < self->people->len; i++)
    {
      KefuDemoPerson *person = g_ptr_array_index (self->people, (skip + i) % self->people->len);

      if (person->order != NULL && kefu_demo_parcel_move (self->shop, self->rand, person->order, now_of (self)))
        {
          send_one (self, person->order_channel_id, kefu_demo_event_order (person, now_of (self)));
          return;
        }
    }
}

/* Who was helped may say so in public; who waited too long too. */
static void
review_cb (gpointer user_data)
{
  Turn *turn = user_data;
  KefuDemoPerson *person = turn->person;
  KefuDemoRating *rating = kefu_demo_shop_draw_rating (turn->crowd->shop, person->rand);
  KefuDemoRating *worse = kefu_demo_shop_draw_rating (turn->crowd->shop, person->rand);

  person->timeout = 0;
  if (person->state != KEFU_DEMO_DONE)
    return;
  if (person->over && worse->score < rating->score)
    rating = worse;
  person->last_said_at = now_of (turn->crowd);
  send_one (turn->crowd, person->channel->id,
            kefu_demo_event_review (person, person->last_said_at, rating->score,
                                    kefu_demo_texts_draw (&rating->comments, person->rand)));
}

static gboolean
can_review (KefuDemoPerson *person)
{
  return person->order != NULL && g_str_equal (json_object_get_string_member (person->order, "state"), "signed") &&
         g_str_equal (person->order_channel_id, person->channel->id);
}

static void
part_cb (gpointer user_data)
{
  Turn *turn = user_data;
  KefuDemoCrowd *self = turn->crowd;
  KefuDemoPerson *person = turn->person;
  g_autofree char *text = kefu_demo_person_part (person, now_of (self));

  person->timeout = 0;
  if (text != NULL)
    send_text (self, person, text);
  if (can_review (person) && kefu_demo_random_chance (person->rand, 0.25))
    schedule (self, person, typed (self, kefu_demo_random_range (person->rand, 20000, 60000)), review_cb);
}

static void
react_cb (gpointer user_data)
{
  Turn *turn = user_data;
  KefuDemoCrowd *self = turn->crowd;
  KefuDemoPerson *person = turn->person;
  g_autofree char *text = kefu_demo_person_react (person, now_of (self));

  person->timeout = 0;
  if (text != NULL)
    send_text (self, person, text);
  if (person->state == KEFU_DEMO_DONE)
    schedule (self, person, typed (self, kefu_demo_random_range (person->rand, 4000, 12000)), part_cb);
}

static void
read_cb (gpointer user_data)
{
  Turn *turn = user_data;

  turn->person->read_timeout = 0;
  send_one (turn->crowd, turn->person->channel->id, kefu_demo_event_read (turn->person, now_of (turn->crowd)));
}

static void
schedule_read (KefuDemoCrowd *self, KefuDemoPerson *person)
{
  Turn *turn;

  if (person->read_timeout != 0 || g_str_equal (kefu_demo_channel_delivery (person->channel), "delivered"))
    return;
  turn = g_new (Turn, 1);
  turn->crowd = self;
  turn->person = person;
  person->read_timeout =
    kefu_clock_add_timeout (self->clock, typed (self, kefu_demo_random_range (person->rand, 900, 4000)), read_cb, turn,
                            g_free);
}

static void
person_release (KefuDemoCrowd *self, KefuDemoPerson *person)
{
  kefu_clock_clear_timeout (self->clock, &person->timeout);
  kefu_clock_clear_timeout (self->clock, &person->read_timeout);
  kefu_demo_person_free (person);
}

KefuDemoCrowd *
kefu_demo_crowd_new (KefuDemoShop *shop,
                     KefuClock *clock,
                     gint64 seed,
                     double speed,
                     KefuDemoSendFunc func,
                     gpointer user_data)
{
  KefuDemoCrowd *self = g_new0 (KefuDemoCrowd, 1);

  self->shop = shop;
  self->clock = g_object_ref (clock);
  self->seed = seed;
  self->speed = speed;
  self->rand = kefu_demo_random_new (seed, STREAM_CROWD);
  self->people = g_ptr_array_new ();
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->func = func;
  self->user_data = user_data;
  self->started_at = kefu_clock_now (clock);
  return self;
}

void
kefu_demo_crowd_free (KefuDemoCrowd *self)
{
  kefu_clock_clear_timeout (self->clock, &self->pace_timeout);
  kefu_clock_clear_timeout (self->clock, &self->parcel_timeout);
  for (guint i = 0; i < self->people->len; i++)
    person_release (self, g_ptr_array_index (self->people, i));
  g_ptr_array_unref (self->people);
  g_hash_table_unref (self->by_key);
  g_rand_free (self->rand);
  g_object_unref (self->clock);
  g_free (self);
}

void
kefu_demo_crowd_add (KefuDemoCrowd *self, KefuDemoPerson *person)
{
  g_ptr_array_add (self->people, person);
  g_hash_table_insert (self->by_key, g_strconcat (person->channel->id, "/", person->key, NULL), person);
}

void
kefu_demo_crowd_set_walk_in (KefuDemoCrowd *self, guint first)
{
  self->next_walk_in = first;
}

void
kefu_demo_crowd_start (KefuDemoCrowd *self, guint first_delay_ms)
{
  if (self->speed <= 0)
    return;
  self->pace_timeout =
    kefu_clock_add_timeout (self->clock, (guint) (first_delay_ms / self->speed), pace_cb, self, NULL);
  self->parcel_timeout =
    kefu_clock_add_timeout (self->clock, paced (self, PARCEL_MIN_MS, PARCEL_MAX_MS), parcel_cb, self, NULL);
}

KefuDemoPerson *
kefu_demo_crowd_find (KefuDemoCrowd *self, const char *channel_id, const char *conversation_key)
{
  g_autofree char *key = g_strconcat (channel_id, "/", conversation_key, NULL);

  return g_hash_table_lookup (self->by_key, key);
}

/* One of the many who have a history but no part: they answer when they are written to. */
static KefuDemoPerson *
add_other (KefuDemoCrowd *self, const char *channel_id, const char *conversation_key)
{
  KefuDemoChannel *channel = kefu_demo_shop_channel_by_id (self->shop, channel_id);
  KefuDemoPerson *person;

  if (channel == NULL)
    return NULL;
  person =
    kefu_demo_person_new (self->shop, channel, kefu_demo_shop_draw_topic (self->shop, self->rand, channel->shop),
                          conversation_key, NULL, self->seed, STREAM_OTHER + g_str_hash (conversation_key) % 1000000);
  person->shy = TRUE;
  kefu_demo_crowd_add (self, person);
  return person;
}

void
kefu_demo_crowd_hear (KefuDemoCrowd *self,
                      const char *channel_id,
                      const char *conversation_key,
                      const char *kind,
                      const char *text)
{
  KefuDemoPerson *person;

  if (self->speed <= 0)
    return;
  person = kefu_demo_crowd_find (self, channel_id, conversation_key);
  if (person == NULL)
    person = add_other (self, channel_id, conversation_key);
  if (person == NULL)
    return;
  if (g_str_equal (kind, "text"))
    kefu_demo_person_hear (person, text, now_of (self));
  else
    kefu_demo_person_see (person, kind, text, now_of (self));
  schedule_read (self, person);
  /* More may come: they answer to the last of what is said in a row. */
  schedule (self, person, typed (self, kefu_demo_person_delay (person, text)), react_cb);
}
