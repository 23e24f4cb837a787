/* SPDX-License-Identifier: GPL-3.0-or-later
 * How much of the disk the desk's cache takes, beside the same rows in bare tables: no index, no full-text index, nothing derived. */
#include "config.h"

#include "bench-row.h"
#include "kefu-db.h"

/* What the server knows. Everything else in the cache is made from it. */
static const char *const entities[] = {
  "agent", "channel", "customer", "identity",       "conversation", "message",
  "read",  "orders",  "phrase",   "checklist_item", "phrase_group", "other_entity",
};

static gint64
size_of (KefuDb *db)
{
  return kefu_db_int (db, 0, "PRAGMA page_count", "") * kefu_db_int (db, 0, "PRAGMA page_size", "");
}

/* The bytes of a file that has nothing but the rows of @tables. */
static gint64
bare_size (const char *cache, const char *const *tables, guint n_tables)
{
  g_autofree char *folder = bench_make_folder ();
  g_autofree char *path = g_build_filename (folder, "bare.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_WRITE, &error);
  gint64 size;

  bench_check (error);
  kefu_db_attach (db, cache, "cache", &error);
  bench_check (error);
  for (guint i = 0; i < n_tables; i++)
    {
      g_autofree char *sql = g_strdup_printf ("CREATE TABLE main.%s AS SELECT * FROM cache.%s", tables[i], tables[i]);

      kefu_db_exec (db, sql, &error);
      bench_check (error);
    }
  kefu_db_exec (db, "VACUUM main", &error);
  bench_check (error);
  size = size_of (db);
  return size;
}

int
main (int argc, char **argv)
{
  static const char *const message[] = { "message" };
  g_autofree char *desk = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = NULL;
  double megabytes;
  double millions;
  gint64 of_messages;

  bench_begin (&argc, &argv, "The disk that the cache takes");
  desk = bench_copy_data ("desk");
  path = g_build_filename (desk, "cache.db", NULL);
  db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);
  bench_check (error);
  millions = (double) bench_data_number ("messages") / 1e6;
  megabytes = 1e6 * millions;

  /* the table, its indexes, and the tables of the full-text index */
  of_messages = kefu_db_int (db, 0,
                             "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN"
                             " (SELECT name FROM sqlite_schema WHERE tbl_name = 'message' OR tbl_name LIKE"
                             " 'message\\_fts%' ESCAPE '\\')",
                             "");
  bench_row (&(BenchRow){
    .what = "disk per million messages, with their search index",
    .unit = "MB",
    .ours = (double) of_messages / megabytes,
    .baseline = (double) bare_size (path, message, 1) / megabytes,
    .baseline_is = "bare table of the same messages",
    .max_ratio = 2.5,
  });
  bench_row (&(BenchRow){
    .what = "disk of the whole cache per million messages",
    .unit = "MB",
    .ours = (double) size_of (db) / megabytes,
    .baseline = (double) bare_size (path, entities, G_N_ELEMENTS (entities)) / megabytes,
    .baseline_is = "bare tables of the same entities",
    .max_ratio = 2.5,
  });
  g_clear_pointer (&db, kefu_db_close);
  return bench_end ();
}
