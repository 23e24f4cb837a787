/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outbox: what the agent does is durable, visible, sent, and ends only by the server's word. */
#include "config.h"

#include <signal.h>
#include <sys/resource.h>

#include "store-fixture.h"

#define SEND(id, conv, body)                                                                                           \
  "{'id':'" id "','conversation_id':'" conv "','kind':'text','body':'" body "','at':1700000000000}"

static StoreFixture *
shop_new (Feed **feed)
{
  StoreFixture *store = store_fixture_new ();

  *feed = feed_new ("epoch");
  feed_put_shop (*feed, 2);
  test_apply_ok (store, feed_batch (*feed, 0, -1, FALSE));
  store_fixture_forget (store);
  return store;
}

static char *
perform (StoreFixture *store, const char *type, const char *args)
{
  g_autoptr (GError) error = NULL;
  char *op_id = test_perform (store, type, args, &error);

  g_assert_no_error (error);
  g_assert_nonnull (op_id);
  return op_id;
}

static void
settle (StoreFixture *store, const char *op_id, const char *rest)
{
  g_autofree char *results = g_strdup_printf ("{'results':[{'op_id':'%s',%s}]}", op_id, rest);
  g_autoptr (GError) error = NULL;

  test_settle (store, results, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* The bodies of a conversation's messages, pending ones in brackets. */
static char *
bodies (StoreFixture *store, const char *conversation_id)
{
  g_autoptr (GPtrArray) messages = test_messages (store, conversation_id);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < messages->len; i++)
    {
      const KefuMessageRecord *message = g_ptr_array_index (messages, i);

      g_string_append_printf (text, message->rev == 0 ? "%s[%s]" : "%s%s", i > 0 ? " " : "", message->body);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_bodies (StoreFixture *store, const char *conversation_id, const char *expected)
{
  g_autofree char *text = bodies (store, conversation_id);

  g_assert_cmpstr (text, ==, expected);
}

/* The ids of the operations that wait, in order. */
static char **
waiting (StoreFixture *store, guint limit)
{
  g_autoptr (GBytes) body = test_take (store, limit);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  JsonArray *ops;

  if (body == NULL)
    return g_strv_builder_end (ids);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  root = json_from_string (text, NULL);
  ops = json_object_get_array_member (json_node_get_object (root), "ops");
  for (guint i = 0; i < json_array_get_length (ops); i++)
    g_strv_builder_add (ids, json_object_get_string_member (json_array_get_object_element (ops, i), "op_id"));
  return g_strv_builder_end (ids);
}

static void
test_an_act_is_visible_and_told (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = NULL;
  g_autoptr (KefuConversationRecord) conversation = NULL;

  op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  assert_bodies (store, CONV_1, "在吗 [在的]");
  g_assert_true (kefu_change_set_has (store->seen, "message", ID_1));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_1));
  g_assert_true (kefu_change_set_has (store->seen, KEFU_CHANGE_OUTBOX, op_id));
  g_assert_false (kefu_change_set_has (store->seen, "conversation", CONV_2));
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);
  g_assert_cmpint (kefu_store_get_oldest_pending_at (store->store), ==, TEST_NOW);

  conversation = test_conversation (store, CONV_1);
  g_assert_cmpint (conversation->pending, ==, 1);
  g_assert_cmpint (conversation->waiting_since, ==, 0);
  g_assert_cmpstr (conversation->last_text, ==, "在的");
}

static void
test_an_act_survives_reopening_and_a_kill (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  g_auto (GStrv) ids = NULL;

  store_fixture_reopen (store);
  assert_bodies (store, CONV_1, "在吗 [在的]");
  store_fixture_kill (store);
  assert_bodies (store, CONV_1, "在吗 [在的]");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);
  ids = waiting (store, 100);
  g_assert_cmpuint (g_strv_length (ids), ==, 1);
  g_assert_cmpstr (ids[0], ==, op_id);
}

