/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labels for what people write, with their web addresses as links. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* To be called once for a label: what it opens at a click is checked again by kefu_links_may_open(). */
void kefu_link_text_prepare (GtkLabel *label);
/* Shows @text as it is; only web addresses become links. Nothing else of it is taken for markup. */
void kefu_link_text_set (GtkLabel *label, const char *text);

G_END_DECLS
