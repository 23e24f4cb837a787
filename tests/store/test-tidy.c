/* SPDX-License-Identifier: GPL-3.0-or-later
 * Old messages go in small steps: the right ones, with their words, without gaps, and nothing else changes. */
#include "config.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "kefu-db.h"
#include "kefu-entity.h"
#include "kefu-store-tidy.h"
#include "store-fixture.h"

#define DAY G_GINT64_CONSTANT (86400000)
#define KEEP_FROM (TEST_NOW - 30 * DAY)

/* The conversations of the world below. */
enum
{
  OPEN,     /* not resolved: its newest 60 stay */
  RESOLVED, /* all that is old goes */
  PROOF,    /* an open checklist item shows message 20 */
  WAITING,  /* an operation on message 30 waits */
  MIXED,    /* the times of its messages are not in the order of their places */
  LATEST,   /* nothing is old */
  N_CONVERSATIONS
};

#define N_MESSAGES 150

static const char *const words[] = { "手表", "退货", "包邮", "什么时候发货", "谢谢", "表带" };

static char *
conversation_id (guint conversation)
{
  return g_strdup_printf ("k%u", conversation);
}

static char *
message_id (guint conversation, guint mseq)
{
  return g_strdup_printf ("a1111111-0000-7000-8000-%06u%06u", conversation, mseq);
}

static gint64
time_of (guint conversation, guint mseq)
{
  /* From 100 days ago on, two messages a day and an hour between conversations; the last 20 are of these weeks. */
  gint64 at = TEST_NOW - 100 * DAY + mseq * DAY / 2 + conversation * 3600000;

  if (mseq > N_MESSAGES - 20)
    at = TEST_NOW - 20 * DAY + mseq * 60000;
  if (conversation == MIXED && mseq % 7 == 3)
    at += 5 * DAY;
  if (conversation == LATEST)
    at = TEST_NOW - DAY + mseq * 60000;
  return at;
}

static void
put_message (Feed *feed, guint conversation, guint mseq, const char *more)
{
  g_autofree char *id = message_id (conversation, mseq);
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'k%u','mseq':%u,'kind':'text','dir':'out','body':'%s%s第%u句','in_no':0,"
                     "'sent_at':%" G_GINT64_FORMAT ",'delivery':'failed'%s",
                     conversation, mseq, words[mseq % G_N_ELEMENTS (words)],
                     words[(mseq / 5 + conversation) % G_N_ELEMENTS (words)], mseq, time_of (conversation, mseq), more);

  feed_put (feed, "message", id, fields);
}

static Feed *
world_new (void)
{
  Feed *feed = feed_new ("epoch");

  feed_put_shop (feed, 1);
  for (guint c = 0; c < N_CONVERSATIONS; c++)
    {
      g_autofree char *id = conversation_id (c);
      g_autofree char *fields =
        g_strdup_printf ("'customer_id':'" CUSTOMER_1
                         "','channel_id':'channel-1','key':'key%u','status':'%s','last_mseq':%d,"
                         "'last_at':%" G_GINT64_FORMAT,
                         c, c == OPEN ? "open" : "resolved", N_MESSAGES, time_of (c, N_MESSAGES));

      feed_put (feed, "conversation", id, fields);
    }
  /* As a feed brings them: by what happened last, not by conversation. */
  for (guint mseq = 1; mseq <= N_MESSAGES; mseq++)
    for (guint c = 0; c < N_CONVERSATIONS; c++)
      put_message (feed, c, mseq, "");
  feed_put (feed, "checklist_item", "item",
            "'customer_id':'" CUSTOMER_1 "','conversation_id':'k2','kind':'gift','title':'小礼物','created_at':1,"
            "'proof_message_id':'a1111111-0000-7000-8000-000002000020'");
  feed_put (feed, "checklist_item", "item-done",
            "'customer_id':'" CUSTOMER_1 "','conversation_id':'k1','kind':'gift','title':'小礼物','created_at':1,"
            "'done':true,'proof_message_id':'a1111111-0000-7000-8000-000001000003'");
  return feed;
}

