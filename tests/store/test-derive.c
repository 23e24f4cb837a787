/* SPDX-License-Identifier: GPL-3.0-or-later
 * A feed ends the same whether it comes in few large batches, whose new rows are written without their triggers, or in many small ones. */
#include "config.h"

#include <string.h>

#include "kefu-db.h"
#include "kefu-tokenizer.h"
#include "store-fixture.h"

/* No more than this many changes are written with triggers for sure; as many are written without. */
#define SMALL 20
#define LARGE 300
#define N_ROUNDS 12

typedef struct
{
  StoreFixture *at_once;
  StoreFixture *little_by_little;
  Feed *feed;
  GRand *random;
  gint64 applied;
} Pair;

static int
below (Pair *pair, int n)
{
  return g_rand_int_range (pair->random, 0, n);
}

/* --- what the server says --- */

static char *
make_id (char letter, int n)
{
  return g_strdup_printf ("%c0000000-0000-7000-8000-%012d", letter, n);
}

static void
put_customer (Pair *pair, const char *id)
{
  static const char *const names[] = { "沈若溪", "张三", "Olivia Chen", "欧阳修", "José" };
  static const char *const phones[] = { "", "13912342746", "13900006582" };
  g_autofree char *fields = g_strdup_printf ("'name':'%s','phone':'%s'", names[below (pair, G_N_ELEMENTS (names))],
                                             phones[below (pair, G_N_ELEMENTS (phones))]);

  feed_put (pair->feed, "customer", id, fields);
}

/* Two have one key: where one comes, the other has gone. */
static void
put_identity (Pair *pair, const char *customer)
{
  const int n = below (pair, 40);
  g_autofree char *id = make_id ('b', n);
  g_autofree char *fields =
    g_strdup_printf ("'customer_id':'%s','channel_id':'channel-1','key':'key-%d'", customer, n / 2);

  feed_put (pair->feed, "identity", id, fields);
}

static void
put_conversation (Pair *pair, const char *id, const char *customer)
{
  static const char *const statuses[] = { "open", "snoozed", "resolved", "unheard-of" };
  static const char *const marks[] = { "", "'" ID_1 "'", "'" ID_1 "','" ID_2 "'", "7,'','@','" ID_2 "','" ID_2 "'" };
  static const char *const assignees[] = { "'" TEST_AGENT "'", "'agent-2'", "null" };
  g_autofree char *fields =
    g_strdup_printf ("'customer_id':'%s','channel_id':'channel-%d','key':'%s','status':'%s','assignee_id':%s,"
                     "'waiting_since':%d,'last_at':%d,'in_count':%d,'labels':[%s]",
                     customer, 1 + below (pair, 2), id, statuses[below (pair, G_N_ELEMENTS (statuses))],
                     assignees[below (pair, G_N_ELEMENTS (assignees))], below (pair, 2) * below (pair, 9),
                     1000 + below (pair, 20), below (pair, 4), marks[below (pair, G_N_ELEMENTS (marks))]);

  feed_put (pair->feed, "conversation", id, fields);
}

/* Its place and time never change. */
static void
put_message (Pair *pair, int n)
{
  static const char *const kinds[] = { "text", "text", "note", "note", "file", "event" };
  static const char *const data[] = { "null", "{'mentions':['" TEST_AGENT "']}", "{'mentions':['agent-2']}",
                                      "{'name':'发票.pdf','size':5}" };
  static const char *const bodies[] = { "", "您好，发货了吗", "SF1234 到了", "a\\n\\\\b", "手表" };
  g_autofree char *id = make_id ('a', n);
  g_autofree char *conversation = make_id ('c', n % 80);
  g_autofree char *fields = g_strdup_printf (
    "'conversation_id':'%s','mseq':%d,'kind':'%s','dir':'%s','author_id':%s,'body':'%s','sent_at':%d,'data':%s",
    conversation, n % 9, kinds[below (pair, G_N_ELEMENTS (kinds))], below (pair, 2) ? "in" : "out",
    below (pair, 2) ? "'agent-2'" : "null", bodies[below (pair, G_N_ELEMENTS (bodies))], n * 7919 % (5 * 60000),
    data[below (pair, G_N_ELEMENTS (data))]);

  feed_put (pair->feed, "message", id, fields);
}

static void
put_order (Pair *pair, const char *id, const char *customer)
{
  g_autofree char *fields =
    g_strdup_printf ("'customer_id':'%s','number':'%012d','state':'paid','placed_at':%d,'tracking':'SF%06d',"
                     "'phone':'13900006582'",
                     customer, below (pair, 1 << 30), below (pair, 5 * 60000), below (pair, 1000000));

  feed_put (pair->feed, "order", id, fields);
}

static void
put_read (Pair *pair, const char *conversation)
{
  const char *who = below (pair, 4) > 0 ? TEST_AGENT : "agent-2";
  g_autofree char *id = g_strconcat (conversation, ":", who, NULL);
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'%s','agent_id':'%s','mseq':1,'in_no':%d", conversation, who, below (pair, 4));

  feed_put (pair->feed, "read", id, fields);
}

