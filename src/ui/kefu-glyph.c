/* SPDX-License-Identifier: GPL-3.0-or-later
 * One of our own symbolic icons, drawn from its path. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-glyph.h"

#include <string.h>

#include "kefu-ui.h"

/* what the files are drawn in */
#define SIZE 16

struct _KefuGlyph
{
  GObject parent_instance;

  cairo_path_t *path;
};

static void paintable_iface_init (GdkPaintableInterface *iface);
static void symbolic_iface_init (GtkSymbolicPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuGlyph,
                               kefu_glyph,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, paintable_iface_init)
                                 G_IMPLEMENT_INTERFACE (GTK_TYPE_SYMBOLIC_PAINTABLE, symbolic_iface_init))

/* --- the path --- */

/* How many numbers follow; -1: none of the commands that our icons are made of. */
static int
n_numbers (char command)
{
  switch (command)
    {
    case 'M':
    case 'L':
      return 2;
    case 'Q':
      return 4;
    case 'C':
      return 6;
    case 'Z':
      return 0;
    default:
      return -1;
    }
}

static void
run (cairo_t *cr, char command, const double *n)
{
  double x, y;

  switch (command)
    {
    case 'M':
      cairo_move_to (cr, n[0], n[1]);
      break;
    case 'L':
      cairo_line_to (cr, n[0], n[1]);
      break;
    case 'Q':
      /* the same curve with two handles */
      cairo_get_current_point (cr, &x, &y);
      cairo_curve_to (cr, x + 2 * (n[0] - x) / 3, y + 2 * (n[1] - y) / 3, n[2] + 2 * (n[0] - n[2]) / 3,
                      n[3] + 2 * (n[1] - n[3]) / 3, n[2], n[3]);
      break;
    case 'C':
      cairo_curve_to (cr, n[0], n[1], n[2], n[3], n[4], n[5]);
      break;
    default:
      cairo_close_path (cr);
    }
}

/* @text: the rest of the file, from the path's first command to the quote behind its last. */
static gboolean
read_path (cairo_t *cr, const char *text)
{
  while (*text != '"')
    {
      char command = *text++;
      int n = n_numbers (command);
      double numbers[6];

      if (n < 0)
        return FALSE;
      for (int i = 0; i < n; i++)
        {
          char *end;

          text += strspn (text, " ,");
          numbers[i] = g_ascii_strtod (text, &end);
          if (end == text)
            return FALSE;
          text = end;
        }
      run (cr, command, numbers);
      text += strspn (text, " ");
    }
  return TRUE;
}

/* (transfer full) (nullable) */
static cairo_path_t *
find_path (const char *icon_name)
{
  g_autofree char *place = g_strdup_printf (KEFU_UI_RESOURCES "/icons/scalable/actions/%s.svg", icon_name);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (place, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const char *text = bytes != NULL ? strstr (g_bytes_get_data (bytes, NULL), " d=\"") : NULL;
  cairo_surface_t *surface;
  cairo_path_t *path = NULL;
  cairo_t *cr;

  if (text == NULL)
    return NULL;
  surface = cairo_image_surface_create (CAIRO_FORMAT_A8, SIZE, SIZE);
  cr = cairo_create (surface);
  if (read_path (cr, text + strlen (" d=\"")))
    path = cairo_copy_path (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return path;
}

/* --- drawing --- */

static void
snapshot_symbolic (GtkSymbolicPaintable *paintable,
                   GdkSnapshot *snapshot,
                   double width,
                   double height,
                   const GdkRGBA *colors,
                   gsize n_colors)
{
  const GdkRGBA black = { 0, 0, 0, 1 };
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  cairo_scale (cr, width / SIZE, height / SIZE);
  cairo_append_path (cr, KEFU_GLYPH (paintable)->path);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  gdk_cairo_set_source_rgba (cr, n_colors > GTK_SYMBOLIC_COLOR_FOREGROUND ? &colors[GTK_SYMBOLIC_COLOR_FOREGROUND]
                                                                          : &black);
  cairo_fill (cr);
  cairo_destroy (cr);
}

static void
symbolic_iface_init (GtkSymbolicPaintableInterface *iface)
{
  iface->snapshot_symbolic = snapshot_symbolic;
}

static void
snapshot_plain (GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
  snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (paintable), snapshot, width, height, NULL, 0);
}

static GdkPaintableFlags
get_flags (GdkPaintable *paintable)
{
  return GDK_PAINTABLE_STATIC_SIZE | GDK_PAINTABLE_STATIC_CONTENTS;
}

static int
get_size (GdkPaintable *paintable)
{
  return SIZE;
}

static void
paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = snapshot_plain;
  iface->get_flags = get_flags;
  iface->get_intrinsic_width = get_size;
  iface->get_intrinsic_height = get_size;
}

/* --- object --- */

static void
kefu_glyph_finalize (GObject *object)
{
  cairo_path_destroy (KEFU_GLYPH (object)->path);
  G_OBJECT_CLASS (kefu_glyph_parent_class)->finalize (object);
}

static void
kefu_glyph_class_init (KefuGlyphClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_glyph_finalize;
}

static void
kefu_glyph_init (KefuGlyph *self)
{
}

KefuGlyph *
kefu_glyph_new (const char *icon_name)
{
  cairo_path_t *path;
  KefuGlyph *self;

  g_return_val_if_fail (icon_name != NULL, NULL);

  path = find_path (icon_name);
  if (path == NULL)
    return NULL;
  self = g_object_new (KEFU_TYPE_GLYPH, NULL);
  self->path = path;
  return self;
}

/* --- in a button --- */

static GtkImage *
find_image (GtkWidget *widget)
{
  GtkImage *image = GTK_IS_IMAGE (widget) ? GTK_IMAGE (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); image == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    image = find_image (child);
  return image;
}

static void
icon_cb (GtkWidget *button)
{
  GtkImage *image = find_image (button);
  const char *icon_name = image != NULL ? gtk_image_get_icon_name (image) : NULL;
  g_autoptr (KefuGlyph) glyph = icon_name != NULL ? kefu_glyph_new (icon_name) : NULL;

  if (glyph != NULL)
    gtk_image_set_from_paintable (image, GDK_PAINTABLE (glyph));
}

void
kefu_glyph_draw_on (GtkWidget *button)
{
  g_return_if_fail (GTK_IS_WIDGET (button));

  g_signal_connect (button, "notify::icon-name", G_CALLBACK (icon_cb), NULL);
  icon_cb (button);
}