/* Killed between the outbox and the cache: the operation is in the one and not in the other. */
static void
test_an_act_that_is_only_in_the_outbox_shows_after_a_start (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *path = store_fixture_path (store, "desk.db");
  g_autofree char *args = test_json (SEND (ID_1, CONV_1, "在的"));
  g_autoptr (KefuDb) desk = NULL;

  store_fixture_close (store);
  desk = kefu_db_open (path, KEFU_DB_DURABLE, NULL);
  g_assert_true (kefu_db_run (desk, NULL,
                              "INSERT INTO outbox(op_id, type, args, created_at) VALUES(?1, 'message.send', ?2, ?3)",
                              "ssi", ID_2, args, TEST_NOW));
  g_clear_pointer (&desk, kefu_db_close);
  store_fixture_open (store);
  assert_bodies (store, CONV_1, "在吗 [在的]");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);
}

static void
test_an_act_that_the_cache_refuses_leaves_nothing (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autoptr (GError) invalid = NULL;
  g_autoptr (GError) conflict = NULL;
  g_autoptr (GBytes) ops = NULL;

  g_assert_null (test_perform (store, "message.send", SEND (ID_1, ID_2, "给谁"), &invalid));
  g_assert_nonnull (invalid);
  g_assert_cmpuint (invalid->domain, ==, KEFU_ERROR);
  g_assert_null (test_perform (store, "conversation.claim",
                               "{'conversation_id':'" CONV_1 "','assignee_id':'" TEST_AGENT "x'}", &conflict));
  g_assert_nonnull (conflict);
  ops = test_take (store, 100);
  g_assert_null (ops);
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);
  g_assert_cmpuint (store->n_changed, ==, 0);
  assert_bodies (store, CONV_1, "在吗");
}

static void
test_acts_are_taken_in_order_and_at_most_as_many_as_asked (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *first = perform (store, "message.send", SEND (ID_1, CONV_1, "一"));
  g_autofree char *second = perform (store, "message.send", SEND (ID_2, CONV_2, "二"));
  g_autofree char *third = perform (store, "message.send", SEND (ID_3, CONV_1, "三"));
  g_auto (GStrv) two = waiting (store, 2);
  g_auto (GStrv) all = waiting (store, 100);

  g_assert_cmpuint (g_strv_length (two), ==, 2);
  g_assert_cmpstr (two[0], ==, first);
  g_assert_cmpuint (g_strv_length (all), ==, 3);
  g_assert_cmpstr (all[1], ==, second);
  g_assert_cmpstr (all[2], ==, third);
}

static void
test_a_large_outbox_is_taken_in_bodies_that_fit (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *wide = g_strnfill (6000, 'x');

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *args = g_strdup_printf ("{'id':'e0000000-0000-7000-8000-%012u','conversation_id':'" CONV_1
                                               "','kind':'note','body':'%s','at':1700000000000}",
                                               i + 100, wide);
      g_autofree char *op_id = perform (store, "message.send", args);
    }
  for (guint left = 100; left > 0;)
    {
      g_autoptr (GBytes) body = test_take (store, 100);
      g_auto (GStrv) ids = waiting (store, 100);

      g_assert_cmpuint (g_bytes_get_size (body), <, 1024 * 1024);
      g_assert_cmpuint (g_strv_length (ids), >, 0);
      g_assert_cmpuint (g_strv_length (ids), <, 100);
      for (guint i = 0; ids[i] != NULL; i++, left--)
        settle (store, ids[i], "'status':'applied','rev':1,'seq':1");
    }
}

static void
test_an_acked_act_waits_for_the_feed (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  g_autoptr (GBytes) ops = NULL;
  gint64 head = feed_head (feed);

  settle (store, op_id, "'status':'applied','rev':10,'seq':10");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);
  ops = test_take (store, 100);
  g_assert_null (ops);
  assert_bodies (store, CONV_1, "在吗 [在的]");

  /* Something else comes first: the pending copy stays. */
  feed_put_message (feed, CONV_2, ID_4, 2, "喂");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
  assert_bodies (store, CONV_1, "在吗 [在的]");

  feed_put (feed, "message", ID_1,
            "'conversation_id':'" CONV_1 "','mseq':2,'kind':'text','dir':'out','author_id':'" TEST_AGENT
            "','body':'在的','sent_at':1700000000000,'delivery':'sent'");
  test_apply_ok (store, feed_batch (feed, head + 1, -1, FALSE));
  assert_bodies (store, CONV_1, "在吗 在的");
  store_fixture_reopen (store);
  assert_bodies (store, CONV_1, "在吗 在的");
}

