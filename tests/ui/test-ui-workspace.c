/* SPDX-License-Identifier: GPL-3.0-or-later
 * The window of a signed-in agent over real storage: inbox rows, strip, tray, search, panes. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-article-window.h"
#include "kefu-clock-chip.h"
#include "kefu-inbox-pane.h"
#include "kefu-inbox-row.h"
#include "kefu-panes.h"
#include "kefu-row-list.h"
#include "kefu-search-page.h"
#include "kefu-search-row.h"
#include "kefu-side-panel.h"
#include "kefu-sync-strip.h"
#include "kefu-tray.h"
#include "kefu-tray-row.h"
#include "kefu-ui-test.h"
#include "kefu-window.h"

typedef struct
{
  KefuFixture *fixture;
  KefuWindow *window;
  GtkWidget *view;
} Desk;

/* The n-th row of the inbox as it is shown; NULL if there is none yet. */
static GtkWidget *
row (Desk *desk, guint n)
{
  return kefu_row_list_get_content (KEFU_ROW_LIST (kefu_ui_test_find (desk->view, KEFU_TYPE_ROW_LIST, "list_view")), n);
}

/* What the n-th row says, which must be there. */
static const KefuInboxWords *
words (Desk *desk, guint n)
{
  return kefu_inbox_row_get_words (KEFU_INBOX_ROW (row (desk, n)));
}

static const char *
row_name (Desk *desk, guint n)
{
  return row (desk, n) != NULL ? words (desk, n)->name : NULL;
}

static GtkWidget *
part (GtkWidget *widget, const char *id)
{
  GtkWidget *found = kefu_ui_test_find (widget, GTK_TYPE_WIDGET, id);

  g_assert_nonnull (found);
  return found;
}

static GtkWidget *
panel (Desk *desk)
{
  return kefu_ui_test_find (desk->view, KEFU_TYPE_SIDE_PANEL, NULL);
}

static gboolean
shown (GtkWidget *widget, const char *id)
{
  return gtk_widget_get_mapped (part (widget, id));
}

static void
desk_open (Desk *desk, int width, int height)
{
  desk->fixture = kefu_fixture_new ();
  desk->window = kefu_window_new (NULL, desk->fixture->settings);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), width, height);
  kefu_window_show_session (desk->window, desk->fixture->session, "拾光表行");
  gtk_window_present (GTK_WINDOW (desk->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (desk->window));
  desk->view = GTK_WIDGET (kefu_window_get_view (desk->window));
  kefu_ui_test_wait (row (desk, 11) != NULL);
  kefu_ui_test_wait (gtk_window_is_active (GTK_WINDOW (desk->window)));
  kefu_ui_test_wait (panel (desk) != NULL);
}

/* Closing the window frees all that was in it. */
static void
desk_close (Desk *desk)
{
  GtkWidget *view = g_object_ref (desk->view);
  GtkWidget *window = g_object_ref (GTK_WIDGET (desk->window));

  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  kefu_ui_test_settle ();
  gtk_window_destroy (GTK_WINDOW (window));
  kefu_ui_test_settle ();
  g_assert_finalize_object (window);
  g_assert_finalize_object (view);
  kefu_fixture_free (desk->fixture);
}

static void
open_id (Desk *desk, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);

  kefu_workspace_view_open (KEFU_WORKSPACE_VIEW (desk->view), id, NULL);
  kefu_ui_test_settle ();
}

static gboolean
is_open (Desk *desk, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);

  return g_strcmp0 (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk->view)), id) == 0;
}

static void
assert_open (Desk *desk, guint n)
{
  g_autofree char *id = kefu_fixture_id (n);

  g_assert_cmpstr (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk->view)), ==, id);
  g_assert_cmpstr (kefu_session_get_focus_conversation (desk->fixture->session), ==, id);
}

