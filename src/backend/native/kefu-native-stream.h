/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed over a WebSocket: one connection from open to close. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-clock.h"

G_BEGIN_DECLS

/**
 * KefuNativeStream:
 *
 * Signals: `opened`; `batch` (GBytes *json); `closed` (GError *error, nullable), once and last, not after kefu_native_stream_close().
 */
#define KEFU_TYPE_NATIVE_STREAM (kefu_native_stream_get_type ())
G_DECLARE_FINAL_TYPE (KefuNativeStream, kefu_native_stream, KEFU, NATIVE_STREAM, GObject)

/* (transfer full): begins to connect. @message: GET of the stream's address. @where: the server's name in messages. */
KefuNativeStream *
kefu_native_stream_new (SoupSession *session, SoupMessage *message, KefuClock *clock, const char *where);
/* Says goodbye and is silent from now on. */
void kefu_native_stream_close (KefuNativeStream *self);

G_END_DECLS
