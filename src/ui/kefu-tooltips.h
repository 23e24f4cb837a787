/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tooltips that suit Chinese words and open menus. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Mends the tooltips of all buttons, labels, images and boxes, once for the process, after gtk_init(): Chinese words stand in one
 * line as long as there is room, and none lies on the menu that its button has opened. */
void kefu_tooltips_init (void);
/* For handlers of `query-tooltip`: gtk_tooltip_set_text() with the first of these two. */
void kefu_tooltips_set_text (GtkTooltip *tooltip, const char *text);

G_END_DECLS
