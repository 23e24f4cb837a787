/* SPDX-License-Identifier: GPL-3.0-or-later
 * Times as the window writes them; in Shanghai, by the environment of the suite. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-time-format.h"

#include <gio/gio.h>

#define HOUR (3600 * G_GINT64_CONSTANT (1000))
#define DAY (24 * HOUR)
/* Wednesday 12 June 2024, 14:05:00 */
#define NOW G_GINT64_CONSTANT (1718172300000)

typedef char *(*FormatFunc) (gint64 at, gint64 now);

static void
check (FormatFunc func, gint64 at, const char *expected)
{
  g_autofree char *text = func (at, NOW);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_inbox (void)
{
  check (kefu_time_format_inbox, 0, "");
  check (kefu_time_format_inbox, NOW, "14:05");
  check (kefu_time_format_inbox, NOW - 14 * HOUR, "00:05");
  check (kefu_time_format_inbox, NOW - 15 * HOUR, "Yesterday");
  check (kefu_time_format_inbox, NOW - 38 * HOUR, "Yesterday");
  check (kefu_time_format_inbox, NOW - 39 * HOUR, "Mon");
  check (kefu_time_format_inbox, NOW - 6 * DAY, "Thu");
  check (kefu_time_format_inbox, NOW - 7 * DAY, "5 Jun");
  check (kefu_time_format_inbox, NOW - 200 * DAY, "25 Nov 2023");
}

static void
test_day (void)
{
  check (kefu_time_format_day, NOW, "Today");
  check (kefu_time_format_day, NOW - DAY, "Yesterday");
  check (kefu_time_format_day, NOW - 2 * DAY, "Monday");
  check (kefu_time_format_day, NOW - 15 * DAY, "28 May");
  check (kefu_time_format_day, NOW - 400 * DAY, "9 May 2023");
}

static void
test_day_time (void)
{
  check (kefu_time_format_day_time, NOW - HOUR, "13:05");
  check (kefu_time_format_day_time, NOW - DAY, "Yesterday 14:05");
  check (kefu_time_format_day_time, NOW - 15 * DAY, "28 May 14:05");
  check (kefu_time_format_day_time, NOW - 400 * DAY, "9 May 2023");
}

static void
test_date (void)
{
  check (kefu_time_format_date, NOW - 15 * DAY, "28 May");
  check (kefu_time_format_date, NOW - 200 * DAY, "Nov last year");
  check (kefu_time_format_date, NOW - 800 * DAY, "2022");
}

/* A day is one of the calendar, not 24 hours. */
static void
test_days_change_at_midnight (void)
{
  gint64 midnight = NOW - 14 * HOUR - 5 * 60 * 1000;

  g_assert_cmpint (kefu_time_format_days (midnight, NOW), ==, 0);
  g_assert_cmpint (kefu_time_format_days (midnight - 1000, NOW), ==, -1);
  g_assert_cmpint (kefu_time_format_days (midnight + DAY - 1000, NOW), ==, 0);
  g_assert_cmpint (kefu_time_format_days (midnight + DAY, NOW), ==, 1);
  g_assert_cmpint (kefu_time_format_days (NOW - 365 * DAY, NOW), ==, -365);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/time-format/inbox", test_inbox);
  g_test_add_func ("/ui/time-format/day", test_day);
  g_test_add_func ("/ui/time-format/day-time", test_day_time);
  g_test_add_func ("/ui/time-format/date", test_date);
  g_test_add_func ("/ui/time-format/days-change-at-midnight", test_days_change_at_midnight);
  return g_test_run ();
}
