/* SPDX-License-Identifier: GPL-3.0-or-later
 * A token, and beside it what the password of a locked desk is compared with. */
#pragma once

#include "kefu-backend.h"
#include "kefu-secrets.h"

G_BEGIN_DECLS

/* Both are one secret: where the token is lost, the verifier is of no use either. */

/* Hashes @password on a thread, then stores its verifier with @token. */
void kefu_kept_token_store_async (KefuSecrets *secrets,
                                  const char *server,
                                  const char *login,
                                  const char *token,
                                  const char *password,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
/* (transfer full) (nullable): the verifier, also if the secrets failed; for kefu_password_verify_async(). */
char *kefu_kept_token_store_finish (GAsyncResult *result, GError **error);
/* What was stored. @secret: nullable; @token, @verifier: (out) (transfer full) (nullable). */
void kefu_kept_token_split (const char *secret, char **token, char **verifier);

/* Takes both out of the keyring, in the background; a failure is only logged. */
void kefu_kept_token_clear (KefuSecrets *secrets, const char *server, const char *login);
/* Ends the sign-in of @backend on the server and takes both out of the keyring, in the background. @look: @backend has not got its token yet, the keyring
 * is asked for it first. @secrets: NULL: none are kept; @backend: (nullable). The token is forgotten here in any case; a server that is away drops it when it expires. */
void
kefu_kept_token_end (KefuSecrets *secrets, KefuBackend *backend, const char *server, const char *login, gboolean look);

G_END_DECLS