static StoreFixture *
desk_new (Feed *feed)
{
  StoreFixture *store = store_fixture_new ();
  g_autofree char *op_id = NULL;
  g_autoptr (GError) error = NULL;

  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  op_id = test_perform (store, "message.retry", "{'id':'a1111111-0000-7000-8000-000003000030'}", &error);
  g_assert_no_error (error);
  return store;
}

/* The first message that must stay. */
static guint
first_kept (guint conversation)
{
  guint first = N_MESSAGES + 1;

  for (guint mseq = N_MESSAGES; mseq >= 1; mseq--)
    if (time_of (conversation, mseq) / 60000 >= KEEP_FROM / 60000)
      first = mseq;
  if (conversation == OPEN)
    first = MIN (first, N_MESSAGES - 60 + 1);
  if (conversation == PROOF)
    first = MIN (first, 20);
  if (conversation == WAITING)
    first = MIN (first, 30);
  return first;
}

static gboolean
tidy_step (StoreFixture *store, gint64 keep_from, const char *shown, KefuTidyStep *step)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_tidy_async (store->store, keep_from, shown, NULL, test_got_result, &result);
  kefu_store_tidy_finish (store->store, test_wait_result (&result), step, &error);
  g_assert_no_error (error);
  return step->more;
}

static guint
tidy (StoreFixture *store, gint64 keep_from, const char *shown)
{
  KefuTidyStep step;
  guint n = 0;

  do
    {
      tidy_step (store, keep_from, shown, &step);
      n += step.n_messages;
    }
  while (step.more);
  return n;
}

static KefuDb *
open_cache (StoreFixture *store)
{
  g_autofree char *path = store_fixture_path (store, "cache.db");
  KefuDb *db = kefu_db_open (path, KEFU_DB_READ_WRITE, NULL);

  g_assert_nonnull (db);
  return db;
}

static gint64
ask (StoreFixture *store, const char *sql)
{
  g_autoptr (KefuDb) db = open_cache (store);

  return kefu_db_int (db, -1, sql, "");
}

/* What the cache holds of messages, each with its rowid, as the search index must have it too. */
static GPtrArray *
rows_of (StoreFixture *store)
{
  g_autoptr (KefuDb) db = open_cache (store);
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, NULL, "SELECT id, rowid FROM message ORDER BY id", "");
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_free);

  while (kefu_stmt_step (stmt, NULL))
    {
      g_autofree char *json = kefu_entity_to_json (db, "message", kefu_stmt_text (stmt, 0), NULL);

      g_ptr_array_add (rows, g_strdup_printf ("%" G_GINT64_FORMAT " %s", kefu_stmt_int (stmt, 1), json));
    }
  return rows;
}

static void
assert_index_fits (StoreFixture *store)
{
  g_autoptr (KefuDb) db = open_cache (store);
  g_autoptr (GError) error = NULL;

  /* Compared with the table, word by word. */
  kefu_db_run (db, &error, "INSERT INTO message_fts(message_fts, rank) VALUES('integrity-check', 1)", "");
  g_assert_no_error (error);
}

/* That exactly the right messages are there, as a desk that never tidied has them. */
static void
assert_kept (StoreFixture *store, StoreFixture *whole)
{
  g_autoptr (GPtrArray) here = rows_of (store);
  g_autoptr (GPtrArray) all = rows_of (whole);
  g_autoptr (GPtrArray) expected = g_ptr_array_new ();
  guint gone = 0;

  for (guint i = 0; i < all->len; i++)
    {
      const char *row = g_ptr_array_index (all, i);
      unsigned int c, mseq;

      if (sscanf (strstr (row, "\"id\":\""), "\"id\":\"a1111111-0000-7000-8000-%6u%6u", &c, &mseq) == 2 &&
          mseq < first_kept (c))
        gone++;
      else
        g_ptr_array_add (expected, (gpointer) row);
    }
  g_assert_cmpuint (gone, >, 300);
  g_assert_cmpuint (here->len, ==, expected->len);
  for (guint i = 0; i < here->len; i++)
    g_assert_cmpstr (g_ptr_array_index (here, i), ==, g_ptr_array_index (expected, i));
  assert_index_fits (store);
}

