/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation as an item of a list model. */
#pragma once

#include <gio/gio.h>

#include "kefu-records.h"

G_BEGIN_DECLS

/* Stays the same object while its record is replaced; signal `changed` then. */
#define KEFU_TYPE_CONVERSATION (kefu_conversation_get_type ())
G_DECLARE_FINAL_TYPE (KefuConversation, kefu_conversation, KEFU, CONVERSATION, GObject)

KefuConversation *kefu_conversation_new (KefuConversationRecord *record);
/* (transfer none): valid until `changed`. */
KefuConversationRecord *kefu_conversation_get_record (KefuConversation *self);
void kefu_conversation_set_record (KefuConversation *self, KefuConversationRecord *record);
const char *kefu_conversation_get_id (KefuConversation *self);

G_END_DECLS
