/* SPDX-License-Identifier: GPL-3.0-or-later
 * The orders page of the side panel. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-earlier-order.h"
#include "kefu-order-widget.h"
#include "kefu-orders-page.h"
#include "panel-fixture.h"

static KefuOrderWidget *
first_order (Panel *panel)
{
  return KEFU_ORDER_WIDGET (panel_find (panel, KEFU_TYPE_ORDER_WIDGET, NULL));
}

static int
stored_flag (Panel *panel)
{
  return kefu_order_widget_get_order (first_order (panel))->flag;
}

static GtkWidget *
flag_button (Panel *panel, const char *letter)
{
  GtkWidget *label = panel_find (panel, GTK_TYPE_LABEL, letter);

  return gtk_widget_get_ancestor (label, GTK_TYPE_TOGGLE_BUTTON);
}

static void
test_shows_an_order_whole (void)
{
  Panel panel = { 0 };
  GtkWidget *order;

  panel_open (&panel, "han", "orders");
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-orders");
  order = GTK_WIDGET (first_order (&panel));
  g_assert_cmpstr (kefu_ui_test_text (order, "state_label"), ==, "In transit");
  g_assert_cmpstr (kefu_ui_test_text (order, "number_label"), ==, "2206 8810 4417");
  g_assert_cmpstr (kefu_ui_test_text (order, "sum_label"), ==, "2 items in all · ¥60.00 off");
  g_assert_cmpstr (kefu_ui_test_text (order, "paid_label"), ==, "¥1,348.00");
  g_assert_cmpstr (kefu_ui_test_text (order, "courier_label"), ==, "顺丰");
  g_assert_cmpstr (kefu_ui_test_text (order, "tracking_label"), ==, "SF14 2088 7630 51");
  g_assert_nonnull (kefu_ui_test_find (order, GTK_TYPE_LABEL, "远岑自动机械表"));
  g_assert_nonnull (kefu_ui_test_find (order, GTK_TYPE_LABEL, "40 mm · 曜石黑 · 编织带"));
  g_assert_nonnull (kefu_ui_test_find (order, GTK_TYPE_LABEL, "Yesterday 21:40"));
  g_assert_cmpstr (kefu_ui_test_text (order, "flag_label"), ==, "Green flag");
  g_assert_cmpstr (kefu_ui_test_text (order, "remark_meta"), ==, "林小满 · 48 / 1000 bytes");
  g_assert_cmpstr (kefu_ui_test_text (order, "remark_label"), ==, "送焦糖皮带 1 条，发顺丰，周五前到");
  g_assert_cmpstr (kefu_ui_test_text (order, "open_label"), ==, "3 open");
  panel_close (&panel);
}

static void
test_flag_is_set_and_taken_off (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "orders");
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (flag_button (&panel, "G"))));
  panel_click (flag_button (&panel, "R"));
  kefu_ui_test_wait (stored_flag (&panel) == 1);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (flag_button (&panel, "R"))));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (flag_button (&panel, "G"))));

  panel_click (flag_button (&panel, "R"));
  kefu_ui_test_wait (stored_flag (&panel) == -1);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (flag_button (&panel, "R"))));
  panel_click (flag_button (&panel, "N"));
  kefu_ui_test_wait (stored_flag (&panel) == 0);

  /* Alt+1…5 */
  kefu_side_panel_toggle_flag (KEFU_SIDE_PANEL (panel.panel), 5);
  kefu_ui_test_wait (stored_flag (&panel) == 5);
  kefu_ui_test_wait (kefu_ui_test_find (GTK_WIDGET (panel.window), GTK_TYPE_LABEL, "Newest order: Purple flag"));
  kefu_side_panel_toggle_flag (KEFU_SIDE_PANEL (panel.panel), 5);
  kefu_ui_test_wait (stored_flag (&panel) == -1);
  g_assert_cmpuint (panel_pending (&panel), ==, 5);
  panel_close (&panel);
}

