/* SPDX-License-Identifier: GPL-3.0-or-later
 * The context of a signed-in agent, handed down to everything that shows or does something. */
#pragma once

#include "kefu-backend.h"
#include "kefu-clock.h"
#include "kefu-label-list.h"
#include "kefu-lint.h"
#include "kefu-outbox-list.h"
#include "kefu-phrase-engine.h"
#include "kefu-store.h"
#include "kefu-sync-engine.h"
#include "kefu-ticker.h"
#include "kefu-transfers.h"

G_BEGIN_DECLS

/**
 * KefuSession:
 *
 * Holds store, backend, engine, clock, ticker, phrase engine and lint; offers what the agent can do as one function each. These return at once:
 * the act is durable and visible when the store says `changed`; a failure is told by the signal
 * `failure` (const char *text for a toast).
 *
 * Properties (read): `store`, `backend`, `engine`, `clock`, `ticker`, `phrases`, `lint`, `agent-id`, `agent-name`;
 * (read/write, notify): `focus-conversation` (id of the conversation the agent looks at, or NULL), `active` (whether the window has the focus).
 * Signal `open-conversation` (const char *id): something (a notification, a search hit) wants it shown.
 */
#define KEFU_TYPE_SESSION (kefu_session_get_type ())
G_DECLARE_FINAL_TYPE (KefuSession, kefu_session, KEFU, SESSION, GObject)

KefuSession *kefu_session_new (KefuStore *store,
                               KefuBackend *backend,
                               KefuSyncEngine *engine,
                               KefuClock *clock,
                               KefuLint *lint,
                               const char *agent_id,
                               const char *agent_name);
KefuStore *kefu_session_get_store (KefuSession *self);
KefuBackend *kefu_session_get_backend (KefuSession *self);
KefuSyncEngine *kefu_session_get_engine (KefuSession *self);
KefuClock *kefu_session_get_clock (KefuSession *self);
KefuTicker *kefu_session_get_ticker (KefuSession *self);
/* (transfer none): what waits and what was refused; kept fresh from the first call on. */
KefuOutboxList *kefu_session_get_outbox (KefuSession *self);
/* (transfer none): what conversations can be marked with; kept fresh from the first call on. */
KefuLabelList *kefu_session_get_labels (KefuSession *self);
KefuPhraseEngine *kefu_session_get_phrases (KefuSession *self);
KefuLint *kefu_session_get_lint (KefuSession *self);
/* (nullable): of the engine; NULL without one. */
KefuTransfers *kefu_session_get_transfers (KefuSession *self);
/* (nullable): of the engine; NULL without one, or if its server has no older messages on request. */
KefuHistory *kefu_session_get_history (KefuSession *self);
const char *kefu_session_get_agent_id (KefuSession *self);
const char *kefu_session_get_agent_name (KefuSession *self);
const char *kefu_session_get_focus_conversation (KefuSession *self);
void kefu_session_set_focus_conversation (KefuSession *self, const char *conversation_id);
gboolean kefu_session_get_active (KefuSession *self);
void kefu_session_set_active (KefuSession *self, gboolean active);
/* Emits `open-conversation`. */
void kefu_session_open_conversation (KefuSession *self, const char *conversation_id);
/* Emits `failure`. */
void kefu_session_fail (KefuSession *self, const char *text);

/* Any operation of kefu_op_apply(); its error becomes a `failure`. The functions below are made of it. */
void kefu_session_perform (KefuSession *self, const char *type, JsonObject *args);
/* The same with the rev of what the agent saw, 0 if it does not matter, in the place of the refused operation @refused_op_id (nullable), which
 * is forgotten once this one is durable. */
void kefu_session_perform_edit (KefuSession *self,
                                const char *type,
                                JsonObject *args,
                                gint64 if_rev,
                                const char *refused_op_id);
/* Sends a reply (or keeps a note). The draft of that mode is deleted once it is durable. @quote_id (nullable). */
void kefu_session_send_message (KefuSession *self,
                                const char *conversation_id,
                                gboolean note,
                                const char *body,
                                const char *quote_id);
/* Sends a file of kefu_store_attach_async(): a picture as an image, everything else as a file. It leaves the draft's files in the same transaction; if
 * @caption (nullable) has words, the draft's text goes too once it is durable. It is sent when its file is on the server. @quote_id (nullable). */
void kefu_session_send_attachment (KefuSession *self,
                                   const char *conversation_id,
                                   KefuAttachment *attachment,
                                   const char *caption,
                                   const char *quote_id);
void kefu_session_retry_message (KefuSession *self, const char *message_id);
/* Only if something is unread. */
void kefu_session_mark_read (KefuSession *self, KefuConversationRecord *conversation);
/* @assignee_id NULL: nobody. */
void kefu_session_claim (KefuSession *self, KefuConversationRecord *conversation, const char *assignee_id);
/* @status open, snoozed, resolved; @until ms for snoozed, else 0. */
void kefu_session_set_status (KefuSession *self, const char *conversation_id, const char *status, gint64 until);
void kefu_session_set_label (KefuSession *self, const char *conversation_id, const char *label_id, gboolean add);
/* @due_at 0: none; @order_id, @proof_message_id nullable. */
void kefu_session_add_checklist (KefuSession *self,
                                 const char *conversation_id,
                                 const char *kind,
                                 const char *title,
                                 gint64 due_at,
                                 const char *order_id,
                                 const char *proof_message_id);
void kefu_session_set_done (KefuSession *self, const char *item_id, gboolean done);
void kefu_session_set_order_flag (KefuSession *self, const char *order_id, int flag);
void kefu_session_tag_customer (KefuSession *self, const char *customer_id, const char *tag, gboolean add);
/* Records that a masked field was shown (@how "reveal") or copied ("copy"). */
void kefu_session_record_reveal (KefuSession *self, const char *customer_id, const char *field, const char *how);
void kefu_session_use_phrase (KefuSession *self, const char *phrase_id);

G_END_DECLS
