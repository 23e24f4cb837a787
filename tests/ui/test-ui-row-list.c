/* SPDX-License-Identifier: GPL-3.0-or-later
 * A long list: which rows there are, and that what is read keeps its place. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-ui-test.h"
#include "row-list-fixture.h"

/* --- which rows there are --- */

static void
test_only_what_is_in_view (void)
{
  RowDesk desk;
  guint n = 0;

  row_desk_open (&desk, 100000, TRUE, KEFU_FOLLOW_NOTHING);
  row_desk_check_rows (&desk);
  kefu_row_list_foreach (desk.list, row_desk_count_cb, &n);
  g_assert_cmpuint (n, <=, 2 * HEIGHT / ROW_HEIGHT + 4);
  g_assert_cmpfloat (gtk_adjustment_get_upper (row_desk_adjustment (&desk)), ==, 100000 * ROW_HEIGHT);
  row_desk_scroll (&desk, 54321 * ROW_HEIGHT + 7);
  row_desk_check_rows (&desk);
  g_assert_true (kefu_row_list_first_in_view (desk.list, NULL) == row_desk_item_at (&desk, 54321));
  g_assert_null (kefu_row_list_get_content (desk.list, 0));
  row_desk_scroll (&desk, G_MAXINT);
  row_desk_check_rows (&desk);
  g_assert_true (kefu_row_list_get_at_end (desk.list));
  for (guint i = 0; i < 60; i++)
    {
      gtk_adjustment_set_value (row_desk_adjustment (&desk),
                                gtk_adjustment_get_value (row_desk_adjustment (&desk)) - 33);
      gtk_test_widget_wait_for_draw (GTK_WIDGET (desk.list));
      row_desk_check_rows (&desk);
    }
  g_assert_cmpuint (desk.n_made, <=, 3 * HEIGHT / ROW_HEIGHT);
  row_desk_close (&desk);
}

static void
test_the_margin_comes_bit_by_bit (void)
{
  RowDesk desk;
  guint bound, n = 0;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_NOTHING);
  kefu_row_list_scroll_to (desk.list, 500, KEFU_PLACE_START);
  bound = desk.n_bound;
  while (desk.n_bound == bound)
    kefu_ui_test_turn ();
  kefu_row_list_foreach (desk.list, row_desk_count_cb, &n);
  g_assert_cmpuint (n, <=, HEIGHT / ROW_HEIGHT + 6);
  kefu_ui_test_wait (kefu_row_list_get_content (desk.list, 500 - 5) != NULL);
  kefu_ui_test_wait (kefu_row_list_get_content (desk.list, 500 + HEIGHT / ROW_HEIGHT + 5) != NULL);
  row_desk_close (&desk);
}

static void
test_widgets_follow_items (void)
{
  RowDesk desk;
  GtkWidget *second, *fifth;
  gpointer item;
  guint bound;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  second = kefu_row_list_get_content (desk.list, 2);
  fifth = kefu_row_list_get_content (desk.list, 5);
  bound = desk.n_bound;
  /* one that comes */
  row_desk_insert (&desk, 0, 5000, ROW_HEIGHT);
  kefu_ui_test_settle ();
  g_assert_true (kefu_row_list_get_content (desk.list, 3) == second);
  g_assert_cmpuint (desk.n_bound, <=, bound + 2);
  /* one that moves, told as a going and a coming */
  bound = desk.n_bound;
  item = g_object_ref (row_desk_item_at (&desk, 6));
  g_list_store_remove (desk.store, 6);
  g_list_store_insert (desk.store, 0, item);
  kefu_ui_test_settle ();
  g_assert_true (kefu_row_list_get_content (desk.list, 0) == fifth);
  g_assert_true (kefu_row_list_get_content (desk.list, 4) == second);
  g_assert_cmpuint (desk.n_bound, ==, bound);
  g_object_unref (item);
  /* many that move, told as one change of all */
  g_list_store_sort (desk.store, (GCompareDataFunc) (gpointer) g_direct_equal, NULL);
  kefu_ui_test_settle ();
  row_desk_check_rows (&desk);
  row_desk_close (&desk);
}

