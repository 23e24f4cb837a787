/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who may bring and fetch which blob: agents all of them, a channel those of its own messages. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-blob-access.h"

#include "kefu-channels.h"
#include "kefu-router.h"
#include "kefu-signature.h"

/* "/v1/blobs/SHA256" or "/v1/channels/ID/blobs/SHA256" */
static const char *
channel_of (KefuRequest *request)
{
  return request->args[1] != NULL ? request->args[0] : NULL;
}

static const char *
sha256_of (KefuRequest *request)
{
  return request->args[1] != NULL ? request->args[1] : request->args[0];
}

const char *
kefu_blob_request_sha256 (KefuRequest *request)
{
  if (kefu_attachment_is_sha256 (sha256_of (request)))
    return sha256_of (request);
  kefu_request_fail (request, SOUP_STATUS_BAD_REQUEST, "bad_sha256",
                     "The address should end with 64 lower-case hexadecimal digits", "sha256");
  return NULL;
}

/* The body may be long, and comes after the answer to this question: method and address stand for it. */
static gboolean
check_signature (KefuRequest *request, KefuDb *db, GError **error)
{
  g_autoptr (KefuChannelInfo) channel = kefu_channel_lookup (db, channel_of (request), request->now, error);
  const char *secrets[3] = { NULL };
  g_autofree char *line = NULL;
  g_autoptr (GBytes) signed_bytes = NULL;

  if (channel == NULL)
    return FALSE;
  secrets[0] = channel->secret;
  secrets[1] = channel->old_secret;
  line =
    g_strdup_printf ("%s /v1/channels/%s/blobs/%s", request->route->method, channel_of (request), sha256_of (request));
  signed_bytes = g_bytes_new_static (line, strlen (line));
  return kefu_signature_check (secrets, request->timestamp, request->signature, signed_bytes, request->now, error);
}

char *
kefu_blob_request_sender (KefuRequest *request, KefuDb *db)
{
  g_autoptr (GError) error = NULL;

  if (channel_of (request) == NULL)
    return kefu_request_authenticate (request, db) ? g_strconcat ("agent ", request->agent_id, NULL) : NULL;
  if (check_signature (request, db, &error))
    return g_strconcat ("channel ", channel_of (request), NULL);
  kefu_request_fail_error (request, error, NULL);
  return NULL;
}

gboolean
kefu_blob_request_may_read (KefuRequest *request, KefuDb *db)
{
  return channel_of (request) == NULL || kefu_blob_is_granted (db, channel_of (request), sha256_of (request));
}

gboolean
kefu_blob_grant (KefuDb *db, const char *channel_id, const char *sha256, GError **error)
{
  return kefu_db_run (db, error, "INSERT OR IGNORE INTO channel_blob(channel_id, sha256) VALUES(?, ?)", "ss",
                      channel_id, sha256);
}

gboolean
kefu_blob_is_granted (KefuDb *db, const char *channel_id, const char *sha256)
{
  return kefu_db_int (db, 0, "SELECT 1 FROM channel_blob WHERE channel_id = ? AND sha256 = ?", "ss", channel_id,
                      sha256) == 1;
}
