/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the inbox is filtered by: a menu, and chips that take it back. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-inbox-model.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuInboxFilter:
 *
 * A chip for the channel and one for the label that the inbox shows only; a press takes it away. Not visible without a filter. What is chosen is kept
 * in the settings `inbox-channel` and `inbox-label`, whose actions the menu uses, as inbox.inbox-channel and inbox.inbox-label.
 */
#define KEFU_TYPE_INBOX_FILTER (kefu_inbox_filter_get_type ())
G_DECLARE_FINAL_TYPE (KefuInboxFilter, kefu_inbox_filter, KEFU, INBOX_FILTER, GtkWidget)

/* Once. Filters @model from here on; @button opens the menu. */
void kefu_inbox_filter_set_session (KefuInboxFilter *self,
                                    KefuSession *session,
                                    KefuInboxModel *model,
                                    GSettings *settings,
                                    GtkMenuButton *button);
gboolean kefu_inbox_filter_get_active (KefuInboxFilter *self);
/* Shows everything again. */
void kefu_inbox_filter_remove (KefuInboxFilter *self);

G_END_DECLS
