/* SPDX-License-Identifier: GPL-3.0-or-later
 * A backend that does as the test tells it. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"

struct _KefuPuppetBackend
{
  GObject parent_instance;

  int failure;
  KefuAuthReason reason;
  GPtrArray *signed_in; /* (nullable): names of computers, the first is this one */
  char *cursor;
  gboolean holds;
  GTask *held; /* (nullable): the question that waits for its answer */
  char *held_seq;
};

static void backend_iface_init (KefuBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuPuppetBackend,
                               kefu_puppet_backend,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_BACKEND, backend_iface_init))

static gboolean
fail (KefuPuppetBackend *self, GTask *task)
{
  GError *error;

  if (self->failure < 0)
    return FALSE;
  error = g_error_new_literal (KEFU_ERROR, self->failure, "Told to fail");
  kefu_error_set_auth_reason (error, self->reason);
  g_task_return_error (task, error);
  return TRUE;
}

static KefuBackendFlags
get_flags (KefuBackend *backend)
{
  return KEFU_BACKEND_STREAM | (KEFU_PUPPET_BACKEND (backend)->signed_in != NULL ? KEFU_BACKEND_SESSIONS : 0);
}

static void
set_token (KefuBackend *backend, const char *token)
{
}

static void
sign_in_async (KefuBackend *backend,
               const char *login,
               const char *password,
               const char *device_id,
               const char *device_name,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);

  if (!fail (KEFU_PUPPET_BACKEND (backend), task))
    g_task_return_pointer (task, kefu_credentials_new ("token", "agent-lin", "林小满", "epoch"),
                           (GDestroyNotify) kefu_credentials_free);
}

static KefuCredentials *
sign_in_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
sign_out_async (KefuBackend *backend, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);

  g_task_return_pointer (task, NULL, NULL);
}

static void
answer (GTask *task, const char *seq)
{
  g_autofree char *json =
    g_strdup_printf ("{\"changes\":[],\"from\":%s,\"to\":%s,\"more\":false,\"epoch\":\"epoch\"}", seq, seq);

  g_task_return_pointer (task, g_bytes_new (json, strlen (json)), (GDestroyNotify) g_bytes_unref);
}

/* Nothing new after the cursor. */
static void
sync_async (KefuBackend *backend,
            const char *cursor,
            guint limit,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  KefuPuppetBackend *self = KEFU_PUPPET_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);
  const char *dot = cursor ? strrchr (cursor, '.') : NULL;
  const char *seq = dot ? dot + 1 : "0";

  if (fail (self, task))
    return;
  if (!self->holds)
    {
      answer (task, seq);
      return;
    }
  self->held = g_steal_pointer (&task);
  g_free (self->held_seq);
  self->held_seq = g_strdup (seq);
}

/* What is sent stays on its way: the answer never comes. */
static void
ops_async (KefuBackend *backend,
           GBytes *ops,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);

  if (!fail (KEFU_PUPPET_BACKEND (backend), task))
    g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_NETWORK, "Told to be away");
}

static GBytes *
bytes_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
opened_cb (gpointer user_data)
{
  g_signal_emit_by_name (user_data, "stream-opened");
  g_object_unref (user_data);
}

static void
open_stream (KefuBackend *backend, const char *cursor)
{
  g_idle_add_once (opened_cb, g_object_ref (backend));
}

static void
close_stream (KefuBackend *backend)
{
}

static void
device_free (gpointer data)
{
  kefu_device_session_free (data);
}

static void
list_sessions_async (KefuBackend *backend, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  KefuPuppetBackend *self = KEFU_PUPPET_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (device_free);

  for (guint i = 0; i < self->signed_in->len; i++)
    {
      KefuDeviceSession *session = g_new0 (KefuDeviceSession, 1);

      session->id = g_strdup (self->signed_in->pdata[i]);
      session->device_name = g_strdup (self->signed_in->pdata[i]);
      session->last_seen = KEFU_FIXTURE_NOW - (gint64) i * 20 * 3600 * 1000;
      session->current = i == 0;
      g_ptr_array_add (list, session);
    }
  if (!fail (self, task))
    g_task_return_pointer (task, g_steal_pointer (&list), (GDestroyNotify) g_ptr_array_unref);
}

static GPtrArray *
list_sessions_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
revoke_session_async (KefuBackend *backend,
                      const char *id,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  KefuPuppetBackend *self = KEFU_PUPPET_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (backend, cancellable, callback, user_data);

  if (fail (self, task))
    return;
  for (guint i = self->signed_in->len; i-- > 1;)
    if (id == NULL || g_str_equal (self->signed_in->pdata[i], id))
      g_ptr_array_remove_index (self->signed_in, i);
  g_task_return_boolean (task, TRUE);
}

static gboolean
revoke_session_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
backend_iface_init (KefuBackendInterface *iface)
{
  iface->list_sessions_async = list_sessions_async;
  iface->list_sessions_finish = list_sessions_finish;
  iface->revoke_session_async = revoke_session_async;
  iface->revoke_session_finish = revoke_session_finish;
  iface->get_flags = get_flags;
  iface->set_token = set_token;
  iface->sign_in_async = sign_in_async;
  iface->sign_in_finish = sign_in_finish;
  iface->sign_out_async = sign_out_async;
  iface->sync_async = sync_async;
  iface->ops_async = ops_async;
  iface->bytes_finish = bytes_finish;
  iface->open_stream = open_stream;
  iface->close_stream = close_stream;
}

static void
kefu_puppet_backend_finalize (GObject *object)
{
  g_clear_pointer (&KEFU_PUPPET_BACKEND (object)->signed_in, g_ptr_array_unref);
  g_clear_object (&KEFU_PUPPET_BACKEND (object)->held);
  g_free (KEFU_PUPPET_BACKEND (object)->held_seq);
  G_OBJECT_CLASS (kefu_puppet_backend_parent_class)->finalize (object);
}

static void
kefu_puppet_backend_class_init (KefuPuppetBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_puppet_backend_finalize;
}

static void
kefu_puppet_backend_init (KefuPuppetBackend *self)
{
  self->failure = -1;
}

void
kefu_puppet_backend_set_failure (KefuPuppetBackend *self, int code)
{
  self->failure = code;
}

void
kefu_puppet_backend_set_holds (KefuPuppetBackend *self, gboolean holds)
{
  g_autoptr (GTask) task = holds ? NULL : g_steal_pointer (&self->held);

  self->holds = holds;
  if (task != NULL)
    answer (task, self->held_seq);
}

void
kefu_puppet_backend_set_auth_reason (KefuPuppetBackend *self, KefuAuthReason reason)
{
  self->reason = reason;
}

GPtrArray *
kefu_puppet_backend_set_devices (KefuPuppetBackend *self, const char *const *names)
{
  self->signed_in = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (self->signed_in, g_strdup (names[i]));
  return self->signed_in;
}
