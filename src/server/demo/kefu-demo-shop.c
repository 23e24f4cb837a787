/* SPDX-License-Identifier: GPL-3.0-or-later
 * The demo shop's texts and goods as they stand in shop.json. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-shop.h"

#include "kefu-demo-random.h"
#include "kefu-demo-resources.h"

#define RESOURCE_DIR "/org/kefu/demo/"

static const char *const line_names[KEFU_DEMO_N_LINES] = {
  [KEFU_DEMO_OPENER] = "opener", [KEFU_DEMO_MORE] = "more",     [KEFU_DEMO_AFTER_ANSWER] = "after_answer",
  [KEFU_DEMO_THANKS] = "thanks", [KEFU_DEMO_HAGGLE] = "haggle", [KEFU_DEMO_COMPLAIN] = "complain",
  [KEFU_DEMO_BYE] = "bye",
};

static const char *
string_of (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

static int
int_of (JsonObject *object, const char *member)
{
  return (int) json_object_get_int_member_with_default (object, member, 0);
}

static void
read_texts (KefuDemoTexts *texts, JsonArray *array)
{
  texts->n_texts = json_array_get_length (array);
  texts->texts = g_new (const char *, texts->n_texts);
  for (guint i = 0; i < texts->n_texts; i++)
    texts->texts[i] = json_array_get_string_element (array, i);
}

static void
texts_clear (KefuDemoTexts *texts)
{
  g_clear_pointer (&texts->texts, g_free);
}

static gpointer
read_agent (JsonObject *object)
{
  KefuDemoAgent *agent = g_new0 (KefuDemoAgent, 1);

  agent->key = string_of (object, "key");
  agent->name = string_of (object, "name");
  agent->login = string_of (object, "login");
  agent->role = string_of (object, "role");
  return agent;
}

static gpointer
read_channel (JsonObject *object)
{
  KefuDemoChannel *channel = g_new0 (KefuDemoChannel, 1);

  channel->key = string_of (object, "key");
  channel->type = string_of (object, "type");
  channel->name = string_of (object, "name");
  channel->shop = string_of (object, "shop");
  channel->first_reply_s = int_of (object, "first_reply_s");
  channel->due_s = int_of (object, "due_s");
  channel->over_s = int_of (object, "over_s");
  channel->window_h = int_of (object, "window_h");
  channel->window_n = int_of (object, "window_n");
  channel->max_len = int_of (object, "max_len");
  channel->id = g_malloc (KEFU_ID_SIZE);
  kefu_demo_named_id ("channel", channel->key, channel->id);
  return channel;
}

static void
channel_free (gpointer data)
{
  KefuDemoChannel *channel = data;

  g_free (channel->id);
  g_free (channel);
}

static gpointer
read_product (JsonObject *object)
{
  KefuDemoProduct *product = g_new0 (KefuDemoProduct, 1);
  KefuDemoTexts variants;

  read_texts (&variants, json_object_get_array_member (object, "variants"));
  product->key = string_of (object, "key");
  product->shop = string_of (object, "shop");
  product->title = string_of (object, "title");
  product->image = string_of (object, "image");
  product->variants = variants.texts;
  product->n_variants = variants.n_texts;
  product->price_minor = int_of (object, "price_minor");
  product->ships = json_object_get_boolean_member_with_default (object, "ships", TRUE);
  return product;
}

static void
product_free (gpointer data)
{
  KefuDemoProduct *product = data;

  g_free (product->variants);
  g_free (product);
}

static gpointer
read_topic (JsonObject *object)
{
  KefuDemoTopic *topic = g_new0 (KefuDemoTopic, 1);

  topic->key = string_of (object, "key");
  topic->shop = string_of (object, "shop");
  read_texts (&topic->keywords, json_object_get_array_member (object, "reply_keywords"));
  for (guint i = 0; i < KEFU_DEMO_N_LINES; i++)
    read_texts (&topic->lines[i], json_object_get_array_member (object, line_names[i]));
  return topic;
}

static void
topic_free (gpointer data)
{
  KefuDemoTopic *topic = data;

  texts_clear (&topic->keywords);
  for (guint i = 0; i < KEFU_DEMO_N_LINES; i++)
    texts_clear (&topic->lines[i]);
  g_free (topic);
}

static gpointer
read_history (JsonObject *object)
{
  KefuDemoHistory *history = g_new0 (KefuDemoHistory, 1);
  JsonArray *lines = json_object_get_array_member (object, "lines");

  history->topic = string_of (object, "topic");
  history->n_lines = json_array_get_length (lines);
  history->lines = g_new (const char *, history->n_lines);
  history->from_agent = g_new (gboolean, history->n_lines);
  for (guint i = 0; i < history->n_lines; i++)
    {
      JsonArray *line = json_array_get_array_element (lines, i);

      history->from_agent[i] = g_str_equal (json_array_get_string_element (line, 0), "a");
      history->lines[i] = json_array_get_string_element (line, 1);
    }
  return history;
}

static void
history_free (gpointer data)
{
  KefuDemoHistory *history = data;

  g_free (history->lines);
  g_free (history->from_agent);
  g_free (history);
}

static gpointer
read_region (JsonObject *object)
{
  KefuDemoRegion *region = g_new0 (KefuDemoRegion, 1);

  region->region = string_of (object, "region");
  region->address = string_of (object, "address");
  read_texts (&region->streets, json_object_get_array_member (object, "streets"));
  return region;
}

static void
region_free (gpointer data)
{
  KefuDemoRegion *region = data;

  texts_clear (&region->streets);
  g_free (region);
}

static gpointer
read_courier (JsonObject *object)
{
  KefuDemoCourier *courier = g_new0 (KefuDemoCourier, 1);

  courier->name = string_of (object, "name");
  courier->prefix = string_of (object, "prefix");
  return courier;
}

static gpointer
read_promise (JsonObject *object)
{
  KefuDemoPromise *promise = g_new0 (KefuDemoPromise, 1);

  promise->kind = string_of (object, "kind");
  promise->title = string_of (object, "title");
  return promise;
}

static gpointer
read_label (JsonObject *object)
{
  KefuDemoLabel *label = g_new0 (KefuDemoLabel, 1);
  char id[KEFU_ID_SIZE];

  label->name = string_of (object, "name");
  label->color = string_of (object, "color");
  kefu_demo_named_id ("label", label->name, id);
  label->id = g_strdup (id);
  return label;
}

static void
label_free (gpointer data)
{
  KefuDemoLabel *label = data;

  g_free (label->id);
  g_free (label);
}

static gpointer
read_rating (JsonObject *object)
{
  KefuDemoRating *rating = g_new0 (KefuDemoRating, 1);

  rating->score = int_of (object, "score");
  rating->weight = int_of (object, "weight");
  read_texts (&rating->comments, json_object_get_array_member (object, "comments"));
  return rating;
}

static void
rating_free (gpointer data)
{
  KefuDemoRating *rating = data;

  texts_clear (&rating->comments);
  g_free (rating);
}

static void
picture_free (gpointer data)
{
  KefuDemoPicture *picture = data;

  g_bytes_unref (picture->png);
  g_free (picture->sha256);
  g_free (picture);
}

/* The size stands in the first chunk of a PNG: 8 bytes of signature, length, "IHDR", width, height. */
static int
png_number (GBytes *png, gsize offset)
{
  const guint8 *data = g_bytes_get_data (png, NULL);

  return data[offset] << 24 | data[offset + 1] << 16 | data[offset + 2] << 8 | data[offset + 3];
}

