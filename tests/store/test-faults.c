/* SPDX-License-Identifier: GPL-3.0-or-later
 * The disk fails the desk: a log that is cut, pages of rubbish, a lock that another holds, a folder that cannot be written. What the
 * agent made is there afterwards, as far as the disk still has it. */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kefu-db.h"
#include "store-fixture.h"

#define N_NOTES 12

/* (transfer full): a note as long as a page, so that each has pages of its own. */
static char *
long_text (guint number)
{
  g_autofree char *filling = g_strnfill (3000, 'x');

  return g_strdup_printf ("n%02u %s", number, filling);
}

static void
add_note (StoreFixture *store, guint number)
{
  g_autofree char *text = long_text (number);
  g_autofree char *args = g_strdup_printf ("{'id':'f0000000-0000-7000-8000-%012u','conversation_id':'" CONV_1
                                           "','kind':'note','body':'%s','at':%" G_GINT64_FORMAT "}",
                                           number, text, TEST_NOW);
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = test_perform (store, "message.send", args, &error);

  g_assert_no_error (error);
}

/* The numbers of the notes that wait, in their order. */
static char *
notes (StoreFixture *store)
{
  g_autoptr (GPtrArray) outbox = test_outbox (store);
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (guint i = 0; i < outbox->len; i++)
    {
      const KefuOutboxRecord *record = g_ptr_array_index (outbox, i);

      g_assert_cmpuint (strlen (record->text), ==, 3004);
      g_string_append_printf (numbers, "%.2s ", record->text + 1);
    }
  return g_string_free (g_steal_pointer (&numbers), FALSE);
}

/* A shop of three conversations, and notes that wait. */
static StoreFixture *
store_with_notes (Feed *feed)
{
  StoreFixture *store = store_fixture_new ();

  feed_put_shop (feed, 3);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  for (guint i = 0; i < N_NOTES; i++)
    add_note (store, i);
  kefu_store_save_draft (store->store, CONV_2, "reply", "您好，马上");
  g_free (test_draft (store, CONV_2, "reply"));
  return store;
}

/* Whether @numbers are "00 01 02 …" up to any of them. */
static gboolean
is_beginning (const char *numbers)
{
  for (guint i = 0; i < strlen (numbers) / 3; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%02u ", i);

      if (strncmp (numbers + 3 * i, expected, 3) != 0)
        return FALSE;
    }
  return TRUE;
}

static goffset
size_of (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  GStatBuf info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
}

/* A beginning of a file, and what may lie behind it after a power loss. */
typedef struct
{
  const char *name;
  goffset length;
  const char *rubbish;
} Cut;

static void
cut (const char *dir, gconstpointer data)
{
  const Cut *self = data;
  g_autofree char *path = g_build_filename (dir, self->name, NULL);
  int fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, self->length), ==, 0);
  if (self->rubbish != NULL)
    g_assert_cmpint (pwrite (fd, self->rubbish, strlen (self->rubbish), self->length), ==, strlen (self->rubbish));
  close (fd);
}

/* Of a log that was written but not forced, any beginning may be on the disk. @step: between two lengths. */
static void
for_each_cut (StoreFixture *store,
              const char *name,
              void (*check) (StoreFixture *cut, gboolean whole, gpointer data),
              gpointer data)
{
  g_autofree char *rubbish = g_strnfill (5000, '\xa5');
  g_autoptr (GRand) chance = g_rand_new_with_seed (20);
  goffset size = size_of (store->dir, name);

  g_assert_cmpint (size, >, 20 * 4096);
  for (guint i = 0; i <= 40; i++)
    {
      const Cut at = { name, i == 40 ? size : g_rand_int_range (chance, 0, (gint32) size),
                       i % 3 == 1 ? rubbish : NULL };
      g_autoptr (StoreFixture) after = store_fixture_copy (store, cut, &at);

      g_test_message ("%s of %" G_GOFFSET_FORMAT " bytes", name, at.length);
      check (after, i == 40, data);
    }
}

