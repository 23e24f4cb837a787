/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection whose WebSocket sends frames that it shares with others. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-frame-stream.h"

#include <string.h>

#define FINAL_TEXT 0x81
#define FINAL_PING 0x89
#define HEADER_MAX 10

#define KEFU_TYPE_FRAME_OUTPUT (kefu_frame_output_get_type ())
G_DECLARE_FINAL_TYPE (KefuFrameOutput, kefu_frame_output, KEFU, FRAME_OUTPUT, GFilterOutputStream)

/* Two write here: libsoup, through this stream, and the queue. Each writes whole frames, and whoever was turned away by a full socket
 * in the middle of one, or before one (TLS wants the same bytes again), goes on first. */
struct _KefuFrameOutput
{
  GFilterOutputStream parent_instance;

  GQueue queue;  /* GBytes */
  gsize offset;  /* of the first one, that has left */
  gsize queued;  /* bytes of the queue that have not */
  gboolean owed; /* the socket took nothing of ours and has to be asked with the same again */
  GSource *source;
  gboolean broken;

  /* Where libsoup is in a frame of its own: header bytes so far, payload bytes to come. */
  guint8 header[HEADER_MAX];
  guint n_header;
  guint64 n_payload;
  gboolean theirs_owed;
  gboolean theirs_waits; /* it was turned away because of ours: next it is its turn */

  KefuFrameStreamFunc left;
  gpointer user_data;
};

struct _KefuFrameStream
{
  GIOStream parent_instance;

  GIOStream *base;
  KefuFrameOutput *output;
};

static void kefu_frame_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuFrameOutput,
                               kefu_frame_output,
                               G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, kefu_frame_output_pollable_init))
G_DEFINE_FINAL_TYPE (KefuFrameStream, kefu_frame_stream, G_TYPE_IO_STREAM)

/* --- frames --- */

GBytes *
kefu_frame_new_text (const char *payload, gsize size)
{
  guint8 *frame = g_malloc (HEADER_MAX + size);
  gsize header = 2;

  frame[0] = FINAL_TEXT;
  if (size < 126)
    frame[1] = (guint8) size;
  else
    {
      guint n_bytes = size <= G_MAXUINT16 ? 2 : 8;

      frame[1] = n_bytes == 2 ? 126 : 127;
      for (guint i = 0; i < n_bytes; i++)
        frame[header++] = (guint8) ((guint64) size >> 8 * (n_bytes - 1 - i));
    }
  memcpy (frame + header, payload, size);
  return g_bytes_new_take (frame, header + size);
}

GBytes *
kefu_frame_new_ping (void)
{
  static const guint8 frame[] = { FINAL_PING, 0 };

  return g_bytes_new_static (frame, sizeof frame);
}

/* --- libsoup's frames --- */

static gboolean
in_theirs (KefuFrameOutput *self)
{
  return self->n_header > 0 || self->n_payload > 0 || self->theirs_owed;
}

static guint
header_size (const guint8 *header)
{
  switch (header[1] & 0x7f)
    {
    case 126:
      return 4;
    case 127:
      return HEADER_MAX;
    default:
      return 2;
    }
}

/* Follows what libsoup writes from frame to frame; frames of a server have no mask. */
static void
follow (KefuFrameOutput *self, const guint8 *data, gsize size)
{
  while (size > 0)
    {
      if (self->n_payload > 0)
        {
          gsize n = (gsize) MIN (self->n_payload, size);

          self->n_payload -= n;
          data += n;
          size -= n;
          continue;
        }
      self->header[self->n_header++] = *data++;
      size--;
      if (self->n_header < 2 || self->n_header < header_size (self->header))
        continue;
      if (self->n_header == 2)
        self->n_payload = self->header[1] & 0x7f;
      else
        for (guint i = 2; i < self->n_header; i++)
          self->n_payload = self->n_payload << 8 | self->header[i];
      self->n_header = 0;
    }
}

/* --- ours --- */

