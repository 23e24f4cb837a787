/* SPDX-License-Identifier: GPL-3.0-or-later
 * What channels and shops send: events, checked to the last field, stored in one transaction. */
#pragma once

#include <json-glib/json-glib.h>

#include "kefu-blob-store.h"
#include "kefu-write.h"

G_BEGIN_DECLS

/**
 * KefuInbound:
 *
 * Body of `POST /v1/channels/{id}/inbound`: `{"events":[…]}`, at most 200. Times are ms since the epoch (UTC), amounts minor units.
 * Every event has `id` (the channel's own, up to 200 bytes, unique in the channel), `type` and `sent_at`; then by type:
 *
 * - `message`: `conversation:{key}`, `sender:{key, name?}`, `parts:[…]` (1 to 15), `quote?` (id of an earlier event). Parts:
 *   `{type:"text", text}`, `{type:"order", number}`, and `{type:"image"|"file"|"voice", data (base64) | sha256 (of a stored blob), name?}`,
 *   an image also with `width?, height?`, a voice message with `seconds?`. Larger files than fit a body come by
 *   `PUT /v1/channels/{id}/blobs/{sha256}` before. What is no picture or no sound by its bytes becomes a file
 * - `edit`: `target` (id of an earlier message event), `text`; `recall`: `target`
 * - `read`: `conversation:{key}`: the customer has read what was sent to them until `sent_at`
 * - `customer`: `sender:{key}`, `customer:{name?, level?, gender?, region?, phone?, address?, birthday?, since?, tags?:[…],
 *   notes?, good_reviews?, bad_reviews?}`
 * - `order`: `sender:{key, name?}`, `order:{number, state, placed_at, …}` with the other columns of `orders` as they are:
 *   platform, paid_at, shipped_at, signed_at, confirmed, reviewed, items:[{title, variant, qty, price_minor, image}], total_minor,
 *   discount_minor, paid_minor, refunded_minor, currency, courier, tracking, track:[{at, text}], receiver, phone, address
 * - `review`: `conversation:{key}`, `sender:{key, name?}`, `review:{score (1…5), text?, number?}`
 * - `call`: `conversation:{key}`, `sender:{key, name?}`, `call:{seconds, missed}`
 *
 * Fields that are not named here are ignored.
 */

/* Checks the shape of a parsed body; KEFU_ERROR_INVALID, and @field (out) (transfer full) names the first wrong one, as
 * "events[2].parts[0].text". */
gboolean kefu_inbound_check (JsonNode *body, gint64 now_ms, char **field, GError **error);
/**
 * kefu_inbound_apply:
 * @body: checked by kefu_inbound_check()
 * @field: (out) (transfer full): names what is wrong if an event cannot be applied
 *
 * Applies all events; the caller commits, or gives the transaction up on an error (KEFU_ERROR_INVALID: the sender's fault). An edit or
 * recall of what never came is `ignored`: refusing it would lose the events beside it.
 * Returns: (transfer full): `[{"id":…,"status":"stored"|"duplicate"|"ignored"}]`.
 */
JsonNode *kefu_inbound_apply (KefuWrite *write,
                              KefuBlobStore *blobs,
                              const char *channel_id,
                              JsonNode *body,
                              char **field,
                              GError **error);

G_END_DECLS
