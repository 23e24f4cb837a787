/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the side panel says about a customer, an order and a promise, in words. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-panel-text.h"

#include <glib/gi18n.h>

#include "kefu-text.h"
#include "kefu-time-format.h"

#define MINUTE_MS (G_GINT64_CONSTANT (60000))
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static char *
customer_for (gint64 since, gint64 now)
{
  int days = since > 0 ? -kefu_time_format_days (since, now) : -1;

  if (days < 0)
    return NULL;
  if (days < 30)
    return g_strdup (_ ("new customer"));
  if (days < 365)
    return g_strdup_printf (ngettext ("customer for %d month", "customer for %d months", (gulong) (days / 30)),
                            days / 30);
  return g_strdup_printf (ngettext ("customer for %d year", "customer for %d years", (gulong) (days / 365)),
                          days / 365);
}

char *
kefu_panel_about (KefuCustomerRecord *customer, gint64 now)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_autofree char *age = customer_for (customer->since, now);
  g_auto (GStrv) strv = NULL;

  if (g_str_equal (customer->gender, "f"))
    g_strv_builder_add (parts, _ ("Female"));
  else if (g_str_equal (customer->gender, "m"))
    g_strv_builder_add (parts, _ ("Male"));
  if (*customer->region)
    g_strv_builder_add (parts, customer->region);
  if (age)
    g_strv_builder_add (parts, age);
  strv = g_strv_builder_end (parts);
  return g_strjoinv (" · ", strv);
}

char *
kefu_panel_identity (KefuIdentityRecord *identity)
{
  const char *name = *identity->name ? identity->name : identity->key;
  const char *at = strchr (name, '@');

  if (at && strrchr (at, '.'))
    return g_strdup_printf ("%.*s@****%s", (int) (at - name), name, strrchr (at, '.'));
  return kefu_text_mask_name (name);
}

/* (transfer none) (nullable): what follows @n_digits digits, which are read into @number. */
static const char *
read_number (const char *text, int n_digits, int *number)
{
  *number = 0;
  for (; text != NULL && n_digits > 0; n_digits--, text++)
    {
      if (!g_ascii_isdigit (*text))
        return NULL;
      *number = *number * 10 + g_ascii_digit_value (*text);
    }
  return text;
}

/* Reads MM-DD or YYYY-MM-DD; a day without a year may be 29 February. */
static gboolean
parse_birthday (const char *text, int *month, int *day)
{
  int year = 2000;

  if (strlen (text) == 10)
    {
      text = read_number (text, 4, &year);
      if (text == NULL || *text++ != '-')
        return FALSE;
    }
  text = read_number (text, 2, month);
  if (text == NULL || *text++ != '-')
    return FALSE;
  text = read_number (text, 2, day);
  return text != NULL && *text == '\0' && year > 0 && *month > 0 && *day > 0 &&
         g_date_valid_dmy ((GDateDay) *day, (GDateMonth) *month, (GDateYear) year);
}

gboolean
kefu_panel_is_birthday (const char *text)
{
  int month, day;

  return *text == '\0' || parse_birthday (text, &month, &day);
}

char *
kefu_panel_birthday (const char *birthday, gint64 now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / 1000);
  g_autoptr (GDateTime) today = g_date_time_to_local (utc);
  g_autofree char *date = NULL;
  g_autofree char *away = NULL;
  GDate from, to;
  int month, day, days;

  if (!parse_birthday (birthday, &month, &day))
    return g_strdup ("");

  g_date_clear (&from, 1);
  g_date_clear (&to, 1);
  g_date_set_dmy (&from, (GDateDay) g_date_time_get_day_of_month (today), (GDateMonth) g_date_time_get_month (today),
                  (GDateYear) g_date_time_get_year (today));
  for (int year = g_date_time_get_year (today);; year++)
    {
      gboolean leap_day = month == 2 && day == 29 && !g_date_is_leap_year ((GDateYear) year);

      g_date_set_dmy (&to, (GDateDay) (leap_day ? 28 : day), (GDateMonth) month, (GDateYear) year);
      days = g_date_days_between (&from, &to);
      if (days >= 0)
        break;
    }

  {
    g_autoptr (GDateTime) time = g_date_time_new_utc (2000, month, day, 12, 0, 0);

    /* TRANSLATORS: a birthday: "3 July". See g_date_time_format(). */
    date = g_date_time_format (time, C_ ("birthday", "%-d %B"));
  }
  if (days == 0)
    away = g_strdup (_ ("today"));
  else if (days == 1)
    away = g_strdup (_ ("tomorrow"));
  else
    away = g_strdup_printf (ngettext ("in %d day", "in %d days", (gulong) days), days);
  return g_strdup_printf ("%s · %s", date, away);
}

char *
kefu_panel_risk (int risk, int days_left)
{
  switch (risk)
    {
    case 1:
      return g_strdup (_ ("Received, not reviewed"));
    case 2:
      return g_strdup_printf (ngettext ("Claim window %d day", "Claim window %d days", (gulong) MAX (days_left, 0)),
                              MAX (days_left, 0));
    case 3:
      return g_strdup (_ ("Bought within 3 months"));
    default:
      return g_strdup ("");
    }
}

char *
kefu_panel_whole_amount (gint64 minor, const char *currency)
{
  g_autofree char *exact = kefu_text_money (minor, currency);
  char *rounded;

  /* Not every currency has hundredths. */
  if (strchr (exact, '.') == NULL)
    return g_steal_pointer (&exact);
  rounded = kefu_text_money ((minor + 50) / 100 * 100, currency);
  *strchr (rounded, '.') = '\0';
  return rounded;
}

