/* SPDX-License-Identifier: GPL-3.0-or-later
 * Batches of the feed: applied whole and in order, or not at all. */
#include "config.h"

#include "store-fixture.h"

static gboolean
apply (StoreFixture *store, GBytes *batch)
{
  g_autoptr (GBytes) owned = batch;
  g_autoptr (GError) error = NULL;
  KefuBatchResult result = { 0 };

  test_apply (store, owned, &result, &error);
  g_assert_no_error (error);
  return result.applied;
}

static void
assert_cursor (StoreFixture *store, const char *expected)
{
  g_autofree char *cursor = kefu_store_dup_cursor (store->store);

  g_assert_cmpstr (cursor, ==, expected);
}

/* Everything that the cache shows, as one text. */
static char *
picture (StoreFixture *store)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);

  for (guint i = 0; i < inbox->len; i++)
    {
      const KefuConversationRecord *c = g_ptr_array_index (inbox, i);
      g_autoptr (GPtrArray) messages = test_messages (store, c->id);

      g_string_append_printf (text, "%s %s %s\n", c->id, c->customer_name, c->last_text);
      for (guint j = 0; j < messages->len; j++)
        {
          const KefuMessageRecord *m = g_ptr_array_index (messages, j);

          g_string_append_printf (text, "  %s %" G_GINT64_FORMAT " %s\n", m->id, m->rev, m->body);
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_a_batch_brings_rows_and_cursor_and_names_them (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GBytes) batch = NULL;
  KefuBatchResult result;

  feed_put_shop (feed, 2);
  batch = feed_batch (feed, 0, -1, TRUE);
  g_assert_true (test_apply (store, batch, &result, NULL));
  g_assert_true (result.applied);
  g_assert_true (result.more);
  g_assert_cmpuint (result.n_changes, ==, 8);
  assert_cursor (store, "epoch.8");
  g_assert_true (kefu_change_set_has (store->seen, "message", MESSAGE_2));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_2));
  g_assert_false (kefu_change_set_is_all (store->seen));

  /* A message names its conversation, a read mark too, a customer all of theirs. */
  store_fixture_forget (store);
  feed_put_message (feed, CONV_1, "message-x", 2, "还在吗");
  g_assert_true (apply (store, feed_batch (feed, 8, -1, FALSE)));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_1));
  g_assert_false (kefu_change_set_has (store->seen, "conversation", CONV_2));
  store_fixture_forget (store);
  feed_put (feed, "read", CONV_2 ":" TEST_AGENT,
            "'conversation_id':'" CONV_2 "','agent_id':'" TEST_AGENT "','mseq':1,'in_no':1");
  g_assert_true (apply (store, feed_batch (feed, 9, -1, FALSE)));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_2));
  store_fixture_forget (store);
  feed_put (feed, "customer", CUSTOMER_1, "'name':'沈若兮'");
  g_assert_true (apply (store, feed_batch (feed, 10, -1, FALSE)));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_1));
}

static void
test_a_large_batch_is_everything (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 300);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  g_assert_true (kefu_change_set_is_all (store->seen));
}

static void
test_a_batch_with_a_gap_changes_nothing (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  feed_put_shop (feed, 3);
  g_assert_true (apply (store, feed_batch (feed, 0, 6, FALSE)));
  before = picture (store);
  store_fixture_forget (store);
  g_assert_false (apply (store, feed_batch (feed, 7, -1, FALSE)));
  after = picture (store);
  g_assert_cmpstr (before, ==, after);
  assert_cursor (store, "epoch.6");
  g_assert_cmpuint (store->n_changed, ==, 0);
}

static void
test_a_first_batch_begins_at_zero_and_names_its_epoch (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  static const char nameless[] = "{\"changes\":[],\"from\":0,\"to\":0}";

  feed_put_shop (feed, 1);
  g_assert_false (apply (store, feed_batch (feed, 2, -1, FALSE)));
  g_assert_false (apply (store, g_bytes_new_static (nameless, strlen (nameless))));
  g_assert_null (kefu_store_dup_cursor (store->store));
}

static void
test_a_batch_of_another_epoch_is_not_applied (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (Feed) other = feed_new ("other");

  feed_put_shop (feed, 1);
  feed_put_shop (other, 2);
  g_assert_true (apply (store, feed_batch (feed, 0, 4, FALSE)));
  g_assert_false (apply (store, feed_batch (other, 4, -1, FALSE)));
  assert_cursor (store, "epoch.4");
}

