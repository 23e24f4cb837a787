/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection that knows how much WebSocket data has left it. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-counting-stream.h"

#define KEFU_TYPE_COUNTING_OUTPUT (kefu_counting_output_get_type ())
G_DECLARE_FINAL_TYPE (KefuCountingOutput, kefu_counting_output, KEFU, COUNTING_OUTPUT, GFilterOutputStream)

typedef void (*WroteFunc) (gpointer user_data);

struct _KefuCountingOutput
{
  GFilterOutputStream parent_instance;

  /* Where in a frame the last byte was: header bytes so far and wanted, payload bytes to come. RFC 6455, 5.2; frames of a server
   * have no mask. */
  guint8 header[10];
  guint n_header;
  guint64 n_payload;
  gboolean is_data;

  guint64 written;
  WroteFunc wrote;
  gpointer user_data;
};

struct _KefuCountingStream
{
  GIOStream parent_instance;

  GIOStream *base;
  KefuCountingOutput *output;
};

static void kefu_counting_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuCountingOutput,
                               kefu_counting_output,
                               G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      kefu_counting_output_pollable_init))
G_DEFINE_FINAL_TYPE (KefuCountingStream, kefu_counting_stream, G_TYPE_IO_STREAM)

static guint
header_size (const guint8 *header)
{
  switch (header[1] & 0x7f)
    {
    case 126:
      return 4;
    case 127:
      return 10;
    default:
      return 2;
    }
}

static void
header_done (KefuCountingOutput *self)
{
  guint64 length = 0;

  if ((self->header[1] & 0x7f) < 126)
    length = self->header[1] & 0x7f;
  else
    for (guint i = 2; i < self->n_header; i++)
      length = length << 8 | self->header[i];
  self->n_payload = length;
  self->is_data = (self->header[0] & 0x08) == 0;
  self->n_header = 0;
}

static void
count (KefuCountingOutput *self, const guint8 *data, gsize size)
{
  while (size > 0)
    {
      if (self->n_payload > 0)
        {
          gsize n = (gsize) MIN (self->n_payload, size);

          self->n_payload -= n;
          if (self->is_data)
            self->written += n;
          data += n;
          size -= n;
          continue;
        }
      self->header[self->n_header++] = *data++;
      size--;
      if (self->n_header >= 2 && self->n_header == header_size (self->header))
        header_done (self);
    }
}

static gssize
write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize size, GError **error)
{
  KefuCountingOutput *self = KEFU_COUNTING_OUTPUT (stream);
  GOutputStream *base = g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (self));
  gssize n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (base), buffer, size, NULL, error);

  if (n > 0)
    {
      count (self, buffer, (gsize) n);
      if (self->wrote != NULL)
        self->wrote (self->user_data);
    }
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
  GOutputStream *base = g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (stream));

  return g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (base));
}

static GSource *
create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  GOutputStream *base = g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (stream));
  g_autoptr (GSource) base_source = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (base), NULL);

  return g_pollable_source_new_full (stream, base_source, cancellable);
}

static void
kefu_counting_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = can_poll;
  iface->is_writable = is_writable;
  iface->create_source = create_source;
  iface->write_nonblocking = write_nonblocking;
}

static void
kefu_counting_output_class_init (KefuCountingOutputClass *klass)
{
}

static void
kefu_counting_output_init (KefuCountingOutput *self)
{
}

static GInputStream *
kefu_counting_stream_get_input_stream (GIOStream *stream)
{
  return g_io_stream_get_input_stream (KEFU_COUNTING_STREAM (stream)->base);
}

static GOutputStream *
kefu_counting_stream_get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (KEFU_COUNTING_STREAM (stream)->output);
}

static gboolean
kefu_counting_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (KEFU_COUNTING_STREAM (stream)->base, cancellable, error);
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
kefu_counting_stream_close_async (GIOStream *stream,
                                  int io_priority,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_io_stream_close_async (KEFU_COUNTING_STREAM (stream)->base, io_priority, cancellable, close_cb,
                           g_task_new (stream, cancellable, callback, user_data));
}

static gboolean
kefu_counting_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
kefu_counting_stream_dispose (GObject *object)
{
  KefuCountingStream *self = KEFU_COUNTING_STREAM (object);

  G_OBJECT_CLASS (kefu_counting_stream_parent_class)->dispose (object);
  g_clear_object (&self->output);
  g_clear_object (&self->base);
}

static void
kefu_counting_stream_class_init (KefuCountingStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_counting_stream_dispose;
  stream_class->get_input_stream = kefu_counting_stream_get_input_stream;
  stream_class->get_output_stream = kefu_counting_stream_get_output_stream;
  stream_class->close_fn = kefu_counting_stream_close;
  stream_class->close_async = kefu_counting_stream_close_async;
  stream_class->close_finish = kefu_counting_stream_close_finish;
}

static void
kefu_counting_stream_init (KefuCountingStream *self)
{
}

GIOStream *
kefu_counting_stream_new (GIOStream *base, GCallback wrote, gpointer user_data)
{
  KefuCountingStream *self = g_object_new (KEFU_TYPE_COUNTING_STREAM, NULL);

  self->base = g_object_ref (base);
  self->output = g_object_new (KEFU_TYPE_COUNTING_OUTPUT, "base-stream", g_io_stream_get_output_stream (base),
                               "close-base-stream", FALSE, NULL);
  self->output->wrote = (WroteFunc) wrote;
  self->output->user_data = user_data;
  return G_IO_STREAM (self);
}

guint64
kefu_counting_stream_get_written (KefuCountingStream *self)
{
  return self->output->written;
}

void
kefu_counting_stream_forget (KefuCountingStream *self)
{
  self->output->wrote = NULL;
  self->output->user_data = NULL;
}
