/* SPDX-License-Identifier: GPL-3.0-or-later
 * The phrases and the articles of the knowledge that the demo shop starts with. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-seed.h"

#include "kefu-demo-resources.h"

#define HOUR_MS (3600 * G_GINT64_CONSTANT (1000))

/* The phrase that is used most: those for customers who write in English, of whom there are few, are no agent's first choice. */
#define MOST_USES 280
#define MOST_USES_EN 28

/* Few phrases are used often and most hardly ever; the owner's own are old friends. */
static void
draw_use (KefuDemoPhrase *phrase, int most, GRand *rand, gint64 now_ms)
{
  double u = g_rand_double (rand);

  phrase->uses = (int) (most * u * u * u * u) + (phrase->agent_id != NULL ? 20 : 0);
  phrase->last_used = phrase->uses > 0 ? now_ms - kefu_demo_random_range (rand, HOUR_MS, 21 * 24 * HOUR_MS) : 0;
}

static void
write_group (KefuDemoSeed *seed,
             GRand *rand,
             const char *name,
             const char *agent_id,
             int most,
             int sort,
             JsonArray *phrases)
{
  char group_id[KEFU_ID_SIZE];
  char id[KEFU_ID_SIZE];

  kefu_demo_named_id ("phrase_group", name, group_id);
  kefu_demo_writer_group (seed->writer, group_id, name, agent_id, sort);
  for (guint i = 0; i < json_array_get_length (phrases); i++)
    {
      JsonObject *object = json_array_get_object_element (phrases, i);
      KefuDemoPhrase phrase = {
        .group_id = group_id,
        .code = json_object_get_string_member (object, "code"),
        .title = json_object_get_string_member (object, "title"),
        .body = json_object_get_string_member (object, "text"),
        .ladder = json_object_get_string_member_with_default (object, "ladder", ""),
        .step = json_object_get_string_member_with_default (object, "step", ""),
        .agent_id = agent_id,
        .sort = (int) (i + 1) * 10,
      };

      draw_use (&phrase, most, rand, seed->now);
      kefu_demo_named_id ("phrase", phrase.code, id);
      kefu_demo_writer_phrase (seed->writer, id, &phrase);
    }
}

/* The groups of one library, after the @n_groups that are there. */
static gboolean
write_library (KefuDemoSeed *seed, GRand *rand, const char *path, int most, guint *n_groups, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *groups;

  bytes = g_resource_lookup_data (kefu_demo_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes == NULL ||
      !json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error))
    return FALSE;
  groups = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "groups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);

      write_group (seed, rand, json_object_get_string_member (group, "name"), NULL, most, (int) ++*n_groups * 10,
                   json_object_get_array_member (group, "phrases"));
    }
  return TRUE;
}

static void
write_articles (KefuDemoSeed *seed)
{
  for (guint i = 0; i < json_array_get_length (seed->shop->articles); i++)
    {
      JsonObject *article = json_array_get_object_element (seed->shop->articles, i);
      const char *title = json_object_get_string_member (article, "title");
      JsonObject *body = json_object_new ();
      char id[KEFU_ID_SIZE];

      kefu_demo_named_id ("article", title, id);
      json_object_set_string_member (body, "title", title);
      json_object_set_string_member (body, "body", json_object_get_string_member (article, "body"));
      json_object_set_int_member (body, "sort", ((int) i + 1) * 10);
      kefu_demo_writer_other (seed->writer, "article", id, body);
    }
}

gboolean
kefu_demo_seed_phrases (KefuDemoSeed *self, GError **error)
{
  g_autoptr (GRand) rand = kefu_demo_random_new (self->seed, 2);
  guint n_groups = 0;

  /* English ones too: some of the customers write in English. */
  if (!write_library (self, rand, "/org/kefu/demo/starter.json", MOST_USES, &n_groups, error) ||
      !write_library (self, rand, "/org/kefu/demo/starter-en.json", MOST_USES_EN, &n_groups, error))
    return FALSE;
  write_group (self, rand, json_object_get_string_member (self->shop->personal, "group"),
               kefu_demo_seed_agent (self, "lin"), MOST_USES, (int) ++n_groups * 10,
               json_object_get_array_member (self->shop->personal, "phrases"));
  write_articles (self);
  return TRUE;
}
