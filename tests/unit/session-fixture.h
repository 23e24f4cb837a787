/* SPDX-License-Identifier: GPL-3.0-or-later
 * A signed-in agent on a real store that a scripted feed fills. */
#pragma once

#include "kefu-session.h"
#include "store-fixture.h"

G_BEGIN_DECLS

#define MINUTE_MS G_GINT64_CONSTANT (60000)

typedef struct
{
  StoreFixture *store;
  Feed *feed;
  gint64 applied; /* seq of the feed that the store has */
  KefuSession *session;
  GPtrArray *failures; /* (element-type utf8) */
  GPtrArray *opened;   /* (element-type utf8): conversations of `open-conversation` */
} World;

/* What a conversation of the feed is; 0 and NULL are the usual. */
typedef struct
{
  const char *id;
  const char *assignee; /* NULL: TEST_AGENT, "": nobody */
  const char *status;   /* NULL: open */
  gint64 waiting_since;
  gint64 last_at;
  int in_count;
  const char *customer; /* NULL: CUSTOMER_1 */
} TestConversation;

/* A message of the feed. */
typedef struct
{
  const char *id;
  const char *conversation;
  gint64 mseq;
  const char *dir; /* NULL: in */
  gint64 at;       /* 0: now */
  const char *body;
  const char *author;
  const char *delivery;
  const char *kind; /* NULL: text */
} TestMessage;

/* Agents, a channel and a customer are there; no conversation. */
World *world_new (void);
void world_free (World *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
gint64 world_now (World *self);
void world_advance (World *self, gint64 ms);
void world_put_conversation (World *self, const TestConversation *conversation);
void world_put_message (World *self, const TestMessage *message);
/* Hands the store all that was put since, as one batch. */
void world_push (World *self);
/* Lets everything that is under way arrive. */
void world_settle (World *self);

/* Runs the main context until @condition; fails the test after half a minute. */
#define wait_until(condition)                                                                                          \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    gint64 until_ = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                                                     \
    while (!(condition))                                                                                               \
      {                                                                                                                \
        g_assert_cmpint (g_get_monotonic_time (), <, until_);                                                          \
        if (!g_main_context_iteration (NULL, FALSE))                                                                   \
          g_usleep (500);                                                                                              \
      }                                                                                                                \
  }                                                                                                                    \
  G_STMT_END

G_END_DECLS
