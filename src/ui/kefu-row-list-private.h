/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the files of the row list share. */
#pragma once

#include "kefu-row-heights.h"
#include "kefu-row-list.h"

G_BEGIN_DECLS

/* --- a row --- */

#define KEFU_TYPE_ROW (kefu_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuRow, kefu_row, KEFU, ROW, GtkWidget)

struct _KefuRow
{
  GtkWidget parent_instance;

  GtkWidget *content;
  gpointer item;  /* a reference; NULL: in the pool */
  guint position; /* of a row whose item has gone: where it was */
  double y;       /* from the upper edge of the view */
  int width;
  int height;
  guint serial; /* of the arrangement that wants it */
  guint found;  /* where its item is now; only while a change of the model is looked at */
  guint told_n; /* what screen readers know */
  guint told_place;
};

/* (transfer floating): @content goes into it. */
KefuRow *kefu_row_new (GtkWidget *content);
/* Whether the keyboard is in it. */
gboolean kefu_row_has_keyboard (KefuRow *self);
void kefu_row_set_selected (KefuRow *self, gboolean selected);
/* One of the pool is there for nobody. */
void kefu_row_set_pooled (KefuRow *self, gboolean pooled);
void kefu_row_tell_place (KefuRow *self, guint n);

/* --- the list --- */

/* An item that is followed when it moves. */
typedef struct
{
  guint position; /* GTK_INVALID_LIST_POSITION: none */
  gpointer item;  /* a reference */
} KefuMark;

typedef enum
{
  KEFU_MARK_SELECTED,
  KEFU_MARK_CURSOR, /* the row that has the focus, or had it last */
  KEFU_MARK_WANTED, /* where the next layout scrolls to */
  KEFU_N_MARKS
} KefuMarkKind;

typedef enum
{
  KEFU_STICK_NONE,
  KEFU_STICK_START,
  KEFU_STICK_END
} KefuStick;

/* Places are counted from the upper edge of the view, never from the beginning of the list: what is above the view may turn out higher than
 * estimated, and what is in it must not move for that. The adjustment's value follows from where the first row in view is. */
struct _KefuRowList
{
  GtkWidget parent_instance;

  const KefuRowFuncs *funcs;
  gpointer owner;
  GListModel *model;
  gboolean uniform;
  gboolean selectable;
  KefuFollow follow;

  GtkAdjustment *adjustments[2]; /* by GtkOrientation */
  guint policies[2];             /* GtkScrollablePolicy */
  int width;                     /* as allocated last; 0: never */
  int height;

  KefuRowHeights *heights;
  GPtrArray *rows;     /* KefuRow, by position */
  GHashTable *by_item; /* item → KefuRow, of all that show one */
  GHashTable
    *orphans;      /* (element-type KefuRow): their items went; or moved, if they come again before the next layout */
  GPtrArray *pool; /* KefuRow without an item */
  guint serial;
  int uniform_height; /* 0: none was measured */
  int tallest;        /* of the rows of the arrangement that is being made */

  KefuMark marks[KEFU_N_MARKS];
  KefuPlace wanted_place;
  KefuStick stick;
  guint anchor; /* the row that keeps its place */
  double anchor_y;
  guint first; /* what the last arrangement has in view: without a gap */
  guint last;
  double value; /* what rows' places were laid out for */
  double upper; /* how high all of it was then */
  gboolean at_end;
  gboolean configuring; /* the adjustment is changed by ourselves */
  gboolean dirty;
  gboolean arranging;
  gboolean touched;  /* a row came, went or was bound: its size was asked for anew */
  gboolean relayout; /* and that happened in the midst of a layout */
  gboolean adjusted; /* or what the scroll bars show did */
  gboolean upwards;  /* where it was scrolled to last */
  guint prepare_id;
  guint margin_id;
  guint order_id;
  KefuRow *pressed;      /* looks so */
  gpointer pressed_item; /* a reference: what it showed then; rows may move, or show another item, until the release */
};

/* kefu-row-list-layout.c */

/* (transfer none) (nullable) */
KefuRow *kefu_row_list_find_row (KefuRowList *self, guint position);
/* (transfer none) (nullable): the row of @item, which was seen, at its present position: what is seen may be older than the model. */
KefuRow *kefu_row_list_find_row_of (KefuRowList *self, gpointer item);
/* (transfer none): bound, if not placed. */
KefuRow *kefu_row_list_make_row (KefuRowList *self, guint position);
/* Makes, binds and places all that is in view. Nothing without a model or an allocation; while it is under way, another one is queued. */
void kefu_row_list_arrange (KefuRowList *self);
void kefu_row_list_allocate (KefuRowList *self, int width, int height);
void kefu_row_list_measure_width (KefuRowList *self, int *minimum, int *natural);
/* The adjustment was moved by somebody else. */
void kefu_row_list_value_changed (KefuRowList *self);
/* Another layout, with rows made before it. */
void kefu_row_list_queue (KefuRowList *self);
/* The layout of the window is through; what was asked for in its midst is asked for again. */
void kefu_row_list_layout_done (KefuRowList *self);
/* Nothing more happens by itself. */
void kefu_row_list_stop (KefuRowList *self);
/* The row shows its item no more; into the pool. */
void kefu_row_list_recycle (KefuRowList *self, KefuRow *row);
void kefu_row_list_set_at_end (KefuRowList *self, gboolean at_end);

/* kefu-row-list-changes.c */

void kefu_row_list_set_mark (KefuRowList *self, KefuMarkKind kind, guint position);
/* For `items-changed`. */
void kefu_row_list_items_changed (KefuRowList *self, guint position, guint removed, guint added);

G_END_DECLS
