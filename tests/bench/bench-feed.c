/* SPDX-License-Identifier: GPL-3.0-or-later
 * Applying the feed to an empty store, beside the same rows by prepared INSERT into the same tables and the same full-text index of the messages.
 *
 * There are two ways to such a baseline. With the trigger that puts a message into the index, FTS5 writes each message to its tables by itself:
 * a statement that fires a trigger is a savepoint of its own, at the end of which nothing may be left in memory. With a second prepared INSERT
 * it gathers those of a transaction. The second is what one would write who has nothing else to do, and about 1.6 × as fast. */
#include "config.h"

#include "bench-feed-source.h"
#include "bench-row.h"
#include "kefu-store.h"

/* How many rows the baseline puts into one transaction: as many as a batch of the feed has. */
#define CHUNK 1000

/* --- ours --- */

static KefuStore *
open_store (const char *dir, const char *agent_id)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *opened = NULL;
  KefuStore *store;

  kefu_store_open_async (dir, clock, agent_id, KEFU_STORE_DEFAULT, NULL, bench_ready_cb, &opened);
  store = kefu_store_open_finish (bench_wait (&opened), &error);
  bench_check (error);
  g_object_unref (opened);
  return store;
}

/* Changes a second; what a server does to make the batches is not counted. */
static double
apply_feed (BenchFeedSource *source, const char *dir)
{
  KefuStore *store = open_store (dir, bench_feed_source_get_agent_id (source));
  g_autoptr (GError) error = NULL;
  double spent = 0;
  guint n = 0;
  GBytes *batch;

  while ((batch = bench_feed_source_next (source, &error)) != NULL)
    {
      GAsyncResult *applied = NULL;
      KefuBatchResult result;
      double start = bench_now ();

      kefu_store_apply_batch_async (store, batch, NULL, bench_ready_cb, &applied);
      kefu_store_apply_batch_finish (store, bench_wait (&applied), &result, &error);
      spent += bench_now () - start;
      bench_check (error);
      g_assert_true (result.applied);
      n += result.n_changes;
      g_object_unref (applied);
      g_bytes_unref (batch);
    }
  bench_check (error);
  kefu_store_close (store);
  g_object_unref (store);
  return n / spent * 1000;
}

/* --- the baseline --- */

/* The entities; other_entity has its own primary key, and is an entity's table like the others here. */
static const char *const tables[] = {
  "agent", "channel", "customer", "identity",       "conversation", "message",
  "read",  "orders",  "phrase",   "checklist_item", "phrase_group", "other_entity"
};
#define N_TABLES G_N_ELEMENTS (tables)

/* All rows of a server's table in the order of the feed, and the statement that puts one into the desk's. */
typedef struct
{
  sqlite3_stmt *select;
  sqlite3_stmt *insert;
  int n_columns;
  int rev_column;
  gint64 rev; /* of the row it stands on; G_MAXINT64 at the end */
} Table;

typedef struct
{
  Table *table;
  sqlite3_value **values;
} Row;

/* What the index of the messages is made of, in the order of kefu_message_words(). */
static const char *const word_columns[] = { "kind", "dir", "author_id", "body", "data" };

/* The second INSERT of a message. */
typedef struct
{
  sqlite3_stmt *insert; /* (nullable): NULL, the trigger does it */
  const Table *messages;
  int columns[G_N_ELEMENTS (word_columns)];
} Index;

static void
step (Table *self)
{
  int status = sqlite3_step (self->select);

  g_assert_true (status == SQLITE_ROW || status == SQLITE_DONE);
  self->rev = status == SQLITE_ROW ? sqlite3_column_int64 (self->select, self->rev_column) : G_MAXINT64;
}

