/* SPDX-License-Identifier: GPL-3.0-or-later
 * The demo shop in the real server: how it opens, and that its customers are like any others. */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "kefu-demo-receiver.h"
#include "kefu-demo.h"
#include "kefu-signature.h"
#include "net-fixture.h"

#define SECOND_MS G_GINT64_CONSTANT (1000)

/* What the rows of all conversations say must be what their messages say; 0 is right. */
#define WRONG_COUNTERS                                                                                                 \
  "SELECT count(*) FROM conversation c WHERE"                                                                          \
  " in_count <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND dir = 'in')"                        \
  " OR last_mseq <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.id)"                                   \
  " OR last_mseq <> (SELECT max(mseq) FROM message m WHERE m.conversation_id = c.id)"                                  \
  " OR last_in_at <> (SELECT coalesce(max(sent_at), 0) FROM message m WHERE m.conversation_id = c.id AND dir = 'in')"  \
  " OR last_at <> (SELECT max(sent_at) FROM message m WHERE m.conversation_id = c.id AND dir <> 'none')"               \
  " OR (last_text, last_dir, last_kind) IS NOT (SELECT substr(body, 1, 120), dir, kind FROM message m"                 \
  "  WHERE m.conversation_id = c.id AND dir <> 'none' ORDER BY mseq DESC LIMIT 1)"                                     \
  " OR waiting_since <> iif(status = 'resolved', 0, (SELECT coalesce(min(sent_at), 0) FROM message m"                  \
  "  WHERE m.conversation_id = c.id AND dir = 'in' AND mseq > (SELECT coalesce(max(mseq), 0) FROM message o"           \
  "   WHERE o.conversation_id = c.id AND dir = 'out')))"                                                               \
  " OR out_since_in <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND dir = 'out' AND mseq >"      \
  "  (SELECT coalesce(max(mseq), 0) FROM message i WHERE i.conversation_id = c.id AND dir = 'in'))"                    \
  " OR open_items <> (SELECT count(*) FROM checklist_item k WHERE k.conversation_id = c.id AND NOT done AND NOT "      \
  "deleted)"

/* Rows that are not on the feed with their rev, or places on the feed without a row. */
#define WRONG_FEED                                                                                                     \
  "WITH e(kind, id, rev) AS (SELECT 'agent', id, rev FROM agent UNION ALL SELECT 'channel', id, rev FROM channel"      \
  " UNION ALL SELECT 'customer', id, rev FROM customer UNION ALL SELECT 'identity', id, rev FROM identity"             \
  " UNION ALL SELECT 'conversation', id, rev FROM conversation UNION ALL SELECT 'message', id, rev FROM message"       \
  " UNION ALL SELECT 'read', id, rev FROM read UNION ALL SELECT 'phrase_group', id, rev FROM phrase_group"             \
  " UNION ALL SELECT 'phrase', id, rev FROM phrase UNION ALL SELECT 'order', id, rev FROM orders"                      \
  " UNION ALL SELECT 'checklist_item', id, rev FROM checklist_item UNION ALL SELECT kind, id, rev FROM other_entity)"  \
  " SELECT (SELECT count(*) FROM e WHERE (kind, id, rev) NOT IN (SELECT kind, id, seq FROM change WHERE op = 'put'))"  \
  " + (SELECT count(*) FROM change WHERE (kind, id, seq) NOT IN (SELECT kind, id, rev FROM e))"

typedef struct
{
  NetFixture net;
  KefuDemo *demo;
} Fixture;

static const KefuDemoOptions silent = { .seed = 1, .speed = 0 };
static const KefuDemoOptions busy = { .seed = 1, .speed = 4 };
static const KefuDemoOptions large = { .seed = 1, .speed = 0, .customers = 160, .history = 2400 };

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
start_demo (Fixture *fixture, const KefuDemoOptions *options)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->demo = kefu_demo_start (fixture->net.server, options, result_cb, &result);
  NET_WAIT_UNTIL (result != NULL);
  kefu_demo_start_finish (fixture->demo, result, &error);
  g_assert_no_error (error);
}

