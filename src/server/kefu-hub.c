/* SPDX-License-Identifier: GPL-3.0-or-later
 * All readers of the feed, and what goes out to them. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-hub.h"

#include "kefu-feed.h"
#include "kefu-frame-stream.h"
#include "kefu-worker.h"

#define BATCH_CHANGES 500
#define BATCH_BYTES (256 * 1024)
/* A first commit goes out at once. What follows within this time is gathered: waking every desk for every message would cost more
 * than the messages do. */
#define GATHER_US 30000

/* A reader is a position in the feed, and all that is done for it is to read on from there: nothing is kept for it but the frames
 * that have not left. Readers at the same position, which are nearly all of them nearly always, share one reading of the database, and
 * the bytes it makes. */
struct _KefuHub
{
  GObject parent_instance;

  KefuStorage *storage;
  GHashTable *readers; /* KefuStream → Reader */
  guint64 n_added;
  GHashTable *pending; /* gint64 from → GPtrArray of readers' streams that wait for this batch */
  gint64 told_at;      /* µs, monotonic */
  guint gather_id;
  guint tick_id;
  gboolean stopped;
};

typedef struct
{
  KefuStream *stream;
  guint64 number;   /* the order in which they came */
  gboolean live;    /* was at the head once: from then on everything is pushed */
  gboolean waiting; /* for a batch */
} Reader;

/* One reading for all that stand at `from`. */
typedef struct
{
  gint64 from;
  KefuFeedBatch *batch;
  GBytes *frame; /* for all who see nothing special in it */
} Reading;

G_DEFINE_FINAL_TYPE (KefuHub, kefu_hub, G_TYPE_OBJECT)

static void pump (KefuHub *self, Reader *reader);
static void gather (KefuHub *self);

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_clear_pointer (&reading->batch, kefu_feed_batch_unref);
  g_clear_pointer (&reading->frame, g_bytes_unref);
  g_free (reading);
}

static gboolean
is_present (KefuHub *self, const char *agent_id)
{
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    if (g_strcmp0 (kefu_stream_get_agent_id (stream), agent_id) == 0)
      return TRUE;
  return FALSE;
}

/* Sending may close a reader and so change the table: the streams are held, not the table. */
static GPtrArray *
list_streams (KefuHub *self)
{
  GPtrArray *streams = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    g_ptr_array_add (streams, g_object_ref (stream));
  return streams;
}

static void
broadcast (KefuHub *self, KefuStream *except, GBytes *frame)
{
  g_autoptr (GPtrArray) streams = list_streams (self);

  for (guint i = 0; i < streams->len; i++)
    if (g_ptr_array_index (streams, i) != except)
      kefu_stream_send (g_ptr_array_index (streams, i), frame);
}

static GBytes *
presence_frame (const char *agent_id, gboolean on)
{
  g_autofree char *text = g_strdup_printf ("{\"t\":\"eph\",\"kind\":\"presence\",\"agent_id\":\"%s\",\"on\":%s}",
                                           agent_id, on ? "true" : "false");

  return kefu_frame_new_text (text, strlen (text));
}

/* (transfer full): what goes to @agent_id, which is the same bytes for nearly all. */
static GBytes *
frame_for (const Reading *reading, const char *agent_id)
{
  g_autofree char *text = NULL;

  if (!kefu_feed_batch_is_special (reading->batch, agent_id))
    return g_bytes_ref (reading->frame);
  text = kefu_feed_batch_to_stream (reading->batch, agent_id);
  return kefu_frame_new_text (text, strlen (text));
}

static void
deliver (KefuHub *self, KefuStream *stream, const Reading *reading)
{
  Reader *reader = g_hash_table_lookup (self->readers, stream);

  if (reader == NULL)
    return;
  reader->waiting = FALSE;
  reader->live |= !kefu_feed_batch_get_more (reading->batch);
  if (kefu_feed_batch_get_to (reading->batch) > kefu_stream_get_position (stream))
    {
      g_autoptr (GBytes) frame = frame_for (reading, kefu_stream_get_agent_id (stream));

      kefu_stream_set_position (stream, kefu_feed_batch_get_to (reading->batch));
      kefu_stream_send (stream, frame);
    }
  /* What was committed meanwhile comes with the next gathering, what is older at once. */
  if (kefu_feed_batch_get_more (reading->batch))
    pump (self, reader);
}

