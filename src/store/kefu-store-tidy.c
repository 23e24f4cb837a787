/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much of what can be fetched again stays on this computer: old messages go, and the disk gets its room back. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-tidy.h"

#include "kefu-message-key.h"
#include "kefu-store-private.h"

/* How long a step may hold the writer, and after how many messages it looks at the time. */
#define STEP_US 10000
#define LOOK 16
/* Pages of the search index that a step merges, pages of the file that it gives back. */
#define MERGE_PAGES 32
#define FREE_PAGES 64
/* Of a conversation that is not resolved so many of the newest stay, however old. */
#define N_NEWEST 60
/* What somebody has fetched again stays for a day. */
#define FETCHED_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))
/* A shop may be closed so long; a clock that is further ahead of the newest message stands wrong. */
#define QUIET_MS (7 * FETCHED_MS)
/* Fewer free pages are not worth it: the next messages fill them. */
#define FEW_PAGES 256
/* The index is merged into one piece when the file has grown or shrunk by a fourth since; a small file needs none. */
#define SMALL_PAGES 2048

/* Messages go in the order of their rowids, which is that of time: so their pages are freed one after the other, and the search index, which
 * wants ascending rowids, is written once for each step. */

static gboolean
set_meta (KefuStoreCore *core, const char *key, gint64 value, GError **error)
{
  return kefu_db_run (core->cache, error, "INSERT OR REPLACE INTO meta VALUES(?1, ?2)", "si", key, value);
}

/* --- messages --- */

/* Below which mseq the messages of a conversation may go: nothing below it is worth keeping, nothing above it may be missing. */
static gint64
find_floor (KefuStoreCore *core, const char *conversation_id, gint64 key)
{
  return kefu_db_int (core->cache, 0,
                      "SELECT min(mseq) FROM ("
                      /* the first that is not too old; the index knows the rowids */
                      " SELECT coalesce((SELECT mseq FROM message WHERE conversation_id = ?1 AND rowid >= ?2"
                      "  ORDER BY mseq LIMIT 1), 1 << 62) AS mseq"
                      " UNION ALL SELECT 0 WHERE (SELECT fetched_at FROM pruned WHERE conversation_id = ?1) > ?3"
                      " UNION ALL SELECT coalesce((SELECT mseq FROM message WHERE conversation_id = ?1"
                      "  ORDER BY mseq DESC LIMIT 1 OFFSET ?4), 0)"
                      "  WHERE (SELECT status FROM conversation WHERE id = ?1) <> 'resolved'"
                      " UNION ALL SELECT m.mseq FROM checklist_item i JOIN message m ON m.id = i.proof_message_id"
                      "  WHERE i.conversation_id = ?1 AND NOT i.done AND NOT i.deleted AND m.conversation_id = ?1"
                      " UNION ALL SELECT m.mseq FROM base b JOIN message m ON m.id = b.id"
                      "  WHERE b.kind = 'message' AND m.conversation_id = ?1"
                      " UNION ALL SELECT q.mseq FROM message m JOIN message q ON q.id = m.quote_id"
                      "  WHERE m.conversation_id = ?1 AND m.rev = 0 AND q.conversation_id = ?1)",
                      "siii", conversation_id, key, kefu_clock_now (core->clock) - FETCHED_MS, (gint64) N_NEWEST - 1);
}

typedef struct
{
  gint64 floor;
  gint64 gone; /* below this, nothing is left; 0: nothing of it went in this step */
} Conversation;

static Conversation *
get_conversation (KefuStoreCore *core, GHashTable *seen, const char *id, gint64 key)
{
  Conversation *conversation = g_hash_table_lookup (seen, id);

  if (conversation == NULL)
    {
      conversation = g_new0 (Conversation, 1);
      if (g_strcmp0 (id, core->tidy.shown) != 0)
        conversation->floor = find_floor (core, id, key);
      g_hash_table_insert (seen, g_strdup (id), conversation);
    }
  return conversation;
}

/* The oldest places of @conversation, up to @mseq. @ended: none of them is left. */
static gboolean
drop_up_to (KefuStoreCore *core,
            const char *id,
            Conversation *conversation,
            gint64 mseq,
            KefuChangeSet *set,
            guint *n_dropped,
            gboolean *ended,
            GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  guint n = 0;

  stmt = kefu_db_query (core->cache, error,
                        "DELETE FROM message WHERE rowid IN (SELECT rowid FROM message"
                        " WHERE conversation_id = ?1 AND mseq <= ?2 AND rev > 0 ORDER BY mseq LIMIT ?3)"
                        " RETURNING id, mseq",
                        "sii", id, mseq, (gint64) LOOK);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      kefu_change_set_add (set, "message", kefu_stmt_text (stmt, 0));
      conversation->gone = MAX (conversation->gone, kefu_stmt_int (stmt, 1) + 1);
      n++;
    }
  *n_dropped += n;
  *ended = n < LOOK;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

