/* SPDX-License-Identifier: GPL-3.0-or-later
 * Names for parts of widgets that have none of their own. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Names the arrow of a split button, which GTK would call "GtkMenuButton". */
void kefu_accessible_name_arrow (AdwSplitButton *button, const char *name);

G_END_DECLS
