/* SPDX-License-Identifier: GPL-3.0-or-later
 * Filling the variables of a phrase. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-phrase-engine.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kefu-text.h"

/* How a customer is called: by the given name, if a full name of one surname and two characters lets us (“郑可欣” → “可欣”);
 * NULL for a number, which nobody wants to be called by. */
static char *
form_of_address (const char *name)
{
  glong length = g_utf8_strlen (name, -1);
  gboolean han = length > 0;

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    han = han && kefu_text_is_han (g_utf8_get_char (p));
  if (han && length == 3)
    return g_strdup (g_utf8_next_char (name));
  if (!han)
    {
      g_autofree char *initials = kefu_text_initials (name);

      if (initials == NULL)
        return NULL;
    }
  return g_strdup (name);
}

static char *
day_text (gint64 now, int days)
{
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / 1000);
  g_autoptr (GDateTime) day = today != NULL ? g_date_time_add_days (today, days) : NULL;

  /* TRANSLATORS: a day in a sentence to a customer: "15 June". See g_date_time_format(). */
  return day != NULL ? g_date_time_format (day, C_ ("phrase date", "%-d %B")) : NULL;
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
  if (g_str_equal (field, "amount"))
    return kefu_text_money (order->paid_minor > 0 ? order->paid_minor : order->total_minor, order->currency);
  if (g_str_equal (field, "item") && order->items != NULL && order->items->len > 0)
    return g_strdup (((KefuOrderItemRecord *) g_ptr_array_index (order->items, 0))->title);
  return NULL;
}

static char *
value_of (const char *name, const KefuPhraseValues *values)
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
    return day_text (values->now, 0);
  if (g_str_equal (name, "time"))
    return time_text (values->now);
  if (g_str_has_prefix (name, "date+") && g_ascii_string_to_signed (name + strlen ("date+"), 10, 0, 3650, &days, NULL))
    return day_text (values->now, (int) days);
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

static void
append_variable (KefuFilledPhrase *filled,
                 GString *text,
                 glong *chars,
                 const char *name,
                 const KefuPhraseValues *values)
{
  g_autofree char *value = value_of (name, values);
  gboolean blank = value == NULL || *value == '\0';
  const char *shown = blank ? hint_of (name) : value;
  KefuPhraseSpan span = { .start = (guint) *chars, .length = (guint) g_utf8_strlen (shown, -1), .blank = blank };

  g_string_append (text, shown);
  *chars += (glong) span.length;
  g_array_append_val (filled->spans, span);
  if (blank)
    filled->n_blanks++;
  else
    filled->n_filled++;
}

KefuFilledPhrase *
kefu_phrase_fill (const char *body, const KefuPhraseValues *values)
{
  KefuFilledPhrase *filled = g_new0 (KefuFilledPhrase, 1);
  GString *text = g_string_new (NULL);
  glong chars = 0;
  const char *p = body;

  filled->spans = g_array_new (FALSE, FALSE, sizeof (KefuPhraseSpan));
  while (*p != '\0')
    {
      const char *end = *p == '{' && p[1] != '{' ? strchr (p, '}') : NULL;

      if ((p[0] == '{' && p[1] == '{') || (p[0] == '}' && p[1] == '}'))
        p++;
      else if (end != NULL && end > p + 1)
        {
          g_autofree char *inner = g_strndup (p + 1, (gsize) (end - p - 1));

          append_variable (filled, text, &chars, g_strstrip (inner), values);
          p = end + 1;
          continue;
        }
      g_string_append_unichar (text, g_utf8_get_char (p));
      chars++;
      p = g_utf8_next_char (p);
    }
  filled->text = g_string_free (text, FALSE);
  return filled;
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
