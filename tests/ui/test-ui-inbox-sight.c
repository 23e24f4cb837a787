/* SPDX-License-Identifier: GPL-3.0-or-later
 * A long inbox has the rows that are seen, wherever it stands, and few others; what comes is seen, or does not disturb. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "fixture.h"
#include "kefu-inbox-pane.h"
#include "kefu-inbox-row.h"
#include "kefu-row-list.h"
#include "kefu-ui-test.h"

#define N_CONVERSATIONS 300
#define ROW_HEIGHT 66

typedef struct
{
  KefuFixture *fixture;
  GtkWindow *window;
  GtkWidget *scrolled;
  GtkWidget *list;
  GListModel *model;
} Desk;

static void
feed (KefuFixture *fixture)
{
  g_autoptr (GString) json = g_string_new ("[");

  for (guint i = 0; i < N_CONVERSATIONS; i++)
    {
      gint64 at = KEFU_FIXTURE_NOW - (gint64) (i + 100) * 60000;

      g_string_append_printf (json,
                              "%s{\"kind\":\"conversation\",\"id\":\"c-%u\",\"op\":\"put\",\"body\":{\"id\":\"c-%u\","
                              "\"customer_id\":\"01900000-0002-7000-8000-%012u\",\"channel_id\":\"wechat\","
                              "\"key\":\"c-%u\",\"waiting_since\":0,\"last_in_at\":%" G_GINT64_FORMAT
                              ",\"last_mseq\":1,\"last_at\":%" G_GINT64_FORMAT
                              ",\"last_text\":\"嗯 %u\",\"last_dir\":\"in\",\"in_count\":1,\"open_items\":0}}",
                              i > 0 ? "," : "", i, i, i % 12, i, at, at, i);
    }
  g_string_append_c (json, ']');
  kefu_fixture_feed (fixture, json->str);
}

static void
desk_open (Desk *desk)
{
  GtkWidget *pane = kefu_inbox_pane_new ();

  desk->fixture = kefu_fixture_new ();
  feed (desk->fixture);
  g_settings_set_string (desk->fixture->settings, "inbox-view", "all");
  g_settings_set_string (desk->fixture->settings, "inbox-order", "newest");
  kefu_inbox_pane_set_session (KEFU_INBOX_PANE (pane), desk->fixture->session,
                               kefu_session_get_outbox (desk->fixture->session), desk->fixture->settings);
  desk->window = kefu_ui_test_window (pane, 340, 700);
  desk->list = kefu_ui_test_find (pane, GTK_TYPE_WIDGET, "list_view");
  desk->scrolled = gtk_widget_get_ancestor (desk->list, GTK_TYPE_SCROLLED_WINDOW);
  g_object_get (desk->list, "model", &desk->model, NULL);
  g_object_unref (desk->model);
  kefu_ui_test_wait (g_list_model_get_n_items (desk->model) >= 100);
  kefu_ui_test_settle ();
}

static void
desk_close (Desk *desk)
{
  gtk_window_destroy (desk->window);
  kefu_ui_test_settle ();
  g_settings_reset (desk->fixture->settings, "inbox-view");
  g_settings_reset (desk->fixture->settings, "inbox-order");
  kefu_fixture_free (desk->fixture);
}

/* A row of the margin has no place before the next frame. */
static gboolean
have_places (Desk *desk)
{
  for (GtkWidget *item = gtk_widget_get_first_child (desk->list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    if (gtk_widget_get_mapped (item) && gtk_widget_get_height (item) == 0)
      return FALSE;
  return TRUE;
}

/* All that is in the viewport is drawn and of one height; beyond it there are few rows. */
static void
check_sight (Desk *desk)
{
  double view = gtk_widget_get_height (desk->scrolled);
  guint n_seen = 0, n_rows = 0;

  kefu_ui_test_wait (have_places (desk));
  for (GtkWidget *item = gtk_widget_get_first_child (desk->list); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);
      graphene_rect_t bounds;

      g_assert_true (KEFU_IS_INBOX_ROW (row));
      n_rows++;
      /* those that wait for another conversation */
      if (!gtk_widget_get_mapped (item))
        continue;
      g_assert_true (gtk_widget_compute_bounds (item, desk->scrolled, &bounds));
      g_assert_cmpint (gtk_widget_get_height (item), ==, ROW_HEIGHT);
      if (bounds.origin.y + bounds.size.height <= 0 || bounds.origin.y >= view)
        continue;
      n_seen++;
      g_assert_true (gtk_widget_get_mapped (row));
      g_assert_cmpint (gtk_widget_get_width (row), >, 0);
    }
  g_assert_cmpuint (n_seen, >=, (guint) (view / ROW_HEIGHT) - 1);
  g_assert_cmpuint (n_rows, <=, 3 * n_seen + 8);
}

/* Whether the row of who wrote @text last stands in the list where it is seen whole. */
static gboolean
is_seen (Desk *desk, const char *text)
{
  for (guint i = 0; i < g_list_model_get_n_items (desk->model); i++)
    {
      g_autoptr (KefuConversation) conversation = g_list_model_get_item (desk->model, i);
      GtkWidget *row;
      graphene_rect_t bounds;

      if (!g_str_equal (kefu_conversation_get_record (conversation)->last_text, text))
        continue;
      row = kefu_row_list_get_content_of (KEFU_ROW_LIST (desk->list), conversation);
      return row != NULL && gtk_widget_get_mapped (row) && gtk_widget_compute_bounds (row, desk->scrolled, &bounds) &&
             bounds.origin.y >= 0 && bounds.origin.y + bounds.size.height <= gtk_widget_get_height (desk->scrolled);
    }
  return FALSE;
}

static void
scroll_to (Desk *desk, double part)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (desk->scrolled));

  gtk_adjustment_set_value (adjustment, part * gtk_adjustment_get_upper (adjustment));
  kefu_ui_test_settle ();
}

