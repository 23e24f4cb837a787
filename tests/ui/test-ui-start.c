/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first frames of the window: the inbox at once, the rest after it in the place that was kept for it. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-chat-pane.h"
#include "kefu-composer.h"
#include "kefu-inbox-row.h"
#include "kefu-search-page.h"
#include "kefu-side-panel.h"
#include "kefu-ui-test.h"
#include "kefu-welcome-page.h"
#include "kefu-window.h"

typedef struct
{
  KefuFixture *fixture;
  KefuWindow *window;
  GtkWidget *view;
  guint n_painted; /* as the window says */
  /* of the first frame with rows */
  guint n_frames;
  guint n_painted_before;
  gboolean had_chat;
  gboolean had_panel;
  GtkAllocation chat;
  GtkAllocation panel;
} Desk;

static GtkWidget *
find (Desk *desk, GType type, const char *id)
{
  return kefu_ui_test_find (desk->view, type, id);
}

static GtkAllocation
place (Desk *desk, const char *id)
{
  GtkWidget *widget = find (desk, ADW_TYPE_BIN, id);
  GtkAllocation where = { 0 };
  double x, y;

  g_assert_true (gtk_widget_translate_coordinates (widget, desk->view, 0, 0, &x, &y));
  where.x = (int) x;
  where.y = (int) y;
  where.width = gtk_widget_get_width (widget);
  where.height = gtk_widget_get_height (widget);
  return where;
}

static void
assert_same_place (GtkAllocation a, GtkAllocation b)
{
  g_assert_cmpint (a.x, ==, b.x);
  g_assert_cmpint (a.y, ==, b.y);
  g_assert_cmpint (a.width, ==, b.width);
  g_assert_cmpint (a.height, ==, b.height);
}

static void
after_paint_cb (GdkFrameClock *frame_clock, Desk *desk)
{
  GtkWidget *row = find (desk, KEFU_TYPE_INBOX_ROW, NULL);

  if (desk->n_frames > 0 || row == NULL || !gtk_widget_get_mapped (row))
    return;
  desk->n_frames++;
  desk->n_painted_before = desk->n_painted;
  desk->had_chat = find (desk, KEFU_TYPE_CHAT_PANE, NULL) != NULL;
  desk->had_panel = find (desk, KEFU_TYPE_SIDE_PANEL, NULL) != NULL;
  desk->chat = place (desk, "chat_place");
  desk->panel = place (desk, "panel_place");
}

static void
realize_cb (GtkWidget *window, Desk *desk)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), desk);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
desk_make (Desk *desk)
{
  desk->fixture = kefu_fixture_new ();
  desk->window = kefu_window_new (NULL, desk->fixture->settings);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 1280, 800);
  g_signal_connect (desk->window, "realize", G_CALLBACK (realize_cb), desk);
  g_signal_connect_swapped (desk->window, "painted", G_CALLBACK (count_cb), &desk->n_painted);
  kefu_window_show_session (desk->window, desk->fixture->session, "拾光表行");
  desk->view = GTK_WIDGET (kefu_window_get_view (desk->window));
}

static void
desk_close (Desk *desk)
{
  gtk_window_set_focus (GTK_WINDOW (desk->window), NULL);
  gtk_window_destroy (GTK_WINDOW (desk->window));
  kefu_ui_test_settle ();
  kefu_fixture_free (desk->fixture);
}

static void
test_the_inbox_comes_first (void)
{
  Desk desk = { NULL };

  desk_make (&desk);
  kefu_window_present_ready (desk.window);
  kefu_ui_test_wait (desk.n_frames > 0);
  g_assert_false (desk.had_chat);
  g_assert_false (desk.had_panel);
  kefu_ui_test_wait (find (&desk, KEFU_TYPE_SIDE_PANEL, NULL) != NULL);
  g_assert_nonnull (find (&desk, KEFU_TYPE_CHAT_PANE, NULL));
  kefu_ui_test_settle ();
  assert_same_place (place (&desk, "chat_place"), desk.chat);
  assert_same_place (place (&desk, "panel_place"), desk.panel);
  g_assert_cmpint (desk.panel.width, ==, 330);
  g_assert_cmpint (gtk_widget_get_width (find (&desk, KEFU_TYPE_CHAT_PANE, NULL)), ==, desk.chat.width);
  /* whoever does not search does not pay for it */
  g_assert_null (find (&desk, KEFU_TYPE_SEARCH_PAGE, NULL));
  desk_close (&desk);
}

static void
test_a_key_before_the_first_frame_counts (void)
{
  Desk desk = { NULL };
  g_autofree char *id = kefu_fixture_id (1);
  KefuComposer *composer;

  desk_make (&desk);
  g_assert_null (find (&desk, KEFU_TYPE_CHAT_PANE, NULL));
  kefu_workspace_view_open (KEFU_WORKSPACE_VIEW (desk.view), id, NULL);
  gtk_widget_activate_action (desk.view, "desk.compose", NULL);
  gtk_widget_activate_action (desk.view, "desk.page", "s", "orders");
  kefu_window_present_ready (desk.window);
  kefu_ui_test_wait (desk.n_frames > 0);
  kefu_ui_test_settle ();
  g_assert_cmpstr (kefu_side_panel_get_page (KEFU_SIDE_PANEL (find (&desk, KEFU_TYPE_SIDE_PANEL, NULL))), ==, "orders");
  composer = KEFU_COMPOSER (find (&desk, KEFU_TYPE_COMPOSER, NULL));
  kefu_ui_test_wait (gtk_window_get_focus (GTK_WINDOW (desk.window)) ==
                     GTK_WIDGET (kefu_composer_get_text_view (composer)));
  desk_close (&desk);
}

