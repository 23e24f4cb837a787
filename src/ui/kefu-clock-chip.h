/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reply clock as a chip: shape, time, colour. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-reply-clock.h"
#include "kefu-ticker.h"

G_BEGIN_DECLS

/**
 * KefuClockChip:
 *
 * Shows how long a customer has waited; invisible when nobody waits. It holds the ticker only while it is on the screen and running, and
 * touches its children only when what it shows changes. Properties: `large` (24 px instead of 20), `state` (read; KefuClockState as an int).
 */
#define KEFU_TYPE_CLOCK_CHIP (kefu_clock_chip_get_type ())
G_DECLARE_FINAL_TYPE (KefuClockChip, kefu_clock_chip, KEFU, CLOCK_CHIP, GtkWidget)

/* Shows the clock of @record (nullable: none), running with @ticker (nullable with a NULL record). */
void kefu_clock_chip_set (KefuClockChip *self, KefuTicker *ticker, KefuConversationRecord *record);
void kefu_clock_chip_set_large (KefuClockChip *self, gboolean large);

G_END_DECLS
