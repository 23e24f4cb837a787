/* SPDX-License-Identifier: GPL-3.0-or-later
 * All simulated customers together: who writes when. */
#pragma once

#include "kefu-clock.h"
#include "kefu-demo-event.h"

G_BEGIN_DECLS

/**
 * KefuDemoSendFunc:
 * @events: (transfer full): inbound events for one channel, with ids, to be sent in this order and together
 */
typedef void (*KefuDemoSendFunc) (const char *channel_id, JsonArray *events, gpointer user_data);

/**
 * KefuDemoCrowd:
 *
 * Lets people open talks and lose patience at a pace that the speed sets, and react to answers as fast as people type. All it
 * knows of the world are the clock, the seed and what it is told, so the same of these gives the same customers. Main thread.
 */
typedef struct _KefuDemoCrowd KefuDemoCrowd;

/* (transfer full): silent until kefu_demo_crowd_start(). @speed 1: a line every 20 to 40 s; 0: never a word. @shop is borrowed. */
KefuDemoCrowd *kefu_demo_crowd_new (KefuDemoShop *shop,
                                    KefuClock *clock,
                                    gint64 seed,
                                    double speed,
                                    KefuDemoSendFunc func,
                                    gpointer user_data);
/* Stops and frees. */
void kefu_demo_crowd_free (KefuDemoCrowd *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDemoCrowd, kefu_demo_crowd_free)

/* @person: (transfer full) */
void kefu_demo_crowd_add (KefuDemoCrowd *self, KefuDemoPerson *person);
/* Customers who come in from now on are numbered from @first. */
void kefu_demo_crowd_set_walk_in (KefuDemoCrowd *self, guint first);
/* @first_delay_ms: until somebody writes, at speed 1 */
void kefu_demo_crowd_start (KefuDemoCrowd *self, guint first_delay_ms);
/* An agent's message reached its customer. */
void kefu_demo_crowd_hear (KefuDemoCrowd *self,
                           const char *channel_id,
                           const char *conversation_key,
                           const char *kind,
                           const char *text);
/* (transfer none) (nullable) */
KefuDemoPerson *kefu_demo_crowd_find (KefuDemoCrowd *self, const char *channel_id, const char *conversation_key);

G_END_DECLS
