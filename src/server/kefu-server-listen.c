/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the server is reached: a Unix socket, or TCP. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-server-private.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "kefu-fingerprint.h"

/* A path of sockaddr_un, with its NUL. */
#define PATH_MAX_BYTES 107

/* Connections that wait to be accepted: as many as there are desks that come back at once after a restart. GLib's 10 are too few, and
 * who finds no place on a Unix socket is turned away at once. */
#define BACKLOG 1024

static void
widen_backlog (KefuServer *self)
{
  g_autoptr (GSList) listeners = soup_server_get_listeners (self->http);

  for (GSList *l = listeners; l != NULL; l = l->next)
    if (listen (g_socket_get_fd (l->data), BACKLOG) != 0)
      g_warning ("No longer queue of connections: %s", g_strerror (errno));
}

/* Removes a socket that nobody listens on any more; whatever else is there stays, and is an error. */
static gboolean
clear_stale_socket (const char *path, GError **error)
{
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  struct stat status;

  if (lstat (path, &status) != 0)
    return TRUE;
  if (!S_ISSOCK (status.st_mode))
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, "%s is not a socket", path);
      return FALSE;
    }
  client = g_socket_client_new ();
  address = g_unix_socket_address_new (path);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  if (connection != NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_BUSY, "Another program listens on %s", path);
      return FALSE;
    }
  (void) g_unlink (path);
  return TRUE;
}

gboolean
kefu_server_listen_unix (KefuServer *self, const char *given, GError **error)
{
  g_autofree char *path =
    given != NULL ? g_canonicalize_filename (given, NULL) : g_build_filename (self->data_dir, "kefu.sock", NULL);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  mode_t mask;
  gboolean bound;

  if (strlen (path) > PATH_MAX_BYTES)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID,
                   "%s is too long for a socket; choose a shorter one with --socket", path);
      return FALSE;
    }
  if (!clear_stale_socket (path, error))
    return FALSE;
  address = g_unix_socket_address_new (path);
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  if (socket == NULL)
    return FALSE;
  /* Private from its first moment on. */
  mask = umask (0177);
  bound = g_socket_bind (socket, address, FALSE, error);
  umask (mask);
  if (!bound || !g_socket_listen (socket, error) || !soup_server_listen_socket (self->http, socket, 0, error))
    return FALSE;
  widen_backlog (self);
  g_free (self->socket_path);
  self->socket_path = g_strdup (path);
  g_free (self->address);
  self->address = g_steal_pointer (&path);
  return TRUE;
}

static GSocketAddress *
parse_address (const char *text, GError **error)
{
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (text, 0, error);
  GNetworkAddress *network;
  const char *host;
  GSocketAddress *address;

  if (connectable == NULL)
    return NULL;
  network = G_NETWORK_ADDRESS (connectable);
  host = g_network_address_get_hostname (network);
  if (g_str_equal (host, "localhost"))
    host = "127.0.0.1";
  address = g_inet_socket_address_new_from_string (host, g_network_address_get_port (network));
  if (address == NULL)
    g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, "%s is not an IP address and port, like 192.168.1.5:8443",
                 text);
  return address;
}

gboolean
kefu_server_listen_tcp (KefuServer *self, const char *text, const char *cert_file, const char *key_file, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_address (text, error);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GSList) uris = NULL;
  g_autofree char *uri = NULL;

  if (address == NULL)
    return FALSE;
  if (cert_file != NULL)
    {
      certificate = g_tls_certificate_new_from_files (cert_file, key_file != NULL ? key_file : cert_file, error);
      if (certificate == NULL)
        return FALSE;
      soup_server_set_tls_certificate (self->http, certificate);
      g_free (self->fingerprint);
      self->fingerprint = kefu_fingerprint_of (certificate);
    }
  else if (!g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID,
                           "Without a certificate only loopback addresses are allowed: add --tls-cert and --tls-key");
      return FALSE;
    }
  if (!soup_server_listen (self->http, address, certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0, error))
    return FALSE;
  widen_backlog (self);
  uris = soup_server_get_uris (self->http);
  uri = g_uri_to_string (uris->data);
  g_slist_foreach (uris, (GFunc) g_uri_unref, NULL);
  if (g_str_has_suffix (uri, "/"))
    uri[strlen (uri) - 1] = '\0';
  g_free (self->address);
  self->address = g_steal_pointer (&uri);
  return TRUE;
}

SoupSession *
kefu_server_new_session (KefuServer *self, char **base_url)
{
  g_autoptr (GSocketAddress) address = NULL;

  g_return_val_if_fail (self->address != NULL, NULL);

  if (self->socket_path == NULL)
    {
      *base_url = g_strdup (self->address);
      return soup_session_new ();
    }
  address = g_unix_socket_address_new (self->socket_path);
  *base_url = g_strdup ("http://kefu");
  return soup_session_new_with_options ("remote-connectable", address, NULL);
}
