/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was drawn once, kept as pixels. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-picture.h"

#include <gsk/gsk.h>
#include <math.h>

/* Four bytes each. What is larger is rare, and drawn. */
#define MAX_PIXELS (1 << 20)

static gboolean
is_software (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);

  return native != NULL && GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (native));
}

/* Where each part of a pixel has a colour of its own, there is no such thing as a transparent one. */
static gboolean
has_subpixels (GtkWidget *widget)
{
  g_autofree char *order = NULL;

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-rgba", &order, NULL);
  return order != NULL && *order != '\0' && !g_str_equal (order, "none");
}

/* (transfer full) */
static cairo_surface_t *
draw (GskRenderNode *node, const graphene_rect_t *bounds, int scale)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) bounds->size.width * scale,
                                                         (int) bounds->size.height * scale);
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_surface_set_device_offset (surface, -bounds->origin.x * scale, -bounds->origin.y * scale);
  cr = cairo_create (surface);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  return surface;
}

void
kefu_picture_append (GtkWidget *widget, GtkSnapshot *snapshot, GskRenderNode *node)
{
  int scale = gtk_widget_get_scale_factor (widget);
  graphene_rect_t bounds;

  if (node == NULL)
    return;
  gsk_render_node_get_bounds (node, &bounds);
  graphene_rect_round_extents (&bounds, &bounds);
  if (bounds.size.width >= 1 && bounds.size.height >= 1 &&
      bounds.size.width * bounds.size.height * (float) (scale * scale) <= MAX_PIXELS && is_software (widget) &&
      !has_subpixels (widget))
    {
      cairo_surface_t *surface = draw (node, &bounds, scale);
      cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

      cairo_set_source_surface (cr, surface, 0, 0);
      cairo_paint (cr);
      cairo_destroy (cr);
      cairo_surface_destroy (surface);
    }
  else
    gtk_snapshot_append_node (snapshot, node);
  gsk_render_node_unref (node);
}
