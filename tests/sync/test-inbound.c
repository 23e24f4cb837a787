/* SPDX-License-Identifier: GPL-3.0-or-later
 * What comes in: the contract of protocol.md for the feed. */
#include "config.h"

#include <signal.h>
#include <sys/resource.h>

#include "sync-fixture.h"

static void
test_a_new_desk_catches_up_in_pages_and_is_live (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  for (guint i = 0; i < 2500; i++)
    {
      g_autofree char *id = g_strdup_printf ("label-%u", i);

      fake_server_put (desk->server, "label", id, "'name':'x'");
    }
  desk_start (desk);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_CONNECTING);
  desk_wait_equal (desk);
  g_assert_cmpstr (desk->states->str, ==, "cul");
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), ==, 3);
  g_assert_cmpuint (kefu_sync_engine_get_n_caught_up (desk->engine), ==, 2505);
  g_assert_cmpint (kefu_sync_engine_get_synced_at (desk->engine), ==, TEST_NOW);
  g_assert_null (kefu_sync_engine_get_last_error (desk->engine));
}

static void
test_what_happens_later_comes_over_the_stream (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  desk_start (desk);
  desk_wait_equal (desk);
  for (guint i = 0; i < 20; i++)
    fake_server_customer_writes (desk->server, i % 2 == 0 ? CONV_1 : CONV_2, "在吗");
  desk_wait_equal (desk);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), ==, 1);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_STREAM), ==, 1);
}

static void
test_a_returning_desk_asks_from_its_cursor (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  desk_start (desk);
  desk_wait_equal (desk);
  kefu_sync_engine_stop (desk->engine);
  g_assert_false (fake_server_has_stream (desk->server));
  fake_server_customer_writes (desk->server, CONV_1, "有人吗");
  desk_kill (desk);
  desk_start (desk);
  desk_wait_equal (desk);
  g_assert_cmpuint (kefu_sync_engine_get_n_caught_up (desk->engine), <, 6);
}

static gboolean
is_heard (gpointer data)
{
  return kefu_sync_engine_get_synced_at (((Desk *) data)->engine) > 0;
}

/* Nothing comes after the batch that was lost: the next heartbeat shows the gap. */
static void
test_a_lost_last_batch_is_missed (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  fake_server_set_stream_mode (desk->server, FAKE_STREAM_LOSES);
  desk_start (desk);
  desk_wait_equal (desk);
  fake_server_customer_writes (desk->server, CONV_1, "最后一句");
  desk_settle (desk);
  test_wait_for (is_heard, desk);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), ==, 1);
  fake_server_beat (desk->server);
  desk_wait_equal (desk);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), ==, 2);
  /* and one that fits is no gap */
  fake_server_beat (desk->server);
  desk_settle (desk);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), ==, 2);
}

/* protocol.md, "What must hold" 3, through the engine. */
static void
test_a_bad_socket_ends_equal (gconstpointer data)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  KefuFakeClock *clock = KEFU_FAKE_CLOCK (desk->store->clock);

  fake_server_set_stream_mode (desk->server, (FakeStreamMode) GPOINTER_TO_INT (data));
  desk_start (desk);
  desk_wait_equal (desk);
  for (guint i = 0; i < 12; i++)
    {
      fake_server_customer_writes (desk->server, CONV_1, "在吗");
      desk_settle (desk);
      if (i % 3 == 0)
        desk_send (desk, "在的");
      desk_settle (desk);
      /* A stream that never fits is given up like a broken one. */
      if (kefu_sync_engine_get_state (desk->engine) == KEFU_SYNC_BACKOFF)
        desk_pass_wait (desk);
    }
  fake_server_set_stream_mode (desk->server, FAKE_STREAM_HONEST);
  fake_server_customer_writes (desk->server, CONV_1, "最后一句");
  desk_settle (desk);
  if (kefu_sync_engine_get_state (desk->engine) == KEFU_SYNC_BACKOFF)
    desk_pass_wait (desk);
  kefu_fake_clock_advance (clock, 1);
  desk_wait_equal (desk);
  g_assert_cmpuint (fake_server_count_messages (desk->server, "在的"), ==, 4);
}

