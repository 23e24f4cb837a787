/* SPDX-License-Identifier: GPL-3.0-or-later
 * One timer for all clocks that run on the screen. */
#pragma once

#include "kefu-clock.h"

G_BEGIN_DECLS

/**
 * KefuTicker:
 *
 * Emits `tick` (gint64 now_ms) at each full second while someone holds it; without a hold it sleeps.
 */
#define KEFU_TYPE_TICKER (kefu_ticker_get_type ())
G_DECLARE_FINAL_TYPE (KefuTicker, kefu_ticker, KEFU, TICKER, GObject)

KefuTicker *kefu_ticker_new (KefuClock *clock);
/* Holds are counted. */
void kefu_ticker_hold (KefuTicker *self);
void kefu_ticker_release (KefuTicker *self);
gint64 kefu_ticker_now (KefuTicker *self);

G_END_DECLS
