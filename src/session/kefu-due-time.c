/* SPDX-License-Identifier: GPL-3.0-or-later
 * The moment that words like "今天 17 点前", "周五前" or "within 2 hours" mean. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-due-time.h"

#include <stdlib.h>
#include <string.h>

#include "kefu-day.h"
#include "kefu-text.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

#define NUMERAL "零一二两三四五六七八九十"

/* "3 分钟后", "半小时内"; without 后 or 内 only where something is promised: "3 分钟回您". Not the terms of a sale: "7 天内无理由". */
#define ZH_RELATIVE                                                                                                    \
  "(?<![\\d.])(?<n>\\d{1,4}|半|[" NUMERAL "]{1,3})\\s*个?(?<half>半)?\\s*(?:多)?"                                   \
  "(?<unit>分钟|小时|钟头|天|工作日|周|星期)\\s*"                                                         \
  "(?:(?:之|以)?[内后](?!.{0,4}(?:无理由|可退|可换|退换|保价|免费|质保|保修))|左右"             \
  "|(?<=钟|时|头)(?=\\s*(?:就|给|再|回|答复|联系)))"

/* "明天下午 3 点半", "周五前", "6 月 15 号". What is over ("昨天 17 点") is matched to be passed by. */
#define ZH_ABSOLUTE                                                                                                                      \
  "(?:(?<past>昨[天日晚早]?|前天|上(?:个)?(?:周|星期|礼拜)[一二三四五六日天末]?|刚才)"                          \
  "|(?<day>大后天|今[天日儿晚早夜]|明[天日儿晚早]|后天)"                                                               \
  "|(?:(?<week>下下|下|这|本)个?)?(?:周|星期|礼拜)(?<wday>[一二三四五六日天末])"                                     \
  "|(?<month>\\d{1,2})\\s*月\\s*(?<mday>\\d{1,2})\\s*[日号]?"                                                                         \
  "|(?<!\\d)(?<only>\\d{1,2})\\s*[日号](?=\\s*(?:$|之?前|以前|[上下中]午|[早晚发到送给回寄]|\\d{1,2}\\s*[点时:])))?" \
  "\\s*的?"                                                                                                                             \
  "(?<period>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜里)?(?!好)\\s*"                                  \
  "(?:(?<!\\d)(?<hour>\\d{1,2}|[" NUMERAL "]{1,3})\\s*"                                                                                  \
  "(?::\\s*(?<min>[0-5]\\d)(?!\\d)"                                                                                                      \
  "|[点时](?!建议|意见|要求|原因)(?:(?<half>半)|(?<quarter>[一三])刻|(?<min2>[0-5]?\\d)\\s*分?)?(?<sharp>[钟整])?))?"   \
  "\\s*(?<before>(?:之|以)?前)?"

#define EN_RELATIVE                                                                                                    \
  "\\b(?:in|within)\\s+(?:the\\s+next\\s+)?(?<n>\\d{1,4}|an?|one|two|three|half\\s+an)\\s+"                            \
  "(?<unit>min(?:ute)?|hour|hr|day|week)s?\\b"
#define EN_DAY                                                                                                         \
  "\\b(?:(?:by|before|on|until)\\s+)?(?:(?<day>today|tonight|tomorrow)"                                                \
  "|(?<week>next\\s+)?(?<wday>mon|tues|wednes|thurs|fri|satur|sun)day)\\b"
#define EN_TIME                                                                                                        \
  "\\b(?:(?<word>by|before|at|until)\\s+)?(?:(?<hour>\\d{1,2})(?::(?<min>[0-5]\\d))?\\s*"                              \
  "(?<half>[ap]\\.?m\\b\\.?)?(?![\\d%:]|\\s*(?:days?|hours?|min|weeks?|pieces?|items?))|(?<noon>noon))"

typedef enum
{
  ZH_RELATIVE_REGEX,
  ZH_ABSOLUTE_REGEX,
  EN_RELATIVE_REGEX,
  EN_DAY_REGEX,
  EN_TIME_REGEX,
  N_REGEXES
} RegexId;

