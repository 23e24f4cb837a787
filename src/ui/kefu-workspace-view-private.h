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

typedef struct _KefuWorkspaceLink KefuWorkspaceLink;

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
  AdwBin *chat_place;
  AdwBin *panel_place;

  /* not there at first: kefu_workspace_view_need_… (self) */
  KefuSearchPage *search_page;
  KefuChatPane *chat_pane;
  KefuSidePanel *side_panel;
  GdkFrameClock *fill_clock; /* while its next frame is waited for */
  guint fill_id;

  KefuSession *session;
  GSettings *settings;
  KefuOutboxList *outbox;

  /* the open conversation: an object of our own, since it may be in no view of the inbox */
  KefuConversation *conversation;
  char *open_id;
  char *pending_message_id;
  char *pending_words;
  GCancellable *cancellable;
  KefuWorkspaceLink *link; /* (nullable): that is to be followed */
  guint ahead_id;          /* the idle that loads the next conversation ahead */
  gulong active_id;
  GtkWindow *window;
};

/* Actions and keys; in class_init. */
void kefu_workspace_view_install_actions (GtkWidgetClass *widget_class);
/* In init: the keys that must come before the text views'. */
void kefu_workspace_view_add_keys (KefuWorkspaceView *self);
/* The first frame shows the inbox, and of the other panes the ground they stand on: what they hold costs as much again. They are made one by one after
 * that frame, or at once when they are needed: (transfer none), never NULL before the view is disposed of. */
KefuChatPane *kefu_workspace_view_need_chat (KefuWorkspaceView *self);
KefuSidePanel *kefu_workspace_view_need_panel (KefuWorkspaceView *self);
/* Made when somebody searches for the first time. */
KefuSearchPage *kefu_workspace_view_need_search (KefuWorkspaceView *self);
/* The view is mapped: what is missing comes after the frame that shows it. */
void kefu_workspace_view_fill_after_paint (KefuWorkspaceView *self);
void kefu_workspace_view_stop_filling (KefuWorkspaceView *self);
/* What kefu_workspace_view_follow() has begun ends. */
void kefu_workspace_view_forget_link (KefuWorkspaceView *self);
/* Characters in the composer. */
guint kefu_workspace_view_get_text_length (const KefuWorkspaceView *self);

/* The open conversation is answered: to who has waited longest of the others. */
void kefu_workspace_view_leave_for_next (KefuWorkspaceView *self);
void kefu_workspace_view_show_search (KefuWorkspaceView *self, gboolean show);

G_END_DECLS
