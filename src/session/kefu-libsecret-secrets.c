/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens in the Secret Service of the session. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

#include "kefu-secrets.h"

/* A locked keyring asks its owner, for as long as it takes; a desk at work does not wait for that. */
#define PATIENCE_S 25

/* Asks the Secret Service, and goes on with memory where there is none, it is locked, or it does not answer: signing in works
 * everywhere, and is_persistent() tells the agent whether it must be done again after a restart. */
#define KEFU_TYPE_LIBSECRET_SECRETS (kefu_libsecret_secrets_get_type ())
G_DECLARE_FINAL_TYPE (KefuLibsecretSecrets, kefu_libsecret_secrets, KEFU, LIBSECRET_SECRETS, GObject)

struct _KefuLibsecretSecrets
{
  GObject parent_instance;

  KefuSecrets *memory;
  gboolean persistent;
};

typedef enum
{
  STORE,
  LOOKUP,
  CLEAR
} Verb;

/* One call on its way: to the service, and from there to memory. */
typedef struct
{
  Verb verb;
  char *server;
  char *login;
  char *token;
  gboolean again;      /* it is the second try */
  GCancellable *inner; /* the caller's cancellation, or our patience */
  gulong outer_id;
  guint patience_id;
} Call;

static void secrets_iface_init (KefuSecretsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuLibsecretSecrets,
                               kefu_libsecret_secrets,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_SECRETS, secrets_iface_init))

static const SecretSchema *
get_schema (void)
{
  static const SecretSchema schema = {
    KEFU_APP_ID ".Token",
    SECRET_SCHEMA_NONE,
    { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "login", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
  };

  return &schema;
}

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_handle_id (&call->patience_id, g_source_remove);
  g_free (call->server);
  g_free (call->login);
  g_free (call->token);
  g_object_unref (call->inner);
  g_free (call);
}

static void
memory_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuLibsecretSecrets *self = g_task_get_source_object (task);
  char *token = kefu_secrets_finish (KEFU_SECRETS (object), result, NULL);

  /* kept here when the service was away, and not in it since */
  if (token != NULL)
    self->persistent = FALSE;
  g_task_return_pointer (task, token, g_free);
}

/* @task (transfer full). */
static void
go_on_with_memory (GTask *task)
{
  KefuLibsecretSecrets *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  switch (call->verb)
    {
    case STORE:
      kefu_secrets_store_async (self->memory, call->server, call->login, call->token, NULL, memory_cb, task);
      break;
    case LOOKUP:
      kefu_secrets_lookup_async (self->memory, call->server, call->login, NULL, memory_cb, task);
      break;
    case CLEAR:
    default:
      kefu_secrets_clear_async (self->memory, call->server, call->login, NULL, memory_cb, task);
      break;
    }
}

static void ask_service (GTask *task);

/* Whether a new connection may do better: libsecret keeps its session with the service, which a service that was started anew does not
 * know. Not for a locked keyring: it would ask its owner twice. */
static gboolean
is_worth_another_try (const Call *call, const GError *error)
{
  return error != NULL && !call->again && !g_cancellable_is_cancelled (call->inner) &&
         !g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) &&
         !g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN);
}

static void
service_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuLibsecretSecrets *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *token = NULL;
  gboolean done = TRUE;

  switch (call->verb)
    {
    case STORE:
      done = secret_password_store_finish (result, &error);
      break;
    case LOOKUP:
      token = secret_password_lookup_finish (result, &error);
      break;
    case CLEAR:
    default:
      /* FALSE without an error: there was nothing to clear */
      secret_password_clear_finish (result, &error);
      break;
    }

  if (is_worth_another_try (call, error))
    {
      call->again = TRUE;
      secret_service_disconnect ();
      ask_service (g_steal_pointer (&task));
      return;
    }
  g_clear_handle_id (&call->patience_id, g_source_remove);
  if (call->outer_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), call->outer_id);
  call->outer_id = 0;
  if (g_task_return_error_if_cancelled (task))
    {
      secret_password_free (token);
      return;
    }
  if (self->persistent && (error != NULL || !done))
    g_message ("Tokens are kept in memory only: %s", error != NULL ? error->message : "the keyring was not unlocked");
  self->persistent = error == NULL && done;
  if (token != NULL)
    {
      g_task_return_pointer (task, g_strdup (token), g_free);
      secret_password_free (token);
      return;
    }
  if (call->verb == STORE && self->persistent)
    {
      /* what memory has from a worse time is no longer true */
      call->verb = CLEAR;
    }
  go_on_with_memory (g_steal_pointer (&task));
}

