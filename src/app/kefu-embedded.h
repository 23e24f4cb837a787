/* SPDX-License-Identifier: GPL-3.0-or-later
 * The embedded workspace: a kefu-server of our own, started, watched and stopped. */
#pragma once

#include "kefu-clock.h"

G_BEGIN_DECLS

/**
 * KefuEmbedded:
 *
 * Runs `kefu-server serve --data DIR --socket SOCKET --demo` and restarts it with backoff when it ends by itself.
 * Signals: `ready` (const char *address for the native backend), `failed` (const char *text): it ended before it was ready; it is tried again
 * unless kefu_embedded_stop() is called.
 */
#define KEFU_TYPE_EMBEDDED (kefu_embedded_get_type ())
G_DECLARE_FINAL_TYPE (KefuEmbedded, kefu_embedded, KEFU, EMBEDDED, GObject)

/* @program: path of kefu-server; @dir: its data; @socket: where it listens. */
KefuEmbedded *kefu_embedded_new (const char *program, const char *dir, const char *socket, KefuClock *clock);
/* Does nothing if it runs. */
void kefu_embedded_start (KefuEmbedded *self);
/* Sends SIGTERM; the server ends in its own time. */
void kefu_embedded_stop (KefuEmbedded *self);
/* (transfer none) (nullable): the address while the server is ready. */
const char *kefu_embedded_get_address (KefuEmbedded *self);

G_END_DECLS
