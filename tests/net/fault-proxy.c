/* SPDX-License-Identifier: GPL-3.0-or-later
 * A bad network between a desk and its server: from one Unix socket to another, with faults by a seed. */
#include "config.h"

#include "fault-proxy.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define N_CALL_FAULTS (FAULT_ERROR_AFTER + 1)
#define N_FRAME_FAULTS (N_FAULTS - N_CALL_FAULTS)
#define CHUNK 65536
#define STREAM_START "GET /v1/stream"
#define MAX_DELAY_MS 120
/* A frame that waits for the next one does not wait longer. */
#define SWAP_MS 300

/* Faults are dealt from a shuffled deck, so that a short test sees each of them too. */
typedef struct
{
  FaultKind cards[N_CALL_FAULTS];
  guint n;
  guint next;
} Deck;

struct _FaultProxy
{
  char *path;
  char *target;
  int listener;
  GThread *thread;

  GMutex lock; /* of what is below */
  GCond changed;
  GRand *chance;
  Deck calls;
  Deck frames;
  guint rate;
  gboolean hole;
  gboolean ended;
  GArray *fds; /* open ones, to be cut at the end */
  guint n_links;
  guint counts[N_FAULTS];
  guint n_calls;
  guint n_streams;
  guint n_frames;
};

/* A client's connection. */
typedef struct
{
  FaultProxy *proxy;
  int client;
  GByteArray *read; /* read from the client, not used yet */
} Link;

typedef struct
{
  GByteArray *bytes;
  gsize head; /* with the empty line */
  gboolean upgrade;
  gboolean no_body; /* HEAD */
} Message;

static const char *const names[N_FAULTS] = {
  "reset",         "request lost",  "request cut",    "request doubled",  "delayed",
  "busy",          "answer lost",   "answer cut",     "500 after commit", "frame dropped",
  "frame doubled", "frame delayed", "frames swapped", "frame cut",        "stream broken",
};

const char *
fault_name (FaultKind kind)
{
  return names[kind];
}

/* --- chance --- */

static void
deck_init (Deck *deck, FaultKind first, guint n)
{
  for (guint i = 0; i < n; i++)
    deck->cards[i] = first + i;
  deck->n = n;
  deck->next = n;
}

static FaultKind
deck_deal (Deck *deck, GRand *chance)
{
  if (deck->next == deck->n)
    {
      for (guint i = deck->n - 1; i > 0; i--)
        {
          guint other = (guint) g_rand_int_range (chance, 0, (gint32) i + 1);
          FaultKind card = deck->cards[i];

          deck->cards[i] = deck->cards[other];
          deck->cards[other] = card;
        }
      deck->next = 0;
    }
  return deck->cards[deck->next++];
}

/* N_FAULTS: none. */
static FaultKind
choose (FaultProxy *self, Deck *deck)
{
  FaultKind kind = N_FAULTS;

  g_mutex_lock (&self->lock);
  if (self->rate > 0 && !self->hole && (guint) g_rand_int_range (self->chance, 0, 1000) < self->rate)
    {
      kind = deck_deal (deck, self->chance);
      self->counts[kind]++;
    }
  g_mutex_unlock (&self->lock);
  return kind;
}

static void
delay (FaultProxy *self)
{
  int ms;

  g_mutex_lock (&self->lock);
  ms = g_rand_int_range (self->chance, 5, MAX_DELAY_MS);
  g_mutex_unlock (&self->lock);
  g_usleep ((gulong) ms * 1000);
}

static void
count (FaultProxy *self, guint *counter)
{
  g_mutex_lock (&self->lock);
  (*counter)++;
  g_mutex_unlock (&self->lock);
}

/* While the network is a hole. FALSE: go on; TRUE: it was one, and what came meanwhile is gone. */
static gboolean
fall_into_hole (FaultProxy *self)
{
  gboolean fell;

  g_mutex_lock (&self->lock);
  fell = self->hole;
  while (self->hole && !self->ended)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  return fell;
}

/* --- sockets --- */