static GRegex *
get_regex (RegexId id)
{
  static const char *patterns[N_REGEXES] = { ZH_RELATIVE, ZH_ABSOLUTE, EN_RELATIVE, EN_DAY, EN_TIME };
  static GRegex *regexes[N_REGEXES];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < N_REGEXES; i++)
        {
          g_autoptr (GError) error = NULL;

          regexes[i] = g_regex_new (patterns[i], G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);
          if (regexes[i] == NULL)
            g_error ("Wrong expression: %s", error->message);
        }
      g_once_init_leave (&once, 1);
    }
  return regexes[id];
}

/* (transfer full): the named group, "" if it took no part. */
static char *
group (const GMatchInfo *match, const char *name)
{
  char *text = g_match_info_fetch_named (match, name);

  return text != NULL ? text : g_strdup ("");
}

static gboolean
has_group (const GMatchInfo *match, const char *name)
{
  g_autofree char *text = group (match, name);

  return *text != '\0';
}

/* "17", "十五", "二十三", "两" as a number; -1 if it is none. */
static int
parse_number (const char *text)
{
  static const char *const digits[] = { "零", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
  int total = 0;
  int unit = 0;
  gboolean some = FALSE;

  if (g_ascii_isdigit (*text))
    return atoi (text);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == g_utf8_get_char ("十"))
        {
          total += (some ? unit : 1) * 10;
          unit = 0;
          some = TRUE;
          continue;
        }
      if (c == g_utf8_get_char ("两"))
        unit = 2;
      for (int i = 0; i < (int) G_N_ELEMENTS (digits); i++)
        if (c == g_utf8_get_char (digits[i]))
          unit = i;
      some = TRUE;
    }
  return some ? total + unit : -1;
}

static int
group_number (const GMatchInfo *match, const char *name)
{
  g_autofree char *text = group (match, name);

  return parse_number (text);
}

/* 1 (Monday) … 7 of "五", "日", "末" or "fri"; 0 if none. */
static int
parse_weekday (const char *text)
{
  static const char *const zh[] = { "一", "二", "三", "四", "五", "六", "日" };
  static const char *const en[] = { "mon", "tues", "wednes", "thurs", "fri", "satur", "sun" };

  for (int i = 0; i < 7; i++)
    if (strcmp (text, zh[i]) == 0 || g_ascii_strcasecmp (text, en[i]) == 0)
      return i + 1;
  if (strcmp (text, "天") == 0)
    return 7;
  return strcmp (text, "末") == 0 ? 6 : 0;
}

/* The day that is @weeks weeks on (0: the next @weekday, today too). */
static GDateTime *
day_of_week (GDateTime *now, int weekday, int weeks)
{
  int days = weekday - g_date_time_get_day_of_week (now);

  if (weeks == 0)
    days = (days + 7) % 7;
  else if (weeks > 0)
    days += weeks * 7;
  return g_date_time_add_days (now, days);
}

/* @hour may be 24 or more: the early hours of the next day. */
static gint64
at_time (GDateTime *day, int hour, int minute)
{
  return kefu_day_at (g_date_time_to_unix (day) * 1000, hour / 24, hour % 24, minute);
}

/* A day without an hour: the end of the office day, of the shift, of the day, whichever is still to come. */
static gint64
end_of_day (GDateTime *day, gint64 now_ms)
{
  gint64 due = at_time (day, 18, 0);

  if (due <= now_ms)
    due = at_time (day, 23, 0);
  return due > now_ms ? due : at_time (day, 23, 59);
}

static gint64
unit_ms (const char *unit)
{
  if (strcmp (unit, "分钟") == 0 || g_ascii_strncasecmp (unit, "min", 3) == 0)
    return MINUTE_MS;
  if (strcmp (unit, "小时") == 0 || strcmp (unit, "钟头") == 0 || g_ascii_strncasecmp (unit, "h", 1) == 0)
    return HOUR_MS;
  if (strcmp (unit, "周") == 0 || strcmp (unit, "星期") == 0 || g_ascii_strcasecmp (unit, "week") == 0)
    return 7 * DAY_MS;
  return DAY_MS;
}

