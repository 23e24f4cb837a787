/* SPDX-License-Identifier: GPL-3.0-or-later
 * A socket that takes connections in, with TLS or without. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KefuListener:
 *
 * libsoup 3.2 listens too, but never frees a socket that it accepted, and stops for good at the first it cannot accept: both matter to
 * a server that runs for months. Signals: `accepted` (GSocket *): take it in; `ready` (GSocket *, GIOStream *): its TLS, if there
 * is any, stands. A socket that ends meanwhile is only dropped.
 */
#define KEFU_TYPE_LISTENER (kefu_listener_get_type ())
G_DECLARE_FINAL_TYPE (KefuListener, kefu_listener, KEFU, LISTENER, GObject)

/* (transfer full): @socket is bound and listens; @certificate (nullable): without, there is no TLS. */
KefuListener *kefu_listener_new (GSocket *socket, GTlsCertificate *certificate);
/* Takes no more in; idempotent. */
void kefu_listener_stop (KefuListener *self);

G_END_DECLS
