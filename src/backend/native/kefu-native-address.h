/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where a kefu-server is: what the agent typed, checked. */
#pragma once

#include <gio/gio.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* @server: host:port of one with TLS, else NULL. @base: scheme, host and port without a slash at the end, in front of every path. @shown: the server's name in messages. @socket: of a Unix socket,
 * else NULL. @is_local: on this machine, so never through a proxy. */
typedef struct
{
  char *base;
  char *shown;
  char *server;
  GSocketAddress *socket;
  gboolean is_local;
} KefuNativeAddress;

/* (transfer full) (nullable): @text as kefu_native_backend_new() takes it; KEFU_ERROR_INVALID otherwise. */
KefuNativeAddress *kefu_native_address_parse (const char *text, GError **error);
void kefu_native_address_free (KefuNativeAddress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuNativeAddress, kefu_native_address_free)

G_END_DECLS
