/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inbox as the store keeps it: pages of every view in every order equal what the tables say, each is one walk in an index, and
 * what is counted is what there is, whatever happened. */
#include "config.h"

#include "kefu-store-private.h"
#include "store-fixture.h"

#define N_CHANNELS 3
#define N_CONVERSATIONS 60

static const char *const channels[N_CHANNELS + 1] = { NULL, "channel-1", "channel-2", "channel-3" };
static const char *const labels[] = { NULL, ID_1, ID_2 };

static void
conversation_id (char *id, gsize size, int n)
{
  g_snprintf (id, size, "c0000000-0000-7000-8000-%012d", n);
}

/* Opened beside the store. */
static KefuDb *
open_cache (StoreFixture *store)
{
  g_autofree char *cache = store_fixture_path (store, "cache.db");
  g_autofree char *desk = store_fixture_path (store, "desk.db");
  KefuDb *db = kefu_db_open (cache, KEFU_DB_READ_ONLY, NULL);

  g_assert_true (kefu_db_run (db, NULL, "ATTACH DATABASE ? AS desk", "s", desk));
  return db;
}

/* --- what the tables say --- */

static const char *const conditions[KEFU_N_VIEWS] = {
  [KEFU_VIEW_MINE] = "c.assignee_id = ?1 AND c.status = 'open'",
  [KEFU_VIEW_UNASSIGNED] = "c.assignee_id IS NULL AND c.status = 'open'",
  [KEFU_VIEW_WAITING] = "c.waiting_since > 0 AND c.status IN ('open', 'snoozed')",
  [KEFU_VIEW_MENTIONS] =
    "c.status IN ('open', 'snoozed') AND EXISTS(SELECT 1 FROM message m, json_each(m.data, '$.mentions') j"
    " WHERE m.conversation_id = c.id AND m.kind = 'note' AND j.value = ?1)",
  [KEFU_VIEW_SNOOZED] = "c.status = 'snoozed'",
  [KEFU_VIEW_RESOLVED] = "c.status = 'resolved'",
  [KEFU_VIEW_ALL] = "c.status IN ('open', 'snoozed')",
};

static const char *const orders[KEFU_N_ORDERS] = {
  [KEFU_ORDER_LONGEST] = "c.waiting_since = 0, iif(c.waiting_since > 0, c.waiting_since, -c.last_at), c.rowid",
  [KEFU_ORDER_NEWEST] = "c.last_at DESC, c.rowid",
  [KEFU_ORDER_UNREAD] = "unread = 0, c.last_at DESC, c.rowid",
};

/* (transfer full) (element-type utf8): ids, by a walk over everything. */
static GPtrArray *
list_by_tables (KefuDb *db, const char *agent_id, const KefuInboxQuery *query)
{
  g_autofree char *sql = g_strconcat (
    "SELECT c.id, max(0, c.in_count - coalesce(r.in_no, 0)) AS unread FROM conversation c"
    " LEFT JOIN read r ON r.conversation_id = c.id AND r.agent_id = ?1 WHERE (?2 IS NULL OR c.channel_id = ?2)"
    " AND (?3 IS NULL OR EXISTS(SELECT 1 FROM json_each(c.labels) WHERE value = ?3)) AND ",
    conditions[query->view], " ORDER BY ", orders[query->order], NULL);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, &error, sql, "sss", agent_id, query->channel_id, query->label_id);

  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    g_ptr_array_add (ids, g_strdup (kefu_stmt_text (stmt, 0)));
  g_assert_no_error (error);
  return g_steal_pointer (&ids);
}

/* --- what the store says --- */

/* Reads all of @query in pages of @page; (element-type KefuConversationRecord). */
static GPtrArray *
list_in_pages (StoreFixture *store, const KefuInboxQuery *query, guint page)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_conversation_record_unref);
  KefuInboxKey after;

  for (;;)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) rows = NULL;
      guint n;

      kefu_store_list_inbox_async (store->store, query, all->len > 0 ? &after : NULL, page, NULL, test_got_result,
                                   &result);
      rows = kefu_store_list_finish (store->store, test_wait_result (&result), &error);
      g_assert_no_error (error);
      n = rows->len;
      g_assert_cmpuint (n, <=, page);
      for (guint i = 0; i < n; i++)
        g_assert_true (
          kefu_inbox_query_has (query, kefu_store_get_agent_id (store->store), g_ptr_array_index (rows, i)));
      g_ptr_array_extend_and_steal (all, g_steal_pointer (&rows));
      if (n < page)
        return g_steal_pointer (&all);
      after = kefu_inbox_key_of (query->order, g_ptr_array_index (all, all->len - 1));
    }
}

