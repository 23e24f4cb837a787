/* SPDX-License-Identifier: GPL-3.0-or-later
 * The middle of the window: one conversation and its composer. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-conversation.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuChatPane:
 *
 * Properties (read/write): `session` (KefuSession, nullable), `conversation` (KefuConversation, nullable: an empty page), `enter-sends` (boolean: Enter
 * sends and Shift+Enter breaks the line, or Ctrl+Enter sends), `panel-visible` (boolean: state of the toggle in its header; the window binds it).
 * Signals: `next-requested` (the shown conversation was answered or resolved: show who has waited longest of the others), `toggle-panel` (the button in the header was pressed).
 */
#define KEFU_TYPE_CHAT_PANE (kefu_chat_pane_get_type ())
G_DECLARE_FINAL_TYPE (KefuChatPane, kefu_chat_pane, KEFU, CHAT_PANE, GtkWidget)

GtkWidget *kefu_chat_pane_new (void);
KefuSession *kefu_chat_pane_get_session (KefuChatPane *self);
void kefu_chat_pane_set_session (KefuChatPane *self, KefuSession *session);
/* @conversation: (nullable). The draft of the one before is saved first. */
/* Loads what is shown of @record (nullable) ahead. */
void kefu_chat_pane_prepare (KefuChatPane *self, KefuConversationRecord *record);
void kefu_chat_pane_set_conversation (KefuChatPane *self, KefuConversation *conversation);
void kefu_chat_pane_focus_composer (KefuChatPane *self);
/* How much stands in the composer, in characters. */
guint kefu_chat_pane_get_text_length (KefuChatPane *self);
/* Opens the menu of the conversation's labels. */
void kefu_chat_pane_open_labels (KefuChatPane *self);
/* Scrolls to a message of the shown conversation and marks it for a moment, and @words (nullable) in it; also right after kefu_chat_pane_set_conversation(). */
void kefu_chat_pane_show_message (KefuChatPane *self, const char *message_id, const char *words);
/* Asks for a day, and goes there. */
void kefu_chat_pane_ask_for_day (KefuChatPane *self);
/* Puts the text of a refused message back into the composer once its conversation is shown. */
void kefu_chat_pane_take_back (KefuChatPane *self, KefuOutboxRecord *message);
/* Puts a phrase into the composer at the caret, its first blank selected. */
void kefu_chat_pane_insert_phrase (KefuChatPane *self, KefuPhraseRecord *phrase);

/* What the window's keys do; nothing without a conversation. */

/* Resolves it, or opens it again; asks first if checklist items are open. */
void kefu_chat_pane_resolve (KefuChatPane *self);
void kefu_chat_pane_take (KefuChatPane *self);
/* Ctrl+D: the selected or newest message becomes a checklist item. */
void kefu_chat_pane_to_checklist (KefuChatPane *self);
/* Ctrl+Shift+N */
void kefu_chat_pane_toggle_note_mode (KefuChatPane *self);
/* Ctrl+/ */
void kefu_chat_pane_open_phrases (KefuChatPane *self);
/* Ctrl+Enter: sends, then asks for the next. */
void kefu_chat_pane_send_and_next (KefuChatPane *self);

G_END_DECLS