typedef struct
{
  gint64 rowid;
  gint64 mseq;
  char *conversation_id;
} Old;

static void
old_clear (gpointer data)
{
  g_free (((Old *) data)->conversation_id);
}

/* The next LOOK messages, with what stands before them in their conversations: where the time of one is not in the order of its place its
 * neighbours go first, so that there is no gap at any time. FALSE and no error: these were the last. */
static gboolean
drop_some (KefuStoreCore *core, GHashTable *seen, KefuChangeSet *set, guint *n_dropped, GError **error)
{
  const gint64 key = kefu_message_key_floor (core->tidy.keep_from);
  g_autoptr (GArray) olds = g_array_new (FALSE, FALSE, sizeof (Old));
  g_autoptr (GError) local = NULL;
  g_autoptr (KefuStmt) stmt = NULL;

  g_array_set_clear_func (olds, old_clear);
  stmt = kefu_db_query (core->cache, error,
                        "SELECT rowid, conversation_id, mseq FROM message"
                        " WHERE rowid > ?1 AND rowid < ?2 AND rev > 0 ORDER BY rowid LIMIT ?3",
                        "iii", core->tidy.after, key, (gint64) LOOK);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      Old old = { kefu_stmt_int (stmt, 0), kefu_stmt_int (stmt, 2), g_strdup (kefu_stmt_text (stmt, 1)) };

      g_array_append_val (olds, old);
    }
  g_clear_pointer (&stmt, kefu_stmt_end);
  for (guint i = 0; i < olds->len && local == NULL; i++)
    {
      const Old *old = &g_array_index (olds, Old, i);
      Conversation *conversation = get_conversation (core, seen, old->conversation_id, key);
      gboolean ended = TRUE;

      if (old->mseq < conversation->floor &&
          drop_up_to (core, old->conversation_id, conversation, old->mseq, set, n_dropped, &ended, &local) && !ended)
        return TRUE;
      core->tidy.after = old->rowid;
    }
  if (local == NULL)
    return olds->len == LOOK;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The conversation begins above what has gone from now on. */
static gboolean
note_gone (KefuStoreCore *core, const char *id, const Conversation *conversation, GError **error)
{
  return kefu_db_run (core->cache, error,
                      "INSERT INTO pruned(conversation_id, mseq) VALUES(?1, ?2)"
                      " ON CONFLICT DO UPDATE SET mseq = max(mseq, excluded.mseq)",
                      "si", id, conversation->gone);
}

