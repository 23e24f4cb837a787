/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the server is reached: a Unix socket, or TCP. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-server-private.h"

#include <errno.h>
#include <sys/stat.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-fingerprint.h"

/* A path of sockaddr_un, with its NUL. */
#define PATH_MAX_BYTES 107

/* Connections that wait to be accepted: as many as there are desks that come back at once after a restart. GLib's 10 are too few, and
 * who finds no place on a Unix socket is turned away at once. */
#define BACKLOG 1024

/* Listens on @address and takes in who comes. (transfer full) (nullable): the socket. */
static GSocket *
listen_on (KefuServer *self, GSocketAddress *address, GTlsCertificate *certificate, GError **error)
{
  GSocketFamily family = g_socket_address_get_family (address);
  g_autoptr (GSocket) socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  KefuListener *listener;

  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, family != G_SOCKET_FAMILY_UNIX, error) || !g_socket_listen (socket, error))
    return NULL;
  listener = kefu_listener_new (socket, certificate);
  kefu_connections_take_from (self->connections, listener);
  g_ptr_array_add (self->listeners, listener);
  return g_steal_pointer (&socket);
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
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("%s is not a socket"), path);
      return FALSE;
    }
  client = g_socket_client_new ();
  address = g_unix_socket_address_new (path);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  if (connection != NULL)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_BUSY, _ ("Another program listens on %s"), path);
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

  if (strlen (path) > PATH_MAX_BYTES)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID,
                   _ ("%s is too long for a socket; choose a shorter one with --socket"), path);
      return FALSE;
    }
  if (!clear_stale_socket (path, error))
    return FALSE;
  address = g_unix_socket_address_new (path);
  /* Private from its first moment on. */
  mask = umask (0177);
  socket = listen_on (self, address, NULL, error);
  umask (mask);
  if (socket == NULL)
    return FALSE;
  g_free (self->socket_path);
  self->socket_path = g_strdup (path);
  g_free (self->address);
  self->address = g_steal_pointer (&path);
  return TRUE;
}

static GSocketAddress *
parse_address (const char *text, GError **error)
{
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (text, 0, NULL);
  GNetworkAddress *network;
  const char *host;
  GSocketAddress *address = NULL;

  if (connectable != NULL)
    {
      network = G_NETWORK_ADDRESS (connectable);
      host = g_network_address_get_hostname (network);
      if (g_str_equal (host, "localhost"))
        host = "127.0.0.1";
      address = g_inet_socket_address_new_from_string (host, g_network_address_get_port (network));
    }
  if (address == NULL)
    g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("%s is not an IP address and port, like 192.168.1.5:8443"),
                 text);
  return address;
}

gboolean
kefu_server_listen_tcp (KefuServer *self, const char *text, const char *cert_file, const char *key_file, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_address (text, error);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *host = NULL;
  g_autofree char *uri = NULL;

  if (address == NULL)
    return FALSE;
  if (cert_file != NULL)
    {
      certificate = g_tls_certificate_new_from_files (cert_file, key_file != NULL ? key_file : cert_file, error);
      if (certificate == NULL)
        return FALSE;
      g_free (self->fingerprint);
      self->fingerprint = kefu_fingerprint_of (certificate);
    }
  else if (!g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID,
                           _ ("Without a certificate only loopback addresses are allowed: add --tls-cert and "
                              "--tls-key"));
      return FALSE;
    }
  socket = listen_on (self, address, certificate, error);
  bound = socket != NULL ? g_socket_get_local_address (socket, error) : NULL;
  if (bound == NULL)
    return FALSE;
  host = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (bound)));
  uri = g_uri_join (G_URI_FLAGS_NONE, certificate != NULL ? "https" : "http", NULL, host,
                    g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)), "", NULL, NULL);
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
