/* SPDX-License-Identifier: GPL-3.0-or-later
 * Icons of the theme come to their end on the main thread. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* From now on every GtkIconPaintable that is made on this thread ends there too, some time after everybody else has let go of it: when the default
 * main context is idle and about a hundred more have been made. On the main thread, before the first widget is made. Idempotent. */
void kefu_icons_home_init (void);

G_END_DECLS
