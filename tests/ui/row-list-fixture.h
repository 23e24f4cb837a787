/* SPDX-License-Identifier: GPL-3.0-or-later
 * A window with a long list of labels, and what must always hold of it. */
#pragma once

#include "kefu-row-list.h"

G_BEGIN_DECLS

#define WIDTH 300
#define HEIGHT 600
#define ROW_HEIGHT 40

/* What the tests count, and the list they look at. */
typedef struct
{
  GtkWindow *window;
  GtkWidget *scrolled;
  KefuRowList *list;
  GListStore *store;
  guint n_made;
  guint n_bound;
  guint n_unbound;
  guint n_chosen;
  guint n_activated;
  guint last_position;
  /* what is watched from frame to frame */
  gpointer watched;
  double least;
  double most;
  guint n_frames;
} RowDesk;

/* Rows as high as their content; once. */
void row_desk_style (void);
/* A list of @n rows, each ROW_HEIGHT high if @uniform, else of many heights; drawn and at rest. */
void row_desk_open (RowDesk *desk, guint n, gboolean uniform, KefuFollow follow);
/* Nothing of it is left. */
void row_desk_close (RowDesk *desk);
/* Until the margin is there too. */
void row_desk_rest (RowDesk *desk);

GListStore *row_desk_store_new (guint n);
GObject *row_desk_item_new (guint number);
void row_desk_set_height (gpointer item, int height);
int row_desk_get_height (gpointer item);
guint row_desk_n_items (RowDesk *desk);
/* (transfer none) */
gpointer row_desk_item_at (RowDesk *desk, guint position);
void row_desk_insert (RowDesk *desk, guint position, guint number, int height);
void row_desk_resize (RowDesk *desk, guint position, int height);
/* For g_list_store_sort(): the item with the number @user_data comes first, the rest by number. */
int row_desk_compare_turned (gconstpointer a, gconstpointer b, gpointer user_data);

GtkAdjustment *row_desk_adjustment (RowDesk *desk);
double row_desk_end_value (RowDesk *desk);
void row_desk_scroll (RowDesk *desk, double value);
/* Where the row of @item begins, from the upper edge of the view. */
double row_desk_y_of (RowDesk *desk, gpointer item);
/* For kefu_row_list_foreach(): adds one to the guint. */
void row_desk_count_cb (GtkWidget *content, gpointer item, gpointer user_data);
/* The view is full, without a gap, of the right rows; few others are there. */
void row_desk_check_rows (RowDesk *desk);
/* Runs until all is settled: @item was at @y in every frame. */
void row_desk_check_stays (RowDesk *desk, gpointer item, double y);
/* The same for the last row at the lower edge. */
void row_desk_check_end (RowDesk *desk);

G_END_DECLS
