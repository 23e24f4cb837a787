/* SPDX-License-Identifier: GPL-3.0-or-later
 * A long list with widgets only for what is in view. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the rows of a list are made of; @owner as given to kefu_row_list_set_funcs(). They may be called in the layout phase. */
typedef struct
{
  /* (transfer floating): the content of one row, which will show many items. */
  GtkWidget *(*create) (gpointer owner);
  /* @content shows @item from now on. Its parent is the row: the widget to be named for screen readers. */
  void (*bind) (GtkWidget *content, gpointer item, gpointer owner);
  /* (nullable): @content shows @item no more; it may be bound to another one, or go. */
  void (*unbind) (GtkWidget *content, gpointer item, gpointer owner);
} KefuRowFuncs;

typedef enum
{
  KEFU_FOLLOW_NOTHING,
  KEFU_FOLLOW_START,
  KEFU_FOLLOW_END,
} KefuFollow;

typedef enum
{
  KEFU_PLACE_NEAREST, /* no further than it must to be seen whole; its beginning if it is higher than the view */
  KEFU_PLACE_START,   /* at the upper edge, or as near as the end of the list allows */
  KEFU_PLACE_END,     /* at the lower edge, likewise */
} KefuPlace;

/**
 * KefuRowList:
 *
 * A vertical list of rows for the items of a GListModel, each item in it once: a GtkScrollable that has widgets only for the rows in view and a
 * small margin. A row follows its item: what comes, goes and moves binds no row that was in view before. Its CSS name is “listview”, those of its rows
 * “row”; rows in the selected, active and focused state as GtkListView has them.
 *
 * What is read keeps its place, to the pixel: the first row in view stays where it is whatever rows come, go, or turn out higher than they were
 * estimated above it, and whatever the width. Only where the list stands at the end named by `follow` does it stay at that end. Where one change
 * replaces all items and leaves none that was in view, a list that follows its start begins there again.
 *
 * Keys: Up, Down, Page Up, Page Down, Home and End choose a row (with Ctrl they only move the focus), Ctrl+Space chooses the focused one, Enter and Space
 * activate it. Tab goes through what can have the focus in the focused row and then out of the list.
 *
 * Properties, beside those of GtkScrollable: `uniform` (boolean, construct only: all rows are equally high, so that all positions are exact from the
 * first measured row on), `follow` (KefuFollow as int, read/write), `at-end` (boolean, read, notify: within a pixel of the end; true for an empty
 * list), `selected` (uint, read/write, notify: the position of the selected row or GTK_INVALID_LIST_POSITION; moves with its item, and is lost with it),
 * `selectable` (boolean, read/write, default TRUE: the agent can choose rows; otherwise the keys move the focus and the view only), `model` (GListModel,
 * read/write).
 *
 * Signals: `chosen` (uint position): the agent selected it by click or key, `selected` names it already; `activate` (uint position): Enter, Space or
 * a double click.
 */
#define KEFU_TYPE_ROW_LIST (kefu_row_list_get_type ())
G_DECLARE_FINAL_TYPE (KefuRowList, kefu_row_list, KEFU, ROW_LIST, GtkWidget)

/* Once, before the first model. @funcs: static. @owner: (nullable): borrowed, must outlive the list's model. */
void kefu_row_list_set_funcs (KefuRowList *self, const KefuRowFuncs *funcs, gpointer owner);
/* @model: (nullable). Of another one the list shows its beginning, or its end if it follows that. */
void kefu_row_list_set_model (KefuRowList *self, GListModel *model);
/* (transfer none) (nullable) */
GListModel *kefu_row_list_get_model (KefuRowList *self);
void kefu_row_list_set_follow (KefuRowList *self, KefuFollow follow);
gboolean kefu_row_list_get_at_end (KefuRowList *self);
/* Does not emit `chosen`, and scrolls nowhere. */
void kefu_row_list_set_selected (KefuRowList *self, guint position);
guint kefu_row_list_get_selected (KefuRowList *self);

/* (transfer none) (nullable): the content of the row at @position; NULL if it is neither in view nor in the margin. */
GtkWidget *kefu_row_list_get_content (KefuRowList *self, guint position);
/* The same for the row of @item; O(1). */
GtkWidget *kefu_row_list_get_content_of (KefuRowList *self, gpointer item);
/* The position of the row in which @widget stands (or is), GTK_INVALID_LIST_POSITION if it stands in none. */
guint kefu_row_list_get_position (KefuRowList *self, GtkWidget *widget);
/* (transfer none) (nullable): the item of that row. */
gpointer kefu_row_list_get_item (KefuRowList *self, GtkWidget *widget);
/* For every bound row, from the first to the last; @func must not change the model. */
void kefu_row_list_foreach (KefuRowList *self,
                            void (*func) (GtkWidget *content, gpointer item, gpointer user_data),
                            gpointer user_data);
/* (transfer none) (nullable): the item of the first row of which something is in view, as it was laid out last. @y: (out) (optional): where the
 * row begins, in pixels from the upper edge of the view, negative if above it. */
gpointer kefu_row_list_first_in_view (KefuRowList *self, double *y);

/* Happens at the next layout, to the pixel, even if none of the rows there was measured before. The row is remembered, not the position. */
void kefu_row_list_scroll_to (KefuRowList *self, guint position, KefuPlace place);
/* To the end, even if it is not there yet: with KEFU_FOLLOW_END whatever comes until the next layout is followed. */
void kefu_row_list_scroll_to_end (KefuRowList *self);
/* Scrolls there as far as it must, makes the row if need be and gives it the keyboard. */
void kefu_row_list_focus (KefuRowList *self, guint position);

G_END_DECLS
