/* SPDX-License-Identifier: GPL-3.0-or-later
 * One promise: check, title, where it comes from, due time. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-records.h"

G_BEGIN_DECLS

/**
 * KefuChecklistRow:
 *
 * Space ticks, Enter edits, Delete removes, the menu key or a right click offers all of it. The row only asks; it changes by kefu_checklist_row_set().
 * Signals: `done` (gboolean done), `edit`, `remove`, `proof` (show the message that promised it).
 */
#define KEFU_TYPE_CHECKLIST_ROW (kefu_checklist_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuChecklistRow, kefu_checklist_row, KEFU, CHECKLIST_ROW, GtkListBoxRow)

/* @named: says whose item it is; else (under its order) it says "done" in words. */
GtkWidget *kefu_checklist_row_new (gboolean named);
/* Also to be called as time goes on: the due chip follows @now. */
void kefu_checklist_row_set (KefuChecklistRow *self, KefuChecklistRecord *record, gint64 now);
/* (transfer none) */
KefuChecklistRecord *kefu_checklist_row_get_record (KefuChecklistRow *self);

G_END_DECLS
