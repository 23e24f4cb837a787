/* SPDX-License-Identifier: GPL-3.0-or-later
 * A token, and beside it what the password of a locked desk is compared with. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-kept-token.h"

#include <string.h>

#include "kefu-password.h"

/* Neither a token nor a hash holds one. */
#define BETWEEN '\n'

typedef struct
{
  KefuSecrets *secrets;
  char *server;
  char *login;
  char *token;
  char *verifier;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  g_object_unref (keeping->secrets);
  g_free (keeping->server);
  g_free (keeping->login);
  g_free (keeping->token);
  g_free (keeping->verifier);
  g_free (keeping);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Keeping *keeping = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *nothing = kefu_secrets_finish (KEFU_SECRETS (source), result, &error);

  if (error != NULL)
    g_warning ("The token cannot be put into the keyring: %s", error->message);
  g_task_return_pointer (task, g_steal_pointer (&keeping->verifier), g_free);
}

static void
hashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Keeping *keeping = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *secret = NULL;

  keeping->verifier = kefu_password_hash_finish (result, &error);
  if (keeping->verifier == NULL)
    g_warning ("A locked desk will ask the server for the password: %s", error->message);
  secret = g_strdup_printf ("%s%c%s", keeping->token, BETWEEN, keeping->verifier != NULL ? keeping->verifier : "");
  kefu_secrets_store_async (keeping->secrets, keeping->server, keeping->login, secret, g_task_get_cancellable (task),
                            stored_cb, task);
}

void
kefu_kept_token_store_async (KefuSecrets *secrets,
                             const char *server,
                             const char *login,
                             const char *token,
                             const char *password,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->secrets = g_object_ref (secrets);
  keeping->server = g_strdup (server);
  keeping->login = g_strdup (login);
  keeping->token = g_strdup (token);
  g_task_set_source_tag (task, kefu_kept_token_store_async);
  g_task_set_task_data (task, keeping, keeping_free);
  kefu_password_hash_async (password, NULL, hashed_cb, task);
}

char *
kefu_kept_token_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *nothing = kefu_secrets_finish (KEFU_SECRETS (source), result, &error);

  if (error != NULL)
    g_warning ("The token cannot be taken out of the keyring: %s", error->message);
}

void
kefu_kept_token_clear (KefuSecrets *secrets, const char *server, const char *login)
{
  kefu_secrets_clear_async (secrets, server, login, NULL, cleared_cb, NULL);
}

/* --- the end of it --- */

typedef struct
{
  KefuSecrets *secrets;
  KefuBackend *backend;
  char *server;
  char *login;
} Ending;

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Ending *ending = user_data;
  g_autoptr (KefuSecrets) secrets = ending->secrets;
  g_autoptr (KefuBackend) backend = ending->backend;
  g_autofree char *server = ending->server;
  g_autofree char *login = ending->login;
  g_autofree char *secret = kefu_secrets_finish (secrets, result, NULL);
  g_autofree char *token = NULL;
  g_autofree char *verifier = NULL;

  kefu_kept_token_split (secret, &token, &verifier);
  kefu_backend_set_token (backend, token);
  if (token != NULL)
    kefu_backend_sign_out_async (backend, NULL, signed_out_cb, NULL);
  kefu_kept_token_clear (secrets, server, login);
}

void
kefu_kept_token_end (KefuSecrets *secrets, KefuBackend *backend, const char *server, const char *login, gboolean look)
{
  Ending *ending;

  if (!look || backend == NULL || secrets == NULL)
    {
      if (backend != NULL)
        kefu_backend_sign_out_async (backend, NULL, signed_out_cb, NULL);
      if (secrets != NULL)
        kefu_kept_token_clear (secrets, server, login);
      return;
    }
  ending = g_new0 (Ending, 1);
  ending->secrets = g_object_ref (secrets);
  ending->backend = g_object_ref (backend);
  ending->server = g_strdup (server);
  ending->login = g_strdup (login);
  kefu_secrets_lookup_async (secrets, server, login, NULL, found_cb, ending);
}

void
kefu_kept_token_split (const char *secret, char **token, char **verifier)
{
  const char *between = secret != NULL ? strchr (secret, BETWEEN) : NULL;

  *token = between != NULL ? g_strndup (secret, (gsize) (between - secret)) : g_strdup (secret);
  *verifier = between != NULL && between[1] != '\0' ? g_strdup (between + 1) : NULL;
}
