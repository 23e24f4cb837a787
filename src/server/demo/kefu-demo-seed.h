/* SPDX-License-Identifier: GPL-3.0-or-later
 * How the demo shop looks when it opens for the first time. */
#pragma once

#include "kefu-demo-thread.h"
#include "kefu-server.h"

G_BEGIN_DECLS

/* What the parts of the seeding share; borrowed by all of them. */
typedef struct
{
  KefuDemoShop *shop;
  KefuDemoWriter *writer; /* (nullable): set while rows are written */
  GHashTable *agents;     /* key of shop.json → id on the server */
  gint64 seed;
  gint64 now;
} KefuDemoSeed;

/* Whether the shop stands in the database already. */
gboolean kefu_demo_seed_is_there (KefuDemoShop *shop, KefuDb *db);
/* Agents, channels, pictures, phrases and the cast, in the caller's transaction. Fills @agents. */
gboolean kefu_demo_seed_write (KefuDemoSeed *self,
                               KefuServer *server,
                               KefuWrite *write,
                               const char *owner_password,
                               GError **error);
/* Fills @agents from a database that was seeded before. */
gboolean kefu_demo_seed_find_agents (KefuDemoSeed *self, KefuDb *db, GError **error);

/* For the files that write the parts: */
/* (transfer none): the id of an agent by their key; the owner's for one who is not known. */
const char *kefu_demo_seed_agent (KefuDemoSeed *self, const char *key);
/* (transfer full): the labels of these @names (NULL ends) as the column of a conversation has them. */
char *kefu_demo_seed_labels (KefuDemoSeed *self, const char *const *names);
/* kefu-demo-cast.c: the people with a story, their orders, talks and promises. */
void kefu_demo_seed_cast (KefuDemoSeed *self);
/* kefu-demo-phrases.c: the team's starter library and a few of the owner's own. */
gboolean kefu_demo_seed_phrases (KefuDemoSeed *self, GError **error);
/**
 * kefu_demo_seed_bulk:
 *
 * kefu-demo-bulk.c: customers number @first to @last − 1 of @customers who have @history messages among them. The same number is the same customer for
 * the same seed, so a generation that was interrupted goes on where it was.
 */
void kefu_demo_seed_bulk (KefuDemoSeed *self, guint first, guint last, guint customers, guint history);

G_END_DECLS