static GtkTextBuffer *
start_remark (GtkWidget *order)
{
  gtk_widget_activate_action (order, "remark.edit", NULL);
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (kefu_ui_test_find (order, GTK_TYPE_TEXT_VIEW, "remark_view")));
}

static void
test_remark_is_written (void)
{
  Panel panel = { 0 };
  GtkWidget *order;
  GtkTextBuffer *buffer;

  panel_open (&panel, "han", "orders");
  order = GTK_WIDGET (first_order (&panel));
  buffer = start_remark (order);
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-remark");
  gtk_text_buffer_set_text (buffer, "改发京东", -1);
  g_assert_cmpstr (kefu_ui_test_text (order, "counter_label"), ==, "12 / 1000 bytes");
  gtk_widget_activate_action (order, "remark.save", NULL);
  kefu_ui_test_wait (g_str_equal (kefu_ui_test_text (order, "remark_label"), "改发京东"));
  g_assert_cmpuint (panel_pending (&panel), ==, 1);

  start_remark (order);
  gtk_text_buffer_set_text (buffer, "不要了", -1);
  gtk_widget_activate_action (order, "remark.cancel", NULL);
  kefu_ui_test_settle ();
  g_assert_cmpstr (kefu_ui_test_text (order, "remark_label"), ==, "改发京东");
  g_assert_cmpuint (panel_pending (&panel), ==, 1);
  panel_close (&panel);
}

static void
test_remark_is_at_most_1000_bytes (void)
{
  Panel panel = { 0 };
  GtkWidget *order;
  GtkTextBuffer *buffer;
  g_autofree char *longest = g_strnfill (1000, 'x');
  g_autofree char *longer = g_strnfill (1001, 'x');

  panel_open (&panel, "han", "orders");
  order = GTK_WIDGET (first_order (&panel));
  buffer = start_remark (order);
  gtk_text_buffer_set_text (buffer, longer, -1);
  g_assert_true (gtk_widget_has_css_class (kefu_ui_test_find (order, GTK_TYPE_LABEL, "counter_label"), "error"));
  gtk_widget_activate_action (order, "remark.save", NULL);
  kefu_ui_test_settle ();
  g_assert_cmpuint (panel_pending (&panel), ==, 0);

  gtk_text_buffer_set_text (buffer, longest, -1);
  gtk_widget_activate_action (order, "remark.save", NULL);
  kefu_ui_test_wait (panel_pending (&panel) == 1);
  panel_close (&panel);
}

static void
test_half_written_remark_stays_while_the_order_changes (void)
{
  Panel panel = { 0 };
  GtkWidget *order;
  GtkTextBuffer *buffer;
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  panel_open (&panel, "han", "orders");
  order = GTK_WIDGET (first_order (&panel));
  buffer = start_remark (order);
  gtk_text_buffer_set_text (buffer, "写到一半", -1);
  kefu_side_panel_toggle_flag (KEFU_SIDE_PANEL (panel.panel), 2);
  kefu_ui_test_wait (stored_flag (&panel) == 2);
  g_assert_true (GTK_WIDGET (first_order (&panel)) == order);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  g_assert_cmpstr (text, ==, "写到一半");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (
                     GTK_STACK (kefu_ui_test_find (order, GTK_TYPE_STACK, "remark_stack"))),
                   ==, "edit");
  panel_close (&panel);
}

static void
test_half_written_remark_waits_for_its_customer (void)
{
  Panel panel = { 0 };
  GtkTextBuffer *buffer;

  panel_open (&panel, "han", "orders");
  buffer = start_remark (GTK_WIDGET (first_order (&panel)));
  gtk_text_buffer_set_text (buffer, "写到一半", -1);
  panel_show (&panel, "shen");
  g_assert_cmpstr (kefu_order_widget_get_order (first_order (&panel))->id, ==, panel_id ("shen-now"));
  g_assert_null (kefu_order_widget_dup_begun_remark (first_order (&panel)));
  panel_show (&panel, "new");
  panel_show (&panel, "han");
  {
    g_autoptr (KefuBegunRemark) remark = kefu_order_widget_dup_begun_remark (first_order (&panel));

    g_assert_cmpstr (remark->text, ==, "写到一半");
  }
  panel_close (&panel);
}