static gboolean
drop_messages (KefuStoreCore *core, KefuChangeSet *set, guint *n_dropped, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gint64 end = g_get_monotonic_time () + STEP_US;
  g_autoptr (GError) local = NULL;
  GHashTableIter iter;
  gpointer id, conversation;
  gboolean more = TRUE;

  if (!kefu_db_begin (core->cache, error))
    return FALSE;
  kefu_db_run (core->cache, &local,
               "INSERT INTO meta VALUES('kept_from', ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
               "i", core->tidy.keep_from);
  while (local == NULL && more && g_get_monotonic_time () < end)
    more = drop_some (core, seen, set, n_dropped, &local);
  g_hash_table_iter_init (&iter, seen);
  while (local == NULL && g_hash_table_iter_next (&iter, &id, &conversation))
    if (((Conversation *) conversation)->gone > 0)
      note_gone (core, id, conversation, &local);
  if (local == NULL && kefu_db_commit (core->cache, &local))
    {
      if (!more)
        core->tidy.phase = KEFU_TIDY_INDEX;
      return TRUE;
    }
  kefu_db_rollback (core->cache);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
kefu_store_tidy_reopen (KefuStoreCore *core, const char *conversation_id, GError **error)
{
  return kefu_db_run (core->cache, error, "UPDATE pruned SET fetched_at = ?2 WHERE conversation_id = ?1", "si",
                      conversation_id, kefu_clock_now (core->clock)) &&
         set_meta (core, "fetching", 1, error);
}

gboolean
kefu_store_tidy_close (KefuStoreCore *core, GError **error)
{
  return kefu_db_run (core->cache, error, "DELETE FROM meta WHERE key = 'fetching'", "");
}

/* --- the search index, and the file --- */

static gint64
used_pages (KefuStoreCore *core)
{
  return kefu_db_int (core->cache, 0, "PRAGMA page_count", "") -
         kefu_db_int (core->cache, 0, "PRAGMA freelist_count", "");
}

/* What was deleted is in the index until the pieces that name it are merged. */
static gboolean
is_merge_worth_it (KefuStoreCore *core)
{
  gint64 before = kefu_db_int (core->cache, 0, "SELECT value FROM meta WHERE key = 'merged_pages'", "");
  gint64 now = used_pages (core);

  return now > SMALL_PAGES && (now * 4 > before * 5 || now * 5 < before * 4);
}

static gboolean
merge_index (KefuStoreCore *core, GError **error)
{
  int before = sqlite3_total_changes (kefu_db_handle (core->cache));

  if (!core->tidy.merging && !is_merge_worth_it (core))
    {
      core->tidy.phase = KEFU_TIDY_FILE;
      return TRUE;
    }
  /* A negative number makes it all one piece, which later calls continue. */
  if (!kefu_db_run (core->cache, error, "INSERT INTO message_fts(message_fts, rank) VALUES('merge', ?)", "i",
                    (gint64) (core->tidy.merging ? MERGE_PAGES : -MERGE_PAGES)))
    return FALSE;
  core->tidy.merging = TRUE;
  if (sqlite3_total_changes (kefu_db_handle (core->cache)) - before >= 2)
    return TRUE;
  core->tidy.phase = KEFU_TIDY_FILE;
  return set_meta (core, "merged_pages", used_pages (core), error);
}

/* The file is cut, and the log emptied, when the log is copied into it. A reader that is at work is not waited for: then it is done later. */
static void
empty_log (KefuStoreCore *core)
{
  sqlite3 *handle = kefu_db_handle (core->cache);

  sqlite3_busy_timeout (handle, 0);
  sqlite3_wal_checkpoint_v2 (handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  sqlite3_busy_timeout (handle, KEFU_DB_BUSY_MS);
}

static gboolean
give_back (KefuStoreCore *core, GError **error)
{
  gint64 n_free = kefu_db_int (core->cache, 0, "PRAGMA freelist_count", "");

  if (n_free < (core->tidy.freeing ? 1 : FEW_PAGES))
    {
      core->tidy.phase = KEFU_TIDY_DONE;
      if (core->tidy.freeing)
        empty_log (core);
      return TRUE;
    }
  core->tidy.freeing = TRUE;
  return kefu_db_run (core->cache, error, "PRAGMA incremental_vacuum(" G_STRINGIFY (FREE_PAGES) ")", "");
}

/* --- a step --- */

/* By how much this computer's clock is ahead of what may be; the server's has made the times of messages. What would go by a wrong clock is all. */
static gint64
clock_is_ahead (KefuStoreCore *core)
{
  gint64 newest =
    kefu_db_int (core->cache, 0, "SELECT sent_at FROM message WHERE rev > 0 ORDER BY rowid DESC LIMIT 1", "");

  return MAX (kefu_clock_now (core->clock) - newest - QUIET_MS, 0);
}

static void
begin_run (KefuStoreCore *core, gint64 keep_from)
{
  core->tidy.asked = keep_from;
  core->tidy.keep_from = keep_from > 0 ? MAX (keep_from - clock_is_ahead (core), 1) : 0;
  core->tidy.phase = keep_from > 0 ? KEFU_TIDY_MESSAGES : KEFU_TIDY_INDEX;
  core->tidy.after = -1;
  core->tidy.merging = FALSE;
  core->tidy.freeing = FALSE;
}

static void
tidy_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;
  g_autofree KefuTidyStep *step = g_new0 (KefuTidyStep, 1);
  gboolean ok = TRUE;

  if (core->cache != NULL && !(core->flags & KEFU_STORE_KEEP_NOTHING))
    {
      if (core->tidy.phase == KEFU_TIDY_DONE || core->tidy.asked != request->number)
        begin_run (core, request->number);
      core->tidy.shown = request->id;
      if (core->tidy.phase == KEFU_TIDY_MESSAGES)
        ok = drop_messages (core, set, &step->n_messages, &error);
      else if (core->tidy.phase == KEFU_TIDY_INDEX)
        ok = merge_index (core, &error);
      else
        ok = give_back (core, &error);
      core->tidy.shown = NULL;
      step->keep_from = core->tidy.keep_from;
      step->more = core->tidy.phase != KEFU_TIDY_DONE;
    }
  if (!ok)
    {
      core->tidy.phase = KEFU_TIDY_DONE;
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!kefu_change_set_is_empty (set))
    kefu_store_post (self, set);
  g_task_return_pointer (task, g_steal_pointer (&step), g_free);
}

void
kefu_store_tidy_async (KefuStore *self,
                       gint64 keep_from,
                       const char *shown,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));

  request = kefu_store_request_new ();
  request->number = keep_from;
  request->id = g_strdup (shown);
  kefu_store_write (self, KEFU_WORKER_IDLE, tidy_job, request, cancellable, callback, user_data);
}

gboolean
kefu_store_tidy_finish (KefuStore *self, GAsyncResult *result, KefuTidyStep *step, GError **error)
{
  g_autofree KefuTidyStep *answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return FALSE;
  if (step != NULL)
    *step = *answer;
  return TRUE;
}
