/* SPDX-License-Identifier: GPL-3.0-or-later
 * Entities straight into the server's tables, as fast as SQLite takes them. */
#pragma once

#include "kefu-db.h"
#include "kefu-demo-order.h"

G_BEGIN_DECLS

/**
 * KefuDemoWriter:
 *
 * Puts entities that are known to be new, each with its row on the feed, inside the caller's transaction. A million messages
 * need no JSON on the way. After the first error nothing more is written; kefu_demo_writer_finish() tells.
 */
typedef struct
{
  KefuDb *db;
  gint64 now;
  GError *error;
} KefuDemoWriter;

typedef struct
{
  char id[KEFU_ID_SIZE];
  const char *kind;
  const char *dir;
  const char *author_id; /* (nullable) */
  const char *body;
  const char *data;     /* (nullable) */
  const char *quote_id; /* (nullable) */
  const char *delivery;
  gint64 mseq;
  gint64 in_no;
  gint64 sent_at;
} KefuDemoMessage;

typedef struct
{
  const char *customer_id;
  const char *conversation_id;
  const char *order_id; /* (nullable) */
  const char *kind;
  const char *title;
  gint64 due_at; /* 0: none */
  gboolean done;
  gint64 done_at;
  const char *agent_id; /* who made it and, if done, did it */
  gint64 created_at;
  const char *proof_message_id; /* (nullable) */
} KefuDemoChecklistItem;

typedef struct
{
  const char *group_id;
  const char *code;
  const char *title;
  const char *body;
  const char *ladder;
  const char *step;
  const char *agent_id; /* (nullable): whose own it is; NULL: the team's */
  int sort;
  int uses;
  gint64 last_used;
} KefuDemoPhrase;

void kefu_demo_writer_init (KefuDemoWriter *self, KefuDb *db, gint64 now_ms);
/* FALSE and @error if anything failed. */
gboolean kefu_demo_writer_finish (KefuDemoWriter *self, GError **error);

/* A row on the feed; returns its seq, the rev of the entity. For rows that another file writes. */
gint64 kefu_demo_writer_place (KefuDemoWriter *self, const char *kind, const char *id);
void kefu_demo_writer_customer (KefuDemoWriter *self, const KefuDemoProfile *customer);
void kefu_demo_writer_identity (KefuDemoWriter *self,
                                const char *id,
                                const char *customer_id,
                                const char *channel_id,
                                const char *key,
                                const char *name);
void kefu_demo_writer_message (KefuDemoWriter *self, const char *conversation_id, const KefuDemoMessage *message);
/* @agent_id: (nullable): who wrote the remark */
void kefu_demo_writer_order (KefuDemoWriter *self,
                             const KefuDemoOrder *order,
                             const char *customer_id,
                             const char *agent_id);
void kefu_demo_writer_checklist (KefuDemoWriter *self, const char *id, const KefuDemoChecklistItem *item);
void kefu_demo_writer_read (KefuDemoWriter *self,
                            const char *conversation_id,
                            const char *agent_id,
                            gint64 mseq,
                            gint64 in_no);
void kefu_demo_writer_group (KefuDemoWriter *self, const char *id, const char *name, const char *agent_id, int sort);
void kefu_demo_writer_phrase (KefuDemoWriter *self, const char *id, const KefuDemoPhrase *phrase);
/* A kind without a table; @body: (transfer full): its fields without kind, id and rev. */
void kefu_demo_writer_other (KefuDemoWriter *self, const char *kind, const char *id, JsonObject *body);

G_END_DECLS
