/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations: each one function, run on the desk's cache at once and on the server's database for good. */
#pragma once

#include <json-glib/json-glib.h>

#include "kefu-db.h"

G_BEGIN_DECLS

typedef struct _KefuOpContext KefuOpContext;

/**
 * KefuOpTouchFunc:
 *
 * Called before an operation writes an entity for the first time, in the order of first touch; the desk saves the server's
 * state of it here.
 */
typedef gboolean (*KefuOpTouchFunc) (KefuOpContext *context, const char *kind, const char *id, GError **error);

/**
 * KefuOpBlobFunc:
 * @mime: (out) (transfer full)
 * @size: (out): in bytes
 *
 * Whether a file with this content is stored, and what it is.
 */
typedef gboolean (*KefuOpBlobFunc) (KefuOpContext *context, const char *sha256, char **mime, gint64 *size);

/* What the message of an error begins with, before the colon, if the file of a message is not stored yet: to be uploaded and sent again. */
#define KEFU_OP_BLOB_MISSING "attachment.sha256"

/**
 * KefuOpContext:
 * @db: where to apply; the caller holds a transaction and rolls back after KEFU_OP_FAILED; KEFU_OP_CONFLICT and
 *   KEFU_OP_REJECTED have written nothing
 * @authoritative: TRUE on the server: real mseq, own clock; FALSE on a desk: pending mseq, `at` of the arguments
 * @now: ms since the epoch, UTC; on a desk the time the agent acted (of the outbox row), so that applying it again gives the same
 * @actor_id: (nullable): the agent who acts; NULL for the server itself
 * @op_id: (nullable): of the operation; the ids of what it makes beside its own `id` (event messages) come from it, so that desk and
 *   server make the same ones. Without it they are new at every run. Set it after kefu_op_context_init()
 * @touch: (nullable): see above
 * @find_blob: (nullable): on the server, which has the files; a desk takes the arguments as they are, since it made them from its file
 * @touched: kinds and ids in order of first touch, filled by kefu_op_apply(); elements KefuEntityRef. Several operations of one
 *   transaction may share a context; what they touch adds up
 * @conflicts: (nullable): after KEFU_OP_CONFLICT about fields that somebody else has edited: an object for each, {field, by?, at?}: the
 *   agent who gave it the value it has, and when (ms). The values themselves are the entity's
 */
struct _KefuOpContext
{
  KefuDb *db;
  gboolean authoritative;
  gint64 now;
  const char *actor_id;
  const char *op_id;
  KefuOpTouchFunc touch;
  KefuOpBlobFunc find_blob;
  gpointer user_data;
  GPtrArray *touched;
  JsonArray *conflicts;
};

typedef struct
{
  char *kind;
  char *id;
} KefuEntityRef;

typedef enum
{
  KEFU_OP_APPLIED,
  /* compare-and-set or if_rev lost: @error says to whom or to what */
  KEFU_OP_CONFLICT,
  /* the arguments break a rule: @error names the field or the reason */
  KEFU_OP_REJECTED,
  /* the database failed: @error says why; nothing is known about the operation */
  KEFU_OP_FAILED,
} KefuOpOutcome;

void kefu_op_context_init (KefuOpContext *self, KefuDb *db, gboolean authoritative, gint64 now, const char *actor_id);
void kefu_op_context_clear (KefuOpContext *self);

/* What is pending on a desk stands last: its mseq is this and the time of the operation. */
#define KEFU_PENDING_MSEQ G_GINT64_CONSTANT (4000000000000000)

