/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of a timeline: messages with days and the unread line between them. */
#pragma once

#include "kefu-timeline-item.h"

G_BEGIN_DECLS

/* (transfer full) (element-type KefuTimelineItem): rows for @records (KefuMessageRecord, in order). The @old rows that stay are the same
 * objects, those of messages found in @by_id (message id → KefuTimelineItem); what they show is replaced here. The unread line goes
 * above @unread_id (nullable). */
GPtrArray *kefu_timeline_rows_make (GPtrArray *records, GPtrArray *old, GHashTable *by_id, const char *unread_id);

/* Puts the rows of the ends around @items, where an end has something to say. @error (nullable): of one that is FAILED. */
void kefu_timeline_rows_add_ends (GPtrArray *items,
                                  GPtrArray *old,
                                  KefuTimelineEdge older,
                                  KefuTimelineEdge newer,
                                  const char *error);

G_END_DECLS
