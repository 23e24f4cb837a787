/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent types into the search: words and operators. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-search-query.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kefu-day.h"
#include "kefu-text.h"

/* A line is typed by hand; what is pasted beyond this is not looked for. */
#define MAX_CHARS 1000
#define MAX_WORDS 12
#define MAX_WORD_CHARS 200

typedef enum
{
  FROM,
  CHANNEL,
  BEFORE,
  AFTER,
  HAS,
  IS,
} Operator;

/* Agents write in two languages, whichever the desk speaks. */
static const struct
{
  const char *name;
  Operator op;
} operators[] = {
  { "from", FROM },     { "来自", FROM },   { "发自", FROM },   { "channel", CHANNEL }, { "渠道", CHANNEL },
  { "before", BEFORE }, { "之前", BEFORE }, { "早于", BEFORE }, { "after", AFTER },     { "之后", AFTER },
  { "晚于", AFTER },    { "has", HAS },     { "含", HAS },      { "包含", HAS },        { "有", HAS },
  { "is", IS },         { "状态", IS },     { "是", IS },
};

typedef struct
{
  const char *name;
  guint value;
} Value;

static const Value has_values[] = {
  { "image", KEFU_SEARCH_HAS_IMAGE }, { "picture", KEFU_SEARCH_HAS_IMAGE }, { "图片", KEFU_SEARCH_HAS_IMAGE },
  { "图", KEFU_SEARCH_HAS_IMAGE },    { "照片", KEFU_SEARCH_HAS_IMAGE },    { "file", KEFU_SEARCH_HAS_FILE },
  { "文件", KEFU_SEARCH_HAS_FILE },   { "附件", KEFU_SEARCH_HAS_FILE },     { "voice", KEFU_SEARCH_HAS_VOICE },
  { "语音", KEFU_SEARCH_HAS_VOICE },  { "order", KEFU_SEARCH_HAS_ORDER },   { "订单", KEFU_SEARCH_HAS_ORDER },
  { "note", KEFU_SEARCH_HAS_NOTE },   { "备注", KEFU_SEARCH_HAS_NOTE },     { "内部备注", KEFU_SEARCH_HAS_NOTE },
};

static const Value is_values[] = {
  { "open", KEFU_SEARCH_IS_OPEN },         { "未解决", KEFU_SEARCH_IS_OPEN },     { "进行中", KEFU_SEARCH_IS_OPEN },
  { "处理中", KEFU_SEARCH_IS_OPEN },       { "snoozed", KEFU_SEARCH_IS_SNOOZED }, { "稍后", KEFU_SEARCH_IS_SNOOZED },
  { "稍后处理", KEFU_SEARCH_IS_SNOOZED },  { "搁置", KEFU_SEARCH_IS_SNOOZED },    { "已搁置", KEFU_SEARCH_IS_SNOOZED },
  { "resolved", KEFU_SEARCH_IS_RESOLVED }, { "已解决", KEFU_SEARCH_IS_RESOLVED }, { "unread", KEFU_SEARCH_IS_UNREAD },
  { "未读", KEFU_SEARCH_IS_UNREAD },
};

static const struct
{
  const char *name;
  int days; /* from today */
} days[] = {
  { "today", 0 }, { "今天", 0 }, { "今日", 0 }, { "yesterday", -1 }, { "昨天", -1 }, { "昨日", -1 }, { "前天", -2 },
};

typedef struct
{
  KefuSearchQuery *query;
  GPtrArray *words;
  GPtrArray *from;
  GPtrArray *channels;
  GPtrArray *problems;
  gint64 now_ms;
} Parser;

static void
add_problem (Parser *self, char *problem)
{
  g_ptr_array_add (self->problems, problem);
}

/* FALSE: there is no such value. */
static gboolean
take_value (const Value *values, gsize n, const char *folded, guint *set)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (values[i].name, folded))
      {
        *set |= values[i].value;
        return TRUE;
      }
  return FALSE;
}

/* A number of @digits digits at *@p, which moves on. */
static gboolean
take_number (const char **p, int min_digits, int max_digits, int *out)
{
  int n = 0;

  for (*out = 0; n < max_digits && g_ascii_isdigit (**p); n++, (*p)++)
    *out = *out * 10 + (**p - '0');
  return n >= min_digits;
}

