/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row of the tree of phrases. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrase-tree-row.h"

#include "kefu-label-tip.h"

struct _KefuPhraseTreeRow
{
  GtkBox parent_instance;

  GtkWidget *arrow;
  GtkWidget *title;
  GtkWidget *trailing;

  GtkTreeListRow *row;
  KefuPhraseNode *node;
};

G_DEFINE_FINAL_TYPE (KefuPhraseTreeRow, kefu_phrase_tree_row, GTK_TYPE_BOX)

static void
name_row (KefuPhraseTreeRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *title = kefu_phrase_node_get_title (self->node);
  const char *trailing = gtk_label_get_label (GTK_LABEL (self->trailing));
  g_autofree char *name = g_strdup_printf ("%s, %s", title, trailing);

  /* The list item itself cannot be named in GTK 4.8, its widget can. */
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, *trailing ? name : title,
                                    -1);
}

static void
update_phrase (KefuPhraseTreeRow *self)
{
  KefuPhraseRecord *phrase = kefu_phrase_node_get_phrase (self->node);

  gtk_label_set_label (GTK_LABEL (self->title), kefu_phrase_node_get_title (self->node));
  gtk_label_set_label (GTK_LABEL (self->trailing), phrase->code);
  name_row (self);
}

static void
update_group (KefuPhraseTreeRow *self)
{
  g_autofree char *count =
    g_strdup_printf ("%u", g_list_model_get_n_items (kefu_phrase_node_get_children (self->node)));
  gboolean expanded = gtk_tree_list_row_get_expanded (self->row);
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_label_set_label (GTK_LABEL (self->title), kefu_phrase_node_get_title (self->node));
  gtk_label_set_label (GTK_LABEL (self->trailing), count);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->arrow), expanded ? "pan-down-symbolic" : "pan-end-symbolic");
  if (expanded)
    gtk_widget_add_css_class (self->title, "strong");
  else
    gtk_widget_remove_css_class (self->title, "strong");
  if (parent)
    gtk_accessible_update_state (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_STATE_EXPANDED, expanded, -1);
  name_row (self);
}

static void
pressed_cb (KefuPhraseTreeRow *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  if (!self->row || kefu_phrase_node_get_phrase (self->node))
    return;
  /* Each press of a group counts: two are not an activation, which would fold it a third time. */
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_tree_list_row_set_expanded (self->row, !gtk_tree_list_row_get_expanded (self->row));
}

static void
release (KefuPhraseTreeRow *self)
{
  if (self->row)
    g_signal_handlers_disconnect_by_data (self->row, self);
  if (self->node)
    g_signal_handlers_disconnect_by_data (self->node, self);
  g_clear_object (&self->row);
  g_clear_object (&self->node);
}

static void
kefu_phrase_tree_row_dispose (GObject *object)
{
  release (KEFU_PHRASE_TREE_ROW (object));
  G_OBJECT_CLASS (kefu_phrase_tree_row_parent_class)->dispose (object);
}

static void
kefu_phrase_tree_row_class_init (KefuPhraseTreeRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_phrase_tree_row_dispose;
}

static void
kefu_phrase_tree_row_init (KefuPhraseTreeRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->arrow = gtk_image_new_from_icon_name ("pan-end-symbolic");
  gtk_widget_add_css_class (self->arrow, "dim");
  self->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->title), TRUE);
  gtk_widget_set_hexpand (self->title, TRUE);
  kefu_label_tip_add (self->title);
  self->trailing = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->trailing, "code");
  gtk_box_append (GTK_BOX (self), self->arrow);
  gtk_box_append (GTK_BOX (self), self->title);
  gtk_box_append (GTK_BOX (self), self->trailing);

  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
kefu_phrase_tree_row_new (void)
{
  return g_object_new (KEFU_TYPE_PHRASE_TREE_ROW, NULL);
}

void
kefu_phrase_tree_row_set (KefuPhraseTreeRow *self, GtkTreeListRow *row)
{
  gboolean flat;

  g_return_if_fail (KEFU_IS_PHRASE_TREE_ROW (self));

  release (self);
  if (!row)
    return;
  self->row = g_object_ref (row);
  self->node = gtk_tree_list_row_get_item (row);
  flat = gtk_tree_list_row_get_depth (row) == 0 && kefu_phrase_node_get_phrase (self->node);
  gtk_widget_set_visible (self->arrow, !flat);
  if (kefu_phrase_node_get_phrase (self->node))
    {
      /* The place of the arrow stays, so that titles stand below the names of groups. */
      gtk_widget_set_opacity (self->arrow, 0);
      gtk_widget_remove_css_class (self->title, "strong");
      g_signal_connect_object (self->node, "changed", G_CALLBACK (update_phrase), self, G_CONNECT_SWAPPED);
      update_phrase (self);
    }
  else
    {
      gtk_widget_set_opacity (self->arrow, 1);
      g_signal_connect_object (row, "notify::expanded", G_CALLBACK (update_group), self, G_CONNECT_SWAPPED);
      update_group (self);
    }
}

GtkTreeListRow *
kefu_phrase_tree_row_get (KefuPhraseTreeRow *self)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_TREE_ROW (self), NULL);

  return self->row;
}
