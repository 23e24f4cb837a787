/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who has waited longest. */
#pragma once

#include "kefu-store.h"

G_BEGIN_DECLS

/* Of the view and filter of @query, over all there is; if nobody waits there, of the agent's own, then of those that nobody has. @leave_out (nullable):
 * the conversation that was answered a moment ago, which the store may not know yet. */
void kefu_inbox_find_longest_async (KefuStore *store,
                                    const KefuInboxQuery *query,
                                    const char *leave_out,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
/* (transfer full) (nullable): the id of a conversation; NULL without an error: nobody waits. */
char *kefu_inbox_find_longest_finish (KefuStore *store, GAsyncResult *result, GError **error);

G_END_DECLS
