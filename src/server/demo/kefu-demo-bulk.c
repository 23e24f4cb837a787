/* SPDX-License-Identifier: GPL-3.0-or-later
 * As many customers as one likes, for measuring: who they are, what they bought and what was said. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-person.h"
#include "kefu-demo-seed.h"

#include <string.h>

#define SECOND_MS G_GINT64_CONSTANT (1000)
#define MINUTE_MS (60 * SECOND_MS)
#define DAY_MS (24 * 60 * MINUTE_MS)
#define MAX_ORDERS 6

/* Customers write unequally much; the shares of eight in a row sum up to eight, so that the whole comes out right. */
static const double shares[8] = { 1.0, 0.3, 1.6, 0.5, 2.0, 0.8, 0.6, 1.2 };

/* What a line of a talk will be once its time is known. */
typedef struct
{
  const char *text; /* a template; NULL: the card of the newest order */
  gboolean from_agent;
  gboolean first; /* of its talk: some time passed before it */
  gint64 at;
} Line;

typedef struct
{
  KefuDemoSeed *seed;
  GRand *rand;
  KefuDemoProfile profile;
  KefuDemoChannel *channel;
  char key[24];
  char identity[KEFU_ID_SIZE];
  KefuDemoOrder *orders[MAX_ORDERS];
  guint n_orders;
  GArray *lines; /* Line */
  gboolean resolved;
  gboolean waits;
  const char *agent_id; /* who answers */
} Talker;

/* How many messages all customers before number @index have. */
static gint64
messages_before (guint index, guint customers, guint history)
{
  double sum = 8.0 * (index / 8);

  for (guint i = 0; i < index % 8; i++)
    sum += shares[i];
  return (gint64) (sum * history / customers);
}

static void
add_line (Talker *self, const char *text, gboolean from_agent, gboolean first)
{
  Line line = { .text = text, .from_agent = from_agent, .first = first };

  g_array_append_val (self->lines, line);
}

/* Talk after talk until there are @n lines; the last word is the agent's, or the customer's if they wait. */
static void
tell (Talker *self, guint n)
{
  KefuDemoShop *shop = self->seed->shop;
  Line *last;

  g_array_set_size (self->lines, 0);
  while (self->lines->len < n)
    {
      KefuDemoHistory *history = kefu_demo_shop_draw_history (shop, self->rand, self->channel->shop, NULL);
      gboolean card = self->n_orders > 0 && kefu_demo_random_chance (self->rand, 0.3);

      for (guint i = 0; i < history->n_lines && self->lines->len < n; i++)
        {
          add_line (self, history->lines[i], history->from_agent[i], i == 0);
          if (i == 0 && card && !history->from_agent[0] && self->lines->len + 1 < n)
            add_line (self, NULL, FALSE, FALSE);
        }
    }
  last = &g_array_index (self->lines, Line, self->lines->len - 1);
  if (self->waits && last->from_agent)
    {
      KefuDemoTopic *topic = kefu_demo_shop_draw_topic (shop, self->rand, self->channel->shop);

      last->text = kefu_demo_texts_draw (&topic->lines[KEFU_DEMO_OPENER], self->rand);
      last->from_agent = FALSE;
    }
  else if (!self->waits && !last->from_agent)
    {
      last->text = kefu_demo_texts_draw (&shop->closings, self->rand);
      last->from_agent = TRUE;
    }
}

/* From the last line back to the first: seconds inside a talk, days between two. */
static void
set_times (Talker *self)
{
  gint64 at = self->seed->now;

  if (self->waits)
    at -= kefu_demo_random_range (self->rand, 5, kefu_demo_random_chance (self->rand, 0.5) ? 300 : 7200) * SECOND_MS;
  else if (self->resolved)
    at -= kefu_demo_random_range (self->rand, 3 * 60, 200 * 24 * 60) * MINUTE_MS;
  else
    at -= kefu_demo_random_range (self->rand, 5, 3 * 24 * 60) * MINUTE_MS;
  for (guint i = self->lines->len; i-- > 0;)
    {
      Line *line = &g_array_index (self->lines, Line, i);

      line->at = at;
      at -= line->first ? kefu_demo_random_range (self->rand, 60, 20 * 24 * 60) * MINUTE_MS
                        : kefu_demo_random_range (self->rand, 6, 140) * SECOND_MS;
    }
}

static void
draw_orders (Talker *self)
{
  gint64 from = self->profile.since;

  self->n_orders = 1 + kefu_demo_random_below (self->rand, MAX_ORDERS);
  for (guint i = 0; i < self->n_orders; i++)
    {
      gint64 placed_at = kefu_demo_random_range (self->rand, from, self->seed->now - 5 * MINUTE_MS);

      self->orders[i] = kefu_demo_order_draw (self->seed->shop, self->rand, &self->profile, self->channel, NULL,
                                              placed_at, self->seed->now);
      kefu_demo_writer_order (self->seed->writer, self->orders[i], self->profile.id, self->agent_id);
    }
}