static GArray *
count_views (StoreFixture *store, const char *channel_id, const char *label_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GArray *counts;

  kefu_store_count_views_async (store->store, channel_id, label_id, NULL, test_got_result, &result);
  counts = kefu_store_count_views_finish (store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  return counts;
}

/* Every view in every order, of every channel and with every label, and the counts. */
static void
assert_as_the_tables_say (StoreFixture *store)
{
  g_autoptr (KefuDb) db = open_cache (store);

  for (guint i = 0; i < KEFU_N_VIEWS * KEFU_N_ORDERS * G_N_ELEMENTS (channels) * G_N_ELEMENTS (labels); i++)
    {
      const KefuInboxQuery query = { .view = (KefuInboxView) (i % KEFU_N_VIEWS),
                                     .order = (KefuInboxOrder) (i / KEFU_N_VIEWS % KEFU_N_ORDERS),
                                     .channel_id =
                                       (char *) channels[i / KEFU_N_VIEWS / KEFU_N_ORDERS % G_N_ELEMENTS (channels)],
                                     .label_id =
                                       (char *) labels[i / KEFU_N_VIEWS / KEFU_N_ORDERS / G_N_ELEMENTS (channels)] };
      g_autoptr (GPtrArray) expected = list_by_tables (db, kefu_store_get_agent_id (store->store), &query);
      g_autoptr (GPtrArray) rows = list_in_pages (store, &query, 7);

      g_assert_cmpuint (rows->len, ==, expected->len);
      for (guint k = 0; k < rows->len; k++)
        g_assert_cmpstr (((const KefuConversationRecord *) g_ptr_array_index (rows, k))->id, ==,
                         g_ptr_array_index (expected, k));
      if (query.order == KEFU_ORDER_NEWEST)
        {
          g_autoptr (GArray) counts = count_views (store, query.channel_id, query.label_id);

          g_assert_cmpuint (g_array_index (counts, guint, query.view), ==, expected->len);
        }
    }
}

/* What each channel and label would leave of a view. */
static void
assert_choices (StoreFixture *store)
{
  g_autoptr (KefuDb) db = open_cache (store);

  for (guint i = 0; i < KEFU_N_VIEWS * G_N_ELEMENTS (channels) * G_N_ELEMENTS (labels); i++)
    {
      const KefuInboxQuery query = { .view = (KefuInboxView) (i % KEFU_N_VIEWS),
                                     .order = KEFU_ORDER_NEWEST,
                                     .channel_id = (char *) channels[i / KEFU_N_VIEWS % G_N_ELEMENTS (channels)],
                                     .label_id = (char *) labels[i / KEFU_N_VIEWS / G_N_ELEMENTS (channels)] };
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GPtrArray) choices = NULL;

      kefu_store_list_inbox_choices_async (store->store, &query, NULL, test_got_result, &result);
      choices = kefu_store_list_finish (store->store, test_wait_result (&result), NULL);
      g_assert_cmpuint (choices->len, >=, 3);
      for (guint k = 0; k < choices->len; k++)
        {
          const KefuInboxChoice *choice = g_ptr_array_index (choices, k);
          KefuInboxQuery chosen = query;
          g_autoptr (GPtrArray) expected = NULL;

          *(choice->is_channel ? &chosen.channel_id : &chosen.label_id) = choice->id;
          expected = list_by_tables (db, kefu_store_get_agent_id (store->store), &chosen);
          g_assert_cmpuint (choice->n, ==, expected->len);
        }
    }
}

/* --- what happens --- */

typedef struct
{
  StoreFixture *store;
  Feed *feed;
  gint64 applied;
  GRand *random;
} Desk;

static void
desk_init (Desk *desk, guint32 seed)
{
  desk->store = store_fixture_new ();
  desk->feed = feed_new ("epoch");
  desk->random = g_rand_new_with_seed (seed);
  feed_put_shop (desk->feed, 0);
  feed_put (desk->feed, "label", ID_1, "'name':'催发货','color':1,'sort':1");
  feed_put (desk->feed, "label", ID_2, "'name':'售后','color':2,'sort':2");
  desk->applied = 0;
}

