/* SPDX-License-Identifier: GPL-3.0-or-later
 * The words of the side panel; no display. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <locale.h>

#include "kefu-panel-text.h"

#define MINUTE (G_GINT64_CONSTANT (60000))
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static gint64
at (int year, int month, int day, int hour, int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (year, month, day, hour, minute, 0);

  return g_date_time_to_unix (time) * 1000;
}

#define assert_text(call, expected)                                                                                    \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *_text = call;                                                                                     \
    g_assert_cmpstr (_text, ==, expected);                                                                             \
  }                                                                                                                    \
  G_STMT_END

static void
test_birthday_comes_every_year (void)
{
  gint64 now = at (2024, 6, 12, 14, 5);

  assert_text (kefu_panel_birthday ("07-03", now), "3 July · in 21 days");
  assert_text (kefu_panel_birthday ("1990-07-03", now), "3 July · in 21 days");
  assert_text (kefu_panel_birthday ("06-12", now), "12 June · today");
  assert_text (kefu_panel_birthday ("06-13", now), "13 June · tomorrow");
  assert_text (kefu_panel_birthday ("06-11", now), "11 June · in 364 days");
  /* 29 February is kept on the 28th in a year that has none. */
  assert_text (kefu_panel_birthday ("02-29", at (2025, 2, 27, 23, 59)), "29 February · tomorrow");
  assert_text (kefu_panel_birthday ("02-29", at (2024, 2, 28, 0, 1)), "29 February · tomorrow");
  assert_text (kefu_panel_birthday ("", now), "");
}

static void
test_what_is_no_birthday_is_told (void)
{
  static const char *const wrong[] = { "02-30",      "13-01",  "00-10", "0703",    "7月3日",
                                       "1990-02-29", "07-03x", "07-",   "90-07-03" };
  static const char *const right[] = { "", "07-03", "02-29", "1992-02-29", "2001-12-31" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (kefu_panel_is_birthday (wrong[i]));
      assert_text (kefu_panel_birthday (wrong[i], DAY), "");
    }
  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    g_assert_true (kefu_panel_is_birthday (right[i]));
}

static void
test_customer_in_a_line (void)
{
  g_autoptr (KefuCustomerRecord) customer = kefu_customer_record_new ();
  gint64 now = at (2024, 6, 12, 14, 5);

  customer->gender = g_strdup ("f");
  customer->region = g_strdup ("浙江杭州");
  customer->since = at (2022, 6, 1, 10, 0);
  assert_text (kefu_panel_about (customer, now), "Female · 浙江杭州 · customer for 2 years");
  customer->since = now - 40 * DAY;
  assert_text (kefu_panel_about (customer, now), "Female · 浙江杭州 · customer for 1 month");
  customer->since = now - 3 * DAY;
  *customer->region = *customer->gender = '\0';
  assert_text (kefu_panel_about (customer, now), "new customer");
  customer->since = 0;
  assert_text (kefu_panel_about (customer, now), "");
}

