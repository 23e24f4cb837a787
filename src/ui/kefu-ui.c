/* SPDX-License-Identifier: GPL-3.0-or-later
 * The resources of the interface. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-ui.h"

#include "kefu-icons-home.h"
#include "kefu-ui-resources.h"

/* A static library's constructors are dropped by the linker when nothing names their object file, so the resources
 * are registered by hand. */
void
kefu_ui_init (void)
{
  g_resources_register (kefu_ui_get_resource ());
  kefu_icons_home_init ();
}

GMenuModel *
kefu_ui_main_menu (void)
{
  static GMenuModel *menu;

  if (menu == NULL)
    {
      g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (KEFU_UI_RESOURCES "/ui/kefu-menus.ui");

      menu = G_MENU_MODEL (g_object_ref (gtk_builder_get_object (builder, "main_menu")));
    }
  return menu;
}

void
kefu_ui_dispose_template (GtkWidget *widget, GType type)
{
  GtkWidget *child;

  gtk_widget_dispose_template (widget, type);
  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}

void
kefu_ui_close_with (GtkWindow *window, GtkWidget *owner)
{
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (GTK_IS_WIDGET (owner));

  gtk_window_set_destroy_with_parent (window, TRUE);
  g_signal_connect_object (owner, "destroy", G_CALLBACK (gtk_window_destroy), window, G_CONNECT_SWAPPED);
}