static GHashTable *
read_pictures (GError **error)
{
  g_autoptr (GHashTable) pictures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, picture_free);
  g_auto (GStrv) names = NULL;

  names = g_resource_enumerate_children (kefu_demo_get_resource (), RESOURCE_DIR "images", G_RESOURCE_LOOKUP_FLAGS_NONE,
                                         error);
  if (names == NULL)
    return NULL;
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (RESOURCE_DIR "images/", names[i], NULL);
      g_autoptr (GBytes) png = NULL;
      KefuDemoPicture *picture;

      png = g_resource_lookup_data (kefu_demo_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
      if (png == NULL)
        return NULL;
      if (g_bytes_get_size (png) < 24)
        {
          g_set_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT, "%s is not a picture", path);
          return NULL;
        }
      picture = g_new0 (KefuDemoPicture, 1);
      picture->width = png_number (png, 16);
      picture->height = png_number (png, 20);
      picture->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, png);
      picture->png = g_steal_pointer (&png);
      g_hash_table_insert (pictures, g_strdup (names[i]), picture);
    }
  return g_steal_pointer (&pictures);
}

static GPtrArray *
read_all (JsonArray *array, gpointer (*read) (JsonObject *object), GDestroyNotify destroy)
{
  GPtrArray *all = g_ptr_array_new_full (json_array_get_length (array), destroy);

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (all, read (json_array_get_object_element (array, i)));
  return all;
}

static gboolean
has_members (JsonObject *object, GError **error)
{
  static const char *const arrays[] = { "agents",   "channels",  "products", "surnames",       "given", "regions",
                                        "tags",     "nicknames", "couriers", "customer_notes", "cast",  "history",
                                        "closings", "promises",  "labels",   "articles" };
  static const char *const objects[] = { "platforms", "track_steps", "personal", "live", "events" };

  for (guint i = 0; i < G_N_ELEMENTS (arrays) + G_N_ELEMENTS (objects); i++)
    {
      gboolean is_array = i < G_N_ELEMENTS (arrays);
      const char *name = is_array ? arrays[i] : objects[i - G_N_ELEMENTS (arrays)];
      JsonNode *node = json_object_get_member (object, name);

      if (node == NULL || (is_array ? !JSON_NODE_HOLDS_ARRAY (node) : !JSON_NODE_HOLDS_OBJECT (node)))
        {
          g_set_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT, "The demo shop's data has no “%s”", name);
          return FALSE;
        }
    }
  return TRUE;
}

