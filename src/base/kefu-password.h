/* SPDX-License-Identifier: GPL-3.0-or-later
 * Passwords as yescrypt hashes. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full) (nullable): yescrypt of @password with a fresh salt. Takes some 50 ms: never on a main thread. */
char *kefu_password_hash (const char *password, GError **error);
/* Whether @password is the one of @hash; takes as long. @hash NULL: FALSE after the same time, for logins that are not there. */
gboolean kefu_password_verify (const char *password, const char *hash);

/* The same on a thread of their own. */
void kefu_password_hash_async (const char *password,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* (transfer full) (nullable) */
char *kefu_password_hash_finish (GAsyncResult *result, GError **error);
void kefu_password_verify_async (const char *password,
                                 const char *hash,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* FALSE without an @error: it is another one. */
gboolean kefu_password_verify_finish (GAsyncResult *result, GError **error);

G_END_DECLS
