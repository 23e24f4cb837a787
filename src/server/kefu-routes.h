/* SPDX-License-Identifier: GPL-3.0-or-later
 * The functions that answer the calls of protocol.md on a worker. */
#pragma once

#include "kefu-router.h"

G_BEGIN_DECLS

#define KEFU_BODY_MAX (1024 * 1024)
#define KEFU_OPS_MAX 100
#define KEFU_SYNC_MAX 1000
#define KEFU_HISTORY_MAX 200

void kefu_route_session_delete (KefuRequest *request, KefuDb *db);
void kefu_route_sessions (KefuRequest *request, KefuDb *db);
void kefu_route_sessions_delete (KefuRequest *request, KefuDb *db);
void kefu_route_sync (KefuRequest *request, KefuDb *db);
void kefu_route_history (KefuRequest *request, KefuDb *db);
void kefu_route_ops (KefuRequest *request, KefuDb *db);

G_END_DECLS