static void
test_one_change_of_all_keeps_rows_and_place (void)
{
  RowDesk desk;
  gpointer read;
  guint bound;

  row_desk_open (&desk, 2000, TRUE, KEFU_FOLLOW_START);
  row_desk_scroll (&desk, 300 * ROW_HEIGHT + 11);
  bound = desk.n_bound;
  read = row_desk_item_at (&desk, 300);
  g_list_store_sort (desk.store, row_desk_compare_turned, GUINT_TO_POINTER (1500));
  row_desk_check_stays (&desk, read, -11);
  /* the row that is read goes to the beginning: the others stay */
  read = row_desk_item_at (&desk, 302);
  g_list_store_sort (desk.store, row_desk_compare_turned, GUINT_TO_POINTER (300));
  row_desk_check_stays (&desk, read, ROW_HEIGHT - 11);
  g_assert_cmpuint (desk.n_bound, <=, bound + 6);
  row_desk_close (&desk);
}

/* Nothing is left of what was there: its beginning is shown. Not so where only what was in view went. */
static void
test_another_list_begins_at_its_top (void)
{
  RowDesk desk;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  gpointer next;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (items, row_desk_item_new (5000 + i));
  row_desk_scroll (&desk, 300 * ROW_HEIGHT + 11);
  next = row_desk_item_at (&desk, 340);
  g_list_store_splice (desk.store, 300, 40, NULL, 0);
  row_desk_rest (&desk);
  g_assert_true (kefu_row_list_first_in_view (desk.list, NULL) == next);
  g_list_store_splice (desk.store, 0, row_desk_n_items (&desk), items->pdata, items->len);
  row_desk_check_stays (&desk, items->pdata[0], 0);
  row_desk_scroll (&desk, 20 * ROW_HEIGHT + 11);
  g_list_store_remove_all (desk.store);
  g_list_store_splice (desk.store, 0, 0, items->pdata, items->len);
  row_desk_check_stays (&desk, items->pdata[0], 0);
  row_desk_insert (&desk, 0, 6000, ROW_HEIGHT);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 0), 0);
  row_desk_close (&desk);
}

/* As in a pane that is pulled shut and open again. */
static void
test_without_a_size_the_place_is_kept (void)
{
  RowDesk desk;
  gpointer read;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  row_desk_scroll (&desk, 300 * ROW_HEIGHT + 11);
  read = row_desk_item_at (&desk, 300);
  gtk_widget_allocate (GTK_WIDGET (desk.list), WIDTH, 0, -1, NULL);
  g_assert_false (kefu_row_list_get_at_end (desk.list));
  g_assert_cmpfloat (gtk_adjustment_get_value (row_desk_adjustment (&desk)), ==, 300 * ROW_HEIGHT + 11);
  gtk_widget_allocate (GTK_WIDGET (desk.list), WIDTH, HEIGHT, -1, NULL);
  row_desk_check_stays (&desk, read, -11);
  /* nor is it forgotten where it was to go */
  kefu_row_list_scroll_to (desk.list, 500, KEFU_PLACE_START);
  gtk_widget_allocate (GTK_WIDGET (desk.list), WIDTH, 0, -1, NULL);
  gtk_widget_allocate (GTK_WIDGET (desk.list), WIDTH, HEIGHT, -1, NULL);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 500), 0);
  row_desk_close (&desk);
}

/* Somebody scrolls within a frame, and a neighbour asks for a new size. */
static gboolean
jump_cb (GtkWidget *neighbour, GdkFrameClock *clock, gpointer user_data)
{
  RowDesk *desk = user_data;

  if (++desk->n_frames > 8)
    return G_SOURCE_REMOVE;
  kefu_row_list_scroll_to (desk->list, desk->n_frames * 50, KEFU_PLACE_START);
  gtk_widget_queue_resize (neighbour);
  return G_SOURCE_CONTINUE;
}

/* Beside the list, which stands in a box of its own. */
static GtkWidget *
add_neighbour (RowDesk *desk)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *neighbour = gtk_label_new ("neighbour");

  g_object_ref (desk->scrolled);
  adw_window_set_content (ADW_WINDOW (desk->window), box);
  gtk_box_append (GTK_BOX (box), inner);
  gtk_box_append (GTK_BOX (inner), desk->scrolled);
  gtk_box_append (GTK_BOX (box), neighbour);
  gtk_widget_set_hexpand (desk->scrolled, TRUE);
  g_object_unref (desk->scrolled);
  row_desk_rest (desk);
  desk->n_frames = 0;
  return neighbour;
}

