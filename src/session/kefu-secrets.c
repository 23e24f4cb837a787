/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where tokens are kept: the seam. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-secrets.h"

G_DEFINE_INTERFACE (KefuSecrets, kefu_secrets, G_TYPE_OBJECT)

static void
kefu_secrets_default_init (KefuSecretsInterface *iface)
{
}

/**
 * kefu_secrets_store_async:
 * @server: address of the workspace
 * @login: who signed in
 * @token: replaces what was stored for both
 */
void
kefu_secrets_store_async (KefuSecrets *self,
                          const char *server,
                          const char *login,
                          const char *token,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (KEFU_IS_SECRETS (self));
  g_return_if_fail (server != NULL && login != NULL && token != NULL);

  KEFU_SECRETS_GET_IFACE (self)->store_async (self, server, login, token, cancellable, callback, user_data);
}

void
kefu_secrets_lookup_async (KefuSecrets *self,
                           const char *server,
                           const char *login,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (KEFU_IS_SECRETS (self));
  g_return_if_fail (server != NULL && login != NULL);

  KEFU_SECRETS_GET_IFACE (self)->lookup_async (self, server, login, cancellable, callback, user_data);
}

void
kefu_secrets_clear_async (KefuSecrets *self,
                          const char *server,
                          const char *login,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (KEFU_IS_SECRETS (self));
  g_return_if_fail (server != NULL && login != NULL);

  KEFU_SECRETS_GET_IFACE (self)->clear_async (self, server, login, cancellable, callback, user_data);
}

/**
 * kefu_secrets_finish:
 *
 * Ends any of the three calls. A service that is missing or refuses is no error: memory takes its place, see
 * kefu_secrets_is_persistent().
 *
 * Returns: (transfer full) (nullable): the token of a lookup; NULL without an error for none, and for store and clear. The only error
 *   is G_IO_ERROR_CANCELLED.
 */
char *
kefu_secrets_finish (KefuSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KEFU_IS_SECRETS (self), NULL);

  return KEFU_SECRETS_GET_IFACE (self)->finish (self, result, error);
}

gboolean
kefu_secrets_is_persistent (KefuSecrets *self)
{
  g_return_val_if_fail (KEFU_IS_SECRETS (self), FALSE);

  return KEFU_SECRETS_GET_IFACE (self)->is_persistent (self);
}
