/* SPDX-License-Identifier: GPL-3.0-or-later
 * The search, over all its pages, gives what a look at every row gives: made-up messages, customers and orders, asked for by every piece of
 * them and every operator, beside LIKE on the folded rows. And it looks at few rows for it. */
#include "config.h"

#include <string.h>

#include "kefu-db.h"
#include "kefu-store-search.h"
#include "kefu-text.h"
#include "store-fixture.h"

#define DAY_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)
#define N_MESSAGES 1500
#define N_CONVERSATIONS 30
#define N_ORDERS 120
/* more messages of one conversation than the search gathers */
#define N_EVENTS 8200

/* Few characters, so that pieces meet: Han in both forms, of one and of full width, letters, digits, emoji, and what parts them. */
static const char *const pieces[] = {
  "货", "发", "退", "的", "手", "表", "電", "电", "池", "運", "运", "费", "費", "，", "。", "?", "！",
  " ",  "Ａ", "a",  "b",  "ok", "SF", "１", "2",  "34", "é",  "👍",  "-",  "%",  "_",  "\"", "¥", "かな",
};
static const char *const names[] = { "沈若溪", "张三",   "張小海", "李雷",        "林小满", "Olivia Chen",
                                     "Ａnna",  "欧阳修", "李若海", "13900006582", "陈Coco", "José" };
static const char *const statuses[] = { "open", "snoozed", "resolved" };
static const char *const kinds[] = {
  "text", "text", "text", "text", "image", "file", "voice", "order", "note", "event"
};

typedef struct
{
  StoreFixture *store;
  Feed *feed;
  KefuDb *db;
  GPtrArray *bodies;
  GRand *chance;
  guint n_hits;
} Library;

