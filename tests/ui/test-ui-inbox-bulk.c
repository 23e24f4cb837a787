/* SPDX-License-Identifier: GPL-3.0-or-later
 * Several conversations of the inbox are chosen and acted on: by mouse, by key, with a question, with an undo. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-composer.h"
#include "kefu-inbox-pane.h"
#include "kefu-inbox-row.h"
#include "kefu-inbox-selection.h"
#include "kefu-label-menu.h"
#include "kefu-row-list.h"
#include "kefu-ui-test.h"
#include "kefu-window.h"

#define LABEL "01900000-0009-7000-8000-000000000001"

typedef struct
{
  KefuFixture *fixture;
  KefuWindow *window;
  GtkWidget *view;
  GtkWidget *list;
  KefuInboxSelection *chosen;
} Desk;

/* The n-th row of the inbox as it is shown; NULL if there is none yet. */
static GtkWidget *
row (Desk *desk, guint n)
{
  return kefu_row_list_get_content (KEFU_ROW_LIST (desk->list), n);
}

static const char *
row_id (Desk *desk, guint n)
{
  return kefu_conversation_get_id (kefu_inbox_row_get_conversation (KEFU_INBOX_ROW (row (desk, n))));
}

static void
desk_open (Desk *desk)
{
  desk->fixture = kefu_fixture_new ();
  desk->window = kefu_window_new (NULL, desk->fixture->settings);
  gtk_window_set_default_size (GTK_WINDOW (desk->window), 1280, 1000);
  kefu_window_show_session (desk->window, desk->fixture->session, "拾光表行");
  gtk_window_present (GTK_WINDOW (desk->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (desk->window));
  desk->view = GTK_WIDGET (kefu_window_get_view (desk->window));
  desk->list = kefu_ui_test_find (desk->view, KEFU_TYPE_ROW_LIST, "list_view");
  desk->chosen = KEFU_INBOX_SELECTION (kefu_ui_test_find (desk->view, KEFU_TYPE_INBOX_SELECTION, NULL));
  kefu_ui_test_wait (row (desk, 11) != NULL);
  kefu_ui_test_wait (gtk_window_is_active (GTK_WINDOW (desk->window)));
}

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

/* xdotool with these words, NULL at the end. */
static void
xdotool (const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  va_list args;

  g_ptr_array_add (argv, (gpointer) "xdotool");
  va_start (args, first);
  for (const char *word = first; word != NULL; word = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer) word);
  va_end (args);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* A click on a row, with @key (nullable) held down. */
static void
click (Desk *desk, guint n, const char *key)
{
  GtkWidget *widget = row (desk, n);
  graphene_point_t middle;
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;
  double left, top;

  g_assert_true (gtk_widget_compute_point (widget, GTK_WIDGET (desk->window),
                                           &GRAPHENE_POINT_INIT (gtk_widget_get_width (widget) / 2.f,
                                                                 gtk_widget_get_height (widget) / 2.f),
                                           &middle));
  gtk_native_get_surface_transform (GTK_NATIVE (desk->window), &left, &top);
  x = g_strdup_printf ("%d", (int) (middle.x + left));
  y = g_strdup_printf ("%d", (int) (middle.y + top));
  xdotool ("mousemove", x, y, NULL);
  if (key != NULL)
    xdotool ("keydown", key, NULL);
  xdotool ("click", "1", NULL);
  if (key != NULL)
    xdotool ("keyup", key, NULL);
  kefu_ui_test_settle ();
}

static void
key (const char *name)
{
  xdotool ("key", name, NULL);
  kefu_ui_test_settle ();
}

static KefuConversationRecord *
record (Desk *desk, guint n)
{
  /* what has just come back has a widget from the next frame on */
  kefu_ui_test_wait (row (desk, n));
  return kefu_conversation_get_record (kefu_inbox_row_get_conversation (KEFU_INBOX_ROW (row (desk, n))));
}

static void
button_clicked (Desk *desk, const char *id)
{
  GtkWidget *button = kefu_ui_test_find (GTK_WIDGET (desk->chosen), GTK_TYPE_BUTTON, id);

  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

/* How many are chosen, as the bar says. */
static guint
n_chosen (Desk *desk)
{
  GtkWidget *count = kefu_ui_test_find (GTK_WIDGET (desk->chosen), GTK_TYPE_LABEL, "count");

  return (guint) g_ascii_strtoull (gtk_label_get_label (GTK_LABEL (count)), NULL, 10);
}

static const char *
toast_title (Desk *desk)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (desk->view, ADW_TYPE_TOAST_OVERLAY);
  GtkWidget *toast = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (overlay); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (g_str_equal (G_OBJECT_TYPE_NAME (child), "AdwToastWidget"))
      toast = child;
  return toast != NULL ? gtk_label_get_label (GTK_LABEL (kefu_ui_test_find (toast, GTK_TYPE_LABEL, NULL))) : NULL;
}

static void
press_undo (Desk *desk)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (desk->view, ADW_TYPE_TOAST_OVERLAY);
  GtkWidget *button = kefu_ui_test_find (overlay, GTK_TYPE_BUTTON, "Undo");

  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
}

