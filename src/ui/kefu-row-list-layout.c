/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the rows of a long list are. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include <math.h>

#include "kefu-row-list-private.h"

/* Rows are kept ready this far beyond the view, in parts of its height. */
#define MARGIN 0.5
/* As many of them are made in a frame. */
#define MARGIN_BUDGET 2
/* Rows without an item that are kept for the next ones. */
#define POOL_SIZE 8
/* Until equally high rows are; one or two. */
#define MAX_PASSES 3

static guint
n_items (KefuRowList *self)
{
  return kefu_row_heights_get_n (self->heights);
}

/* The index in `rows` of the row at @position, or of the first one behind it. */
static guint
find_index (KefuRowList *self, guint position)
{
  guint low = 0, high = self->rows->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (((KefuRow *) g_ptr_array_index (self->rows, middle))->position < position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

KefuRow *
kefu_row_list_find_row (KefuRowList *self, guint position)
{
  guint i = find_index (self, position);
  KefuRow *row = i < self->rows->len ? g_ptr_array_index (self->rows, i) : NULL;

  return row != NULL && row->position == position ? row : NULL;
}

/* --- making and giving back --- */

static void
bind_row (KefuRowList *self, KefuRow *row, GObject *item)
{
  self->touched = TRUE;
  row->item = g_object_ref (item);
  g_hash_table_insert (self->by_item, item, row);
  kefu_row_set_pooled (row, FALSE);
  self->funcs->bind (row->content, item, self->owner);
}

void
kefu_row_list_recycle (KefuRowList *self, KefuRow *row)
{
  self->touched = TRUE;
  /* The pool has the keyboard never: keys would go to a row that nobody sees. The list itself goes on from where it stands. */
  if (kefu_row_has_keyboard (row))
    gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), GTK_WIDGET (self));
  g_hash_table_remove (self->orphans, row);
  if (g_hash_table_lookup (self->by_item, row->item) == row)
    g_hash_table_remove (self->by_item, row->item);
  if (self->pressed == row)
    self->pressed = NULL;
  if (self->funcs->unbind != NULL)
    self->funcs->unbind (row->content, row->item, self->owner);
  g_clear_object ((GObject **) &row->item);
  row->position = GTK_INVALID_LIST_POSITION;
  gtk_widget_unset_state_flags (GTK_WIDGET (row), GTK_STATE_FLAG_ACTIVE);
  kefu_row_set_pooled (row, TRUE);
  g_ptr_array_add (self->pool, row);
}

static KefuRow *
take_row (KefuRowList *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);
  KefuRow *row = g_hash_table_lookup (self->by_item, item);

  if (row != NULL && g_hash_table_remove (self->orphans, row))
    return row;
  if (self->pool->len > 0)
    row = g_ptr_array_steal_index (self->pool, self->pool->len - 1);
  else
    {
      row = kefu_row_new (self->funcs->create (self->owner));
      gtk_widget_set_parent (GTK_WIDGET (row), GTK_WIDGET (self));
    }
  bind_row (self, row, item);
  return row;
}

static void
measure_row (KefuRowList *self, KefuRow *row)
{
  int minimum, natural;

  gtk_widget_measure (GTK_WIDGET (row), GTK_ORIENTATION_HORIZONTAL, -1, &row->width, NULL, NULL, NULL);
  row->width = MAX (row->width, self->width);
  gtk_widget_measure (GTK_WIDGET (row), GTK_ORIENTATION_VERTICAL, row->width, &minimum, &natural, NULL, NULL);
  row->height = self->policies[GTK_ORIENTATION_VERTICAL] == GTK_SCROLL_NATURAL ? natural : minimum;
  self->tallest = MAX (self->tallest, row->height);
  if (self->uniform && self->uniform_height > 0)
    row->height = self->uniform_height;
  kefu_row_heights_set (self->heights, row->position, row->height);
}