/* protocol.md, "What must hold" 3. */
static void
test_lost_doubled_and_reordered_batches_end_equal (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *expected = NULL;

  feed_put_shop (feed, 4);
  feed_put_message (feed, CONV_1, "late-1", 2, "第二句");
  feed_put (feed, "customer", CUSTOMER_1, "'name':'沈若兮'");
  feed_del (feed, "message", MESSAGE_3);
  feed_put_message (feed, CONV_2, MESSAGE_2, 1, "改过了");
  feed_put_message (feed, CONV_1, "late-2", 3, "第三句");

  for (guint32 seed = 0; seed < 30; seed++)
    {
      g_autoptr (StoreFixture) store = store_fixture_new ();
      g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
      g_autofree char *end = NULL;
      gint64 at = 0;

      while (at < feed_head (feed))
        {
          /* Seed 0 is the straight way. The others get batches from anywhere, as a socket that stammers would bring them. */
          gint64 from = seed == 0 || g_rand_int_range (chance, 0, 3) == 0
                          ? at
                          : g_rand_int_range (chance, 0, (gint32) feed_head (feed));
          gint64 to = g_rand_int_range (chance, (gint32) from + 1, (gint32) feed_head (feed) + 1);

          g_assert_cmpint (apply (store, feed_batch (feed, from, to, FALSE)), ==, from == at);
          if (from == at)
            at = to;
        }
      end = picture (store);
      if (expected == NULL)
        expected = g_steal_pointer (&end);
      else
        g_assert_cmpstr (end, ==, expected);
    }
  g_assert_nonnull (strstr (expected, "改过了"));
  g_assert_null (strstr (expected, MESSAGE_3));
}

static void
test_an_older_revision_does_not_win (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (KefuConversationRecord) conversation = NULL;
  static const char old[] = "{\"changes\":[{\"seq\":7,\"kind\":\"customer\",\"id\":\"" CUSTOMER_1 "\",\"op\":\"put\","
                            "\"body\":{\"id\":\"" CUSTOMER_1 "\",\"rev\":2,\"name\":\"旧名\"}}],\"from\":6,\"to\":7}";

  feed_put_shop (feed, 1);
  g_assert_true (apply (store, feed_batch (feed, 0, 6, FALSE)));
  g_assert_true (apply (store, g_bytes_new_static (old, strlen (old))));
  conversation = test_conversation (store, CONV_1);
  g_assert_cmpstr (conversation->customer_name, ==, "沈若溪");
}

static void
test_rubbish_is_refused_and_changes_nothing (void)
{
  static const char *const rubbish[] = {
    "",
    "<html><body>502 Bad Gateway</body></html>",
    "{\"changes\":[",
    "[]",
    "{\"changes\":{},\"from\":8,\"to\":9}",
    "{\"changes\":[],\"from\":\"8\",\"to\":9}",
    "{\"changes\":[],\"from\":8}",
    "{\"changes\":[],\"from\":8,\"to\":3}",
    "{\"changes\":[{\"seq\":9,\"kind\":\"message\",\"id\":\"m\",\"op\":\"put\",\"body\":{}}],\"from\":8,\"to\":9}",
    "{\"changes\":[17],\"from\":8,\"to\":9}",
    "{\"changes\":[],\"from\":8,\"to\":9,\"x\":\"\xff\xfe\"}",
  };
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *before = NULL;

  feed_put_shop (feed, 2);
  g_assert_true (apply (store, feed_batch (feed, 0, -1, FALSE)));
  before = picture (store);
  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++)
    {
      g_autoptr (GBytes) batch = g_bytes_new_static (rubbish[i], strlen (rubbish[i]));
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;

      g_test_message ("rubbish %u", i);
      g_assert_false (test_apply (store, batch, NULL, &error));
      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
      after = picture (store);
      g_assert_cmpstr (before, ==, after);
      assert_cursor (store, "epoch.8");
    }
}

static void
test_an_unknown_kind_is_kept (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put (feed, "hologram", "h1", "'glow':7");
  g_assert_true (apply (store, feed_batch (feed, 0, -1, FALSE)));
  g_assert_true (kefu_change_set_has (store->seen, "hologram", "h1"));
}

static void
test_a_batch_is_there_after_a_kill (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  feed_put_shop (feed, 2);
  g_assert_true (apply (store, feed_batch (feed, 0, -1, FALSE)));
  before = picture (store);
  store_fixture_kill (store);
  after = picture (store);
  g_assert_cmpstr (before, ==, after);
  assert_cursor (store, "epoch.8");
}

