/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed over a WebSocket: one connection from open to close. */
#define G_LOG_DOMAIN "kefu-backend"
#include "config.h"

#include "kefu-native-stream.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "kefu-native-errors.h"

/* protocol.md: a ping every 20 s, dead after 45 s of silence. libsoup sends the pings but never misses a pong. */
#define PING_S 20
#define DEAD_MS (45 * 1000)
#define CONNECT_MS (30 * 1000)
/* The timers of a suspended machine stand still, its clock does not: looked at this often, a stream that died meanwhile is found
 * soon after it wakes up. */
#define LOOK_MS (5 * 1000)
#define MAX_PAYLOAD (8u * 1024 * 1024)
/* How far into a frame its type is looked for before it is parsed on the main thread, and how large such a frame may be. */
#define PEEK_SIZE 64
#define MAX_PARSED (64u * 1024)
#define CLOSE_SIGNED_OUT 4001
#define CLOSE_TOO_SLOW 4008

typedef enum
{
  FRAME_RUBBISH,
  FRAME_CHANGES,
  FRAME_OTHER,
} FrameKind;

struct _KefuNativeStream
{
  GObject parent_instance;

  SoupMessage *message;
  SoupWebsocketConnection *socket;
  GCancellable *cancellable; /* of the handshake */
  KefuClock *clock;
  guint watch_id;
  gint64 last_life;
  GError *error; /* what ends the stream */
  char *where;
  gboolean done;
};

enum
{
  SIGNAL_OPENED,
  SIGNAL_BATCH,
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuNativeStream, kefu_native_stream, G_TYPE_OBJECT)

/* Stops listening and watching; what remains is to tell or not to tell. */
static void
detach (KefuNativeStream *self)
{
  self->done = TRUE;
  kefu_clock_clear_timeout (self->clock, &self->watch_id);
  g_cancellable_cancel (self->cancellable);
  if (self->socket != NULL)
    g_signal_handlers_disconnect_by_data (self->socket, self);
}

static void
end (KefuNativeStream *self, GError *error)
{
  g_autoptr (KefuNativeStream) alive = g_object_ref (self);
  g_autoptr (GError) owned = error;

  if (self->done)
    return;
  detach (self);
  if (self->socket != NULL && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, owned);
}

static void
watch_cb (gpointer user_data)
{
  KefuNativeStream *self = user_data;
  gint64 silent = kefu_clock_now (self->clock) - self->last_life;

  self->watch_id = 0;
  if (self->socket == NULL)
    end (self, g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s did not answer in time"), self->where));
  else if (silent >= DEAD_MS || silent < 0)
    end (self, g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s has fallen silent"), self->where));
  else
    self->watch_id =
      kefu_clock_add_timeout (self->clock, (guint) MIN (DEAD_MS - silent, LOOK_MS), watch_cb, self, NULL);
}

static FrameKind
parse_kind (const char *data, gsize size)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  if (!json_parser_load_from_data (parser, data, (gssize) size, NULL))
    return FRAME_RUBBISH;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FRAME_RUBBISH;
  if (g_strcmp0 (json_object_get_string_member_with_default (json_node_get_object (root), "t", ""), "changes") == 0)
    return FRAME_CHANGES;
  return FRAME_OTHER;
}

/* A batch may be megabytes of JSON, which the store's thread parses. Servers write the type first, so a look at the beginning
 * tells; only small frames are parsed here to find it elsewhere. */
static FrameKind
peek_kind (const char *data, gsize size)
{
  g_autofree char *head = g_strndup (data, MIN (size, PEEK_SIZE));
  g_autofree char *dense = g_new0 (char, strlen (head) + 1);
  gsize n = 0;

  for (const char *p = head; *p != '\0'; p++)
    if (!g_ascii_isspace (*p))
      dense[n++] = *p;
  if (g_str_has_prefix (dense, "{\"t\":\"changes\""))
    return FRAME_CHANGES;
  if (size <= MAX_PARSED)
    return parse_kind (data, size);
  return g_str_has_prefix (dense, "{") ? FRAME_CHANGES : FRAME_RUBBISH;
}

static void
message_cb (KefuNativeStream *self, int type, GBytes *payload)
{
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);

  self->last_life = kefu_clock_now (self->clock);
  switch (type == SOUP_WEBSOCKET_DATA_TEXT && data != NULL ? peek_kind (data, size) : FRAME_RUBBISH)
    {
    case FRAME_CHANGES:
      g_signal_emit (self, signals[SIGNAL_BATCH], 0, payload);
      break;
    case FRAME_RUBBISH:
      end (self, kefu_native_error_rubbish (self->where));
      break;
    case FRAME_OTHER:
    default:
      break;
    }
}

