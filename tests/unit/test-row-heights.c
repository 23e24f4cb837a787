/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the rows of a long list lie, beside a plain array of their heights. */
#include "config.h"

#include "kefu-row-heights.h"

#define UNKNOWN (-1)

static void
check (KefuRowHeights *heights, GArray *plain)
{
  guint n = plain->len;
  gint64 top = 0;
  int estimate = 0;

  g_assert_cmpuint (kefu_row_heights_get_n (heights), ==, n);
  for (guint i = 0; i < n; i++)
    {
      int height = g_array_index (plain, int, i);

      if (height == UNKNOWN)
        {
          if (estimate == 0)
            estimate = kefu_row_heights_get (heights, i);
          height = estimate;
        }
      g_assert_cmpint (kefu_row_heights_get (heights, i), ==, height);
      g_assert_cmpint (kefu_row_heights_get_top (heights, i), ==, top);
      g_assert_cmpuint (kefu_row_heights_find (heights, top), ==, i);
      g_assert_cmpuint (kefu_row_heights_find (heights, top + height - 1), ==, i);
      top += height;
    }
  g_assert_cmpint (kefu_row_heights_get_top (heights, n), ==, top);
  if (n > 0)
    {
      g_assert_cmpuint (kefu_row_heights_find (heights, top), ==, n - 1);
      g_assert_cmpuint (kefu_row_heights_find (heights, -1), ==, 0);
    }
}

static void
test_equals_a_plain_array (void)
{
  g_autoptr (KefuRowHeights) heights = kefu_row_heights_new (FALSE);
  g_autoptr (GArray) plain = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  for (guint i = 0; i < 3000; i++)
    {
      guint n = plain->len;

      if (n > 0 && g_rand_int_range (random, 0, 3) > 0)
        {
          guint at = (guint) g_rand_int_range (random, 0, (int) n);
          int height = g_rand_int_range (random, 1, 300);

          kefu_row_heights_set (heights, at, height);
          g_array_index (plain, int, at) = height;
        }
      else
        {
          guint at = (guint) g_rand_int_range (random, 0, (int) n + 1);
          guint removed = (guint) g_rand_int_range (random, 0, 12);
          guint added = (guint) g_rand_int_range (random, 0, n > 150 ? 4 : 16);

          removed = MIN (removed, n - at);
          kefu_row_heights_splice (heights, at, removed, added);
          g_array_remove_range (plain, at, removed);
          for (guint j = 0; j < added; j++)
            g_array_insert_val (plain, at, (int){ UNKNOWN });
        }
      if (i % 10 == 0)
        check (heights, plain);
    }
  check (heights, plain);
}

static void
test_estimate_is_the_mean (void)
{
  g_autoptr (KefuRowHeights) heights = kefu_row_heights_new (FALSE);

  kefu_row_heights_splice (heights, 0, 0, 100000);
  for (guint i = 0; i < 100; i++)
    kefu_row_heights_set (heights, 50000 + i, i % 2 ? 150 : 50);
  g_assert_cmpint (kefu_row_heights_get (heights, 10), >=, 88);
  g_assert_cmpint (kefu_row_heights_get (heights, 10), <=, 112);
  g_assert_cmpint (kefu_row_heights_get (heights, 50001), ==, 150);
}

static void
test_uniform_rows_are_exact (void)
{
  g_autoptr (KefuRowHeights) heights = kefu_row_heights_new (TRUE);

  kefu_row_heights_splice (heights, 0, 0, 100000);
  kefu_row_heights_set (heights, 7, 66);
  kefu_row_heights_splice (heights, 500, 3, 1);
  g_assert_cmpint (kefu_row_heights_get_top (heights, 99998), ==, 99998 * 66);
  g_assert_cmpuint (kefu_row_heights_find (heights, 66 * 700 + 65), ==, 700);
  g_assert_cmpuint (kefu_row_heights_find (heights, 66 * 1000000), ==, 99997);
}

/* A million changes in a list of as many rows end in seconds, not hours. */
static void
test_long_lists_are_cheap (void)
{
  g_autoptr (KefuRowHeights) heights = kefu_row_heights_new (FALSE);
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  gint64 sum = 0;

  kefu_row_heights_splice (heights, 0, 0, 1000000);
  for (guint i = 0; i < 200000; i++)
    {
      guint at = (guint) g_rand_int_range (random, 0, 1000000);

      kefu_row_heights_set (heights, at, g_rand_int_range (random, 40, 60));
      sum += kefu_row_heights_get_top (heights, at);
      kefu_row_heights_splice (heights, at, 1, 0);
      kefu_row_heights_splice (heights, 0, 0, 1);
    }
  g_assert_cmpuint (kefu_row_heights_get_n (heights), ==, 1000000);
  g_assert_cmpint (sum, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/row-heights/equals-a-plain-array", test_equals_a_plain_array);
  g_test_add_func ("/row-heights/estimate-is-the-mean", test_estimate_is_the_mean);
  g_test_add_func ("/row-heights/uniform-rows-are-exact", test_uniform_rows_are_exact);
  g_test_add_func ("/row-heights/long-lists-are-cheap", test_long_lists_are_cheap);
  return g_test_run ();
}
