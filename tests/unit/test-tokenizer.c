/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the full-text index finds and the text itself confirms: the same as looking through every text. */
#include "config.h"

#include "kefu-db.h"
#include "kefu-text-match.h"
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
                "fts5(body, content='m', content_rowid='id', tokenize='kefu', detail=none)",
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

/* (transfer full) (nullable): what finds @text; NULL if nothing of it can be searched. */
static char *
query_for (const char *text)
{
  const char *const words[] = { text, NULL };
  g_autoptr (GString) query = g_string_new (NULL);

  if (kefu_tokenizer_query_words (query, words, FALSE) == KEFU_TOKENS_NONE)
    return NULL;
  return g_string_free (g_steal_pointer (&query), FALSE);
}

/* Rows that the index offers for @text and that have it. */
static gint64
count_matches (KefuDb *db, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (KefuTextMatch) match = kefu_text_match_new ((const char *const *) words);
  g_autoptr (GString) query = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt = NULL;
  gint64 n = 0;

  if (kefu_tokenizer_query_words (query, (const char *const *) words, FALSE) == KEFU_TOKENS_NONE)
    return 0;
  stmt =
    kefu_db_query (db, &error, "SELECT m.body FROM f CROSS JOIN m ON m.id = f.rowid WHERE f MATCH ?", "s", query->str);
  g_assert_no_error (error);
  while (kefu_stmt_step (stmt, &error))
    n += kefu_text_match_test (match, kefu_stmt_text (stmt, 0));
  g_assert_no_error (error);
  return n;
}

static void
test_one_to_four_characters_find_what_like_finds (void)
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
            g_autofree char *query = query_for (piece);
            g_auto (GStrv) around = g_strsplit (piece, " ", -1);
            gint64 like;

            /* with white space in it, it is two words; with punctuation only, none */
            if (g_strv_length (around) > 1 || query == NULL)
              continue;
            like = kefu_db_int (db, -1, "SELECT count(*) FROM m WHERE folded LIKE ?", "s", pattern);
            g_test_message ("%s", piece);
            g_assert_cmpint (count_matches (db, piece), ==, like);
            found += like > 0;
          }
    }
  g_assert_cmpuint (found, >, 100);
}

static void
test_words_fold_width_case_and_accents (void)
{
  const char *queries[] = { "vip2",   "ｖｉｐ", "VIP2 折扣", "cafe",   "CAFÉ strap",
                            "220688", "0688",   "afé",       "退换货", "運費" };
  guint n;
  g_autoptr (KefuDb) db = make_index (&n);

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_test_message ("%s", queries[i]);
      g_assert_cmpint (count_matches (db, queries[i]), ==, 36);
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
      g_autofree char *query = query_for (queries[i]);

      if (query != NULL)
        g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM f WHERE f MATCH ?", "s", query), >=, 0);
    }
  g_assert_null (query_for ("，。!? "));
  g_assert_null (query_for (""));
}

static void
test_facts_are_no_words (void)
{
  g_autoptr (KefuDb) db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);
  g_autoptr (GString) fact = g_string_new (NULL);
  g_autoptr (GString) word = g_string_new (NULL);
  g_autoptr (GString) none = g_string_new (NULL);
  const char *const words[] = { "order", NULL };

  kefu_tokenizer_query_fact (fact, "", "c:order");
  kefu_tokenizer_query_fact (none, "", "c:image");
  kefu_tokenizer_query_words (word, words, TRUE);
  /* the third says of itself what only the desk may say */
  kefu_db_exec (db,
                "CREATE VIRTUAL TABLE f USING fts5(body, tokenize='kefu', detail=none);"
                "INSERT INTO f(body) VALUES(kefu_message_words('order', 'in', NULL, '货', NULL)),"
                " (kefu_message_words('text', 'in', NULL, 'my order', NULL)),"
                " (kefu_message_words('text', 'in', NULL, 'x ' || char(64976) || 'c:image', NULL))",
                NULL);
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT sum(rowid) FROM f WHERE f MATCH ?", "s", fact->str), ==, 1);
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT sum(rowid) FROM f WHERE f MATCH ?", "s", word->str), ==, 2);
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM f WHERE f MATCH ?", "s", none->str), ==, 0);
}