KefuDemoShop *
kefu_demo_shop_load (GError **error)
{
  g_autoptr (KefuDemoShop) self = g_new0 (KefuDemoShop, 1);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object;

  bytes =
    g_resource_lookup_data (kefu_demo_get_resource (), RESOURCE_DIR "shop.json", G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes == NULL ||
      !json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error))
    return NULL;
  self->root = json_parser_steal_root (parser);
  object = json_node_get_object (self->root);
  if (!has_members (object, error))
    return NULL;
  self->pictures = read_pictures (error);
  if (self->pictures == NULL)
    return NULL;

  self->agents = read_all (json_object_get_array_member (object, "agents"), read_agent, g_free);
  self->channels = read_all (json_object_get_array_member (object, "channels"), read_channel, channel_free);
  self->labels = read_all (json_object_get_array_member (object, "labels"), read_label, label_free);
  self->products = read_all (json_object_get_array_member (object, "products"), read_product, product_free);
  self->histories = read_all (json_object_get_array_member (object, "history"), read_history, history_free);
  self->regions = read_all (json_object_get_array_member (object, "regions"), read_region, region_free);
  self->couriers = read_all (json_object_get_array_member (object, "couriers"), read_courier, g_free);
  self->promises = read_all (json_object_get_array_member (object, "promises"), read_promise, g_free);
  self->topics = read_all (json_object_get_array_member (json_object_get_object_member (object, "live"), "topics"),
                           read_topic, topic_free);
  self->ratings = read_all (json_object_get_array_member (json_object_get_object_member (object, "events"), "ratings"),
                            read_rating, rating_free);
  read_texts (&self->surnames, json_object_get_array_member (object, "surnames"));
  read_texts (&self->given, json_object_get_array_member (object, "given"));
  read_texts (&self->nicknames, json_object_get_array_member (object, "nicknames"));
  read_texts (&self->tags, json_object_get_array_member (object, "tags"));
  read_texts (&self->notes, json_object_get_array_member (object, "customer_notes"));
  read_texts (&self->closings, json_object_get_array_member (object, "closings"));
  self->cast = json_object_get_array_member (object, "cast");
  self->track_steps = json_object_get_object_member (object, "track_steps");
  self->platforms = json_object_get_object_member (object, "platforms");
  self->personal = json_object_get_object_member (object, "personal");
  self->articles = json_object_get_array_member (object, "articles");
  return g_steal_pointer (&self);
}

void
kefu_demo_shop_free (KefuDemoShop *self)
{
  g_clear_pointer (&self->agents, g_ptr_array_unref);
  g_clear_pointer (&self->channels, g_ptr_array_unref);
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  g_clear_pointer (&self->products, g_ptr_array_unref);
  g_clear_pointer (&self->histories, g_ptr_array_unref);
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  g_clear_pointer (&self->couriers, g_ptr_array_unref);
  g_clear_pointer (&self->topics, g_ptr_array_unref);
  g_clear_pointer (&self->ratings, g_ptr_array_unref);
  g_clear_pointer (&self->promises, g_ptr_array_unref);
  g_clear_pointer (&self->pictures, g_hash_table_unref);
  texts_clear (&self->surnames);
  texts_clear (&self->given);
  texts_clear (&self->nicknames);
  texts_clear (&self->tags);
  texts_clear (&self->notes);
  texts_clear (&self->closings);
  g_clear_pointer (&self->root, json_node_unref);
  g_free (self);
}

KefuDemoChannel *
kefu_demo_shop_channel (KefuDemoShop *self, const char *key)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      KefuDemoChannel *channel = g_ptr_array_index (self->channels, i);

      if (g_str_equal (channel->key, key))
        return channel;
    }
  return NULL;
}

KefuDemoChannel *
kefu_demo_shop_channel_by_id (KefuDemoShop *self, const char *id)
{
  for (guint i = 0; i < self->channels->len; i++)
    {
      KefuDemoChannel *channel = g_ptr_array_index (self->channels, i);

      if (g_str_equal (channel->id, id))
        return channel;
    }
  return NULL;
}

KefuDemoProduct *
kefu_demo_shop_product (KefuDemoShop *self, const char *key)
{
  for (guint i = 0; i < self->products->len; i++)
    {
      KefuDemoProduct *product = g_ptr_array_index (self->products, i);

      if (g_str_equal (product->key, key))
        return product;
    }
  return NULL;
}