static void
test_identity_shows_no_number (void)
{
  static const struct
  {
    const char *key;
    const char *name;
    const char *shown;
  } rows[] = {
    { "wx_rx", "若溪不吃辣", "若溪不吃辣" },     { "shenrx_88", "", "shenrx_88" },
    { "15012348832", "", "150****8832" },        { "15012348832", "15012348832", "150****8832" },
    { "d.osei@lumen.uk", "", "d.osei@****.uk" }, { "d.osei@lumen.uk", "Daniel Osei", "Daniel Osei" },
    { "+44 7700 900148", "", "447****0148" },    { "12345", "", "12345" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (KefuIdentityRecord) identity = kefu_identity_record_new ();

      identity->key = g_strdup (rows[i].key);
      identity->name = g_strdup (rows[i].name);
      assert_text (kefu_panel_identity (identity), rows[i].shown);
    }
}

static void
test_due_time_speaks_of_what_is_near (void)
{
  gint64 now = at (2024, 6, 12, 14, 5);
  const struct
  {
    gint64 due;
    KefuDue state;
    const char *text;
  } rows[] = {
    { 0, KEFU_DUE_NONE, "" },
    { now, KEFU_DUE_OVER, "1 min over" },
    { now - 59 * MINUTE, KEFU_DUE_OVER, "59 min over" },
    { now - HOUR, KEFU_DUE_OVER, "1 h over" },
    { now - 23 * HOUR, KEFU_DUE_OVER, "23 h over" },
    { now - 50 * HOUR, KEFU_DUE_OVER, "2 d over" },
    { now + 1, KEFU_DUE_TODAY, "by 14:05" },
    { at (2024, 6, 12, 23, 59), KEFU_DUE_TODAY, "by 23:59" },
    { at (2024, 6, 13, 0, 0), KEFU_DUE_LATER, "Tomorrow" },
    { at (2024, 6, 15, 18, 0), KEFU_DUE_LATER, "15 Jun" },
    { at (2025, 1, 2, 18, 0), KEFU_DUE_LATER, "2 Jan 2025" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (kefu_panel_due_state (rows[i].due, now), ==, rows[i].state);
      assert_text (kefu_panel_due_text (rows[i].due, now), rows[i].text);
    }
}

static void
test_moments_have_names (void)
{
  gint64 now = at (2024, 6, 12, 14, 5);

  assert_text (kefu_panel_moment (at (2024, 6, 12, 9, 1), now), "Today 09:01");
  assert_text (kefu_panel_moment (at (2024, 6, 11, 20, 43), now), "Yesterday 20:43");
  assert_text (kefu_panel_moment (at (2024, 6, 13, 18, 0), now), "Tomorrow 18:00");
  assert_text (kefu_panel_moment (at (2024, 5, 28, 18, 0), now), "28 May 18:00");
}

static void
test_numbers_are_read_in_groups (void)
{
  assert_text (kefu_panel_group_digits ("220688104417"), "2206 8810 4417");
  assert_text (kefu_panel_group_digits ("SF142088763051"), "SF14 2088 7630 51");
  assert_text (kefu_panel_group_digits ("44172"), "44172");
  assert_text (kefu_panel_group_digits ("TB-2024-000123"), "TB-2024-000123");
  assert_text (kefu_panel_group_digits (""), "");
}

static void
test_amounts_are_rounded (void)
{
  assert_text (kefu_panel_whole_amount (431800, "CNY"), "¥4,318");
  assert_text (kefu_panel_whole_amount (431849, "CNY"), "¥4,318");
  assert_text (kefu_panel_whole_amount (431850, "CNY"), "¥4,319");
  assert_text (kefu_panel_whole_amount (0, "CNY"), "¥0");
  assert_text (kefu_panel_whole_amount (5555, "JPY"), "¥5,555");
}

static void
test_states_and_flags_have_names (void)
{
  g_assert_cmpstr (kefu_panel_order_state ("shipped"), ==, "In transit");
  /* One of a later version is shown as it is. */
  g_assert_cmpstr (kefu_panel_order_state ("lost"), ==, "lost");
  g_assert_cmpstr (kefu_panel_flag_name (1), ==, "Red flag");
  g_assert_cmpstr (kefu_panel_flag_name (0), ==, "Grey flag");
  g_assert_cmpstr (kefu_panel_flag_name (-1), ==, "No flag");
  g_assert_cmpstr (kefu_panel_flag_name (99), ==, "No flag");
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/panel-text/birthday-comes-every-year", test_birthday_comes_every_year);
  g_test_add_func ("/ui/panel-text/what-is-no-birthday-is-told", test_what_is_no_birthday_is_told);
  g_test_add_func ("/ui/panel-text/customer-in-a-line", test_customer_in_a_line);
  g_test_add_func ("/ui/panel-text/identity-shows-no-number", test_identity_shows_no_number);
  g_test_add_func ("/ui/panel-text/due-time-speaks-of-what-is-near", test_due_time_speaks_of_what_is_near);
  g_test_add_func ("/ui/panel-text/moments-have-names", test_moments_have_names);
  g_test_add_func ("/ui/panel-text/numbers-are-read-in-groups", test_numbers_are_read_in_groups);
  g_test_add_func ("/ui/panel-text/amounts-are-rounded", test_amounts_are_rounded);
  g_test_add_func ("/ui/panel-text/states-and-flags-have-names", test_states_and_flags_have_names);
  return g_test_run ();
}
