/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attachments as files named by their content. */
#pragma once

#include <gio/gio.h>

#include "kefu-attachment.h"
#include "kefu-write.h"

G_BEGIN_DECLS

/* What stays free on the disk, for the database and everybody else, unless told otherwise. */
#define KEFU_BLOB_RESERVE (256LL * 1024 * 1024)

/* DIR/blobs/ab/abcd…: a file is there before its row in `blob` is committed, and the row is what says that the blob exists.
 * DIR/blobs/partial: what is being uploaded. Safe from any thread. */
typedef struct _KefuBlobStore KefuBlobStore;

/* (transfer full) (nullable): makes DIR/blobs. */
KefuBlobStore *kefu_blob_store_open (const char *data_dir, GError **error);
KefuBlobStore *kefu_blob_store_ref (KefuBlobStore *self);
void kefu_blob_store_unref (KefuBlobStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuBlobStore, kefu_blob_store_unref)

/* (transfer full): the path of a blob; @sha256 must be one. */
char *kefu_blob_store_path (KefuBlobStore *self, const char *sha256);
/* The size of a stored blob, or -1; @mime: (out) (optional) (transfer full) */
gint64 kefu_blob_store_lookup (KefuDb *db, const char *sha256, char **mime);
/* The same; -1 also if the file is gone or cut although its row is there, so that it is uploaded anew. */
gint64 kefu_blob_store_lookup_file (KefuBlobStore *self, KefuDb *db, const char *sha256, char **mime);

/* Bytes that must stay free on the disk. */
void kefu_blob_store_set_reserve (KefuBlobStore *self, gint64 bytes);
/* Whether @bytes more leave the reserve free; else KEFU_ERROR_DISK_FULL. */
gboolean kefu_blob_store_check_space (KefuBlobStore *self, gint64 bytes, GError **error);

/* --- for kefu-blob-upload.c --- */

/* (transfer full) */
char *kefu_blob_store_partial_dir (KefuBlobStore *self);
/* (transfer full) (nullable): the path of a blob to be, whose folder is there for good. */
char *kefu_blob_store_make_path (KefuBlobStore *self, const char *sha256, GError **error);
/* The name of a file is durable when its folder is. */
gboolean kefu_blob_store_sync_dir (const char *path, GError **error);
/* An error of ours from errno. */
void kefu_blob_store_set_errno (GError **error, const char *path);

G_END_DECLS
