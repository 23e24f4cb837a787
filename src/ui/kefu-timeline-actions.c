/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can be done with a message: its menu, its keys. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include <glib/gi18n.h>

#include "kefu-attachment-text.h"
#include "kefu-deep-link.h"
#include "kefu-file-actions.h"
#include "kefu-image-window.h"
#include "kefu-timeline-view-private.h"
#include "kefu-transfer-look.h"

/* (transfer none) (nullable) */
static KefuMessageRecord *
find_record (KefuTimelineView *self, const char *id)
{
  guint n = self->model ? g_list_model_get_n_items (self->model) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KefuTimelineItem) item = g_list_model_get_item (self->model, i);
      KefuMessageRecord *record = kefu_timeline_item_get_record (item);

      if (record && g_str_equal (record->id, id))
        return record;
    }
  return NULL;
}

/* --- the menu of a message --- */

static void
add_item (GMenu *menu, const char *label, const char *action, const char *id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", id);
  g_menu_append_item (menu, item);
}

static void
add_file_items (KefuTimelineView *self, GMenu *menu, KefuMessageRecord *record)
{
  g_autoptr (KefuTransferLook) look = kefu_transfer_look_new (record, &self->context);
  gboolean is_picture = g_str_equal (record->kind, "image");

  if (is_picture || kefu_attachment_may_open (record->attachment))
    add_item (menu, _ ("_Open"), "message.open", record->id);
  add_item (menu, _ ("_Save As…"), "message.save", record->id);
  if (is_picture)
    add_item (menu, _ ("Copy _Picture"), "message.copy-picture", record->id);
  if (look && look->cancel)
    add_item (menu, look->cancel, "message.cancel", record->id);
}

static void
pop_up_menu (KefuTimelineView *self, KefuMessageRow *row, double x, double y)
{
  KefuTimelineItem *item = kefu_message_row_get_item (row);
  KefuMessageRecord *record = item ? kefu_timeline_item_get_record (item) : NULL;
  g_autoptr (GMenu) menu = NULL;
  gboolean can_quote;

  if (record == NULL || record->recalled || g_str_equal (record->kind, "event"))
    return;

  menu = g_menu_new ();
  can_quote = !g_str_equal (record->kind, "note") && record->rev > 0;
  if (record->attachment)
    add_file_items (self, menu, record);
  if (record->attachment == NULL || *record->body)
    add_item (menu, _ ("_Copy"), "message.copy", record->id);
  if (can_quote)
    add_item (menu, _ ("_Quote"), "message.quote", record->id);
  if (record->quote_id)
    add_item (menu, _ ("_Go to the Quoted Message"), "message.show-quoted", record->id);
  add_item (menu, _ ("To _Checklist"), "message.to-checklist", record->id);
  if (record->rev > 0)
    add_item (menu, _ ("Copy _Link"), "message.copy-link", record->id);
  if (g_str_equal (record->delivery, "failed") || g_str_equal (record->delivery, "unknown"))
    add_item (menu, _ ("Send _Again"), "message.retry", record->id);

  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), G_MENU_MODEL (menu));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* (nullable): the row in which @widget (nullable) stands. */
static KefuMessageRow *
find_row (KefuTimelineView *self, GtkWidget *widget)
{
  guint position = widget ? kefu_row_list_get_position (self->list, widget) : GTK_INVALID_LIST_POSITION;
  GtkWidget *row = position != GTK_INVALID_LIST_POSITION ? kefu_row_list_get_content (self->list, position) : NULL;

  return row ? KEFU_MESSAGE_ROW (row) : NULL;
}

static void
secondary_press_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  KefuTimelineView *self = KEFU_TIMELINE_VIEW (user_data);
  GtkWidget *list = GTK_WIDGET (self->list);
  KefuMessageRow *row = find_row (self, gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT));

  if (row == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_translate_coordinates (list, GTK_WIDGET (self), x, y, &x, &y);
  pop_up_menu (self, row, x, y);
}