/* Else GTK warns that it draws what it did not lay out: with rows made in the midst of a layout, what is above the list was passed by. */
static void
test_no_frame_is_drawn_without_a_layout (void)
{
  RowDesk desk;
  GtkWidget *neighbour;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_NOTHING);
  neighbour = add_neighbour (&desk);
  gtk_widget_add_tick_callback (neighbour, jump_cb, &desk, NULL);
  kefu_ui_test_wait (desk.n_frames > 8);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 400), 0);
  row_desk_close (&desk);
}

/* More comes below, each second time while a neighbour asks for a new size. */
static gboolean
grow_cb (GtkWidget *neighbour, GdkFrameClock *clock, gpointer user_data)
{
  RowDesk *desk = user_data;

  if (++desk->n_frames > 20)
    return G_SOURCE_REMOVE;
  row_desk_insert (desk, row_desk_n_items (desk), 5000 + desk->n_frames, ROW_HEIGHT);
  if (desk->n_frames % 2 == 1)
    gtk_widget_queue_resize (neighbour);
  return G_SOURCE_CONTINUE;
}

/* That moves the scroll bar in the midst of the layout, which leaves a mark on what was passed by: what asks for its place later is not heard beyond that
 * mark. */
static void
test_a_scroll_bar_that_moves_is_laid_out (void)
{
  RowDesk desk;
  GtkWidget *neighbour;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_NOTHING);
  neighbour = add_neighbour (&desk);
  gtk_widget_add_tick_callback (neighbour, grow_cb, &desk, NULL);
  kefu_ui_test_wait (desk.n_frames > 20);
  kefu_ui_test_settle ();
  row_desk_check_rows (&desk);
  row_desk_close (&desk);
}

/* --- what is read --- */

static void
test_follows_the_start (void)
{
  RowDesk desk;
  gpointer read;

  row_desk_open (&desk, 1000, TRUE, KEFU_FOLLOW_START);
  row_desk_insert (&desk, 0, 5000, ROW_HEIGHT);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 0), 0);
  row_desk_insert (&desk, 0, 5001, ROW_HEIGHT);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 0), 0);
  /* anywhere else what is read is kept */
  row_desk_scroll (&desk, 10);
  read = row_desk_item_at (&desk, 0);
  row_desk_insert (&desk, 0, 5002, ROW_HEIGHT);
  row_desk_check_stays (&desk, read, -10);
  row_desk_close (&desk);
}

static void
test_what_is_read_stays (void)
{
  RowDesk desk;
  gpointer read;
  double y = 0;

  row_desk_open (&desk, 1000, FALSE, KEFU_FOLLOW_NOTHING);
  row_desk_scroll (&desk, 20000.0);
  read = kefu_row_list_first_in_view (desk.list, &y);
  for (guint i = 0; i < 30; i++)
    row_desk_insert (&desk, i * 3, 6000 + i, 20 + (int) i * 10);
  row_desk_check_stays (&desk, read, y);
  for (guint i = 0; i < 40; i++)
    g_list_store_remove (desk.store, i * 2);
  row_desk_check_stays (&desk, read, y);
  for (guint i = 0; i < row_desk_n_items (&desk); i++)
    if (row_desk_item_at (&desk, i) != read)
      row_desk_resize (&desk, i, 45 + (int) (i % 7) * 20);
  row_desk_check_stays (&desk, read, y);
  /* the one above goes, the one below comes */
  kefu_row_list_first_in_view (desk.list, &y);
  g_list_store_remove (desk.store,
                       kefu_row_list_get_position (desk.list, kefu_row_list_get_content_of (desk.list, read)) - 1);
  row_desk_check_stays (&desk, read, y);
  gtk_window_set_default_size (desk.window, WIDTH + 150, HEIGHT);
  kefu_ui_test_wait (gtk_widget_get_width (desk.scrolled) == WIDTH + 150);
  row_desk_check_stays (&desk, read, y);
  row_desk_close (&desk);
}