static void
check_outbox (StoreFixture *store, gboolean whole, gpointer data)
{
  g_autofree char *waiting = notes (store);
  guint *longest = data;

  /* Some of the last acts may be gone with the power, none from the middle; and the file is no ruin. */
  g_assert_null (kefu_store_get_notice (store->store));
  g_assert_true (is_beginning (waiting));
  *longest = MAX (*longest, (guint) strlen (waiting) / 3);
  if (whole)
    g_assert_cmpuint (strlen (waiting), ==, 3 * N_NOTES);
  add_note (store, 77);
}

static void
test_a_cut_log_of_the_outbox (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_with_notes (feed);
  guint longest = 0;

  for_each_cut (store, "desk.db-wal", check_outbox, &longest);
  g_assert_cmpuint (longest, ==, N_NOTES);
}

static void
check_cache (StoreFixture *store, gboolean whole, gpointer data)
{
  Feed *feed = data;
  g_autofree char *cursor = kefu_store_dup_cursor (store->store);
  g_autofree char *waiting = notes (store);
  g_autoptr (GPtrArray) inbox = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  gint64 seq = cursor != NULL ? g_ascii_strtoll (strrchr (cursor, '.') + 1, NULL, 10) : 0;

  /* The cursor never stands before what is there: what is missing comes by the feed. */
  g_assert_cmpuint (strlen (waiting), ==, 3 * N_NOTES);
  if (seq < feed_head (feed))
    test_apply_ok (store, feed_batch (feed, seq, -1, FALSE));
  inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);
  g_assert_cmpuint (inbox->len, ==, 3);
  messages = test_messages (store, CONV_1);
  g_assert_cmpuint (messages->len, ==, 1 + 40 + N_NOTES);
}

static void
test_a_cut_log_of_the_cache (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_with_notes (feed);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *id = g_strdup_printf ("b0000000-0000-7000-8000-%012u", i);
      gint64 before = feed_head (feed);

      feed_put_message (feed, CONV_1, id, 10 + i, "在吗");
      test_apply_ok (store, feed_batch (feed, before, -1, FALSE));
    }
  for_each_cut (store, "cache.db-wal", check_cache, feed);
}

/* --- pages of rubbish --- */

static void
spoil (const char *dir, gconstpointer data)
{
  g_autofree char *path = g_build_filename (dir, "desk.db", NULL);
  g_autofree char *rubbish = g_strnfill (4096, '\x5a');
  int fd = g_open (path, O_WRONLY | O_CLOEXEC, 0);

  g_assert_cmpint (pwrite (fd, rubbish, 4096, *(const goffset *) data), ==, 4096);
  close (fd);
}

static void
test_what_can_be_read_of_a_damaged_outbox_is_back (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_with_notes (feed);
  guint n_rescued = 0;
  guint n_damaged = 0;
  goffset size;

  /* everything in the file itself */
  store_fixture_reopen (store);
  store_fixture_close (store);
  size = size_of (store->dir, "desk.db");
  g_assert_cmpint (size, >, N_NOTES * 4096);
  for (goffset at = 4096; at < size; at += 4096)
    {
      g_autoptr (StoreFixture) after = store_fixture_copy (store, spoil, &at);
      const char *notice = kefu_store_get_notice (after->store);
      g_autofree char *waiting = notes (after);
      g_autofree char *draft = test_draft (after, CONV_2, "reply");
      g_autofree char *aside = g_strdup_printf ("%s/desk.db.corrupt-%" G_GINT64_FORMAT, after->dir, TEST_NOW);

      if (notice == NULL)
        {
          /* a page that is free, or text only */
          g_assert_cmpstr (draft, ==, "您好，马上");
          continue;
        }
      n_damaged++;
      g_assert_nonnull (strstr (notice, aside));
      g_assert_true (g_file_test (aside, G_FILE_TEST_IS_REGULAR));
      n_rescued += (guint) strlen (waiting) / 3;
      /* what is back goes to the server as if nothing had been */
      g_assert_cmpuint (kefu_store_get_n_pending (after->store), ==, strlen (waiting) / 3);
      add_note (after, 77);
    }
  g_test_message ("%u of %u notes were read in %u damaged files", n_rescued, n_damaged * N_NOTES, n_damaged);
  g_assert_cmpuint (n_damaged, >=, N_NOTES / 2);
  g_assert_cmpuint (n_rescued, >=, n_damaged * N_NOTES / 2);
}

