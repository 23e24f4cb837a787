/* SPDX-License-Identifier: GPL-3.0-or-later
 * One agent's workspace, put together: storage, backend, engine, session, notifications. */
#pragma once

#include "kefu-backend.h"
#include "kefu-early-store.h"
#include "kefu-notifier.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuWorkspace:
 *
 * From kefu_workspace_open_async() to kefu_workspace_close() or the last unref: the store is open and the engine may run.
 */
#define KEFU_TYPE_WORKSPACE (kefu_workspace_get_type ())
G_DECLARE_FINAL_TYPE (KefuWorkspace, kefu_workspace, KEFU, WORKSPACE, GObject)

/* How its storage is opened. */
KefuStoreFlags kefu_workspace_get_store_flags (GSettings *settings);
/* Opens the storage in @dir for an agent; needs no server. @early (transfer full) (nullable): is perhaps just that, begun before. @backend is kept. */
void kefu_workspace_open_async (KefuEarlyStore *early,
                                const char *dir,
                                const char *agent_id,
                                const char *agent_name,
                                KefuBackend *backend,
                                KefuClock *clock,
                                KefuNotifier *notifier,
                                GSettings *settings,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/* (transfer full) (nullable): KEFU_ERROR_* of the storage. */
KefuWorkspace *kefu_workspace_open_finish (GAsyncResult *result, GError **error);
/* (transfer none) */
KefuSession *kefu_workspace_get_session (KefuWorkspace *self);
/* Whether its notifications name nobody: the desk is locked. */
void kefu_workspace_set_discreet (KefuWorkspace *self, gboolean discreet);
/* Stops the engine, finishes what is queued, closes the files. Idempotent. */
void kefu_workspace_close (KefuWorkspace *self);

G_END_DECLS
