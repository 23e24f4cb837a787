/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search finds what a look at every row would find. */
#include "config.h"

#include <string.h>

#include "kefu-db.h"
#include "kefu-store-search-private.h"
#include "kefu-tokenizer.h"
#include "store-fixture.h"

static const char *const words[] = { "我的", "手表", "到", "哪了", "退货", "货",   "发货", "表带", "什么", "时候",
                                     "包邮", "吗",   "亲", "您好", "颜色", "电池", "A100", "ok",   "发",   "快递" };

static StoreFixture *
library_new (guint n, GPtrArray *bodies)
{
  StoreFixture *store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GRand) chance = g_rand_new_with_seed (42);

  feed_put_shop (feed, 1);
  g_ptr_array_add (bodies, g_strdup ("在吗"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GString) body = g_string_new (NULL);
      g_autofree char *id = g_strdup_printf ("m%u", i);
      int length = g_rand_int_range (chance, 1, 6);

      for (int j = 0; j < length; j++)
        {
          const char *word = words[g_rand_int_range (chance, 0, G_N_ELEMENTS (words))];

          /* Latin words stand apart, Han runs together, sometimes with a comma. */
          if (body->len > 0 && g_ascii_isalnum (*word))
            g_string_append_c (body, ' ');
          g_string_append (body, word);
          if (g_ascii_isalnum (*word))
            g_string_append_c (body, ' ');
          else if (g_rand_int_range (chance, 0, 4) == 0)
            g_string_append (body, "，");
        }
      feed_put_message (feed, CONV_1, id, i + 2, body->str);
      g_ptr_array_add (bodies, g_strdup (body->str));
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  return store;
}

static guint
count_kind (GPtrArray *hits, const char *kind)
{
  guint n = 0;

  for (guint i = 0; i < hits->len; i++)
    n += g_str_equal (((const KefuSearchHitRecord *) g_ptr_array_index (hits, i))->kind, kind);
  return n;
}

static void
test_messages_as_a_look_at_every_row_would (void)
{
  static const char *const queries[] = { "货", "退货", "发货",     "货发",     "手表到",  "我的手表",
                                         "吗", "电池", "什么时候", "表",       "A100",    "a100",
                                         "ok", "OK",   "亲",       "不存在的", "您好手表" };
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (StoreFixture) store = library_new (400, bodies);
  guint total = 0;

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (GPtrArray) hits = test_search (store, queries[i]);
      g_autofree char *folded = g_utf8_strdown (queries[i], -1);
      guint expected = 0;
      gint64 last = G_MAXINT64;

      for (guint j = 0; j < bodies->len; j++)
        {
          g_autofree char *body = g_utf8_strdown (g_ptr_array_index (bodies, j), -1);

          expected += strstr (body, folded) != NULL;
        }
      g_test_message ("%s: %u", queries[i], expected);
      g_assert_cmpuint (count_kind (hits, "message"), ==, expected);
      for (guint j = 0; j < hits->len; j++)
        {
          const KefuSearchHitRecord *hit = g_ptr_array_index (hits, j);
          g_autofree char *match = NULL;
          g_autofree char *down = NULL;

          g_assert_cmpint (hit->at, <=, last);
          last = hit->at;
          g_assert_cmpuint (hit->n_marks, >, 0);
          match = g_utf8_substring (hit->snippet, hit->marks[0].start, hit->marks[0].start + hit->marks[0].length);
          down = g_utf8_strdown (match, -1);
          /* those that touch are one */
          g_assert_true (g_str_has_prefix (down, folded));
        }
      total += expected;
    }
  g_assert_cmpuint (total, >, 400);
}

