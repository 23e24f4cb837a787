/* SPDX-License-Identifier: GPL-3.0-or-later
 * When the inbox was first on the screen, for who measures the start. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * kefu_first_paint_watch:
 * @window: not shown yet
 *
 * If the environment has `KEFU_FIRST_PAINT=FILE`, writes "rows MICROSECONDS" (monotonic clock) to that file as soon as a frame with a row of the
 * inbox is painted, once. Without the variable it does nothing, and costs nothing.
 */
void kefu_first_paint_watch (GtkWindow *window);

G_END_DECLS
