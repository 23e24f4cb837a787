/* SPDX-License-Identifier: GPL-3.0-or-later
 * Filling the variables of a phrase. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-phrase-engine.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kefu-text.h"

/* The surnames of nine in ten people in China, by frequency. Of three characters that do not begin with one, a nickname is more likely:
 * nobody wants to be called half of it. */
static const char surnames[] = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕"
                               "魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱"
                               "夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔"
                               "文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴";

/* How a customer is called: by the given name if that is what the last two of three Han characters are ("郑可欣" → "可欣"), else by the
 * whole name; NULL for a number, which nobody wants to be called by. */
static char *
form_of_address (const char *name)
{
  glong length = g_utf8_strlen (name, -1);
  gboolean han = length > 0;
  g_autofree char *initials = NULL;

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    han = han && kefu_text_is_han (g_utf8_get_char (p));
  if (han && length == 3 && g_utf8_strchr (surnames, -1, g_utf8_get_char (name)) != NULL)
    return g_strdup (g_utf8_next_char (name));
  initials = kefu_text_initials (name);
  return initials != NULL ? g_strdup (name) : NULL;
}

static gboolean
is_chinese (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (kefu_text_is_han (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

/* In the language of the phrase, which is the customer's, not the desk's. */
static char *
day_text (gint64 now, int days, gboolean chinese)
{
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / 1000);
  g_autoptr (GDateTime) day = today != NULL ? g_date_time_add_days (today, days) : NULL;

  /* TRANSLATORS: a day in a sentence to a customer: "15 June". See g_date_time_format(). */
  return day != NULL ? g_date_time_format (day, chinese ? "%-m 月 %-d 日" : C_ ("phrase date", "%-d %B")) : NULL;
}

static char *
time_text (gint64 now)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (now / 1000);

  return time != NULL ? g_date_time_format (time, "%H:%M") : NULL;
}

static char *
order_value (const char *field, KefuOrderRecord *order)
{
  if (order == NULL)
    return NULL;
  if (g_str_equal (field, "number"))
    return g_strdup (order->number);
  if (g_str_equal (field, "courier"))
    return g_strdup (order->courier);
  if (g_str_equal (field, "tracking"))
    return g_strdup (order->tracking);
  if (g_str_equal (field, "amount") && MAX (order->paid_minor, order->total_minor) > 0)
    return kefu_text_money (order->paid_minor > 0 ? order->paid_minor : order->total_minor, order->currency);
  if (g_str_equal (field, "item") && order->items != NULL && order->items->len > 0)
    return g_strdup (((KefuOrderItemRecord *) g_ptr_array_index (order->items, 0))->title);
  return NULL;
}

static char *
value_of (const char *name, const KefuPhraseValues *values, gboolean chinese)
{
  gint64 days;

  if (g_str_equal (name, "customer.name"))
    return values->customer != NULL       ? form_of_address (values->customer->name)
           : values->conversation != NULL ? form_of_address (values->conversation->customer_name)
                                          : NULL;
  if (g_str_equal (name, "customer.level"))
    return values->customer != NULL ? g_strdup (values->customer->level) : NULL;
  if (g_str_has_prefix (name, "order."))
    return order_value (name + strlen ("order."), values->order);
  if (g_str_equal (name, "agent.name"))
    return g_strdup (values->agent_name);
  if (g_str_equal (name, "shop.name"))
    return values->conversation != NULL ? g_strdup (values->conversation->shop) : NULL;
  if (g_str_equal (name, "date"))
    return day_text (values->now, 0, chinese);
  if (g_str_equal (name, "time"))
    return time_text (values->now);
  if (g_str_has_prefix (name, "date+") && g_ascii_string_to_signed (name + strlen ("date+"), 10, 0, 3650, &days, NULL))
    return day_text (values->now, (int) days, chinese);
  return NULL;
}

/* What stands in the text where a variable has no value. */
static const char *
hint_of (const char *name)
{
  static const struct
  {
    const char *name;
    const char *hint;
  } hints[] = {
    { "customer.name", N_ ("name") },
    { "customer.level", N_ ("level") },
    { "order.number", N_ ("order number") },
    { "order.item", N_ ("item") },
    { "order.amount", N_ ("amount") },
    { "order.courier", N_ ("courier") },
    { "order.tracking", N_ ("tracking number") },
    { "agent.name", N_ ("your name") },
    { "shop.name", N_ ("shop") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    if (g_str_equal (name, hints[i].name))
      return _ (hints[i].hint);
  return name;
}

/* A phrase on its way. */
typedef struct
{
  KefuFilledPhrase *filled;
  GString *text;
  guint chars; /* in @text */
  const KefuPhraseValues *values;
  gboolean chinese;
} Filling;

static void
append_variable (Filling *self, const char *name)
{
  g_autofree char *value = value_of (name, self->values, self->chinese);
  gboolean blank = value == NULL || *value == '\0';
  const char *shown = blank ? hint_of (name) : value;
  KefuPhraseSpan span = { .start = self->chars, .length = (guint) g_utf8_strlen (shown, -1), .blank = blank };

  g_string_append (self->text, shown);
  self->chars += span.length;
  g_array_append_val (self->filled->spans, span);
  if (blank)
    self->filled->n_blanks++;
  else
    self->filled->n_filled++;
}

/* (transfer full) (nullable): the name in the braces that open at @p; @end: behind them. NULL for a brace that is only a brace. */
static char *
variable_at (const char *p, const char **end)
{
  const char *close;
  char *name;

  if (*p != '{')
    return NULL;
  close = strpbrk (p + 1, "{}\n");
  if (close == NULL || *close != '}')
    return NULL;
  name = g_strstrip (g_strndup (p + 1, (gsize) (close - p - 1)));
  if (*name == '\0')
    g_clear_pointer (&name, g_free);
  *end = close + 1;
  return name;
}

KefuFilledPhrase *
kefu_phrase_fill (const char *body, const KefuPhraseValues *values)
{
  Filling self = {
    .filled = g_new0 (KefuFilledPhrase, 1),
    .text = g_string_new (NULL),
    .values = values,
    .chinese = is_chinese (body),
  };

  self.filled->spans = g_array_new (FALSE, FALSE, sizeof (KefuPhraseSpan));
  for (const char *p = body; *p != '\0';)
    {
      g_autofree char *name = NULL;
      const char *end = NULL;
      gboolean doubled = (p[0] == '{' || p[0] == '}') && p[1] == p[0];

      if (!doubled)
        name = variable_at (p, &end);
      if (name != NULL)
        {
          append_variable (&self, name);
          p = end;
          continue;
        }
      if (doubled)
        p++;
      g_string_append_unichar (self.text, g_utf8_get_char (p));
      self.chars++;
      p = g_utf8_next_char (p);
    }
  self.filled->text = g_string_free (self.text, FALSE);
  return self.filled;
}

void
kefu_filled_phrase_free (KefuFilledPhrase *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_array_unref (self->spans);
  g_free (self);
}
