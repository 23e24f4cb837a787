/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk: a WebSocket that takes the feed, and what it found in it. */
#pragma once

#include "load-feed.h"

G_BEGIN_DECLS

typedef struct
{
  LoadSource source;
  const LoadPlan *plan;
  LoadFeed *feed;

  char *buffer;
  gsize capacity;
  gsize filled;
  gboolean open;   /* the handshake is over */
  gboolean closed; /* the server ended it */
  guint close_code;

  gint64 position;
  guint gaps;    /* batches that did not begin where the last one ended */
  guint bad;     /* frames that could not be read */
  guint n_seen;  /* messages */
  guint doubles; /* messages that came again */
  guint8 *seen;  /* by number */
  guint64 bytes;
  guint64 frames;

  LoadHistogram from_answer;
  LoadHistogram from_post;
} LoadDesk;

/* Connects with @token at @position, and waits for frames. */
LoadDesk *load_desk_new (const LoadPlan *plan, LoadFeed *feed, const char *token, gint64 position);
void load_desk_free (LoadDesk *self);
/* (transfer full): the request that opens a stream. */
char *load_desk_handshake (const LoadPlan *plan, const char *token, gint64 position);
/* Notes what a frame brought, for a desk that takes it by itself. */
void load_desk_take (LoadDesk *self, const LoadFrame *frame, gint64 now);

G_END_DECLS