/* The row at @position, measured, for the arrangement that is being made. */
static KefuRow *
want_row (KefuRowList *self, guint position)
{
  guint i = find_index (self, position);
  KefuRow *row = i < self->rows->len ? g_ptr_array_index (self->rows, i) : NULL;

  if (row == NULL || row->position != position)
    {
      row = take_row (self, position);
      row->position = position;
      g_ptr_array_insert (self->rows, (int) i, row);
    }
  row->serial = self->serial;
  measure_row (self, row);
  kefu_row_set_selected (row, position == self->marks[KEFU_MARK_SELECTED].position);
  return row;
}

KefuRow *
kefu_row_list_make_row (KefuRowList *self, guint position)
{
  KefuRow *row = kefu_row_list_find_row (self, position);

  return row != NULL ? row : want_row (self, position);
}

/* Of the rows whose items went, those that nothing around @center shows serve others, as do those that are far from it. */
static void
sort_out (KefuRowList *self, guint center)
{
  guint reach = g_hash_table_size (self->orphans) + self->rows->len + 4;
  guint n = n_items (self);
  GHashTableIter iter;
  g_autoptr (GHashTable) near = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  gpointer key;

  for (guint i = self->rows->len; i > 0; i--)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i - 1);

      if ((row->position + reach >= center && row->position <= center + reach) || kefu_row_has_keyboard (row))
        continue;
      g_ptr_array_remove_index (self->rows, i - 1);
      kefu_row_list_recycle (self, row);
    }
  if (g_hash_table_size (self->orphans) == 0)
    return;
  for (guint i = center > reach ? center - reach : 0; i < n && i <= center + reach; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      g_hash_table_add (near, item);
    }
  g_hash_table_iter_init (&iter, self->orphans);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_hash_table_contains (near, ((KefuRow *) key)->item) && !kefu_row_has_keyboard (key))
      g_ptr_array_add (gone, key);
  for (guint i = 0; i < gone->len; i++)
    kefu_row_list_recycle (self, g_ptr_array_index (gone, i));
}

static void
drop_orphans (KefuRowList *self)
{
  GHashTableIter iter;
  gpointer key;

  while (g_hash_table_iter_init (&iter, self->orphans), g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint place = ((KefuRow *) key)->position;
      gboolean had_keyboard = kefu_row_has_keyboard (key);
      KefuRow *next;

      /* the keyboard goes on where the row was, or in view if that is elsewhere */
      if (had_keyboard)
        {
          place = MIN (place, n_items (self) - 1);
          next = n_items (self) > 0 ? kefu_row_list_find_row (self, place) : NULL;
          if (next == NULL && n_items (self) > 0)
            next = kefu_row_list_find_row (self, self->first);
          gtk_widget_grab_focus (next != NULL ? GTK_WIDGET (next) : GTK_WIDGET (self));
        }
      if (g_hash_table_contains (self->orphans, key))
        kefu_row_list_recycle (self, key);
    }
}

static void
drop_unwanted (KefuRowList *self)
{
  for (guint i = self->rows->len; i > 0; i--)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i - 1);

      if (row->serial == self->serial)
        continue;
      if (kefu_row_has_keyboard (row))
        {
          want_row (self, row->position);
          row->y = kefu_row_list_find_row (self, self->first)->y +
                   (double) (kefu_row_heights_get_top (self->heights, row->position) -
                             kefu_row_heights_get_top (self->heights, self->first));
          continue;
        }
      g_ptr_array_remove_index (self->rows, i - 1);
      kefu_row_list_recycle (self, row);
    }
  drop_orphans (self);
  while (self->pool->len > POOL_SIZE)
    gtk_widget_unparent (g_ptr_array_steal_index (self->pool, self->pool->len - 1));
}

/* Screen readers go by the order of the widgets, and by what each says of its place. Nobody sees it, and to move a widget asks for a layout of the window:
 * it waits until what is seen is drawn. */
