/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files that go with what is being written. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-attach-strip.h"

#include <glib/gi18n.h>

#include "kefu-attach-chip.h"

struct _KefuAttachStrip
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *box;

  KefuAttachList *list;
  KefuBlobCache *blobs;
  gulong items_changed_id;
};

enum
{
  LEFT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuAttachStrip, kefu_attach_strip, GTK_TYPE_WIDGET)

/* (nullable) */
static GtkWidget *
nth_chip (KefuAttachStrip *self, guint n)
{
  GtkWidget *chip = gtk_widget_get_first_child (self->box);

  while (chip && n--)
    chip = gtk_widget_get_next_sibling (chip);
  return chip;
}

static void
remove_cb (KefuAttachChip *chip, KefuAttachStrip *self)
{
  GtkWidget *next = gtk_widget_get_next_sibling (GTK_WIDGET (chip));

  if (next == NULL)
    next = gtk_widget_get_prev_sibling (GTK_WIDGET (chip));
  /* Before it goes: what has the focus takes it along. */
  if (next == NULL || !gtk_widget_child_focus (next, GTK_DIR_TAB_FORWARD))
    g_signal_emit (self, signals[LEFT], 0);
  kefu_attach_list_remove (self->list, kefu_attach_chip_get_item (chip));
}

static void
items_changed_cb (KefuAttachStrip *self, guint position, guint removed, guint added, GListModel *model)
{
  GtkWidget *before = position > 0 ? nth_chip (self, position - 1) : NULL;

  while (removed--)
    gtk_box_remove (GTK_BOX (self->box), nth_chip (self, position));
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (KefuAttachItem) item = g_list_model_get_item (model, position + i);
      GtkWidget *chip = kefu_attach_chip_new (item, self->blobs);

      g_signal_connect_object (chip, "remove", G_CALLBACK (remove_cb), self, 0);
      gtk_box_insert_child_after (GTK_BOX (self->box), chip, before);
      before = chip;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), g_list_model_get_n_items (model) > 0);
}

static void
kefu_attach_strip_dispose (GObject *object)
{
  KefuAttachStrip *self = KEFU_ATTACH_STRIP (object);

  if (self->list)
    g_clear_signal_handler (&self->items_changed_id, self->list);
  g_clear_object (&self->list);
  g_clear_object (&self->blobs);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_attach_strip_parent_class)->dispose (object);
}

static void
kefu_attach_strip_class_init (KefuAttachStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_attach_strip_dispose;
  signals[LEFT] =
    g_signal_new ("left", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kefu_attach_strip_init (KefuAttachStrip *self)
{
  self->box = g_object_new (GTK_TYPE_BOX, "spacing", 6, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST, NULL);
  gtk_widget_add_css_class (self->box, "attach-strip");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Files to send"), -1);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->box);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
kefu_attach_strip_new (void)
{
  return g_object_new (KEFU_TYPE_ATTACH_STRIP, NULL);
}

void
kefu_attach_strip_set_list (KefuAttachStrip *self, KefuAttachList *list, KefuBlobCache *blobs)
{
  GtkWidget *chip;

  g_return_if_fail (KEFU_IS_ATTACH_STRIP (self));

  if (self->list == list && self->blobs == blobs)
    return;
  if (self->list)
    g_clear_signal_handler (&self->items_changed_id, self->list);
  while ((chip = gtk_widget_get_first_child (self->box)))
    gtk_box_remove (GTK_BOX (self->box), chip);
  g_set_object (&self->list, list);
  g_set_object (&self->blobs, blobs);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (list == NULL)
    return;
  self->items_changed_id = g_signal_connect_swapped (list, "items-changed", G_CALLBACK (items_changed_cb), self);
  items_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (list)), G_LIST_MODEL (list));
}