static gboolean
add_fd (FaultProxy *self, int fd)
{
  gboolean ok;

  g_mutex_lock (&self->lock);
  ok = !self->ended;
  if (ok)
    g_array_append_val (self->fds, fd);
  g_mutex_unlock (&self->lock);
  return ok;
}

static void
close_fd (FaultProxy *self, int fd)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->fds->len; i++)
    if (g_array_index (self->fds, int, i) == fd)
      {
        g_array_remove_index_fast (self->fds, i);
        break;
      }
  close (fd);
  g_mutex_unlock (&self->lock);
}

static gboolean
set_address (struct sockaddr_un *address, const char *path)
{
  memset (address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  return g_strlcpy (address->sun_path, path, sizeof address->sun_path) < sizeof address->sun_path;
}

/* -1: nobody is there. */
static int
connect_target (FaultProxy *self)
{
  struct sockaddr_un address;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  if (set_address (&address, self->target) && connect (fd, (struct sockaddr *) &address, sizeof address) == 0 &&
      add_fd (self, fd))
    return fd;
  close (fd);
  return -1;
}

static gboolean
write_all (int fd, const guint8 *data, gsize size)
{
  while (size > 0)
    {
      gssize n = send (fd, data, size, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data += n;
      size -= (gsize) n;
    }
  return TRUE;
}

/* Appends what comes; FALSE: the end. */
static gboolean
read_more (int fd, GByteArray *into)
{
  guint8 chunk[CHUNK];
  gssize n;

  do
    n = recv (fd, chunk, sizeof chunk, 0);
  while (n < 0 && errno == EINTR);
  if (n <= 0)
    return FALSE;
  g_byte_array_append (into, chunk, (guint) n);
  return TRUE;
}

/* --- HTTP --- */

static void
message_clear (Message *message)
{
  g_clear_pointer (&message->bytes, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Message, message_clear)

/* (transfer full) (nullable): the value of a header, lower case. */
static char *
header (const Message *message, const char *name)
{
  g_autofree char *head = g_strndup ((const char *) message->bytes->data, message->head);
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);

  for (guint i = 1; lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon == NULL || g_ascii_strncasecmp (lines[i], name, strlen (name)) != 0 || lines[i][strlen (name)] != ':')
        continue;
      return g_ascii_strdown (g_strstrip (colon + 1), -1);
    }
  return NULL;
}

static void
drop_header (Message *message, const char *name)
{
  g_autofree char *head = g_strndup ((const char *) message->bytes->data, message->head);
  g_autofree char *start = g_strdup_printf ("\r\n%s:", name);
  g_autofree char *lower = g_ascii_strdown (head, -1);
  char *found, *end;

  found = strstr (lower, start);
  if (found == NULL)
    return;
  end = strstr (found + 2, "\r\n");
  g_byte_array_remove_range (message->bytes, (guint) (found - lower), (guint) (end - found));
  message->head -= (gsize) (end - found);
}

/* How much the message has with its chunked body; 0: it has not ended. */
static gsize
chunked_size (const Message *message)
{
  gsize at = message->head;

  for (;;)
    {
      const char *data = (const char *) message->bytes->data;
      gsize size = message->bytes->len;
      const char *line = at < size ? memmem (data + at, size - at, "\r\n", 2) : NULL;
      guint64 length;

      if (line == NULL)
        return 0;
      length = g_ascii_strtoull (data + at, NULL, 16);
      at = (gsize) (line - data) + 2 + length + 2;
      if (at > size)
        return 0;
      if (length == 0)
        return at;
    }
}

static gboolean
read_head (int fd, GByteArray *buffer, Message *message)
{
  const guint8 *end;

  while (buffer->len == 0 || (end = memmem (buffer->data, buffer->len, "\r\n\r\n", 4)) == NULL)
    if (!read_more (fd, buffer))
      return FALSE;
  message->head = (gsize) (end - buffer->data) + 4;
  return TRUE;
}

/* Reads one message; what follows it stays in @buffer. */
static gboolean
read_message (int fd, GByteArray *buffer, gboolean no_body, Message *message)
{
  g_autofree char *length = NULL;
  g_autofree char *coding = NULL;
  g_autofree char *upgrade = NULL;
  g_autofree char *expect = NULL;
  gboolean is_answer, until_end;
  gsize size;

  if (!read_head (fd, buffer, message))
    return FALSE;
  message->bytes = g_byte_array_ref (buffer);
  is_answer = memcmp (buffer->data, "HTTP/", 5) == 0;
  message->no_body = !is_answer && memcmp (buffer->data, "HEAD ", 5) == 0;
  length = header (message, "content-length");
  coding = header (message, "transfer-encoding");
  upgrade = header (message, "upgrade");
  expect = is_answer ? NULL : header (message, "expect");
  message->upgrade = upgrade != NULL;
  /* Whoever asks first whether to send is told to. */
  if (expect != NULL)
    {
      write_all (fd, (const guint8 *) "HTTP/1.1 100 Continue\r\n\r\n", 25);
      drop_header (message, "expect");
    }

  size = message->head + (length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0);
  until_end = is_answer && !no_body && length == NULL && coding == NULL && buffer->data[9] != '1' &&
              memcmp (buffer->data + 9, "204", 3) != 0 && memcmp (buffer->data + 9, "304", 3) != 0;
  if (no_body || message->upgrade)
    size = message->head;
  else if (coding != NULL)
    while ((size = chunked_size (message)) == 0)
      if (!read_more (fd, buffer))
        return FALSE;
  if (until_end)
    {
      while (read_more (fd, buffer))
        ;
      size = buffer->len;
    }
  while (buffer->len < size)
    if (!read_more (fd, buffer))
      return FALSE;

  message->bytes = g_byte_array_new ();
  g_byte_array_append (message->bytes, buffer->data, (guint) size);
  g_byte_array_remove_range (buffer, 0, (guint) size);
  g_byte_array_unref (buffer);
  return TRUE;
}

/* The server's answer; FALSE: there is none. */
static gboolean
exchange (Link *link, const Message *request, Message *answer)
{
  FaultProxy *self = link->proxy;
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  int server = connect_target (self);
  gboolean ok;

  if (server < 0)
    return FALSE;
  ok = write_all (server, request->bytes->data, request->bytes->len);
  /* A server may refuse before it has read everything. */
  do
    {
      message_clear (answer);
      ok = read_message (server, buffer, request->no_body, answer);
    }
  while (ok && memcmp (answer->bytes->data + 9, "100", 3) == 0);
  close_fd (self, server);
  return ok;
}

static gboolean
say (Link *link, const char *text)
{
  return write_all (link->client, (const guint8 *) text, strlen (text));
}

/* FALSE: the connection is over. */
static gboolean
pass_call (Link *link, const Message *request, FaultKind fault)
{
  FaultProxy *self = link->proxy;
  g_auto (Message) answer = { NULL };
  int server;

  switch (fault)
    {
    case FAULT_LOSE_REQUEST:
      return FALSE;
    case FAULT_CUT_REQUEST:
      server = connect_target (self);
      if (server >= 0)
        {
          write_all (server, request->bytes->data, request->bytes->len - request->bytes->len / 2);
          close_fd (self, server);
        }
      return FALSE;
    case FAULT_BUSY:
      return say (link, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
    case FAULT_DELAY:
      delay (self);
      break;
    case FAULT_DOUBLE_REQUEST:
      exchange (link, request, &answer);
      message_clear (&answer);
      break;
    default:
      break;
    }
  if (!exchange (link, request, &answer) || fall_into_hole (self))
    return FALSE;
  switch (fault)
    {
    case FAULT_LOSE_ANSWER:
      return FALSE;
    case FAULT_CUT_ANSWER:
      write_all (link->client, answer.bytes->data, answer.bytes->len - answer.bytes->len / 3);
      return FALSE;
    case FAULT_ERROR_AFTER:
      return say (link, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    default:
      return write_all (link->client, answer.bytes->data, answer.bytes->len);
    }
}

/* --- streams --- */

/* How long the first frame of @bytes is; 0: it has not come as a whole. */
static gsize
frame_size (const GByteArray *bytes)
{
  const guint8 *data = bytes->data;
  gsize size = 2;
  guint64 payload;

  if (bytes->len < 2)
    return 0;
  payload = data[1] & 0x7f;
  if (payload == 126)
    {
      if (bytes->len < 4)
        return 0;
      payload = ((guint64) data[2] << 8) | data[3];
      size = 4;
    }
  else if (payload == 127)
    {
      if (bytes->len < 10)
        return 0;
      payload = 0;
      for (guint i = 2; i < 10; i++)
        payload = (payload << 8) | data[i];
      size = 10;
    }
  if (data[1] & 0x80)
    size += 4;
  return bytes->len >= size + payload ? size + payload : 0;
}

typedef struct
{
  Link *link;
  int server;
  GByteArray *read; /* from the server */
  GByteArray *held; /* (nullable): a frame that lets the next one pass */
} Stream;

static gboolean
release_held (Stream *stream)
{
  g_autoptr (GByteArray) held = g_steal_pointer (&stream->held);

  return held == NULL || write_all (stream->link->client, held->data, held->len);
}

/* FALSE: the stream is over. */
static gboolean
pass_frame (Stream *stream, const guint8 *data, gsize size)
{
  FaultProxy *self = stream->link->proxy;
  int client = stream->link->client;
  gboolean is_control = (data[0] & 0x08) != 0;
  FaultKind fault;

  if (is_control)
    return write_all (client, data, size);
  count (self, &self->n_frames);
  fault = choose (self, &self->frames);
  switch (fault)
    {
    case FAULT_DROP_FRAME:
      return TRUE;
    case FAULT_DOUBLE_FRAME:
      return write_all (client, data, size) && write_all (client, data, size) && release_held (stream);
    case FAULT_DELAY_FRAME:
      delay (self);
      return write_all (client, data, size) && release_held (stream);
    case FAULT_SWAP_FRAMES:
      if (!release_held (stream))
        return FALSE;
      stream->held = g_byte_array_append (g_byte_array_new (), data, (guint) size);
      return TRUE;
    case FAULT_CUT_FRAME:
      write_all (client, data, size - size / 2);
      return FALSE;
    case FAULT_BREAK_STREAM:
      return FALSE;
    default:
      return write_all (client, data, size) && release_held (stream);
    }
}

static gboolean
pass_frames (Stream *stream)
{
  gsize size;

  while ((size = frame_size (stream->read)) > 0)
    {
      if (!pass_frame (stream, stream->read->data, size))
        return FALSE;
      g_byte_array_remove_range (stream->read, 0, (guint) size);
    }
  return TRUE;
}

static void
run_stream (Stream *stream)
{
  FaultProxy *self = stream->link->proxy;
  g_autoptr (GByteArray) up = g_byte_array_new ();

  if (!pass_frames (stream))
    return;
  for (;;)
    {
      struct pollfd fds[] = { { stream->link->client, POLLIN, 0 }, { stream->server, POLLIN, 0 } };
      int n = poll (fds, 2, stream->held != NULL ? SWAP_MS : -1);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 || fall_into_hole (self))
        return;
      if (n == 0 && !release_held (stream))
        return;
      if (fds[0].revents != 0)
        {
          if (!read_more (stream->link->client, up) || !write_all (stream->server, up->data, up->len))
            return;
          g_byte_array_set_size (up, 0);
        }
      if (fds[1].revents != 0 && (!read_more (stream->server, stream->read) || !pass_frames (stream)))
        return;
    }
}

static void
pass_stream (Link *link, Message *request)
{
  FaultProxy *self = link->proxy;
  g_auto (Message) answer = { NULL };
  Stream stream = { .link = link };

  /* Frames that depend on the ones before could not be hurt one by one. */
  drop_header (request, "sec-websocket-extensions");
  stream.server = connect_target (self);
  if (stream.server < 0)
    return;
  stream.read = g_byte_array_new ();
  count (self, &self->n_streams);
  if (write_all (stream.server, request->bytes->data, request->bytes->len) &&
      read_message (stream.server, stream.read, FALSE, &answer) &&
      write_all (link->client, answer.bytes->data, answer.bytes->len) && answer.upgrade)
    run_stream (&stream);
  close_fd (self, stream.server);
  g_byte_array_unref (stream.read);
  g_clear_pointer (&stream.held, g_byte_array_unref);
}

/* --- connections --- */

static gboolean
serve_one (Link *link)
{
  FaultProxy *self = link->proxy;
  g_auto (Message) request = { NULL };
  char start[sizeof STREAM_START] = "";
  FaultKind fault = N_FAULTS;

  if (recv (link->client, start, sizeof start - 1, MSG_PEEK) <= 0)
    return FALSE;
  /* A stream has faults of its own. */
  if (!g_str_equal (start, STREAM_START))
    {
      count (self, &self->n_calls);
      fault = choose (self, &self->calls);
    }
  /* What has come and is not read makes the end of a socket a reset. */
  if (fault == FAULT_RESET || !read_message (link->client, link->read, FALSE, &request) || fall_into_hole (self))
    return FALSE;
  if (!request.upgrade)
    return pass_call (link, &request, fault);
  pass_stream (link, &request);
  return FALSE;
}

static gpointer
link_thread (gpointer data)
{
  Link *link = data;
  FaultProxy *self = link->proxy;

  while (serve_one (link))
    ;
  close_fd (self, link->client);
  g_byte_array_unref (link->read);
  g_free (link);
  g_mutex_lock (&self->lock);
  self->n_links--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

static gpointer
accept_thread (gpointer data)
{
  FaultProxy *self = data;

  for (;;)
    {
      int fd = accept4 (self->listener, NULL, NULL, SOCK_CLOEXEC);
      Link *link;

      if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
        continue;
      if (fd < 0)
        return NULL;
      if (!add_fd (self, fd))
        {
          close (fd);
          continue;
        }
      g_mutex_lock (&self->lock);
      self->n_links++;
      g_mutex_unlock (&self->lock);
      link = g_new0 (Link, 1);
      link->proxy = self;
      link->client = fd;
      link->read = g_byte_array_new ();
      g_thread_unref (g_thread_new ("fault-link", link_thread, link));
    }
}

FaultProxy *
fault_proxy_new (const char *path, const char *target, guint32 seed)
{
  FaultProxy *self = g_new0 (FaultProxy, 1);
  struct sockaddr_un address;

  self->path = g_strdup (path);
  self->target = g_strdup (target);
  self->chance = g_rand_new_with_seed (seed);
  self->fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  deck_init (&self->calls, FAULT_RESET, N_CALL_FAULTS);
  deck_init (&self->frames, FAULT_DROP_FRAME, N_FRAME_FAULTS);
  self->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_true (set_address (&address, path));
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (self->listener, 64), ==, 0);
  self->thread = g_thread_new ("fault-proxy", accept_thread, self);
  return self;
}

void
fault_proxy_free (FaultProxy *self)
{
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  for (guint i = 0; i < self->fds->len; i++)
    shutdown (g_array_index (self->fds, int, i), SHUT_RDWR);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  shutdown (self->listener, SHUT_RDWR);
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  while (self->n_links > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  close (self->listener);
  unlink (self->path);
  g_array_unref (self->fds);
  g_rand_free (self->chance);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self->path);
  g_free (self->target);
  g_free (self);
}

void
fault_proxy_set_rate (FaultProxy *self, guint per_mille)
{
  g_mutex_lock (&self->lock);
  self->rate = per_mille;
  g_mutex_unlock (&self->lock);
}

void
fault_proxy_set_hole (FaultProxy *self, gboolean hole)
{
  g_mutex_lock (&self->lock);
  self->hole = hole;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static guint
get (FaultProxy *self, const guint *counter)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = *counter;
  g_mutex_unlock (&self->lock);
  return n;
}

guint
fault_proxy_get_count (FaultProxy *self, FaultKind kind)
{
  return get (self, &self->counts[kind]);
}

guint
fault_proxy_get_n_calls (FaultProxy *self)
{
  return get (self, &self->n_calls);
}

guint
fault_proxy_get_n_streams (FaultProxy *self)
{
  return get (self, &self->n_streams);
}

guint
fault_proxy_get_n_frames (FaultProxy *self)
{
  return get (self, &self->n_frames);
}