static void
test_a_stream_of_nonsense_is_given_up (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  fake_server_set_stream_mode (desk->server, FAKE_STREAM_NONSENSE);
  desk_start (desk);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_nonnull (kefu_sync_engine_get_last_error (desk->engine));
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), <, 5);
}

static void
test_a_feed_that_says_more_and_stays_is_given_up (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  desk_start (desk);
  desk_wait_equal (desk);
  fake_server_answer (desk->server, FAKE_SYNC, G_MAXUINT, "{\"changes\":[],\"from\":5,\"to\":5,\"more\":true}");
  fake_server_break_stream (desk->server, KEFU_ERROR_NETWORK);
  desk_pass_wait (desk);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), <, 8);
}

static void
test_catching_up_that_is_cut_off_keeps_no_memory (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  g_autofree char *cursor = NULL;
  g_autofree char *answer = NULL;
  const char *seq;
  gint64 calm;

  desk_start (desk);
  desk_wait_equal (desk);
  calm = store_fixture_cache_size (desk->store);
  cursor = kefu_store_dup_cursor (desk->store->store);
  seq = strrchr (cursor, '.') + 1;
  answer = g_strdup_printf ("{\"changes\":[],\"from\":%s,\"to\":%s,\"more\":true}", seq, seq);
  fake_server_answer (desk->server, FAKE_SYNC, G_MAXUINT, answer);
  fake_server_break_stream (desk->server, KEFU_ERROR_NETWORK);
  desk_pass_wait (desk);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_cmpint (store_fixture_cache_size (desk->store), ==, calm);
}

static void
test_rubbish_is_an_absent_server (void)
{
  static const char *const rubbish[] = { "<html>", "[]", "{}",
                                         "{\"changes\":[1],\"from\":0,\"to\":1,\"epoch\":\"x\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++)
    {
      g_autoptr (Desk) desk = desk_new (NULL);

      fake_server_answer (desk->server, FAKE_SYNC, 1, rubbish[i]);
      desk_start (desk);
      desk_wait_state (desk, KEFU_SYNC_BACKOFF);
      g_assert_nonnull (kefu_sync_engine_get_last_error (desk->engine));
      desk_pass_wait (desk);
      desk_wait_equal (desk);
      g_assert_null (kefu_sync_engine_get_last_error (desk->engine));
    }
}

static void
test_a_broken_stream_is_opened_again (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  desk_start (desk);
  desk_wait_equal (desk);
  fake_server_break_stream (desk->server, KEFU_ERROR_NETWORK);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_BACKOFF);
  fake_server_customer_writes (desk->server, CONV_1, "断线了？");
  desk_pass_wait (desk);
  desk_wait_equal (desk);
  g_assert_cmpstr (desk->states->str, ==, "culbcul");
}

/* 1 → 60 s, each wait between half of its step and the whole. */
static void
test_waits_grow_and_end_early_only_for_a_reason (void)
{
  static const gint64 steps[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
  g_autoptr (Desk) desk = desk_new (NULL);
  KefuClock *clock = desk->store->clock;
  guint n_calls;

  fake_server_fail (desk->server, FAKE_SYNC, G_MAXUINT, KEFU_ERROR_NETWORK);
  desk_start (desk);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      gint64 wait;

      desk_wait_state (desk, KEFU_SYNC_BACKOFF);
      wait = kefu_sync_engine_get_retry_at (desk->engine) - kefu_clock_now (clock);
      g_assert_cmpint (wait, >=, steps[i] * 500);
      g_assert_cmpint (wait, <=, steps[i] * 1000);
      n_calls = fake_server_n_calls (desk->server, FAKE_SYNC);
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), wait - 1);
      g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), ==, n_calls);
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), 1);
      g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_CONNECTING);
    }
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  kefu_sync_engine_retry_now (desk->engine);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_CONNECTING);
  g_assert_cmpint (kefu_sync_engine_get_retry_at (desk->engine), ==, 0);
  fake_server_fail (desk->server, FAKE_SYNC, 0, 0);
  desk_wait_equal (desk);
}

