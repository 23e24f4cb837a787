/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the agent writes: replies, notes, phrases. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-dossier.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuComposer:
 *
 * The phrase picker, the lint line, the quote, the files, the text and the bar under it. What is typed is kept as a draft half a second later, per
 * conversation and mode, and at once when another conversation is shown; files belong to the draft of the reply and go out before its text, each a
 * message of its own, as the channels have it. Notes carry none.
 *
 * Properties (read/write, notify): `note-mode` (boolean: the text is a note among agents), `enter-sends` (boolean: Enter sends and Shift+Enter breaks
 * the line, or the other way round).
 * Signal `sent` (gboolean next): a message is on its way; @next: the next customer is wanted.
 */
#define KEFU_TYPE_COMPOSER (kefu_composer_get_type ())
G_DECLARE_FINAL_TYPE (KefuComposer, kefu_composer, KEFU, COMPOSER, GtkWidget)

GtkWidget *kefu_composer_new (void);
/* @session nullable. @dossier (nullable): of the open conversation, for the variables of phrases. */
void kefu_composer_set_session (KefuComposer *self, KefuSession *session, KefuDossier *dossier);
/* @record (nullable): saves the draft of the one before and loads its own; the same conversation again renews limits and names. */
/* @agents (nullable) (element-type KefuAgentRecord): whom a note may mention. */
void kefu_composer_set_agents (KefuComposer *self, GPtrArray *agents);
void kefu_composer_set_conversation (KefuComposer *self, KefuConversationRecord *record);
gboolean kefu_composer_get_note_mode (KefuComposer *self);
void kefu_composer_set_note_mode (KefuComposer *self, gboolean note_mode);
gboolean kefu_composer_get_enter_sends (KefuComposer *self);
void kefu_composer_set_enter_sends (KefuComposer *self, gboolean enter_sends);
/* The text answers @message (nullable): none. */
void kefu_composer_set_quote (KefuComposer *self, KefuMessageRecord *message);
/* FALSE if there is nothing to send or something is in the way; the line above the text says what. */
gboolean kefu_composer_send (KefuComposer *self, gboolean next);
/* Opens the picker at the caret. */
void kefu_composer_open_phrases (KefuComposer *self);
/* Puts @phrase in the place of the selection, or of what was typed for the open picker. Nothing is sent. */
void kefu_composer_insert_phrase (KefuComposer *self, KefuPhraseRecord *phrase);
/* (transfer none) (nullable): the order being talked about: the newest that is neither closed nor refunded, or else the newest. */
KefuOrderRecord *kefu_composer_get_order (KefuComposer *self);
/* (element-type GFile): attaches them, or says why not. */
void kefu_composer_add_files (KefuComposer *self, GSList *files);
/* Whether @drop holds files or a picture. */
gboolean kefu_composer_wants_drop (KefuComposer *self, GdkDrop *drop);
/* Attaches what @drop holds and finishes it. FALSE: it was refused, in words. */
gboolean kefu_composer_take_drop (KefuComposer *self, GdkDrop *drop);
void kefu_composer_focus (KefuComposer *self);
/* Puts the text of @message, a refused `message.send`, below what stands in its conversation's draft, as soon as that is shown. It is
 * forgotten as a refused one only together with the storing of the draft. */
void kefu_composer_take_back (KefuComposer *self, KefuOutboxRecord *message);
/* Stores the draft now. */
void kefu_composer_save_draft (KefuComposer *self);

/* (transfer none): what is written in. */
GtkTextView *kefu_composer_get_text_view (KefuComposer *self);

G_END_DECLS
