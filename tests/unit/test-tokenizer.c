/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the full-text index finds: the same as looking through every text. */
#include "config.h"

#include "kefu-db.h"
#include "kefu-text.h"
#include "kefu-tokenizer.h"

static const char *starts[] = { "您好", "亲", "在吗，", "麻烦", "请问", "" };
static const char *middles[] = {
  "我的手表到哪了",
  "能不能包邮",
  "发顺丰行吗",
  "想退货",
  "退換貨的運費誰出",
  "尺码 M 还是 L",
  "ＶＩＰ2 有折扣吗",
  "流量扣多了",
  "电池能用多久",
  "一颗电池",
  "货",
  "Can I get a Café strap",
  "订单 2206881044 17",
  "换货要几天",
};
static const char *ends[] = { "？", "，谢谢", "!!", "🙂", "，急", "" };

static KefuDb *
make_index (guint *n)
{
  g_autoptr (GError) error = NULL;
  KefuDb *db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, &error);

  g_assert_no_error (error);
  kefu_db_exec (db,
                "CREATE TABLE m(id INTEGER PRIMARY KEY, body TEXT, folded TEXT); CREATE VIRTUAL TABLE f USING "
                "fts5(body, content='m', content_rowid='id', tokenize='kefu')",
                &error);
  g_assert_no_error (error);
  *n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    for (guint k = 0; k < G_N_ELEMENTS (middles); k++)
      for (guint l = 0; l < G_N_ELEMENTS (ends); l++)
        {
          g_autofree char *body = g_strconcat (starts[i], middles[k], ends[l], NULL);
          g_autofree char *folded = kefu_text_fold (body);

          kefu_db_run (db, &error, "INSERT INTO m(body, folded) VALUES(?, ?)", "ss", body, folded);
          g_assert_no_error (error);
          (*n)++;
        }
  kefu_db_exec (db, "INSERT INTO f(f) VALUES('rebuild')", &error);
  g_assert_no_error (error);
  return db;
}

static void
test_one_to_four_han_find_what_like_finds (void)
{
  guint n;
  g_autoptr (KefuDb) db = make_index (&n);
  guint found = 0;

  for (guint k = 0; k < G_N_ELEMENTS (middles); k++)
    {
      glong length = g_utf8_strlen (middles[k], -1);

      for (glong start = 0; start < length; start++)
        for (glong size = 1; size <= 4 && start + size <= length; size++)
          {
            g_autofree char *piece = g_utf8_substring (middles[k], start, start + size);
            g_autofree char *folded = kefu_text_fold (piece);
            g_autofree char *pattern = g_strdup_printf ("%%%s%%", folded);
            g_autofree char *query = NULL;
            gboolean all_han = TRUE;
            gint64 like, match, both;

            for (const char *p = piece; *p != '\0'; p = g_utf8_next_char (p))
              all_han = all_han && kefu_text_is_han (g_utf8_get_char (p));
            if (!all_han)
              continue;
            query = kefu_tokenizer_query (piece);
            like = kefu_db_int (db, -1, "SELECT count(*) FROM m WHERE folded LIKE ?", "s", pattern);
            match = kefu_db_int (db, -2, "SELECT count(*) FROM f WHERE f MATCH ?", "s", query);
            both =
              kefu_db_int (db, -3,
                           "SELECT count(*) FROM m WHERE folded LIKE ? AND id IN (SELECT rowid FROM f WHERE f MATCH ?)",
                           "ss", pattern, query);
            g_test_message ("%s → %s", piece, query);
            g_assert_cmpint (match, ==, like);
            g_assert_cmpint (both, ==, like);
            found += like > 0;
          }
    }
  g_assert_cmpuint (found, >, 100);
}