static char *
make_text (GRand *chance)
{
  GString *text = g_string_new (NULL);
  int n = g_rand_int_range (chance, 1, 12);

  for (int i = 0; i < n; i++)
    g_string_append (text, pieces[g_rand_int_range (chance, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

/* (transfer full): for a field in single quotes. */
static char *
quote (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\"", -1);

  return g_strjoinv ("\\\"", parts);
}

static void
put_people (Feed *feed, GRand *chance)
{
  feed_put (feed, "agent", "agent-2", "'name':'林芳','login':'fang'");
  feed_put (feed, "channel", "channel-2", "'type':'qq','name':'QQ','shop':'时光表行'");
  feed_put (feed, "channel", "channel-3", "'type':'email','name':'邮箱','shop':'半夏衣橱'");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *id = g_strdup_printf ("customer-%u", i);
      g_autofree char *fields =
        g_strdup_printf ("'name':'%s','phone':'139 0000 %04d'", names[i], g_rand_int_range (chance, 0, 30) + 6570);

      feed_put (feed, "customer", id, fields);
    }
  for (guint i = 0; i < N_CONVERSATIONS; i++)
    {
      g_autofree char *id = g_strdup_printf ("conversation-%u", i);
      g_autofree char *read = g_strdup_printf ("conversation-%u:" TEST_AGENT, i);
      g_autofree char *mark =
        g_strdup_printf ("'conversation_id':'conversation-%u','agent_id':'" TEST_AGENT "','mseq':3,'in_no':%u", i,
                         i % 4);
      g_autofree char *fields = g_strdup_printf (
        "'customer_id':'customer-%u','channel_id':'channel-%u','key':'%u','status':'%s','last_at':%" G_GINT64_FORMAT
        ",'in_count':3,'last_mseq':%d",
        i % (guint) (G_N_ELEMENTS (names) - 1), 1 + i % 3, i, statuses[i % 7 % 3], TEST_NOW - i * DAY_MS,
        i < 3 ? 9000 : 60);

      feed_put (feed, "conversation", id, fields);
      feed_put (feed, "read", read, mark);
    }
}

static void
put_orders (Feed *feed, GRand *chance)
{
  for (guint i = 0; i < N_ORDERS; i++)
    {
      g_autofree char *id = g_strdup_printf ("order-%u", i);
      g_autofree char *fields =
        g_strdup_printf ("'customer_id':'customer-%u','number':'%s%d','state':'shipped','placed_at':%" G_GINT64_FORMAT
                         ",'tracking':'SF%d','phone':'138-1234-%04d'",
                         i % 9, i % 5 == 0 ? "TB" : "", g_rand_int_range (chance, 10000000, 10090000),
                         TEST_NOW - g_rand_int_range (chance, 0, 1000) * 60000,
                         g_rand_int_range (chance, 555000, 555999), g_rand_int_range (chance, 0, 40) + 100);

      feed_put (feed, "order", id, fields);
    }
}

static Library *
library_new (void)
{
  Library *self = g_new0 (Library, 1);
  Feed *feed = feed_new ("epoch");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  self->store = store_fixture_new ();
  self->feed = feed;
  self->bodies = g_ptr_array_new_with_free_func (g_free);
  self->chance = g_rand_new_with_seed (7);
  feed_put_shop (feed, 1);
  put_people (feed, self->chance);
  put_orders (feed, self->chance);
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      char *body = make_text (self->chance);
      g_autofree char *quoted = quote (body);
      g_autofree char *id = g_strdup_printf ("m%u", i);
      const char *kind = kinds[g_rand_int_range (self->chance, 0, G_N_ELEMENTS (kinds))];
      gboolean is_in = !g_str_equal (kind, "note") && g_rand_boolean (self->chance);
      g_autofree char *fields = g_strdup_printf (
        "'conversation_id':'conversation-%d','mseq':%u,'kind':'%s','dir':'%s','author_id':%s,'body':'%s',"
        "'sent_at':%" G_GINT64_FORMAT ",'recalled':%s,'data':{'name':'表%u.pdf'}",
        g_rand_int_range (self->chance, 0, N_CONVERSATIONS), i + 1, kind,
        g_str_equal (kind, "note") ? "note"
        : is_in                    ? "in"
                                   : "out",
        is_in                           ? "null"
        : g_rand_boolean (self->chance) ? "'" TEST_AGENT "'"
                                        : "'agent-2'",
        quoted, TEST_NOW - g_rand_int_range (self->chance, 0, 40 * 24 * 60) * G_GINT64_CONSTANT (60000),
        i % 50 == 0 ? "true" : "false", i % 20);

      feed_put (feed, "message", id, fields);
      g_ptr_array_add (self->bodies, body);
    }
  test_apply_ok (self->store, feed_batch (feed, 0, -1, FALSE));
  path = store_fixture_path (self->store, "cache.db");
  self->db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);
  g_assert_no_error (error);
  return self;
}

/* Lets the first three conversations, of each status and channel, have more than the search gathers, and nothing of it is found. */
static void
library_crowd (Library *self)
{
  gint64 head = feed_head (self->feed);

  for (guint i = 0; i < 3 * N_EVENTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%u", i);
      g_autofree char *fields = g_strdup_printf ("'conversation_id':'conversation-%u','mseq':%u,'kind':'event',"
                                                 "'dir':'none','body':'','sent_at':%u",
                                                 i % 3, N_MESSAGES + 1 + i, 60000 * (1 + i));

      feed_put (self->feed, "message", id, fields);
    }
  test_apply_ok (self->store, feed_batch (self->feed, head, -1, FALSE));
}

static void
library_free (Library *self)
{
  kefu_db_close (self->db);
  feed_free (self->feed);
  store_fixture_free (self->store);
  g_ptr_array_unref (self->bodies);
  g_rand_free (self->chance);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Library, library_free)

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer full): the ids of @kind among all pages, sorted; each is found once and is never newer than the one before. */
static char *
found (Library *self, const char *text, const char *kind, guint limit)
{
  g_autoptr (GPtrArray) hits = test_search_paged (self->store, text, limit);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  gint64 last = G_MAXINT64;

  for (guint i = 0; i < hits->len; i++)
    {
      const KefuSearchHitRecord *hit = g_ptr_array_index (hits, i);

      if (!g_str_equal (hit->kind, kind))
        continue;
      /* a minute is a minute; customers are in the order of all their conversations, also where one of them is shown */
      if (!g_str_equal (kind, "customer"))
        g_assert_cmpint (hit->at / 60000, <=, last / 60000);
      last = hit->at;
      g_ptr_array_add (ids, hit->id);
    }
  self->n_hits += ids->len;
  g_ptr_array_sort (ids, compare_ids);
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (" ", (char **) ids->pdata);
}

