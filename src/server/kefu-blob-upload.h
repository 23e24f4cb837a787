/* SPDX-License-Identifier: GPL-3.0-or-later
 * A blob that is being received, and what is kept of it when its sender goes away. */
#pragma once

#include "kefu-blob-store.h"

G_BEGIN_DECLS

/* How long the beginning of an upload is kept for its sender to go on, and how many: of one sender, of all. The oldest go first. */
#define KEFU_BLOB_KEPT_MS (24LL * 3600 * 1000)
#define KEFU_BLOB_KEPT_EACH KEFU_ATTACHMENTS_PER_MESSAGE
#define KEFU_BLOB_KEPT_MAX 100

/**
 * KefuBlobUpload:
 *
 * Grows as DIR/blobs/partial/SHA256.SENDER, so that a killed server finds it again; only what has the promised hash gets a name in the store.
 * What is there of one sender is never seen by another. Used by one thread at a time, all uploads of one sender by the same one.
 */
typedef struct _KefuBlobUpload KefuBlobUpload;

/* How many bytes are kept of an upload of @sender; 0 for nothing. Any thread. */
gint64 kefu_blob_upload_offset (KefuBlobStore *store, const char *sha256, const char *sender);

/**
 * kefu_blob_upload_new:
 * @sender: whose upload it is
 * @start: 0 begins anew; else it goes on there
 *
 * Returns: (transfer full) (nullable): KEFU_ERROR_CONFLICT if it does not stand at @start; see kefu_blob_upload_offset()
 */
KefuBlobUpload *
kefu_blob_upload_new (KefuBlobStore *store, const char *sha256, const char *sender, gint64 start, GError **error);
/* KEFU_ERROR_INVALID beyond KEFU_ATTACHMENT_MAX. */
gboolean kefu_blob_upload_append (KefuBlobUpload *self, GBytes *bytes, GError **error);
gint64 kefu_blob_upload_get_size (KefuBlobUpload *self);
/**
 * kefu_blob_upload_finish:
 *
 * Checks the hash, makes the file durable and gives it its name. If the content is another it is thrown away: KEFU_ERROR_CONFLICT if
 * some of it came earlier, so that its sender begins anew, else KEFU_ERROR_INVALID.
 */
gboolean kefu_blob_upload_finish (KefuBlobUpload *self, GError **error);
/* Adds the row of a finished upload. */
gboolean kefu_blob_upload_record (KefuBlobUpload *self, KefuWrite *write, GError **error);
/* Keeps what was not finished, if anything. */
void kefu_blob_upload_free (KefuBlobUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuBlobUpload, kefu_blob_upload_free)

/* (transfer full): stores @bytes and their row; returns the sha256. */
char *kefu_blob_store_put (KefuBlobStore *self, KefuWrite *write, GBytes *bytes, GError **error);

G_END_DECLS
