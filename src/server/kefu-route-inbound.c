/* SPDX-License-Identifier: GPL-3.0-or-later
 * POST /v1/channels/{id}/inbound: signed events of channels and shops. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-inbound.h"
#include "kefu-json.h"
#include "kefu-server-private.h"

/* The gate has checked who sent it and every field; what is left is to store it, together with what others sent meanwhile. */
static gboolean
apply_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **unused)
{
  KefuRequest *request = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *field = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) results = NULL;
  g_autoptr (KefuWrite) write = kefu_write_begin (db, request->now, &error);

  if (write != NULL)
    results =
      kefu_inbound_apply (write, kefu_storage_get_blobs (storage), request->args[0], request->state, &field, &error);
  if (results == NULL || !kefu_storage_commit (storage, write, &error))
    {
      kefu_request_fail_error (request, error, field);
      return TRUE;
    }
  text = kefu_json_to_text (results);
  kefu_request_answer (request, SOUP_STATUS_OK, g_strdup_printf ("{\"results\":%s}", text));
  return TRUE;
}

/* 2xx only after the commit: the sender forgets the events then. */
static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuServer) self = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    kefu_request_fail_error (data, error, NULL);
  kefu_router_finish (self->router, data);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuServer) self = user_data;
  KefuRequest *request = kefu_gate_check_finish (KEFU_GATE (source), result);

  if (request->status != 0)
    kefu_router_finish (self->router, request);
  else
    kefu_storage_write_grouped_async (self->storage, apply_job, request, NULL, applied_cb, g_object_ref (self));
}

void
kefu_server_inbound_early (gpointer server, KefuRequest *request)
{
  kefu_gate_check_early (KEFU_SERVER (server)->gate, request);
}

void
kefu_server_inbound_post (gpointer server, KefuRequest *request)
{
  KefuServer *self = KEFU_SERVER (server);

  kefu_gate_check_async (self->gate, request, checked_cb, g_object_ref (self));
}
