/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the models ask: views, counts, pages, a customer's value, and that it is answered from indices. */
#include "config.h"

#include "kefu-store-private.h"
#include "store-fixture.h"

#define DAY (G_GINT64_CONSTANT (24) * 3600 * 1000)

static void
put_conversation (Feed *feed, const char *id, const char *status, const char *assignee, gint64 waiting, gint64 last)
{
  g_autofree char *who = assignee != NULL ? g_strdup_printf ("'%s'", assignee) : g_strdup ("null");
  g_autofree char *fields =
    g_strdup_printf ("'customer_id':'" CUSTOMER_1
                     "','channel_id':'channel-1','key':'%s','status':'%s','assignee_id':%s,"
                     "'waiting_since':%" G_GINT64_FORMAT ",'last_at':%" G_GINT64_FORMAT ",'in_count':3",
                     id, status, who, waiting, last);

  feed_put (feed, "conversation", id, fields);
}

/* a: mine, waits since 500; b: mine, waits since 400; c: mine, done; d: nobody's, waits; e: agent-2's; f: snoozed, mine; g, h: resolved. */
static StoreFixture *
views_new (void)
{
  StoreFixture *store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 0);
  put_conversation (feed, "a", "open", TEST_AGENT, 500, 500);
  put_conversation (feed, "b", "open", TEST_AGENT, 400, 600);
  put_conversation (feed, "c", "open", TEST_AGENT, 0, 700);
  put_conversation (feed, "d", "open", NULL, 300, 300);
  put_conversation (feed, "e", "open", "agent-2", 0, 200);
  put_conversation (feed, "f", "snoozed", TEST_AGENT, 100, 100);
  put_conversation (feed, "g", "resolved", TEST_AGENT, 0, 50);
  put_conversation (feed, "h", "resolved", NULL, 10, 60);
  feed_put (feed, "read", "c:" TEST_AGENT, "'conversation_id':'c','agent_id':'" TEST_AGENT "','mseq':3,'in_no':3");
  feed_put (feed, "read", "a:" TEST_AGENT, "'conversation_id':'a','agent_id':'" TEST_AGENT "','mseq':1,'in_no':1");
  feed_put (feed, "read", "b:agent-2", "'conversation_id':'b','agent_id':'agent-2','mseq':3,'in_no':3");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  return store;
}

