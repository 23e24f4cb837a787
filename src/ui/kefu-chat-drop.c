/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files and pictures dropped anywhere on a conversation. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-chat-pane-private.h"

#include <glib/gi18n.h>

#include "kefu-text.h"

/* It stands in the capture phase: the text entry would take the path of a file for words. */

static gboolean
drop_accept_cb (GtkDropTargetAsync *target, GdkDrop *drop, gpointer user_data)
{
  return kefu_composer_wants_drop (KEFU_CHAT_PANE (user_data)->composer, drop);
}

static GdkDragAction
drag_enter_cb (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y, gpointer user_data)
{
  KefuChatPane *self = KEFU_CHAT_PANE (user_data);
  KefuConversationRecord *record = kefu_chat_pane_record (self);
  gboolean note = kefu_composer_get_note_mode (self->composer);
  g_autofree char *name = kefu_text_mask_name (record ? record->customer_name : "");
  /* TRANSLATORS: a customer */
  g_autofree char *text =
    note ? g_strdup (_ ("Notes carry no files")) : g_strdup_printf (_ ("Drop here to attach for %s"), name);

  gtk_label_set_label (self->drop_label, text);
  gtk_image_set_from_icon_name (self->drop_icon, note ? "kefu-note-symbolic" : "kefu-attach-symbolic");
  gtk_widget_set_visible (self->drop_hint, TRUE);
  return GDK_ACTION_COPY;
}

static void
drag_leave_cb (GtkDropTargetAsync *target, GdkDrop *drop, gpointer user_data)
{
  gtk_widget_set_visible (KEFU_CHAT_PANE (user_data)->drop_hint, FALSE);
}

static gboolean
drop_cb (GtkDropTargetAsync *target, GdkDrop *drop, double x, double y, gpointer user_data)
{
  KefuChatPane *self = KEFU_CHAT_PANE (user_data);

  gtk_widget_set_visible (self->drop_hint, FALSE);
  if (kefu_composer_take_drop (self->composer, drop))
    kefu_composer_focus (self->composer);
  return TRUE;
}

void
kefu_chat_pane_install_drop (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, drop_hint);
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, drop_icon);
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, drop_label);
  gtk_widget_class_bind_template_callback (widget_class, drop_accept_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_enter_cb);
  gtk_widget_class_bind_template_callback (widget_class, drag_leave_cb);
  gtk_widget_class_bind_template_callback (widget_class, drop_cb);
}
