/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server as an object: a data folder, its writer and reader, HTTP and streams on a socket. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-server-private.h"

#include <glib/gstdio.h>

#include "kefu-blob-upload.h"
#include "kefu-routes.h"
#include "kefu-tokens.h"

#define SESSION_BODY_MAX (16 * 1024)
#define STOP_GRACE_MS 5000
#define STOP_STEP_MS 20

static void kefu_server_info (gpointer server, KefuRequest *request);
static void kefu_server_session_post (gpointer server, KefuRequest *request);
static void kefu_server_session_ended (gpointer server, KefuRequest *request);

static const KefuRoute routes[] = {
  { "GET", "/v1/info", 0, KEFU_ROUTE_MAIN, .main_func = kefu_server_info },
  { "POST", "/v1/session", SESSION_BODY_MAX, KEFU_ROUTE_MAIN, .main_func = kefu_server_session_post },
  { "DELETE", "/v1/session", 0, KEFU_ROUTE_WRITE, .func = kefu_route_session_delete,
    .done = kefu_server_session_ended },
  { "GET", "/v1/sessions", 0, KEFU_ROUTE_READ, .func = kefu_route_sessions },
  { "DELETE", "/v1/sessions", 0, KEFU_ROUTE_WRITE, .func = kefu_route_sessions_delete,
    .done = kefu_server_session_ended },
  { "DELETE", "/v1/sessions/*", 0, KEFU_ROUTE_WRITE, .func = kefu_route_sessions_delete,
    .done = kefu_server_session_ended },
  { "GET", "/v1/sync", 0, KEFU_ROUTE_READ, .func = kefu_route_sync },
  { "GET", "/v1/stream", 0, KEFU_ROUTE_MAIN, .main_func = kefu_server_stream_open },
  { "POST", "/v1/ops", KEFU_BODY_MAX, KEFU_ROUTE_WRITE, .func = kefu_route_ops },
  { "GET", "/v1/conversations/*/messages", 0, KEFU_ROUTE_READ, .func = kefu_route_history },
  { "GET", "/v1/blobs/*", 0, KEFU_ROUTE_MAIN, .main_func = kefu_server_blob_get },
  { "HEAD", "/v1/blobs/*", 0, KEFU_ROUTE_MAIN, .main_func = kefu_server_blob_get },
  { "PUT", "/v1/blobs/*", KEFU_ATTACHMENT_MAX, KEFU_ROUTE_MAIN, .main_func = kefu_server_blob_put,
    .early = kefu_server_blob_early },
  { "GET", "/v1/channels/*/blobs/*", 0, KEFU_ROUTE_MAIN, .main_func = kefu_server_blob_get },
  { "HEAD", "/v1/channels/*/blobs/*", 0, KEFU_ROUTE_MAIN, .main_func = kefu_server_blob_get },
  { "PUT", "/v1/channels/*/blobs/*", KEFU_ATTACHMENT_MAX, KEFU_ROUTE_MAIN, .main_func = kefu_server_blob_put,
    .early = kefu_server_blob_early },
  { "POST", "/v1/channels/*/inbound", KEFU_BODY_MAX, KEFU_ROUTE_MAIN, .main_func = kefu_server_inbound_post,
    .early = kefu_server_inbound_early },
  { NULL },
};

/* The parts know each other only through this object: storage at the bottom, the hub and the outbound queue as its followers, HTTP
 * in front. They are made in kefu_server_open() and taken down in the opposite order. */
G_DEFINE_FINAL_TYPE (KefuServer, kefu_server, G_TYPE_OBJECT)

/* A write of kefu_server_write_async(). */
typedef struct
{
  KefuServerWriteFunc func;
  gpointer data;
  GDestroyNotify destroy;
  gint64 now;
} Write;

static void
write_free (gpointer data)
{
  Write *write = data;

  if (write->destroy != NULL)
    write->destroy (write->data);
  g_free (write);
}