static void
test_the_next_one_stays_when_it_goes (void)
{
  RowDesk desk;
  gpointer next;
  double y;

  row_desk_open (&desk, 1000, FALSE, KEFU_FOLLOW_NOTHING);
  row_desk_scroll (&desk, 20000);
  for (guint i = 0; i < 5; i++)
    {
      gpointer read = kefu_row_list_first_in_view (desk.list, NULL);
      guint position = kefu_row_list_get_position (desk.list, kefu_row_list_get_content_of (desk.list, read));

      next = row_desk_item_at (&desk, position + 1);
      y = row_desk_y_of (&desk, next);
      g_list_store_remove (desk.store, position);
      row_desk_check_stays (&desk, next, y);
    }
  row_desk_close (&desk);
}

/* Rows that were estimated come into view from above: what was seen moves by what was scrolled, and no pixel more. */
static void
test_scrolling_up_is_even (void)
{
  RowDesk desk;

  row_desk_open (&desk, 1000, FALSE, KEFU_FOLLOW_END);
  g_assert_true (kefu_row_list_get_at_end (desk.list));
  for (guint i = 0; i < 150; i++)
    {
      gpointer read = kefu_row_list_first_in_view (desk.list, NULL);
      double before = row_desk_y_of (&desk, read);

      gtk_adjustment_set_value (row_desk_adjustment (&desk),
                                gtk_adjustment_get_value (row_desk_adjustment (&desk)) - 90);
      gtk_test_widget_wait_for_draw (GTK_WIDGET (desk.list));
      g_assert_cmpfloat (row_desk_y_of (&desk, read), ==, before + 90);
      row_desk_check_rows (&desk);
    }
  g_assert_false (kefu_row_list_get_at_end (desk.list));
  row_desk_scroll (&desk, 0);
  g_assert_cmpfloat (row_desk_y_of (&desk, row_desk_item_at (&desk, 0)), ==, 0);
  g_assert_cmpfloat (gtk_adjustment_get_value (row_desk_adjustment (&desk)), ==, 0);
  row_desk_check_rows (&desk);
  row_desk_close (&desk);
}

static void
test_follows_the_end (void)
{
  RowDesk desk;
  gpointer read;
  double y;

  row_desk_open (&desk, 500, FALSE, KEFU_FOLLOW_END);
  row_desk_check_end (&desk);
  row_desk_insert (&desk, row_desk_n_items (&desk), 5000, 70);
  row_desk_check_end (&desk);
  for (guint i = 0; i < 20; i++)
    row_desk_insert (&desk, row_desk_n_items (&desk), 5001 + i, 33);
  row_desk_check_end (&desk);
  /* higher than the view */
  row_desk_insert (&desk, row_desk_n_items (&desk), 5100, 1500);
  row_desk_check_end (&desk);
  row_desk_resize (&desk, row_desk_n_items (&desk) - 1, 900);
  row_desk_check_end (&desk);
  row_desk_resize (&desk, row_desk_n_items (&desk) - 1, 40);
  row_desk_check_end (&desk);
  row_desk_insert (&desk, 0, 5200, 40);
  row_desk_check_end (&desk);
  g_list_store_remove (desk.store, row_desk_n_items (&desk) - 1);
  row_desk_check_end (&desk);
  /* not while one reads elsewhere */
  row_desk_scroll (&desk, row_desk_end_value (&desk) - 30);
  g_assert_false (kefu_row_list_get_at_end (desk.list));
  read = kefu_row_list_first_in_view (desk.list, &y);
  row_desk_insert (&desk, row_desk_n_items (&desk), 5300, 70);
  row_desk_check_stays (&desk, read, y);
  kefu_row_list_scroll_to_end (desk.list);
  kefu_ui_test_settle ();
  row_desk_check_end (&desk);
  row_desk_close (&desk);
}

static void
test_follows_the_end_when_narrower (void)
{
  RowDesk desk;
  GtkWidget *content;
  graphene_rect_t bounds;
  int before;

  row_desk_open (&desk, 0, FALSE, KEFU_FOLLOW_END);
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GObject) item = row_desk_item_new (i);

      g_object_set_data (
        item, "text",
        (gpointer) "Many words that go on in the next line as soon as the window is narrow, and in one more");
      g_list_store_append (desk.store, item);
    }
  kefu_ui_test_settle ();
  content = kefu_row_list_get_content (desk.list, 59);
  before = gtk_widget_get_height (content);
  gtk_window_set_default_size (desk.window, 180, HEIGHT);
  kefu_ui_test_wait (gtk_widget_get_width (desk.scrolled) == 180);
  kefu_ui_test_settle ();
  content = kefu_row_list_get_content (desk.list, 59);
  g_assert_cmpint (gtk_widget_get_height (content), >, before);
  g_assert_true (gtk_widget_compute_bounds (gtk_widget_get_parent (content), GTK_WIDGET (desk.list), &bounds));
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, ==, HEIGHT);
  g_assert_true (kefu_row_list_get_at_end (desk.list));
  row_desk_close (&desk);
}