static void
test_rows_show_their_state (void)
{
  Desk desk = { 0 };

  desk_open (&desk, 1280, 800);
  kefu_ui_shot (GTK_WIDGET (desk.window), "inbox");

  g_assert_cmpstr (row_name (&desk, 0), ==, "韩冬青");
  g_assert_true (words (&desk, 0)->unread);
  g_assert_cmpint (words (&desk, 0)->clock, ==, KEFU_CLOCK_OVER);
  g_assert_cmpstr (words (&desk, 0)->count, ==, "4");
  g_assert_cmpstr (words (&desk, 0)->todo, ==, "5");

  g_assert_cmpstr (row_name (&desk, 1), ==, "沈若溪");
  g_assert_cmpint (words (&desk, 1)->clock, ==, KEFU_CLOCK_DUE);
  g_assert_false (words (&desk, 1)->unread);
  g_assert_null (words (&desk, 1)->count);

  g_assert_cmpint (words (&desk, 3)->clock, ==, KEFU_CLOCK_OK);
  g_assert_null (words (&desk, 3)->initials);

  g_assert_cmpstr (row_name (&desk, 5), ==, "方一鸣");
  g_assert_true (words (&desk, 5)->draft);
  g_assert_cmpint (words (&desk, 5)->clock, ==, KEFU_CLOCK_NONE);
  g_assert_cmpstr (words (&desk, 5)->time, ==, "14:01");
  g_assert_true (g_str_has_prefix (words (&desk, 5)->last, "防水 50 米"));

  g_assert_cmpstr (row_name (&desk, 7), ==, "许诺言");
  g_assert_nonnull (words (&desk, 7)->assignee);
  g_assert_cmpstr (words (&desk, 7)->mark, ==, "kefu-reply-symbolic");
  g_assert_null (words (&desk, 6)->assignee);

  /* all of one height: the scroll bar is exact */
  for (guint i = 1; i < 10; i++)
    g_assert_cmpint (gtk_widget_get_height (gtk_widget_get_parent (row (&desk, i))), ==, 66);
  desk_close (&desk);
}

static void
test_rows_have_names_for_screen_readers (void)
{
  Desk desk = { 0 };

  desk_open (&desk, 1280, 800);
  gtk_test_accessible_assert_property (
    gtk_widget_get_parent (row (&desk, 0)), GTK_ACCESSIBLE_PROPERTY_LABEL,
    "韩冬青, Wangwang, 4 unread, waits 03:26, 5 open items, 都三分钟了，今天到底能不能发出呀");
  gtk_test_accessible_assert_property (gtk_widget_get_parent (row (&desk, 5)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "方一鸣, Weibo, 14:01, Draft, 防水 50 米指的是静态水压，洗澡游泳不建议戴");
  gtk_test_accessible_assert_property (gtk_widget_get_parent (row (&desk, 7)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "许诺言, WeChat, with 阿杰, 13:22, 2 open items, 已帮您备注顺丰，今晚一起发出");
  desk_close (&desk);
}

/* What GTK calls by its class has no name. */
static void
test_buttons_have_names (void)
{
  Desk desk = { 0 };

  desk_open (&desk, 900, 600);
  gtk_test_accessible_assert_property (part (desk.view, "account_button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "林小满");
  gtk_test_accessible_assert_property (part (desk.view, "main_button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Main menu");
  gtk_test_accessible_assert_property (gtk_widget_get_first_child (part (desk.view, "main_button")),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Main menu");
  gtk_test_accessible_assert_property (part (desk.view, "search_button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Search");
  gtk_test_accessible_assert_property (part (desk.view, "view_button"), GTK_ACCESSIBLE_PROPERTY_LABEL, "All 12");
  gtk_test_accessible_assert_property (part (desk.view, "order_button"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Longest waiting");
  gtk_test_accessible_assert_property (part (desk.view, "sync_button"), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Working offline · synced to 14:05:00");
  desk_close (&desk);
}

static void
test_clocks_run_and_change_colour (void)
{
  Desk desk = { 0 };

  desk_open (&desk, 1280, 800);
  g_assert_cmpstr (words (&desk, 3)->clock_text, ==, "00:57");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk.fixture->clock), 1000);
  g_assert_cmpstr (words (&desk, 3)->clock_text, ==, "00:58");
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk.fixture->clock), 42000);
  g_assert_cmpint (words (&desk, 3)->clock, ==, KEFU_CLOCK_DUE);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk.fixture->clock), 80000);
  g_assert_cmpint (words (&desk, 3)->clock, ==, KEFU_CLOCK_OVER);
  desk_close (&desk);
}

/* (transfer full): @widget as it was drawn last. */
static GBytes *
pixels (GtkWidget *widget)
{
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);
  GskRenderNode *node;
  GBytes *bytes;

  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  gsk_render_node_draw (node, cr);
  gsk_render_node_unref (node);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface),
                       (gsize) cairo_image_surface_get_stride (surface) * (gsize) height);
  cairo_surface_destroy (surface);
  return bytes;
}

/* All but the clock is drawn once and kept; with it the row looks as one that is drawn anew. */
static void
test_a_clock_runs_in_a_row_that_stays (void)
{
  Desk desk = { 0 };
  g_autoptr (GBytes) before = NULL;

  desk_open (&desk, 1280, 800);
  gtk_test_widget_wait_for_draw (row (&desk, 3));
  before = pixels (row (&desk, 3));
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GBytes) ticked = NULL;
      g_autoptr (GBytes) anew = NULL;

      /* twice within a colour and a length, then from "59" to minutes, then to amber */
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk.fixture->clock), i < 3 ? 1000 : 42000);
      gtk_test_widget_wait_for_draw (row (&desk, 3));
      ticked = pixels (row (&desk, 3));
      g_assert_false (g_bytes_equal (ticked, before));
      kefu_inbox_row_refresh (KEFU_INBOX_ROW (row (&desk, 3)));
      gtk_test_widget_wait_for_draw (row (&desk, 3));
      anew = pixels (row (&desk, 3));
      g_assert_true (g_bytes_equal (ticked, anew));
    }
  desk_close (&desk);
}