static gboolean
order_cb (gpointer user_data)
{
  KefuRowList *self = user_data;
  GtkWidget *before = NULL;

  self->order_id = 0;
  for (guint i = 0; i < self->rows->len; i++)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i);
      GtkWidget *previous = gtk_widget_get_prev_sibling (GTK_WIDGET (row));

      while (previous != NULL && KEFU_ROW (previous)->item == NULL)
        previous = gtk_widget_get_prev_sibling (previous);
      if (previous != before)
        gtk_widget_insert_after (GTK_WIDGET (row), GTK_WIDGET (self), before);
      kefu_row_tell_place (row, n_items (self));
      before = GTK_WIDGET (row);
    }
  return G_SOURCE_REMOVE;
}

static void
put_in_order (KefuRowList *self)
{
  if (self->order_id == 0)
    self->order_id = g_idle_add_full (G_PRIORITY_LOW, order_cb, self, NULL);
}

/* --- placing --- */

/* Rows are drawn up to the edge of the widget, also where its padding is. */
static void
get_padding (KefuRowList *self, int *top, int *bottom)
{
  GtkBorder padding;

  gtk_style_context_get_padding (gtk_widget_get_style_context (GTK_WIDGET (self)), &padding);
  *top = padding.top;
  *bottom = padding.bottom;
}

/* Puts row @position at @y and what is in view around it; nothing is left open between `first` and `last`. */
static void
fill (KefuRowList *self, guint position, double y, double *top, double *bottom)
{
  guint n = n_items (self);
  int above, below;
  KefuRow *row = want_row (self, position);

  get_padding (self, &above, &below);
  /* it became shorter than what was above the view */
  if (y + row->height <= 0 && position == self->anchor)
    y = MIN (1 - row->height, 0);
  row->y = *top = y;
  *bottom = y + row->height;
  self->first = self->last = position;
  while (*bottom < self->height + below && self->last + 1 < n)
    {
      row = want_row (self, ++self->last);
      row->y = *bottom;
      *bottom += row->height;
    }
  while (*top > -above && self->first > 0)
    {
      row = want_row (self, --self->first);
      *top -= row->height;
      row->y = *top;
    }
}

static double
estimate_y (KefuRowList *self, guint position)
{
  gint64 top = kefu_row_heights_get_top (self->heights, position);

  if (self->stick == KEFU_STICK_START)
    return (double) top;
  if (self->stick == KEFU_STICK_END)
    return (double) (self->height - (kefu_row_heights_get_top (self->heights, n_items (self)) - top));
  return self->anchor_y + (double) (top - kefu_row_heights_get_top (self->heights, self->anchor));
}

/* The row to begin with, and its place. */
static guint
choose_start (KefuRowList *self, double *y)
{
  const KefuMark *wanted = &self->marks[KEFU_MARK_WANTED];
  guint last = n_items (self) - 1;

  if (wanted->position != GTK_INVALID_LIST_POSITION)
    {
      int height = want_row (self, wanted->position)->height;
      double now = estimate_y (self, wanted->position);

      if (self->wanted_place == KEFU_PLACE_END)
        {
          *y = self->height - height;
          return wanted->position;
        }
      if (self->wanted_place == KEFU_PLACE_START || now < 0 || height > self->height)
        {
          *y = 0;
          return wanted->position;
        }
      if (now + height > self->height)
        {
          *y = self->height - height;
          return wanted->position;
        }
    }
  if (self->stick == KEFU_STICK_END)
    {
      *y = self->height - want_row (self, last)->height;
      return last;
    }
  if (self->stick == KEFU_STICK_START)
    {
      *y = 0;
      return 0;
    }
  self->anchor = MIN (self->anchor, last);
  *y = self->anchor_y;
  return self->anchor;
}

/* (nullable): the row at @position without making one. */
static KefuRow *
want_row_if_there (KefuRowList *self, guint position)
{
  g_autoptr (GObject) item = NULL;
  KefuRow *row = kefu_row_list_find_row (self, position);

  if (row == NULL && g_hash_table_size (self->orphans) > 0)
    {
      item = g_list_model_get_item (self->model, position);
      row = g_hash_table_lookup (self->by_item, item);
    }
  return row != NULL ? want_row (self, position) : NULL;
}

