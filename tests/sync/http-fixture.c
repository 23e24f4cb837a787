/* SPDX-License-Identifier: GPL-3.0-or-later
 * An HTTP server on loopback that answers as a test says, and a native backend that talks to it. */
#include "config.h"

#include "http-fixture.h"

#include "store-fixture.h"

static void
handle_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Http *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  GUri *uri = soup_server_message_get_uri (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  self->n_calls++;
  g_free (self->method);
  g_free (self->path);
  g_free (self->authorization);
  g_clear_pointer (&self->sent, g_bytes_unref);
  self->method = g_strdup (soup_server_message_get_method (message));
  self->path = g_uri_get_query (uri) != NULL ? g_strconcat (path, "?", g_uri_get_query (uri), NULL) : g_strdup (path);
  self->authorization = g_strdup (soup_message_headers_get_one (headers, "Authorization"));
  self->sent = soup_message_body_flatten (body);

  if (self->status == 0)
    {
      soup_server_message_pause (message);
      return;
    }
  if (self->header != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (self->header, ": ", 2);

      soup_message_headers_replace (soup_server_message_get_response_headers (message), parts[0], parts[1]);
    }
  soup_server_message_set_status (message, self->status, NULL);
  if (self->type != NULL)
    soup_server_message_set_response (message, self->type, SOUP_MEMORY_COPY, self->body, strlen (self->body));
}

static void
socket_cb (SoupServer *server,
           SoupServerMessage *message,
           const char *path,
           SoupWebsocketConnection *socket,
           gpointer user_data)
{
  Http *self = user_data;

  g_set_object (&self->socket, socket);
}

static void
opened_cb (Http *self)
{
  self->n_opened++;
}

static void
batch_cb (Http *self, GBytes *batch)
{
  self->n_batches++;
  g_clear_pointer (&self->batch, g_bytes_unref);
  self->batch = g_bytes_ref (batch);
}

static void
closed_cb (Http *self, GError *error)
{
  self->n_closed++;
  g_clear_error (&self->closed_with);
  self->closed_with = error != NULL ? g_error_copy (error) : NULL;
}

Http *
http_new (GTlsCertificate *tls)
{
  Http *self = g_new0 (Http, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  g_autofree char *uri_text = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  if (tls != NULL)
    soup_server_set_tls_certificate (self->server, tls);
  soup_server_listen_local (self->server, 0,
                            SOUP_SERVER_LISTEN_IPV4_ONLY | (tls != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);
  soup_server_add_handler (self->server, NULL, handle_cb, self, NULL);
  soup_server_add_websocket_handler (self->server, "/v1/stream", NULL, NULL, socket_cb, self, NULL);
  uris = soup_server_get_uris (self->server);
  uri_text = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  self->clock = kefu_fake_clock_new (TEST_NOW);
  self->backend = kefu_native_backend_new_with_clock (uri_text, self->clock, &error);
  g_assert_no_error (error);
  kefu_backend_set_token (self->backend, "secret");
  g_signal_connect_swapped (self->backend, "stream-opened", G_CALLBACK (opened_cb), self);
  g_signal_connect_swapped (self->backend, "stream-batch", G_CALLBACK (batch_cb), self);
  g_signal_connect_swapped (self->backend, "stream-closed", G_CALLBACK (closed_cb), self);
  return self;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
http_free (Http *self)
{
  gpointer watched = self->backend;

  g_signal_handlers_disconnect_by_data (self->backend, self);
  kefu_backend_close_stream (self->backend);
  g_object_add_weak_pointer (G_OBJECT (self->backend), &watched);
  g_clear_object (&self->backend);
  soup_server_disconnect (self->server);
  test_wait_for (is_gone, &watched);
  g_clear_object (&self->socket);
  g_clear_object (&self->server);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->sent, g_bytes_unref);
  g_clear_pointer (&self->batch, g_bytes_unref);
  g_clear_error (&self->closed_with);
  g_free (self->method);
  g_free (self->path);
  g_free (self->authorization);
  g_free (self);
}

void
http_answer (Http *self, guint status, const char *type, const char *body)
{
  self->status = status;
  self->type = type;
  self->body = body;
  self->header = NULL;
}

GBytes *
http_sync (Http *self, const char *cursor, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_backend_sync_async (self->backend, cursor, 500, NULL, test_got_result, &result);
  return kefu_backend_bytes_finish (self->backend, test_wait_result (&result), error);
}

static gboolean
is_decided (gpointer data)
{
  const Http *self = data;

  return self->n_closed > 0 || (self->n_opened > 0 && self->socket != NULL);
}

void
http_open_stream (Http *self)
{
  self->n_opened = 0;
  self->n_closed = 0;
  g_clear_object (&self->socket);
  kefu_backend_open_stream (self->backend, "epoch.7");
  test_wait_for (is_decided, self);
}

static gboolean
is_closed (gpointer data)
{
  return ((const Http *) data)->n_closed > 0;
}

void
http_wait_closed (Http *self)
{
  test_wait_for (is_closed, self);
}

typedef struct
{
  const Http *http;
  guint n;
} BatchWait;

static gboolean
has_batches (gpointer data)
{
  const BatchWait *wait = data;

  return wait->http->n_batches >= wait->n;
}

void
http_wait_batches (Http *self, guint n)
{
  BatchWait wait = { self, n };

  test_wait_for (has_batches, &wait);
}
