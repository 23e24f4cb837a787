/* SPDX-License-Identifier: GPL-3.0-or-later
 * Days of the local time zone, which are not all 24 hours long. */
#include "config.h"

#include "kefu-day.h"

gint64
kefu_date_at (int year, int month, int day, int hour, int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (year, month, day, hour, minute, 0);

  return time != NULL ? g_date_time_to_unix (time) * 1000 : 0;
}

gint64
kefu_day_at (gint64 at_ms, int days, int hour, int minute)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (at_ms / 1000);
  g_autoptr (GDateTime) day = now != NULL ? g_date_time_add_days (now, days) : NULL;

  if (day == NULL)
    return 0;
  return kefu_date_at (g_date_time_get_year (day), g_date_time_get_month (day), g_date_time_get_day_of_month (day),
                       hour, minute);
}