static void
put_others (Pair *pair, const char *id)
{
  g_autofree char *fields = g_strdup_printf ("'group_id':'g','title':'t%d','body':'手表'", below (pair, 3));

  if (below (pair, 2))
    feed_put (pair->feed, "phrase", id, fields);
  else
    feed_put (pair->feed, "article", id, fields);
}

static void
delete_something (Pair *pair)
{
  static const struct
  {
    const char *kind;
    char letter;
    int n;
  } what[] = { { "message", 'a', 400 }, { "conversation", 'c', 80 }, { "customer", 'd', 40 },
               { "order", 'f', 200 },   { "identity", 'b', 40 },     { "phrase", '9', 9 } };
  const guint i = (guint) below (pair, G_N_ELEMENTS (what));
  g_autofree char *id = make_id (what[i].letter, below (pair, what[i].n));

  feed_del (pair->feed, what[i].kind, id);
}

static void
put_something (Pair *pair)
{
  g_autofree char *customer = make_id ('d', below (pair, 40));
  g_autofree char *conversation = make_id ('c', below (pair, 80));
  g_autofree char *order = make_id ('f', below (pair, 200));
  g_autofree char *other = make_id ('9', below (pair, 9));

  switch (below (pair, 12))
    {
    case 0:
      put_customer (pair, customer);
      return;
    case 1:
      put_identity (pair, customer);
      return;
    case 2:
    case 3:
      put_conversation (pair, conversation, customer);
      return;
    case 4:
      put_read (pair, conversation);
      return;
    case 5:
      put_order (pair, order, customer);
      return;
    case 6:
      put_others (pair, other);
      return;
    case 7:
      delete_something (pair);
      return;
    default:
      put_message (pair, below (pair, 400));
    }
}

/* Brings what is new to both, to one of them in small batches. */
static void
push (Pair *pair)
{
  test_apply_ok (pair->at_once, feed_batch (pair->feed, pair->applied, -1, FALSE));
  while (pair->applied < feed_head (pair->feed))
    {
      gint64 to = MIN (pair->applied + SMALL, feed_head (pair->feed));

      test_apply_ok (pair->little_by_little, feed_batch (pair->feed, pair->applied, to, FALSE));
      pair->applied = to;
    }
}

/* What the agent does; both refuse it, or none. */
static void
do_something (Pair *pair)
{
  g_autofree char *id = make_id ('c', below (pair, 80));
  g_autofree char *label =
    g_strdup_printf ("{'conversation_id':'%s','label_id':'" ID_1 "','add':%s}", id, below (pair, 2) ? "true" : "false");
  g_autofree char *read = g_strdup_printf ("{'conversation_id':'%s','mseq':9,'in_no':%d}", id, below (pair, 4));
  const gboolean is_read = below (pair, 2);
  StoreFixture *const stores[] = { pair->at_once, pair->little_by_little };

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    {
      g_autofree char *op_id =
        test_perform (stores[i], is_read ? "conversation.read" : "conversation.label", is_read ? read : label, NULL);
    }
}

/* --- what is in the cache then --- */

static const char *const queries[] = {
  "SELECT * FROM customer ORDER BY id",
  "SELECT * FROM identity ORDER BY id",
  "SELECT * FROM conversation ORDER BY id",
  "SELECT * FROM message ORDER BY id",
  "SELECT * FROM read ORDER BY id",
  "SELECT * FROM orders ORDER BY id",
  "SELECT * FROM other_entity ORDER BY kind, id",
  "SELECT c.id, i.label_id, i.channel_id, i.bucket, i.part, i.at, i.since FROM inbox i"
  " LEFT JOIN conversation c ON c.rowid = i.n ORDER BY 1, 2",
  "SELECT * FROM inbox_count WHERE n <> 0",
  "SELECT * FROM mention",
  "SELECT id, folded, syllables, initials, phone, last_at FROM customer_name ORDER BY id",
  "SELECT m.id, v.term FROM message_terms v LEFT JOIN message m ON m.rowid = v.doc ORDER BY 1, 2",
  "SELECT o.id, v.term FROM order_terms v LEFT JOIN orders o ON o.rowid = v.doc ORDER BY 1, 2",
  "SELECT c.id, v.term FROM customer_terms v LEFT JOIN customer_name c ON c.n = v.doc ORDER BY 1, 2",
  "SELECT p.id, v.term FROM phrase_terms v LEFT JOIN phrase p ON p.rowid = v.doc ORDER BY 1, 2",
};

static KefuDb *
open_cache (StoreFixture *store)
{
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (GError) error = NULL;
  KefuDb *db = kefu_db_open (path, KEFU_DB_READ_WRITE, &error);

  g_assert_no_error (error);
  kefu_db_exec (db,
                "CREATE VIRTUAL TABLE temp.message_terms USING fts5vocab(main, message_fts, instance);"
                "CREATE VIRTUAL TABLE temp.order_terms USING fts5vocab(main, order_fts, instance);"
                "CREATE VIRTUAL TABLE temp.customer_terms USING fts5vocab(main, customer_fts, instance);"
                "CREATE VIRTUAL TABLE temp.phrase_terms USING fts5vocab(main, phrase_fts, instance)",
                &error);
  g_assert_no_error (error);
  return db;
}