static void
test_rows_in_sight_are_drawn (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  check_sight (&desk);
  scroll_to (&desk, 0.5);
  check_sight (&desk);
  scroll_to (&desk, 0.53);
  check_sight (&desk);
  scroll_to (&desk, 1);
  kefu_ui_test_wait (g_list_model_get_n_items (desk.model) > 100);
  kefu_ui_test_settle ();
  check_sight (&desk);
  kefu_row_list_scroll_to (KEFU_ROW_LIST (desk.list), 2, KEFU_PLACE_NEAREST);
  kefu_ui_test_settle ();
  check_sight (&desk);
  desk_close (&desk);
}

static void
test_sight_follows_what_comes_and_the_window (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  /* a row that moves to the top, and the others down, while one is looking at the top, and further below */
  for (guint i = 0; i < 8; i++)
    {
      kefu_fixture_write (desk.fixture, i, "在吗");
      kefu_ui_test_settle ();
      check_sight (&desk);
    }
  scroll_to (&desk, 0.3);
  for (guint i = 0; i < 8; i++)
    {
      kefu_fixture_write (desk.fixture, i, "还在吗");
      kefu_ui_test_settle ();
      check_sight (&desk);
    }
  gtk_window_set_default_size (desk.window, 340, 1100);
  kefu_ui_test_wait (gtk_widget_get_height (desk.scrolled) > 900);
  kefu_ui_test_settle ();
  check_sight (&desk);
  /* another list, much shorter: from where the long one stood */
  g_settings_set_string (desk.fixture->settings, "inbox-view", "mine");
  kefu_ui_test_wait (g_list_model_get_n_items (desk.model) < 100 && g_list_model_get_n_items (desk.model) > 0);
  kefu_ui_test_settle ();
  g_assert_true (gtk_widget_get_mapped (kefu_row_list_get_content (KEFU_ROW_LIST (desk.list), 0)));
  desk_close (&desk);
}

/* The list stands at its top, and others write: each of them is seen there. Below it nothing moves for them. */
static void
test_who_writes_is_seen_at_the_top (void)
{
  Desk desk = { NULL };
  KefuConversation *read;
  double y = 0, before = 0;

  desk_open (&desk);
  for (guint i = 0; i < 24; i++)
    {
      g_autofree char *text = g_strdup_printf ("第 %u 句", i);

      /* where a draft stands, it is what is shown */
      if (i * 5 % 12 == 5)
        continue;
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk.fixture->clock), 1000);
      kefu_fixture_write (desk.fixture, i * 5 % 12, text);
      kefu_ui_test_wait (is_seen (&desk, text));
    }
  scroll_to (&desk, 0.5);
  read = kefu_row_list_first_in_view (KEFU_ROW_LIST (desk.list), &before);
  for (guint i = 0; i < 8; i++)
    {
      kefu_fixture_write (desk.fixture, i, "还有人吗");
      kefu_ui_test_settle ();
      g_assert_true (kefu_row_list_first_in_view (KEFU_ROW_LIST (desk.list), &y) == read);
      g_assert_cmpfloat (y, ==, before);
    }
  desk_close (&desk);
}

/* Some of what was in view may be in the other list too, far down: it is no place to begin. */
static void
test_another_list_begins_at_its_top (void)
{
  Desk desk = { NULL };
  GtkAdjustment *adjustment;

  desk_open (&desk);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (desk.scrolled));
  scroll_to (&desk, 1);
  kefu_ui_test_wait (g_list_model_get_n_items (desk.model) > 100);
  kefu_ui_test_settle ();
  scroll_to (&desk, 0.4);
  g_settings_set_string (desk.fixture->settings, "inbox-order", "longest");
  kefu_ui_test_settle ();
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  check_sight (&desk);
  scroll_to (&desk, 0.4);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 0);
  g_settings_set_string (desk.fixture->settings, "inbox-channel", "wechat");
  kefu_ui_test_settle ();
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  check_sight (&desk);
  g_settings_reset (desk.fixture->settings, "inbox-channel");
  desk_close (&desk);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/inbox-sight/rows-in-sight-are-drawn", test_rows_in_sight_are_drawn);
  g_test_add_func ("/ui/inbox-sight/follows-what-comes-and-the-window", test_sight_follows_what_comes_and_the_window);
  g_test_add_func ("/ui/inbox-sight/who-writes-is-seen-at-the-top", test_who_writes_is_seen_at_the_top);
  g_test_add_func ("/ui/inbox-sight/another-list-begins-at-its-top", test_another_list_begins_at_its_top);
  return g_test_run ();
}
