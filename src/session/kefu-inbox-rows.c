/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of the inbox list: a frozen order, and what waits to come into it. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-inbox-rows.h"

/* Each row remembers the key by which it stands where it stands, so that the sequence stays sorted while what a row shows
 * goes on changing: moving a row costs O(log n), and "what would move" is a comparison of two keys. (GtkSortListModel
 * costs 4 ms a moved row at 100,000.) */
typedef struct
{
  KefuConversationRecord *record;
  KefuConversation *conversation; /* (nullable): nobody has looked at it yet */
  KefuInboxKey placed;
  gint64 placed_in_at; /* last_in_at of what it was placed by */
  gboolean leaves;     /* no longer of what was asked for */
  gboolean held;       /* somebody else has @conversation too: what is in view does */
} Row;

struct _KefuInboxRows
{
  KefuInboxOrder order;
  GSequence *rows;      /* Row */
  GHashTable *iters;    /* conversation id → GSequenceIter of @rows */
  GHashTable *incoming; /* conversation id → KefuConversationRecord that waits for a row; NULL: has to be read again */
  GHashTable *stale;    /* conversation id of rows that stand in the wrong place, or leave; a set */
  gboolean complete;
  gboolean has_end;
  KefuInboxKey end;
};

static void
held_cb (gpointer data, GObject *conversation, gboolean is_last)
{
  ((Row *) data)->held = !is_last;
}

/* @conversation: (transfer full). */
static void
row_adopt (Row *row, KefuConversation *conversation)
{
  row->conversation = conversation;
  row->held = TRUE;
  g_object_add_toggle_ref (G_OBJECT (conversation), held_cb, row);
  g_object_unref (conversation);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  if (row->conversation != NULL)
    g_object_remove_toggle_ref (G_OBJECT (row->conversation), held_cb, row);
  kefu_conversation_record_unref (row->record);
  g_free (row);
}

static void
waiting_free (gpointer record)
{
  if (record != NULL)
    kefu_conversation_record_unref (record);
}

static void
row_place (Row *row, KefuInboxKey key)
{
  row->placed = key;
  row->placed_in_at = row->record->last_in_at;
}

/* @conversation: (nullable): the object of this conversation, which stays the same. */
static Row *
row_new (KefuInboxRows *self, KefuConversationRecord *record, KefuConversation *conversation)
{
  Row *row = g_new0 (Row, 1);

  row->record = kefu_conversation_record_ref (record);
  if (conversation != NULL)
    row_adopt (row, g_object_ref (conversation));
  row_place (row, kefu_inbox_key_of (self->order, record));
  return row;
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return kefu_inbox_key_compare (&((const Row *) a)->placed, &((const Row *) b)->placed);
}

KefuInboxRows *
kefu_inbox_rows_new (KefuInboxOrder order)
{
  KefuInboxRows *self = g_new0 (KefuInboxRows, 1);

  self->order = order;
  self->rows = g_sequence_new (row_free);
  self->iters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->incoming = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, waiting_free);
  self->stale = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
kefu_inbox_rows_free (KefuInboxRows *self)
{
  g_hash_table_unref (self->iters);
  g_hash_table_unref (self->incoming);
  g_hash_table_unref (self->stale);
  g_sequence_free (self->rows);
  g_free (self);
}

guint
kefu_inbox_rows_get_length (KefuInboxRows *self)
{
  return (guint) g_sequence_get_length (self->rows);
}

static KefuConversation *
row_get_conversation (Row *row)
{
  if (row->conversation == NULL)
    row_adopt (row, kefu_conversation_new (row->record));
  return row->conversation;
}

KefuConversation *
kefu_inbox_rows_get (KefuInboxRows *self, guint position)
{
  GSequenceIter *at = g_sequence_get_iter_at_pos (self->rows, (int) MIN (position, G_MAXINT));

  return g_sequence_iter_is_end (at) ? NULL : row_get_conversation (g_sequence_get (at));
}

KefuConversation *
kefu_inbox_rows_lookup (KefuInboxRows *self, const char *id, guint *position)
{
  GSequenceIter *at = g_hash_table_lookup (self->iters, id);

  if (at == NULL)
    return NULL;
  if (position != NULL)
    *position = (guint) g_sequence_iter_get_position (at);
  return row_get_conversation (g_sequence_get (at));
}

gboolean
kefu_inbox_rows_has (KefuInboxRows *self, const char *id)
{
  return g_hash_table_contains (self->iters, id);
}

static void
add_others (GHashTable *table, GHashTable *seen, GPtrArray *others)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (seen, id))
      g_ptr_array_add (others, g_strdup (id));
}

GPtrArray *
kefu_inbox_rows_list_others (KefuInboxRows *self, GHashTable *seen)
{
  GPtrArray *others = g_ptr_array_new_with_free_func (g_free);

  add_others (self->iters, seen, others);
  add_others (self->incoming, seen, others);
  return others;
}

