/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times as the window writes them. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-time-format.h"

#include <glib/gi18n.h>

static GDateTime *
local_time (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);

  return utc ? g_date_time_to_local (utc) : NULL;
}

static char *
format (gint64 at, const char *text)
{
  g_autoptr (GDateTime) time = at > 0 ? local_time (at) : NULL;

  return time ? g_date_time_format (time, text) : g_strdup ("");
}

/* Days since the calendar began, so that a difference is one of dates and not of 24 hours. */
static gint64
day_number (gint64 ms)
{
  g_autoptr (GDateTime) time = local_time (ms);
  int year, month, day;
  GDate date;

  if (time == NULL)
    return 0;
  g_date_time_get_ymd (time, &year, &month, &day);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, day, month, year);
  return g_date_get_julian (&date);
}

/* Not those of the C library: in Chinese its short one is a bare "二". */
static const char *
weekday_name (gint64 ms, gboolean brief)
{
  static const char *short_names[] = { NC_ ("short weekday", "Mon"), NC_ ("short weekday", "Tue"),
                                       NC_ ("short weekday", "Wed"), NC_ ("short weekday", "Thu"),
                                       NC_ ("short weekday", "Fri"), NC_ ("short weekday", "Sat"),
                                       NC_ ("short weekday", "Sun") };
  static const char *names[] = { NC_ ("weekday", "Monday"),   NC_ ("weekday", "Tuesday"), NC_ ("weekday", "Wednesday"),
                                 NC_ ("weekday", "Thursday"), NC_ ("weekday", "Friday"),  NC_ ("weekday", "Saturday"),
                                 NC_ ("weekday", "Sunday") };
  g_autoptr (GDateTime) time = local_time (ms);
  int day = time ? g_date_time_get_day_of_week (time) - 1 : 0;

  return brief ? g_dpgettext2 (NULL, "short weekday", short_names[day]) : g_dpgettext2 (NULL, "weekday", names[day]);
}

static int
year_of (gint64 ms)
{
  g_autoptr (GDateTime) time = local_time (ms);

  return time ? g_date_time_get_year (time) : 0;
}

/* TRANSLATORS: a day of this year: "28 May". See g_date_time_format(). */
#define DAY_OF_YEAR C_ ("date", "%-d %b")
/* TRANSLATORS: a day of another year: "28 May 2023". See g_date_time_format(). */
#define DAY_WITH_YEAR C_ ("date", "%-d %b %Y")

char *
kefu_time_format_clock (gint64 at)
{
  return format (at, "%H:%M");
}

char *
kefu_time_format_seconds (gint64 at)
{
  return format (at, "%H:%M:%S");
}

int
kefu_time_format_days (gint64 at, gint64 now)
{
  return (int) (day_number (at) - day_number (now));
}

char *
kefu_time_format_inbox (gint64 at, gint64 now)
{
  int days;

  if (at <= 0)
    return g_strdup ("");

  days = kefu_time_format_days (at, now);
  if (days >= 0)
    return kefu_time_format_clock (at);
  if (days == -1)
    return g_strdup (_ ("Yesterday"));
  if (days > -7)
    return g_strdup (weekday_name (at, TRUE));
  return format (at, year_of (at) == year_of (now) ? DAY_OF_YEAR : DAY_WITH_YEAR);
}

char *
kefu_time_format_day (gint64 at, gint64 now)
{
  int days;

  if (at <= 0)
    return g_strdup ("");

  days = kefu_time_format_days (at, now);
  if (days == 0)
    return g_strdup (_ ("Today"));
  if (days == -1)
    return g_strdup (_ ("Yesterday"));
  if (days < 0 && days > -7)
    return g_strdup (weekday_name (at, FALSE));
  return format (at, year_of (at) == year_of (now) ? DAY_OF_YEAR : DAY_WITH_YEAR);
}

char *
kefu_time_format_day_time (gint64 at, gint64 now)
{
  g_autofree char *day = NULL;
  g_autofree char *clock = NULL;
  int days;

  if (at <= 0)
    return g_strdup ("");

  days = kefu_time_format_days (at, now);
  if (days == 0)
    return kefu_time_format_clock (at);
  if (year_of (at) != year_of (now) && days != -1)
    return format (at, DAY_WITH_YEAR);
  day = days == -1 ? g_strdup (_ ("Yesterday")) : format (at, DAY_OF_YEAR);
  clock = kefu_time_format_clock (at);
  return g_strdup_printf ("%s %s", day, clock);
}

char *
kefu_time_format_date (gint64 at, gint64 now)
{
  int years;

  if (at <= 0)
    return g_strdup ("");

  years = year_of (now) - year_of (at);
  if (years <= 0)
    return format (at, years == 0 ? DAY_OF_YEAR : DAY_WITH_YEAR);
  if (years == 1)
    /* TRANSLATORS: a month of last year: "Dec last year". See g_date_time_format(). */
    return format (at, C_ ("date", "%b last year"));
  /* TRANSLATORS: a year alone. See g_date_time_format(). */
  return format (at, C_ ("date", "%Y"));
}
