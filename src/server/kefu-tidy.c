/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the server forgets, and when. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-tidy.h"

#define DAY_MS (24LL * 3600 * 1000)
#define STEP_ROWS 500

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

gboolean
kefu_tidy_step (KefuDb *db, gint64 now_ms, gboolean *more, GError **error)
{
  gint64 done_before = now_ms - KEFU_DONE_DAYS * DAY_MS;

  *more = FALSE;
  if (kefu_db_begin (db, error) && forget_tombstones (db, now_ms - KEFU_TOMBSTONE_DAYS * DAY_MS, error) &&
      forget_rows (db, done_sql, done_before, more, error) && forget_rows (db, seen_sql, done_before, more, error) &&
      kefu_db_commit (db, error))
    return TRUE;
  kefu_db_rollback (db);
  *more = FALSE;
  return FALSE;
}
