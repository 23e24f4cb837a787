/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the desk needs of a server; one implementation per kind of server. */
#include "config.h"

#include "kefu-backend.h"

#include <glib/gi18n.h>

G_DEFINE_INTERFACE (KefuBackend, kefu_backend, G_TYPE_OBJECT)

static void
kefu_backend_default_init (KefuBackendInterface *iface)
{
  g_signal_new ("stream-opened", KEFU_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("stream-batch", KEFU_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_BYTES);
  g_signal_new ("stream-closed", KEFU_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_ERROR);
}

KefuCredentials *
kefu_credentials_new (const char *token, const char *agent_id, const char *agent_name, const char *epoch)
{
  KefuCredentials *self = g_new0 (KefuCredentials, 1);

  self->token = g_strdup (token);
  self->agent_id = g_strdup (agent_id);
  self->agent_name = g_strdup (agent_name);
  self->epoch = g_strdup (epoch);
  return self;
}

void
kefu_credentials_free (KefuCredentials *self)
{
  if (self == NULL)
    return;
  g_free (self->token);
  g_free (self->agent_id);
  g_free (self->agent_name);
  g_free (self->epoch);
  g_free (self);
}

void
kefu_device_session_free (KefuDeviceSession *self)
{
  g_free (self->id);
  g_free (self->device_name);
  g_free (self);
}

KefuBackendFlags
kefu_backend_get_flags (KefuBackend *self)
{
  g_return_val_if_fail (KEFU_IS_BACKEND (self), 0);

  return KEFU_BACKEND_GET_IFACE (self)->get_flags (self);
}

void
kefu_backend_set_token (KefuBackend *self, const char *token)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));

  KEFU_BACKEND_GET_IFACE (self)->set_token (self, token);
}

void
kefu_backend_sign_in_async (KefuBackend *self,
                            const char *login,
                            const char *password,
                            const char *device_id,
                            const char *device_name,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));
  g_return_if_fail (login != NULL && password != NULL);

  KEFU_BACKEND_GET_IFACE (self)->sign_in_async (self, login, password, device_id, device_name, cancellable, callback,
                                                user_data);
}

KefuCredentials *
kefu_backend_sign_in_finish (KefuBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KEFU_IS_BACKEND (self), NULL);

  return KEFU_BACKEND_GET_IFACE (self)->sign_in_finish (self, result, error);
}

void
kefu_backend_sign_out_async (KefuBackend *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));

  KEFU_BACKEND_GET_IFACE (self)->sign_out_async (self, cancellable, callback, user_data);
}

void
kefu_backend_sync_async (KefuBackend *self,
                         const char *cursor,
                         guint limit,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));

  KEFU_BACKEND_GET_IFACE (self)->sync_async (self, cursor, limit, cancellable, callback, user_data);
}

void
kefu_backend_ops_async (KefuBackend *self,
                        GBytes *ops,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));
  g_return_if_fail (ops != NULL);

  KEFU_BACKEND_GET_IFACE (self)->ops_async (self, ops, cancellable, callback, user_data);
}

void
kefu_backend_fetch_messages_async (KefuBackend *self,
                                   const char *conversation_id,
                                   const KefuHistoryQuery *query,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));
  g_return_if_fail (conversation_id != NULL);
  g_return_if_fail (query != NULL);
  g_return_if_fail (KEFU_BACKEND_GET_IFACE (self)->fetch_messages_async != NULL);

  KEFU_BACKEND_GET_IFACE (self)->fetch_messages_async (self, conversation_id, query, cancellable, callback, user_data);
}

GBytes *
kefu_backend_bytes_finish (KefuBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KEFU_IS_BACKEND (self), NULL);

  return KEFU_BACKEND_GET_IFACE (self)->bytes_finish (self, result, error);
}

static void
refuse_files (KefuBackend *self, GAsyncReadyCallback callback, gpointer user_data, gpointer tag)
{
  g_task_report_new_error (self, callback, user_data, tag, KEFU_ERROR, KEFU_ERROR_INVALID,
                           _ ("This server takes no files"));
}

void
kefu_backend_put_blob_async (KefuBackend *self,
                             const char *sha256,
                             GFile *file,
                             gint64 size,
                             KefuProgressFunc progress,
                             gpointer progress_data,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));
  g_return_if_fail (sha256 != NULL);
  g_return_if_fail (G_IS_FILE (file));
  g_return_if_fail (size >= 0);

  if (KEFU_BACKEND_GET_IFACE (self)->put_blob_async == NULL)
    refuse_files (self, callback, user_data, kefu_backend_put_blob_async);
  else
    KEFU_BACKEND_GET_IFACE (self)->put_blob_async (self, sha256, file, size, progress, progress_data, cancellable,
                                                   callback, user_data);
}

gboolean
kefu_backend_put_blob_finish (KefuBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KEFU_IS_BACKEND (self), FALSE);

  if (g_async_result_is_tagged (result, kefu_backend_put_blob_async))
    return g_task_propagate_boolean (G_TASK (result), error);
  return KEFU_BACKEND_GET_IFACE (self)->put_blob_finish (self, result, error);
}

void
kefu_backend_fetch_blob_async (KefuBackend *self,
                               const char *sha256,
                               GFile *target,
                               KefuProgressFunc progress,
                               gpointer progress_data,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));
  g_return_if_fail (sha256 != NULL);
  g_return_if_fail (G_IS_FILE (target));

  if (KEFU_BACKEND_GET_IFACE (self)->fetch_blob_async == NULL)
    refuse_files (self, callback, user_data, kefu_backend_fetch_blob_async);
  else
    KEFU_BACKEND_GET_IFACE (self)->fetch_blob_async (self, sha256, target, progress, progress_data, cancellable,
                                                     callback, user_data);
}

gboolean
kefu_backend_fetch_blob_finish (KefuBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KEFU_IS_BACKEND (self), FALSE);

  if (g_async_result_is_tagged (result, kefu_backend_fetch_blob_async))
    return g_task_propagate_boolean (G_TASK (result), error);
  return KEFU_BACKEND_GET_IFACE (self)->fetch_blob_finish (self, result, error);
}

void
kefu_backend_list_sessions_async (KefuBackend *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));
  g_return_if_fail (KEFU_BACKEND_GET_IFACE (self)->list_sessions_async != NULL);

  KEFU_BACKEND_GET_IFACE (self)->list_sessions_async (self, cancellable, callback, user_data);
}

GPtrArray *
kefu_backend_list_sessions_finish (KefuBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KEFU_IS_BACKEND (self), NULL);

  return KEFU_BACKEND_GET_IFACE (self)->list_sessions_finish (self, result, error);
}

void
kefu_backend_revoke_session_async (KefuBackend *self,
                                   const char *id,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));
  g_return_if_fail (KEFU_BACKEND_GET_IFACE (self)->revoke_session_async != NULL);

  KEFU_BACKEND_GET_IFACE (self)->revoke_session_async (self, id, cancellable, callback, user_data);
}

gboolean
kefu_backend_revoke_session_finish (KefuBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (KEFU_IS_BACKEND (self), FALSE);

  return KEFU_BACKEND_GET_IFACE (self)->revoke_session_finish (self, result, error);
}

void
kefu_backend_open_stream (KefuBackend *self, const char *cursor)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));

  KEFU_BACKEND_GET_IFACE (self)->open_stream (self, cursor);
}

void
kefu_backend_close_stream (KefuBackend *self)
{
  g_return_if_fail (KEFU_IS_BACKEND (self));

  KEFU_BACKEND_GET_IFACE (self)->close_stream (self);
}
