/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a change of its model does to a long list. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-row-list-private.h"

/* A change may name all of a long model though few of its items moved. What is followed is looked for this far around where it was. */
#define MAX_LOOK 512
/* Of a row that is not looked for. */
#define NOT_SOUGHT (GTK_INVALID_LIST_POSITION - 1)

void
kefu_row_list_set_mark (KefuRowList *self, KefuMarkKind kind, guint position)
{
  KefuMark *mark = &self->marks[kind];
  guint n = self->model != NULL ? g_list_model_get_n_items (self->model) : 0;

  g_clear_object ((GObject **) &mark->item);
  mark->position = position < n ? position : GTK_INVALID_LIST_POSITION;
  if (mark->position != GTK_INVALID_LIST_POSITION)
    mark->item = g_list_model_get_item (self->model, position);
}

typedef struct
{
  guint position;
  guint removed;
  guint added;
  GPtrArray *rows; /* KefuRow in the removed part, in their order; borrowed */
  guint n_sought;
  KefuMark *marks[KEFU_N_MARKS]; /* those in it */
  guint n_marks;
  guint found[KEFU_N_MARKS];
} Change;

static guint
moved (const Change *change, guint position)
{
  return position >= change->position + change->removed ? position + change->added - change->removed : position;
}

static gboolean
is_removed (const Change *change, guint position)
{
  return position >= change->position && position - change->position < change->removed;
}

static void
look_at (KefuRowList *self, Change *change, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);
  KefuRow *row = g_hash_table_lookup (self->by_item, item);

  if (row != NULL && row->found == GTK_INVALID_LIST_POSITION)
    {
      row->found = position;
      change->n_sought--;
    }
  for (guint i = 0; i < change->n_marks; i++)
    if (change->marks[i]->item == (gpointer) item && change->found[i] == GTK_INVALID_LIST_POSITION)
      {
        change->found[i] = position;
        change->n_sought--;
      }
}

/* Most moved by a row or two: from where they were outwards. */
static void
look_for_moved (KefuRowList *self, Change *change, guint around)
{
  guint end = change->position + change->added;
  guint below = CLAMP (around, change->position, end);
  guint above = below;

  for (guint i = 0; i < MAX_LOOK && change->n_sought > 0 && (below < end || above > change->position); i++)
    {
      if (below < end)
        look_at (self, change, below++);
      if (above > change->position && change->n_sought > 0)
        look_at (self, change, --above);
    }
}

static int
compare_shifts (gconstpointer a, gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : *(const gint64 *) a > *(const gint64 *) b;
}

/* The row that is read was in the changed part. Most of what was in view has moved equally far; a row that moved otherwise went away from it. */
static void
keep_read_row (KefuRowList *self, const Change *change)
{
  g_autoptr (GArray) shifts = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint best = GTK_INVALID_LIST_POSITION;
  double y = 0, read_y = 0;
  gboolean was_there = FALSE;
  gint64 median;

  for (guint i = 0; i < change->rows->len; i++)
    {
      KefuRow *row = g_ptr_array_index (change->rows, i);
      gint64 shift = (gint64) row->found - row->position;

      if (row->position == self->anchor)
        {
          read_y = row->y;
          was_there = TRUE;
        }
      if (row->found != GTK_INVALID_LIST_POSITION)
        g_array_append_val (shifts, shift);
    }
  g_array_sort (shifts, compare_shifts);
  median = shifts->len > 0 ? g_array_index (shifts, gint64, shifts->len / 2) : 0;
  for (guint pass = 0; pass < 2 && best == GTK_INVALID_LIST_POSITION; pass++)
    for (guint i = 0; i < change->rows->len && best == GTK_INVALID_LIST_POSITION; i++)
      {
        KefuRow *row = g_ptr_array_index (change->rows, i);

        if (row->position < self->anchor || row->found == GTK_INVALID_LIST_POSITION || row->y >= self->height ||
            (pass == 0 && (gint64) row->found - row->position != median))
          continue;
        best = row->found;
        y = row->y;
      }
  if (best == GTK_INVALID_LIST_POSITION)
    {
      KefuRow *next = kefu_row_list_find_row (self, change->position + change->added);

      if (next != NULL && next->y < self->height)
        {
          best = change->position + change->added;
          y = next->y;
        }
    }
  if (best != GTK_INVALID_LIST_POSITION && was_there)
    {
      self->anchor = best;
      self->anchor_y += y - read_y;
      return;
    }
  /* Nothing of what was in view is left. With all else gone too this is another list, which begins at its beginning. */
  if (self->follow == KEFU_FOLLOW_START && was_there && change->position == 0 &&
      change->added == kefu_row_heights_get_n (self->heights))
    {
      self->stick = KEFU_STICK_START;
      self->anchor = 0;
      return;
    }
  self->anchor = MIN (self->anchor, change->position + change->added);
}

