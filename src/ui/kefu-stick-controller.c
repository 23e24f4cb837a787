/* SPDX-License-Identifier: GPL-3.0-or-later
 * Follows the end of a list while the agent is there. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-stick-controller.h"

/* Frames given to a list view to measure the rows near its end; one or two are usual. */
#define MAX_FRAMES 8

/* Rows that were never measured are only estimated, so a value set into them lands wrong: the list's own action brings
 * the last row into view first, then what is left (a row higher than the view) is closed after each layout, when every row on the
 * screen has its true height; set at any other time, the list may not find a row there. Until that has settled, the
 * adjustment's changes are the list's own; what the agent does ends the settling at once. */
struct _KefuStickController
{
  GObject parent_instance;

  GtkScrolledWindow *scrolled;
  GtkListView *list;
  GtkAdjustment *adjustment;
  GtkEventController *input;

  gboolean at_end;
  guint target; /* row to bring to the top, or GTK_INVALID_LIST_POSITION for the end */
  guint idle_id;
  guint tick_id;
  GdkFrameClock *frame_clock;
  gulong layout_id;
  gint64 last_frame;
  guint frames;
  guint quiet;        /* frames in a row in which nothing was left to do */
  gboolean at_target; /* the end was reached, now the target is */
};

enum
{
  PROP_AT_END = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuStickController, kefu_stick_controller, G_TYPE_OBJECT)

static double
gap (KefuStickController *self)
{
  return gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment) -
         gtk_adjustment_get_value (self->adjustment);
}

static void
set_at_end (KefuStickController *self, gboolean at_end)
{
  if (self->at_end == at_end)
    return;
  self->at_end = at_end;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_END]);
}

static gboolean
is_settling (KefuStickController *self)
{
  return self->idle_id || self->tick_id;
}

static void
stop_settling (KefuStickController *self)
{
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->tick_id)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->tick_id);
  self->tick_id = 0;
  /* The clock of a closed window was disposed and has dropped its handlers. */
  if (self->frame_clock && g_signal_handler_is_connected (self->frame_clock, self->layout_id))
    g_signal_handler_disconnect (self->frame_clock, self->layout_id);
  self->layout_id = 0;
  g_clear_object (&self->frame_clock);
  self->target = GTK_INVALID_LIST_POSITION;
}

static void
scroll_to_row (KefuStickController *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

static guint
n_rows (KefuStickController *self)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->list);

  return model ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
}

/* Brings the end into view; TRUE once it stays there. */
static gboolean
reach_end (KefuStickController *self)
{
  if (gap (self) >= 1)
    {
      gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_upper (self->adjustment));
      self->quiet = 0;
    }
  return ++self->quiet > 1;
}

static void
layout_cb (KefuStickController *self)
{
  gint64 frame = gdk_frame_clock_get_frame_counter (self->frame_clock);
  gboolean done;

  /* What is done here asks for another layout in the same frame, which must come to an end. */
  if (frame == self->last_frame)
    return;
  self->last_frame = frame;
  self->frames++;
  if (self->at_target)
    {
      /* The rows above were measured for the first time now: once more, then it stands. */
      scroll_to_row (self, self->target);
      done = ++self->quiet > 2;
    }
  else
    {
      done = reach_end (self);
      if (self->target != GTK_INVALID_LIST_POSITION && (done || self->frames >= MAX_FRAMES))
        {
          /* From the end upwards, so that the row comes in at the top. */
          self->at_target = TRUE;
          self->quiet = 0;
          self->frames = 0;
          scroll_to_row (self, self->target);
          done = FALSE;
        }
    }
  if (done || self->frames >= MAX_FRAMES)
    {
      gboolean to_row = self->target != GTK_INVALID_LIST_POSITION;

      stop_settling (self);
      if (to_row)
        set_at_end (self, gap (self) < 1);
    }
}

