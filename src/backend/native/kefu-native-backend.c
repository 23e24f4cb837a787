/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server as a backend: protocol.md over libsoup. */
#define G_LOG_DOMAIN "kefu-backend"
#include "config.h"

#include "kefu-native-backend.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "kefu-native-address.h"
#include "kefu-native-errors.h"
#include "kefu-native-http.h"
#include "kefu-native-stream.h"
#include "kefu-native-transfer.h"
#include "kefu-native-trust.h"

/* Silence on a call's socket; a WebSocket has its own heartbeat. */
#define IO_TIMEOUT_S 30
#define IDLE_TIMEOUT_S 60

/* One server, one sign-in: a SoupSession of its own, so that a Unix socket and its connections belong to nobody else. It says what
 * happened and never tries again: that is the sync engine's. */
struct _KefuNativeBackend
{
  GObject parent_instance;

  KefuNativeAddress *address;
  SoupSession *session;
  KefuClock *clock;
  KefuNativeStream *stream;
  KefuNativeTrust *trust; /* (nullable): without TLS */
  char *token;
};

static void kefu_native_backend_iface_init (KefuBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuNativeBackend,
                               kefu_native_backend,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_BACKEND, kefu_native_backend_iface_init))

/* (transfer full): @path under /v1, escaped where it needs it. */
static SoupMessage *
message_new (KefuNativeBackend *self, const char *method, const char *path)
{
  g_autofree char *uri = g_strconcat (self->address->base, "/v1", path, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  /* A kefu-server never sends elsewhere; what does would get the token. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  /* On a kept connection that has died libsoup sends again by itself what may be repeated; version 3.2 may then end the call twice and read
   * from NULL. */
  if (!g_str_equal (method, SOUP_METHOD_POST))
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (self->token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);

      soup_message_headers_replace (headers, "Authorization", bearer);
    }
  return message;
}

static void
send (KefuNativeBackend *self, SoupMessage *message, KefuNativeExpect expect, GTask *task)
{
  kefu_native_http_send (self->session, message, self->clock, self->address->shown, expect, task);
}

/* --- sign-in --- */

static KefuCredentials *
parse_credentials (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize size;
  const char *data = g_bytes_get_data (body, &size);
  JsonObject *object;
  JsonObject *agent;
  const char *token, *id;

  if (data == NULL || !json_parser_load_from_data (parser, data, (gssize) size, NULL) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return NULL;
  object = json_node_get_object (json_parser_get_root (parser));
  if (!json_object_has_member (object, "agent") || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "agent")))
    return NULL;
  agent = json_object_get_object_member (object, "agent");
  token = json_object_get_string_member_with_default (object, "token", NULL);
  id = json_object_get_string_member_with_default (agent, "id", NULL);
  if (token == NULL || *token == '\0' || id == NULL || *id == '\0')
    return NULL;
  return kefu_credentials_new (token, id, json_object_get_string_member_with_default (agent, "name", ""),
                               json_object_get_string_member_with_default (object, "epoch", NULL));
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (KefuCredentials) credentials = NULL;

  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_AUTH))
    {
      g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_AUTH, _ ("Login or password is wrong"));
      return;
    }
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_RATE_LIMITED) && kefu_error_get_retry_after (error) > 0)
    {
      guint seconds = (kefu_error_get_retry_after (error) + 999) / 1000;

      g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_RATE_LIMITED,
                               ngettext ("Too many attempts. Try again in %u second.",
                                         "Too many attempts. Try again in %u seconds.", seconds),
                               seconds);
      return;
    }
  if (body == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  credentials = parse_credentials (body);
  if (credentials == NULL)
    {
      g_task_return_error (task, kefu_native_error_rubbish (self->address->shown));
      return;
    }
  kefu_backend_set_token (KEFU_BACKEND (self), credentials->token);
  g_task_return_pointer (task, g_steal_pointer (&credentials), (GDestroyNotify) kefu_credentials_free);
}

static void
kefu_native_backend_sign_in_async (KefuBackend *backend,
                                   const char *login,
                                   const char *password,
                                   const char *device_id,
                                   const char *device_name,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) call = g_task_new (self, cancellable, signed_in_cb, task);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (SoupMessage) message = message_new (self, SOUP_METHOD_POST, "/session");
  g_autoptr (GBytes) body = NULL;
  char *text;

  g_task_set_source_tag (task, kefu_native_backend_sign_in_async);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "login");
  json_builder_add_string_value (builder, login);
  json_builder_set_member_name (builder, "password");
  json_builder_add_string_value (builder, password);
  json_builder_set_member_name (builder, "device_id");
  json_builder_add_string_value (builder, device_id);
  json_builder_set_member_name (builder, "device_name");
  json_builder_add_string_value (builder, device_name);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  body = g_bytes_new_take (text, strlen (text));

  soup_message_headers_remove (soup_message_get_request_headers (message), "Authorization");
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  send (self, message, KEFU_NATIVE_EXPECT_JSON, call);
}

