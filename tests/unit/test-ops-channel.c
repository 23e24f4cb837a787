/* SPDX-License-Identifier: GPL-3.0-or-later
 * What comes from channels and shops, and what becomes of our messages there. */
#include "config.h"

#include "ops-fixture.h"

#define FROM(key, conversation, rest)                                                                                  \
  "{'channel_id':'ww1','sender':{'key':'" key "','name':'新客'},'conversation_key':'" conversation                     \
  "','sent_at':1799999999000," rest "}"
#define TEXT(digits, text) "{'id':'" ID (digits) "','type':'text','text':'" text "'}"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
set_up_server (Ops *ops, gconstpointer data)
{
  ops_set_up (ops, data);
  ops->actor = NULL;
}

static void
test_a_stranger_becomes_customer_identity_and_conversation (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "channel.message",
               FROM ("buyer9", "chat9", "'parts':[" TEXT ("50", "你好") "," TEXT ("51", "在吗") "]"));
  ops_assert_text (
    ops, "新客|1799999999000|buyer9|新客|chat9|open|2|1799999999000|在吗|in|text|2|1799999999000",
    "SELECT u.name||'|'||u.since||'|'||i.key||'|'||i.name||'|'||c.key||'|'||c.status||'|'||c.in_count||'|'||"
    "c.waiting_since||'|'||c.last_text||'|'||c.last_dir||'|'||c.last_kind||'|'||c.last_mseq||'|'||c.created_at"
    " FROM conversation AS c JOIN customer AS u ON u.id = c.customer_id JOIN identity AS i ON i.id = c.identity_id"
    " WHERE i.customer_id = u.id AND c.key = 'chat9'");
  ops_assert_text (ops, "1:1:你好,2:2:在吗",
                   "SELECT group_concat(mseq||':'||in_no||':'||body) FROM (SELECT * FROM message WHERE id IN ('" ID (
                     "50") "', '" ID ("51") "') ORDER BY mseq)");
  g_assert_cmpuint (ops->touched->len, ==, 5);
}

static void
test_a_known_customer_goes_on_in_the_same_conversation (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "channel.message",
               FROM ("buyer1", "buyer1", "'quote_id':'" OWN_MESSAGE "','parts':[" TEXT ("50", "还在吗") "]"));
  ops_assert_text (ops, CONVERSATION "|3|2|" OWN_MESSAGE,
                   "SELECT conversation_id||'|'||mseq||'|'||in_no||'|'||quote_id FROM message WHERE id = '" ID (
                     "50") "'");
  /* The clock runs from the first words without an answer. */
  ops_assert_text (
    ops, "1799999000000|1799999999000|2|还在吗",
    "SELECT waiting_since||'|'||last_in_at||'|'||in_count||'|'||last_text FROM conversation WHERE id = '" CONVERSATION
    "'");
  ops_assert_int (ops, 2, "SELECT count(*) FROM customer");
  ops_assert_text (ops, "新客", "SELECT name FROM identity WHERE id = '" IDENTITY "'");
  ops_assert_text (ops, "张晓雨", "SELECT name FROM customer WHERE id = '" CUSTOMER "'");
  /* A quote that nobody knows does not cost the message. */
  ops_applied (ops, "channel.message",
               FROM ("buyer1", "buyer1", "'quote_id':'" ID ("99") "','parts':[" TEXT ("51", "喂") "]"));
  ops_assert_int (ops, 1, "SELECT quote_id IS NULL FROM message WHERE id = '" ID ("51") "'");
}

static void
test_only_what_is_new_of_a_repetition_is_stored (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[" TEXT ("50", "一") "]"));
  ops_applied (ops, "channel.message",
               FROM ("buyer1", "buyer1", "'parts':[" TEXT ("50", "一") "," TEXT ("51", "二") "]"));
  ops_assert_int (ops, 3, "SELECT in_count FROM conversation WHERE id = '" CONVERSATION "'");
}

