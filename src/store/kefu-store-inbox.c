/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inbox of the cache (sql/inbox.sql): whose it is. Runs on the writer's thread. */
#include "config.h"

#include "kefu-store-private.h"

/* From here on the triggers keep it. */
#define FILL                                                                                                           \
  "DELETE FROM mention; DELETE FROM inbox; DELETE FROM inbox_count;"                                                   \
  "INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)"                                                \
  " SELECT n, '', channel_id, bucket, part, at, since FROM inbox_state;"                                               \
  "INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)"                                                \
  " SELECT s.n, l.value, s.channel_id, s.bucket, s.part, s.at, s.since"                                                \
  " FROM conversation c JOIN json_each(c.labels) l JOIN inbox_state s ON s.id = c.id"                                  \
  " WHERE c.labels <> '[]' AND l.type = 'text' AND l.value NOT IN ('', '@') ON CONFLICT DO NOTHING;"                   \
  "INSERT INTO mention SELECT message_id, conversation_id FROM mention_state"

gboolean
kefu_store_inbox_adopt (KefuDb *cache, const char *agent_id, GError **error)
{
  g_autofree char *owner = kefu_db_text (cache, "SELECT value FROM meta WHERE key = 'agent'", "");

  if (g_strcmp0 (owner, agent_id) == 0)
    return TRUE;
  if (!kefu_db_begin (cache, error))
    return FALSE;
  if (kefu_db_run (cache, error, "INSERT OR REPLACE INTO meta VALUES('agent', ?)", "s", agent_id) &&
      kefu_db_exec (cache, FILL, error) && kefu_db_commit (cache, error))
    return TRUE;
  kefu_db_rollback (cache);
  return FALSE;
}
