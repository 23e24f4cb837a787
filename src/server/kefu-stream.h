/* SPDX-License-Identifier: GPL-3.0-or-later
 * One reader of the feed on a WebSocket. */
#pragma once

#include <libsoup/soup.h>

#include "kefu-clock.h"

G_BEGIN_DECLS

#define KEFU_STREAM_TICK_MS 5000

/* Close codes of the stream beside those of RFC 6455. */
#define KEFU_STREAM_CLOSE_SIGNED_OUT 4001
#define KEFU_STREAM_CLOSE_REPLACED 4003
#define KEFU_STREAM_CLOSE_SLOW 4008
#define KEFU_STREAM_CLOSE_SILENT 4009

/* More than this waits for nobody: what has not begun is dropped, the reader is closed with 4008 as soon as it can be told, comes back
 * and resumes. */
#define KEFU_STREAM_QUEUE_MAX (1024 * 1024)

/**
 * KefuStream:
 *
 * Signals: `drained`: less than a quarter of the queue waits again; `eph` (const char *json): the desk told the others something,
 * checked and signed with the agent's id; `closed`: once.
 */
#define KEFU_TYPE_STREAM (kefu_stream_get_type ())
G_DECLARE_FINAL_TYPE (KefuStream, kefu_stream, KEFU, STREAM, GObject)

/* (transfer full): takes the connection over from @message, whose handshake has been answered. @position: seq of the cursor. */
KefuStream *kefu_stream_new (SoupServerMessage *message,
                             KefuClock *clock,
                             const char *agent_id,
                             const char *token,
                             gint64 position);
const char *kefu_stream_get_agent_id (KefuStream *self);
/* With which it was opened. */
const char *kefu_stream_get_token (KefuStream *self);
/* Seq up to which the reader was told. */
gint64 kefu_stream_get_position (KefuStream *self);
void kefu_stream_set_position (KefuStream *self, gint64 position);
/* Bytes that were sent but have not left. */
gsize kefu_stream_get_queued (KefuStream *self);
/* Whether a reader that catches up may have another batch. */
gboolean kefu_stream_is_drained (KefuStream *self);
gboolean kefu_stream_is_open (KefuStream *self);
/* Sends @frame (kefu_frame_new_text()); closes with 4008 instead if too much waits. */
void kefu_stream_send (KefuStream *self, GBytes *frame);
/* To be called every KEFU_STREAM_TICK_MS: pings, and gives up on who is silent. */
void kefu_stream_tick (KefuStream *self);
void kefu_stream_close (KefuStream *self, gushort code, const char *reason);

G_END_DECLS
