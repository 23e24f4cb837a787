/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inbox, chat and panel side by side, as the width of the window allows. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuPanes:
 *
 * Two nested GtkPaned. A wide window shows all three; below 1180 px the panel is away until it is asked for, and then takes the place of the
 * inbox. Its smallest width is that of two panes, so the window can be made smaller than all three.
 *
 * Properties: `inbox`, `chat`, `panel` (GtkWidget, set once), `panel-visible` (boolean, read/write, notifies: what is on the screen now),
 * `narrow` (boolean, read, notifies: below 1000 px).
 */
#define KEFU_TYPE_PANES (kefu_panes_get_type ())
G_DECLARE_FINAL_TYPE (KefuPanes, kefu_panes, KEFU, PANES, GtkWidget)

/* Takes widths and the wish for the panel from @settings (org.kefu.Kefu) and keeps them there. */
void kefu_panes_bind_settings (KefuPanes *self, GSettings *settings);
gboolean kefu_panes_get_panel_visible (KefuPanes *self);
/* In a wide window this is remembered; in a narrow one it holds until the window is wide again. */
void kefu_panes_set_panel_visible (KefuPanes *self, gboolean panel_visible);
gboolean kefu_panes_get_narrow (KefuPanes *self);

G_END_DECLS
