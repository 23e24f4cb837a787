/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two agents edit the same thing: different fields merge, the same one asks, nothing is overwritten unseen. */
#include "config.h"

#include "ops-fixture.h"

#define ITEM ID ("60")
#define ADD_ITEM                                                                                                       \
  "{'id':'" ITEM "','conversation_id':'" CONVERSATION "','kind':'gift','title':'送一颗电池','order_id':'" ORDER "'}"
#define PHRASE_ARGS(title, body, was)                                                                                  \
  "{'id':'" PHRASE "','group_id':'" GROUP "','title':'" title "','body':'" body "','scope':'team','was':{" was "}}"

static void
by (Ops *ops, const char *agent, const char *type, const char *args)
{
  ops->actor = agent;
  ops_applied (ops, type, args);
}

/* The agent is told which fields are not theirs to change any more, and nothing of the operation is done. */
static void
by_conflict (Ops *ops, const char *agent, const char *type, const char *args, const char *conflicts)
{
  g_autofree char *message = NULL;

  ops->actor = agent;
  g_assert_cmpint (ops_apply (ops, type, args, &message), ==, KEFU_OP_CONFLICT);
  g_assert_cmpstr (ops->conflicts, ==, conflicts);
}

static void
test_fields_of_an_item_merge_and_the_same_one_asks (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "checklist.add", ADD_ITEM);
  by (ops, "lin", "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池','was':{'title':'送一颗电池'}}");
  by (ops, "jie", "checklist.edit", "{'id':'" ITEM "','due_at':1800000600000,'was':{'due_at':null}}");
  by (ops, "jie", "checklist.edit", "{'id':'" ITEM "','order_id':null,'was':{'order_id':'" ORDER "'}}");
  ops_assert_text (ops, "送两颗电池|1800000600000|-",
                   "SELECT title||'|'||due_at||'|'||coalesce(order_id, '-') FROM checklist_item");

  by_conflict (ops, "jie", "checklist.edit", "{'id':'" ITEM "','title':'送表带','was':{'title':'送一颗电池'}}",
               "title lin");
  by_conflict (ops, "lin", "checklist.edit",
               "{'id':'" ITEM "','title':'送钢带','due_at':null,'kind':'resend','was':{'title':'送一颗电池','due_at':1,"
               "'kind':'gift'}}",
               "title lin, due_at jie");
  ops_assert_text (ops, "送两颗电池|gift", "SELECT title||'|'||kind FROM checklist_item");
  /* Two who want the same do not disagree, and whoever has seen theirs may go on. */
  by (ops, "jie", "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池','was':{'title':'送一颗电池'}}");
  by (ops, "jie", "checklist.edit", "{'id':'" ITEM "','title':'送表带','was':{'title':'送两颗电池'}}");
}

static void
test_what_an_edit_leaves_as_it_was_is_left_alone (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "checklist.add", ADD_ITEM);
  by (ops, "lin", "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池','was':{'title':'送一颗电池'}}");
  by (ops, "jie", "checklist.edit",
      "{'id':'" ITEM "','title':'送一颗电池','kind':'resend','was':{'title':'送一颗电池','kind':'gift'}}");
  ops_assert_text (ops, "送两颗电池|resend", "SELECT title||'|'||kind FROM checklist_item");
}

static void
test_an_entity_nobody_else_touched_takes_any_edit (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "checklist.add", ADD_ITEM);
  ops->if_rev = kefu_db_int (ops->server, 0, "SELECT rev FROM checklist_item", "");
  /* What it was is the agent's own earlier edit, which the server refused. */
  by (ops, "lin", "checklist.edit", "{'id':'" ITEM "','title':'送表带','was':{'title':'送了什么'}}");
}