static void
test_what_is_old_goes_and_all_else_stays (void)
{
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = desk_new (feed);
  g_autoptr (StoreFixture) whole = desk_new (feed);
  g_autoptr (GPtrArray) page = NULL;
  guint n;

  store_fixture_forget (store);
  n = tidy (store, KEEP_FROM, NULL);
  assert_kept (store, whole);
  g_assert_cmpuint (first_kept (OPEN), ==, 91);
  g_assert_cmpuint (first_kept (LATEST), ==, 1);
  /* The models are told which. */
  g_assert_true (kefu_change_set_has (store->seen, "message", "a1111111-0000-7000-8000-000001000001"));
  g_assert_false (kefu_change_set_has (store->seen, "message", "a1111111-0000-7000-8000-000001000150"));
  g_assert_false (kefu_change_set_is_all (store->seen));
  g_assert_cmpuint (n, ==, ask (whole, "SELECT count(*) FROM message") - ask (store, "SELECT count(*) FROM message"));

  page = test_messages (store, "k1");
  g_assert_cmpuint (page->len, ==, N_MESSAGES + 1 - first_kept (RESOLVED));
  /* Once more changes nothing, nor does a longer span. */
  g_assert_cmpuint (tidy (store, KEEP_FROM, NULL), ==, 0);
  g_assert_cmpuint (tidy (store, 0, NULL), ==, 0);
  g_assert_cmpuint (tidy (store, KEEP_FROM - 300 * DAY, NULL), ==, 0);
  assert_kept (store, whole);
}

static void
test_a_search_finds_what_is_kept (void)
{
  static const char *const queries[] = { "手表", "退货", "包", "什么时候发货", "谢谢表带", "第7句", "不存在" };
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = desk_new (feed);
  guint total = 0;

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (KefuDb) db = open_cache (store);

      for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
        {
          g_autoptr (GPtrArray) hits = test_search (store, queries[i]);
          guint n = 0;

          for (guint k = 0; k < hits->len; k++)
            n += g_str_equal (((const KefuSearchHitRecord *) g_ptr_array_index (hits, k))->kind, "message");
          g_assert_cmpuint (n, ==,
                            kefu_db_int (db, -1, "SELECT count(*) FROM message WHERE instr(body, ?1) > 0", "s",
                                         queries[i]));
          total += n;
        }
      if (round == 0)
        g_assert_cmpuint (tidy (store, KEEP_FROM, NULL), >, 0);
    }
  g_assert_cmpuint (total, >, 100);
}

static void
test_what_has_gone_does_not_come_back_by_halves (void)
{
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = desk_new (feed);
  g_autoptr (StoreFixture) whole = desk_new (feed);
  gint64 head = feed_head (feed);

  tidy (store, KEEP_FROM, NULL);
  /* Even after somebody wants more again: what has gone is gone until it is fetched. */
  tidy (store, KEEP_FROM - 50 * DAY, NULL);
  /* The server recalls one that is here, one that is not, and tells once more of an old one that stays for its checklist. */
  put_message (feed, RESOLVED, 5, ",'recalled':true");
  put_message (feed, RESOLVED, 140, ",'recalled':true");
  put_message (feed, PROOF, 20, ",'recalled':true");
  put_message (feed, OPEN, 90, ",'recalled':true");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
  test_apply_ok (whole, feed_batch (feed, head, -1, FALSE));
  assert_kept (store, whole);
  g_assert_cmpint (ask (store, "SELECT count(*) FROM message WHERE recalled"), ==, 2);
  store_fixture_reopen (store);
  assert_kept (store, whole);
}

