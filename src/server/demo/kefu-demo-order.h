/* SPDX-License-Identifier: GPL-3.0-or-later
 * Orders of the demo shop: goods, money, and where the parcel is. */
#pragma once

#include "kefu-demo-people.h"

G_BEGIN_DECLS

/* One order; free with kefu_demo_order_free(). Texts are never NULL unless said so. */
typedef struct
{
  char id[KEFU_ID_SIZE];
  char *number;
  KefuDemoChannel *channel;
  const char *platform;
  const char *state;
  gint64 placed_at;
  gint64 paid_at; /* 0: not yet, as the next two */
  gint64 shipped_at;
  gint64 signed_at;
  gboolean confirmed;
  gboolean reviewed;
  GPtrArray *items; /* KefuDemoItem */
  gint64 total_minor;
  gint64 discount_minor;
  gint64 paid_minor;
  gint64 refunded_minor;
  const char *courier;
  char *tracking;
  JsonArray *track; /* [{at, text}], newest first */
  char *city;
  char *receiver;
  char *phone;
  char *address;
  int flag; /* -1: none */
  char *remark;
} KefuDemoOrder;

typedef struct
{
  KefuDemoProduct *product;
  const KefuDemoPicture *picture; /* (nullable) */
  const char *variant;
  int qty;
} KefuDemoItem;

/* (transfer full): an order of one to three things that was placed at @placed_at. @state NULL: as it would be by now. */
KefuDemoOrder *kefu_demo_order_draw (KefuDemoShop *shop,
                                     GRand *rand,
                                     const KefuDemoProfile *customer,
                                     KefuDemoChannel *channel,
                                     const char *state,
                                     gint64 placed_at,
                                     gint64 now_ms);
/* (transfer full): an order as the cast's story tells it: {age_days, state, items, discount_minor?, courier?, flag?, remark? …}. */
KefuDemoOrder *kefu_demo_order_from_cast (KefuDemoShop *shop,
                                          GRand *rand,
                                          const KefuDemoProfile *customer,
                                          KefuDemoChannel *channel,
                                          JsonObject *story,
                                          gint64 now_ms);
void kefu_demo_order_free (KefuDemoOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuDemoOrder, kefu_demo_order_free)

/* (transfer none): what it is called in a talk: the first product's title. */
const char *kefu_demo_order_title (KefuDemoOrder *self);
/* (transfer full): [{title, variant, qty, price_minor, image}]. */
JsonArray *kefu_demo_order_items (KefuDemoOrder *self);
/* (transfer full): the data of an order card: {order_id, number, title, count, amount_minor, currency, state, image}. */
JsonObject *kefu_demo_order_card (KefuDemoOrder *self);
/* (transfer full): as the `order` of an inbound event: all columns that the shop's platform knows. */
JsonObject *kefu_demo_order_event (KefuDemoOrder *self);

G_END_DECLS
