/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inbox list: conversations of a view in a frozen order. */
#pragma once

#include "kefu-conversation.h"
#include "kefu-store.h"

G_BEGIN_DECLS

/**
 * KefuInboxModel:
 *
 * A GListModel of KefuConversation: the top of a view, read page by page as the agent goes down in it, however long it is. The order is frozen (product.md, rule 8): rows change in place, what came or moved waits
 * and is counted by `n-newer` until kefu_inbox_model_apply_newer(). While `settled` is FALSE (the agent has not touched the list yet, or is elsewhere) new
 * order is applied at once. One items_changed per change set.
 *
 * Properties (notify): `view`, `order` (read/write), `n-newer`, `loading` (read), `settled` (read/write).
 * Signals `counts-changed`; `query-changed`: another view or filter, other conversations.
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
/* What is shown: of one channel only, with one label only (nullable); the counts are of the same. */
void kefu_inbox_model_set_filter (KefuInboxModel *self, const char *channel_id, const char *label_id);
const KefuInboxQuery *kefu_inbox_model_get_query (KefuInboxModel *self);
/* The agent comes near the last row: reads the next page. FALSE: there is nothing below it. */
gboolean kefu_inbox_model_load_more (KefuInboxModel *self);
guint kefu_inbox_model_get_count (KefuInboxModel *self, KefuInboxView view);
/* (transfer none) (nullable): of a row that was read. */
KefuConversation *kefu_inbox_model_lookup (KefuInboxModel *self, const char *conversation_id, guint *position);

G_END_DECLS