static void
test_several_words_must_all_be_there (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GPtrArray) both = NULL;
  g_autoptr (GPtrArray) quoted = NULL;

  feed_put_shop (feed, 1);
  feed_put_message (feed, CONV_1, "m2", 2, "手表的电池");
  feed_put_message (feed, CONV_1, "m3", 3, "手表的表带");
  feed_put_message (feed, CONV_1, "m4", 4, "电池和手表");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  both = test_search (store, "手表 电池");
  g_assert_cmpuint (both->len, ==, 2);
  /* What means something to FTS5 is text here. */
  quoted = test_search (store, "\"电池\" OR (NEAR* -手表:");
  g_assert_cmpuint (quoted->len, <=, 2);
}

static void
test_the_index_follows_edits_recalls_and_deletions (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *op_id = NULL;
  guint n[6] = { 0 };

  feed_put_shop (feed, 1);
  feed_put_message (feed, CONV_1, "m2", 2, "手表停了");
  feed_put_message (feed, CONV_1, "m3", 3, "手表走了");
  feed_put (feed, "message", "event",
            "'conversation_id':'" CONV_1 "','mseq':4,'kind':'event','dir':'none','body':'手表','sent_at':5");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  for (guint step = 0; step < G_N_ELEMENTS (n); step++)
    {
      gint64 head = feed_head (feed);
      g_autoptr (GPtrArray) hits = NULL;

      if (step == 1)
        feed_put_message (feed, CONV_1, "m2", 2, "闹钟停了");
      else if (step == 2)
        feed_put (feed, "message", "m3",
                  "'conversation_id':'" CONV_1 "','mseq':3,'dir':'in','body':'手表走了','recalled':true,'sent_at':5");
      else if (step == 3)
        op_id =
          test_perform (store, "message.send",
                        "{'id':'" ID_1 "','conversation_id':'" CONV_1 "','kind':'text','body':'手表修好了','at':1}",
                        NULL);
      else if (step == 4)
        feed_del (feed, "message", "m3");
      else if (step == 5)
        feed_put_message (feed, CONV_1, "m2", 2, "手表又停了");
      if (feed_head (feed) > head)
        test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
      hits = test_search (store, "手表");
      n[step] = hits->len;
    }
  g_assert_nonnull (op_id);
  g_assert_cmpuint (n[0], ==, 2);
  g_assert_cmpuint (n[1], ==, 1);
  g_assert_cmpuint (n[2], ==, 0);
  g_assert_cmpuint (n[3], ==, 1);
  g_assert_cmpuint (n[4], ==, 1);
  g_assert_cmpuint (n[5], ==, 2);
}

static guint
n_hits (StoreFixture *store, const char *text)
{
  g_autoptr (GPtrArray) hits = test_search (store, text);

  return hits->len;
}

/* Messages that have @token in the index. */
static guint
n_indexed (StoreFixture *store, const char *token)
{
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autofree char *query = g_strdup_printf ("\"%s\"", token);
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);

  return (guint) kefu_db_int (db, 99, "SELECT count(*) FROM message_fts WHERE message_fts MATCH ?", "s", query);
}

static void
test_what_an_edit_leaves_is_found (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 1);
  feed_put_message (feed, CONV_1, "m2", 2, "手表停了");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  for (guint edit = 0; edit < 3; edit++)
    {
      static const char *const bodies[] = { "手表又停了", "闹钟停了 ok", "闹钟停了 OK" };
      static const char *const kept[] = { "手表", "闹钟", "ok" };

      feed_put_message (feed, CONV_1, "m2", 2, bodies[edit]);
      test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
      g_assert_cmpuint (n_hits (store, "停了"), ==, 1);
      g_assert_cmpuint (n_hits (store, kept[edit]), ==, 1);
      g_assert_cmpuint (n_hits (store, "停了 from:customer"), ==, 1);
    }
  g_assert_cmpuint (n_hits (store, "手表"), ==, 0);

  /* what becomes something that is not looked for, and comes back */
  feed_put (feed, "message", "m2",
            "'conversation_id':'" CONV_1 "','mseq':2,'kind':'event','dir':'none','body':'闹钟停了','sent_at':5");
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  g_assert_cmpuint (n_hits (store, "闹钟"), ==, 0);
  feed_put_message (feed, CONV_1, "m2", 2, "闹钟停了");
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  g_assert_cmpuint (n_hits (store, "闹钟"), ==, 1);

  /* what the other side has written after all, by the row and by the index itself */
  feed_put (feed, "message", "m2",
            "'conversation_id':'" CONV_1 "','mseq':2,'kind':'text','dir':'out','body':'闹钟停了','sent_at':5");
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  g_assert_cmpuint (n_hits (store, "闹钟 from:customer"), ==, 0);
  g_assert_cmpuint (n_hits (store, "闹钟"), ==, 1);
  g_assert_cmpuint (n_indexed (store, KEFU_TOKEN_APART "闹钟"), ==, 0);
  g_assert_cmpuint (n_indexed (store, "闹钟"), ==, 1);
}

