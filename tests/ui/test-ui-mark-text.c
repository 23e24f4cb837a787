/* SPDX-License-Identifier: GPL-3.0-or-later
 * What of a message is marked after a search. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-mark-text.h"

/* @expected: the pieces with a background, joined by "|"; NULL: no list at all. */
static void
check (const char *text, const char *words, const char *expected)
{
  g_autoptr (PangoAttrList) list = kefu_mark_text (text, words);
  g_autoptr (GString) found = g_string_new (NULL);
  PangoAttrIterator *iter;

  if (expected == NULL || list == NULL)
    {
      g_assert_null (list);
      g_assert_null (expected);
      return;
    }
  iter = pango_attr_list_get_iterator (list);
  do
    {
      const PangoAttribute *mark = pango_attr_iterator_get (iter, PANGO_ATTR_BACKGROUND);

      if (mark != NULL)
        g_string_append_printf (found, "%s%.*s", found->len > 0 ? "|" : "", (int) (mark->end_index - mark->start_index),
                                text + mark->start_index);
    }
  while (pango_attr_iterator_next (iter));
  pango_attr_iterator_destroy (iter);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_words_are_marked_as_they_are_found (void)
{
  check ("能送颗电池吗，电池没电了", "电池", "电池|电池");
  check ("能送颗电池吗", "電池", "电池");
  check ("ＡＢＣ café", "abc　CAFE", "ＡＢＣ|café");
  check ("一二三", "一 三", "一|三");
  check ("一二三", "四", NULL);
  check ("一二三", "", NULL);
  check ("一二三", NULL, NULL);
}

static void
test_what_is_quoted_is_one_word (void)
{
  check ("red shoes, shoes red", "\"red shoes\"", "red shoes");
  check ("说“顺丰 包邮”的", "「顺丰 包邮」", "顺丰 包邮");
  check ("red  shoes", "\"red shoes\"", "red  shoes");
}

static void
test_only_operators_are_no_words (void)
{
  check ("from 客户 电池", "from:客户 电池", "电池");
  check ("客户 电池", "是：打开 电池 发自：客户", "电池");
  check ("尺寸:XL 单号：88", "尺寸:xl", "尺寸:XL");
  check ("尺寸:XL 单号：88", "单号:88", "单号：88");
  check ("13:05 到", "13:05", "13:05");
  check ("https://kefu.example", "https://kefu", "https://kefu");
  check ("打开", "is:open", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/mark-text/words-are-marked-as-they-are-found", test_words_are_marked_as_they_are_found);
  g_test_add_func ("/ui/mark-text/what-is-quoted-is-one-word", test_what_is_quoted_is_one_word);
  g_test_add_func ("/ui/mark-text/only-operators-are-no-words", test_only_operators_are_no_words);
  return g_test_run ();
}
