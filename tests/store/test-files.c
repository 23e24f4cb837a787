/* SPDX-License-Identifier: GPL-3.0-or-later
 * The store's files: made private, found again, dropped or set aside when they are bad. */
#include "config.h"

#include <signal.h>
#include <sys/resource.h>

#include <glib/gstdio.h>

#include "kefu-db.h"
#include "store-fixture.h"

static guint
mode_of (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_mode & 0777;
}

static void
test_only_the_owner_can_read (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  static const char *const names[] = { "cache.db", "desk.db", "cache.db-wal", "desk.db-wal" };

  g_assert_cmpuint (mode_of (store->dir), ==, 0700);
  kefu_store_save_draft (store->store, CONV_1, "reply", "您好");
  g_free (test_draft (store, CONV_1, "reply"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = store_fixture_path (store, names[i]);

      g_assert_cmpuint (mode_of (path), ==, 0600);
    }
}

static void
test_a_new_store_is_empty (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (GPtrArray) inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);

  g_assert_cmpuint (inbox->len, ==, 0);
  g_assert_null (kefu_store_dup_cursor (store->store));
  g_assert_cmpint (kefu_store_get_synced_at (store->store), ==, 0);
  g_assert_null (kefu_store_get_notice (store->store));
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);
  g_assert_cmpstr (kefu_store_get_agent_id (store->store), ==, TEST_AGENT);
}

static void
test_content_survives_reopening (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *cursor = NULL;
  g_autofree char *draft = NULL;
  g_autoptr (GPtrArray) inbox = NULL;

  feed_put_shop (feed, 3);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  kefu_store_save_draft (store->store, CONV_1, "reply", "您好");
  store_fixture_reopen (store);

  cursor = kefu_store_dup_cursor (store->store);
  g_assert_cmpstr (cursor, ==, "epoch.10");
  g_assert_cmpint (kefu_store_get_synced_at (store->store), ==, TEST_NOW);
  inbox = test_inbox (store, KEFU_VIEW_MINE, KEFU_ORDER_NEWEST);
  g_assert_cmpuint (inbox->len, ==, 3);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "您好");
}

static void
damage (StoreFixture *store, const char *name)
{
  g_autofree char *path = store_fixture_path (store, name);

  store_fixture_close (store);
  g_assert_true (g_file_set_contents (path, "This is no database, it only looks like a file.", -1, NULL));
  store_fixture_open (store);
}

static void
test_a_damaged_cache_is_made_anew (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *draft = NULL;
  g_autoptr (GPtrArray) inbox = NULL;

  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  kefu_store_save_draft (store->store, CONV_1, "reply", "您好");
  damage (store, "cache.db");

  g_assert_null (kefu_store_dup_cursor (store->store));
  g_assert_null (kefu_store_get_notice (store->store));
  inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);
  g_assert_cmpuint (inbox->len, ==, 0);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "您好");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
}

static void
test_a_cache_of_another_version_is_made_anew (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (KefuDb) db = NULL;

  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  store_fixture_close (store);
  db = kefu_db_open (path, KEFU_DB_READ_WRITE, NULL);
  g_assert_true (kefu_db_exec (db, "UPDATE meta SET value = 999 WHERE key = 'version'", NULL));
  g_clear_pointer (&db, kefu_db_close);
  store_fixture_open (store);

  g_assert_null (kefu_store_dup_cursor (store->store));
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
}

static void
test_a_damaged_desk_is_set_aside_and_told (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *aside = NULL;
  g_autofree char *draft = NULL;

  damage (store, "desk.db");
  aside = g_strdup_printf ("%s/desk.db.corrupt-%" G_GINT64_FORMAT, store->dir, TEST_NOW);
  g_assert_true (g_file_test (aside, G_FILE_TEST_IS_REGULAR));
  g_assert_nonnull (strstr (kefu_store_get_notice (store->store), aside));
  kefu_store_save_draft (store->store, CONV_1, "reply", "您好");
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "您好");
}

