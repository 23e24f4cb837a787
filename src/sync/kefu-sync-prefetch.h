/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small pictures of recent conversations, fetched while nothing else is to do, so that they are there offline. */
#pragma once

#include "kefu-clock.h"
#include "kefu-store.h"
#include "kefu-transfers.h"

G_BEGIN_DECLS

typedef struct _KefuSyncPrefetch KefuSyncPrefetch;

KefuSyncPrefetch *kefu_sync_prefetch_new (KefuStore *store, KefuClock *clock, KefuTransfers *transfers);
void kefu_sync_prefetch_free (KefuSyncPrefetch *self);
/* Begins some seconds from now, and again after new messages. */
void kefu_sync_prefetch_run (KefuSyncPrefetch *self);
void kefu_sync_prefetch_stop (KefuSyncPrefetch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuSyncPrefetch, kefu_sync_prefetch_free)

G_END_DECLS
