/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file on its way to kefu-server: asked for first, continued where it stands. */
#define G_LOG_DOMAIN "kefu-backend"
#include "config.h"

#include "kefu-native-transfer.h"

#include <glib/gi18n.h>

#include "kefu-native-errors.h"
#include "kefu-native-http.h"

/* How often one call may be told another place to go on from: another desk may be bringing the same file. */
#define MAX_TURNS 5

/* A body of this size is worth a round trip in which the server may say that it does not want it. */
#define ASK_BYTES (256 * 1024)

/* One call: HEAD, then PUT of what is missing, until the server has it. The data of its task. */
typedef struct
{
  KefuNativeLink link;
  char *path;
  GFile *file;
  gint64 size;
  gint64 offset;
  gint64 sent;
  GFileInputStream *stream;
  SoupMessage *message;
  KefuNativeProgress progress;
  guint n_turns;
} Upload;

static void ask (GTask *task);

static void
upload_free (gpointer data)
{
  Upload *self = data;

  g_free (self->path);
  g_clear_object (&self->file);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_free (self);
}

/* Bytes that the server has of an unfinished upload; 0 if it says nothing that makes sense. */
static gint64
offset_of (SoupMessage *message, gint64 size)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Kefu-Offset");
  gint64 offset = 0;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, size, &offset, NULL) ? offset : 0;
}

static void
finish (GTask *task)
{
  Upload *self = g_task_get_task_data (task);

  kefu_native_progress_tell (&self->progress, self->size, self->size, TRUE);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/* @error is taken. */
static void
fail (GTask *task, GError *error)
{
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
wrote_cb (SoupMessage *message, guint n_bytes, GTask *task)
{
  Upload *self = g_task_get_task_data (task);

  self->sent += n_bytes;
  kefu_native_progress_tell (&self->progress, MIN (self->offset + self->sent, self->size), self->size, FALSE);
}

static void
put_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Upload *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (SoupMessage) message = g_steal_pointer (&self->message);
  guint status = soup_message_get_status (message);

  g_signal_handlers_disconnect_by_data (message, task);
  g_clear_object (&self->stream);
  if (body != NULL && (status == SOUP_STATUS_OK || status == SOUP_STATUS_CREATED))
    finish (task);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (task, g_steal_pointer (&error));
  /* It stands elsewhere by now, or is there. */
  else if (status == SOUP_STATUS_CONFLICT && ++self->n_turns < MAX_TURNS)
    ask (task);
  else if (status == SOUP_STATUS_CONFLICT)
    fail (task, g_error_new (KEFU_ERROR, KEFU_ERROR_SERVER, _ ("%s has a problem (%u)"), self->link.where, status));
  else if (status == SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE)
    fail (task, g_error_new (KEFU_ERROR, KEFU_ERROR_INVALID, _ ("%s takes no file of this size"), self->link.where));
  /* 404 would be taken for a file of ours that is missing. */
  else if (body != NULL || status == SOUP_STATUS_NOT_FOUND)
    fail (task, kefu_native_error_rubbish (self->link.where));
  else
    fail (task, g_steal_pointer (&error));
}

static void
send_rest (GTask *task)
{
  Upload *self = g_task_get_task_data (task);
  g_autoptr (GTask) call = g_task_new (self->link.backend, g_task_get_cancellable (task), put_cb, task);
  gint64 rest = self->size - self->offset;
  SoupMessageHeaders *headers;

  self->sent = 0;
  self->message = self->link.message_new (self->link.backend, SOUP_METHOD_PUT, self->path);
  /* On a kept connection that has died libsoup would send again, from a stream that is at its end. */
  soup_message_add_flags (self->message, SOUP_MESSAGE_NEW_CONNECTION);
  headers = soup_message_get_request_headers (self->message);
  if (self->offset > 0)
    {
      g_autofree char *range = rest > 0
                                 ? g_strdup_printf ("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                                    self->offset, self->size - 1, self->size)
                                 : g_strdup_printf ("bytes */%" G_GINT64_FORMAT, self->size);

      soup_message_headers_replace (headers, "Content-Range", range);
    }
  if (rest > ASK_BYTES)
    soup_message_headers_set_expectations (headers, SOUP_EXPECTATION_CONTINUE);
  soup_message_set_request_body (self->message, "application/octet-stream", G_INPUT_STREAM (self->stream), rest);
  g_signal_connect (self->message, "wrote-body-data", G_CALLBACK (wrote_cb), task);
  kefu_native_http_send (self->link.session, self->message, self->link.clock, self->link.where, KEFU_NATIVE_EXPECT_LATE,
                         call);
}

static void
changed (GTask *task)
{
  fail (task, g_error_new_literal (KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("The file has changed since it was chosen")));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Upload *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_input_stream_query_info_finish (G_FILE_INPUT_STREAM (source), result, &error);

  if (info == NULL)
    fail (task, kefu_native_error_from_file (error));
  else if (g_file_info_get_size (info) != self->size)
    changed (task);
  else if (!g_seekable_seek (G_SEEKABLE (self->stream), self->offset, G_SEEK_SET, NULL, &error))
    fail (task, kefu_native_error_from_file (error));
  else
    send_rest (task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Upload *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->stream = g_file_read_finish (G_FILE (source), result, &error);
  if (self->stream == NULL)
    fail (task, kefu_native_error_from_file (error));
  else
    g_file_input_stream_query_info_async (self->stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, g_task_get_priority (task),
                                          g_task_get_cancellable (task), looked_cb, task);
}

static void
put (GTask *task)
{
  Upload *self = g_task_get_task_data (task);

  kefu_native_progress_tell (&self->progress, self->offset, self->size, FALSE);
  g_file_read_async (self->file, g_task_get_priority (task), g_task_get_cancellable (task), opened_cb, task);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Upload *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (SoupMessage) message = g_steal_pointer (&self->message);

  if (body != NULL)
    finish (task);
  else if (soup_message_get_status (message) == SOUP_STATUS_NOT_FOUND &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      self->offset = offset_of (message, self->size);
      put (task);
    }
  else
    fail (task, g_steal_pointer (&error));
}

static void
ask (GTask *task)
{
  Upload *self = g_task_get_task_data (task);
  g_autoptr (GTask) call = g_task_new (self->link.backend, g_task_get_cancellable (task), asked_cb, task);

  self->message = self->link.message_new (self->link.backend, SOUP_METHOD_HEAD, self->path);
  kefu_native_http_send (self->link.session, self->message, self->link.clock, self->link.where, KEFU_NATIVE_EXPECT_JSON,
                         call);
}

void
kefu_native_upload (const KefuNativeLink *link,
                    const char *sha256,
                    GFile *file,
                    gint64 size,
                    KefuProgressFunc progress,
                    gpointer progress_data,
                    GTask *task)
{
  g_autofree char *escaped = g_uri_escape_string (sha256, NULL, FALSE);
  Upload *self = g_new0 (Upload, 1);

  self->link = *link;
  self->path = g_strconcat ("/blobs/", escaped, NULL);
  self->file = g_object_ref (file);
  self->size = size;
  self->progress = (KefuNativeProgress){ .func = progress, .data = progress_data, .clock = link->clock };
  g_task_set_task_data (task, self, upload_free);
  ask (task);
}
