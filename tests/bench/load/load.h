/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the load test share: the plan of a run, what was posted and when, and figures over time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Latencies are counted in buckets of one millisecond; the last holds everything longer. */
#define LOAD_BUCKETS 8192

typedef struct
{
  guint counts[LOAD_BUCKETS];
  guint64 n;
} LoadHistogram;

void load_histogram_add (LoadHistogram *self, gint64 us);
/* Adds all of @other. */
void load_histogram_merge (LoadHistogram *self, const LoadHistogram *other);
/* The millisecond within which @part (0 … 1) of all lie. */
guint load_histogram_at (const LoadHistogram *self, double part);

/* One run. Times are µs of the monotonic clock. */
typedef struct
{
  int epoll_fd;
  const char *socket_path;
  const char *channel_id;
  const char *secret;
  const char *epoch;

  guint n_seconds;
  guint n_desks;
  guint rate;        /* messages a second */
  guint batch;       /* events a post */
  guint n_senders;   /* connections that post */
  guint n_customers; /* who write in turn, at random */

  guint n_wanted; /* messages of the whole run */
  gint64 *posted; /* by number of the message, 0: not yet */
  gint64 *answered;
} LoadPlan;

/* Something the loop waits for; @ready gets the events of epoll. */
typedef struct _LoadSource LoadSource;
struct _LoadSource
{
  int fd;
  void (*ready) (LoadSource *self, guint32 events);
};

/* A connected Unix socket, without blocking if @nonblocking. Aborts if there is none. */
int load_connect (const char *path, gboolean nonblocking);
/* Writes all of it; for handshakes, which fit into the socket's buffer. */
void load_write_all (int fd, const char *text, gsize size);

G_END_DECLS