static void
test_words_fold_width_case_and_accents (void)
{
  const char *queries[] = { "vip2", "ｖｉｐ", "VIP2 折扣", "cafe", "CAFÉ strap", "220688", "退换货", "運費" };
  guint n;
  g_autoptr (KefuDb) db = make_index (&n);

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *query = kefu_tokenizer_query (queries[i]);

      g_test_message ("%s", query);
      g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM f WHERE f MATCH ?", "s", query), ==, 36);
    }
}

static void
test_what_a_person_types_is_never_a_syntax_error (void)
{
  const char *queries[] = { "\"", "a\"b", "AND", "NOT 货", "货*", "-货", "body:货", "(", "^货", "货 OR", "NEAR(货)" };
  guint n;
  g_autoptr (KefuDb) db = make_index (&n);

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *query = kefu_tokenizer_query (queries[i]);

      if (query != NULL)
        g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM f WHERE f MATCH ?", "s", query), >=, 0);
    }
  g_assert_null (kefu_tokenizer_query ("，。!? "));
  g_assert_null (kefu_tokenizer_query (""));
}

static void
test_a_run_that_ends_is_not_one_that_goes_on (void)
{
  g_autoptr (KefuDb) db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);
  static const struct
  {
    const char *text;
    const char *rows;
  } searches[] = {
    { "送电", "1,2,3,4" },  { "送电，", "1,2,3,4" }, { "“送电”", "1,2,3,4" }, { "送电vip", "1,3" },
    { "送电，vip", "1,3" }, { "送，电", "4" },       { "池", "2" },
  };

  kefu_db_exec (db,
                "CREATE VIRTUAL TABLE f USING fts5(body, tokenize='kefu');"
                "INSERT INTO f(body) VALUES('送电VIP'), ('送电池VIP'), ('送电，VIP'), ('送、电送电')",
                NULL);
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      g_autofree char *query = kefu_tokenizer_query (searches[i].text);
      g_autofree char *rows =
        kefu_db_text (db, "SELECT group_concat(rowid) FROM (SELECT rowid FROM f WHERE f MATCH ?1 ORDER BY rowid)", "s",
                      query);

      g_test_message ("%s", query);
      g_assert_cmpstr (rows, ==, searches[i].rows);
    }
}

static void
test_rubbish_is_indexed_without_harm (void)
{
  g_autoptr (KefuDb) db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);

  kefu_db_exec (db, "CREATE VIRTUAL TABLE f USING fts5(body, tokenize='kefu')", NULL);
  g_assert_true (kefu_db_run (db, NULL, "INSERT INTO f(body) VALUES(?1), (?2)", "ss", "送\xff\xe9电\xe9\x80", "\xf4"));
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM f WHERE f MATCH '\"送\"*'", ""), ==, 1);
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM f WHERE f MATCH '\"送电\"'", ""), ==, 0);
}

static void
test_marks_stand_where_the_match_is (void)
{
  guint n;
  g_autoptr (KefuDb) db = make_index (&n);
  g_autofree char *marked =
    kefu_db_text (db, "SELECT highlight(f, 0, '[', ']') FROM f WHERE f MATCH '\"一颗电池\"' LIMIT 1", "");

  g_assert_cmpstr (marked, ==, "您好[一颗电池]？");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer/one-to-four-han-find-what-like-finds", test_one_to_four_han_find_what_like_finds);
  g_test_add_func ("/tokenizer/words-fold-width-case-and-accents", test_words_fold_width_case_and_accents);
  g_test_add_func ("/tokenizer/what-a-person-types-is-never-a-syntax-error",
                   test_what_a_person_types_is_never_a_syntax_error);
  g_test_add_func ("/tokenizer/a-run-that-ends-is-not-one-that-goes-on", test_a_run_that_ends_is_not_one_that_goes_on);
  g_test_add_func ("/tokenizer/rubbish-is-indexed-without-harm", test_rubbish_is_indexed_without_harm);
  g_test_add_func ("/tokenizer/marks-stand-where-the-match-is", test_marks_stand_where_the_match_is);
  return g_test_run ();
}