static gint64
find_relative (const char *text, gint64 now_ms, RegexId id, int *start, int *end)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *n = NULL;
  g_autofree char *unit = NULL;
  gint64 ms;

  if (!g_regex_match (get_regex (id), text, 0, &match))
    return 0;
  g_match_info_fetch_pos (match, 0, start, end);
  n = group (match, "n");
  unit = group (match, "unit");
  ms = unit_ms (unit);
  if (strcmp (n, "半") == 0 || g_ascii_strncasecmp (n, "half", 4) == 0)
    return now_ms + ms / 2;
  if (g_ascii_strcasecmp (n, "two") == 0)
    return now_ms + 2 * ms;
  if (g_ascii_strcasecmp (n, "three") == 0)
    return now_ms + 3 * ms;
  if (id == EN_RELATIVE_REGEX && !g_ascii_isdigit (*n))
    return now_ms + ms;
  return now_ms + parse_number (n) * ms + (id == ZH_RELATIVE_REGEX && has_group (match, "half") ? ms / 2 : 0);
}

/* The day that the match names; NULL if it names none. */
static GDateTime *
zh_day (const GMatchInfo *match, GDateTime *now)
{
  g_autofree char *day = group (match, "day");
  g_autofree char *week = group (match, "week");
  g_autofree char *wday = group (match, "wday");
  int mday = group_number (match, "mday");
  int only = group_number (match, "only");

  if (g_str_has_prefix (day, "今"))
    return g_date_time_ref (now);
  if (g_str_has_prefix (day, "明"))
    return g_date_time_add_days (now, 1);
  if (*day != '\0')
    return g_date_time_add_days (now, strcmp (day, "后天") == 0 ? 2 : 3);
  if (*wday != '\0')
    return day_of_week (now, parse_weekday (wday),
                        strcmp (week, "下下") == 0 ? 2 : (strcmp (week, "下") == 0 ? 1 : (*week != '\0' ? -1 : 0)));
  if (mday > 0 || only > 0)
    {
      int month = mday > 0 ? group_number (match, "month") : g_date_time_get_month (now);
      int date = mday > 0 ? mday : only;
      GDateTime *found = g_date_time_new_local (g_date_time_get_year (now), month, date, 23, 59, 0);

      if (found != NULL && g_date_time_compare (found, now) < 0)
        {
          GDateTime *later = mday > 0 ? g_date_time_add_years (found, 1) : g_date_time_add_months (found, 1);

          g_date_time_unref (found);
          found = later;
        }
      return found;
    }
  return NULL;
}

/* The hour when a part of a day is over; -1 for none. "今晚" and "明早" are a day and a part. */
static int
zh_period_end (const char *day, const char *period)
{
  static const struct
  {
    const char *name;
    int hour;
  } ends[] = {
    { "凌晨", 6 },  { "清晨", 10 }, { "早上", 10 }, { "早晨", 10 }, { "上午", 12 }, { "中午", 14 },
    { "下午", 18 }, { "傍晚", 20 }, { "晚上", 23 }, { "晚间", 23 }, { "夜里", 23 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (strcmp (period, ends[i].name) == 0)
      return ends[i].hour;
  if (g_str_has_suffix (day, "晚") || g_str_has_suffix (day, "夜"))
    return 23;
  return g_str_has_suffix (day, "早") ? 10 : -1;
}

/* The hour of the day (0 … 24) that @hour means; without a part of the day the small hours are those after noon: nobody promises
 * something for 3 at night. */
static int
zh_hour (int hour, int period_end)
{
  if (period_end >= 18)
    return hour <= 12 && !(period_end == 18 && hour == 12) ? hour + 12 : hour;
  if (period_end == 14)
    return hour <= 3 ? hour + 12 : hour;
  return period_end == -1 && hour >= 1 && hour <= 7 ? hour + 12 : hour;
}

static gint64
zh_due (const GMatchInfo *match, gint64 now_ms)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  g_autoptr (GDateTime) day = zh_day (match, now);
  g_autofree char *day_word = group (match, "day");
  g_autofree char *period = group (match, "period");
  g_autofree char *hour_word = group (match, "hour");
  int period_end = zh_period_end (day_word, period);
  int hour = parse_number (hour_word);
  int minute = MAX (group_number (match, "min"), group_number (match, "min2"));
  gint64 due;

  if (has_group (match, "half"))
    minute = 30;
  if (has_group (match, "quarter"))
    minute = group_number (match, "quarter") * 15;

  if (hour < 0)
    {
      if (day == NULL && period_end < 0)
        return 0;
      if (period_end < 0)
        return end_of_day (day, now_ms);
      due = at_time (day != NULL ? day : now, period_end, 0);
      return day != NULL || due > now_ms ? due : 0;
    }

  if (hour > 24 || minute > 59)
    return 0;
  /* "一点" alone is a little, "便宜 3 点" is no time either */
  if (day == NULL && period_end < 0 && minute < 0 && !has_group (match, "before") && !has_group (match, "sharp") &&
      !g_ascii_isdigit (*hour_word))
    return 0;
  hour = zh_hour (hour, period_end);
  due = at_time (day != NULL ? day : now, hour, MAX (minute, 0));
  if (day == NULL && due <= now_ms)
    {
      g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);

      due = at_time (tomorrow, hour, MAX (minute, 0));
    }
  return due;
}

