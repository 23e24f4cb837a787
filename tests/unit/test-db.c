/* SPDX-License-Identifier: GPL-3.0-or-later
 * The SQLite connection: what it opens, how it fails, how it migrates. */
#include "config.h"

#include <sys/stat.h>

#include <glib/gstdio.h>

#include "kefu-db.h"

typedef struct
{
  char *dir;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->dir = g_dir_make_tmp ("kefu-db-XXXXXX", NULL);
  self->path = g_build_filename (self->dir, "test.db", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  static const char *ends[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = g_strconcat (self->path, ends[i], NULL);
      g_unlink (path);
    }
  g_rmdir (self->dir);
  g_free (self->path);
  g_free (self->dir);
}

static KefuDb *
open_or_die (const char *path, KefuDbFlags flags)
{
  g_autoptr (GError) error = NULL;
  KefuDb *db = kefu_db_open (path, flags, &error);

  g_assert_no_error (error);
  g_assert_nonnull (db);
  return db;
}

static void
test_a_file_is_only_the_users (Fixture *self, gconstpointer data)
{
  g_autoptr (KefuDb) db = open_or_die (self->path, KEFU_DB_READ_WRITE);
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
  struct stat info;

  g_assert_true (kefu_db_exec (db, "CREATE TABLE t(a)", NULL));
  g_assert_cmpint (stat (self->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (wal, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_values_come_back_as_they_went_in (void)
{
  g_autoptr (KefuDb) db = open_or_die (":memory:", KEFU_DB_READ_WRITE);
  g_autoptr (GBytes) blob = g_bytes_new ("a\0b", 3);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (kefu_db_exec (db, "CREATE TABLE t(a, b, c, d, e, f)", NULL));
  g_assert_true (kefu_db_run (db, &error, "INSERT INTO t VALUES(?1, ?2, ?3, ?4, ?5, ?6)", "sidbns", "客服", G_MAXINT64,
                              0.5, blob, NULL));
  g_assert_cmpint (kefu_db_changes (db), ==, 1);

  stmt = kefu_db_query (db, &error, "SELECT * FROM t", "");
  g_assert_true (kefu_stmt_step (stmt, &error));
  g_assert_cmpstr (kefu_stmt_text (stmt, 0), ==, "客服");
  g_assert_cmpint (kefu_stmt_int (stmt, 1), ==, G_MAXINT64);
  g_assert_cmpstr (kefu_stmt_text (stmt, 2), ==, "0.5");
  back = kefu_stmt_bytes (stmt, 3);
  g_assert_true (g_bytes_equal (back, blob));
  g_assert_true (kefu_stmt_is_null (stmt, 4));
  g_assert_true (kefu_stmt_is_null (stmt, 5));
  g_assert_null (kefu_stmt_text (stmt, 5));
  g_assert_false (kefu_stmt_step (stmt, &error));
  g_assert_no_error (error);
}

static void
test_a_missing_row_gives_the_fallback (void)
{
  g_autoptr (KefuDb) db = open_or_die (":memory:", KEFU_DB_READ_WRITE);

  g_assert_cmpint (kefu_db_int (db, 7, "SELECT 1 WHERE 0", ""), ==, 7);
  g_assert_cmpint (kefu_db_int (db, 7, "SELECT NULL", ""), ==, 7);
  g_assert_cmpint (kefu_db_int (db, 7, "SELECT 3", ""), ==, 3);
  g_assert_null (kefu_db_text (db, "SELECT 1 WHERE 0", ""));
}

static void
test_a_query_may_run_inside_its_own_loop (void)
{
  g_autoptr (KefuDb) db = open_or_die (":memory:", KEFU_DB_READ_WRITE);
  const char *sql = "SELECT value FROM json_each('[1,2,3]') WHERE value > ?1";
  KefuStmt *outer = kefu_db_query (db, NULL, sql, "i", (gint64) 0);
  int rows = 0;

  while (kefu_stmt_step (outer, NULL))
    {
      KefuStmt *inner = kefu_db_query (db, NULL, sql, "i", (gint64) 1);

      while (kefu_stmt_step (inner, NULL))
        rows++;
      kefu_stmt_end (inner);
    }
  kefu_stmt_end (outer);
  g_assert_cmpint (rows, ==, 6);
}

static void
test_a_bad_statement_is_an_error (void)
{
  g_autoptr (KefuDb) db = open_or_die (":memory:", KEFU_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;

  g_assert_false (kefu_db_run (db, &error, "SELECT FROM", ""));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_DATABASE);
}

static void
test_a_rolled_back_transaction_leaves_nothing (void)
{
  g_autoptr (KefuDb) db = open_or_die (":memory:", KEFU_DB_READ_WRITE);

  g_assert_true (kefu_db_exec (db, "CREATE TABLE t(a)", NULL));
  g_assert_true (kefu_db_begin (db, NULL));
  g_assert_true (kefu_db_run (db, NULL, "INSERT INTO t VALUES(1)", ""));
  kefu_db_rollback (db);
  kefu_db_rollback (db);
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM t", ""), ==, 0);

  g_assert_true (kefu_db_begin (db, NULL));
  g_assert_true (kefu_db_run (db, NULL, "INSERT INTO t VALUES(1)", ""));
  g_assert_true (kefu_db_commit (db, NULL));
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM t", ""), ==, 1);
}

static void
test_a_file_that_is_no_database_is_corrupt (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rubbish = g_strnfill (4096, 'x');

  g_assert_true (g_file_set_contents (self->path, rubbish, -1, NULL));
  g_assert_null (kefu_db_open (self->path, KEFU_DB_READ_WRITE, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT);
}

static void
test_a_missing_folder_cannot_be_written (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->dir, "none", "test.db", NULL);

  g_assert_null (kefu_db_open (path, KEFU_DB_READ_WRITE, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY);
}

static void
test_a_full_disk_says_so (Fixture *self, gconstpointer data)
{
  g_autoptr (KefuDb) db = open_or_die (self->path, KEFU_DB_DURABLE);
  g_autoptr (GError) error = NULL;

  /* SQLITE_FULL is also what a full disk gives. */
  g_assert_true (kefu_db_exec (db, "CREATE TABLE t(a); PRAGMA max_page_count=4", NULL));
  g_assert_false (kefu_db_run (db, &error, "INSERT INTO t VALUES(zeroblob(100000))", ""));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_DISK_FULL);
}

static void
test_a_reader_sees_commits_and_cannot_write (Fixture *self, gconstpointer data)
{
  g_autoptr (KefuDb) writer = open_or_die (self->path, KEFU_DB_READ_WRITE);
  g_autoptr (KefuDb) reader = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (kefu_db_exec (writer, "CREATE TABLE t(a)", NULL));
  reader = open_or_die (self->path, KEFU_DB_READ_ONLY);
  g_assert_true (kefu_db_begin (writer, NULL));
  g_assert_true (kefu_db_run (writer, NULL, "INSERT INTO t VALUES(1)", ""));
  g_assert_cmpint (kefu_db_int (reader, -1, "SELECT count(*) FROM t", ""), ==, 0);
  g_assert_true (kefu_db_commit (writer, NULL));
  g_assert_cmpint (kefu_db_int (reader, -1, "SELECT count(*) FROM t", ""), ==, 1);
  g_assert_false (kefu_db_run (reader, &error, "INSERT INTO t VALUES(2)", ""));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY);
}

static void
test_migrating_runs_each_script_once (Fixture *self, gconstpointer data)
{
  g_autoptr (KefuDb) db = open_or_die (self->path, KEFU_DB_READ_WRITE);
  g_autofree char *colour = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (kefu_db_migrate (db, "/test/two", &error));
  g_assert_no_error (error);
  g_assert_true (kefu_db_run (db, NULL, "INSERT INTO kept(name) VALUES('a')", ""));
  g_assert_true (kefu_db_migrate (db, "/test/two", &error));
  g_assert_no_error (error);
  colour = kefu_db_text (db, "SELECT colour FROM kept", "");
  g_assert_cmpstr (colour, ==, "green");
}

static void
test_a_failed_script_leaves_the_version_before_it (Fixture *self, gconstpointer data)
{
  g_autoptr (KefuDb) db = open_or_die (self->path, KEFU_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;

  g_assert_false (kefu_db_migrate (db, "/test/broken", &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_DATABASE);
  g_assert_cmpint (kefu_db_int (db, 0, "SELECT version FROM schema_version WHERE dir = '/test/broken'", ""), ==, 1);
  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'", ""), ==, 0);
}

static void
test_a_newer_version_is_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (KefuDb) db = open_or_die (self->path, KEFU_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;

  g_assert_true (kefu_db_migrate (db, "/test/one", NULL));
  g_assert_true (kefu_db_run (db, NULL, "UPDATE schema_version SET version = 9", ""));
  g_assert_false (kefu_db_migrate (db, "/test/one", &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "9"));
}

static gboolean
is_prepared (KefuDb *db, const char *sql)
{
  for (sqlite3_stmt *stmt = sqlite3_next_stmt (kefu_db_handle (db), NULL); stmt != NULL;
       stmt = sqlite3_next_stmt (kefu_db_handle (db), stmt))
    if (g_str_equal (sqlite3_sql (stmt), sql))
      return TRUE;
  return FALSE;
}

static void
test_the_statement_of_last_is_ready_for_the_next_time (void)
{
  g_autoptr (KefuDb) db = open_or_die (":memory:", KEFU_DB_READ_WRITE);
  guint n = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT %u", i);

      g_assert_cmpint (kefu_db_int (db, -1, sql, ""), ==, i);
      g_assert_true (is_prepared (db, sql));
    }
  /* and not all of them are kept */
  for (sqlite3_stmt *stmt = sqlite3_next_stmt (kefu_db_handle (db), NULL); stmt != NULL;
       stmt = sqlite3_next_stmt (kefu_db_handle (db), stmt))
    n++;
  g_assert_cmpuint (n, <, 500);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/db/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("a-file-is-only-the-users", test_a_file_is_only_the_users);
  g_test_add_func ("/db/values-come-back-as-they-went-in", test_values_come_back_as_they_went_in);
  g_test_add_func ("/db/a-missing-row-gives-the-fallback", test_a_missing_row_gives_the_fallback);
  g_test_add_func ("/db/a-query-may-run-inside-its-own-loop", test_a_query_may_run_inside_its_own_loop);
  g_test_add_func ("/db/a-bad-statement-is-an-error", test_a_bad_statement_is_an_error);
  g_test_add_func ("/db/a-rolled-back-transaction-leaves-nothing", test_a_rolled_back_transaction_leaves_nothing);
  ADD ("a-file-that-is-no-database-is-corrupt", test_a_file_that_is_no_database_is_corrupt);
  ADD ("a-missing-folder-cannot-be-written", test_a_missing_folder_cannot_be_written);
  ADD ("a-full-disk-says-so", test_a_full_disk_says_so);
  ADD ("a-reader-sees-commits-and-cannot-write", test_a_reader_sees_commits_and_cannot_write);
  ADD ("migrating-runs-each-script-once", test_migrating_runs_each_script_once);
  ADD ("a-failed-script-leaves-the-version-before-it", test_a_failed_script_leaves_the_version_before_it);
  ADD ("a-newer-version-is-refused", test_a_newer_version_is_refused);
#undef ADD
  g_test_add_func ("/db/the-statement-of-last-is-ready-for-the-next-time",
                   test_the_statement_of_last_is_ready_for_the_next_time);
  return g_test_run ();
}
