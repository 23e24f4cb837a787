/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keeps what is read where it is while rows come and go above it. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-timeline-hold.h"

/* Rows that are laid out for the first time are measured then, which may move others a last time. */
#define MAX_FRAMES 4
/* What a frame clock does in a frame, less one. */
#define MAX_LAYOUTS 3

struct _KefuTimelineHold
{
  GtkScrolledWindow *scrolled;
  GtkListView *list;
  GtkAdjustment *adjustment;
  GHashTable *rows;

  gpointer item; /* (nullable), a reference */
  double y;      /* where its row belongs, in the scrolled window */
  double value;  /* of the adjustment, as last seen */
  gboolean in_frame;
  guint layouts;
  guint frames;
  guint tick_id;
  GdkFrameClock *frame_clock;
  gulong layout_id;
  gulong paint_id;
  gulong value_id;
};

static gboolean
find_y (KefuTimelineHold *self, double *y)
{
  GtkWidget *row = g_hash_table_lookup (self->rows, self->item);
  graphene_rect_t bounds;

  if (row == NULL || !gtk_widget_get_mapped (row) ||
      !gtk_widget_compute_bounds (row, GTK_WIDGET (self->scrolled), &bounds))
    return FALSE;
  *y = bounds.origin.y;
  return TRUE;
}

/* Between an update and the paint it is the list that moves; at any other time it is the agent. */
static void
value_changed_cb (KefuTimelineHold *self)
{
  double value = gtk_adjustment_get_value (self->adjustment);

  if (!self->in_frame)
    self->y -= value - self->value;
  self->value = value;
}

/* A row that is out of view has no place: it is brought in first. */
static void
bring_in (KefuTimelineHold *self)
{
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (self->list));
  guint n = model ? g_list_model_get_n_items (model) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (item == self->item)
        {
          gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", i);
          return;
        }
    }
}

/* Each change asks for another layout, in the same frame. */
static void
layout_cb (KefuTimelineHold *self)
{
  double y;

  if (++self->layouts > MAX_LAYOUTS)
    return;
  if (!find_y (self, &y))
    bring_in (self);
  else if (ABS (y - self->y) >= 0.5)
    gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_value (self->adjustment) + y - self->y);
}

static void
after_paint_cb (KefuTimelineHold *self)
{
  double y;

  self->in_frame = FALSE;
  self->value = gtk_adjustment_get_value (self->adjustment);
  if (++self->frames >= MAX_FRAMES || !find_y (self, &y))
    kefu_timeline_hold_let_go (self);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *frame_clock, gpointer user_data)
{
  KefuTimelineHold *self = user_data;

  if (self->frame_clock == NULL)
    {
      self->frame_clock = g_object_ref (frame_clock);
      self->layout_id = g_signal_connect_data (frame_clock, "layout", G_CALLBACK (layout_cb), self, NULL,
                                               G_CONNECT_AFTER | G_CONNECT_SWAPPED);
      self->paint_id = g_signal_connect_swapped (frame_clock, "after-paint", G_CALLBACK (after_paint_cb), self);
    }
  self->in_frame = TRUE;
  self->layouts = 0;
  gdk_frame_clock_request_phase (frame_clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
  return G_SOURCE_CONTINUE;
}

KefuTimelineHold *
kefu_timeline_hold_new (GtkScrolledWindow *scrolled, GtkListView *list, GHashTable *rows)
{
  KefuTimelineHold *self = g_new0 (KefuTimelineHold, 1);

  self->scrolled = scrolled;
  self->list = list;
  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (scrolled));
  self->rows = rows;
  return self;
}

void
kefu_timeline_hold_free (KefuTimelineHold *self)
{
  kefu_timeline_hold_let_go (self);
  g_object_unref (self->adjustment);
  g_free (self);
}

void
kefu_timeline_hold_keep (KefuTimelineHold *self, gpointer item)
{
  kefu_timeline_hold_let_go (self);
  g_set_object ((GObject **) &self->item, item);
  if (!find_y (self, &self->y))
    {
      g_clear_object ((GObject **) &self->item);
      return;
    }
  self->frames = 0;
  self->in_frame = FALSE;
  self->value = gtk_adjustment_get_value (self->adjustment);
  self->value_id = g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);
  self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), tick_cb, self, NULL);
}

void
kefu_timeline_hold_let_go (KefuTimelineHold *self)
{
  if (self->item == NULL)
    return;
  gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->tick_id);
  /* The clock of a closed window was disposed and has dropped its handlers. */
  if (self->frame_clock && g_signal_handler_is_connected (self->frame_clock, self->layout_id))
    {
      g_signal_handler_disconnect (self->frame_clock, self->layout_id);
      g_signal_handler_disconnect (self->frame_clock, self->paint_id);
    }
  g_clear_object (&self->frame_clock);
  g_clear_signal_handler (&self->value_id, self->adjustment);
  g_clear_object ((GObject **) &self->item);
}
