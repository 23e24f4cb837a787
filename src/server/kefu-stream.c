/* SPDX-License-Identifier: GPL-3.0-or-later
 * One reader of the feed on a WebSocket. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-stream.h"

#include <json-glib/json-glib.h>

#include "kefu-counting-stream.h"
#include "kefu-id.h"
#include "kefu-json.h"

#define INCOMING_MAX (8 * 1024 * 1024)
#define EPH_MAX 4096
#define EPH_PER_WINDOW 50
#define EPH_WINDOW_MS 10000
#define PING_S 20
#define TICK_MS 5000
#define DEAD_MS 45000
#define LOW_WATER (KEFU_STREAM_QUEUE_MAX / 4)

/* The far side may be slow, silent or talkative. What waits for a slow one is bounded by its queue, a silent one is given up, and
 * of a talkative one only so much is passed on. */
struct _KefuStream
{
  GObject parent_instance;

  SoupWebsocketConnection *connection;
  KefuCountingStream *counter;
  KefuClock *clock;
  char *agent_id;
  char *token;

  gint64 position;
  guint64 given;    /* payload bytes handed to libsoup */
  guint drained_id; /* idle */

  guint tick_id;
  guint n_ticks;
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
  gint64 now = kefu_clock_now (self->clock);
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
  self->heard_at = kefu_clock_now (self->clock);
}

static void
closed_cb (KefuStream *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  kefu_clock_clear_timeout (self->clock, &self->tick_id);
  g_signal_emit (self, signals[CLOSED], 0);
}

static gboolean
drained_cb (gpointer user_data)
{
  KefuStream *self = user_data;

  self->drained_id = 0;
  if (kefu_stream_is_drained (self))
    g_signal_emit (self, signals[DRAINED], 0);
  return G_SOURCE_REMOVE;
}

/* Called from inside libsoup's writing: what follows waits until that is over. */
static void
wrote_cb (gpointer user_data)
{
  KefuStream *self = user_data;

  if (self->drained_id == 0 && kefu_stream_is_drained (self))
    self->drained_id = g_idle_add (drained_cb, self);
}

static void start_tick (KefuStream *self);

static void
tick_cb (gpointer user_data)
{
  g_autoptr (KefuStream) self = g_object_ref (user_data);

  self->tick_id = 0;
  if (kefu_clock_now (self->clock) - self->heard_at >= DEAD_MS)
    {
      kefu_stream_close (self, KEFU_STREAM_CLOSE_SILENT, "No sign of life");
      return;
    }
  /* libsoup pings by itself, but shows a desk nothing of it: this one is for the far side's own watch. */
  if (++self->n_ticks % (PING_S * 1000 / TICK_MS) == 0)
    kefu_stream_send (self, "{\"t\":\"eph\",\"kind\":\"ping\"}");
  if (kefu_stream_is_open (self))
    start_tick (self);
}

static void
start_tick (KefuStream *self)
{
  self->tick_id = kefu_clock_add_timeout (self->clock, TICK_MS, tick_cb, self, NULL);
}

static void
kefu_stream_dispose (GObject *object)
{
  KefuStream *self = KEFU_STREAM (object);

  if (self->counter != NULL)
    kefu_counting_stream_forget (self->counter);
  if (self->clock != NULL)
    kefu_clock_clear_timeout (self->clock, &self->tick_id);
  g_clear_handle_id (&self->drained_id, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->counter);
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
  g_autoptr (GIOStream) stream = kefu_counting_stream_new (base, G_CALLBACK (wrote_cb), self);

  self->clock = g_object_ref (clock);
  self->agent_id = g_strdup (agent_id);
  self->token = g_strdup (token);
  self->position = position;
  self->heard_at = kefu_clock_now (clock);
  self->counter = g_object_ref (KEFU_COUNTING_STREAM (stream));
  self->connection = soup_websocket_connection_new (stream, uri, SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, INCOMING_MAX);
  soup_websocket_connection_set_keepalive_interval (self->connection, PING_S);
  g_signal_connect_swapped (self->connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (self->connection, "pong", G_CALLBACK (pong_cb), self);
  g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (closed_cb), self);
  start_tick (self);
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
  guint64 written = kefu_counting_stream_get_written (self->counter);

  return self->given > written ? (gsize) (self->given - written) : 0;
}

gboolean
kefu_stream_is_drained (KefuStream *self)
{
  return kefu_stream_get_queued (self) < LOW_WATER;
}

gboolean
kefu_stream_is_open (KefuStream *self)
{
  return !self->closed && soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

void
kefu_stream_send (KefuStream *self, const char *text)
{
  if (!kefu_stream_is_open (self))
    return;
  if (kefu_stream_get_queued (self) > KEFU_STREAM_QUEUE_MAX)
    {
      g_debug ("A reader is %" G_GSIZE_FORMAT " bytes behind and is closed", kefu_stream_get_queued (self));
      kefu_stream_close (self, KEFU_STREAM_CLOSE_SLOW, "Too slow; resume");
      return;
    }
  self->given += strlen (text);
  soup_websocket_connection_send_text (self->connection, text);
}

void
kefu_stream_close (KefuStream *self, gushort code, const char *reason)
{
  if (kefu_stream_is_open (self))
    soup_websocket_connection_close (self->connection, code, reason);
}
