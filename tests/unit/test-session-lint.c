/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of lint: what it finds, where, and which rules it refuses. */
#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "kefu-folder.h"
#include "kefu-lint.h"

#define RULES                                                                                                                      \
  "{\"rules\":["                                                                                                                   \
  "{\"match\":\"不包邮\",\"except\":[\"不包邮地区\"],\"level\":\"warn\",\"why\":\"说得太生硬\","                      \
  "\"instead\":\"满 99 元就免运费。\"},"                                                                                    \
  "{\"match\":\"不知道\",\"except\":[\"知不知道\"],\"level\":\"warn\",\"why\":\"像是在推开客户\",\"instead\":\"\"}," \
  "{\"match\":\"加QQ\",\"level\":\"block\",\"why\":\"平台会处罚\"},"                                                         \
  "{\"match\":\"转账\",\"level\":\"block\",\"why\":\"平台会处罚\"},"                                                        \
  "{\"match\":\"微信转账\",\"level\":\"block\",\"why\":\"平台会处罚\",\"category\":\"lead_away\"},"                       \
  "{\"match\":\"100%\",\"level\":\"warn\",\"why\":\"绝对化用语\"},"                                                           \
  "{\"match\":\"退不了款\",\"level\":\"warn\",\"why\":\"生硬\"},"                                                            \
  "{\"match\":\"退不了\",\"level\":\"block\",\"why\":\"生硬\"}"                                                               \
  "]}"

static KefuLint *
lint_new (const char *json, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));

  return kefu_lint_new (bytes, error);
}

static GPtrArray *
check (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuLint) lint = lint_new (RULES, &error);

  g_assert_no_error (error);
  return kefu_lint_check (lint, text);
}

static void
assert_finding (GPtrArray *findings, guint index, guint start, guint length, const char *match, gboolean block)
{
  const KefuLintFinding *finding;

  g_assert_cmpuint (index, <, findings->len);
  finding = g_ptr_array_index (findings, index);
  g_assert_cmpuint (finding->start, ==, start);
  g_assert_cmpuint (finding->length, ==, length);
  g_assert_cmpstr (finding->match, ==, match);
  g_assert_cmpint (finding->block, ==, block);
}

static void
test_clean_text (void)
{
  g_autoptr (GPtrArray) findings = check ("若溪您好，今天 17 点前从杭州仓发出。");
  g_autoptr (GPtrArray) empty = check ("");

  g_assert_cmpuint (findings->len, ==, 0);
  g_assert_cmpuint (empty->len, ==, 0);
}

static void
test_place_why_and_instead (void)
{
  g_autoptr (GPtrArray) findings = check ("冬青久等了😀，单买钢带不包邮哦");
  const KefuLintFinding *finding;

  g_assert_cmpuint (findings->len, ==, 1);
  assert_finding (findings, 0, 11, 3, "不包邮", FALSE);
  finding = g_ptr_array_index (findings, 0);
  g_assert_cmpstr (finding->why, ==, "说得太生硬");
  g_assert_cmpstr (finding->instead, ==, "满 99 元就免运费。");
}

static void
test_folding (void)
{
  g_autoptr (GPtrArray) wide = check ("您加ｑＱ１２３");
  g_autoptr (GPtrArray) traditional = check ("微信轉帳不行，不包郵");
  g_autoptr (GPtrArray) ligature = check ("ﬁﬁ㍿ 不知道");

  g_assert_cmpuint (wide->len, ==, 1);
  assert_finding (wide, 0, 1, 3, "加ｑＱ", TRUE);
  /* 帳 is 帐, not 账: only the postage is found, and at its place in the original */
  g_assert_cmpuint (traditional->len, ==, 1);
  assert_finding (traditional, 0, 7, 3, "不包郵", FALSE);
  /* one character that folds to several does not move what follows */
  g_assert_cmpuint (ligature->len, ==, 1);
  assert_finding (ligature, 0, 4, 3, "不知道", FALSE);
}

static void
test_exceptions (void)
{
  g_autoptr (GPtrArray) harmless = check ("您知不知道新疆是不包邮地区");
  g_autoptr (GPtrArray) both = check ("不包邮地区以外也不包邮");

  g_assert_cmpuint (harmless->len, ==, 0);
  g_assert_cmpuint (both->len, ==, 1);
  assert_finding (both, 0, 8, 3, "不包邮", FALSE);
}

static void
test_overlaps (void)
{
  g_autoptr (GPtrArray) nested = check ("可以微信转账");
  g_autoptr (GPtrArray) strict = check ("退不了款");

  g_assert_cmpuint (nested->len, ==, 1);
  assert_finding (nested, 0, 2, 4, "微信转账", TRUE);
  g_assert_cmpuint (strict->len, ==, 1);
  assert_finding (strict, 0, 0, 3, "退不了", TRUE);
}

static void
test_words_are_not_cut (void)
{
  g_autoptr (GPtrArray) number = check ("涨了2100%");
  g_autoptr (GPtrArray) exact = check ("是100%的");

  g_assert_cmpuint (number->len, ==, 0);
  g_assert_cmpuint (exact->len, ==, 1);
}