static void
stop_demo (Fixture *fixture)
{
  kefu_demo_stop (fixture->demo);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->demo));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  net_set_up (&fixture->net, TRUE);
  start_demo (fixture, data);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stop_demo (fixture);
  net_tear_down (&fixture->net);
}

/* Lets @seconds pass, and what happens in them arrive. */
static void
pass (Fixture *fixture, guint seconds)
{
  for (guint i = 0; i < 2 * seconds; i++)
    {
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->net.clock), 500);
      NET_WAIT_UNTIL (kefu_demo_sender_is_idle (kefu_demo_get_sender (fixture->demo)));
    }
}

static gint64
sql_int (Fixture *fixture, const char *sql)
{
  return net_sql_int (&fixture->net, sql);
}

/* How long somebody of the cast waits, s; 0: not at all. */
static gint64
waits (Fixture *fixture, const char *name)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT max(waiting_since) FROM conversation c JOIN customer u ON u.id = c.customer_id"
                     " WHERE u.name = '%s'",
                     name);
  gint64 since = sql_int (fixture, sql);

  return since > 0 ? (net_now (&fixture->net) - since) / SECOND_MS : 0;
}

static void
test_clocks_run_as_the_story_wants (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (waits (fixture, "韩冬青"), >=, 180);
  g_assert_cmpint (waits (fixture, "韩冬青"), <, 240);
  g_assert_cmpint (waits (fixture, "沈若溪"), >=, 100);
  g_assert_cmpint (waits (fixture, "沈若溪"), <, 180);
  g_assert_cmpint (waits (fixture, "何嘉木"), >=, 100);
  g_assert_cmpint (waits (fixture, "何嘉木"), <, 180);
  g_assert_cmpint (waits (fixture, "15000008832"), <, 100);
  g_assert_cmpint (waits (fixture, "15000008832"), >, 0);
  g_assert_cmpint (waits (fixture, "郑可欣"), <, 100);
  g_assert_cmpint (waits (fixture, "郑可欣"), >, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM conversation WHERE waiting_since > 0"), ==, 5);
  g_assert_cmpint (sql_int (fixture,
                            "SELECT count(*) FROM conversation c JOIN agent a ON a.id = c.assignee_id JOIN read r"
                            " ON r.id = c.id || ':' || a.id WHERE (c.in_count > r.in_no) <> (c.waiting_since > 0)"),
                   ==, 0);
}

static void
test_counters_are_those_of_a_recount (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM conversation"), >, 35);
  g_assert_cmpint (sql_int (fixture, WRONG_COUNTERS), ==, 0);
  g_assert_cmpint (sql_int (fixture, WRONG_FEED), ==, 0);
  /* Nobody is known by a channel, a customer, a quote, an order or a proof that is not there. */
  g_assert_cmpint (sql_int (fixture,
                            "SELECT count(*) FROM conversation WHERE customer_id NOT IN (SELECT id FROM customer)"
                            " OR channel_id NOT IN (SELECT id FROM channel)"
                            " OR identity_id IS NULL OR identity_id NOT IN (SELECT id FROM identity)"),
                   ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM checklist_item WHERE order_id NOT IN (SELECT id FROM orders)"
                                     " OR proof_message_id NOT IN (SELECT id FROM message)"),
                   ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message WHERE quote_id NOT IN (SELECT id FROM message)"
                                     " OR (dir = 'out' AND author_id IS NULL)"
                                     " OR data ->> '$.sha256' NOT IN (SELECT sha256 FROM blob)"
                                     " OR data ->> '$.order_id' NOT IN (SELECT id FROM orders)"),
                   ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM orders, json_each(items) WHERE value ->> '$.image' NOT IN"
                                     " (SELECT sha256 FROM blob)"),
                   ==, 0);
}

