/* SPDX-License-Identifier: GPL-3.0-or-later
 * Days of the local time zone, which are not all 24 hours long. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ms since the epoch: @hour:@minute of a date (months and days from 1) in local time; 0 if there is no such date. An hour that a clock
 * change leaves out is the one after it. */
gint64 kefu_date_at (int year, int month, int day, int hour, int minute);

/* ms since the epoch: @hour:@minute of the day that comes @days after that of @at_ms in local time; 0 if there is none. So the next midnight
 * is kefu_day_at (now, 1, 0, 0). */
gint64 kefu_day_at (gint64 at_ms, int days, int hour, int minute);

G_END_DECLS