static void
test_opening_marks_read (void)
{
  Desk desk = { 0 };
  KefuRowList *list;

  desk_open (&desk, 1280, 800);
  g_assert_nonnull (words (&desk, 0)->count);
  /* by hand: a click selects the row */
  list = KEFU_ROW_LIST (part (desk.view, "list_view"));
  kefu_row_list_set_selected (list, 0);
  g_signal_emit_by_name (list, "chosen", 0);
  assert_open (&desk, 0);
  kefu_ui_test_wait (words (&desk, 0)->count == NULL);

  /* by key */
  gtk_widget_activate_action (desk.view, "desk.next", NULL);
  assert_open (&desk, 1);
  gtk_widget_activate_action (desk.view, "desk.previous", NULL);
  gtk_widget_activate_action (desk.view, "desk.previous", NULL);
  assert_open (&desk, 0);
  g_assert_cmpuint (kefu_row_list_get_selected (list), ==, 0);
  desk_close (&desk);
}

static void
test_list_does_not_move_under_the_hand (void)
{
  Desk desk = { 0 };
  GtkRevealer *revealer;

  desk_open (&desk, 1280, 800);
  revealer = GTK_REVEALER (part (desk.view, "newer_revealer"));
  open_id (&desk, 1);
  g_assert_false (gtk_revealer_get_reveal_child (revealer));

  kefu_fixture_write (desk.fixture, 9, "表到了吗");
  kefu_ui_test_wait (gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpstr (row_name (&desk, 9), ==, "田小禾");
  g_assert_cmpstr (words (&desk, 9)->last, ==, "表到了吗");
  g_assert_cmpstr (kefu_ui_test_text (desk.view, "newer_label"), ==, "1 newer");
  kefu_ui_shot (GTK_WIDGET (desk.window), "newer");

  gtk_widget_activate_action (part (desk.view, "newer_button"), "inbox.apply-newer", NULL);
  kefu_ui_test_wait (g_strcmp0 (row_name (&desk, 5), "田小禾") == 0);
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  desk_close (&desk);
}

static void
test_list_does_not_move_below_a_dialog (void)
{
  Desk desk = { 0 };
  GtkRevealer *revealer;
  GtkWidget *dialog = gtk_window_new ();

  desk_open (&desk, 1280, 800);
  revealer = GTK_REVEALER (part (desk.view, "newer_revealer"));
  open_id (&desk, 1);
  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (desk.window));
  gtk_window_present (GTK_WINDOW (dialog));
  kefu_ui_test_wait (gtk_window_is_active (GTK_WINDOW (dialog)) && !kefu_session_get_active (desk.fixture->session));
  kefu_ui_test_settle ();

  /* a dialog that asks about a customer is no leaving: what it is about stays where it is */
  kefu_fixture_write (desk.fixture, 9, "表到了吗");
  kefu_ui_test_wait (gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpstr (row_name (&desk, 9), ==, "田小禾");

  /* whoever leaves from there has left */
  kefu_session_set_active (desk.fixture->session, FALSE);
  gtk_widget_set_visible (dialog, FALSE);
  kefu_ui_test_wait (g_strcmp0 (row_name (&desk, 5), "田小禾") == 0);
  gtk_window_destroy (GTK_WINDOW (dialog));
  desk_close (&desk);
}

static void
test_view_and_order_are_kept (void)
{
  Desk desk = { 0 };
  GtkWidget *pane;
  g_autofree char *view = NULL;

  desk_open (&desk, 1280, 800);
  pane = kefu_ui_test_find (desk.view, KEFU_TYPE_INBOX_PANE, NULL);
  g_assert_cmpstr (kefu_ui_test_text (pane, "view_label"), ==, "All");
  g_assert_true (gtk_widget_activate_action (pane, "inbox.inbox-view", "s", "waiting"));
  kefu_ui_test_wait (row (&desk, 5) == NULL);
  g_assert_cmpstr (kefu_ui_test_text (pane, "view_label"), ==, "Waiting");
  g_assert_cmpstr (kefu_ui_test_text (pane, "view_count"), ==, "5");
  g_assert_true (gtk_widget_activate_action (pane, "inbox.inbox-order", "s", "newest"));
  kefu_ui_test_wait (g_strcmp0 (row_name (&desk, 0), "郑可欣") == 0);
  view = g_settings_get_string (desk.fixture->settings, "inbox-view");
  g_assert_cmpstr (view, ==, "waiting");

  g_assert_true (gtk_widget_activate_action (pane, "inbox.inbox-view", "s", "snoozed"));
  kefu_ui_test_wait (row (&desk, 0) == NULL);
  kefu_ui_shot (GTK_WIDGET (desk.window), "empty");
  g_settings_reset (desk.fixture->settings, "inbox-view");
  g_settings_reset (desk.fixture->settings, "inbox-order");
  desk_close (&desk);
}

static guint
n_rows (Desk *desk)
{
  return g_list_model_get_n_items (kefu_row_list_get_model (KEFU_ROW_LIST (part (desk->view, "list_view"))));
}

static void
test_one_channel_or_label_only (void)
{
  Desk desk = { 0 };
  GtkWidget *pane, *filter, *chip;
  GtkMenuButton *button;

  desk_open (&desk, 1280, 800);
  kefu_fixture_feed (desk.fixture, "[{\"kind\":\"label\",\"id\":\"label-1\",\"op\":\"put\",\"body\":"
                                   "{\"id\":\"label-1\",\"name\":\"催发货\",\"color\":1,\"sort\":1}}]");
  pane = kefu_ui_test_find (desk.view, KEFU_TYPE_INBOX_PANE, NULL);
  filter = part (pane, "filter");
  button = GTK_MENU_BUTTON (part (pane, "filter_button"));
  g_assert_false (gtk_widget_get_visible (filter));

  g_assert_true (gtk_widget_activate_action (pane, "inbox.inbox-channel", "s", "wechat"));
  kefu_ui_test_wait (n_rows (&desk) < 12 && gtk_widget_get_visible (filter));
  g_assert_cmpuint (n_rows (&desk), >, 0);
  g_assert_nonnull (kefu_ui_test_find (filter, GTK_TYPE_LABEL, "wechat"));
  gtk_menu_button_popup (button);
  kefu_ui_test_wait (gtk_menu_button_get_popover (button) != NULL);
  kefu_ui_shot (GTK_WIDGET (desk.window), "filter");
  gtk_menu_button_popdown (button);

  /* both at once leave nothing, and that is said, with a way back */
  g_assert_true (gtk_widget_activate_action (pane, "inbox.inbox-label", "s", "label-1"));
  kefu_ui_test_wait (g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (part (pane, "stack"))), "empty") == 0);
  kefu_ui_test_wait (kefu_ui_test_find (filter, GTK_TYPE_LABEL, "催发货") != NULL);
  g_assert_cmpstr (adw_status_page_get_title (ADW_STATUS_PAGE (part (pane, "empty_page"))), ==,
                   "Nothing with This Filter");
  kefu_ui_test_wait (g_strcmp0 (kefu_ui_test_text (pane, "view_count"), "0") == 0);
  kefu_ui_shot (GTK_WIDGET (desk.window), "filter-empty");
  gtk_widget_activate_action (part (pane, "unfilter_button"), "inbox.remove-filter", NULL);
  kefu_ui_test_wait (n_rows (&desk) == 12);
  g_assert_false (gtk_widget_get_visible (filter));

  /* and each chip takes its own away; it has a name */
  g_assert_true (gtk_widget_activate_action (pane, "inbox.inbox-channel", "s", "wechat"));
  kefu_ui_test_wait (gtk_widget_get_visible (filter));
  chip = gtk_widget_get_first_child (filter);
  gtk_test_accessible_assert_property (chip, GTK_ACCESSIBLE_PROPERTY_LABEL, "Remove the Filter “wechat”");
  g_signal_emit_by_name (chip, "clicked");
  kefu_ui_test_wait (n_rows (&desk) == 12);
  g_assert_false (gtk_widget_get_visible (filter));
  desk_close (&desk);
}