static void
prepare (Table *self, const char *name, const char *agent_id, sqlite3 *server, sqlite3 *desk)
{
  g_autofree char *select = NULL;
  g_autoptr (GString) insert = g_string_new (NULL);
  g_autoptr (GString) marks = g_string_new (NULL);

  /* a read mark goes to its owner only */
  if (g_str_equal (name, "read"))
    select = g_strdup_printf ("SELECT * FROM read WHERE agent_id = '%s' ORDER BY rev", agent_id);
  else
    select = g_strdup_printf ("SELECT * FROM %s ORDER BY rev", name);
  if (sqlite3_prepare_v2 (server, select, -1, &self->select, NULL) != SQLITE_OK)
    g_error ("%s: %s", select, sqlite3_errmsg (server));
  self->n_columns = sqlite3_column_count (self->select);
  g_string_printf (insert, "INSERT INTO %s(", name);
  for (int i = 0; i < self->n_columns; i++)
    {
      const char *column = sqlite3_column_name (self->select, i);

      if (g_str_equal (column, "rev"))
        self->rev_column = i;
      g_string_append_printf (insert, "%s%s", i > 0 ? "," : "", column);
      g_string_append (marks, i > 0 ? ",?" : "?");
    }
  g_string_append_printf (insert, ") VALUES(%s)", marks->str);
  if (sqlite3_prepare_v2 (desk, insert->str, -1, &self->insert, NULL) != SQLITE_OK)
    g_error ("%s: %s", insert->str, sqlite3_errmsg (desk));
  step (self);
}

/* The next row of all tables together, out of the reading of which no time may come into the measure. FALSE: the end. */
static gboolean
fetch (Table *all, Row *row)
{
  Table *next = &all[0];

  for (guint i = 1; i < N_TABLES; i++)
    if (all[i].rev < next->rev)
      next = &all[i];
  if (next->rev == G_MAXINT64)
    return FALSE;
  row->table = next;
  row->values = g_new (sqlite3_value *, next->n_columns);
  for (int i = 0; i < next->n_columns; i++)
    row->values[i] = sqlite3_value_dup (sqlite3_column_value (next->select, i));
  step (next);
  return TRUE;
}

static void
prepare_index (Index *self, const Table *messages, sqlite3 *desk)
{
  self->messages = messages;
  for (guint k = 0; k < G_N_ELEMENTS (word_columns); k++)
    while (!g_str_equal (sqlite3_column_name (messages->select, self->columns[k]), word_columns[k]))
      self->columns[k]++;
  if (sqlite3_prepare_v2 (desk,
                          "INSERT INTO message_fts(rowid, body) VALUES(?1, kefu_message_words(?2, ?3, ?4, ?5, ?6))", -1,
                          &self->insert, NULL) != SQLITE_OK)
    g_error ("%s", sqlite3_errmsg (desk));
}

/* As the trigger does, for the row that was inserted last. */
static void
insert_words (Index *self, const Row *row, sqlite3 *desk)
{
  if (g_str_equal (sqlite3_value_text (row->values[self->columns[0]]), "event"))
    return;
  sqlite3_bind_int64 (self->insert, 1, sqlite3_last_insert_rowid (desk));
  for (int k = 0; k < (int) G_N_ELEMENTS (word_columns); k++)
    sqlite3_bind_value (self->insert, k + 2, row->values[self->columns[k]]);
  if (sqlite3_step (self->insert) != SQLITE_DONE)
    g_error ("%s", sqlite3_errmsg (desk));
  sqlite3_reset (self->insert);
}

static void
insert_rows (KefuDb *desk, const Row *rows, guint n, Index *index)
{
  g_autoptr (GError) error = NULL;

  kefu_db_begin (desk, &error);
  bench_check (error);
  for (guint i = 0; i < n; i++)
    {
      sqlite3_stmt *insert = rows[i].table->insert;

      for (int k = 0; k < rows[i].table->n_columns; k++)
        sqlite3_bind_value (insert, k + 1, rows[i].values[k]);
      if (sqlite3_step (insert) != SQLITE_DONE)
        g_error ("%s", sqlite3_errmsg (kefu_db_handle (desk)));
      sqlite3_reset (insert);
      if (index->insert != NULL && rows[i].table == index->messages)
        insert_words (index, &rows[i], kefu_db_handle (desk));
    }
  kefu_db_commit (desk, &error);
  bench_check (error);
}

