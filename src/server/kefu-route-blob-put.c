/* SPDX-License-Identifier: GPL-3.0-or-later
 * PUT of blobs: streamed to the disk, continued where it was cut. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-server-private.h"

#include "kefu-blob-access.h"
#include "kefu-blob-upload.h"

/* What is gathered before it goes to the thread that writes files, and how much may wait for that thread. */
#define CHUNK_SIZE (256 * 1024)
#define WAITING_MAX (2 * 1024 * 1024)

/* Seconds after which one may ask again for room on the disk. */
#define FULL_RETRY_S 60

/* One upload. The main thread gathers chunks, the files thread hashes and writes them; jobs of one upload run in order. */
typedef struct
{
  KefuServer *server;
  KefuRequest *request;
  const char *sha256;
  char *sender; /* NULL until it is known */
  char *key;    /* in server->uploads */
  gint64 start;
  gint64 total;           /* -1: not said */
  gint64 length;          /* of this body, -1: not said */
  gint64 offset;          /* where it stands, for the answer; files thread until finish */
  gboolean known;         /* the blob is there already, and the body goes nowhere */
  KefuBlobUpload *upload; /* files thread */
  GByteArray *gathered;
  gsize waiting;
  gboolean paused;
  gboolean ended; /* the body is complete, or another request has taken the upload over */
  GError *error;  /* the first; files thread until finish, read by the main thread after it */
} Put;

static void
forget (Put *put)
{
  if (put->key != NULL && g_hash_table_lookup (put->server->uploads, put->key) == put)
    g_hash_table_remove (put->server->uploads, put->key);
}

static void
put_free (gpointer data)
{
  Put *put = data;

  forget (put);
  g_clear_pointer (&put->upload, kefu_blob_upload_free);
  g_clear_pointer (&put->gathered, g_byte_array_unref);
  g_clear_error (&put->error);
  g_clear_object (&put->server);
  g_free (put->sender);
  g_free (put->key);
  g_free (put);
}

static void
set_offset (KefuRequest *request, gint64 offset)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, offset);

  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Kefu-Offset", text);
}

/* --- the disk --- */

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

  if (put->error == NULL && put->upload != NULL)
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
      kefu_connections_hold (request->message, FALSE);
      soup_server_message_unpause (request->message);
    }
  kefu_request_unref (request);
}

static void
push_chunk (Put *put)
{
  g_autoptr (GTask) task = NULL;
  Chunk *chunk;

  if (put->gathered->len == 0)
    return;
  task = g_task_new (put->server, NULL, chunk_cb, kefu_request_ref (put->request));
  chunk = g_new (Chunk, 1);
  chunk->put = put;
  chunk->bytes = g_byte_array_free_to_bytes (g_steal_pointer (&put->gathered));
  put->gathered = g_byte_array_new ();
  put->waiting += g_bytes_get_size (chunk->bytes);
  g_task_set_task_data (task, chunk, chunk_free);
  kefu_worker_push (put->server->files, task, KEFU_WORKER_NORMAL, chunk_job);
}

static void
refuse_range (KefuRequest *request)
{
  kefu_request_fail (request, SOUP_STATUS_BAD_REQUEST, "bad_range",
                     "Content-Range should be “bytes FIRST-LAST/TOTAL” and fit the body", NULL);
  kefu_request_send (request);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *bytes, KefuRequest *request)
{
  Put *put = request->state;

  if (soup_server_message_get_status (message) != 0 || put->ended || put->known)
    return;
  if (put->length >= 0 && (gint64) request->received > put->length)
    {
      refuse_range (request);
      return;
    }
  g_byte_array_append (put->gathered, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  if (put->gathered->len < CHUNK_SIZE)
    return;
  push_chunk (put);
  /* A disk slower than the network: the sender has to wait, not our memory. */
  if (put->waiting >= WAITING_MAX && !put->paused)
    {
      put->paused = TRUE;
      kefu_connections_hold (message, TRUE);
      soup_server_message_pause (message);
    }
}

/* What came before the connection broke is kept: its sender goes on from there. */
static void
gone_cb (KefuRequest *request)
{
  Put *put = request->state;

  forget (put);
  if (put->ended)
    return;
  put->ended = TRUE;
  push_chunk (put);
}

/* --- before the body --- */

static gboolean
authorize_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  KefuRequest *request = data;
  Put *put = request->state;

  put->sender = kefu_blob_request_sender (request, db);
  if (put->sender != NULL)
    /* Who may not know that it is there has to bring it. */
    put->known = kefu_blob_request_may_read (request, db) &&
                 kefu_blob_store_lookup_file (kefu_storage_get_blobs (storage), db, put->sha256, NULL) >= 0;
  return TRUE;
}

