/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection that knows how much WebSocket data has left it. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KefuCountingStream:
 *
 * SoupWebsocketConnection queues without a limit and tells nobody how much. This stream lies between it and the socket and reads the
 * headers of the frames that pass, so that what was handed over minus what has left is what waits.
 */
#define KEFU_TYPE_COUNTING_STREAM (kefu_counting_stream_get_type ())
G_DECLARE_FINAL_TYPE (KefuCountingStream, kefu_counting_stream, KEFU, COUNTING_STREAM, GIOStream)

/* (transfer full): around @base, whose streams must be pollable. @wrote (nullable) is called after bytes have left. */
GIOStream *kefu_counting_stream_new (GIOStream *base, GCallback wrote, gpointer user_data);
/* Payload bytes of text and binary frames that have left; control frames are libsoup's own and not counted. */
guint64 kefu_counting_stream_get_written (KefuCountingStream *self);
/* @wrote is not called any more. */
void kefu_counting_stream_forget (KefuCountingStream *self);

G_END_DECLS
