/* SPDX-License-Identifier: GPL-3.0-or-later
 * What goes out: once each, in order, and never lost. */
#include "config.h"

#include "sync-fixture.h"

static void
assert_sent (Desk *desk, const char *expected)
{
  g_autofree char *sent = fake_server_sent (desk->server);

  g_assert_cmpstr (sent, ==, expected);
}

static Desk *
live_desk (void)
{
  Desk *desk = desk_new (NULL);

  desk_start (desk);
  desk_wait_equal (desk);
  return desk;
}

static void
test_what_is_done_live_goes_out_at_once (void)
{
  g_autoptr (Desk) desk = live_desk ();

  desk_send (desk, "一");
  desk_wait_equal (desk);
  desk_send (desk, "二");
  desk_send (desk, "三");
  desk_wait_equal (desk);
  assert_sent (desk, "一 二 三");
  g_assert_cmpuint (fake_server_n_ops (desk->server), ==, 3);
}

static void
test_what_was_done_offline_goes_out_once_each_in_order (void)
{
  g_autoptr (Desk) desk = live_desk ();

  kefu_sync_engine_stop (desk->engine);
  desk_send (desk, "一");
  desk_send (desk, "二");
  desk_restart (desk);
  desk_send (desk, "三");
  desk_kill (desk);
  g_assert_cmpuint (kefu_store_get_n_pending (desk->store->store), ==, 3);
  fake_server_customer_writes (desk->server, CONV_1, "人呢");
  desk_start (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "一 二 三");
  g_assert_cmpuint (fake_server_n_ops (desk->server), ==, 3);
}

static void
test_a_great_many_go_out_in_order (void)
{
  g_autoptr (Desk) desk = desk_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);

  desk_start (desk);
  desk_wait_equal (desk);
  kefu_sync_engine_stop (desk->engine);
  for (guint i = 0; i < 250; i++)
    {
      g_autofree char *body = g_strdup_printf ("n%u", i);

      desk_send (desk, body);
      g_string_append_printf (expected, "%s%s", i > 0 ? " " : "", body);
    }
  desk_start (desk);
  desk_wait_equal (desk);
  assert_sent (desk, expected->str);
  g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_OPS), ==, 3);
}

/* protocol.md, "What must hold" 2. */
static void
test_an_operation_delivered_often_has_one_effect (void)
{
  g_autoptr (Desk) desk = live_desk ();

  fake_server_lose_answers (desk->server, 4);
  desk_send (desk, "只此一句");
  for (guint i = 0; i < 4; i++)
    {
      desk_wait_state (desk, KEFU_SYNC_BACKOFF);
      g_assert_cmpuint (kefu_store_get_n_pending (desk->store->store), ==, 1);
      if (i == 1)
        {
          desk_kill (desk);
          desk_start (desk);
        }
      else
        {
          desk_pass_wait (desk);
        }
    }
  desk_wait_equal (desk);
  assert_sent (desk, "只此一句");
  g_assert_cmpuint (fake_server_n_ops (desk->server), ==, 5);
}

static void
test_a_server_that_fails_loses_nothing (void)
{
  static const int codes[] = { KEFU_ERROR_SERVER, KEFU_ERROR_NETWORK, KEFU_ERROR_PROTOCOL, KEFU_ERROR_RATE_LIMITED,
                               KEFU_ERROR_NOT_FOUND };
  g_autoptr (Desk) desk = live_desk ();
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *body = g_strdup_printf ("n%u", i);

      g_string_append_printf (expected, "%s%s", i > 0 ? " " : "", body);
      fake_server_fail (desk->server, FAKE_OPS, 1, codes[i]);
      desk_send (desk, body);
      desk_wait_state (desk, KEFU_SYNC_BACKOFF);
      g_assert_nonnull (kefu_sync_engine_get_last_error (desk->engine));
      g_assert_cmpuint (kefu_store_get_n_pending (desk->store->store), ==, 1);
      desk_pass_wait (desk);
      desk_wait_equal (desk);
    }
  assert_sent (desk, expected->str);
}

/* No patience makes a certificate right: what waits goes out when somebody has looked at it. */
static void
test_a_server_that_is_not_trusted_gets_nothing (void)
{
  g_autoptr (Desk) desk = live_desk ();

  fake_server_fail (desk->server, FAKE_OPS, 1, KEFU_ERROR_TLS);
  desk_send (desk, "在的");
  desk_wait_state (desk, KEFU_SYNC_UNTRUSTED);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (desk->store->clock), 3600 * 1000);
  g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_UNTRUSTED);
  g_assert_cmpint (kefu_sync_engine_get_retry_at (desk->engine), ==, 0);
  g_assert_cmpuint (kefu_store_get_n_pending (desk->store->store), ==, 1);
  kefu_sync_engine_resume (desk->engine);
  desk_wait_equal (desk);
  assert_sent (desk, "在的");
}

