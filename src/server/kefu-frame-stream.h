/* SPDX-License-Identifier: GPL-3.0-or-later
 * A connection whose WebSocket sends frames that it shares with others. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full): @payload as a text frame of a server (RFC 6455, 5.2), header and all. Sent to any number of streams. */
GBytes *kefu_frame_new_text (const char *payload, gsize size);
/* (transfer full): an empty ping. */
GBytes *kefu_frame_new_ping (void);

/**
 * KefuFrameStream:
 *
 * Stands between libsoup's WebSocket and the socket or TLS below. libsoup copies, checks and frames a message for each of its receivers,
 * and wakes up for it once more; here a frame is made once, and all streams hold the same bytes until they have left. What libsoup
 * has to say by itself (pong, close) goes between two frames.
 */
#define KEFU_TYPE_FRAME_STREAM (kefu_frame_stream_get_type ())
G_DECLARE_FINAL_TYPE (KefuFrameStream, kefu_frame_stream, KEFU, FRAME_STREAM, GIOStream)

/* Called when something of the queue has left, from inside a write: do what follows later. */
typedef void (*KefuFrameStreamFunc) (gpointer user_data);

/* (transfer full): @base must be pollable both ways. @left is called until kefu_frame_stream_forget(). */
KefuFrameStream *kefu_frame_stream_new (GIOStream *base, KefuFrameStreamFunc left, gpointer user_data);
/* Sends @frame after what is queued, at once if the other side takes it. Silent once the connection is broken: libsoup tells. */
void kefu_frame_stream_push (KefuFrameStream *self, GBytes *frame);
/* Bytes of frames that have not left. */
gsize kefu_frame_stream_get_queued (KefuFrameStream *self);
/* Forgets the frames that have not begun; one that has goes to its end, as it must. */
void kefu_frame_stream_drop (KefuFrameStream *self);
/* The owner is going: no more calls. */
void kefu_frame_stream_forget (KefuFrameStream *self);

G_END_DECLS
