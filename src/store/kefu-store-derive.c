/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the triggers of sql/inbox.sql, search.sql and cache.sql make of a new row, for many new rows at once. Runs on the writer's thread. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-private.h"

/* Each statement has ?1, a JSON array of rowids. A full-text index gets all its rows from one statement, in their order: then they are written as
 * one piece. */
#define OF_THESE " IN (SELECT value FROM json_each(?1))"

typedef struct
{
  const char *kind;
  const char *sql;
} Step;

static const Step steps[] = {
  { "message", "INSERT INTO message_fts(rowid, body)"
               " SELECT rowid, kefu_message_words(kind, dir, author_id, body, data) FROM message"
               " WHERE rowid" OF_THESE " AND kind <> 'event' ORDER BY rowid" },
  { "order", "INSERT INTO order_fts(rowid, words) SELECT rowid, kefu_order_words(number, tracking, phone) FROM orders"
             " WHERE rowid" OF_THESE " ORDER BY rowid" },
  { "customer", "INSERT INTO customer_name(id, folded, phone, last_at) SELECT c.id, kefu_fold(c.name), c.phone,"
                " coalesce((SELECT max(last_at) FROM conversation WHERE customer_id = c.id), 0) FROM customer c"
                " WHERE c.rowid" OF_THESE " ORDER BY c.rowid" },
  { "customer", "INSERT INTO customer_fts(rowid, words) SELECT n, kefu_name_words(folded, syllables, initials, phone)"
                " FROM customer_name WHERE id IN (SELECT id FROM customer WHERE rowid" OF_THESE ") ORDER BY n" },
  { "customer",
    "INSERT INTO name_todo SELECT 'customer', id FROM customer WHERE rowid" OF_THESE " ON CONFLICT DO NOTHING" },
  { "conversation", "UPDATE customer_name SET last_at = c.last_at FROM"
                    " (SELECT customer_id, max(last_at) AS last_at FROM conversation WHERE rowid" OF_THESE
                    " GROUP BY customer_id) AS c WHERE c.customer_id = customer_name.id"
                    " AND customer_name.last_at < c.last_at" },
};

/* The kinds whose new rows have no other triggers. */
const char *const kefu_store_derived_kinds[] = { "customer", "identity", "conversation",   "message",
                                                 "read",     "order",    "checklist_item", NULL };

/* ?1 and the others: those of new notes that mention the agent, of new conversations, of new reads. */
#define TOUCHED                                                                                                        \
  "SELECT json_group_array(n) FROM (SELECT value AS n FROM json_each(?2) UNION"                                        \
  " SELECT c.rowid FROM read r JOIN conversation c ON c.id = r.conversation_id"                                        \
  " WHERE r.rowid IN (SELECT value FROM json_each(?3))"                                                                \
  " AND r.agent_id = (SELECT value FROM meta WHERE key = 'agent') UNION"                                               \
  " SELECT c.rowid FROM mention x JOIN conversation c ON c.id = x.conversation_id"                                     \
  " WHERE x.message_id IN (SELECT value FROM json_each(?1)))"

#define COUNT_INBOX(sign)                                                                                              \
  "INSERT INTO inbox_count SELECT label_id, channel_id, bucket, part, " sign "count(*) FROM inbox WHERE n" OF_THESE    \
  " GROUP BY label_id, channel_id, bucket, part ON CONFLICT DO UPDATE SET n = n + excluded.n"

static const char *const out_of_inbox[] = {
  COUNT_INBOX ("-"),
  "DELETE FROM inbox WHERE n" OF_THESE,
};
static const char *const into_inbox[] = {
  "INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)"
  " SELECT n, '', channel_id, bucket, part, at, since FROM inbox_state WHERE n" OF_THESE,
  "INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)"
  " SELECT s.n, l.value, s.channel_id, s.bucket, s.part, s.at, s.since"
  " FROM conversation c JOIN json_each(c.labels) l JOIN inbox_state s ON s.n = c.rowid"
  " WHERE c.rowid" OF_THESE " AND c.labels <> '[]' AND l.type = 'text' AND l.value NOT IN ('', '@')"
  " ON CONFLICT DO NOTHING",
  "INSERT INTO inbox(n, label_id, channel_id, bucket, part, at, since)"
  " SELECT s.n, '@', s.channel_id, s.bucket, s.part, s.at, s.since FROM inbox_state s WHERE s.n" OF_THESE
  " AND EXISTS(SELECT 1 FROM mention WHERE conversation_id = s.id)",
  COUNT_INBOX (""),
};

static gboolean
run_all (KefuDb *cache, const char *const *sql, guint n, const char *rowids, GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!kefu_db_run (cache, error, sql[i], "s", rowids))
      return FALSE;
  return TRUE;
}

/* (transfer full) (nullable): JSON array of the ids of the notes among @messages that may mention somebody. */
static char *
list_notes (KefuDb *cache, const char *messages)
{
  return messages == NULL ? NULL
                          : kefu_db_text (cache,
                                          "SELECT json_group_array(id) FROM message WHERE rowid" OF_THESE
                                          " AND kind = 'note' AND data IS NOT NULL",
                                          "s", messages);
}

/* Conversations that are new, or that a new row of another kind says something of, are put into the inbox anew. */
static gboolean
derive_inbox (KefuDb *cache, GHashTable *fresh, GError **error)
{
  const char *conversations = g_hash_table_lookup (fresh, "conversation");
  const char *reads = g_hash_table_lookup (fresh, "read");
  g_autofree char *notes = list_notes (cache, g_hash_table_lookup (fresh, "message"));
  g_autofree char *touched = NULL;

  if (notes != NULL && !g_str_equal (notes, "[]") &&
      !kefu_db_run (cache, error,
                    "INSERT INTO mention SELECT message_id, conversation_id FROM mention_state"
                    " WHERE message_id" OF_THESE " ON CONFLICT DO NOTHING",
                    "s", notes))
    return FALSE;
  touched = kefu_db_text (cache, TOUCHED, "sss", notes, conversations, reads);
  if (touched == NULL || g_str_equal (touched, "[]"))
    return TRUE;
  /* of those that are all new nothing is there yet */
  return (g_strcmp0 (touched, conversations) == 0 ||
          run_all (cache, out_of_inbox, G_N_ELEMENTS (out_of_inbox), touched, error)) &&
         run_all (cache, into_inbox, G_N_ELEMENTS (into_inbox), touched, error);
}

gboolean
kefu_store_derive (KefuDb *cache, GHashTable *fresh, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      const char *rowids = g_hash_table_lookup (fresh, steps[i].kind);

      if (rowids != NULL && !kefu_db_run (cache, error, steps[i].sql, "s", rowids))
        return FALSE;
    }
  return derive_inbox (cache, fresh, error);
}
