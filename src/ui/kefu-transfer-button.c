/* SPDX-License-Identifier: GPL-3.0-or-later
 * A round button that stops something, in a ring that shows how far it is. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-transfer-button.h"

#define RING_WIDTH 2.0
#define TRACK_ALPHA 0.25

struct _KefuTransferButton
{
  GtkButton parent_instance;

  double fraction;
};

enum
{
  PROP_FRACTION = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuTransferButton, kefu_transfer_button, GTK_TYPE_BUTTON)

static void
draw_arc (cairo_t *cr, double size, double share, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
  cairo_arc (cr, size / 2, size / 2, (size - RING_WIDTH) / 2, -G_PI / 2, -G_PI / 2 + share * 2 * G_PI);
  cairo_stroke (cr);
}

static void
kefu_transfer_button_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  KefuTransferButton *self = KEFU_TRANSFER_BUTTON (widget);
  double size = MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  GdkRGBA colour;
  cairo_t *cr;

  GTK_WIDGET_CLASS (kefu_transfer_button_parent_class)->snapshot (widget, snapshot);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, size, size));
  cairo_set_line_width (cr, RING_WIDTH);
  draw_arc (cr, size, 1, &colour, TRACK_ALPHA);
  if (self->fraction > 0)
    draw_arc (cr, size, self->fraction, &colour, 1);
  cairo_destroy (cr);
}

static void
kefu_transfer_button_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FRACTION:
      g_value_set_double (value, KEFU_TRANSFER_BUTTON (object)->fraction);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_transfer_button_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FRACTION:
      kefu_transfer_button_set_fraction (KEFU_TRANSFER_BUTTON (object), g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_transfer_button_class_init (KefuTransferButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kefu_transfer_button_get_property;
  object_class->set_property = kefu_transfer_button_set_property;
  GTK_WIDGET_CLASS (klass)->snapshot = kefu_transfer_button_snapshot;

  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, -1, 1, -1,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_transfer_button_init (KefuTransferButton *self)
{
  self->fraction = -1;
  gtk_button_set_icon_name (GTK_BUTTON (self), "window-close-symbolic");
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self), "circular");
  gtk_widget_add_css_class (GTK_WIDGET (self), "transfer");
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
kefu_transfer_button_new (void)
{
  return g_object_new (KEFU_TYPE_TRANSFER_BUTTON, NULL);
}

void
kefu_transfer_button_set_fraction (KefuTransferButton *self, double fraction)
{
  g_return_if_fail (KEFU_IS_TRANSFER_BUTTON (self));

  fraction = CLAMP (fraction, -1, 1);
  if (self->fraction == fraction)
    return;
  self->fraction = fraction;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

double
kefu_transfer_button_get_fraction (KefuTransferButton *self)
{
  g_return_val_if_fail (KEFU_IS_TRANSFER_BUTTON (self), -1);

  return self->fraction;
}