/* The rows of the margin that are there already. */
static void
fill_margin (KefuRowList *self, double top, double bottom)
{
  double margin = self->height * MARGIN;
  KefuRow *row;

  for (guint i = self->first; i > 0 && top > -margin && (row = want_row_if_there (self, i - 1)) != NULL; i--)
    {
      top -= row->height;
      row->y = top;
    }
  for (guint i = self->last + 1;
       i < n_items (self) && bottom < self->height + margin && (row = want_row_if_there (self, i)) != NULL; i++)
    {
      row->y = bottom;
      bottom += row->height;
    }
}

static guint
guess_center (KefuRowList *self)
{
  if (self->marks[KEFU_MARK_WANTED].position != GTK_INVALID_LIST_POSITION)
    return self->marks[KEFU_MARK_WANTED].position;
  return self->stick == KEFU_STICK_START ? 0 : self->stick == KEFU_STICK_END ? n_items (self) - 1 : self->anchor;
}

static void
place_rows (KefuRowList *self)
{
  double y, top, bottom;
  guint start = choose_start (self, &y);

  fill (self, start, y, &top, &bottom);
  y = kefu_row_list_find_row (self, start)->y;
  /* nothing is open below the last row, nor above the first */
  if (bottom < self->height && self->last + 1 == n_items (self))
    fill (self, start, y += self->height - bottom, &top, &bottom);
  if (top > 0 && self->first == 0)
    fill (self, start, y - top, &top, &bottom);
  fill_margin (self, top, bottom);
}

void
kefu_row_list_arrange (KefuRowList *self)
{
  if (self->width <= 0 || self->height <= 0)
    return;
  /* the focus moves in here, and whoever hears of it may ask for a row */
  if (self->arranging)
    {
      kefu_row_list_queue (self);
      return;
    }
  self->arranging = TRUE;
  self->serial++;
  self->dirty = FALSE;
  self->tallest = 0;
  if (n_items (self) > 0)
    {
      sort_out (self, guess_center (self));
      place_rows (self);
      /* all are as high as the highest */
      for (guint i = 0; i < MAX_PASSES && self->uniform && self->tallest != self->uniform_height; i++)
        {
          self->uniform_height = self->tallest;
          place_rows (self);
        }
    }
  drop_unwanted (self);
  put_in_order (self);
  self->arranging = FALSE;
}

KefuRow *
kefu_row_list_find_row_of (KefuRowList *self, gpointer item)
{
  KefuRow *row;

  if (self->dirty)
    kefu_row_list_arrange (self);
  row = g_hash_table_lookup (self->by_item, item);
  return row != NULL && !g_hash_table_contains (self->orphans, row) ? row : NULL;
}

/* --- the margin --- */

/* Whether a row of the margin is missing at that side; it is made if @make. */
static gboolean
is_missing (KefuRowList *self, gboolean above, gboolean make)
{
  double margin = self->height * MARGIN;
  guint n = n_items (self);
  guint i = above ? self->first : self->last;
  KefuRow *row = n > 0 ? kefu_row_list_find_row (self, i) : NULL;

  while (row != NULL)
    {
      if (above ? row->y <= -margin || i == 0 : row->y + row->height >= self->height + margin || i + 1 >= n)
        return FALSE;
      i = above ? i - 1 : i + 1;
      row = kefu_row_list_find_row (self, i);
    }
  if (n > 0 && make)
    {
      row = want_row (self, i);
      row->y = above ? kefu_row_list_find_row (self, i + 1)->y - row->height
                     : kefu_row_list_find_row (self, i - 1)->y + kefu_row_list_find_row (self, i - 1)->height;
    }
  return n > 0;
}

static void
grow_margin (KefuRowList *self)
{
  for (guint i = 0; i < MARGIN_BUDGET; i++)
    if (!is_missing (self, self->upwards, TRUE))
      is_missing (self, !self->upwards, TRUE);
}

