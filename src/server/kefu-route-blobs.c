/* SPDX-License-Identifier: GPL-3.0-or-later
 * PUT, HEAD and GET /v1/blobs/{sha256}: attachments, streamed in both directions. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-server-private.h"

/* What is gathered before it goes to the thread that writes files, and how much may wait for that thread. */
#define CHUNK_SIZE (256 * 1024)
#define WAITING_MAX (2 * 1024 * 1024)
#define READ_SIZE (128 * 1024)

/* One upload. The main thread gathers chunks, the files thread hashes and writes them; jobs of one upload run in order. */
typedef struct
{
  KefuServer *server;
  KefuRequest *request;
  KefuBlobUpload *upload; /* files thread; NULL if the blob is there already */
  GByteArray *gathered;
  gsize waiting;
  gboolean paused;
  GError *error; /* the first; files thread until finish, read by the main thread after it */
} Put;

/* One download: a file that is read ahead by one chunk. */
typedef struct
{
  SoupServerMessage *message;
  GInputStream *stream;
  guint64 left;
  gboolean gone;
  gboolean reading;
} Get;

static void
put_free (gpointer data)
{
  Put *put = data;

  g_clear_pointer (&put->upload, kefu_blob_upload_free);
  g_clear_pointer (&put->gathered, g_byte_array_unref);
  g_clear_error (&put->error);
  g_clear_object (&put->server);
  g_free (put);
}

static gboolean
check_name (KefuRequest *request)
{
  if (kefu_attachment_is_sha256 (request->args[0]))
    return TRUE;
  kefu_request_fail (request, SOUP_STATUS_BAD_REQUEST, "bad_sha256",
                     "The address should end with 64 lower-case hexadecimal digits", "sha256");
  return FALSE;
}

typedef struct
{
  Put *put;
  GBytes *bytes;
} Chunk;

static void
chunk_free (gpointer data)
{
  Chunk *chunk = data;

  g_bytes_unref (chunk->bytes);
  g_free (chunk);
}

static void
chunk_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Chunk *chunk = task_data;
  Put *put = chunk->put;

  if (put->error == NULL && put->upload == NULL)
    put->upload = kefu_blob_upload_new (kefu_storage_get_blobs (KEFU_SERVER (source_object)->storage), &put->error);
  if (put->error == NULL)
    kefu_blob_upload_append (put->upload, chunk->bytes, &put->error);
  g_task_return_boolean (task, TRUE);
}

static void
chunk_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuRequest *request = user_data;
  Put *put = request->state;
  Chunk *chunk = g_task_get_task_data (G_TASK (result));

  put->waiting -= g_bytes_get_size (chunk->bytes);
  if (put->paused && put->waiting < WAITING_MAX && !request->gone)
    {
      put->paused = FALSE;
      soup_server_message_unpause (request->message);
    }
  kefu_request_unref (request);
}

static void
push_chunk (KefuRequest *request)
{
  Put *put = request->state;
  g_autoptr (GTask) task = g_task_new (put->server, NULL, chunk_cb, kefu_request_ref (request));
  Chunk *chunk = g_new (Chunk, 1);

  chunk->put = put;
  chunk->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&put->gathered));
  put->gathered = g_byte_array_new ();
  put->waiting += g_bytes_get_size (chunk->bytes);
  g_task_set_task_data (task, chunk, chunk_free);
  kefu_worker_push (put->server->files, task, KEFU_WORKER_NORMAL, chunk_job);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *bytes, KefuRequest *request)
{
  Put *put = request->state;

  if (soup_server_message_get_status (message) != 0)
    return;
  g_byte_array_append (put->gathered, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  if (put->gathered->len < CHUNK_SIZE)
    return;
  push_chunk (request);
  /* A disk slower than the network: the sender has to wait, not our memory. */
  if (put->waiting >= WAITING_MAX && !put->paused)
    {
      put->paused = TRUE;
      soup_server_message_pause (message);
    }
}

static gboolean
authenticate_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  kefu_request_authenticate (data, db);
  return TRUE;
}

static void
authenticated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuServer) server = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;
  KefuRequest *request;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    kefu_request_fail_error (data, error, NULL);
  request = data;
  if (!request->gone)
    {
      if (request->status != 0)
        kefu_request_send (request);
      soup_server_message_unpause (request->message);
    }
  kefu_request_unref (request);
}

