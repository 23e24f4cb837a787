/* SPDX-License-Identifier: GPL-3.0-or-later
 * Several conversations of the inbox, chosen to do one thing with all of them. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-inbox-model.h"
#include "kefu-inbox-row.h"
#include "kefu-row-list.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuInboxSelection:
 *
 * Which conversations are chosen, and the bar below the list that acts on them; not visible while nothing is being chosen. Ctrl+click chooses a row,
 * Shift+click all up to it; Ctrl+A all that are loaded; Space the one that has the focus; Escape leaves. What is chosen stays so when the list goes on
 * under it, until it leaves the view. At most KEFU_STORE_MAX_ACTS. Property (read/write, notify): `active`: several are being chosen.
 */
#define KEFU_TYPE_INBOX_SELECTION (kefu_inbox_selection_get_type ())
G_DECLARE_FINAL_TYPE (KefuInboxSelection, kefu_inbox_selection, KEFU, INBOX_SELECTION, GtkWidget)

/* Once. @list_view shows @model. */
void kefu_inbox_selection_set_session (KefuInboxSelection *self,
                                       KefuSession *session,
                                       KefuInboxModel *model,
                                       KefuRowList *list_view);
gboolean kefu_inbox_selection_get_active (KefuInboxSelection *self);
void kefu_inbox_selection_set_active (KefuInboxSelection *self, gboolean active);
/* For a row of the list that shows another conversation now. */
void kefu_inbox_selection_bind_row (KefuInboxSelection *self, KefuInboxRow *row);
/* For an event of the list on its way down. TRUE: it chooses, and goes no further. */
gboolean kefu_inbox_selection_take_event (KefuInboxSelection *self, GdkEvent *event);
gboolean kefu_inbox_selection_has (KefuInboxSelection *self, const char *conversation_id);

G_END_DECLS
