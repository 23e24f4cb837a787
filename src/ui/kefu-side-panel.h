/* SPDX-License-Identifier: GPL-3.0-or-later
 * The right of the window: customer, orders, checklist, phrases. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-conversation.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuSidePanel:
 *
 * Properties (read/write): `session` (KefuSession, nullable), `conversation` (KefuConversation, nullable), `page` (string: customer, orders, checklist,
 * phrases; notifies).
 * Signals: `insert-phrase` (gpointer KefuPhraseRecord*): the agent chose a phrase, the window puts it into the composer;
 * `show-message` (const char *conversation_id, const char *message_id): the proof of a checklist item; the window shows it in the chat.
 * Other conversations are opened through kefu_session_open_conversation().
 */
#define KEFU_TYPE_SIDE_PANEL (kefu_side_panel_get_type ())
G_DECLARE_FINAL_TYPE (KefuSidePanel, kefu_side_panel, KEFU, SIDE_PANEL, GtkWidget)

GtkWidget *kefu_side_panel_new (void);
KefuSession *kefu_side_panel_get_session (KefuSidePanel *self);
void kefu_side_panel_set_session (KefuSidePanel *self, KefuSession *session);
void kefu_side_panel_set_conversation (KefuSidePanel *self, KefuConversation *conversation);
const char *kefu_side_panel_get_page (KefuSidePanel *self);
/* Shows a page; an unknown name changes nothing. */
void kefu_side_panel_set_page (KefuSidePanel *self, const char *page);
/* Moves the keyboard focus into the shown page. */
void kefu_side_panel_focus_page (KefuSidePanel *self);
/* Sets flag 0…5 of the customer's newest order, or takes it off if it is set; nothing without one. */
void kefu_side_panel_toggle_flag (KefuSidePanel *self, int flag);
/* Opens the editor in which @refused was typed, filled with that, as soon as its conversation is shown. */
void kefu_side_panel_edit_refused (KefuSidePanel *self, KefuOutboxRecord *refused);

G_END_DECLS
