/* SPDX-License-Identifier: GPL-3.0-or-later
 * Checklist, customers, orders and phrases: on both sides alike. */
#include "config.h"

#include "ops-fixture.h"

#define ITEM ID ("60")
#define ADD_ITEM(digits, rest)                                                                                         \
  "{'id':'" ID (digits) "','conversation_id':'" CONVERSATION "','kind':'gift','title':'送一颗电池'" rest "}"

/* --- checklist --- */

static void
test_an_item_is_added_ticked_and_removed (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "checklist.add",
               ADD_ITEM ("60", ",'order_id':'" ORDER "','due_at':1800000600000,'proof_message_id':'" MESSAGE
                               "','assignee_id':'jie','at':1800000000000"));
  ops_assert_text (
    ops, CUSTOMER "|gift|" ORDER "|1800000600000|0|1800000000000|lin|jie|" MESSAGE,
    "SELECT customer_id||'|'||kind||'|'||order_id||'|'||due_at||'|'||done||'|'||created_at||'|'||created_by||'|'||"
    "assignee_id||'|'||proof_message_id FROM checklist_item");
  ops_applied (ops, "checklist.add", ADD_ITEM ("61", ""));
  ops_assert_int (ops, 2, "SELECT open_items FROM conversation WHERE id = '" CONVERSATION "'");

  ops_applied (ops, "checklist.done", "{'id':'" ITEM "','done':true}");
  ops_assert_text (ops, "1|1800000000000|lin",
                   "SELECT done||'|'||done_at||'|'||done_by FROM checklist_item WHERE id = '" ITEM "'");
  ops_assert_int (ops, 1, "SELECT open_items FROM conversation WHERE id = '" CONVERSATION "'");
  ops_applied (ops, "checklist.done", "{'id':'" ITEM "','done':true}");
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_applied (ops, "checklist.done", "{'id':'" ITEM "','done':false}");
  ops_assert_text (
    ops, "0|-|-",
    "SELECT done||'|'||coalesce(done_at, '-')||'|'||coalesce(done_by, '-') FROM checklist_item WHERE id = '" ITEM "'");
  ops_assert_int (ops, 2, "SELECT open_items FROM conversation WHERE id = '" CONVERSATION "'");

  ops_applied (ops, "checklist.remove", "{'id':'" ITEM "'}");
  ops_assert_int (ops, 1, "SELECT deleted FROM checklist_item WHERE id = '" ITEM "'");
  ops_assert_int (ops, 1, "SELECT open_items FROM conversation WHERE id = '" CONVERSATION "'");
}

static void
test_a_bad_item_is_refused_by_name (Ops *ops, gconstpointer data)
{
  ops_rejected (ops, "checklist.add", ADD_ITEM ("60", ",'order_id':'" OTHER_ORDER "'"), "order_id");
  ops_rejected (ops, "checklist.add", ADD_ITEM ("60", ",'order_id':'" ID ("99") "'"), "order_id");
  ops_rejected (ops, "checklist.add", ADD_ITEM ("60", ",'proof_message_id':'" OTHER_MESSAGE "'"), "proof_message_id");
  ops_rejected (ops, "checklist.add", ADD_ITEM ("60", ",'assignee_id':'gone'"), "assignee_id");
  ops_rejected (ops, "checklist.add", ADD_ITEM ("60", ",'due_at':'morgen'"), "due_at");
  ops_rejected (ops, "checklist.add",
                "{'id':'" ITEM "','conversation_id':'" CONVERSATION "','kind':'gift','title':' '}", "title");
  ops_rejected (ops, "checklist.add",
                "{'id':'" ITEM "','conversation_id':'" CONVERSATION "','kind':'wish','title':'x'}", "kind");
  ops_rejected (ops, "checklist.add", "{'id':'" ITEM "','conversation_id':'" ID ("99") "','kind':'gift','title':'x'}",
                "conversation_id");
  ops_rejected (ops, "checklist.done", "{'id':'" ITEM "','done':true}", "id");
  ops_rejected (ops, "checklist.done", "{'id':'" ITEM "'}", "done");
  ops_rejected (ops, "checklist.remove", "{'id':'" ITEM "'}", "id");
}

