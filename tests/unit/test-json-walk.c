/* SPDX-License-Identifier: GPL-3.0-or-later
 * Going over JSON gives the pieces that SQLite finds in it. */
#include "config.h"

#include <sqlite3.h>
#include <string.h>

#include "kefu-json-scan.h"
#include "kefu-json-walk.h"

/* What SQLite makes of the same text: a row for each member or element. */
static void
compare (sqlite3 *db, const char *json)
{
  /* Behind it is no zero, and nothing that may be read. */
  g_autofree char *exact = g_memdup2 (json, strlen (json));
  sqlite3_stmt *stmt = NULL;
  KefuJsonWalk walk;
  KefuJsonPiece key, value;
  guint n = 0;

  g_assert_true (kefu_json_scan (exact, strlen (json)));
  g_assert_true (kefu_json_walk_begin (&walk, exact));
  sqlite3_prepare_v2 (db, "SELECT key, type, CAST(value AS TEXT), value FROM json_each(?1)", -1, &stmt, NULL);
  sqlite3_bind_text (stmt, 1, json, -1, SQLITE_TRANSIENT);
  while (kefu_json_walk_next (&walk, &key, &value))
    {
      g_autofree char *name = g_strndup (key.text, key.length);
      g_autofree char *text = kefu_json_dup_text (&value);
      const char *type;

      g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
      type = (const char *) sqlite3_column_text (stmt, 1);
      if (*json == '{')
        g_assert_cmpstr (name, ==, (const char *) sqlite3_column_text (stmt, 0));
      else
        g_assert_cmpint (sqlite3_column_int (stmt, 0), ==, (int) n);
      g_assert_cmpint (kefu_json_is_string (&value), ==, g_str_equal (type, "text"));
      g_assert_cmpint (kefu_json_is_integer (&value), ==, g_str_equal (type, "integer"));
      if (g_str_equal (type, "text"))
        g_assert_cmpstr (text, ==, (const char *) sqlite3_column_text (stmt, 2));
      else if (g_str_equal (type, "integer"))
        g_assert_cmpint (kefu_json_integer (&value), ==, sqlite3_column_int64 (stmt, 3));
      else if (g_str_equal (type, "true") || g_str_equal (type, "false") || g_str_equal (type, "null"))
        g_assert_true (kefu_json_is (&value, type));
      else
        {
          g_assert_true (kefu_json_scan (value.text, value.length));
          if (*value.text == '{' || *value.text == '[')
            compare (db, text);
        }
      n++;
    }
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_DONE);
  sqlite3_finalize (stmt);
}

static void
test_as_sqlite (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "[[],{},[{}]]",
    "{\"a\":1,\"b\":[1,2,{\"c\":\"}\"}],\"d\":{\"e\":\"]\\\"\"}}",
    "[0,-1,12345678901,9223372036854775807,-9223372036854775808,1.5,1e3,-0.25E-2,true,false,null]",
    "[9223372036854775808,-9223372036854775809,99999999999999999999999]",
    "[\"\",\"a\",\"\\\\\",\"\\\"\",\"\\/"
    "\",\"\\b\\f\\n\\r\\t\",\"\\u4f60\\u597d\",\"\\ud83d\\ude00!\",\"\\u00e9\\u0041\"]",
    "{\"\":\"\",\"a\":1,\"a\":2}",
    "[\"您好，在吗\",\"[{,:}]\",{\"[\":\"{\"}]",
  };
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    compare (db, texts[i]);
  sqlite3_close (db);
}

static void
test_space_is_no_part_of_a_piece (void)
{
  static const char json[] = " \n{ \"a\" :\t[ 1 , \"x y\" ] , \"b\":null\r\n} ";
  KefuJsonWalk walk, inner;
  KefuJsonPiece key, value;

  g_assert_true (kefu_json_walk_begin (&walk, json));
  g_assert_true (kefu_json_walk_next (&walk, &key, &value));
  g_assert_true (kefu_json_is (&key, "a"));
  g_assert_true (kefu_json_is (&value, "[ 1 , \"x y\" ]"));
  g_assert_true (kefu_json_walk_begin (&inner, value.text));
  g_assert_true (kefu_json_walk_next (&inner, &key, &value));
  g_assert_true (kefu_json_is (&value, "1"));
  g_assert_true (kefu_json_walk_next (&inner, &key, &value));
  g_assert_true (kefu_json_is (&value, "\"x y\""));
  g_assert_false (kefu_json_walk_next (&inner, &key, &value));
  g_assert_true (kefu_json_walk_next (&walk, &key, &value));
  g_assert_true (kefu_json_is (&key, "b") && kefu_json_is (&value, "null"));
  g_assert_false (kefu_json_walk_next (&walk, &key, &value));
  g_assert_false (kefu_json_walk_begin (&walk, " 1"));
  g_assert_false (kefu_json_walk_begin (&walk, "\"[\""));
}

/* Inner ones end where going over them would. */
static void
test_an_inner_walk_ends_the_element (void)
{
  static const char *const json = "[ {\"a\":\"\\\\\", \"b\":[{}]} ,[ ],{\"c\":\"x\\\"]\"}\n]";
  static const char *const expected[] = { "{\"a\":\"\\\\\", \"b\":[{}]}", "[ ]", "{\"c\":\"x\\\"]\"}" };
  KefuJsonWalk walk;
  const char *text;
  guint n = 0;

  kefu_json_walk_begin (&walk, json);
  for (; (text = kefu_json_walk_peek (&walk)) != NULL; n++)
    {
      KefuJsonPiece key, value, element = { text, 0 };
      KefuJsonWalk inner;

      g_assert_cmpuint (n, <, G_N_ELEMENTS (expected));
      g_assert_true (kefu_json_walk_begin (&inner, text));
      while (kefu_json_walk_next (&inner, &key, &value))
        ;
      element.length = kefu_json_walk_leave (&walk, &inner);
      g_assert_true (kefu_json_is (&element, expected[n]));
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (expected));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-walk/as-sqlite", test_as_sqlite);
  g_test_add_func ("/json-walk/space-is-no-part-of-a-piece", test_space_is_no_part_of_a_piece);
  g_test_add_func ("/json-walk/an-inner-walk-ends-the-element", test_an_inner_walk_ends_the_element);
  return g_test_run ();
}
