/* SPDX-License-Identifier: GPL-3.0-or-later
 * The questions about the customer on a page of the side panel. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/**
 * KefuConflictBox:
 *
 * A KefuConflictCard for each field that the agent and a colleague have both edited, of the dossier's customer and of one kind of entity. Invisible without one.
 * Property `kind` (construct): customer, order, checklist_item; phrase, which is nobody's.
 */
#define KEFU_TYPE_CONFLICT_BOX (kefu_conflict_box_get_type ())
G_DECLARE_FINAL_TYPE (KefuConflictBox, kefu_conflict_box, KEFU, CONFLICT_BOX, GtkWidget)

/* @dossier: (nullable) */
void kefu_conflict_box_set_dossier (KefuConflictBox *self, KefuDossier *dossier);

G_END_DECLS