static void
test_words_open_a_resolved_conversation_and_start_its_clock (Ops *ops, gconstpointer data)
{
  g_assert_true (kefu_db_exec (
    ops->server,
    "UPDATE conversation SET status = 'resolved', waiting_since = 0, out_since_in = 3, assignee_id = 'jie'", NULL));
  ops_applied (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[" TEXT ("50", "又坏了") "]"));
  ops_assert_text (
    ops, "open|1799999999000|0|jie",
    "SELECT status||'|'||waiting_since||'|'||out_since_in||'|'||assignee_id FROM conversation WHERE id = '" CONVERSATION
    "'");
  ops_assert_int (
    ops, 1, "SELECT count(*) FROM message WHERE kind = 'event' AND author_id IS NULL AND data->>'$.status' = 'open'");

  g_assert_true (kefu_db_exec (ops->server, "UPDATE conversation SET status = 'snoozed', snooze_until = 5", NULL));
  ops_applied (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[" TEXT ("51", "在吗") "]"));
  ops_assert_text (ops, "open|-",
                   "SELECT status||'|'||coalesce(snooze_until, '-') FROM conversation WHERE id = '" CONVERSATION "'");
  ops_assert_int (ops, 1, "SELECT count(*) FROM message WHERE kind = 'event'");
}

static void
test_what_comes_late_does_not_push_newer_words_off_the_row (Ops *ops, gconstpointer data)
{
  ops_applied (
    ops, "channel.message",
    "{'channel_id':'ww1','sender':{'key':'buyer1'},'conversation_key':'buyer1','sent_at':1799998500000,'parts':[" TEXT (
      "50", "迟到") "]}");
  ops_assert_text (ops, "在吗|1799999000000|2",
                   "SELECT last_text||'|'||last_at||'|'||in_count FROM conversation WHERE id = '" CONVERSATION "'");
  /* Nobody has waited since tomorrow. */
  ops_applied (
    ops, "channel.message",
    "{'channel_id':'ww1','sender':{'key':'buyer8'},'conversation_key':'buyer8','sent_at':1900000000000,'parts':[" TEXT (
      "51", "早到") "]}");
  ops_assert_int (ops, NOW, "SELECT waiting_since FROM conversation WHERE key = 'buyer8'");
}

static void
test_pictures_orders_and_calls_carry_their_data (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "channel.message",
               FROM ("buyer1", "buyer1",
                     "'parts':[{'id':'" ID (
                       "50") "','type':'image','sha256':'" SHA "','mime':'image/png','width':3,'height':4},"
                             "{'id':'" ID ("51") "','type':'order','number':'2206'},{'id':'" ID (
                               "52") "','type':'order','number':'none'},"
                                     "{'id':'" ID ("53") "','type':'call','seconds':0,'missed':true}]"));
  ops_assert_text (ops, "{\"sha256\":\"" SHA "\",\"mime\":\"image/png\",\"width\":3,\"height\":4}",
                   "SELECT data FROM message WHERE id = '" ID ("50") "'");
  ops_assert_text (
    ops, ORDER "|晴山石英女表|2|59800|CNY|paid|w.png",
    "SELECT (data->>'$.order_id')||'|'||(data->>'$.title')||'|'||(data->>'$.count')||'|'||(data->>'$.amount_minor')"
    "||'|'||(data->>'$.currency')||'|'||(data->>'$.state')||'|'||(data->>'$.image') FROM message WHERE id = '" ID (
      "51") "'");
  ops_assert_text (ops, "{\"number\":\"none\"}", "SELECT data FROM message WHERE id = '" ID ("52") "'");
  ops_assert_text (ops, "5|call|call",
                   "SELECT c.in_count||'|'||c.last_kind||'|'||m.kind FROM conversation AS c, message AS m"
                   " WHERE c.id = '" CONVERSATION "' AND m.id = '" ID ("53") "'");
}

static void
test_an_answered_call_lets_nobody_wait (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "channel.message",
               FROM ("buyer9", "chat9", "'parts':[{'id':'" ID ("50") "','type':'call','seconds':63,'missed':false}]"));
  ops_assert_text (ops, "0|0|call",
                   "SELECT waiting_since||'|'||in_count||'|'||last_kind FROM conversation WHERE key = 'chat9'");
}

static void
test_a_review_counts_once_and_marks_its_order (Ops *ops, gconstpointer data)
{
  g_assert_true (kefu_db_exec (ops->server, "UPDATE conversation SET status = 'resolved'", NULL));
  ops_applied (ops, "channel.message",
               FROM ("buyer1", "buyer1",
                     "'parts':[{'id':'" ID ("50") "','type':'review','score':1,'text':'表不走','number':'2206'}]"));
  ops_applied (ops, "channel.message",
               FROM ("buyer1", "buyer1", "'parts':[{'id':'" ID ("51") "','type':'review','score':3}]"));
  ops_applied (ops, "channel.message",
               FROM ("buyer1", "buyer1", "'parts':[{'id':'" ID ("52") "','type':'review','score':4,'number':'2207'}]"));
  ops_assert_text (ops, "1|1", "SELECT good_reviews||'|'||bad_reviews FROM customer WHERE id = '" CUSTOMER "'");
  ops_assert_text (ops, "2206", "SELECT group_concat(number) FROM orders WHERE reviewed");
  ops_assert_text (
    ops, "event|none|表不走|review|1",
    "SELECT kind||'|'||dir||'|'||body||'|'||(data->>'$.what')||'|'||(data->>'$.score') FROM message WHERE id = '" ID (
      "50") "'");
  ops_assert_text (ops, "resolved|1", "SELECT status||'|'||in_count FROM conversation WHERE id = '" CONVERSATION "'");
}

