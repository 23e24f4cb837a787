/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inside of the store: what its files share. */
#pragma once

#include "kefu-entity.h"
#include "kefu-op.h"
#include "kefu-search-query.h"
#include "kefu-store.h"
#include "kefu-worker.h"

G_BEGIN_DECLS

/* How the outbox stands. */
typedef struct
{
  guint n_pending;
  guint n_rejected;
  gint64 oldest_at;
} KefuOutboxCount;

/* Where a run of kefu_store_tidy_async() stands; on the writer's thread. */
typedef enum
{
  KEFU_TIDY_DONE,
  KEFU_TIDY_MESSAGES,
  KEFU_TIDY_INDEX,
  KEFU_TIDY_FILE,
} KefuTidyPhase;

typedef struct
{
  KefuTidyPhase phase;
  gint64 asked;      /* keep_from as the caller has it, ms */
  gint64 keep_from;  /* the same by a clock that may be trusted */
  gint64 after;      /* rowid of the last message that was looked at */
  const char *shown; /* (nullable): within a step */
  gboolean merging;
  gboolean freeing;
} KefuTidy;

/**
 * KefuStoreCore:
 *
 * The files and threads of a store. @cache and @desk belong to the writer's thread; @reader to whoever holds @reader_lock,
 * which is the reader's thread but for the moment in which a dropped cache is made anew; @searcher in the same way to
 * @searcher_lock, and both locks are taken in this order. What is below @lock is for every
 * thread that holds it.
 */
typedef struct
{
  char *dir;
  char *agent_id;
  KefuStoreFlags flags;
  int lock_fd;       /* keeps a second opening of @dir out */
  char *memory_name; /* of the cache that is in memory */
  char *blobs_dir;   /* (nullable): for files that were fetched or sent */
  KefuClock *clock;
  GMainContext *context;
  KefuWorker *writer;
  KefuWorker *reading;
  KefuWorker *searching;
  KefuWorker *copying; /* of files into the store */
  GCancellable *closing;
  KefuDb *cache;
  KefuDb *desk;
  KefuTidy tidy;
  gboolean catching_up; /* @cache may use more memory */

  GMutex reader_lock;
  KefuDb *reader;

  GMutex searcher_lock;
  KefuDb *searcher;       /* (nullable): for as long as somebody searches */
  GSource *searcher_rest; /* (nullable): on the main thread, until @searcher may go */

  GMutex yield_lock;
  sqlite3 *yielding; /* (nullable): the connection of a search that gives way to the writer */
  gboolean yielded;  /* it was asked to */

  GMutex files_lock;
  GHashTable
    *outgoing; /* hash of a file in outgoing/ → whether it is held: attached, but in no draft or operation yet */

  GMutex lock;
  char *epoch; /* of the cursor; NULL before the first sync */
  gint64 seq;
  gint64 synced_at;
  char *notice;
  KefuChangeSet *posted;  /* waits for the main thread */
  GSource *posted_source; /* that brings it there */
  gint64 posted_due;      /* when, monotonic */
  gint64 free_at;         /* when the next may be posted in a storm, monotonic; in the past without one */
  KefuOutboxCount count;
  char *failure;
  gboolean damaged;     /* a query met a bad page; to be told */
  gboolean damage_told; /* once in an opening is enough: the desk's own file cannot be fetched anew */
  GHashTable *drafts;   /* "conversation\nmode" → text, not saved yet */
  gboolean wants_names; /* the main thread shall queue the job that spells them */
} KefuStoreCore;

/* What a job is asked for; which fields it means is its own affair. */
typedef struct
{
  char *id;
  char *other;
  char *text;
  char **ids;
  GPtrArray *acts;
  GBytes *bytes;
  gint64 number;
  gint64 number2;
  guint limit;
  KefuInboxQuery *inbox;
  KefuInboxKey after;
  KefuSearchQuery *search;
  int group; /* of the search; -1: all */
} KefuStoreRequest;

KefuStoreRequest *kefu_store_request_new (void);
void kefu_store_request_free (gpointer request);

/* (transfer full) (element-type a record): runs on the reader's thread. */
typedef GPtrArray *(*KefuStoreQuery) (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error);

/* --- kefu-store.c --- */

