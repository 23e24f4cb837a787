/* SPDX-License-Identifier: GPL-3.0-or-later
 * The uploader: files that operations of the outbox wait for go to the server. */
#pragma once

#include "kefu-backend.h"
#include "kefu-clock.h"
#include "kefu-store.h"
#include "kefu-transfers.h"

G_BEGIN_DECLS

typedef struct _KefuSyncUploader KefuSyncUploader;

/* Something that concerns the connection as a whole; @of_store: the store failed, not the server. The uploader has stopped. */
typedef void (*KefuSyncUploaderFailed) (gpointer user_data, gboolean of_store, const GError *error);
/* A file is there: what waited for it may be sent. */
typedef void (*KefuSyncUploaderDone) (gpointer user_data);

KefuSyncUploader *kefu_sync_uploader_new (KefuStore *store,
                                          KefuBackend *backend,
                                          KefuClock *clock,
                                          KefuTransfers *transfers,
                                          KefuSyncUploaderDone done,
                                          KefuSyncUploaderFailed failed,
                                          gpointer user_data);
void kefu_sync_uploader_free (KefuSyncUploader *self);
/* Uploads what waits now and from now on. */
void kefu_sync_uploader_run (KefuSyncUploader *self);
/* Gives up what is under way: it is continued where it stood by the next run, or by the next desk. */
void kefu_sync_uploader_stop (KefuSyncUploader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuSyncUploader, kefu_sync_uploader_free)

G_END_DECLS
