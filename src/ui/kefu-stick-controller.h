/* SPDX-License-Identifier: GPL-3.0-or-later
 * Follows the end of a list while the agent is there. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuStickController:
 *
 * A list view neither follows what is appended nor keeps its end in view when it becomes narrower. This does both as long as the
 * end is in view, and leaves the view alone otherwise. Property (read, notify): `at-end`.
 */
#define KEFU_TYPE_STICK_CONTROLLER (kefu_stick_controller_get_type ())
G_DECLARE_FINAL_TYPE (KefuStickController, kefu_stick_controller, KEFU, STICK_CONTROLLER, GObject)

/* (transfer full): @list must stand in @scrolled, at whatever depth, and share its adjustment. Both are borrowed: the controller
 * belongs to the widget that owns them and goes first. */
KefuStickController *kefu_stick_controller_new (GtkScrolledWindow *scrolled, GtkListView *list);
gboolean kefu_stick_controller_get_at_end (KefuStickController *self);
/* Whether it follows the end, or is on its way somewhere. */
gboolean kefu_stick_controller_is_busy (KefuStickController *self);
/* Goes to the end and follows it from then on. */
void kefu_stick_controller_go_to_end (KefuStickController *self);
/* Puts row @position at the top of the view (or as near as the end allows), over some frames. Follows the end from then on if it
 * is in view. */
void kefu_stick_controller_go_to (KefuStickController *self, guint position);

G_END_DECLS