static void
test_only_a_good_connection_makes_the_waits_short_again (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  KefuClock *clock = desk->store->clock;

  desk_start (desk);
  for (guint i = 0; i < 6; i++)
    {
      desk_wait_state (desk, KEFU_SYNC_LIVE);
      fake_server_break_stream (desk->server, KEFU_ERROR_NETWORK);
      if (i < 5)
        desk_pass_wait (desk);
    }
  g_assert_cmpint (kefu_sync_engine_get_retry_at (desk->engine) - kefu_clock_now (clock), >=, 16000);
  desk_pass_wait (desk);
  desk_wait_state (desk, KEFU_SYNC_LIVE);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (clock), 10 * 1000);
  fake_server_break_stream (desk->server, KEFU_ERROR_NETWORK);
  g_assert_cmpint (kefu_sync_engine_get_retry_at (desk->engine) - kefu_clock_now (clock), <=, 1000);
}

static gint64
wait_of (Desk *desk)
{
  return kefu_sync_engine_get_retry_at (desk->engine) - kefu_clock_now (desk->store->clock);
}

static void
test_a_wait_that_the_server_asks_for_is_kept_but_not_for_ever (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  fake_server_fail (desk->server, FAKE_SYNC, 1, KEFU_ERROR_RATE_LIMITED);
  fake_server_ask_to_wait (desk->server, 90 * 1000);
  desk_start (desk);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_cmpint (wait_of (desk), ==, 90 * 1000);
  fake_server_fail (desk->server, FAKE_SYNC, 1, KEFU_ERROR_SERVER);
  fake_server_ask_to_wait (desk->server, 24 * 3600 * 1000);
  desk_pass_wait (desk);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_cmpint (wait_of (desk), ==, 5 * 60 * 1000);
  desk_pass_wait (desk);
  desk_wait_equal (desk);
  /* Operations too. */
  fake_server_fail (desk->server, FAKE_OPS, 1, KEFU_ERROR_RATE_LIMITED);
  fake_server_ask_to_wait (desk->server, 70 * 1000);
  desk_send (desk, "在吗");
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_cmpint (wait_of (desk), ==, 70 * 1000);
  desk_pass_wait (desk);
  desk_wait_equal (desk);
}

static void
test_the_network_s_return_ends_the_wait (void)
{
  GNetworkMonitor *network = g_network_monitor_get_default ();
  g_autoptr (Desk) desk = desk_new (network);

  fake_server_fail (desk->server, FAKE_SYNC, 1, KEFU_ERROR_NETWORK);
  desk_start (desk);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_signal_emit_by_name (network, "network-changed", FALSE);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_BACKOFF);
  g_signal_emit_by_name (network, "network-changed", TRUE);
  desk_wait_equal (desk);
}

static void
test_an_expired_sign_in_stops_everything_until_resumed (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  guint n_calls;

  desk_start (desk);
  desk_wait_equal (desk);
  fake_server_fail (desk->server, FAKE_SYNC, G_MAXUINT, KEFU_ERROR_AUTH);
  fake_server_fail (desk->server, FAKE_OPS, G_MAXUINT, KEFU_ERROR_AUTH);
  desk_send (desk, "还没发出");
  desk_wait_state (desk, KEFU_SYNC_AUTH_REQUIRED);
  g_assert_false (fake_server_has_stream (desk->server));
  g_assert_nonnull (kefu_sync_engine_get_last_error (desk->engine));

  n_calls = fake_server_n_calls (desk->server, FAKE_SYNC) + fake_server_n_calls (desk->server, FAKE_OPS);
  kefu_sync_engine_retry_now (desk->engine);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk->store->clock), 3600 * 1000);
  desk_send (desk, "这句也是");
  desk_settle (desk);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC) + fake_server_n_calls (desk->server, FAKE_OPS), ==,
                    n_calls);

  fake_server_fail (desk->server, FAKE_SYNC, 0, 0);
  fake_server_fail (desk->server, FAKE_OPS, 0, 0);
  kefu_sync_engine_resume (desk->engine);
  desk_wait_equal (desk);
  g_assert_cmpuint (fake_server_count_messages (desk->server, "还没发出"), ==, 1);
  g_assert_cmpuint (fake_server_count_messages (desk->server, "这句也是"), ==, 1);
}

