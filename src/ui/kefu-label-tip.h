/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole text of a label that was cut. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A tooltip with all of an ellipsizing label's text, only where it is cut: one that repeats what is there is in the way. */
void kefu_label_tip_add (GtkWidget *label);

G_END_DECLS
