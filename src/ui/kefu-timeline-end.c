/* SPDX-License-Identifier: GPL-3.0-or-later
 * The line at an end of the messages that are shown: what lies beyond it. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-timeline-end.h"

#include <glib/gi18n.h>

/* A grid, since a wrapping label inside of a horizontal box makes a row dear to measure. */
struct _KefuTimelineEnd
{
  GtkWidget parent_instance;

  GtkWidget *spinner;
  GtkWidget *label;
  GtkWidget *retry;
};

G_DEFINE_FINAL_TYPE (KefuTimelineEnd, kefu_timeline_end, GTK_TYPE_WIDGET)

static void
kefu_timeline_end_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_timeline_end_parent_class)->dispose (object);
}

static void
kefu_timeline_end_class_init (KefuTimelineEndClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_timeline_end_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kefu_timeline_end_init (KefuTimelineEnd *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (grid, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self), "timeline-end");
  self->spinner = gtk_spinner_new ();
  gtk_grid_attach (GTK_GRID (grid), self->spinner, 0, 0, 1, 1);
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_grid_attach (GTK_GRID (grid), self->label, 1, 0, 1, 1);
  self->retry = gtk_button_new_with_label (C_ ("button", "Try Again"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->retry), "timeline.retry");
  gtk_widget_add_css_class (self->retry, "flat");
  gtk_widget_add_css_class (self->retry, "small");
  gtk_grid_attach (GTK_GRID (grid), self->retry, 2, 0, 1, 1);
  gtk_widget_set_parent (grid, GTK_WIDGET (self));
}

GtkWidget *
kefu_timeline_end_new (void)
{
  return g_object_new (KEFU_TYPE_TIMELINE_END, NULL);
}

static const char *
words (KefuTimelineEdge edge, gboolean older)
{
  switch (edge)
    {
    case KEFU_TIMELINE_EDGE_SERVER:
      return older ? _ ("Older messages are on the server") : _ ("Newer messages are on the server");
    case KEFU_TIMELINE_EDGE_LOADING:
      return older ? _ ("Loading older messages…") : _ ("Loading newer messages…");
    case KEFU_TIMELINE_EDGE_OFFLINE:
      return older ? _ ("Older messages are on the server and come when it can be reached")
                   : _ ("Newer messages are on the server and come when it can be reached");
    case KEFU_TIMELINE_EDGE_FAILED:
      return older ? _ ("Older messages could not be loaded") : _ ("Newer messages could not be loaded");
    case KEFU_TIMELINE_EDGE_END:
    case KEFU_TIMELINE_EDGE_CACHE:
    default:
      return _ ("The conversation begins here");
    }
}

const char *
kefu_timeline_end_set (KefuTimelineEnd *self, KefuTimelineItem *item)
{
  const char *error = NULL;
  KefuTimelineEdge edge = kefu_timeline_item_get_edge (item, &error);
  const char *text = words (edge, kefu_timeline_item_get_kind (item) == KEFU_TIMELINE_OLDER_END);

  gtk_label_set_label (GTK_LABEL (self->label), text);
  gtk_widget_set_tooltip_text (self->label, error);
  gtk_widget_set_visible (self->spinner, edge == KEFU_TIMELINE_EDGE_LOADING);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), edge == KEFU_TIMELINE_EDGE_LOADING);
  gtk_widget_set_visible (self->retry, edge == KEFU_TIMELINE_EDGE_FAILED);
  return text;
}