static void
kefu_server_info (gpointer data, KefuRequest *request)
{
  KefuServer *self = KEFU_SERVER (data);

  kefu_request_answer (
    request, SOUP_STATUS_OK,
    g_strdup_printf ("{\"server\":\"kefu-server\",\"version\":\"%s\",\"protocol\":{\"min\":1,\"max\":1},"
                     "\"features\":[\"stream\",\"history\",\"blobs\"],"
                     "\"limits\":{\"body\":%d,\"blob\":%d,\"ops\":%d,\"sync\":%d,\"history\":%d},"
                     "\"time\":%" G_GINT64_FORMAT "}",
                     KEFU_VERSION, KEFU_BODY_MAX, KEFU_ATTACHMENT_MAX, KEFU_OPS_MAX, KEFU_SYNC_MAX, KEFU_HISTORY_MAX,
                     request->now));
  kefu_router_finish (self->router, request);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuServer) self = user_data;

  kefu_router_finish (self->router, kefu_sign_in_finish (KEFU_SIGN_IN (source), result));
}

static void
kefu_server_session_post (gpointer data, KefuRequest *request)
{
  KefuServer *self = KEFU_SERVER (data);

  kefu_sign_in_async (self->sign_in, request, signed_in_cb, g_object_ref (self));
}

static void
kefu_server_session_ended (gpointer data, KefuRequest *request)
{
  KefuServer *self = KEFU_SERVER (data);

  if (request->status == SOUP_STATUS_OK)
    kefu_token_watch_check (self->tokens);
}

static gboolean
token_days_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  return kefu_tokens_set_days (db, GPOINTER_TO_INT (data), error);
}

static gboolean
write_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Write *job = data;
  g_autoptr (KefuWrite) write = kefu_write_begin (db, job->now, error);

  return write != NULL && job->func (write, job->data, error) && kefu_storage_commit (storage, write, error);
}

static void
write_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (kefu_storage_job_finish (KEFU_STORAGE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
stopped (KefuServer *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stop_task);

  g_ptr_array_foreach (self->listeners, (GFunc) kefu_listener_stop, NULL);
  soup_server_disconnect (self->http);
  kefu_sign_in_stop (self->sign_in);
  kefu_gate_stop (self->gate);
  kefu_worker_stop (self->files);
  kefu_storage_close (self->storage);
  if (self->socket_path != NULL)
    (void) g_unlink (self->socket_path);
  self->stopped = TRUE;
  g_task_return_boolean (task, TRUE);
}

/* What has been asked is still answered, and the streams have said goodbye, before the connections are cut. */
static void
stop_step_cb (gpointer user_data)
{
  KefuServer *self = user_data;

  self->stop_id = 0;
  if (g_get_monotonic_time () < self->stop_until &&
      (kefu_router_get_n_active (self->router) > 0 || kefu_hub_get_n_streams (self->hub) > 0))
    self->stop_id = g_timeout_add_once (STOP_STEP_MS, stop_step_cb, self);
  else
    stopped (self);
}

static void
outbound_stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  stop_step_cb (user_data);
}

static void
kefu_server_dispose (GObject *object)
{
  KefuServer *self = KEFU_SERVER (object);

  g_clear_handle_id (&self->stop_id, g_source_remove);
  if (self->files != NULL)
    kefu_worker_stop (self->files);
  if (self->sign_in != NULL)
    kefu_sign_in_stop (self->sign_in);
  if (self->gate != NULL)
    kefu_gate_stop (self->gate);
  if (self->storage != NULL)
    kefu_storage_close (self->storage);
  g_clear_pointer (&self->listeners, g_ptr_array_unref);
  g_clear_object (&self->router);
  g_clear_object (&self->connections);
  g_clear_object (&self->http);
  g_clear_object (&self->outbound);
  g_clear_object (&self->tokens);
  g_clear_object (&self->hub);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->gate);
  g_clear_object (&self->files);
  g_clear_object (&self->storage);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (kefu_server_parent_class)->dispose (object);
}

static void
kefu_server_finalize (GObject *object)
{
  KefuServer *self = KEFU_SERVER (object);

  g_clear_pointer (&self->uploads, g_hash_table_unref);
  g_free (self->data_dir);
  g_free (self->address);
  g_free (self->fingerprint);
  g_free (self->socket_path);

  G_OBJECT_CLASS (kefu_server_parent_class)->finalize (object);
}

