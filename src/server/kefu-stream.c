/* SPDX-License-Identifier: GPL-3.0-or-later
 * One reader of the feed on a WebSocket. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-stream.h"

#include <json-glib/json-glib.h>

#include "kefu-frame-stream.h"
#include "kefu-id.h"
#include "kefu-json.h"

/* What a desk has to say is short; a frame of more than this closes its stream. */
#define INCOMING_MAX (64 * 1024)
#define EPH_MAX 4096
#define EPH_PER_WINDOW 50
#define EPH_WINDOW_MS 10000
#define PING_MS 20000
#define DEAD_MS 45000
/* How long a slow reader may take for the frame it is in, before it hears why it is closed. */
#define SHED_MS 30000
#define LOW_WATER (KEFU_STREAM_QUEUE_MAX / 4)

/* The far side may be slow, silent or talkative. What waits for a slow one is bounded by its queue, a silent one is given up, and
 * of a talkative one only so much is passed on. */
struct _KefuStream
{
  GObject parent_instance;

  SoupWebsocketConnection *connection;
  KefuFrameStream *frames;
  KefuClock *clock;
  char *agent_id;
  char *token;

  gint64 position;
  guint left_id;  /* idle */
  gint64 shed_at; /* 0: not; like the others of the clock's ticks */

  gint64 pinged_at;
  gint64 heard_at;
  gint64 eph_since;
  guint n_eph;
  gboolean closed;
};

enum
{
  DRAINED,
  EPH,
  CLOSED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuStream, kefu_stream, G_TYPE_OBJECT)

static const char *const eph_kinds[] = { "typing", "looking", "presence", NULL };

/* (transfer full) (nullable): what the others may be told, NULL if it is nothing they know. */
static char *
check_eph (KefuStream *self, const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_autoptr (JsonObject) out = NULL;
  g_autoptr (JsonNode) out_node = NULL;
  JsonObject *object;
  const char *kind;
  const char *conversation_id;
  const char *state;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  kind = kefu_json_text (object, "kind");
  conversation_id = kefu_json_text (object, "conversation_id");
  state = kefu_json_text (object, "state");
  if (g_strcmp0 (kefu_json_text (object, "t"), "eph") != 0 || kind == NULL || !g_strv_contains (eph_kinds, kind) ||
      (conversation_id != NULL && !kefu_id_is_valid (conversation_id)) || (state != NULL && strlen (state) > 32))
    return NULL;
  /* Built anew: nothing goes to others that was not looked at. */
  out = json_object_new ();
  json_object_set_string_member (out, "t", "eph");
  json_object_set_string_member (out, "kind", kind);
  json_object_set_string_member (out, "agent_id", self->agent_id);
  if (conversation_id != NULL)
    json_object_set_string_member (out, "conversation_id", conversation_id);
  if (state != NULL)
    json_object_set_string_member (out, "state", state);
  json_object_set_boolean_member (out, "on", json_object_get_boolean_member_with_default (object, "on", TRUE));
  out_node = json_node_init_object (json_node_alloc (), out);
  return kefu_json_to_text (out_node);
}

static void
message_cb (KefuStream *self, int type, GBytes *message)
{
  gint64 now = kefu_clock_ticks (self->clock);
  gsize size = g_bytes_get_size (message);
  g_autofree char *text = NULL;
  g_autofree char *eph = NULL;

  self->heard_at = now;
  if (type != SOUP_WEBSOCKET_DATA_TEXT || size > EPH_MAX)
    return;
  if (now - self->eph_since >= EPH_WINDOW_MS)
    {
      self->eph_since = now;
      self->n_eph = 0;
    }
  if (self->n_eph++ >= EPH_PER_WINDOW)
    return;
  text = g_strndup (g_bytes_get_data (message, NULL), size);
  eph = check_eph (self, text);
  if (eph != NULL)
    g_signal_emit (self, signals[EPH], 0, eph);
}

static void
pong_cb (KefuStream *self)
{
  self->heard_at = kefu_clock_ticks (self->clock);
}

static void
closed_cb (KefuStream *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
say_goodbye (KefuStream *self, gushort code, const char *reason)
{
  kefu_frame_stream_drop (self->frames);
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, code, reason);
}

static gboolean
left_cb (gpointer user_data)
{
  g_autoptr (KefuStream) self = g_object_ref (user_data);

  self->left_id = 0;
  if (self->shed_at != 0)
    {
      /* libsoup waits five seconds for the other side after this, so it comes only when the socket has room for it. */
      if (kefu_frame_stream_get_queued (self->frames) == 0)
        say_goodbye (self, KEFU_STREAM_CLOSE_SLOW, "Too slow; resume");
    }
  else if (kefu_stream_is_drained (self))
    g_signal_emit (self, signals[DRAINED], 0);
  return G_SOURCE_REMOVE;
}

