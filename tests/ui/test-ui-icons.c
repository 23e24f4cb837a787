/* SPDX-License-Identifier: GPL-3.0-or-later
 * Icons that GTK lets go of on its threads. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-ui-test.h"

/* What GTK keeps no reference of by itself: larger than the icons in the ring of its cache. */
#define LARGE 200
/* More than are kept for nothing. */
#define MANY 400

static GtkIconPaintable *
look_up (int size)
{
  return gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gdk_display_get_default ()), "edit-find-symbolic",
                                     NULL, size, 1, GTK_TEXT_DIR_LTR, 0);
}

static void
ended_cb (gpointer data)
{
  g_atomic_pointer_set ((GThread **) data, g_thread_self ());
}

static gpointer
let_go (gpointer icon)
{
  g_object_unref (icon);
  return NULL;
}

/* As a thread that loads an icon lets go of the oldest in the ring. @ended: the thread on which it was finalized. */
static GtkIconPaintable *
let_go_on_a_thread (GThread **ended)
{
  GtkIconPaintable *icon = look_up (LARGE);

  g_object_set_data_full (G_OBJECT (icon), "kefu-test-ended", ended, ended_cb);
  g_thread_join (g_thread_new ("loader", let_go, icon));
  return icon;
}

static void
make_many (void)
{
  for (int i = 0; i < MANY; i++)
    g_object_unref (look_up (LARGE + 1 + i));
}

static void
test_an_icon_ends_on_the_main_thread (void)
{
  GThread *ended = NULL;

  let_go_on_a_thread (&ended);
  g_assert_null (ended);
  make_many ();
  kefu_ui_test_wait (g_atomic_pointer_get (&ended) != NULL);
  g_assert_true (ended == g_thread_self ());
}

/* Between the thread's letting go and the end, the cache still has it, and gives it. */
static void
test_an_icon_that_was_let_go_is_found_whole (void)
{
  GThread *ended = NULL;
  GtkIconPaintable *gone = let_go_on_a_thread (&ended);
  g_autoptr (GtkIconPaintable) found = look_up (LARGE);

  g_assert_true (found == gone);
  make_many ();
  kefu_ui_test_settle ();
  g_assert_null (ended);
  g_assert_cmpstr (gtk_icon_paintable_get_icon_name (found), ==, "edit-find-symbolic");
  g_clear_object (&found);
  make_many ();
  kefu_ui_test_wait (g_atomic_pointer_get (&ended) != NULL);
  g_assert_true (ended == g_thread_self ());
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/icons/an-icon-ends-on-the-main-thread", test_an_icon_ends_on_the_main_thread);
  g_test_add_func ("/ui/icons/an-icon-that-was-let-go-is-found-whole", test_an_icon_that_was_let_go_is_found_whole);
  return g_test_run ();
}
