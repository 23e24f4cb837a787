/* SPDX-License-Identifier: GPL-3.0-or-later
 * Going to a day of the conversation, and what happens at midnight. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include <glib/gi18n.h>

#include "kefu-day.h"
#include "kefu-timeline-view-private.h"

/* A bit after midnight, so that no clock that is a little early asks twice. */
#define AFTER_MIDNIGHT_MS 500

/* --- a day is chosen --- */

static void
go_cb (KefuTimelineView *self)
{
  g_autoptr (GDateTime) chosen = gtk_calendar_get_date (self->calendar);

  gtk_popover_popdown (GTK_POPOVER (self->day_popover));
  kefu_timeline_view_show_time (self, kefu_date_at (g_date_time_get_year (chosen), g_date_time_get_month (chosen),
                                                    g_date_time_get_day_of_month (chosen), 0, 0));
}

static void
make_popover (KefuTimelineView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Go to This Day"));

  self->calendar = GTK_CALENDAR (gtk_calendar_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->calendar), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Day"), -1);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->calendar));
  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (go_cb), self);
  gtk_box_append (GTK_BOX (box), button);
  self->day_popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->day_popover), box);
  gtk_popover_set_default_widget (GTK_POPOVER (self->day_popover), button);
  gtk_popover_set_position (GTK_POPOVER (self->day_popover), GTK_POS_BOTTOM);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->day_popover), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Go to a day"),
                                  -1);
  gtk_widget_set_parent (self->day_popover, GTK_WIDGET (self));
}

/* The day of what is read. */
static gint64
shown_at (KefuTimelineView *self)
{
  KefuTimelineItem *first = kefu_row_list_first_in_view (self->list, NULL);
  guint n = self->model ? g_list_model_get_n_items (self->model) : 0;

  /* A line about what lies before has no day: the row below it has. */
  for (guint i = 0; i < n && first && kefu_timeline_item_get_at (first) == 0; i++)
    {
      g_autoptr (KefuTimelineItem) item = g_list_model_get_item (self->model, i);

      first = item;
    }
  return first && kefu_timeline_item_get_at (first) > 0 ? kefu_timeline_item_get_at (first) : self->context.now;
}

static void
ask_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuTimelineView *self = KEFU_TIMELINE_VIEW (widget);
  g_autoptr (GDateTime) day = NULL;

  if (!self->loaded || self->model == NULL)
    return;
  if (self->day_popover == NULL)
    make_popover (self);
  day = g_date_time_new_from_unix_local (shown_at (self) / 1000);
  gtk_calendar_select_day (self->calendar, day);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->day_popover),
                               &(GdkRectangle){ gtk_widget_get_width (widget) / 2, 0, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->day_popover));
  gtk_widget_grab_focus (GTK_WIDGET (self->calendar));
}

void
kefu_timeline_view_install_day (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "timeline.ask-for-day", NULL, ask_action);
}

/* --- midnight --- */

static void
midnight_cb (gpointer user_data)
{
  KefuTimelineView *self = user_data;

  self->midnight_id = 0;
  kefu_timeline_view_wait_for_midnight (self);
  kefu_timeline_view_bind_anew (self);
}

void
kefu_timeline_view_wait_for_midnight (KefuTimelineView *self)
{
  KefuClock *clock = self->session ? kefu_session_get_clock (self->session) : NULL;

  if (self->midnight_clock)
    kefu_clock_clear_timeout (self->midnight_clock, &self->midnight_id);
  g_set_object (&self->midnight_clock, clock);
  if (clock == NULL)
    return;
  self->context.now = kefu_clock_now (clock);
  self->midnight_id =
    kefu_clock_add_timeout (clock,
                            (guint) (kefu_day_at (self->context.now, 1, 0, 0) - self->context.now + AFTER_MIDNIGHT_MS),
                            midnight_cb, self, NULL);
}
