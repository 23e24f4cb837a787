/* SPDX-License-Identifier: GPL-3.0-or-later
 * One simulated customer: what they say next, and when. */
#pragma once

#include "kefu-demo-order.h"

G_BEGIN_DECLS

/* Talks of earlier times are kept under KEY#NUMBER, so that a channel's thread with a customer stays the one of today. */
#define KEFU_DEMO_EARLIER_MARK "#"
/* How the keys of generated customers and of those who come in while the shop is open begin. */
#define KEFU_DEMO_BULK_PREFIX "buyer-"
#define KEFU_DEMO_WALK_IN_PREFIX "guest-"

typedef enum
{
  KEFU_DEMO_CALM,
  KEFU_DEMO_HURRIED,
  KEFU_DEMO_HAGGLER,
  KEFU_DEMO_GRUMPY,
} KefuDemoMood;

/* IDLE → (opens) → WAITING → (the agent answers) → THINKING → (reacts) → WAITING again, or DONE → IDLE after a rest. */
typedef enum
{
  KEFU_DEMO_IDLE,
  KEFU_DEMO_WAITING,
  KEFU_DEMO_THINKING,
  KEFU_DEMO_DONE,
} KefuDemoState;

/**
 * KefuDemoPerson:
 *
 * A state machine without a clock or a network: it is told the time and what was said, and tells what they say. So the whole of
 * a customer can be tried out in a test. Plain struct, changed only by the functions below (and filled once by who makes it).
 */
typedef struct
{
  char *key;    /* of the conversation */
  char *sender; /* of the identity: the same, but for talks of earlier times */
  char *name;   /* on this channel */
  KefuDemoShop *shop;
  KefuDemoChannel *channel;
  KefuDemoTopic *topic;
  KefuDemoMood mood;
  GRand *rand;
  JsonObject *order;      /* (nullable): the `order` of an event: what they write about */
  char *order_channel_id; /* (nullable): where the order belongs */
  char *product;
  char *amount;
  char *courier;
  gboolean shy; /* only answers */

  KefuDemoState state;
  gint64 waiting_since; /* ms UTC; 0: does not wait */
  gint64 last_said_at;
  gint64 rest_until; /* does not open a talk before */
  guint n_nags;      /* lines since the last answer */
  guint n_rounds;    /* answers in this talk */
  gboolean helped;   /* the last answer had to do with it */
  const char *shown; /* (nullable): "image" or "file", if the agent has just sent one */
  gboolean over;     /* waited longer than the channel allows */
  gboolean thanked;
  gboolean parted; /* has said goodbye */
  guint timeout;   /* of who runs them, as the next one */
  guint read_timeout;
  guint32 said[KEFU_DEMO_N_LINES]; /* bit i: line i of the kind was said */
} KefuDemoPerson;

/* (transfer full): @key, @name copied; waits for nothing. */
KefuDemoPerson *kefu_demo_person_new (KefuDemoShop *shop,
                                      KefuDemoChannel *channel,
                                      KefuDemoTopic *topic,
                                      const char *key,
                                      const char *name,
                                      gint64 seed,
                                      guint32 stream);
void kefu_demo_person_free (KefuDemoPerson *self);

/* (transfer full): begins a talk. */
char *kefu_demo_person_open (KefuDemoPerson *self, gint64 now_ms);
/* (transfer full) (nullable): one more line while they wait: more of the matter, a complaint once the channel's limit has passed; NULL when they
 * have no patience left or have just written. */
char *kefu_demo_person_nag (KefuDemoPerson *self, gint64 now_ms);
/* The agent has written to them. */
void kefu_demo_person_hear (KefuDemoPerson *self, const char *text, gint64 now_ms);
/* The agent has sent them an image or a file (@kind), with a caption or "". */
void kefu_demo_person_see (KefuDemoPerson *self, const char *kind, const char *caption, gint64 now_ms);
/* (transfer full) (nullable): how they take the answer; NULL: they say nothing. Afterwards they wait again, or are done. */
char *kefu_demo_person_react (KefuDemoPerson *self, gint64 now_ms);
/* (transfer full) (nullable): a last word after the thanks. */
char *kefu_demo_person_part (KefuDemoPerson *self, gint64 now_ms);
/* How long they take to read and type, ms. */
guint kefu_demo_person_delay (KefuDemoPerson *self, const char *heard);
/* Whether they might open a talk now. */
gboolean kefu_demo_person_is_free (KefuDemoPerson *self, gint64 now_ms);

G_END_DECLS
