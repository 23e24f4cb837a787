/* SPDX-License-Identifier: GPL-3.0-or-later
 * HEAD and GET of blobs: whole or in ranges, streamed from the disk. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-server-private.h"

#include "kefu-blob-access.h"
#include "kefu-blob-upload.h"

#define READ_SIZE (128 * 1024)

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
          kefu_connections_cut (request->message);
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
  const char *sha256;
  gint64 size;
  gint64 offset; /* of an unfinished upload */
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
  KefuBlobStore *blobs = kefu_storage_get_blobs (storage);
  g_autofree char *sender = kefu_blob_request_sender (request, db);

  if (sender == NULL)
    return TRUE;
  found->size = kefu_blob_request_may_read (request, db)
                  ? kefu_blob_store_lookup_file (blobs, db, found->sha256, &found->mime)
                  : -1;
  if (found->size >= 0)
    return TRUE;
  found->offset = kefu_blob_upload_offset (blobs, found->sha256, sender);
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
  g_autofree char *path = kefu_blob_store_path (kefu_storage_get_blobs (server->storage), found->sha256);
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
  if (found->request->args[1] != NULL && found->request->status == SOUP_STATUS_UNAUTHORIZED)
    kefu_gate_count_wrong (server->gate, found->request);
  if (found->request->status == 0 && !found->request->gone)
    serve (server, found->request, found);
  else if (found->offset > 0 && !found->request->gone)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, found->offset);

      soup_message_headers_replace (soup_server_message_get_response_headers (found->request->message), "Kefu-Offset",
                                    text);
    }
  kefu_router_finish (server->router, found->request);
}

void
kefu_server_blob_get (gpointer data, KefuRequest *request)
{
  KefuServer *server = KEFU_SERVER (data);
  const char *sha256 = kefu_blob_request_sha256 (request);
  Found *found;

  if (sha256 == NULL || (request->args[1] != NULL && kefu_gate_refuse_blob (server->gate, request)))
    {
      kefu_router_finish (server->router, request);
      return;
    }
  found = g_new0 (Found, 1);
  found->request = request;
  found->sha256 = sha256;
  kefu_storage_read_async (server->storage, KEFU_WORKER_NORMAL, lookup_job, found, found_free, found_cb,
                           g_object_ref (server));
}
