/* SPDX-License-Identifier: GPL-3.0-or-later
 * The demo shop as a whole: made at the first start, alive as long as the server runs. */
#pragma once

#include "kefu-cli.h"
#include "kefu-demo-crowd.h"
#include "kefu-demo-sender.h"

G_BEGIN_DECLS

#define KEFU_TYPE_DEMO (kefu_demo_get_type ())
G_DECLARE_FINAL_TYPE (KefuDemo, kefu_demo, KEFU, DEMO, GObject)

/**
 * kefu_demo_start:
 * @server: listens already
 *
 * Fills a new database with the shop, its agents, customers and their talks, writes DIR/owner.json (0600, `{"login","password"}`), makes
 * the large data set if one is asked for, and lets the customers in. In a database that has the shop only the last is done.
 *
 * Returns: (transfer full): the shop; it lives until kefu_demo_stop()
 */
KefuDemo *
kefu_demo_start (KefuServer *server, const KefuDemoOptions *options, GAsyncReadyCallback callback, gpointer user_data);
gboolean kefu_demo_start_finish (KefuDemo *self, GAsyncResult *result, GError **error);
/* The customers fall silent; messages to them wait until the next start. Idempotent. */
void kefu_demo_stop (KefuDemo *self);

/* (transfer none) (nullable): NULL before the start is finished and after the stop. For tests. */
KefuDemoSender *kefu_demo_get_sender (KefuDemo *self);

/* For kefu_cli_main(). */
const KefuDemoHooks *kefu_demo_get_hooks (void);

G_END_DECLS
