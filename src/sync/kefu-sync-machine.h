/* SPDX-License-Identifier: GPL-3.0-or-later
 * The states of synchronisation and what leads from one to the next. */
#pragma once

#include "kefu-sync-engine.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_SYNC_EVENT_START,
  KEFU_SYNC_EVENT_STOP,
  KEFU_SYNC_EVENT_RETRY,      /* the wait is over, or somebody ends it */
  KEFU_SYNC_EVENT_RESUME,     /* signed in again */
  KEFU_SYNC_EVENT_MORE,       /* a batch is applied, the server has more */
  KEFU_SYNC_EVENT_CAUGHT_UP,  /* the last batch is applied */
  KEFU_SYNC_EVENT_OPENED,     /* the stream is open */
  KEFU_SYNC_EVENT_GAP,        /* a batch does not continue the cursor */
  KEFU_SYNC_EVENT_LOST,       /* the server is away, fails or talks rubbish */
  KEFU_SYNC_EVENT_AUTH,       /* the token is not valid any more */
  KEFU_SYNC_EVENT_GONE,       /* 410, or a cache that is damaged */
  KEFU_SYNC_EVENT_RESET_DONE, /* the cache is empty */
  KEFU_SYNC_EVENT_BROKEN,     /* the store failed */
  KEFU_SYNC_EVENT_UNTRUSTED,  /* the server shows a certificate that is not trusted */
} KefuSyncEvent;
#define KEFU_SYNC_N_EVENTS (KEFU_SYNC_EVENT_UNTRUSTED + 1)
#define KEFU_SYNC_N_STATES (KEFU_SYNC_UNTRUSTED + 1)

typedef enum
{
  KEFU_SYNC_ACTION_NONE,
  KEFU_SYNC_ACTION_SYNC,    /* ask for the next batch */
  KEFU_SYNC_ACTION_CONNECT, /* the same, as the first of a new connection */
  KEFU_SYNC_ACTION_OPEN,    /* open the stream from the cursor, and the outbox */
  KEFU_SYNC_ACTION_PUMP,    /* send what waits */
  KEFU_SYNC_ACTION_RESET,   /* drop the cache */
  KEFU_SYNC_ACTION_WAIT,    /* drop the connection, try again after the backoff */
  KEFU_SYNC_ACTION_REST,    /* drop the connection */
} KefuSyncAction;

typedef struct
{
  KefuSyncState state;
  KefuSyncEvent event;
  KefuSyncState next;
  KefuSyncAction action;
} KefuSyncTransition;

/* (transfer none) (nullable): NULL: @event means nothing in @state. */
const KefuSyncTransition *kefu_sync_machine_find (KefuSyncState state, KefuSyncEvent event);

G_END_DECLS
