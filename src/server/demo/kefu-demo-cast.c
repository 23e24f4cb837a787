/* SPDX-License-Identifier: GPL-3.0-or-later
 * The people with a story: who they are, what they bought, and how far their talks have come. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-person.h"
#include "kefu-demo-seed.h"

#include <stdlib.h>

#define SECOND_MS G_GINT64_CONSTANT (1000)
#define DAY_MS (24 * 3600 * SECOND_MS)

/* One person while their rows are written. */
typedef struct
{
  KefuDemoSeed *seed;
  GRand *rand;
  JsonObject *story;
  const char *key;
  KefuDemoProfile profile;
  GPtrArray *orders; /* KefuDemoOrder, as in the story */
} Actor;

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

static void
actor_init (Actor *self, KefuDemoSeed *seed, JsonObject *story, guint number)
{
  JsonArray *tags = json_object_get_array_member (story, "tags");
  KefuDemoProfile *profile = &self->profile;

  self->seed = seed;
  self->rand = kefu_demo_random_new (seed->seed, 100 + number);
  self->story = story;
  self->key = text_of (story, "key");
  self->orders = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_demo_order_free);

  *profile = (KefuDemoProfile){ 0 };
  kefu_demo_named_id ("customer", self->key, profile->id);
  profile->name = g_strdup (text_of (story, "name"));
  profile->gender = g_strdup (text_of (story, "gender"));
  profile->level = g_strdup (text_of (story, "level"));
  profile->region = g_strdup (text_of (story, "region"));
  profile->phone = g_strdup (text_of (story, "phone"));
  profile->address = g_strdup (text_of (story, "address"));
  profile->birthday = g_strdup (text_of (story, "birthday"));
  profile->notes = g_strdup (text_of (story, "notes"));
  profile->since = seed->now - json_object_get_int_member (story, "since_days") * DAY_MS;
  profile->good_reviews = (int) json_object_get_int_member_with_default (story, "good_reviews", 0);
  profile->bad_reviews = (int) json_object_get_int_member_with_default (story, "bad_reviews", 0);
  profile->tags = g_ptr_array_new ();
  for (guint i = 0; i < json_array_get_length (tags); i++)
    g_ptr_array_add (profile->tags, (gpointer) json_array_get_string_element (tags, i));
}

static void
actor_clear (Actor *self)
{
  g_rand_free (self->rand);
  kefu_demo_profile_clear (&self->profile);
  g_ptr_array_unref (self->orders);
}

static const char *
identity_name (Actor *self, const char *channel_key)
{
  JsonArray *identities = json_object_get_array_member (self->story, "identities");

  for (guint i = 0; i < json_array_get_length (identities); i++)
    {
      JsonObject *identity = json_array_get_object_element (identities, i);

      if (g_str_equal (json_object_get_string_member (identity, "channel"), channel_key))
        return json_object_get_string_member (identity, "name");
    }
  return NULL;
}

static void
identity_id (Actor *self, const char *channel_key, char out[KEFU_ID_SIZE])
{
  g_autofree char *name = g_strconcat (self->key, "/", channel_key, NULL);

  kefu_demo_named_id ("identity", name, out);
}

static void
write_identities (Actor *self)
{
  JsonArray *identities = json_object_get_array_member (self->story, "identities");

  for (guint i = 0; i < json_array_get_length (identities); i++)
    {
      JsonObject *identity = json_array_get_object_element (identities, i);
      KefuDemoChannel *channel = kefu_demo_shop_channel (self->seed->shop, text_of (identity, "channel"));
      g_autofree char *key = kefu_demo_channel_key (channel, self->key, text_of (identity, "name"));
      char id[KEFU_ID_SIZE];

      identity_id (self, channel->key, id);
      kefu_demo_writer_identity (self->seed->writer, id, self->profile.id, channel->id, key,
                                 text_of (identity, "name"));
    }
}

/* An order belongs to the channel of its shop where the customer is known, so that news of the parcel finds them. */
static KefuDemoChannel *
order_channel (Actor *self, JsonObject *story)
{
  JsonArray *identities = json_object_get_array_member (self->story, "identities");
  JsonObject *item = json_array_get_object_element (json_object_get_array_member (story, "items"), 0);
  KefuDemoProduct *product = kefu_demo_shop_product (self->seed->shop, text_of (item, "product"));

  for (guint i = 0; i < json_array_get_length (identities); i++)
    {
      const char *key = text_of (json_array_get_object_element (identities, i), "channel");
      KefuDemoChannel *channel = kefu_demo_shop_channel (self->seed->shop, key);

      if (g_str_equal (channel->shop, product->shop))
        return channel;
    }
  return kefu_demo_shop_channel (self->seed->shop, text_of (self->story, "channel"));
}

