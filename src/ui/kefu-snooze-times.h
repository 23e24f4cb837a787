/* SPDX-License-Identifier: GPL-3.0-or-later
 * The times at which a snoozed conversation may come back. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Appends an item for each time that is to come, seen from @now_ms: @action with the time (x: ms) as its target. */
void kefu_snooze_times_append (GMenu *menu, const char *action, gint64 now_ms);

G_END_DECLS