/* (transfer full): the ids that @sql gives. */
static char *
expected (Library *self, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (self->db, &error, sql, "");
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  g_assert_no_error (error);
  while (kefu_stmt_step (stmt, &error))
    g_ptr_array_add (ids, g_strdup (kefu_stmt_text (stmt, 0)));
  g_assert_no_error (error);
  g_ptr_array_sort (ids, compare_ids);
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (" ", (char **) ids->pdata);
}

/* (transfer full): that @column has @word, by LIKE. */
static char *
like (const char *column, const char *word, gboolean only_at_end)
{
  g_autofree char *folded = kefu_text_fold (word);
  g_autoptr (GString) pattern = g_string_new (folded);
  g_autofree char *quoted = NULL;
  char *sql;

  g_string_replace (pattern, "\\", "\\\\", 0);
  g_string_replace (pattern, "%", "\\%", 0);
  g_string_replace (pattern, "_", "\\_", 0);
  g_string_prepend_c (pattern, '%');
  if (!only_at_end)
    g_string_append_c (pattern, '%');
  quoted = sqlite3_mprintf ("%Q", pattern->str);
  sql = g_strdup_printf ("kefu_fold(%s) LIKE %s ESCAPE '\\'", column, quoted);
  sqlite3_free (g_steal_pointer (&quoted));
  return sql;
}

#define MESSAGES                                                                                                       \
  "SELECT m.id FROM message m LEFT JOIN conversation c ON c.id = m.conversation_id LEFT JOIN read r ON"                \
  " r.id = c.id || ':" TEST_AGENT "' WHERE m.recalled = 0 AND m.kind <> 'event' AND "
#define BODY "m.body || iif(m.kind = 'file', ' ' || (m.data->>'$.name'), '')"

static gboolean
has_something (const char *word)
{
  for (const char *p = word; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalnum (c) || g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL)
        return TRUE;
    }
  return FALSE;
}

/* A piece of a body of one to four characters, without what means something to the line itself. NULL: there is none. */
static char *
draw_piece (Library *self)
{
  const char *body = g_ptr_array_index (self->bodies, (guint) g_rand_int_range (self->chance, 0, N_MESSAGES));
  glong length = g_utf8_strlen (body, -1);
  glong start = g_rand_int_range (self->chance, 0, (gint32) length);
  g_autofree char *piece = g_utf8_substring (body, start, MIN (length, start + g_rand_int_range (self->chance, 1, 5)));

  if (strpbrk (piece, " \"") != NULL || !has_something (piece))
    return NULL;
  return g_steal_pointer (&piece);
}

static void
test_messages_of_every_piece (void)
{
  g_autoptr (Library) library = library_new ();
  guint n = 0;

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *piece = draw_piece (library);
      g_autofree char *second = i % 4 == 0 ? draw_piece (library) : NULL;
      g_autofree char *text = NULL;
      g_autofree char *one = NULL;
      g_autofree char *two = NULL;
      g_autofree char *sql = NULL;
      g_autofree char *want = NULL;
      g_autofree char *have = NULL;

      if (piece == NULL)
        continue;
      text = second != NULL ? g_strdup_printf ("%s %s", piece, second) : g_strdup (piece);
      one = like (BODY, piece, FALSE);
      two = second != NULL ? like (BODY, second, FALSE) : g_strdup ("1");
      sql = g_strdup_printf (MESSAGES "%s AND %s", one, two);
      want = expected (library, sql);
      have = found (library, text, "message", i % 10 == 0 ? 9 : 1000);
      g_test_message ("%s", text);
      /* an accent is folded beyond LIKE's; those are found besides */
      if (strchr (text, 'e') == NULL && strstr (text, "é") == NULL)
        g_assert_cmpstr (have, ==, want);
      n++;
    }
  g_assert_cmpuint (n, >, 150);
  g_assert_cmpuint (library->n_hits, >, 5000);
}

