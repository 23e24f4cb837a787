/* SPDX-License-Identifier: GPL-3.0-or-later
 * Requests that do not come to an end. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-clock.h"

G_BEGIN_DECLS

/* Cuts the connection of a request of which nothing came for 60 s before it was complete; connections are few on a small
 * machine, and libsoup waits for ever. Follows all requests of @http; @clock must outlive it. */
void kefu_deadline_watch (SoupServer *http, KefuClock *clock);

G_END_DECLS