static void
pong_cb (KefuNativeStream *self)
{
  self->last_life = kefu_clock_now (self->clock);
}

static void
socket_error_cb (KefuNativeStream *self, GError *error)
{
  if (self->error == NULL)
    self->error = kefu_native_error_from_transport (error, self->where);
}

static void
socket_closed_cb (KefuNativeStream *self)
{
  gushort code = soup_websocket_connection_get_close_code (self->socket);

  g_debug ("Stream closed by %s with code %u", self->where, code);
  if (self->error != NULL)
    end (self, g_steal_pointer (&self->error));
  else if (code == CLOSE_SIGNED_OUT)
    end (self, kefu_native_error_from_token (soup_websocket_connection_get_close_data (self->socket)));
  else if (code == CLOSE_TOO_SLOW)
    end (self, g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s had more to say than could be read at once"),
                            self->where));
  else
    end (self, g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s closed the connection"), self->where));
}

/* A refused handshake: the status says why, its body is not read. */
static GError *
handshake_error (KefuNativeStream *self, const GError *cause)
{
  guint status = soup_message_get_status (self->message);

  if (cause->domain != SOUP_WEBSOCKET_ERROR)
    return kefu_native_error_from_transport (cause, self->where);
  if (status == SOUP_STATUS_NONE || status == SOUP_STATUS_SWITCHING_PROTOCOLS || SOUP_STATUS_IS_SUCCESSFUL (status))
    return kefu_native_error_rubbish (self->where);
  return kefu_native_error_from_status (status, soup_message_get_response_headers (self->message), NULL, self->where);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuNativeStream) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) socket = NULL;

  socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (self->done)
    return;
  if (socket == NULL)
    {
      end (self, handshake_error (self, error));
      return;
    }
  self->socket = g_steal_pointer (&socket);
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, MAX_PAYLOAD);
  soup_websocket_connection_set_keepalive_interval (self->socket, PING_S);
  g_signal_connect_object (self->socket, "message", G_CALLBACK (message_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->socket, "pong", G_CALLBACK (pong_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->socket, "error", G_CALLBACK (socket_error_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->socket, "closed", G_CALLBACK (socket_closed_cb), self, G_CONNECT_SWAPPED);

  self->last_life = kefu_clock_now (self->clock);
  kefu_clock_clear_timeout (self->clock, &self->watch_id);
  self->watch_id = kefu_clock_add_timeout (self->clock, LOOK_MS, watch_cb, self, NULL);
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

static void
kefu_native_stream_dispose (GObject *object)
{
  KefuNativeStream *self = KEFU_NATIVE_STREAM (object);

  detach (self);
  g_clear_object (&self->socket);

  G_OBJECT_CLASS (kefu_native_stream_parent_class)->dispose (object);
}

static void
kefu_native_stream_finalize (GObject *object)
{
  KefuNativeStream *self = KEFU_NATIVE_STREAM (object);

  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->clock);
  g_clear_error (&self->error);
  g_free (self->where);

  G_OBJECT_CLASS (kefu_native_stream_parent_class)->finalize (object);
}

static void
kefu_native_stream_class_init (KefuNativeStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_native_stream_dispose;
  object_class->finalize = kefu_native_stream_finalize;

  signals[SIGNAL_OPENED] =
    g_signal_new ("opened", KEFU_TYPE_NATIVE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BATCH] = g_signal_new ("batch", KEFU_TYPE_NATIVE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", KEFU_TYPE_NATIVE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
kefu_native_stream_init (KefuNativeStream *self)
{
  self->cancellable = g_cancellable_new ();
}

KefuNativeStream *
kefu_native_stream_new (SoupSession *session, SoupMessage *message, KefuClock *clock, const char *where)
{
  KefuNativeStream *self = g_object_new (KEFU_TYPE_NATIVE_STREAM, NULL);

  self->message = g_object_ref (message);
  self->clock = g_object_ref (clock);
  self->where = g_strdup (where);
  self->watch_id = kefu_clock_add_timeout (clock, CONNECT_MS, watch_cb, self, NULL);
  soup_session_websocket_connect_async (session, message, NULL, NULL, G_PRIORITY_DEFAULT, self->cancellable,
                                        connected_cb, g_object_ref (self));
  return self;
}

void
kefu_native_stream_close (KefuNativeStream *self)
{
  g_return_if_fail (KEFU_IS_NATIVE_STREAM (self));

  if (self->done)
    return;
  detach (self);
  if (self->socket != NULL && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}