static void
test_longest_waiting_is_one_key_away (void)
{
  Desk desk = { 0 };

  desk_open (&desk, 1280, 800);
  open_id (&desk, 4);
  gtk_widget_activate_action (desk.view, "desk.longest", NULL);
  kefu_ui_test_wait (is_open (&desk, 0));
  assert_open (&desk, 0);
  desk_close (&desk);
}

static void
test_strip_and_tray_say_what_waits (void)
{
  Desk desk = { 0 };
  KefuSyncStrip *strip;
  GtkWidget *tray;
  g_autofree char *id = kefu_fixture_id (1);

  desk_open (&desk, 1280, 800);
  strip = KEFU_SYNC_STRIP (part (desk.view, "strip"));
  tray = part (desk.view, "tray");
  kefu_sync_engine_start (kefu_session_get_engine (desk.fixture->session));
  kefu_ui_test_wait (!kefu_sync_strip_get_revealed (strip));

  kefu_sync_engine_stop (kefu_session_get_engine (desk.fixture->session));
  kefu_puppet_backend_set_failure (desk.fixture->backend, KEFU_ERROR_NETWORK);
  kefu_sync_engine_start (kefu_session_get_engine (desk.fixture->session));
  kefu_ui_test_wait (kefu_sync_strip_get_revealed (strip));
  g_assert_cmpstr (kefu_ui_test_text (desk.view, "what"), ==, "Working offline");
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (part (tray, "revealer"))));

  open_id (&desk, 1);
  kefu_session_send_message (desk.fixture->session, id, FALSE, "可以的", NULL);
  kefu_session_send_message (desk.fixture->session, id, FALSE, "我给您申请一条", NULL);
  kefu_ui_test_wait (g_str_has_prefix (kefu_ui_test_text (desk.view, "detail"), "2 unsent"));
  g_assert_true (gtk_revealer_get_reveal_child (GTK_REVEALER (part (tray, "revealer"))));
  g_assert_cmpstr (kefu_ui_test_text (tray, "count"), ==, "2");
  g_assert_cmpstr (kefu_ui_test_text (tray, "caption"), ==, "Oldest from 14:05");
  kefu_ui_test_wait (g_strcmp0 (words (&desk, 1)->mark, "kefu-pending-symbolic") == 0);
  kefu_ui_shot (GTK_WIDGET (desk.window), "offline");

  g_signal_emit_by_name (part (tray, "button"), "clicked");
  kefu_ui_test_settle ();
  g_assert_true (KEFU_IS_TRAY_ROW (kefu_ui_test_find (tray, KEFU_TYPE_TRAY_ROW, NULL)));
  kefu_ui_shot (part (tray, "popover"), "tray");
  gtk_popover_popdown (GTK_POPOVER (part (tray, "popover")));
  desk_close (&desk);
}

