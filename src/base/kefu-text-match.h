/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whether and where a text has the words that are looked for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A piece of a text, in characters. */
typedef struct
{
  int start;
  int length;
} KefuTextSpan;

/* Words to look for; immutable, for any thread. */
typedef struct _KefuTextMatch KefuTextMatch;

/* @words: NULL-terminated, as they were typed. A word is found anywhere in a text, also inside of a longer one; width, case, accents and
 * traditional characters are folded in both, white space within a word stands for any white space. Empty words are nothing. */
KefuTextMatch *kefu_text_match_new (const char *const *words);
KefuTextMatch *kefu_text_match_ref (KefuTextMatch *self);
void kefu_text_match_unref (KefuTextMatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuTextMatch, kefu_text_match_unref)

guint kefu_text_match_get_n_words (KefuTextMatch *self);
/* Whether all words are in @text; TRUE if there are none. */
gboolean kefu_text_match_test (KefuTextMatch *self, const char *text);
/* (transfer full) (element-type KefuTextSpan): where in @text any of the words is, from front to back; those that overlap or touch are
 * one. */
GArray *kefu_text_match_find (KefuTextMatch *self, const char *text);

/* One character as it is compared: kefu_text_fold_char() without its accent, ' ' for all white space, 0 for a mark that stands over
 * the character before it. */
gunichar kefu_text_match_fold (gunichar c);

G_END_DECLS
