/* SPDX-License-Identifier: GPL-3.0-or-later
 * The row at the foot of the inbox that holds what was not sent. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-outbox-list.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/* Away while nothing waits for long; opens a list with what can be done about each item. */
#define KEFU_TYPE_TRAY (kefu_tray_get_type ())
G_DECLARE_FINAL_TYPE (KefuTray, kefu_tray, KEFU, TRAY, GtkWidget)

/* Once. */
void kefu_tray_set_session (KefuTray *self, KefuSession *session, KefuOutboxList *outbox);
void kefu_tray_close (KefuTray *self);

G_END_DECLS