/* @task (transfer full). */
static void
ask_service (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  g_autofree char *label = NULL;

  switch (call->verb)
    {
    case STORE:
      /* Translators: the name of a password in the keyring; a login and a server */
      label = g_strdup_printf (_ ("Kefu: %s at %s"), call->login, call->server);
      secret_password_store (get_schema (), SECRET_COLLECTION_DEFAULT, label, call->token, call->inner, service_cb,
                             task, "server", call->server, "login", call->login, NULL);
      break;
    case LOOKUP:
      secret_password_lookup (get_schema (), call->inner, service_cb, task, "server", call->server, "login",
                              call->login, NULL);
      break;
    case CLEAR:
    default:
      secret_password_clear (get_schema (), call->inner, service_cb, task, "server", call->server, "login", call->login,
                             NULL);
      break;
    }
}

static gboolean
patience_cb (gpointer user_data)
{
  Call *call = user_data;

  call->patience_id = 0;
  g_cancellable_cancel (call->inner);
  return G_SOURCE_REMOVE;
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

/* (transfer full): a task that carries the call. */
static GTask *
start (KefuSecrets *secrets,
       Verb verb,
       const char *server,
       const char *login,
       const char *token,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  GTask *task = g_task_new (secrets, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->verb = verb;
  call->server = g_strdup (server);
  call->login = g_strdup (login);
  call->token = g_strdup (token);
  call->inner = g_cancellable_new ();
  call->patience_id = g_timeout_add_seconds (PATIENCE_S, patience_cb, call);
  if (cancellable != NULL)
    call->outer_id =
      g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb), g_object_ref (call->inner), g_object_unref);
  g_task_set_task_data (task, call, call_free);
  return task;
}

static void
kefu_libsecret_secrets_store_async (KefuSecrets *secrets,
                                    const char *server,
                                    const char *login,
                                    const char *token,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  ask_service (start (secrets, STORE, server, login, token, cancellable, callback, user_data));
}

static void
kefu_libsecret_secrets_lookup_async (KefuSecrets *secrets,
                                     const char *server,
                                     const char *login,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  ask_service (start (secrets, LOOKUP, server, login, NULL, cancellable, callback, user_data));
}

static void
kefu_libsecret_secrets_clear_async (KefuSecrets *secrets,
                                    const char *server,
                                    const char *login,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  ask_service (start (secrets, CLEAR, server, login, NULL, cancellable, callback, user_data));
}

static char *
kefu_libsecret_secrets_finish (KefuSecrets *secrets, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, secrets), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
kefu_libsecret_secrets_is_persistent (KefuSecrets *secrets)
{
  return KEFU_LIBSECRET_SECRETS (secrets)->persistent;
}

static void
secrets_iface_init (KefuSecretsInterface *iface)
{
  iface->store_async = kefu_libsecret_secrets_store_async;
  iface->lookup_async = kefu_libsecret_secrets_lookup_async;
  iface->clear_async = kefu_libsecret_secrets_clear_async;
  iface->finish = kefu_libsecret_secrets_finish;
  iface->is_persistent = kefu_libsecret_secrets_is_persistent;
}

static void
kefu_libsecret_secrets_finalize (GObject *object)
{
  KefuLibsecretSecrets *self = KEFU_LIBSECRET_SECRETS (object);

  g_object_unref (self->memory);

  G_OBJECT_CLASS (kefu_libsecret_secrets_parent_class)->finalize (object);
}

static void
kefu_libsecret_secrets_class_init (KefuLibsecretSecretsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = kefu_libsecret_secrets_finalize;
}

static void
kefu_libsecret_secrets_init (KefuLibsecretSecrets *self)
{
  self->memory = kefu_memory_secrets_new ();
  self->persistent = TRUE;
}

KefuSecrets *
kefu_libsecret_secrets_new (void)
{
  return g_object_new (KEFU_TYPE_LIBSECRET_SECRETS, NULL);
}
