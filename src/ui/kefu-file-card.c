/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file or a voice message in the chat. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-file-card.h"

#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-attachment-text.h"
#include "kefu-transfer-button.h"

struct _KefuFileCard
{
  GtkWidget parent_instance;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *caption;
  GtkStack *stack;
  GtkWidget *save_button;
  KefuTransferButton *cancel_button;

  KefuAttachment *attachment;
};

enum
{
  OPEN,
  SAVE,
  CANCEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuFileCard, kefu_file_card, GTK_TYPE_WIDGET)

static void
released_cb (KefuFileCard *self, int n_press, double x, double y)
{
  if (gtk_widget_contains (GTK_WIDGET (self), x, y))
    g_signal_emit (self, signals[OPEN], 0);
}

static void
save_cb (KefuFileCard *self)
{
  g_signal_emit (self, signals[SAVE], 0);
}

static void
cancel_cb (KefuFileCard *self)
{
  g_signal_emit (self, signals[CANCEL], 0);
}

static void
kefu_file_card_dispose (GObject *object)
{
  KefuFileCard *self = KEFU_FILE_CARD (object);
  GtkWidget *child;

  g_clear_pointer (&self->attachment, kefu_attachment_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_FILE_CARD);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_file_card_parent_class)->dispose (object);
}

static void
kefu_file_card_class_init (KefuFileCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_file_card_dispose;

  signals[OPEN] = g_signal_new ("open", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SAVE] = g_signal_new ("save", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CANCEL] = g_signal_new ("cancel", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (KEFU_TYPE_TRANSFER_BUTTON);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-file-card.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuFileCard, icon);
  gtk_widget_class_bind_template_child (widget_class, KefuFileCard, name);
  gtk_widget_class_bind_template_child (widget_class, KefuFileCard, caption);
  gtk_widget_class_bind_template_child (widget_class, KefuFileCard, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuFileCard, save_button);
  gtk_widget_class_bind_template_child (widget_class, KefuFileCard, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
kefu_file_card_init (KefuFileCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "pointer");
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
}

GtkWidget *
kefu_file_card_new (void)
{
  return g_object_new (KEFU_TYPE_FILE_CARD, NULL);
}

void
kefu_file_card_set (KefuFileCard *self, KefuAttachment *attachment)
{
  const char *name;

  g_return_if_fail (KEFU_IS_FILE_CARD (self));
  g_return_if_fail (attachment);

  kefu_attachment_ref (attachment);
  g_clear_pointer (&self->attachment, kefu_attachment_unref);
  self->attachment = attachment;
  name = attachment->seconds > 0 || *attachment->name == '\0' ? _ ("Voice message") : attachment->name;
  if (attachment->seconds == 0 && *attachment->name == '\0' && !g_str_has_prefix (attachment->mime, "audio/"))
    name = _ ("File");
  gtk_image_set_from_icon_name (self->icon, kefu_attachment_icon (attachment));
  gtk_label_set_label (self->name, name);
  /* What is left out in the middle may be what tells two files apart. */
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), name);
  kefu_file_card_set_transfer (self, NULL, -1, NULL);
}

void
kefu_file_card_set_transfer (KefuFileCard *self, const char *text, double fraction, const char *cancel)
{
  g_autofree char *caption = NULL;

  g_return_if_fail (KEFU_IS_FILE_CARD (self));

  if (text == NULL && self->attachment)
    caption = kefu_attachment_caption (self->attachment);
  gtk_label_set_label (self->caption, text ? text : caption ? caption : "");
  kefu_transfer_button_set_fraction (self->cancel_button, fraction);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->cancel_button), cancel);
  if (cancel)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel_button), GTK_ACCESSIBLE_PROPERTY_LABEL, cancel, -1);
  gtk_stack_set_visible_child_name (self->stack, cancel ? "transfer" : "save");
}
