/* SPDX-License-Identifier: GPL-3.0-or-later
 * What lies on the disk: nobody else may read it, and where nothing shall be kept, nothing is there. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kefu-private-files.h"
#include "store-fixture.h"

#define THEIRS "客户说的秘密七三一"
#define OURS "客服答的秘密八四二"

typedef void (*FileFunc) (const char *path, const GStatBuf *info, gpointer data);

static void
for_each (const char *dir, FileFunc func, gpointer data)
{
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;
  GStatBuf info;

  g_assert_nonnull (entries);
  g_assert_cmpint (g_lstat (dir, &info), ==, 0);
  func (dir, &info, data);
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      g_assert_cmpint (g_lstat (path, &info), ==, 0);
      if (S_ISDIR (info.st_mode))
        for_each (path, func, data);
      else
        func (path, &info, data);
    }
}

static void
assert_private (const char *path, const GStatBuf *info, gpointer data)
{
  guint *n = data;

  g_test_message ("%s %o", path, info->st_mode);
  g_assert_cmpuint (info->st_mode & 07777, ==, S_ISDIR (info->st_mode) ? 0700 : 0600);
  (*n)++;
}

static void
open_to_all (const char *path, const GStatBuf *info, gpointer data)
{
  g_assert_cmpint (g_chmod (path, S_ISDIR (info->st_mode) ? 0755 : 0644), ==, 0);
}

typedef struct
{
  const char *text;
  guint n;
} Sought;

static void
look_for (const char *path, const GStatBuf *info, gpointer data)
{
  Sought *sought = data;
  g_autofree char *content = NULL;
  gsize size;

  if (!S_ISREG (info->st_mode))
    return;
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  if (memmem (content, size, sought->text, strlen (sought->text)) == NULL)
    return;
  g_test_message ("“%s” is in %s", sought->text, path);
  sought->n++;
}

static guint
n_files_with (StoreFixture *store, const char *text)
{
  Sought sought = { .text = text };

  for_each (store->dir, look_for, &sought);
  return sought.n;
}

static StoreFixture *
forgetful_new (void)
{
  StoreFixture *store = store_fixture_new ();

  store_fixture_close (store);
  store->flags = KEFU_STORE_KEEP_NOTHING;
  store_fixture_open (store);
  return store;
}

/* A customer writes, the agent answers. */
static char *
play (StoreFixture *store, Feed *feed)
{
  char *op_id;

  feed_put_shop (feed, 2);
  feed_put_message (feed, CONV_1, MESSAGE_3, 2, THEIRS);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  op_id =
    test_perform (store, "message.send",
                  "{'id':'" ID_1 "','conversation_id':'" CONV_1 "','kind':'text','body':'" OURS "','at':1}", NULL);
  g_assert_nonnull (op_id);
  return op_id;
}

static void
confirm (StoreFixture *store, Feed *feed, const char *op_id)
{
  gint64 seq =
    feed_put (feed, "message", ID_1,
              "'conversation_id':'" CONV_1 "','mseq':3,'kind':'text','dir':'out','body':'" OURS "','in_no':0,"
              "'sent_at':1,'delivery':'sent'");
  g_autofree char *results = g_strdup_printf ("{'results':[{'op_id':'%s','status':'applied','seq':%" G_GINT64_FORMAT
                                              ",'rev':%" G_GINT64_FORMAT "}]}",
                                              op_id, seq, seq);

  g_assert_true (test_settle (store, results, NULL, NULL, NULL));
  test_apply_ok (store, feed_batch (feed, seq - 1, -1, FALSE));
}

static void
test_all_files_are_private (void)
{
  mode_t old = umask (0);
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *blobs = store_fixture_path (store, "blobs");
  g_autofree char *blob = g_build_filename (blobs, "abc", NULL);
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *op_id = play (store, feed);
  guint n = 0;

  for_each (store->dir, assert_private, &n);
  g_assert_cmpuint (n, >=, 7);
  confirm (store, feed, op_id);

  /* as a careless backup would put them back */
  store_fixture_close (store);
  g_assert_cmpint (g_mkdir (blobs, 0777), ==, 0);
  g_assert_true (g_file_set_contents (blob, "x", 1, NULL));
  for_each (store->dir, open_to_all, NULL);
  store_fixture_open (store);
  n = 0;
  for_each (store->dir, assert_private, &n);
  g_assert_cmpuint (n, >=, 5);
  g_unlink (blob);
  g_rmdir (blobs);
  umask (old);
}

