/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which events deserve a notification. */
#pragma once

#include "kefu-notifier.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuAttention:
 *
 * Watches the store for new inbound messages in conversations of this agent or of nobody and raises one notification per conversation, replaced as more comes,
 * withdrawn when read; never for the focused conversation of an active window; one merged notification when more than 3 come within 2 s; one
 * alarm for all overdue customers that opens the worst. A click emits the session's `open-conversation`.
 * Properties (read/write): `hide-text` (show no customer text), `quiet` (only the alarm), `discreet` (the desk is locked: all is withdrawn, and what comes
 * says no more than that somebody is waiting, the alarm too; a click opens nothing).
 */
#define KEFU_TYPE_ATTENTION (kefu_attention_get_type ())
G_DECLARE_FINAL_TYPE (KefuAttention, kefu_attention, KEFU, ATTENTION, GObject)

KefuAttention *kefu_attention_new (KefuSession *session, KefuNotifier *notifier);

G_END_DECLS
