/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the parts of the workspace view share. */
#pragma once

#include <adwaita.h>

#include "kefu-chat-pane.h"
#include "kefu-inbox-pane.h"
#include "kefu-outbox-list.h"
#include "kefu-panes.h"
#include "kefu-search-page.h"
#include "kefu-side-panel.h"
#include "kefu-sync-strip.h"
#include "kefu-workspace-view.h"

G_BEGIN_DECLS

struct _KefuWorkspaceView
{
  GtkWidget parent_instance;

  GtkMenuButton *account_button;
  AdwAvatar *account_avatar;
  GtkLabel *account_name;
  GtkWidget *presence;
  AdwWindowTitle *title;
  GtkMenuButton *main_button;
  GtkToggleButton *search_button;
  GtkMenuButton *sync_button;
  KefuSyncStrip *strip;
  KefuPanes *panes;
  GtkStack *left_stack;
  KefuInboxPane *inbox_pane;
  KefuSearchPage *search_page;
  KefuChatPane *chat_pane;
  KefuSidePanel *side_panel;

  KefuSession *session;
  GSettings *settings;
  KefuOutboxList *outbox;

  /* the open conversation: an object of our own, since it may be in no view of the inbox */
  KefuConversation *conversation;
  char *open_id;
  char *pending_message_id;
  char *pending_words;
  GCancellable *cancellable;
  guint ahead_id; /* the idle that loads the next conversation ahead */
  gulong active_id;
  GtkWindow *window;
};

/* Actions and keys; in class_init. */
void kefu_workspace_view_install_actions (GtkWidgetClass *widget_class);
/* In init: the keys that must come before the text views'. */
void kefu_workspace_view_add_keys (KefuWorkspaceView *self);
/* The open conversation is answered: to who has waited longest of the others. */
void kefu_workspace_view_leave_for_next (KefuWorkspaceView *self);
void kefu_workspace_view_show_search (KefuWorkspaceView *self, gboolean show);

G_END_DECLS
