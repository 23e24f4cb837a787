/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names for parts of widgets that have none of their own. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-accessible.h"

#include <string.h>

void
kefu_accessible_name_arrow (AdwSplitButton *button, const char *name)
{
  GtkWidget *child;

  g_return_if_fail (ADW_IS_SPLIT_BUTTON (button));

  for (child = gtk_widget_get_first_child (GTK_WIDGET (button)); child; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
kefu_accessible_name_menu_button (GtkMenuButton *button, const char *name)
{
  GtkWidget *toggle;

  g_return_if_fail (GTK_IS_MENU_BUTTON (button));

  set_name (GTK_WIDGET (button), name);
  toggle = gtk_widget_get_first_child (GTK_WIDGET (button));
  if (GTK_IS_BUTTON (toggle))
    set_name (toggle, name);
}

void
kefu_accessible_name_by_tooltips (GtkWidget *root)
{
  const char *tooltip = gtk_widget_get_tooltip_text (root);

  if (tooltip != NULL)
    {
      const char *key = strstr (tooltip, " (");
      g_autofree char *name = key ? g_strndup (tooltip, (gsize) (key - tooltip)) : g_strdup (tooltip);

      if (GTK_IS_MENU_BUTTON (root))
        kefu_accessible_name_menu_button (GTK_MENU_BUTTON (root), name);
      else if (GTK_IS_BUTTON (root) && gtk_button_get_icon_name (GTK_BUTTON (root)) != NULL)
        set_name (root, name);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    kefu_accessible_name_by_tooltips (child);
}
