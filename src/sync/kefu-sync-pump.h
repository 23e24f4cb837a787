/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outbox pump: what waits in the store goes to the server, in order, until it has an answer. */
#pragma once

#include "kefu-backend.h"
#include "kefu-clock.h"
#include "kefu-store.h"

G_BEGIN_DECLS

typedef struct _KefuSyncPump KefuSyncPump;

/* @of_store: the store failed, not the server. The pump has stopped. */
typedef void (*KefuSyncPumpFailed) (gpointer user_data, gboolean of_store, const GError *error);

KefuSyncPump *kefu_sync_pump_new (KefuStore *store,
                                  KefuBackend *backend,
                                  KefuClock *clock,
                                  KefuSyncPumpFailed failed,
                                  gpointer user_data);
void kefu_sync_pump_free (KefuSyncPump *self);
/* Sends what waits now and from now on. */
void kefu_sync_pump_run (KefuSyncPump *self);
/* Something that was held back may be sent now. */
void kefu_sync_pump_wake (KefuSyncPump *self);
/* Finishes what is under way, and sends nothing more. */
void kefu_sync_pump_hold (KefuSyncPump *self);
/* Gives up what is under way: it stays in the outbox and is sent again under the same ids. */
void kefu_sync_pump_stop (KefuSyncPump *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuSyncPump, kefu_sync_pump_free)

G_END_DECLS
