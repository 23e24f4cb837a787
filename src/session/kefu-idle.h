/* SPDX-License-Identifier: GPL-3.0-or-later
 * How long nobody has touched the desk. */
#pragma once

#include "kefu-clock.h"

G_BEGIN_DECLS

/**
 * KefuIdle:
 *
 * Compares the time of the last input with the wall clock, at each input too: after the machine has slept the limit counts at once.
 * Signal `idle`: the limit has passed; not again before the next kefu_idle_start().
 */
#define KEFU_TYPE_IDLE (kefu_idle_get_type ())
G_DECLARE_FINAL_TYPE (KefuIdle, kefu_idle, KEFU, IDLE, GObject)

/* (transfer full): without a limit. */
KefuIdle *kefu_idle_new (KefuClock *clock);
/* @limit_ms: 0 for never. Counts from the last input, also for a new limit. */
void kefu_idle_set_limit (KefuIdle *self, gint64 limit_ms);
/* Begins to count, now. */
void kefu_idle_start (KefuIdle *self);
void kefu_idle_stop (KefuIdle *self);
/* Somebody touched it. TRUE: too late, `idle` was emitted instead. */
gboolean kefu_idle_touch (KefuIdle *self);

G_END_DECLS
