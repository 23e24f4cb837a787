/* SPDX-License-Identifier: GPL-3.0-or-later
 * How long a customer has waited, against the channel's limits (product.md, the numbers of the field). */
#pragma once

#include "kefu-records.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_CLOCK_NONE, /* nobody waits */
  KEFU_CLOCK_OK,
  KEFU_CLOCK_DUE,  /* amber: from due_s on */
  KEFU_CLOCK_OVER, /* red: from over_s on */
} KefuClockState;

KefuClockState kefu_reply_clock_state (KefuConversationRecord *conversation, gint64 now_ms);
/* (transfer full): "01:48" below an hour, "2:05:09" above, "3 d" from a day on. */
char *kefu_reply_clock_text (KefuConversationRecord *conversation, gint64 now_ms);
/* ms until the state changes next, -1 if never. */
gint64 kefu_reply_clock_next (KefuConversationRecord *conversation, gint64 now_ms);
/* How many messages the channel still takes in its reply window: -1 without a window. @hours: its length. */
int kefu_reply_window_left (KefuConversationRecord *conversation, gint64 now_ms);

G_END_DECLS
