/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed of a server that is not running, batch after batch as GET /v1/sync answers. */
#include "config.h"

#include "bench-feed-source.h"

#include "kefu-feed.h"
#include "kefu-storage.h"

/* What the desk asks for, and what the server's answer holds at most. */
#define LIMIT 1000
#define MAX_BYTES (4 * 1024 * 1024)

struct _BenchFeedSource
{
  KefuDb *db;
  char *epoch;
  char *agent_id;
  char *agent_name;
  gint64 seq;
  gboolean ended;
};

BenchFeedSource *
bench_feed_source_new (const char *server_dir, const char *login, GError **error)
{
  g_autoptr (BenchFeedSource) self = g_new0 (BenchFeedSource, 1);

  self->db = kefu_storage_open_db (server_dir, error);
  if (self->db == NULL)
    return NULL;
  self->epoch = kefu_storage_read_epoch (self->db);
  self->agent_id = kefu_db_text (self->db, "SELECT id FROM agent WHERE login = ?", "s", login);
  self->agent_name = kefu_db_text (self->db, "SELECT name FROM agent WHERE login = ?", "s", login);
  if (self->agent_id == NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, "Nobody signs in as “%s”", login);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
bench_feed_source_free (BenchFeedSource *self)
{
  g_clear_pointer (&self->db, kefu_db_close);
  g_free (self->epoch);
  g_free (self->agent_id);
  g_free (self->agent_name);
  g_free (self);
}

GBytes *
bench_feed_source_next (BenchFeedSource *self, GError **error)
{
  g_autoptr (KefuFeedBatch) batch = NULL;
  char *json;

  if (self->ended)
    return NULL;
  if (!kefu_db_exec (self->db, "BEGIN", error))
    return NULL;
  batch = kefu_feed_read (self->db, self->seq, LIMIT, MAX_BYTES, error);
  kefu_db_rollback (self->db);
  if (batch == NULL)
    return NULL;
  json = kefu_feed_batch_to_sync (batch, self->agent_id, self->epoch);
  self->seq = kefu_feed_batch_get_to (batch);
  self->ended = !kefu_feed_batch_get_more (batch);
  return g_bytes_new_take (json, strlen (json));
}

const char *
bench_feed_source_get_agent_id (BenchFeedSource *self)
{
  return self->agent_id;
}

const char *
bench_feed_source_get_agent_name (BenchFeedSource *self)
{
  return self->agent_name;
}

gint64
bench_feed_source_count (BenchFeedSource *self, const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", table);

  return kefu_db_int (self->db, 0, sql, "");
}