gboolean
kefu_inbox_rows_is_complete (KefuInboxRows *self)
{
  return self->complete;
}

const KefuInboxKey *
kefu_inbox_rows_get_end (KefuInboxRows *self)
{
  return self->has_end && !self->complete ? &self->end : NULL;
}

static gboolean
is_within (KefuInboxRows *self, const KefuInboxKey *key)
{
  return self->complete || (self->has_end && kefu_inbox_key_compare (key, &self->end) <= 0);
}

void
kefu_inbox_rows_set_end (KefuInboxRows *self, const KefuInboxKey *end)
{
  GHashTableIter iter;
  gpointer id, value;

  self->complete = FALSE;
  self->has_end = end != NULL;
  if (end != NULL)
    self->end = *end;
  /* From the last row upwards, by what placed them; then those that belong elsewhere by now. */
  for (GSequenceIter *at = g_sequence_get_end_iter (self->rows); !g_sequence_iter_is_begin (at);)
    {
      Row *row;

      at = g_sequence_iter_prev (at);
      row = g_sequence_get (at);
      if (is_within (self, &row->placed))
        break;
      g_hash_table_add (self->stale, g_strdup (row->record->id));
    }
  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      Row *row = g_sequence_get (g_hash_table_lookup (self->iters, id));
      KefuInboxKey key = kefu_inbox_key_of (self->order, row->record);

      row->leaves = row->leaves || !is_within (self, &key);
    }
  g_hash_table_iter_init (&iter, self->incoming);
  while (g_hash_table_iter_next (&iter, &id, &value))
    {
      KefuInboxKey key;

      if (value == NULL)
        continue;
      key = kefu_inbox_key_of (self->order, value);
      if (!is_within (self, &key))
        g_hash_table_iter_remove (&iter);
    }
}

gboolean
kefu_inbox_rows_cut (KefuInboxRows *self, guint above, guint spare)
{
  guint length = kefu_inbox_rows_get_length (self);
  guint keep = length;
  GSequenceIter *at = g_sequence_get_end_iter (self->rows);
  Row *last;

  if (length <= above)
    return FALSE;
  while (keep > 0 && !((Row *) g_sequence_get (at = g_sequence_iter_prev (at)))->held)
    keep--;
  keep = MAX (keep + spare, above / 2);
  if (keep + spare > length)
    return FALSE;
  last = g_sequence_get (g_sequence_get_iter_at_pos (self->rows, (int) keep - 1));
  kefu_inbox_rows_set_end (self, &last->placed);
  return TRUE;
}

void
kefu_inbox_rows_set_complete (KefuInboxRows *self)
{
  self->complete = TRUE;
}

gboolean
kefu_inbox_rows_append (KefuInboxRows *self, GPtrArray *records, KefuInboxRows *known, KefuInboxSplice *splice)
{
  guint length = kefu_inbox_rows_get_length (self);

  for (guint i = 0; i < records->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (records, i);
      GSequenceIter *old = known != NULL ? g_hash_table_lookup (known->iters, record->id) : NULL;
      Row *row;

      if (kefu_inbox_rows_has (self, record->id))
        continue;
      row = row_new (self, record, old != NULL ? ((Row *) g_sequence_get (old))->conversation : NULL);
      g_hash_table_insert (self->iters, g_strdup (record->id), g_sequence_append (self->rows, row));
      g_hash_table_remove (self->incoming, record->id);
    }
  splice->position = length;
  splice->removed = 0;
  splice->added = kefu_inbox_rows_get_length (self) - length;
  return splice->added > 0;
}

/* Whether a row with @key may stand where it stands; the neighbours are judged by what placed them. */
static gboolean
fits (GSequenceIter *at, const KefuInboxKey *key)
{
  GSequenceIter *next = g_sequence_iter_next (at);

  if (!g_sequence_iter_is_begin (at) &&
      kefu_inbox_key_compare (&((Row *) g_sequence_get (g_sequence_iter_prev (at)))->placed, key) > 0)
    return FALSE;
  return g_sequence_iter_is_end (next) || kefu_inbox_key_compare (key, &((Row *) g_sequence_get (next))->placed) <= 0;
}

/* What it shows is replaced last: whoever hears of it may ask for anything, and find it in order; @at may be gone then. */
static void
take_row (KefuInboxRows *self, GSequenceIter *at, KefuConversationRecord *record, gboolean wanted)
{
  Row *row = g_sequence_get (at);
  g_autoptr (KefuConversation) conversation = row->conversation != NULL ? g_object_ref (row->conversation) : NULL;
  KefuInboxKey key = row->placed;
  gboolean moves = FALSE;

  if (record != NULL)
    {
      kefu_conversation_record_ref (record);
      kefu_conversation_record_unref (row->record);
      row->record = record;
      key = kefu_inbox_key_of (self->order, record);
      moves = !fits (at, &key);
    }
  row->leaves = record == NULL || !wanted || !is_within (self, &key);
  if (row->leaves || moves)
    g_hash_table_add (self->stale, g_strdup (row->record->id));
  else
    {
      g_hash_table_remove (self->stale, row->record->id);
      row_place (row, key);
    }
  if (record != NULL && conversation != NULL)
    kefu_conversation_set_record (conversation, record);
}

