/* SPDX-License-Identifier: GPL-3.0-or-later
 * The desk's storage: cache.db and desk.db behind worker threads. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "kefu-attachment.h"
#include "kefu-change-set.h"
#include "kefu-clock.h"
#include "kefu-inbox-query.h"
#include "kefu-records.h"

G_BEGIN_DECLS

/**
 * KefuStore:
 *
 * Owns `cache.db` (the server's entities, can be fetched again) and `desk.db` (outbox, drafts: what the agent made) in one
 * folder. One thread writes, another with a read-only connection pages and searches. The cache always equals "the server's state,
 * then every pending operation": a batch first puts the saved server rows back, then applies itself, then the pending operations anew.
 *
 * Signal `changed` (KefuChangeSet *set): after each transaction, on the main thread; transactions that end before it looks are one set. It comes before the
 * answer of the call that caused it, except for batches of the feed in a storm, of which two frames go by between two sets.
 * Signal `failure` (const char *text): a draft or an act on the tray could not be stored; nobody else is told.
 * Signal `damaged`: a query met a bad page of the cache; kefu_store_reset_cache_async() mends it.
 * Properties (read, notify): `n-pending` (operations that wait for the server), `n-rejected`, `oldest-pending-at` (ms or 0),
 *   `agent-id` (who is signed in; also selects `unread`).
 */
#define KEFU_TYPE_STORE (kefu_store_get_type ())
G_DECLARE_FINAL_TYPE (KefuStore, kefu_store, KEFU, STORE, GObject)

typedef enum
{
  KEFU_STORE_DEFAULT = 0,
  /* For a computer that is shared: the cache is in memory, nothing that was fetched is on the disk, and what leaves the outbox leaves its
   * file too. Outbox and drafts are on the disk all the same: no server has them, and what an agent typed is never lost. */
  KEFU_STORE_KEEP_NOTHING = 1 << 0,
} KefuStoreFlags;

/* Opens (or makes) the store in @dir (0700, made if missing). A cache of an unknown version or a corrupt one is dropped and made anew; a corrupt
 * desk.db is set aside as desk.db.corrupt-TIME and `kefu_store_get_notice()` tells its name. A folder that is open already, here or in another
 * process, is KEFU_ERROR_BUSY. With KEFU_STORE_KEEP_NOTHING what an opening without it has left of the cache and the pictures is deleted. */
