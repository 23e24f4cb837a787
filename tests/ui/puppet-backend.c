/* SPDX-License-Identifier: GPL-3.0-or-later
 * A backend that does as the test tells it. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"

struct _KefuPuppetBackend
{
  GObject parent_instance;

  int failure;
  char *cursor;
};

static void backend_iface_init (KefuBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuPuppetBackend,
                               kefu_puppet_backend,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_BACKEND, backend_iface_init))

static gboolean
fail (KefuPuppetBackend *self, GTask *task)
{
  if (self->failure < 0)
    return FALSE;
  g_task_return_new_error (task, KEFU_ERROR, self->failure, "Told to fail");
  return TRUE;
}

static KefuBackendFlags
get_flags (KefuBackend *backend)
{
  return KEFU_BACKEND_STREAM;
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
  g_autofree char *json = NULL;

  if (fail (self, task))
    return;
  json = g_strdup_printf ("{\"changes\":[],\"from\":%s,\"to\":%s,\"more\":false,\"epoch\":\"epoch\"}", seq, seq);
  g_task_return_pointer (task, g_bytes_new (json, strlen (json)), (GDestroyNotify) g_bytes_unref);
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
backend_iface_init (KefuBackendInterface *iface)
{
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
kefu_puppet_backend_class_init (KefuPuppetBackendClass *klass)
{
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
