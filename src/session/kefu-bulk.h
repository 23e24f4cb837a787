/* SPDX-License-Identifier: GPL-3.0-or-later
 * One act on many conversations at once, and the way back. */
#pragma once

#include "kefu-session.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_BULK_ASSIGN,
  KEFU_BULK_LABEL,
  KEFU_BULK_SNOOZE,
  KEFU_BULK_RESOLVE,
  KEFU_BULK_READ, /* cannot be undone: a read mark only goes on */
} KefuBulkKind;

typedef struct
{
  KefuBulkKind kind;
  const char *id; /* of the agent (NULL: nobody) or the label */
  gboolean add;   /* the label; else it is taken away */
  gint64 until;   /* of the snooze, ms */
} KefuBulkAct;

typedef struct
{
  guint n_done;
  guint n_same;    /* were so already; of an undo: somebody has changed them since */
  guint n_changed; /* left alone: others have changed them, or the customer has written, since they were chosen */
  guint n_refused; /* could not be done */
  char *reason;    /* (nullable): of the first refusal */
} KefuBulkResult;

void kefu_bulk_result_free (KefuBulkResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuBulkResult, kefu_bulk_result_free)

/**
 * KefuBulk:
 *
 * Conversations as they are when the agent decides about them; of these an act changes those that are not so already, as one
 * batch of operations (kefu_store_perform_many_async()). The undo gives back to each what it had, but leaves alone what has become
 * something else since. For one act; what the server refuses later is in the tray, as with any other.
 */
#define KEFU_TYPE_BULK (kefu_bulk_get_type ())
G_DECLARE_FINAL_TYPE (KefuBulk, kefu_bulk, KEFU, BULK, GObject)

/* Looks up @ids (at most KEFU_STORE_MAX_ACTS); those that are no more are left out. */
void kefu_bulk_load_async (KefuSession *session,
                           const char *const *ids,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* (transfer full) (nullable) */
KefuBulk *kefu_bulk_load_finish (GAsyncResult *result, GError **error);
/* @seen: id → KefuConversationRecord, as they were when the agent chose them: what has changed since is left alone. */
void kefu_bulk_set_seen (KefuBulk *self, GHashTable *seen);
/* How many conversations there are. */
guint kefu_bulk_get_n (KefuBulk *self);
/* How many of them are to be resolved yet and have open checklist items: a reason to ask first. */
guint kefu_bulk_get_n_with_open_items (KefuBulk *self);
/* (transfer full): label id → how many of them have it (GUINT_TO_POINTER). */
GHashTable *kefu_bulk_count_labels (KefuBulk *self);

/* Does it; once. */
void kefu_bulk_perform_async (KefuBulk *self, const KefuBulkAct *act, GAsyncReadyCallback callback, gpointer user_data);
/* Whether there is something to undo. */
gboolean kefu_bulk_can_undo (KefuBulk *self);
/* Gives back what kefu_bulk_perform_async() took; once. */
void kefu_bulk_undo_async (KefuBulk *self, GAsyncReadyCallback callback, gpointer user_data);
/* Of both. (transfer full) (nullable): NULL and @error: nothing was changed. */
KefuBulkResult *kefu_bulk_finish (KefuBulk *self, GAsyncResult *result, GError **error);

G_END_DECLS
