/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of the inbox list: a frozen order, and what waits to come into it. */
#pragma once

#include "kefu-conversation.h"
#include "kefu-store.h"

G_BEGIN_DECLS

/* What was asked for, from its top down to a key, as far as it was read; no GObject and no signals: the list model tells of what changes
 * here. Every change costs O(log n). */
typedef struct _KefuInboxRows KefuInboxRows;

/* What a list model has to tell. */
typedef struct
{
  guint position;
  guint removed;
  guint added;
} KefuInboxSplice;

KefuInboxRows *kefu_inbox_rows_new (KefuInboxOrder order);
void kefu_inbox_rows_free (KefuInboxRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuInboxRows, kefu_inbox_rows_free)

guint kefu_inbox_rows_get_length (KefuInboxRows *self);
/* (transfer none) (nullable): made when it is first asked for. */
KefuConversation *kefu_inbox_rows_get (KefuInboxRows *self, guint position);
/* (transfer none) (nullable). @position: (out) (optional). */
KefuConversation *kefu_inbox_rows_lookup (KefuInboxRows *self, const char *id, guint *position);
gboolean kefu_inbox_rows_has (KefuInboxRows *self, const char *id);
/* (transfer full) (element-type utf8): the conversations that have a row or wait for one and are not in the set @seen. */
GPtrArray *kefu_inbox_rows_list_others (KefuInboxRows *self, GHashTable *seen);

/* Whether all there is was read. */
gboolean kefu_inbox_rows_is_complete (KefuInboxRows *self);
/* (nullable): up to where it was read, NULL if nothing was or all. */
const KefuInboxKey *kefu_inbox_rows_get_end (KefuInboxRows *self);
/* Nothing below @end (NULL: nothing at all) is known: rows that stand there leave. */
void kefu_inbox_rows_set_end (KefuInboxRows *self, const KefuInboxKey *end);
/* Of more than @above rows, those that stand more than @spare below the last one that anybody holds leave: nobody has asked to see them. The upper half
 * of @above stays. FALSE: none leave. */
gboolean kefu_inbox_rows_cut (KefuInboxRows *self, guint above, guint spare);
/* There is nothing below. */
void kefu_inbox_rows_set_complete (KefuInboxRows *self);

/* Puts @records (of what was asked for, in order, all below the end as it was) below the last row, but for those that have a row: they are yet
 * to be taken. Rows of @known (nullable) give their objects. FALSE: nothing to tell. */
gboolean
kefu_inbox_rows_append (KefuInboxRows *self, GPtrArray *records, KefuInboxRows *known, KefuInboxSplice *splice);
/* The row of @id shows @record from now on (NULL: it is deleted); where it stands changes with kefu_inbox_rows_apply() only. Without a row it waits
 * for one if it is @wanted and not below the end. Emits `changed` of the object, after which anything may have been asked of this. */
void kefu_inbox_rows_take (KefuInboxRows *self, const char *id, KefuConversationRecord *record, gboolean wanted);
/* Of what waits, all but @most are remembered by name only: they are counted, and come in when they were taken again. */
void kefu_inbox_rows_spare (KefuInboxRows *self, guint most);
/* Whether any is remembered by name only. */
gboolean kefu_inbox_rows_lacks (KefuInboxRows *self);
/* Those wait no more. */
void kefu_inbox_rows_drop_lacking (KefuInboxRows *self);
/* Takes out what stands wrong or leaves, puts in what waits. FALSE: nothing to tell. */
gboolean kefu_inbox_rows_apply (KefuInboxRows *self, KefuInboxSplice *splice);
/* What waits, and what would stand higher because the customer wrote: what sinks, leaves or moves by the agent's own act is no news. */
guint kefu_inbox_rows_count_newer (KefuInboxRows *self);

G_END_DECLS
