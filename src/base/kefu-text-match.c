/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether and where a text has the words that are looked for. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include <string.h>

#include "kefu-text-match.h"
#include "kefu-text.h"

/* A text on the stack; longer ones are copied to the heap. */
#define SHORT_CHARS 512

typedef struct
{
  gunichar *chars;
  int length;
} Word;

struct _KefuTextMatch
{
  gatomicrefcount ref_count;
  Word *words;
  guint n_words;
};

/* A text as it is compared, and the place of each of its characters in what was given. */
typedef struct
{
  gunichar short_chars[SHORT_CHARS];
  int short_places[SHORT_CHARS];
  gunichar *chars;
  int *places;
  int length;
  int n_chars; /* of what was given */
} Folded;

gunichar
kefu_text_match_fold (gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (c < 0x80)
    return g_ascii_isspace ((char) c) || g_ascii_iscntrl ((char) c) ? ' ' : (gunichar) g_ascii_tolower ((char) c);
  c = kefu_text_fold_char (c);
  if (kefu_text_is_han (c))
    return c;
  if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
    return ' ';
  if (g_unichar_ismark (c))
    return 0;
  if (g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts)) > 0)
    c = parts[0];
  return g_unichar_tolower (c);
}

static void
fold (Folded *self, const char *text)
{
  gsize bytes = strlen (text);
  gboolean is_short = bytes <= SHORT_CHARS;

  self->chars = is_short ? self->short_chars : g_new (gunichar, bytes);
  self->places = is_short ? self->short_places : g_new (int, bytes);
  self->length = 0;
  self->n_chars = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p), self->n_chars++)
    {
      gunichar c = kefu_text_match_fold (g_utf8_get_char (p));

      if (c == 0 || (c == ' ' && self->length > 0 && self->chars[self->length - 1] == ' '))
        continue;
      self->chars[self->length] = c;
      self->places[self->length++] = self->n_chars;
    }
}

static void
folded_clear (Folded *self)
{
  if (self->chars == self->short_chars)
    return;
  g_free (self->chars);
  g_free (self->places);
}

/* From @from on, or -1. */
static int
find (const Folded *text, const Word *word, int from)
{
  for (int i = from; i + word->length <= text->length; i++)
    if (text->chars[i] == word->chars[0] &&
        memcmp (text->chars + i, word->chars, sizeof (gunichar) * (gsize) word->length) == 0)
      return i;
  return -1;
}

KefuTextMatch *
kefu_text_match_new (const char *const *words)
{
  KefuTextMatch *self = g_new0 (KefuTextMatch, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->words = g_new0 (Word, g_strv_length ((char **) words));
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *stripped = g_strstrip (g_utf8_make_valid (words[i], -1));
      Word *word = &self->words[self->n_words];
      Folded folded;

      fold (&folded, stripped);
      if (folded.length > 0)
        {
          word->chars = g_memdup2 (folded.chars, sizeof (gunichar) * (gsize) folded.length);
          word->length = folded.length;
          self->n_words++;
        }
      folded_clear (&folded);
    }
  return self;
}

KefuTextMatch *
kefu_text_match_ref (KefuTextMatch *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
kefu_text_match_unref (KefuTextMatch *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_words; i++)
    g_free (self->words[i].chars);
  g_free (self->words);
  g_free (self);
}

guint
kefu_text_match_get_n_words (KefuTextMatch *self)
{
  return self->n_words;
}

gboolean
kefu_text_match_test (KefuTextMatch *self, const char *text)
{
  gboolean all = TRUE;
  Folded folded;

  fold (&folded, text);
  for (guint i = 0; all && i < self->n_words; i++)
    all = find (&folded, &self->words[i], 0) >= 0;
  folded_clear (&folded);
  return all;
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  return ((const KefuTextSpan *) a)->start - ((const KefuTextSpan *) b)->start;
}

/* Those that overlap or touch become one. */
static void
join (GArray *spans)
{
  guint n = 0;

  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++)
    {
      KefuTextSpan span = g_array_index (spans, KefuTextSpan, i);
      KefuTextSpan *last = n > 0 ? &g_array_index (spans, KefuTextSpan, n - 1) : NULL;

      if (last != NULL && span.start <= last->start + last->length)
        last->length = MAX (last->length, span.start + span.length - last->start);
      else
        g_array_index (spans, KefuTextSpan, n++) = span;
    }
  g_array_set_size (spans, n);
}

GArray *
kefu_text_match_find (KefuTextMatch *self, const char *text)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (KefuTextSpan));
  Folded folded;

  fold (&folded, text);
  for (guint i = 0; i < self->n_words; i++)
    {
      const Word *word = &self->words[i];

      for (int at = find (&folded, word, 0); at >= 0; at = find (&folded, word, at + word->length))
        {
          int end = at + word->length;
          KefuTextSpan span = { .start = folded.places[at] };

          /* up to where the next character begins: a mark over the last one belongs to it */
          span.length = (end < folded.length ? folded.places[end] : folded.n_chars) - span.start;
          g_array_append_val (spans, span);
        }
    }
  folded_clear (&folded);
  join (spans);
  return spans;
}
