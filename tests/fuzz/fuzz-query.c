/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is typed into the phrase picker: every match names a piece of its title, the best first. */
#include "config.h"

#include "fuzz.h"
#include "kefu-phrase-index.h"
#include "kefu-pinyin.h"

static KefuPhraseIndex *phrases;

static void
add (GPtrArray *records, const char *code, const char *group, const char *title, const char *body)
{
  KefuPhraseRecord *record = kefu_phrase_record_new ();
  g_autofree char *named = g_strdup_printf ("%s %s", title, group);
  g_autofree char *full = NULL;
  g_auto (GStrv) parts = NULL;

  kefu_pinyin (named, &full, &record->initials);
  parts = g_strsplit (full, " ", -1);
  record->pinyin = g_strjoinv ("", parts);
  record->id = g_strdup (title);
  record->group_id = g_strdup (group);
  record->group_name = g_strdup (group);
  record->code = g_strdup (code);
  record->title = g_strdup (title);
  record->body = g_strdup (body);
  record->ladder = g_strdup ("");
  record->step = g_strdup ("");
  record->scope = g_strdup ("team");
  g_ptr_array_add (records, record);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);

  fuzz_begin ();
  add (records, "by1", "运费与包邮", "满额包邮说明", "咱们店满 99 元就免运费");
  add (records, "", "保养与使用", "真丝不要曝晒,保养两步", "阴干 {customer.name}");
  add (records, "xa1", "发货", "西安仓发货 ＡＢＣ ẞtraße", "明天从西安发出");
  add (records, "gs1", "", "先发SF 100%包邮", "Shipped today\n\t");
  add (records, "", "", "", "");
  phrases = kefu_phrase_index_new (records, NULL);
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *query = fuzz_text (data, size);
  g_autoptr (GPtrArray) matches = kefu_phrase_index_match (phrases, query, 3);
  int last = G_MAXINT;

  FUZZ_CHECK (matches->len <= 3);
  for (guint i = 0; i < matches->len; i++)
    {
      const KefuPhraseMatch *match = g_ptr_array_index (matches, i);

      FUZZ_CHECK (match->score <= last);
      last = match->score;
      FUZZ_CHECK (match->match_start >= -1);
      if (match->match_start >= 0)
        FUZZ_CHECK (match->match_start + match->match_length <= g_utf8_strlen (match->phrase->title, -1));
    }
  return 0;
}
