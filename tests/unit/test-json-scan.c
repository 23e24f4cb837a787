/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the look at JSON of strangers: RFC 8259 to the letter. */
#include "config.h"

#include <string.h>

#include "kefu-json-scan.h"

static void
test_what_is_json (void)
{
  static const char *const texts[] = {
    "null",
    " true ",
    "false\n",
    "0",
    "-0",
    "-12.5e+10",
    "1E9",
    "\"\"",
    "\"我\\u4e2d\\ud83d\\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "[]",
    "{}",
    "[[],{},[1,2]]",
    "{\"a\":1,\"a\":2,\"\":{\"b\":[]}}",
    "\t{ \"a\" : [ 1 , \"x\" ] }\r\n",
    NULL,
  };

  for (guint i = 0; texts[i] != NULL; i++)
    if (!kefu_json_scan (texts[i], strlen (texts[i])))
      g_error ("this is JSON: %s", texts[i]);
}

static void
test_what_is_not (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "nul",
    "True",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "+1",
    "0x10",
    "NaN",
    "\"",
    "\"\\\"",
    "\"\\x\"",
    "\"\\u12g4\"",
    "\"\\u12\"",
    "\"\\u0000\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83d\\u4e2d\"",
    "\"a\nb\"",
    "\"\x01\"",
    "\"\xff\"",
    "'a'",
    "[",
    "]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1}",
    "{",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{a:1}",
    "{1:2}",
    "{\"a\" 1}",
    "[1]x",
    "1 2",
    "/**/1",
    "[1,//\n2]",
    "{\"a\":1]",
    "{[\"x\"]:1}",
    "{{\"x\":1}:1}",
    "\xef\xbb\xbf{}",
    NULL,
  };

  for (guint i = 0; texts[i] != NULL; i++)
    if (kefu_json_scan (texts[i], strlen (texts[i])))
      g_error ("this is not JSON: %s", texts[i]);
  g_assert_false (kefu_json_scan (NULL, 0));
  g_assert_false (kefu_json_scan ("1\0", 2));
  g_assert_false (kefu_json_scan ("\"a\0b\"", 5));
}

/* Every beginning of a text is none. */
static void
test_what_is_cut (void)
{
  static const char text[] = "{\"a\":[1,-2.5e3,\"x\\u4e2d\",true,null,{\"b\":{}}]}";

  g_assert_true (kefu_json_scan (text, strlen (text)));
  for (gsize length = 0; length < strlen (text); length++)
    g_assert_false (kefu_json_scan (text, length));
}

static void
test_depth (void)
{
  g_autofree char *open = g_strnfill (KEFU_JSON_MAX_DEPTH, '[');
  g_autofree char *close = g_strnfill (KEFU_JSON_MAX_DEPTH, ']');
  g_autofree char *deep = g_strconcat (open, close, NULL);
  g_autofree char *deeper = g_strconcat ("[", deep, "]", NULL);

  g_assert_true (kefu_json_scan (deep, strlen (deep)));
  g_assert_false (kefu_json_scan (deeper, strlen (deeper)));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-scan/what-is-json", test_what_is_json);
  g_test_add_func ("/json-scan/what-is-not", test_what_is_not);
  g_test_add_func ("/json-scan/what-is-cut", test_what_is_cut);
  g_test_add_func ("/json-scan/depth", test_depth);

  return g_test_run ();
}