/* What has come back is over: somebody else may have gone on from there, in the same batch. */
static void
test_an_act_that_came_back_is_not_done_again (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = perform (store, "customer.edit", "{'customer_id':'" CUSTOMER_1 "','level':'VIP5'}");
  g_autoptr (KefuConversationRecord) conversation = NULL;
  gint64 head = feed_head (feed);
  g_autofree char *acked = g_strdup_printf ("'status':'applied','seq':%" G_GINT64_FORMAT, head + 1);

  settle (store, op_id, acked);
  feed_put (feed, "label", "label-1", "'name':'x'");
  feed_put (feed, "customer", CUSTOMER_1, "'name':'沈若溪','level':'VIP6'");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
  conversation = test_conversation (store, CONV_1);
  g_assert_cmpstr (conversation->customer_level, ==, "VIP6");
}

static void
test_the_feed_may_be_faster_than_the_answer (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  gint64 head = feed_head (feed);
  g_autofree char *answer = NULL;
  gint64 seq;

  seq = feed_put (feed, "message", ID_1,
                  "'conversation_id':'" CONV_1 "','mseq':2,'kind':'text','dir':'out','author_id':'" TEST_AGENT
                  "','body':'在的','sent_at':1700000000000,'delivery':'queued'");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
  assert_bodies (store, CONV_1, "在吗 在的");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);

  answer = g_strdup_printf ("'status':'duplicate','rev':1,'seq':%" G_GINT64_FORMAT, seq);
  settle (store, op_id, answer);
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);
  assert_bodies (store, CONV_1, "在吗 在的");
}

static void
test_a_refused_act_goes_back_and_stays_in_the_tray (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  g_autoptr (KefuConversationRecord) conversation = NULL;
  g_autoptr (GPtrArray) tray = NULL;
  const KefuOutboxRecord *record;

  store_fixture_forget (store);
  settle (store, op_id, "'status':'rejected','error':{'code':'window','message':'The window is closed'}");
  assert_bodies (store, CONV_1, "在吗");
  g_assert_true (kefu_change_set_has (store->seen, "message", ID_1));
  g_assert_true (kefu_change_set_has (store->seen, "conversation", CONV_1));
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 0);
  g_assert_cmpuint (kefu_store_get_n_rejected (store->store), ==, 1);
  conversation = test_conversation (store, CONV_1);
  g_assert_cmpint (conversation->waiting_since, >, 0);
  g_assert_cmpstr (conversation->last_text, ==, "在吗");

  store_fixture_kill (store);
  tray = test_outbox (store);
  g_assert_cmpuint (tray->len, ==, 1);
  record = g_ptr_array_index (tray, 0);
  g_assert_cmpstr (record->op_id, ==, op_id);
  g_assert_cmpstr (record->state, ==, "rejected");
  g_assert_cmpstr (record->reason, ==, "The window is closed");
  g_assert_cmpstr (record->text, ==, "在的");
  g_assert_cmpstr (record->conversation_id, ==, CONV_1);
  g_assert_cmpstr (record->customer_name, ==, "沈若溪");
}

static gboolean
nothing_rejected (gpointer store)
{
  return kefu_store_get_n_rejected (store) == 0;
}

static void
test_a_refused_act_can_be_sent_again_or_forgotten (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *first = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  g_autofree char *second = perform (store, "message.send", SEND (ID_2, CONV_1, "二"));
  g_auto (GStrv) ids = NULL;

  settle (store, first, "'status':'rejected','error':{'code':'x','message':'No'}");
  settle (store, second, "'status':'applied','rev':100,'seq':100");
  kefu_store_retry_rejected (store->store, first);
  test_wait_for (nothing_rejected, store->store);
  ids = waiting (store, 100);
  g_assert_cmpuint (g_strv_length (ids), ==, 1);
  g_assert_cmpstr (ids[0], !=, first);
  assert_bodies (store, CONV_1, "在吗 [在的] [二]");

  settle (store, ids[0], "'status':'rejected','error':{'code':'x','message':'No'}");
  g_assert_cmpuint (kefu_store_get_n_rejected (store->store), ==, 1);
  kefu_store_discard_rejected (store->store, ids[0]);
  test_wait_for (nothing_rejected, store->store);
  assert_bodies (store, CONV_1, "在吗 [二]");
}

