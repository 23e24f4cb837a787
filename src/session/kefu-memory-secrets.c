/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens for as long as the program runs. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-secrets.h"

/* For tests, and in the place of a Secret Service where none answers. */
#define KEFU_TYPE_MEMORY_SECRETS (kefu_memory_secrets_get_type ())
G_DECLARE_FINAL_TYPE (KefuMemorySecrets, kefu_memory_secrets, KEFU, MEMORY_SECRETS, GObject)

struct _KefuMemorySecrets
{
  GObject parent_instance;

  GHashTable *tokens; /* login and server → token */
};

static void secrets_iface_init (KefuSecretsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuMemorySecrets,
                               kefu_memory_secrets,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_SECRETS, secrets_iface_init))

/* (transfer full): a login holds no line end. */
static char *
make_key (const char *server, const char *login)
{
  return g_strconcat (login, "\n", server, NULL);
}

static void
kefu_memory_secrets_store_async (KefuSecrets *secrets,
                                 const char *server,
                                 const char *login,
                                 const char *token,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  KefuMemorySecrets *self = KEFU_MEMORY_SECRETS (secrets);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_hash_table_insert (self->tokens, make_key (server, login), g_strdup (token));
  g_task_return_pointer (task, NULL, NULL);
}

static void
kefu_memory_secrets_lookup_async (KefuSecrets *secrets,
                                  const char *server,
                                  const char *login,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  KefuMemorySecrets *self = KEFU_MEMORY_SECRETS (secrets);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = make_key (server, login);

  g_task_return_pointer (task, g_strdup (g_hash_table_lookup (self->tokens, key)), g_free);
}

static void
kefu_memory_secrets_clear_async (KefuSecrets *secrets,
                                 const char *server,
                                 const char *login,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  KefuMemorySecrets *self = KEFU_MEMORY_SECRETS (secrets);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *key = make_key (server, login);

  g_hash_table_remove (self->tokens, key);
  g_task_return_pointer (task, NULL, NULL);
}

static char *
kefu_memory_secrets_finish (KefuSecrets *secrets, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, secrets), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
kefu_memory_secrets_is_persistent (KefuSecrets *secrets)
{
  return FALSE;
}

static void
secrets_iface_init (KefuSecretsInterface *iface)
{
  iface->store_async = kefu_memory_secrets_store_async;
  iface->lookup_async = kefu_memory_secrets_lookup_async;
  iface->clear_async = kefu_memory_secrets_clear_async;
  iface->finish = kefu_memory_secrets_finish;
  iface->is_persistent = kefu_memory_secrets_is_persistent;
}

static void
kefu_memory_secrets_finalize (GObject *object)
{
  KefuMemorySecrets *self = KEFU_MEMORY_SECRETS (object);

  g_hash_table_unref (self->tokens);

  G_OBJECT_CLASS (kefu_memory_secrets_parent_class)->finalize (object);
}

static void
kefu_memory_secrets_class_init (KefuMemorySecretsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = kefu_memory_secrets_finalize;
}

static void
kefu_memory_secrets_init (KefuMemorySecrets *self)
{
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

KefuSecrets *
kefu_memory_secrets_new (void)
{
  return g_object_new (KEFU_TYPE_MEMORY_SECRETS, NULL);
}
