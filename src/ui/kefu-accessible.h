/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names for parts of widgets that have none of their own. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Names the arrow of a split button, which GTK would call "GtkMenuButton". */
void kefu_accessible_name_arrow (AdwSplitButton *button, const char *name);
/* Names a menu button: the widget, and the toggle in it that takes the focus. */
void kefu_accessible_name_menu_button (GtkMenuButton *button, const char *name);
/* Names every button below @root that holds only an icon by its tooltip, without a key in brackets: "Search (Ctrl+F)" is "Search". */
void kefu_accessible_name_by_tooltips (GtkWidget *root);

G_END_DECLS
