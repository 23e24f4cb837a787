/* SPDX-License-Identifier: GPL-3.0-or-later
 * What went wrong between desk and kefu-server, in words. */
#define G_LOG_DOMAIN "kefu-backend"
#include "config.h"

#include "kefu-native-errors.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

/* Longer texts in an error of the server are not for a person. */
#define MAX_SERVER_TEXT 200
#define STATUS_TOO_MANY_REQUESTS 429

static GError *
from_tls (const GError *cause, const char *where)
{
  switch (cause->code)
    {
    case G_TLS_ERROR_BAD_CERTIFICATE:
    case G_TLS_ERROR_BAD_CERTIFICATE_PASSWORD:
    case G_TLS_ERROR_CERTIFICATE_REQUIRED:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_TLS, _ ("The certificate of %s is not trusted"), where);
    case G_TLS_ERROR_EOF:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s closed the connection"), where);
    default:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_TLS, _ ("No secure connection to %s: %s"), where, cause->message);
    }
}

static GError *
from_io (const GError *cause, const char *where)
{
  switch (cause->code)
    {
    case G_IO_ERROR_CANCELLED:
      return g_error_copy (cause);
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_NOT_FOUND:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("Nothing answers at %s"), where);
    case G_IO_ERROR_TIMED_OUT:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s did not answer in time"), where);
    case G_IO_ERROR_HOST_NOT_FOUND:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("There is no computer called %s"), where);
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("No way to %s: the network is down"), where);
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_PARTIAL_INPUT:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("%s closed the connection"), where);
    default:
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("No connection to %s: %s"), where, cause->message);
    }
}

GError *
kefu_native_error_from_transport (const GError *cause, const char *where)
{
  g_return_val_if_fail (cause != NULL, NULL);

  if (cause->domain == KEFU_ERROR)
    return g_error_copy (cause);
  if (cause->domain == G_TLS_ERROR)
    return from_tls (cause, where);
  if (cause->domain == G_RESOLVER_ERROR)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("There is no computer called %s"), where);
  if (cause->domain == G_IO_ERROR)
    return from_io (cause, where);
  if (cause->domain == SOUP_SESSION_ERROR &&
      (cause->code == SOUP_SESSION_ERROR_PARSING || cause->code == SOUP_SESSION_ERROR_ENCODING))
    return kefu_native_error_rubbish (where);
  return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("No connection to %s: %s"), where, cause->message);
}

GError *
kefu_native_error_rubbish (const char *where)
{
  return g_error_new (KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("What answers at %s is not a Kefu server"), where);
}

/* (transfer full) (nullable): the message of `{"error":{code,message}}`; @is_ours: whether the body has that shape. */
static char *
dup_server_text (GBytes *body, gboolean *is_ours)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;
  JsonObject *object;
  const char *text;
  gsize size;
  const char *data;

  *is_ours = FALSE;
  data = body != NULL ? g_bytes_get_data (body, &size) : NULL;
  if (data == NULL)
    return NULL;
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, data, (gssize) size, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  object = json_node_get_object (root);
  if (!json_object_has_member (object, "error") || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "error")))
    return NULL;
  *is_ours = TRUE;
  text = json_object_get_string_member_with_default (json_object_get_object_member (object, "error"), "message", NULL);
  if (text == NULL || *text == '\0' || strlen (text) > MAX_SERVER_TEXT)
    return NULL;
  return g_strdup (text);
}

/* Seconds, 0 if it does not say. The other form of the header is a date, which our servers do not send. */
static guint
read_retry_after (SoupMessageHeaders *headers)
{
  const char *after = headers != NULL ? soup_message_headers_get_one (headers, "Retry-After") : NULL;
  guint64 seconds = 0;

  if (after == NULL || !g_ascii_string_to_unsigned (after, 10, 1, 86400, &seconds, NULL))
    return 0;
  return (guint) seconds;
}

static GError *
rate_limited (guint seconds, const char *where)
{
  if (seconds > 0)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_RATE_LIMITED,
                        ngettext ("%s asks to wait %u second", "%s asks to wait %u seconds", (gulong) seconds), where,
                        seconds);
  return g_error_new (KEFU_ERROR, KEFU_ERROR_RATE_LIMITED, _ ("%s asks to wait a little"), where);
}

static GError *
error_from_status (guint status, guint retry_after_s, GBytes *body, const char *where)
{
  gboolean is_ours;
  g_autofree char *text = dup_server_text (body, &is_ours);

  g_debug ("%s answered %u", where, status);
  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_AUTH, _ ("The sign-in is not valid any more"));
  if (status == STATUS_TOO_MANY_REQUESTS)
    return rate_limited (retry_after_s, where);
  if (status == SOUP_STATUS_GONE)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_CURSOR_GONE, _ ("%s begins anew"), where);
  if (status >= 500)
    {
      if (text != NULL)
        return g_error_new (KEFU_ERROR, KEFU_ERROR_SERVER, _ ("%s has a problem: %s"), where, text);
      return g_error_new (KEFU_ERROR, KEFU_ERROR_SERVER, _ ("%s has a problem (%u)"), where, status);
    }
  if (status == SOUP_STATUS_NOT_FOUND && is_ours)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("%s does not have it"), where);
  /* A web server that is no kefu-server answers 404, 405 or a redirection to everything. */
  if (!is_ours)
    return kefu_native_error_rubbish (where);
  if (text != NULL)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_INVALID, _ ("%s refused it: %s"), where, text);
  return g_error_new (KEFU_ERROR, KEFU_ERROR_INVALID, _ ("%s refused it (%u)"), where, status);
}

GError *
kefu_native_error_from_status (guint status, SoupMessageHeaders *headers, GBytes *body, const char *where)
{
  guint retry_after_s = read_retry_after (headers);
  GError *error = error_from_status (status, retry_after_s, body, where);

  kefu_error_set_retry_after (error, retry_after_s * 1000);
  return error;
}