static void
test_an_answer_of_rubbish_loses_nothing (void)
{
  static const char *const rubbish[] = { "<html>", "{}", "{\"results\":[1]}" };
  g_autoptr (Desk) desk = live_desk ();

  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++)
    {
      fake_server_answer (desk->server, FAKE_OPS, 1, rubbish[i]);
      desk_send (desk, "话");
      desk_wait_state (desk, KEFU_SYNC_BACKOFF);
      desk_pass_wait (desk);
      desk_wait_equal (desk);
    }
  assert_sent (desk, "话 话 话");
}

static guint
n_rejected (Desk *desk)
{
  return kefu_store_get_n_rejected (desk->store->store);
}

static gboolean
one_rejected (gpointer desk)
{
  return n_rejected (desk) == 1;
}

static void
test_a_rejected_one_goes_to_the_tray_and_holds_up_nobody (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *op_id = NULL;
  g_autoptr (GPtrArray) tray = NULL;

  fake_server_reject (desk->server, "customer.edit");
  kefu_sync_engine_stop (desk->engine);
  desk_send (desk, "一");
  op_id = test_perform (desk->store, "customer.edit", "{'customer_id':'" CUSTOMER_1 "','notes':'怕狗'}", NULL);
  desk_send (desk, "二");
  desk_start (desk);
  test_wait_for (one_rejected, desk);
  desk_wait_equal (desk);
  assert_sent (desk, "一 二");
  tray = test_outbox (desk->store);
  g_assert_cmpuint (tray->len, ==, 1);
  g_assert_cmpstr (((const KefuOutboxRecord *) g_ptr_array_index (tray, 0))->reason, ==, "The server says no");
  g_assert_cmpstr (((const KefuOutboxRecord *) g_ptr_array_index (tray, 0))->text, ==, "怕狗");
}

/* A call that is refused as a whole would be refused for ever: the one to blame is found. */
static void
test_one_that_spoils_the_call_is_singled_out (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *op_id = NULL;
  g_autoptr (GPtrArray) tray = NULL;

  fake_server_refuse_calls_with (desk->server, "customer.edit");
  kefu_sync_engine_stop (desk->engine);
  desk_send (desk, "一");
  desk_send (desk, "二");
  op_id = test_perform (desk->store, "customer.edit", "{'customer_id':'" CUSTOMER_1 "','notes':'怕狗'}", NULL);
  desk_send (desk, "三");
  desk_start (desk);
  test_wait_for (one_rejected, desk);
  desk_wait_equal (desk);
  assert_sent (desk, "一 二 三");
  tray = test_outbox (desk->store);
  g_assert_cmpstr (((const KefuOutboxRecord *) g_ptr_array_index (tray, 0))->op_id, ==, op_id);
}

static void
test_what_is_put_off_is_asked_again_after_a_wait (void)
{
  g_autoptr (Desk) desk = live_desk ();
  KefuFakeClock *clock = KEFU_FAKE_CLOCK (desk->store->clock);

  kefu_fake_clock_advance (clock, 10 * 1000);
  fake_server_put_off (desk->server, 3);
  desk_send (desk, "慢慢来");
  for (guint i = 1; i <= 3; i++)
    {
      desk_settle (desk);
      g_assert_cmpuint (fake_server_n_calls (desk->server, FAKE_OPS), ==, i);
      g_assert_cmpint (kefu_sync_engine_get_state (desk->engine), ==, KEFU_SYNC_LIVE);
      g_assert_cmpint (kefu_fake_clock_next (clock), >=, 500 << (i - 1));
      kefu_fake_clock_advance (clock, kefu_fake_clock_next (clock));
    }
  desk_wait_equal (desk);
  assert_sent (desk, "慢慢来");
}

/* protocol.md, "What must hold" 4. */
static void
test_an_older_backup_loses_nothing_of_the_outbox (void)
{
  g_autoptr (Desk) desk = live_desk ();
  g_autofree char *draft = NULL;

  fake_server_back_up (desk->server);
  desk_send (desk, "备份后");
  desk_wait_equal (desk);
  kefu_store_save_draft (desk->store->store, CONV_1, "reply", "草稿");
  kefu_sync_engine_stop (desk->engine);
  desk_send (desk, "还没发");
  fake_server_restore (desk->server);
  fake_server_customer_writes (desk->server, CONV_2, "新的");
  desk_start (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "还没发");
  draft = test_draft (desk->store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "草稿");
  g_assert_true (kefu_change_set_is_all (desk->store->seen));
}

