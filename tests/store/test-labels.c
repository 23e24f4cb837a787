/* SPDX-License-Identifier: GPL-3.0-or-later
 * Labels in the desk's cache: what a conversation's record says, and the table that finds conversations by label. */
#include "config.h"

#include "kefu-store-private.h"
#include "store-fixture.h"

/* The ids of CONV_n are in a table's order of their own. */
#define LABEL_A "b0000000-0000-7000-8000-00000000000a"
#define LABEL_B "b0000000-0000-7000-8000-00000000000b"
#define SET_LABEL(conversation, label, add)                                                                            \
  "{'conversation_id':'" conversation "','label_id':'" label "','add':" add "}"

static StoreFixture *
shop_new (Feed *feed)
{
  StoreFixture *store = store_fixture_new ();

  feed_put_shop (feed, 3);
  feed_put (feed, "label", LABEL_B, "'name':'售后','color':4,'sort':2");
  feed_put (feed, "label", LABEL_A, "'name':'催发货','color':99,'sort':1");
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  return store;
}

static gpointer
labels_of (StoreFixture *store, const char *conversation)
{
  g_autoptr (KefuConversationRecord) record = test_conversation (store, conversation);

  return record->labels != NULL ? g_strjoinv (" ", record->labels) : g_strdup ("");
}

static void
assert_labels (StoreFixture *store, const char *conversation, const char *expected)
{
  g_autofree char *labels = labels_of (store, conversation);

  g_assert_cmpstr (labels, ==, expected);
}

/* The table is the column turned round, and all of it. */
static void
assert_table_is_right (StoreFixture *store)
{
  g_autofree char *path = store_fixture_path (store, "cache.db");
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) cache = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);
  const char *column = "SELECT j.value, c.id FROM conversation c, json_each(c.labels) j";
  const char *table =
    "SELECT i.label_id, c.id FROM inbox i JOIN conversation c ON c.rowid = i.n WHERE i.label_id NOT IN ('', '@')";
  g_autofree char *sql = g_strdup_printf ("SELECT (SELECT count(*) FROM (%s EXCEPT %s)) + (SELECT count(*) FROM (%s"
                                          " EXCEPT %s))",
                                          column, table, table, column);

  g_assert_no_error (error);
  g_assert_cmpint (kefu_db_int (cache, -1, sql, ""), ==, 0);
}

static void
test_labels_are_listed_in_order (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = shop_new (feed);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  const KefuLabelRecord *first, *second;

  kefu_store_list_labels_async (store->store, NULL, test_got_result, &result);
  rows = kefu_store_list_finish (store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  first = rows->pdata[0];
  second = rows->pdata[1];
  g_assert_cmpstr (first->name, ==, "催发货");
  /* A color that this version does not know is one that it does. */
  g_assert_cmpint (first->color, ==, KEFU_N_LABEL_COLORS - 1);
  g_assert_cmpstr (second->id, ==, LABEL_B);
  g_assert_cmpint (second->color, ==, 4);
}

static void
test_a_conversation_is_found_by_its_labels (void)
{
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (StoreFixture) store = shop_new (feed);
  g_autofree char *op_id = NULL;
  g_autofree char *results = NULL;
  gint64 seen = feed_head (feed);

  assert_labels (store, CONV_1, "");
  op_id = test_perform (store, "conversation.label", SET_LABEL (CONV_1, LABEL_B, "true"), NULL);
  g_assert_nonnull (op_id);
  g_free (test_perform (store, "conversation.label", SET_LABEL (CONV_1, LABEL_A, "true"), NULL));
  g_free (test_perform (store, "conversation.label", SET_LABEL (CONV_2, LABEL_A, "true"), NULL));
  assert_labels (store, CONV_1, LABEL_A " " LABEL_B);
  assert_labels (store, CONV_2, LABEL_A);
  assert_table_is_right (store);

  /* A batch takes what waits off and puts it on again; a colleague has labelled the third. */
  feed_put (feed, "conversation", CONV_3,
            "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'k3','labels':['" LABEL_B "','" LABEL_A
            "',7]");
  test_apply_ok (store, feed_batch (feed, seen, -1, FALSE));
  assert_labels (store, CONV_1, LABEL_A " " LABEL_B);
  assert_labels (store, CONV_3, LABEL_B " " LABEL_A);

  /* What the server refuses goes again. */
  results = g_strdup_printf ("{'results':[{'op_id':'%s','status':'rejected','reason':'no'}]}", op_id);
  g_assert_true (test_settle (store, results, NULL, NULL, NULL));
  assert_labels (store, CONV_1, LABEL_A);

  seen = feed_head (feed);
  feed_del (feed, "conversation", CONV_2);
  feed_put (feed, "conversation", CONV_3, "'customer_id':'" CUSTOMER_1 "','channel_id':'channel-1','key':'k3'");
  test_apply_ok (store, feed_batch (feed, seen, -1, FALSE));
  assert_labels (store, CONV_3, "");
  assert_table_is_right (store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/labels/labels-are-listed-in-order", test_labels_are_listed_in_order);
  g_test_add_func ("/labels/a-conversation-is-found-by-its-labels", test_a_conversation_is_found_by_its_labels);
  return g_test_run ();
}
