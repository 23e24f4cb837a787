/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small window to write a phrase. */
#pragma once

#include <adwaita.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/* Title, code, group, text and its variables. */
#define KEFU_TYPE_PHRASE_EDITOR (kefu_phrase_editor_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhraseEditor, kefu_phrase_editor, KEFU, PHRASE_EDITOR, AdwWindow)

/* Opens it over the window of @from, which it does not outlive, for @phrase, or for a new one (NULL); it destroys itself. @refused (nullable): a refused
 * `phrase.save`, whose text it goes on with. Returns (transfer none) the window. */
GtkWidget *
kefu_phrase_editor_present (GtkWidget *from, KefuSession *session, KefuPhraseRecord *phrase, KefuOutboxRecord *refused);

G_END_DECLS