/* Answered, but the feed had not brought it back: the older server has neither. */
static void
test_an_acked_one_is_sent_again_to_an_older_backup (void)
{
  g_autoptr (Desk) desk = live_desk ();

  fake_server_back_up (desk->server);
  /* The stream loses the batch, so that the acked operation stays acked. */
  fake_server_set_stream_mode (desk->server, FAKE_STREAM_LOSES);
  desk_send (desk, "确认过的");
  desk_settle (desk);
  g_assert_cmpuint (kefu_store_get_n_pending (desk->store->store), ==, 0);
  fake_server_restore (desk->server);
  fake_server_break_stream (desk->server, KEFU_ERROR_NETWORK);
  fake_server_set_stream_mode (desk->server, FAKE_STREAM_HONEST);
  desk_pass_wait (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "确认过的");
}

static void
test_stop_while_a_post_is_under_way (void)
{
  g_autoptr (Desk) desk = live_desk ();

  fake_server_hold (desk->server, TRUE);
  desk_send (desk, "一");
  desk_settle (desk);
  kefu_sync_engine_stop (desk->engine);
  desk_send (desk, "二");
  fake_server_hold (desk->server, FALSE);
  desk_settle (desk);
  g_assert_cmpuint (kefu_store_get_n_pending (desk->store->store), ==, 2);
  desk_start (desk);
  desk_wait_equal (desk);
  assert_sent (desk, "一 二");
}

/* kill -9 at any moment, many times over. */
static void
test_kills_at_any_moment_end_equal (void)
{
  for (guint32 seed = 1; seed <= 5; seed++)
    {
      g_autoptr (Desk) desk = live_desk ();
      g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
      g_autoptr (GString) expected = g_string_new (NULL);

      for (guint i = 0; i < 12; i++)
        {
          g_autofree char *body = g_strdup_printf ("n%u", i);
          int turns = g_rand_int_range (chance, 0, 30);

          if (g_rand_boolean (chance))
            fake_server_lose_answers (desk->server, 1);
          if (g_rand_boolean (chance))
            fake_server_customer_writes (desk->server, CONV_1, "话");
          desk_send (desk, body);
          g_string_append_printf (expected, "%s%s", i > 0 ? " " : "", body);
          for (int turn = 0; turn < turns; turn++)
            {
              g_main_context_iteration (NULL, FALSE);
              g_usleep (100);
            }
          desk_kill (desk);
          desk_start (desk);
        }
      fake_server_lose_answers (desk->server, 0);
      desk_settle (desk);
      if (kefu_sync_engine_get_state (desk->engine) == KEFU_SYNC_BACKOFF)
        desk_pass_wait (desk);
      desk_wait_equal (desk);
      assert_sent (desk, expected->str);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbound/what-is-done-live-goes-out-at-once", test_what_is_done_live_goes_out_at_once);
  g_test_add_func ("/outbound/what-was-done-offline-goes-out-once-each-in-order",
                   test_what_was_done_offline_goes_out_once_each_in_order);
  g_test_add_func ("/outbound/a-great-many-go-out-in-order", test_a_great_many_go_out_in_order);
  g_test_add_func ("/outbound/an-operation-delivered-often-has-one-effect",
                   test_an_operation_delivered_often_has_one_effect);
  g_test_add_func ("/outbound/a-server-that-fails-loses-nothing", test_a_server_that_fails_loses_nothing);
  g_test_add_func ("/outbound/a-server-that-is-not-trusted-gets-nothing",
                   test_a_server_that_is_not_trusted_gets_nothing);
  g_test_add_func ("/outbound/an-answer-of-rubbish-loses-nothing", test_an_answer_of_rubbish_loses_nothing);
  g_test_add_func ("/outbound/a-rejected-one-goes-to-the-tray",
                   test_a_rejected_one_goes_to_the_tray_and_holds_up_nobody);
  g_test_add_func ("/outbound/one-that-spoils-the-call-is-singled-out", test_one_that_spoils_the_call_is_singled_out);
  g_test_add_func ("/outbound/what-is-put-off-is-asked-again-after-a-wait",
                   test_what_is_put_off_is_asked_again_after_a_wait);
  g_test_add_func ("/outbound/an-older-backup-loses-nothing-of-the-outbox",
                   test_an_older_backup_loses_nothing_of_the_outbox);
  g_test_add_func ("/outbound/an-acked-one-is-sent-again-to-an-older-backup",
                   test_an_acked_one_is_sent_again_to_an_older_backup);
  g_test_add_func ("/outbound/stop-while-a-post-is-under-way", test_stop_while_a_post_is_under_way);
  g_test_add_func ("/outbound/kills-at-any-moment-end-equal", test_kills_at_any_moment_end_equal);
  return g_test_run ();
}