static void
test_unfilled_blanks_block (void)
{
  g_autoptr (GPtrArray) findings = check ("还差{差额}元，不知道｛几天｝");
  g_autoptr (GPtrArray) none = check ("{} 花括号 { 没有收尾，{a{ 也不是");

  g_assert_cmpuint (findings->len, ==, 3);
  assert_finding (findings, 0, 2, 4, "{差额}", TRUE);
  assert_finding (findings, 1, 8, 3, "不知道", FALSE);
  assert_finding (findings, 2, 11, 4, "｛几天｝", TRUE);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_bad_rules_are_named (void)
{
  static const struct
  {
    const char *json;
    const char *words;
  } bad[] = {
    { "nonsense", "JSON" },
    { "", "rules" },
    { "[]", "rules" },
    { "{\"rules\":{}}", "rules" },
    { "{\"rules\":[{\"level\":\"warn\",\"why\":\"x\"}]}", "Rule 1" },
    { "{\"rules\":[{\"match\":\"a\",\"level\":\"warn\",\"why\":\"x\"},{\"match\":\"慢走\",\"level\":\"maybe\",\"why\":"
      "\"x\"}]}",
      "慢走" },
    { "{\"rules\":[{\"match\":\"慢走\",\"level\":\"warn\"}]}", "why" },
    { "{\"rules\":[{\"match\":\"慢走\",\"level\":\"warn\",\"why\":\"x\",\"except\":[\"快走\"]}]}", "慢走" },
    { "{\"rules\":[{\"match\":\"慢走\",\"level\":\"warn\",\"why\":\"x\",\"except\":\"快走\"}]}", "慢走" },
    { "{\"rules\":[7]}", "Rule 1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KefuLint) lint = lint_new (bad[i].json, &error);

      g_assert_null (lint);
      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, bad[i].words));
    }
}

static JsonNode *
load_data (const char *path)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "..", "..", "data", path, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_file (parser, file, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

/* What is found in @text beside blanks, which a phrase has by intention. */
static const KefuLintFinding *
first_word (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const KefuLintFinding *finding = g_ptr_array_index (findings, i);

      if (*finding->match != '{')
        return finding;
    }
  return NULL;
}

static void
assert_clean (KefuLint *lint, const char *text)
{
  g_autoptr (GPtrArray) findings = kefu_lint_check (lint, text);
  const KefuLintFinding *finding = first_word (findings);

  if (finding != NULL)
    g_error ("“%s” in “%s”", finding->match, text);
}

static void
test_our_own_rules (void)
{
  g_autoptr (JsonNode) rules = load_data ("lint/forbidden.json");
  g_autoptr (JsonNode) phrases = load_data ("phrases/starter.json");
  g_autofree char *json = json_to_string (rules, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuLint) lint = lint_new (json, &error);
  JsonArray *list = json_object_get_array_member (json_node_get_object (rules), "rules");
  JsonArray *groups = json_object_get_array_member (json_node_get_object (phrases), "groups");

  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (list), >=, 60);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *rule = json_array_get_object_element (list, i);
      g_autoptr (GPtrArray) findings = kefu_lint_check (lint, json_object_get_string_member (rule, "match"));

      g_assert_nonnull (first_word (findings));
      /* the gentler sentence is one */
      assert_clean (lint, json_object_get_string_member_with_default (rule, "instead", ""));
    }
  /* and so are the phrases that we bring along */
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonArray *texts = json_object_get_array_member (json_array_get_object_element (groups, i), "phrases");

      for (guint k = 0; k < json_array_get_length (texts); k++)
        assert_clean (lint, json_object_get_string_member (json_array_get_object_element (texts, k), "text"));
    }
}

static void
test_folder_keeps_places (void)
{
  g_autoptr (KefuFolder) folder = kefu_folder_new ();
  g_autoptr (KefuFolded) folded = kefu_folder_fold (folder, "A \n\tＢ㍿");
  static const gunichar expected[] = { 'a', ' ', 'b', 0x682a, 0x5f0f, 0x4f1a, 0x793e };
  static const guint places[] = { 0, 1, 4, 5, 5, 5, 5, 6 };

  g_assert_cmpuint (folded->length, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < folded->length; i++)
    {
      /* 會 as 会 */
      g_assert_cmphex (folded->chars[i], ==, expected[i]);
      g_assert_cmpuint (folded->places[i], ==, places[i]);
    }
  g_assert_cmpuint (folded->places[folded->length], ==, 6);
}

static void
test_a_long_text_takes_no_time (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuLint) lint = lint_new (RULES, &error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) warm = NULL;
  gint64 best = G_MAXINT64;

  g_assert_no_error (error);
  while (g_utf8_strlen (text->str, -1) < 2000)
    g_string_append (text, "可以的若溪，雾蓝表带我给您申请一条，不包邮地区也一样。");
  warm = kefu_lint_check (lint, text->str);
  for (guint i = 0; i < 5; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GPtrArray) findings = kefu_lint_check (lint, text->str);

      best = MIN (best, g_get_monotonic_time () - start);
    }
  g_test_message ("2,000 characters in %" G_GINT64_FORMAT " µs", best);
  /* on a machine that does nothing else */
  g_assert_cmpint (best, <, g_test_perf () ? 2000 : 200000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lint/clean-text-has-no-finding", test_clean_text);
  g_test_add_func ("/lint/finding-says-where-why-and-what-instead", test_place_why_and_instead);
  g_test_add_func ("/lint/compares-width-case-and-traditional-folded", test_folding);
  g_test_add_func ("/lint/exception-around-the-words-is-harmless", test_exceptions);
  g_test_add_func ("/lint/longer-rule-covers-shorter-but-never-a-stricter", test_overlaps);
  g_test_add_func ("/lint/latin-words-and-numbers-are-not-cut", test_words_are_not_cut);
  g_test_add_func ("/lint/unfilled-blank-blocks", test_unfilled_blanks_block);
  g_test_add_func ("/lint/wrong-rule-is-named", test_bad_rules_are_named);
  g_test_add_func ("/lint/our-own-rules-and-phrases-hold", test_our_own_rules);
  g_test_add_func ("/lint/folded-characters-know-their-place", test_folder_keeps_places);
  g_test_add_func ("/lint/a-long-message-is-checked-between-two-keys", test_a_long_text_takes_no_time);
  return g_test_run ();
}