static void
test_what_is_rare_takes_more_than_one_go (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (KefuSearchQuery) query = kefu_search_query_new ("手表 channel:qq", TEST_NOW);
  g_autoptr (KefuSearchResults) first = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;

  feed_put_shop (feed, 1);
  feed_put (feed, "channel", "channel-2", "'type':'qq','name':'QQ'");
  feed_put (feed, "conversation", "rare", "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-2','key':'x'");
  feed_put (feed, "message", "m-rare", "'conversation_id':'rare','mseq':1,'dir':'in','body':'手表','sent_at':60000");
  for (gint64 i = 2; i < 15000; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%" G_GINT64_FORMAT, i);

      feed_put_message (feed, CONV_1, id, i, "手表");
    }
  /* so many that they are not gone through by themselves */
  for (gint64 i = 2; i < 8100; i++)
    {
      g_autofree char *id = g_strdup_printf ("r%" G_GINT64_FORMAT, i);

      feed_put_message (feed, "rare", id, i, "闹钟");
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));

  /* The rows that are not meant count as well: the reader is free again soon. */
  kefu_store_search_async (store->store, query, 20, NULL, test_got_result, &result);
  first = kefu_store_search_finish (store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->hits[KEFU_SEARCH_MESSAGES]->len, ==, 0);
  g_assert_true (first->more[KEFU_SEARCH_MESSAGES]);
  /* And it is found, once. */
  all = test_search (store, "手表 channel:qq");
  g_assert_cmpuint (count_kind (all, "message"), ==, 1);
}

/* What begins a token is asked of the index late, as it gathers all of it first. */
static void
test_two_letters_are_found_far_back_in_a_conversation (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 1);
  for (gint64 i = 2; i < 1500; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%" G_GINT64_FORMAT, i);

      feed_put_message (feed, CONV_1, id, i, i < 4 ? "Okay" : "手表");
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  g_assert_cmpuint (n_hits (store, "is:open ok"), ==, 2);
  g_assert_cmpuint (n_hits (store, "from:customer is:open ok"), ==, 2);
  g_assert_cmpuint (n_hits (store, "from:me is:open ok"), ==, 0);
}

static void
test_two_names_of_one_customer_find_once (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GPtrArray) hits = NULL;

  feed_put_shop (feed, 1);
  feed_put_message (feed, CONV_1, "m2", 2, "手表");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  hits = test_search (store, "手表 from:若溪 from:沈");
  g_assert_cmpuint (count_kind (hits, "message"), ==, 1);
}

static void
test_a_snippet_is_a_line_around_the_match (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *head = g_strnfill (300, 'x');
  g_autofree char *body = g_strdup_printf ("%s\\n请问電池什么时候换%s", head, head);
  g_autoptr (GPtrArray) hits = NULL;
  const KefuSearchHitRecord *hit;
  g_autofree char *match = NULL;

  feed_put_shop (feed, 1);
  feed_put_message (feed, CONV_1, "m2", 2, body);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  /* Simplified finds traditional, and shows it as it was written. */
  hits = test_search (store, "电池");
  g_assert_cmpuint (hits->len, ==, 1);
  hit = g_ptr_array_index (hits, 0);
  g_assert_cmpint (g_utf8_strlen (hit->snippet, -1), <, 80);
  g_assert_null (strchr (hit->snippet, '\n'));
  g_assert_cmpuint (hit->n_marks, ==, 1);
  match = g_utf8_substring (hit->snippet, hit->marks[0].start, hit->marks[0].start + hit->marks[0].length);
  g_assert_cmpstr (match, ==, "電池");
  g_assert_cmpstr (hit->customer_name, ==, "沈若溪");
  g_assert_cmpstr (hit->channel_type, ==, "wechat");
  g_assert_cmpstr (hit->conversation_id, ==, CONV_1);
  g_assert_cmpstr (hit->message_id, ==, "m2");
}