static void
test_earlier_orders_unfold (void)
{
  Panel panel = { 0 };
  GtkWidget *row, *list;

  panel_open (&panel, "han", "orders");
  list = kefu_ui_test_find (panel_find (&panel, KEFU_TYPE_ORDERS_PAGE, NULL), GTK_TYPE_LIST_BOX, "earlier_list");
  g_assert_false (gtk_widget_get_visible (list));
  g_assert_cmpstr (panel_text (&panel, "earlier_count"), ==, "1");
  panel_click (panel_find (&panel, GTK_TYPE_TOGGLE_BUTTON, "earlier_button"));
  g_assert_true (gtk_widget_get_visible (list));

  row = kefu_ui_test_find (list, KEFU_TYPE_EARLIER_ORDER, NULL);
  g_assert_cmpstr (kefu_ui_test_text (row, "title_label"), ==, "暮舟复古石英表");
  g_assert_null (kefu_ui_test_find (row, KEFU_TYPE_ORDER_WIDGET, NULL));
  gtk_widget_activate (row);
  kefu_ui_test_settle ();
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-orders-earlier");
  g_assert_nonnull (kefu_ui_test_find (row, KEFU_TYPE_ORDER_WIDGET, NULL));
  panel_close (&panel);
}

static void
test_new_order_comes_first (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "han", "orders");
  panel_feed (&panel,
              "[{\"kind\":\"order\",\"id\":\"#han-newer\",\"op\":\"put\",\"body\":{\"id\":\"#han-newer\",\"customer_"
              "id\":\"#han\","
              "\"number\":\"77\",\"state\":\"unpaid\",\"placed_at\":\"@2024-06-12 14:00\",\"total_minor\":9900}}]");
  kefu_ui_test_wait (g_str_equal (kefu_order_widget_get_order (first_order (&panel))->number, "77"));
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (first_order (&panel)), "paid_label"), ==, "¥99.00");
  g_assert_cmpstr (kefu_ui_test_text (GTK_WIDGET (first_order (&panel)), "remark_meta"), ==, "No remark");
  panel_close (&panel);
}

static void
test_says_that_nothing_was_bought (void)
{
  Panel panel = { 0 };

  panel_open (&panel, "new", "orders");
  kefu_ui_shot (GTK_WIDGET (panel.window), "panel-orders-empty");
  g_assert_nonnull (kefu_ui_test_find (panel.panel, GTK_TYPE_LABEL, "This customer has not bought anything here."));
  /* No order, no flag: the key does nothing. */
  kefu_side_panel_toggle_flag (KEFU_SIDE_PANEL (panel.panel), 1);
  kefu_ui_test_settle ();
  g_assert_cmpuint (panel_pending (&panel), ==, 0);
  panel_close (&panel);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/panel/orders/shows-an-order-whole", test_shows_an_order_whole);
  g_test_add_func ("/ui/panel/orders/flag-is-set-and-taken-off", test_flag_is_set_and_taken_off);
  g_test_add_func ("/ui/panel/orders/remark-is-written", test_remark_is_written);
  g_test_add_func ("/ui/panel/orders/remark-is-at-most-1000-bytes", test_remark_is_at_most_1000_bytes);
  g_test_add_func ("/ui/panel/orders/half-written-remark-stays-while-the-order-changes",
                   test_half_written_remark_stays_while_the_order_changes);
  g_test_add_func ("/ui/panel/orders/half-written-remark-waits-for-its-customer",
                   test_half_written_remark_waits_for_its_customer);
  g_test_add_func ("/ui/panel/orders/earlier-orders-unfold", test_earlier_orders_unfold);
  g_test_add_func ("/ui/panel/orders/new-order-comes-first", test_new_order_comes_first);
  g_test_add_func ("/ui/panel/orders/says-that-nothing-was-bought", test_says_that_nothing_was_bought);
  return g_test_run ();
}
