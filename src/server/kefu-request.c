/* SPDX-License-Identifier: GPL-3.0-or-later
 * One HTTP request: what was asked, by whom, and the answer in the making. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-request.h"

#include "kefu-json.h"
#include "kefu-router.h"
#include "kefu-tokens.h"

#define REQUEST_KEY "kefu-request"

/* After this a client may try again when the database could not do it. */
#define RETRY_S 5

static void
gone_cb (KefuRequest *self)
{
  self->gone = TRUE;
}

static void
request_free (gpointer data)
{
  KefuRequest *self = data;

  if (self->state_free != NULL)
    self->state_free (self->state);
  if (self->ledger != NULL)
    {
      *self->ledger -= self->held;
      g_rc_box_release (self->ledger);
    }
  g_object_unref (self->storage);
  g_strfreev (self->args);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->token);
  g_free (self->address);
  g_free (self->timestamp);
  g_free (self->signature);
  g_free (self->agent_id);
  g_free (self->answer);
  g_free (self);
}

static char *
bearer (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_one (headers, "Authorization");

  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", 7) != 0 || strlen (value) > 256)
    return NULL;
  return g_strstrip (g_strdup (value + 7));
}

KefuRequest *
kefu_request_new (SoupServerMessage *message, KefuStorage *storage, GHashTable *query)
{
  KefuRequest *self = g_new0 (KefuRequest, 1);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *host = soup_server_message_get_remote_host (message);

  self->message = message;
  self->storage = g_object_ref (storage);
  self->query = query != NULL ? g_hash_table_ref (query) : NULL;
  self->token = bearer (headers);
  self->address = g_strdup (host != NULL ? host : "local");
  self->timestamp = g_strdup (soup_message_headers_get_one (headers, "Kefu-Timestamp"));
  self->signature = g_strdup (soup_message_headers_get_one (headers, "Kefu-Signature"));
  self->now = kefu_clock_now (kefu_storage_get_clock (storage));
  g_signal_connect_swapped (message, "finished", G_CALLBACK (gone_cb), self);
  g_signal_connect_swapped (message, "disconnected", G_CALLBACK (gone_cb), self);
  g_object_set_data_full (G_OBJECT (message), REQUEST_KEY, self, request_free);
  return self;
}

KefuRequest *
kefu_request_ref (KefuRequest *self)
{
  g_object_ref (self->message);
  return self;
}

void
kefu_request_unref (KefuRequest *self)
{
  g_object_unref (self->message);
}

KefuRequest *
kefu_request_get (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), REQUEST_KEY);
}

const char *
kefu_request_param (KefuRequest *self, const char *name)
{
  return self->query != NULL ? g_hash_table_lookup (self->query, name) : NULL;
}

gboolean
kefu_request_param_int (KefuRequest *self, const char *name, gint64 fallback, gint64 min, gint64 max, gint64 *value)
{
  const char *text = kefu_request_param (self, name);
  g_autoptr (GError) error = NULL;

  *value = fallback;
  if (text == NULL || g_ascii_string_to_signed (text, 10, min, max, value, &error))
    return TRUE;
  kefu_request_fail (self, SOUP_STATUS_BAD_REQUEST, "invalid", error->message, name);
  return FALSE;
}

gboolean
kefu_request_authenticate (KefuRequest *self, KefuDb *db)
{
  KefuTokenState state = kefu_token_check (db, self->token, self->now, &self->agent_id, &self->touch);

  if (state == KEFU_TOKEN_GOOD)
    return TRUE;
  kefu_request_fail (self, SOUP_STATUS_UNAUTHORIZED, kefu_token_state_code (state),
                     self->token == NULL ? "Authorization: Bearer is missing" : kefu_token_state_text (state), NULL);
  return FALSE;
}

JsonNode *
kefu_request_parse (KefuRequest *self)
{
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = kefu_json_parse (self->body != NULL ? self->body : empty, &error);

  if (node == NULL)
    {
      kefu_request_fail (self, SOUP_STATUS_BAD_REQUEST, "bad_json", error->message, NULL);
      return NULL;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      kefu_request_fail (self, SOUP_STATUS_BAD_REQUEST, "bad_json", "The body should be a JSON object", NULL);
      return NULL;
    }
  return g_steal_pointer (&node);
}

