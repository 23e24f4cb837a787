/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row of a long list. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-picture.h"
#include "kefu-row-list-private.h"

G_DEFINE_FINAL_TYPE (KefuRow, kefu_row, GTK_TYPE_WIDGET)

/* What is in the row comes before the row itself; a row without anything that takes the focus takes it. */
static gboolean
kefu_row_focus (GtkWidget *widget, GtkDirectionType direction)
{
  KefuRow *self = KEFU_ROW (widget);
  gboolean inside = kefu_row_has_keyboard (self);

  if (gtk_widget_child_focus (self->content, direction))
    return TRUE;
  return !inside && gtk_widget_grab_focus (widget);
}

/* A row that moves is drawn as it was: GTK asks for this only when something in it changed. */
static void
kefu_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GtkSnapshot *content = gtk_snapshot_new ();

  gtk_widget_snapshot_child (widget, KEFU_ROW (widget)->content, content);
  kefu_picture_append (widget, snapshot, gtk_snapshot_free_to_node (content));
}

static void
kefu_row_dispose (GObject *object)
{
  KefuRow *self = KEFU_ROW (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object ((GObject **) &self->item);
  G_OBJECT_CLASS (kefu_row_parent_class)->dispose (object);
}

static void
kefu_row_class_init (KefuRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_row_dispose;
  widget_class->focus = kefu_row_focus;
  widget_class->snapshot = kefu_row_snapshot;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
kefu_row_init (KefuRow *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "activatable");
}

KefuRow *
kefu_row_new (GtkWidget *content)
{
  KefuRow *self = g_object_new (KEFU_TYPE_ROW, NULL);

  self->content = content;
  gtk_widget_set_parent (content, GTK_WIDGET (self));
  return self;
}

gboolean
kefu_row_has_keyboard (KefuRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == GTK_WIDGET (self) || gtk_widget_is_ancestor (focus, GTK_WIDGET (self)));
}

void
kefu_row_set_selected (KefuRow *self, gboolean selected)
{
  GtkStateFlags flags = gtk_widget_get_state_flags (GTK_WIDGET (self));

  if (((flags & GTK_STATE_FLAG_SELECTED) != 0) == selected)
    return;
  if (selected)
    gtk_widget_set_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED, FALSE);
  else
    gtk_widget_unset_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

/* It keeps its place among the widgets: taking one out and in again styles all its siblings anew. */
void
kefu_row_set_pooled (KefuRow *self, gboolean pooled)
{
  gtk_widget_set_child_visible (GTK_WIDGET (self), !pooled);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_HIDDEN, pooled, -1);
}

void
kefu_row_tell_place (KefuRow *self, guint n)
{
  if (self->told_place == self->position + 1 && self->told_n == n)
    return;
  self->told_place = self->position + 1;
  self->told_n = n;
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_POS_IN_SET, (int) self->told_place,
                                  GTK_ACCESSIBLE_RELATION_SET_SIZE, (int) n, -1);
}