static gboolean
take_separator (const char **p)
{
  if (**p != '-' && **p != '/' && **p != '.')
    return FALSE;
  (*p)++;
  return TRUE;
}

/* Midnight of a day in local time, or 0. */
static gint64
midnight (int year, int month, int day)
{
  if (year < 1970 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return 0;
  return MAX (kefu_date_at (year, month, day, 0, 0), 1);
}

/* 2026-03-31, 2026-3, 2026, today: when it begins, or 0. */
static gint64
parse_date (const char *text, gint64 now_ms)
{
  const char *p = text;
  int year, month = 1, day = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    if (g_str_equal (days[i].name, text))
      return kefu_day_at (now_ms, days[i].days, 0, 0);
  if (!take_number (&p, 4, 4, &year))
    return 0;
  if (*p != '\0' && (!take_separator (&p) || !take_number (&p, 1, 2, &month)))
    return 0;
  if (*p != '\0' && (!take_separator (&p) || !take_number (&p, 1, 2, &day)))
    return 0;
  return *p == '\0' ? midnight (year, month, day) : 0;
}

static void
take_date (Parser *self, Operator op, const char *folded, const char *typed)
{
  gint64 at = parse_date (folded, self->now_ms);
  KefuSearchQuery *query = self->query;

  if (at == 0)
    add_problem (self,
                 g_strdup_printf (
                   _ ("“%s” is no date. Dates look like 2026-03-31 or 2026-03; today and yesterday work too."), typed));
  else if (op == AFTER)
    query->after = MAX (query->after, at);
  else
    query->before = query->before == 0 ? at : MIN (query->before, at);
}

static void
take_from (Parser *self, const char *folded, const char *typed)
{
  if (g_str_equal (folded, "me") || g_str_equal (folded, "我") || g_str_equal (folded, "自己"))
    self->query->from_me = TRUE;
  else if (g_str_equal (folded, "customer") || g_str_equal (folded, "customers") || g_str_equal (folded, "客户") ||
           g_str_equal (folded, "顾客") || g_str_equal (folded, "买家"))
    self->query->from_customer = TRUE;
  else
    g_ptr_array_add (self->from, g_strdup (typed));
}

static void
take_operator (Parser *self, Operator op, const char *typed)
{
  g_autofree char *folded = kefu_text_fold (typed);

  if (*folded == '\0')
    return;
  switch (op)
    {
    case FROM:
      take_from (self, folded, typed);
      break;
    case CHANNEL:
      g_ptr_array_add (self->channels, g_steal_pointer (&folded));
      break;
    case BEFORE:
    case AFTER:
      take_date (self, op, folded, typed);
      break;
    case HAS:
      if (!take_value (has_values, G_N_ELEMENTS (has_values), folded, &self->query->has))
        add_problem (self, g_strdup_printf (_ ("“has:%s” is not known. It can be image, file, voice, order or note."),
                                            typed));
      break;
    case IS:
      if (!take_value (is_values, G_N_ELEMENTS (is_values), folded, &self->query->is))
        add_problem (self,
                     g_strdup_printf (_ ("“is:%s” is not known. It can be open, snoozed, resolved or unread."), typed));
      break;
    default:
      g_return_if_reached ();
    }
}

/* The quote that ends what @c begins, or 0. */
static gunichar
closing_quote (gunichar c)
{
  switch (c)
    {
    case '"':
      return '"';
    case 0x201c: /* “ */
      return 0x201d;
    case 0x300c: /* 「 */
      return 0x300d;
    default:
      return 0;
    }
}

/* Up to white space, or what stands in quotes; @p moves behind it. */
static char *
take_piece (const char **p, gboolean *was_quoted)
{
  gunichar quote = closing_quote (g_utf8_get_char (*p));
  const char *from = *p;
  const char *end;

  if (quote != 0)
    {
      const char *inside = g_utf8_next_char (from);

      end = g_utf8_strchr (inside, -1, quote);
      if (end != NULL)
        {
          *p = g_utf8_next_char (end);
          *was_quoted = TRUE;
          return g_strndup (inside, (gsize) (end - inside));
        }
    }
  for (end = from; *end != '\0' && !g_unichar_isspace (g_utf8_get_char (end));)
    end = g_utf8_next_char (end);
  *p = end;
  *was_quoted = FALSE;
  return g_strndup (from, (gsize) (end - from));
}

/* Behind the colon, if an operator's name and one stand at @p; else NULL. */
static const char *
behind_operator (const char *p, Operator *out)
{
  const char *colon = p;
  g_autofree char *name = NULL;
  g_autofree char *folded = NULL;

  while (*colon != '\0' && g_utf8_get_char (colon) != ':' && g_utf8_get_char (colon) != 0xff1a &&
         !g_unichar_isspace (g_utf8_get_char (colon)))
    colon = g_utf8_next_char (colon);
  if (g_utf8_get_char (colon) != ':' && g_utf8_get_char (colon) != 0xff1a)
    return NULL;
  name = g_strndup (p, (gsize) (colon - p));
  folded = kefu_text_fold (name);
  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++)
    if (g_str_equal (operators[i].name, folded))
      {
        *out = operators[i].op;
        return g_utf8_next_char (colon);
      }
  return NULL;
}