void
kefu_inbox_rows_take (KefuInboxRows *self, const char *id, KefuConversationRecord *record, gboolean wanted)
{
  GSequenceIter *at = g_hash_table_lookup (self->iters, id);
  KefuInboxKey key;

  if (at != NULL)
    {
      take_row (self, at, record, wanted);
      return;
    }
  if (record != NULL && wanted)
    {
      key = kefu_inbox_key_of (self->order, record);
      if (is_within (self, &key))
        {
          g_hash_table_insert (self->incoming, g_strdup (id), kefu_conversation_record_ref (record));
          return;
        }
    }
  g_hash_table_remove (self->incoming, id);
}

/* The smallest range of the list that holds all that changes: what it leaves alone at both ends. */
typedef struct
{
  guint head;
  guint tail;
} Range;

static void
range_add (Range *range, GSequenceIter *at, guint length)
{
  guint position = (guint) g_sequence_iter_get_position (at);

  range->head = MIN (range->head, position);
  range->tail = MIN (range->tail, length - 1 - position);
}

/* (element-type Row): those to be put in again, where they belong; all stale rows are taken out. */
static GPtrArray *
take_out_stale (KefuInboxRows *self, Range *range)
{
  GPtrArray *back = g_ptr_array_new ();
  guint length = kefu_inbox_rows_get_length (self);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    range_add (range, g_hash_table_lookup (self->iters, id), length);
  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      GSequenceIter *at = g_hash_table_lookup (self->iters, id);
      Row *row = g_sequence_get (at);

      if (!row->leaves)
        g_ptr_array_add (back, row_new (self, row->record, row->conversation));
      g_hash_table_remove (self->iters, id);
      g_sequence_remove (at);
    }
  g_hash_table_remove_all (self->stale);
  return back;
}

gboolean
kefu_inbox_rows_apply (KefuInboxRows *self, KefuInboxSplice *splice)
{
  g_autoptr (GPtrArray) back = NULL;
  g_autoptr (GPtrArray) placed = NULL;
  Range range = { G_MAXUINT, G_MAXUINT };
  guint old_length = kefu_inbox_rows_get_length (self);
  guint new_length;
  GHashTableIter iter;
  gpointer value;

  if (g_hash_table_size (self->stale) == 0 && g_hash_table_size (self->incoming) == 0)
    return FALSE;

  back = take_out_stale (self, &range);
  g_hash_table_iter_init (&iter, self->incoming);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value != NULL)
      {
        g_ptr_array_add (back, row_new (self, value, NULL));
        g_hash_table_iter_remove (&iter);
      }

  placed = g_ptr_array_sized_new (back->len);
  for (guint i = 0; i < back->len; i++)
    {
      Row *row = g_ptr_array_index (back, i);
      GSequenceIter *at = g_sequence_insert_sorted (self->rows, row, compare_rows, NULL);

      g_hash_table_insert (self->iters, g_strdup (row->record->id), at);
      g_ptr_array_add (placed, at);
    }
  new_length = kefu_inbox_rows_get_length (self);
  for (guint i = 0; i < placed->len; i++)
    range_add (&range, g_ptr_array_index (placed, i), new_length);
  /* what waits is known by name only */
  if (range.head == G_MAXUINT)
    return FALSE;

  splice->position = range.head;
  splice->removed = old_length - range.head - range.tail;
  splice->added = new_length - range.head - range.tail;
  return TRUE;
}

void
kefu_inbox_rows_spare (KefuInboxRows *self, guint most)
{
  guint n = 0;
  GHashTableIter iter;
  gpointer record;

  if (g_hash_table_size (self->incoming) <= most)
    return;
  g_hash_table_iter_init (&iter, self->incoming);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    if (record != NULL && ++n > most)
      g_hash_table_iter_replace (&iter, NULL);
}

static gboolean
is_lacking (gpointer id, gpointer record, gpointer user_data)
{
  return record == NULL;
}

gboolean
kefu_inbox_rows_lacks (KefuInboxRows *self)
{
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, self->incoming);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    if (record == NULL)
      return TRUE;
  return FALSE;
}

void
kefu_inbox_rows_drop_lacking (KefuInboxRows *self)
{
  g_hash_table_foreach_remove (self->incoming, is_lacking, NULL);
}

guint
kefu_inbox_rows_count_newer (KefuInboxRows *self)
{
  guint n = g_hash_table_size (self->incoming);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      const Row *row = g_sequence_get (g_hash_table_lookup (self->iters, id));
      KefuInboxKey key = kefu_inbox_key_of (self->order, row->record);

      if (!row->leaves && row->record->last_in_at > row->placed_in_at &&
          kefu_inbox_key_compare (&key, &row->placed) < 0)
        n++;
    }
  return n;
}
