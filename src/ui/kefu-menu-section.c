/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sections of menus that are made anew each time they open. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-menu-section.h"

GMenu *
kefu_menu_section (GtkMenuButton *button, guint n)
{
  g_autofree char *key = NULL;
  GMenu *section;

  g_return_val_if_fail (GTK_IS_MENU_BUTTON (button), NULL);

  key = g_strdup_printf ("kefu-menu-section-%u", n);
  section = g_object_get_data (G_OBJECT (button), key);
  if (section == NULL)
    {
      section = g_menu_new ();
      g_object_set_data_full (G_OBJECT (button), key, section, g_object_unref);
    }
  g_menu_remove_all (section);
  return section;
}
