/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keeps what is read where it is while rows come and go above it. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuTimelineHold:
 *
 * A list view keeps the row in place that it takes as its anchor. At its very beginning that is the first row, which may be the one that goes, or that
 * gets sixty others before it; then this puts things right in the same frame.
 */
typedef struct _KefuTimelineHold KefuTimelineHold;

/* @rows: item → row widget, of the rows that are bound; all are borrowed. */
KefuTimelineHold *kefu_timeline_hold_new (GtkScrolledWindow *scrolled, GtkListView *list, GHashTable *rows);
void kefu_timeline_hold_free (KefuTimelineHold *self);
/* The row of @item stays where it is now over the next frames, but for what the agent scrolls. */
void kefu_timeline_hold_keep (KefuTimelineHold *self, gpointer item);
void kefu_timeline_hold_let_go (KefuTimelineHold *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuTimelineHold, kefu_timeline_hold_free)

G_END_DECLS
