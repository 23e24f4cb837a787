/* SPDX-License-Identifier: GPL-3.0-or-later
 * Our icons drawn by themselves look as GTK draws them. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include <string.h>

#include "kefu-glyph.h"
#include "kefu-ui-test.h"
#include "kefu-ui.h"

#define ICONS KEFU_UI_RESOURCES "/icons/scalable/actions"

/* (transfer full): @icon in red. */
static cairo_surface_t *
draw (gpointer icon, int size)
{
  const GdkRGBA colors[] = { { 1, 0, 0, 1 }, { 0, 0, 1, 1 }, { 0, 0, 1, 1 }, { 0, 0, 1, 1 } };
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cairo_t *cr = cairo_create (surface);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;

  gtk_symbolic_paintable_snapshot_symbolic (icon, snapshot, size, size, colors, G_N_ELEMENTS (colors));
  node = gtk_snapshot_free_to_node (snapshot);
  gsk_render_node_draw (node, cr);
  gsk_render_node_unref (node);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* The largest difference of a byte of a pixel. */
static int
compare (cairo_surface_t *a, cairo_surface_t *b, int size)
{
  int stride = cairo_image_surface_get_stride (a), worst = 0;

  for (int y = 0; y < size; y++)
    for (int x = 0; x < 4 * size; x++)
      {
        int place = y * stride + x;

        worst = MAX (worst, ABS (cairo_image_surface_get_data (a)[place] - cairo_image_surface_get_data (b)[place]));
      }
  return worst;
}

static void
test_every_icon_looks_as_gtk_draws_it (void)
{
  static const int sizes[] = { 10, 12, 16, 32 };
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_auto (GStrv) files = g_resources_enumerate_children (ICONS, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert_nonnull (files);
  g_assert_cmpuint (g_strv_length (files), >, 10);
  gtk_icon_theme_add_resource_path (theme, KEFU_UI_RESOURCES "/icons");
  for (guint i = 0; files[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (files[i], strlen (files[i]) - strlen (".svg"));
      g_autoptr (KefuGlyph) glyph = kefu_glyph_new (name);

      if (glyph == NULL)
        g_error ("%s is not drawn", name);
      for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
        {
          int size = sizes[j];
          g_autoptr (GtkIconPaintable) icon =
            gtk_icon_theme_lookup_icon (theme, name, NULL, size, 1, GTK_TEXT_DIR_LTR, GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
          cairo_surface_t *ours = draw (glyph, size), *theirs = draw (icon, size);
          int worst = compare (ours, theirs, size);

          if (worst > 24)
            g_error ("%s of %d pixels differs by %d", name, size, worst);
          cairo_surface_destroy (ours);
          cairo_surface_destroy (theirs);
        }
    }
}

static void
test_what_is_not_ours_is_left_to_the_theme (void)
{
  g_assert_null (kefu_glyph_new ("edit-find-symbolic"));
  g_assert_null (kefu_glyph_new (""));
}

static GtkImage *
image_in (GtkWidget *widget)
{
  GtkImage *image = GTK_IS_IMAGE (widget) ? GTK_IMAGE (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); image == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    image = image_in (child);
  return image;
}

/* @button says what it shows by its property alone. */
static void
check_button (GtkWidget *button)
{
  GtkWindow *window;
  int width, width_drawn;

  g_object_set (button, "icon-name", "kefu-filter-symbolic", NULL);
  window = kefu_ui_test_window (button, 100, 60);
  gtk_widget_measure (button, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  kefu_glyph_draw_on (button);
  g_assert_true (KEFU_IS_GLYPH (gtk_image_get_paintable (image_in (button))));
  gtk_widget_measure (button, GTK_ORIENTATION_HORIZONTAL, -1, &width_drawn, NULL, NULL, NULL);
  g_assert_cmpint (width_drawn, ==, width);
  /* another one of ours, and one that is not */
  g_object_set (button, "icon-name", "kefu-select-symbolic", NULL);
  g_assert_true (KEFU_IS_GLYPH (gtk_image_get_paintable (image_in (button))));
  g_object_set (button, "icon-name", "open-menu-symbolic", NULL);
  g_assert_cmpstr (gtk_image_get_icon_name (image_in (button)), ==, "open-menu-symbolic");
  gtk_window_destroy (window);
}

static void
test_a_button_draws_what_it_is_told (void)
{
  check_button (gtk_button_new ());
  check_button (gtk_toggle_button_new ());
  check_button (gtk_menu_button_new ());
}

int
main (int argc, char *argv[])
{
  kefu_ui_test_init (&argc, &argv);
  g_test_add_func ("/ui/glyph/every-icon-looks-as-gtk-draws-it", test_every_icon_looks_as_gtk_draws_it);
  g_test_add_func ("/ui/glyph/what-is-not-ours-is-left-to-the-theme", test_what_is_not_ours_is_left_to_the_theme);
  g_test_add_func ("/ui/glyph/a-button-draws-what-it-is-told", test_a_button_draws_what_it_is_told);
  return g_test_run ();
}