static void
fail_with (KefuRequest *request, const GError *error)
{
  Put *put = request->state;

  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_DISK_FULL))
    {
      g_message ("An upload is refused: %s", error->message);
      kefu_request_fail (request, SOUP_STATUS_INSUFFICIENT_STORAGE, "disk_full", "The server's disk is nearly full",
                         NULL);
      request->retry_after = FULL_RETRY_S;
      return;
    }
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CONFLICT))
    set_offset (request, put->offset);
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID))
    kefu_request_fail (request, SOUP_STATUS_UNPROCESSABLE_ENTITY, "hash_mismatch", error->message, "sha256");
  else
    kefu_request_fail_error (request, error, NULL);
}

/* Answers what is wrong, or lets the body come. */
static void
go_on (KefuRequest *request)
{
  if (request->gone)
    return;
  if (request->status != 0)
    kefu_request_send (request);
  kefu_connections_hold (request->message, FALSE);
  soup_server_message_unpause (request->message);
}

static void
open_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Put *put = task_data;
  KefuBlobStore *blobs = kefu_storage_get_blobs (KEFU_SERVER (source_object)->storage);
  gint64 rest = put->total >= 0 ? put->total - put->start : 0;

  if (kefu_blob_store_check_space (blobs, rest, &put->error))
    put->upload = kefu_blob_upload_new (blobs, put->sha256, put->sender, put->start, &put->error);
  if (put->upload == NULL)
    put->offset = kefu_blob_upload_offset (blobs, put->sha256, put->sender);
  g_task_return_boolean (task, TRUE);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuRequest *request = user_data;
  Put *put = request->state;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    kefu_request_fail_error (request, error, NULL);
  else if (put->error != NULL)
    fail_with (request, put->error);
  go_on (request);
  kefu_request_unref (request);
}

/* A sender that begins again has given up what is still under way, whether we have noticed or not. What came of that is written first: the
 * files thread does one after the other. */
static void
take_over (Put *put)
{
  Put *old = g_hash_table_lookup (put->server->uploads, put->key);

  if (old != NULL && !old->ended)
    {
      old->ended = TRUE;
      push_chunk (old);
      kefu_connections_cut (old->request->message);
    }
  g_hash_table_replace (put->server->uploads, put->key, put);
}

static void
authorized_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuServer) server = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  gpointer data;
  KefuRequest *request;
  Put *put;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    kefu_request_fail_error (data, error, NULL);
  request = data;
  put = request->state;
  if (request->args[1] != NULL &&
      (request->status == SOUP_STATUS_UNAUTHORIZED || request->status == SOUP_STATUS_NOT_FOUND))
    kefu_gate_count_wrong (server->gate, request);
  if (request->status != 0 || put->known || request->gone)
    {
      go_on (request);
      kefu_request_unref (request);
      return;
    }
  put->key = g_strconcat (put->sender, " ", put->sha256, NULL);
  take_over (put);
  task = g_task_new (server, NULL, opened_cb, request);
  g_task_set_task_data (task, put, NULL);
  kefu_worker_push (server->files, task, KEFU_WORKER_NORMAL, open_job);
}

/* "bytes 5-9/10", or "bytes * /10" without the blank for one of which all is there. Without it the whole comes. */
static gboolean
read_range (Put *put, SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Content-Range");
  goffset start, end, total;

  put->total = put->length = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
                               ? soup_message_headers_get_content_length (headers)
                               : -1;
  if (text == NULL)
    return TRUE;
  if (g_str_has_prefix (text, "bytes */"))
    {
      put->length = 0;
      return g_ascii_string_to_signed (text + strlen ("bytes */"), 10, 1, G_MAXINT64, &put->total, NULL) &&
             (put->start = put->total) > 0;
    }
  if (!soup_message_headers_get_content_range (headers, &start, &end, &total) || total <= 0 || start < 0 ||
      end < start || end >= total || (put->length >= 0 && put->length != end - start + 1))
    return FALSE;
  put->start = start;
  put->total = total;
  put->length = end - start + 1;
  return TRUE;
}