static gint64
find_absolute_zh (const char *text, gint64 now_ms, int *start, int *end)
{
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match (get_regex (ZH_ABSOLUTE_REGEX), text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      gint64 due;

      g_match_info_fetch_pos (match, 0, start, end);
      if (*end == *start || has_group (match, "past"))
        continue;
      due = zh_due (match, now_ms);
      if (due > 0)
        return due;
    }
  return 0;
}

static gint64
find_absolute_en (const char *text, gint64 now_ms, int *start, int *end)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  g_autoptr (GDateTime) day = NULL;
  g_autoptr (GMatchInfo) day_match = NULL;
  g_autoptr (GMatchInfo) time_match = NULL;
  g_autofree char *word = NULL;
  int hour = -1;
  int minute = 0;
  gint64 due;

  *start = G_MAXINT;
  *end = 0;
  if (g_regex_match (get_regex (EN_DAY_REGEX), text, 0, &day_match))
    {
      g_autofree char *wday = group (day_match, "wday");

      word = group (day_match, "day");
      g_match_info_fetch_pos (day_match, 0, start, end);
      if (*wday != '\0')
        day = day_of_week (now, parse_weekday (wday), has_group (day_match, "week") ? 1 : 0);
      else
        day = g_date_time_add_days (now, g_ascii_strcasecmp (word, "tomorrow") == 0 ? 1 : 0);
    }

  g_regex_match (get_regex (EN_TIME_REGEX), text, 0, &time_match);
  for (; g_match_info_matches (time_match) && hour < 0; g_match_info_next (time_match, NULL))
    {
      g_autofree char *half = group (time_match, "half");
      int from, to;

      if (has_group (time_match, "noon"))
        hour = 12;
      else if (*half != '\0' || has_group (time_match, "word"))
        hour = group_number (time_match, "hour");
      else
        continue;
      minute = MAX (0, group_number (time_match, "min"));
      if ((*half == 'p' || *half == 'P') && hour < 12)
        hour += 12;
      else if ((*half == 'a' || *half == 'A') && hour == 12)
        hour = 0;
      else if (*half == '\0' && hour >= 1 && hour <= 7)
        hour += 12;
      if (hour > 24)
        {
          hour = -1;
          continue;
        }
      g_match_info_fetch_pos (time_match, 0, &from, &to);
      /* "by 5 pm tomorrow" is one piece, "tomorrow we ship it by 5 pm" is not. */
      if (*end == 0 || from > *end + 4 || to + 4 < *start)
        {
          *start = from;
          *end = to;
        }
      *start = MIN (*start, from);
      *end = MAX (*end, to);
    }

  if (hour < 0)
    {
      if (day == NULL)
        return 0;
      return g_strcmp0 (word, "tonight") == 0 ? at_time (day, 23, 0) : end_of_day (day, now_ms);
    }
  due = at_time (day != NULL ? day : now, hour, minute);
  if (day == NULL && due <= now_ms)
    {
      g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);

      due = at_time (tomorrow, hour, minute);
    }
  return due;
}

static gboolean
has_han (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (kefu_text_is_han (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

gint64
kefu_due_time_find (const char *text, gint64 now_ms, int *start, int *end)
{
  gboolean zh;
  gint64 due;

  g_return_val_if_fail (text != NULL, 0);

  zh = has_han (text);
  due = find_relative (text, now_ms, zh ? ZH_RELATIVE_REGEX : EN_RELATIVE_REGEX, start, end);
  if (due == 0)
    due = zh ? find_absolute_zh (text, now_ms, start, end) : find_absolute_en (text, now_ms, start, end);
  if (due == 0)
    *start = *end = 0;
  return due;
}
