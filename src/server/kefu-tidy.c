/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the server forgets, and when. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-tidy.h"

#define DAY_MS (24LL * 3600 * 1000)
#define STEP_ROWS 500
/* How far the clock may be ahead of the last time it was looked at. */
#define LEAP_MS (7 * DAY_MS)

static const char done_sql[] =
  "DELETE FROM op_done WHERE op_id IN (SELECT op_id FROM op_done WHERE at < ?1 ORDER BY at LIMIT ?2)";
static const char seen_sql[] = "DELETE FROM inbound_seen WHERE (channel_id, event_id) IN"
                               " (SELECT channel_id, event_id FROM inbound_seen WHERE at < ?1 ORDER BY at LIMIT ?2)";

static gboolean
forget_tombstones (KefuDb *db, gint64 before, GError **error)
{
  if (kefu_db_int (db, 0, "SELECT 1 FROM change WHERE op = 'del' AND at < ?", "i", before) != 1)
    return TRUE;
  return kefu_db_run (
           db, error,
           "INSERT OR REPLACE INTO meta SELECT 'oldest_seq', max(seq) FROM change WHERE op = 'del' AND at < ?", "i",
           before) &&
         kefu_db_run (db, error, "DELETE FROM change WHERE op = 'del' AND at < ?", "i", before);
}

static gboolean
forget_rows (KefuDb *db, const char *sql, gint64 before, gboolean *more, GError **error)
{
  if (!kefu_db_run (db, error, sql, "ii", before, (gint64) STEP_ROWS))
    return FALSE;
  *more |= kefu_db_changes (db) == STEP_ROWS;
  return TRUE;
}

static gint64
read_time (KefuDb *db, const char *key)
{
  return kefu_db_int (db, 0, "SELECT value FROM meta WHERE key = ?", "s", key);
}

static gboolean
write_time (KefuDb *db, const char *key, gint64 time_ms, GError **error)
{
  return kefu_db_run (db, error, "INSERT OR REPLACE INTO meta VALUES(?, ?)", "si", key, time_ms);
}

/* A database that never noted it was last used when it last did something. */
static gint64
read_today (KefuDb *db, gint64 now_ms)
{
  gint64 today = read_time (db, "tidy_today");

  if (today == 0)
    today = MAX (kefu_db_int (db, 0, "SELECT max(at) FROM op_done", ""),
                 kefu_db_int (db, 0, "SELECT max(at) FROM inbound_seen", ""));
  return today != 0 ? today : now_ms;
}

gboolean
kefu_tidy_begin (KefuDb *db, gint64 now_ms, gint64 *today_ms, GError **error)
{
  gint64 today = read_today (db, now_ms);
  gint64 doubt = read_time (db, "tidy_doubt");

  if (now_ms - today <= LEAP_MS)
    {
      /* Also when it was set back. */
      today = now_ms;
      doubt = 0;
    }
  else if (doubt == 0 || now_ms < doubt)
    {
      g_message ("The clock is far ahead of what was stored last; nothing old is forgotten until that has lasted");
      doubt = now_ms;
    }
  else if (now_ms - doubt >= DAY_MS)
    {
      today += LEAP_MS;
      doubt = now_ms;
    }
  *today_ms = today;
  if (!kefu_db_begin (db, error))
    return FALSE;
  if (write_time (db, "tidy_today", today, error) && write_time (db, "tidy_doubt", doubt, error) &&
      kefu_db_commit (db, error))
    return TRUE;
  kefu_db_rollback (db);
  return FALSE;
}

gboolean
kefu_tidy_step (KefuDb *db, gint64 today_ms, gboolean *more, GError **error)
{
  gint64 done_before = today_ms - KEFU_DONE_DAYS * DAY_MS;

  *more = FALSE;
  if (kefu_db_begin (db, error) && forget_tombstones (db, today_ms - KEFU_TOMBSTONE_DAYS * DAY_MS, error) &&
      forget_rows (db, done_sql, done_before, more, error) && forget_rows (db, seen_sql, done_before, more, error) &&
      kefu_db_commit (db, error))
    return TRUE;
  kefu_db_rollback (db);
  *more = FALSE;
  return FALSE;
}
