/* SPDX-License-Identifier: GPL-3.0-or-later
 * People who do not exist: names, addresses, orders. */
#pragma once

#include "kefu-demo-random.h"
#include "kefu-demo-shop.h"

G_BEGIN_DECLS

/* One customer; free with kefu_demo_profile_clear(). */
typedef struct
{
  char id[KEFU_ID_SIZE];
  char *name;
  char *nickname; /* how they call themselves on a channel */
  char *gender;   /* f, m, "" */
  char *level;
  char *region;
  char *city;
  char *phone;
  char *address;
  char *birthday;
  gint64 since;
  GPtrArray *tags; /* const char * */
  char *notes;
  int good_reviews;
  int bad_reviews;
} KefuDemoProfile;

/* Invents one. Phone numbers have 0000 in the middle: nobody has them. */
void kefu_demo_profile_draw (KefuDemoProfile *self, KefuDemoShop *shop, GRand *rand, gint64 now_ms);
void kefu_demo_profile_clear (KefuDemoProfile *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KefuDemoProfile, kefu_demo_profile_clear)

/* (transfer full): "浙江省杭州市西湖区 …" → "杭州"; "海外" if there is no 市. */
char *kefu_demo_city (const char *address);

/**
 * kefu_demo_fill:
 * @template: "在吗，我的{product}到哪了"
 * @...: pairs of name ("{product}") and value, NULL ends
 *
 * Returns: (transfer full): the text with every placeholder replaced.
 */
char *kefu_demo_fill (const char *template, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
