/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where tokens are kept: the seam, libsecret, and memory for want of it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KEFU_TYPE_SECRETS (kefu_secrets_get_type ())
G_DECLARE_INTERFACE (KefuSecrets, kefu_secrets, KEFU, SECRETS, GObject)

struct _KefuSecretsInterface
{
  GTypeInterface parent_iface;

  void (*store_async) (KefuSecrets *self,
                       const char *server,
                       const char *login,
                       const char *token,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  void (*lookup_async) (KefuSecrets *self,
                        const char *server,
                        const char *login,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  void (*clear_async) (KefuSecrets *self,
                       const char *server,
                       const char *login,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
  char *(*finish) (KefuSecrets *self, GAsyncResult *result, GError **error);
  gboolean (*is_persistent) (KefuSecrets *self);
};

void kefu_secrets_store_async (KefuSecrets *self,
                               const char *server,
                               const char *login,
                               const char *token,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
void kefu_secrets_lookup_async (KefuSecrets *self,
                                const char *server,
                                const char *login,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
void kefu_secrets_clear_async (KefuSecrets *self,
                               const char *server,
                               const char *login,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
/* (transfer full) (nullable): of all three; the token of a lookup, NULL without error if none is stored (and for store and clear). */
char *kefu_secrets_finish (KefuSecrets *self, GAsyncResult *result, GError **error);
/* Whether what is stored is there after a restart; known after the first call. */
gboolean kefu_secrets_is_persistent (KefuSecrets *self);

/* (transfer full): the Secret Service; when none answers, falls back to memory and is_persistent() is FALSE. */
KefuSecrets *kefu_libsecret_secrets_new (void);
/* (transfer full): memory only. */
KefuSecrets *kefu_memory_secrets_new (void);

G_END_DECLS
