/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the frames of the feed hold, decoded once for all desks that got the same bytes. */
#pragma once

#include "load.h"

G_BEGIN_DECLS

/* One `changes` frame. */
typedef struct
{
  gint64 from;
  gint64 to;
  char *text;
  gsize size;
  GArray *numbers; /* guint: the messages of the run in it, by their number */
  gboolean bad;    /* a change out of order, or one that cannot be read */
} LoadFrame;

typedef struct _LoadFeed LoadFeed;

LoadFeed *load_feed_new (const LoadPlan *plan);
void load_feed_free (LoadFeed *self);
/* (transfer none) (nullable): what @text says, until a few hundred other frames have come; NULL: it is no `changes` frame. */
const LoadFrame *load_feed_look (LoadFeed *self, const char *text, gsize size);
/* Decodes @text, `{"from","to","changes"}`, as a stream or a call brings it. */
LoadFrame *load_frame_decode (const LoadPlan *plan, const char *text, gsize size);
void load_frame_free (LoadFrame *frame);
/* How many frames were decoded, and how many were the same as one of those. */
void load_feed_get_counts (LoadFeed *self, guint64 *decoded, guint64 *same);

G_END_DECLS