static void
test_an_edit_changes_only_the_fields_that_are_there (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "checklist.add",
               ADD_ITEM ("60", ",'order_id':'" ORDER "','due_at':1800000600000,'assignee_id':'jie'"));
  ops_applied (ops, "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池','kind':null}");
  ops_assert_text (ops, "送两颗电池|gift|1800000600000|" ORDER "|jie",
                   "SELECT title||'|'||kind||'|'||due_at||'|'||order_id||'|'||assignee_id FROM checklist_item");
  ops_applied (ops, "checklist.edit",
               "{'id':'" ITEM "','due_at':null,'order_id':null,'assignee_id':null,'kind':'resend'}");
  ops_assert_text (ops, "送两颗电池|resend|-|-|-",
                   "SELECT title||'|'||kind||'|'||coalesce(due_at, '-')||'|'||coalesce(order_id, '-')||'|'||"
                   "coalesce(assignee_id, '-') FROM checklist_item");
  ops_applied (ops, "checklist.edit", "{'id':'" ITEM "','kind':'resend'}");
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_rejected (ops, "checklist.edit", "{'id':'" ITEM "','order_id':'" OTHER_ORDER "'}", "order_id");
  ops_rejected (ops, "checklist.edit", "{'id':'" ITEM "','title':''}", "title");
}

static void
test_edits_of_one_field_conflict_and_of_two_merge (Ops *ops, gconstpointer data)
{
  gint64 seen;

  ops_applied (ops, "checklist.add", ADD_ITEM ("60", ""));
  seen = kefu_db_int (ops->server, 0, "SELECT rev FROM checklist_item", "");
  ops_applied (ops, "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池'}");

  ops->if_rev = seen;
  ops_conflict (ops, "checklist.edit", "{'id':'" ITEM "','title':'送三颗电池'}", "title");
  ops_conflict (ops, "checklist.edit", "{'id':'" ITEM "','title':'送三颗电池','was':{'title':'送一颗电池'}}", "title");
  ops_conflict (ops, "checklist.edit", "{'id':'" ITEM "','kind':'resend'}", "kind");
  ops_applied (ops, "checklist.edit", "{'id':'" ITEM "','kind':'resend','was':{'kind':'gift'}}");
  ops_applied (ops, "checklist.edit", "{'id':'" ITEM "','due_at':1800000600000,'was':{'due_at':null}}");
  /* Two who want the same do not disagree. */
  ops_applied (ops, "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池'}");
  ops_conflict (ops, "checklist.remove", "{'id':'" ITEM "'}", "if_rev");
  ops_conflict (ops, "checklist.done", "{'id':'" ITEM "','done':true}", "if_rev");

  ops->if_rev = kefu_db_int (ops->server, 0, "SELECT rev FROM checklist_item", "");
  ops_applied (ops, "checklist.edit", "{'id':'" ITEM "','title':'送三颗电池'}");
}

/* --- labels of conversations --- */

#define LABEL_IT(label, add) "{'conversation_id':'" CONVERSATION "','label_id':'" label "','add':" add "}"

static void
test_conversations_are_labelled_one_by_one (Ops *ops, gconstpointer data)
{
  const char *labels = "SELECT labels FROM conversation WHERE id = '" CONVERSATION "'";

  ops_applied (ops, "conversation.label", LABEL_IT (LABEL, "true"));
  ops_assert_text (ops, "[\"" LABEL "\"]", labels);
  /* A set in one order, whatever came first. */
  ops_applied (ops, "conversation.label", LABEL_IT (OTHER_LABEL, "true"));
  ops_assert_text (ops, "[\"" OTHER_LABEL "\",\"" LABEL "\"]", labels);
  ops_applied (ops, "conversation.label", LABEL_IT (OTHER_LABEL, "true"));
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_applied (ops, "conversation.label", LABEL_IT (LABEL, "false"));
  ops_assert_text (ops, "[\"" OTHER_LABEL "\"]", labels);
  ops_applied (ops, "conversation.label", LABEL_IT (ID ("99"), "false"));
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_applied (ops, "conversation.label", LABEL_IT (OTHER_LABEL, "false"));
  ops_assert_text (ops, "[]", labels);

  ops_rejected (ops, "conversation.label", LABEL_IT (ID ("99"), "true"), "label_id");
  ops_rejected (ops, "conversation.label", LABEL_IT (LABEL, "'yes'"), "add");
  ops_rejected (ops, "conversation.label", "{'conversation_id':'" CONVERSATION "','label_id':'" LABEL "'}", "add");
  ops_rejected (ops, "conversation.label", "{'conversation_id':'" ID ("99") "','label_id':'" LABEL "','add':true}",
                "conversation_id");
}