static AdwMessageDialog *
find_dialog (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (window))
        return ADW_MESSAGE_DIALOG (window);
    }
  return NULL;
}

static void
test_clicks_choose_and_open_nothing (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  click (&desk, 1, "ctrl");
  kefu_ui_test_wait (n_chosen (&desk) == 1);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (desk.chosen)));
  g_assert_true (kefu_inbox_selection_has (desk.chosen, row_id (&desk, 1)));
  click (&desk, 4, "shift");
  kefu_ui_test_wait (n_chosen (&desk) == 4);
  click (&desk, 2, NULL);
  kefu_ui_test_wait (n_chosen (&desk) == 3);
  g_assert_false (kefu_inbox_selection_has (desk.chosen, row_id (&desk, 2)));
  g_assert_null (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk.view)));
  kefu_ui_shot (GTK_WIDGET (desk.window), "inbox-bulk");

  gtk_widget_grab_focus (desk.list);
  key ("Escape");
  kefu_ui_test_wait (!kefu_inbox_selection_get_active (desk.chosen));
  g_assert_cmpuint (n_chosen (&desk), ==, 0);
  /* and then a click opens as ever */
  click (&desk, 2, NULL);
  kefu_ui_test_wait (g_strcmp0 (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk.view)), row_id (&desk, 2)) ==
                     0);
  desk_close (&desk);
}

static void
test_keys_choose (void)
{
  Desk desk = { NULL };
  guint n;

  desk_open (&desk);
  n = g_list_model_get_n_items (kefu_row_list_get_model (KEFU_ROW_LIST (desk.list)));
  gtk_widget_grab_focus (desk.list);
  key ("ctrl+a");
  kefu_ui_test_wait (n_chosen (&desk) == n);
  key ("space");
  kefu_ui_test_wait (n_chosen (&desk) == n - 1);
  key ("Escape");
  kefu_ui_test_wait (!kefu_inbox_selection_get_active (desk.chosen));
  desk_close (&desk);
}

