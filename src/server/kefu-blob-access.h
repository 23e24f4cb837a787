/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who may bring and fetch which blob: agents all of them, a channel those of its own messages. */
#pragma once

#include "kefu-request.h"

G_BEGIN_DECLS

/* (transfer none): the sha256 at the end of the address; NULL after a 400. */
const char *kefu_blob_request_sha256 (KefuRequest *request);
/* (transfer full) (nullable): who asks, in a form that no other has: by the token, or on /v1/channels/… by the signature over "METHOD PATH";
 * NULL after an answer that refuses. On a worker. */
char *kefu_blob_request_sender (KefuRequest *request, KefuDb *db);
/* Whether the one who asks may know that this blob exists. On a worker, after kefu_blob_request_sender(). */
gboolean kefu_blob_request_may_read (KefuRequest *request, KefuDb *db);

/* Lets a channel fetch a blob and name it in its events. */
gboolean kefu_blob_grant (KefuDb *db, const char *channel_id, const char *sha256, GError **error);
gboolean kefu_blob_is_granted (KefuDb *db, const char *channel_id, const char *sha256);

G_END_DECLS
