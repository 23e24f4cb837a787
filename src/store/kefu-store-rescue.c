/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can still be read of a damaged desk.db. Runs on the writer's thread. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-json-scan.h"
#include "kefu-store-private.h"

/* The tables that hold what the agent made, with the columns that put their rows in order. */
static const struct
{
  const char *name;
  const char *order;
  const char *backwards;
} tables[] = {
  { "outbox", "n", "n DESC" },
  { "draft", "conversation_id, mode", "conversation_id DESC, mode DESC" },
  { "draft_file", "conversation_id, mode, sha256", "conversation_id DESC, mode DESC, sha256 DESC" },
};

/* (transfer full) (nullable): the columns that both files have, as "a, b, c", and as many parameters. */
static char *
common_columns (KefuDb *desk, KefuDb *damaged, const char *table, char **parameters)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GString) marks = g_string_new (NULL);
  g_autoptr (KefuStmt) stmt = kefu_db_query (desk, NULL, "SELECT name FROM pragma_table_info(?)", "s", table);

  while (stmt != NULL && kefu_stmt_step (stmt, NULL))
    {
      const char *column = kefu_stmt_text (stmt, 0);

      if (kefu_db_int (damaged, 0, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", "ss", table, column) != 1)
        continue;
      g_string_append_printf (columns, "%s%s", columns->len > 0 ? ", " : "", column);
      g_string_append (marks, marks->len > 0 ? ", ?" : "?");
    }
  if (columns->len == 0)
    return NULL;
  *parameters = g_string_free (g_steal_pointer (&marks), FALSE);
  return g_string_free (g_steal_pointer (&columns), FALSE);
}

/* Whether every text of a row is text, and one that begins as JSON does is JSON: a torn page may give anything. */
static gboolean
is_sane (sqlite3_stmt *row)
{
  for (int i = 0; i < sqlite3_column_count (row); i++)
    {
      const char *text = (const char *) sqlite3_column_text (row, i);
      gsize length = (gsize) sqlite3_column_bytes (row, i);

      if (sqlite3_column_type (row, i) != SQLITE_TEXT)
        continue;
      if (text == NULL || !g_utf8_validate_len (text, length, NULL))
        return FALSE;
      if (g_str_equal (sqlite3_column_name (row, i), "args") && !kefu_json_scan (text, length))
        return FALSE;
    }
  return TRUE;
}

/* Copies rows until the damage. */
static void
copy_rows (KefuDb *desk, KefuDb *damaged, const char *select, const char *insert)
{
  sqlite3_stmt *from = NULL;
  sqlite3_stmt *to = NULL;

  if (sqlite3_prepare_v2 (kefu_db_handle (damaged), select, -1, &from, NULL) == SQLITE_OK &&
      sqlite3_prepare_v2 (kefu_db_handle (desk), insert, -1, &to, NULL) == SQLITE_OK)
    while (sqlite3_step (from) == SQLITE_ROW)
      {
        if (!is_sane (from))
          continue;
        for (int i = 0; i < sqlite3_column_count (from); i++)
          sqlite3_bind_value (to, i + 1, sqlite3_column_value (from, i));
        sqlite3_step (to);
        sqlite3_reset (to);
      }
  sqlite3_finalize (from);
  sqlite3_finalize (to);
}

/* From both ends, so that one bad page in the middle costs what is on it and no more. */
static void
rescue_table (KefuDb *desk, KefuDb *damaged, guint table)
{
  g_autofree char *parameters = NULL;
  g_autofree char *columns = common_columns (desk, damaged, tables[table].name, &parameters);
  g_autofree char *insert = NULL;
  const char *const orders[] = { tables[table].order, tables[table].backwards };

  if (columns == NULL)
    return;
  insert = g_strdup_printf ("INSERT OR IGNORE INTO %s(%s) VALUES(%s)", tables[table].name, columns, parameters);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autofree char *select =
        g_strdup_printf ("SELECT %s FROM %s ORDER BY %s", columns, tables[table].name, orders[i]);

      copy_rows (desk, damaged, select, insert);
    }
}

guint
kefu_store_rescue (KefuDb *desk, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) damaged = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);

  if (damaged == NULL || !kefu_db_begin (desk, &error))
    {
      g_message ("Nothing can be read of %s: %s", path, error->message);
      return 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    rescue_table (desk, damaged, i);
  if (!kefu_db_commit (desk, &error))
    {
      g_message ("What was read of %s cannot be kept: %s", path, error->message);
      kefu_db_rollback (desk);
      return 0;
    }
  return (guint) kefu_db_int (desk, 0, "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM draft)", "");
}