/* Rows are made between frames, not in the layout, if that can be helped (see kefu_row_list_layout_done()). */
static gboolean
prepare_cb (gpointer user_data)
{
  KefuRowList *self = user_data;

  self->prepare_id = 0;
  if (self->dirty)
    kefu_row_list_arrange (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

/* A few at a time, and the next ones after the layout of these. */
static gboolean
margin_cb (gpointer user_data)
{
  KefuRowList *self = user_data;

  self->margin_id = 0;
  /* otherwise the layout that comes asks for it again */
  if (!self->dirty)
    {
      grow_margin (self);
      put_in_order (self);
      gtk_widget_queue_allocate (GTK_WIDGET (self));
    }
  return G_SOURCE_REMOVE;
}

static void
queue_margin (KefuRowList *self)
{
  if (self->margin_id == 0 && (is_missing (self, TRUE, FALSE) || is_missing (self, FALSE, FALSE)))
    self->margin_id = g_idle_add_full (GDK_PRIORITY_REDRAW + 5, margin_cb, self, NULL);
}

void
kefu_row_list_queue (KefuRowList *self)
{
  self->dirty = TRUE;
  /* What changes together is arranged together, before the next frame. */
  if (self->prepare_id == 0)
    self->prepare_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, prepare_cb, self, NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
kefu_row_list_stop (KefuRowList *self)
{
  g_clear_handle_id (&self->prepare_id, g_source_remove);
  g_clear_handle_id (&self->margin_id, g_source_remove);
  g_clear_handle_id (&self->order_id, g_source_remove);
}

/* --- the layout --- */

void
kefu_row_list_measure_width (KefuRowList *self, int *minimum, int *natural)
{
  *minimum = *natural = 0;
  for (guint i = 0; i < self->rows->len; i++)
    {
      int row_minimum, row_natural;

      gtk_widget_measure (g_ptr_array_index (self->rows, i), GTK_ORIENTATION_HORIZONTAL, -1, &row_minimum, &row_natural,
                          NULL, NULL);
      *minimum = MAX (*minimum, row_minimum);
      *natural = MAX (*natural, row_natural);
    }
}

/* What the layout has made of it is what the next one begins with. */
static void
settle (KefuRowList *self, double upper)
{
  gboolean at_start = self->value < 1;
  gboolean at_end = self->value + self->height > upper - 1;

  kefu_row_list_set_mark (self, KEFU_MARK_WANTED, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; i < KEFU_N_MARKS; i++)
    if (self->marks[i].position == GTK_INVALID_LIST_POSITION)
      g_clear_object ((GObject **) &self->marks[i].item);
  self->stick = KEFU_STICK_NONE;
  if (self->follow == KEFU_FOLLOW_START && at_start)
    self->stick = KEFU_STICK_START;
  else if (self->follow == KEFU_FOLLOW_END && at_end)
    self->stick = KEFU_STICK_END;
  kefu_row_list_set_at_end (self, at_end);
}

static void
configure (KefuRowList *self, GtkOrientation orientation, double value, double upper, double page)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  if (adjustment == NULL)
    return;
  upper = MAX (upper, page);
  self->adjusted |= gtk_adjustment_get_value (adjustment) != value || gtk_adjustment_get_upper (adjustment) != upper ||
                    gtk_adjustment_get_page_size (adjustment) != page;
  self->configuring = TRUE;
  gtk_adjustment_configure (adjustment, value, 0, upper, page * 0.1, page * 0.9, page);
  self->configuring = FALSE;
}

static void
allocate_rows (KefuRowList *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i);

      gtk_widget_size_allocate (GTK_WIDGET (row),
                                &(GtkAllocation){ 0, (int) floor (row->y + 0.5), row->width, row->height }, -1);
    }
}

