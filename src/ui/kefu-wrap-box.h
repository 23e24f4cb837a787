/* SPDX-License-Identifier: GPL-3.0-or-later
 * Children in a row that goes on in the next line. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuWrapBox:
 *
 * Puts chips of different widths one after the other and breaks the line where the width ends, each at its natural
 * width and centred in its line. GtkFlowBox cannot do it (it aligns its children in columns), AdwWrapBox needs
 * libadwaita 1.7. Properties: `spacing` between children, `line-spacing` between lines, in px.
 */
#define KEFU_TYPE_WRAP_BOX (kefu_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (KefuWrapBox, kefu_wrap_box, KEFU, WRAP_BOX, GtkWidget)

GtkWidget *kefu_wrap_box_new (int spacing, int line_spacing);
void kefu_wrap_box_append (KefuWrapBox *self, GtkWidget *child);
/* Takes all children out but @keep (nullable). */
void kefu_wrap_box_clear (KefuWrapBox *self, GtkWidget *keep);

G_END_DECLS
