/* SPDX-License-Identifier: GPL-3.0-or-later
 * The left of the window: the conversations of a view. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-conversation.h"
#include "kefu-outbox-list.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuInboxPane:
 *
 * View and order menus, the list, the pill that says what is newer, the tray. Its order is frozen while the agent is at work in the window (product.md,
 * rule 8): from the first conversation opened by hand on, until the window is left, the pill is pressed or the next customer is asked for.
 *
 * Properties: `settings` (GSettings org.kefu.Kefu, write: view and order are kept there). Signals: `chosen` (const char *id): the agent chose a row;
 * `activated`: they mean to write there (a click or Enter, while the arrow keys only look); `ready`: once, when it is known what is in the list.
 */
#define KEFU_TYPE_INBOX_PANE (kefu_inbox_pane_get_type ())
G_DECLARE_FINAL_TYPE (KefuInboxPane, kefu_inbox_pane, KEFU, INBOX_PANE, GtkWidget)

GtkWidget *kefu_inbox_pane_new (void);
/* Once; the pane lives as long as the session. */
void
kefu_inbox_pane_set_session (KefuInboxPane *self, KefuSession *session, KefuOutboxList *outbox, GSettings *settings);
/* Marks the row of the open conversation; `chosen` is not emitted. @conversation_id: (nullable). */
void kefu_inbox_pane_set_open (KefuInboxPane *self, const char *conversation_id);
/* (transfer none) (nullable): the id of the row @step rows below (or above) the open one; of the first without one, or if this list was not read
 * that far. */
const char *kefu_inbox_pane_neighbour (KefuInboxPane *self, int step);
/* What is shown: as long as the pane, and as the agent changes it. */
const KefuInboxQuery *kefu_inbox_pane_get_query (KefuInboxPane *self);
/* (transfer none) (nullable): what the list knows of a conversation, NULL if it was not read that far. */
KefuConversationRecord *kefu_inbox_pane_lookup (KefuInboxPane *self, const char *conversation_id);
/* Who has waited longest, other than @leave_out (nullable). Brings the order up to date: the agent asks for it. */
void kefu_inbox_pane_find_longest_async (KefuInboxPane *self,
                                         const char *leave_out,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
/* (transfer full) (nullable): the id of a conversation; NULL without an error: nobody waits. */
char *kefu_inbox_pane_find_longest_finish (KefuInboxPane *self, GAsyncResult *result, GError **error);
void kefu_inbox_pane_focus_list (KefuInboxPane *self);
void kefu_inbox_pane_close_tray (KefuInboxPane *self);

G_END_DECLS
