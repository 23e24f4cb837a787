/* SPDX-License-Identifier: GPL-3.0-or-later
 * A popover to write down a promise, or to change one. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/**
 * KefuChecklistEditor:
 *
 * Kind, title, due time and order of an item. While something new is typed, kind and due time follow its words, until the agent
 * chooses them. Enter in the title saves.
 */
#define KEFU_TYPE_CHECKLIST_EDITOR (kefu_checklist_editor_get_type ())
G_DECLARE_FINAL_TYPE (KefuChecklistEditor, kefu_checklist_editor, KEFU, CHECKLIST_EDITOR, GtkPopover)

GtkWidget *kefu_checklist_editor_new (void);
/* Empties it for a new item of the dossier's conversation; to be called before it is shown. */
void kefu_checklist_editor_add (KefuChecklistEditor *self, KefuDossier *dossier);
/* Fills it with @item. */
void kefu_checklist_editor_edit (KefuChecklistEditor *self, KefuDossier *dossier, KefuChecklistRecord *item);
/* After one of them: puts what was typed for @refused, a `checklist.add` or `checklist.edit`, into its place again. */
void kefu_checklist_editor_refill (KefuChecklistEditor *self, KefuOutboxRecord *refused);

G_END_DECLS