static void
assert_found (Library *self, const char *text, const char *condition)
{
  g_autofree char *sql = g_strconcat (MESSAGES, condition, NULL);
  g_autofree char *want = expected (self, sql);
  g_autofree char *have = found (self, text, "message", 40);

  g_test_message ("%s", text);
  g_assert_cmpstr (have, ==, want);
  g_assert_cmpstr (want, !=, "");
}

static void
assert_every_operator (Library *library)
{
  static const struct
  {
    const char *text;
    const char *condition;
  } operators[] = {
    { "from:me", "m.author_id = '" TEST_AGENT "' AND m.dir <> 'in'" },
    { "来自：我", "m.author_id = '" TEST_AGENT "' AND m.dir <> 'in'" },
    { "from:customer", "m.dir = 'in'" },
    { "from:客户", "m.dir = 'in'" },
    { "from:芳", "m.author_id = 'agent-2'" },
    { "from:若", "(m.dir = 'in' AND c.customer_id IN (SELECT id FROM customer WHERE name LIKE '%若%'))" },
    /* an agent is called so, and a customer */
    { "from:林",
      "((m.author_id = 'agent-2' OR (SELECT name FROM agent WHERE id = m.author_id) LIKE '%林%') AND m.dir <> 'in'"
      " OR m.dir = 'in' AND c.customer_id IN (SELECT id FROM customer WHERE name LIKE '%林%'))" },
    { "from:\"olivia chen\"", "m.dir = 'in' AND c.customer_id = 'customer-5'" },
    { "from:me from:customer", "(m.author_id = '" TEST_AGENT "' OR m.dir = 'in')" },
    { "channel:qq", "c.channel_id = 'channel-2'" },
    { "渠道:微信", "c.channel_id = 'channel-1'" },
    { "channel:时光", "c.channel_id IN ('channel-1', 'channel-2')" },
    { "channel:qq channel:邮件", "c.channel_id IN ('channel-2', 'channel-3')" },
    { "is:open", "c.status = 'open'" },
    { "状态：已解决", "c.status = 'resolved'" },
    { "is:snoozed is:open", "c.status IN ('open', 'snoozed')" },
    { "is:unread", "c.in_count > coalesce(r.in_no, 0)" },
    { "is:unread is:resolved", "c.in_count > coalesce(r.in_no, 0) AND c.status = 'resolved'" },
    { "has:image", "m.kind = 'image'" },
    { "含:图片 has:file", "m.kind IN ('image', 'file')" },
    { "has:voice", "m.kind = 'voice'" },
    { "has:order", "m.kind = 'order'" },
    { "has:note", "m.kind = 'note'" },
    { "before:2023-11-01", "m.sent_at < 1698768000000" },
    { "after:2023-11", "m.sent_at >= 1698768000000" },
    { "after:昨天", "m.sent_at >= 1699891200000" },
    { "之前：今天 after:2023/11/3", "m.sent_at >= 1698940800000 AND m.sent_at < 1699977600000" },
    { "channel:qq is:open from:customer", "c.channel_id = 'channel-2' AND c.status = 'open' AND m.dir = 'in'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      g_autofree char *text = g_strdup_printf ("货 %s", operators[i].text);
      g_autofree char *broad = g_strdup_printf ("%s ok", operators[i].text);
      g_autofree char *condition = g_strdup_printf ("%s AND m.body LIKE '%%货%%'", operators[i].condition);
      g_autofree char *broad_condition = g_strdup_printf ("%s AND m.body LIKE '%%ok%%'", operators[i].condition);

      assert_found (library, text, condition);
      if (i % 3 == 0)
        assert_found (library, broad, broad_condition);
      /* without words, what is asked of conversations alone shows conversations */
      if (strstr (operators[i].condition, "m.") != NULL)
        assert_found (library, operators[i].text, operators[i].condition);
    }
}

static void
test_messages_of_every_operator (void)
{
  g_autoptr (Library) library = library_new ();

  assert_every_operator (library);
  library_crowd (library);
  assert_every_operator (library);
}

static void
assert_kind (Library *self, const char *text, const char *kind, const char *sql)
{
  g_autofree char *want = expected (self, sql);
  g_autofree char *have = found (self, text, kind, 3);

  g_test_message ("%s", text);
  g_assert_cmpstr (have, ==, want);
}

static void
test_customers_of_every_piece (void)
{
  g_autoptr (Library) library = library_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (glong start = 0, length = g_utf8_strlen (names[i], -1); start < length; start++)
      for (glong size = 1; size <= 4 && start + size <= length; size++)
        {
          g_autofree char *piece = g_utf8_substring (names[i], start, start + size);
          g_autofree char *condition = like ("name", piece, FALSE);
          g_autofree char *sql = NULL;
          gboolean spelled = TRUE;

          for (const char *p = piece; *p != '\0'; p++)
            spelled &= g_ascii_isalpha (*p);
          /* letters may mean a spelling as well, and four digits the end of a phone number */
          if (spelled || strchr (piece, ' ') != NULL || strstr (piece, "é") != NULL)
            continue;
          if (g_ascii_isdigit (*piece) && size == 4)
            sql = g_strdup_printf ("SELECT id FROM customer WHERE %s OR replace(phone, ' ', '') LIKE '%%%s'", condition,
                                   piece);
          else
            sql = g_strdup_printf ("SELECT id FROM customer WHERE %s", condition);
          assert_kind (library, piece, "customer", sql);
        }
  g_assert_cmpuint (library->n_hits, >, 30);
}

static void
test_customers_of_every_end_of_a_number (void)
{
  g_autoptr (Library) library = library_new ();

  for (guint i = 6565; i < 6602; i++)
    for (guint size = 4; size <= 8; size += 2)
      {
        g_autofree char *digits = g_strdup_printf ("%s%u", &"0000"[8 - size], i);
        g_autofree char *sql =
          g_strdup_printf ("SELECT id FROM customer WHERE replace(phone, ' ', '') LIKE '%%%s' OR name LIKE '%%%s%%'",
                           digits, digits);

        assert_kind (library, digits, "customer", sql);
      }
  g_assert_cmpuint (library->n_hits, >, 15);
}

/* (transfer full): of the first page and of the next ones, in order. */
static char *
names_in_order (StoreFixture *store, const char *text)
{
  g_autoptr (GPtrArray) hits = test_search_paged (store, text, 90);
  GString *ids = g_string_new (NULL);

  for (guint i = 0; i < hits->len; i++)
    g_string_append_printf (ids, "%s ", ((const KefuSearchHitRecord *) g_ptr_array_index (hits, i))->id);
  return g_string_free (ids, FALSE);
}

/* How many of a name there are decides by which way they are found; what is found must not tell. */
static void
test_customers_few_and_many_of_a_name (void)
{
  static const char *const texts[] = { "林", "王", "林5", "王小", "林小", "1" };
  static const char *const operators[] = { "", "is:snoozed", "is:open" };
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autofree char *path = NULL;
  g_autoptr (KefuDb) db = NULL;

  feed_put_shop (feed, 1);
  for (guint i = 0; i < 6200; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);
      g_autofree char *name =
        g_strdup_printf ("'name':'%s%s%u'", i % 12 == 0 ? "林" : "王", i % 50 == 0 ? "小" : "", i);
      g_autofree char *conversation = g_strdup_printf (
        "'customer_id':'c%u','channel_id':'channel-1','key':'k%u','status':'%s','last_at':%" G_GINT64_FORMAT, i, i,
        i % 9 == 0 ? "snoozed" : "open", TEST_NOW - 1000 * (gint64) (i * 7919 % 3001));

      feed_put (feed, "customer", id, name);
      if (i % 5 != 0)
        feed_put (feed, "conversation", id, conversation);
      /* of one customer two that are so, and one that is not */
      if (i % 27 == 9)
        {
          g_autofree char *other = g_strdup_printf ("c%ub", i);
          g_autofree char *newest = g_strdup_printf ("c%uc", i);
          g_autofree char *second =
            g_strdup_printf ("'customer_id':'c%u','channel_id':'channel-1','key':'l%u','status':'snoozed','last_at':%u",
                             i, i, 1000 + i);
          g_autofree char *third = g_strdup_printf (
            "'customer_id':'c%u','channel_id':'channel-1','key':'m%u','status':'open','last_at':%" G_GINT64_FORMAT, i,
            i, TEST_NOW);

          feed_put (feed, "conversation", other, second);
          feed_put (feed, "conversation", newest, third);
        }
    }
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  path = store_fixture_path (store, "cache.db");
  db = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts) * G_N_ELEMENTS (operators); i++)
    {
      const char *name = texts[i % G_N_ELEMENTS (texts)];
      const char *is = operators[i / G_N_ELEMENTS (texts)];
      g_autofree char *text = g_strconcat (name, " ", is, NULL);
      g_autofree char *have = names_in_order (store, text);
      g_autofree char *want =
        kefu_db_text (db,
                      "SELECT group_concat(id || ' ', '') FROM (SELECT cu.id FROM customer cu "
                      "LEFT JOIN customer_name n ON n.id = cu.id"
                      " WHERE cu.name LIKE '%' || ?1 || '%' AND (?2 = '' OR EXISTS(SELECT 1 FROM"
                      " conversation WHERE customer_id = cu.id AND status = substr(?2, 4))) ORDER BY coalesce((SELECT "
                      "max(last_at) FROM conversation WHERE customer_id ="
                      " cu.id), 0) DESC, n.n DESC)",
                      "ss", name, is);

      g_test_message ("%s", text);
      g_assert_nonnull (want);
      g_assert_cmpstr (have, ==, want);
    }
}