static void
test_refused_sign_in_says_why (void)
{
  static const char *const words[] = {
    [KEFU_AUTH_UNKNOWN] = "Password needed",          [KEFU_AUTH_EXPIRED] = "Your sign-in has expired",
    [KEFU_AUTH_REVOKED] = "Signed out by the server", [KEFU_AUTH_PASSWORD] = "Your password was changed",
    [KEFU_AUTH_DISABLED] = "Your login is disabled",
  };
  Desk desk = { 0 };

  desk_open (&desk, 1280, 800);
  kefu_puppet_backend_set_failure (desk.fixture->backend, KEFU_ERROR_AUTH);
  kefu_sync_engine_start (kefu_session_get_engine (desk.fixture->session));
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      kefu_puppet_backend_set_auth_reason (desk.fixture->backend, (KefuAuthReason) i);
      kefu_sync_engine_resume (kefu_session_get_engine (desk.fixture->session));
      kefu_ui_test_wait (g_str_equal (kefu_ui_test_text (desk.view, "what"), words[i]));
    }
  g_assert_true (kefu_sync_strip_get_revealed (KEFU_SYNC_STRIP (part (desk.view, "strip"))));
  g_assert_nonnull (kefu_ui_test_find (desk.view, GTK_TYPE_BUTTON, "Sign In"));
  kefu_ui_shot (GTK_WIDGET (desk.window), "signed-out");
  desk_close (&desk);
}