static void
test_a_link_is_not_followed (void)
{
  g_autofree char *dir = g_dir_make_tmp ("kefu-private-XXXXXX", NULL);
  g_autofree char *outside = g_dir_make_tmp ("kefu-outside-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (outside, "file", NULL);
  g_autofree char *link = g_build_filename (dir, "link", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_chmod (outside, 0755);
  g_chmod (file, 0644);
  g_assert_cmpint (symlink (outside, link), ==, 0);
  kefu_private_files_mend (dir);
  g_assert_cmpint (g_stat (file, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0644);

  g_assert_true (kefu_private_files_remove (dir, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (dir, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  g_assert_true (kefu_private_files_remove (outside, "file", NULL));
}

static gboolean
wait_for_open (const char *dir, StoreFixture *store, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KefuStore) second = NULL;

  kefu_store_open_async (dir, store->clock, TEST_AGENT, KEFU_STORE_DEFAULT, NULL, test_got_result, &result);
  second = kefu_store_open_finish (test_wait_result (&result), error);
  if (second == NULL)
    return FALSE;
  kefu_store_close (second);
  return TRUE;
}

static void
test_a_second_opening_is_refused (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *lock = store_fixture_path (store, "lock");
  g_autoptr (GError) error = NULL;
  int status;
  pid_t child;

  g_assert_false (wait_for_open (store->dir, store, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_BUSY);
  g_clear_error (&error);

  /* another process, which dies without a word */
  store_fixture_close (store);
  child = fork ();
  if (child == 0)
    _exit (kefu_private_files_lock (lock, 0, NULL) >= 0 ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  g_assert_true (wait_for_open (store->dir, store, &error));
  g_assert_no_error (error);
  store_fixture_open (store);
}

static void
test_a_cache_in_memory_answers_like_one_on_disk (void)
{
  g_autoptr (StoreFixture) store = forgetful_new ();
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *op_id = play (store, feed);
  g_autofree char *cursor = kefu_store_dup_cursor (store->store);
  g_autoptr (GPtrArray) messages = test_messages (store, CONV_1);
  g_autoptr (GPtrArray) hits = test_search (store, "秘密");
  g_autoptr (GPtrArray) inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);

  g_assert_true (kefu_store_keeps_nothing (store->store));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (cursor, ==, "epoch.9");
  g_assert_cmpuint (messages->len, ==, 3);
  g_assert_cmpuint (hits->len, ==, 2);
  g_assert_cmpuint (inbox->len, ==, 2);
  confirm (store, feed, op_id);
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);

  /* the way back after 410, while a reader is open */
  test_reset (store, "other");
  g_clear_pointer (&messages, g_ptr_array_unref);
  messages = test_messages (store, CONV_1);
  g_assert_cmpuint (messages->len, ==, 0);
}

static gssize
n_drafts (StoreFixture *store)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_count_drafts_async (store->store, NULL, test_got_result, &result);
  return kefu_store_count_drafts_finish (store->store, test_wait_result (&result), NULL);
}

static void
test_what_customers_write_is_not_on_the_disk (void)
{
  g_autoptr (StoreFixture) store = forgetful_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *op_id = play (store, feed);
  g_autofree char *draft = NULL;

  g_assert_cmpuint (n_files_with (store, THEIRS), ==, 0);
  /* what only this desk has must survive it */
  g_assert_cmpuint (n_files_with (store, OURS), ==, 1);
  confirm (store, feed, op_id);
  g_assert_cmpuint (n_files_with (store, OURS), ==, 0);

  kefu_store_save_draft (store->store, CONV_1, "reply", OURS);
  g_assert_cmpint (n_drafts (store), ==, 1);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpuint (n_files_with (store, OURS), >, 0);
  kefu_store_save_draft (store->store, CONV_1, "reply", "");
  g_free (draft);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "");
  g_assert_cmpuint (n_files_with (store, OURS), ==, 0);
}

static void
test_what_is_unsent_survives_without_the_cache (void)
{
  g_autoptr (StoreFixture) store = forgetful_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *op_id = play (store, feed);
  g_autoptr (GPtrArray) messages = NULL;

  store_fixture_kill (store);
  g_assert_null (kefu_store_dup_cursor (store->store));
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  messages = test_messages (store, CONV_1);
  g_assert_cmpuint (messages->len, ==, 3);
  g_assert_cmpstr (((const KefuMessageRecord *) g_ptr_array_index (messages, 2))->body, ==, OURS);
}

static void
test_switching_deletes_what_was_kept (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *blobs = store_fixture_path (store, "blobs");
  g_autofree char *blob = g_build_filename (blobs, "abc", NULL);
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *op_id = play (store, feed);
  g_autofree char *cursor = NULL;
  g_autofree char *draft = NULL;

  confirm (store, feed, op_id);
  g_assert_cmpuint (n_files_with (store, THEIRS), >, 0);
  g_assert_cmpint (g_mkdir (blobs, 0700), ==, 0);
  g_assert_true (g_file_set_contents (blob, "x", 1, NULL));
  store->flags = KEFU_STORE_KEEP_NOTHING;
  store_fixture_reopen (store);
  g_assert_cmpuint (n_files_with (store, THEIRS), ==, 0);
  g_assert_cmpuint (n_files_with (store, OURS), ==, 0);
  g_assert_false (g_file_test (blobs, G_FILE_TEST_EXISTS));
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));

  store->flags = KEFU_STORE_DEFAULT;
  store_fixture_reopen (store);
  g_assert_false (kefu_store_keeps_nothing (store->store));
  cursor = kefu_store_dup_cursor (store->store);
  g_assert_null (cursor);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));

  /* what was deleted while traces were allowed is swept again */
  kefu_store_save_draft (store->store, CONV_1, "reply", OURS);
  draft = test_draft (store, CONV_1, "reply");
  kefu_store_save_draft (store->store, CONV_1, "reply", "");
  g_free (draft);
  draft = test_draft (store, CONV_1, "reply");
  store_fixture_close (store);
  g_assert_cmpuint (n_files_with (store, OURS), >, 0);
  store->flags = KEFU_STORE_KEEP_NOTHING;
  store_fixture_open (store);
  g_assert_cmpuint (n_files_with (store, OURS), ==, 0);
}