static KefuCredentials *
kefu_native_backend_sign_in_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
kefu_native_backend_sign_out_async (KefuBackend *backend,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (SoupMessage) message = message_new (self, SOUP_METHOD_DELETE, "/session");

  g_task_set_source_tag (task, kefu_native_backend_sign_out_async);
  kefu_backend_set_token (backend, NULL);
  send (self, message, KEFU_NATIVE_EXPECT_JSON, task);
}

/* --- where the agent is signed in --- */

static void
device_session_free (gpointer data)
{
  kefu_device_session_free (data);
}

/* (transfer full) (nullable): NULL: it is not what it should be. */
static GPtrArray *
parse_sessions (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (device_session_free);
  gsize size;
  const char *data = g_bytes_get_data (body, &size);
  JsonNode *node;
  JsonArray *array;

  if (data == NULL || !json_parser_load_from_data (parser, data, (gssize) size, NULL) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return NULL;
  node = json_object_get_member (json_node_get_object (json_parser_get_root (parser)), "sessions");
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      KefuDeviceSession *session;

      if (object == NULL || json_object_get_string_member_with_default (object, "id", NULL) == NULL)
        return NULL;
      session = g_new0 (KefuDeviceSession, 1);
      session->id = g_strdup (json_object_get_string_member (object, "id"));
      session->device_name = g_strdup (json_object_get_string_member_with_default (object, "device_name", ""));
      session->created_at = json_object_get_int_member_with_default (object, "created_at", 0);
      session->last_seen = json_object_get_int_member_with_default (object, "last_seen", 0);
      session->current = json_object_get_boolean_member_with_default (object, "current", FALSE);
      g_ptr_array_add (list, session);
    }
  return g_steal_pointer (&list);
}

static void
sessions_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = g_task_propagate_pointer (G_TASK (result), &error);
  GPtrArray *list = body != NULL ? parse_sessions (body) : NULL;

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task,
                         error != NULL ? g_steal_pointer (&error) : kefu_native_error_rubbish (self->address->shown));
}

static void
kefu_native_backend_list_sessions_async (KefuBackend *backend,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) call = g_task_new (self, cancellable, sessions_listed_cb, task);
  g_autoptr (SoupMessage) message = message_new (self, SOUP_METHOD_GET, "/sessions");

  g_task_set_source_tag (task, kefu_native_backend_list_sessions_async);
  send (self, message, KEFU_NATIVE_EXPECT_JSON, call);
}

static GPtrArray *
kefu_native_backend_list_sessions_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
kefu_native_backend_revoke_session_async (KefuBackend *backend,
                                          const char *id,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *escaped = id != NULL ? g_uri_escape_string (id, NULL, FALSE) : NULL;
  g_autofree char *path = escaped != NULL ? g_strconcat ("/sessions/", escaped, NULL) : g_strdup ("/sessions");
  g_autoptr (SoupMessage) message = message_new (self, SOUP_METHOD_DELETE, path);

  g_task_set_source_tag (task, kefu_native_backend_revoke_session_async);
  send (self, message, KEFU_NATIVE_EXPECT_JSON, task);
}

static gboolean
kefu_native_backend_revoke_session_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  g_autoptr (GBytes) body = NULL;

  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);

  body = g_task_propagate_pointer (G_TASK (result), error);
  return body != NULL;
}

/* --- the feed, operations, blobs --- */

static void
kefu_native_backend_sync_async (KefuBackend *backend,
                                const char *cursor,
                                guint limit,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *escaped = cursor != NULL ? g_uri_escape_string (cursor, NULL, FALSE) : NULL;
  g_autofree char *path = NULL;
  g_autoptr (SoupMessage) message = NULL;

  g_task_set_source_tag (task, kefu_native_backend_sync_async);
  path = escaped != NULL ? g_strdup_printf ("/sync?cursor=%s&limit=%u", escaped, limit)
                         : g_strdup_printf ("/sync?limit=%u", limit);
  message = message_new (self, SOUP_METHOD_GET, path);
  send (self, message, KEFU_NATIVE_EXPECT_JSON, task);
}

static void
kefu_native_backend_ops_async (KefuBackend *backend,
                               GBytes *ops,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (SoupMessage) message = message_new (self, SOUP_METHOD_POST, "/ops");

  g_task_set_source_tag (task, kefu_native_backend_ops_async);
  soup_message_set_request_body_from_bytes (message, "application/json", ops);
  send (self, message, KEFU_NATIVE_EXPECT_JSON, task);
}