static void
test_wrong_certificate_is_an_alarm (void)
{
  Desk desk = { 0 };

  desk_open (&desk, 1280, 800);
  kefu_puppet_backend_set_failure (desk.fixture->backend, KEFU_ERROR_TLS);
  kefu_sync_engine_start (kefu_session_get_engine (desk.fixture->session));
  kefu_ui_test_wait (g_str_equal (kefu_ui_test_text (desk.view, "what"), "The server’s certificate is wrong"));
  g_assert_true (gtk_widget_has_css_class (part (part (desk.view, "strip"), "box"), "alarm"));
  g_assert_nonnull (kefu_ui_test_find (desk.view, GTK_TYPE_BUTTON, "What Happened?"));
  kefu_ui_shot (GTK_WIDGET (desk.window), "wrong-certificate");
  kefu_puppet_backend_set_failure (desk.fixture->backend, -1);
  kefu_sync_engine_resume (kefu_session_get_engine (desk.fixture->session));
  kefu_ui_test_wait (!kefu_sync_strip_get_revealed (KEFU_SYNC_STRIP (part (desk.view, "strip"))));
  g_assert_false (gtk_widget_has_css_class (part (part (desk.view, "strip"), "box"), "alarm"));
  desk_close (&desk);
}

static void
test_search_finds_and_opens (void)
{
  Desk desk = { 0 };
  GtkWidget *page, *entry, *hit;

  desk_open (&desk, 1280, 800);
  gtk_widget_activate_action (desk.view, "desk.search", NULL);
  page = kefu_ui_test_find (desk.view, KEFU_TYPE_SEARCH_PAGE, NULL);
  kefu_ui_test_wait (gtk_widget_get_mapped (page));
  entry = part (page, "entry");
  gtk_editable_set_text (GTK_EDITABLE (entry), "表带");
  kefu_ui_test_wait ((hit = kefu_ui_test_find (page, KEFU_TYPE_SEARCH_ROW, NULL)) != NULL);
  g_assert_cmpstr (kefu_ui_test_text (hit, "name"), ==, "沈若溪");
  kefu_ui_shot (GTK_WIDGET (desk.window), "search");
  g_signal_emit_by_name (entry, "activate");
  assert_open (&desk, 1);

  gtk_editable_set_text (GTK_EDITABLE (entry), "没有这个词");
  kefu_ui_test_wait (kefu_ui_test_find (page, KEFU_TYPE_SEARCH_ROW, NULL) == NULL);
  g_signal_emit_by_name (entry, "stop-search");
  kefu_ui_test_settle ();
  g_assert_false (gtk_widget_get_mapped (page));
  desk_close (&desk);
}

/* A page of messages of one customer, a phrase and an article, all with the same word. */
static void
feed_words (KefuFixture *fixture)
{
  g_autoptr (GString) changes = g_string_new ("[");
  g_autofree char *conversation = kefu_fixture_id (1);

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (
      changes,
      "{\"kind\":\"message\",\"id\":\"found-%u\",\"op\":\"put\",\"body\":{\"id\":\"found-%u\","
      "\"conversation_id\":\"%s\",\"mseq\":%u,\"kind\":\"text\",\"dir\":\"in\",\"body\":\"摩天轮 %u\","
      "\"sent_at\":%" G_GINT64_FORMAT "}},",
      i, i, conversation, 1000 + i, i, KEFU_FIXTURE_NOW - 60000 * (gint64) i);
  g_string_append (changes, "{\"kind\":\"article\",\"id\":\"article-1\",\"op\":\"put\",\"body\":{\"id\":\"article-1\","
                            "\"title\":\"摩天轮怎么去\",\"body\":\"坐地铁二号线\"}}]");
  kefu_fixture_feed (fixture, changes->str);
}

static guint
n_found (GtkWidget *page)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (part (page, "list")); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += KEFU_IS_SEARCH_ROW (child);
  return n;
}

static GtkWidget *
more_row (GtkWidget *page)
{
  for (GtkWidget *child = gtk_widget_get_first_child (part (page, "list")); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_has_css_class (child, "search-more"))
      return child;
  return NULL;
}

static const char *
search_state (GtkWidget *page)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (part (page, "stack")));
}