/* Every version of desk.db that was ever out, read by this one. */
static void
test_desks_of_all_versions_are_read (void)
{
  static const char *const versions[] = { "desk-001.sql", "desk-002.sql", "desk-003.sql" };

  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (StoreFixture) store = store_fixture_new ();
      g_autofree char *path = store_fixture_path (store, "desk.db");
      g_autofree char *script = g_test_build_filename (G_TEST_DIST, "fixtures", versions[i], NULL);
      g_autofree char *sql = NULL;
      g_autofree char *draft = NULL;
      g_autoptr (KefuDb) desk = NULL;
      g_autoptr (Feed) feed = feed_new ("epoch");
      g_autoptr (GPtrArray) tray = NULL;
      g_autoptr (GPtrArray) messages = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", versions[i]);
      store_fixture_close (store);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_true (g_file_get_contents (script, &sql, NULL, &error));
      desk = kefu_db_open (path, KEFU_DB_DURABLE, NULL);
      kefu_db_exec (desk, sql, &error);
      g_assert_no_error (error);
      g_clear_pointer (&desk, kefu_db_close);
      store_fixture_open (store);

      g_assert_null (kefu_store_get_notice (store->store));
      /* One of them was confirmed to a cache that is not there any more. */
      g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 2);
      g_assert_cmpuint (kefu_store_get_n_rejected (store->store), ==, 1);
      feed_put_shop (feed, 1);
      test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
      messages = test_messages (store, CONV_1);
      g_assert_cmpuint (messages->len, ==, 3);
      tray = test_outbox (store);
      g_assert_cmpstr (((const KefuOutboxRecord *) g_ptr_array_index (tray, 0))->text, ==, "被退的");
      g_assert_cmpstr (((const KefuOutboxRecord *) g_ptr_array_index (tray, 0))->reason, ==, "too long");
      draft = test_draft (store, CONV_1, "reply");
      g_assert_cmpstr (draft, ==, "写了一半");
    }
}

static void
test_a_folder_that_cannot_be_made_is_an_error (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *file = store_fixture_path (store, "file");
  g_autofree char *dir = g_build_filename (file, "store", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  kefu_store_open_async (dir, store->clock, TEST_AGENT, KEFU_STORE_DEFAULT, NULL, test_got_result, &result);
  g_assert_null (kefu_store_open_finish (test_wait_result (&result), &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY);
}

static void
test_a_full_disk_at_the_start_drops_nothing (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *desk_path = store_fixture_path (store, "desk.db");
  g_autoptr (KefuDb) desk = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) inbox = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit old, none = { 0 };

  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  store_fixture_close (store);
  /* While it is open its files are there, so that it is the cache which finds no room. */
  desk = kefu_db_open (desk_path, KEFU_DB_DURABLE, NULL);
  g_assert_cmpint (kefu_db_int (desk, -1, "SELECT count(*) FROM outbox", ""), ==, 0);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  none.rlim_cur = 1;
  none.rlim_max = old.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  kefu_store_open_async (store->dir, store->clock, TEST_AGENT, KEFU_STORE_DEFAULT, NULL, test_got_result, &result);
  g_assert_null (kefu_store_open_finish (test_wait_result (&result), &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, KEFU_ERROR);

  store_fixture_open (store);
  inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);
  g_assert_cmpuint (inbox->len, ==, 1);
}

/* The folder stands where the file should: the cache cannot be made until it is gone. */
static void
test_a_cache_that_cannot_be_made_is_made_later (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) inbox = NULL;
  g_autoptr (GBytes) ops = NULL;
  g_autoptr (GError) reset_error = NULL;
  g_autoptr (GError) error = NULL;

  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  kefu_store_reset_cache_async (store->store, NULL, NULL, test_got_result, &result);
  g_assert_false (kefu_store_reset_cache_finish (store->store, test_wait_result (&result), &reset_error));
  g_assert_nonnull (reset_error);
  g_assert_null (
    test_perform (store, "conversation.status", "{'conversation_id':'" CONV_1 "','status':'resolved'}", &error));
  g_assert_nonnull (error);
  ops = test_take (store, 10);
  g_assert_null (ops);

  g_assert_cmpint (g_rmdir (path), ==, 0);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);
  g_assert_cmpuint (inbox->len, ==, 1);
}

