/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one alarm for all customers who have waited too long. */
#pragma once

#include "kefu-notifier.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuAttentionAlarm:
 *
 * Follows the reply clocks of this agent's conversations and of nobody's. When one runs over, it shows the notification @id, which names how many
 * have and who has waited longest; it is shown again for each further one and withdrawn when all are answered.
 */
#define KEFU_TYPE_ATTENTION_ALARM (kefu_attention_alarm_get_type ())
G_DECLARE_FINAL_TYPE (KefuAttentionAlarm, kefu_attention_alarm, KEFU, ATTENTION_ALARM, GObject)

KefuAttentionAlarm *kefu_attention_alarm_new (KefuSession *session, KefuNotifier *notifier, const char *id);
/* Emits the session's `open-conversation` for the customer who has waited longest, if one is overdue. */
void kefu_attention_alarm_open_worst (KefuAttentionAlarm *self);
/* Whether it names nobody; what is shown is shown anew so, or withdrawn. */
void kefu_attention_alarm_set_discreet (KefuAttentionAlarm *self, gboolean discreet);

G_END_DECLS
