/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of a timeline: messages with days and the unread line between them. */
#include "config.h"

#include "kefu-timeline-rows.h"

#include "kefu-day.h"

/* A local day. Most messages are of the same day as the one before: the calendar is asked once a day, not once a message. */
typedef struct
{
  int number;
  gint64 from; /* s */
  gint64 to;   /* s: of the next one */
} Day;

static int
local_day (Day *day, gint64 ms)
{
  g_autoptr (GDateTime) time = NULL;

  if (ms / 1000 >= day->from && ms / 1000 < day->to)
    return day->number;
  time = g_date_time_new_from_unix_local (ms / 1000);
  if (time == NULL)
    return 0;
  day->number = g_date_time_get_year (time) * 400 + g_date_time_get_day_of_year (time);
  day->from = kefu_day_at (ms, 0, 0, 0) / 1000;
  day->to = kefu_day_at (ms, 1, 0, 0) / 1000;
  return day->number;
}

static gboolean
is_bubble (KefuMessageRecord *record)
{
  return g_str_equal (record->dir, "in") || g_str_equal (record->dir, "out");
}

/* Whether two neighbours are one breath: same side, same person, same minute. */
static gboolean
continues (KefuMessageRecord *record, KefuMessageRecord *next)
{
  return is_bubble (record) && g_str_equal (record->dir, next->dir) &&
         g_strcmp0 (record->author_id, next->author_id) == 0 && record->sent_at / 60000 == next->sent_at / 60000;
}

/* (transfer full): the row of that kind of before, or a new one. */
static KefuTimelineItem *
find_mark (GPtrArray *old, KefuTimelineKind kind, gint64 at)
{
  for (guint i = 0; i < old->len; i++)
    {
      KefuTimelineItem *item = g_ptr_array_index (old, i);

      if (kefu_timeline_item_get_kind (item) == kind)
        return g_object_ref (item);
    }
  return kefu_timeline_item_new (kind, at, NULL);
}

/* (element-type utf8 KefuTimelineItem): the rows of the days of before, by the message that each stood above. */
static GHashTable *
find_days (GPtrArray *old)
{
  GHashTable *days = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  KefuTimelineItem *day = NULL;

  for (guint i = 0; i < old->len; i++)
    {
      KefuTimelineItem *item = g_ptr_array_index (old, i);

      if (kefu_timeline_item_get_kind (item) == KEFU_TIMELINE_DAY)
        day = item;
      if (kefu_timeline_item_get_kind (item) != KEFU_TIMELINE_MESSAGE || day == NULL)
        continue;
      g_hash_table_insert (days, g_strdup (kefu_timeline_item_get_record (item)->id), day);
      day = NULL;
    }
  return days;
}

/* (transfer full): the row of @day above @record of before, or a new one: when earlier messages of a day come, the row above them is another one, which
 * nobody has read yet, and not the one that was read, gone far away. */
static KefuTimelineItem *
find_day (GHashTable *days, const Day *day, KefuMessageRecord *record)
{
  KefuTimelineItem *item = g_hash_table_lookup (days, record->id);
  gint64 at = item != NULL ? kefu_timeline_item_get_at (item) / 1000 : 0;

  if (item != NULL && at >= day->from && at < day->to)
    return g_object_ref (item);
  return kefu_timeline_item_new (KEFU_TIMELINE_DAY, record->sent_at, NULL);
}

GPtrArray *
kefu_timeline_rows_make (GPtrArray *records, GPtrArray *old, GHashTable *by_id, const char *unread_id)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) days = find_days (old);
  Day calendar = { 0 };
  int day = -1;

  for (guint i = 0; i < records->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (records, i);
      KefuMessageRecord *next = i + 1 < records->len ? g_ptr_array_index (records, i + 1) : NULL;
      KefuTimelineItem *item = g_hash_table_lookup (by_id, record->id);
      int today = local_day (&calendar, record->sent_at);
      gboolean grouped = next != NULL && continues (record, next) && g_strcmp0 (next->id, unread_id) != 0;

      if (today != day)
        g_ptr_array_add (items, find_day (days, &calendar, record));
      day = today;
      if (g_strcmp0 (record->id, unread_id) == 0)
        g_ptr_array_add (items, find_mark (old, KEFU_TIMELINE_UNREAD, record->sent_at));

      item =
        item != NULL ? g_object_ref (item) : kefu_timeline_item_new (KEFU_TIMELINE_MESSAGE, record->sent_at, record);
      kefu_timeline_item_update (item, record, grouped);
      g_ptr_array_add (items, item);
    }
  return items;
}

static KefuTimelineItem *
find_end (GPtrArray *old, KefuTimelineKind kind, KefuTimelineEdge edge, const char *error)
{
  KefuTimelineItem *item = find_mark (old, kind, 0);

  kefu_timeline_item_set_edge (item, edge, edge == KEFU_TIMELINE_EDGE_FAILED ? error : NULL);
  return item;
}

void
kefu_timeline_rows_add_ends (GPtrArray *items,
                             GPtrArray *old,
                             KefuTimelineEdge older,
                             KefuTimelineEdge newer,
                             const char *error)
{
  /* That nothing comes before is worth a word; that nothing comes after is what one expects. */
  if (older != KEFU_TIMELINE_EDGE_CACHE && (older != KEFU_TIMELINE_EDGE_END || items->len > 0))
    g_ptr_array_insert (items, 0, find_end (old, KEFU_TIMELINE_OLDER_END, older, error));
  if (newer != KEFU_TIMELINE_EDGE_CACHE && newer != KEFU_TIMELINE_EDGE_END)
    g_ptr_array_add (items, find_end (old, KEFU_TIMELINE_NEWER_END, newer, error));
}
