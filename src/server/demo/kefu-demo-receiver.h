/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the demo's channels have their messages posted: the customers' side of the outbound way. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-clock.h"
#include "kefu-error.h"

G_BEGIN_DECLS

/* An agent's message arrived, with the right signature, for the first time. @kind is text, image or file; of a file @text is the caption. */
typedef void (*KefuDemoHearFunc) (const char *channel_id,
                                  const char *conversation_key,
                                  const char *kind,
                                  const char *text,
                                  gpointer user_data);

/* Listens on loopback, on a port of its own. Main thread. */
typedef struct _KefuDemoReceiver KefuDemoReceiver;

/* (transfer full) (nullable) */
KefuDemoReceiver *kefu_demo_receiver_new (KefuClock *clock, KefuDemoHearFunc func, gpointer user_data, GError **error);
void kefu_demo_receiver_free (KefuDemoReceiver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDemoReceiver, kefu_demo_receiver_free)

/* (transfer full): the URL for a channel. */
char *kefu_demo_receiver_make_url (KefuDemoReceiver *self, const char *channel_id);
/* @secrets: channel id → secret; what is for other channels or signed otherwise is refused. */
void kefu_demo_receiver_set_secrets (KefuDemoReceiver *self, GHashTable *secrets);
/* Channels that tell when a message arrives, not only that they took it: set of ids. */
void kefu_demo_receiver_set_prompt (KefuDemoReceiver *self, GHashTable *channel_ids);

G_END_DECLS