static void
test_scrolls_to_rows_never_seen (void)
{
  static const guint positions[] = { 500, 99990, 3, 70000, 99999, 0, 40000 };
  RowDesk desk;

  row_desk_open (&desk, 100000, FALSE, KEFU_FOLLOW_NOTHING);
  for (gsize i = 0; i < G_N_ELEMENTS (positions); i++)
    {
      gpointer item = row_desk_item_at (&desk, positions[i]);

      kefu_row_list_scroll_to (desk.list, positions[i], KEFU_PLACE_START);
      kefu_ui_test_turn ();
      while (kefu_row_list_get_content_of (desk.list, item) == NULL)
        kefu_ui_test_turn ();
      kefu_ui_test_settle ();
      row_desk_check_rows (&desk);
      if (positions[i] < 99990)
        row_desk_check_stays (&desk, item, 0);
      kefu_row_list_scroll_to (desk.list, positions[i], KEFU_PLACE_END);
      kefu_ui_test_settle ();
      if (positions[i] > 20)
        row_desk_check_stays (&desk, item, HEIGHT - row_desk_get_height (item));
    }
  /* no further than it must, and with its row though it has moved on */
  kefu_row_list_scroll_to (desk.list, 50000, KEFU_PLACE_START);
  kefu_ui_test_settle ();
  kefu_row_list_scroll_to (desk.list, 50001, KEFU_PLACE_NEAREST);
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 50000), 0);
  kefu_row_list_scroll_to (desk.list, 49999, KEFU_PLACE_NEAREST);
  row_desk_insert (&desk, 0, 5000, 40);
  kefu_ui_test_settle ();
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 50000), 0);
  kefu_row_list_scroll_to (desk.list, 50100, KEFU_PLACE_NEAREST);
  kefu_ui_test_settle ();
  row_desk_check_stays (&desk, row_desk_item_at (&desk, 50100),
                        HEIGHT - row_desk_get_height (row_desk_item_at (&desk, 50100)));
  row_desk_close (&desk);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  row_desk_style ();
  g_test_add_func ("/ui/row-list/only-what-is-in-view", test_only_what_is_in_view);
  g_test_add_func ("/ui/row-list/the-margin-comes-bit-by-bit", test_the_margin_comes_bit_by_bit);
  g_test_add_func ("/ui/row-list/widgets-follow-items", test_widgets_follow_items);
  g_test_add_func ("/ui/row-list/one-change-of-all-keeps-rows-and-place", test_one_change_of_all_keeps_rows_and_place);
  g_test_add_func ("/ui/row-list/another-list-begins-at-its-top", test_another_list_begins_at_its_top);
  g_test_add_func ("/ui/row-list/without-a-size-the-place-is-kept", test_without_a_size_the_place_is_kept);
  g_test_add_func ("/ui/row-list/no-frame-is-drawn-without-a-layout", test_no_frame_is_drawn_without_a_layout);
  g_test_add_func ("/ui/row-list/a-scroll-bar-that-moves-is-laid-out", test_a_scroll_bar_that_moves_is_laid_out);
  g_test_add_func ("/ui/row-list/follows-the-start", test_follows_the_start);
  g_test_add_func ("/ui/row-list/what-is-read-stays", test_what_is_read_stays);
  g_test_add_func ("/ui/row-list/the-next-one-stays-when-it-goes", test_the_next_one_stays_when_it_goes);
  g_test_add_func ("/ui/row-list/scrolling-up-is-even", test_scrolling_up_is_even);
  g_test_add_func ("/ui/row-list/follows-the-end", test_follows_the_end);
  g_test_add_func ("/ui/row-list/follows-the-end-when-narrower", test_follows_the_end_when_narrower);
  g_test_add_func ("/ui/row-list/scrolls-to-rows-never-seen", test_scrolls_to_rows_never_seen);
  return g_test_run ();
}
