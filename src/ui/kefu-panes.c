/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inbox, chat and panel side by side, as the width of the window allows. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-panes.h"

/* Nested GtkPaned alone would not let the window shrink below the sum of all three panes, and GTK 4.8 has no
 * breakpoints; so this widget answers for the two panes that must stay and hides the third when there is no room. */

/* px: inbox 282 + composer bar 551 + panel 330, and the lines between */
#define THREE_PANES_WIDTH 1180
#define NARROW_WIDTH 1000
#define WIDE_WIDTH 1600

#define INBOX_MIN_WIDTH 240
#define PANEL_MIN_WIDTH 300

struct _KefuPanes
{
  GtkWidget parent_instance;

  GtkPaned *outer;
  GtkPaned *inner;
  GtkWidget *inbox;
  GtkWidget *chat;
  GtkWidget *panel;

  GSettings *settings;
  int width;
  /* what both children of the inner paned shared when they were last allocated */
  int inner_width;
  guint layout_tick;
  /* what the agent wants in a wide window, and what they asked for in this narrow one */
  gboolean panel_wanted;
  gboolean panel_wanted_narrow;
  gboolean panel_visible;
  gboolean narrow;
  /* set while we move the handles, so that only the agent's hand is remembered */
  gboolean arranging;
};

enum
{
  PROP_0,
  PROP_INBOX,
  PROP_CHAT,
  PROP_PANEL,
  PROP_PANEL_VISIBLE,
  PROP_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuPanes, kefu_panes, GTK_TYPE_WIDGET)

static int
inbox_width (KefuPanes *self)
{
  int width = self->settings ? g_settings_get_int (self->settings, "inbox-width") : 0;

  if (width > 0)
    return MAX (width, INBOX_MIN_WIDTH);
  return self->width >= WIDE_WIDTH ? 330 : self->width >= NARROW_WIDTH ? 300 : 282;
}

static int
panel_width (KefuPanes *self)
{
  int width = self->settings ? g_settings_get_int (self->settings, "panel-width") : 0;

  if (width > 0)
    return MAX (width, PANEL_MIN_WIDTH);
  return self->width >= WIDE_WIDTH ? 360 : 330;
}

static gboolean
fits_three (KefuPanes *self)
{
  return self->width == 0 || self->width >= THREE_PANES_WIDTH;
}

/* Brings visibility and handles to what the width and the agent's wishes say. */
static void
arrange (KefuPanes *self)
{
  gboolean wide = fits_three (self);
  gboolean visible = wide ? self->panel_wanted : self->panel_wanted_narrow;
  gboolean narrow = self->width > 0 && self->width < NARROW_WIDTH;
  int inbox = inbox_width (self);
  int rest;

  if (self->inbox == NULL || self->chat == NULL || self->panel == NULL)
    return;
  self->arranging = TRUE;
  if (wide)
    self->panel_wanted_narrow = FALSE;
  gtk_widget_set_visible (self->inbox, wide || !visible);
  gtk_widget_set_visible (self->panel, visible);
  gtk_paned_set_position (self->outer, inbox);
  /* GtkPaned adds what its width changes by to the position of a child that takes the rest, also if it was set in between */
  rest = self->inner_width;
  if (rest == 0)
    rest = self->width - 1 - (gtk_widget_get_visible (self->inbox) ? inbox + 1 : 0);
  if (self->width > 0)
    gtk_paned_set_position (self->inner, rest - panel_width (self));
  self->arranging = FALSE;

  if (self->panel_visible != visible)
    {
      self->panel_visible = visible;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PANEL_VISIBLE]);
    }
  if (self->narrow != narrow)
    {
      self->narrow = narrow;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
    }
}

static gboolean
layout_tick_cb (GtkWidget *widget, GdkFrameClock *frame_clock, gpointer user_data)
{
  KefuPanes *self = KEFU_PANES (widget);

  self->layout_tick = 0;
  arrange (self);
  return G_SOURCE_REMOVE;
}

/* Which of the widths that look different @width belongs to. */
static int
width_class (int width)
{
  return (width >= NARROW_WIDTH) + (width >= THREE_PANES_WIDTH) + (width >= WIDE_WIDTH);
}

static void
outer_position_cb (KefuPanes *self)
{
  if (self->arranging || self->settings == NULL || !gtk_widget_get_visible (self->inbox))
    return;
  g_settings_set_int (self->settings, "inbox-width", gtk_paned_get_position (self->outer));
}

static void
inner_position_cb (KefuPanes *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->inner));

  if (self->arranging || self->settings == NULL || !self->panel_visible || width == 0)
    return;
  g_settings_set_int (self->settings, "panel-width", MAX (width - 1 - gtk_paned_get_position (self->inner), 0));
}

static int
min_width (GtkWidget *widget)
{
  int minimum = 0;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

static void
kefu_panes_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  KefuPanes *self = KEFU_PANES (widget);
  int child_minimum, child_natural;

  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    for_size = MAX (for_size, min_width (GTK_WIDGET (self->outer)));
  gtk_widget_measure (GTK_WIDGET (self->outer), orientation, for_size, &child_minimum, &child_natural, NULL, NULL);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      /* a hidden pane measures 0: its smallest width stands in the constants */
      int side = MAX (INBOX_MIN_WIDTH, self->panel_wanted_narrow ? PANEL_MIN_WIDTH : 0);

      child_minimum = MIN (child_minimum, side + 1 + min_width (self->chat));
    }
  *minimum = child_minimum;
  *natural = MAX (child_natural, child_minimum);
}

