/* SPDX-License-Identifier: GPL-3.0-or-later
 * Addresses of conversations and messages. */
#include "config.h"

#include "kefu-deep-link.h"

#define CONV "0190a1b2-0000-7000-8000-000000000001"
#define MESSAGE "0190a1b2-0000-7000-8000-000000000002"

static void
test_what_is_made_is_read (void)
{
  g_autofree char *short_uri = kefu_deep_link_make (CONV, NULL);
  g_autofree char *long_uri = kefu_deep_link_make (CONV, MESSAGE);
  g_autoptr (KefuDeepLink) conversation = kefu_deep_link_parse (short_uri);
  g_autoptr (KefuDeepLink) message = kefu_deep_link_parse (long_uri);

  g_assert_cmpstr (short_uri, ==, "kefu:conversation/" CONV);
  g_assert_cmpstr (long_uri, ==, "kefu:conversation/" CONV "?message=" MESSAGE);
  g_assert_cmpstr (conversation->conversation_id, ==, CONV);
  g_assert_null (conversation->message_id);
  g_assert_cmpstr (message->conversation_id, ==, CONV);
  g_assert_cmpstr (message->message_id, ==, MESSAGE);
}

static void
test_what_a_later_version_adds_is_passed_over (void)
{
  g_autoptr (KefuDeepLink) link = kefu_deep_link_parse ("KEFU:conversation/" CONV "?from=mail&message=" MESSAGE "&x");

  g_assert_cmpstr (link->message_id, ==, MESSAGE);
}

static void
test_anything_else_is_no_link (void)
{
  static const char *const wrong[] = {
    "",
    "kefu:",
    "kefu:conversation",
    "kefu:conversation/",
    "kefu:conversation/?message=" MESSAGE,
    "kefu:conversation/" CONV "/more",
    "kefu:conversation/" CONV " ",
    "kefu:conversation/../../etc/passwd",
    "kefu:conversation/a%20b",
    "kefu:conversation/会话",
    "kefu:conversation/" CONV "?message=",
    "kefu:conversation/" CONV "?message=a'b",
    "kefu:conversation/" CONV "?message=" MESSAGE "&message=" MESSAGE,
    "kefu:conversation/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "file:///conversation/" CONV,
    "https://example.com/kefu:conversation/" CONV,
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (kefu_deep_link_parse (wrong[i]));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/deep-link/what-is-made-is-read", test_what_is_made_is_read);
  g_test_add_func ("/deep-link/what-a-later-version-adds-is-passed-over",
                   test_what_a_later_version_adds_is_passed_over);
  g_test_add_func ("/deep-link/anything-else-is-no-link", test_anything_else_is_no_link);
  return g_test_run ();
}
