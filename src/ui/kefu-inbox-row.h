/* SPDX-License-Identifier: GPL-3.0-or-later
 * One conversation in the inbox. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-conversation.h"
#include "kefu-inbox-paint.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/* A row of 66 px: who, which channel, how long they wait, the last line, what is open. Follows `changed` of its conversation. */
#define KEFU_TYPE_INBOX_ROW (kefu_inbox_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuInboxRow, kefu_inbox_row, KEFU, INBOX_ROW, GtkWidget)

GtkWidget *kefu_inbox_row_new (KefuSession *session, KefuInboxLook *look);
/* @conversation: (nullable): none, when the list takes the row back. */
void kefu_inbox_row_set_conversation (KefuInboxRow *self, KefuConversation *conversation);
/* (transfer none) (nullable) */
KefuConversation *kefu_inbox_row_get_conversation (KefuInboxRow *self);
/* (transfer none): what it says; valid until it changes. */
const KefuInboxWords *kefu_inbox_row_get_words (KefuInboxRow *self);
/* While several are being chosen: a box in place of the avatar, and whether this one is. */
void kefu_inbox_row_set_check (KefuInboxRow *self, gboolean shown, gboolean checked);
/* Writes its times anew: a day has begun. */
void kefu_inbox_row_refresh (KefuInboxRow *self);

G_END_DECLS