static void
put_at (Feed *feed, const char *id, gint64 mseq, gint64 at)
{
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'" CONV_1 "','mseq':%" G_GINT64_FORMAT ",'dir':'in','body':'手表',"
                     "'sent_at':%" G_GINT64_FORMAT,
                     mseq, at);

  feed_put (feed, "message", id, fields);
}

/* The ids of the messages in which 手表 is, in the order of the index, newest first. */
static char *
indexed (StoreFixture *store)
{
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);

  return kefu_db_text (db,
                       "SELECT group_concat(m.id, ' ') FROM (SELECT rowid FROM message_fts WHERE message_fts"
                       " MATCH '手表 OR \"" KEFU_TOKEN_APART "手表\"' ORDER BY rowid DESC) f"
                       " CROSS JOIN message m ON m.rowid = f.rowid",
                       "");
}

static void
test_the_index_is_in_the_order_of_time (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *op_id = NULL;
  g_autofree char *pending = NULL;
  g_autofree char *settled = NULL;
  const gint64 day = 24 * 60 * 60000;

  feed_put_shop (feed, 1);
  put_at (feed, "m3", 5, TEST_NOW - day);
  put_at (feed, "m1", 3, TEST_NOW - 3 * day);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  op_id = test_perform (store, "message.send",
                        "{'id':'" ID_1 "','conversation_id':'" CONV_1 "','kind':'text','body':'手表','at':1}", NULL);
  g_assert_nonnull (op_id);
  /* What is waiting is the newest, and what comes late stands where it belongs. */
  put_at (feed, "m2", 4, TEST_NOW - 2 * day);
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  pending = indexed (store);
  g_assert_cmpstr (pending, ==, ID_1 " m3 m2 m1");

  /* The server's row of what waited has the place of its time, and those of before keep theirs. */
  put_at (feed, ID_1, 6, TEST_NOW - 2 * day + 60000);
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  store_fixture_reopen (store);
  settled = indexed (store);
  g_assert_cmpstr (settled, ==, "m3 " ID_1 " m2 m1");
}

typedef struct
{
  StoreFixture *store;
  const char *text;
  guint n;
} Expectation;

static gboolean
finds_customers (gpointer data)
{
  const Expectation *expectation = data;
  g_autoptr (GPtrArray) hits = test_search (expectation->store, expectation->text);

  return count_kind (hits, "customer") == expectation->n;
}

static void
test_customers_by_name_pinyin_and_phone (void)
{
  static const struct
  {
    const char *text;
    guint n;
  } cases[] = {
    { "若溪", 1 }, { "沈", 2 },     { "shen", 2 },     { "shenruoxi", 1 }, { "shen ruo xi", 1 }, { "ruoxi", 1 },
    { "srx", 1 },  { "SRX", 1 },    { "uoxi", 0 },     { "2746", 1 },      { "13912342746", 1 }, { "746", 0 },
    { "1391", 0 }, { "olivia", 1 }, { "Olivia C", 1 }, { "王", 0 },
  };
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GPtrArray) hits = NULL;
  const KefuSearchHitRecord *hit;

  feed_put_shop (feed, 1);
  feed_put (feed, "customer", "customer-2", "'name':'沈大海','phone':'138 0000 1111'");
  feed_put (feed, "customer", "customer-3", "'name':'Olivia Chen'");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Expectation expectation = { store, cases[i].text, cases[i].n };

      g_test_message ("%s", cases[i].text);
      /* Names are spelled while the writer is idle. */
      test_wait_for (finds_customers, &expectation);
    }
  /* A phone number is not shown because it was searched. */
  hits = test_search (store, "2746");
  hit = g_ptr_array_index (hits, 0);
  g_assert_null (strstr (hit->snippet, "1234"));
  g_assert_cmpstr (g_utf8_offset_to_pointer (hit->snippet, hit->marks[0].start), ==, "2746");
  g_assert_cmpstr (hit->conversation_id, ==, CONV_1);
}