static void
test_customers_whose_conversations_are_so (void)
{
  g_autoptr (Library) library = library_new ();

  assert_kind (library, "若 is:open", "customer",
               "SELECT id FROM customer WHERE name LIKE '%若%' AND id IN"
               " (SELECT customer_id FROM conversation WHERE status = 'open')");
  assert_kind (library, "若 channel:邮箱", "customer",
               "SELECT id FROM customer WHERE name LIKE '%若%' AND id IN"
               " (SELECT customer_id FROM conversation WHERE channel_id = 'channel-3')");
  /* without a name: conversation by conversation */
  assert_kind (library, "is:snoozed channel:qq", "customer",
               "SELECT customer_id FROM conversation WHERE status = 'snoozed' AND channel_id = 'channel-2'");
  assert_kind (library, "is:unread", "customer",
               "SELECT customer_id FROM conversation c LEFT JOIN read r ON r.id = c.id || ':" TEST_AGENT
               "' WHERE c.in_count > coalesce(r.in_no, 0)");
  g_assert_cmpuint (library->n_hits, >, 8);
}

static void
test_orders_of_every_piece (void)
{
  g_autoptr (Library) library = library_new ();
  guint n = 0;

  for (guint i = 0; i < N_ORDERS; i += 3)
    {
      g_autofree char *id = g_strdup_printf ("order-%u", i);
      g_autofree char *number = kefu_db_text (library->db, "SELECT number FROM orders WHERE id = ?", "s", id);
      g_autofree char *tracking = kefu_db_text (library->db, "SELECT tracking FROM orders WHERE id = ?", "s", id);
      const char *texts[] = { number, tracking, number + strlen (number) - 4, tracking + 1, "0117", "34-0131" };

      for (guint k = 0; k < G_N_ELEMENTS (texts); k++)
        {
          g_autofree char *piece = g_strndup (texts[k], 4 + (i + k) % 4);
          g_autofree char *sql = g_strdup_printf (
            "SELECT id FROM orders WHERE number LIKE '%%%1$s%%' OR tracking LIKE '%%%1$s%%' OR"
            " (replace(phone, '-', '') LIKE '%%' || replace('%1$s', '-', '') AND '%1$s' NOT GLOB '*[A-Z]*')",
            piece);

          assert_kind (library, piece, "order", sql);
          n++;
        }
    }
  g_assert_cmpuint (n, >, 100);
  g_assert_cmpuint (library->n_hits, >, 500);
}