static void
desk_clear (Desk *desk)
{
  store_fixture_free (desk->store);
  feed_free (desk->feed);
  g_rand_free (desk->random);
}

static int
below (Desk *desk, int n)
{
  return g_rand_int_range (desk->random, 0, n);
}

/* A note that mentions somebody, or nobody any more, or is gone. */
static void
put_note (Desk *desk, const char *conversation)
{
  static const char *const mentions[] = { "'" TEST_AGENT "'", "'agent-2'", "'agent-2','" TEST_AGENT "'", "" };
  g_autofree char *id = g_strdup_printf ("a0000000-0000-7000-8000-%012d", below (desk, 30));
  g_autofree char *fields =
    g_strdup_printf ("'conversation_id':'%s','mseq':%d,'kind':'%s','dir':'none','body':'@','sent_at':1000,"
                     "'data':{'mentions':[%s]}",
                     conversation, below (desk, 9), below (desk, 6) > 0 ? "note" : "event",
                     mentions[below (desk, G_N_ELEMENTS (mentions))]);

  if (below (desk, 4) == 0)
    feed_del (desk->feed, "message", id);
  else
    feed_put (desk->feed, "message", id, fields);
}

/* What the server says next. Times are few, so that many are equal. */
static void
put_something (Desk *desk)
{
  static const char *const statuses[] = { "open", "open", "snoozed", "resolved", "resolved", "unheard-of" };
  static const char *const marks[] = {
    "", "", "'" ID_1 "'", "'" ID_2 "'", "'" ID_1 "','" ID_2 "'", "7,'','@','" ID_2 "','" ID_2 "'"
  };
  static const char *const assignees[] = { "'" TEST_AGENT "'", "'agent-2'", "null" };
  char id[64];
  g_autofree char *fields = NULL;
  g_autofree char *read_id = NULL;

  conversation_id (id, sizeof id, 1 + below (desk, N_CONVERSATIONS));
  switch (below (desk, 15))
    {
    case 12:
    case 13:
    case 14:
      put_note (desk, id);
      return;
    case 0:
      feed_del (desk->feed, "conversation", id);
      return;
    case 1:
      read_id = g_strconcat (id, ":" TEST_AGENT, NULL);
      feed_del (desk->feed, "read", read_id);
      return;
    case 2:
    case 3:
    case 4:
      {
        const char *who = below (desk, 4) > 0 ? TEST_AGENT : "agent-2";

        read_id = g_strconcat (id, ":", who, NULL);
        fields =
          g_strdup_printf ("'conversation_id':'%s','agent_id':'%s','mseq':1,'in_no':%d", id, who, below (desk, 4));
        feed_put (desk->feed, "read", read_id, fields);
        return;
      }
    default:
      fields =
        g_strdup_printf ("'customer_id':'" CUSTOMER_1 "','channel_id':'%s','key':'%s','status':'%s',"
                         "'assignee_id':%s,'waiting_since':%d,'last_at':%d,'in_count':%d,'labels':[%s]",
                         channels[1 + below (desk, N_CHANNELS)], id, statuses[below (desk, G_N_ELEMENTS (statuses))],
                         assignees[below (desk, G_N_ELEMENTS (assignees))], below (desk, 2) * below (desk, 10),
                         1000 + below (desk, 20), below (desk, 4), marks[below (desk, G_N_ELEMENTS (marks))]);
      feed_put (desk->feed, "conversation", id, fields);
    }
}

static void
push (Desk *desk)
{
  test_apply_ok (desk->store, feed_batch (desk->feed, desk->applied, -1, FALSE));
  desk->applied = feed_head (desk->feed);
}

