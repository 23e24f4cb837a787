/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way of simulated customers to the server: the signed inbound endpoint, like that of any channel. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "kefu-clock.h"

G_BEGIN_DECLS

/**
 * KefuDemoSender:
 *
 * Posts events in the order they were given, one request at a time, and again after a pause that grows from 1 s to 60 s when the
 * server is busy, away or refuses the signature. What it refuses otherwise is dropped. Main thread.
 */
typedef struct _KefuDemoSender KefuDemoSender;

/* (transfer full): @session and @base_url as from kefu_server_new_session(). @secrets: (transfer none): channel id → secret */
KefuDemoSender *
kefu_demo_sender_new (SoupSession *session, const char *base_url, KefuClock *clock, GHashTable *secrets);
/* Gives up what has not been sent. */
void kefu_demo_sender_free (KefuDemoSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDemoSender, kefu_demo_sender_free)

/* @events: (transfer full) */
void kefu_demo_sender_push (KefuDemoSender *self, const char *channel_id, JsonArray *events);
/* Whether everything was sent or dropped. */
gboolean kefu_demo_sender_is_idle (KefuDemoSender *self);
/* Requests that were answered with 2xx, and those that were not. */
guint kefu_demo_sender_get_n_sent (KefuDemoSender *self);
guint kefu_demo_sender_get_n_failed (KefuDemoSender *self);

G_END_DECLS