static void
test_what_is_put_off_stays_and_counts_as_not_settled (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  g_autofree char *put_off = g_strdup_printf ("{'results':[{'op_id':'%s','status':'retry'}]}", op_id);
  g_auto (GStrv) ids = NULL;
  guint n_settled = 9, n_rejected = 9;

  g_assert_true (test_settle (store, put_off, &n_settled, &n_rejected, NULL));
  g_assert_cmpuint (n_settled, ==, 0);
  g_assert_cmpuint (n_rejected, ==, 0);
  g_assert_true (test_settle (store, "{'results':[]}", &n_settled, NULL, NULL));
  g_assert_cmpuint (n_settled, ==, 0);
  g_assert_true (
    test_settle (store, "{'results':[{'op_id':'" ID_4 "','status':'applied','seq':3}]}", &n_settled, NULL, NULL));
  g_assert_cmpuint (n_settled, ==, 0);
  ids = waiting (store, 100);
  g_assert_cmpstr (ids[0], ==, op_id);
}

static void
test_rubbish_settles_nothing (void)
{
  static const char *const rubbish[] = {
    "", "<html>", "{}", "{'results':{}}", "{'results':[7]}", "{'results':[{'op_id':'x'}]}"
  };
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));

  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) ids = NULL;

      g_assert_false (test_settle (store, rubbish[i], NULL, NULL, &error));
      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
      ids = waiting (store, 100);
      g_assert_cmpstr (ids[0], ==, op_id);
    }
}

/* The server's state first, then the operations in the order they were done, whatever came in between. */
static void
test_waiting_acts_stay_on_top_of_what_comes (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *first = perform (store, "message.send", SEND (ID_1, CONV_1, "一"));
  g_autofree char *second =
    perform (store, "message.send",
             "{'id':'" ID_2 "','conversation_id':'" CONV_1 "','kind':'text','body':'二','at':1700000000001}");
  g_autofree char *edit = perform (store, "customer.edit", "{'customer_id':'" CUSTOMER_1 "','level':'VIP5'}");
  g_autofree char *read = perform (store, "conversation.read", "{'conversation_id':'" CONV_1 "','mseq':1,'in_no':1}");
  g_autoptr (KefuConversationRecord) conversation = NULL;
  g_autoptr (KefuConversationRecord) after = NULL;
  gint64 head = feed_head (feed);

  /* Meanwhile the customer wrote again and somebody else changed the name. */
  feed_put_message (feed, CONV_1, ID_4, 2, "人呢");
  feed_put (feed, "conversation", CONV_1,
            "'customer_id':'" CUSTOMER_1
            "','channel_id':'channel-1','key':'k1','status':'open','assignee_id':'" TEST_AGENT
            "','waiting_since':1699999990000,'last_in_at':1699999999000,'last_mseq':2,'last_at':1699999999000,"
            "'last_text':'人呢','last_dir':'in','in_count':2");
  feed_put (feed, "customer", CUSTOMER_1, "'name':'沈若兮','level':'VIP1'");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));

  assert_bodies (store, CONV_1, "在吗 人呢 [一] [二]");
  conversation = test_conversation (store, CONV_1);
  g_assert_cmpstr (conversation->last_text, ==, "二");
  g_assert_cmpstr (conversation->customer_name, ==, "沈若兮");
  g_assert_cmpstr (conversation->customer_level, ==, "VIP5");
  g_assert_cmpint (conversation->unread, ==, 1);
  g_assert_cmpint (conversation->pending, ==, 2);

  /* The first is refused: only what it did goes, back to what the server has said last. */
  settle (store, first, "'status':'rejected','error':{'code':'x','message':'No'}");
  settle (store, edit, "'status':'conflict','error':{'code':'x','message':'No'}");
  assert_bodies (store, CONV_1, "在吗 人呢 [二]");
  after = test_conversation (store, CONV_1);
  g_assert_cmpstr (after->customer_level, ==, "VIP1");
  g_assert_cmpint (after->unread, ==, 1);
}

