/* SPDX-License-Identifier: GPL-3.0-or-later
 * An HTTP server on loopback that answers as a test says, and a native backend that talks to it. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-clock.h"
#include "kefu-native-backend.h"

G_BEGIN_DECLS

typedef struct
{
  SoupServer *server;
  KefuClock *clock;
  KefuBackend *backend;

  /* the answer to every call; status 0: none at all */
  guint status;
  const char *type;
  const char *body;
  const char *header; /* (nullable): "Name: value" */

  /* the last call */
  char *method;
  char *path; /* with the query */
  char *authorization;
  GBytes *sent;
  guint n_calls;

  /* the stream */
  SoupWebsocketConnection *socket;
  guint n_opened;
  guint n_batches;
  GBytes *batch;
  guint n_closed;
  GError *closed_with;
} Http;

/* @tls (nullable): listens with https. */
Http *http_new (GTlsCertificate *tls);
void http_free (Http *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Http, http_free)

void http_answer (Http *self, guint status, const char *type, const char *body);
/* Waits for the end of a sync, and gives its body. */
GBytes *http_sync (Http *self, const char *cursor, GError **error);
/* Opens the stream and waits until it is open or closed. */
void http_open_stream (Http *self);
void http_wait_closed (Http *self);
void http_wait_batches (Http *self, guint n);

G_END_DECLS
