/* SPDX-License-Identifier: GPL-3.0-or-later
 * One file that goes with what is being written. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-attach-chip.h"

#include <glib/gi18n.h>

#include "kefu-attachment-text.h"
#include "kefu-thumb.h"

struct _KefuAttachChip
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkSpinner *spinner;
  KefuThumb *thumb;
  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *caption;
  GtkWidget *remove_button;

  KefuAttachItem *item;
  KefuBlobCache *blobs;
};

enum
{
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuAttachChip, kefu_attach_chip, GTK_TYPE_WIDGET)

static void
show_file (KefuAttachChip *self, KefuAttachment *attachment)
{
  g_autofree char *size = kefu_attachment_size_text (attachment->size);

  gtk_label_set_label (self->caption, size);
  if (kefu_attachment_is_picture (attachment->mime))
    {
      kefu_thumb_set_blob (self->thumb, self->blobs, attachment->sha256);
      gtk_stack_set_visible_child_name (self->stack, "picture");
    }
  else
    {
      gtk_image_set_from_icon_name (self->icon, kefu_attachment_icon (attachment));
      gtk_stack_set_visible_child_name (self->stack, "file");
    }
}

static void
update (KefuAttachChip *self)
{
  KefuAttachment *attachment = kefu_attach_item_get_attachment (self->item);
  const char *name = kefu_attach_item_get_name (self->item);
  g_autofree char *remove = NULL;
  g_autofree char *spoken = NULL;

  gtk_label_set_label (self->name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  gtk_spinner_set_spinning (self->spinner, attachment == NULL);
  if (attachment)
    {
      g_autofree char *what = kefu_attachment_spoken (attachment);

      show_file (self, attachment);
      spoken = kefu_attachment_is_picture (attachment->mime) ? g_strdup_printf ("%s, %s", name, what) : g_strdup (what);
    }
  else
    {
      gtk_label_set_label (self->caption, _ ("Being copied…"));
      gtk_stack_set_visible_child_name (self->stack, "copying");
      spoken = g_strdup_printf ("%s, %s", name, _ ("Being copied…"));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);

  /* TRANSLATORS: do not send this file after all */
  remove = g_strdup_printf (_ ("Take out “%s”"), name);
  gtk_widget_set_tooltip_text (self->remove_button, remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, remove, -1);
}

static void
remove_cb (KefuAttachChip *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  remove_cb (KEFU_ATTACH_CHIP (widget));
}

static void
kefu_attach_chip_dispose (GObject *object)
{
  KefuAttachChip *self = KEFU_ATTACH_CHIP (object);
  GtkWidget *child;

  g_clear_object (&self->item);
  g_clear_object (&self->blobs);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_ATTACH_CHIP);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_attach_chip_parent_class)->dispose (object);
}

static void
kefu_attach_chip_class_init (KefuAttachChipClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_attach_chip_dispose;
  signals[REMOVE] =
    g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (KEFU_TYPE_THUMB);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-attach-chip.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuAttachChip, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuAttachChip, spinner);
  gtk_widget_class_bind_template_child (widget_class, KefuAttachChip, thumb);
  gtk_widget_class_bind_template_child (widget_class, KefuAttachChip, icon);
  gtk_widget_class_bind_template_child (widget_class, KefuAttachChip, name);
  gtk_widget_class_bind_template_child (widget_class, KefuAttachChip, caption);
  gtk_widget_class_bind_template_child (widget_class, KefuAttachChip, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_install_action (widget_class, "chip.remove", NULL, remove_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "chip.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "chip.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_BackSpace, 0, "chip.remove", NULL);
}

static void
kefu_attach_chip_init (KefuAttachChip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
kefu_attach_chip_new (KefuAttachItem *item, KefuBlobCache *blobs)
{
  KefuAttachChip *self;

  g_return_val_if_fail (KEFU_IS_ATTACH_ITEM (item), NULL);

  self = g_object_new (KEFU_TYPE_ATTACH_CHIP, NULL);
  self->item = g_object_ref (item);
  g_set_object (&self->blobs, blobs);
  g_signal_connect_object (item, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

KefuAttachItem *
kefu_attach_chip_get_item (KefuAttachChip *self)
{
  g_return_val_if_fail (KEFU_IS_ATTACH_CHIP (self), NULL);

  return self->item;
}