static void
test_orders_by_number_tracking_and_phone (void)
{
  static const char *const found[] = { "20231114", "TB2023111499", "1499", "sf10086", "SF1008612345", "5678" };
  static const char *const missed[] = { "99", "SF9", "99999" };
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 1);
  feed_put (feed, "order", "o1",
            "'customer_id':'" CUSTOMER_1
            "','number':'TB2023111499','state':'shipped','placed_at':5,'tracking':'SF1008612345',"
            "'phone':'13812345678'");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_autoptr (GPtrArray) hits = test_search (store, found[i]);

      g_test_message ("%s", found[i]);
      g_assert_cmpuint (count_kind (hits, "order"), ==, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (missed); i++)
    {
      g_autoptr (GPtrArray) hits = test_search (store, missed[i]);

      g_assert_cmpuint (count_kind (hits, "order"), ==, 0);
    }
}

static guint
n_messages (StoreFixture *store, const char *text)
{
  g_autoptr (GPtrArray) hits = test_search (store, text);

  return count_kind (hits, "message");
}

static void
test_files_by_their_name (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GPtrArray) hits = NULL;
  const KefuSearchHitRecord *hit;

  feed_put_shop (feed, 1);
  feed_put (feed, "message", "m-file",
            "'conversation_id':'" CONV_1 "','mseq':7,'kind':'file','dir':'in','body':'请看','sent_at':7,'in_no':2,"
            "'data':{'name':'最终报价.pdf'}");
  feed_put (feed, "message", "m-image",
            "'conversation_id':'" CONV_1 "','mseq':8,'kind':'image','dir':'in','body':'','sent_at':8,'in_no':3,"
            "'data':{'name':'报价截图.png'}");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  hits = test_search (store, "报价");
  g_assert_cmpuint (count_kind (hits, "message"), ==, 1);
  hit = g_ptr_array_index (hits, 0);
  g_assert_cmpstr (hit->message_kind, ==, "file");
  g_assert_cmpstr (g_utf8_offset_to_pointer (hit->snippet, hit->marks[0].start), ==, "报价.pdf");
  g_assert_cmpuint (n_messages (store, "请看"), ==, 1);

  /* the index follows */
  feed_put (feed, "message", "m-file",
            "'conversation_id':'" CONV_1 "','mseq':7,'kind':'file','dir':'in','body':'','sent_at':7,'in_no':2,"
            "'data':{'name':'发票.pdf'}");
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  g_assert_cmpuint (n_messages (store, "报价"), ==, 0);
  g_assert_cmpuint (n_messages (store, "请看"), ==, 0);
  g_assert_cmpuint (n_messages (store, "发票"), ==, 1);
  feed_del (feed, "message", "m-file");
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
  g_assert_cmpuint (n_messages (store, "发票"), ==, 0);
}

static void
test_nothing_finds_nothing (void)
{
  static const char *const texts[] = { "", " ", "，。", "\"", "*", "%", "_", "\xff\xfe" };
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");

  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) hits = test_search (store, texts[i]);

      g_assert_cmpuint (hits->len, ==, 0);
    }
}

/* --- where --- */

static int n_begun;

