/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file on its way from kefu-server: into a part beside its place, checked, and then named. */
#define G_LOG_DOMAIN "kefu-backend"
#include "config.h"

#include "kefu-native-transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-native-errors.h"

#define CHUNK_SIZE (128u * 1024)
/* A server that sends more than any file may have is none of ours. */
#define MAX_BLOB_SIZE (40 * 1024 * 1024)

/* One call: what is there of the part, GET of the rest into it, the hash on another thread, the name. The data of its task. */
typedef struct
{
  KefuNativeLink link;
  char *sha256;
  char *path;
  GFile *target;
  GFile *part;
  gint64 have;
  gint64 total; /* -1: not said */
  gboolean continued;
  gboolean again; /* once more from the beginning */
  GInputStream *in;
  GFileOutputStream *out;
  GBytes *chunk;
  SoupMessage *message;
  KefuNativeProgress progress;
} Download;

static void look (GTask *task);
static void read_on (GTask *task);

static void
download_free (gpointer data)
{
  Download *self = data;

  g_free (self->sha256);
  g_free (self->path);
  g_clear_object (&self->target);
  g_clear_object (&self->part);
  g_clear_object (&self->in);
  g_clear_object (&self->out);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  g_clear_object (&self->message);
  g_free (self);
}

/* @error is taken. */
static void
fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

void
kefu_native_progress_tell (KefuNativeProgress *self, gint64 done, gint64 total, gboolean is_last)
{
  gint64 now = kefu_clock_now (self->clock);

  self->done = done;
  self->total = total;
  if (self->func == NULL || (!is_last && now >= self->told_at && now - self->told_at < 100))
    return;
  self->told_at = now;
  self->func (done, total, self->data);
}

GError *
kefu_native_error_from_file (const GError *cause)
{
  if (cause->domain != G_IO_ERROR)
    return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_FAILED, cause->message);
  switch (cause->code)
    {
    case G_IO_ERROR_CANCELLED:
      return g_error_copy (cause);
    case G_IO_ERROR_NO_SPACE:
      return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_DISK_FULL, cause->message);
    case G_IO_ERROR_PERMISSION_DENIED:
    case G_IO_ERROR_READ_ONLY:
      return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_READ_ONLY, cause->message);
    case G_IO_ERROR_NOT_FOUND:
      return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_NOT_FOUND, cause->message);
    default:
      return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_FAILED, cause->message);
    }
}

/* --- the end: hash, disk, name --- */

static GError *
error_from_errno (int saved, const char *path)
{
  g_autoptr (GError) cause =
    g_error_new (G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", path, g_strerror (saved));

  return kefu_native_error_from_file (cause);
}

/* (transfer full) (nullable): the hash of an open file, read from its beginning. */
static char *
hash_of (int fd, GCancellable *cancellable, int *saved)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (CHUNK_SIZE);
  gssize n;

  do
    {
      n = read (fd, buffer, CHUNK_SIZE);
      if (n > 0)
        g_checksum_update (checksum, buffer, n);
    }
  while ((n > 0 && !g_cancellable_is_cancelled (cancellable)) || (n < 0 && errno == EINTR));
  *saved = errno;
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/* On a thread of GLib's pool: 40 MiB take longer than a frame, and so does the disk. */
static void
check_thread (GTask *call, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Download *self = task_data;
  g_autofree char *part = g_file_get_path (self->part);
  g_autofree char *target = g_file_get_path (self->target);
  g_autofree char *sha256 = NULL;
  int saved = 0;
  int fd = g_open (part, O_RDONLY | O_CLOEXEC, 0);

  if (fd < 0)
    {
      g_task_return_error (call, error_from_errno (errno, part));
      return;
    }
  sha256 = hash_of (fd, cancellable, &saved);
  if (sha256 == NULL)
    {
      close (fd);
      if (!g_task_return_error_if_cancelled (call))
        g_task_return_error (call, error_from_errno (saved, part));
      return;
    }
  if (g_ascii_strcasecmp (sha256, self->sha256) != 0)
    {
      close (fd);
      (void) g_unlink (part);
      g_task_return_new_error (call, KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("%s sent a file that is damaged"),
                               self->link.where);
      return;
    }
  if (fsync (fd) != 0 || g_rename (part, target) != 0)
    {
      saved = errno;
      close (fd);
      g_task_return_error (call, error_from_errno (saved, target));
      return;
    }
  close (fd);
  g_task_return_boolean (call, TRUE);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      kefu_native_progress_tell (&self->progress, self->have, self->have, TRUE);
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
  /* What an earlier call left may be what is damaged. */
  else if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL) && self->continued && !self->again)
    {
      self->again = TRUE;
      look (task);
    }
  else
    fail (task, g_steal_pointer (&error));
}

static void
check (GTask *task)
{
  Download *self = g_task_get_task_data (task);
  /* Without a source: the thread may be the last to let go of this call, and a backend must not end there. */
  g_autoptr (GTask) call = g_task_new (NULL, g_task_get_cancellable (task), checked_cb, task);

  /* The data is that of the outer task, which waits for this one. */
  g_task_set_task_data (call, self, NULL);
  g_task_run_in_thread (call, check_thread);
}

/* --- the bytes --- */

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->out);
  g_clear_object (&self->in);
  if (!g_output_stream_close_finish (G_OUTPUT_STREAM (source), result, &error))
    fail (task, kefu_native_error_from_file (error));
  else
    check (task);
}