KefuMessageRow *
kefu_timeline_view_focused_row (KefuTimelineView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return find_row (self, root ? gtk_root_get_focus (root) : NULL);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuTimelineView *self = KEFU_TIMELINE_VIEW (widget);
  KefuMessageRow *row = kefu_timeline_view_focused_row (self);
  graphene_rect_t bounds;

  if (row && gtk_widget_compute_bounds (GTK_WIDGET (row), widget, &bounds))
    pop_up_menu (self, row, bounds.origin.x + 24, bounds.origin.y + bounds.size.height / 2);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuMessageRecord *record = kefu_timeline_view_get_focused (KEFU_TIMELINE_VIEW (widget));

  if (record == NULL)
    return;
  if (g_str_equal (record->kind, "image") && *record->body == '\0')
    gtk_widget_activate_action (widget, "message.copy-picture", "s", record->id);
  else
    gtk_widget_activate_action (widget, "message.copy", "s", record->id);
}

static void
file_action (KefuTimelineView *self, const char *name, KefuMessageRecord *record)
{
  GtkWidget *widget = GTK_WIDGET (self);
  KefuAttachment *file = record->attachment;

  if (g_str_equal (name, "message.open") && g_str_equal (record->kind, "image"))
    gtk_window_present (GTK_WINDOW (kefu_image_window_new (widget, self->session, self->blobs, file)));
  else if (g_str_equal (name, "message.open"))
    kefu_file_actions_open (widget, self->session, file);
  else if (g_str_equal (name, "message.save"))
    kefu_file_actions_save_as (widget, self->session, file);
  else if (g_str_equal (name, "message.copy-picture"))
    kefu_file_actions_copy_picture (widget, self->session, self->blobs, file);
  else if (record->rev == 0)
    kefu_transfers_cancel_upload (kefu_session_get_transfers (self->session), record->id);
  else
    kefu_transfers_cancel_fetch (kefu_session_get_transfers (self->session), file->sha256);
}

static void
message_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuTimelineView *self = KEFU_TIMELINE_VIEW (widget);
  KefuMessageRecord *record = find_record (self, g_variant_get_string (parameter, NULL));

  if (record == NULL)
    return;
  kefu_message_record_ref (record);
  if (g_str_equal (name, "message.copy"))
    {
      g_autofree char *text = kefu_message_text (record);

      gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
    }
  else if (g_str_equal (name, "message.copy-link"))
    {
      g_autofree char *link = kefu_deep_link_make (record->conversation_id, record->id);

      gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), link);
    }
  else if (g_str_equal (name, "message.show-quoted"))
    {
      if (record->quote_id)
        kefu_timeline_view_show_message (self, record->quote_id, NULL);
    }
  else if (g_str_equal (name, "message.quote"))
    {
      g_signal_emit_by_name (self, "quote", record);
    }
  else if (g_str_equal (name, "message.to-checklist"))
    {
      g_signal_emit_by_name (self, "to-checklist", record);
    }
  else if (g_str_equal (name, "message.retry"))
    {
      if (self->session)
        kefu_session_retry_message (self->session, record->id);
    }
  else if (self->session && record->attachment)
    {
      file_action (self, name, record);
    }
  kefu_message_record_unref (record);
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuTimelineView *self = KEFU_TIMELINE_VIEW (widget);

  if (self->model && KEFU_IS_TIMELINE_MODEL (self->model))
    kefu_timeline_model_retry (KEFU_TIMELINE_MODEL (self->model));
}

void
kefu_timeline_view_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, secondary_press_cb);
  gtk_widget_class_install_action (widget_class, "message.open", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.save", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.cancel", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.copy-picture", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.copy", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.copy-link", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.show-quoted", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.quote", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.to-checklist", "s", message_action);
  gtk_widget_class_install_action (widget_class, "message.retry", "s", message_action);
  gtk_widget_class_install_action (widget_class, "timeline.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "timeline.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "timeline.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "timeline.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "timeline.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "timeline.menu", NULL);
}
