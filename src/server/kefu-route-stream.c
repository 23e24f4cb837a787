/* SPDX-License-Identifier: GPL-3.0-or-later
 * WS /v1/stream: from a request to a reader of the feed. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-feed.h"
#include "kefu-server-private.h"

#define STATUS_UPGRADE_REQUIRED 426
#define RETRY_S 10

/* A request that may become a stream. */
typedef struct
{
  KefuServer *server;
  KefuRequest *request;
  gint64 position;
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->server);
  g_free (opening);
}

/* The answer 101 has been written: the connection is ours. */
static void
upgraded_cb (SoupServerMessage *message, Opening *opening)
{
  g_autoptr (SoupServerMessage) kept = g_object_ref (message);
  KefuRequest *request = opening->request;
  g_autoptr (KefuStream) stream = NULL;

  stream = kefu_stream_new (message, opening->server->clock, request->agent_id, request->token, opening->position);
  kefu_hub_add (opening->server->hub, stream);
}

static gboolean
open_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  Opening *opening = data;
  KefuRequest *request = opening->request;
  const char *cursor = kefu_request_param (request, "cursor");
  g_autofree char *epoch = NULL;
  g_autoptr (GError) cursor_error = NULL;

  if (!kefu_request_authenticate (request, db))
    return TRUE;
  if (cursor == NULL)
    {
      kefu_request_fail (request, SOUP_STATUS_BAD_REQUEST, "bad_cursor", "cursor is missing", "cursor");
      return TRUE;
    }
  if (!kefu_feed_parse_cursor (cursor, &epoch, &opening->position, &cursor_error))
    kefu_request_fail (request, SOUP_STATUS_BAD_REQUEST, "bad_cursor", cursor_error->message, "cursor");
  else if (!kefu_feed_check_cursor (db, epoch, opening->position, &cursor_error))
    kefu_request_fail_error (request, cursor_error, NULL);
  return TRUE;
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Opening *opening = user_data;
  KefuRequest *request = opening->request;
  KefuServer *server = opening->server;
  g_autoptr (GPtrArray) extensions = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, NULL, &error))
    kefu_request_fail_error (request, error, NULL);
  if (request->status == 0 && kefu_hub_is_full (server->hub))
    {
      kefu_request_fail (request, SOUP_STATUS_SERVICE_UNAVAILABLE, "full", "There are too many streams", NULL);
      request->retry_after = RETRY_S;
    }
  if (request->status == 0 && !request->gone &&
      soup_websocket_server_check_handshake (request->message, NULL, NULL, extensions, NULL) &&
      soup_websocket_server_process_handshake (request->message, NULL, NULL, extensions, NULL))
    {
      /* Freed with the handler, which goes with the message. */
      g_signal_connect_data (request->message, "wrote-informational", G_CALLBACK (upgraded_cb), opening,
                             (GClosureNotify) opening_free, 0);
      kefu_router_finish (server->router, request);
      return;
    }
  if (request->status == 0 && !request->gone)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Upgrade",
                                    "websocket");
      kefu_request_fail (request, STATUS_UPGRADE_REQUIRED, "upgrade_required", "This address speaks WebSocket", NULL);
    }
  kefu_router_finish (server->router, request);
  opening_free (opening);
}

void
kefu_server_stream_open (gpointer data, KefuRequest *request)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->server = g_object_ref (KEFU_SERVER (data));
  opening->request = request;
  kefu_storage_read_async (opening->server->storage, KEFU_WORKER_URGENT, open_job, opening, NULL, opened_cb, opening);
}