static void flush (KefuFrameOutput *self);

static GPollableOutputStream *
base_of (KefuFrameOutput *self)
{
  return G_POLLABLE_OUTPUT_STREAM (g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (self)));
}

static void
disarm (KefuFrameOutput *self)
{
  if (self->source == NULL)
    return;
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static gboolean
writable_cb (GObject *stream, gpointer user_data)
{
  g_autoptr (KefuFrameOutput) self = g_object_ref (user_data);

  disarm (self);
  flush (self);
  return G_SOURCE_REMOVE;
}

static void
arm (KefuFrameOutput *self)
{
  if (self->source != NULL)
    return;
  self->source = g_pollable_output_stream_create_source (base_of (self), NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
clear_queue (KefuFrameOutput *self)
{
  g_queue_clear_full (&self->queue, (GDestroyNotify) g_bytes_unref);
  self->offset = 0;
  self->queued = 0;
  self->owed = FALSE;
}

/* Writes what the socket takes, one frame after the other. */
static void
flush (KefuFrameOutput *self)
{
  GBytes *frame;
  gsize before = self->queued;

  while ((frame = g_queue_peek_head (&self->queue)) != NULL && !in_theirs (self) &&
         !(self->theirs_waits && self->offset == 0 && !self->owed))
    {
      g_autoptr (GError) error = NULL;
      gsize size;
      const guint8 *data = g_bytes_get_data (frame, &size);
      gssize n = g_pollable_output_stream_write_nonblocking (base_of (self), data + self->offset, size - self->offset,
                                                             NULL, &error);

      if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          self->owed = TRUE;
          arm (self);
          break;
        }
      if (n < 0)
        {
          self->broken = TRUE;
          clear_queue (self);
          break;
        }
      self->owed = FALSE;
      self->offset += (gsize) n;
      self->queued -= (gsize) n;
      if (self->offset == size)
        {
          g_bytes_unref (g_queue_pop_head (&self->queue));
          self->offset = 0;
        }
    }
  if (self->queued < before && self->left != NULL)
    self->left (self->user_data);
}

/* --- the stream --- */

static gssize
write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize size, GError **error)
{
  KefuFrameOutput *self = KEFU_FRAME_OUTPUT (stream);
  g_autoptr (GError) base_error = NULL;
  gssize n;

  if (!in_theirs (self))
    {
      self->theirs_waits = TRUE;
      flush (self);
      if (self->offset > 0 || self->owed)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Another frame is on its way");
          return -1;
        }
    }
  n = g_pollable_output_stream_write_nonblocking (base_of (self), buffer, size, NULL, &base_error);
  self->theirs_owed = n < 0 && g_error_matches (base_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  if (n > 0)
    follow (self, buffer, (gsize) n);
  if (!in_theirs (self))
    {
      self->theirs_waits = FALSE;
      flush (self);
    }
  if (base_error != NULL)
    g_propagate_error (error, g_steal_pointer (&base_error));
  return n;
}

static gboolean
can_poll (GPollableOutputStream *stream)
{
  GOutputStream *base = g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (stream));

  return G_IS_POLLABLE_OUTPUT_STREAM (base) && g_pollable_output_stream_can_poll (G_POLLABLE_OUTPUT_STREAM (base));
}

static gboolean
is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (base_of (KEFU_FRAME_OUTPUT (stream)));
}

static GSource *
create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base_source = g_pollable_output_stream_create_source (base_of (KEFU_FRAME_OUTPUT (stream)), NULL);

  return g_pollable_source_new_full (stream, base_source, cancellable);
}

static void
kefu_frame_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = can_poll;
  iface->is_writable = is_writable;
  iface->create_source = create_source;
  iface->write_nonblocking = write_nonblocking;
}

static void
kefu_frame_output_dispose (GObject *object)
{
  KefuFrameOutput *self = KEFU_FRAME_OUTPUT (object);

  disarm (self);
  clear_queue (self);

  G_OBJECT_CLASS (kefu_frame_output_parent_class)->dispose (object);
}