static void
test_a_bad_event_is_refused_by_name (Ops *ops, gconstpointer data)
{
  ops_rejected (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[]"), "parts");
  ops_rejected (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':7"), "parts");
  ops_rejected (ops, "channel.message",
                FROM ("buyer1", "buyer1", "'parts':[" TEXT ("50", "好") "," TEXT ("51", "") "]"), "parts[1].text");
  ops_rejected (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[7]"), "parts[0].parts");
  ops_rejected (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[{'id':'x','type':'text','text':'x'}]"),
                "parts[0].id");
  ops_rejected (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[{'id':'" ID ("50") "','type':'smell'}]"),
                "parts[0].type");
  ops_rejected (ops, "channel.message",
                FROM ("buyer1", "buyer1",
                      "'parts':[{'id':'" ID ("50") "','type':'image','sha256':'../../etc','mime':'image/png'}]"),
                "parts[0].sha256");
  ops_rejected (ops, "channel.message",
                FROM ("buyer1", "buyer1", "'parts':[{'id':'" ID ("50") "','type':'review','score':6}]"),
                "parts[0].score");
  ops_rejected (ops, "channel.message", FROM ("", "buyer1", "'parts':[" TEXT ("50", "好") "]"), "key");
  ops_rejected (ops, "channel.message", FROM ("buyer1", "", "'parts':[" TEXT ("50", "好") "]"), "conversation_key");
  ops_rejected (
    ops, "channel.message",
    "{'channel_id':'none','sender':{'key':'k'},'conversation_key':'k','sent_at':1,'parts':[" TEXT ("50", "好") "]}",
    "channel_id");
  ops_rejected (ops, "channel.message",
                "{'channel_id':'ww1','conversation_key':'k','sent_at':1,'parts':[" TEXT ("50", "好") "]}", "sender");
  ops_rejected (ops, "channel.message",
                "{'channel_id':'ww1','sender':{'key':'k'},'conversation_key':'k','parts':[" TEXT ("50", "好") "]}",
                "sent_at");
}

static void
test_an_edit_and_a_recall_are_of_the_customers_words (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "channel.edit", "{'message_id':'" MESSAGE "','text':'在的吗'}");
  ops_assert_text (ops, "在的吗|1800000000000|在的吗",
                   "SELECT m.body||'|'||(m.data->>'$.edited_at')||'|'||c.last_text FROM message AS m, conversation AS c"
                   " WHERE m.id = '" MESSAGE "' AND c.id = '" CONVERSATION "'");
  ops_applied (ops, "channel.recall", "{'message_id':'" MESSAGE "'}");
  ops_assert_text (ops, "1|在的吗", "SELECT recalled||'|'||body FROM message WHERE id = '" MESSAGE "'");

  ops_applied (ops, "channel.message", FROM ("buyer1", "buyer1", "'parts':[" TEXT ("50", "新的") "]"));
  ops_applied (ops, "channel.edit", "{'message_id':'" MESSAGE "','text':'旧的'}");
  ops_assert_text (ops, "新的", "SELECT last_text FROM conversation WHERE id = '" CONVERSATION "'");
  ops_rejected (ops, "channel.edit", "{'message_id':'" OWN_MESSAGE "','text':'x'}", "message_id");
  ops_rejected (ops, "channel.recall", "{'message_id':'" OWN_MESSAGE "'}", "message_id");
  ops_rejected (ops, "channel.edit", "{'message_id':'" ID ("99") "','text':'x'}", "message_id");
  ops_rejected (ops, "channel.edit", "{'message_id':'" MESSAGE "'}", "text");
}

static void
test_a_receipt_marks_what_was_sent_until_then (Ops *ops, gconstpointer data)
{
  g_assert_true (kefu_db_exec (ops->server,
                               "INSERT INTO message(id, conversation_id, mseq, dir, sent_at, delivery) VALUES"
                               " ('a', '" CONVERSATION "', 3, 'out', 1799998000001, 'delivered'),"
                               " ('b', '" CONVERSATION "', 4, 'out', 1799998000002, 'queued'),"
                               " ('c', '" CONVERSATION "', 5, 'out', 1799998000009, 'sent')",
                               NULL));
  ops_applied (ops, "channel.read", "{'channel_id':'ww1','conversation_key':'buyer1','at':1799998000005}");
  ops_assert_text (ops, "read,read,queued,sent",
                   "SELECT group_concat(delivery) FROM (SELECT delivery FROM message WHERE dir = 'out' ORDER BY mseq)");
  ops_applied (ops, "channel.read", "{'channel_id':'ww1','conversation_key':'nobody','at':1799998000005}");
  ops_rejected (ops, "channel.read", "{'channel_id':'none','conversation_key':'buyer1','at':1}", "channel_id");
}

static void
deliver (Ops *ops, const char *from, const char *to, const char *expected)
{
  g_autofree char *args =
    g_strdup_printf ("{'id':'" OWN_MESSAGE "','delivery':'%s','reason':'why','retryable':false}", to);

  g_assert_true (
    kefu_db_run (ops->server, NULL, "UPDATE message SET delivery = ?1 WHERE id = '" OWN_MESSAGE "'", "s", from));
  ops_applied (ops, "message.delivery", args);
  ops_assert_text (ops, expected, "SELECT delivery FROM message WHERE id = '" OWN_MESSAGE "'");
}

static void
test_a_delivery_never_goes_back (Ops *ops, gconstpointer data)
{
  deliver (ops, "queued", "sent", "sent");
  deliver (ops, "queued", "failed", "failed");
  ops_assert_text (ops, "why|0",
                   "SELECT delivery_reason||'|'||(data->>'$.retryable') FROM message WHERE id = '" OWN_MESSAGE "'");
  deliver (ops, "queued", "unknown", "unknown");
  ops_assert_int (ops, 1, "SELECT data IS NULL FROM message WHERE id = '" OWN_MESSAGE "'");
  deliver (ops, "unknown", "delivered", "delivered");
  deliver (ops, "sent", "failed", "failed");
  deliver (ops, "delivered", "read", "read");
  deliver (ops, "read", "delivered", "read");
  deliver (ops, "delivered", "sent", "delivered");
  deliver (ops, "delivered", "failed", "delivered");
  ops_rejected (ops, "message.delivery", "{'id':'" OWN_MESSAGE "','delivery':'queued'}", "delivery");
  ops_rejected (ops, "message.delivery", "{'id':'" MESSAGE "','delivery':'sent'}", "id");
}

static void
test_a_shop_tells_of_a_customer (Ops *ops, gconstpointer data)
{
  g_assert_true (kefu_db_exec (ops->server, "UPDATE customer SET notes = '我们写的', region = '杭州'", NULL));
  ops_applied (ops, "channel.customer",
               "{'channel_id':'ww1','key':'buyer1','name':'张晓雨雨','level':'VIP3','tags':['老客','大客'],'notes':'"
               "店铺的','good_reviews':7}");
  ops_assert_text (
    ops, "张晓雨雨|VIP3|杭州|[\"老客\",\"大客\"]|我们写的|7",
    "SELECT name||'|'||level||'|'||region||'|'||tags||'|'||notes||'|'||good_reviews FROM customer WHERE id = '" CUSTOMER
    "'");
  ops_applied (ops, "channel.customer", "{'channel_id':'ww1','key':'new','notes':'先看','since':1700000000000}");
  ops_assert_text (ops, "new|先看|1700000000000",
                   "SELECT name||'|'||notes||'|'||since FROM customer WHERE name = 'new'");
  ops_rejected (ops, "channel.customer", "{'channel_id':'ww1','key':'new','level':7}", "level");
  ops_rejected (ops, "channel.customer", "{'channel_id':'ww1','key':'new','tags':[{}]}", "tags");
  ops_rejected (ops, "channel.customer", "{'channel_id':'none','key':'new'}", "channel_id");
  ops_rejected (ops, "channel.customer", "{'channel_id':'ww1'}", "key");
}

static void
test_a_shop_tells_of_an_order (Ops *ops, gconstpointer data)
{
#define ORDER_OF(key, rest) "{'channel_id':'ww1','sender':{'key':'" key "'},'number':'3001'," rest "}"
  ops_applied (
    ops, "channel.order",
    ORDER_OF ("buyer1",
              "'state':'paid','placed_at':1799000000000,'items':[{'title':'表','qty':1}],'total_minor':100,'flag':2"));
  ops_assert_text (
    ops, CUSTOMER "|ww1|paid|1|100|2",
    "SELECT customer_id||'|'||channel_id||'|'||state||'|'||json_array_length(items)||'|'||total_minor||'|'||flag"
    " FROM orders WHERE number = '3001'");
  g_assert_true (
    kefu_db_exec (ops->server, "UPDATE orders SET remark_by = 'lin', remark = '送电池' WHERE number = '3001'", NULL));
  ops_applied (ops, "channel.order",
               ORDER_OF ("buyer1",
                         "'state':'shipped','tracking':'SF1','track':[{'at':1,'text':'已揽收'}],'remark_by':'x'"));
  ops_assert_text (
    ops, "shipped|SF1|100|送电池|lin|1",
    "SELECT state||'|'||tracking||'|'||total_minor||'|'||remark||'|'||remark_by||'|'||json_array_length(track)"
    " FROM orders WHERE number = '3001'");
  ops_applied (ops, "channel.order", ORDER_OF ("buyer1", "'state':'shipped'"));
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_assert_int (ops, 1, "SELECT count(*) FROM orders WHERE number = '3001'");

  ops_applied (
    ops, "channel.order",
    "{'channel_id':'ww1','sender':{'key':'silent','name':'不说话'},'number':'3002','state':'unpaid','placed_at':5}");
  ops_assert_text (ops, "不说话",
                   "SELECT c.name FROM customer AS c JOIN orders AS o ON o.customer_id = c.id WHERE o.number = '3002'");
  ops_rejected (ops, "channel.order", ORDER_OF ("buyer1", "'state':'lost'"), "state");
  ops_rejected (ops, "channel.order", ORDER_OF ("buyer1", "'state':'paid','items':[1]"), "items");
  ops_rejected (ops, "channel.order", ORDER_OF ("buyer1", "'state':'paid','total_minor':'100'"), "total_minor");
  ops_rejected (ops, "channel.order", ORDER_OF ("buyer1", "'state':'paid','flag':9"), "flag");
  ops_rejected (ops, "channel.order", "{'channel_id':'ww1','sender':{'key':'b'},'number':'3003','state':'paid'}",
                "placed_at");
  ops_rejected (ops, "channel.order", "{'channel_id':'ww1','sender':{'key':'b'},'state':'paid','placed_at':1}",
                "number");
#undef ORDER_OF
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/ops/channel/" name, Ops, NULL, set_up_server, func, ops_tear_down)
  ADD ("a-stranger-becomes-customer-identity-and-conversation",
       test_a_stranger_becomes_customer_identity_and_conversation);
  ADD ("a-known-customer-goes-on-in-the-same-conversation", test_a_known_customer_goes_on_in_the_same_conversation);
  ADD ("only-what-is-new-of-a-repetition-is-stored", test_only_what_is_new_of_a_repetition_is_stored);
  ADD ("words-open-a-resolved-conversation-and-start-its-clock",
       test_words_open_a_resolved_conversation_and_start_its_clock);
  ADD ("what-comes-late-does-not-push-newer-words-off-the-row",
       test_what_comes_late_does_not_push_newer_words_off_the_row);
  ADD ("pictures-orders-and-calls-carry-their-data", test_pictures_orders_and_calls_carry_their_data);
  ADD ("an-answered-call-lets-nobody-wait", test_an_answered_call_lets_nobody_wait);
  ADD ("a-review-counts-once-and-marks-its-order", test_a_review_counts_once_and_marks_its_order);
  ADD ("a-bad-event-is-refused-by-name", test_a_bad_event_is_refused_by_name);
  ADD ("an-edit-and-a-recall-are-of-the-customers-words", test_an_edit_and_a_recall_are_of_the_customers_words);
  ADD ("a-receipt-marks-what-was-sent-until-then", test_a_receipt_marks_what_was_sent_until_then);
  ADD ("a-delivery-never-goes-back", test_a_delivery_never_goes_back);
  ADD ("a-shop-tells-of-a-customer", test_a_shop_tells_of_a_customer);
  ADD ("a-shop-tells-of-an-order", test_a_shop_tells_of_an_order);
#undef ADD
  return g_test_run ();
}
