/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message says, in words. */
#pragma once

#include "kefu-records.h"
#include "kefu-transfers.h"

G_BEGIN_DECLS

/* What a message does not carry itself; borrowed. */
typedef struct
{
  const char *customer_name;
  const char *agent_id;     /* who is signed in */
  GHashTable *agents;       /* (nullable): ids → names */
  KefuTransfers *transfers; /* (nullable) */
  gboolean away;            /* the server is not there */
  gint64 now;
  const char *marked_id; /* (nullable): the message in which */
  const char *marked;    /* (nullable): these words are marked */
} KefuMessageContext;

/* The JSON of a message of kind order or call; what is not there is "" or 0. */
typedef struct
{
  char *order_id;
  char *number;
  char *title;
  char *state;
  char *currency;
  char *image; /* SHA-256 of a blob */
  int count;
  int seconds;
  gboolean missed; /* a call */
  gint64 amount_minor;
} KefuMessageData;

/* (transfer full): of data that is not JSON, everything is empty. */
KefuMessageData *kefu_message_data_new (KefuMessageRecord *record);
void kefu_message_data_free (KefuMessageData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuMessageData, kefu_message_data_free)

/* (transfer full): the message as one text: its words, or "[Picture]" and the like; for copying, quoting and screen readers. */
char *kefu_message_text (KefuMessageRecord *record);
/* (transfer full): the line of an event or a recalled message: "Lin handed the conversation over to Jie". */
char *kefu_message_event_text (KefuMessageRecord *record, const KefuMessageContext *context);
/* (transfer full) (nullable): the names of those whom a note mentions, as far as they are known. */
char **kefu_message_mentioned_names (KefuMessageRecord *record, const KefuMessageContext *context);
/* (transfer none): "sent", "read"; "" for what was not sent by us. */
const char *kefu_message_delivery_text (KefuMessageRecord *record);
/* (transfer full): "Daniel, 14:05: Where is it, read", "You, 14:06: Picture, 120 KB, sending, 40 %". */
char *kefu_message_spoken (KefuMessageRecord *record, const KefuMessageContext *context);

G_END_DECLS