/* What the agent does next; the cache may refuse it. */
static void
do_something (Desk *desk)
{
  char id[64];
  g_autofree char *args = NULL;
  g_autofree char *op_id = NULL;
  g_autoptr (GError) error = NULL;
  const char *type;

  conversation_id (id, sizeof id, 1 + below (desk, N_CONVERSATIONS));
  switch (below (desk, 5))
    {
    case 0:
      type = "conversation.label";
      args = g_strdup_printf ("{'conversation_id':'%s','label_id':'%s','add':%s}", id, labels[1 + below (desk, 2)],
                              below (desk, 2) ? "true" : "false");
      break;
    case 1:
      type = "conversation.read";
      args = g_strdup_printf ("{'conversation_id':'%s','mseq':9,'in_no':%d}", id, below (desk, 4));
      break;
    case 2:
      type = "conversation.claim";
      args = g_strdup_printf ("{'conversation_id':'%s','assignee_id':'" TEST_AGENT "'}", id);
      break;
    case 3:
      type = "conversation.status";
      args = g_strdup_printf ("{'conversation_id':'%s','status':'%s'}", id, below (desk, 2) ? "resolved" : "open");
      break;
    default:
      type = "message.send";
      args =
        g_strdup_printf ("{'id':'e0000000-0000-7000-8000-%012d','conversation_id':'%s','kind':'text','body':'在的',"
                         "'at':%d}",
                         g_rand_int_range (desk->random, 1, 1 << 30), id, 1000 + below (desk, 20));
    }
  op_id = test_perform (desk->store, type, args, &error);
  /* It may not be there, or be somebody else's; what the agent asks is well formed. */
  g_assert_true (op_id != NULL || g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CONFLICT) ||
                 g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND));
}

/* The server's word on what waits: some applied, some refused. */
static void
answer (Desk *desk)
{
  g_autoptr (GBytes) ops = test_take (desk->store, 5);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GString) results = NULL;
  JsonArray *list;

  if (ops == NULL)
    return;
  node = json_from_string (g_bytes_get_data (ops, NULL), NULL);
  list = json_object_get_array_member (json_node_get_object (node), "ops");
  results = g_string_new ("{'results':[");
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      const char *op_id = json_object_get_string_member (json_array_get_object_element (list, i), "op_id");

      g_string_append_printf (results, "%s{'op_id':'%s',", i > 0 ? "," : "", op_id);
      if (below (desk, 2))
        g_string_append_printf (results, "'status':'applied','rev':%d,'seq':%d}", (int) desk->applied + 1,
                                (int) desk->applied + 1);
      else
        g_string_append (results, "'status':'rejected','reason':'no'}");
    }
  g_string_append (results, "]}");
  test_settle (desk->store, results->str, NULL, NULL, NULL);
}

static void
test_kept_is_what_there_is (void)
{
  for (guint32 seed = 1; seed <= 3; seed++)
    {
      Desk desk;

      desk_init (&desk, 20260700 + seed);
      push (&desk);
      for (int round = 0; round < 40; round++)
        {
          switch (below (&desk, 10))
            {
            case 0:
              answer (&desk);
              break;
            case 1:
              store_fixture_reopen (desk.store);
              break;
            case 2:
            case 3:
            case 4:
              for (int i = below (&desk, 4); i >= 0; i--)
                do_something (&desk);
              break;
            default:
              /* a large batch takes another way */
              for (int i = below (&desk, below (&desk, 3) > 0 ? 30 : 150); i >= 0; i--)
                put_something (&desk);
              push (&desk);
            }
          if (round % 8 == 7)
            assert_as_the_tables_say (desk.store);
        }
      /* The server begins anew: all is dropped and comes again. */
      test_reset (desk.store, "epoch");
      desk.applied = 0;
      assert_as_the_tables_say (desk.store);
      push (&desk);
      assert_as_the_tables_say (desk.store);
      assert_choices (desk.store);
      desk_clear (&desk);
    }
}

/* Two shops on one platform: "旺旺" alone would not say whose. */
static void
test_channels_of_one_name_tell_their_shop (void)
{
  static const char *const expected[][2] = { { "微信客服", NULL }, { "旺旺", "拾光表行" }, { "旺旺", "饰界表行" } };
  const KefuInboxQuery query = { .view = KEFU_VIEW_ALL, .order = KEFU_ORDER_NEWEST };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) choices = NULL;
  Desk desk;

  desk_init (&desk, 6);
  feed_put (desk.feed, "channel", "channel-2", "'type':'wangwang','name':'旺旺','shop':'饰界表行'");
  feed_put (desk.feed, "channel", "channel-3", "'type':'wangwang','name':'旺旺','shop':'拾光表行'");
  push (&desk);
  kefu_store_list_inbox_choices_async (desk.store->store, &query, NULL, test_got_result, &result);
  choices = kefu_store_list_finish (desk.store->store, test_wait_result (&result), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const KefuInboxChoice *choice = g_ptr_array_index (choices, i);

      g_assert_cmpstr (choice->name, ==, expected[i][0]);
      g_assert_cmpstr (choice->shop, ==, expected[i][1]);
    }
  g_clear_object (&result);
  desk_clear (&desk);
}