/* Called from inside a write: what follows waits until that is over. */
static void
frames_left_cb (gpointer user_data)
{
  KefuStream *self = user_data;

  if (self->left_id == 0 && (self->shed_at != 0 || kefu_stream_is_drained (self)))
    self->left_id = g_idle_add (left_cb, self);
}

static void
shed (KefuStream *self)
{
  g_debug ("A reader is %" G_GSIZE_FORMAT " bytes behind and is closed", kefu_stream_get_queued (self));
  self->shed_at = kefu_clock_ticks (self->clock);
  kefu_frame_stream_drop (self->frames);
  frames_left_cb (self);
}

static void
kefu_stream_dispose (GObject *object)
{
  KefuStream *self = KEFU_STREAM (object);

  if (self->frames != NULL)
    kefu_frame_stream_forget (self->frames);
  g_clear_handle_id (&self->left_id, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->frames);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (kefu_stream_parent_class)->dispose (object);
}

static void
kefu_stream_finalize (GObject *object)
{
  KefuStream *self = KEFU_STREAM (object);

  g_free (self->agent_id);
  g_free (self->token);

  G_OBJECT_CLASS (kefu_stream_parent_class)->finalize (object);
}

static void
kefu_stream_class_init (KefuStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_stream_dispose;
  object_class->finalize = kefu_stream_finalize;

  signals[DRAINED] =
    g_signal_new ("drained", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EPH] = g_signal_new ("eph", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                               G_TYPE_STRING);
  signals[CLOSED] =
    g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_stream_init (KefuStream *self)
{
}

KefuStream *
kefu_stream_new (SoupServerMessage *message, KefuClock *clock, const char *agent_id, const char *token, gint64 position)
{
  KefuStream *self = g_object_new (KEFU_TYPE_STREAM, NULL);
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (GIOStream) base = soup_server_message_steal_connection (message);

  self->clock = g_object_ref (clock);
  self->agent_id = g_strdup (agent_id);
  self->token = g_strdup (token);
  self->position = position;
  self->heard_at = kefu_clock_ticks (clock);
  self->pinged_at = self->heard_at;
  self->frames = kefu_frame_stream_new (base, frames_left_cb, self);
  self->connection =
    soup_websocket_connection_new (G_IO_STREAM (self->frames), uri, SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, INCOMING_MAX);
  g_signal_connect_swapped (self->connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (self->connection, "pong", G_CALLBACK (pong_cb), self);
  g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (closed_cb), self);
  return self;
}

const char *
kefu_stream_get_agent_id (KefuStream *self)
{
  return self->agent_id;
}

const char *
kefu_stream_get_token (KefuStream *self)
{
  return self->token;
}

gint64
kefu_stream_get_position (KefuStream *self)
{
  return self->position;
}

void
kefu_stream_set_position (KefuStream *self, gint64 position)
{
  self->position = position;
}

gsize
kefu_stream_get_queued (KefuStream *self)
{
  return kefu_frame_stream_get_queued (self->frames);
}

gboolean
kefu_stream_is_drained (KefuStream *self)
{
  return kefu_stream_get_queued (self) < LOW_WATER;
}

gboolean
kefu_stream_is_open (KefuStream *self)
{
  return !self->closed && self->shed_at == 0 &&
         soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

void
kefu_stream_send (KefuStream *self, GBytes *frame)
{
  if (!kefu_stream_is_open (self))
    return;
  if (kefu_stream_get_queued (self) > KEFU_STREAM_QUEUE_MAX)
    shed (self);
  else
    kefu_frame_stream_push (self->frames, frame);
}

void
kefu_stream_tick (KefuStream *self)
{
  gint64 now = kefu_clock_ticks (self->clock);

  if (self->shed_at != 0 && now - self->shed_at >= SHED_MS)
    say_goodbye (self, KEFU_STREAM_CLOSE_SLOW, "Too slow; resume");
  else if (now - self->heard_at >= DEAD_MS)
    kefu_stream_close (self, KEFU_STREAM_CLOSE_SILENT, "No sign of life");
  else if (now - self->pinged_at >= PING_MS)
    {
      g_autoptr (GBytes) ping = kefu_frame_new_ping ();
      /* libsoup shows a desk nothing of a ping. An empty batch is for the far side's own watch, and says where the feed stands: a desk
       * that lost the last frame before a silence finds it out now. */
      g_autofree char *beat =
        g_strdup_printf ("{\"t\":\"changes\",\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"changes\":[]}",
                         self->position, self->position);
      g_autoptr (GBytes) text = kefu_frame_new_text (beat, strlen (beat));

      self->pinged_at = now;
      kefu_stream_send (self, ping);
      kefu_stream_send (self, text);
    }
}

void
kefu_stream_close (KefuStream *self, gushort code, const char *reason)
{
  if (!self->closed)
    say_goodbye (self, code, reason);
}