static void
write_orders (Actor *self)
{
  JsonArray *stories = json_object_get_array_member (self->story, "orders");

  for (guint i = 0; i < json_array_get_length (stories); i++)
    {
      JsonObject *story = json_array_get_object_element (stories, i);
      KefuDemoOrder *order = kefu_demo_order_from_cast (self->seed->shop, self->rand, &self->profile,
                                                        order_channel (self, story), story, self->seed->now);

      kefu_demo_writer_order (self->seed->writer, order, self->profile.id, kefu_demo_seed_agent (self->seed, "lin"));
      g_ptr_array_add (self->orders, order);
    }
}

/* "通话 4 分 12 秒 · …" or "未接来电 · 响铃 22 秒" */
static char *
call_data (const char *body)
{
  gboolean missed = g_str_has_prefix (body, "未接");
  const char *minutes = g_strrstr (body, " 分");
  const char *seconds = g_strrstr (body, " 秒");
  int total = 0;

  while (minutes != NULL && minutes > body && g_ascii_isdigit (minutes[-1]))
    minutes--;
  while (seconds != NULL && seconds > body && g_ascii_isdigit (seconds[-1]))
    seconds--;
  if (minutes != NULL)
    total += 60 * atoi (minutes);
  if (seconds != NULL)
    total += atoi (seconds);
  return g_strdup_printf ("{\"seconds\":%d,\"missed\":%s}", total, missed ? "true" : "false");
}

static char *
card_data (KefuDemoOrder *order)
{
  g_autoptr (JsonObject) card = kefu_demo_order_card (order);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), card);

  return json_to_string (node, FALSE);
}

/* What a line of the story is as a message; @data: (out) (transfer full) (nullable) */
static void
read_line (Actor *self, KefuDemoChannel *channel, JsonObject *line, KefuDemoMessage *message, char **data)
{
  const char *from = text_of (line, "from");
  gboolean from_customer = g_str_equal (from, "c");

  message->kind = "text";
  message->body = text_of (line, "text");
  message->dir = from_customer ? "in" : "out";
  message->author_id = from_customer ? NULL : kefu_demo_seed_agent (self->seed, from);
  message->delivery = from_customer ? "" : kefu_demo_channel_delivery (channel);
  message->sent_at = self->seed->now - json_object_get_int_member (line, "ago_s") * SECOND_MS;
  kefu_demo_random_id (self->rand, message->sent_at, message->id);
  if (json_object_has_member (line, "note"))
    {
      message->kind = "note";
      message->dir = "none";
      message->body = text_of (line, "note");
      message->delivery = "";
    }
  else if (json_object_has_member (line, "order"))
    {
      KefuDemoOrder *order = g_ptr_array_index (self->orders, json_object_get_int_member (line, "order"));

      message->kind = "order";
      message->body = order->number;
      *data = card_data (order);
    }
  else if (json_object_has_member (line, "image"))
    {
      message->kind = "image";
      *data = kefu_demo_shop_image_data (self->seed->shop, text_of (line, "image"));
    }
  else if (json_object_has_member (line, "kind"))
    {
      message->kind = text_of (line, "kind");
      message->delivery = "";
      *data = call_data (message->body);
    }
  message->data = *data;
}

/* All promises of the story; returns how many are open. */
static guint
write_checklist (Actor *self, const char *conversation_id, GArray *messages, const char *assignee_id)
{
  JsonArray *items = json_object_get_array_member (self->story, "checklist");
  guint n_open = 0;

  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonObject *object = json_array_get_object_element (items, i);
      gint64 order = json_object_get_int_member_with_default (object, "order", -1);
      gint64 proof = json_object_get_int_member_with_default (object, "proof", -1);
      KefuDemoMessage *message = &g_array_index (messages, KefuDemoMessage, MAX (proof, 0));
      KefuDemoChecklistItem item = {
        .customer_id = self->profile.id,
        .conversation_id = conversation_id,
        .order_id = order >= 0 ? ((KefuDemoOrder *) g_ptr_array_index (self->orders, order))->id : NULL,
        .kind = text_of (object, "kind"),
        .title = text_of (object, "title"),
        .due_at = self->seed->now + json_object_get_int_member (object, "due_in_s") * SECOND_MS,
        .done = json_object_get_boolean_member_with_default (object, "done", FALSE),
        .agent_id = message->author_id != NULL ? message->author_id : assignee_id,
        .created_at = message->sent_at + 20 * SECOND_MS,
        .proof_message_id = proof >= 0 ? message->id : NULL,
      };
      char id[KEFU_ID_SIZE];

      item.done_at = item.done ? MAX (item.due_at - 300 * SECOND_MS, item.created_at) : 0;
      n_open += item.done ? 0 : 1;
      kefu_demo_random_id (self->rand, item.created_at, id);
      kefu_demo_writer_checklist (self->seed->writer, id, &item);
    }
  return n_open;
}

