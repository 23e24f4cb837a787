/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk: a WebSocket that takes the feed, and what it found in it. */
#include "config.h"

#include "load-desk.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_CAPACITY (512 * 1024)

/* Opcodes of RFC 6455. */
#define OP_TEXT 1
#define OP_CLOSE 8
#define OP_PING 9

void
load_desk_take (LoadDesk *self, const LoadFrame *frame, gint64 now)
{
  self->frames++;
  self->bad += frame->bad;
  self->gaps += frame->from != self->position;
  self->position = frame->to;
  for (guint i = 0; i < frame->numbers->len; i++)
    {
      guint number = g_array_index (frame->numbers, guint, i);
      gint64 answered = self->plan->answered[number];

      if (self->seen[number] != 0)
        {
          self->doubles++;
          continue;
        }
      self->seen[number] = 1;
      self->n_seen++;
      /* It may be here before its sender has the answer. */
      load_histogram_add (&self->from_answer, answered != 0 ? now - answered : 0);
      load_histogram_add (&self->from_post, now - self->plan->posted[number]);
    }
}

static void
pong (LoadDesk *self, const char *payload, gsize size)
{
  char frame[6 + 125] = { (char) 0x8a };

  /* A mask of zeros leaves the payload as it is. */
  size = MIN (size, 125);
  frame[1] = (char) (0x80 | size);
  memcpy (frame + 6, payload, size);
  (void) send (self->source.fd, frame, 6 + size, MSG_NOSIGNAL);
}

static void
hang_up (LoadDesk *self)
{
  self->closed = TRUE;
  epoll_ctl (self->plan->epoll_fd, EPOLL_CTL_DEL, self->source.fd, NULL);
}

static void
take_frame (LoadDesk *self, guint opcode, const char *payload, gsize size)
{
  const LoadFrame *frame;

  switch (opcode)
    {
    case OP_TEXT:
      frame = load_feed_look (self->feed, payload, size);
      if (frame != NULL)
        load_desk_take (self, frame, g_get_monotonic_time ());
      break;
    case OP_PING:
      pong (self, payload, size);
      break;
    case OP_CLOSE:
      if (size >= 2)
        self->close_code = (guint) ((guint8) payload[0] << 8 | (guint8) payload[1]);
      hang_up (self);
      break;
    default:
      break;
    }
}

/* The size of the frame at @data, 0 if its header is not all there. */
static gsize
frame_size (const guint8 *data, gsize n, gsize *header)
{
  guint64 length = 0;

  if (n < 2)
    return 0;
  *header = data[1] == 126 ? 4 : data[1] == 127 ? 10 : 2;
  if (n < *header)
    return 0;
  if (*header == 2)
    length = data[1];
  else
    for (gsize i = 2; i < *header; i++)
      length = length << 8 | data[i];
  return *header + (gsize) length;
}

static void
take_bytes (LoadDesk *self)
{
  gsize start = 0;
  gsize header = 0;
  gsize size = 0;

  if (!self->open)
    {
      const char *end = memmem (self->buffer, self->filled, "\r\n\r\n", 4);

      if (end == NULL)
        return;
      if (!g_str_has_prefix (self->buffer, "HTTP/1.1 101 "))
        g_error ("The server opens no stream: %.*s", (int) MIN (self->filled, 200), self->buffer);
      self->open = TRUE;
      start = (gsize) (end + 4 - self->buffer);
    }
  while (!self->closed &&
         (size = frame_size ((const guint8 *) self->buffer + start, self->filled - start, &header)) > 0 &&
         size <= self->filled - start)
    {
      take_frame (self, (guint8) self->buffer[start] & 0x0f, self->buffer + start + header, size - header);
      start += size;
      size = 0;
    }
  self->filled -= start;
  if (start > 0 && self->filled > 0)
    memmove (self->buffer, self->buffer + start, self->filled);
  if (size > self->capacity)
    {
      self->capacity = size;
      self->buffer = g_realloc (self->buffer, self->capacity);
    }
}

static void
ready (LoadSource *source, guint32 events)
{
  LoadDesk *self = (LoadDesk *) source;
  gssize n = recv (self->source.fd, self->buffer + self->filled, self->capacity - self->filled, MSG_DONTWAIT);

  if (n > 0)
    {
      self->bytes += (guint64) n;
      self->filled += (gsize) n;
      take_bytes (self);
    }
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    hang_up (self);
}

char *
load_desk_handshake (const LoadPlan *plan, const char *token, gint64 position)
{
  return g_strdup_printf ("GET /v1/stream?cursor=%s.%" G_GINT64_FORMAT " HTTP/1.1\r\nHost: kefu\r\n"
                          "Authorization: Bearer %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bG9hZCB0ZXN0IG9mIGsuLg==\r\n\r\n",
                          plan->epoch, position, token);
}

LoadDesk *
load_desk_new (const LoadPlan *plan, LoadFeed *feed, const char *token, gint64 position)
{
  LoadDesk *self = g_new0 (LoadDesk, 1);
  g_autofree char *request = load_desk_handshake (plan, token, position);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = &self->source };

  self->plan = plan;
  self->feed = feed;
  self->position = position;
  self->capacity = FIRST_CAPACITY;
  self->buffer = g_malloc (self->capacity);
  self->seen = g_malloc0 (plan->n_wanted);
  self->source.ready = ready;
  self->source.fd = load_connect (plan->socket_path, FALSE);
  load_write_all (self->source.fd, request, strlen (request));
  epoll_ctl (plan->epoll_fd, EPOLL_CTL_ADD, self->source.fd, &event);
  return self;
}

void
load_desk_free (LoadDesk *self)
{
  close (self->source.fd);
  g_free (self->buffer);
  g_free (self->seen);
  g_free (self);
}
