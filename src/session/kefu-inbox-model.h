/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inbox list: conversations of a view in a frozen order. */
#pragma once

#include "kefu-conversation.h"
#include "kefu-store.h"

G_BEGIN_DECLS

/**
 * KefuInboxModel:
 *
 * A GListModel of KefuConversation on a GSequence with an id index. The order is frozen (product.md, rule 8): rows change in place, what came or moved waits
 * and is counted by `n-newer` until kefu_inbox_model_apply_newer(). While `settled` is FALSE (the agent has not touched the list yet, or is elsewhere) new
 * order is applied at once. One items_changed per change set.
 *
 * Properties (notify): `view`, `order` (read/write), `n-newer`, `loading` (read), `settled` (read/write).
 * Signal `counts-changed`.
 */
#define KEFU_TYPE_INBOX_MODEL (kefu_inbox_model_get_type ())
G_DECLARE_FINAL_TYPE (KefuInboxModel, kefu_inbox_model, KEFU, INBOX_MODEL, GObject)

KefuInboxModel *kefu_inbox_model_new (KefuStore *store);
void kefu_inbox_model_set_view (KefuInboxModel *self, KefuInboxView view);
KefuInboxView kefu_inbox_model_get_view (KefuInboxModel *self);
void kefu_inbox_model_set_order (KefuInboxModel *self, KefuInboxOrder order);
KefuInboxOrder kefu_inbox_model_get_order (KefuInboxModel *self);
void kefu_inbox_model_set_settled (KefuInboxModel *self, gboolean settled);
guint kefu_inbox_model_get_n_newer (KefuInboxModel *self);
void kefu_inbox_model_apply_newer (KefuInboxModel *self);
guint kefu_inbox_model_get_count (KefuInboxModel *self, KefuInboxView view);
/* (transfer none) (nullable) */
KefuConversation *kefu_inbox_model_lookup (KefuInboxModel *self, const char *conversation_id, guint *position);
/* (transfer none) (nullable): who of this view has waited longest. */
KefuConversation *kefu_inbox_model_longest (KefuInboxModel *self);

G_END_DECLS
