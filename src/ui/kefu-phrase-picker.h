/* SPDX-License-Identifier: GPL-3.0-or-later
 * The list of phrases that opens between chat and composer as one types. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-phrase-engine.h"

G_BEGIN_DECLS

/* (transfer full): @phrase, filled for the open conversation. */
typedef KefuFilledPhrase *(*KefuPhraseFillFunc) (KefuPhraseRecord *phrase, gpointer user_data);

/**
 * KefuPhrasePicker:
 *
 * Stands in the flow, so that the question being answered stays in view, and never takes the focus: the composer owns the keys
 * and tells it what they mean.
 *
 * Signal `chosen` (gpointer KefuPhraseRecord*): clicked.
 */
#define KEFU_TYPE_PHRASE_PICKER (kefu_phrase_picker_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhrasePicker, kefu_phrase_picker, KEFU, PHRASE_PICKER, GtkWidget)

GtkWidget *kefu_phrase_picker_new (void);
/* @engine nullable. @fill is called for what is shown in the preview. */
void kefu_phrase_picker_set_engine (KefuPhrasePicker *self,
                                    KefuPhraseEngine *engine,
                                    KefuPhraseFillFunc fill,
                                    gpointer user_data);
/* @ids: of the phrases on F2, F3 …; NULL ends. */
void kefu_phrase_picker_set_favourites (KefuPhrasePicker *self, const char *const *ids);
/* Lists what @query matches, the best selected; "" the most used. */
void kefu_phrase_picker_set_query (KefuPhrasePicker *self, const char *query);
/* Moves the selection by @delta phrases, going round at the ends. */
void kefu_phrase_picker_move (KefuPhrasePicker *self, int delta);
/* (transfer none) (nullable) */
KefuPhraseRecord *kefu_phrase_picker_get_selected (KefuPhrasePicker *self);

G_END_DECLS
