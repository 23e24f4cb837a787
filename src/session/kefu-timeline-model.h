/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation's messages as a list model: a window that pages. */
#pragma once

#include "kefu-store.h"
#include "kefu-timeline-item.h"

G_BEGIN_DECLS

/**
 * KefuTimelineModel:
 *
 * A GListModel of KefuTimelineItem over 60 to 400 messages around where the agent reads; pages at both ends on request. Follows the store's
 * `changed`. Properties (read, notify): `loading`, `has-older`, `has-newer`. Signal `loaded`: the first page is in.
 */
#define KEFU_TYPE_TIMELINE_MODEL (kefu_timeline_model_get_type ())
G_DECLARE_FINAL_TYPE (KefuTimelineModel, kefu_timeline_model, KEFU, TIMELINE_MODEL, GObject)

/* @read_in_no: in_no up to which the agent has read; the UNREAD line goes above the first inbound message after it. -1: no line. */
KefuTimelineModel *kefu_timeline_model_new (KefuStore *store, const char *conversation_id, gint64 read_in_no);
const char *kefu_timeline_model_get_conversation_id (KefuTimelineModel *self);
void kefu_timeline_model_load_older (KefuTimelineModel *self);
void kefu_timeline_model_load_newer (KefuTimelineModel *self);
/* Makes the window hold @message_id (loads around it if needed), then calls back with its position or G_MAXUINT. */
void kefu_timeline_model_find_async (KefuTimelineModel *self,
                                     const char *message_id,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
guint kefu_timeline_model_find_finish (KefuTimelineModel *self, GAsyncResult *result);

G_END_DECLS