/* --- locks and rights --- */

static void
test_a_lock_of_another_program_is_told_and_loses_nothing (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_with_notes (feed);
  g_autofree char *path = store_fixture_path (store, "desk.db");
  g_autoptr (KefuDb) other = kefu_db_open (path, KEFU_DB_READ_WRITE, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = NULL;
  g_autofree char *waiting = NULL;

  g_assert_true (kefu_db_exec (other, "BEGIN IMMEDIATE; UPDATE draft SET at = at", NULL));
  op_id = test_perform (store, "message.send",
                        "{'id':'" ID_1 "','conversation_id':'" CONV_1 "','kind':'note','body':'x','at':1700000000000}",
                        &error);
  g_assert_null (op_id);
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_BUSY);
  kefu_db_rollback (other);

  add_note (store, N_NOTES);
  waiting = notes (store);
  g_assert_cmpuint (strlen (waiting), ==, 3 * (N_NOTES + 1));
}

static void
open_as_somebody_else (const char *dir)
{
  g_autoptr (KefuClock) clock = kefu_fake_clock_new (TEST_NOW);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStore) store = NULL;

  if (geteuid () == 0)
    g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
  kefu_store_open_async (dir, clock, TEST_AGENT, KEFU_STORE_DEFAULT, NULL, test_got_result, &result);
  store = kefu_store_open_finish (test_wait_result (&result), &error);
  g_assert_null (store);
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY);
  g_assert_nonnull (strstr (error->message, dir));
}

/* Rights bind whoever is not root, and are given up for good: in a process of its own. */
static void
test_a_folder_that_cannot_be_written_is_told_and_left_alone (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = NULL;
  g_autofree char *waiting = NULL;

  if (g_test_subprocess ())
    {
      open_as_somebody_else (g_getenv ("KEFU_TEST_DIR"));
      return;
    }
  if (geteuid () != 0)
    {
      /* an agent's own folder is made writable again instead: there is nobody else to be */
      g_test_message ("not root");
      return;
    }
  feed = feed_new ("epoch");
  store = store_with_notes (feed);
  store_fixture_close (store);
  g_assert_cmpint (g_chmod (store->dir, 0555), ==, 0);
  g_setenv ("KEFU_TEST_DIR", store->dir, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_assert_cmpint (g_chmod (store->dir, 0700), ==, 0);
  store_fixture_open (store);
  waiting = notes (store);
  g_assert_cmpuint (strlen (waiting), ==, 3 * N_NOTES);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/faults/a-cut-log-of-the-outbox", test_a_cut_log_of_the_outbox);
  g_test_add_func ("/faults/a-cut-log-of-the-cache", test_a_cut_log_of_the_cache);
  g_test_add_func ("/faults/what-can-be-read-of-a-damaged-outbox-is-back",
                   test_what_can_be_read_of_a_damaged_outbox_is_back);
  g_test_add_func ("/faults/a-lock-of-another-program-is-told-and-loses-nothing",
                   test_a_lock_of_another_program_is_told_and_loses_nothing);
  g_test_add_func ("/faults/a-folder-that-cannot-be-written-is-told-and-left-alone",
                   test_a_folder_that_cannot_be_written_is_told_and_left_alone);

  return g_test_run ();
}
