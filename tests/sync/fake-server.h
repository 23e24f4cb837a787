/* SPDX-License-Identifier: GPL-3.0-or-later
 * A server in memory behind a KefuBackend: it keeps protocol.md, except where a test tells it not to. */
#pragma once

#include "fake-blobs.h"
#include "kefu-backend.h"
#include "kefu-clock.h"
#include "kefu-db.h"

G_BEGIN_DECLS

typedef enum
{
  FAKE_SYNC,
  FAKE_OPS,
  FAKE_STREAM,
  FAKE_N_CALLS,
} FakeCall;

/* What the stream does to the batches it brings. */
typedef enum
{
  FAKE_STREAM_HONEST,
  FAKE_STREAM_LOSES, /* each second batch */
  FAKE_STREAM_DOUBLES,
  FAKE_STREAM_REORDERS, /* holds each first batch back behind the second */
  FAKE_STREAM_NONSENSE, /* batches that never continue anything */
} FakeStreamMode;

#define FAKE_TYPE_SERVER (fake_server_get_type ())
G_DECLARE_FINAL_TYPE (FakeServer, fake_server, FAKE, SERVER, GObject)

FakeServer *fake_server_new (KefuClock *clock);

/* --- what happens on the server --- */

/* Puts an entity: @fields with ' for ". */
void fake_server_put (FakeServer *self, const char *kind, const char *id, const char *fields);
/* An agent, a channel, a customer and @n conversations, as feed_put_shop(). */
void fake_server_fill (FakeServer *self, guint n);
/* The customer of @conversation writes. */
void fake_server_customer_writes (FakeServer *self, const char *conversation, const char *text);
/* How many messages with this text it has. */
guint fake_server_count_messages (FakeServer *self, const char *body);
/* (transfer full): as text: the bodies that agents sent, in order. */
char *fake_server_sent (FakeServer *self);
KefuDb *fake_server_db (FakeServer *self);
/* Keeps what it has now, and goes back to it under a new epoch. */
void fake_server_back_up (FakeServer *self);
void fake_server_restore (FakeServer *self);

/* --- what goes wrong --- */

/* The next @n calls of @call fail with KEFU_ERROR @code. G_MAXUINT: all. */
void fake_server_fail (FakeServer *self, FakeCall call, guint n, int code);
/* What fails asks to be left alone so long (Retry-After). */
void fake_server_ask_to_wait (FakeServer *self, guint ms);
/* The next @n calls of FAKE_OPS are done, but their answer is lost (KEFU_ERROR_SERVER). */
void fake_server_lose_answers (FakeServer *self, guint n);
/* The next @n calls of @call are answered with this. */
void fake_server_answer (FakeServer *self, FakeCall call, guint n, const char *json);
/* The next operation of this type, and any later one, makes the whole call KEFU_ERROR_INVALID. */
void fake_server_refuse_calls_with (FakeServer *self, const char *type);
/* The next @n operations are put off (`retry`). */
void fake_server_put_off (FakeServer *self, guint n);
/* Operations of @type are rejected. */
void fake_server_reject (FakeServer *self, const char *type);
/* Calls wait until it is FALSE again. */
void fake_server_hold (FakeServer *self, gboolean hold);
/* What a server says over a quiet stream: an empty batch where the feed stands. */
void fake_server_beat (FakeServer *self);
void fake_server_set_stream_mode (FakeServer *self, FakeStreamMode mode);
/* As when the process is killed: the stream breaks off. */
void fake_server_break_stream (FakeServer *self, int code);

/* Its files; from the first call on it takes some. An operation whose file it lacks is rejected as `blob_missing` then. */
FakeBlobs *fake_server_files (FakeServer *self);

/* --- what it was asked --- */

guint fake_server_n_calls (FakeServer *self, FakeCall call);
/* The same, of those it has answered. */
guint fake_server_n_answers (FakeServer *self, FakeCall call);
gboolean fake_server_has_stream (FakeServer *self);
/* Operations it was sent, each time counted. */
guint fake_server_n_ops (FakeServer *self);

G_END_DECLS