void
kefu_request_answer (KefuRequest *self, guint status, char *json)
{
  g_free (self->answer);
  self->status = status;
  self->answer = json;
}

void
kefu_request_fail (KefuRequest *self, guint status, const char *code, const char *message, const char *field)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  JsonObject *fault = json_object_new ();

  json_object_set_string_member (fault, "code", code);
  json_object_set_string_member (fault, "message", message);
  if (field != NULL)
    json_object_set_string_member (fault, "field", field);
  json_object_set_object_member (object, "error", fault);
  node = json_node_init_object (json_node_alloc (), object);
  kefu_request_answer (self, status, kefu_json_to_text (node));
}

void
kefu_request_fail_error (KefuRequest *self, const GError *error, const char *field)
{
  if (error->domain == KEFU_ERROR)
    switch ((KefuError) error->code)
      {
      case KEFU_ERROR_INVALID:
        kefu_request_fail (self, SOUP_STATUS_UNPROCESSABLE_ENTITY, "invalid", error->message, field);
        return;
      case KEFU_ERROR_NOT_FOUND:
        kefu_request_fail (self, SOUP_STATUS_NOT_FOUND, "not_found", error->message, field);
        return;
      case KEFU_ERROR_CONFLICT:
        kefu_request_fail (self, SOUP_STATUS_CONFLICT, "conflict", error->message, field);
        return;
      case KEFU_ERROR_AUTH:
        kefu_request_fail (self, SOUP_STATUS_UNAUTHORIZED, kefu_token_state_code (KEFU_TOKEN_UNKNOWN), error->message,
                           field);
        return;
      case KEFU_ERROR_CURSOR_GONE:
        kefu_request_fail (self, SOUP_STATUS_GONE, "cursor_gone", error->message, "cursor");
        return;
      case KEFU_ERROR_BUSY:
      case KEFU_ERROR_DISK_FULL:
      case KEFU_ERROR_READ_ONLY:
      case KEFU_ERROR_CORRUPT:
      case KEFU_ERROR_DATABASE:
      case KEFU_ERROR_FAILED:
      case KEFU_ERROR_NETWORK:
      case KEFU_ERROR_PROTOCOL:
      case KEFU_ERROR_SERVER:
      case KEFU_ERROR_RATE_LIMITED:
      case KEFU_ERROR_TLS:
      default:
        break;
      }
  /* What is wrong inside is for the log, not for the network. */
  g_warning ("%s %s: %s", soup_server_message_get_method (self->message),
             self->route != NULL ? self->route->pattern : "?", error->message);
  kefu_request_fail (self, SOUP_STATUS_SERVICE_UNAVAILABLE, "unavailable",
                     g_error_matches (error, KEFU_ERROR, KEFU_ERROR_DISK_FULL) ? "The server's disk is full"
                                                                               : "The server cannot do this right now",
                     NULL);
  self->retry_after = RETRY_S;
}

void
kefu_request_send (KefuRequest *self)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);

  if (self->retry_after > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", self->retry_after);

      soup_message_headers_replace (headers, "Retry-After", seconds);
    }
  /* The body of one that asked first may still come, and must not be taken for another request. */
  if (self->status >= 400 && self->received == 0 &&
      (soup_message_headers_get_expectations (soup_server_message_get_request_headers (self->message)) &
       SOUP_EXPECTATION_CONTINUE))
    soup_message_headers_replace (headers, "Connection", "close");
  if (self->status == SOUP_STATUS_UNAUTHORIZED)
    soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_status (self->message, self->status, NULL);
  if (self->answer != NULL)
    {
      gsize length = strlen (self->answer);

      soup_server_message_set_response (self->message, "application/json", SOUP_MEMORY_TAKE,
                                        g_steal_pointer (&self->answer), length);
    }
}
