/* SPDX-License-Identifier: GPL-3.0-or-later
 * The head of the chat: who writes from where, how long they wait, what can be done. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuChatHeader:
 *
 * Shows a conversation; its buttons and menus activate the widget actions `chat.take`, `chat.assign` (s: agent id, "" nobody), `chat.label` (sb: label id, add), `chat.snooze` (x: ms
 * until), `chat.resolve`, `chat.resolve-next`, `chat.reopen` and `chat.toggle-panel` of the pane it stands in. Property (read/write):
 * `panel-visible`: state of the panel's toggle.
 */
#define KEFU_TYPE_CHAT_HEADER (kefu_chat_header_get_type ())
G_DECLARE_FINAL_TYPE (KefuChatHeader, kefu_chat_header, KEFU, CHAT_HEADER, GtkWidget)

GtkWidget *kefu_chat_header_new (void);
/* @session nullable. */
void kefu_chat_header_set_session (KefuChatHeader *self, KefuSession *session);
/* (element-type KefuAgentRecord) (nullable): to whom it can be handed over. */
void kefu_chat_header_set_agents (KefuChatHeader *self, GPtrArray *agents);
/* @record (nullable): an empty head. */
void kefu_chat_header_set_conversation (KefuChatHeader *self, KefuConversationRecord *record);
/* Opens the menu of labels; nothing without a conversation. */
void kefu_chat_header_open_labels (KefuChatHeader *self);
void kefu_chat_header_set_panel_visible (KefuChatHeader *self, gboolean panel_visible);

G_END_DECLS
