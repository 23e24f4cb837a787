/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: the ready texts. */
#pragma once

#include <adwaita.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/**
 * KefuPhrasesPage:
 *
 * Phrases as a tree by groups, the team's, one's own, the most used; a search by code, words and pinyin; the selected one filled for the customer in a
 * popover. Signal `insert` (gpointer KefuPhraseRecord*): by a double click or Enter.
 */
#define KEFU_TYPE_PHRASES_PAGE (kefu_phrases_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhrasesPage, kefu_phrases_page, KEFU, PHRASES_PAGE, AdwBin)

/* @dossier: (nullable) */
void kefu_phrases_page_set_dossier (KefuPhrasesPage *self, KefuDossier *dossier);
/* Opens the editor with what was typed for a refused `phrase.save`. FALSE if what is to be edited is not there (yet). */
gboolean kefu_phrases_page_edit_refused (KefuPhrasesPage *self, KefuOutboxRecord *refused);

G_END_DECLS
