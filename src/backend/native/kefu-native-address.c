/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a kefu-server is: what the agent typed, checked. */
#include "config.h"

#include "kefu-native-address.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) inet = NULL;

  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  inet = g_inet_address_new_from_string (host);
  return inet != NULL && g_inet_address_get_is_loopback (inet);
}

/* GUri takes a host with spaces. */
static gboolean
is_host (const char *host)
{
  if (host == NULL || *host == '\0')
    return FALSE;
  for (const char *p = host; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-._:", *p) == NULL && (guchar) *p < 0x80)
      return FALSE;
  return TRUE;
}

static KefuNativeAddress *
parse_unix (const char *path, GError **error)
{
  KefuNativeAddress *self;

  if (!g_path_is_absolute (path) || strlen (path) > 107)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("“%s” is not the path of a socket"), path);
      return NULL;
    }
  self = g_new0 (KefuNativeAddress, 1);
  self->socket = g_unix_socket_address_new (path);
  self->base = g_strdup ("http://localhost");
  self->shown = g_strdup (_ ("the workspace on this computer"));
  self->is_local = TRUE;
  return self;
}

static KefuNativeAddress *
parse_http (GUri *uri, const char *text, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);
  const char *path = g_uri_get_path (uri);
  int port = g_uri_get_port (uri);
  gboolean tls = g_strcmp0 (scheme, "https") == 0;
  g_autofree char *bracketed = NULL;
  KefuNativeAddress *self;

  if (!tls && g_strcmp0 (scheme, "http") != 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("An address begins with https://, not with %s://"),
                   scheme);
      return NULL;
    }
  if (!is_host (host) || g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL || !(*path == '\0' || g_strcmp0 (path, "/") == 0))
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID,
                   _ ("“%s” is not an address like https://kefu.example.com or https://kefu.example.com:8443"), text);
      return NULL;
    }
  if (!tls && !is_loopback (host))
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID,
                   _ ("Without https everyone on the way to %s could read along: use https://"), host);
      return NULL;
    }
  bracketed = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  self = g_new0 (KefuNativeAddress, 1);
  self->base =
    port > 0 ? g_strdup_printf ("%s://%s:%d", scheme, bracketed, port) : g_strdup_printf ("%s://%s", scheme, bracketed);
  self->shown = g_strdup (host);
  if (tls)
    {
      g_autofree char *lower = g_ascii_strdown (bracketed, -1);

      self->server = g_strdup_printf ("%s:%d", lower, port > 0 ? port : 443);
    }
  self->is_local = is_loopback (host);
  return self;
}

KefuNativeAddress *
kefu_native_address_parse (const char *text, GError **error)
{
  g_autofree char *address = NULL;
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  address = g_strstrip (g_strdup (text));
  if (*address == '\0')
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("The address of the server is missing"));
      return NULL;
    }
  if (g_str_has_prefix (address, "unix:"))
    return parse_unix (address + strlen ("unix:"), error);
  if (strstr (address, "://") == NULL)
    {
      g_autofree char *bare = g_steal_pointer (&address);

      address = g_strconcat ("https://", bare, NULL);
    }
  uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("“%s” is not an address"), text);
      return NULL;
    }
  return parse_http (uri, text, error);
}

void
kefu_native_address_free (KefuNativeAddress *self)
{
  if (self == NULL)
    return;
  g_free (self->base);
  g_free (self->shown);
  g_free (self->server);
  g_clear_object (&self->socket);
  g_free (self);
}
