/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names for parts of widgets that have none of their own. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-accessible.h"

void
kefu_accessible_name_arrow (AdwSplitButton *button, const char *name)
{
  GtkWidget *child;

  g_return_if_fail (ADW_IS_SPLIT_BUTTON (button));

  for (child = gtk_widget_get_first_child (GTK_WIDGET (button)); child; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