void
kefu_row_list_allocate (KefuRowList *self, int width, int height)
{
  guint n = n_items (self);
  double upper = 0;
  gboolean was_cut = self->upper > self->height;

  self->width = width;
  self->height = height;
  /* nothing is seen, and where the list stands is known from before */
  if (n > 0 && (width <= 0 || height <= 0))
    {
      allocate_rows (self);
      return;
    }
  self->touched = FALSE;
  kefu_row_list_arrange (self);
  self->value = 0;
  if (n > 0)
    {
      KefuRow *row = kefu_row_list_find_row (self, self->first);

      self->value = (double) kefu_row_heights_get_top (self->heights, self->first) - row->y;
      upper = (double) kefu_row_heights_get_top (self->heights, n);
      while (row->y + row->height <= 0 && row->position < self->last)
        row = kefu_row_list_find_row (self, row->position + 1);
      self->anchor = row->position;
      self->anchor_y = row->y;
    }
  allocate_rows (self);
  settle (self, upper);
  configure (self, GTK_ORIENTATION_HORIZONTAL, 0, width, width);
  configure (self, GTK_ORIENTATION_VERTICAL, self->value, upper, height);
  self->upper = upper;
  /* a scroll bar comes or goes */
  self->relayout |= self->touched || was_cut != (upper > height);
  queue_margin (self);
}

/* GTK forgets who asks for a size or a place in the midst of a layout: a widget that is being allocated takes the wish for heard when it is through; one
 * above it that was only passed by keeps it, is drawn without its place (“Trying to snapshot … without a current allocation”), and lets no later
 * wish of the list through. A scroll bar that moves is enough. From here on every widget above the list asks once more, and the frame is laid out
 * again before it is drawn. */
void
kefu_row_list_layout_done (KefuRowList *self)
{
  gboolean relayout = self->relayout;
  gboolean adjusted = self->adjusted;

  self->relayout = self->adjusted = FALSE;
  if (!relayout && !adjusted)
    return;
  for (GtkWidget *widget = GTK_WIDGET (self); widget != NULL; widget = gtk_widget_get_parent (widget))
    if (relayout)
      gtk_widget_queue_resize (widget);
    else
      gtk_widget_queue_allocate (widget);
}

/* Whether all that will be in view when everything has moved by @by is there already. */
static gboolean
is_covered (KefuRowList *self, double by)
{
  KefuRow *row = kefu_row_list_find_row (self, self->first);
  guint n = n_items (self);
  guint i;

  if (self->dirty || row == NULL)
    return FALSE;
  for (i = self->first; i > 0 && row->y - by > 0; row = kefu_row_list_find_row (self, --i))
    if (kefu_row_list_find_row (self, i - 1) == NULL)
      return FALSE;
  row = kefu_row_list_find_row (self, self->last);
  for (i = self->last; row != NULL && i + 1 < n && row->y + row->height - by < self->height;
       row = kefu_row_list_find_row (self, ++i))
    if (kefu_row_list_find_row (self, i + 1) == NULL)
      return FALSE;
  return row != NULL;
}

/* Somebody scrolls. What is seen before and after moves by just so much; what was not seen yet is looked for by the estimate. */
void
kefu_row_list_value_changed (KefuRowList *self)
{
  GtkAdjustment *adjustment = self->adjustments[GTK_ORIENTATION_VERTICAL];
  double value = gtk_adjustment_get_value (adjustment);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  double by = value - self->value;
  KefuRow *row = NULL;

  if (self->configuring || n_items (self) == 0 || self->height <= 0)
    return;
  self->upwards = by < 0;
  kefu_row_list_set_mark (self, KEFU_MARK_WANTED, GTK_INVALID_LIST_POSITION);
  self->stick = value <= 0 ? KEFU_STICK_START : value >= end ? KEFU_STICK_END : KEFU_STICK_NONE;
  for (guint i = 0; i < self->rows->len && row == NULL; i++)
    {
      KefuRow *candidate = g_ptr_array_index (self->rows, i);

      if (candidate->y - by + candidate->height > 0 && candidate->y - by < self->height)
        row = candidate;
    }
  if (row != NULL)
    {
      self->anchor = row->position;
      self->anchor_y = row->y - by;
    }
  else
    {
      self->anchor = kefu_row_heights_find (self->heights, (gint64) value);
      self->anchor_y = (double) kefu_row_heights_get_top (self->heights, self->anchor) - value;
    }
  kefu_row_list_set_at_end (self, value > end - 1);
  /* this may be in the middle of making a frame */
  if (is_covered (self, by))
    {
      gtk_widget_queue_allocate (GTK_WIDGET (self));
      return;
    }
  kefu_row_list_arrange (self);
  self->value = value;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