/* What waits for an answer has not been seen by anybody; the rest has been by all who work here. */
static void
write_reads (Actor *self, KefuDemoThread *thread)
{
  gint64 unread = thread->waiting_since > 0 ? thread->in_count - thread->waiting_in_no : 0;
  GPtrArray *agents = self->seed->shop->agents;

  for (guint i = 0; i < agents->len; i++)
    kefu_demo_writer_read (self->seed->writer, thread->id,
                           kefu_demo_seed_agent (self->seed, ((KefuDemoAgent *) g_ptr_array_index (agents, i))->key),
                           thread->last_mseq - unread, thread->in_count - unread);
}

/* (transfer full) */
static char *
story_labels (Actor *self)
{
  JsonArray *names =
    json_object_has_member (self->story, "labels") ? json_object_get_array_member (self->story, "labels") : NULL;
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    g_ptr_array_add (list, (gpointer) json_array_get_string_element (names, i));
  g_ptr_array_add (list, NULL);
  return kefu_demo_seed_labels (self->seed, (const char *const *) list->pdata);
}

static void
write_talk (Actor *self)
{
  KefuDemoChannel *channel = kefu_demo_shop_channel (self->seed->shop, text_of (self->story, "channel"));
  JsonArray *lines = json_object_get_array_member (self->story, "lines");
  const char *assignee = text_of (self->story, "assignee");
  g_autofree char *labels = story_labels (self);
  g_autofree char *key = kefu_demo_channel_key (channel, self->key, identity_name (self, channel->key));
  g_autoptr (GArray) messages = g_array_new (FALSE, TRUE, sizeof (KefuDemoMessage));
  char identity[KEFU_ID_SIZE];
  KefuDemoThread thread = {
    .customer_id = self->profile.id,
    .channel_id = channel->id,
    .identity_id = identity,
    .key = key,
    .title = "",
    .status = text_of (self->story, "status"),
    .assignee_id = *assignee != '\0' ? kefu_demo_seed_agent (self->seed, assignee) : NULL,
    .labels = labels,
  };

  identity_id (self, channel->key, identity);
  kefu_demo_named_id ("conversation", self->key, thread.id);
  g_array_set_size (messages, json_array_get_length (lines));
  for (guint i = 0; i < messages->len; i++)
    {
      JsonObject *line = json_array_get_object_element (lines, i);
      KefuDemoMessage *message = &g_array_index (messages, KefuDemoMessage, i);
      gint64 quote = json_object_get_int_member_with_default (line, "quote", 0);
      g_autofree char *data = NULL;

      read_line (self, channel, line, message, &data);
      if (quote < 0 && i >= (guint) -quote)
        message->quote_id = g_array_index (messages, KefuDemoMessage, i - (guint) -quote).id;
      if (i == 0)
        kefu_demo_thread_begin (&thread, self->seed->writer, message->sent_at);
      kefu_demo_thread_add (&thread, message);
      message->data = NULL;
    }
  thread.open_items = write_checklist (self, thread.id, messages, kefu_demo_seed_agent (self->seed, assignee));
  if (g_str_equal (thread.status, "resolved"))
    kefu_demo_thread_resolve (&thread, self->rand, thread.last_at + 240 * SECOND_MS, thread.assignee_id);
  if (g_str_equal (thread.status, "snoozed"))
    thread.snooze_until = self->seed->now + 5 * DAY_MS;
  kefu_demo_thread_end (&thread);
  write_reads (self, &thread);
}

/* Line @number of a talk of some time ago, told in the words of a history or in its own; after the last one comes a closing
 * word. */
static const char *
earlier_line (Actor *self, JsonArray *own, KefuDemoHistory *history, guint number, gboolean *from_agent)
{
  guint n_lines = own != NULL ? json_array_get_length (own) : history->n_lines;
  JsonArray *line;

  *from_agent = TRUE;
  if (number >= n_lines)
    return kefu_demo_texts_draw (&self->seed->shop->closings, self->rand);
  if (own == NULL)
    {
      *from_agent = history->from_agent[number];
      return history->lines[number];
    }
  line = json_array_get_array_element (own, number);
  *from_agent = g_str_equal (json_array_get_string_element (line, 0), "a");
  return json_array_get_string_element (line, 1);
}

