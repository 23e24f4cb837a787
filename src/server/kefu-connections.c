/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who is connected, and whether they get on with what they came for. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-connections.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kefu-error.h"

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

/* One socket, from its acceptance until it is gone: it hangs on the socket's address of the other side, which is the only thing that a
 * message of libsoup's tells about its connection. A message that somebody still works on keeps the address, but not the socket. */
typedef struct
{
  KefuConnections *connections; /* NULL: they are gone */
  GWeakRef socket;              /* which holds the address */
  State state;
  gint64 since;  /* of the state, or of the step it is in */
  gsize step;    /* bytes of it */
  gboolean held; /* nothing is expected */
  gboolean ended;
  GList *link; /* in `all` */
} Connection;

struct _KefuConnections
{
  GObject parent_instance;

  SoupServer *http;
  KefuClock *clock;
  int quiet_fd; /* see listen_to_nobody() */
  GQueue all;   /* Connection, in the order of their last change of state */
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
  g_weak_ref_clear (&connection->socket);
  g_free (connection);
}

static Connection *
of_address (GSocketAddress *address)
{
  Connection *connection = address != NULL ? g_object_get_qdata (G_OBJECT (address), connection_quark ()) : NULL;

  return connection != NULL && connection->connections != NULL ? connection : NULL;
}

static Connection *
find (SoupServerMessage *message)
{
  return of_address (soup_server_message_get_remote_address (message));
}

static void
enter (Connection *connection, State state)
{
  KefuConnections *self = connection->connections;

  connection->state = state;
  connection->since = kefu_clock_ticks (self->clock);
  connection->step = 0;
  g_queue_unlink (&self->all, connection->link);
  g_queue_push_tail_link (&self->all, connection->link);
}

static void
mark_ended (Connection *connection)
{
  if (connection->ended)
    return;
  connection->ended = TRUE;
  connection->connections->n_live--;
}

/* The rest is libsoup's: it finds the socket at its end. */
static void
end (Connection *connection)
{
  g_autoptr (GSocket) socket = NULL;

  if (connection->ended)
    return;
  mark_ended (connection);
  socket = g_weak_ref_get (&connection->socket);
  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
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
  gint64 now = kefu_clock_ticks (self->clock);

  for (GList *l = self->all.head; l != NULL; l = l->next)
    {
      Connection *connection = l->data;

      if (!connection->held && now - connection->since >= patience (connection->state))
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

static void
accepted_cb (KefuConnections *self, GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_remote_address (socket, NULL);
  Connection *connection;

  /* Gone already. */
  if (address == NULL)
    return;
  connection = g_new0 (Connection, 1);
  connection->connections = self;
  g_weak_ref_init (&connection->socket, socket);
  g_queue_push_tail (&self->all, connection);
  connection->link = self->all.tail;
  self->n_live++;
  enter (connection, STATE_HEAD);
  g_object_set_qdata_full (G_OBJECT (address), connection_quark (), connection, connection_free);
  make_room (self, connection);
}

static void
ready_cb (KefuConnections *self, GSocket *socket, GIOStream *stream)
{
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  Connection *connection = of_address (remote);
  g_autoptr (GError) error = NULL;

  if (connection == NULL || connection->ended)
    return;
  /* libsoup asks it for an IP address when a request of HTTP 1.0 names no host. */
  if (!G_IS_INET_SOCKET_ADDRESS (local))
    {
      g_clear_object (&local);
      local = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
    }
  if (!soup_server_accept_iostream (self->http, stream, local, remote, &error))
    g_warning ("A connection cannot be served: %s", error->message);
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

/* The message may be kept for its answer long after this. */
static void
disconnected_cb (SoupServerMessage *message)
{
  Connection *connection = find (message);

  /* A stream's socket goes on without libsoup's connection. */
  if (connection != NULL && soup_server_message_get_status (message) != SOUP_STATUS_SWITCHING_PROTOCOLS)
    mark_ended (connection);
}

/* Comes at once for the first request of a connection, and with the first line of each later one. */
static void
started_cb (SoupServer *http, SoupServerMessage *message, gpointer user_data)
{
  Connection *connection = find (message);

  if (connection == NULL)
    return;
  connection->held = FALSE;
  /* The time of the first one runs since it was accepted. */
  if (connection->state != STATE_HEAD)
    enter (connection, STATE_HEAD);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), NULL);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), NULL);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body_cb), NULL);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_headers_cb), NULL);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_body_data_cb), NULL);
  g_signal_connect (message, "wrote-informational", G_CALLBACK (wrote_informational_cb), NULL);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), NULL);
  g_signal_connect (message, "disconnected", G_CALLBACK (disconnected_cb), NULL);
}

/* libsoup keeps a connection for the next request only while it listens somewhere itself: so it listens to a pair of sockets on which
 * nobody ever says anything. */
static gboolean
listen_to_nobody (KefuConnections *self, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_FAILED, g_strerror (errno));
      return FALSE;
    }
  self->quiet_fd = pair[1];
  socket = g_socket_new_from_fd (pair[0], error);
  return socket != NULL && soup_server_listen_socket (self->http, socket, 0, error);
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
  if (self->quiet_fd >= 0)
    close (self->quiet_fd);
  self->quiet_fd = -1;
  g_clear_object (&self->clock);
  g_clear_object (&self->http);

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
  self->quiet_fd = -1;
  self->max = limit_of_system ();
}

KefuConnections *
kefu_connections_new (SoupServer *http, KefuClock *clock, GError **error)
{
  g_autoptr (KefuConnections) self = g_object_new (KEFU_TYPE_CONNECTIONS, NULL);

  self->http = g_object_ref (http);
  self->clock = g_object_ref (clock);
  self->sweep_id = kefu_clock_add_timeout (clock, SWEEP_MS, sweep_cb, self, NULL);
  g_signal_connect_object (http, "request-started", G_CALLBACK (started_cb), self, 0);
  return listen_to_nobody (self, error) ? g_steal_pointer (&self) : NULL;
}

void
kefu_connections_take_from (KefuConnections *self, KefuListener *listener)
{
  g_signal_connect_object (listener, "accepted", G_CALLBACK (accepted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (listener, "ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
}

void
kefu_connections_cut (SoupServerMessage *message)
{
  Connection *connection = find (message);

  if (connection != NULL)
    end (connection);
}

void
kefu_connections_hold (SoupServerMessage *message, gboolean held)
{
  Connection *connection = find (message);

  if (connection == NULL)
    return;
  connection->held = held;
  if (!held)
    enter (connection, connection->state);
}