/**
 * kefu_op_apply:
 * @type: see the list below
 * @args: the arguments
 * @if_rev: rev the main entity must have, or 0 for any; checked on the server only
 *
 * Types and arguments (times in ms UTC; `?` optional). Every `id` is made by the desk (UUIDv7):
 *
 * - `message.send` {id, conversation_id, kind:text|note|image|file, body, attachment?:{sha256, mime, name, size, width?, height?}, quote_id?,
 *   at}: a note does not go to the customer, the others do. The agents whose names stand behind an @ in a note are in its data,
 *   {mentions:[ids]}. image and file have an `attachment`, `body` is its caption or "". An
 *   image is of a type that kefu_attachment_is_picture() knows
 * - `message.retry` {id}: a failed or unknown delivery is queued again
 * - `conversation.read` {conversation_id, mseq, in_no}: merges with max()
 * - `conversation.claim` {conversation_id, assignee_id?, expect_assignee?}: compare-and-set; absent or null is nobody. Leaves an event
 * - `conversation.status` {conversation_id, status:open|snoozed|resolved, until?, in_no?, waiting_since?}: last writer wins. Leaves an event.
 *   Resolving stops the reply clock; with `in_no` (conversation.in_count as the agent saw it) it is a conflict if the customer has written
 *   since. With `waiting_since` the undoing of a resolving lets the clock go on where it was
 * - `conversation.label` {conversation_id, label_id, add}: carries the wanted value
 * - `checklist.add` {id, conversation_id, kind, title, order_id?, due_at?, proof_message_id?, assignee_id?, at}
 * - `checklist.done` {id, done}: carries the wanted value
 * - `checklist.edit` {id, title?, kind?, due_at?, order_id?, assignee_id?, was?:{…}, removed?:false}: only the fields that are there; null
 *   or 0 clears due_at, order_id, assignee_id. An item that was removed meanwhile is a conflict, unless `removed` brings it back
 * - `checklist.remove` {id, removed?:true|false, was?:{…}}: carries the wanted value. With `was` (of the fields of `checklist.edit`) it is a
 *   conflict if one of them has been edited since
 * - `customer.edit` {customer_id, name?, level?, gender?, region?, phone?, address?, birthday?, notes?, was?:{…}}
 * - `customer.tag` {customer_id, add?:[…], remove?:[…]}
 * - `customer.reveal` {customer_id, field:phone|address, how:reveal|copy}: only recorded, on the server in `audit` (at, agent_id, what, customer_id, field, how)
 * - `order.flag` {order_id, flag:0…5|null}
 * - `order.remark` {order_id, remark, was?:{remark}}: at most 1,000 bytes of UTF-8
 * - `phrase.use` {phrase_id, at}
 * - `phrase.save` {id, group_id, code?, title, body, ladder?, step?, scope:team|personal, sort?, was?:{…}}: makes it, or with `was` edits one
 *   that is there: a conflict if it has been removed
 * - `phrase.remove` {id, was?:{…}}: as `checklist.remove`
 * - `phrase_group.save` {id, name, scope, sort?}
 * - server only (actor_id NULL), from the inbound endpoint and delivery; see op-channel.c. The endpoint has checked the
 *   shapes, stored inline files as blobs and made the ids of new messages:
 *   - `channel.message` {channel_id, conversation_key, sender:{key, name?}, sent_at, quote_id?, parts:[{id, type, …}]}: each part a
 *     message, `type` one of text {text}, image, file or voice {sha256, mime, name?, size, width?, height?, seconds?}, order {number},
 *     call {seconds, missed},
 *     review {score:1…5, text, number?} (an event message; counts as a good one from 4, a bad one to 2). Makes what is missing of customer,
 *     identity and conversation; opens a resolved or snoozed one again
 *   - `channel.customer` {channel_id, key, name?, level?, gender?, region?, phone?, address?, birthday?, since?, tags?, notes?,
 *     good_reviews?, bad_reviews?}: only the fields that are there
 *   - `channel.order` {channel_id, sender:{key, name?}, number, platform?, state, placed_at, …columns of orders}: upsert by channel and number
 *   - `channel.edit` {message_id, text}, `channel.recall` {message_id}
 *   - `channel.read` {channel_id, conversation_key, at}: the customer has read what was sent to them until then
 *   - `message.delivery` {id, delivery:sent|delivered|read|failed|unknown, reason?, retryable?}: never back from a later state to an earlier one
 *
 * `was` holds what the agent saw of each field when the edit began. A field that is the same in `was` and in the arguments is left alone. On the
 * server, a field that holds neither what `was` says nor what is wanted is a conflict; one that `was` does not name is, if the entity is not of
 * `if_rev` any more. As long as the entity is of `if_rev`, nothing is. A conflict changes nothing at all: whoever wants the other fields
 * through makes an operation for each.
 *
 * An unknown type is KEFU_OP_REJECTED. The same operation applied again changes nothing and is KEFU_OP_APPLIED. The message of an error
 * begins with the name of the argument and a colon: "body: …".
 *
 * An event is a message of kind and dir `event`, `none`, with `data`:
 * - {what:"claim", from, to}: agent ids or null; {what:"status", status, until?}; author_id is the agent who did it, or null when a customer's
 *   message opened a resolved conversation again
 * - {what:"review", score, number?}, the customer's words in `body`
 */
KefuOpOutcome kefu_op_apply (KefuOpContext *context, const char *type, JsonObject *args, gint64 if_rev, GError **error);

/* (transfer container) (element-type utf8): the types that a desk may run, in no order. */
GPtrArray *kefu_op_desk_types (void);

/* For op-*.c: announce a write of an entity, before it. */
gboolean kefu_op_touch (KefuOpContext *context, const char *kind, const char *id, GError **error);

G_END_DECLS
