/* SPDX-License-Identifier: GPL-3.0-or-later
 * The machine's time with an error that somebody sets: timeouts go on as if nothing had happened. */
#pragma once

#include "kefu-clock.h"

G_BEGIN_DECLS

#define JUMP_TYPE_CLOCK (jump_clock_get_type ())
G_DECLARE_FINAL_TYPE (JumpClock, jump_clock, JUMP, CLOCK, GObject)

KefuClock *jump_clock_new (void);
/* Sets the time on, or back, by @ms. Any thread. */
void jump_clock_jump (JumpClock *self, gint64 ms);

G_END_DECLS
