/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is kept as pixels looks as if it were drawn. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <gsk/gsk.h>

#include "kefu-picture.h"
#include "kefu-ui-test.h"

#define WIDTH 300
#define HEIGHT 80

/* (transfer full): a window with words and shapes, which do not begin at its corner. */
static GtkWindow *
open_window (GtkWidget **box)
{
  GtkWidget *avatar = adw_avatar_new (42, "沈若溪", TRUE);
  GtkWidget *label = gtk_label_new ("在吗，order 2026");

  *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_margin_start (label, 5);
  gtk_box_append (GTK_BOX (*box), label);
  gtk_box_append (GTK_BOX (*box), avatar);
  return kefu_ui_test_window (*box, WIDTH, HEIGHT);
}

/* (transfer full) */
static GskRenderNode *
look_of (GtkWidget *box)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (box);
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (7, 3));
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (box), gtk_widget_get_height (box));
  return gtk_snapshot_free_to_node (snapshot);
}

/* (transfer full): what kefu_picture_append() makes of @node. */
static GskRenderNode *
picture_of (GtkWidget *box, GskRenderNode *node)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  kefu_picture_append (box, snapshot, gsk_render_node_ref (node));
  return gtk_snapshot_free_to_node (snapshot);
}

/* (transfer full): @node on a ground of one colour, at the scale of the window. */
static cairo_surface_t *
draw (GtkWidget *box, GskRenderNode *node)
{
  int scale = gtk_widget_get_scale_factor (box);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH * scale, HEIGHT * scale);
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 0.9, 0.8, 0.7);
  cairo_paint (cr);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* The widest difference of a channel of a pixel. */
static int
difference (cairo_surface_t *a, cairo_surface_t *b)
{
  const guchar *pixels_a = cairo_image_surface_get_data (a), *pixels_b = cairo_image_surface_get_data (b);
  int most = 0;

  for (int i = 0; i < cairo_image_surface_get_height (a) * cairo_image_surface_get_stride (a); i++)
    if (i % 4 != 3)
      most = MAX (most, ABS (pixels_a[i] - pixels_b[i]));
  return most;
}

static void
test_a_picture_looks_as_what_was_drawn (void)
{
  GtkWidget *box;
  GtkWindow *window = open_window (&box);
  g_autoptr (GskRenderNode) node = look_of (box);
  g_autoptr (GskRenderNode) picture = picture_of (box, node);
  g_autoptr (GskRenderNode) nothing = gsk_container_node_new (NULL, 0);
  cairo_surface_t *drawn = draw (box, node), *copied = draw (box, picture), *ground = draw (box, nothing);

  g_assert_cmpint (gsk_render_node_get_node_type (picture), ==, GSK_CAIRO_NODE);
  g_assert_cmpint (difference (drawn, ground), >, 100);
  /* a half transparent pixel is rounded once more */
  g_assert_cmpint (difference (drawn, copied), <=, 2);
  cairo_surface_destroy (drawn);
  cairo_surface_destroy (copied);
  cairo_surface_destroy (ground);
  gtk_window_destroy (window);
}

static void
test_words_with_subpixels_are_drawn_where_they_are_seen (void)
{
  GtkWidget *box;
  GtkWindow *window = open_window (&box);
  g_autoptr (GskRenderNode) node = look_of (box);
  g_autoptr (GskRenderNode) picture = NULL;

  g_object_set (gtk_widget_get_settings (box), "gtk-xft-rgba", "rgb", NULL);
  picture = picture_of (box, node);
  g_assert_true (picture == node);
  gtk_settings_reset_property (gtk_widget_get_settings (box), "gtk-xft-rgba");
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/picture/a-picture-looks-as-what-was-drawn", test_a_picture_looks_as_what_was_drawn);
  g_test_add_func ("/ui/picture/words-with-subpixels-are-drawn-where-they-are-seen",
                   test_words_with_subpixels_are_drawn_where_they_are_seen);
  return g_test_run ();
}
