/* SPDX-License-Identifier: GPL-3.0-or-later
 * Searching customers, orders, messages, phrases and the knowledge, in the place of the inbox. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuSearchPage:
 *
 * Searches the desk's own storage as one types, so it works offline. ↓ goes from the entry into the results, Enter opens the first or the chosen
 * one, Esc goes back. What is found is shown by groups, of each as much as one likes.
 * Signals: `open` (const char *conversation_id, const char *message_id nullable, const char *words: what was looked for, a space between two),
 *   `insert-phrase` (KefuPhraseRecord *phrase: a phrase or the text of an article for the composer), `close`.
 */
#define KEFU_TYPE_SEARCH_PAGE (kefu_search_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuSearchPage, kefu_search_page, KEFU, SEARCH_PAGE, GtkWidget)

/* Once. */
void kefu_search_page_set_session (KefuSearchPage *self, KefuSession *session);
/* Moves the focus into the entry, its text selected. */
void kefu_search_page_focus (KefuSearchPage *self);

G_END_DECLS
