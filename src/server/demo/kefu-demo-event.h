/* SPDX-License-Identifier: GPL-3.0-or-later
 * Inbound events of simulated customers, as kefu-inbound.h describes them. */
#pragma once

#include "kefu-demo-person.h"

G_BEGIN_DECLS

/* (transfer full): each without its `id`, which whoever sends it adds. Times are ms UTC. */
JsonObject *kefu_demo_event_text (KefuDemoPerson *person, gint64 now_ms, const char *text);
JsonObject *
kefu_demo_event_image (KefuDemoPerson *person, gint64 now_ms, const KefuDemoPicture *picture, const char *name);
/* A file of text. */
JsonObject *kefu_demo_event_file (KefuDemoPerson *person, gint64 now_ms, const char *name, const char *text);
/* The card of an order the shop knows. */
JsonObject *kefu_demo_event_card (KefuDemoPerson *person, gint64 now_ms, const char *number);
JsonObject *kefu_demo_event_missed (KefuDemoPerson *person, gint64 now_ms, guint seconds);
JsonObject *kefu_demo_event_review (KefuDemoPerson *person, gint64 now_ms, int score, const char *text);
JsonObject *kefu_demo_event_read (KefuDemoPerson *person, gint64 now_ms);
JsonObject *kefu_demo_event_customer (KefuDemoPerson *person, gint64 now_ms, const KefuDemoProfile *profile);
/* The person's order as it is now. */
JsonObject *kefu_demo_event_order (KefuDemoPerson *person, gint64 now_ms);

/**
 * kefu_demo_parcel_move:
 * @order: the `order` of an event; changed
 *
 * One step on: paid for, sent, at the next place, signed for. FALSE if it has arrived or nothing is sent.
 */
gboolean kefu_demo_parcel_move (KefuDemoShop *shop, GRand *rand, JsonObject *order, gint64 now_ms);

G_END_DECLS
