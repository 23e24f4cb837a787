/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sections of menus that are made anew each time they open. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * kefu_menu_section:
 * @n: 0 is the first one
 *
 * For the menu that is made when @button is pressed: the same section each time, emptied. GTK (4.8) never lets go of a section that was once in
 * the menu of a button, so new ones would stay for ever with all their items.
 *
 * Returns: (transfer none): lives as long as @button
 */
GMenu *kefu_menu_section (GtkMenuButton *button, guint n);

G_END_DECLS
