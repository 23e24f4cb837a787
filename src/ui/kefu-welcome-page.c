/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first thing a new person sees. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-welcome-page.h"

#include <adwaita.h>

#include "kefu-accessible.h"
#include "kefu-ui.h"

struct _KefuWelcomePage
{
  GtkWidget parent_instance;

  GtkMenuButton *main_button;
  GtkWidget *demo_button;
};

enum
{
  DEMO,
  CONNECT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuWelcomePage, kefu_welcome_page, GTK_TYPE_WIDGET)

static void
demo_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[DEMO], 0);
}

static void
connect_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CONNECT], 0);
}

static gboolean
kefu_welcome_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (KEFU_WELCOME_PAGE (widget)->demo_button);
}

static void
kefu_welcome_page_dispose (GObject *object)
{
  kefu_ui_dispose_template (GTK_WIDGET (object), KEFU_TYPE_WELCOME_PAGE);
  G_OBJECT_CLASS (kefu_welcome_page_parent_class)->dispose (object);
}

static void
kefu_welcome_page_class_init (KefuWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_welcome_page_dispose;
  widget_class->grab_focus = kefu_welcome_page_grab_focus;

  signals[DEMO] = g_signal_new ("demo", KEFU_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CONNECT] =
    g_signal_new ("connect", KEFU_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuWelcomePage, main_button);
  gtk_widget_class_bind_template_child (widget_class, KefuWelcomePage, demo_button);
  gtk_widget_class_install_action (widget_class, "welcome.demo", NULL, demo_cb);
  gtk_widget_class_install_action (widget_class, "welcome.connect", NULL, connect_cb);
}

static void
kefu_welcome_page_init (KefuWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->main_button, kefu_ui_main_menu ());
}

GtkWidget *
kefu_welcome_page_new (void)
{
  return g_object_new (KEFU_TYPE_WELCOME_PAGE, NULL);
}
