/* SPDX-License-Identifier: GPL-3.0-or-later
 * Bubbles are as large as their words. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-bubble.h"
#include "kefu-ui-test.h"

static const char *const said[] = {
  "嗯",
  "在的，您说",
  "是同一个批次的，拍摄时光线不同会有一点色差，您可以放心下单；收到后如果不满意，七天内都可以免费退换，运费我们来出",
  "可以的，我给您改一下价格\n改好了会告诉您\n\n大概要一两分钟",
  "Thanks! The strap fits, but the clasp is a bit tight; is there a way to loosen it without going to a shop?",
  "SF1234567890123456789012345678901234567890123456789012345678901234567890 到了",
  "好的 👍👍🏽 谢谢 ❤️",
  "مرحبا، هل وصل الطلب؟",
  "iiiiii",
  "  两头有空格  ",
};

static GtkWidget *
new_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 46);
  gtk_widget_add_css_class (label, "body");
  return label;
}

static int
natural (GtkWidget *widget, GtkOrientation orientation, int for_size)
{
  int size;

  gtk_widget_measure (widget, orientation, for_size, NULL, &size, NULL, NULL);
  return size;
}

/* The words decide, whatever draws them. */
static void
assert_alike (GtkWidget *bubble, GtkWidget *label, const char *text)
{
  static const int widths[] = { 120, 171, 260, 333, 414, 500 };
  GtkWidget *ground = gtk_widget_get_parent (label);
  int least;

  kefu_bubble_set_text (KEFU_BUBBLE (bubble), text, NULL);
  gtk_label_set_label (GTK_LABEL (label), text);
  g_test_message ("%s", text);
  g_assert_cmpint (natural (bubble, GTK_ORIENTATION_HORIZONTAL, -1), ==,
                   natural (ground, GTK_ORIENTATION_HORIZONTAL, -1));
  gtk_widget_measure (bubble, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      int label_least;

      gtk_widget_measure (ground, GTK_ORIENTATION_HORIZONTAL, -1, &label_least, NULL, NULL, NULL);
      if (widths[i] < MAX (least, label_least))
        continue;
      g_assert_cmpint (natural (bubble, GTK_ORIENTATION_VERTICAL, widths[i]), ==,
                       natural (ground, GTK_ORIENTATION_VERTICAL, widths[i]));
    }
}

static GtkWindow *
show (GtkWidget **bubble, GtkWidget **label)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *ground = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  *bubble = kefu_bubble_new ();
  *label = new_label ();
  gtk_widget_add_css_class (ground, "bubble");
  gtk_box_append (GTK_BOX (ground), *label);
  gtk_box_append (GTK_BOX (box), *bubble);
  gtk_box_append (GTK_BOX (box), ground);
  return kefu_ui_test_window (box, 620, 400);
}

static void
test_it_is_as_large_as_a_label (void)
{
  GtkWidget *bubble, *label;
  GtkWindow *window = show (&bubble, &label);

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    assert_alike (bubble, label, said[i]);
  gtk_window_destroy (window);
}

static void
test_it_grows_with_the_font (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *bubble = kefu_bubble_new ();
  GtkWindow *window = kefu_ui_test_window (bubble, 620, 400);
  int width, height;

  kefu_bubble_set_text (KEFU_BUBBLE (bubble), said[2], NULL);
  width = natural (bubble, GTK_ORIENTATION_HORIZONTAL, -1);
  height = natural (bubble, GTK_ORIENTATION_VERTICAL, 300);
  g_object_set (settings, "gtk-font-name", "Cantarell 22", NULL);
  kefu_ui_test_settle ();
  g_assert_cmpint (natural (bubble, GTK_ORIENTATION_HORIZONTAL, -1), >, width * 3 / 2);
  g_assert_cmpint (natural (bubble, GTK_ORIENTATION_VERTICAL, 300), >, height * 3);
  g_object_set (settings, "gtk-font-name", "Cantarell 11", NULL);
  gtk_window_destroy (window);
}

static void
test_addresses_are_links (void)
{
  GtkWidget *bubble, *label;
  GtkWindow *window = show (&bubble, &label);

  kefu_bubble_set_text (KEFU_BUBBLE (bubble), "看 https://example.com/a 就知道了", NULL);
  label = kefu_ui_test_find (bubble, GTK_TYPE_LABEL, "看 https://example.com/a 就知道了");
  g_assert_true (GTK_IS_LABEL (label));
  g_assert_true (gtk_widget_get_visible (label));
  /* And what was there before is not. */
  kefu_bubble_set_text (KEFU_BUBBLE (bubble), "好的", NULL);
  g_assert_false (gtk_widget_get_visible (label));
  g_assert_null (kefu_ui_test_find (bubble, GTK_TYPE_LABEL, "看 https://example.com/a 就知道了"));
  g_assert_nonnull (kefu_ui_test_find (bubble, GTK_TYPE_LABEL, "好的"));
  gtk_window_destroy (window);
}

static void
test_screen_readers_hear_the_words (void)
{
  GtkWidget *bubble, *label;
  GtkWindow *window = show (&bubble, &label);
  GtkWidget *words;

  kefu_bubble_set_text (KEFU_BUBBLE (bubble), "好的", NULL);
  words = kefu_ui_test_find (bubble, GTK_TYPE_LABEL, "好的");
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (words), GTK_ACCESSIBLE_ROLE_LABEL);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (words), GTK_ACCESSIBLE_PROPERTY_LABEL, "好的");
  gtk_window_destroy (window);
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);

  g_test_add_func ("/ui/bubble/it-is-as-large-as-a-label", test_it_is_as_large_as_a_label);
  g_test_add_func ("/ui/bubble/it-grows-with-the-font", test_it_grows_with_the_font);
  g_test_add_func ("/ui/bubble/addresses-are-links", test_addresses_are_links);
  g_test_add_func ("/ui/bubble/screen-readers-hear-the-words", test_screen_readers_hear_the_words);
  return g_test_run ();
}
