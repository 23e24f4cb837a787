/* SPDX-License-Identifier: GPL-3.0-or-later
 * One thing that was not sent, and what can be done about it. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-outbox-list.h"
#include "kefu-session.h"

G_BEGIN_DECLS

#define KEFU_TYPE_TRAY_ROW (kefu_tray_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuTrayRow, kefu_tray_row, KEFU, TRAY_ROW, GtkListBoxRow)

GtkWidget *kefu_tray_row_new (KefuSession *session, KefuOutboxItem *item);
/* (transfer none) */
KefuOutboxItem *kefu_tray_row_get_item (KefuTrayRow *self);

G_END_DECLS
