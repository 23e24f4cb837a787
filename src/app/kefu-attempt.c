/* SPDX-License-Identifier: GPL-3.0-or-later
 * One sign-in with a password, which stays with the call that carries it. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-attempt.h"

#include <string.h>

#include "kefu-device.h"
#include "kefu-owner.h"

static void
password_free (gpointer password)
{
  explicit_bzero (password, strlen (password));
  g_free (password);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  KefuCredentials *credentials = kefu_backend_sign_in_finish (KEFU_BACKEND (source), result, &error);

  if (credentials != NULL)
    g_task_return_pointer (task, credentials, (GDestroyNotify) kefu_credentials_free);
  else
    g_task_return_error (task, error);
}

void
kefu_attempt_async (KefuBackend *backend,
                    GSettings *settings,
                    KefuClock *clock,
                    const char *login,
                    const char *password,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autofree char *device = NULL;
  GTask *task;

  g_return_if_fail (KEFU_IS_BACKEND (backend));
  g_return_if_fail (login != NULL && password != NULL);

  device = kefu_device_id (settings, clock);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_attempt_async);
  g_task_set_task_data (task, g_strdup (password), password_free);
  kefu_backend_sign_in_async (backend, login, password, device, g_get_host_name (), cancellable, answered_cb, task);
}

/* --- the demo shop's own --- */

typedef struct
{
  KefuBackend *backend;
  GSettings *settings;
  KefuClock *clock;
  GTask *task;
} Owned;

static void
owner_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Owned *owned = user_data;
  GError *error = NULL;
  g_autoptr (KefuOwner) owner = kefu_owner_load_finish (result, &error);
  g_autofree char *device = NULL;

  if (owner == NULL)
    {
      g_task_return_error (owned->task, error);
      g_object_unref (owned->task);
    }
  else
    {
      device = kefu_device_id (owned->settings, owned->clock);
      g_task_set_task_data (owned->task, g_strdup (owner->password), password_free);
      kefu_backend_sign_in_async (owned->backend, owner->login, owner->password, device, g_get_host_name (),
                                  g_task_get_cancellable (owned->task), answered_cb, owned->task);
    }
  g_object_unref (owned->backend);
  g_object_unref (owned->settings);
  g_object_unref (owned->clock);
  g_free (owned);
}

void
kefu_attempt_owner_async (const char *dir,
                          KefuBackend *backend,
                          GSettings *settings,
                          KefuClock *clock,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Owned *owned = g_new0 (Owned, 1);

  owned->backend = g_object_ref (backend);
  owned->settings = g_object_ref (settings);
  owned->clock = g_object_ref (clock);
  owned->task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (owned->task, kefu_attempt_owner_async);
  kefu_owner_load_async (dir, cancellable, owner_loaded_cb, owned);
}

void
kefu_attempt_connect_demo (KefuSyncEngine *engine)
{
  switch (kefu_sync_engine_get_state (engine))
    {
    case KEFU_SYNC_OFFLINE:
      kefu_sync_engine_start (engine);
      break;
    case KEFU_SYNC_AUTH_REQUIRED:
      kefu_sync_engine_resume (engine);
      break;
    case KEFU_SYNC_CONNECTING:
    case KEFU_SYNC_CATCHING_UP:
    case KEFU_SYNC_LIVE:
    case KEFU_SYNC_BACKOFF:
    case KEFU_SYNC_FAILED:
    case KEFU_SYNC_UNTRUSTED:
    default:
      kefu_sync_engine_retry_now (engine);
    }
}

KefuCredentials *
kefu_attempt_finish (GAsyncResult *result, const char **password, GError **error)
{
  if (password != NULL)
    *password = g_task_get_task_data (G_TASK (result));
  return g_task_propagate_pointer (G_TASK (result), error);
}
