/* SPDX-License-Identifier: GPL-3.0-or-later
 * The storage of the last sign-in, opened while GTK comes up. */
#pragma once

#include "kefu-store.h"

G_BEGIN_DECLS

/**
 * KefuEarlyStore:
 *
 * A storage that is being opened on its own threads before it is known whether anybody wants it. It belongs to whoever began it until it is taken or
 * freed.
 */
typedef struct _KefuEarlyStore KefuEarlyStore;

/* (transfer full): begins to open what kefu_store_open_async() would; needs no GTK. Answers come to the thread's default context. */
KefuEarlyStore *kefu_early_store_begin (const char *dir, KefuClock *clock, const char *agent_id, KefuStoreFlags flags);
/* Nobody wants it: what was opened, or is when it is, is closed. */
void kefu_early_store_free (KefuEarlyStore *self);
/* Opens a storage as kefu_store_open_async() does, except that @self (transfer full) (nullable), if it is just that one, is the answer. One that is
 * another is freed. */
void kefu_early_store_take_async (KefuEarlyStore *self,
                                  const char *dir,
                                  KefuClock *clock,
                                  const char *agent_id,
                                  KefuStoreFlags flags,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
/* (transfer full) (nullable): as kefu_store_open_finish(). */
KefuStore *kefu_early_store_take_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuEarlyStore, kefu_early_store_free)

G_END_DECLS
