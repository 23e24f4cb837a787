/* SPDX-License-Identifier: GPL-3.0-or-later
 * The customers that the database knows, as people who can go on talking. */
#pragma once

#include "kefu-db.h"
#include "kefu-demo-person.h"

G_BEGIN_DECLS

/* What a look at the database found; free with kefu_demo_load_clear(). */
typedef struct
{
  GPtrArray *people;   /* KefuDemoPerson: the cast, and who came in earlier */
  guint n_walk_ins;    /* how many came in so far */
  guint n_bulk;        /* how many were generated */
  gint64 newest_in_at; /* of all customers' messages, 0: none */
} KefuDemoLoad;

/* Reads from a database that was seeded. */
gboolean
kefu_demo_load (KefuDemoLoad *self, KefuDemoShop *shop, KefuDb *db, gint64 seed, gint64 now_ms, GError **error);
void kefu_demo_load_clear (KefuDemoLoad *self);

G_END_DECLS
