/* SPDX-License-Identifier: GPL-3.0-or-later
 * When the first rows were on the screen, for who measures the start. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Whether @widget, which is on the screen, is one that is waited for. */
typedef gboolean (*KefuFirstPaintFunc) (GtkWidget *widget);

/**
 * kefu_first_paint_watch:
 * @window: not shown yet
 * @is_row: what is a row there
 *
 * If the environment has `KEFU_FIRST_PAINT=FILE`, writes "rows MICROSECONDS" (monotonic clock) to that file as soon as a frame with a row is
 * painted, once. Without the variable it does nothing, and costs nothing.
 */
void kefu_first_paint_watch (GtkWindow *window, KefuFirstPaintFunc is_row);

G_END_DECLS