static void
test_no_page_of_a_chat_waits_for_a_search (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  KefuStoreCore *core = kefu_store_get_core (store->store);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GError) error = NULL;

  feed_put_shop (feed, 1);
  feed_put_message (feed, CONV_1, "m2", 2, "手表");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));

  /* the chat, while a search is at work */
  g_mutex_lock (&core->searcher_lock);
  messages = test_messages (store, CONV_1);
  g_mutex_unlock (&core->searcher_lock);
  g_assert_cmpuint (messages->len, >, 0);
  /* and the other way round */
  g_mutex_lock (&core->reader_lock);
  g_assert_cmpuint (n_hits (store, "手表"), ==, 1);
  g_mutex_unlock (&core->reader_lock);
}

/* A search that ends by itself only when it was begun a third time. */
static GPtrArray *
read_without_end (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  KefuStmt *stmt;

  if (g_atomic_int_get (&n_begun) == 2)
    return g_steal_pointer (&rows);
  stmt = kefu_db_query (db, error,
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE "
                        "EXISTS(SELECT 1 FROM message)",
                        "");
  g_assert_nonnull (stmt);
  while (kefu_stmt_step (stmt, error))
    if (kefu_stmt_int (stmt, 0) == 1)
      g_atomic_int_inc (&n_begun);
  kefu_stmt_end (stmt);
  return NULL;
}

static gboolean
has_begun (gpointer times)
{
  return g_atomic_int_get (&n_begun) >= GPOINTER_TO_INT (times);
}

/* With a cache in memory, where a reading keeps those away who write, and these whoever reads next. */
static void
test_a_search_in_memory_gives_way (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_close (store);
  store->flags = KEFU_STORE_KEEP_NOTHING;
  store_fixture_open (store);
  feed_put_shop (feed, 1);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));

  kefu_store_search_read (store->store, read_without_end, kefu_store_request_new (), NULL, test_got_result, &result);
  for (int i = 1; i <= 2; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%d", i);
      g_autoptr (GPtrArray) messages = NULL;

      test_wait_for (has_begun, GINT_TO_POINTER (i));
      feed_put_message (feed, CONV_1, id, i + 1, "手表");
      test_apply_ok (store, feed_batch (feed, feed_head (feed) - 1, -1, FALSE));
      messages = test_messages (store, CONV_1);
      g_assert_cmpuint (messages->len, ==, i + 1);
    }
  /* and is not given up for that */
  g_ptr_array_unref (kefu_store_list_finish (store->store, test_wait_result (&result), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_hits (store, "手表"), ==, 2);
}

static void
test_the_connection_goes_when_nobody_searches (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  KefuStoreCore *core = kefu_store_get_core (store->store);
  gboolean is_open = TRUE;

  feed_put_shop (feed, 1);
  feed_put_message (feed, CONV_1, "m2", 2, "手表");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  g_assert_null (core->searcher);
  g_assert_cmpuint (n_hits (store, "手表"), ==, 1);
  g_assert_nonnull (core->searcher);

  /* a minute later */
  g_source_set_ready_time (core->searcher_rest, 0);
  while (is_open)
    {
      g_main_context_iteration (NULL, FALSE);
      g_mutex_lock (&core->searcher_lock);
      is_open = core->searcher != NULL;
      g_mutex_unlock (&core->searcher_lock);
    }
  g_assert_null (core->searcher_rest);
  g_assert_cmpuint (n_hits (store, "手表"), ==, 1);
}

typedef struct
{
  GCancellable *cancellable;
  guint n_before;
  guint n_after;
} TypedOver;

/* On the search's thread. */
static int
type_over (unsigned type, void *data, void *stmt, void *sql)
{
  TypedOver *self = data;

  if (g_str_has_prefix (sql, "--") || strstr (sql, "'main'.") != NULL)
    return 0;
  if (g_cancellable_is_cancelled (self->cancellable))
    self->n_after++;
  else
    self->n_before++;
  if (strstr (sql, "message_fts MATCH") != NULL)
    g_cancellable_cancel (self->cancellable);
  return 0;
}

