/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which conversations have left the view that an inbox list shows. */
#pragma once

#include "kefu-inbox-model.h"

G_BEGIN_DECLS

/* Of @ids (keys; a set): one with a row is there, whatever it has become; of the others the store says whether they stand further down. */
void kefu_inbox_find_left_async (KefuInboxModel *model,
                                 KefuStore *store,
                                 GHashTable *ids,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* (transfer full) (nullable) (element-type utf8): of another view or filter now; NULL and @error if that is not known. */
GPtrArray *kefu_inbox_find_left_finish (KefuInboxModel *model, GAsyncResult *result, GError **error);

G_END_DECLS