static void
test_search_goes_on_to_the_end (void)
{
  Desk desk = { 0 };
  GtkWidget *page, *entry, *more;
  guint last = 0;

  desk_open (&desk, 1280, 800);
  feed_words (desk.fixture);
  gtk_widget_activate_action (desk.view, "desk.search", NULL);
  page = kefu_ui_test_find (desk.view, KEFU_TYPE_SEARCH_PAGE, NULL);
  kefu_ui_test_wait (gtk_widget_get_mapped (page));
  entry = part (page, "entry");
  gtk_editable_set_text (GTK_EDITABLE (entry), "摩天轮");
  kefu_ui_test_wait (n_found (page) == 21);
  while ((more = more_row (page)) != NULL)
    {
      last = n_found (page);
      g_assert_cmpuint (last, <, 51);
      g_signal_emit_by_name (part (page, "list"), "row-activated", more);
      kefu_ui_test_wait (n_found (page) > last);
    }
  g_assert_cmpuint (n_found (page), ==, 51);
  kefu_ui_shot (GTK_WIDGET (desk.window), "search-more");
  desk_close (&desk);
}

/* (nullable) (transfer none) */
static GtkWidget *
article_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (KEFU_IS_ARTICLE_WINDOW (window))
        return window;
    }
  return NULL;
}

static void
test_search_shows_an_article (void)
{
  Desk desk = { 0 };
  GtkWidget *page, *window;
  g_autofree char *draft = NULL;

  desk_open (&desk, 1280, 800);
  feed_words (desk.fixture);
  open_id (&desk, 2);
  gtk_widget_activate_action (desk.view, "desk.search", NULL);
  page = kefu_ui_test_find (desk.view, KEFU_TYPE_SEARCH_PAGE, NULL);
  kefu_ui_test_wait (gtk_widget_get_mapped (page));
  gtk_editable_set_text (GTK_EDITABLE (part (page, "entry")), "地铁");
  kefu_ui_test_wait (n_found (page) == 1);
  g_signal_emit_by_name (part (page, "entry"), "activate");
  kefu_ui_test_wait ((window = article_window ()) != NULL);
  g_assert_cmpstr (kefu_ui_test_text (window, "heading"), ==, "摩天轮怎么去");
  kefu_ui_shot (window, "article");
  gtk_widget_activate_action (window, "article.insert", NULL);
  kefu_ui_test_settle ();
  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (part (desk.view, "text_view"))), "text", &draft, NULL);
  g_assert_cmpstr (draft, ==, "坐地铁二号线");
  desk_close (&desk);
}

