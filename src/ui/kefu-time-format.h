/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times as the window writes them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All: times in ms since the epoch, shown in the local time zone; (transfer full); "" for 0. */

/* For a row of the inbox: "14:01" today, "Yesterday", "Tue" within a week, "28 May" this year, "28 May 2023" before. */
char *kefu_time_format_inbox (gint64 at, gint64 now);
/* "14:01" */
char *kefu_time_format_clock (gint64 at);
/* "14:03:22" */
char *kefu_time_format_seconds (gint64 at);
/* For a day separator: "Today", "Yesterday", "Tuesday", "28 May", "28 May 2023". */
char *kefu_time_format_day (gint64 at, gint64 now);
/* Day and time in short: "14:01" today, "Yesterday 21:40", "28 May 21:40", "28 May 2023". */
char *kefu_time_format_day_time (gint64 at, gint64 now);
/* "28 May" this year, "Dec last year" in the year before, "2022" before that. */
char *kefu_time_format_date (gint64 at, gint64 now);
/* Calendar days from @now to @at: 0 today, -1 yesterday, 1 tomorrow. */
int kefu_time_format_days (gint64 at, gint64 now);

G_END_DECLS