static void
kefu_frame_output_class_init (KefuFrameOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_frame_output_dispose;
}

static void
kefu_frame_output_init (KefuFrameOutput *self)
{
  g_queue_init (&self->queue);
}

/* What is queued has nowhere to go from here on. */
static void
stop (KefuFrameStream *self)
{
  disarm (self->output);
  clear_queue (self->output);
  self->output->broken = TRUE;
}

static GInputStream *
kefu_frame_stream_get_input_stream (GIOStream *stream)
{
  return g_io_stream_get_input_stream (KEFU_FRAME_STREAM (stream)->base);
}

static GOutputStream *
kefu_frame_stream_get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (KEFU_FRAME_STREAM (stream)->output);
}

static gboolean
kefu_frame_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  stop (KEFU_FRAME_STREAM (stream));
  return g_io_stream_close (KEFU_FRAME_STREAM (stream)->base, cancellable, error);
}

static void
close_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
kefu_frame_stream_close_async (GIOStream *stream,
                               int io_priority,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  stop (KEFU_FRAME_STREAM (stream));
  g_io_stream_close_async (KEFU_FRAME_STREAM (stream)->base, io_priority, cancellable, close_cb,
                           g_task_new (stream, cancellable, callback, user_data));
}

static gboolean
kefu_frame_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
kefu_frame_stream_dispose (GObject *object)
{
  KefuFrameStream *self = KEFU_FRAME_STREAM (object);

  G_OBJECT_CLASS (kefu_frame_stream_parent_class)->dispose (object);
  g_clear_object (&self->output);
  g_clear_object (&self->base);
}

static void
kefu_frame_stream_class_init (KefuFrameStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_frame_stream_dispose;
  stream_class->get_input_stream = kefu_frame_stream_get_input_stream;
  stream_class->get_output_stream = kefu_frame_stream_get_output_stream;
  stream_class->close_fn = kefu_frame_stream_close;
  stream_class->close_async = kefu_frame_stream_close_async;
  stream_class->close_finish = kefu_frame_stream_close_finish;
}

static void
kefu_frame_stream_init (KefuFrameStream *self)
{
}

KefuFrameStream *
kefu_frame_stream_new (GIOStream *base, KefuFrameStreamFunc left, gpointer user_data)
{
  KefuFrameStream *self = g_object_new (KEFU_TYPE_FRAME_STREAM, NULL);

  self->base = g_object_ref (base);
  self->output = g_object_new (KEFU_TYPE_FRAME_OUTPUT, "base-stream", g_io_stream_get_output_stream (base),
                               "close-base-stream", FALSE, NULL);
  self->output->left = left;
  self->output->user_data = user_data;
  return self;
}

void
kefu_frame_stream_push (KefuFrameStream *self, GBytes *frame)
{
  KefuFrameOutput *output = self->output;

  if (output->broken)
    return;
  g_queue_push_tail (&output->queue, g_bytes_ref (frame));
  output->queued += g_bytes_get_size (frame);
  /* Who waits for the socket is woken by it. */
  if (output->source == NULL)
    flush (output);
}

gsize
kefu_frame_stream_get_queued (KefuFrameStream *self)
{
  return self->output->queued;
}

void
kefu_frame_stream_drop (KefuFrameStream *self)
{
  KefuFrameOutput *output = self->output;
  GBytes *begun = output->offset > 0 || output->owed ? g_queue_pop_head (&output->queue) : NULL;

  g_queue_clear_full (&output->queue, (GDestroyNotify) g_bytes_unref);
  output->queued = 0;
  if (begun != NULL)
    {
      output->queued = g_bytes_get_size (begun) - output->offset;
      g_queue_push_head (&output->queue, begun);
    }
}

void
kefu_frame_stream_forget (KefuFrameStream *self)
{
  self->output->left = NULL;
  self->output->user_data = NULL;
}
