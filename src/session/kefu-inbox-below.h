/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who stands below a conversation that the inbox list was not read down to. */
#pragma once

#include "kefu-store.h"

G_BEGIN_DECLS

/* Of the view, filter and order of @query, over all there is. */
void kefu_inbox_find_below_async (KefuStore *store,
                                  const KefuInboxQuery *query,
                                  const char *conversation_id,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
/* (transfer full) (nullable): the id of the conversation below; of the same one if it is the last; NULL without an error: it is not of this
 * view. */
char *kefu_inbox_find_below_finish (KefuStore *store, GAsyncResult *result, GError **error);

G_END_DECLS
