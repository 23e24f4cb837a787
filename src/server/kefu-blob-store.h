/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attachments as files named by their content. */
#pragma once

#include <gio/gio.h>

#include "kefu-attachment.h"
#include "kefu-write.h"

G_BEGIN_DECLS

/* DIR/blobs/ab/abcd…: a file is there before its row in `blob` is committed, and the row is what says that the blob exists.
 * Immutable after it was made: safe from any thread. */
typedef struct _KefuBlobStore KefuBlobStore;

/* A blob being received; used by one thread at a time. */
typedef struct _KefuBlobUpload KefuBlobUpload;

/* (transfer full) (nullable): makes DIR/blobs, and clears what an interrupted upload left. */
KefuBlobStore *kefu_blob_store_open (const char *data_dir, GError **error);
KefuBlobStore *kefu_blob_store_ref (KefuBlobStore *self);
void kefu_blob_store_unref (KefuBlobStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuBlobStore, kefu_blob_store_unref)

/* (transfer full): the path of a blob; @sha256 must be one. */
char *kefu_blob_store_path (KefuBlobStore *self, const char *sha256);
/* The size of a stored blob, or -1; @mime: (out) (optional) (transfer full) */
gint64 kefu_blob_store_lookup (KefuDb *db, const char *sha256, char **mime);
/* (transfer full): stores @bytes and their row; returns the sha256. */
char *kefu_blob_store_put (KefuBlobStore *self, KefuWrite *write, GBytes *bytes, GError **error);

/* (transfer full) (nullable) */
KefuBlobUpload *kefu_blob_upload_new (KefuBlobStore *store, GError **error);
gboolean kefu_blob_upload_append (KefuBlobUpload *self, GBytes *bytes, GError **error);
/* Checks the hash, makes the file durable and gives it its name. KEFU_ERROR_INVALID if the content is another. */
gboolean kefu_blob_upload_finish (KefuBlobUpload *self, const char *sha256, GError **error);
/* Adds the row of a finished upload. */
gboolean kefu_blob_upload_record (KefuBlobUpload *self, KefuWrite *write, GError **error);
/* Deletes what was not finished. */
void kefu_blob_upload_free (KefuBlobUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuBlobUpload, kefu_blob_upload_free)

G_END_DECLS
