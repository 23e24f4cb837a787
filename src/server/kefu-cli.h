/* SPDX-License-Identifier: GPL-3.0-or-later
 * The command line of kefu-server. */
#pragma once

#include "kefu-server.h"

G_BEGIN_DECLS

/* What `serve --demo` was asked for. */
typedef struct
{
  gint64 seed;   /* --seed, 1 by default */
  double speed;  /* --speed, 1.0 by default: how fast the shop's time goes */
  int customers; /* --customers, 0: the usual small shop */
  int history;   /* --history: messages to make for those */
} KefuDemoOptions;

/**
 * KefuDemoStartFunc:
 * @server: open and listening
 *
 * Fills and starts the demo shop. The server prints `ready` after @callback. Returns: (transfer full): the running shop.
 */
typedef GObject *(*KefuDemoStartFunc) (KefuServer *server,
                                       const KefuDemoOptions *options,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
typedef gboolean (*KefuDemoStartFinishFunc) (GObject *demo, GAsyncResult *result, GError **error);
/* The shop's customers fall silent; called before the server stops. The object is released after it. */
typedef void (*KefuDemoStopFunc) (GObject *demo);

/* How the program reaches the demo shop, a part above this one. */
typedef struct
{
  KefuDemoStartFunc start;
  KefuDemoStartFinishFunc start_finish;
  KefuDemoStopFunc stop;
} KefuDemoHooks;

/* Runs the command; @hooks NULL: there is no demo shop in this build. Returns the exit status. */
int kefu_cli_main (int argc, char **argv, const KefuDemoHooks *hooks);

G_END_DECLS