/* Keeps the frames coming, each with a layout. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *frame_clock, gpointer user_data)
{
  KefuStickController *self = user_data;

  if (self->frame_clock == NULL)
    {
      self->frame_clock = g_object_ref (frame_clock);
      self->layout_id = g_signal_connect_data (frame_clock, "layout", G_CALLBACK (layout_cb), self, NULL,
                                               G_CONNECT_AFTER | G_CONNECT_SWAPPED);
    }
  gdk_frame_clock_request_phase (frame_clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
  return G_SOURCE_CONTINUE;
}

static gboolean
idle_cb (gpointer user_data)
{
  KefuStickController *self = user_data;
  guint n = n_rows (self);

  self->idle_id = 0;
  if (n == 0)
    return G_SOURCE_REMOVE;
  scroll_to_row (self, n - 1);
  self->frames = 0;
  self->quiet = 0;
  self->at_target = FALSE;
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), tick_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

static void
settle (KefuStickController *self)
{
  if (self->idle_id == 0)
    self->idle_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, idle_cb, self, NULL);
}

static void
adjustment_changed_cb (KefuStickController *self)
{
  if (self->at_end && self->target == GTK_INVALID_LIST_POSITION && gap (self) >= 1)
    settle (self);
}

static void
value_changed_cb (KefuStickController *self)
{
  if (!is_settling (self))
    set_at_end (self, gap (self) < 1);
}

static gboolean
input_cb (KefuStickController *self, GdkEvent *event)
{
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_SCROLL:
    case GDK_BUTTON_PRESS:
    case GDK_TOUCH_BEGIN:
    case GDK_KEY_PRESS:
      if (is_settling (self))
        {
          stop_settling (self);
          set_at_end (self, gap (self) < 1);
        }
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
kefu_stick_controller_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuStickController *self = KEFU_STICK_CONTROLLER (object);

  switch (prop_id)
    {
    case PROP_AT_END:
      g_value_set_boolean (value, self->at_end);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_stick_controller_dispose (GObject *object)
{
  KefuStickController *self = KEFU_STICK_CONTROLLER (object);

  if (self->list)
    {
      stop_settling (self);
      gtk_widget_remove_controller (GTK_WIDGET (self->scrolled), self->input);
      g_signal_handlers_disconnect_by_data (self->adjustment, self);
    }
  self->list = NULL;
  self->scrolled = NULL;
  g_clear_object (&self->adjustment);

  G_OBJECT_CLASS (kefu_stick_controller_parent_class)->dispose (object);
}

static void
kefu_stick_controller_class_init (KefuStickControllerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_stick_controller_dispose;
  object_class->get_property = kefu_stick_controller_get_property;

  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, TRUE,
                                                  G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_stick_controller_init (KefuStickController *self)
{
  self->at_end = TRUE;
  self->target = GTK_INVALID_LIST_POSITION;
}

KefuStickController *
kefu_stick_controller_new (GtkScrolledWindow *scrolled, GtkListView *list)
{
  KefuStickController *self;

  g_return_val_if_fail (GTK_IS_SCROLLED_WINDOW (scrolled), NULL);
  g_return_val_if_fail (GTK_IS_LIST_VIEW (list), NULL);

  self = g_object_new (KEFU_TYPE_STICK_CONTROLLER, NULL);
  self->scrolled = scrolled;
  self->list = list;
  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (scrolled));
  g_signal_connect_swapped (self->adjustment, "changed", G_CALLBACK (adjustment_changed_cb), self);
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);

  self->input = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (self->input, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->input, "event", G_CALLBACK (input_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (scrolled), self->input);
  return self;
}

gboolean
kefu_stick_controller_get_at_end (KefuStickController *self)
{
  g_return_val_if_fail (KEFU_IS_STICK_CONTROLLER (self), FALSE);

  return self->at_end;
}

gboolean
kefu_stick_controller_is_busy (KefuStickController *self)
{
  g_return_val_if_fail (KEFU_IS_STICK_CONTROLLER (self), FALSE);

  return self->at_end || is_settling (self);
}

void
kefu_stick_controller_go_to_end (KefuStickController *self)
{
  g_return_if_fail (KEFU_IS_STICK_CONTROLLER (self));

  stop_settling (self);
  set_at_end (self, TRUE);
  settle (self);
}

void
kefu_stick_controller_go_to (KefuStickController *self, guint position)
{
  g_return_if_fail (KEFU_IS_STICK_CONTROLLER (self));

  stop_settling (self);
  self->target = position;
  settle (self);
}
