/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phrase of the tree, filled for the customer, beside it. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/* Does not take the focus: the arrow keys go on through the tree. Its buttons are the actions `phrase.insert`, `phrase.edit` and `phrase.remove`. */
#define KEFU_TYPE_PHRASE_POPOVER (kefu_phrase_popover_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhrasePopover, kefu_phrase_popover, KEFU, PHRASE_POPOVER, GtkPopover)

GtkWidget *kefu_phrase_popover_new (void);
void kefu_phrase_popover_show (KefuPhrasePopover *self, KefuDossier *dossier, KefuPhraseRecord *phrase);

G_END_DECLS