static void
assert_inbox (StoreFixture *store, KefuInboxView view, KefuInboxOrder order, const char *expected)
{
  g_autoptr (GPtrArray) rows = test_inbox (store, view, order);
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append (ids, ((const KefuConversationRecord *) g_ptr_array_index (rows, i))->id);
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
test_views_and_orders (void)
{
  g_autoptr (StoreFixture) store = views_new ();

  assert_inbox (store, KEFU_VIEW_MINE, KEFU_ORDER_LONGEST, "bac");
  assert_inbox (store, KEFU_VIEW_MINE, KEFU_ORDER_NEWEST, "cba");
  assert_inbox (store, KEFU_VIEW_MINE, KEFU_ORDER_UNREAD, "bac");
  assert_inbox (store, KEFU_VIEW_UNASSIGNED, KEFU_ORDER_LONGEST, "d");
  assert_inbox (store, KEFU_VIEW_WAITING, KEFU_ORDER_LONGEST, "fdba");
  assert_inbox (store, KEFU_VIEW_SNOOZED, KEFU_ORDER_LONGEST, "f");
  assert_inbox (store, KEFU_VIEW_RESOLVED, KEFU_ORDER_NEWEST, "hg");
  assert_inbox (store, KEFU_VIEW_ALL, KEFU_ORDER_LONGEST, "fdbace");
}

static void
test_a_row_is_joined_with_what_it_shows (void)
{
  g_autoptr (StoreFixture) store = views_new ();
  g_autoptr (KefuConversationRecord) mine = NULL;
  g_autoptr (KefuConversationRecord) with_note = NULL;
  g_autoptr (KefuConversationRecord) nobodys = NULL;
  g_autoptr (KefuConversationRecord) read = NULL;
  g_autoptr (KefuConversationRecord) of_other = NULL;

  kefu_store_save_draft (store->store, "a", "reply", "亲，");
  g_free (test_draft (store, "a", "reply"));
  mine = test_conversation (store, "a");
  g_assert_cmpstr (mine->customer_name, ==, "沈若溪");
  g_assert_cmpstr (mine->channel_type, ==, "wechat");
  g_assert_cmpstr (mine->shop, ==, "时光表行");
  g_assert_cmpint (mine->due_s, ==, 100);
  g_assert_cmpint (mine->over_s, ==, 180);
  g_assert_cmpstr (mine->assignee_name, ==, "小林");
  g_assert_cmpint (mine->unread, ==, 2);
  g_assert_cmpstr (mine->draft, ==, "亲，");
  /* A note that is begun shows where no reply is. */
  kefu_store_save_draft (store->store, "a", "note", "问仓库");
  kefu_store_save_draft (store->store, "a", "reply", "");
  g_free (test_draft (store, "a", "reply"));
  with_note = test_conversation (store, "a");
  g_assert_cmpstr (with_note->draft, ==, "问仓库");
  nobodys = test_conversation (store, "d");
  g_assert_null (nobodys->assignee_id);
  g_assert_cmpstr (nobodys->assignee_name, ==, "");
  g_assert_cmpint (nobodys->unread, ==, 3);
  g_assert_cmpstr (nobodys->draft, ==, "");
  read = test_conversation (store, "c");
  g_assert_cmpint (read->unread, ==, 0);
  /* Somebody else's reading is not mine. */
  of_other = test_conversation (store, "b");
  g_assert_cmpint (of_other->unread, ==, 3);
}

/* A plan that reads a table from end to end. Constants and json_each() are no tables. */
static void
assert_no_scan (KefuDb *db, const char *sql)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", sql);
  if (strstr (sql, "?2") != NULL)
    stmt = kefu_db_query (db, &error, explain, "ss", TEST_AGENT, "");
  else
    stmt = kefu_db_query (db, &error, explain, strstr (sql, "?1") != NULL ? "s" : "", TEST_AGENT);
  g_assert_no_error (error);
  while (kefu_stmt_step (stmt, &error))
    {
      const char *step = kefu_stmt_text (stmt, 3);

      g_test_message ("  %s", step);
      if (g_str_has_prefix (step, "SCAN"))
        g_test_fail_printf ("%s", step);
    }
  g_assert_no_error (error);
}

static void
test_a_chat_is_answered_from_indices (void)
{
  g_autoptr (StoreFixture) store = views_new ();
  g_autofree char *cache = store_fixture_path (store, "cache.db");
  g_autofree char *desk = store_fixture_path (store, "desk.db");
  g_autoptr (KefuDb) db = kefu_db_open (cache, KEFU_DB_READ_ONLY, NULL);

  g_assert_true (kefu_db_run (db, NULL, "ATTACH DATABASE ? AS desk", "s", desk));
  assert_no_scan (db,
                  KEFU_MESSAGE_COLUMNS "WHERE m.conversation_id = ?1 AND m.mseq < 5 ORDER BY m.mseq DESC, m.id DESC");
  assert_no_scan (db, KEFU_CHECKLIST_COLUMNS "WHERE i.customer_id = ?1 AND i.deleted = 0" KEFU_CHECKLIST_ORDER);
}

/* A start does not look through all messages for what a crash left. */
static void
test_whether_a_file_was_sent_is_asked_of_the_newest (void)
{
  g_autoptr (StoreFixture) store = views_new ();
  g_autofree char *cache = store_fixture_path (store, "cache.db");
  g_autoptr (KefuDb) db = kefu_db_open (cache, KEFU_DB_READ_ONLY, NULL);

  assert_no_scan (db, KEFU_BLOB_SENT_SQL);
}

static void
assert_page (StoreFixture *store, gint64 before, gint64 after, guint limit, gint64 first, gint64 last)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  kefu_store_list_messages_async (store->store, CONV_1, before, after, limit, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_cmpuint (rows->len, ==, (guint) (last - first + 1));
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpint (((const KefuMessageRecord *) g_ptr_array_index (rows, i))->mseq, ==, first + i);
}

