/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the words that were looked for, and names, stand in a text. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-mark-text.h"

#include <string.h>

#include "kefu-text.h"

/* Character by character, so that a place in it is a place in the text. (transfer full) */
static gunichar *
fold (const char *text, glong *length)
{
  gunichar *chars = g_utf8_to_ucs4_fast (text, -1, length);

  for (glong i = 0; i < *length; i++)
    chars[i] = kefu_text_fold_char (chars[i]);
  return chars;
}

static void
add (PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_change (list, attribute);
}

/* A marker pen: dark words on yellow, in the light as in the dark. */
static void
mark (PangoAttrList *list, guint start, guint end)
{
  add (list, pango_attr_background_new (0xf8f8, 0xe4e4, 0x5c5c), start, end);
  add (list, pango_attr_foreground_new (0x2424, 0x1f1f, 0x3131), start, end);
}

static gboolean
mark_word (PangoAttrList *list, const char *text, const gunichar *chars, glong n_chars, const char *word)
{
  glong length;
  g_autofree gunichar *folded = fold (word, &length);
  gboolean found = FALSE;

  for (glong i = 0; length > 0 && i + length <= n_chars; i++)
    {
      const char *start;

      if (memcmp (chars + i, folded, sizeof *folded * (gsize) length) != 0)
        continue;
      start = g_utf8_offset_to_pointer (text, i);
      mark (list, (guint) (start - text), (guint) (g_utf8_offset_to_pointer (start, length) - text));
      found = TRUE;
      i += length - 1;
    }
  return found;
}

PangoAttrList *
kefu_mark_text (const char *text, const char *words)
{
  g_autoptr (PangoAttrList) list = NULL;
  g_autofree gunichar *chars = NULL;
  g_auto (GStrv) each = NULL;
  gboolean found = FALSE;
  glong n_chars;

  g_return_val_if_fail (text != NULL, NULL);

  if (words == NULL || *words == '\0' || !g_utf8_validate (text, -1, NULL) || !g_utf8_validate (words, -1, NULL))
    return NULL;
  list = pango_attr_list_new ();
  chars = fold (text, &n_chars);
  /* Chinese input methods type a space of their own, U+3000. */
  each = g_regex_split_simple ("[\\s\\x{3000}]+", words, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT);
  for (guint i = 0; each[i] != NULL; i++)
    if (strchr (each[i], ':') == NULL && strstr (each[i], "：") == NULL)
      found |= mark_word (list, text, chars, n_chars, each[i]);
  return found ? g_steal_pointer (&list) : NULL;
}

PangoAttrList *
kefu_mark_mentions (PangoAttrList *marks, const char *text, const char *const *names)
{
  static const char *const signs[] = { "@", "＠" };

  g_return_val_if_fail (text != NULL, marks);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    for (guint sign = 0; sign < G_N_ELEMENTS (signs); sign++)
      {
        g_autofree char *mention = g_strconcat (signs[sign], names[i], NULL);
        gsize length = strlen (mention);

        for (const char *at = strstr (text, mention); at != NULL; at = strstr (at + length, mention))
          {
            if (marks == NULL)
              marks = pango_attr_list_new ();
            add (marks, pango_attr_weight_new (PANGO_WEIGHT_BOLD), (guint) (at - text), (guint) (at - text + length));
          }
      }
  return marks;
}
