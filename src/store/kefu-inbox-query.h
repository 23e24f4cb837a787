/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is asked of the inbox: a view, an order, a filter, and where in it a conversation stands. */
#pragma once

#include "kefu-records.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_VIEW_MINE,
  KEFU_VIEW_UNASSIGNED,
  KEFU_VIEW_WAITING,
  KEFU_VIEW_MENTIONS, /* open and snoozed ones in which a note mentions the agent */
  KEFU_VIEW_SNOOZED,
  KEFU_VIEW_RESOLVED,
  KEFU_VIEW_ALL,
} KefuInboxView;
#define KEFU_N_VIEWS 7

typedef enum
{
  KEFU_ORDER_LONGEST, /* who waits, longest first; then the rest, newest first */
  KEFU_ORDER_NEWEST,
  KEFU_ORDER_UNREAD, /* unread first, newest first */
} KefuInboxOrder;
#define KEFU_N_ORDERS 3

/* Zeroed it is "mine, longest waiting, of every channel, with any label or none". */
typedef struct
{
  KefuInboxView view;
  KefuInboxOrder order;
  char *channel_id; /* (nullable): of this channel only */
  char *label_id;   /* (nullable): with this label only */
} KefuInboxQuery;

/* (transfer full) */
KefuInboxQuery *kefu_inbox_query_copy (const KefuInboxQuery *query);
/* Frees what is in it. */
void kefu_inbox_query_clear (KefuInboxQuery *query);
void kefu_inbox_query_free (KefuInboxQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuInboxQuery, kefu_inbox_query_free)

/* Whether @record is of what is asked: the same as the store's answer, for one conversation that changed. @agent_id: whose inbox it is. */
gboolean kefu_inbox_query_has (const KefuInboxQuery *query, const char *agent_id, const KefuConversationRecord *record);

/* The place of a conversation in an order; no two have the same. */
typedef struct
{
  gint64 rank;
  gint64 at;
  gint64 n;
} KefuInboxKey;

KefuInboxKey kefu_inbox_key_of (KefuInboxOrder order, const KefuConversationRecord *record);
/* < 0: @left stands above. */
int kefu_inbox_key_compare (const KefuInboxKey *left, const KefuInboxKey *right);

G_END_DECLS
