/* SPDX-License-Identifier: GPL-3.0-or-later
 * Asks for the password again while the workspace stays open behind it. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-sign-in-dialog.h"

#include <glib/gi18n.h>

struct _KefuSignInDialog
{
  AdwWindow parent_instance;

  AdwActionRow *who_row;
  GtkEditable *password_row;
  GtkLabel *words;
  GtkLabel *error_label;

  gboolean busy;
};

enum
{
  SUBMIT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuSignInDialog, kefu_sign_in_dialog, ADW_TYPE_WINDOW)

static void
update (KefuSignInDialog *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.submit",
                                 !self->busy && gtk_editable_get_text (self->password_row)[0] != '\0');
  gtk_editable_set_editable (self->password_row, !self->busy);
}

static void
changed_cb (KefuSignInDialog *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  update (self);
}

static void
activated_cb (KefuSignInDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.submit", NULL);
}

static void
submit_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SUBMIT], 0, gtk_editable_get_text (KEFU_SIGN_IN_DIALOG (widget)->password_row));
}

static void
kefu_sign_in_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), KEFU_TYPE_SIGN_IN_DIALOG);
  G_OBJECT_CLASS (kefu_sign_in_dialog_parent_class)->dispose (object);
}

static void
kefu_sign_in_dialog_class_init (KefuSignInDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_sign_in_dialog_dispose;

  signals[SUBMIT] = g_signal_new ("submit", KEFU_TYPE_SIGN_IN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-sign-in-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuSignInDialog, who_row);
  gtk_widget_class_bind_template_child (widget_class, KefuSignInDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, KefuSignInDialog, words);
  gtk_widget_class_bind_template_child (widget_class, KefuSignInDialog, error_label);
  gtk_widget_class_install_action (widget_class, "dialog.submit", NULL, submit_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
kefu_sign_in_dialog_init (KefuSignInDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->password_row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->password_row, "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->password_row));
  update (self);
}

static const char *
words_for (KefuAuthReason reason)
{
  switch (reason)
    {
    case KEFU_AUTH_EXPIRED:
      return _ ("This computer was not used for long, so the sign-in has expired.");
    case KEFU_AUTH_REVOKED:
      return _ ("This computer was signed out by the server.");
    case KEFU_AUTH_PASSWORD:
      return _ ("Your password was changed. Type the new one.");
    case KEFU_AUTH_DISABLED:
      return _ ("Your login is disabled. When it is enabled again, your password opens it.");
    case KEFU_AUTH_UNKNOWN:
    default:
      return _ ("The server needs your password to go on.");
    }
}

GtkWidget *
kefu_sign_in_dialog_new (GtkWindow *parent, const char *login, const char *address, KefuAuthReason reason)
{
  KefuSignInDialog *self = g_object_new (KEFU_TYPE_SIGN_IN_DIALOG, "transient-for", parent, NULL);

  /* a window of its own has the keys of the application only so */
  gtk_window_set_application (GTK_WINDOW (self), gtk_window_get_application (parent));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->who_row), login);
  adw_action_row_set_subtitle (self->who_row, address);
  gtk_label_set_label (self->words, words_for (reason));
  return GTK_WIDGET (self);
}

void
kefu_sign_in_dialog_set_busy (KefuSignInDialog *self, gboolean busy)
{
  g_return_if_fail (KEFU_IS_SIGN_IN_DIALOG (self));

  self->busy = busy;
  update (self);
}

void
kefu_sign_in_dialog_set_error (KefuSignInDialog *self, const char *text)
{
  g_return_if_fail (KEFU_IS_SIGN_IN_DIALOG (self));

  self->busy = FALSE;
  gtk_editable_set_text (self->password_row, "");
  gtk_label_set_label (self->error_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
}
