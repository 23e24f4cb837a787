/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk: a real store, a fake server, an engine between them, time that stands still. */
#pragma once

#include "fake-server.h"
#include "kefu-sync-engine.h"
#include "store-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  StoreFixture *store;
  FakeServer *server;
  KefuSyncEngine *engine;
  GString *states; /* first letters of the states it went through: o c u l b a f */
} Desk;

/* With a server of two conversations; the engine is not started. @network (nullable). */
Desk *desk_new (GNetworkMonitor *network);
void desk_free (Desk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

/* Stops the engine, opens the store again, makes a new engine. */
void desk_restart (Desk *self);
/* The same after a kill -9. */
void desk_kill (Desk *self);
void desk_start (Desk *self);
void desk_wait_state (Desk *self, KefuSyncState state);
/* Until live, nothing waits, and desk and server are equal, entity by entity. */
void desk_wait_equal (Desk *self);
/* Moves the clock to the end of the wait. */
void desk_pass_wait (Desk *self);
/* Sends @body in CONV_1 and waits until it is durable. */
void desk_send (Desk *self, const char *body);
/* Lets everything that is ready run, for what must not happen. */
void desk_settle (Desk *self);

G_END_DECLS