static void
test_search_before_the_first_frame (void)
{
  Desk desk = { NULL };

  desk_make (&desk);
  gtk_widget_activate_action (desk.view, "desk.search", NULL);
  kefu_window_present_ready (desk.window);
  kefu_ui_test_wait (find (&desk, KEFU_TYPE_SIDE_PANEL, NULL) != NULL);
  g_assert_true (gtk_widget_get_mapped (find (&desk, KEFU_TYPE_SEARCH_PAGE, NULL)));
  desk_close (&desk);
}

/* What waits for a frame leaves nothing behind when there is none. */
static void
test_closed_before_the_first_frame (void)
{
  Desk desk = { NULL };
  GtkWidget *view;

  desk_make (&desk);
  gtk_window_present (GTK_WINDOW (desk.window));
  view = desk.view;
  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *) &view);
  desk_close (&desk);
  kefu_ui_test_wait (view == NULL);
}

static void
test_the_window_waits_for_its_rows (void)
{
  Desk desk = { NULL };

  desk_make (&desk);
  kefu_window_present_ready (desk.window);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (desk.window)));
  kefu_ui_test_wait (gtk_widget_get_visible (GTK_WIDGET (desk.window)));
  g_assert_nonnull (find (&desk, KEFU_TYPE_INBOX_ROW, NULL));
  desk_close (&desk);
}

static void
test_what_can_wait_is_told_when_the_rows_are_painted (void)
{
  Desk desk = { NULL };

  desk_make (&desk);
  kefu_window_present_ready (desk.window);
  kefu_ui_test_wait (desk.n_painted > 0);
  g_assert_cmpuint (desk.n_frames, ==, 1);
  g_assert_cmpuint (desk.n_painted_before, ==, 0);
  gtk_widget_queue_draw (desk.view);
  kefu_ui_test_settle ();
  g_assert_cmpuint (desk.n_painted, ==, 1);
  desk_close (&desk);

  /* a window that nobody shows keeps nobody waiting */
  desk = (Desk){ NULL };
  desk_make (&desk);
  kefu_ui_test_wait (desk.n_painted > 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (desk.window)));
  desk_close (&desk);
}

static void
test_the_window_does_not_wait_for_ever (void)
{
  g_autoptr (GSettings) settings = g_settings_new (KEFU_APP_ID);
  KefuWindow *window = kefu_window_new (NULL, settings);

  /* no workspace comes */
  kefu_window_present_ready (window);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (window)));
  kefu_ui_test_wait (gtk_widget_get_visible (GTK_WIDGET (window)));
  gtk_window_destroy (GTK_WINDOW (window));

  /* nor does it wait for one when there is something else to show */
  window = kefu_window_new (NULL, settings);
  kefu_window_present_ready (window);
  kefu_window_show_welcome (window);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (window)));
  g_assert_nonnull (kefu_ui_test_find (GTK_WIDGET (window), KEFU_TYPE_WELCOME_PAGE, NULL));
  gtk_window_destroy (GTK_WINDOW (window));
  kefu_ui_test_settle ();
}

static void
test_pages_of_the_window_come_when_shown (void)
{
  g_autoptr (GSettings) settings = g_settings_new (KEFU_APP_ID);
  KefuWindow *window = kefu_window_new (NULL, settings);
  GtkWidget *stack = kefu_ui_test_find (GTK_WIDGET (window), GTK_TYPE_STACK, "stack");

  kefu_window_show_failure (window, "No <way>", "a & b");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "failed");
  kefu_window_show_opening (window, "Soon");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "opening");
  kefu_window_show_connect (window, "localhost", "lin");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "connect");
  kefu_window_show_welcome (window);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "welcome");
  kefu_window_show_failure (window, "Again", "and again");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (stack)), ==, "failed");
  gtk_window_destroy (GTK_WINDOW (window));
  kefu_ui_test_settle ();
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/start/the-inbox-comes-first", test_the_inbox_comes_first);
  g_test_add_func ("/ui/start/a-key-before-the-first-frame-counts", test_a_key_before_the_first_frame_counts);
  g_test_add_func ("/ui/start/search-before-the-first-frame", test_search_before_the_first_frame);
  g_test_add_func ("/ui/start/closed-before-the-first-frame", test_closed_before_the_first_frame);
  g_test_add_func ("/ui/start/the-window-waits-for-its-rows", test_the_window_waits_for_its_rows);
  g_test_add_func ("/ui/start/what-can-wait-is-told-when-the-rows-are-painted",
                   test_what_can_wait_is_told_when_the_rows_are_painted);
  g_test_add_func ("/ui/start/the-window-does-not-wait-for-ever", test_the_window_does_not_wait_for_ever);
  g_test_add_func ("/ui/start/pages-of-the-window-come-when-shown", test_pages_of_the_window_come_when_shown);
  return g_test_run ();
}