/* Who may not upload is told before the body comes. */
void
kefu_server_blob_early (gpointer data, KefuRequest *request)
{
  KefuServer *server = KEFU_SERVER (data);
  Put *put;

  if (!check_name (request))
    {
      kefu_request_send (request);
      return;
    }
  put = g_new0 (Put, 1);
  put->server = g_object_ref (server);
  put->gathered = g_byte_array_new ();
  request->state = put;
  request->state_free = put_free;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (request->message), FALSE);
  g_signal_connect (request->message, "got-chunk", G_CALLBACK (got_chunk_cb), request);
  soup_server_message_pause (request->message);
  kefu_request_ref (request);
  kefu_storage_read_async (server->storage, KEFU_WORKER_URGENT, authenticate_job, request, NULL, authenticated_cb,
                           g_object_ref (server));
}

static void
finish_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  KefuRequest *request = task_data;
  Put *put = request->state;

  if (put->error == NULL && put->upload != NULL)
    kefu_blob_upload_finish (put->upload, request->args[0], &put->error);
  g_task_return_boolean (task, TRUE);
}

static gboolean
record_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  KefuRequest *request = data;
  Put *put = request->state;
  g_autoptr (KefuWrite) write = kefu_write_begin (db, request->now, error);
  gboolean known;

  if (write == NULL)
    return FALSE;
  known = kefu_blob_store_lookup (db, request->args[0], NULL) >= 0;
  if (!kefu_blob_upload_record (put->upload, write, error) || !kefu_write_commit (write, error))
    return FALSE;
  kefu_request_answer (request, known ? SOUP_STATUS_OK : SOUP_STATUS_CREATED,
                       g_strdup_printf ("{\"sha256\":\"%s\"}", request->args[0]));
  return TRUE;
}

static void
recorded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuServer) server = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    kefu_request_fail_error (data, error, NULL);
  kefu_router_finish (server->router, data);
}

static void
finished_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuServer *server = KEFU_SERVER (source);
  KefuRequest *request = user_data;
  Put *put = request->state;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    kefu_request_fail_error (request, error, NULL);
  else if (g_error_matches (put->error, KEFU_ERROR, KEFU_ERROR_INVALID))
    kefu_request_fail (request, SOUP_STATUS_UNPROCESSABLE_ENTITY, "hash_mismatch", put->error->message, "sha256");
  else if (put->error != NULL)
    kefu_request_fail_error (request, put->error, NULL);
  else
    {
      kefu_storage_write_async (server->storage, KEFU_WORKER_NORMAL, record_job, request, NULL, recorded_cb,
                                g_object_ref (server));
      return;
    }
  kefu_router_finish (server->router, request);
}

void
kefu_server_blob_put (gpointer data, KefuRequest *request)
{
  KefuServer *server = KEFU_SERVER (data);
  g_autoptr (GTask) task = g_task_new (server, NULL, finished_cb, request);

  /* Also an empty body becomes a chunk, and so a file. */
  push_chunk (request);
  g_task_set_task_data (task, request, NULL);
  kefu_worker_push (server->files, task, KEFU_WORKER_NORMAL, finish_job);
}

static void
get_free (gpointer data)
{
  Get *get = data;

  g_clear_object (&get->stream);
  g_free (get);
}

static void read_next (KefuRequest *request);

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuRequest *request = user_data;
  Get *get = request->state;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  get->reading = FALSE;
  if (!request->gone)
    {
      if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        {
          /* Shorter than its row says: the other side must not take it for whole. */
          g_socket_shutdown (soup_server_message_get_socket (request->message), TRUE, TRUE, NULL);
        }
      else
        {
          get->left -= g_bytes_get_size (bytes);
          soup_message_body_append_bytes (soup_server_message_get_response_body (request->message), bytes);
          if (get->left == 0)
            soup_message_body_complete (soup_server_message_get_response_body (request->message));
        }
      soup_server_message_unpause (request->message);
    }
  kefu_request_unref (request);
}

static void
read_next (KefuRequest *request)
{
  Get *get = request->state;

  if (get->left == 0 || get->reading || request->gone)
    return;
  get->reading = TRUE;
  kefu_request_ref (request);
  g_input_stream_read_bytes_async (get->stream, (gsize) MIN (get->left, READ_SIZE), G_PRIORITY_DEFAULT, NULL, read_cb,
                                   request);
}

static void
wrote_chunk_cb (KefuRequest *request)
{
  read_next (request);
}

/* What a reading job found. */
typedef struct
{
  KefuRequest *request;
  gint64 size;
  char *mime;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->mime);
  g_free (found);
}