static void
test_ticking_never_conflicts (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "checklist.add", ADD_ITEM);
  by (ops, "lin", "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池','was':{'title':'送一颗电池'}}");
  by (ops, "jie", "checklist.done", "{'id':'" ITEM "','done':true}");
  by (ops, "lin", "checklist.done", "{'id':'" ITEM "','done':true}");
  ops_assert_text (ops, "jie", "SELECT done_by FROM checklist_item");
  by (ops, "lin", "checklist.edit", "{'id':'" ITEM "','kind':'resend','was':{'kind':'gift'}}");
  by (ops, "lin", "checklist.remove", "{'id':'" ITEM "','was':{'title':'送两颗电池','kind':'resend'}}");
  by (ops, "jie", "checklist.done", "{'id':'" ITEM "','done':false}");
}

static void
test_a_removal_and_an_edit_ask_each_other (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "checklist.add", ADD_ITEM);
  by (ops, "jie", "checklist.edit", "{'id':'" ITEM "','title':'送两颗电池','was':{'title':'送一颗电池'}}");
  by_conflict (ops, "lin", "checklist.remove", "{'id':'" ITEM "','was':{'title':'送一颗电池','kind':'gift'}}",
               "title jie");
  by (ops, "lin", "checklist.remove", "{'id':'" ITEM "','was':{'title':'送两颗电池','kind':'gift'}}");

  by_conflict (ops, "jie", "checklist.edit", "{'id':'" ITEM "','title':'送三颗电池','was':{'title':'送两颗电池'}}",
               "title lin");
  ops_assert_text (ops, "1|送两颗电池", "SELECT deleted||'|'||title FROM checklist_item");
  by (ops, "jie", "checklist.edit",
      "{'id':'" ITEM "','title':'送三颗电池','removed':false,'was':{'title':'送两颗电池'}}");
  ops_assert_text (ops, "0|送三颗电池", "SELECT deleted||'|'||title FROM checklist_item");
  ops_assert_int (ops, 1, "SELECT open_items FROM conversation WHERE id = '" CONVERSATION "'");
}

static void
test_a_removed_item_comes_back_whole (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "checklist.add", ADD_ITEM);
  by (ops, "jie", "checklist.done", "{'id':'" ITEM "','done':true}");
  by (ops, "jie", "checklist.remove", "{'id':'" ITEM "'}");
  by (ops, "jie", "checklist.remove", "{'id':'" ITEM "','removed':false}");
  ops_assert_text (ops, "0|lin|jie|1", "SELECT deleted||'|'||created_by||'|'||done_by||'|'||done FROM checklist_item");
  by (ops, "lin", "checklist.done", "{'id':'" ITEM "','done':false}");
  ops_assert_int (ops, 1, "SELECT open_items FROM conversation WHERE id = '" CONVERSATION "'");
}

#define CUSTOMER_EDIT(rest) "{'customer_id':'" CUSTOMER "'," rest "}"

static void
test_fields_of_a_customer_merge_and_the_same_one_asks (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "customer.edit", CUSTOMER_EDIT ("'notes':'爱问物流','was':{'notes':''}"));
  by (ops, "jie", "customer.edit", CUSTOMER_EDIT ("'region':'杭州','was':{'region':''}"));
  by_conflict (ops, "jie", "customer.edit", CUSTOMER_EDIT ("'notes':'老客','was':{'notes':''}"), "notes lin");
  by (ops, "jie", "customer.edit", CUSTOMER_EDIT ("'notes':'老客','was':{'notes':'爱问物流'}"));
  by_conflict (ops, "lin", "customer.edit", CUSTOMER_EDIT ("'notes':'','was':{'notes':'爱问物流'}"), "notes jie");
  ops_assert_text (ops, "老客|杭州", "SELECT notes||'|'||region FROM customer WHERE id = '" CUSTOMER "'");

  /* Tags are added and removed, never replaced as a whole. */
  by (ops, "lin", "customer.tag", CUSTOMER_EDIT ("'add':['爱砍价']"));
  by (ops, "jie", "customer.tag", CUSTOMER_EDIT ("'remove':['老客'],'add':['送礼']"));
  ops_assert_text (ops, "[\"爱砍价\",\"送礼\"]", "SELECT tags FROM customer WHERE id = '" CUSTOMER "'");
}