static void
test_another_agent_finds_their_own (void)
{
  Desk desk;
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;

  desk_init (&desk, 5);
  for (int i = 0; i < 300; i++)
    put_something (&desk);
  push (&desk);
  before = count_views (desk.store, NULL, NULL);
  store_fixture_close (desk.store);
  g_free (desk.store->agent_id);
  desk.store->agent_id = g_strdup ("agent-2");
  store_fixture_open (desk.store);
  assert_as_the_tables_say (desk.store);
  after = count_views (desk.store, NULL, NULL);
  g_assert_cmpuint (g_array_index (before, guint, KEFU_VIEW_MINE), !=, g_array_index (after, guint, KEFU_VIEW_MINE));
  g_assert_cmpuint (g_array_index (before, guint, KEFU_VIEW_ALL), ==, g_array_index (after, guint, KEFU_VIEW_ALL));
  desk_clear (&desk);
}

/* --- how it is answered --- */

/* Each part of the page is one search in an index that begins behind the key; what is found is fetched by its rowid. */
static void
assert_is_a_walk (KefuDb *db, const char *sql)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;
  guint n_walks = 0;
  gboolean of_draft = FALSE;

  g_test_message ("%s", sql);
  stmt = kefu_db_query (db, &error, explain, strstr (sql, "?6") != NULL ? "ssiiis" : "ssiii", "", "", (gint64) 0,
                        (gint64) 0, (gint64) 9, "");
  g_assert_no_error (error);
  while (kefu_stmt_step (stmt, &error))
    {
      const char *step = kefu_stmt_text (stmt, 3);

      g_test_message ("  %s", step);
      if (g_str_has_prefix (step, "SEARCH inbox USING COVERING INDEX inbox_"))
        {
          g_assert_true (g_str_has_suffix (step, ",n)>(?,?))"));
          n_walks++;
        }
      /* The files of one draft are few. */
      else if (strstr (step, "TEMP B-TREE") != NULL && !of_draft)
        g_test_fail_printf ("%s", step);
      else if (g_str_has_prefix (step, "SCAN"))
        /* of the page */
        g_assert_true (g_str_has_prefix (step, "SCAN (subquery"));
      else if (g_str_has_prefix (step, "SEARCH c "))
        g_assert_cmpstr (step, ==, "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)");
      of_draft = g_str_has_prefix (step, "SEARCH f ");
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n_walks, >, 0);
}

static void
test_each_page_is_a_walk_in_an_index (void)
{
  static const char *const filters[][2] = {
    { NULL, NULL }, { "channel-1", NULL }, { NULL, ID_1 }, { "channel-1", ID_1 }
  };
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (KefuDb) db = open_cache (store);

  for (int view = 0; view < KEFU_N_VIEWS; view++)
    for (int order = 0; order < KEFU_N_ORDERS; order++)
      for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
        {
          const KefuInboxQuery query = { .view = (KefuInboxView) view,
                                         .order = (KefuInboxOrder) order,
                                         .channel_id = (char *) filters[i][0],
                                         .label_id = (char *) filters[i][1] };
          guint segment = 0;

          for (;; segment++)
            {
              g_autofree char *sql = kefu_store_inbox_sql (&query, segment);

              if (sql == NULL)
                break;
              assert_is_a_walk (db, sql);
            }
          g_assert_cmpuint (segment, >, 0);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inbox/kept-is-what-there-is", test_kept_is_what_there_is);
  g_test_add_func ("/inbox/channels-of-one-name-tell-their-shop", test_channels_of_one_name_tell_their_shop);
  g_test_add_func ("/inbox/another-agent-finds-their-own", test_another_agent_finds_their_own);
  g_test_add_func ("/inbox/each-page-is-a-walk-in-an-index", test_each_page_is_a_walk_in_an_index);
  return g_test_run ();
}
