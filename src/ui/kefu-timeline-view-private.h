/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the timeline share. */
#pragma once

#include <adwaita.h>

#include "kefu-message-row.h"
#include "kefu-message-text.h"
#include "kefu-stick-controller.h"
#include "kefu-timeline-hold.h"
#include "kefu-timeline-view.h"

G_BEGIN_DECLS

/* One selection model for the life of the view: swapping the model inside it binds a quarter of the rows that a new one
 * would (gtk-notes.md, 5.3). */
struct _KefuTimelineView
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scrolled;
  GtkListView *list;
  GtkNoSelection *selection;
  GtkWidget *latest;
  GtkLabel *latest_label;
  GtkWidget *waiting;
  GtkWidget *menu;

  KefuStickController *stick;
  KefuTimelineHold *hold;
  KefuSession *session;
  KefuBlobCache *blobs;
  KefuConversationRecord *record;
  KefuMessageContext context;
  char *customer_name; /* as it may be shown */
  GHashTable *rows;    /* bound items → rows, both borrowed */

  GListModel *model;
  gulong loaded_id;
  gulong items_changed_id;
  gboolean loaded;
  gboolean to_end;      /* open at the end, whatever is unread */
  char *wanted_message; /* to be shown once loaded */
  char *found_message;  /* to be marked once its row is there */
  guint n_new;          /* came while the agent read elsewhere */
};

/* kefu-timeline-actions.c */
void kefu_timeline_view_install_actions (GtkWidgetClass *widget_class);
/* (nullable): the row with the keyboard focus. */
KefuMessageRow *kefu_timeline_view_focused_row (KefuTimelineView *self);

G_END_DECLS