static void
wrote_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GBytes) chunk = g_steal_pointer (&self->chunk);
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      fail (task, kefu_native_error_from_file (error));
      return;
    }
  self->have += g_bytes_get_size (chunk);
  kefu_native_progress_tell (&self->progress, self->have, MAX (self->total, self->have), FALSE);
  read_on (task);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gsize size;
  gconstpointer data;

  self->chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (self->chunk == NULL)
    {
      fail (task, kefu_native_error_from_transport (error, self->link.where));
      return;
    }
  data = g_bytes_get_data (self->chunk, &size);
  if (size == 0)
    g_output_stream_close_async (G_OUTPUT_STREAM (self->out), g_task_get_priority (task), g_task_get_cancellable (task),
                                 closed_cb, task);
  else if (self->have + (gint64) size > MAX_BLOB_SIZE)
    fail (task, kefu_native_error_rubbish (self->link.where));
  else
    g_output_stream_write_all_async (G_OUTPUT_STREAM (self->out), data, size, g_task_get_priority (task),
                                     g_task_get_cancellable (task), wrote_cb, task);
}

static void
read_on (GTask *task)
{
  Download *self = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (self->in, CHUNK_SIZE, g_task_get_priority (task), g_task_get_cancellable (task),
                                   read_cb, task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->out = g_file_append_to_finish (G_FILE (source), result, &error);
  if (self->out == NULL)
    {
      fail (task, kefu_native_error_from_file (error));
      return;
    }
  kefu_native_progress_tell (&self->progress, self->have, MAX (self->total, self->have), FALSE);
  read_on (task);
}

static void
open_part (GTask *task)
{
  Download *self = g_task_get_task_data (task);

  g_file_append_to_async (self->part, G_FILE_CREATE_PRIVATE, g_task_get_priority (task), g_task_get_cancellable (task),
                          opened_cb, task);
}

/* --- the answer --- */

static void
dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!g_file_delete_finish (G_FILE (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    fail (task, kefu_native_error_from_file (error));
  else if (self->in != NULL)
    open_part (task);
  else
    look (task);
}

static void
drop_part (GTask *task)
{
  Download *self = g_task_get_task_data (task);

  self->have = 0;
  g_file_delete_async (self->part, g_task_get_priority (task), g_task_get_cancellable (task), dropped_cb, task);
}

/* The rest of what there is a part of, or the whole. */
static void
take (GTask *task)
{
  Download *self = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  guint status = soup_message_get_status (self->message);
  goffset start = 0, end = 0, total = -1;

  if (status == SOUP_STATUS_PARTIAL_CONTENT)
    {
      if (!soup_message_headers_get_content_range (headers, &start, &end, &total) || start != self->have)
        {
          fail (task, kefu_native_error_rubbish (self->link.where));
          return;
        }
      self->total = total;
      self->continued = TRUE;
      open_part (task);
      return;
    }
  self->total = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
                  ? soup_message_headers_get_content_length (headers)
                  : -1;
  drop_part (task);
}

/* The part is as long as the file, or longer. */
static void
end_reached (GTask *task)
{
  Download *self = g_task_get_task_data (task);
  const char *range = soup_message_headers_get_one (soup_message_get_response_headers (self->message), "Content-Range");
  g_autofree char *whole = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, self->have);

  g_clear_object (&self->in);
  self->continued = TRUE;
  if (g_strcmp0 (range, whole) == 0)
    check (task);
  else if (self->again)
    fail (task, kefu_native_error_rubbish (self->link.where));
  else
    {
      self->again = TRUE;
      drop_part (task);
    }
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  guint status;

  self->in = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->in == NULL)
    {
      fail (task, kefu_native_error_from_transport (error, self->link.where));
      return;
    }
  status = soup_message_get_status (self->message);
  if (status == SOUP_STATUS_OK || (status == SOUP_STATUS_PARTIAL_CONTENT && self->have > 0))
    take (task);
  else if (status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE && self->have > 0)
    end_reached (task);
  else if (status == SOUP_STATUS_NOT_FOUND)
    fail (task, g_error_new (KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("%s does not have it"), self->link.where));
  else
    fail (task, kefu_native_error_from_status (status, soup_message_get_response_headers (self->message), NULL,
                                               self->link.where));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Download *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);
  SoupMessageHeaders *headers;

  if (info == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      fail (task, kefu_native_error_from_file (error));
      return;
    }
  self->have = info != NULL ? g_file_info_get_size (info) : 0;
  self->continued = FALSE;
  g_clear_object (&self->message);
  self->message = self->link.message_new (self->link.backend, SOUP_METHOD_GET, self->path);
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_replace (headers, "Accept", "*/*");
  if (self->have > 0)
    soup_message_headers_set_range (headers, self->have, -1);
  soup_session_send_async (self->link.session, self->message, g_task_get_priority (task), g_task_get_cancellable (task),
                           sent_cb, task);
}

static void
look (GTask *task)
{
  Download *self = g_task_get_task_data (task);

  g_file_query_info_async (self->part, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS,
                           g_task_get_priority (task), g_task_get_cancellable (task), looked_cb, task);
}

void
kefu_native_download (const KefuNativeLink *link,
                      const char *sha256,
                      GFile *target,
                      KefuProgressFunc progress,
                      gpointer progress_data,
                      GTask *task)
{
  g_autofree char *escaped = g_uri_escape_string (sha256, NULL, FALSE);
  g_autofree char *place = g_file_get_path (target);
  g_autofree char *part = g_strconcat (place, ".part", NULL);
  Download *self = g_new0 (Download, 1);

  self->link = *link;
  self->sha256 = g_strdup (sha256);
  self->path = g_strconcat ("/blobs/", escaped, NULL);
  self->target = g_object_ref (target);
  self->part = g_file_new_for_path (part);
  self->progress = (KefuNativeProgress){ .func = progress, .data = progress_data, .clock = link->clock };
  g_task_set_task_data (task, self, download_free);
  look (task);
}
