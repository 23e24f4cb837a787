/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server's folder: lock, database, one thread that writes and one that reads. */
#pragma once

#include "kefu-blob-store.h"
#include "kefu-clock.h"
#include "kefu-write.h"

G_BEGIN_DECLS

/**
 * KefuStorage:
 *
 * Signal `committed` (gint64 head), on the main thread: the feed goes to @head now, through this process or another one.
 */
#define KEFU_TYPE_STORAGE (kefu_storage_get_type ())
G_DECLARE_FINAL_TYPE (KefuStorage, kefu_storage, KEFU, STORAGE, GObject)

/**
 * KefuStorageFunc:
 *
 * A job on one of the two threads. Reading jobs see one state of the database from their first to their last query.
 */
typedef gboolean (*KefuStorageFunc) (KefuStorage *self, KefuDb *db, gpointer data, GError **error);

/* (transfer full) (nullable): for a command: the database in @data_dir, made and migrated if need be, without the lock. */
KefuDb *kefu_storage_open_db (const char *data_dir, GError **error);
/* A new epoch, as after a backup was restored: every desk starts from 0 and keeps its outbox. */
gboolean kefu_storage_renew_epoch (KefuDb *db, GError **error);
/* (transfer full) */
char *kefu_storage_read_epoch (KefuDb *db);
/* The highest seq ever given. */
gint64 kefu_storage_read_head (KefuDb *db);

/* (transfer full) */
KefuStorage *kefu_storage_new (const char *data_dir, KefuClock *clock);
/* Takes the lock, opens, migrates, starts the threads. Blocks. */
gboolean kefu_storage_open (KefuStorage *self, GError **error);
/* Does what is queued and closes. Blocks for that; idempotent. */
void kefu_storage_close (KefuStorage *self);

const char *kefu_storage_get_data_dir (KefuStorage *self);
KefuClock *kefu_storage_get_clock (KefuStorage *self);
KefuBlobStore *kefu_storage_get_blobs (KefuStorage *self);
const char *kefu_storage_get_epoch (KefuStorage *self);
/* As last announced; main thread. */
gint64 kefu_storage_get_head (KefuStorage *self);

/* Runs @func on the reading thread; @data is freed with @destroy after the callback. */
void kefu_storage_read_async (KefuStorage *self,
                              int priority,
                              KefuStorageFunc func,
                              gpointer data,
                              GDestroyNotify destroy,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* The same on the writing thread; @func begins and commits by itself. */
void kefu_storage_write_async (KefuStorage *self,
                               int priority,
                               KefuStorageFunc func,
                               gpointer data,
                               GDestroyNotify destroy,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* The same, together with others that wait: all of them are one transaction, in which the #KefuWrite that @func begins is a savepoint.
 * The callback comes after the commit of the whole, or with its error. For writes that come often and are answered one by one. */
void kefu_storage_write_grouped_async (KefuStorage *self,
                                       KefuStorageFunc func,
                                       gpointer data,
                                       GDestroyNotify destroy,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
/* @data: (out) (optional) (transfer none): that of the job */
gboolean kefu_storage_job_finish (KefuStorage *self, GAsyncResult *result, gpointer *data, GError **error);
/* For writing jobs: commits, and announces the new head. */
gboolean kefu_storage_commit (KefuStorage *self, KefuWrite *write, GError **error);

G_END_DECLS