static void
test_a_conversation_has_twenty_labels_at_most (Ops *ops, gconstpointer data)
{
  static const char full[] = "UPDATE conversation SET labels = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                             " FROM n WHERE i < 20) SELECT json_group_array(printf('id-%02d', i)) FROM n)";
  static const char known[] = "INSERT INTO other_entity SELECT 'label', l.value, 32, '{\"name\":\"x\"}'"
                              " FROM conversation c, json_each(c.labels) l WHERE c.id = '" CONVERSATION "'";

  g_assert_true (kefu_db_exec (ops->server, full, NULL));
  g_assert_true (kefu_db_exec (ops->desk, full, NULL));
  g_assert_true (kefu_db_exec (ops->server, known, NULL));
  g_assert_true (kefu_db_exec (ops->desk, known, NULL));
  ops_rejected (ops, "conversation.label", LABEL_IT (LABEL, "true"), "label_id");
}

static void
test_labels_that_are_no_more_count_no_more (Ops *ops, gconstpointer data)
{
  static const char full[] = "UPDATE conversation SET labels = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                             " FROM n WHERE i < 20) SELECT json_group_array(printf('id-%02d', i)) FROM n)";

  g_assert_true (kefu_db_exec (ops->server, full, NULL));
  g_assert_true (kefu_db_exec (ops->desk, full, NULL));
  ops_applied (ops, "conversation.label", LABEL_IT (LABEL, "true"));
  ops_assert_text (ops, "[\"" LABEL "\"]", "SELECT labels FROM conversation WHERE id = '" CONVERSATION "'");
}

/* --- customers --- */

static void
test_a_customer_is_edited_field_by_field (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "customer.edit",
               "{'customer_id':'" CUSTOMER
               "','level':'VIP2','gender':'f','birthday':'02-29','phone':'13912342746','notes':'爱送礼'}");
  ops_assert_text (
    ops, "张晓雨|VIP2|f|02-29|13912342746|爱送礼",
    "SELECT name||'|'||level||'|'||gender||'|'||birthday||'|'||phone||'|'||notes FROM customer WHERE id = '" CUSTOMER
    "'");
  ops_applied (ops, "customer.edit", "{'customer_id':'" CUSTOMER "','notes':'','birthday':'1990-10-03','region':null}");
  ops_assert_text (ops, "|1990-10-03|",
                   "SELECT notes||'|'||birthday||'|'||region FROM customer WHERE id = '" CUSTOMER "'");
  ops_applied (ops, "customer.edit", "{'customer_id':'" CUSTOMER "','level':'VIP2'}");
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_rejected (ops, "customer.edit", "{'customer_id':'" CUSTOMER "','name':''}", "name");
  ops_rejected (ops, "customer.edit", "{'customer_id':'" CUSTOMER "','gender':'x'}", "gender");
  ops_rejected (ops, "customer.edit", "{'customer_id':'" CUSTOMER "','birthday':'02-30'}", "birthday");
  ops_rejected (ops, "customer.edit", "{'customer_id':'" CUSTOMER "','birthday':'2023-02-29'}", "birthday");
  ops_rejected (ops, "customer.edit", "{'customer_id':'" CUSTOMER "','birthday':'3.10.'}", "birthday");
  ops_rejected (ops, "customer.edit", "{'customer_id':'" ID ("99") "','name':'x'}", "customer_id");
}

static void
test_labels_are_added_and_removed_never_replaced (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "customer.tag", "{'customer_id':'" CUSTOMER "','add':['送礼',' 老客 ','爱退货']}");
  ops_assert_text (ops, "[\"老客\",\"送礼\",\"爱退货\"]", "SELECT tags FROM customer WHERE id = '" CUSTOMER "'");
  ops_applied (ops, "customer.tag", "{'customer_id':'" CUSTOMER "','remove':['老客','没有'],'add':['送礼']}");
  ops_assert_text (ops, "[\"送礼\",\"爱退货\"]", "SELECT tags FROM customer WHERE id = '" CUSTOMER "'");
  ops_rejected (ops, "customer.tag", "{'customer_id':'" CUSTOMER "','add':'送礼'}", "add");
  ops_rejected (ops, "customer.tag", "{'customer_id':'" CUSTOMER "','add':[7]}", "add");
  ops_rejected (ops, "customer.tag", "{'customer_id':'" CUSTOMER "','remove':['']}", "remove");
  ops_rejected (ops, "customer.tag", "{'customer_id':'" ID ("99") "','add':['x']}", "customer_id");
}

