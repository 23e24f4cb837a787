/* SPDX-License-Identifier: GPL-3.0-or-later
 * All readers of the feed, and what goes out to them. */
#pragma once

#include "kefu-storage.h"
#include "kefu-stream.h"

G_BEGIN_DECLS

#define KEFU_TYPE_HUB (kefu_hub_get_type ())
G_DECLARE_FINAL_TYPE (KefuHub, kefu_hub, KEFU, HUB, GObject)

/* (transfer full): follows the `committed` signal of @storage. */
KefuHub *kefu_hub_new (KefuStorage *storage);
/* How many readers there may be in all, and of one agent on however many devices. */
#define KEFU_HUB_STREAMS_MAX 2000
#define KEFU_HUB_AGENT_MAX 16

/* Takes a new reader in: it is brought up to the head, then told of each commit. An earlier one of the same token has ended without
 * having told us, and is closed with 4003; so is the oldest of an agent who has too many. */
void kefu_hub_add (KefuHub *self, KefuStream *stream);
/* (transfer full) (element-type utf8): with which the readers were opened. */
GPtrArray *kefu_hub_list_tokens (KefuHub *self);
/* Ends the readers that were opened with @token, with 4001; @reason: why it is void, a word of kefu-tokens.h. */
void kefu_hub_close_token (KefuHub *self, const char *token, const char *reason);
/* Ends all of them, and takes no new ones. */
void kefu_hub_close_all (KefuHub *self, gushort code, const char *reason);
guint kefu_hub_get_n_streams (KefuHub *self);
gboolean kefu_hub_is_full (KefuHub *self);

G_END_DECLS