static void
test_what_the_shop_wrote_is_no_agents_edit (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "customer.edit", CUSTOMER_EDIT ("'region':'杭州','was':{'region':''}"));
  by (ops, NULL, "channel.customer", "{'channel_id':'ww1','key':'buyer1','region':'宁波'}");
  by_conflict (ops, "jie", "customer.edit", CUSTOMER_EDIT ("'region':'上海','was':{'region':''}"), "region -");
}

static void
test_a_remark_is_not_written_over_unseen (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "order.remark", "{'order_id':'" ORDER "','remark':'送电池','was':{'remark':''}}");
  by_conflict (ops, "jie", "order.remark", "{'order_id':'" ORDER "','remark':'发顺丰','was':{'remark':''}}",
               "remark lin");
  by (ops, "jie", "order.remark", "{'order_id':'" ORDER "','remark':'送电池，发顺丰','was':{'remark':'送电池'}}");
  ops_assert_text (ops, "送电池，发顺丰|jie", "SELECT remark||'|'||remark_by FROM orders WHERE id = '" ORDER "'");
}

static void
test_a_phrase_is_not_written_over_unseen (Ops *ops, gconstpointer data)
{
  by (ops, "lin", "phrase.save", PHRASE_ARGS ("问候", "您好，亲", "'title':'问候','body':'您好'"));
  by (ops, "jie", "phrase.save", PHRASE_ARGS ("开场", "您好", "'title':'问候','body':'您好'"));
  ops_assert_text (ops, "开场|您好，亲", "SELECT title||'|'||body FROM phrase WHERE id = '" PHRASE "'");
  by_conflict (ops, "jie", "phrase.save", PHRASE_ARGS ("问候", "在的", "'title':'问候','body':'您好'"), "body lin");

  by_conflict (ops, "jie", "phrase.remove", "{'id':'" PHRASE "','was':{'body':'您好'}}", "body lin");
  by (ops, "jie", "phrase.remove", "{'id':'" PHRASE "','was':{'body':'您好，亲'}}");
  by_conflict (ops, "lin", "phrase.save", PHRASE_ARGS ("开场", "在的", "'title':'开场','body':'您好，亲'"), "body jie");
  /* Without `was` it is made anew. */
  by (ops, "lin", "phrase.save",
      "{'id':'" PHRASE "','group_id':'" GROUP "','title':'开场','body':'在的','scope':'team'}");
}

#define ADD(name, func) g_test_add ("/ops/conflicts/" name, Ops, NULL, ops_set_up, func, ops_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("fields-of-an-item-merge-and-the-same-one-asks", test_fields_of_an_item_merge_and_the_same_one_asks);
  ADD ("what-an-edit-leaves-as-it-was-is-left-alone", test_what_an_edit_leaves_as_it_was_is_left_alone);
  ADD ("an-entity-nobody-else-touched-takes-any-edit", test_an_entity_nobody_else_touched_takes_any_edit);
  ADD ("ticking-never-conflicts", test_ticking_never_conflicts);
  ADD ("a-removal-and-an-edit-ask-each-other", test_a_removal_and_an_edit_ask_each_other);
  ADD ("a-removed-item-comes-back-whole", test_a_removed_item_comes_back_whole);
  ADD ("fields-of-a-customer-merge-and-the-same-one-asks", test_fields_of_a_customer_merge_and_the_same_one_asks);
  ADD ("what-the-shop-wrote-is-no-agents-edit", test_what_the_shop_wrote_is_no_agents_edit);
  ADD ("a-remark-is-not-written-over-unseen", test_a_remark_is_not_written_over_unseen);
  ADD ("a-phrase-is-not-written-over-unseen", test_a_phrase_is_not_written_over_unseen);
  return g_test_run ();
}