static void
test_texts_are_filled (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message WHERE body LIKE '%{%' OR body LIKE '%}%'"), ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message WHERE kind = 'text' AND body = ''"), ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message, conversation c WHERE conversation_id = c.id"
                                     " AND (sent_at > last_at + 600000 OR sent_at > 1717200000000)"),
                   ==, 0);
  /* In order of place means in order of time. */
  g_assert_cmpint (sql_int (fixture,
                            "SELECT count(*) FROM message a JOIN message b ON a.conversation_id = b.conversation_id"
                            " AND b.mseq = a.mseq + 1 WHERE b.sent_at < a.sent_at"),
                   ==, 0);
}

static void
test_phrases_have_favourites (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM phrase WHERE scope = 'team'"), >=, 120);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM phrase WHERE scope = 'personal' AND agent_id ="
                                     " (SELECT id FROM agent WHERE login = 'lin')"),
                   >=, 3);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM phrase WHERE uses > 100"), >=, 11);
  /* what is on the keys is what one writes to most customers, in Chinese */
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM (SELECT body FROM phrase ORDER BY uses DESC LIMIT 11)"
                                     " WHERE body NOT GLOB '*[一-龥]*'"),
                   ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM phrase WHERE (uses > 0) <> (last_used > 0)"), ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(DISTINCT ladder) FROM phrase WHERE ladder <> ''"), >=, 5);
}

static char *
read_owner (Fixture *fixture, GStatBuf *info)
{
  g_autofree char *path = g_build_filename (fixture->net.dir, "owner.json", NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, info), ==, 0);
  return text;
}

static void
assert_owner_signs_in (Fixture *fixture)
{
  GStatBuf info;
  g_autofree char *owner = read_owner (fixture, &info);
  g_autoptr (JsonNode) node = json_from_string (owner, NULL);
  g_autoptr (NetAnswer) answer = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  json_object_set_string_member (json_node_get_object (node), "device_id", "desk");
  text = json_to_string (node, FALSE);
  body = g_bytes_new (text, strlen (text));
  answer = net_call (&fixture->net, "POST", "/v1/session", body, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
}

static void
test_second_start_keeps_the_shop (Fixture *fixture, gconstpointer data)
{
  GStatBuf info;
  g_autofree char *owner = read_owner (fixture, &info);
  g_autofree char *owner_after = NULL;
  gint64 head = sql_int (fixture, "SELECT max(seq) FROM change");

  assert_owner_signs_in (fixture);
  stop_demo (fixture);
  net_restart (&fixture->net);
  start_demo (fixture, &silent);
  owner_after = read_owner (fixture, &info);
  g_assert_cmpstr (owner, ==, owner_after);
  g_assert_cmpint (sql_int (fixture, "SELECT max(seq) FROM change"), ==, head);
  assert_owner_signs_in (fixture);
}

static void
test_lost_password_is_made_anew (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->net.dir, "owner.json", NULL);

  stop_demo (fixture);
  g_assert_cmpint (g_unlink (path), ==, 0);
  start_demo (fixture, &silent);
  assert_owner_signs_in (fixture);
}

static void
test_silence (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = net_digest (&fixture->net);
  g_autofree char *after = NULL;

  pass (fixture, 1200);
  after = net_digest (&fixture->net);
  g_assert_cmpstr (before, ==, after);
}

static void
test_customers_come_through_the_endpoint (Fixture *fixture, gconstpointer data)
{
  gint64 before = sql_int (fixture, "SELECT count(*) FROM message WHERE dir = 'in'");

  pass (fixture, 240);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message WHERE dir = 'in'"), >=, before + 15);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM inbound_seen"), >=, 15);
  g_assert_cmpuint (kefu_demo_sender_get_n_failed (kefu_demo_get_sender (fixture->demo)), ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM identity WHERE key GLOB 'guest-*'"), >=, 3);
  /* Who comes in is known by more than a name. */
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM customer WHERE address = '' AND id IN"
                                     " (SELECT customer_id FROM identity WHERE key GLOB 'guest-*')"),
                   ==, 0);
  g_assert_cmpint (sql_int (fixture, WRONG_COUNTERS), ==, 0);
  g_assert_cmpint (sql_int (fixture, WRONG_FEED), ==, 0);
}

