/* SPDX-License-Identifier: GPL-3.0-or-later
 * The disk fails the server. A power loss: of the log that was written but not forced, any beginning may be on the disk, and each
 * transaction is there whole or not at all. A full disk: a clear answer, nothing half done. */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kefu-storage.h"
#include "net-fixture.h"

#define N_EVENTS 30
#define N_CUTS 30

static char *
path_in (const char *dir, const char *name)
{
  return g_build_filename (dir, name, NULL);
}

/* (transfer full): a folder with the database as it lies there now, its log cut to @length bytes, then perhaps rubbish. */
static char *
copy_cut (const char *dir, gsize length, gboolean rubbish)
{
  static const char *const names[] = { "kefu.db", "kefu.db-wal" };
  char *copy = g_dir_make_tmp ("kefu-faults-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = path_in (dir, names[i]);
      g_autofree char *to = path_in (copy, names[i]);
      g_autofree char *content = NULL;
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gsize size;

      g_assert_true (g_file_get_contents (from, &content, &size, NULL));
      g_byte_array_append (bytes, (const guint8 *) content, (guint) (i == 1 ? MIN (size, length) : size));
      if (i == 1 && rubbish)
        g_byte_array_append (bytes, (const guint8 *) content, (guint) MIN (size, 5000));
      g_assert_true (g_file_set_contents (to, (const char *) bytes->data, bytes->len, NULL));
    }
  return copy;
}

static void
assert_none (KefuDb *db, const char *sql)
{
  gint64 n = kefu_db_int (db, -1, sql, "");

  if (n != 0)
    g_error ("%" G_GINT64_FORMAT " rows: %s", n, sql);
}

/* Returns how many events are there. */
static gint64
check_whole (const char *dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_storage_open_db (dir, &error);
  g_autofree char *sound = NULL;

  g_assert_no_error (error);
  sound = kefu_db_text (db, "PRAGMA integrity_check", "");
  g_assert_cmpstr (sound, ==, "ok");
  /* an event and its message, a message and its place in the feed, an operation and what it did: always both */
  assert_none (db, "SELECT count(*) FROM inbound_seen WHERE NOT EXISTS (SELECT 1 FROM message"
                   " WHERE id = json_extract(message_ids, '$[0]'))");
  assert_none (db, "SELECT (SELECT count(*) FROM inbound_seen) <> (SELECT count(*) FROM message WHERE dir = 'in')");
  assert_none (db, "SELECT count(*) FROM message WHERE rev NOT IN (SELECT seq FROM change WHERE kind = 'message')");
  assert_none (db, "SELECT (SELECT count(*) FROM op_done) <> (SELECT count(*) FROM message WHERE dir = 'none')");
  assert_none (db,
               "SELECT (SELECT coalesce(max(in_count), 0) FROM conversation) <> (SELECT count(*) FROM inbound_seen)");
  assert_none (db, "SELECT count(*) FROM change WHERE seq > (SELECT seq FROM sqlite_sequence WHERE name = 'change')");
  return kefu_db_int (db, -1, "SELECT count(*) FROM inbound_seen", "");
}

static void
test_a_cut_log_holds_whole_transactions (void)
{
  NetFixture fixture = { NULL };
  g_autoptr (GRand) chance = g_rand_new_with_seed (20);
  g_autofree char *log = NULL;
  g_autofree char *conversation = NULL;
  gint64 most = 0;
  gint64 fewest = N_EVENTS;
  GStatBuf info;

  net_set_up (&fixture, FALSE);
  for (guint i = 0; i < N_EVENTS; i++)
    {
      g_autofree char *event = g_strdup_printf ("event-%u", i);
      g_autofree char *id = net_id ();
      g_autofree char *op_id = net_id ();
      g_autofree char *args = NULL;
      g_autoptr (JsonObject) result = NULL;

      net_customer_writes (&fixture, event, "buyer", "在吗");
      if (conversation == NULL)
        conversation = net_sql (&fixture, "SELECT id FROM conversation");
      args = g_strdup_printf (
        "{\"id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"note\",\"body\":\"记\",\"at\":%" G_GINT64_FORMAT "}", id,
        conversation, net_now (&fixture));
      result = net_op (&fixture, op_id, "message.send", args);
      g_assert_cmpstr (json_object_get_string_member (result, "status"), ==, "applied");
    }
  log = path_in (fixture.dir, "kefu.db-wal");
  g_assert_cmpint (g_stat (log, &info), ==, 0);
  g_assert_cmpint (info.st_size, >, 100 * 4096);
  for (guint i = 0; i <= N_CUTS; i++)
    {
      gsize length = i == N_CUTS ? (gsize) info.st_size : (gsize) g_rand_int_range (chance, 0, (gint32) info.st_size);
      g_autofree char *copy = copy_cut (fixture.dir, length, i % 3 == 1);
      g_autofree char *remove = g_strdup_printf ("rm -rf '%s'", copy);
      gint64 n = check_whole (copy);

      most = MAX (most, n);
      fewest = MIN (fewest, n);
      g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL);
    }
  /* everything that was answered is in the log; and the cuts did cut */
  g_assert_cmpint (most, ==, N_EVENTS);
  g_assert_cmpint (fewest, <, N_EVENTS / 2);
  net_tear_down (&fixture);
}

/* The sender keeps the event and sends it again; nothing is half there; reading goes on. */
static void
test_a_full_disk_is_told_and_recovers (void)
{
  NetFixture fixture = { NULL };
  struct rlimit old, small;
  g_autofree char *log = NULL;
  g_autofree char *body = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  GStatBuf info;

  signal (SIGXFSZ, SIG_IGN);
  /* the server says it in its log, too */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  net_set_up (&fixture, FALSE);
  net_customer_writes (&fixture, "event-1", "buyer", "在吗");
  log = path_in (fixture.dir, "kefu.db-wal");
  g_assert_cmpint (g_stat (log, &info), ==, 0);
  before = net_digest (&fixture);
  body = net_message (&fixture, "event-2", "buyer", "还在吗");

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  small = old;
  small.rlim_cur = (rlim_t) info.st_size;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (NetAnswer) refused = net_inbound (&fixture, body);
      g_autoptr (NetAnswer) read = net_call_signed_in (&fixture, "GET", "/v1/sync", NULL);

      g_assert_cmpuint (refused->status, >=, 500);
      g_assert_nonnull (refused->json);
      g_assert_cmpuint (read->status, ==, 200);
    }
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  after = net_digest (&fixture);
  g_assert_cmpstr (before, ==, after);

  net_customer_writes (&fixture, "event-2", "buyer", "还在吗");
  g_assert_cmpint (net_sql_int (&fixture, "SELECT count(*) FROM message"), ==, 2);
  net_tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/net/faults/a-cut-log-holds-whole-transactions", test_a_cut_log_holds_whole_transactions);
  g_test_add_func ("/net/faults/a-full-disk-is-told-and-recovers", test_a_full_disk_is_told_and_recovers);

  return g_test_run ();
}
