/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row of the timeline: a message, a day, or the line above what is new. */
#pragma once

#include <gio/gio.h>

#include "kefu-records.h"

G_BEGIN_DECLS

typedef enum
{
  KEFU_TIMELINE_MESSAGE,
  KEFU_TIMELINE_DAY,       /* day separator; `sent_at` of the record of the message below is its day */
  KEFU_TIMELINE_UNREAD,    /* "new messages" line above the first unread one */
  KEFU_TIMELINE_OLDER_END, /* the first row: what lies before, if it is not in the cache */
  KEFU_TIMELINE_NEWER_END, /* the last row: the same after */
} KefuTimelineKind;

/* What lies beyond an end of the messages that are shown. */
typedef enum
{
  KEFU_TIMELINE_EDGE_END,     /* nothing: the conversation begins or ends there */
  KEFU_TIMELINE_EDGE_CACHE,   /* more of the cache */
  KEFU_TIMELINE_EDGE_SERVER,  /* what only the server has; it has not been asked */
  KEFU_TIMELINE_EDGE_LOADING, /* it is being asked */
  KEFU_TIMELINE_EDGE_OFFLINE, /* it cannot be asked now, and will be */
  KEFU_TIMELINE_EDGE_FAILED,  /* it could not say */
} KefuTimelineEdge;

/* Item; signal `changed` when record or run flags are replaced. */
#define KEFU_TYPE_TIMELINE_ITEM (kefu_timeline_item_get_type ())
G_DECLARE_FINAL_TYPE (KefuTimelineItem, kefu_timeline_item, KEFU, TIMELINE_ITEM, GObject)

KefuTimelineKind kefu_timeline_item_get_kind (KefuTimelineItem *self);
/* (transfer none) (nullable) for DAY and UNREAD */
KefuMessageRecord *kefu_timeline_item_get_record (KefuTimelineItem *self);
/* ms: of the message, or of the day's first message */
gint64 kefu_timeline_item_get_at (KefuTimelineItem *self);
/* Whether the next message continues the run (same author, same minute): 6 px instead of 12, no time. */
gboolean kefu_timeline_item_get_grouped (KefuTimelineItem *self);
gboolean kefu_timeline_item_is_pending (KefuTimelineItem *self);
/* Of a row at an end; @error: (out) (transfer none) (nullable): what a person should know of FAILED. */
KefuTimelineEdge kefu_timeline_item_get_edge (KefuTimelineItem *self, const char **error);

/* For the model: a row; @record (nullable) for DAY and UNREAD. */
KefuTimelineItem *kefu_timeline_item_new (KefuTimelineKind kind, gint64 at, KefuMessageRecord *record);
/* For the model: replaces what is shown; `changed` if it differs. */
void kefu_timeline_item_update (KefuTimelineItem *self, KefuMessageRecord *record, gboolean grouped);
/* The same for a row at an end; @error (nullable). */
void kefu_timeline_item_set_edge (KefuTimelineItem *self, KefuTimelineEdge edge, const char *error);

G_END_DECLS
