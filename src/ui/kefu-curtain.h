/* SPDX-License-Identifier: GPL-3.0-or-later
 * Takes all that the program shows off the screen, and brings it back as it was. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * KefuCurtain:
 *
 * While it is drawn the window holds another page in the place of its content, which is out of the tree of widgets, and so out of reach of
 * keys, screenshots and assistive technology. All other windows of the program are hidden, also those that come later, and what was copied from
 * here is taken off the clipboards. Nothing is destroyed: texts, selections and the focus are there again when it opens.
 */
#define KEFU_TYPE_CURTAIN (kefu_curtain_get_type ())
G_DECLARE_FINAL_TYPE (KefuCurtain, kefu_curtain, KEFU, CURTAIN, GObject)

/* @window: not kept alive. */
KefuCurtain *kefu_curtain_new (AdwApplicationWindow *window);
/* Does nothing if it is drawn. */
void kefu_curtain_draw (KefuCurtain *self, GtkWidget *page);
void kefu_curtain_open (KefuCurtain *self);
gboolean kefu_curtain_is_drawn (KefuCurtain *self);

G_END_DECLS