static gboolean
names_are_spelled (gpointer data)
{
  return kefu_db_int (data, -1, "SELECT count(*) FROM name_todo", "") == 0;
}

static char *
list (KefuDb *db, const char *sql)
{
  GString *text = g_string_new (sql);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, &error, sql, "");
  sqlite3_stmt *handle = sqlite3_next_stmt (kefu_db_handle (db), NULL);

  while (g_strcmp0 (sqlite3_sql (handle), sql) != 0)
    handle = sqlite3_next_stmt (kefu_db_handle (db), handle);
  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    {
      g_string_append_c (text, '\n');
      for (int i = 0; i < sqlite3_column_count (handle); i++)
        g_string_append_printf (text, "%s|", kefu_stmt_is_null (stmt, i) ? "NULL" : kefu_stmt_text (stmt, i));
    }
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static void
assert_equal (Pair *pair)
{
  g_autoptr (KefuDb) one = open_cache (pair->at_once);
  g_autoptr (KefuDb) other = open_cache (pair->little_by_little);

  test_wait_for (names_are_spelled, one);
  test_wait_for (names_are_spelled, other);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *left = list (one, queries[i]);
      g_autofree char *right = list (other, queries[i]);

      g_assert_cmpstr (left, ==, right);
      /* nothing in an index or in the inbox without a row */
      g_assert_null (strstr (left, "\nNULL|"));
    }
}

/* --- the tests --- */

static void
pair_init (Pair *pair, guint32 seed)
{
  pair->at_once = store_fixture_new ();
  pair->little_by_little = store_fixture_new ();
  pair->feed = feed_new ("epoch");
  pair->random = g_rand_new_with_seed (seed);
  pair->applied = 0;
  feed_put_shop (pair->feed, 0);
  feed_put (pair->feed, "channel", "channel-2", "'type':'wechat','name':'二'");
}

static void
pair_clear (Pair *pair)
{
  store_fixture_free (pair->at_once);
  store_fixture_free (pair->little_by_little);
  feed_free (pair->feed);
  g_rand_free (pair->random);
}

/* As after a long day: of some conversations only the newest messages are kept. */
static void
prune (Pair *pair)
{
  StoreFixture *const stores[] = { pair->at_once, pair->little_by_little };

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    {
      g_autoptr (KefuDb) db = open_cache (stores[i]);
      g_autoptr (GError) error = NULL;

      kefu_db_exec (db,
                    "INSERT INTO pruned(conversation_id, mseq) SELECT id, 4 FROM conversation;"
                    "INSERT INTO meta VALUES('kept_from', 150000)",
                    &error);
      g_assert_no_error (error);
    }
}

static void
test_large_batches_end_as_small_ones (void)
{
  for (guint32 seed = 1; seed <= 2; seed++)
    {
      Pair pair;

      pair_init (&pair, 20261100 + seed);
      for (int round = 0; round < N_ROUNDS; round++)
        {
          for (int i = below (&pair, LARGE); i >= 0; i--)
            put_something (&pair);
          push (&pair);
          for (int i = below (&pair, 3); i > 0; i--)
            do_something (&pair);
          if (round == N_ROUNDS / 2)
            prune (&pair);
          if (round % 3 == 2)
            assert_equal (&pair);
        }
      pair_clear (&pair);
    }
}

/* Else each message is written to the file by itself, and then over and over until they are one. */
static void
test_what_comes_together_is_indexed_together (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (KefuDb) db = NULL;

  feed_put_shop (feed, 1);
  for (int i = 2; i < LARGE; i++)
    {
      g_autofree char *id = make_id ('a', i);

      g_autofree char *customer = make_id ('d', i);

      feed_put_message (feed, CONV_1, id, i, "在吗");
      feed_put (feed, "customer", customer, "'name':'张三'");
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  db = open_cache (store);
  g_assert_cmpint (kefu_db_int (db, 0, "SELECT count(*) FROM message_terms WHERE term = '" KEFU_TOKEN_APART "吗'", ""),
                   ==, LARGE - 1);
  g_assert_cmpint (kefu_db_int (db, 0, "SELECT count(DISTINCT id >> 37) FROM message_fts_data WHERE id > 10", ""), ==,
                   1);
  /* what finds them before they are spelled */
  g_assert_cmpint (kefu_db_int (db, -1,
                                "SELECT count(*) FROM customer_name WHERE n NOT IN (SELECT doc FROM customer_terms)",
                                ""),
                   ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/derive/large-batches-end-as-small-ones", test_large_batches_end_as_small_ones);
  g_test_add_func ("/store/derive/what-comes-together-is-indexed-together",
                   test_what_comes_together_is_indexed_together);
  return g_test_run ();
}