static void
count_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  g_assert_no_error (error);
  (*(guint *) user_data)--;
}

static gboolean
is_zero (gpointer data)
{
  return *(guint *) data == 0;
}

/* One customer after the other writes while the agent pages and searches: no call fails, and a write is not held up by the reading. */
static void
test_reader_and_writer_get_along (void)
{
  g_autoptr (KefuSearchQuery) query = NULL;
  g_autoptr (StoreFixture) store = forgetful_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  guint waiting = 0;
  gint64 slowest = 0;

  feed_put_shop (feed, 4);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i);

      feed_put_message (feed, CONV_1, id, i + 2, "亲，我的手表什么时候发货？");
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  query = kefu_search_query_new ("发货", TEST_NOW);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%u", i);
      gint64 seq = feed_put_message (feed, CONV_2, id, i + 2, "在吗");
      gint64 start = g_get_monotonic_time ();

      for (guint k = 0; k < 3; k++, waiting++)
        kefu_store_search_async (store->store, query, 50, NULL, count_cb, &waiting);
      kefu_store_list_messages_async (store->store, CONV_1, G_MAXINT64, -1, 200, NULL, count_cb, &waiting);
      waiting++;
      test_apply_ok (store, feed_batch (feed, seq - 1, -1, FALSE));
      slowest = MAX (slowest, g_get_monotonic_time () - start);
    }
  test_wait_for (is_zero, &waiting);
  g_test_message ("the slowest of 200 batches took %.1f ms beside 800 queries", (double) slowest / 1000);
  g_assert_cmpint (slowest, <, 2 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/at-rest/all-files-are-private", test_all_files_are_private);
  g_test_add_func ("/at-rest/a-link-is-not-followed", test_a_link_is_not_followed);
  g_test_add_func ("/at-rest/a-second-opening-is-refused", test_a_second_opening_is_refused);
  g_test_add_func ("/at-rest/a-cache-in-memory-answers-like-one-on-disk",
                   test_a_cache_in_memory_answers_like_one_on_disk);
  g_test_add_func ("/at-rest/what-customers-write-is-not-on-the-disk", test_what_customers_write_is_not_on_the_disk);
  g_test_add_func ("/at-rest/what-is-unsent-survives-without-the-cache",
                   test_what_is_unsent_survives_without_the_cache);
  g_test_add_func ("/at-rest/switching-deletes-what-was-kept", test_switching_deletes_what_was_kept);
  g_test_add_func ("/at-rest/reader-and-writer-get-along", test_reader_and_writer_get_along);
  return g_test_run ();
}
