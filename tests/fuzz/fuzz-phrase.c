/* SPDX-License-Identifier: GPL-3.0-or-later
 * Phrase templates: what is filled or left to fill is a piece of the text, in order, and nothing of the rest changes. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "kefu-phrase-engine.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  return 0;
}

/* The first line is the customer's name and the shop's, the rest the phrase. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  const char *name = lines[0] != NULL ? lines[0] : "";
  const char *body = lines[0] != NULL && lines[1] != NULL ? lines[1] : "";
  KefuConversationRecord conversation = { .customer_name = (char *) name, .shop = (char *) name };
  KefuPhraseValues values = { .conversation = &conversation, .agent_name = name, .now = 1800000000000 };
  g_autoptr (KefuFilledPhrase) filled = kefu_phrase_fill (body, &values);
  guint n_chars, n_blanks = 0;
  guint end = 0;

  FUZZ_CHECK (g_utf8_validate (filled->text, -1, NULL));
  n_chars = (guint) g_utf8_strlen (filled->text, -1);
  for (guint i = 0; i < filled->spans->len; i++)
    {
      const KefuPhraseSpan *span = &g_array_index (filled->spans, KefuPhraseSpan, i);

      FUZZ_CHECK (span->start >= end);
      end = span->start + span->length;
      FUZZ_CHECK (end <= n_chars);
      n_blanks += span->blank ? 1 : 0;
    }
  FUZZ_CHECK (n_blanks == filled->n_blanks);
  FUZZ_CHECK (filled->n_blanks + filled->n_filled == filled->spans->len);
  if (strpbrk (body, "{}") == NULL)
    FUZZ_CHECK (g_str_equal (filled->text, body) && filled->spans->len == 0);
  return 0;
}
