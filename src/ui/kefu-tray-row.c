/* SPDX-License-Identifier: GPL-3.0-or-later
 * One thing that was not sent, and what can be done about it. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-tray-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-attachment-text.h"
#include "kefu-conflict-card.h"
#include "kefu-dialogs.h"
#include "kefu-refusal.h"
#include "kefu-text.h"
#include "kefu-time-format.h"

#define TEXT_MAX_CHARS 80

/* A waiting item can be hurried, a refused one retried, edited or discarded; both can be copied. What a colleague was faster with is
 * never sent again as it is: both values are shown, and the agent decides. */
struct _KefuTrayRow
{
  GtkListBoxRow parent_instance;

  GtkImage *image;
  GtkLabel *who;
  GtkLabel *time;
  GtkLabel *text;
  GtkLabel *reason;
  AdwBin *question;
  GtkWidget *retry_button;
  GtkWidget *edit_button;
  GtkWidget *copy_button;
  GtkWidget *discard_button;

  KefuSession *session;
  KefuOutboxItem *item;
};

G_DEFINE_FINAL_TYPE (KefuTrayRow, kefu_tray_row, GTK_TYPE_LIST_BOX_ROW)

static void
retry_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuTrayRow *self = KEFU_TRAY_ROW (widget);

  if (kefu_outbox_item_is_rejected (self->item))
    kefu_store_retry_rejected (kefu_session_get_store (self->session), kefu_outbox_item_get_record (self->item)->op_id);
  else
    kefu_sync_engine_retry_now (kefu_session_get_engine (self->session));
}

static void
edit_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuTrayRow *self = KEFU_TRAY_ROW (widget);

  gtk_widget_activate_action (widget, "desk.edit-refused", "s", kefu_outbox_item_get_record (self->item)->op_id);
}

static void
copy_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuTrayRow *self = KEFU_TRAY_ROW (widget);
  KefuOutboxRecord *record = kefu_outbox_item_get_record (self->item);
  g_autofree char *field = kefu_refusal_dup_field (record);

  if (kefu_refusal_is_masked (field))
    {
      g_autofree char *customer_id = kefu_refusal_dup_value (record, "customer_id");

      kefu_session_record_reveal (self->session, customer_id, field, "copy");
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), record->text);
}

static void
discard_confirmed_cb (gpointer user_data)
{
  KefuTrayRow *self = user_data;

  kefu_store_discard_rejected (kefu_session_get_store (self->session), kefu_outbox_item_get_record (self->item)->op_id);
}

static void
discard_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  kefu_dialogs_confirm (widget, _ ("Discard This?"), _ ("It was refused by the server and is kept only here."),
                        _ ("_Discard"), TRUE, discard_confirmed_cb, g_object_ref (widget), g_object_unref);
}

/* (transfer full): one line of what was typed, masked where the screen masks it; of a file its name and size. */
static char *
dup_text (KefuOutboxRecord *record, gint64 now)
{
  g_autofree char *field = kefu_refusal_dup_field (record);
  g_autofree char *shown = *record->text ? kefu_refusal_show_value (field, record->text, FALSE, now) : g_strdup ("");
  g_autofree char *words = kefu_text_one_line (shown, TEXT_MAX_CHARS);
  g_autofree char *size = NULL;
  g_autofree char *file = NULL;

  if (record->attachment == NULL)
    return *words ? g_steal_pointer (&words) : g_strdup (kefu_refusal_describe (record->type));
  size = kefu_attachment_size_text (record->attachment->size);
  file = g_strdup_printf ("%s · %s", record->attachment->name, size);
  return *words ? g_strdup_printf ("%s · %s", file, words) : g_steal_pointer (&file);
}

static void
show_question (KefuTrayRow *self, KefuOutboxRecord *record)
{
  GtkWidget *card = kefu_conflict_card_new (self->session);

  kefu_conflict_card_set (KEFU_CONFLICT_CARD (card), record);
  adw_bin_set_child (self->question, card);
  gtk_widget_set_visible (GTK_WIDGET (self->question), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->text), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), FALSE);
}

static void
fill (KefuTrayRow *self)
{
  KefuOutboxRecord *record = kefu_outbox_item_get_record (self->item);
  gboolean rejected = kefu_outbox_item_is_rejected (self->item);
  gint64 now = kefu_clock_now (kefu_session_get_clock (self->session));
  g_autofree char *time = kefu_time_format_day_time (record->created_at, now);
  g_autofree char *text = dup_text (record, now);
  g_autofree char *name = NULL;

  gtk_image_set_from_icon_name (self->image, rejected ? "kefu-failed-symbolic" : "kefu-pending-symbolic");
  gtk_label_set_label (self->who,
                       record->customer_name[0] ? record->customer_name : kefu_refusal_describe (record->type));
  gtk_label_set_label (self->time, time);
  gtk_label_set_label (self->text, text);
  gtk_label_set_label (self->reason, record->reason);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), rejected && record->reason[0] != '\0');
  gtk_widget_set_visible (self->retry_button, !record->is_conflict);
  gtk_widget_set_visible (self->edit_button, rejected && kefu_refusal_can_edit (record));
  gtk_widget_set_visible (self->copy_button, record->text[0] != '\0');
  gtk_widget_set_visible (self->discard_button, rejected && !record->conflict);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), record->conversation_id != NULL);
  if (record->conflict)
    show_question (self, record);

  name = g_strdup_printf ("%s, %s, %s", gtk_label_get_label (self->who), text,
                          rejected ? record->reason : _ ("waiting for the network"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
kefu_tray_row_dispose (GObject *object)
{
  KefuTrayRow *self = KEFU_TRAY_ROW (object);

  g_clear_object (&self->session);
  g_clear_object (&self->item);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_TRAY_ROW);
  G_OBJECT_CLASS (kefu_tray_row_parent_class)->dispose (object);
}

static void
kefu_tray_row_class_init (KefuTrayRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_tray_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-tray-row.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, image);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, who);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, time);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, text);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, reason);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, question);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, KefuTrayRow, discard_button);
  gtk_widget_class_install_action (widget_class, "row.retry", NULL, retry_cb);
  gtk_widget_class_install_action (widget_class, "row.edit", NULL, edit_cb);
  gtk_widget_class_install_action (widget_class, "row.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "row.discard", NULL, discard_cb);
}

static void
kefu_tray_row_init (KefuTrayRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
}

GtkWidget *
kefu_tray_row_new (KefuSession *session, KefuOutboxItem *item)
{
  KefuTrayRow *self = g_object_new (KEFU_TYPE_TRAY_ROW, NULL);

  self->session = g_object_ref (session);
  self->item = g_object_ref (item);
  fill (self);
  return GTK_WIDGET (self);
}

KefuOutboxItem *
kefu_tray_row_get_item (KefuTrayRow *self)
{
  g_return_val_if_fail (KEFU_IS_TRAY_ROW (self), NULL);

  return self->item;
}
