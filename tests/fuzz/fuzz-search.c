/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is typed into the search: any line is taken apart, each word of it is found in the words together, and marks stand within the text. */
#include "config.h"

#include "fuzz.h"
#include "kefu-search-query.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *line = fuzz_text (data, size);
  g_autoptr (KefuSearchQuery) query = kefu_search_query_new (line, 1800000000000);
  g_autoptr (GArray) spans = kefu_text_match_find (query->match, line);
  glong length = g_utf8_strlen (line, -1);
  int end = -1;

  FUZZ_CHECK (kefu_text_match_test (query->match, query->text));
  for (guint i = 0; query->problems[i] != NULL; i++)
    FUZZ_CHECK (g_utf8_validate (query->problems[i], -1, NULL));
  for (guint i = 0; i < spans->len; i++)
    {
      const KefuTextSpan *span = &g_array_index (spans, KefuTextSpan, i);

      FUZZ_CHECK (span->start > end && span->length > 0);
      end = span->start + span->length;
      FUZZ_CHECK (end <= length);
    }
  return 0;
}
