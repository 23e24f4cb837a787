/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the server forgets by its age, and what it must not. */
#include "config.h"

#include <string.h>

#include "kefu-tidy.h"
#include "net-fixture.h"

#define DAY_MS (24LL * 3600 * 1000)

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
write_now (NetFixture *fixture, KefuServerWriteFunc func, gpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_server_write_async (fixture->server, func, data, NULL, NULL, result_cb, &result);
  NET_WAIT_UNTIL (result != NULL);
  kefu_server_write_finish (fixture->server, result, &error);
  g_assert_no_error (error);
}

static gint64
tidy_time (NetFixture *fixture, const char *key)
{
  g_autofree char *sql = g_strdup_printf ("SELECT ifnull((SELECT value FROM meta WHERE key = 'tidy_%s'), 0)", key);

  return net_sql_int (fixture, sql);
}

/* Lets the server be away for @days, and look for what is old. The sign-in is not what this is about. */
static void
sleep_days (NetFixture *fixture, gint64 days)
{
  net_restart_later (fixture, days * DAY_MS);
  net_exec (fixture, "UPDATE session SET seen_at = unixepoch() * 100000");
  /* Nor is whether the clock can be believed. */
  net_tidied_today (fixture);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 1000);
}

/* (transfer full) */
static char *
read_args (NetFixture *fixture)
{
  g_autofree char *conversation = net_sql (fixture, "SELECT id FROM conversation");

  return g_strdup_printf ("{\"conversation_id\":\"%s\",\"mseq\":1,\"in_no\":1}", conversation);
}

static char *
op_status (NetFixture *fixture, const char *op_id, const char *args)
{
  g_autoptr (JsonObject) result = net_op (fixture, op_id, "conversation.read", args);

  return g_strdup (json_object_get_string_member (result, "status"));
}

/* A desk or a channel that comes back after months is still known; after half a year it is not. */
static void
test_repeats_are_known_for_180_days (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *args = NULL;
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  g_autofree char *body = NULL;
  g_autoptr (NetAnswer) repeat = NULL;

  net_customer_writes (fixture, "e1", "k1", "在吗？");
  args = read_args (fixture);
  first = op_status (fixture, op_id, args);
  g_assert_cmpstr (first, ==, "applied");
  sleep_days (fixture, 179);
  again = op_status (fixture, op_id, args);
  g_assert_cmpstr (again, ==, "duplicate");
  body = net_message (fixture, "e1", "k1", "在吗？");
  repeat = net_inbound (fixture, body);
  g_assert_nonnull (strstr (repeat->text, "\"duplicate\""));
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM message"), ==, 1);
  sleep_days (fixture, 2);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT count(*) FROM op_done") == 0 &&
                  net_sql_int (fixture, "SELECT count(*) FROM inbound_seen") == 0);
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM message"), ==, 1);
}

static gboolean
write_nothing (KefuWrite *write, gpointer user_data, GError **error)
{
  return TRUE;
}

/* One boot with a clock that is half a year ahead. */
static void
test_a_clock_far_ahead_erases_nothing (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "kefu.db", NULL);
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_WRITE, NULL);
  g_autoptr (GError) error = NULL;
  gint64 start = net_now (fixture);
  gint64 today;

  net_customer_writes (fixture, "e1", "k1", "在吗？");
  net_restart_later (fixture, 200 * DAY_MS);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 1000);
  NET_WAIT_UNTIL (tidy_time (fixture, "doubt") > 0);
  /* Behind the job that doubted. */
  write_now (fixture, write_nothing, NULL);
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM inbound_seen"), ==, 1);
  g_assert_cmpint (tidy_time (fixture, "today"), <, start + DAY_MS);
  /* However often it is started: a week a day. */
  for (guint hours = 1; hours <= 72; hours++)
    {
      g_assert_true (kefu_tidy_begin (db, start + 200 * DAY_MS + hours * (DAY_MS / 24), &today, &error));
      g_assert_no_error (error);
      g_assert_cmpint (today, <=, start + DAY_MS + hours / 24 * 7 * DAY_MS);
    }
  g_assert_cmpint (today, >=, start + 14 * DAY_MS);
  /* It is set right. */
  g_assert_true (kefu_tidy_begin (db, start + DAY_MS, &today, &error));
  g_assert_cmpint (today, ==, start + DAY_MS);
  g_assert_cmpint (tidy_time (fixture, "doubt"), ==, 0);
}