/* What a server answers that is asked for messages @from to @to of a conversation. */
static GBytes *
history (Feed *feed, guint conversation, guint from, guint to)
{
  g_autoptr (GString) json = g_string_new ("{\"messages\":[");

  for (guint mseq = from; mseq <= to; mseq++)
    {
      g_autofree char *id = message_id (conversation, mseq);
      g_autofree char *quoted = g_strdup_printf ("\"id\":\"%s\"", id);

      for (guint i = 0; i < feed->changes->len; i++)
        {
          const char *change = g_ptr_array_index (feed->changes, i);

          if (strstr (change, "\"message\"") != NULL && strstr (change, quoted) != NULL)
            {
              const char *body = strstr (change, "\"body\":{") + strlen ("\"body\":");

              /* without the end of the envelope */
              g_string_append_printf (json, "%s%.*s", mseq > from ? "," : "", (int) strlen (body) - 1, body);
            }
        }
    }
  g_string_append (json, "],\"more\":true}");
  return g_string_free_to_bytes (g_steal_pointer (&json));
}

static void
fetch (StoreFixture *store, const char *conversation, GBytes *answer)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KefuHistoryPage) page = NULL;
  g_autoptr (GError) error = NULL;

  kefu_store_add_history_async (store->store, conversation, answer, "epoch", NULL, test_got_result, &result);
  page = kefu_store_add_history_finish (store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
}

static void
test_around_a_part_that_was_fetched_nothing_comes_back (void)
{
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = desk_new (feed);
  g_autoptr (GBytes) island = history (feed, RESOLVED, 10, 20);
  const char *of_conversation = "SELECT count(*) FROM message WHERE conversation_id = 'k1' AND mseq < 30";
  gint64 head = feed_head (feed);

  tidy (store, KEEP_FROM, NULL);
  g_assert_cmpuint (first_kept (RESOLVED), >, 60);
  fetch (store, "k1", island);
  g_assert_cmpint (ask (store, of_conversation), ==, 11);
  put_message (feed, RESOLVED, 15, ",'recalled':true");
  put_message (feed, RESOLVED, 25, ",'recalled':true");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
  g_assert_cmpint (ask (store, of_conversation), ==, 11);
  g_assert_cmpint (ask (store, "SELECT count(*) FROM message WHERE recalled"), ==, 1);

  /* nor when it has gone again */
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (store->clock), DAY + 1000);
  g_assert_cmpuint (tidy (store, KEEP_FROM, NULL), ==, 11);
  head = feed_head (feed);
  put_message (feed, RESOLVED, 26, ",'recalled':true");
  test_apply_ok (store, feed_batch (feed, head, -1, FALSE));
  g_assert_cmpint (ask (store, of_conversation), ==, 0);
}