static void
add_word (Parser *self, const char *word)
{
  g_autofree char *line = kefu_text_one_line (word, MAX_WORD_CHARS);

  if (*line != '\0' && self->words->len < MAX_WORDS)
    g_ptr_array_add (self->words, g_steal_pointer (&line));
}

static void
parse (Parser *self, const char *text)
{
  for (const char *p = text; *p != '\0';)
    {
      g_autofree char *piece = NULL;
      const char *behind;
      Operator op = FROM;
      gboolean was_quoted;

      if (g_unichar_isspace (g_utf8_get_char (p)))
        {
          p = g_utf8_next_char (p);
          continue;
        }
      behind = behind_operator (p, &op);
      if (behind != NULL)
        p = behind;
      piece = take_piece (&p, &was_quoted);
      if (behind != NULL)
        take_operator (self, op, piece);
      else
        add_word (self, piece);
    }
}

static char **
end_list (GPtrArray *list)
{
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

KefuSearchQuery *
kefu_search_query_new (const char *text, gint64 now_ms)
{
  KefuSearchQuery *self = g_atomic_rc_box_new0 (KefuSearchQuery);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  glong length = g_utf8_strlen (valid, -1);
  Parser parser = {
    .query = self,
    .words = g_ptr_array_new (),
    .from = g_ptr_array_new (),
    .channels = g_ptr_array_new (),
    .problems = g_ptr_array_new (),
    .now_ms = now_ms,
  };

  *g_utf8_offset_to_pointer (valid, MIN (length, MAX_CHARS)) = '\0';
  parse (&parser, valid);
  self->words = end_list (parser.words);
  self->from = end_list (parser.from);
  self->channels = end_list (parser.channels);
  self->problems = end_list (parser.problems);
  self->text = g_strjoinv (" ", self->words);
  self->match = kefu_text_match_new ((const char *const *) self->words);
  return self;
}

KefuSearchQuery *
kefu_search_query_ref (KefuSearchQuery *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  KefuSearchQuery *self = data;

  g_strfreev (self->words);
  g_strfreev (self->from);
  g_strfreev (self->channels);
  g_strfreev (self->problems);
  g_free (self->text);
  kefu_text_match_unref (self->match);
}

void
kefu_search_query_unref (KefuSearchQuery *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

gboolean
kefu_search_query_is_about_messages (KefuSearchQuery *self)
{
  return self->from_me || self->from_customer || self->from[0] != NULL || self->has != 0 || self->after != 0 ||
         self->before != 0;
}

gboolean
kefu_search_query_is_about_conversations (KefuSearchQuery *self)
{
  return self->channels[0] != NULL || self->is != 0;
}

gboolean
kefu_search_query_is_empty (KefuSearchQuery *self)
{
  return self->words[0] == NULL && self->problems[0] == NULL && !kefu_search_query_is_about_messages (self) &&
         !kefu_search_query_is_about_conversations (self);
}