/* Tables, indexes and the full-text index of the messages stay; what else a row sets off does not. @all: that which fills the index neither. */
static void
drop_triggers (KefuDb *desk, gboolean all)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (desk, &error,
                   "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND (?1 OR NOT (tbl_name = 'message' AND"
                   " sql LIKE '%AFTER INSERT%INSERT INTO message\\_fts(%' ESCAPE '\\'))",
                   "i", (gint64) all);

  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    g_ptr_array_add (names, g_strdup (kefu_stmt_text (stmt, 0)));
  bench_check (error);
  g_clear_pointer (&stmt, kefu_stmt_end);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *sql = g_strdup_printf ("DROP TRIGGER %s", (char *) g_ptr_array_index (names, i));

      kefu_db_exec (desk, sql, &error);
      bench_check (error);
    }
}

/* Rows a second. */
static double
insert_all (const char *server_dir, const char *agent_id, const char *dir, gboolean by_trigger)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *server_path = g_build_filename (server_dir, "kefu.db", NULL);
  g_autofree char *desk_path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (KefuDb) server = NULL;
  g_autoptr (KefuDb) desk = NULL;
  g_autofree Row *rows = g_new (Row, CHUNK);
  Table all[N_TABLES] = { 0 };
  Index index = { 0 };
  KefuStore *store = open_store (dir, agent_id);
  double spent = 0;
  guint total = 0;
  guint n;

  kefu_store_close (store);
  g_object_unref (store);
  server = kefu_db_open (server_path, KEFU_DB_READ_ONLY, &error);
  bench_check (error);
  desk = kefu_db_open (desk_path, KEFU_DB_READ_WRITE, &error);
  bench_check (error);
  drop_triggers (desk, !by_trigger);
  for (guint i = 0; i < N_TABLES; i++)
    {
      prepare (&all[i], tables[i], agent_id, kefu_db_handle (server), kefu_db_handle (desk));
      if (!by_trigger && g_str_equal (tables[i], "message"))
        prepare_index (&index, &all[i], kefu_db_handle (desk));
    }
  do
    {
      double start;

      for (n = 0; n < CHUNK && fetch (all, &rows[n]); n++)
        ;
      start = bench_now ();
      insert_rows (desk, rows, n, &index);
      spent += bench_now () - start;
      total += n;
      for (guint i = 0; i < n; i++)
        {
          for (int k = 0; k < rows[i].table->n_columns; k++)
            sqlite3_value_free (rows[i].values[k]);
          g_free (rows[i].values);
        }
    }
  while (n == CHUNK);
  for (guint i = 0; i < N_TABLES; i++)
    {
      sqlite3_finalize (all[i].select);
      sqlite3_finalize (all[i].insert);
    }
  sqlite3_finalize (index.insert);
  return total / spent * 1000;
}

int
main (int argc, char **argv)
{
  /* a small feed is soon over, and something else may have run meanwhile */
  guint rounds;
  g_autofree char *server_dir = NULL;
  g_autofree char *note = NULL;
  BenchRow rows[] = { {
                        .what = "applying the feed",
                        .unit = "rows/s",
                        .baseline_is = "prepared INSERT, its trigger fills the index",
                        .min_ratio = 0.7,
                      },
                      {
                        .what = "applying the feed, beside two INSERTs",
                        .unit = "rows/s",
                        .baseline_is = "prepared INSERT, another fills the index",
                      } };

  bench_begin (&argc, &argv, "Applying the feed to an empty store");
  rounds = bench_is_short () ? 2 : 1;
  server_dir = bench_copy_data ("server");
  note = g_strdup_printf ("%" G_GINT64_FORMAT " messages", bench_data_number ("messages"));
  for (guint i = 0; i < rounds; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BenchFeedSource) source = bench_feed_source_new (server_dir, bench_data_text ("login"), &error);
      g_autofree char *ours_dir = bench_make_folder ();
      double ours;

      bench_check (error);
      for (guint k = 0; k < G_N_ELEMENTS (rows); k++)
        {
          g_autofree char *dir = bench_make_folder ();
          double theirs = insert_all (server_dir, bench_data_text ("agent_id"), dir, k == 0);

          rows[k].baseline = MAX (rows[k].baseline, theirs);
        }
      ours = apply_feed (source, ours_dir);
      for (guint k = 0; k < G_N_ELEMENTS (rows); k++)
        rows[k].ours = MAX (rows[k].ours, ours);
    }
  for (guint k = 0; k < G_N_ELEMENTS (rows); k++)
    {
      rows[k].note = note;
      bench_row (&rows[k]);
    }
  return bench_end ();
}
