/* SPDX-License-Identifier: GPL-3.0-or-later
 * Messages that are on the server and not on this computer: fetched when somebody reads there. */
#pragma once

#include "kefu-backend.h"
#include "kefu-store.h"

G_BEGIN_DECLS

/**
 * KefuHistory:
 *
 * Brings parts of conversations from the server into the cache. Property (read, notify): `available`: the server can be asked now.
 */
#define KEFU_TYPE_HISTORY (kefu_history_get_type ())
G_DECLARE_FINAL_TYPE (KefuHistory, kefu_history, KEFU, HISTORY, GObject)

/* (transfer full): @backend has KEFU_BACKEND_HISTORY. Not available until kefu_history_set_available(). */
KefuHistory *kefu_history_new (KefuStore *store, KefuBackend *backend);
gboolean kefu_history_get_available (KefuHistory *self);

/**
 * kefu_history_fetch_async:
 * @query: what of the conversation
 *
 * Asks the server and puts its answer into the cache, of which the store's `changed` tells before the call is finished. Ending @cancellable ends the
 * asking; what has come is stored. Errors: those of the backend (KEFU_ERROR_NOT_FOUND: no such conversation or message) and of
 * kefu_store_add_history_async(). Nothing is tried twice.
 */
void kefu_history_fetch_async (KefuHistory *self,
                               const char *conversation_id,
                               const KefuHistoryQuery *query,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* (transfer full) (nullable) */
KefuHistoryPage *kefu_history_fetch_finish (KefuHistory *self, GAsyncResult *result, GError **error);

/* For the engine. */
void kefu_history_set_available (KefuHistory *self, gboolean available);

G_END_DECLS
