/* SPDX-License-Identifier: GPL-3.0-or-later
 * The reply clock as a chip: shape, time, colour. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-clock-chip.h"

/* Each state has a shape beside its colour: ring, triangle, octagon. */
struct _KefuClockChip
{
  GtkWidget parent_instance;

  GtkWidget *image;
  GtkWidget *label;

  KefuTicker *ticker;
  KefuConversationRecord *record;
  KefuClockState state;
  gboolean large;
  gboolean holding;
  gulong tick_id;
};

enum
{
  PROP_0,
  PROP_LARGE,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuClockChip, kefu_clock_chip, GTK_TYPE_WIDGET)

static const struct
{
  const char *icon;
  const char *css_class;
} looks[] = {
  [KEFU_CLOCK_NONE] = { "kefu-clock-ok-symbolic", "ok" },
  [KEFU_CLOCK_OK] = { "kefu-clock-ok-symbolic", "ok" },
  [KEFU_CLOCK_DUE] = { "kefu-clock-due-symbolic", "due" },
  [KEFU_CLOCK_OVER] = { "kefu-clock-over-symbolic", "over" },
};

static void
set_state (KefuClockChip *self, KefuClockState state)
{
  if (self->state == state)
    return;

  gtk_widget_remove_css_class (GTK_WIDGET (self), looks[self->state].css_class);
  gtk_widget_add_css_class (GTK_WIDGET (self), looks[state].css_class);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->image), looks[state].icon);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
update (KefuClockChip *self, gint64 now)
{
  KefuClockState state = self->record ? kefu_reply_clock_state (self->record, now) : KEFU_CLOCK_NONE;

  set_state (self, state);
  if (state != KEFU_CLOCK_NONE)
    {
      g_autofree char *text = kefu_reply_clock_text (self->record, now);

      gtk_label_set_label (GTK_LABEL (self->label), text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), state != KEFU_CLOCK_NONE);
}

static void
tick_cb (KefuClockChip *self, gint64 now, KefuTicker *ticker)
{
  update (self, now);
}

static void
stop (KefuClockChip *self)
{
  if (!self->holding)
    return;
  self->holding = FALSE;
  g_clear_signal_handler (&self->tick_id, self->ticker);
  kefu_ticker_release (self->ticker);
}

static void
start (KefuClockChip *self)
{
  if (self->holding || self->ticker == NULL || self->record == NULL)
    return;
  self->holding = TRUE;
  self->tick_id = g_signal_connect_object (self->ticker, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  kefu_ticker_hold (self->ticker);
}

static void
kefu_clock_chip_map (GtkWidget *widget)
{
  KefuClockChip *self = KEFU_CLOCK_CHIP (widget);

  GTK_WIDGET_CLASS (kefu_clock_chip_parent_class)->map (widget);
  start (self);
  if (self->ticker != NULL)
    update (self, kefu_ticker_now (self->ticker));
}

static void
kefu_clock_chip_unmap (GtkWidget *widget)
{
  stop (KEFU_CLOCK_CHIP (widget));
  GTK_WIDGET_CLASS (kefu_clock_chip_parent_class)->unmap (widget);
}

static void
kefu_clock_chip_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuClockChip *self = KEFU_CLOCK_CHIP (object);

  switch (prop_id)
    {
    case PROP_LARGE:
      g_value_set_boolean (value, self->large);
      break;
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_clock_chip_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LARGE:
      kefu_clock_chip_set_large (KEFU_CLOCK_CHIP (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_clock_chip_dispose (GObject *object)
{
  KefuClockChip *self = KEFU_CLOCK_CHIP (object);

  stop (self);
  g_clear_object (&self->ticker);
  g_clear_pointer (&self->record, kefu_conversation_record_unref);
  g_clear_pointer (&self->image, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_clock_chip_parent_class)->dispose (object);
}

static void
kefu_clock_chip_class_init (KefuClockChipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kefu_clock_chip_get_property;
  object_class->set_property = kefu_clock_chip_set_property;
  object_class->dispose = kefu_clock_chip_dispose;
  widget_class->map = kefu_clock_chip_map;
  widget_class->unmap = kefu_clock_chip_unmap;

  properties[PROP_LARGE] = g_param_spec_boolean ("large", NULL, NULL, FALSE,
                                                 G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, KEFU_CLOCK_NONE, KEFU_CLOCK_OVER, KEFU_CLOCK_NONE,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "clock");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kefu_clock_chip_init (KefuClockChip *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 3);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self), "clock");
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self), looks[KEFU_CLOCK_NONE].css_class);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  self->image = gtk_image_new_from_icon_name (looks[KEFU_CLOCK_NONE].icon);
  gtk_image_set_pixel_size (GTK_IMAGE (self->image), 12);
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
  self->label = gtk_label_new (NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

void
kefu_clock_chip_set (KefuClockChip *self, KefuTicker *ticker, KefuConversationRecord *record)
{
  g_return_if_fail (KEFU_IS_CLOCK_CHIP (self));
  g_return_if_fail (ticker != NULL || record == NULL);

  stop (self);
  g_set_object (&self->ticker, ticker);
  if (record != NULL)
    kefu_conversation_record_ref (record);
  g_clear_pointer (&self->record, kefu_conversation_record_unref);
  self->record = record;

  /* Becoming visible may map the chip, which starts it. */
  update (self, ticker ? kefu_ticker_now (ticker) : 0);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    start (self);
}

void
kefu_clock_chip_set_large (KefuClockChip *self, gboolean large)
{
  g_return_if_fail (KEFU_IS_CLOCK_CHIP (self));

  large = !!large;
  if (self->large == large)
    return;
  self->large = large;
  if (large)
    gtk_widget_add_css_class (GTK_WIDGET (self), "large");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "large");
  gtk_image_set_pixel_size (GTK_IMAGE (self->image), large ? 14 : 12);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LARGE]);
}