static void
test_customer_answers_an_agent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *conversation = net_sql (&fixture->net, "SELECT id FROM conversation WHERE key = 'zheng'");
  g_autofree char *id = net_id ();
  g_autofree char *op_id = net_id ();
  g_autofree char *args = g_strdup_printf ("{\"id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"text\","
                                           "\"body\":\"两件满 99 就包邮，您放心拍～\",\"at\":1}",
                                           id, conversation);
  g_autofree char *delivery =
    g_strdup_printf ("SELECT delivery IN ('delivered', 'read') FROM message WHERE id = '%s'", id);
  g_autofree char *reading = g_strdup_printf ("SELECT delivery = 'read' FROM message WHERE id = '%s'", id);
  g_autofree char *count = g_strdup_printf ("SELECT in_count FROM conversation WHERE id = '%s'", conversation);
  g_autoptr (JsonObject) result = net_op (&fixture->net, op_id, "message.send", args);
  gint64 before = sql_int (fixture, count);

  g_assert_cmpstr (json_object_get_string_member (result, "status"), ==, "applied");
  NET_WAIT_UNTIL (sql_int (fixture, delivery) == 1);
  pass (fixture, 5);
  NET_WAIT_UNTIL (sql_int (fixture, reading) == 1);
  pass (fixture, 30);
  g_assert_cmpint (sql_int (fixture, count), >, before);
  g_assert_cmpint (sql_int (fixture, WRONG_COUNTERS), ==, 0);
}

static void
test_second_start_goes_on (Fixture *fixture, gconstpointer data)
{
  gint64 guests;
  gint64 before;

  pass (fixture, 120);
  guests = sql_int (fixture, "SELECT count(*) FROM identity WHERE key GLOB 'guest-*'");
  before = sql_int (fixture, "SELECT count(*) FROM message");
  g_assert_cmpint (guests, >, 0);
  stop_demo (fixture);
  net_restart (&fixture->net);
  /* The next morning: the first customer writes within seconds, and nothing of yesterday has changed. */
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->net.clock), 10 * 3600 * SECOND_MS);
  start_demo (fixture, data);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message"), ==, before);
  pass (fixture, 5);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message"), >, before);
  pass (fixture, 120);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM identity WHERE key GLOB 'guest-*'"), >, guests);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM identity GROUP BY key, channel_id ORDER BY 1 DESC LIMIT 1"),
                   ==, 1);
  g_assert_cmpint (sql_int (fixture, WRONG_COUNTERS), ==, 0);
}

static void
test_sizes_are_as_asked (Fixture *fixture, gconstpointer data)
{
  gint64 messages = sql_int (fixture, "SELECT count(*) FROM message m JOIN conversation c ON c.id = m.conversation_id"
                                      " WHERE c.key GLOB 'buyer-*'");
  gint64 resolved =
    sql_int (fixture, "SELECT count(*) FROM conversation WHERE key GLOB 'buyer-*' AND status = 'resolved'");

  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM identity WHERE key GLOB 'buyer-*'"), ==, 160);
  g_assert_cmpint (messages, >=, 2280);
  g_assert_cmpint (messages, <=, 2520);
  g_assert_cmpint (resolved, >=, 90);
  g_assert_cmpint (resolved, <=, 134);
  g_assert_cmpint (
    sql_int (fixture, "SELECT count(*) FROM orders WHERE customer_id NOT IN (SELECT customer_id FROM conversation)"),
    ==, 0);
  g_assert_cmpint (sql_int (fixture,
                            "SELECT max(n) FROM (SELECT count(*) AS n FROM orders o JOIN identity i ON i.customer_id ="
                            " o.customer_id WHERE i.key GLOB 'buyer-*' GROUP BY o.customer_id)"),
                   ==, 6);
  test_counters_are_those_of_a_recount (fixture, data);
  test_texts_are_filled (fixture, data);
}

static char *
digest_of_buyers (Fixture *fixture)
{
  return net_sql (
    &fixture->net,
    "SELECT group_concat(id || body || mseq || sent_at) FROM (SELECT m.* FROM message m"
    " JOIN conversation c ON c.id = m.conversation_id WHERE c.key GLOB 'buyer-*' ORDER BY c.key, m.mseq)");
}

