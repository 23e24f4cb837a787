/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a test leaves behind that dies. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <signal.h>
#include <unistd.h>

#include "kefu-ui-test.h"

/* Not static, so that the stacks have their names. */
gpointer kefu_test_stands_still (gpointer data);
void kefu_test_dies (void);

gpointer
kefu_test_stands_still (gpointer data)
{
  g_atomic_int_set ((gint *) data, TRUE);
  pause ();
  return NULL;
}

G_NO_INLINE void
kefu_test_dies (void)
{
  g_assert_cmpint (raise (SIGTRAP), ==, 0);
}

static void
test_every_thread_is_shown (void)
{
  if (g_test_subprocess ())
    {
      gint stands = FALSE;

      g_thread_unref (g_thread_new ("still", kefu_test_stands_still, &stands));
      while (!g_atomic_int_get (&stands))
        g_thread_yield ();
      kefu_test_dies ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  /* the guilty one first */
  g_test_trap_assert_stderr ("*the first*kefu_test_dies*kefu_test_stands_still*");
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/trace/every-thread-is-shown", test_every_thread_is_shown);
  return g_test_run ();
}