static void
tell_earlier (Actor *self, KefuDemoThread *thread, KefuDemoChannel *channel, JsonObject *story, gint64 at)
{
  KefuDemoShop *shop = self->seed->shop;
  KefuDemoHistory *history = kefu_demo_shop_draw_history (shop, self->rand, channel->shop, text_of (story, "topic"));
  JsonArray *own = json_object_has_member (story, "lines") ? json_object_get_array_member (story, "lines") : NULL;
  guint n_lines = own != NULL ? json_array_get_length (own) : history->n_lines;
  const char *product = self->orders->len > 0
                          ? kefu_demo_order_title (g_ptr_array_index (self->orders, self->orders->len - 1))
                          : kefu_demo_shop_draw_product (shop, self->rand, channel->shop)->title;
  char n[12];

  g_snprintf (n, sizeof n, "%u", 2 + kefu_demo_random_below (self->rand, 18));
  /* A closing word only where the customer had the last one. */
  for (guint i = 0; i < n_lines || thread->waiting_since > 0; i++)
    {
      gboolean from_agent;
      const char *template = earlier_line (self, own, history, i, &from_agent);
      g_autofree char *text = kefu_demo_fill (template, "{product}", product, "{name}", self->profile.name, "{courier}",
                                              "中通", "{n}", n, NULL);
      KefuDemoMessage message = {
        .kind = "text",
        .dir = from_agent ? "out" : "in",
        .body = text,
        .author_id = from_agent ? thread->assignee_id : NULL,
        .delivery = from_agent ? kefu_demo_channel_delivery (channel) : "",
      };

      at += kefu_demo_random_range (self->rand, 12, 150) * SECOND_MS;
      message.sent_at = at;
      kefu_demo_random_id (self->rand, at, message.id);
      kefu_demo_thread_add (thread, &message);
    }
}

static void
write_rating (Actor *self, KefuDemoThread *thread)
{
  JsonObject *rating = json_object_new ();
  char id[KEFU_ID_SIZE];

  kefu_demo_random_id (self->rand, thread->last_at, id);
  json_object_set_string_member (rating, "conversation_id", thread->id);
  json_object_set_string_member (rating, "customer_id", self->profile.id);
  json_object_set_int_member (rating, "score", thread->rating);
  json_object_set_int_member (rating, "at", thread->last_at + 60 * SECOND_MS);
  kefu_demo_writer_other (self->seed->writer, "rating", id, rating);
}

/* A talk of some time ago that was settled. */
static void
write_earlier (Actor *self, JsonObject *story, guint number)
{
  KefuDemoChannel *channel = kefu_demo_shop_channel (self->seed->shop, text_of (story, "channel"));
  gint64 at = self->seed->now - json_object_get_int_member (story, "age_days") * DAY_MS -
              kefu_demo_random_range (self->rand, 0, 8 * 3600) * SECOND_MS;
  g_autofree char *person_key = kefu_demo_channel_key (channel, self->key, identity_name (self, channel->key));
  g_autofree char *key = g_strdup_printf ("%s" KEFU_DEMO_EARLIER_MARK "%u", person_key, number);
  char identity[KEFU_ID_SIZE];
  KefuDemoThread thread = {
    .customer_id = self->profile.id,
    .channel_id = channel->id,
    .identity_id = identity,
    .key = key,
    .title = text_of (story, "title"),
    .assignee_id = kefu_demo_seed_agent (self->seed, kefu_demo_random_chance (self->rand, 0.7) ? "lin" : "jie"),
    .rating = json_object_get_int_member_with_default (story, "rating", 0),
  };

  identity_id (self, channel->key, identity);
  kefu_demo_random_id (self->rand, at, thread.id);
  kefu_demo_thread_begin (&thread, self->seed->writer, at);
  tell_earlier (self, &thread, channel, story, at);
  kefu_demo_thread_resolve (&thread, self->rand, thread.last_at + 120 * SECOND_MS, thread.assignee_id);
  if (thread.rating > 0)
    write_rating (self, &thread);
  kefu_demo_thread_end (&thread);
  write_reads (self, &thread);
}

void
kefu_demo_seed_cast (KefuDemoSeed *self)
{
  for (guint i = 0; i < json_array_get_length (self->shop->cast); i++)
    {
      Actor actor;
      JsonArray *earlier;

      actor_init (&actor, self, json_array_get_object_element (self->shop->cast, i), i);
      kefu_demo_writer_customer (self->writer, &actor.profile);
      write_identities (&actor);
      write_orders (&actor);
      earlier = json_object_get_array_member (actor.story, "earlier");
      for (guint n = json_array_get_length (earlier); n-- > 0;)
        write_earlier (&actor, json_array_get_object_element (earlier, n), n + 1);
      write_talk (&actor);
      actor_clear (&actor);
    }
}