/* Who may not upload, or not so much, is told before the body comes; at once if the sender asks with "Expect: 100-continue". */
void
kefu_server_blob_early (gpointer data, KefuRequest *request)
{
  KefuServer *server = KEFU_SERVER (data);
  const char *sha256 = kefu_blob_request_sha256 (request);
  Put *put;

  if (sha256 == NULL)
    {
      kefu_request_send (request);
      return;
    }
  if (request->args[1] != NULL && kefu_gate_refuse_blob (server->gate, request))
    return;
  put = g_new0 (Put, 1);
  put->server = g_object_ref (server);
  put->request = request;
  put->sha256 = sha256;
  put->gathered = g_byte_array_new ();
  request->state = put;
  request->state_free = put_free;
  if (!read_range (put, soup_server_message_get_request_headers (request->message)))
    {
      refuse_range (request);
      return;
    }
  if (put->total > KEFU_ATTACHMENT_MAX)
    {
      kefu_request_fail (request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too_large", "A file has at most 40 MiB", NULL);
      kefu_request_send (request);
      return;
    }
  soup_message_body_set_accumulate (soup_server_message_get_request_body (request->message), FALSE);
  g_signal_connect (request->message, "got-chunk", G_CALLBACK (got_chunk_cb), request);
  g_signal_connect_swapped (request->message, "finished", G_CALLBACK (gone_cb), request);
  g_signal_connect_swapped (request->message, "disconnected", G_CALLBACK (gone_cb), request);
  kefu_connections_hold (request->message, TRUE);
  soup_server_message_pause (request->message);
  kefu_request_ref (request);
  /* Nobody knows yet who asks: it waits its turn. */
  kefu_storage_read_async (server->storage, KEFU_WORKER_NORMAL, authorize_job, request, NULL, authorized_cb,
                           g_object_ref (server));
}

/* --- after the body --- */

static void
finish_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Put *put = task_data;

  put->offset = put->upload != NULL ? kefu_blob_upload_get_size (put->upload) : 0;
  if (put->error == NULL && (put->total < 0 || put->offset == put->total) &&
      !kefu_blob_upload_finish (put->upload, &put->error))
    put->offset = 0;
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
  known = kefu_blob_store_lookup (db, put->sha256, NULL) >= 0;
  if ((put->upload != NULL && !kefu_blob_upload_record (put->upload, write, error)) ||
      (request->args[1] != NULL && !kefu_blob_grant (db, request->args[0], put->sha256, error)) ||
      !kefu_write_commit (write, error))
    return FALSE;
  kefu_request_answer (request, known ? SOUP_STATUS_OK : SOUP_STATUS_CREATED,
                       g_strdup_printf ("{\"sha256\":\"%s\"}", put->sha256));
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
record (KefuRequest *request)
{
  KefuServer *server = ((Put *) request->state)->server;

  kefu_storage_write_async (server->storage, KEFU_WORKER_NORMAL, record_job, request, NULL, recorded_cb,
                            g_object_ref (server));
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
  else if (put->error != NULL)
    fail_with (request, put->error);
  else if (put->total >= 0 && put->offset < put->total)
    {
      set_offset (request, put->offset);
      kefu_request_answer (request, SOUP_STATUS_ACCEPTED,
                           g_strdup_printf ("{\"offset\":%" G_GINT64_FORMAT "}", put->offset));
    }
  else
    {
      record (request);
      return;
    }
  kefu_router_finish (server->router, request);
}

void
kefu_server_blob_put (gpointer data, KefuRequest *request)
{
  KefuServer *server = KEFU_SERVER (data);
  Put *put = request->state;
  g_autoptr (GTask) task = NULL;

  if (put->ended)
    {
      kefu_request_fail (request, SOUP_STATUS_CONFLICT, "conflict", "Another request has taken the upload over", NULL);
      kefu_router_finish (server->router, request);
      return;
    }
  put->ended = TRUE;
  if (put->known)
    {
      record (request);
      return;
    }
  if (put->length >= 0 && (gint64) request->received != put->length)
    put->total = G_MAXINT64; /* it cannot be whole */
  push_chunk (put);
  task = g_task_new (server, NULL, finished_cb, request);
  g_task_set_task_data (task, put, NULL);
  kefu_worker_push (server->files, task, KEFU_WORKER_NORMAL, finish_job);
}