static void
test_messages_page_in_both_directions (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 2);
  for (guint i = 2; i <= 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i);

      feed_put_message (feed, CONV_1, id, i, "话");
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  assert_page (store, G_MAXINT64, -1, 60, 41, 100);
  assert_page (store, 41, -1, 60, 1, 40);
  assert_page (store, 1, -1, 60, 1, 0);
  assert_page (store, 0, 40, 20, 41, 60);
  assert_page (store, 0, 0, 1000, 1, 100);
}

static void
test_a_message_knows_author_and_quote (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  const char *ids[] = { "reply", "nobody", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  const KefuMessageRecord *record;

  feed_put_shop (feed, 1);
  feed_put (feed, "message", "reply",
            "'conversation_id':'" CONV_1
            "','mseq':2,'dir':'out','author_id':'agent-2','body':'在','quote_id':'" MESSAGE_1
            "','sent_at':5,'delivery':'failed','delivery_reason':'closed'");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  kefu_store_get_messages_async (store->store, ids, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  record = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (record->author_name, ==, "阿芳");
  g_assert_cmpstr (record->quote_body, ==, "在吗");
  g_assert_cmpstr (record->delivery_reason, ==, "closed");
}

static void
put_order (Feed *feed, const char *id, const char *state, gint64 age_days, const char *more)
{
  g_autofree char *fields =
    g_strdup_printf ("'customer_id':'" CUSTOMER_1 "','number':'N%s','state':'%s','placed_at':%" G_GINT64_FORMAT
                     ",'paid_minor':10000,'currency':'CNY'%s%s",
                     id, state, TEST_NOW - age_days * DAY, *more != '\0' ? "," : "", more);

  feed_put (feed, "order", id, fields);
}

static KefuCustomerRecord *
get_customer (StoreFixture *store, const char *without)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  kefu_store_get_customer_async (store->store, CUSTOMER_1, without, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  return kefu_customer_record_ref (g_ptr_array_index (rows, 0));
}

static void
test_a_customers_value (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (KefuCustomerRecord) customer = NULL;

  feed_put_shop (feed, 3);
  feed_put (feed, "identity", "i1", "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'wx1','name':'溪'");
  put_order (feed, "o1", "signed", 200, "'paid_at':5,'confirmed':true,'reviewed':true");
  put_order (feed, "o2", "refunded", 150, "'paid_at':5,'refunded_minor':10000");
  put_order (feed, "o3", "shipped", 120, "'paid_at':5");
  put_order (feed, "o4", "unpaid", 1, "");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));

  customer = get_customer (store, CONV_2);
  g_assert_cmpstr (customer->name, ==, "沈若溪");
  g_assert_cmpstr (customer->tags[0], ==, "老客");
  g_assert_cmpuint (customer->identities->len, ==, 1);
  g_assert_cmpuint (customer->earlier->len, ==, 2);
  g_assert_cmpint (customer->n_orders, ==, 3);
  g_assert_cmpint (customer->paid_minor, ==, 30000);
  g_assert_cmpint (customer->n_repeat, ==, 2);
  g_assert_cmpint (customer->last_order_at, ==, TEST_NOW - 120 * DAY);
  g_assert_cmpint (customer->refund_percent, ==, 33);
  g_assert_cmpint (customer->risk, ==, 0);
}