static void
test_what_was_confirmed_to_a_lost_cache_is_asked_again (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autofree char *op_id = NULL;
  g_autofree char *results = NULL;
  g_autoptr (GBytes) ops = NULL;

  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  op_id = test_perform (store, "conversation.status", "{'conversation_id':'" CONV_1 "','status':'resolved'}", NULL);
  results = g_strdup_printf ("{'results':[{'op_id':'%s','status':'applied','rev':99,'seq':99}]}", op_id);
  g_assert_true (test_settle (store, results, NULL, NULL, NULL));
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);

  store_fixture_close (store);
  g_assert_cmpint (g_unlink (path), ==, 0);
  store_fixture_open (store);
  ops = test_take (store, 10);
  g_assert_nonnull (ops);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (ops, NULL), g_bytes_get_size (ops), op_id));
}

static void
test_a_closed_store_answers_with_an_error (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const KefuInboxQuery query = { .view = KEFU_VIEW_ALL, .order = KEFU_ORDER_NEWEST };

  kefu_store_close (store->store);
  kefu_store_list_inbox_async (store->store, &query, NULL, 0, NULL, test_got_result, &result);
  g_assert_null (kefu_store_list_finish (store->store, test_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_a_draft_is_the_last_text_and_goes_when_empty (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *reply = NULL;
  g_autofree char *note = NULL;
  g_autofree char *gone = NULL;

  for (int i = 0; i < 50; i++)
    {
      g_autofree char *text = g_strdup_printf ("第 %d 个字", i);

      kefu_store_save_draft (store->store, CONV_1, "reply", text);
    }
  kefu_store_save_draft (store->store, CONV_1, "note", "内部");
  reply = test_draft (store, CONV_1, "reply");
  note = test_draft (store, CONV_1, "note");
  g_assert_cmpstr (reply, ==, "第 49 个字");
  g_assert_cmpstr (note, ==, "内部");
  g_assert_true (kefu_change_set_has (store->seen, KEFU_CHANGE_DRAFT, CONV_1));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_1));

  kefu_store_save_draft (store->store, CONV_1, "reply", "");
  gone = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (gone, ==, "");
}

static void
test_a_draft_survives_a_kill (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *first = NULL;
  g_autofree char *draft = NULL;

  kefu_store_save_draft (store->store, CONV_1, "reply", "还没发");
  first = test_draft (store, CONV_1, "reply");
  store_fixture_kill (store);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "还没发");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/only-the-owner-can-read", test_only_the_owner_can_read);
  g_test_add_func ("/files/a-new-store-is-empty", test_a_new_store_is_empty);
  g_test_add_func ("/files/content-survives-reopening", test_content_survives_reopening);
  g_test_add_func ("/files/a-damaged-cache-is-made-anew", test_a_damaged_cache_is_made_anew);
  g_test_add_func ("/files/a-cache-of-another-version-is-made-anew", test_a_cache_of_another_version_is_made_anew);
  g_test_add_func ("/files/a-damaged-desk-is-set-aside-and-told", test_a_damaged_desk_is_set_aside_and_told);
  g_test_add_func ("/files/desks-of-all-versions-are-read", test_desks_of_all_versions_are_read);
  g_test_add_func ("/files/a-folder-that-cannot-be-made-is-an-error", test_a_folder_that_cannot_be_made_is_an_error);
  g_test_add_func ("/files/a-full-disk-at-the-start-drops-nothing", test_a_full_disk_at_the_start_drops_nothing);
  g_test_add_func ("/files/a-cache-that-cannot-be-made-is-made-later", test_a_cache_that_cannot_be_made_is_made_later);
  g_test_add_func ("/files/what-was-confirmed-to-a-lost-cache-is-asked-again",
                   test_what_was_confirmed_to_a_lost_cache_is_asked_again);
  g_test_add_func ("/files/a-closed-store-answers-with-an-error", test_a_closed_store_answers_with_an_error);
  g_test_add_func ("/drafts/the-last-text-and-gone-when-empty", test_a_draft_is_the_last_text_and_goes_when_empty);
  g_test_add_func ("/drafts/survive-a-kill", test_a_draft_survives_a_kill);
  return g_test_run ();
}