static void
test_an_act_that_no_longer_fits_waits_unseen (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *op_id = NULL;
  g_autoptr (KefuConversationRecord) conversation = NULL;
  gint64 head = feed_head (feed);

  op_id = perform (store, "conversation.claim",
                   "{'conversation_id':'" CONV_1 "','assignee_id':null,'expect_assignee':'" TEST_AGENT "'}");
  feed_put (feed, "conversation", CONV_1,
            "'customer_id':'" CUSTOMER_1
            "','channel_id':'channel-1','key':'k1','status':'open','assignee_id':'agent-2'");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
  conversation = test_conversation (store, CONV_1);
  g_assert_cmpstr (conversation->assignee_id, ==, "agent-2");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);
}

static void
test_a_reset_keeps_everything_that_waits (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (Feed) other = feed_new ("other");
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *acked = perform (store, "message.send", SEND (ID_1, CONV_1, "一"));
  g_autofree char *pending =
    perform (store, "message.send",
             "{'id':'" ID_2 "','conversation_id':'" CONV_1 "','kind':'text','body':'二','at':1700000000001}");
  g_autofree char *refused = perform (store, "message.send", SEND (ID_3, CONV_2, "三"));
  g_autofree char *draft = NULL;
  g_auto (GStrv) ids = NULL;

  kefu_store_save_draft (store->store, CONV_1, "reply", "草稿");
  settle (store, acked, "'status':'applied','rev':100,'seq':100");
  settle (store, refused, "'status':'rejected','error':{'code':'x','message':'No'}");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);

  test_reset (store, NULL);
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 2);
  g_assert_cmpuint (kefu_store_get_n_rejected (store->store), ==, 1);
  ids = waiting (store, 100);
  g_assert_cmpstr (ids[0], ==, acked);
  g_assert_cmpstr (ids[1], ==, pending);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "草稿");

  /* The older backup does not have them; with its shop they show again. */
  feed_put_shop (other, 2);
  test_apply_ok (store, feed_batch (other, 0, -1, FALSE));
  assert_bodies (store, CONV_1, "在吗 [一] [二]");
  assert_bodies (store, CONV_2, "在吗");
}

static void
test_tray_holds_typed_text_only (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *read = perform (store, "conversation.read", "{'conversation_id':'" CONV_1 "','mseq':1,'in_no':1}");
  g_autofree char *item =
    perform (store, "checklist.add",
             "{'id':'" ID_1 "','conversation_id':'" CONV_1 "','kind':'gift','title':'送电池','at':1700000000000}");
  g_autofree char *done = perform (store, "checklist.done", "{'id':'" ID_1 "','done':true}");
  g_autoptr (GPtrArray) tray = test_outbox (store);
  g_autoptr (GPtrArray) after = NULL;
  const KefuOutboxRecord *record;

  g_assert_cmpuint (tray->len, ==, 1);
  record = g_ptr_array_index (tray, 0);
  g_assert_cmpstr (record->text, ==, "送电池");
  g_assert_cmpstr (record->state, ==, "pending");

  settle (store, done, "'status':'rejected','error':{'code':'x','message':'No'}");
  after = test_outbox (store);
  g_assert_cmpuint (after->len, ==, 2);
  record = g_ptr_array_index (after, 0);
  g_assert_cmpstr (record->op_id, ==, done);
  g_assert_cmpstr (record->conversation_id, ==, CONV_1);
  g_assert_cmpstr (record->customer_name, ==, "沈若溪");
}

/* --- when nothing can be written --- */

static void
failure_cb (guint *n_failures, const char *text)
{
  g_assert_cmpint (strlen (text), >, 0);
  (*n_failures)++;
}

static gboolean
has_failed (gpointer n_failures)
{
  return *(guint *) n_failures > 0;
}

static void
test_a_full_disk_is_told_and_nothing_is_half_done (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *before = perform (store, "message.send", SEND (ID_1, CONV_1, "之前"));
  g_autofree char *after = NULL;
  g_autofree char *unsaved = NULL;
  g_autofree char *draft = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit old, none = { 0 };
  guint n_failures = 0;

  g_signal_connect_swapped (store->store, "failure", G_CALLBACK (failure_cb), &n_failures);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  none.rlim_cur = 1;
  none.rlim_max = old.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  g_assert_null (test_perform (store, "message.send", SEND (ID_2, CONV_1, "满了"), &error));
  kefu_store_save_draft (store->store, CONV_1, "reply", "草稿");
  test_wait_for (has_failed, &n_failures);
  /* What was typed is not in the file, but not lost. */
  unsaved = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (unsaved, ==, "草稿");
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, KEFU_ERROR);
  assert_bodies (store, CONV_1, "在吗 [之前]");
  g_assert_cmpuint (kefu_store_get_n_pending (store->store), ==, 1);
  after = perform (store, "message.send", SEND (ID_3, CONV_1, "之后"));
  store_fixture_reopen (store);
  draft = test_draft (store, CONV_1, "reply");
  g_assert_cmpstr (draft, ==, "草稿");
  assert_bodies (store, CONV_1, "在吗 [之前] [之后]");
}

