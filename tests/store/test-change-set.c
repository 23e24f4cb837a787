/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a change set tells of itself. */
#include "config.h"

#include "kefu-change-set.h"

static void
test_tells_kinds_and_ids (void)
{
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autofree const char **ids = NULL;
  g_autofree const char **none = NULL;

  g_assert_true (kefu_change_set_is_empty (set));
  kefu_change_set_add (set, "message", "m1");
  kefu_change_set_add (set, "message", "m1");
  kefu_change_set_add (set, "message", "m2");

  g_assert_false (kefu_change_set_is_empty (set));
  g_assert_true (kefu_change_set_has (set, "message", "m2"));
  g_assert_true (kefu_change_set_has (set, "message", NULL));
  g_assert_false (kefu_change_set_has (set, "message", "m3"));
  g_assert_false (kefu_change_set_has (set, "order", NULL));
  ids = kefu_change_set_ids (set, "message");
  g_assert_cmpuint (g_strv_length ((char **) ids), ==, 2);
  none = kefu_change_set_ids (set, "order");
  g_assert_null (none[0]);
}

static void
test_all_is_everything (void)
{
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();

  kefu_change_set_add_all (set);
  g_assert_false (kefu_change_set_is_empty (set));
  g_assert_true (kefu_change_set_is_all (set));
  g_assert_true (kefu_change_set_has (set, "order", "o1"));
}

static void
test_merges (void)
{
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (KefuChangeSet) other = kefu_change_set_new ();

  kefu_change_set_add (set, "message", "m1");
  kefu_change_set_add (other, "message", "m2");
  kefu_change_set_add (other, "order", "o1");
  kefu_change_set_merge (set, other);
  g_assert_true (kefu_change_set_has (set, "message", "m1"));
  g_assert_true (kefu_change_set_has (set, "message", "m2"));
  g_assert_true (kefu_change_set_has (set, "order", "o1"));
  g_assert_false (kefu_change_set_has (other, "message", "m1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/change-set/tells-kinds-and-ids", test_tells_kinds_and_ids);
  g_test_add_func ("/change-set/all-is-everything", test_all_is_everything);
  g_test_add_func ("/change-set/merges", test_merges);
  return g_test_run ();
}
