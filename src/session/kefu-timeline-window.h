/* SPDX-License-Identifier: GPL-3.0-or-later
 * The messages of a conversation that are looked at: a part of it without anything missing inside. */
#pragma once

#include <gio/gio.h>

#include "kefu-records.h"

G_BEGIN_DECLS

/**
 * KefuTimelineWindow:
 *
 * The cache may lack what lies between two messages that it has: older ones were deleted to save space, and one of them came back by itself. The
 * server numbers the messages of a conversation without leaving any out (`mseq`), so a jump in the numbers is a part that only the server has, unless it
 * said that nothing is there.
 */
typedef struct
{
  GPtrArray *records;  /* (element-type KefuMessageRecord) in order */
  gboolean may_lack;   /* whether there is a server that can be asked; else the cache is all there is */
  gint64 last_mseq;    /* of the conversation, 0 if not known */
  gboolean end_known;  /* nothing is missing after the newest one of the cache */
  GHashTable *follows; /* mseq → that of the message before it, 0 for none: what the server said of jumps */
} KefuTimelineWindow;

void kefu_timeline_window_init (KefuTimelineWindow *self);
void kefu_timeline_window_clear (KefuTimelineWindow *self);
/* (transfer none) (nullable) */
KefuMessageRecord *kefu_timeline_window_first (KefuTimelineWindow *self);
KefuMessageRecord *kefu_timeline_window_last (KefuTimelineWindow *self);
/* The message is added, or replaces its older self. kefu_timeline_window_sort() puts it where it belongs. */
void kefu_timeline_window_put (KefuTimelineWindow *self, KefuMessageRecord *record);
void kefu_timeline_window_sort (KefuTimelineWindow *self);
/* Whether nothing is missing between two neighbours of the cache; @later NULL: between @record and the end. */
gboolean kefu_timeline_window_joins (KefuTimelineWindow *self, KefuMessageRecord *record, KefuMessageRecord *later);
/* Adds of @page (ascending, before the window; the newest ones if the window is empty) what joins on without anything missing between. FALSE: not
 * all of it did. */
gboolean kefu_timeline_window_prepend (KefuTimelineWindow *self, GPtrArray *page);
/* The same after the window, which may be empty. */
gboolean kefu_timeline_window_append (KefuTimelineWindow *self, GPtrArray *page);
/* Whether the server has older messages than the first one, of which the cache has none. */
gboolean kefu_timeline_window_lacks_older (KefuTimelineWindow *self);
/* The same after the last one. */
gboolean kefu_timeline_window_lacks_newer (KefuTimelineWindow *self);
/* The server said that these messages (gint64, ascending) follow on one another, that @after (0: none known) follows on the last one, and whether
 * there are @more before the first. */
void kefu_timeline_window_learn (KefuTimelineWindow *self, GArray *mseqs, gint64 after, gboolean more);

G_END_DECLS