KefuStoreCore *kefu_store_get_core (KefuStore *self);
/* Queues a job for the writer. @request: (transfer full). */
GTask *kefu_store_write (KefuStore *self,
                         int priority,
                         KefuWorkerFunc func,
                         KefuStoreRequest *request,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
/* From a writer's job: lets the main thread emit `changed` with @set (and count the outbox anew). */
void kefu_store_post (KefuStore *self, KefuChangeSet *set);
/* The same for what others did: in a storm it waits for two frames after the set before, and what comes meanwhile goes with it. */
void kefu_store_post_soon (KefuStore *self, KefuChangeSet *set);
/* From a query: the cache is damaged. */
void kefu_store_post_damage (KefuStore *self);
/* From any job: something went wrong that no caller is told. */
void kefu_store_post_failure (KefuStore *self, const GError *error);

/* --- kefu-store-derive.c --- */

/* NULL-terminated: the kinds of entities that kefu_store_derive() knows. */
extern const char *const kefu_store_derived_kinds[];
/* For KefuEntityBulk. */
gboolean kefu_store_derive (KefuDb *cache, GHashTable *fresh, GError **error);

/* --- kefu-store-drafts.c --- */

/* The last try for drafts that could not be written; the threads have ended. */
void kefu_store_drafts_save_rest (KefuStoreCore *core);

/* Takes a file out of the draft that it is sent from, inside the caller's transaction on desk.db. @file: (out) (transfer full) (nullable): for
 * kefu_store_drafts_put_back(). */
gboolean kefu_store_drafts_take_file (KefuStoreCore *core,
                                      const char *conversation_id,
                                      const char *sha256,
                                      char **file,
                                      GError **error);
gboolean
kefu_store_drafts_put_back (KefuStoreCore *core, const char *conversation_id, const char *file, GError **error);

/* --- kefu-store-blobs.c: where files lie --- */

/* (transfer full) (nullable): the folder, made if it is missing. */
char *kefu_store_blobs_outgoing_dir (KefuStoreCore *core, GError **error);
char *kefu_store_blobs_outgoing_path (KefuStoreCore *core, const char *sha256);
/* (transfer full) (nullable): where the file is. From any thread. */
char *kefu_store_blobs_find (KefuStoreCore *core, const char *sha256);
/* Before a file is put into outgoing/: it stays until somebody lets it go. From any thread. */
void kefu_store_blobs_hold (KefuStoreCore *core, const char *sha256);
/* Whether there is a message of the server's with a file. Parameters: 1 its hash, 2 the smallest rowid that counts. */
#define KEFU_BLOB_SENT_SQL                                                                                             \
  "SELECT 1 FROM message WHERE rowid >= ?2 AND rev > 0 AND kind IN ('image', 'file') AND data ->> '$.sha256' = ?1"     \
  " LIMIT 1"
/* A draft or an operation names it now. */
void kefu_store_blobs_let_go (KefuStoreCore *core, const char *sha256);
/* On the writer: files that nobody names any more leave outgoing/; @sent: the server has them. */
void kefu_store_blobs_settle (KefuStoreCore *core, gboolean sent);
/* Does what an earlier run did not come to. */
void kefu_store_blobs_open (KefuStoreCore *core);
void kefu_store_blobs_close (KefuStoreCore *core);

/* --- kefu-store-uploads.c: what of the outbox waits for a file --- */

/* Of operations of the outbox `o`: may be sent now. A reading mark, a claim and a label need not wait for what was said. */
#define KEFU_OUTBOX_READY                                                                                              \
  " o.state = 'pending' AND NOT EXISTS(SELECT 1 FROM outbox w WHERE w.blob IS NOT NULL AND w.blob_done = 0 AND"        \
  " w.state = 'pending' AND (w.n = o.n OR (w.n < o.n AND w.conversation_id = o.conversation_id AND"                    \
  " o.type NOT IN ('conversation.read', 'conversation.claim', 'conversation.label')))) "
/* (transfer full) (nullable): the conversation in which the order of an operation matters. */
char *kefu_store_uploads_conversation (KefuStoreCore *core, const char *args);
/* The server lacks the file of @op_id, which it shall get again. TRUE: so it is noted. */
gboolean kefu_store_uploads_again (KefuStoreCore *core, const char *op_id, GError **error);

/* --- kefu-store-files.c --- */

/* Opens both files on the writer's thread. */
gboolean kefu_store_files_open (KefuStoreCore *core, GError **error);
/* (transfer full) (nullable): one more connection that reads both. */
KefuDb *kefu_store_files_open_reader (KefuStoreCore *core, GError **error);
/* Deletes the cache and makes it anew. */
gboolean kefu_store_files_drop_cache (KefuStoreCore *core, GError **error);
/* Makes a cache whose making failed before (a full disk): a job that needs one asks for it first. */
gboolean kefu_store_files_need_cache (KefuStoreCore *core, GError **error);
void kefu_store_files_close (KefuStoreCore *core);
gboolean kefu_store_files_set_cursor (KefuStoreCore *core, const char *epoch, gint64 seq, GError **error);
/* After the transaction that set it is committed. */
void kefu_store_files_remember_cursor (KefuStoreCore *core, const char *epoch, gint64 seq, gint64 synced_at);
void kefu_store_files_count_outbox (KefuStoreCore *core);

/* --- kefu-store-outbox.c --- */

/* Takes a refused operation off the tray. */
gboolean kefu_store_outbox_forget (KefuStoreCore *core, const char *op_id, KefuChangeSet *set, GError **error);

/* --- kefu-store-search-reader.c --- */

/* Before the search's thread ends. */
void kefu_store_search_reader_cancel_rest (KefuStoreCore *core);
/* On the writer's thread, for a cache in memory: as long as something is read there, nothing is written, and while one waits to write nobody begins
 * to read. A search that is at work begins anew after what is waited for here. */
void kefu_store_search_reader_give_way (KefuStoreCore *core);

/* --- kefu-store-rescue.c --- */

/* Copies what can be read of the damaged file at @path into the new @desk; returns how many operations and drafts. */
guint kefu_store_rescue (KefuDb *desk, const char *path);

/* --- kefu-store-inbox.c --- */

/* Sees to it that the inbox in @cache is that of @agent_id. */
gboolean kefu_store_inbox_adopt (KefuDb *cache, const char *agent_id, GError **error);

/* --- kefu-store-overlay.c: the server's state below, waiting operations above --- */

/* Adds an entity, and the conversation that shows it, to @set. */
void kefu_store_note_change (KefuStoreCore *core, KefuChangeSet *set, const char *kind, const char *id);
/* An operation of the outbox. @at: when the agent acted. */
typedef struct
{
  const char *op_id;
  const char *type;
  const char *args;
  gint64 if_rev;
  gint64 at;
} KefuStoreOp;

/* One operation on the cache, inside the caller's transaction; anything but APPLIED leaves no trace. */
KefuOpOutcome kefu_store_overlay_apply (KefuStoreCore *core, const KefuStoreOp *op, KefuChangeSet *set, GError **error);
/* Puts the server's state back, inside the caller's transaction. */
gboolean kefu_store_overlay_strip (KefuStoreCore *core, KefuChangeSet *set, GError **error);
/* Applies what waits and is not yet in the feed up to @seq, inside the caller's transaction. */
gboolean kefu_store_overlay_dress (KefuStoreCore *core, gint64 seq, KefuChangeSet *set, GError **error);
/* Both, in a transaction of its own. */
gboolean kefu_store_overlay_rebase (KefuStoreCore *core, KefuChangeSet *set, GError **error);

/* --- kefu-store-tidy.c --- */

/* Inside the caller's transaction, before messages of a conversation are put back that had gone from here: they may come again until
 * kefu_store_tidy_close(), in the same transaction, and stay for a day. */
gboolean kefu_store_tidy_reopen (KefuStoreCore *core, const char *conversation_id, GError **error);
gboolean kefu_store_tidy_close (KefuStoreCore *core, GError **error);

/* --- kefu-store-conflicts.c --- */

/* (transfer full): what the column `conflict` holds of the server's answer to one operation. */
char *kefu_store_conflict_read (JsonObject *result);
/* Forgets refused edits that the agent has changed further by the operation @op_id, whose own @conflict asks for both. */
gboolean kefu_store_conflict_supersede (KefuStoreCore *core,
                                        const char *op_id,
                                        const char *conflict,
                                        KefuChangeSet *set,
                                        GError **error);
/* (transfer full) (nullable): what is to be asked about an operation of @type with @args, as the server's state in the cache is now;
 * NULL if @conflict (of the column) is about no field. */
KefuConflictRecord *kefu_store_conflict_load (KefuDb *db, const char *type, const char *args, const char *conflict);

/* --- kefu-store-names.c --- */

/* From a writer's job: if there are new names, lets the main thread call kefu_store_spell_names(). */
void kefu_store_look_for_names (KefuStore *self);
/* Queues the idle job that spells some of them. */
void kefu_store_spell_names (KefuStore *self);

/* --- kefu-store-rows.c: rows to records --- */

/* (transfer full): "" for NULL. */
char *kefu_store_text (KefuStmt *stmt, int column);
/* (transfer full): the name of a customer for the screen: a phone number is masked; "" for NULL. */
char *kefu_store_name (KefuStmt *stmt, int column);
/* The columns and joins of a conversation's row; parameter 1 is the agent. */
#define KEFU_CONVERSATION_COLUMNS                                                                                      \
  "SELECT c.id, c.rev, c.customer_id, cu.name, cu.level, c.channel_id, ch.type, ch.name, ch.shop,"                     \
  " coalesce(ch.due_s, 100), coalesce(ch.over_s, 180), coalesce(ch.window_h, 0), coalesce(ch.window_n, 0),"            \
  " coalesce(ch.max_len, 0), c.title, c.status, c.assignee_id, a.name, c.snooze_until, c.waiting_since,"               \
  " c.last_in_at, c.last_mseq, c.last_at, c.last_text, c.last_dir, c.last_kind, c.in_count, c.out_since_in,"           \
  " max(0, c.in_count - coalesce(r.in_no, 0)) AS unread, c.open_items,"                                                \
  " (SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND m.rev = 0 AND m.kind <> 'event'), c.rating,"    \
  " coalesce((SELECT d.text FROM desk.draft d WHERE d.conversation_id = c.id ORDER BY d.mode DESC LIMIT 1),"           \
  "  (SELECT f.file ->> '$.name' FROM desk.draft_file f WHERE f.conversation_id = c.id ORDER BY f.n LIMIT 1)),"        \
  " nullif(c.labels, '[]'), c.rowid, EXISTS(SELECT 1 FROM mention x WHERE x.conversation_id = c.id)"                   \
  " FROM conversation c LEFT JOIN customer cu ON cu.id = c.customer_id LEFT JOIN channel ch ON ch.id = c.channel_id"   \
  " LEFT JOIN agent a ON a.id = c.assignee_id LEFT JOIN read r ON r.id = c.id || ':' || ?1 "
/* Steps through @stmt (transfer full); NULL and @error on failure. */
GPtrArray *kefu_store_conversation_rows (KefuStmt *stmt, GError **error);

#define KEFU_MESSAGE_COLUMNS                                                                                           \
  "SELECT m.id, m.rev, m.conversation_id, m.mseq, m.kind, m.dir, m.author_id, a.name, m.body, m.data, m.quote_id,"     \
  " q.body, m.in_no, m.sent_at, m.delivery, m.delivery_reason, m.recalled"                                             \
  " FROM message m LEFT JOIN agent a ON a.id = m.author_id LEFT JOIN message q ON q.id = m.quote_id "
GPtrArray *kefu_store_message_rows (KefuStmt *stmt, GError **error);

#define KEFU_CHECKLIST_COLUMNS                                                                                         \
  "SELECT i.id, i.rev, i.customer_id, i.conversation_id, i.order_id, i.kind, i.title, i.due_at, i.done, i.done_at,"    \
  " db.name, i.created_at, cb.name, ass.name, i.proof_message_id, p.sent_at, p.dir"                                    \
  " FROM checklist_item i LEFT JOIN agent db ON db.id = i.done_by LEFT JOIN agent cb ON cb.id = i.created_by"          \
  " LEFT JOIN agent ass ON ass.id = i.assignee_id LEFT JOIN message p ON p.id = i.proof_message_id "
#define KEFU_CHECKLIST_ORDER                                                                                           \
  " ORDER BY i.done, CASE WHEN i.done THEN 0 ELSE coalesce(nullif(i.due_at, 0), 1 << 62) END,"                         \
  " CASE WHEN i.done THEN -coalesce(i.done_at, 0) ELSE i.created_at END, i.id"
GPtrArray *kefu_store_checklist_rows (KefuStmt *stmt, GError **error);

/* --- kefu-store-queries-*.c --- */

/* (transfer full) (nullable): a page of one segment of an order; kefu-store-queries-inbox.c says which parameters it has. NULL: the order has
 * no such segment in this view. */
char *kefu_store_inbox_sql (const KefuInboxQuery *query, guint segment);
/* (nullable): which rows of `inbox`, and of `inbox_count`, are of a view, in SQL; NULL for mentions, which are kept as a label is. */
const char *kefu_store_view_condition (KefuInboxView view);
/* A query on its way to a thread that reads: the data of that thread's task. */
typedef struct _KefuStoreReading KefuStoreReading;
/* Queues @query for @worker, whose @job gets a KefuStoreReading as its data. @request: (transfer full). The finish is kefu_store_list_finish(). */
void kefu_store_push_reading (KefuStore *self,
                              KefuWorker *worker,
                              int priority,
                              GTaskThreadFunc job,
                              KefuStoreQuery query,
                              KefuStoreRequest *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* (transfer full) (nullable): what it found in @db, which nobody else may use meanwhile; NULL with an error, also if it was cancelled midway. */
GPtrArray *kefu_store_run_reading (KefuStoreCore *core,
                                   KefuDb *db,
                                   KefuStoreReading *reading,
                                   GCancellable *cancellable,
                                   GError **error);
/* Ends @task with @rows (transfer full) (nullable), or with @error (transfer full). A damaged file is told to the store. */
void kefu_store_return_reading (GTask *task, GPtrArray *rows, GError *error);
/* Queues @query for the reader. @request: (transfer full). The finish is kefu_store_list_finish(). */
void kefu_store_read (KefuStore *self,
                      int priority,
                      KefuStoreQuery query,
                      KefuStoreRequest *request,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);

G_END_DECLS