static void
kefu_native_backend_fetch_messages_async (KefuBackend *backend,
                                          const char *conversation_id,
                                          const KefuHistoryQuery *query,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *escaped = g_uri_escape_string (conversation_id, NULL, FALSE);
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (SoupMessage) message = NULL;

  g_task_set_source_tag (task, kefu_native_backend_fetch_messages_async);
  g_string_append_printf (path, "/conversations/%s/messages?limit=%u", escaped, query->limit);
  if (query->around != NULL)
    {
      g_autofree char *around = g_uri_escape_string (query->around, NULL, FALSE);

      g_string_append_printf (path, "&around=%s", around);
    }
  else if (query->since > 0)
    g_string_append_printf (path, "&since=%" G_GINT64_FORMAT, query->since);
  else
    g_string_append_printf (path, "&before=%" G_GINT64_FORMAT, query->before);
  message = message_new (self, SOUP_METHOD_GET, path->str);
  send (self, message, KEFU_NATIVE_EXPECT_JSON, task);
}

static GBytes *
kefu_native_backend_bytes_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static SoupMessage *
link_message_new (gpointer backend, const char *method, const char *path)
{
  return message_new (KEFU_NATIVE_BACKEND (backend), method, path);
}

static KefuNativeLink
link_of (KefuNativeBackend *self)
{
  return (KefuNativeLink){
    .backend = self,
    .session = self->session,
    .clock = self->clock,
    .where = self->address->shown,
    .message_new = link_message_new,
  };
}

static void
kefu_native_backend_put_blob_async (KefuBackend *backend,
                                    const char *sha256,
                                    GFile *file,
                                    gint64 size,
                                    KefuProgressFunc progress,
                                    gpointer progress_data,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = g_task_new (backend, cancellable, callback, user_data);
  KefuNativeLink link = link_of (KEFU_NATIVE_BACKEND (backend));

  g_task_set_source_tag (task, kefu_native_backend_put_blob_async);
  kefu_native_upload (&link, sha256, file, size, progress, progress_data, task);
}

static void
kefu_native_backend_fetch_blob_async (KefuBackend *backend,
                                      const char *sha256,
                                      GFile *target,
                                      KefuProgressFunc progress,
                                      gpointer progress_data,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  GTask *task = g_task_new (backend, cancellable, callback, user_data);
  KefuNativeLink link = link_of (KEFU_NATIVE_BACKEND (backend));

  g_task_set_source_tag (task, kefu_native_backend_fetch_blob_async);
  kefu_native_download (&link, sha256, target, progress, progress_data, task);
}

static gboolean
kefu_native_backend_transfer_finish (KefuBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the stream --- */

static void
opened_cb (KefuNativeBackend *self)
{
  g_signal_emit_by_name (self, "stream-opened");
}

static void
batch_cb (KefuNativeBackend *self, GBytes *batch)
{
  g_signal_emit_by_name (self, "stream-batch", batch);
}

static void
closed_cb (KefuNativeBackend *self, GError *error)
{
  g_autoptr (KefuNativeStream) old = g_steal_pointer (&self->stream);

  g_signal_emit_by_name (self, "stream-closed", error);
}

static void
kefu_native_backend_close_stream (KefuBackend *backend)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  g_autoptr (KefuNativeStream) old = g_steal_pointer (&self->stream);

  if (old == NULL)
    return;
  g_signal_handlers_disconnect_by_data (old, self);
  kefu_native_stream_close (old);
}

static void
kefu_native_backend_open_stream (KefuBackend *backend, const char *cursor)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  g_autofree char *escaped = g_uri_escape_string (cursor != NULL ? cursor : "", NULL, FALSE);
  g_autofree char *path = g_strconcat ("/stream?cursor=", escaped, NULL);
  g_autoptr (SoupMessage) message = message_new (self, SOUP_METHOD_GET, path);

  kefu_native_backend_close_stream (backend);
  self->stream = kefu_native_stream_new (self->session, message, self->clock, self->address->shown);
  g_signal_connect_object (self->stream, "opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stream, "batch", G_CALLBACK (batch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stream, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);
}

static KefuBackendFlags
kefu_native_backend_get_flags (KefuBackend *backend)
{
  return KEFU_BACKEND_STREAM | KEFU_BACKEND_HISTORY | KEFU_BACKEND_BLOBS | KEFU_BACKEND_SESSIONS;
}