static void
kefu_server_class_init (KefuServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_server_dispose;
  object_class->finalize = kefu_server_finalize;
}

static void
kefu_server_init (KefuServer *self)
{
  self->listeners = g_ptr_array_new_with_free_func (g_object_unref);
  self->token_days = KEFU_TOKEN_DAYS;
}

KefuServer *
kefu_server_new (const char *data_dir, KefuClock *clock)
{
  KefuServer *self = g_object_new (KEFU_TYPE_SERVER, NULL);

  self->data_dir = g_strdup (data_dir);
  self->clock = g_object_ref (clock);
  return self;
}

void
kefu_server_set_token_days (KefuServer *self, int days)
{
  g_return_if_fail (self->storage == NULL && days > 0);

  self->token_days = days;
}

gboolean
kefu_server_open (KefuServer *self, GError **error)
{
  g_autoptr (KefuStorage) storage = kefu_storage_new (self->data_dir, self->clock);

  g_return_val_if_fail (self->storage == NULL, FALSE);

  if (!kefu_storage_open (storage, error))
    return FALSE;
  self->sign_in = kefu_sign_in_new (storage, error);
  if (self->sign_in == NULL)
    return FALSE;
  self->gate = kefu_gate_new (storage, error);
  if (self->gate == NULL)
    return FALSE;
  self->storage = g_steal_pointer (&storage);
  self->hub = kefu_hub_new (self->storage);
  self->tokens = kefu_token_watch_new (self->storage, self->hub);
  /* The first job of the writer: before anybody is let in. */
  kefu_storage_write_async (self->storage, KEFU_WORKER_URGENT, token_days_job, GINT_TO_POINTER (self->token_days), NULL,
                            NULL, NULL);
  self->outbound = kefu_outbound_new (self->storage);
  self->files = kefu_worker_new ("kefu-files");
  self->uploads = g_hash_table_new (g_str_hash, g_str_equal);
  kefu_outbound_start (self->outbound);
  self->http = soup_server_new ("server-header", "kefu-server", NULL);
  self->router = kefu_router_new (self->http, self->storage, routes, self);
  self->connections = kefu_connections_new (self->http, self->clock, error);
  if (self->connections == NULL)
    return FALSE;
  return TRUE;
}

void
kefu_server_stop_async (KefuServer *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  if (self->stopped || self->storage == NULL || self->stop_task != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  self->stop_task = g_steal_pointer (&task);
  self->stop_until = g_get_monotonic_time () + 2 * STOP_GRACE_MS * 1000;
  kefu_router_stop (self->router);
  kefu_hub_close_all (self->hub, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "The server is going down");
  kefu_outbound_stop_async (self->outbound, STOP_GRACE_MS, outbound_stopped_cb, self);
}

gboolean
kefu_server_stop_finish (KefuServer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
kefu_server_get_data_dir (KefuServer *self)
{
  return self->data_dir;
}

KefuClock *
kefu_server_get_clock (KefuServer *self)
{
  return self->clock;
}

const char *
kefu_server_get_fingerprint (KefuServer *self)
{
  return self->fingerprint;
}

const char *
kefu_server_get_address (KefuServer *self)
{
  return self->address;
}

void
kefu_server_write_async (KefuServer *self,
                         KefuServerWriteFunc func,
                         gpointer data,
                         GDestroyNotify destroy,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Write *write = g_new0 (Write, 1);

  write->func = func;
  write->data = data;
  write->destroy = destroy;
  write->now = kefu_clock_now (self->clock);
  /* With the outer task, so that it is freed here and not on the thread. */
  g_task_set_task_data (task, write, write_free);
  kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, write_job, write, NULL, write_cb, task);
}

gboolean
kefu_server_write_finish (KefuServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
kefu_server_set_disk_reserve (KefuServer *self, gint64 bytes)
{
  kefu_blob_store_set_reserve (kefu_storage_get_blobs (self->storage), bytes);
}

char *
kefu_server_put_blob (KefuServer *self, KefuWrite *write, GBytes *bytes, GError **error)
{
  return kefu_blob_store_put (kefu_storage_get_blobs (self->storage), write, bytes, error);
}
