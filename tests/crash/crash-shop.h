/* SPDX-License-Identifier: GPL-3.0-or-later
 * Customers who write without end over a bad network, and channels that take agents' messages badly. */
#pragma once

#include "crash-world.h"

G_BEGIN_DECLS

typedef struct _CrashShop CrashShop;

/* Two channels, one that knows a delivery again and one that does not (`--once`); makes them on the server. Everything else is chance from @seed. */
CrashShop *crash_shop_new (World *world, guint32 seed);
void crash_shop_free (CrashShop *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CrashShop, crash_shop_free)
/* An event about every @every_ms ms; 0: no more. What was begun is sent until it is stored. */
void crash_shop_write (CrashShop *self, guint every_ms);
/* FALSE: the channels' ends answer as they should from now on, and let go of what they hold. */
void crash_shop_be_bad (CrashShop *self, gboolean bad);
/* One more message: a desk that has lost the last frame of its stream learns of it by the next. */
void crash_shop_say_last (CrashShop *self);
/* Whether all that customers sent was answered. */
gboolean crash_shop_is_quiet (CrashShop *self);

guint crash_shop_get_n_events (CrashShop *self);
/* How often an event was sent again. */
guint crash_shop_get_n_repeats (CrashShop *self);
/* Posts of agents' messages that came in, and those that were hurt. */
guint crash_shop_get_n_posts (CrashShop *self);
guint crash_shop_get_n_bad_posts (CrashShop *self);

/* Every event is stored once, as it was sent. Fails the test otherwise. */
void crash_shop_check_inbound (CrashShop *self);
/* Each message of agents has reached the good channel once, by its delivery id, and the other one once or is `unknown` there.
 * @acts (element-type WorldAct): all of all desks; who sends again by hand (message.retry) gets it again. */
void crash_shop_check_outbound (CrashShop *self, GPtrArray *acts);

G_END_DECLS
