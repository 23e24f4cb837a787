/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is shown of something that was found. */
#include "config.h"

#include "kefu-store-search-private.h"
#include "kefu-text.h"

#define BEFORE_CHARS 14
#define SNIPPET_CHARS 60

/* @length characters of @text from @from on, as one line. */
static char *
cut (const char *text, int from, int length, gboolean more)
{
  GString *line = g_string_new (from > 0 ? "…" : NULL);
  const char *p = g_utf8_offset_to_pointer (text, from);

  for (int i = 0; i < length; i++, p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (line, g_unichar_isspace (c) || g_unichar_iscntrl (c) ? ' ' : c);
    }
  if (more)
    g_string_append (line, "…");
  return g_string_free (line, FALSE);
}

void
kefu_store_search_set_snippet (KefuSearchHitRecord *hit, const char *text, KefuTextMatch *match)
{
  g_autoptr (GArray) spans = kefu_text_match_find (match, text);
  int length = (int) g_utf8_strlen (text, -1);
  int first = spans->len > 0 ? g_array_index (spans, KefuTextSpan, 0).start : 0;
  int from = first > BEFORE_CHARS ? first - BEFORE_CHARS : 0;
  int n = MIN (length - from, SNIPPET_CHARS);

  hit->snippet = cut (text, from, n, from + n < length);
  hit->marks = g_new (KefuTextSpan, spans->len);
  for (guint i = 0; i < spans->len; i++)
    {
      KefuTextSpan span = g_array_index (spans, KefuTextSpan, i);

      if (span.start >= from + n)
        break;
      span.length = MIN (span.length, from + n - span.start);
      span.start += (from > 0 ? 1 : 0) - from;
      hit->marks[hit->n_marks++] = span;
    }
}

void
kefu_store_search_set_phone (KefuSearchHitRecord *hit, const char *phone)
{
  int length;

  hit->snippet = kefu_text_mask_phone (phone);
  length = (int) g_utf8_strlen (hit->snippet, -1);
  hit->n_marks = 1;
  hit->marks = g_new (KefuTextSpan, 1);
  hit->marks->start = MAX (length - KEFU_SEARCH_MIN_DIGITS, 0);
  hit->marks->length = length - hit->marks->start;
}
