/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who is connected, and whether they get on with what they came for. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-connections.h"

#include <sys/resource.h>

#define SWEEP_MS 2000
/* Files that are not connections: databases, blobs, posts to channels. */
#define OTHER_FILES 200

typedef enum
{
  STATE_HEAD,   /* the client owes the head of a request */
  STATE_BODY,   /* … or its body */
  STATE_WORK,   /* we owe the answer */
  STATE_ANSWER, /* it is on its way */
  STATE_IDLE,   /* between two requests */
  STATE_STREAM, /* a WebSocket */
} State;

/* One socket, from its acceptance until it is gone. */
typedef struct
{
  KefuConnections *connections; /* NULL: they are gone */
  GSocket *socket;
  State state;
  gint64 since; /* of the state, or of the step it is in */
  gsize step;   /* bytes of it */
  gboolean ended;
  GList *link; /* in `all` */
} Connection;

struct _KefuConnections
{
  GObject parent_instance;

  KefuClock *clock;
  GQueue all; /* Connection, in the order of their last change of state */
  guint n_live;
  guint max;
  guint sweep_id;
};

G_DEFINE_FINAL_TYPE (KefuConnections, kefu_connections, G_TYPE_OBJECT)

static GQuark
connection_quark (void)
{
  return g_quark_from_static_string ("kefu-connection");
}

static void
connection_free (gpointer data)
{
  Connection *connection = data;

  if (connection->connections != NULL)
    {
      g_queue_delete_link (&connection->connections->all, connection->link);
      connection->connections->n_live -= !connection->ended;
    }
  g_free (connection);
}

static Connection *
find (SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);
  Connection *connection = socket != NULL ? g_object_get_qdata (G_OBJECT (socket), connection_quark ()) : NULL;

  return connection != NULL && connection->connections != NULL ? connection : NULL;
}

static void
enter (Connection *connection, State state)
{
  KefuConnections *self = connection->connections;

  connection->state = state;
  connection->since = kefu_clock_now (self->clock);
  connection->step = 0;
  g_queue_unlink (&self->all, connection->link);
  g_queue_push_tail_link (&self->all, connection->link);
}

/* The rest is libsoup's: it finds the socket at its end. */
static void
end (Connection *connection)
{
  if (connection->ended)
    return;
  connection->ended = TRUE;
  connection->connections->n_live--;
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
}

static void
count_step (Connection *connection, gsize size)
{
  connection->step += size;
  if (connection->step >= KEFU_CONNECTION_STEP_BYTES)
    enter (connection, connection->state);
}

static gint64
patience (State state)
{
  switch (state)
    {
    case STATE_HEAD:
      return KEFU_CONNECTION_HEAD_MS;
    case STATE_BODY:
    case STATE_ANSWER:
      return KEFU_CONNECTION_STEP_MS;
    case STATE_IDLE:
      return KEFU_CONNECTION_IDLE_MS;
    case STATE_WORK:
    case STATE_STREAM:
    default:
      return G_MAXINT64;
    }
}

static void
sweep_cb (gpointer user_data)
{
  KefuConnections *self = user_data;
  gint64 now = kefu_clock_now (self->clock);

  for (GList *l = self->all.head; l != NULL; l = l->next)
    {
      Connection *connection = l->data;

      if (now - connection->since >= patience (connection->state))
        end (connection);
    }
  self->sweep_id = kefu_clock_add_timeout (self->clock, SWEEP_MS, sweep_cb, self, NULL);
}

static void
make_room (KefuConnections *self, Connection *newest)
{
  for (GList *l = self->all.head; l != NULL && self->n_live > self->max; l = l->next)
    {
      Connection *connection = l->data;

      if (connection != newest && (connection->state == STATE_HEAD || connection->state == STATE_IDLE))
        end (connection);
    }
  if (self->n_live > self->max)
    end (newest);
}

static Connection *
take_in (KefuConnections *self, GSocket *socket)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->connections = self;
  connection->socket = socket;
  g_queue_push_tail (&self->all, connection);
  connection->link = self->all.tail;
  self->n_live++;
  g_object_set_qdata_full (G_OBJECT (socket), connection_quark (), connection, connection_free);
  return connection;
}

/* --- what becomes of a request --- */

static void
got_headers_cb (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL)
    enter (connection, STATE_BODY);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk)
{
  Connection *connection = find (message);

  if (connection != NULL)
    count_step (connection, g_bytes_get_size (chunk));
}

static void
got_body_cb (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL)
    enter (connection, STATE_WORK);
}

static void
wrote_headers_cb (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL)
    enter (connection, STATE_ANSWER);
}

static void
wrote_body_data_cb (SoupServerMessage *message, guint size)
{
  Connection *connection = find (message);

  if (connection != NULL)
    count_step (connection, size);
}

static void
wrote_informational_cb (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL)
    enter (connection,
           soup_server_message_get_status (message) == SOUP_STATUS_SWITCHING_PROTOCOLS ? STATE_STREAM : STATE_BODY);
}

static void
finished_cb (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL && connection->state != STATE_STREAM)
    enter (connection, STATE_IDLE);
}

/* Comes at once for the first request of a connection, and with the first byte of each later one. */
static void
started_cb (SoupServer *http, SoupServerMessage *message, gpointer user_data)
{
  KefuConnections *self = user_data;
  GSocket *socket = soup_server_message_get_socket (message);
  Connection *connection = find (message);

  if (socket == NULL)
    return;
  if (connection != NULL)
    enter (connection, STATE_HEAD);
  else
    {
      connection = take_in (self, socket);
      enter (connection, STATE_HEAD);
      make_room (self, connection);
    }
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), NULL);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body_cb), NULL);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_headers_cb), NULL);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_body_data_cb), NULL);
  g_signal_connect (message, "wrote-informational", G_CALLBACK (wrote_informational_cb), NULL);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), NULL);
}

static guint
limit_of_system (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > KEFU_CONNECTIONS_MAX + OTHER_FILES)
    return KEFU_CONNECTIONS_MAX;
  return limit.rlim_cur > 2 * OTHER_FILES ? (guint) limit.rlim_cur - OTHER_FILES : OTHER_FILES;
}

static void
kefu_connections_dispose (GObject *object)
{
  KefuConnections *self = KEFU_CONNECTIONS (object);

  if (self->clock != NULL)
    kefu_clock_clear_timeout (self->clock, &self->sweep_id);
  /* They stay with their sockets, which may live a little longer. */
  for (GList *l = self->all.head; l != NULL; l = l->next)
    ((Connection *) l->data)->connections = NULL;
  g_queue_clear (&self->all);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (kefu_connections_parent_class)->dispose (object);
}

static void
kefu_connections_class_init (KefuConnectionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_connections_dispose;
}

static void
kefu_connections_init (KefuConnections *self)
{
  g_queue_init (&self->all);
  self->max = limit_of_system ();
}

KefuConnections *
kefu_connections_new (SoupServer *http, KefuClock *clock)
{
  KefuConnections *self = g_object_new (KEFU_TYPE_CONNECTIONS, NULL);

  self->clock = g_object_ref (clock);
  self->sweep_id = kefu_clock_add_timeout (clock, SWEEP_MS, sweep_cb, self, NULL);
  g_signal_connect_object (http, "request-started", G_CALLBACK (started_cb), self, 0);
  return self;
}

guint
kefu_connections_get_n (KefuConnections *self)
{
  return self->n_live;
}
