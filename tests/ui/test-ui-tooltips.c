/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tooltips: how wide their words stand, and when there is none. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-label-tip.h"
#include "kefu-tooltips.h"
#include "kefu-ui-test.h"

/* A tooltip asks for its widget, and what it would show: (nullable) (transfer none) the label, gone with @tooltip. */
static GtkLabel *
ask (GtkWidget *widget, GtkTooltip *tooltip)
{
  GtkWidget *probe = gtk_label_new (NULL);
  gboolean shown = FALSE;

  /* what stands beside the label leads to it: there is no other way into a tooltip */
  gtk_tooltip_set_custom (tooltip, probe);
  g_signal_emit_by_name (widget, "query-tooltip", 0, 0, FALSE, tooltip, &shown);
  for (GtkWidget *child = gtk_widget_get_first_child (gtk_widget_get_parent (probe)); shown && child;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child) && child != probe)
      return GTK_LABEL (child);
  return NULL;
}

static guint
n_lines (GtkLabel *label)
{
  g_autoptr (PangoLayout) line = gtk_widget_create_pango_layout (GTK_WIDGET (label), gtk_label_get_text (label));
  int width, height, one;

  gtk_widget_measure (GTK_WIDGET (label), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (label), GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  pango_layout_get_pixel_size (line, NULL, &one);
  /* two of them may be a pixel less than twice one */
  return (guint) ((height + one / 2) / one);
}

static void
check_lines (GtkWidget *widget, const char *text, guint from, guint to)
{
  g_autoptr (GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  GtkLabel *label;

  g_object_ref_sink (widget);
  gtk_widget_set_tooltip_text (widget, text);
  label = ask (widget, tooltip);
  g_assert_nonnull (label);
  g_assert_cmpuint (n_lines (label), >=, from);
  g_assert_cmpuint (n_lines (label), <=, to);
  /* whoever reads the screen aloud gets the bare words */
  g_assert_cmpstr (gtk_widget_get_tooltip_text (widget), ==, text);
  g_object_unref (widget);
}

static void
test_chinese_words_stand_in_one_line (void)
{
  check_lines (gtk_button_new (), "转接", 1, 1);
  check_lines (gtk_toggle_button_new (), "多选 (Ctrl+点击)", 1, 1);
  check_lines (gtk_menu_button_new (), "更多解决方式", 1, 1);
  check_lines (adw_split_button_new (), "接待 & 回复 <1>", 1, 1);
  check_lines (gtk_label_new ("x"), "客户再发消息前，此渠道不能再发", 1, 1);
  check_lines (gtk_image_new (), "有人提到了你", 1, 1);
  check_lines (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), "拾光表行", 1, 1);
  check_lines (gtk_button_new (), "Hand Over", 1, 1);
}

static void
test_a_long_one_is_broken (void)
{
  check_lines (gtk_button_new (),
               "这一句话比一行能放下的还要长，所以应当折成几行，而不是横着铺满整个屏幕，遮住下面的所有内容。", 2, 3);
}

static void
test_a_cut_label_tells_all_of_it_in_one_line (void)
{
  g_autoptr (GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *label = gtk_label_new ("浙江省杭州市 <西湖区>");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  kefu_label_tip_add (label);
  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_widget_set_size_request (window, 60, 40);
  gtk_window_set_default_size (GTK_WINDOW (window), 60, 40);
  gtk_window_present (GTK_WINDOW (window));
  kefu_ui_test_wait (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))));
  g_assert_nonnull (ask (label, tooltip));
  g_assert_true (g_str_has_prefix (gtk_label_get_text (ask (label, tooltip)), "浙江省杭州市 <西湖区>"));
  g_assert_cmpuint (n_lines (ask (label, tooltip)), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_none_lies_on_an_open_menu (void)
{
  g_autoptr (GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *button = gtk_menu_button_new ();

  gtk_widget_set_tooltip_text (button, "稍后处理");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), gtk_popover_new ());
  gtk_window_set_child (GTK_WINDOW (window), button);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_nonnull (ask (button, tooltip));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_null (ask (button, tooltip));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
  g_assert_nonnull (ask (button, tooltip));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  kefu_tooltips_init ();
  kefu_tooltips_init ();

  g_test_add_func ("/ui/tooltips/chinese-words-stand-in-one-line", test_chinese_words_stand_in_one_line);
  g_test_add_func ("/ui/tooltips/a-long-one-is-broken", test_a_long_one_is_broken);
  g_test_add_func ("/ui/tooltips/a-cut-label-tells-all-of-it-in-one-line",
                   test_a_cut_label_tells_all_of_it_in_one_line);
  g_test_add_func ("/ui/tooltips/none-lies-on-an-open-menu", test_none_lies_on_an_open_menu);
  return g_test_run ();
}