/* Rows whose items are gone; they may come again at once, somewhere else. */
static void
take_rows (KefuRowList *self, Change *change)
{
  guint first = self->rows->len, last;

  while (first > 0 && ((KefuRow *) g_ptr_array_index (self->rows, first - 1))->position >= change->position)
    first--;
  for (last = first; last < self->rows->len; last++)
    {
      KefuRow *row = g_ptr_array_index (self->rows, last);

      if (!is_removed (change, row->position))
        break;
      row->found = GTK_INVALID_LIST_POSITION;
      g_hash_table_add (self->orphans, row);
      g_ptr_array_add (change->rows, row);
    }
  if (last > first)
    g_ptr_array_remove_range (self->rows, first, last - first);
  for (guint i = first; i < self->rows->len; i++)
    {
      KefuRow *row = g_ptr_array_index (self->rows, i);

      row->position = moved (change, row->position);
    }
}

/* The row with the keyboard stays a row wherever its item went. */
static void
put_back_keyboard (KefuRowList *self)
{
  const KefuMark *cursor = &self->marks[KEFU_MARK_CURSOR];
  KefuRow *row = cursor->item != NULL ? g_hash_table_lookup (self->by_item, cursor->item) : NULL;
  guint place = 0;

  if (row == NULL || cursor->position == GTK_INVALID_LIST_POSITION || !kefu_row_has_keyboard (row) ||
      !g_hash_table_remove (self->orphans, row))
    return;
  row->position = cursor->position;
  while (place < self->rows->len && ((KefuRow *) g_ptr_array_index (self->rows, place))->position < row->position)
    place++;
  g_ptr_array_insert (self->rows, (int) place, row);
}

static void
move_marks (KefuRowList *self, Change *change)
{
  gboolean selected_moved = FALSE;

  for (guint i = 0; i < KEFU_N_MARKS; i++)
    {
      KefuMark *mark = &self->marks[i];
      guint before = mark->position;

      if (mark->item == NULL)
        continue;
      if (mark->position != GTK_INVALID_LIST_POSITION && !is_removed (change, mark->position))
        mark->position = moved (change, mark->position);
      for (guint j = 0; j < change->n_marks; j++)
        if (change->marks[j] == mark)
          mark->position = change->found[j];
      if (i == KEFU_MARK_SELECTED && mark->position != before)
        selected_moved = TRUE;
    }
  if (selected_moved)
    g_object_notify (G_OBJECT (self), "selected");
}

void
kefu_row_list_items_changed (KefuRowList *self, guint position, guint removed, guint added)
{
  Change change = { .position = position, .removed = removed, .added = added };
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  gboolean was_empty = kefu_row_heights_get_n (self->heights) == 0;

  kefu_row_heights_splice (self->heights, position, removed, added);
  change.rows = rows;
  for (guint i = 0; i < KEFU_N_MARKS; i++)
    {
      KefuMark *mark = &self->marks[i];

      /* one that is nowhere may just be on its way */
      if (mark->item == NULL || (mark->position != GTK_INVALID_LIST_POSITION && !is_removed (&change, mark->position)))
        continue;
      change.found[change.n_marks] = GTK_INVALID_LIST_POSITION;
      change.marks[change.n_marks++] = mark;
    }
  take_rows (self, &change);
  change.n_sought = rows->len + change.n_marks;
  if (added > 0)
    look_for_moved (self, &change, self->anchor);
  for (guint i = 0; i < change.n_marks && added > 0; i++)
    if (change.found[i] == GTK_INVALID_LIST_POSITION && change.marks[i]->position != GTK_INVALID_LIST_POSITION)
      look_for_moved (self, &change, change.marks[i]->position);
  /* an end is nobody's place */
  if (was_empty && self->follow == KEFU_FOLLOW_START)
    self->stick = KEFU_STICK_START;
  if (self->stick == KEFU_STICK_START || was_empty)
    self->anchor = 0;
  else if (is_removed (&change, self->anchor))
    keep_read_row (self, &change);
  else
    self->anchor = moved (&change, self->anchor);
  for (guint i = 0; i < rows->len; i++)
    ((KefuRow *) g_ptr_array_index (rows, i))->found = NOT_SOUGHT;
  move_marks (self, &change);
  put_back_keyboard (self);
  kefu_row_list_queue (self);
  /* A scroll bar may come or go with the rows. Were only the list laid out, the scrolled window would ask for its layout in the midst of it. */
  if (removed != added &&
      MIN (self->upper, (double) kefu_row_heights_get_top (self->heights, kefu_row_heights_get_n (self->heights))) <=
        self->height)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}
