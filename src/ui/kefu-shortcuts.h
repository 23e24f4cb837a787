/* SPDX-License-Identifier: GPL-3.0-or-later
 * All keys on one page. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void kefu_shortcuts_show (GtkWindow *parent);

G_END_DECLS