static void
put_library (Feed *feed)
{
  feed_put (feed, "phrase_group", "g1", "'name':'售后'");
  feed_put (feed, "phrase", "p1", "'group_id':'g1','code':'th1','title':'退货步骤','body':'亲，点申请退款就行'");
  feed_put (feed, "phrase", "p2", "'group_id':'g1','code':'yf','title':'运费','body':'退货的运费我们出'");
  feed_put (feed, "phrase", "p3", "'group_id':'g1','title':'退 货','body':'Return in 7 days'");
  feed_put (feed, "phrase", "p4",
            "'group_id':'g1','title':'別人的退貨','body':'退货','scope':'personal','agent_id':'agent-2'");
  feed_put (feed, "phrase", "p5",
            "'group_id':'g1','title':'我的','body':'退货找我','scope':'personal','agent_id':'" TEST_AGENT "'");
  feed_put (feed, "article", "a1", "'title':'退貨流程','body':'先拍照，再寄回'");
  feed_put (feed, "article", "a2", "'title':'尺码','body':'退货前先量一量'");
  feed_put (feed, "article", "a3", "'title':'Shipping','body':'Worldwide'");
  feed_put (feed, "something", "s1", "'title':'退货','body':'退货'");
}

/* (transfer full): the ids in the order of the pages. */
static char *
in_order (StoreFixture *store, const char *text, const char *kind)
{
  g_autoptr (GPtrArray) hits = test_search_paged (store, text, 2);
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < hits->len; i++)
    {
      const KefuSearchHitRecord *hit = g_ptr_array_index (hits, i);

      if (g_str_equal (hit->kind, kind))
        g_string_append_printf (ids, "%s%s", ids->len > 0 ? " " : "", hit->id);
    }
  return g_string_free (g_steal_pointer (&ids), FALSE);
}

