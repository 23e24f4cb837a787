/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of links in messages: what becomes one, where it ends, and what never does. */
#include "config.h"

#include "kefu-links.h"

static void
assert_markup (const char *text, const char *expected)
{
  g_autofree char *markup = kefu_links_markup (text);

  g_assert_cmpstr (markup, ==, expected);
}

static void
test_what_becomes_a_link (void)
{
  assert_markup ("https://example.com", "<a href=\"https://example.com\">https://example.com</a>");
  assert_markup ("您看https://example.com/a?b=1&c=2，谢谢",
                 "您看<a href=\"https://example.com/a?b=1&amp;c=2\">https://example.com/a?b=1&amp;c=2</a>，谢谢");
  assert_markup ("(see www.example.com).", "(see <a href=\"https://www.example.com\">www.example.com</a>).");
  assert_markup ("https://example.com/a_(b)", "<a href=\"https://example.com/a_(b)\">https://example.com/a_(b)</a>");
  assert_markup (
    "http://a.example http://b.example!",
    "<a href=\"http://a.example\">http://a.example</a> <a href=\"http://b.example\">http://b.example</a>!");
  assert_markup ("<b> & https://a.example", "&lt;b&gt; &amp; <a href=\"https://a.example\">https://a.example</a>");
}

static void
test_what_does_not (void)
{
  static const char *const texts[] = {
    "",
    "没有链接 <b>",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://",
    "http://localhost",
    "xhttps://example.com",
    "me@www.example.com",
    "https://bank.example@evil.example/",
    "https://例子.example",
    NULL,
  };

  for (guint i = 0; texts[i] != NULL; i++)
    assert_markup (texts[i], NULL);
}

/* What turns the direction of writing ends the address: it cannot dress it as another. */
static void
test_no_disguise (void)
{
  assert_markup ("http://a.example/\xe2\x80\xaegnp.exe",
                 "<a href=\"http://a.example/\">http://a.example/</a>\xe2\x80\xaegnp.exe");
  g_assert_false (kefu_links_may_open ("file:///etc/passwd"));
  g_assert_false (kefu_links_may_open ("https://a.example/\xe2\x80\xae"));
  g_assert_true (kefu_links_may_open ("https://a.example/%20"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/links/what-becomes-a-link", test_what_becomes_a_link);
  g_test_add_func ("/links/what-does-not", test_what_does_not);
  g_test_add_func ("/links/no-disguise", test_no_disguise);

  return g_test_run ();
}