/* product.md: 1 received but neither confirmed nor reviewed; 2 reviewed, inside 30 days from purchase; 3 bought within 3 months. */
static void
test_a_customers_risk (void)
{
  static const struct
  {
    const char *state;
    gint64 age;
    const char *more;
    int risk;
    int days;
  } cases[] = {
    { "signed", 5, "'paid_at':5", 1, 0 },
    { "signed", 400, "'paid_at':5", 1, 0 },
    { "signed", 5, "'paid_at':5,'reviewed':true", 2, 25 },
    { "signed", 31, "'paid_at':5,'reviewed':true", 3, 0 },
    { "signed", 31, "'paid_at':5,'confirmed':true", 3, 0 },
    { "paid", 89, "'paid_at':5", 3, 0 },
    { "signed", 91, "'paid_at':5,'reviewed':true", 0, 0 },
    { "closed", 5, "'paid_at':5", 0, 0 },
    { "unpaid", 5, "", 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StoreFixture) store = store_fixture_new ();
      g_autoptr (Feed) feed = feed_new ("epoch");
      g_autoptr (KefuCustomerRecord) customer = NULL;

      feed_put_shop (feed, 0);
      put_order (feed, "o1", cases[i].state, cases[i].age, cases[i].more);
      test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
      customer = get_customer (store, NULL);
      g_test_message ("case %u", i);
      g_assert_cmpint (customer->risk, ==, cases[i].risk);
      g_assert_cmpint (customer->risk_days, ==, cases[i].days);
    }
}

