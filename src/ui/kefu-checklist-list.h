/* SPDX-License-Identifier: GPL-3.0-or-later
 * A card of promises that can be ticked, changed and removed. */
#pragma once

#include <adwaita.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/**
 * KefuChecklistList:
 *
 * Keeps the row of an item while its record is replaced, so that the keyboard focus stays; what the rows ask for is done here. Invisible without items.
 * A proof is shown by the action `panel.show-message`. Property `named` (construct): see kefu_checklist_row_new().
 */
#define KEFU_TYPE_CHECKLIST_LIST (kefu_checklist_list_get_type ())
G_DECLARE_FINAL_TYPE (KefuChecklistList, kefu_checklist_list, KEFU, CHECKLIST_LIST, AdwBin)

GtkWidget *kefu_checklist_list_new (gboolean named);
/* @items: (element-type KefuChecklistRecord), in order. */
void kefu_checklist_list_set (KefuChecklistList *self, KefuDossier *dossier, GPtrArray *items, gint64 now);
/* Opens the editor of an item, filled with what was typed for @refused; FALSE if it is not here. */
gboolean kefu_checklist_list_edit (KefuChecklistList *self, const char *item_id, KefuOutboxRecord *refused);

G_END_DECLS