static void
test_each_look_is_recorded_on_the_server (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "customer.reveal", "{'customer_id':'" CUSTOMER "','field':'phone','how':'reveal'}");
  ops->now += 1000;
  ops_applied (ops, "customer.reveal", "{'customer_id':'" CUSTOMER "','field':'phone','how':'copy'}");
  ops->now += 1000;
  ops_applied (ops, "customer.reveal", "{'customer_id':'" CUSTOMER "','field':'phone','how':'copy'}");
  g_assert_cmpint (kefu_db_int (ops->server, 0,
                                "SELECT count(*) FROM audit WHERE agent_id = 'lin' AND customer_id = '" CUSTOMER
                                "' AND field = 'phone'",
                                ""),
                   ==, 3);
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_rejected (ops, "customer.reveal", "{'customer_id':'" CUSTOMER "','field':'name','how':'copy'}", "field");
  ops_rejected (ops, "customer.reveal", "{'customer_id':'" CUSTOMER "','field':'phone','how':'guess'}", "how");
  ops_rejected (ops, "customer.reveal", "{'customer_id':'" ID ("99") "','field':'phone','how':'copy'}", "customer_id");
}

/* --- orders --- */

static void
test_an_order_is_flagged_and_remarked (Ops *ops, gconstpointer data)
{
  g_autofree char *fits = g_strnfill (1000, 'x');
  g_autofree char *args = g_strdup_printf ("{'order_id':'" ORDER "','remark':'%s'}", fits);
  g_autofree char *long_args = g_strdup_printf ("{'order_id':'" ORDER "','remark':'%.998s客'}", fits);

  ops_applied (ops, "order.flag", "{'order_id':'" ORDER "','flag':0}");
  ops_assert_int (ops, 0, "SELECT flag FROM orders WHERE id = '" ORDER "'");
  ops_applied (ops, "order.flag", "{'order_id':'" ORDER "','flag':null}");
  ops_assert_int (ops, 1, "SELECT flag IS NULL FROM orders WHERE id = '" ORDER "'");
  ops_rejected (ops, "order.flag", "{'order_id':'" ORDER "','flag':6}", "flag");
  ops_rejected (ops, "order.flag", "{'order_id':'" ORDER "'}", "flag");
  ops_rejected (ops, "order.flag", "{'order_id':'" ID ("99") "','flag':1}", "order_id");

  ops_applied (ops, "order.remark", "{'order_id':'" ORDER "','remark':'送电池，发顺丰'}");
  ops_assert_text (ops, "送电池，发顺丰|lin|1800000000000",
                   "SELECT remark||'|'||remark_by||'|'||remark_at FROM orders WHERE id = '" ORDER "'");
  ops_applied (ops, "order.remark", args);
  ops_rejected (ops, "order.remark", long_args, "remark");
  ops_applied (ops, "order.remark", "{'order_id':'" ORDER "','remark':''}");
  ops_rejected (ops, "order.remark", "{'order_id':'" ORDER "'}", "remark");
  ops_rejected (ops, "order.remark", "{'order_id':'" ID ("99") "','remark':'x'}", "order_id");
}

/* --- phrases --- */

static void
test_using_a_phrase_is_counted_once (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "phrase.use", "{'phrase_id':'" PHRASE "','at':1799999999000}");
  ops_assert_text (ops, "3|1799999999000", "SELECT uses||'|'||last_used FROM phrase WHERE id = '" PHRASE "'");
  ops_rejected (ops, "phrase.use", "{'phrase_id':'" ID ("99") "'}", "phrase_id");
}

#define SAVE(digits, rest) "{'id':'" ID (digits) "','group_id':'" GROUP "','title':'标题'," rest "}"

static void
test_a_phrase_is_saved_and_removed (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "phrase.save",
               SAVE ("70", "'body':'包邮的','scope':'team','code':'by1','ladder':'议价','step':'说明'"));
  ops_assert_text (
    ops, "by1|标题|包邮的|议价|说明|team|-|4",
    "SELECT code||'|'||title||'|'||body||'|'||ladder||'|'||step||'|'||scope||'|'||coalesce(agent_id, '-')||'|'||sort"
    " FROM phrase WHERE id = '" ID ("70") "'");
  ops_applied (ops, "phrase.save", SAVE ("70", "'body':'都包邮的','scope':'personal','sort':1"));
  ops_assert_text (ops, "by1|都包邮的|lin|1",
                   "SELECT code||'|'||body||'|'||agent_id||'|'||sort FROM phrase WHERE id = '" ID ("70") "'");
  ops_applied (ops, "phrase.save", SAVE ("70", "'body':'都包邮的','scope':'personal'"));
  g_assert_cmpuint (ops->touched->len, ==, 0);
  ops_applied (ops, "phrase.remove", "{'id':'" ID ("70") "'}");
  ops_assert_int (ops, 0, "SELECT count(*) FROM phrase WHERE id = '" ID ("70") "'");
  g_assert_cmpint (kefu_db_int (ops->server, 0, "SELECT count(*) FROM change WHERE id = '" ID ("70") "' AND op = 'del'",
                                ""),
                   ==, 1);

  ops_rejected (ops, "phrase.save", SAVE ("71", "'body':' ','scope':'team'"), "body");
  ops_rejected (ops, "phrase.save", SAVE ("71", "'body':'x','scope':'world'"), "scope");
  ops_rejected (ops, "phrase.save",
                "{'id':'" ID ("71") "','group_id':'" ID ("99") "','title':'','body':'x','scope':'team'}", "group_id");
}