static void
kefu_panes_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  KefuPanes *self = KEFU_PANES (widget);
  gboolean first = self->width == 0;
  gboolean crossed = width_class (self->width) != width_class (width);
  GtkAllocation allocation = { 0, 0, MAX (width, min_width (GTK_WIDGET (self->outer))), height };

  self->width = width;
  /* Children must not be shown or hidden in the middle of an allocation. */
  if ((first || crossed) && self->layout_tick == 0)
    self->layout_tick = gtk_widget_add_tick_callback (widget, layout_tick_cb, NULL, NULL);
  if (first)
    {
      self->arranging = TRUE;
      gtk_paned_set_position (self->outer, inbox_width (self));
      gtk_paned_set_position (self->inner, width - inbox_width (self) - 2 - panel_width (self));
      self->arranging = FALSE;
    }

  /* what a resize of the window does to the handles is not the agent's wish; their hand moves them between allocations */
  self->arranging = TRUE;
  gtk_widget_size_allocate (GTK_WIDGET (self->outer), &allocation, baseline);
  if (gtk_widget_get_visible (self->panel))
    self->inner_width = gtk_widget_get_width (GTK_WIDGET (self->inner)) - 1;
  self->arranging = FALSE;
}

static void
kefu_panes_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuPanes *self = KEFU_PANES (object);

  switch (prop_id)
    {
    case PROP_INBOX:
      g_value_set_object (value, self->inbox);
      break;
    case PROP_CHAT:
      g_value_set_object (value, self->chat);
      break;
    case PROP_PANEL:
      g_value_set_object (value, self->panel);
      break;
    case PROP_PANEL_VISIBLE:
      g_value_set_boolean (value, self->panel_visible);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_panes_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuPanes *self = KEFU_PANES (object);

  switch (prop_id)
    {
    case PROP_INBOX:
      self->inbox = g_value_get_object (value);
      gtk_paned_set_start_child (self->outer, self->inbox);
      break;
    case PROP_CHAT:
      self->chat = g_value_get_object (value);
      gtk_paned_set_start_child (self->inner, self->chat);
      break;
    case PROP_PANEL:
      self->panel = g_value_get_object (value);
      gtk_paned_set_end_child (self->inner, self->panel);
      break;
    case PROP_PANEL_VISIBLE:
      kefu_panes_set_panel_visible (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_panes_dispose (GObject *object)
{
  KefuPanes *self = KEFU_PANES (object);

  if (self->outer != NULL)
    {
      gtk_widget_unparent (GTK_WIDGET (self->outer));
      self->outer = NULL;
    }
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (kefu_panes_parent_class)->dispose (object);
}

static void
kefu_panes_class_init (KefuPanesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags child_flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_panes_get_property;
  object_class->set_property = kefu_panes_set_property;
  object_class->dispose = kefu_panes_dispose;
  widget_class->measure = kefu_panes_measure;
  widget_class->size_allocate = kefu_panes_size_allocate;

  properties[PROP_INBOX] = g_param_spec_object ("inbox", NULL, NULL, GTK_TYPE_WIDGET, child_flags);
  properties[PROP_CHAT] = g_param_spec_object ("chat", NULL, NULL, GTK_TYPE_WIDGET, child_flags);
  properties[PROP_PANEL] = g_param_spec_object ("panel", NULL, NULL, GTK_TYPE_WIDGET, child_flags);
  properties[PROP_PANEL_VISIBLE] =
    g_param_spec_boolean ("panel-visible", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW] =
    g_param_spec_boolean ("narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_panes_init (KefuPanes *self)
{
  self->panel_wanted = TRUE;
  self->inner = g_object_new (GTK_TYPE_PANED, "shrink-start-child", FALSE, "shrink-end-child", FALSE,
                              "resize-start-child", TRUE, "resize-end-child", FALSE, NULL);
  self->outer = g_object_new (GTK_TYPE_PANED, "shrink-start-child", FALSE, "shrink-end-child", FALSE,
                              "resize-start-child", FALSE, "resize-end-child", TRUE, "end-child", self->inner, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->outer), GTK_WIDGET (self));
  g_signal_connect_object (self->outer, "notify::position", G_CALLBACK (outer_position_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->inner, "notify::position", G_CALLBACK (inner_position_cb), self, G_CONNECT_SWAPPED);
}

void
kefu_panes_bind_settings (KefuPanes *self, GSettings *settings)
{
  g_return_if_fail (KEFU_IS_PANES (self));
  g_return_if_fail (G_IS_SETTINGS (settings));

  g_set_object (&self->settings, settings);
  self->panel_wanted = g_settings_get_boolean (settings, "panel-visible");
  arrange (self);
}

gboolean
kefu_panes_get_panel_visible (KefuPanes *self)
{
  g_return_val_if_fail (KEFU_IS_PANES (self), FALSE);

  return self->panel_visible;
}

void
kefu_panes_set_panel_visible (KefuPanes *self, gboolean panel_visible)
{
  g_return_if_fail (KEFU_IS_PANES (self));

  panel_visible = !!panel_visible;
  if (fits_three (self))
    {
      self->panel_wanted = panel_visible;
      if (self->settings != NULL)
        g_settings_set_boolean (self->settings, "panel-visible", panel_visible);
    }
  else
    self->panel_wanted_narrow = panel_visible;
  arrange (self);
}

gboolean
kefu_panes_get_narrow (KefuPanes *self)
{
  g_return_val_if_fail (KEFU_IS_PANES (self), FALSE);

  return self->narrow;
}
