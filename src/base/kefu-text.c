/* SPDX-License-Identifier: GPL-3.0-or-later
 * Text as it is compared, masked and shortened. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include <string.h>
#include <unicode/uscript.h>

#include "kefu-han-data.h"
#include "kefu-text.h"

/* A name of fewer digits is a code or a nickname. */
#define MIN_PHONE_DIGITS 7

gboolean
kefu_text_is_han (gunichar c)
{
  UErrorCode status = U_ZERO_ERROR;

  if (c < 0x2e80)
    return FALSE;
  return uscript_getScript ((UChar32) c, &status) == USCRIPT_HAN;
}

gunichar
kefu_text_fold_char (gunichar c)
{
  if (c < 0x80)
    return (gunichar) g_ascii_tolower ((char) c);
  /* Traditional to simplified, one character for one: places in a text stay what they were, and a text and a query fold alike
   * whatever stands around them. */
  if (c >= KEFU_HAN_FIRST && c <= KEFU_HAN_LAST)
    return kefu_han_simplified[c - KEFU_HAN_FIRST];
  /* the full-width forms of ASCII, and the wide space */
  if (c >= 0xff01 && c <= 0xff5e)
    return (gunichar) g_ascii_tolower ((char) (c - 0xfee0));
  if (c == 0x3000)
    return ' ';
  return g_unichar_tolower (c);
}

/* Runs of white space become one space; the ends lose theirs. */
static char *
squeeze (const char *text, glong max_chars)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean gap = FALSE;
  glong chars = 0;

  for (const char *p = text; *p != '\0' && chars < max_chars; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          gap = out->len > 0;
          continue;
        }
      if (gap)
        {
          g_string_append_c (out, ' ');
          gap = FALSE;
          if (++chars >= max_chars)
            break;
        }
      g_string_append_unichar (out, c);
      chars++;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
kefu_text_fold (const char *text)
{
  g_autofree char *normal = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *squeezed = NULL;
  g_autoptr (GString) out = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  if (normal == NULL)
    normal = g_utf8_make_valid (text, -1);
  folded = g_utf8_casefold (normal, -1);
  squeezed = squeeze (folded, G_MAXLONG);
  out = g_string_sized_new (strlen (squeezed));
  for (const char *p = squeezed; *p != '\0'; p = g_utf8_next_char (p))
    g_string_append_unichar (out, kefu_text_fold_char (g_utf8_get_char (p)));
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
kefu_text_one_line (const char *text, guint max_chars)
{
  g_return_val_if_fail (text != NULL, NULL);

  return squeeze (text, max_chars);
}

char *
kefu_text_mask_phone (const char *phone)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  g_return_val_if_fail (phone != NULL, NULL);

  for (const char *p = phone; *p != '\0'; p++)
    if (g_ascii_isdigit (*p))
      g_string_append_c (digits, *p);
  if (digits->len >= 9)
    return g_strdup_printf ("%.3s **** %s", digits->str, digits->str + digits->len - 4);
  if (digits->len >= 4)
    return g_strdup_printf ("**** %s", digits->str + digits->len - 2);
  return g_strdup (digits->len > 0 ? "****" : "");
}

char *
kefu_text_mask_name (const char *name)
{
  g_autofree char *masked = NULL;
  g_auto (GStrv) words = NULL;
  int n_digits = 0;

  g_return_val_if_fail (name != NULL, NULL);

  for (const char *p = name; *p != '\0'; p++)
    {
      if (strchr ("0123456789+-() ", *p) == NULL)
        return g_strdup (name);
      n_digits += g_ascii_isdigit (*p);
    }
  if (n_digits < MIN_PHONE_DIGITS)
    return g_strdup (name);
  masked = kefu_text_mask_phone (name);
  words = g_strsplit (masked, " ", -1);
  return g_strjoinv ("", words);
}

char *
kefu_text_mask_address (const char *address)
{
  static const char *ends[] = { "区", "县", "市", "旗" };
  const char *cut = NULL;

  g_return_val_if_fail (address != NULL, NULL);

  if (*address == '\0')
    return g_strdup ("");

  /* The last of them within the first 20 characters: a street may hold "市" again. */
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    for (const char *p = strstr (address, ends[i]); p != NULL; p = strstr (p + 1, ends[i]))
      {
        const char *after = p + strlen (ends[i]);

        if (g_utf8_pointer_to_offset (address, after) <= 20 && *after != '\0' && after > cut)
          cut = after;
      }
  if (cut == NULL)
    {
      glong length = g_utf8_strlen (address, -1);

      cut = g_utf8_offset_to_pointer (address, length / 3);
    }
  return g_strdup_printf ("%.*s ****", (int) (cut - address), address);
}

char *
kefu_text_money (gint64 minor, const char *currency)
{
  static const struct
  {
    const char *code;
    const char *sign;
    int digits;
  } known[] = {
    { "CNY", "¥", 2 }, { "USD", "$", 2 }, { "EUR", "€", 2 }, { "GBP", "£", 2 }, { "HKD", "HK$", 2 }, { "JPY", "¥", 0 },
  };
  g_autofree char *foreign = NULL;
  const char *sign = NULL;
  int digits = 2;
  guint64 amount = minor < 0 ? -(guint64) minor : (guint64) minor;
  guint64 unit = 1;
  g_autofree char *whole = NULL;
  g_autoptr (GString) grouped = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (currency, known[i].code) == 0)
      {
        sign = known[i].sign;
        digits = known[i].digits;
      }
  if (sign == NULL)
    sign = foreign = g_strdup_printf ("%s ", currency != NULL ? currency : "");

  for (int i = 0; i < digits; i++)
    unit *= 10;
  whole = g_strdup_printf ("%" G_GUINT64_FORMAT, amount / unit);
  for (gsize i = 0, n = strlen (whole); i < n; i++)
    {
      if (i > 0 && (n - i) % 3 == 0)
        g_string_append_c (grouped, ',');
      g_string_append_c (grouped, whole[i]);
    }
  if (digits > 0)
    g_string_append_printf (grouped, ".%0*" G_GUINT64_FORMAT, digits, amount % unit);
  return g_strconcat (minor < 0 ? "−" : "", sign, grouped->str, NULL);
}

char *
kefu_text_initials (const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean at_word = TRUE;

  g_return_val_if_fail (name != NULL, NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (kefu_text_is_han (c))
        {
          if (out->len == 0)
            g_string_append_unichar (out, c);
          break;
        }
      if (!g_unichar_isalpha (c))
        {
          at_word = !g_unichar_isdigit (c) && c != '*';
          continue;
        }
      if (at_word && g_utf8_strlen (out->str, -1) < 2)
        g_string_append_unichar (out, g_unichar_toupper (c));
      at_word = FALSE;
    }
  return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}
