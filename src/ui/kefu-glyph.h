/* SPDX-License-Identifier: GPL-3.0-or-later
 * One of our own symbolic icons, drawn from its path. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuGlyph:
 *
 * A GtkSymbolicPaintable. GTK 4.8 reads the file of a symbolic icon four times for each size, through the library for SVG, and on the main thread when it
 * is painted at once. Ours are one path of straight lines and curves each, which cairo fills at any size and scale.
 */
#define KEFU_TYPE_GLYPH (kefu_glyph_get_type ())
G_DECLARE_FINAL_TYPE (KefuGlyph, kefu_glyph, KEFU, GLYPH, GObject)

/* (transfer full) (nullable): @icon_name as for an icon theme, with “-symbolic”; NULL if it is none of ours, or not drawn like them. */
KefuGlyph *kefu_glyph_new (const char *icon_name);
/* @button, which has an `icon-name`, draws it so from now on, whichever of ours it is. */
void kefu_glyph_draw_on (GtkWidget *button);

G_END_DECLS
