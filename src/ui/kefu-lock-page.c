/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a locked desk shows. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-lock-page.h"

#include <glib/gi18n.h>

#include "kefu-ui.h"

struct _KefuLockPage
{
  GtkWidget parent_instance;

  GtkLabel *who_label;
  GtkLabel *hint_label;
  GtkEditable *password_entry;
  GtkLabel *error_label;
  GtkWidget *unlock_button;

  gboolean with_password;
  gboolean busy;
};

enum
{
  UNLOCK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuLockPage, kefu_lock_page, GTK_TYPE_WIDGET)

static void
update (KefuLockPage *self)
{
  gboolean ready = !self->with_password || gtk_editable_get_text (self->password_entry)[0] != '\0';

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "lock.unlock", !self->busy && ready);
  gtk_editable_set_editable (self->password_entry, !self->busy);
}

static void
changed_cb (KefuLockPage *self)
{
  if (gtk_editable_get_text (self->password_entry)[0] != '\0')
    gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  update (self);
}

static void
activate_cb (KefuLockPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "lock.unlock", NULL);
}

static void
unlock_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuLockPage *self = KEFU_LOCK_PAGE (widget);
  g_autofree char *password = g_strdup (gtk_editable_get_text (self->password_entry));

  g_signal_emit (self, signals[UNLOCK], 0, password);
}

static gboolean
kefu_lock_page_grab_focus (GtkWidget *widget)
{
  KefuLockPage *self = KEFU_LOCK_PAGE (widget);

  return gtk_widget_grab_focus (self->with_password ? GTK_WIDGET (self->password_entry) : self->unlock_button);
}

static void
kefu_lock_page_dispose (GObject *object)
{
  kefu_ui_dispose_template (GTK_WIDGET (object), KEFU_TYPE_LOCK_PAGE);
  G_OBJECT_CLASS (kefu_lock_page_parent_class)->dispose (object);
}

static void
kefu_lock_page_class_init (KefuLockPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_lock_page_dispose;
  widget_class->grab_focus = kefu_lock_page_grab_focus;

  signals[UNLOCK] =
    g_signal_new ("unlock", KEFU_TYPE_LOCK_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, KEFU_UI_RESOURCES "/ui/kefu-lock-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuLockPage, who_label);
  gtk_widget_class_bind_template_child (widget_class, KefuLockPage, hint_label);
  gtk_widget_class_bind_template_child (widget_class, KefuLockPage, password_entry);
  gtk_widget_class_bind_template_child (widget_class, KefuLockPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, KefuLockPage, unlock_button);
  gtk_widget_class_install_action (widget_class, "lock.unlock", NULL, unlock_action);
}

static void
kefu_lock_page_init (KefuLockPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->password_entry, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->password_entry, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
kefu_lock_page_new (const char *who, gboolean with_password)
{
  KefuLockPage *self = g_object_new (KEFU_TYPE_LOCK_PAGE, NULL);

  self->with_password = with_password;
  gtk_label_set_label (self->who_label, who);
  gtk_label_set_label (self->hint_label,
                       with_password ? _ ("Enter your password to go on.") : _ ("The demo shop has no password."));
  gtk_widget_set_visible (GTK_WIDGET (self->password_entry), with_password);
  update (self);
  return GTK_WIDGET (self);
}

void
kefu_lock_page_set_busy (KefuLockPage *self, gboolean busy)
{
  g_return_if_fail (KEFU_IS_LOCK_PAGE (self));

  self->busy = busy;
  update (self);
}

void
kefu_lock_page_set_error (KefuLockPage *self, const char *text)
{
  g_return_if_fail (KEFU_IS_LOCK_PAGE (self));

  self->busy = FALSE;
  gtk_editable_set_text (self->password_entry, "");
  gtk_label_set_label (self->error_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}
