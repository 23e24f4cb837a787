/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much of what can be fetched again stays on this computer: old messages and files go, and the disk gets its room back. */
#pragma once

#include "kefu-store.h"

G_BEGIN_DECLS

/* What one step has done. */
typedef struct
{
  gboolean more;    /* there is more to do: call again */
  guint n_messages; /* that are gone from this computer */
  gint64 keep_from; /* ms: what was asked for, or less where the clock stands wrong; 0: everything stays */
} KefuTidyStep;

/**
 * kefu_store_tidy_async:
 * @keep_from: ms since the epoch; messages that were sent before may go; 0: everything stays
 * @shown: (nullable): a conversation that somebody looks at, which is left alone
 *
 * One small step of some ten milliseconds on the writer, behind all that is urgent: old messages leave the cache and the search index, the index is
 * merged, free pages go back to the disk. Steps follow each other until `more` is FALSE; the next call begins anew, as does one with another
 * @keep_from. Of each conversation the oldest go, so that what stays has no gaps; not those of the newest 60 of a conversation that is not
 * resolved, nothing from the proof of an open checklist item on, nothing that a waiting operation has touched or a waiting message quotes, nothing that was fetched
 * again in the last day. What the server says later of a message that has gone does not bring it back. Where nothing is kept on the disk it does nothing. A clock that is
 * more than a week ahead of the newest message is not believed: as much is kept as if it stood there.
 */
void kefu_store_tidy_async (KefuStore *self,
                            gint64 keep_from,
                            const char *shown,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean kefu_store_tidy_finish (KefuStore *self, GAsyncResult *result, KefuTidyStep *step, GError **error);

/* Deletes fetched files that nobody has used since @keep_from (ms; 0: none), on a thread that writes nothing else; never what is still to be sent.
 * The finish returns how many, or -1 and @error. */
void kefu_store_tidy_files_async (KefuStore *self,
                                  gint64 keep_from,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gssize kefu_store_tidy_files_finish (KefuStore *self, GAsyncResult *result, GError **error);

/* Bytes on the disk now. */
typedef struct
{
  gint64 cache; /* messages, customers, orders and the search index */
  gint64 files; /* that were fetched or sent */
} KefuStoreSizes;

void
kefu_store_measure_async (KefuStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean kefu_store_measure_finish (KefuStore *self, GAsyncResult *result, KefuStoreSizes *sizes, GError **error);

G_END_DECLS
