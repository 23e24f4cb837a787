/* SPDX-License-Identifier: GPL-3.0-or-later
 * The messages of the open conversation. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-blob-cache.h"
#include "kefu-session.h"
#include "kefu-timeline-model.h"

G_BEGIN_DECLS

/**
 * KefuTimelineView:
 *
 * Opens at the first unread message, follows the end while the agent is there, pages at two screens from an end.
 *
 * Property (read, notify): `at-end`: the newest message is in view.
 * Signals: `loaded`: the first page is in; `arrived`: messages came at the end; `quote` (gpointer KefuMessageRecord*); `to-checklist` (gpointer
 * KefuMessageRecord*): chosen from the menu of a message.
 */
#define KEFU_TYPE_TIMELINE_VIEW (kefu_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (KefuTimelineView, kefu_timeline_view, KEFU, TIMELINE_VIEW, GtkWidget)

GtkWidget *kefu_timeline_view_new (void);
/* @session, @blobs nullable. */
void kefu_timeline_view_set_session (KefuTimelineView *self, KefuSession *session, KefuBlobCache *blobs);
/* @record (nullable): whose messages to show; the same conversation again only renews names. */
void kefu_timeline_view_set_conversation (KefuTimelineView *self, KefuConversationRecord *record);
/* Loads the first page of another conversation ahead, so that kefu_timeline_view_set_conversation() shows it at once; it is kept up to date until
 * then. @record NULL: none. */
void kefu_timeline_view_prepare (KefuTimelineView *self, KefuConversationRecord *record);
/* (element-type KefuAgentRecord) (nullable): whose names stand in event lines. */
void kefu_timeline_view_set_agents (KefuTimelineView *self, GPtrArray *agents);
/* Shows @model (nullable) as if it were loaded. For tests and kefu_timeline_view_set_conversation(). */
void kefu_timeline_view_set_model (KefuTimelineView *self, GListModel *model);
gboolean kefu_timeline_view_get_at_end (KefuTimelineView *self);
/* Goes to the newest message, whatever part of the history is shown. */
void kefu_timeline_view_go_to_end (KefuTimelineView *self);
/* Scrolls to a message, wherever in the history it is, and marks it for a moment, and @words (nullable: as they are typed into a search) in it until
 * another one is shown; waits for the first page if need be. */
void kefu_timeline_view_show_message (KefuTimelineView *self, const char *message_id, const char *words);
/* The same with the first message sent at @at (ms) or later, else the newest. */
void kefu_timeline_view_show_time (KefuTimelineView *self, gint64 at);
/* Whether the line about waiting messages is shown. */
void kefu_timeline_view_set_waiting (KefuTimelineView *self, gboolean waiting);
/* (transfer none) (nullable): of the row with the keyboard focus. */
KefuMessageRecord *kefu_timeline_view_get_focused (KefuTimelineView *self);
/* (transfer full) (element-type KefuMessageRecord): up to @limit messages (no events) that were loaded, newest first. */
GPtrArray *kefu_timeline_view_get_newest (KefuTimelineView *self, guint limit);

G_END_DECLS