/* The same number is the same customer, in one go or in two; asked for what is there, the shop makes nothing. */
static void
test_same_seed_same_buyers (Fixture *fixture, gconstpointer data)
{
  static const KefuDemoOptions half = { .seed = 1, .speed = 0, .customers = 80, .history = 1200 };
  g_autofree char *one = digest_of_buyers (fixture);
  g_autofree char *two = NULL;
  gint64 head = sql_int (fixture, "SELECT max(seq) FROM change");

  stop_demo (fixture);
  start_demo (fixture, data);
  g_assert_cmpint (sql_int (fixture, "SELECT max(seq) FROM change"), ==, head);
  tear_down (fixture, data);

  set_up (fixture, &half);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM identity WHERE key GLOB 'buyer-*'"), ==, 80);
  stop_demo (fixture);
  start_demo (fixture, data);
  two = digest_of_buyers (fixture);
  g_assert_cmpuint (strlen (one), >, 10000);
  g_assert_cmpstr (one, ==, two);
}

static void
push_text (Fixture *fixture, KefuDemoSender *sender, const char *channel_id, const char *id)
{
  g_autofree char *json = g_strdup_printf ("[{\"id\":\"%s\",\"type\":\"message\",\"conversation\":{\"key\":\"x\"},"
                                           "\"sender\":{\"key\":\"x\"},\"sent_at\":%" G_GINT64_FORMAT ","
                                           "\"parts\":[{\"type\":\"text\",\"text\":\"在吗\"}]}]",
                                           id, net_now (&fixture->net));
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  kefu_demo_sender_push (sender, channel_id, json_array_ref (json_node_get_array (node)));
}

static void
test_wrong_secret_backs_off (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) secrets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_autoptr (KefuDemoSender) sender = NULL;
  gint64 before = sql_int (fixture, "SELECT count(*) FROM message");
  guint tries;

  g_hash_table_insert (secrets, fixture->net.channel_id, g_strdup ("wrong"));
  sender = kefu_demo_sender_new (fixture->net.session, fixture->net.base_url, fixture->net.clock, secrets);
  push_text (fixture, sender, fixture->net.channel_id, "one");
  push_text (fixture, sender, fixture->net.channel_id, "two");
  NET_WAIT_UNTIL (kefu_demo_sender_get_n_failed (sender) == 1);
  /* Two minutes bring a handful of tries, not a stream of them. */
  for (guint i = 0; i < 240; i++)
    {
      tries = kefu_demo_sender_get_n_failed (sender);
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->net.clock), 500);
      for (guint j = 0; j < 20; j++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (100);
        }
      g_assert_cmpuint (kefu_demo_sender_get_n_failed (sender), <=, tries + 1);
    }
  g_assert_cmpuint (kefu_demo_sender_get_n_failed (sender), >=, 3);
  g_assert_cmpuint (kefu_demo_sender_get_n_failed (sender), <=, 12);
  g_assert_cmpuint (kefu_demo_sender_get_n_sent (sender), ==, 0);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message"), ==, before);

  /* The right one is there: what waited arrives, in order, once. */
  g_hash_table_insert (secrets, fixture->net.channel_id, g_strdup (fixture->net.secret));
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->net.clock), 61 * SECOND_MS);
  NET_WAIT_UNTIL (kefu_demo_sender_is_idle (sender));
  g_assert_cmpuint (kefu_demo_sender_get_n_sent (sender), ==, 2);
  g_assert_cmpint (sql_int (fixture, "SELECT count(*) FROM message"), ==, before + 2);
}

static void
hear_cb (const char *channel_id, const char *conversation_key, const char *kind, const char *text, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static guint
deliver (Fixture *fixture, const char *url, const char *secret, const char *delivery_id, const char *text)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) answer = NULL;
  gint64 now_s = net_now (&fixture->net) / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *signature = kefu_signature_make (secret, now_s, body);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (headers, "Kefu-Signature", signature);
  soup_message_headers_replace (headers, "Kefu-Delivery", delivery_id);
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, result_cb, &result);
  NET_WAIT_UNTIL (result != NULL);
  answer = soup_session_send_and_read_finish (session, result, NULL);
  g_assert_nonnull (answer);
  return soup_message_get_status (message);
}

