/* SPDX-License-Identifier: GPL-3.0-or-later
 * A whole workspace in a window of this process, put together as the desk does it. */
#pragma once

#include <adwaita.h>

#include "bench-row.h"
#include "kefu-workspace-view.h"
#include "kefu-workspace.h"

G_BEGIN_DECLS

typedef struct
{
  GtkWindow *window;
  KefuWorkspace *workspace;
  KefuWorkspaceView *view;
  GSettings *settings;
} BenchWorkspace;

/* (transfer full): on the screen, over a copy of the data set's desk. @address: of its server; @token (nullable): it does not connect. */
BenchWorkspace *bench_workspace_new (const char *address, const char *token);
void bench_workspace_free (BenchWorkspace *self);
/* Runs the main loop until the window has painted again, but not longer than @ms. FALSE: it did not. */
gboolean bench_workspace_wait_paint (BenchWorkspace *self, double ms);

G_END_DECLS
