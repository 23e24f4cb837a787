/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation's messages as a list model: a window that pages. */
#pragma once

#include "kefu-history.h"
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

/* @read_in_no: in_no up to which the agent has read; the UNREAD line goes above the first inbound message after it. -1: no line. @history: (nullable):
 * what the cache lacks is fetched from there when the window comes to it, and the ends have rows of their own (KEFU_TIMELINE_OLDER_END,
 * KEFU_TIMELINE_NEWER_END). @last_mseq: of the conversation; with @history only. */
KefuTimelineModel *kefu_timeline_model_new (KefuStore *store,
                                            KefuHistory *history,
                                            const char *conversation_id,
                                            gint64 read_in_no,
                                            gint64 last_mseq);
/* The conversation has gone on. */
void kefu_timeline_model_set_last_mseq (KefuTimelineModel *self, gint64 last_mseq);
/* Asks again for what could not be fetched. */
void kefu_timeline_model_retry (KefuTimelineModel *self);
const char *kefu_timeline_model_get_conversation_id (KefuTimelineModel *self);
/* Whether the first page is in, and `loaded` has been emitted. */
gboolean kefu_timeline_model_get_loaded (KefuTimelineModel *self);
void kefu_timeline_model_load_older (KefuTimelineModel *self);
void kefu_timeline_model_load_newer (KefuTimelineModel *self);
/* Makes the window hold @message_id (loads around it if needed), then calls back with its position or G_MAXUINT. */
/* If neither the cache nor the server has it, G_MAXUINT. */
void kefu_timeline_model_find_async (KefuTimelineModel *self,
                                     const char *message_id,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/* The same for the first message sent at @at (ms) or later; the newest one if there is none. */
void kefu_timeline_model_find_time_async (KefuTimelineModel *self,
                                          gint64 at,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
guint kefu_timeline_model_find_finish (KefuTimelineModel *self, GAsyncResult *result);
/* Of a time that was found: FALSE: the server has messages nearer to it, and could not be asked for them. */
gboolean kefu_timeline_model_find_is_certain (GAsyncResult *result);

G_END_DECLS