/* Whoever chooses with a reply half written does not send it with the Enter that chooses. */
static void
test_the_keyboard_goes_where_one_chooses (void)
{
  Desk desk = { NULL };
  KefuComposer *composer;
  GtkTextBuffer *typed;
  guint n_pending;

  desk_open (&desk);
  click (&desk, 0, NULL);
  kefu_ui_test_wait (g_strcmp0 (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk.view)), row_id (&desk, 0)) ==
                     0);
  kefu_ui_test_settle ();
  composer = KEFU_COMPOSER (kefu_ui_test_find (desk.view, KEFU_TYPE_COMPOSER, NULL));
  typed = gtk_text_view_get_buffer (kefu_composer_get_text_view (composer));
  kefu_composer_focus (composer);
  gtk_text_buffer_set_text (typed, "今天可以", -1);
  kefu_ui_test_settle ();
  n_pending = kefu_store_get_n_pending (desk.fixture->store);

  click (&desk, 2, "ctrl");
  kefu_ui_test_wait (n_chosen (&desk) == 1);
  key ("Return");
  kefu_ui_test_wait (n_chosen (&desk) == 0);
  g_assert_cmpint (gtk_text_buffer_get_char_count (typed), ==, 4);
  g_assert_cmpuint (kefu_store_get_n_pending (desk.fixture->store), ==, n_pending);
  g_assert_cmpstr (kefu_workspace_view_get_open_id (KEFU_WORKSPACE_VIEW (desk.view)), ==, row_id (&desk, 0));
  key ("space");
  kefu_ui_test_wait (kefu_inbox_selection_has (desk.chosen, row_id (&desk, 2)));
  desk_close (&desk);
}

static void
test_the_whole_view_is_chosen_by_query (void)
{
  Desk desk = { NULL };
  guint n;

  desk_open (&desk);
  n = g_list_model_get_n_items (kefu_row_list_get_model (KEFU_ROW_LIST (desk.list)));
  kefu_inbox_selection_set_active (desk.chosen, TRUE);
  button_clicked (&desk, "all");
  kefu_ui_test_wait (n_chosen (&desk) == n);
  desk_close (&desk);
}

/* What a filter hides is not acted on. */
static void
test_a_filter_holds_for_the_whole_view (void)
{
  Desk desk = { NULL };
  GListModel *rows;
  guint n;

  desk_open (&desk);
  rows = kefu_row_list_get_model (KEFU_ROW_LIST (desk.list));
  n = g_list_model_get_n_items (rows);
  g_settings_set_string (desk.fixture->settings, "inbox-channel", "wechat");
  kefu_ui_test_wait (g_list_model_get_n_items (rows) > 0 && g_list_model_get_n_items (rows) < n &&
                     row (&desk, 0) != NULL && g_str_equal (record (&desk, 0)->channel_type, "wechat"));
  n = g_list_model_get_n_items (rows);
  kefu_inbox_selection_set_active (desk.chosen, TRUE);
  button_clicked (&desk, "all");
  kefu_ui_test_wait (n_chosen (&desk) > 0);
  g_assert_cmpuint (n_chosen (&desk), ==, n);
  /* and another filter has others */
  g_settings_set_string (desk.fixture->settings, "inbox-channel", "qq");
  kefu_ui_test_wait (n_chosen (&desk) == 0);
  g_settings_reset (desk.fixture->settings, "inbox-channel");
  desk_close (&desk);
}