/* Somebody holds the cache: the act is neither in it nor left behind in the outbox, where it would be sent unseen. */
static void
test_a_cache_that_cannot_take_it_leaves_nothing_behind (void)
{
  g_autoptr (Feed) feed = NULL;
  g_autoptr (StoreFixture) store = shop_new (&feed);
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (KefuDb) other = kefu_db_open (path, KEFU_DB_READ_WRITE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) ops = NULL;
  g_autofree char *op_id = NULL;

  g_assert_true (kefu_db_begin (other, NULL));
  g_assert_null (test_perform (store, "message.send", SEND (ID_1, CONV_1, "在的"), &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_BUSY);
  kefu_db_rollback (other);
  ops = test_take (store, 100);
  g_assert_null (ops);
  op_id = perform (store, "message.send", SEND (ID_1, CONV_1, "在的"));
  assert_bodies (store, CONV_1, "在吗 [在的]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/an-act-is-visible-and-told", test_an_act_is_visible_and_told);
  g_test_add_func ("/outbox/an-act-survives-reopening-and-a-kill", test_an_act_survives_reopening_and_a_kill);
  g_test_add_func ("/outbox/an-act-only-in-the-outbox-shows-after-a-start",
                   test_an_act_that_is_only_in_the_outbox_shows_after_a_start);
  g_test_add_func ("/outbox/an-act-that-the-cache-refuses-leaves-nothing",
                   test_an_act_that_the_cache_refuses_leaves_nothing);
  g_test_add_func ("/outbox/acts-are-taken-in-order", test_acts_are_taken_in_order_and_at_most_as_many_as_asked);
  g_test_add_func ("/outbox/a-large-outbox-is-taken-in-bodies-that-fit",
                   test_a_large_outbox_is_taken_in_bodies_that_fit);
  g_test_add_func ("/outbox/an-acked-act-waits-for-the-feed", test_an_acked_act_waits_for_the_feed);
  g_test_add_func ("/outbox/an-act-that-came-back-is-not-done-again", test_an_act_that_came_back_is_not_done_again);
  g_test_add_func ("/outbox/the-feed-may-be-faster-than-the-answer", test_the_feed_may_be_faster_than_the_answer);
  g_test_add_func ("/outbox/a-refused-act-goes-back-and-stays-in-the-tray",
                   test_a_refused_act_goes_back_and_stays_in_the_tray);
  g_test_add_func ("/outbox/a-refused-act-can-be-sent-again-or-forgotten",
                   test_a_refused_act_can_be_sent_again_or_forgotten);
  g_test_add_func ("/outbox/what-is-put-off-stays", test_what_is_put_off_stays_and_counts_as_not_settled);
  g_test_add_func ("/outbox/rubbish-settles-nothing", test_rubbish_settles_nothing);
  g_test_add_func ("/outbox/waiting-acts-stay-on-top-of-what-comes", test_waiting_acts_stay_on_top_of_what_comes);
  g_test_add_func ("/outbox/an-act-that-no-longer-fits-waits-unseen", test_an_act_that_no_longer_fits_waits_unseen);
  g_test_add_func ("/outbox/a-reset-keeps-everything-that-waits", test_a_reset_keeps_everything_that_waits);
  g_test_add_func ("/outbox/the-tray-holds-typed-text-only", test_tray_holds_typed_text_only);
  g_test_add_func ("/outbox/a-full-disk-is-told-and-nothing-is-half-done",
                   test_a_full_disk_is_told_and_nothing_is_half_done);
  g_test_add_func ("/outbox/a-cache-that-cannot-take-it-leaves-nothing-behind",
                   test_a_cache_that_cannot_take_it_leaves_nothing_behind);
  return g_test_run ();
}
