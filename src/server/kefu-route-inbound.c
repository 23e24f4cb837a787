/* SPDX-License-Identifier: GPL-3.0-or-later
 * POST /v1/channels/{id}/inbound: signed events of channels and shops. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-routes.h"

#include "kefu-channels.h"
#include "kefu-inbound.h"
#include "kefu-json.h"
#include "kefu-signature.h"

static gboolean
check_sender (KefuRequest *request, const KefuChannelInfo *channel, GError **error)
{
  const char *secrets[3] = { channel->secret, channel->old_secret, NULL };
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);

  return kefu_signature_check (secrets, request->timestamp, request->signature,
                               request->body != NULL ? request->body : empty, request->now, error);
}

static void
apply (KefuRequest *request, KefuDb *db, const char *channel_id, JsonNode *body)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *field = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) results = NULL;
  g_autoptr (KefuWrite) write = kefu_write_begin (db, request->now, &error);

  if (write != NULL)
    results = kefu_inbound_apply (write, kefu_storage_get_blobs (request->storage), channel_id, body, &field, &error);
  /* 2xx only after the commit: the sender forgets the events then. */
  if (results == NULL || !kefu_storage_commit (request->storage, write, &error))
    {
      kefu_request_fail_error (request, error, field);
      return;
    }
  text = kefu_json_to_text (results);
  kefu_request_answer (request, SOUP_STATUS_OK, g_strdup_printf ("{\"results\":%s}", text));
}

void
kefu_route_inbound (KefuRequest *request, KefuDb *db)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuChannelInfo) channel = kefu_channel_lookup (db, request->args[0], request->now, &error);
  g_autoptr (JsonNode) body = NULL;
  g_autofree char *field = NULL;

  if (channel == NULL || !check_sender (request, channel, &error))
    {
      kefu_request_fail_error (request, error, NULL);
      return;
    }
  body = kefu_request_parse (request, db);
  if (body == NULL)
    return;
  if (!kefu_inbound_check (body, request->now, &field, &error))
    {
      kefu_request_fail_error (request, error, field);
      return;
    }
  apply (request, db, channel->id, body);
}
