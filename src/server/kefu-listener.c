/* SPDX-License-Identifier: GPL-3.0-or-later
 * A socket that takes connections in, with TLS or without. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* So many at a time; between them the others have their turn. */
#define AT_ONCE 64
/* When there is no file left for another one. */
#define PAUSE_MS 500

struct _KefuListener
{
  GObject parent_instance;

  GSocket *socket;
  GTlsCertificate *certificate; /* (nullable) */
  GSource *source;
  guint pause_id;
};

/* A TLS handshake. */
typedef struct
{
  KefuListener *listener;
  GSocket *socket;
} Handshake;

enum
{
  ACCEPTED,
  READY,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuListener, kefu_listener, G_TYPE_OBJECT)

static void
handshake_free (Handshake *handshake)
{
  g_object_unref (handshake->listener);
  g_object_unref (handshake->socket);
  g_free (handshake);
}

static void
shaken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Handshake *handshake = user_data;
  g_autoptr (GError) error = NULL;

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error))
    g_signal_emit (handshake->listener, signals[READY], 0, handshake->socket, source);
  else
    g_debug ("No TLS: %s", error->message);
  handshake_free (handshake);
}

static void
shake_hands (KefuListener *self, GSocket *socket, GIOStream *stream)
{
  static const char *const protocols[] = { "http/1.1", "http/1.0", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (stream, self->certificate, &error);
  Handshake *handshake;

  if (tls == NULL)
    {
      g_warning ("No TLS: %s", error->message);
      return;
    }
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (tls), FALSE);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  handshake = g_new0 (Handshake, 1);
  handshake->listener = g_object_ref (self);
  handshake->socket = g_object_ref (socket);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, shaken_cb, handshake);
}

static void
take_in (KefuListener *self, GSocket *socket)
{
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);

  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_UNIX)
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_signal_emit (self, signals[ACCEPTED], 0, socket);
  if (self->certificate != NULL)
    shake_hands (self, socket, G_IO_STREAM (connection));
  else
    g_signal_emit (self, signals[READY], 0, socket, connection);
}

static void start (KefuListener *self);

static void
pause_over_cb (gpointer user_data)
{
  KefuListener *self = user_data;

  self->pause_id = 0;
  start (self);
}

static gboolean
acceptable_cb (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  g_autoptr (KefuListener) self = g_object_ref (user_data);

  for (guint i = 0; i < AT_ONCE && self->source != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, &error);

      if (socket != NULL)
        take_in (self, socket);
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      else
        {
          g_warning ("A connection cannot be accepted: %s", error->message);
          g_clear_pointer (&self->source, g_source_unref);
          self->pause_id = g_timeout_add_once (PAUSE_MS, pause_over_cb, self);
          return G_SOURCE_REMOVE;
        }
    }
  return G_SOURCE_CONTINUE;
}

static void
start (KefuListener *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (acceptable_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
kefu_listener_dispose (GObject *object)
{
  KefuListener *self = KEFU_LISTENER (object);

  kefu_listener_stop (self);
  g_clear_object (&self->certificate);

  G_OBJECT_CLASS (kefu_listener_parent_class)->dispose (object);
}

static void
kefu_listener_class_init (KefuListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_listener_dispose;

  signals[ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_SOCKET);
  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_SOCKET, G_TYPE_IO_STREAM);
}

static void
kefu_listener_init (KefuListener *self)
{
}

KefuListener *
kefu_listener_new (GSocket *socket, GTlsCertificate *certificate)
{
  KefuListener *self = g_object_new (KEFU_TYPE_LISTENER, NULL);

  self->socket = g_object_ref (socket);
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  g_socket_set_blocking (socket, FALSE);
  start (self);
  return self;
}

void
kefu_listener_stop (KefuListener *self)
{
  g_clear_handle_id (&self->pause_id, g_source_remove);
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
}
