/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who posts to a channel: the signature is checked here, before anything else is done for the sender. */
#pragma once

#include "kefu-request.h"

G_BEGIN_DECLS

/**
 * KefuGate:
 *
 * Has a thread and a connection of its own: a flood of wrong signatures costs neither the writer nor the readers anything. Who was
 * refused too often gets 429 instead, by channel and address, and may not send large bodies for a while (503, since their signature is
 * not looked at: a right one should try again); a right signature of a small one passes all the same, since whoever is misled by it may share the address of the right one.
 */
#define KEFU_TYPE_GATE (kefu_gate_get_type ())
G_DECLARE_FINAL_TYPE (KefuGate, kefu_gate, KEFU, GATE, GObject)

/* (transfer full) (nullable) */
KefuGate *kefu_gate_new (KefuStorage *storage, GError **error);
/* Before the body: refuses @request, or not. Main thread. */
void kefu_gate_check_early (KefuGate *self, KefuRequest *request);
/* The same for a blob of a channel, whose body does not matter; TRUE if it is refused, and sent. Main thread. */
gboolean kefu_gate_refuse_blob (KefuGate *self, KefuRequest *request);
/* Counts the wrong signature that @request was refused for. Main thread. */
void kefu_gate_count_wrong (KefuGate *self, KefuRequest *request);
/* Checks signature and shape of an inbound post, args[0] of which is the channel. */
void kefu_gate_check_async (KefuGate *self, KefuRequest *request, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer none): the request; either it has an answer, or its `state` is the checked body (JsonNode). */
KefuRequest *kefu_gate_check_finish (KefuGate *self, GAsyncResult *result);
/* Ends the thread; idempotent. */
void kefu_gate_stop (KefuGate *self);

G_END_DECLS
