/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who is connected, and whether they get on with what they came for. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-clock.h"
#include "kefu-listener.h"

G_BEGIN_DECLS

/* What a client may take: for the head of a request; for so much of a body or of an answer; until its next request. */
#define KEFU_CONNECTION_HEAD_MS 20000
#define KEFU_CONNECTION_STEP_MS 30000
#define KEFU_CONNECTION_STEP_BYTES (16 * 1024)
#define KEFU_CONNECTION_IDLE_MS (5 * 60 * 1000)
#define KEFU_CONNECTIONS_MAX 2500

/**
 * KefuConnections:
 *
 * Ends connections that trickle a request, do not take their answer or stand about, by one clock for all of them. When there are too
 * many, the one that has kept us waiting longest for a request makes room for the newest: who fills the place with idle
 * connections loses those, not others theirs. Streams are looked after by #KefuHub.
 */
#define KEFU_TYPE_CONNECTIONS (kefu_connections_get_type ())
G_DECLARE_FINAL_TYPE (KefuConnections, kefu_connections, KEFU, CONNECTIONS, GObject)

/* (transfer full) (nullable) */
KefuConnections *kefu_connections_new (SoupServer *http, KefuClock *clock, GError **error);
/* Looks after what @listener accepts, and gives it to the HTTP server once it is ready. */
void kefu_connections_take_from (KefuConnections *self, KefuListener *listener);
/* While @held the other side owes nothing: it is us who do not take what it sends. */
void kefu_connections_hold (SoupServerMessage *message, gboolean held);
/* Cuts the connection of @message. */
void kefu_connections_cut (SoupServerMessage *message);

G_END_DECLS
