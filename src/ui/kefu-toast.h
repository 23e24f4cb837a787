/* SPDX-License-Identifier: GPL-3.0-or-later
 * Short words over the window. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows @text in the toast overlay that @from stands in; nothing without one. */
void kefu_toast_show (GtkWidget *from, const char *text);
/* The same with an Undo button that calls @undo; @undo_data is freed with the toast. */
void kefu_toast_undo (GtkWidget *from, const char *text, GFunc undo, gpointer undo_data, GDestroyNotify destroy);

G_END_DECLS
