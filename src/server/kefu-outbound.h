/* SPDX-License-Identifier: GPL-3.0-or-later
 * Agents' messages on their way to the channels. */
#pragma once

#include "kefu-storage.h"

G_BEGIN_DECLS

/**
 * KefuOutbound:
 *
 * Posts what waits in `outbound` to the channels' URLs, signed: in order within a conversation, at least once, with pauses from 1 s to
 * 1 h for a day. Body: `{"message":{id, conversation:{key}, recipient:{key}, kind, text, quote?:{id, text},
 * attachment?:{sha256, mime, name, size, width?, height?}, sent_at}}`; kind is text, image or file, and with an attachment the text its
 * caption or "". The file itself is at `GET /v1/channels/{id}/blobs/{sha256}`, signed over "GET" and that path. Headers
 * Kefu-Timestamp, Kefu-Signature, and Kefu-Delivery, which stays the same for all tries of a message. The answer 2xx takes the message
 * over (`{"delivery":"delivered"}` says that it has arrived), 4xx refuses it for good (`{"error":{"message":…}}` says why); 408, 425,
 * 429, 5xx and silence are tried again.
 */
#define KEFU_TYPE_OUTBOUND (kefu_outbound_get_type ())
G_DECLARE_FINAL_TYPE (KefuOutbound, kefu_outbound, KEFU, OUTBOUND, GObject)

/* (transfer full): follows the `committed` signal of @storage. */
KefuOutbound *kefu_outbound_new (KefuStorage *storage);
/* Starts with what waits since last time. */
void kefu_outbound_start (KefuOutbound *self);
/* Begins no further posts, waits at most @grace_ms for those under way, then gives them up: they are tried again next time. */
void kefu_outbound_stop_async (KefuOutbound *self, guint grace_ms, GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
