/* SPDX-License-Identifier: GPL-3.0-or-later
 * The states of synchronisation and what leads from one to the next. */
#include "config.h"

#include "kefu-sync-machine.h"

#define ON(state, event, next, action)                                                                                 \
  {                                                                                                                    \
    KEFU_SYNC_##state, KEFU_SYNC_EVENT_##event, KEFU_SYNC_##next, KEFU_SYNC_ACTION_##action                            \
  }

/* A pair that is not here is ignored: answers of a connection that has been given up, a second way to end the same wait. */
static const KefuSyncTransition transitions[] = {
  ON (OFFLINE, START, CONNECTING, CONNECT),

  ON (CONNECTING, STOP, OFFLINE, REST),
  ON (CONNECTING, MORE, CATCHING_UP, SYNC),
  ON (CONNECTING, CAUGHT_UP, CATCHING_UP, OPEN),
  ON (CONNECTING, GAP, CATCHING_UP, SYNC),
  ON (CONNECTING, LOST, BACKOFF, WAIT),
  ON (CONNECTING, AUTH, AUTH_REQUIRED, REST),
  ON (CONNECTING, UNTRUSTED, UNTRUSTED, REST),
  ON (CONNECTING, GONE, CATCHING_UP, RESET),
  ON (CONNECTING, BROKEN, FAILED, WAIT),

  ON (CATCHING_UP, STOP, OFFLINE, REST),
  ON (CATCHING_UP, MORE, CATCHING_UP, SYNC),
  ON (CATCHING_UP, CAUGHT_UP, CATCHING_UP, OPEN),
  ON (CATCHING_UP, OPENED, LIVE, PUMP),
  ON (CATCHING_UP, GAP, CATCHING_UP, SYNC),
  ON (CATCHING_UP, LOST, BACKOFF, WAIT),
  ON (CATCHING_UP, AUTH, AUTH_REQUIRED, REST),
  ON (CATCHING_UP, UNTRUSTED, UNTRUSTED, REST),
  ON (CATCHING_UP, GONE, CATCHING_UP, RESET),
  ON (CATCHING_UP, RESET_DONE, CATCHING_UP, SYNC),
  ON (CATCHING_UP, BROKEN, FAILED, WAIT),

  ON (LIVE, STOP, OFFLINE, REST),
  ON (LIVE, GAP, CATCHING_UP, SYNC),
  ON (LIVE, LOST, BACKOFF, WAIT),
  ON (LIVE, AUTH, AUTH_REQUIRED, REST),
  ON (LIVE, UNTRUSTED, UNTRUSTED, REST),
  ON (LIVE, GONE, CATCHING_UP, RESET),
  ON (LIVE, BROKEN, FAILED, WAIT),

  ON (BACKOFF, STOP, OFFLINE, REST),
  ON (BACKOFF, RETRY, CONNECTING, CONNECT),
  ON (BACKOFF, RESUME, CONNECTING, CONNECT),

  ON (AUTH_REQUIRED, STOP, OFFLINE, REST),
  ON (AUTH_REQUIRED, RESUME, CONNECTING, CONNECT),

  ON (FAILED, STOP, OFFLINE, REST),
  ON (FAILED, RETRY, CONNECTING, CONNECT),
  ON (FAILED, RESUME, CONNECTING, CONNECT),

  /* No clock leads out of it; another network may be a way to the right server. */
  ON (UNTRUSTED, STOP, OFFLINE, REST),
  ON (UNTRUSTED, RETRY, CONNECTING, CONNECT),
  ON (UNTRUSTED, RESUME, CONNECTING, CONNECT),
};

const KefuSyncTransition *
kefu_sync_machine_find (KefuSyncState state, KefuSyncEvent event)
{
  for (guint i = 0; i < G_N_ELEMENTS (transitions); i++)
    if (transitions[i].state == state && transitions[i].event == event)
      return &transitions[i];
  return NULL;
}