static KefuDemoOrder *
newest_order (Talker *self)
{
  KefuDemoOrder *newest = self->orders[0];

  for (guint i = 1; i < self->n_orders; i++)
    if (self->orders[i]->placed_at > newest->placed_at)
      newest = self->orders[i];
  return newest;
}

static void
write_promises (Talker *self, KefuDemoThread *thread, const char *proof_id, gint64 proof_at)
{
  guint n = kefu_demo_random_chance (self->rand, 0.25) ? 1 + kefu_demo_random_below (self->rand, 2) : 0;
  GPtrArray *promises = self->seed->shop->promises;

  for (guint i = 0; i < n; i++)
    {
      KefuDemoPromise *promise = g_ptr_array_index (promises, kefu_demo_random_below (self->rand, promises->len));
      KefuDemoChecklistItem item = {
        .customer_id = self->profile.id,
        .conversation_id = thread->id,
        .order_id = newest_order (self)->id,
        .kind = promise->kind,
        .title = promise->title,
        .due_at = proof_at + kefu_demo_random_range (self->rand, 2 * 60, 72 * 60) * MINUTE_MS,
        .done = self->resolved || kefu_demo_random_chance (self->rand, 0.4),
        .agent_id = self->agent_id,
        .created_at = MIN (proof_at + 15 * SECOND_MS, self->seed->now),
        .proof_message_id = proof_id,
      };
      char id[KEFU_ID_SIZE];

      item.done_at = item.done ? MIN (item.created_at + 90 * MINUTE_MS, self->seed->now) : 0;
      thread->open_items += item.done ? 0 : 1;
      kefu_demo_random_id (self->rand, item.created_at, id);
      kefu_demo_writer_checklist (self->seed->writer, id, &item);
    }
}

static void
write_rating (Talker *self, KefuDemoThread *thread)
{
  KefuDemoRating *rating = kefu_demo_shop_draw_rating (self->seed->shop, self->rand);
  JsonObject *body = json_object_new ();
  char id[KEFU_ID_SIZE];

  thread->rating = rating->score;
  kefu_demo_random_id (self->rand, thread->last_at, id);
  json_object_set_string_member (body, "conversation_id", thread->id);
  json_object_set_string_member (body, "customer_id", self->profile.id);
  json_object_set_int_member (body, "score", rating->score);
  json_object_set_string_member (body, "comment", kefu_demo_texts_draw (&rating->comments, self->rand));
  json_object_set_int_member (body, "at", thread->last_at + 40 * SECOND_MS);
  kefu_demo_writer_other (self->seed->writer, "rating", id, body);
}

static void
write_lines (Talker *self, KefuDemoThread *thread)
{
  KefuDemoOrder *order = newest_order (self);
  const char *courier = *order->courier != '\0' ? order->courier : "顺丰";
  g_autofree char *card = NULL;
  g_autofree char *amount = g_strdup_printf ("%" G_GINT64_FORMAT " 元", order->total_minor / 100);
  char proof_id[KEFU_ID_SIZE] = "";
  gint64 proof_at = 0;
  char n[12];

  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = &g_array_index (self->lines, Line, i);
      g_autofree char *text = NULL;
      KefuDemoMessage message = {
        .kind = line->text != NULL ? "text" : "order",
        .dir = line->from_agent ? "out" : "in",
        .author_id = line->from_agent ? self->agent_id : NULL,
        .delivery = line->from_agent ? kefu_demo_channel_delivery (self->channel) : "",
        .sent_at = line->at,
      };

      if (line->first || i == 0)
        g_snprintf (n, sizeof n, "%u", 2 + kefu_demo_random_below (self->rand, 28));
      if (line->text == NULL)
        {
          if (card == NULL)
            {
              g_autoptr (JsonObject) object = kefu_demo_order_card (order);
              g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

              card = json_to_string (node, FALSE);
            }
          message.body = order->number;
          message.data = card;
        }
      else
        message.body = text =
          kefu_demo_fill (line->text, "{product}", kefu_demo_order_title (order), "{name}", self->profile.name,
                          "{courier}", courier, "{amount}", amount, "{n}", n, NULL);
      kefu_demo_random_id (self->rand, line->at, message.id);
      kefu_demo_thread_add (thread, &message);
      if (line->from_agent)
        {
          memcpy (proof_id, message.id, sizeof proof_id);
          proof_at = line->at;
        }
    }
  if (proof_at > 0)
    write_promises (self, thread, proof_id, proof_at);
}

