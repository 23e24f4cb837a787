/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the demo shop looks when it opens for the first time. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-seed.h"

#include "kefu-agents.h"
#include "kefu-channels.h"
#include "kefu-labels.h"

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
add_agents (KefuDemoSeed *self, KefuWrite *write, const char *owner_password, GError **error)
{
  for (guint i = 0; i < self->shop->agents->len; i++)
    {
      KefuDemoAgent *agent = g_ptr_array_index (self->shop->agents, i);
      g_autofree char *password = i == 0 ? g_strdup (owner_password) : kefu_agent_make_password ();
      g_autofree char *id = kefu_agent_add (write, agent->login, agent->name, agent->role, password, error);

      if (id == NULL)
        return FALSE;
      g_hash_table_insert (self->agents, g_strdup (agent->key), g_steal_pointer (&id));
    }
  return TRUE;
}

static gboolean
add_channels (KefuDemoSeed *self, KefuWrite *write, GError **error)
{
  for (guint i = 0; i < self->shop->channels->len; i++)
    {
      KefuDemoChannel *channel = g_ptr_array_index (self->shop->channels, i);
      KefuChannelSpec spec = {
        .id = channel->id,
        .type = channel->type,
        .name = channel->name,
        .shop = channel->shop,
        .window_h = channel->window_h,
        .window_n = channel->window_n,
        .max_len = channel->max_len,
      };
      g_autofree char *id = kefu_channel_add (write, &spec, NULL, error);

      /* The limits of the reply clock are no part of a spec yet. */
      if (id == NULL ||
          !kefu_db_run (kefu_write_get_db (write), error,
                        "UPDATE channel SET first_reply_s = ?, due_s = ?, over_s = ? WHERE id = ?", "iiis",
                        (gint64) channel->first_reply_s, (gint64) channel->due_s, (gint64) channel->over_s, id))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_labels (KefuDemoSeed *self, KefuWrite *write, GError **error)
{
  for (guint i = 0; i < self->shop->labels->len; i++)
    {
      KefuDemoLabel *label = g_ptr_array_index (self->shop->labels, i);
      g_autofree char *id = kefu_label_add (write, label->id, label->name, label->color, error);

      if (id == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_pictures (KefuDemoSeed *self, KefuServer *server, KefuWrite *write, GError **error)
{
  GHashTableIter iter;
  gpointer picture;

  g_hash_table_iter_init (&iter, self->shop->pictures);
  while (g_hash_table_iter_next (&iter, NULL, &picture))
    {
      g_autofree char *sha256 = kefu_server_put_blob (server, write, ((KefuDemoPicture *) picture)->png, error);

      if (sha256 == NULL)
        return FALSE;
    }
  return TRUE;
}

char *
kefu_demo_seed_labels (KefuDemoSeed *self, const char *const *names)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GString) json = g_string_new ("[");

  for (guint i = 0; i < self->shop->labels->len; i++)
    {
      KefuDemoLabel *label = g_ptr_array_index (self->shop->labels, i);

      if (g_strv_contains (names, label->name))
        g_ptr_array_add (ids, label->id);
    }
  g_ptr_array_sort (ids, compare_ids);
  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (json, "%s\"%s\"", i > 0 ? "," : "", (const char *) ids->pdata[i]);
  g_string_append_c (json, ']');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

const char *
kefu_demo_seed_agent (KefuDemoSeed *self, const char *key)
{
  const char *id = g_hash_table_lookup (self->agents, key);

  if (id == NULL)
    id = g_hash_table_lookup (self->agents, ((KefuDemoAgent *) g_ptr_array_index (self->shop->agents, 0))->key);
  return id;
}

gboolean
kefu_demo_seed_is_there (KefuDemoShop *shop, KefuDb *db)
{
  KefuDemoChannel *channel = g_ptr_array_index (shop->channels, 0);

  return kefu_db_int (db, 0, "SELECT 1 FROM channel WHERE id = ?", "s", channel->id) == 1;
}

gboolean
kefu_demo_seed_write (KefuDemoSeed *self,
                      KefuServer *server,
                      KefuWrite *write,
                      const char *owner_password,
                      GError **error)
{
  KefuDemoWriter writer;

  if (!add_agents (self, write, owner_password, error) || !add_channels (self, write, error) ||
      !add_labels (self, write, error) || !add_pictures (self, server, write, error))
    return FALSE;
  /* Who and where first, so that a desk never meets a talk of people it does not know. */
  if (kefu_write_assign_revs (write, error) < 0)
    return FALSE;
  kefu_demo_writer_init (&writer, kefu_write_get_db (write), self->now);
  self->writer = &writer;
  if (!kefu_demo_seed_phrases (self, error))
    {
      g_clear_error (&writer.error);
      return FALSE;
    }
  kefu_demo_seed_cast (self);
  self->writer = NULL;
  return kefu_demo_writer_finish (&writer, error);
}

gboolean
kefu_demo_seed_find_agents (KefuDemoSeed *self, KefuDb *db, GError **error)
{
  for (guint i = 0; i < self->shop->agents->len; i++)
    {
      KefuDemoAgent *agent = g_ptr_array_index (self->shop->agents, i);
      g_autofree char *id = kefu_db_text (db, "SELECT id FROM agent WHERE login = ?", "s", agent->login);

      if (id == NULL)
        {
          g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, "The demo shop's agent “%s” is gone", agent->login);
          return FALSE;
        }
      g_hash_table_insert (self->agents, g_strdup (agent->key), g_steal_pointer (&id));
    }
  return TRUE;
}