static void
test_resolving_asks_once_and_can_be_undone (void)
{
  Desk desk = { NULL };
  AdwMessageDialog *dialog = NULL;
  guint open = 0;

  desk_open (&desk);
  for (guint i = 0; i < 3; i++)
    {
      click (&desk, i, i == 0 ? "ctrl" : NULL);
      open += record (&desk, i)->open_items > 0;
    }
  kefu_ui_test_wait (n_chosen (&desk) == 3);
  g_assert_cmpuint (open, >, 0);
  button_clicked (&desk, "resolve");
  kefu_ui_test_wait ((dialog = find_dialog ()));
  gtk_window_close (GTK_WINDOW (dialog));
  kefu_ui_test_wait (find_dialog () == NULL);
  g_assert_cmpuint (kefu_store_get_n_pending (desk.fixture->store), ==, 0);
  g_assert_cmpuint (n_chosen (&desk), ==, 3);

  button_clicked (&desk, "resolve");
  kefu_ui_test_wait ((dialog = find_dialog ()));
  g_signal_emit_by_name (kefu_ui_test_find (GTK_WIDGET (dialog), GTK_TYPE_BUTTON, "_Resolve Anyway"), "clicked");
  kefu_ui_test_wait (kefu_store_get_n_pending (desk.fixture->store) == 3);
  kefu_ui_test_wait (!kefu_inbox_selection_get_active (desk.chosen));
  kefu_ui_test_wait (g_strcmp0 (toast_title (&desk), "3 conversations resolved") == 0);
  press_undo (&desk);
  kefu_ui_test_wait (kefu_store_get_n_pending (desk.fixture->store) == 6);
  kefu_ui_test_wait (g_strcmp0 (toast_title (&desk), "3 conversations are as they were") == 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (record (&desk, i)->status, ==, "open");
  desk_close (&desk);
}

/* The customer of one of two writes between the choice and the act: that one stays open. */
static void
test_what_has_changed_since_the_choice_is_left_alone (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  click (&desk, 3, "ctrl");
  click (&desk, 4, NULL);
  kefu_ui_test_wait (n_chosen (&desk) == 2);
  kefu_fixture_write (desk.fixture, 4, "还有一个问题");
  button_clicked (&desk, "resolve");
  kefu_ui_test_wait (g_strcmp0 (toast_title (&desk), "1 conversation resolved · 1 left alone: it has changed since") ==
                     0);
  g_assert_cmpuint (kefu_store_get_n_pending (desk.fixture->store), ==, 1);
  kefu_ui_test_wait (!kefu_inbox_selection_get_active (desk.chosen));
  desk_close (&desk);
}

/* The second press comes before the first one is stored. */
static void
test_quick_presses_of_a_label_all_count (void)
{
  Desk desk = { NULL };
  GtkWidget *menu;

  desk_open (&desk);
  kefu_fixture_feed (desk.fixture, "[{\"kind\":\"label\",\"id\":\"" LABEL "\",\"op\":\"put\",\"body\":"
                                   "{\"id\":\"" LABEL "\",\"name\":\"催发货\",\"color\":1,\"sort\":1}}]");
  menu = kefu_ui_test_find (GTK_WIDGET (desk.chosen), KEFU_TYPE_LABEL_MENU, NULL);
  click (&desk, 3, "ctrl");
  click (&desk, 4, NULL);
  kefu_ui_test_wait (n_chosen (&desk) == 2);
  g_signal_emit_by_name (menu, "toggled", LABEL, TRUE);
  g_signal_emit_by_name (menu, "toggled", LABEL, FALSE);
  g_signal_emit_by_name (menu, "toggled", LABEL, TRUE);
  kefu_ui_test_wait (kefu_store_get_n_pending (desk.fixture->store) == 6);
  for (guint i = 3; i < 5; i++)
    kefu_ui_test_wait (record (&desk, i)->labels != NULL && g_str_equal (record (&desk, i)->labels[0], LABEL));
  desk_close (&desk);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_free (kefu_inbox_pane_find_longest_finish (KEFU_INBOX_PANE (source), result, NULL));
}

/* Somebody resolves one of two elsewhere. Its row stays until the order is brought up to date, and then it is chosen no more. */
static void
test_what_leaves_the_view_is_chosen_no_more (void)
{
  Desk desk = { NULL };
  KefuInboxPane *pane;
  g_autofree char *id = NULL;

  desk_open (&desk);
  pane = KEFU_INBOX_PANE (kefu_ui_test_find (desk.view, KEFU_TYPE_INBOX_PANE, NULL));
  click (&desk, 3, "ctrl");
  click (&desk, 4, NULL);
  kefu_ui_test_wait (n_chosen (&desk) == 2);
  id = g_strdup (row_id (&desk, 4));
  kefu_session_set_status (desk.fixture->session, id, "resolved", 0);
  kefu_ui_test_wait (!g_str_equal (row_id (&desk, 4), id) || g_str_equal (record (&desk, 4)->status, "resolved"));
  kefu_inbox_pane_find_longest_async (pane, NULL, NULL, found_cb, NULL);
  kefu_ui_test_wait (n_chosen (&desk) == 1);
  g_assert_false (kefu_inbox_selection_has (desk.chosen, id));
  g_assert_true (kefu_inbox_selection_has (desk.chosen, row_id (&desk, 3)));
  desk_close (&desk);
}

static void
test_the_keyboard_goes_back_to_the_list (void)
{
  Desk desk = { NULL };
  GtkWidget *focus;

  desk_open (&desk);
  click (&desk, 2, "ctrl");
  kefu_ui_test_wait (n_chosen (&desk) == 1);
  gtk_widget_grab_focus (kefu_ui_test_find (GTK_WIDGET (desk.chosen), GTK_TYPE_BUTTON, "read"));
  key ("Return");
  kefu_ui_test_wait (!kefu_inbox_selection_get_active (desk.chosen));
  kefu_ui_test_settle ();
  focus = gtk_window_get_focus (GTK_WINDOW (desk.window));
  g_assert_nonnull (focus);
  g_assert_true (focus == desk.list || gtk_widget_is_ancestor (focus, desk.list));
  desk_close (&desk);
}

static void
test_handing_over_and_reading (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  click (&desk, 0, "ctrl");
  click (&desk, 1, NULL);
  kefu_ui_test_wait (n_chosen (&desk) == 2);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (desk.chosen), "bulk.assign", "s", "agent-jie"));
  kefu_ui_test_wait (kefu_store_get_n_pending (desk.fixture->store) == 2);
  kefu_ui_test_wait (g_strcmp0 (toast_title (&desk), "2 conversations handed over to 阿杰") == 0);
  kefu_ui_test_wait (!kefu_inbox_selection_get_active (desk.chosen));

  click (&desk, 2, "ctrl");
  kefu_ui_test_wait (n_chosen (&desk) == 1);
  g_assert_cmpint (record (&desk, 2)->unread, >, 0);
  button_clicked (&desk, "read");
  kefu_ui_test_wait (record (&desk, 2)->unread == 0);
  /* There is no way back, and none is offered. */
  kefu_ui_test_wait (g_strcmp0 (toast_title (&desk), "1 conversation marked as read") == 0);
  desk_close (&desk);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/inbox-bulk/clicks-choose-and-open-nothing", test_clicks_choose_and_open_nothing);
  g_test_add_func ("/ui/inbox-bulk/keys-choose", test_keys_choose);
  g_test_add_func ("/ui/inbox-bulk/the-keyboard-goes-where-one-chooses", test_the_keyboard_goes_where_one_chooses);
  g_test_add_func ("/ui/inbox-bulk/the-whole-view-is-chosen-by-query", test_the_whole_view_is_chosen_by_query);
  g_test_add_func ("/ui/inbox-bulk/a-filter-holds-for-the-whole-view", test_a_filter_holds_for_the_whole_view);
  g_test_add_func ("/ui/inbox-bulk/resolving-asks-once-and-can-be-undone", test_resolving_asks_once_and_can_be_undone);
  g_test_add_func ("/ui/inbox-bulk/what-has-changed-since-the-choice-is-left-alone",
                   test_what_has_changed_since_the_choice_is_left_alone);
  g_test_add_func ("/ui/inbox-bulk/quick-presses-of-a-label-all-count", test_quick_presses_of_a_label_all_count);
  g_test_add_func ("/ui/inbox-bulk/what-leaves-the-view-is-chosen-no-more",
                   test_what_leaves_the_view_is_chosen_no_more);
  g_test_add_func ("/ui/inbox-bulk/the-keyboard-goes-back-to-the-list", test_the_keyboard_goes_back_to_the_list);
  g_test_add_func ("/ui/inbox-bulk/handing-over-and-reading", test_handing_over_and_reading);
  return g_test_run ();
}
