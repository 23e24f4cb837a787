/* SPDX-License-Identifier: GPL-3.0-or-later
 * The row at the foot of the inbox that holds what was not sent. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-tray.h"

#include <glib/gi18n.h>

#include "kefu-time-format.h"
#include "kefu-tray-row.h"
#include "kefu-ui.h"

/* Online, each reply is in the outbox for a moment: only what was refused or waits for a server that is away is worth a
 * row, or it would flash with every message. */
struct _KefuTray
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkButton *button;
  GtkPopover *popover;
  GtkListBox *list;
  GtkLabel *caption;
  GtkLabel *count;

  KefuSession *session;
  KefuOutboxList *outbox;
};

G_DEFINE_FINAL_TYPE (KefuTray, kefu_tray, GTK_TYPE_WIDGET)

static void
update (KefuTray *self)
{
  guint n_waiting = kefu_outbox_list_get_n_waiting (self->outbox);
  guint n_rejected = kefu_outbox_list_get_n_rejected (self->outbox);
  KefuSyncState state = kefu_sync_engine_get_state (kefu_session_get_engine (self->session));
  gboolean away = state != KEFU_SYNC_LIVE && state != KEFU_SYNC_CATCHING_UP;
  g_autofree char *count = g_strdup_printf ("%u", n_waiting + n_rejected);
  g_autofree char *caption = NULL;
  g_autofree char *name = NULL;

  if (n_rejected > 0)
    caption = g_strdup_printf (ngettext ("%u was refused", "%u were refused", n_rejected), n_rejected);
  else
    {
      g_autofree char *oldest = kefu_time_format_day_time (kefu_outbox_list_get_oldest_at (self->outbox),
                                                           kefu_clock_now (kefu_session_get_clock (self->session)));

      /* TRANSLATORS: %s is a time, such as "14:03" or "Yesterday 21:40" */
      caption = g_strdup_printf (_ ("Oldest from %s"), oldest);
    }
  gtk_label_set_label (self->count, count);
  gtk_label_set_label (self->caption, caption);
  name = g_strdup_printf ("%s, %s, %s", _ ("Not sent"), count, caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_revealer_set_reveal_child (self->revealer, n_rejected > 0 || (n_waiting > 0 && away));
  if (n_waiting + n_rejected == 0)
    gtk_popover_popdown (self->popover);
}

static GtkWidget *
create_row_cb (gpointer item, gpointer user_data)
{
  KefuTray *self = user_data;

  return kefu_tray_row_new (self->session, item);
}

static void
row_activated_cb (KefuTray *self, GtkListBoxRow *row)
{
  const char *id = kefu_outbox_item_get_record (kefu_tray_row_get_item (KEFU_TRAY_ROW (row)))->conversation_id;

  if (id == NULL)
    return;
  gtk_popover_popdown (self->popover);
  kefu_session_open_conversation (self->session, id);
}

static void
kefu_tray_dispose (GObject *object)
{
  KefuTray *self = KEFU_TRAY (object);

  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_TRAY);
  g_clear_object (&self->outbox);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kefu_tray_parent_class)->dispose (object);
}

static void
kefu_tray_class_init (KefuTrayClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_tray_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-tray.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuTray, revealer);
  gtk_widget_class_bind_template_child (widget_class, KefuTray, button);
  gtk_widget_class_bind_template_child (widget_class, KefuTray, popover);
  gtk_widget_class_bind_template_child (widget_class, KefuTray, list);
  gtk_widget_class_bind_template_child (widget_class, KefuTray, caption);
  gtk_widget_class_bind_template_child (widget_class, KefuTray, count);
}

static void
kefu_tray_init (KefuTray *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (gtk_popover_popup), self->popover, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
}

void
kefu_tray_set_session (KefuTray *self, KefuSession *session, KefuOutboxList *outbox)
{
  g_return_if_fail (KEFU_IS_TRAY (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->outbox = g_object_ref (outbox);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (outbox), create_row_cb, self, NULL);
  g_signal_connect_object (outbox, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (kefu_session_get_engine (session), "notify::state", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
kefu_tray_close (KefuTray *self)
{
  g_return_if_fail (KEFU_IS_TRAY (self));

  gtk_popover_popdown (self->popover);
}