static void
kefu_native_backend_set_token (KefuBackend *backend, const char *token)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (backend);
  char *copy = g_strdup (token);

  g_free (self->token);
  self->token = copy;
}

static void
kefu_native_backend_iface_init (KefuBackendInterface *iface)
{
  iface->get_flags = kefu_native_backend_get_flags;
  iface->set_token = kefu_native_backend_set_token;
  iface->sign_in_async = kefu_native_backend_sign_in_async;
  iface->sign_in_finish = kefu_native_backend_sign_in_finish;
  iface->sign_out_async = kefu_native_backend_sign_out_async;
  iface->sync_async = kefu_native_backend_sync_async;
  iface->ops_async = kefu_native_backend_ops_async;
  iface->put_blob_async = kefu_native_backend_put_blob_async;
  iface->put_blob_finish = kefu_native_backend_transfer_finish;
  iface->fetch_blob_async = kefu_native_backend_fetch_blob_async;
  iface->fetch_blob_finish = kefu_native_backend_transfer_finish;
  iface->fetch_messages_async = kefu_native_backend_fetch_messages_async;
  iface->bytes_finish = kefu_native_backend_bytes_finish;
  iface->list_sessions_async = kefu_native_backend_list_sessions_async;
  iface->list_sessions_finish = kefu_native_backend_list_sessions_finish;
  iface->revoke_session_async = kefu_native_backend_revoke_session_async;
  iface->revoke_session_finish = kefu_native_backend_revoke_session_finish;
  iface->open_stream = kefu_native_backend_open_stream;
  iface->close_stream = kefu_native_backend_close_stream;
}

static void
kefu_native_backend_dispose (GObject *object)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (object);

  kefu_native_backend_close_stream (KEFU_BACKEND (self));
  if (self->session != NULL)
    soup_session_abort (self->session);

  G_OBJECT_CLASS (kefu_native_backend_parent_class)->dispose (object);
}

static void
kefu_native_backend_finalize (GObject *object)
{
  KefuNativeBackend *self = KEFU_NATIVE_BACKEND (object);

  g_clear_object (&self->session);
  g_clear_object (&self->trust);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->address, kefu_native_address_free);
  g_free (self->token);

  G_OBJECT_CLASS (kefu_native_backend_parent_class)->finalize (object);
}

static void
kefu_native_backend_class_init (KefuNativeBackendClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_native_backend_dispose;
  object_class->finalize = kefu_native_backend_finalize;
}

static void
kefu_native_backend_init (KefuNativeBackend *self)
{
}

static SoupSession *
session_new (KefuNativeAddress *address)
{
  SoupSession *session;

  session =
    soup_session_new_with_options ("timeout", IO_TIMEOUT_S, "idle-timeout", IDLE_TIMEOUT_S, "max-conns-per-host", 6,
                                   "user-agent", "Kefu/" KEFU_VERSION, "remote-connectable", address->socket, NULL);
  if (address->is_local)
    soup_session_set_proxy_resolver (session, NULL);
  return session;
}

KefuBackend *
kefu_native_backend_new_with_clock (const char *text, KefuClock *clock, GError **error)
{
  g_autoptr (KefuNativeAddress) address = NULL;
  KefuNativeBackend *self;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (KEFU_IS_CLOCK (clock), NULL);

  address = kefu_native_address_parse (text, error);
  if (address == NULL)
    return NULL;
  self = g_object_new (KEFU_TYPE_NATIVE_BACKEND, NULL);
  self->session = session_new (address);
  if (address->server != NULL)
    {
      self->trust = kefu_native_trust_new (address->server);
      soup_session_set_tls_database (self->session, G_TLS_DATABASE (self->trust));
    }
  self->address = g_steal_pointer (&address);
  self->clock = g_object_ref (clock);
  return KEFU_BACKEND (self);
}

KefuBackend *
kefu_native_backend_new (const char *address, GError **error)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();

  return kefu_native_backend_new_with_clock (address, clock, error);
}

const char *
kefu_native_backend_get_server (KefuNativeBackend *self)
{
  g_return_val_if_fail (KEFU_IS_NATIVE_BACKEND (self), NULL);

  return self->address->server;
}

void
kefu_native_backend_set_known (KefuNativeBackend *self, const char *known)
{
  g_return_if_fail (KEFU_IS_NATIVE_BACKEND (self));

  if (self->trust != NULL)
    kefu_native_trust_set_known (self->trust, known);
}

KefuCertificate *
kefu_native_backend_dup_refused (KefuNativeBackend *self)
{
  g_return_val_if_fail (KEFU_IS_NATIVE_BACKEND (self), NULL);

  return self->trust != NULL ? kefu_native_trust_dup_refused (self->trust) : NULL;
}