static void
test_orders_with_items_parcels_and_promises (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  const KefuOrderRecord *order;
  const KefuOrderItemRecord *item;
  const KefuTrackRecord *track;
  const KefuChecklistRecord *promise;

  feed_put_shop (feed, 1);
  put_order (feed, "old", "closed", 9, "");
  put_order (
    feed, "new", "shipped", 2,
    "'items':[{'title':'机械表','variant':'黑','qty':2,'price_minor':5000}],'track':[{'at':7,'text':'已揽收'}],"
    "'flag':1,'remark':'加急','remark_by':'agent-2'");
  feed_put (feed, "checklist_item", "i1",
            "'customer_id':'" CUSTOMER_1 "','conversation_id':'" CONV_1
            "','order_id':'new','kind':'gift','title':'送电池',"
            "'created_at':5,'created_by':'" TEST_AGENT "','proof_message_id':'" MESSAGE_1 "'");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  kefu_store_list_orders_async (store->store, CUSTOMER_1, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_cmpuint (rows->len, ==, 2);
  order = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (order->id, ==, "new");
  g_assert_cmpint (order->flag, ==, 1);
  g_assert_cmpstr (order->remark_by_name, ==, "阿芳");
  item = g_ptr_array_index (order->items, 0);
  g_assert_cmpstr (item->title, ==, "机械表");
  g_assert_cmpint (item->qty, ==, 2);
  track = g_ptr_array_index (order->track, 0);
  g_assert_cmpstr (track->text, ==, "已揽收");
  promise = g_ptr_array_index (order->checklist, 0);
  g_assert_cmpstr (promise->title, ==, "送电池");
  g_assert_cmpstr (promise->created_by_name, ==, "小林");
  g_assert_cmpstr (promise->proof_dir, ==, "in");
  order = g_ptr_array_index (rows, 1);
  g_assert_cmpint (order->flag, ==, -1);
  g_assert_cmpuint (order->items->len, ==, 0);
}

static void
put_item (Feed *feed, const char *id, const char *more)
{
  g_autofree char *fields =
    g_strdup_printf ("'customer_id':'" CUSTOMER_1 "','conversation_id':'" CONV_1 "','kind':'gift','title':'%s',"
                     "'created_at':5%s",
                     id, more);

  feed_put (feed, "checklist_item", id, fields);
}

static void
test_the_checklist_begins_with_what_is_due (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  static const char *const expected[] = { "due-soon", "due-later", "some-day", "done-late", "done-early" };

  feed_put_shop (feed, 1);
  put_item (feed, "some-day", "");
  put_item (feed, "due-later", ",'due_at':900");
  put_item (feed, "done-early", ",'done':true,'done_at':10,'due_at':1");
  put_item (feed, "due-soon", ",'due_at':100");
  put_item (feed, "done-late", ",'done':true,'done_at':20");
  put_item (feed, "deleted", ",'deleted':true");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  kefu_store_list_checklist_async (store->store, CUSTOMER_1, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_cmpuint (rows->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpstr (((const KefuChecklistRecord *) g_ptr_array_index (rows, i))->id, ==, expected[i]);
}

static GPtrArray *
list_phrases (StoreFixture *store)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_store_list_phrases_async (store->store, NULL, test_got_result, &result);
  return kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
}

static gboolean
is_spelled (gpointer data)
{
  g_autoptr (GPtrArray) rows = list_phrases (data);
  const KefuPhraseRecord *phrase = g_ptr_array_index (rows, 0);

  return *phrase->pinyin != '\0';
}

static void
test_phrases_are_the_teams_and_ones_own_and_get_pinyin (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GPtrArray) rows = NULL;
  const KefuPhraseRecord *phrase;

  feed_put_shop (feed, 0);
  feed_put (feed, "phrase_group", "g2", "'name':'物流','sort':2");
  feed_put (feed, "phrase_group", "g1", "'name':'议价','sort':1");
  feed_put (feed, "phrase", "p1", "'group_id':'g1','title':'包邮','body':'亲，包邮的','sort':2");
  feed_put (feed, "phrase", "p2",
            "'group_id':'g1','title':'小礼物','body':'送您','sort':1,'scope':'personal','agent_id':'" TEST_AGENT "'");
  feed_put (feed, "phrase", "p3",
            "'group_id':'g2','title':'催单','body':'在催','scope':'personal','agent_id':'agent-2'");
  feed_put (feed, "phrase", "p4", "'group_id':'g2','title':'查单','body':'在查'");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  test_wait_for (is_spelled, store);
  rows = list_phrases (store);
  g_assert_cmpuint (rows->len, ==, 3);
  phrase = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (phrase->id, ==, "p2");
  phrase = g_ptr_array_index (rows, 1);
  g_assert_cmpstr (phrase->id, ==, "p1");
  g_assert_cmpstr (phrase->group_name, ==, "议价");
  g_assert_cmpstr (phrase->pinyin, ==, "baoyouyijia");
  g_assert_cmpstr (phrase->initials, ==, "byyj");
  g_assert_true (kefu_change_set_has (store->seen, "phrase", "p1"));

  /* A group of another name spells its phrases anew. */
  feed_put (feed, "phrase_group", "g1", "'name':'还价','sort':1");
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  store_fixture_reopen (store);
  test_wait_for (is_spelled, store);
}

static void
test_agents (void)
{
  g_autoptr (StoreFixture) store = views_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  kefu_store_list_agents_async (store->store, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
  g_assert_cmpuint (rows->len, ==, 2);
}

static void
test_a_cancelled_question_is_answered_with_that (void)
{
  g_autoptr (StoreFixture) store = views_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KefuSearchQuery) query = kefu_search_query_new ("沈", TEST_NOW);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_search_async (store->store, query, 10, cancellable, test_got_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (kefu_store_search_finish (store->store, test_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queries/views-and-orders", test_views_and_orders);
  g_test_add_func ("/queries/a-row-is-joined-with-what-it-shows", test_a_row_is_joined_with_what_it_shows);
  g_test_add_func ("/queries/a-chat-is-answered-from-indices", test_a_chat_is_answered_from_indices);
  g_test_add_func ("/queries/whether-a-file-was-sent-is-asked-of-the-newest",
                   test_whether_a_file_was_sent_is_asked_of_the_newest);
  g_test_add_func ("/queries/messages-page-in-both-directions", test_messages_page_in_both_directions);
  g_test_add_func ("/queries/a-message-knows-author-and-quote", test_a_message_knows_author_and_quote);
  g_test_add_func ("/queries/a-customers-value", test_a_customers_value);
  g_test_add_func ("/queries/a-customers-risk", test_a_customers_risk);
  g_test_add_func ("/queries/orders-with-items-parcels-and-promises", test_orders_with_items_parcels_and_promises);
  g_test_add_func ("/queries/the-checklist-begins-with-what-is-due", test_the_checklist_begins_with_what_is_due);
  g_test_add_func ("/queries/phrases-are-the-teams-and-ones-own",
                   test_phrases_are_the_teams_and_ones_own_and_get_pinyin);
  g_test_add_func ("/queries/agents", test_agents);
  g_test_add_func ("/queries/a-cancelled-question-is-answered-with-that",
                   test_a_cancelled_question_is_answered_with_that);
  return g_test_run ();
}
