/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk that reads slowly, is shed, and catches up. */
#pragma once

#include "load.h"

G_BEGIN_DECLS

typedef struct _LoadSlow LoadSlow;

/* Opens a stream at @position on a thread of its own and reads 10 kB/s. */
LoadSlow *load_slow_new (const LoadPlan *plan, const char *token, gint64 position);
/* Waits until it has been shed, and lets it catch up by /v1/sync. Returns how many messages it has then. @code: (out): with which the
 * stream was closed; @seconds: (out): after how long; @doubles: (out) */
guint load_slow_finish (LoadSlow *self, guint *code, double *seconds, guint *doubles);

G_END_DECLS