static void
assert_order (StoreFixture *store, const char *text, const char *kind, const char *ids)
{
  g_autofree char *have = in_order (store, text, kind);

  g_test_message ("%s", text);
  g_assert_cmpstr (have, ==, ids);
}

static void
test_phrases_and_articles_by_title_first (void)
{
  g_autoptr (StoreFixture) store = store_fixture_new ();
  g_autoptr (Feed) feed = feed_new ("epoch");
  g_autoptr (GPtrArray) hits = NULL;
  const KefuSearchHitRecord *hit;

  feed_put_shop (feed, 1);
  put_library (feed);
  test_apply_ok (store, feed_batch (feed, 0, -1, FALSE));
  /* another agent's own is not for this one */
  assert_order (store, "退货", "phrase", "p1 p5 p2");
  assert_order (store, "退 货", "phrase", "p3 p1 p5 p2");
  assert_order (store, "th1", "phrase", "p1");
  assert_order (store, "运费 退货", "phrase", "p2");
  assert_order (store, "days", "phrase", "p3");
  assert_order (store, "退货", "article", "a1 a2");
  assert_order (store, "SHIP", "article", "a3");
  /* what asks for a message or a conversation asks for no phrase */
  assert_order (store, "退货 is:open", "phrase", "");
  assert_order (store, "退货 from:me", "article", "");

  hits = test_search (store, "寄回");
  g_assert_cmpuint (hits->len, ==, 1);
  hit = g_ptr_array_index (hits, 0);
  g_assert_cmpstr (hit->title, ==, "退貨流程");
  g_assert_cmpstr (hit->body, ==, "先拍照，再寄回");
  g_assert_cmpint (hit->marks[0].start, ==, 5);

  feed_put (feed, "phrase", "p1", "'group_id':'g1','code':'th1','title':'换货步骤','body':'亲，点申请退款就行'");
  feed_put (feed, "article", "a2", "'title':'尺码','body':'换货前先量一量'");
  feed_del (feed, "article", "a1");
  feed_del (feed, "phrase", "p2");
  test_apply_ok (store, feed_batch (feed, feed_head (feed) - 4, -1, FALSE));
  assert_order (store, "退货", "phrase", "p5");
  assert_order (store, "换货", "phrase", "p1");
  assert_order (store, "退货", "article", "");
  assert_order (store, "换货", "article", "a2");
}

/* --- how --- */

static int
trace (unsigned type, void *data, void *stmt, void *sql)
{
  /* not what FTS5 asks of its own tables */
  if (strstr (sql, "--") != sql && strstr (sql, "'main'.") == NULL)
    g_hash_table_add (data, g_strdup (sql));
  return 0;
}

