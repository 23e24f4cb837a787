/* SPDX-License-Identifier: GPL-3.0-or-later
 * The resources of the interface. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Resource base path: style sheet, icons, templates (in ui/). */
#define KEFU_UI_RESOURCES "/org/kefu/Kefu"

/* Registers the templates, icons and the style sheet, and sees to it that icons end on the main thread, which is the one that calls this,
 * before the first widget is made. Idempotent. */
void kefu_ui_init (void);
/* (transfer none): the menu behind the button with the three lines: preferences, shortcuts, about, quit. */
GMenuModel *kefu_ui_main_menu (void);

/* For dispose: gtk_widget_dispose_template(), and the children that are not bound to a field go too. */
void kefu_ui_dispose_template (GtkWidget *widget, GType type);
/* Closes @window when @owner, the widget whose session it shows, comes to its end: nothing of a customer outlives the workspace. */
void kefu_ui_close_with (GtkWindow *window, GtkWidget *owner);

G_END_DECLS
