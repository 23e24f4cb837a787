/* SPDX-License-Identifier: GPL-3.0-or-later
 * Address, login, password: the way into a team's workspace. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-connect-page.h"

#include <adwaita.h>

#include "kefu-accessible.h"
#include "kefu-error.h"
#include "kefu-ui.h"

struct _KefuConnectPage
{
  GtkWidget parent_instance;

  GtkMenuButton *main_button;
  GtkEditable *address_row;
  GtkEditable *login_row;
  GtkEditable *password_row;
  GtkLabel *error_label;
  GtkStack *button_stack;
  GtkSpinner *spinner;

  gboolean busy;
};

enum
{
  SUBMIT,
  BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuConnectPage, kefu_connect_page, GTK_TYPE_WIDGET)

static gboolean
is_complete (KefuConnectPage *self)
{
  return gtk_editable_get_text (self->address_row)[0] != '\0' && gtk_editable_get_text (self->login_row)[0] != '\0' &&
         gtk_editable_get_text (self->password_row)[0] != '\0';
}

static void
update (KefuConnectPage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "connect.submit", !self->busy && is_complete (self));
  /* not insensitive: GtkText goes on blinking when it loses the focus that way */
  gtk_editable_set_editable (self->address_row, !self->busy);
  gtk_editable_set_editable (self->login_row, !self->busy);
  gtk_editable_set_editable (self->password_row, !self->busy);
  gtk_stack_set_visible_child_name (self->button_stack, self->busy ? "busy" : "words");
  gtk_spinner_set_spinning (self->spinner, self->busy);
}

static void
changed_cb (KefuConnectPage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  update (self);
}

static void
activated_cb (KefuConnectPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "connect.submit", NULL);
}

static void
submit_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  KefuConnectPage *self = KEFU_CONNECT_PAGE (widget);
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (self->address_row)));
  g_autofree char *login = g_strstrip (g_strdup (gtk_editable_get_text (self->login_row)));

  if (self->busy || !is_complete (self))
    return;
  g_signal_emit (self, signals[SUBMIT], 0, address, login, gtk_editable_get_text (self->password_row));
}

static void
back_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[BACK], 0);
}

/* Into the first field that is still empty. */
static gboolean
kefu_connect_page_grab_focus (GtkWidget *widget)
{
  KefuConnectPage *self = KEFU_CONNECT_PAGE (widget);
  GtkEditable *row = self->password_row;

  if (gtk_editable_get_text (self->address_row)[0] == '\0')
    row = self->address_row;
  else if (gtk_editable_get_text (self->login_row)[0] == '\0')
    row = self->login_row;
  return gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
kefu_connect_page_dispose (GObject *object)
{
  kefu_ui_dispose_template (GTK_WIDGET (object), KEFU_TYPE_CONNECT_PAGE);
  G_OBJECT_CLASS (kefu_connect_page_parent_class)->dispose (object);
}

static void
kefu_connect_page_class_init (KefuConnectPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_connect_page_dispose;
  widget_class->grab_focus = kefu_connect_page_grab_focus;

  signals[SUBMIT] = g_signal_new ("submit", KEFU_TYPE_CONNECT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[BACK] = g_signal_new ("back", KEFU_TYPE_CONNECT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-connect-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuConnectPage, main_button);
  gtk_widget_class_bind_template_child (widget_class, KefuConnectPage, address_row);
  gtk_widget_class_bind_template_child (widget_class, KefuConnectPage, login_row);
  gtk_widget_class_bind_template_child (widget_class, KefuConnectPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, KefuConnectPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, KefuConnectPage, button_stack);
  gtk_widget_class_bind_template_child (widget_class, KefuConnectPage, spinner);
  gtk_widget_class_install_action (widget_class, "connect.submit", NULL, submit_cb);
  gtk_widget_class_install_action (widget_class, "connect.back", NULL, back_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "connect.back", NULL);
}

static void
kefu_connect_page_init (KefuConnectPage *self)
{
  GtkEditable *rows[3];

  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->main_button, kefu_ui_main_menu ());
  rows[0] = self->address_row;
  rows[1] = self->login_row;
  rows[2] = self->password_row;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_signal_connect_object (rows[i], "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (rows[i], "entry-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

GtkWidget *
kefu_connect_page_new (void)
{
  return g_object_new (KEFU_TYPE_CONNECT_PAGE, NULL);
}

void
kefu_connect_page_prepare (KefuConnectPage *self, const char *address, const char *login)
{
  g_return_if_fail (KEFU_IS_CONNECT_PAGE (self));

  gtk_editable_set_text (self->address_row, address);
  gtk_editable_set_text (self->login_row, login);
  gtk_editable_set_text (self->password_row, "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  kefu_connect_page_set_busy (self, FALSE);
}

void
kefu_connect_page_set_busy (KefuConnectPage *self, gboolean busy)
{
  g_return_if_fail (KEFU_IS_CONNECT_PAGE (self));

  self->busy = busy;
  if (busy)
    gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  update (self);
}

void
kefu_connect_page_set_error (KefuConnectPage *self, const GError *error)
{
  GtkEditable *row = self->address_row;

  g_return_if_fail (KEFU_IS_CONNECT_PAGE (self));

  kefu_connect_page_set_busy (self, FALSE);
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_AUTH))
    gtk_editable_set_text (self->password_row, "");
  /* to what has to be put right; nothing is wrong with the words after "wait a minute" */
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_AUTH) ||
      g_error_matches (error, KEFU_ERROR, KEFU_ERROR_RATE_LIMITED))
    row = self->password_row;
  gtk_widget_grab_focus (GTK_WIDGET (row));
  gtk_label_set_label (self->error_label, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
}