char *
kefu_panel_group_digits (const char *number)
{
  GString *grouped;

  /* Only long codes gain from it; one with its own dashes or spaces has its own groups. */
  if (strlen (number) < 9)
    return g_strdup (number);
  for (const char *c = number; *c; c++)
    if (!g_ascii_isalnum (*c))
      return g_strdup (number);

  grouped = g_string_new (NULL);
  for (gsize i = 0; number[i]; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (grouped, ' ');
      g_string_append_c (grouped, number[i]);
    }
  return g_string_free (grouped, FALSE);
}

const char *
kefu_panel_order_state (const char *state)
{
  static const struct
  {
    const char *state;
    const char *name;
  } names[] = {
    { "unpaid", NC_ ("order", "To pay") },      { "paid", NC_ ("order", "To ship") },
    { "shipped", NC_ ("order", "In transit") }, { "signed", NC_ ("order", "Received") },
    { "closed", NC_ ("order", "Closed") },      { "refunding", NC_ ("order", "Refunding") },
    { "refunded", NC_ ("order", "Refunded") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].state, state))
      return g_dpgettext2 (NULL, "order", names[i].name);
  return state;
}

const char *
kefu_panel_flag_name (int flag)
{
  static const char *const names[] = {
    N_ ("Grey flag"), N_ ("Red flag"), N_ ("Yellow flag"), N_ ("Green flag"), N_ ("Blue flag"), N_ ("Purple flag"),
  };

  return flag >= 0 && flag < (int) G_N_ELEMENTS (names) ? _ (names[flag]) : _ ("No flag");
}

KefuDue
kefu_panel_due_state (gint64 due_at, gint64 now)
{
  if (due_at <= 0)
    return KEFU_DUE_NONE;
  if (due_at <= now)
    return KEFU_DUE_OVER;
  return kefu_time_format_days (due_at, now) == 0 ? KEFU_DUE_TODAY : KEFU_DUE_LATER;
}

char *
kefu_panel_due_text (gint64 due_at, gint64 now)
{
  gint64 over = now - due_at;

  switch (kefu_panel_due_state (due_at, now))
    {
    case KEFU_DUE_OVER:
      if (over < HOUR_MS)
        /* TRANSLATORS: a promise is late by so many minutes; a chip, very short */
        return g_strdup_printf (_ ("%d min over"), (int) MAX (over / MINUTE_MS, 1));
      if (over < DAY_MS)
        /* TRANSLATORS: a promise is late by so many hours; a chip, very short */
        return g_strdup_printf (_ ("%d h over"), (int) (over / HOUR_MS));
      /* TRANSLATORS: a promise is late by so many days; a chip, very short */
      return g_strdup_printf (_ ("%d d over"), (int) (over / DAY_MS));
    case KEFU_DUE_TODAY:
      {
        g_autofree char *clock = kefu_time_format_clock (due_at);

        /* TRANSLATORS: due today before a time: "by 17:00"; a chip, very short */
        return g_strdup_printf (C_ ("due", "by %s"), clock);
      }
    case KEFU_DUE_LATER:
      if (kefu_time_format_days (due_at, now) == 1)
        return g_strdup (_ ("Tomorrow"));
      return kefu_time_format_date (due_at, now);
    case KEFU_DUE_NONE:
    default:
      return g_strdup ("");
    }
}

char *
kefu_panel_moment (gint64 at, gint64 now)
{
  int days = kefu_time_format_days (at, now);
  g_autofree char *clock = NULL;

  if (days != 0 && days != 1)
    return kefu_time_format_day_time (at, now);
  clock = kefu_time_format_clock (at);
  return g_strdup_printf ("%s %s", days == 0 ? _ ("Today") : _ ("Tomorrow"), clock);
}

/* Before yesterday the day alone: it is there to find the message again. */
static char *
format_past (gint64 at, gint64 now)
{
  return kefu_time_format_days (at, now) < -1 ? kefu_time_format_date (at, now) : kefu_panel_moment (at, now);
}

char *
kefu_panel_item_origin (KefuChecklistRecord *item, gboolean named, gint64 now)
{
  g_autofree char *time = NULL;
  g_autofree char *what = NULL;
  const char *who;

  if (item->done)
    {
      time = format_past (item->done_at, now);
      if (named)
        return g_strstrip (g_strdup_printf ("%s %s", item->done_by_name, time));
      /* TRANSLATORS: who ticked a checklist item and when: "Lin Yesterday 20:50 done" */
      return g_strstrip (g_strdup_printf (_ ("%s %s done"), item->done_by_name, time));
    }

  if (item->proof_at > 0)
    {
      time = format_past (item->proof_at, now);
      if (g_str_equal (item->proof_dir, "in"))
        /* TRANSLATORS: when a customer asked for it: "14:02 asked" */
        what = g_strdup_printf (_ ("%s asked"), time);
      else
        /* TRANSLATORS: when we promised it: "Yesterday 20:43 promised" */
        what = g_strdup_printf (_ ("%s promised"), time);
    }
  else
    {
      time = format_past (item->created_at, now);
      /* TRANSLATORS: when an item was written down without a message as its proof: "14:02 noted" */
      what = g_strdup_printf (_ ("%s noted"), time);
    }
  who = *item->assignee_name ? item->assignee_name : item->created_by_name;
  return named && *who ? g_strdup_printf ("%s · %s", what, who) : g_steal_pointer (&what);
}
