/* SPDX-License-Identifier: GPL-3.0-or-later
 * All that a signed-in agent sees: header, strip, three panes. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuWorkspaceView:
 *
 * Lives as long as a session. Knows which conversation is open, keeps the three panes at it, marks it read while the agent looks, and carries the
 * "desk." actions with their keys.
 *
 * Property `open-id` (read, notify): id of the open conversation or NULL.
 * Signals: `sign-out-requested`, `sign-in-requested` (the server wants the password again), `ready` (once: the inbox can be shown).
 */
#define KEFU_TYPE_WORKSPACE_VIEW (kefu_workspace_view_get_type ())
G_DECLARE_FINAL_TYPE (KefuWorkspaceView, kefu_workspace_view, KEFU, WORKSPACE_VIEW, GtkWidget)

/* @title: name of the workspace for the header. */
GtkWidget *kefu_workspace_view_new (KefuSession *session, GSettings *settings, const char *title);
KefuSession *kefu_workspace_view_get_session (KefuWorkspaceView *self);
const char *kefu_workspace_view_get_open_id (KefuWorkspaceView *self);
/* Shows a conversation, whatever view it is in, and in it @message_id (nullable). An id that is not there is told as a failure. */
void kefu_workspace_view_open (KefuWorkspaceView *self, const char *conversation_id, const char *message_id);
/* The same, its @words (nullable: as they are typed into a search) marked. */
void kefu_workspace_view_show_hit (KefuWorkspaceView *self,
                                   const char *conversation_id,
                                   const char *message_id,
                                   const char *words);
/* A link: opens it if it is there, or when it comes if the desk is just catching up with the server; else says so and leaves what is open as it
 * is. */
void kefu_workspace_view_follow (KefuWorkspaceView *self, const char *conversation_id, const char *message_id);

G_END_DECLS