static void
test_a_personal_phrase_is_its_owners (Ops *ops, gconstpointer data)
{
  ops_rejected (ops, "phrase.remove", "{'id':'" FOREIGN_PHRASE "'}", "id");
  ops_rejected (ops, "phrase.save", SAVE ("43", "'body':'x','scope':'team'"), "id");
  ops->actor = "jie";
  ops_applied (ops, "phrase.save", SAVE ("43", "'body':'x','scope':'personal'"));
  ops_applied (ops, "phrase.remove", "{'id':'" FOREIGN_PHRASE "'}");
}

static void
test_a_group_is_saved (Ops *ops, gconstpointer data)
{
  ops_applied (ops, "phrase_group.save", "{'id':'" ID ("75") "','name':'我的','scope':'personal'}");
  ops_assert_text (ops, "我的|personal|lin|1",
                   "SELECT name||'|'||scope||'|'||agent_id||'|'||sort FROM phrase_group WHERE id = '" ID ("75") "'");
  ops_applied (ops, "phrase_group.save", "{'id':'" GROUP "','name':'问候','scope':'team','sort':9}");
  ops_assert_text (ops, "问候|9", "SELECT name||'|'||sort FROM phrase_group WHERE id = '" GROUP "'");
  ops_rejected (ops, "phrase_group.save", "{'id':'" ID ("76") "','name':'','scope':'team'}", "name");
}

static void
test_an_agents_operation_needs_an_agent (Ops *ops, gconstpointer data)
{
  ops->actor = NULL;
  ops_rejected (ops, "order.flag", "{'order_id':'" ORDER "','flag':0}", "type");
  ops->actor = "lin";
  ops_rejected (ops, "message.delivery", "{'id':'" OWN_MESSAGE "','delivery':'read'}", "type");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/ops/" name, Ops, NULL, ops_set_up, func, ops_tear_down)
  ADD ("checklist/an-item-is-added-ticked-and-removed", test_an_item_is_added_ticked_and_removed);
  ADD ("checklist/a-bad-item-is-refused-by-name", test_a_bad_item_is_refused_by_name);
  ADD ("checklist/an-edit-changes-only-the-fields-that-are-there", test_an_edit_changes_only_the_fields_that_are_there);
  ADD ("checklist/edits-of-one-field-conflict-and-of-two-merge", test_edits_of_one_field_conflict_and_of_two_merge);
  ADD ("customer/a-customer-is-edited-field-by-field", test_a_customer_is_edited_field_by_field);
  ADD ("customer/labels-are-added-and-removed-never-replaced", test_labels_are_added_and_removed_never_replaced);
  ADD ("customer/each-look-is-recorded-on-the-server", test_each_look_is_recorded_on_the_server);
  ADD ("conversation/conversations-are-labelled-one-by-one", test_conversations_are_labelled_one_by_one);
  ADD ("conversation/a-conversation-has-twenty-labels-at-most", test_a_conversation_has_twenty_labels_at_most);
  ADD ("conversation/labels-that-are-no-more-count-no-more", test_labels_that_are_no_more_count_no_more);
  ADD ("order/an-order-is-flagged-and-remarked", test_an_order_is_flagged_and_remarked);
  ADD ("phrase/using-a-phrase-is-counted-once", test_using_a_phrase_is_counted_once);
  ADD ("phrase/a-phrase-is-saved-and-removed", test_a_phrase_is_saved_and_removed);
  ADD ("phrase/a-personal-phrase-is-its-owners", test_a_personal_phrase_is_its_owners);
  ADD ("phrase/a-group-is-saved", test_a_group_is_saved);
  ADD ("an-agents-operation-needs-an-agent", test_an_agents_operation_needs_an_agent);
#undef ADD
  return g_test_run ();
}
