/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the words that were looked for, and names, stand in a text. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-mark-text.h"

#include <string.h>

#include "kefu-search-query.h"

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

PangoAttrList *
kefu_mark_text (const char *text, const char *words)
{
  g_autoptr (KefuSearchQuery) query = NULL;
  g_autoptr (GArray) spans = NULL;
  PangoAttrList *list;

  g_return_val_if_fail (text != NULL, NULL);

  if (words == NULL || *words == '\0' || !g_utf8_validate (text, -1, NULL))
    return NULL;
  /* what a date means is nothing to mark */
  query = kefu_search_query_new (words, 0);
  spans = kefu_text_match_find (query->match, text);
  if (spans->len == 0)
    return NULL;
  list = pango_attr_list_new ();
  for (guint i = 0; i < spans->len; i++)
    {
      KefuTextSpan span = g_array_index (spans, KefuTextSpan, i);
      const char *start = g_utf8_offset_to_pointer (text, span.start);

      mark (list, (guint) (start - text), (guint) (g_utf8_offset_to_pointer (start, span.length) - text));
    }
  return list;
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
