/* SPDX-License-Identifier: GPL-3.0-or-later
 * Notices when a main loop stands still, and who holds it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person feels: half of a frame at 60 Hz. */
#define KEFU_WATCH_STALL_MS 8

typedef struct _KefuWatch KefuWatch;

/* (transfer full) (nullable): watches every turn of the default main context, which must be the calling thread's, from now on. A turn over
 * KEFU_WATCH_STALL_MS is one line in @path (NULL: the standard error), a JSON object: "program", "pid", "at" (s on the monotonic clock, the
 * turn's end), "stall_ms" = "cpu_ms" + "blocked_ms" (in a call that waited), "waited_ms" (ready to run, but another thread had the
 * processor; no part of the stall), "source" (whom the loop had called, as seen first) and "stacks", samples of the main thread's calls,
 * innermost first. NULL with a word in the log: @path cannot be written. At most one watch of a process at a time. */
KefuWatch *kefu_watch_start (const char *path);
/* (transfer full) (nullable): as KEFU_WATCH=FILE of the environment asks for, otherwise NULL, which costs nothing; in a debug build to the
 * standard error. */
KefuWatch *kefu_watch_start_if_wanted (void);
/* Ends it; on the thread that began it. */
void kefu_watch_stop (KefuWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuWatch, kefu_watch_stop)

G_END_DECLS
