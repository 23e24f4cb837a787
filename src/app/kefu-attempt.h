/* SPDX-License-Identifier: GPL-3.0-or-later
 * One sign-in with a password, which stays with the call that carries it. */
#pragma once

#include "kefu-backend.h"
#include "kefu-clock.h"
#include "kefu-sync-engine.h"

G_BEGIN_DECLS

/* Signs in from this computer. The GAsyncResult is a GTask of @cancellable; the password is wiped with it. */
void kefu_attempt_async (KefuBackend *backend,
                         GSettings *settings,
                         KefuClock *clock,
                         const char *login,
                         const char *password,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
/* The same with the login and password that the demo shop keeps in @dir. */
void kefu_attempt_owner_async (const char *dir,
                               KefuBackend *backend,
                               GSettings *settings,
                               KefuClock *clock,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* @password: (out) (transfer none) (optional): the one of this very call, as long as @result lives. */
KefuCredentials *kefu_attempt_finish (GAsyncResult *result, const char **password, GError **error);

/* The demo shop is there, and its backend has the token it could get: whatever the engine was doing, it connects now. */
void kefu_attempt_connect_demo (KefuSyncEngine *engine);

G_END_DECLS