static void
write_reads (Talker *self, KefuDemoThread *thread)
{
  gint64 unread = thread->waiting_since > 0 ? thread->in_count - thread->waiting_in_no : 0;
  const char *owner = kefu_demo_seed_agent (self->seed, "lin");

  kefu_demo_writer_read (self->seed->writer, thread->id, owner, thread->last_mseq - unread, thread->in_count - unread);
  if (!g_str_equal (self->agent_id, owner))
    kefu_demo_writer_read (self->seed->writer, thread->id, self->agent_id, thread->last_mseq - unread,
                           thread->in_count - unread);
}

static void
draw_talker (Talker *self, guint index)
{
  KefuDemoShop *shop = self->seed->shop;
  GPtrArray *agents = shop->agents;

  kefu_demo_profile_draw (&self->profile, shop, self->rand, self->seed->now);
  self->channel = g_ptr_array_index (shop->channels, kefu_demo_random_below (self->rand, shop->channels->len));
  g_snprintf (self->key, sizeof self->key, KEFU_DEMO_BULK_PREFIX "%u", index);
  kefu_demo_random_id (self->rand, self->profile.since, self->identity);
  self->resolved = kefu_demo_random_chance (self->rand, 0.7);
  self->waits = !self->resolved && kefu_demo_random_chance (self->rand, 0.01);
  self->agent_id = kefu_demo_seed_agent (
    self->seed, ((KefuDemoAgent *) g_ptr_array_index (agents, kefu_demo_random_below (self->rand, agents->len)))->key);
}

/* (transfer full): how they call themselves where they write. */
static char *
identity_name (Talker *self)
{
  if (g_str_equal (self->channel->type, "sms") || g_str_equal (self->channel->type, "phone"))
    return g_strdup (self->profile.phone);
  if (g_str_equal (self->channel->type, "email"))
    return g_strdup_printf ("%s@mail.example", self->key);
  return g_strdup (self->profile.nickname);
}

/* (transfer full): every fourth conversation is marked, a few of them twice. */
static char *
draw_labels (Talker *self)
{
  GPtrArray *labels = self->seed->shop->labels;
  const char *names[3] = { NULL };
  guint n = kefu_demo_random_chance (self->rand, 0.25) ? 1 + kefu_demo_random_below (self->rand, 5) / 4 : 0;

  for (guint i = 0; i < n; i++)
    names[i] = ((KefuDemoLabel *) g_ptr_array_index (labels, kefu_demo_random_below (self->rand, labels->len)))->name;
  return kefu_demo_seed_labels (self->seed, names);
}

static void
write_talker (Talker *self, guint n_messages)
{
  KefuDemoThread thread = {
    .customer_id = self->profile.id,
    .channel_id = self->channel->id,
    .identity_id = self->identity,
    .key = self->key,
    .title = "",
    .status = "open",
    .assignee_id = self->resolved || kefu_demo_random_chance (self->rand, 0.9) ? self->agent_id : NULL,
  };
  g_autofree char *name = identity_name (self);
  g_autofree char *labels = NULL;
  gint64 first_at;

  /* What is resolved ends with the event that says so. */
  tell (self, self->resolved && n_messages > 1 ? n_messages - 1 : n_messages);
  set_times (self);
  first_at = g_array_index (self->lines, Line, 0).at;
  self->profile.since = MIN (self->profile.since, first_at - MINUTE_MS);
  kefu_demo_writer_customer (self->seed->writer, &self->profile);
  kefu_demo_writer_identity (self->seed->writer, self->identity, self->profile.id, self->channel->id, self->key, name);
  draw_orders (self);
  kefu_demo_random_id (self->rand, first_at, thread.id);
  kefu_demo_thread_begin (&thread, self->seed->writer, first_at);
  write_lines (self, &thread);
  if (self->resolved)
    {
      kefu_demo_thread_resolve (&thread, self->rand, thread.last_at + 90 * SECOND_MS, self->agent_id);
      if (kefu_demo_random_chance (self->rand, 0.35))
        write_rating (self, &thread);
    }
  labels = draw_labels (self);
  thread.labels = labels;
  kefu_demo_thread_end (&thread);
  write_reads (self, &thread);
}

void
kefu_demo_seed_bulk (KefuDemoSeed *self, guint first, guint last, guint customers, guint history)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (Line));

  for (guint i = first; i < last && self->writer->error == NULL; i++)
    {
      gint64 n = messages_before (i + 1, customers, history) - messages_before (i, customers, history);
      Talker talker = { .seed = self, .lines = lines };

      talker.rand = kefu_demo_random_new (self->seed, 100000 + i);
      draw_talker (&talker, i);
      write_talker (&talker, (guint) MAX (n, 1));
      for (guint j = 0; j < talker.n_orders; j++)
        kefu_demo_order_free (talker.orders[j]);
      kefu_demo_profile_clear (&talker.profile);
      g_rand_free (talker.rand);
    }
}
