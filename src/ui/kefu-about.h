/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who made this, and under which licence. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void kefu_about_show (GtkWindow *parent);

G_END_DECLS
