/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the server that run on the main thread share. Only for src/server. */
#pragma once

#include "kefu-connections.h"
#include "kefu-gate.h"
#include "kefu-hub.h"
#include "kefu-outbound.h"
#include "kefu-router.h"
#include "kefu-server.h"
#include "kefu-sign-in.h"
#include "kefu-token-watch.h"
#include "kefu-worker.h"

G_BEGIN_DECLS

struct _KefuServer
{
  GObject parent_instance;

  char *data_dir;
  KefuClock *clock;
  KefuStorage *storage;
  KefuSignIn *sign_in;
  KefuGate *gate;
  KefuHub *hub;
  KefuTokenWatch *tokens;
  KefuOutbound *outbound;
  KefuWorker *files;   /* blobs are written here, so that they hold up neither readers nor the writer */
  GHashTable *uploads; /* sender and sha256 → what kefu-route-blob-put.c keeps of an upload under way */
  SoupServer *http;
  KefuRouter *router;
  KefuConnections *connections;
  GPtrArray *listeners; /* KefuListener */

  int token_days;
  char *address;
  char *fingerprint;
  char *socket_path; /* to remove at the end */
  GTask *stop_task;
  guint stop_id;
  gint64 stop_until;
  gboolean stopped;
};

/* Calls that are answered on the main thread; see KefuRoute. */
void kefu_server_blob_early (gpointer server, KefuRequest *request);
void kefu_server_blob_put (gpointer server, KefuRequest *request);
void kefu_server_blob_get (gpointer server, KefuRequest *request);
void kefu_server_inbound_early (gpointer server, KefuRequest *request);
void kefu_server_inbound_post (gpointer server, KefuRequest *request);
void kefu_server_stream_open (gpointer server, KefuRequest *request);

G_END_DECLS