static void
test_what_customers_write_is_apart (void)
{
  static const struct
  {
    const char *word;
    const char *by_customers;
    const char *by_others;
  } cases[] = {
    { "手表", "1", "2,3,4" }, { "表", "1", "2,3,4" }, { "or", "1", "2" },   { "Order", "1", "2" },
    { "der", "1", "2" },      { "tb", "", "3" },      { "🙂", "1", "4" }, { "到了吗", "1", "" },
  };
  g_autoptr (KefuDb) db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);

  /* the last one says of itself that it is a customer's, which none of its letters can */
  kefu_db_exec (db,
                "CREATE VIRTUAL TABLE f USING fts5(body, tokenize='kefu', detail=none);"
                "INSERT INTO f(body) VALUES(kefu_message_words('text', 'in', NULL, '手表到了吗 order🙂', NULL)),"
                " (kefu_message_words('text', 'out', 'a1', '手表 order', NULL)),"
                " (kefu_message_words('file', 'out', 'a1', '手表', '{\"name\":\"tb.pdf\"}')),"
                " (kefu_message_words('note', 'none', 'a1', char(1, 1) || '手表🙂', NULL))",
                NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int apart = 0; apart <= 1; apart++)
      {
        const char *const words[] = { cases[i].word, NULL };
        g_autoptr (GString) query = g_string_new (NULL);
        g_autofree char *rows = NULL;

        kefu_tokenizer_query_words (query, words, apart);
        rows = kefu_db_text (db, "SELECT coalesce(group_concat(rowid), '') FROM f WHERE f MATCH ?", "s", query->str);
        g_test_message ("%s, apart: %d", cases[i].word, apart);
        g_assert_cmpstr (rows, ==, apart ? cases[i].by_customers : cases[i].by_others);
      }
}

static void
test_marks_stand_where_the_words_are (void)
{
  static const struct
  {
    const char *text;
    const char *words[3];
    const char *marked;
  } cases[] = {
    { "您好一颗电池？", { "一颗电池" }, "您好[一颗电池]？" },
    { "電池和ＶＩＰ卡", { "vip", "电池" }, "[電池]和[ＶＩＰ]卡" },
    { "货货货", { "货" }, "[货货货]" },
    { "Un cafe\xcc\x81 noir", { "cafe" }, "Un [cafe\xcc\x81] noir" },
    { "包邮吗", { "不包邮" }, "包邮吗" },
    { "a  b\nc", { "b c" }, "a  [b\nc]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (KefuTextMatch) match = kefu_text_match_new (cases[i].words);
      g_autoptr (GArray) spans = kefu_text_match_find (match, cases[i].text);
      g_autoptr (GString) marked = g_string_new (cases[i].text);

      for (guint k = spans->len; k-- > 0;)
        {
          const KefuTextSpan *span = &g_array_index (spans, KefuTextSpan, k);
          const char *end = g_utf8_offset_to_pointer (cases[i].text, span->start + span->length);
          const char *start = g_utf8_offset_to_pointer (cases[i].text, span->start);

          g_string_insert_c (marked, end - cases[i].text, ']');
          g_string_insert_c (marked, start - cases[i].text, '[');
        }
      g_assert_cmpstr (marked->str, ==, cases[i].marked);
      g_assert_cmpint (kefu_text_match_test (match, cases[i].text), ==, spans->len > 0);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tokenizer/one-to-four-characters-find-what-like-finds",
                   test_one_to_four_characters_find_what_like_finds);
  g_test_add_func ("/tokenizer/words-fold-width-case-and-accents", test_words_fold_width_case_and_accents);
  g_test_add_func ("/tokenizer/what-a-person-types-is-never-a-syntax-error",
                   test_what_a_person_types_is_never_a_syntax_error);
  g_test_add_func ("/tokenizer/facts-are-no-words", test_facts_are_no_words);
  g_test_add_func ("/tokenizer/what-customers-write-is-apart", test_what_customers_write_is_apart);
  g_test_add_func ("/tokenizer/rubbish-is-indexed-without-harm", test_rubbish_is_indexed_without_harm);
  g_test_add_func ("/tokenizer/marks-stand-where-the-words-are", test_marks_stand_where_the_words_are);
  return g_test_run ();
}
