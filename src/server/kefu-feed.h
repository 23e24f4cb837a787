/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed: what changed after a cursor, as every desk or one agent's desk may see it. */
#pragma once

#include "kefu-db.h"

G_BEGIN_DECLS

/**
 * KefuFeedBatch:
 *
 * The changes after `from` up to and with `to`, read once for all readers. Immutable, reference-counted, safe from any thread.
 */
typedef struct _KefuFeedBatch KefuFeedBatch;

/* "EPOCH.SEQ" → its parts; KEFU_ERROR_INVALID for anything else. @epoch: (out) (transfer full) */
gboolean kefu_feed_parse_cursor (const char *cursor, char **epoch, gint64 *seq, GError **error);
/* Whether the feed can go on from there; KEFU_ERROR_CURSOR_GONE says why not. */
gboolean kefu_feed_check_cursor (KefuDb *db, const char *epoch, gint64 seq, GError **error);
/* (transfer full) (nullable): at most @limit changes, and no further one when the batch has @max_bytes. Inside a read transaction. */
KefuFeedBatch *kefu_feed_read (KefuDb *db, gint64 from, guint limit, gsize max_bytes, GError **error);
void kefu_feed_batch_unref (KefuFeedBatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuFeedBatch, kefu_feed_batch_unref)

gint64 kefu_feed_batch_get_to (KefuFeedBatch *self);
gboolean kefu_feed_batch_get_more (KefuFeedBatch *self);
/* (transfer full): `{"changes":[…],"from":N,"to":N,"more":bool,"epoch":…}` as @agent_id may see it. */
char *kefu_feed_batch_to_sync (KefuFeedBatch *self, const char *agent_id, const char *epoch);
/* (transfer full): `{"t":"changes","from":N,"to":N,"changes":[…]}`; @agent_id NULL: as all see it who own nothing in it. */
char *kefu_feed_batch_to_stream (KefuFeedBatch *self, const char *agent_id);
/* Whether @agent_id sees something in it that others do not. */
gboolean kefu_feed_batch_is_special (KefuFeedBatch *self, const char *agent_id);

G_END_DECLS