static void
test_a_reset_empties_the_cache (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (Feed) other = feed_new ("other");
  g_autoptr (GPtrArray) inbox = NULL;
  g_autoptr (GPtrArray) again = NULL;

  feed_put_shop (feed, 3);
  feed_put_shop (other, 1);
  g_assert_true (apply (store, feed_batch (feed, 0, -1, FALSE)));
  store_fixture_forget (store);
  test_reset (store, "other");
  assert_cursor (store, "other.0");
  g_assert_true (kefu_change_set_is_all (store->seen));
  inbox = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);
  g_assert_cmpuint (inbox->len, ==, 0);

  test_reset (store, NULL);
  g_assert_null (kefu_store_dup_cursor (store->store));
  g_assert_true (apply (store, feed_batch (other, 0, -1, FALSE)));
  again = test_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);
  g_assert_cmpuint (again->len, ==, 1);
}

static void
test_memory_for_more_goes_when_no_more_comes (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GBytes) rubbish = g_bytes_new_static ("{", 1);
  gint64 calm, head;

  feed_put_shop (feed, 1);
  g_assert_true (apply (store, feed_batch (feed, 0, -1, FALSE)));
  calm = store_fixture_cache_size (store);
  for (guint end = 0; end < 4; end++)
    {
      g_autoptr (GError) error = NULL;

      head = feed_head (feed);
      feed_put_message (feed, CONV_1, "m2", 2, "手表");
      g_assert_true (apply (store, feed_batch (feed, head, -1, TRUE)));
      g_assert_cmpint (store_fixture_cache_size (store), !=, calm);
      if (end == 0)
        {
          head = feed_head (feed);
          feed_put_message (feed, CONV_1, "m3", 3, "手表");
          g_assert_true (apply (store, feed_batch (feed, head, -1, FALSE)));
        }
      else if (end == 1)
        {
          g_assert_false (test_apply (store, rubbish, NULL, &error));
        }
      else if (end == 2)
        {
          test_reset (store, "epoch");
          g_assert_cmpint (store_fixture_cache_size (store), ==, calm);
          g_assert_true (apply (store, feed_batch (feed, 0, -1, TRUE)));
          g_assert_cmpint (store_fixture_cache_size (store), !=, calm);
          g_assert_true (apply (store, feed_batch (feed, feed_head (feed), -1, FALSE)));
        }
      else
        {
          kefu_store_feed_rests (store->store);
        }
      g_assert_cmpint (store_fixture_cache_size (store), ==, calm);
    }
}

static gboolean
names_are_spelled (gpointer data)
{
  return kefu_db_int (data, -1, "SELECT count(*) FROM name_todo", "") == 0;
}

/* They would take the writer from the batches that come. */
static void
test_names_are_spelled_when_all_has_come (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (KefuDb) db = NULL;

  feed_put_shop (feed, 1);
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("person-%d", i);

      g_assert_true (apply (store, feed_batch (feed, i == 0 ? 0 : feed_head (feed) - 1, -1, TRUE)));
      feed_put (feed, "customer", id, "'name':'张三'");
      /* what the main thread would queue is queued, and done */
      while (g_main_context_iteration (NULL, FALSE))
        ;
      store_fixture_cache_size (store);
    }
  db = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);
  g_assert_cmpint (kefu_db_int (db, 0, "SELECT count(*) FROM name_todo", ""), ==, 3);
  kefu_store_feed_rests (store->store);
  test_wait_for (names_are_spelled, db);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feed/a-batch-brings-rows-and-cursor-and-names-them",
                   test_a_batch_brings_rows_and_cursor_and_names_them);
  g_test_add_func ("/feed/names-are-spelled-when-all-has-come", test_names_are_spelled_when_all_has_come);
  g_test_add_func ("/feed/a-large-batch-is-everything", test_a_large_batch_is_everything);
  g_test_add_func ("/feed/a-batch-with-a-gap-changes-nothing", test_a_batch_with_a_gap_changes_nothing);
  g_test_add_func ("/feed/a-first-batch-begins-at-zero", test_a_first_batch_begins_at_zero_and_names_its_epoch);
  g_test_add_func ("/feed/a-batch-of-another-epoch-is-not-applied", test_a_batch_of_another_epoch_is_not_applied);
  g_test_add_func ("/feed/lost-doubled-and-reordered-batches-end-equal",
                   test_lost_doubled_and_reordered_batches_end_equal);
  g_test_add_func ("/feed/an-older-revision-does-not-win", test_an_older_revision_does_not_win);
  g_test_add_func ("/feed/rubbish-is-refused-and-changes-nothing", test_rubbish_is_refused_and_changes_nothing);
  g_test_add_func ("/feed/an-unknown-kind-is-kept", test_an_unknown_kind_is_kept);
  g_test_add_func ("/feed/a-batch-is-there-after-a-kill", test_a_batch_is_there_after_a_kill);
  g_test_add_func ("/feed/a-reset-empties-the-cache", test_a_reset_empties_the_cache);
  g_test_add_func ("/feed/memory-for-more-goes-when-no-more-comes", test_memory_for_more_goes_when_no_more_comes);
  return g_test_run ();
}