static void
test_a_cursor_that_is_gone_for_ever_does_not_spin (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  fake_server_fail (desk->server, FAKE_SYNC, G_MAXUINT, KEFU_ERROR_CURSOR_GONE);
  desk_start (desk);
  desk_wait_state (desk, KEFU_SYNC_BACKOFF);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), <, 5);
}

/* A write that fails is the store's: the agent reads why, and it goes on by itself once there is room. */
static void
test_a_full_disk_is_told_and_recovers (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  struct rlimit old, small = { 0 };

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *id = g_strdup_printf ("label-%u", i);

      fake_server_put (desk->server, "label", id, "'name':'a label with a name that takes some room'");
    }
  small.rlim_cur = 200 * 1024;
  small.rlim_max = old.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  desk_start (desk);
  desk_wait_state (desk, KEFU_SYNC_FAILED);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_nonnull (kefu_sync_engine_get_last_error (desk->engine));
  desk_pass_wait (desk);
  desk_wait_equal (desk);
}

static gboolean
is_mended (gpointer data)
{
  Desk *desk = data;

  return strchr (desk->states->str, 'l') != strrchr (desk->states->str, 'l') &&
         kefu_sync_engine_get_state (desk->engine) == KEFU_SYNC_LIVE;
}

/* Nothing is written: only a look at an old conversation meets the bad page. */
static void
test_damage_met_by_a_query_is_mended (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  g_autofree char *path = store_fixture_path (desk->store, "cache.db");
  g_autofree char *content = NULL;
  gsize size;

  for (guint i = 0; i < 800; i++)
    {
      g_autofree char *id = g_strdup_printf ("label-%u", i);

      fake_server_put (desk->server, "label", id, "'name':'a label with a name that takes some room on the disk'");
    }
  desk_start (desk);
  desk_wait_equal (desk);
  desk_restart (desk);
  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  memset (content + 4096, 0x5a, size - 4096);
  {
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFileIOStream) stream = g_file_open_readwrite (file, NULL, NULL);

    /* in place: a new file would not be the one that is open */
    g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (stream)), content, size, NULL,
                                              NULL, NULL));
  }
  kefu_sync_engine_start (desk->engine);
  desk_wait_state (desk, KEFU_SYNC_LIVE);
  g_string_truncate (desk->states, 0);
  g_string_append_c (desk->states, 'l');
  {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GPtrArray) rows = NULL;
    g_autoptr (GError) error = NULL;

    kefu_store_list_messages_async (desk->store->store, CONV_2, G_MAXINT64, -1, 60, NULL, test_got_result, &result);
    rows = kefu_store_list_finish (desk->store->store, test_wait_result (&result), &error);
    g_assert_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT);
  }
  test_wait_for (is_mended, desk);
  desk_wait_equal (desk);
}

static void
test_stop_while_in_flight (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  fake_server_hold (desk->server, TRUE);
  desk_start (desk);
  desk_settle (desk);
  kefu_sync_engine_stop (desk->engine);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_OFFLINE);
  fake_server_hold (desk->server, FALSE);
  desk_settle (desk);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_OFFLINE);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_SYNC), ==, 1);

  kefu_sync_engine_start (desk->engine);
  /* Stopped and started while the answer of the first connection is still under way. */
  kefu_sync_engine_stop (desk->engine);
  kefu_sync_engine_start (desk->engine);
  desk_wait_equal (desk);
}

