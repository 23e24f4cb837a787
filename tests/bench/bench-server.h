/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server as a process over a copy of the data set, with a channel that posts events. */
#pragma once

#include "bench-row.h"
#include "kefu-backend.h"

G_BEGIN_DECLS

typedef struct
{
  GSubprocess *process;
  char *folder;
  char *address; /* as the desk takes it */
  char *token;   /* of the data set's agent */
  char *channel_id;
  char *secret;
} BenchServer;

/* (transfer full): runs, and lets the agent in. */
BenchServer *bench_server_new (void);
void bench_server_free (BenchServer *self);
/**
 * bench_server_post:
 * @number: of the event in this run
 *
 * A customer writes @text; blocks until the server has answered that it is stored. May be called from any thread, by one at a time.
 */
void bench_server_post (BenchServer *self, guint number, const char *customer, const char *text);

G_END_DECLS
