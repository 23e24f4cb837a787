/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the timeline share. */
#pragma once

#include <adwaita.h>

#include "kefu-message-row.h"
#include "kefu-message-text.h"
#include "kefu-row-list.h"
#include "kefu-timeline-view.h"

G_BEGIN_DECLS

struct _KefuTimelineView
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scrolled;
  KefuRowList *list;
  GtkWidget *latest;
  GtkLabel *latest_label;
  GtkWidget *waiting;
  GtkWidget *menu;
  GtkWidget *day_popover; /* (nullable): made when it is asked for */
  GtkCalendar *calendar;
  KefuClock *midnight_clock;
  guint midnight_id;
  guint page_id; /* the look at whether a page is to be loaded */

  KefuSession *session;
  KefuBlobCache *blobs;
  KefuConversationRecord *record;
  KefuMessageContext context;
  char *customer_name; /* as it may be shown */

  GListModel *model;
  /* (nullable): of the conversation that is probably opened next */
  KefuTimelineModel *ahead;
  gint64 ahead_read_in_no;
  gulong loaded_id;
  gulong items_changed_id;
  gboolean loaded;
  gboolean to_end;      /* open at the end, whatever is unread */
  char *wanted_message; /* to be shown once loaded */
  char *wanted_words;   /* (nullable): to be marked in it */
  char *found_message;  /* to be marked once its row is there */
  char *marked_id;      /* (nullable): of the message whose words are marked */
  char *marked_words;
  guint n_searches;
  guint n_new; /* came while the agent read elsewhere */
};

/* kefu-timeline-view.c */
/* Shows anew what stands there, with what is known now. */
void kefu_timeline_view_bind_anew (KefuTimelineView *self);

/* kefu-timeline-day.c */
void kefu_timeline_view_install_day (GtkWidgetClass *widget_class);
/* The names of the days change then. Called again for another session, or none. */
void kefu_timeline_view_wait_for_midnight (KefuTimelineView *self);

/* kefu-timeline-actions.c */
void kefu_timeline_view_install_actions (GtkWidgetClass *widget_class);
/* (nullable): the row with the keyboard focus. */
KefuMessageRow *kefu_timeline_view_focused_row (KefuTimelineView *self);

G_END_DECLS