static gboolean
has_answered (gpointer desk)
{
  return fake_server_n_answers (((Desk *) desk)->server, FAKE_SYNC) == 1;
}

/* What the store did for the last connection is not an answer to this one. */
static void
test_stop_while_the_store_works (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);

  desk_start (desk);
  test_wait_for (has_answered, desk);
  while (kefu_store_get_synced_at (desk->store->store) == 0)
    g_usleep (500);
  kefu_sync_engine_stop (desk->engine);
  fake_server_hold (desk->server, TRUE);
  kefu_sync_engine_start (desk->engine);
  desk_settle (desk);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_CONNECTING);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_STREAM), ==, 0);
  fake_server_hold (desk->server, FALSE);
  desk_wait_equal (desk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inbound/a-new-desk-catches-up-in-pages-and-is-live",
                   test_a_new_desk_catches_up_in_pages_and_is_live);
  g_test_add_func ("/inbound/what-happens-later-comes-over-the-stream", test_what_happens_later_comes_over_the_stream);
  g_test_add_func ("/inbound/a-returning-desk-asks-from-its-cursor", test_a_returning_desk_asks_from_its_cursor);
  g_test_add_func ("/inbound/a-lost-last-batch-is-missed", test_a_lost_last_batch_is_missed);
  g_test_add_data_func ("/inbound/lost-batches-end-equal", GINT_TO_POINTER (FAKE_STREAM_LOSES),
                        test_a_bad_socket_ends_equal);
  g_test_add_data_func ("/inbound/doubled-batches-end-equal", GINT_TO_POINTER (FAKE_STREAM_DOUBLES),
                        test_a_bad_socket_ends_equal);
  g_test_add_data_func ("/inbound/reordered-batches-end-equal", GINT_TO_POINTER (FAKE_STREAM_REORDERS),
                        test_a_bad_socket_ends_equal);
  g_test_add_func ("/inbound/a-stream-of-nonsense-is-given-up", test_a_stream_of_nonsense_is_given_up);
  g_test_add_func ("/inbound/a-feed-that-says-more-and-stays-is-given-up",
                   test_a_feed_that_says_more_and_stays_is_given_up);
  g_test_add_func ("/inbound/catching-up-that-is-cut-off-keeps-no-memory",
                   test_catching_up_that_is_cut_off_keeps_no_memory);
  g_test_add_func ("/inbound/rubbish-is-an-absent-server", test_rubbish_is_an_absent_server);
  g_test_add_func ("/inbound/a-broken-stream-is-opened-again", test_a_broken_stream_is_opened_again);
  g_test_add_func ("/inbound/waits-grow-and-end-early-only-for-a-reason",
                   test_waits_grow_and_end_early_only_for_a_reason);
  g_test_add_func ("/inbound/only-a-good-connection-makes-the-waits-short-again",
                   test_only_a_good_connection_makes_the_waits_short_again);
  g_test_add_func ("/inbound/a-wait-that-the-server-asks-for-is-kept-but-not-for-ever",
                   test_a_wait_that_the_server_asks_for_is_kept_but_not_for_ever);
  g_test_add_func ("/inbound/the-network-s-return-ends-the-wait", test_the_network_s_return_ends_the_wait);
  g_test_add_func ("/inbound/an-expired-sign-in-stops-everything",
                   test_an_expired_sign_in_stops_everything_until_resumed);
  g_test_add_func ("/inbound/a-cursor-that-is-gone-for-ever-does-not-spin",
                   test_a_cursor_that_is_gone_for_ever_does_not_spin);
  g_test_add_func ("/inbound/damage-met-by-a-query-is-mended", test_damage_met_by_a_query_is_mended);
  g_test_add_func ("/inbound/a-full-disk-is-told-and-recovers", test_a_full_disk_is_told_and_recovers);
  g_test_add_func ("/inbound/stop-while-in-flight", test_stop_while_in_flight);
  g_test_add_func ("/inbound/stop-while-the-store-works", test_stop_while_the_store_works);
  return g_test_run ();
}
