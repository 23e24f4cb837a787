/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the chat pane share. */
#pragma once

#include <adwaita.h>

#include "kefu-chat-header.h"
#include "kefu-chat-pane.h"
#include "kefu-composer.h"
#include "kefu-timeline-view.h"

G_BEGIN_DECLS

struct _KefuChatPane
{
  GtkWidget parent_instance;

  /* template */
  KefuChatHeader *header;
  GtkStack *stack;
  AdwToastOverlay *toasts;
  KefuTimelineView *timeline;
  KefuComposer *composer;
  GtkWidget *drop_hint;
  GtkImage *drop_icon;
  GtkLabel *drop_label;

  KefuSession *session;
  KefuDossier *dossier;
  KefuConversation *conversation;
  gulong changed_id;
  GCancellable *cancellable; /* of the session: what is read for it */
  GHashTable *noted;         /* ids of messages put on the checklist here; the store's answer comes a moment later */
  gboolean asking;           /* a question about resolving is on its way */
  gboolean wants_focus;      /* the composer, once a conversation is there */
  gboolean enter_sends;
  gboolean panel_visible;
};

/* (nullable): of the open conversation. */
KefuConversationRecord *kefu_chat_pane_record (KefuChatPane *self);
void kefu_chat_pane_ask_for_next (KefuChatPane *self);

/* kefu-chat-drop.c */
void kefu_chat_pane_install_drop (GtkWidgetClass *widget_class);

/* kefu-chat-actions.c */
void kefu_chat_pane_install_actions (GtkWidgetClass *widget_class);
/* @message (nullable): what was promised last. */
void kefu_chat_pane_note_down (KefuChatPane *self, KefuMessageRecord *message);

G_END_DECLS