static gboolean
lookup_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Found *found = data;
  KefuRequest *request = found->request;

  if (!kefu_request_authenticate (request, db))
    return TRUE;
  found->size = kefu_blob_store_lookup (db, request->args[0], &found->mime);
  if (found->size < 0)
    kefu_request_fail (request, SOUP_STATUS_NOT_FOUND, "not_found", "There is no such blob", NULL);
  return TRUE;
}

/* Fills start and length by Range; only one range is served as such. FALSE: there is nothing of it. */
static gboolean
read_range (SoupServerMessage *message, guint64 size, guint64 *start, guint64 *length)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupRange *ranges = NULL;
  int n_ranges = 0;

  *start = 0;
  *length = size;
  if (soup_message_headers_get_one (headers, "Range") == NULL)
    return TRUE;
  if (soup_message_headers_get_ranges (headers, (goffset) size, &ranges, &n_ranges) && n_ranges == 1)
    {
      if (ranges[0].start < 0 || ranges[0].start >= (goffset) size || ranges[0].end < ranges[0].start)
        {
          soup_message_headers_free_ranges (headers, ranges);
          return FALSE;
        }
      *start = (guint64) ranges[0].start;
      *length = (guint64) (MIN (ranges[0].end, (goffset) size - 1) - ranges[0].start + 1);
      soup_server_message_set_status (message, SOUP_STATUS_PARTIAL_CONTENT, NULL);
      soup_message_headers_set_content_range (soup_server_message_get_response_headers (message), (goffset) *start,
                                              (goffset) (*start + *length - 1), (goffset) size);
    }
  if (ranges != NULL)
    soup_message_headers_free_ranges (headers, ranges);
  return TRUE;
}

static void
set_headers (SoupServerMessage *message, const char *mime)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  /* Never what the sender called it: what is not one of four kinds of picture is bytes, and nothing is run. */
  soup_message_headers_replace (headers, "Content-Type", mime);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Content-Security-Policy", "sandbox");
  soup_message_headers_replace (headers, "Content-Disposition",
                                g_str_has_prefix (mime, "image/") ? "inline" : "attachment");
  soup_message_headers_replace (headers, "Accept-Ranges", "bytes");
  soup_message_headers_replace (headers, "Cache-Control", "private, immutable, max-age=31536000");
}

static void
serve (KefuServer *server, KefuRequest *request, const Found *found)
{
  SoupServerMessage *message = request->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *path = kefu_blob_store_path (kefu_storage_get_blobs (server->storage), request->args[0]);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  guint64 start;
  guint64 length;
  Get *get;

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (!read_range (message, (guint64) found->size, &start, &length))
    {
      g_autofree char *range = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, found->size);

      kefu_request_fail (request, SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE, "bad_range",
                         "The blob does not go that far", NULL);
      soup_message_headers_replace (headers, "Content-Range", range);
      return;
    }
  /* Opening and seeking ask the file system only for what it has in memory; the reading is asynchronous. */
  stream = g_file_read (file, NULL, NULL);
  if (stream == NULL || !g_seekable_seek (G_SEEKABLE (stream), (goffset) start, G_SEEK_SET, NULL, NULL))
    {
      g_autoptr (GError) error = g_error_new_literal (KEFU_ERROR, KEFU_ERROR_CORRUPT, "The file of a blob is missing");

      kefu_request_fail_error (request, error, NULL);
      return;
    }
  set_headers (message, found->mime);
  soup_message_headers_set_content_length (headers, (goffset) length);
  if (soup_server_message_get_method (message) == SOUP_METHOD_HEAD || length == 0)
    return;
  get = g_new0 (Get, 1);
  get->stream = G_INPUT_STREAM (g_steal_pointer (&stream));
  get->left = length;
  request->state = get;
  request->state_free = get_free;
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect_swapped (message, "wrote-headers", G_CALLBACK (wrote_chunk_cb), request);
  g_signal_connect_swapped (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), request);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuServer) server = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;
  Found *found;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    kefu_request_fail_error (((Found *) data)->request, error, NULL);
  found = data;
  if (found->request->status == 0 && !found->request->gone)
    serve (server, found->request, found);
  kefu_router_finish (server->router, found->request);
}

void
kefu_server_blob_get (gpointer data, KefuRequest *request)
{
  KefuServer *server = KEFU_SERVER (data);
  Found *found;

  if (!check_name (request))
    {
      kefu_router_finish (server->router, request);
      return;
    }
  found = g_new0 (Found, 1);
  found->request = request;
  kefu_storage_read_async (server->storage, KEFU_WORKER_NORMAL, lookup_job, found, found_free, found_cb,
                           g_object_ref (server));
}
