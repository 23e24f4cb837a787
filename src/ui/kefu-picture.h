/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was drawn once, kept as pixels. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * kefu_picture_append:
 * @widget: what is drawn, in a window
 * @snapshot: where it is to be seen
 * @node: (transfer full) (nullable): what it looks like
 *
 * Without a GPU all that has moved is drawn anew, word by word and shape by shape. There the pixels of @node are kept, at the scale of the window, and
 * moving them is copying them. With one, and for words drawn with subpixels, which must know what is behind them, @node is appended as it is.
 */
void kefu_picture_append (GtkWidget *widget, GtkSnapshot *snapshot, GskRenderNode *node);

G_END_DECLS
