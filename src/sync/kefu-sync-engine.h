/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keeps the desk's cache and the server equal: one state machine, inbound and outbox pump. */
#pragma once

#include "kefu-backend.h"
#include "kefu-clock.h"
#include "kefu-history.h"
#include "kefu-store.h"
#include "kefu-transfers.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_SYNC_OFFLINE, /* not started, or told to rest */
  KEFU_SYNC_CONNECTING,
  KEFU_SYNC_CATCHING_UP,
  KEFU_SYNC_LIVE,
  KEFU_SYNC_BACKOFF,       /* the server is away; retries at `retry-at` */
  KEFU_SYNC_AUTH_REQUIRED, /* sign in again */
  KEFU_SYNC_FAILED,        /* the local store failed; `last-error` says how */
  KEFU_SYNC_UNTRUSTED,     /* the server's certificate is not trusted: nothing goes there until somebody has looked */
} KefuSyncState;

#define KEFU_TYPE_SYNC_STATE (kefu_sync_state_get_type ())
GType kefu_sync_state_get_type (void);

/**
 * KefuSyncEngine:
 *
 * Properties (read, notify): `state` (KefuSyncState), `retry-at` (ms, 0), `last-error` (text or NULL), `n-caught-up` (changes applied
 * while catching up), `synced-at` (ms of the last batch, 0). Store and backend are siblings that only the engine sees together.
 */
#define KEFU_TYPE_SYNC_ENGINE (kefu_sync_engine_get_type ())
G_DECLARE_FINAL_TYPE (KefuSyncEngine, kefu_sync_engine, KEFU, SYNC_ENGINE, GObject)

/* @network (nullable): a GNetworkMonitor that says when a retry is worth it at once. */
KefuSyncEngine *
kefu_sync_engine_new (KefuStore *store, KefuBackend *backend, KefuClock *clock, GNetworkMonitor *network);
void kefu_sync_engine_start (KefuSyncEngine *self);
/* Closes the stream, cancels what runs; the state becomes OFFLINE. */
void kefu_sync_engine_stop (KefuSyncEngine *self);
/* Ends a backoff at once ("Try now"). */
void kefu_sync_engine_retry_now (KefuSyncEngine *self);
/* After a new sign-in, or a certificate that is trusted now: leaves AUTH_REQUIRED and UNTRUSTED. */
void kefu_sync_engine_resume (KefuSyncEngine *self);
KefuSyncState kefu_sync_engine_get_state (KefuSyncEngine *self);
/* Of KEFU_SYNC_AUTH_REQUIRED. */
KefuAuthReason kefu_sync_engine_get_auth_reason (KefuSyncEngine *self);
gint64 kefu_sync_engine_get_retry_at (KefuSyncEngine *self);
const char *kefu_sync_engine_get_last_error (KefuSyncEngine *self);
guint kefu_sync_engine_get_n_caught_up (KefuSyncEngine *self);
gint64 kefu_sync_engine_get_synced_at (KefuSyncEngine *self);
/* (transfer none): the files that go with messages. */
KefuTransfers *kefu_sync_engine_get_transfers (KefuSyncEngine *self);
/* (transfer none) (nullable): NULL: this server has no older messages on request. */
KefuHistory *kefu_sync_engine_get_history (KefuSyncEngine *self);

G_END_DECLS