/* What is scanned must be the index of words itself, a list that was typed, or messages within a span of keys. */
static gboolean
is_cheap (const char *step)
{
  return strstr (step, "SCAN") == NULL || strstr (step, "VIRTUAL TABLE") != NULL || g_str_has_prefix (step, "SCAN (") ||
         strstr (step, "SCAN CONSTANT ROW") != NULL || g_str_equal (step, "SCAN channel") ||
         g_str_equal (step, "SCAN agent") || g_str_equal (step, "SCAN j") || g_str_equal (step, "SCAN f") ||
         strstr (step, "SUBQUER") != NULL;
}

static void
assert_plan (KefuDb *db, const char *sql)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  gboolean is_few = strstr (sql, "LIMIT 1 << 40") != NULL || strstr (sql, "FROM channel ORDER") != NULL;
  sqlite3_stmt *stmt = NULL;

  /* its parameters are nothing to a plan */
  g_assert_cmpint (sqlite3_prepare_v2 (kefu_db_handle (db), explain, -1, &stmt, NULL), ==, SQLITE_OK);
  g_test_message ("%s", sql);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      const char *step = (const char *) sqlite3_column_text (stmt, 3);

      g_test_message ("   %s", step);
      g_assert_true (is_cheap (step));
      /* only what is few is sorted */
      g_assert_true (is_few || strstr (step, "TEMP B-TREE") == NULL);
    }
  sqlite3_finalize (stmt);
}

static gboolean
is_index_alone (gpointer sql, gpointer value, gpointer user_data)
{
  return g_str_has_prefix (sql, "SELECT rowid FROM message_fts");
}

static void
test_the_search_looks_at_few_rows (void)
{
  static const char *const texts[] = { "货",
                                       "手表",
                                       "ok",
                                       "a1 is:open",
                                       "货 channel:qq",
                                       "货 from:me",
                                       "from:若 的",
                                       "has:image",
                                       "货 before:今天",
                                       "after:2023-11-01",
                                       "若",
                                       "ruo",
                                       "6577",
                                       "TB1000",
                                       "is:open",
                                       "若 is:snoozed",
                                       "货 is:unread" };
  g_autoptr (Library) library = library_new ();
  g_autoptr (GHashTable) statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer sql;

  store_fixture_trace (library->store, trace, statements);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) hits = test_search_paged (library->store, texts[i % G_N_ELEMENTS (texts)], 5);

      library->n_hits += hits->len;
      if (i + 1 == G_N_ELEMENTS (texts))
        library_crowd (library);
    }
  g_assert_cmpuint (library->n_hits, >, 500);
  store_fixture_trace (library->store, NULL, NULL);
  g_assert_cmpuint (g_hash_table_size (statements), >, 20);
  /* the messages of a few conversations are met with the index */
  g_assert_true (g_hash_table_find (statements, is_index_alone, NULL) != NULL);
  g_hash_table_iter_init (&iter, statements);
  while (g_hash_table_iter_next (&iter, &sql, NULL))
    assert_plan (library->db, sql);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search-rows/messages-of-every-piece", test_messages_of_every_piece);
  g_test_add_func ("/search-rows/messages-of-every-operator", test_messages_of_every_operator);
  g_test_add_func ("/search-rows/customers-of-every-piece", test_customers_of_every_piece);
  g_test_add_func ("/search-rows/customers-of-every-end-of-a-number", test_customers_of_every_end_of_a_number);
  g_test_add_func ("/search-rows/customers-few-and-many-of-a-name", test_customers_few_and_many_of_a_name);
  g_test_add_func ("/search-rows/customers-whose-conversations-are-so", test_customers_whose_conversations_are_so);
  g_test_add_func ("/search-rows/orders-of-every-piece", test_orders_of_every_piece);
  g_test_add_func ("/search-rows/phrases-and-articles-by-title-first", test_phrases_and_articles_by_title_first);
  g_test_add_func ("/search-rows/the-search-looks-at-few-rows", test_the_search_looks_at_few_rows);
  return g_test_run ();
}
