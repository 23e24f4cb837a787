/* SPDX-License-Identifier: GPL-3.0-or-later
 * When old messages and files leave this computer. */
#pragma once

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuRetention:
 *
 * Tidies the store of a session: a minute after the start, once a day from then on, and at once when `days` changes. It works in small steps with pauses,
 * not while the desk catches up with the server, and leaves alone the conversation that the agent looks at. Where nothing is kept on the disk it rests.
 *
 * Properties: `days` (int, read/write): how long messages and files stay, 0 for ever; `busy` (boolean, read, notify).
 */
#define KEFU_TYPE_RETENTION (kefu_retention_get_type ())
G_DECLARE_FINAL_TYPE (KefuRetention, kefu_retention, KEFU, RETENTION, GObject)

/* (transfer full): holds no reference to @session. @days: as the property. */
KefuRetention *kefu_retention_new (KefuSession *session, int days);

G_END_DECLS
