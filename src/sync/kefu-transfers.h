/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files on their way to the server and from it: how far they are, and how to stop them. */
#pragma once

#include "kefu-backend.h"
#include "kefu-store.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_TRANSFER_NONE,    /* nothing known: neither awaited nor tried since the desk was started */
  KEFU_TRANSFER_WAITING, /* for its turn, or for the server */
  KEFU_TRANSFER_RUNNING,
  KEFU_TRANSFER_DONE,
  KEFU_TRANSFER_FAILED, /* the last try; an upload's reason stands in the tray */
} KefuTransferState;

#define KEFU_TYPE_TRANSFER_STATE (kefu_transfer_state_get_type ())
GType kefu_transfer_state_get_type (void);

/**
 * KefuTransfers:
 *
 * What is known of the files of messages, by their hash. The engine uploads what operations wait for; downloads begin when somebody asks.
 *
 * Signal `changed` (const char *sha256), detailed by the hash: state or progress of a file; at most some ten times a second for each.
 */
#define KEFU_TYPE_TRANSFERS (kefu_transfers_get_type ())
G_DECLARE_FINAL_TYPE (KefuTransfers, kefu_transfers, KEFU, TRANSFERS, GObject)

/* (transfer full): @backend (nullable): without one only what is on this computer is there. */
KefuTransfers *kefu_transfers_new (KefuStore *store, KefuBackend *backend);
/* @done, @total: (out) (optional): bytes, 0 if not known. */
KefuTransferState kefu_transfers_get (KefuTransfers *self, const char *sha256, gint64 *done, gint64 *total);
/* The message goes to the tray as cancelled, its file is kept until it is discarded there. Without effect if it may have been sent already. */
void kefu_transfers_cancel_upload (KefuTransfers *self, const char *message_id);

/**
 * kefu_transfers_fetch_async:
 * @sha256: 64 lower-case hexadecimal digits
 *
 * Gives the file at once if it is on this computer, else gets it from the server: one download for all who ask, continued where an earlier
 * one was interrupted, a few at a time. Ending @cancellable leaves the others their download. Errors: KEFU_ERROR_INVALID for what is not a hash,
 * KEFU_ERROR_NOT_FOUND, else those of the backend.
 */
void kefu_transfers_fetch_async (KefuTransfers *self,
                                 const char *sha256,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* (transfer full) (nullable): read-only for whoever gets it. A file that is being sent moves once when it is there: who finds nothing any more asks
 * again. All may go when the store is closed. */
GFile *kefu_transfers_fetch_finish (KefuTransfers *self, GAsyncResult *result, GError **error);
/* Ends the download of @sha256 for all who wait for it (G_IO_ERROR_CANCELLED); what has come is kept and continued the next time. */
void kefu_transfers_cancel_fetch (KefuTransfers *self, const char *sha256);

/* --- for the engine --- */

/* What an upload does; NONE forgets it. */
void kefu_transfers_set (KefuTransfers *self, const char *sha256, KefuTransferState state, gint64 done, gint64 total);
/* Whether nobody waits for a download. */
gboolean kefu_transfers_is_idle (KefuTransfers *self);

G_END_DECLS
