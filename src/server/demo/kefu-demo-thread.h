/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation in the making: messages go in, what the inbox shows of them comes out. */
#pragma once

#include "kefu-demo-writer.h"

G_BEGIN_DECLS

/**
 * KefuDemoThread:
 *
 * Counts along as messages are added, so that the conversation's row says the same as a recount would. The messages come in order of
 * time. Plain struct; the pointers are borrowed.
 */
typedef struct
{
  KefuDemoWriter *writer;
  char id[KEFU_ID_SIZE];
  gint64 rev;
  const char *customer_id;
  const char *channel_id;
  const char *identity_id;
  const char *key;
  const char *title;
  const char *status;
  const char *assignee_id; /* (nullable) */
  gint64 waiting_since;
  gint64 waiting_in_no; /* in_count before the customer's first message without an answer */
  gint64 last_in_at;
  gint64 last_mseq;
  gint64 last_at;
  char *last_text;
  const char *last_dir;
  const char *last_kind;
  gint64 in_count;
  gint64 out_since_in;
  gint64 open_items;
  gint64 rating;
  gint64 snooze_until; /* 0: not snoozed */
  gint64 created_at;
  const char *labels; /* (nullable): JSON array of ids; NULL: none */
} KefuDemoThread;

/* Takes the conversation's place on the feed, before its messages. The caller has set what is borrowed, and @id. */
void kefu_demo_thread_begin (KefuDemoThread *self, KefuDemoWriter *writer, gint64 created_at);
/* Writes a message; gives it its mseq and in_no. */
void kefu_demo_thread_add (KefuDemoThread *self, KefuDemoMessage *message);
/* The matter is settled: leaves the event that conversation.status leaves. */
void kefu_demo_thread_resolve (KefuDemoThread *self, GRand *rand, gint64 at_ms, const char *agent_id);
/* Writes the conversation. */
void kefu_demo_thread_end (KefuDemoThread *self);

G_END_DECLS
