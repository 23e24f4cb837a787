/* SPDX-License-Identifier: GPL-3.0-or-later
 * Pictures of messages and orders: decoded off the main thread, kept in memory. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuBlobCache:
 *
 * One per session, handed to whatever shows pictures. KefuTransfers says where the file of a picture is, or gets it; decoded ones are kept in
 * memory, the newest 160.
 *
 * Signal `retry`: what failed for want of a server is worth another try.
 */
#define KEFU_TYPE_BLOB_CACHE (kefu_blob_cache_get_type ())
G_DECLARE_FINAL_TYPE (KefuBlobCache, kefu_blob_cache, KEFU, BLOB_CACHE, GObject)

/* (transfer full): @transfers (nullable): without it no picture is there. */
KefuBlobCache *kefu_blob_cache_new (KefuTransfers *transfers);
/* (transfer none): the cache of @session, made when first asked for. It tries anew when the session is online again, and goes with the session. */
KefuBlobCache *kefu_blob_cache_for_session (KefuSession *session);

/**
 * kefu_blob_cache_load_async:
 * @sha256: 64 hex digits
 * @width: what it shall cover, in device pixels; 0 with @height 0: as large as it is, at most 4096 a side
 * @height: see @width
 *
 * Errors: KEFU_ERROR_INVALID for what is not a hash or not a picture, else those of kefu_transfers_fetch_async().
 */
void kefu_blob_cache_load_async (KefuBlobCache *self,
                                 const char *sha256,
                                 int width,
                                 int height,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* (transfer full) (nullable) */
GdkTexture *kefu_blob_cache_load_finish (KefuBlobCache *self, GAsyncResult *result, GError **error);
/* (transfer none) (nullable): what is in memory already. */
GdkTexture *kefu_blob_cache_peek (KefuBlobCache *self, const char *sha256, int width, int height);
/* Emits `retry`: the server is there again. */
void kefu_blob_cache_retry (KefuBlobCache *self);

G_END_DECLS
