/* SPDX-License-Identifier: GPL-3.0-or-later
 * All readers of the feed, and what goes out to them. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-hub.h"

#include "kefu-feed.h"
#include "kefu-worker.h"

#define BATCH_CHANGES 500
#define BATCH_BYTES (256 * 1024)

/* A reader is a position in the feed, and all that is done for it is to read on from there: nothing is kept for it but what libsoup
 * has not written yet. Readers at the same position, which are nearly all of them nearly always, share one reading of the database. */
struct _KefuHub
{
  GObject parent_instance;

  KefuStorage *storage;
  GPtrArray *readers;  /* Reader */
  GHashTable *pending; /* gint64 from → GPtrArray of readers' streams that wait for this batch */
  gboolean stopped;
};

typedef struct
{
  KefuStream *stream;
  gboolean live;    /* was at the head once: from then on everything is pushed */
  gboolean waiting; /* for a batch */
} Reader;

/* One reading for all that stand at `from`. */
typedef struct
{
  gint64 from;
  KefuFeedBatch *batch;
} Reading;

G_DEFINE_FINAL_TYPE (KefuHub, kefu_hub, G_TYPE_OBJECT)

static void pump (KefuHub *self, Reader *reader);

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_clear_pointer (&reading->batch, kefu_feed_batch_unref);
  g_free (reading);
}

static Reader *
find_reader (KefuHub *self, KefuStream *stream)
{
  for (guint i = 0; i < self->readers->len; i++)
    {
      Reader *reader = g_ptr_array_index (self->readers, i);

      if (reader->stream == stream)
        return reader;
    }
  return NULL;
}

static gboolean
is_present (KefuHub *self, const char *agent_id)
{
  for (guint i = 0; i < self->readers->len; i++)
    {
      Reader *reader = g_ptr_array_index (self->readers, i);

      if (g_strcmp0 (kefu_stream_get_agent_id (reader->stream), agent_id) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Sending may close a reader and so change the list: the streams are held, not the list. */
static GPtrArray *
list_streams (KefuHub *self)
{
  GPtrArray *streams = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->readers->len; i++)
    g_ptr_array_add (streams, g_object_ref (((Reader *) g_ptr_array_index (self->readers, i))->stream));
  return streams;
}

static void
broadcast (KefuHub *self, KefuStream *except, const char *text)
{
  g_autoptr (GPtrArray) streams = list_streams (self);

  for (guint i = 0; i < streams->len; i++)
    if (g_ptr_array_index (streams, i) != except)
      kefu_stream_send (g_ptr_array_index (streams, i), text);
}

static char *
presence_text (const char *agent_id, gboolean on)
{
  return g_strdup_printf ("{\"t\":\"eph\",\"kind\":\"presence\",\"agent_id\":\"%s\",\"on\":%s}", agent_id,
                          on ? "true" : "false");
}

static void
deliver (KefuHub *self, KefuStream *stream, KefuFeedBatch *batch)
{
  Reader *reader = find_reader (self, stream);
  g_autofree char *text = NULL;

  if (reader == NULL)
    return;
  reader->waiting = FALSE;
  if (kefu_feed_batch_get_to (batch) > kefu_stream_get_position (stream))
    {
      text = kefu_feed_batch_to_stream (batch, kefu_stream_get_agent_id (stream));
      kefu_stream_set_position (stream, kefu_feed_batch_get_to (batch));
      kefu_stream_send (stream, text);
    }
  reader->live |= !kefu_feed_batch_get_more (batch);
  pump (self, reader);
}

static gboolean
read_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Reading *reading = data;

  reading->batch = kefu_feed_read (db, reading->from, BATCH_CHANGES, BATCH_BYTES, error);
  return reading->batch != NULL;
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
        deliver (self, g_ptr_array_index (streams, i), reading->batch);
      else
        /* It comes back and finds out by itself whether it is better then. */
        kefu_stream_close (g_ptr_array_index (streams, i), SOUP_WEBSOCKET_CLOSE_SERVER_ERROR,
                           "The feed cannot be read");
    }
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

static void
committed_cb (KefuHub *self)
{
  for (guint i = 0; i < self->readers->len; i++)
    pump (self, g_ptr_array_index (self->readers, i));
}

static void
drained_cb (KefuHub *self, KefuStream *stream)
{
  Reader *reader = find_reader (self, stream);

  if (reader != NULL)
    pump (self, reader);
}

static void
eph_cb (KefuHub *self, const char *json, KefuStream *stream)
{
  broadcast (self, stream, json);
}

static void
closed_cb (KefuHub *self, KefuStream *stream)
{
  Reader *reader = find_reader (self, stream);
  g_autoptr (KefuStream) kept = g_object_ref (stream);
  g_autofree char *text = NULL;

  if (reader == NULL)
    return;
  g_ptr_array_remove (self->readers, reader);
  if (is_present (self, kefu_stream_get_agent_id (kept)))
    return;
  text = presence_text (kefu_stream_get_agent_id (kept), FALSE);
  broadcast (self, NULL, text);
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

  g_clear_pointer (&self->readers, g_ptr_array_unref);
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
  self->readers = g_ptr_array_new_with_free_func (reader_free);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

KefuHub *
kefu_hub_new (KefuStorage *storage)
{
  KefuHub *self = g_object_new (KEFU_TYPE_HUB, NULL);

  self->storage = g_object_ref (storage);
  g_signal_connect_object (storage, "committed", G_CALLBACK (committed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
kefu_hub_add (KefuHub *self, KefuStream *stream)
{
  const char *agent_id = kefu_stream_get_agent_id (stream);
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean came;
  Reader *reader;

  if (self->stopped)
    {
      kefu_stream_close (stream, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "The server is going down");
      return;
    }
  came = !is_present (self, agent_id);
  for (guint i = 0; i < self->readers->len; i++)
    {
      const char *other = kefu_stream_get_agent_id (((Reader *) g_ptr_array_index (self->readers, i))->stream);

      if (!g_str_equal (other, agent_id) && g_hash_table_add (told, (gpointer) other))
        {
          g_autofree char *text = presence_text (other, TRUE);

          kefu_stream_send (stream, text);
        }
    }
  if (came)
    {
      g_autofree char *text = presence_text (agent_id, TRUE);

      broadcast (self, NULL, text);
    }
  reader = g_new0 (Reader, 1);
  reader->stream = g_object_ref (stream);
  reader->live = kefu_stream_get_position (stream) >= kefu_storage_get_head (self->storage);
  g_ptr_array_add (self->readers, reader);
  g_signal_connect_object (stream, "drained", G_CALLBACK (drained_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "eph", G_CALLBACK (eph_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (stream, "closed", G_CALLBACK (closed_cb), self, G_CONNECT_SWAPPED);
  pump (self, reader);
}

GPtrArray *
kefu_hub_list_tokens (KefuHub *self)
{
  GPtrArray *tokens = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->readers->len; i++)
    g_ptr_array_add (tokens,
                     g_strdup (kefu_stream_get_token (((Reader *) g_ptr_array_index (self->readers, i))->stream)));
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
  return self->readers->len;
}