static void
put_many (StoreFixture *store, Feed *feed)
{
  feed_put_shop (feed, 1);
  for (gint64 i = 2; i < 40; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%" G_GINT64_FORMAT, i);

      feed_put_message (feed, CONV_1, id, i, "手表");
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
}

static void
test_a_search_that_was_typed_over_ends_at_once (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (KefuSearchQuery) query = kefu_search_query_new ("手表", TEST_NOW);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KefuSearchResults) results = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  TypedOver typed = { .cancellable = cancellable };

  put_many (store, feed);
  store_fixture_trace (store, type_over, &typed);
  kefu_store_search_async (store->store, query, 20, cancellable, test_got_result, &result);
  results = kefu_store_search_finish (store->store, test_wait_result (&result), &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (typed.n_before, >, 0);
  /* neither the names of those that were found, nor phrases, nor articles */
  g_assert_cmpuint (typed.n_after, ==, 0);
  store_fixture_trace (store, NULL, NULL);
  /* the next one is not meant */
  g_assert_cmpuint (n_hits (store, "手表"), ==, 38);
}

/* The main thread waits for the store's threads then. */
static void
test_none_is_waited_for_at_the_end (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (KefuSearchQuery) query = kefu_search_query_new ("手表", TEST_NOW);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  TypedOver typed = { .cancellable = kefu_store_get_core (store->store)->closing };

  put_many (store, feed);
  store_fixture_trace (store, type_over, &typed);
  kefu_store_search_async (store->store, query, 20, NULL, test_got_result, &result);
  g_assert_null (kefu_store_search_finish (store->store, test_wait_result (&result), &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (typed.n_before, >, 0);
  g_assert_cmpuint (typed.n_after, ==, 0);
  store_fixture_trace (store, NULL, NULL);
  g_clear_object (&result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/messages-as-a-look-at-every-row-would", test_messages_as_a_look_at_every_row_would);
  g_test_add_func ("/search/several-words-must-all-be-there", test_several_words_must_all_be_there);
  g_test_add_func ("/search/the-index-follows-edits-recalls-and-deletions",
                   test_the_index_follows_edits_recalls_and_deletions);
  g_test_add_func ("/search/what-an-edit-leaves-is-found", test_what_an_edit_leaves_is_found);
  g_test_add_func ("/search/what-is-rare-takes-more-than-one-go", test_what_is_rare_takes_more_than_one_go);
  g_test_add_func ("/search/two-letters-are-found-far-back-in-a-conversation",
                   test_two_letters_are_found_far_back_in_a_conversation);
  g_test_add_func ("/search/two-names-of-one-customer-find-once", test_two_names_of_one_customer_find_once);
  g_test_add_func ("/search/the-index-is-in-the-order-of-time", test_the_index_is_in_the_order_of_time);
  g_test_add_func ("/search/a-snippet-is-a-line-around-the-match", test_a_snippet_is_a_line_around_the_match);
  g_test_add_func ("/search/customers-by-name-pinyin-and-phone", test_customers_by_name_pinyin_and_phone);
  g_test_add_func ("/search/orders-by-number-tracking-and-phone", test_orders_by_number_tracking_and_phone);
  g_test_add_func ("/search/files-by-their-name", test_files_by_their_name);
  g_test_add_func ("/search/nothing-finds-nothing", test_nothing_finds_nothing);
  g_test_add_func ("/search/no-page-of-a-chat-waits-for-a-search", test_no_page_of_a_chat_waits_for_a_search);
  g_test_add_func ("/search/in-memory-gives-way", test_a_search_in_memory_gives_way);
  g_test_add_func ("/search/the-connection-goes-when-nobody-searches", test_the_connection_goes_when_nobody_searches);
  g_test_add_func ("/search/a-search-that-was-typed-over-ends-at-once", test_a_search_that_was_typed_over_ends_at_once);
  g_test_add_func ("/search/none-is-waited-for-at-the-end", test_none_is_waited_for_at_the_end);
  return g_test_run ();
}