static void
test_deliveries_are_checked (Fixture *fixture, gconstpointer data)
{
  static const char good[] =
    "{\"message\":{\"id\":\"1\",\"conversation\":{\"key\":\"han\"},\"kind\":\"text\",\"text\":\"在的\"}}";
  g_autoptr (GHashTable) secrets = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  guint heard = 0;
  g_autoptr (KefuDemoReceiver) receiver = kefu_demo_receiver_new (fixture->net.clock, hear_cb, &heard, &error);
  g_autofree char *url = NULL;
  g_autofree char *other_url = NULL;

  g_assert_no_error (error);
  url = kefu_demo_receiver_make_url (receiver, "here");
  other_url = kefu_demo_receiver_make_url (receiver, "elsewhere");
  g_assert_cmpuint (deliver (fixture, url, "secret", "a", good), ==, 401);
  g_hash_table_insert (secrets, (gpointer) "here", (gpointer) "secret");
  kefu_demo_receiver_set_secrets (receiver, secrets);
  g_assert_cmpuint (deliver (fixture, url, "wrong", "a", good), ==, 401);
  g_assert_cmpuint (deliver (fixture, other_url, "secret", "a", good), ==, 401);
  g_assert_cmpuint (deliver (fixture, url, "secret", "a", "{\"message\":{}}"), ==, 400);
  g_assert_cmpuint (deliver (fixture, url, "secret", "a", "[1"), ==, 400);
  g_assert_cmpuint (deliver (fixture, url, "secret", "a", "{\"message\":3}"), ==, 400);
  /* A picture without its file is none. */
  g_assert_cmpuint (deliver (fixture, url, "secret", "a",
                             "{\"message\":{\"conversation\":{\"key\":\"han\"},\"kind\":\"image\",\"text\":\"\"}}"),
                    ==, 400);
  g_assert_cmpuint (heard, ==, 0);
  g_assert_cmpuint (deliver (fixture, url, "secret", "a", good), ==, 200);
  g_assert_cmpuint (deliver (fixture, url, "secret", "a", good), ==, 200);
  g_assert_cmpuint (heard, ==, 1);
  g_assert_cmpuint (deliver (fixture, url, "secret", "b", good), ==, 200);
  g_assert_cmpuint (heard, ==, 2);
}

#define ADD(path, options, func) g_test_add (path, Fixture, options, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/demo/seed/clocks-run-as-the-story-wants", &silent, test_clocks_run_as_the_story_wants);
  ADD ("/demo/seed/counters-are-those-of-a-recount", &silent, test_counters_are_those_of_a_recount);
  ADD ("/demo/seed/texts-are-filled", &silent, test_texts_are_filled);
  ADD ("/demo/seed/phrases-have-favourites", &silent, test_phrases_have_favourites);
  ADD ("/demo/seed/second-start-keeps-the-shop", &silent, test_second_start_keeps_the_shop);
  ADD ("/demo/seed/lost-password-is-made-anew", &silent, test_lost_password_is_made_anew);
  ADD ("/demo/live/speed-0-is-silent", &silent, test_silence);
  ADD ("/demo/live/customers-come-through-the-endpoint", &busy, test_customers_come_through_the_endpoint);
  ADD ("/demo/live/customer-answers-an-agent", &busy, test_customer_answers_an_agent);
  ADD ("/demo/live/second-start-goes-on", &busy, test_second_start_goes_on);
  ADD ("/demo/live/wrong-secret-backs-off", &silent, test_wrong_secret_backs_off);
  ADD ("/demo/live/deliveries-are-checked", &silent, test_deliveries_are_checked);
  ADD ("/demo/bulk/sizes-are-as-asked", &large, test_sizes_are_as_asked);
  ADD ("/demo/bulk/same-seed-same-buyers", &large, test_same_seed_same_buyers);
  return g_test_run ();
}