static void
test_search_says_what_it_does_not_understand (void)
{
  Desk desk = { 0 };
  GtkWidget *page, *entry;

  desk_open (&desk, 1280, 800);
  gtk_widget_activate_action (desk.view, "desk.search", NULL);
  page = kefu_ui_test_find (desk.view, KEFU_TYPE_SEARCH_PAGE, NULL);
  kefu_ui_test_wait (gtk_widget_get_mapped (page));
  entry = part (page, "entry");
  gtk_editable_set_text (GTK_EDITABLE (entry), "表带 has:picture after:soon channel:电报");
  kefu_ui_test_wait (g_str_equal (search_state (page), "problem"));
  g_assert_nonnull (strstr (adw_status_page_get_description (ADW_STATUS_PAGE (part (page, "problem_page"))), "soon"));
  g_assert_nonnull (strstr (adw_status_page_get_description (ADW_STATUS_PAGE (part (page, "problem_page"))), "电报"));
  kefu_ui_shot (GTK_WIDGET (desk.window), "search-problem");
  /* nothing yet is no mistake */
  gtk_editable_set_text (GTK_EDITABLE (entry), "表带 from:");
  kefu_ui_test_wait (g_str_equal (search_state (page), "results"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  kefu_ui_test_wait (g_str_equal (search_state (page), "start"));
  kefu_ui_shot (GTK_WIDGET (desk.window), "search-start");
  desk_close (&desk);
}

static void
test_panes_follow_the_width (void)
{
  Desk desk = { 0 };
  KefuPanes *panes;
  GtkWidget *left;

  desk_open (&desk, 900, 600);
  panes = KEFU_PANES (part (desk.view, "panes"));
  left = part (desk.view, "left_stack");
  kefu_ui_test_wait (!kefu_panes_get_panel_visible (panes) && kefu_panes_get_narrow (panes));
  kefu_ui_shot (GTK_WIDGET (desk.window), "narrow");
  g_assert_cmpint (gtk_widget_get_width (left), ==, 282);
  g_assert_false (shown (desk.view, "account_name"));

  /* asked for, the panel stands in the inbox's place */
  gtk_widget_activate_action (desk.view, "desk.panel", NULL);
  kefu_ui_test_settle ();
  g_assert_true (kefu_panes_get_panel_visible (panes));
  g_assert_false (gtk_widget_get_mapped (left));
  g_assert_cmpint (gtk_widget_get_width (panel (&desk)), ==, 330);
  kefu_ui_shot (GTK_WIDGET (desk.window), "narrow-panel");
  gtk_widget_activate_action (desk.view, "desk.search", NULL);
  kefu_ui_test_settle ();
  g_assert_true (gtk_widget_get_mapped (left));
  g_assert_false (kefu_panes_get_panel_visible (panes));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (desk.window)), ==, 900);
  desk_close (&desk);

  desk_open (&desk, 1280, 800);
  panes = KEFU_PANES (part (desk.view, "panes"));
  left = part (desk.view, "left_stack");
  kefu_ui_test_settle ();
  g_assert_true (kefu_panes_get_panel_visible (panes));
  g_assert_cmpint (gtk_widget_get_width (left), ==, 300);
  g_assert_cmpint (gtk_widget_get_width (panel (&desk)), ==, 330);
  /* hidden and shown again, and in a wider window */
  gtk_widget_activate_action (desk.view, "desk.panel", NULL);
  kefu_ui_test_settle ();
  g_assert_false (kefu_panes_get_panel_visible (panes));
  gtk_widget_activate_action (desk.view, "desk.panel", NULL);
  kefu_ui_test_settle ();
  g_assert_cmpint (gtk_widget_get_width (panel (&desk)), ==, 330);
  gtk_window_set_default_size (GTK_WINDOW (desk.window), 1700, 800);
  kefu_ui_test_wait (gtk_widget_get_width (left) == 330);
  kefu_ui_test_settle ();
  g_assert_cmpint (gtk_widget_get_width (panel (&desk)), ==, 360);
  desk_close (&desk);

  desk_open (&desk, 1900, 1080);
  kefu_ui_test_settle ();
  g_assert_cmpint (gtk_widget_get_width (part (desk.view, "left_stack")), ==, 330);
  g_assert_cmpint (gtk_widget_get_width (panel (&desk)), ==, 360);
  kefu_ui_shot (GTK_WIDGET (desk.window), "wide");
  desk_close (&desk);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/workspace/rows-show-their-state", test_rows_show_their_state);
  g_test_add_func ("/ui/workspace/rows-have-names-for-screen-readers", test_rows_have_names_for_screen_readers);
  g_test_add_func ("/ui/workspace/buttons-have-names", test_buttons_have_names);
  g_test_add_func ("/ui/workspace/clocks-run-and-change-colour", test_clocks_run_and_change_colour);
  g_test_add_func ("/ui/workspace/a-clock-runs-in-a-row-that-stays", test_a_clock_runs_in_a_row_that_stays);
  g_test_add_func ("/ui/workspace/opening-marks-read", test_opening_marks_read);
  g_test_add_func ("/ui/workspace/list-does-not-move-under-the-hand", test_list_does_not_move_under_the_hand);
  g_test_add_func ("/ui/workspace/list-does-not-move-below-a-dialog", test_list_does_not_move_below_a_dialog);
  g_test_add_func ("/ui/workspace/view-and-order-are-kept", test_view_and_order_are_kept);
  g_test_add_func ("/ui/workspace/longest-waiting-is-one-key-away", test_longest_waiting_is_one_key_away);
  g_test_add_func ("/ui/workspace/one-channel-or-label-only", test_one_channel_or_label_only);
  g_test_add_func ("/ui/workspace/strip-and-tray-say-what-waits", test_strip_and_tray_say_what_waits);
  g_test_add_func ("/ui/workspace/refused-sign-in-says-why", test_refused_sign_in_says_why);
  g_test_add_func ("/ui/workspace/wrong-certificate-is-an-alarm", test_wrong_certificate_is_an_alarm);
  g_test_add_func ("/ui/workspace/search-finds-and-opens", test_search_finds_and_opens);
  g_test_add_func ("/ui/workspace/search-goes-on-to-the-end", test_search_goes_on_to_the_end);
  g_test_add_func ("/ui/workspace/search-shows-an-article", test_search_shows_an_article);
  g_test_add_func ("/ui/workspace/search-says-what-it-does-not-understand",
                   test_search_says_what_it_does_not_understand);
  g_test_add_func ("/ui/workspace/panes-follow-the-width", test_panes_follow_the_width);
  return g_test_run ();
}