static gboolean
read_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Reading *reading = data;
  g_autofree char *text = NULL;

  reading->batch = kefu_feed_read (db, reading->from, BATCH_CHANGES, BATCH_BYTES, error);
  if (reading->batch == NULL)
    return FALSE;
  text = kefu_feed_batch_to_stream (reading->batch, NULL);
  reading->frame = kefu_frame_new_text (text, strlen (text));
  return TRUE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuHub) self = user_data;
  g_autoptr (GPtrArray) streams = NULL;
  g_autoptr (GError) error = NULL;
  gpointer data;
  Reading *reading;
  gboolean done = kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error);

  reading = data;
  streams = g_ptr_array_ref (g_hash_table_lookup (self->pending, &reading->from));
  g_hash_table_remove (self->pending, &reading->from);
  if (!done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("The feed cannot be read: %s", error->message);
  for (guint i = 0; i < streams->len; i++)
    {
      if (done)
        deliver (self, g_ptr_array_index (streams, i), reading);
      else
        /* It comes back and finds out by itself whether it is better then. */
        kefu_stream_close (g_ptr_array_index (streams, i), SOUP_WEBSOCKET_CLOSE_SERVER_ERROR,
                           "The feed cannot be read");
    }
  gather (self);
}

static void
pump (KefuHub *self, Reader *reader)
{
  gint64 from = kefu_stream_get_position (reader->stream);
  GPtrArray *waiting;
  Reading *reading;

  if (reader->waiting || from >= kefu_storage_get_head (self->storage) || !kefu_stream_is_open (reader->stream))
    return;
  /* One that catches up gets the next batch when it has room for it; `drained` comes then. */
  if (!reader->live && !kefu_stream_is_drained (reader->stream))
    return;
  reader->waiting = TRUE;
  waiting = g_hash_table_lookup (self->pending, &from);
  if (waiting != NULL)
    {
      g_ptr_array_add (waiting, g_object_ref (reader->stream));
      return;
    }
  waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (waiting, g_object_ref (reader->stream));
  g_hash_table_insert (self->pending, g_memdup2 (&from, sizeof from), waiting);
  reading = g_new0 (Reading, 1);
  reading->from = from;
  kefu_storage_read_async (self->storage, KEFU_WORKER_URGENT, read_job, reading, reading_free, read_cb,
                           g_object_ref (self));
}

static gboolean
somebody_is_behind (KefuHub *self)
{
  gint64 head = kefu_storage_get_head (self->storage);
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    if (kefu_stream_get_position (stream) < head)
      return TRUE;
  return FALSE;
}

static void
tell (gpointer user_data)
{
  KefuHub *self = user_data;
  GHashTableIter iter;
  gpointer reader;

  self->gather_id = 0;
  self->told_at = g_get_monotonic_time ();
  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, NULL, &reader))
    pump (self, reader);
}

/* Tells those who are behind, now or when it is time again. */
static void
gather (KefuHub *self)
{
  gint64 wait_us = self->told_at + GATHER_US - g_get_monotonic_time ();

  if (self->gather_id != 0 || !somebody_is_behind (self))
    return;
  if (wait_us <= 0)
    tell (self);
  else
    self->gather_id = g_timeout_add_once ((guint) (wait_us / 1000 + 1), tell, self);
}

static void
tick_cb (gpointer user_data)
{
  KefuHub *self = user_data;
  g_autoptr (GPtrArray) streams = list_streams (self);

  self->tick_id =
    kefu_clock_add_timeout (kefu_storage_get_clock (self->storage), KEFU_STREAM_TICK_MS, tick_cb, self, NULL);
  for (guint i = 0; i < streams->len; i++)
    kefu_stream_tick (g_ptr_array_index (streams, i));
}

static void
drained_cb (KefuHub *self, KefuStream *stream)
{
  Reader *reader = g_hash_table_lookup (self->readers, stream);

  if (reader != NULL)
    pump (self, reader);
}

static void
eph_cb (KefuHub *self, const char *json, KefuStream *stream)
{
  g_autoptr (GBytes) frame = kefu_frame_new_text (json, strlen (json));

  broadcast (self, stream, frame);
}

static void
closed_cb (KefuHub *self, KefuStream *stream)
{
  g_autoptr (KefuStream) kept = g_object_ref (stream);
  g_autoptr (GBytes) frame = NULL;

  if (!g_hash_table_remove (self->readers, stream) || is_present (self, kefu_stream_get_agent_id (kept)))
    return;
  frame = presence_frame (kefu_stream_get_agent_id (kept), FALSE);
  broadcast (self, NULL, frame);
}

static void
reader_free (gpointer data)
{
  Reader *reader = data;

  g_object_unref (reader->stream);
  g_free (reader);
}

static void
kefu_hub_dispose (GObject *object)
{
  KefuHub *self = KEFU_HUB (object);

  g_clear_handle_id (&self->gather_id, g_source_remove);
  if (self->storage != NULL)
    kefu_clock_clear_timeout (kefu_storage_get_clock (self->storage), &self->tick_id);
  g_clear_pointer (&self->readers, g_hash_table_unref);
  g_clear_pointer (&self->pending, g_hash_table_unref);
  g_clear_object (&self->storage);

  G_OBJECT_CLASS (kefu_hub_parent_class)->dispose (object);
}