static void
test_what_a_waiting_message_quotes_stays (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_fixture_new ();
  const char *first = "SELECT min(mseq) FROM message WHERE conversation_id = '" CONV_2 "'";
  g_autofree char *op_id = NULL;
  g_autoptr (GError) error = NULL;

  feed_put_shop (feed, 1);
  feed_put (feed, "conversation", CONV_2,
            "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'x','status':'resolved','last_mseq':150");
  for (guint mseq = 1; mseq <= N_MESSAGES; mseq++)
    {
      g_autofree char *id = message_id (9, mseq);
      g_autofree char *fields = g_strdup_printf ("'conversation_id':'" CONV_2
                                                 "','mseq':%u,'dir':'in','body':'发货','sent_at':%" G_GINT64_FORMAT,
                                                 mseq, TEST_NOW - 100 * DAY + mseq * 60000);

      feed_put (feed, "message", id, fields);
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  op_id = test_perform (store, "message.send",
                        "{'id':'" ID_1 "','conversation_id':'" CONV_2 "','kind':'text','body':'好的','at':1,"
                        "'quote_id':'a1111111-0000-7000-8000-000009000040'}",
                        &error);
  g_assert_no_error (error);
  tidy (store, KEEP_FROM, NULL);
  g_assert_cmpint (ask (store, first), ==, 40);
}

static void
test_a_time_out_of_order_does_not_make_a_long_step (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_fixture_new ();
  const guint n_messages = 6000;
  KefuTidyStep step;
  guint n = 0;

  feed_put_shop (feed, 1);
  feed_put (feed, "conversation", "long",
            "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'x','status':'resolved','last_mseq':6000");
  for (guint i = 1; i <= n_messages; i++)
    {
      g_autofree char *id = g_strdup_printf ("x%u", i);
      g_autofree char *fields = g_strdup_printf (
        "'conversation_id':'long','mseq':%u,'kind':'text','dir':'in','body':'什么时候发货','sent_at':%" G_GINT64_FORMAT,
        i, i == n_messages ? TEST_NOW - 900 * DAY : TEST_NOW - 100 * DAY + i * 1000);

      feed_put (feed, "message", id, fields);
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  do
    {
      tidy_step (store, KEEP_FROM, NULL, &step);
      /* the last is met first, and all others must go before it does */
      g_assert_cmpuint (step.n_messages, <, n_messages / 2);
      n += step.n_messages;
      g_assert_cmpint (ask (store, "SELECT count(*) FROM message WHERE conversation_id = 'long'"), ==, n_messages - n);
      if (n < n_messages)
        g_assert_cmpint (ask (store, "SELECT min(mseq) FROM message WHERE conversation_id = 'long'"), ==, n + 1);
    }
  while (step.more);
  g_assert_cmpuint (n, ==, n_messages);
  assert_index_fits (store);
}

static void
test_what_is_fetched_again_stays_for_a_day (void)
{
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = desk_new (feed);
  g_autoptr (StoreFixture) whole = desk_new (feed);
  const guint first = first_kept (RESOLVED);
  g_autoptr (GBytes) answer = history (feed, RESOLVED, first - 60, first - 1);
  g_autoptr (GPtrArray) shown = NULL;

  tidy (store, KEEP_FROM, NULL);
  fetch (store, "k1", answer);
  shown = test_messages (store, "k1");
  g_assert_cmpuint (shown->len, ==, N_MESSAGES + 1 - first + 60);
  assert_index_fits (store);

  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (store->clock), DAY - 1000);
  g_assert_cmpuint (tidy (store, KEEP_FROM, NULL), ==, 0);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (store->clock), 2000);
  g_assert_cmpuint (tidy (store, KEEP_FROM, NULL), ==, 60);
  assert_kept (store, whole);
}

static void
test_killed_after_any_step (void)
{
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = desk_new (feed);
  g_autoptr (StoreFixture) whole = desk_new (feed);
  KefuTidyStep step;
  guint n_kills = 0;

  /* Each opening begins anew, and gets further by one step at least: kill it after one, after two, … */
  do
    {
      guint n_steps = 1 + n_kills % 3;

      do
        tidy_step (store, KEEP_FROM, NULL, &step);
      while (step.more && --n_steps > 0);
      if (step.more)
        store_fixture_kill (store);
      assert_index_fits (store);
      /* No gap, at any moment: what is there of a conversation reaches to its end. */
      g_assert_cmpint (ask (store, "SELECT count(*) FROM (SELECT max(mseq) - min(mseq) + 1 - count(*) AS missing"
                                   " FROM message WHERE conversation_id LIKE 'k%' AND mseq < 1000"
                                   " GROUP BY conversation_id) WHERE missing <> 0"),
                       ==, 0);
      n_kills++;
      g_assert_cmpuint (n_kills, <, 2000);
    }
  while (step.more);
  assert_kept (store, whole);
}

