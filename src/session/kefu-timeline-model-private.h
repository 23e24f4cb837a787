/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the timeline model share. */
#pragma once

#include "kefu-timeline-model.h"
#include "kefu-timeline-window.h"

G_BEGIN_DECLS

#define KEFU_TIMELINE_PAGE 60
#define KEFU_TIMELINE_WINDOW 400

typedef enum
{
  KEFU_TIMELINE_FIRST,
  KEFU_TIMELINE_AGAIN, /* the same window, far from the end */
  KEFU_TIMELINE_OLDER,
  KEFU_TIMELINE_NEWER,
} KefuTimelineLoad;

/* The window is an array of records in order; the rows (messages, days, the unread line, the ends) are made anew from it after each
 * change, with the objects of rows that stay. A window is 400 messages at most, so that costs less than finding out what
 * moved, and the one difference between the two arrays is the one items_changed. */
struct _KefuTimelineModel
{
  GObject parent_instance;

  KefuStore *store;
  KefuHistory *history; /* (nullable) */
  char *conversation_id;
  gint64 read_in_no; /* -1: there is no unread line, or it is found */
  char *unread_id;   /* message below the unread line; stays while the conversation is open */
  gint64 last_mseq;  /* of the conversation, as was last told */
  KefuTimelineWindow window;
  GPtrArray *items;
  GHashTable *by_id; /* message id → KefuTimelineItem, of @items */
  GCancellable *cancellable;
  guint generation; /* of the window: answers for an older one are dropped */
  gboolean loading;
  gboolean loaded;
  gboolean paging;
  gboolean waits_older; /* the server was being asked for more there when the window began to be read anew */
  gboolean waits_newer;
  KefuTimelineEdge older;
  KefuTimelineEdge newer;
  char *edge_error; /* of an end that is FAILED */
  KefuTimelineLoad
    fetched; /* OLDER, NEWER: what is loaded now has just been fetched, at the message with this number */
  gint64 fetched_mseq;
};

/* Asks the cache for a page. */
void kefu_timeline_model_load (KefuTimelineModel *self, KefuTimelineLoad kind);
/* What lies beyond an end; tells of `has-older` and `has-newer`, and leaves the rows to kefu_timeline_model_rebuild(). */
void kefu_timeline_model_set_edges (KefuTimelineModel *self, KefuTimelineEdge older, KefuTimelineEdge newer);
/* Makes the rows anew and tells what changed. */
void kefu_timeline_model_rebuild (KefuTimelineModel *self);
/* A window is in: the unread line, the rows, `loading` and `loaded`. */
void kefu_timeline_model_finish_loading (KefuTimelineModel *self);
/* (transfer full) (nullable): the answer; without one a word in the log, unless nobody wants to know any more. */
GPtrArray *kefu_timeline_model_finish (GObject *source, GAsyncResult *result);

/* kefu-timeline-find.c */
/* The first window is to be around the first unread message, which is further up; then kefu_timeline_model_finish_loading(). */
void kefu_timeline_model_open_at_unread (KefuTimelineModel *self);

/* kefu-timeline-edges.c */
/* What lies before and after the window now; @more: the cache has more there. */
KefuTimelineEdge kefu_timeline_model_older_edge (KefuTimelineModel *self, gboolean more);
KefuTimelineEdge kefu_timeline_model_newer_edge (KefuTimelineModel *self, gboolean more);
/* @history: (nullable) */
void kefu_timeline_model_use_history (KefuTimelineModel *self, KefuHistory *history);
/* After a page is taken: what has been fetched must have brought the window on; else it would be asked for without an end. */
void kefu_timeline_model_check_fetched (KefuTimelineModel *self);
/* Asks the server for what lies beyond an end that is SERVER. */
void kefu_timeline_model_fetch (KefuTimelineModel *self, gboolean older);

G_END_DECLS