KefuDemoTopic *
kefu_demo_shop_topic (KefuDemoShop *self, const char *key)
{
  for (guint i = 0; i < self->topics->len; i++)
    {
      KefuDemoTopic *topic = g_ptr_array_index (self->topics, i);

      if (g_str_equal (topic->key, key))
        return topic;
    }
  return NULL;
}

const char *
kefu_demo_shop_platform (KefuDemoShop *self, const char *shop)
{
  return json_object_get_string_member_with_default (self->platforms, shop, NULL);
}

KefuDemoProduct *
kefu_demo_shop_draw_product (KefuDemoShop *self, GRand *rand, const char *shop)
{
  guint skip = kefu_demo_random_below (rand, self->products->len);

  for (guint i = 0;; i++)
    {
      KefuDemoProduct *product = g_ptr_array_index (self->products, (skip + i) % self->products->len);

      if (g_str_equal (product->shop, shop) || i >= self->products->len)
        return product;
    }
}

KefuDemoTopic *
kefu_demo_shop_draw_topic (KefuDemoShop *self, GRand *rand, const char *shop)
{
  guint skip = kefu_demo_random_below (rand, self->topics->len);

  for (guint i = 0;; i++)
    {
      KefuDemoTopic *topic = g_ptr_array_index (self->topics, (skip + i) % self->topics->len);

      if (g_str_equal (topic->shop, "*") || g_str_equal (topic->shop, shop) || i >= self->topics->len)
        return topic;
    }
}

/* Histories carry only a topic; whose shop that is stands with the topic. Those without lines to say live (a review, a
 * complaint) can happen anywhere, but arrears only where there is a bill. */
static gboolean
history_fits (KefuDemoShop *self, KefuDemoHistory *history, const char *shop, const char *topic_key)
{
  KefuDemoTopic *topic;

  if (topic_key != NULL)
    return g_str_equal (history->topic, topic_key);
  topic = kefu_demo_shop_topic (self, g_str_equal (history->topic, "arrears") ? "bill" : history->topic);
  return topic == NULL || g_str_equal (topic->shop, "*") || g_str_equal (topic->shop, shop);
}

KefuDemoHistory *
kefu_demo_shop_draw_history (KefuDemoShop *self, GRand *rand, const char *shop, const char *topic)
{
  guint skip = kefu_demo_random_below (rand, self->histories->len);

  for (guint i = 0;; i++)
    {
      KefuDemoHistory *history = g_ptr_array_index (self->histories, (skip + i) % self->histories->len);

      if (history_fits (self, history, shop, topic) || i >= self->histories->len)
        return history;
    }
}

KefuDemoRating *
kefu_demo_shop_draw_rating (KefuDemoShop *self, GRand *rand)
{
  int sum = 0;
  int drawn;

  for (guint i = 0; i < self->ratings->len; i++)
    sum += ((KefuDemoRating *) g_ptr_array_index (self->ratings, i))->weight;
  drawn = (int) kefu_demo_random_below (rand, (guint) sum);
  for (guint i = 0;; i++)
    {
      KefuDemoRating *rating = g_ptr_array_index (self->ratings, i);

      drawn -= rating->weight;
      if (drawn < 0 || i + 1 == self->ratings->len)
        return rating;
    }
}

const char *
kefu_demo_texts_draw (const KefuDemoTexts *self, GRand *rand)
{
  return self->n_texts > 0 ? self->texts[kefu_demo_random_below (rand, self->n_texts)] : "";
}

const KefuDemoPicture *
kefu_demo_shop_picture (KefuDemoShop *self, const char *name)
{
  return g_hash_table_lookup (self->pictures, name);
}

char *
kefu_demo_channel_key (KefuDemoChannel *self, const char *person, const char *name)
{
  static const char *const by_address[] = { "email", "sms", "phone", NULL };

  return g_strdup (g_strv_contains (by_address, self->type) ? name : person);
}

const char *
kefu_demo_channel_delivery (KefuDemoChannel *self)
{
  static const char *const without_read_marks[] = { "email", "sms", "phone", NULL };

  return g_strv_contains (without_read_marks, self->type) ? "delivered" : "read";
}

char *
kefu_demo_shop_image_data (KefuDemoShop *self, const char *name)
{
  const KefuDemoPicture *picture = kefu_demo_shop_picture (self, name);

  g_return_val_if_fail (picture != NULL, NULL);
  return g_strdup_printf ("{\"sha256\":\"%s\",\"mime\":\"image/png\",\"name\":\"%s\",\"size\":%" G_GSIZE_FORMAT
                          ",\"width\":%d,\"height\":%d}",
                          picture->sha256, name, g_bytes_get_size (picture->png), picture->width, picture->height);
}
