/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed of a server that is not running, batch after batch as GET /v1/sync answers. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BenchFeedSource BenchFeedSource;

/* (transfer full) (nullable): reads the folder @server_dir of a server for the agent with @login, from the beginning. */
BenchFeedSource *bench_feed_source_new (const char *server_dir, const char *login, GError **error);
void bench_feed_source_free (BenchFeedSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchFeedSource, bench_feed_source_free)

/* (transfer full) (nullable): the next batch; NULL at the end, or with @error. */
GBytes *bench_feed_source_next (BenchFeedSource *self, GError **error);
const char *bench_feed_source_get_agent_id (BenchFeedSource *self);
const char *bench_feed_source_get_agent_name (BenchFeedSource *self);
/* How many rows @table of the server has. */
gint64 bench_feed_source_count (BenchFeedSource *self, const char *table);

G_END_DECLS
