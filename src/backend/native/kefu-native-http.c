/* SPDX-License-Identifier: GPL-3.0-or-later
 * One HTTP call to kefu-server: bounded in time and size, errors in our domain. */
#define G_LOG_DOMAIN "kefu-backend"
#include "config.h"

#include "kefu-native-http.h"

#include <glib/gi18n.h>

#include "kefu-native-errors.h"

/* The session's own timeout only counts silence; a server that drips would hold a call for ever. */
#define JSON_TIMEOUT_MS (60 * 1000)
#define MAX_JSON_SIZE (64u * 1024 * 1024)
#define MAX_ERROR_SIZE (64u * 1024)
#define CHUNK_SIZE (64u * 1024)

typedef struct
{
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *body;
  GCancellable *cancellable; /* our own, so that the deadline can use it */
  gulong cancelled_id;
  KefuClock *clock;
  guint deadline_id;
  gboolean timed_out;
  char *where;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->message);
  g_clear_object (&call->stream);
  g_clear_pointer (&call->body, g_byte_array_unref);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->clock);
  g_free (call->where);
  g_free (call);
}

static gboolean
is_success (Call *call)
{
  return SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (call->message));
}

static gsize
max_size (Call *call)
{
  return is_success (call) ? MAX_JSON_SIZE : MAX_ERROR_SIZE;
}

/* Ends the watch over the call; the task may be answered after it. */
static Call *
call_end (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  kefu_clock_clear_timeout (call->clock, &call->deadline_id);
  if (call->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), call->cancelled_id);
  call->cancelled_id = 0;
  return call;
}

static void
fail (GTask *task, const GError *cause)
{
  Call *call = call_end (task);

  if (call->timed_out)
    g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s did not answer in time"), call->where);
  else
    g_task_return_error (task, kefu_native_error_from_transport (cause, call->where));
}

/* Whether the answer says that it is JSON and looks like an object. The rest is for whoever parses it. */
static gboolean
looks_like_json (Call *call)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  guint i = 0;

  if (g_strcmp0 (type, "application/json") != 0)
    return FALSE;
  while (i < call->body->len && g_ascii_isspace (call->body->data[i]))
    i++;
  return i < call->body->len && call->body->data[i] == '{';
}

static void
finish (GTask *task)
{
  Call *call = call_end (task);
  g_autoptr (GBytes) body = NULL;

  if (is_success (call) && call->body->len > 0 && !looks_like_json (call))
    {
      g_task_return_error (task, kefu_native_error_rubbish (call->where));
      return;
    }
  body = g_byte_array_free_to_bytes (g_steal_pointer (&call->body));
  if (is_success (call))
    g_task_return_pointer (task, g_steal_pointer (&body), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, kefu_native_error_from_status (soup_message_get_status (call->message),
                                                              soup_message_get_response_headers (call->message), body,
                                                              call->where));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  Call *call = g_task_get_task_data (task);
  gsize size;

  if (chunk == NULL)
    {
      fail (task, error);
      return;
    }
  size = g_bytes_get_size (chunk);
  if (size == 0)
    {
      finish (task);
      return;
    }
  if (call->body->len + size > max_size (call))
    {
      g_autoptr (GError) rubbish = kefu_native_error_rubbish (call->where);

      fail (task, rubbish);
      return;
    }
  g_byte_array_append (call->body, g_bytes_get_data (chunk, NULL), (guint) size);
  g_input_stream_read_bytes_async (call->stream, CHUNK_SIZE, g_task_get_priority (task), call->cancellable, read_cb,
                                   g_object_ref (task));
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Call *call = g_task_get_task_data (task);

  call->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (call->stream == NULL)
    {
      fail (task, error);
      return;
    }
  g_input_stream_read_bytes_async (call->stream, CHUNK_SIZE, g_task_get_priority (task), call->cancellable, read_cb,
                                   g_object_ref (task));
}

static void
deadline_cb (gpointer user_data)
{
  Call *call = user_data;

  call->deadline_id = 0;
  call->timed_out = TRUE;
  g_cancellable_cancel (call->cancellable);
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

void
kefu_native_http_send (SoupSession *session,
                       SoupMessage *message,
                       KefuClock *clock,
                       const char *where,
                       KefuNativeExpect expect,
                       GTask *task)
{
  GCancellable *outer = g_task_get_cancellable (task);
  Call *call = g_new0 (Call, 1);

  call->message = g_object_ref (message);
  call->body = g_byte_array_new ();
  call->cancellable = g_cancellable_new ();
  call->clock = g_object_ref (clock);
  call->where = g_strdup (where);
  g_task_set_task_data (task, call, call_free);

  if (outer != NULL)
    call->cancelled_id =
      g_cancellable_connect (outer, G_CALLBACK (cancelled_cb), g_object_ref (call->cancellable), g_object_unref);
  if (expect == KEFU_NATIVE_EXPECT_JSON)
    call->deadline_id = kefu_clock_add_timeout (clock, JSON_TIMEOUT_MS, deadline_cb, call, NULL);
  soup_session_send_async (session, message, g_task_get_priority (task), call->cancellable, send_cb,
                           g_object_ref (task));
}
