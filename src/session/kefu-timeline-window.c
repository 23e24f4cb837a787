/* SPDX-License-Identifier: GPL-3.0-or-later
 * The messages of a conversation that are looked at: a part of it without anything missing inside. */
#include "config.h"

#include "kefu-timeline-window.h"

#include "kefu-op.h"

void
kefu_timeline_window_init (KefuTimelineWindow *self)
{
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_message_record_unref);
  self->follows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

void
kefu_timeline_window_clear (KefuTimelineWindow *self)
{
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->follows, g_hash_table_unref);
}

KefuMessageRecord *
kefu_timeline_window_first (KefuTimelineWindow *self)
{
  return self->records->len > 0 ? g_ptr_array_index (self->records, 0) : NULL;
}

KefuMessageRecord *
kefu_timeline_window_last (KefuTimelineWindow *self)
{
  return self->records->len > 0 ? g_ptr_array_index (self->records, self->records->len - 1) : NULL;
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const KefuMessageRecord *left = *(KefuMessageRecord *const *) a;
  const KefuMessageRecord *right = *(KefuMessageRecord *const *) b;

  if (left->mseq != right->mseq)
    return left->mseq < right->mseq ? -1 : 1;
  return g_strcmp0 (left->id, right->id);
}

void
kefu_timeline_window_sort (KefuTimelineWindow *self)
{
  g_ptr_array_sort (self->records, compare_records);
}

void
kefu_timeline_window_put (KefuTimelineWindow *self, KefuMessageRecord *record)
{
  for (guint i = 0; i < self->records->len; i++)
    {
      KefuMessageRecord *old = g_ptr_array_index (self->records, i);

      if (g_str_equal (old->id, record->id))
        {
          self->records->pdata[i] = kefu_message_record_ref (record);
          kefu_message_record_unref (old);
          return;
        }
    }
  g_ptr_array_add (self->records, kefu_message_record_ref (record));
}

/* The same for @n of @page from @first on. A page is not compared with each message of the window. */
static void
put_many (KefuTimelineWindow *self, GPtrArray *page, guint first, guint n)
{
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->records->len; i++)
    g_hash_table_insert (places, ((KefuMessageRecord *) g_ptr_array_index (self->records, i))->id,
                         GUINT_TO_POINTER (i));
  for (guint i = first; i < first + n; i++)
    {
      KefuMessageRecord *record = kefu_message_record_ref (g_ptr_array_index (page, i));
      gpointer key, place;

      if (g_hash_table_lookup_extended (places, record->id, &key, &place))
        {
          KefuMessageRecord *old = g_ptr_array_index (self->records, GPOINTER_TO_UINT (place));

          /* the key is the old one's */
          g_hash_table_replace (places, record->id, place);
          self->records->pdata[GPOINTER_TO_UINT (place)] = record;
          kefu_message_record_unref (old);
        }
      else
        {
          g_hash_table_insert (places, record->id, GUINT_TO_POINTER (self->records->len));
          g_ptr_array_add (self->records, record);
        }
    }
}

static gboolean
is_pending (KefuMessageRecord *record)
{
  return record->mseq >= KEFU_PENDING_MSEQ;
}

/* The one before @mseq as far as is known: the numbers leave none out, unless the server said so. */
static gint64
before (KefuTimelineWindow *self, gint64 mseq)
{
  gint64 *known = g_hash_table_lookup (self->follows, &mseq);

  return known != NULL ? *known : mseq - 1;
}

gboolean
kefu_timeline_window_joins (KefuTimelineWindow *self, KefuMessageRecord *record, KefuMessageRecord *later)
{
  if (!self->may_lack || is_pending (record))
    return TRUE;
  /* What waits to be sent stands last, whatever its number. */
  if (later == NULL || is_pending (later))
    return self->end_known || record->mseq >= self->last_mseq;
  return record->mseq >= before (self, later->mseq);
}

gboolean
kefu_timeline_window_prepend (KefuTimelineWindow *self, GPtrArray *page)
{
  KefuMessageRecord *later = kefu_timeline_window_first (self);
  guint n = page->len;

  while (n > 0 && kefu_timeline_window_joins (self, g_ptr_array_index (page, n - 1), later))
    later = g_ptr_array_index (page, --n);
  put_many (self, page, n, page->len - n);
  kefu_timeline_window_sort (self);
  return n == 0;
}

gboolean
kefu_timeline_window_append (KefuTimelineWindow *self, GPtrArray *page)
{
  KefuMessageRecord *earlier = kefu_timeline_window_last (self);
  guint n = 0;

  while (n < page->len && (earlier == NULL || kefu_timeline_window_joins (self, earlier, g_ptr_array_index (page, n))))
    earlier = g_ptr_array_index (page, n++);
  put_many (self, page, 0, n);
  kefu_timeline_window_sort (self);
  return n == page->len;
}

gboolean
kefu_timeline_window_lacks_older (KefuTimelineWindow *self)
{
  KefuMessageRecord *first = kefu_timeline_window_first (self);

  if (!self->may_lack)
    return FALSE;
  if (first == NULL || is_pending (first))
    return !self->end_known && self->last_mseq > 0;
  return before (self, first->mseq) > 0;
}

gboolean
kefu_timeline_window_lacks_newer (KefuTimelineWindow *self)
{
  KefuMessageRecord *last = kefu_timeline_window_last (self);

  return last != NULL && !kefu_timeline_window_joins (self, last, NULL);
}

static void
learn (KefuTimelineWindow *self, gint64 mseq, gint64 earlier)
{
  if (mseq >= KEFU_PENDING_MSEQ || mseq - 1 == earlier)
    return;
  g_hash_table_insert (self->follows, g_memdup2 (&mseq, sizeof mseq), g_memdup2 (&earlier, sizeof earlier));
}

void
kefu_timeline_window_learn (KefuTimelineWindow *self, GArray *mseqs, gint64 after, gboolean more)
{
  gint64 earlier = 0;

  for (guint i = 0; i < mseqs->len; i++)
    {
      gint64 mseq = g_array_index (mseqs, gint64, i);

      if (i > 0 || !more)
        learn (self, mseq, earlier);
      earlier = mseq;
    }
  if (after > 0 && (mseqs->len > 0 || !more))
    learn (self, after, earlier);
}
