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
      /* Nothing that a certificate or a person could mend: it is tried again like any other lost connection. */
      return g_error_new (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("No secure connection to %s: %s"), where, cause->message);
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

/* What a refusal says of itself. */
typedef struct
{
  gboolean is_ours; /* it has the shape of `{"error":{code,message}}` */
  char *code;
  char *text; /* fit for a person */
} Refusal;

static void
refusal_clear (Refusal *self)
{
  g_free (self->code);
  g_free (self->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Refusal, refusal_clear)

static void
refusal_read (Refusal *self, GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;
  JsonObject *object;
  const char *text;
  gsize size;
  const char *data = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  if (data == NULL || !json_parser_load_from_data (parser, data, (gssize) size, NULL))
    return;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  object = json_node_get_object (root);
  if (!json_object_has_member (object, "error") || !JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "error")))
    return;
  object = json_object_get_object_member (object, "error");
  self->is_ours = TRUE;
  self->code = g_strdup (json_object_get_string_member_with_default (object, "code", NULL));
  text = json_object_get_string_member_with_default (object, "message", NULL);
  if (text != NULL && *text != '\0' && strlen (text) <= MAX_SERVER_TEXT)
    self->text = g_strdup (text);
}

static const struct
{
  const char *code;
  KefuAuthReason reason;
  const char *text;
} refused_tokens[] = {
  { "expired", KEFU_AUTH_EXPIRED, N_ ("The sign-in has expired") },
  { "revoked", KEFU_AUTH_REVOKED, N_ ("This computer was signed out") },
  { "password_changed", KEFU_AUTH_PASSWORD, N_ ("The password was changed") },
  { "disabled", KEFU_AUTH_DISABLED, N_ ("This login was disabled") },
};

GError *
kefu_native_error_from_token (const char *code)
{
  KefuAuthReason reason = KEFU_AUTH_UNKNOWN;
  const char *text = N_ ("The sign-in is not valid any more");
  GError *error;

  for (guint i = 0; i < G_N_ELEMENTS (refused_tokens); i++)
    if (g_strcmp0 (code, refused_tokens[i].code) == 0)
      {
        reason = refused_tokens[i].reason;
        text = refused_tokens[i].text;
      }
  error = g_error_new_literal (KEFU_ERROR, KEFU_ERROR_AUTH, _ (text));
  kefu_error_set_auth_reason (error, reason);
  return error;
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
  g_auto (Refusal) refusal = { 0 };

  refusal_read (&refusal, body);
  g_debug ("%s answered %u", where, status);
  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    return kefu_native_error_from_token (refusal.code);
  if (status == STATUS_TOO_MANY_REQUESTS)
    return rate_limited (retry_after_s, where);
  if (status == SOUP_STATUS_GONE)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_CURSOR_GONE, _ ("%s begins anew"), where);
  if (status >= 500)
    {
      if (refusal.text != NULL)
        return g_error_new (KEFU_ERROR, KEFU_ERROR_SERVER, _ ("%s has a problem: %s"), where, refusal.text);
      return g_error_new (KEFU_ERROR, KEFU_ERROR_SERVER, _ ("%s has a problem (%u)"), where, status);
    }
  if (status == SOUP_STATUS_NOT_FOUND && refusal.is_ours)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("%s does not have it"), where);
  /* A web server that is no kefu-server answers 404, 405 or a redirection to everything. */
  if (!refusal.is_ours)
    return kefu_native_error_rubbish (where);
  if (refusal.text != NULL)
    return g_error_new (KEFU_ERROR, KEFU_ERROR_INVALID, _ ("%s refused it: %s"), where, refusal.text);
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
