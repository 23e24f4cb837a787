/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which conversations a view of the inbox has, and in what order. */
#pragma once

#include "kefu-store.h"

G_BEGIN_DECLS

/* The same as kefu_store_list_inbox_async() does in SQL, for one conversation that changed. */
gboolean kefu_inbox_view_has (KefuInboxView view, const char *agent_id, const KefuConversationRecord *conversation);
int kefu_inbox_order_compare (KefuInboxOrder order,
                              const KefuConversationRecord *left,
                              const KefuConversationRecord *right);

G_END_DECLS
