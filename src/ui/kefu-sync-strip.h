/* SPDX-License-Identifier: GPL-3.0-or-later
 * The strip under the header that says what is wrong with the connection. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-outbox-list.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuSyncStrip:
 *
 * Away while all is well; else the state in words and the one thing the agent can do: try now, or sign in.
 * Properties (read, notify): `state-icon`, `state-text` (one line for the header's icon, also while all is well).
 * Signal `sign-in-requested`.
 */
#define KEFU_TYPE_SYNC_STRIP (kefu_sync_strip_get_type ())
G_DECLARE_FINAL_TYPE (KefuSyncStrip, kefu_sync_strip, KEFU, SYNC_STRIP, GtkWidget)

/* Once. */
void kefu_sync_strip_set_session (KefuSyncStrip *self, KefuSession *session, KefuOutboxList *outbox);
gboolean kefu_sync_strip_get_revealed (KefuSyncStrip *self);

G_END_DECLS
