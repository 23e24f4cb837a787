/* SPDX-License-Identifier: GPL-3.0-or-later
 * Icons of the theme come to their end on the main thread. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* From now on a GtkIconPaintable whose last reference is dropped on another thread is brought to the default main context and ends
 * there. On the main thread, before the first widget is made. Idempotent. */
void kefu_icons_home_init (void);

G_END_DECLS
