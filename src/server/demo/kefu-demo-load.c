/* SPDX-License-Identifier: GPL-3.0-or-later
 * The customers that the database knows, as people who can go on talking. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-load.h"

#include "kefu-demo-seed.h"
#include "kefu-entity.h"

/* Who waits for longer than this when the shop opens has given up. */
#define STALE_MS (30 * 60 * G_GINT64_CONSTANT (1000))
/* More of those who came in than this are not waited for: they answer when they are written to. */
#define MAX_KNOWN 200

#define STREAM_CAST 1000
#define STREAM_KNOWN 3000000

/* The order somebody writes about is their newest one on a channel where they are known. */
#define ORDER_SQL                                                                                                      \
  "SELECT o.id, o.channel_id FROM identity i JOIN orders o ON o.customer_id = i.customer_id"                           \
  " JOIN identity j ON j.customer_id = i.customer_id AND j.channel_id = o.channel_id AND j.key = i.key"                \
  " WHERE i.channel_id = ? AND i.key = ? ORDER BY o.placed_at DESC LIMIT 1"

/* What an order event may not bring along: the shop's own columns, and what is told otherwise. */
static const char *const not_of_platform[] = { "kind", "id",     "rev",       "customer_id", "channel_id",
                                               "flag", "remark", "remark_by", "remark_at" };

static gboolean
load_order (KefuDemoPerson *person, KefuDb *db, GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, ORDER_SQL, "ss", person->channel->id, person->sender);
  g_autoptr (GError) step_error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *id = NULL;
  g_autofree char *json = NULL;
  JsonArray *items;

  if (stmt == NULL)
    return FALSE;
  if (!kefu_stmt_step (stmt, &step_error))
    {
      if (step_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&step_error));
      return FALSE;
    }
  id = g_strdup (kefu_stmt_text (stmt, 0));
  person->order_channel_id = g_strdup (kefu_stmt_text (stmt, 1));
  json = kefu_entity_to_json (db, "order", id, error);
  node = json != NULL ? json_from_string (json, error) : NULL;
  if (node == NULL)
    return FALSE;
  person->order = json_node_dup_object (node);
  for (guint i = 0; i < G_N_ELEMENTS (not_of_platform); i++)
    json_object_remove_member (person->order, not_of_platform[i]);
  items = json_object_get_array_member (person->order, "items");
  if (items != NULL && json_array_get_length (items) > 0)
    {
      g_free (person->product);
      person->product = g_strdup (json_object_get_string_member (json_array_get_object_element (items, 0), "title"));
    }
  if (*json_object_get_string_member_with_default (person->order, "courier", "") != '\0')
    {
      g_free (person->courier);
      person->courier = g_strdup (json_object_get_string_member (person->order, "courier"));
    }
  return TRUE;
}

/* Where they stand in their talk. */
static gboolean
load_state (KefuDemoPerson *person, KefuDb *db, gint64 now_ms, GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error,
                                             "SELECT waiting_since, last_in_at, status FROM conversation"
                                             " WHERE channel_id = ? AND key = ? ORDER BY last_at DESC LIMIT 1",
                                             "ss", person->channel->id, person->key);
  g_autoptr (GError) step_error = NULL;

  if (stmt == NULL)
    return FALSE;
  if (kefu_stmt_step (stmt, &step_error))
    {
      person->last_said_at = kefu_stmt_int (stmt, 1);
      if (kefu_stmt_int (stmt, 0) > now_ms - STALE_MS)
        {
          person->waiting_since = kefu_stmt_int (stmt, 0);
          person->state = KEFU_DEMO_WAITING;
        }
      else
        person->rest_until = now_ms + kefu_demo_random_range (person->rand, 2, 25) * 60000;
      /* Who was told to wait for a call does not come back by themselves. */
      person->shy = g_strcmp0 (kefu_stmt_text (stmt, 2), "snoozed") == 0;
    }
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
load_cast (KefuDemoLoad *self, KefuDemoShop *shop, KefuDb *db, gint64 seed, gint64 now_ms, GError **error)
{
  for (guint i = 0; i < json_array_get_length (shop->cast); i++)
    {
      JsonObject *story = json_array_get_object_element (shop->cast, i);
      JsonArray *identities = json_object_get_array_member (story, "identities");
      JsonObject *first = json_array_get_object_element (identities, 0);
      KefuDemoChannel *channel = kefu_demo_shop_channel (shop, json_object_get_string_member (story, "channel"));
      KefuDemoTopic *topic = kefu_demo_shop_topic (shop, json_object_get_string_member (story, "topic"));
      const char *name = json_object_get_string_member (first, "name");
      g_autofree char *key = kefu_demo_channel_key (channel, json_object_get_string_member (story, "key"), name);
      KefuDemoPerson *person = kefu_demo_person_new (shop, channel, topic, key, name, seed, STREAM_CAST + i);

      g_ptr_array_add (self->people, person);
      if (!load_order (person, db, error) || !load_state (person, db, now_ms, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
load_walk_ins (KefuDemoLoad *self, KefuDemoShop *shop, KefuDb *db, gint64 seed, gint64 now_ms, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) step_error = NULL;
  guint first = self->people->len;

  stmt = kefu_db_query (db, error,
                        "SELECT channel_id, key, name FROM identity WHERE key GLOB '" KEFU_DEMO_WALK_IN_PREFIX "*'"
                        " ORDER BY rowid DESC LIMIT ?",
                        "i", (gint64) MAX_KNOWN);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &step_error))
    {
      KefuDemoChannel *channel = kefu_demo_shop_channel_by_id (shop, kefu_stmt_text (stmt, 0));
      const char *key = kefu_stmt_text (stmt, 1);
      guint32 stream = STREAM_KNOWN + g_str_hash (key) % 1000000;
      g_autoptr (GRand) rand = kefu_demo_random_new (seed, stream);

      if (channel != NULL)
        g_ptr_array_add (self->people,
                         kefu_demo_person_new (shop, channel, kefu_demo_shop_draw_topic (shop, rand, channel->shop),
                                               key, kefu_stmt_text (stmt, 2), seed, stream));
    }
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return FALSE;
    }
  for (guint i = first; i < self->people->len; i++)
    if (!load_order (g_ptr_array_index (self->people, i), db, error) ||
        !load_state (g_ptr_array_index (self->people, i), db, now_ms, error))
      return FALSE;
  return TRUE;
}

gboolean
kefu_demo_load (KefuDemoLoad *self, KefuDemoShop *shop, KefuDb *db, gint64 seed, gint64 now_ms, GError **error)
{
  self->people = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_demo_person_free);
  self->n_walk_ins =
    (guint) kefu_db_int (db, 0,
                         "SELECT coalesce(max(CAST(substr(key, length(?) + 1) AS INTEGER)) + 1, 0) FROM identity"
                         " WHERE key GLOB '" KEFU_DEMO_WALK_IN_PREFIX "*'",
                         "s", KEFU_DEMO_WALK_IN_PREFIX);
  self->n_bulk =
    (guint) kefu_db_int (db, 0, "SELECT count(*) FROM identity WHERE key GLOB '" KEFU_DEMO_BULK_PREFIX "*'", "");
  self->newest_in_at = kefu_db_int (db, 0, "SELECT max(last_in_at) FROM conversation", "");
  return load_cast (self, shop, db, seed, now_ms, error) && load_walk_ins (self, shop, db, seed, now_ms, error);
}

void
kefu_demo_load_clear (KefuDemoLoad *self)
{
  g_clear_pointer (&self->people, g_ptr_array_unref);
}