void kefu_store_open_async (const char *dir,
                            KefuClock *clock,
                            const char *agent_id,
                            KefuStoreFlags flags,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
KefuStore *kefu_store_open_finish (GAsyncResult *result, GError **error);
/* Finishes what is queued, closes the files. Blocks shortly; for the end of a session. */
void kefu_store_close (KefuStore *self);
/* (nullable): what a person should know of the opening. */
const char *kefu_store_get_notice (KefuStore *self);
const char *kefu_store_get_agent_id (KefuStore *self);
/* Whether it was opened with KEFU_STORE_KEEP_NOTHING: what was fetched may be kept in memory only; bytes that are still to be sent are files all the
 * same, and deleted when the server has them. */
gboolean kefu_store_keeps_nothing (KefuStore *self);
guint kefu_store_get_n_pending (KefuStore *self);
guint kefu_store_get_n_rejected (KefuStore *self);
gint64 kefu_store_get_oldest_pending_at (KefuStore *self);

/* --- what the agent does --- */

/**
 * kefu_store_perform_async:
 * @type: operation, see kefu_op_apply()
 * @args: (transfer none): its arguments, serialized at once
 *
 * Commits the operation to the outbox, then applies it to the cache, then emits `changed`. If the cache's copy rejects it
 * (KEFU_ERROR_INVALID, KEFU_ERROR_CONFLICT), nothing is kept and the error says why.
 */
void kefu_store_perform_async (KefuStore *self,
                               const char *type,
                               JsonObject *args,
                               gint64 if_rev,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* The same with an operation that takes the place of the refused one @refused_op_id (nullable), which is forgotten once the new one
 * is durable. Finish: kefu_store_perform_finish(). */
void kefu_store_perform_instead_async (KefuStore *self,
                                       const char *refused_op_id,
                                       const char *type,
                                       JsonObject *args,
                                       gint64 if_rev,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
/* (transfer full) (nullable): the op_id. */
char *kefu_store_perform_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* One act of several. */
typedef struct
{
  const char *type;
  JsonObject *args; /* borrowed */
  gint64 if_rev;
} KefuStoreAct;
/* The most of them at once: until the server has them all, each batch of the feed takes them off the cache and puts them on again. */
#define KEFU_STORE_MAX_ACTS 1000
/**
 * kefu_store_perform_many_async:
 * @acts: 1 … KEFU_STORE_MAX_ACTS operations, serialized at once
 *
 * Commits all to the outbox in one transaction, then applies all to the cache in one, then emits `changed` once. One that the cache's copy
 * refuses is not kept and does not hold up the others; if they cannot be stored, none is kept.
 */
void kefu_store_perform_many_async (KefuStore *self,
                                    const KefuStoreAct *acts,
                                    guint n_acts,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* (transfer full) (element-type GError) (nullable): for each act why it was refused, NULL if it is done. NULL and @error: none is. */
GPtrArray *kefu_store_perform_many_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* Drafts: @mode is "reply" or "note"; "" deletes. Later calls for the same draft replace earlier ones that have not run. */
void kefu_store_save_draft (KefuStore *self, const char *conversation_id, const char *mode, const char *text);
/* The same for a text into which the refused message @op_id has gone: it is forgotten in the transaction that stores the draft. */
void kefu_store_save_draft_of_refused (KefuStore *self,
                                       const char *conversation_id,
                                       const char *mode,
                                       const char *text,
                                       const char *op_id);
/* How many drafts there are, of text or files, with what was saved before the call. Finish: kefu_store_count_drafts_finish(),
 * which returns -1 on an error. */
void kefu_store_count_drafts_async (KefuStore *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gssize kefu_store_count_drafts_finish (KefuStore *self, GAsyncResult *result, GError **error);
void kefu_store_load_draft_async (KefuStore *self,
                                  const char *conversation_id,
                                  const char *mode,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
char *kefu_store_load_draft_finish (KefuStore *self, GAsyncResult *result, GError **error);
/**
 * kefu_store_attach_async:
 * @file: (nullable): what was chosen or dropped
 * @bytes: (nullable): what was pasted; instead of @file
 * @name: (nullable): how it is called, if not as @file
 *
 * Copies it into the store, durably, off the main thread, and looks what it is. From then on what becomes of the original does not matter. It is
 * kept until kefu_store_save_draft_attachments() or an operation names it, else until the store is opened again. Errors, in words with
 * the name: KEFU_ERROR_INVALID: too large, empty, a folder, no file, it changed meanwhile; KEFU_ERROR_NOT_FOUND: it cannot be read; KEFU_ERROR_DISK_FULL;
 * KEFU_ERROR_READ_ONLY. Nothing is kept then.
 */
void kefu_store_attach_async (KefuStore *self,
                              GFile *file,
                              GBytes *bytes,
                              const char *name,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* (transfer full) (nullable) */
KefuAttachment *kefu_store_attach_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* The files of a draft: @attachments (element-type KefuAttachment) replaces those of before; the same file counts once. An operation that
 * sends one takes it out of the draft of mode "reply" in the same transaction. */
void kefu_store_save_draft_attachments (KefuStore *self,
                                        const char *conversation_id,
                                        const char *mode,
                                        GPtrArray *attachments);
/* KefuAttachment, in order; finish: kefu_store_list_finish(). */
void kefu_store_load_draft_attachments_async (KefuStore *self,
                                              const char *conversation_id,
                                              const char *mode,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
/* Refused operations: sent again under a new op_id, or forgotten. */
void kefu_store_retry_rejected (KefuStore *self, const char *op_id);
void kefu_store_discard_rejected (KefuStore *self, const char *op_id);

/* --- what the sync engine does --- */

typedef struct
{
  gboolean applied; /* FALSE: `from` was not the cursor, nothing changed; sync again */
  gboolean more;    /* the server has more; only of GET /v1/sync */
  guint n_changes;
} KefuBatchResult;

/* (transfer full): "EPOCH.SEQ", or NULL before the first sync. */
char *kefu_store_dup_cursor (KefuStore *self);
/* (transfer full) (nullable): its EPOCH. */
char *kefu_store_dup_epoch (KefuStore *self);
/* When the last batch was applied, ms, 0 if never. */
gint64 kefu_store_get_synced_at (KefuStore *self);
/* @batch: JSON `{changes,from,to,more?,epoch?}` of /v1/sync or /v1/stream, parsed on the worker. One transaction: rows and cursor. */
void kefu_store_apply_batch_async (KefuStore *self,
                                   GBytes *batch,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean kefu_store_apply_batch_finish (KefuStore *self, GAsyncResult *result, KefuBatchResult *out, GError **error);
/* No batch follows for now, although the last one said "more": lets the memory go that is kept for those that follow. */
void kefu_store_feed_rests (KefuStore *self);
/* What is known of a part of a conversation that the server told: its messages lie in the cache without anything missing between
 * them. */
typedef struct
{
  GArray *mseqs; /* of gint64, ascending */
  gboolean more; /* there are older ones */
} KefuHistoryPage;

void kefu_history_page_free (KefuHistoryPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuHistoryPage, kefu_history_page_free)

/* @answer: JSON `{messages,more}` of GET /v1/conversations/…/messages. One transaction; the cursor stays. A message wins by its rev, as in a batch; one
 * that changed after the cursor is left to the feed, which will bring it. @epoch (nullable): kefu_store_dup_epoch() when it was asked for; where the cache has begun anew since, it is KEFU_ERROR_CURSOR_GONE. An answer
 * of another conversation is KEFU_ERROR_PROTOCOL. */
void kefu_store_add_history_async (KefuStore *self,
                                   const char *conversation_id,
                                   GBytes *answer,
                                   const char *epoch,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* (transfer full) (nullable) */
KefuHistoryPage *kefu_store_add_history_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* After 410: drops the cache, sets the cursor to @epoch.0 (@epoch NULL: to none); outbox and drafts stay, acked operations are pending again. */
void kefu_store_reset_cache_async (KefuStore *self,
                                   const char *epoch,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean kefu_store_reset_cache_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* The oldest pending operations as the body of POST /v1/ops; NULL and no error if none waits. One whose file is not on the server yet is left out,
 * and what came after it in its conversation. */
void kefu_store_take_ops_async (KefuStore *self,
                                guint limit,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GBytes *kefu_store_take_ops_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* @results: the answer of POST /v1/ops. applied/duplicate: acked at seq; rejected/conflict: reverted and kept for the tray, a conflict
 * together with the field it is about. */
void kefu_store_settle_ops_async (KefuStore *self,
                                  GBytes *results,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
/* @n_settled: (out) (optional): how many operations wait no longer for an answer, the @n_rejected ones too; 0: none of them, so it is
 * not worth asking again at once. */
gboolean kefu_store_settle_ops_finish (KefuStore *self,
                                       GAsyncResult *result,
                                       guint *n_settled,
                                       guint *n_rejected,
                                       GError **error);

/* KefuAttachment that pending operations wait for, oldest first, each once. */
void kefu_store_list_uploads_async (KefuStore *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* The server has @sha256: what waits for it may be taken. The task returns a boolean. */
void kefu_store_set_uploaded_async (KefuStore *self,
                                    const char *sha256,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* Operations that wait for a file go to the tray with @reason: all that wait for @sha256, or the one that sends @message_id (either is NULL). One
 * that may have been sent already stays. The task returns a boolean. */
void kefu_store_refuse_upload_async (KefuStore *self,
                                     const char *sha256,
                                     const char *message_id,
                                     const char *reason,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/* Both of the above. FALSE and @error: nothing is changed. */
gboolean kefu_store_upload_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* (transfer full) (type filename): where a file that was attached or fetched lies; KEFU_ERROR_NOT_FOUND if it is not on this computer. */
void kefu_store_find_blob_async (KefuStore *self,
                                 const char *sha256,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
char *kefu_store_find_blob_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* (transfer full) (nullable): where a file that is fetched belongs; makes the folder. @sha256 is a hash. */
GFile *kefu_store_make_blob_place (KefuStore *self, const char *sha256, GError **error);
/* (transfer full) (nullable): where a copy of a file lies as long as this store is open, under a @name that other programs are to see; what a crash
 * left is cleared at the next opening. The folder of the file is yet to be made. KEFU_ERROR_READ_ONLY: nothing may be kept, and there is no memory
 * for it. */
GFile *kefu_store_make_opened_place (KefuStore *self, const char *sha256, const char *name, GError **error);
/* KefuAttachment: pictures of at most @max_size bytes that the conversations last active show, newest first, at most @limit. */
void kefu_store_list_recent_pictures_async (KefuStore *self,
                                            guint limit,
                                            gint64 max_size,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data);

/* --- what the models ask --- */

/* Every finish function below: (transfer full) (element-type the record named), NULL and @error on failure. */

/* KefuConversationRecord, in order: the first @limit (0: all) of what @query asks for that stand below @after (NULL: from the top), which
 * need not be the place of one that exists. */
void kefu_store_list_inbox_async (KefuStore *self,
                                  const KefuInboxQuery *query,
                                  const KefuInboxKey *after,
                                  guint limit,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
/* KefuConversationRecord of @ids that exist, whatever view they are in, in no order. */
void kefu_store_get_conversations_async (KefuStore *self,
                                         const char *const *ids,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
/* GArray of KEFU_N_VIEWS guint: how many conversations each view has, of the channel and with the label only unless NULL. Finish:
 * kefu_store_count_views_finish(). */
void kefu_store_count_views_async (KefuStore *self,
                                   const char *channel_id,
                                   const char *label_id,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
GArray *kefu_store_count_views_finish (KefuStore *self, GAsyncResult *result, GError **error);
/* What the inbox can be filtered by: a channel or a label. */
typedef struct
{
  char *id;
  char *name;
  char *shop; /* (nullable): of a channel, if another one has the same name */
  gboolean is_channel;
  int color; /* of a label */
  guint n;   /* how many conversations of the view it has, within the other filter */
} KefuInboxChoice;
/* KefuInboxChoice: channels by name, then labels in their order, with what the view and the filters of @query leave of them. */
void kefu_store_list_inbox_choices_async (KefuStore *self,
                                          const KefuInboxQuery *query,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
/* KefuMessageRecord ascending by mseq: the @limit ones before @before_mseq (G_MAXINT64: the newest), or, if @after_mseq >= 0, the first @limit
 * after it. */
void kefu_store_list_messages_async (KefuStore *self,
                                     const char *conversation_id,
                                     gint64 before_mseq,
                                     gint64 after_mseq,
                                     guint limit,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/* KefuMessageRecord: the first message sent at @at (ms) or later, and the one before it; if there is none, the newest. */
void kefu_store_find_messages_at_async (KefuStore *self,
                                        const char *conversation_id,
                                        gint64 at,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
/* 0 or 1 KefuMessageRecord: the customer's first message with an in_no above @in_no. */
void kefu_store_find_unread_async (KefuStore *self,
                                   const char *conversation_id,
                                   gint64 in_no,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* KefuMessageRecord of @ids that exist. */
void kefu_store_get_messages_async (KefuStore *self,
                                    const char *const *ids,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* 0 or 1 KefuCustomerRecord; @conversation_id (nullable) is left out of `earlier`. */
void kefu_store_get_customer_async (KefuStore *self,
                                    const char *customer_id,
                                    const char *conversation_id,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* KefuOrderRecord, newest first. */
void kefu_store_list_orders_async (KefuStore *self,
                                   const char *customer_id,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* KefuChecklistRecord: open ones by due time, then done ones, newest first. */
void kefu_store_list_checklist_async (KefuStore *self,
                                      const char *customer_id,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
/* KefuPhraseRecord by group and sort: the team's and the agent's own, with pinyin. */
void kefu_store_list_phrases_async (KefuStore *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* KefuAgentRecord. */
void kefu_store_list_agents_async (KefuStore *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* KefuLabelRecord by sort and name. */
void kefu_store_list_labels_async (KefuStore *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* KefuOutboxRecord: rejected ones, then pending ones, oldest first; operations that hold no typed text only if rejected. */
void kefu_store_list_outbox_async (KefuStore *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
/* The finish of all list_ and get_ calls. */
GPtrArray *kefu_store_list_finish (KefuStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