#define OLD_ROWS 1700

static gboolean
put_old_rows (KefuWrite *write, gpointer user_data, GError **error)
{
  KefuDb *db = kefu_write_get_db (write);
  gint64 now = kefu_write_get_now (write);

  for (gint64 i = 0; i < OLD_ROWS; i++)
    {
      /* One in a hundred is young. */
      gint64 at = i % 100 == 0 ? now : now - 200 * DAY_MS - i;

      if (!kefu_db_run (db, error, "INSERT INTO op_done(op_id, hash, result, at) VALUES('o' || ?1, x'00', '{}', ?2)",
                        "ii", i, at) ||
          !kefu_db_run (db, error, "INSERT INTO inbound_seen(channel_id, event_id, at) VALUES('c', 'e' || ?1, ?2)",
                        "ii", i, at))
        return FALSE;
    }
  return kefu_db_run (db, error, "INSERT INTO audit(at, what) VALUES(1, 'reveal')", "") &&
         kefu_db_run (
           db, error,
           "INSERT INTO outbound(message_id, conversation_id, mseq, channel_id, delivery_id, first_at, next_at)"
           " VALUES('m', 'c', 1, 'none', 'd', 1, 1)",
           "");
}

/* Many go in many small steps, the others write meanwhile; what must be answered for stays. */
static void
test_many_go_in_steps (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "kefu.db", NULL);
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_WRITE, NULL);
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;

  write_now (fixture, put_old_rows, NULL);
  kefu_tidy_step (db, net_now (fixture), &more, &error);
  g_assert_no_error (error);
  g_assert_true (more);
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM op_done"), ==, OLD_ROWS - 500);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), DAY_MS);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 1000);
  net_customer_writes (fixture, "new", "k1", "在吗？");
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT count(*) FROM op_done") == OLD_ROWS / 100);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT count(*) FROM inbound_seen") == OLD_ROWS / 100 + 1);
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM audit"), ==, 1);
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM outbound"), ==, 1);
}

/* A step looks at old rows only, however many there are. */
static void
test_steps_use_the_index (NetFixture *fixture, gconstpointer data)
{
  static const char *const queries[] = {
    "EXPLAIN QUERY PLAN SELECT op_id FROM op_done WHERE at < 1 ORDER BY at LIMIT 500",
    "EXPLAIN QUERY PLAN SELECT channel_id, event_id FROM inbound_seen WHERE at < 1 ORDER BY at LIMIT 500",
  };
  g_autofree char *path = g_build_filename (fixture->dir, "kefu.db", NULL);
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);

  g_assert_nonnull (db);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (KefuStmt) stmt = kefu_db_query (db, NULL, queries[i], "");

      g_assert_true (kefu_stmt_step (stmt, NULL));
      g_assert_nonnull (strstr (kefu_stmt_text (stmt, 3), "USING COVERING INDEX"));
      g_assert_false (kefu_stmt_step (stmt, NULL));
    }
}

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, TRUE);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/tidy/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("repeats-are-known-for-180-days", test_repeats_are_known_for_180_days);
  ADD ("a-clock-far-ahead-erases-nothing", test_a_clock_far_ahead_erases_nothing);
  ADD ("many-go-in-steps", test_many_go_in_steps);
  ADD ("steps-use-the-index", test_steps_use_the_index);
  return g_test_run ();
}