static void
test_an_act_goes_between_two_steps (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (GAsyncResult) step_result = NULL;
  g_autofree char *op_id = NULL;
  g_autoptr (GError) error = NULL;
  KefuTidyStep step = { 0 };
  guint n_steps = 0, most = 0, n = 0;

  feed_put_shop (feed, 1);
  feed_put (feed, "conversation", "long",
            "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'x','status':'resolved','last_mseq':6000");
  for (guint i = 1; i <= 6000; i++)
    {
      g_autofree char *id = g_strdup_printf ("x%u", i);
      g_autofree char *fields =
        g_strdup_printf ("'conversation_id':'long','mseq':%u,'kind':'text','dir':'in','body':'%s %u',"
                         "'sent_at':%" G_GINT64_FORMAT,
                         i, words[i % G_N_ELEMENTS (words)], i, TEST_NOW - 90 * DAY + i * 1000);

      feed_put (feed, "message", id, fields);
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  /* What is queued behind a step, and is more urgent than the next one, is done first. */
  kefu_store_tidy_async (store->store, KEEP_FROM, NULL, NULL, test_got_result, &step_result);
  op_id = test_perform (store, "message.send",
                        "{'id':'" ID_1 "','conversation_id':'" CONV_1 "','kind':'text','body':'好的','at':1}", &error);
  g_assert_no_error (error);
  kefu_store_tidy_finish (store->store, test_wait_result (&step_result), &step, &error);
  g_assert_no_error (error);
  g_assert_true (step.more);
  g_assert_cmpint (ask (store, "SELECT count(*) FROM message WHERE conversation_id = 'long'"), >, 0);
  do
    {
      n += step.n_messages;
      most = MAX (most, step.n_messages);
      n_steps++;
    }
  while (tidy_step (store, KEEP_FROM, NULL, &step));
  g_assert_cmpuint (n, ==, 6000);
  g_assert_cmpuint (most, <, 3000);
  g_assert_cmpuint (n_steps, >, 3);
  g_assert_cmpint (ask (store, "SELECT count(*) FROM message WHERE conversation_id = '" CONV_1 "'"), ==, 2);
}

static void
test_what_somebody_looks_at_is_left_alone (void)
{
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = desk_new (feed);
  g_autoptr (StoreFixture) whole = desk_new (feed);

  tidy (store, KEEP_FROM, "k1");
  g_assert_cmpint (ask (store, "SELECT count(*) FROM message WHERE conversation_id = 'k1'"), ==, N_MESSAGES);
  tidy (store, KEEP_FROM, "k4");
  assert_kept (store, whole);
}

static KefuStoreSizes
measure (StoreFixture *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  KefuStoreSizes sizes = { 0 };

  kefu_store_measure_async (store->store, NULL, test_got_result, &result);
  kefu_store_measure_finish (store->store, test_wait_result (&result), &sizes, &error);
  g_assert_no_error (error);
  return sizes;
}

static void
test_the_file_shrinks_and_rows_stay_where_they_are (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *filler = g_strnfill (4000, 'x');
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  KefuStoreSizes big, small;

  feed_put_shop (feed, 3);
  feed_put (feed, "conversation", "old",
            "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'x','status':'resolved','last_mseq':3000");
  for (guint i = 1; i <= 3000; i++)
    {
      g_autofree char *id = g_strdup_printf ("x%u", i);
      g_autofree char *fields =
        g_strdup_printf ("'conversation_id':'old','mseq':%u,'kind':'text','dir':'in','body':'%s',"
                         "'sent_at':%" G_GINT64_FORMAT,
                         i, filler, TEST_NOW - 90 * DAY + i * 1000);

      feed_put (feed, "message", id, fields);
    }
  /* A row of these days behind them, whose page has to move. */
  feed_put_message (feed, CONV_1, "last", 2, "最后一句");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  store_fixture_reopen (store);
  g_assert_cmpint (ask (store, "PRAGMA auto_vacuum"), ==, 2);
  big = measure (store);
  g_assert_cmpint (big.cache, >, 12000000);
  before = rows_of (store);
  g_assert_cmpuint (tidy (store, KEEP_FROM, NULL), ==, 3000);
  g_assert_cmpint (ask (store, "PRAGMA freelist_count"), ==, 0);
  /* At once, not only when the store is closed. */
  small = measure (store);
  g_assert_cmpint (small.cache * 8, <, big.cache);
  after = rows_of (store);
  g_assert_cmpuint (after->len, ==, 4);
  for (guint i = 0; i < after->len; i++)
    g_assert_true (g_ptr_array_find_with_equal_func (before, g_ptr_array_index (after, i), g_str_equal, NULL));
  assert_index_fits (store);
}

static void
test_where_nothing_is_kept_there_is_nothing_to_tidy (void)
{
  g_autoptr (Feed) feed = world_new ();
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (GPtrArray) page = NULL;

  store_fixture_close (store);
  store->flags = KEFU_STORE_KEEP_NOTHING;
  store_fixture_open (store);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  g_assert_cmpuint (tidy (store, KEEP_FROM, NULL), ==, 0);
  page = test_messages (store, "k1");
  g_assert_cmpuint (page->len, ==, N_MESSAGES);
}

/* --- files --- */

#define OLD_FILE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define USED_FILE "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define NEW_FILE "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static char *
put_file (StoreFixture *store, const char *folder, const char *name, gint64 at)
{
  g_autofree char *dir = store_fixture_path (store, folder);
  char *path = g_build_filename (dir, name, NULL);
  struct utimbuf times = { at / 1000, at / 1000 };

  g_mkdir (dir, 0700);
  g_assert_true (g_file_set_contents (path, "file", -1, NULL));
  g_assert_cmpint (utime (path, &times), ==, 0);
  return path;
}

static void
test_files_that_nobody_used_go (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autofree char *old = put_file (store, "blobs", OLD_FILE, TEST_NOW - 40 * DAY);
  g_autofree char *used = put_file (store, "blobs", USED_FILE, TEST_NOW - 40 * DAY);
  g_autofree char *new = put_file (store, "blobs", NEW_FILE, TEST_NOW - 20 * DAY);
  g_autofree char *part = put_file (store, "blobs", NEW_FILE ".part", TEST_NOW - 40 * DAY);
  g_autofree char *outgoing = put_file (store, "outgoing", OLD_FILE, TEST_NOW - 40 * DAY);
  g_autoptr (GAsyncResult) found = NULL;
  g_autofree char *path = NULL;
  static const gint64 froms[] = { 0, KEEP_FROM, KEEP_FROM };
  static const gssize expected[] = { 0, 1, 0 };

  kefu_store_find_blob_async (store->store, USED_FILE, NULL, test_got_result, &found);
  path = kefu_store_find_blob_finish (store->store, test_wait_result (&found), NULL);
  g_assert_cmpstr (path, ==, used);
  for (guint i = 0; i < G_N_ELEMENTS (froms); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      kefu_store_tidy_files_async (store->store, froms[i], NULL, test_got_result, &result);
      g_assert_cmpint (kefu_store_tidy_files_finish (store->store, test_wait_result (&result), &error), ==,
                       expected[i]);
      g_assert_no_error (error);
    }
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (used, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (new, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (outgoing, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kefu_model_init ();
  g_test_add_func ("/tidy/what-is-old-goes-and-all-else-stays", test_what_is_old_goes_and_all_else_stays);
  g_test_add_func ("/tidy/a-search-finds-what-is-kept", test_a_search_finds_what_is_kept);
  g_test_add_func ("/tidy/what-has-gone-does-not-come-back-by-halves", test_what_has_gone_does_not_come_back_by_halves);
  g_test_add_func ("/tidy/what-is-fetched-again-stays-for-a-day", test_what_is_fetched_again_stays_for_a_day);
  g_test_add_func ("/tidy/around-a-part-that-was-fetched-nothing-comes-back",
                   test_around_a_part_that_was_fetched_nothing_comes_back);
  g_test_add_func ("/tidy/what-a-waiting-message-quotes-stays", test_what_a_waiting_message_quotes_stays);
  g_test_add_func ("/tidy/a-time-out-of-order-does-not-make-a-long-step",
                   test_a_time_out_of_order_does_not_make_a_long_step);
  g_test_add_func ("/tidy/killed-after-any-step", test_killed_after_any_step);
  g_test_add_func ("/tidy/an-act-goes-between-two-steps", test_an_act_goes_between_two_steps);
  g_test_add_func ("/tidy/what-somebody-looks-at-is-left-alone", test_what_somebody_looks_at_is_left_alone);
  g_test_add_func ("/tidy/the-file-shrinks-and-rows-stay-where-they-are",
                   test_the_file_shrinks_and_rows_stay_where_they_are);
  g_test_add_func ("/tidy/where-nothing-is-kept-there-is-nothing-to-tidy",
                   test_where_nothing_is_kept_there_is_nothing_to_tidy);
  g_test_add_func ("/tidy/files-that-nobody-used-go", test_files_that_nobody_used_go);
  return g_test_run ();
}