static void
kefu_hub_class_init (KefuHubClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_hub_dispose;
}

static void
kefu_hub_init (KefuHub *self)
{
  self->readers = g_hash_table_new_full (NULL, NULL, NULL, reader_free);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

KefuHub *
kefu_hub_new (KefuStorage *storage)
{
  KefuHub *self = g_object_new (KEFU_TYPE_HUB, NULL);

  self->storage = g_object_ref (storage);
  g_signal_connect_object (storage, "committed", G_CALLBACK (gather), self, G_CONNECT_SWAPPED);
  self->tick_id = kefu_clock_add_timeout (kefu_storage_get_clock (storage), KEFU_STREAM_TICK_MS, tick_cb, self, NULL);
  return self;
}

/* (nullable): which one has to go for @stream: that of the same token, or the oldest of an agent who has too many. */
static KefuStream *
find_surplus (KefuHub *self, KefuStream *stream)
{
  KefuStream *oldest = NULL;
  guint64 lowest = G_MAXUINT64;
  guint n = 0;
  GHashTableIter iter;
  gpointer other;
  gpointer value;

  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, &other, &value))
    {
      const Reader *reader = value;

      if (!kefu_stream_is_open (other) ||
          g_strcmp0 (kefu_stream_get_agent_id (other), kefu_stream_get_agent_id (stream)) != 0)
        continue;
      if (g_strcmp0 (kefu_stream_get_token (other), kefu_stream_get_token (stream)) == 0)
        return other;
      n++;
      if (reader->number < lowest)
        {
          lowest = reader->number;
          oldest = other;
        }
    }
  return n >= KEFU_HUB_AGENT_MAX ? oldest : NULL;
}

/* Tells a new reader who else is here, and the others of its agent if that is news. */
static void
introduce (KefuHub *self, KefuStream *stream)
{
  const char *agent_id = kefu_stream_get_agent_id (stream);
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) streams = list_streams (self);
  gboolean came = !is_present (self, agent_id);

  for (guint i = 0; i < streams->len; i++)
    {
      const char *other = kefu_stream_get_agent_id (g_ptr_array_index (streams, i));

      if (!g_str_equal (other, agent_id) && g_hash_table_add (told, (gpointer) other))
        {
          g_autoptr (GBytes) frame = presence_frame (other, TRUE);

          kefu_stream_send (stream, frame);
        }
    }
  if (came)
    {
      g_autoptr (GBytes) frame = presence_frame (agent_id, TRUE);

      broadcast (self, NULL, frame);
    }
}

void
kefu_hub_add (KefuHub *self, KefuStream *stream)
{
  KefuStream *surplus;
  Reader *reader;

  if (self->stopped)
    {
      kefu_stream_close (stream, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "The server is going down");
      return;
    }
  introduce (self, stream);
  while ((surplus = find_surplus (self, stream)) != NULL)
    kefu_stream_close (surplus, KEFU_STREAM_CLOSE_REPLACED, "This device has a newer stream");
  reader = g_new0 (Reader, 1);
  reader->stream = g_object_ref (stream);
  reader->number = self->n_added++;
  reader->live = kefu_stream_get_position (stream) >= kefu_storage_get_head (self->storage);
  g_hash_table_insert (self->readers, stream, reader);
  g_signal_connect_object (stream, "drained", G_CALLBACK (drained_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "eph", G_CALLBACK (eph_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);
  pump (self, reader);
}

GPtrArray *
kefu_hub_list_tokens (KefuHub *self)
{
  GPtrArray *tokens = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, self->readers);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    g_ptr_array_add (tokens, g_strdup (kefu_stream_get_token (stream)));
  return tokens;
}

void
kefu_hub_close_token (KefuHub *self, const char *token, const char *reason)
{
  g_autoptr (GPtrArray) streams = list_streams (self);

  for (guint i = 0; i < streams->len; i++)
    if (g_strcmp0 (kefu_stream_get_token (g_ptr_array_index (streams, i)), token) == 0)
      kefu_stream_close (g_ptr_array_index (streams, i), KEFU_STREAM_CLOSE_SIGNED_OUT, reason);
}

void
kefu_hub_close_all (KefuHub *self, gushort code, const char *reason)
{
  g_autoptr (GPtrArray) streams = list_streams (self);

  self->stopped = TRUE;
  for (guint i = 0; i < streams->len; i++)
    kefu_stream_close (g_ptr_array_index (streams, i), code, reason);
}

guint
kefu_hub_get_n_streams (KefuHub *self)
{
  return g_hash_table_size (self->readers);
}

gboolean
kefu_hub_is_full (KefuHub *self)
{
  return g_hash_table_size (self->readers) >= KEFU_HUB_STREAMS_MAX;
}
