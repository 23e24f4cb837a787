/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: what was promised to the customer. */
#pragma once

#include <adwaita.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/* The customer's items as cards: overdue, due today, later, done. */
#define KEFU_TYPE_CHECKLIST_PAGE (kefu_checklist_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuChecklistPage, kefu_checklist_page, KEFU, CHECKLIST_PAGE, AdwBin)

/* @dossier: (nullable) */
void kefu_checklist_page_set_dossier (KefuChecklistPage *self, KefuDossier *dossier);
/* Opens the editor with what was typed for a refused `checklist.add` or `checklist.edit`. FALSE if what is to be edited is not there (yet). */
gboolean kefu_checklist_page_edit_refused (KefuChecklistPage *self, KefuOutboxRecord *refused);

G_END_DECLS
