/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the checklist rules: kind, title and due time of what a message promises. */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "kefu-checklist-rules.h"

typedef struct
{
  const char *text;
  const char *kind;
  const char *title; /* NULL: any */
} Promise;

/* Wednesday, 10 June 2026, 14:05 in Shanghai */
static gint64
now (void)
{
  g_autoptr (GDateTime) date = g_date_time_new_local (2026, 6, 10, 14, 5, 0);

  return g_date_time_to_unix (date) * 1000;
}

static void
assert_promises (const Promise *promises, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (KefuChecklistProposal) proposal = kefu_checklist_propose (promises[i].text, now ());

      g_test_message ("%s → %s: %s", promises[i].text, proposal->kind, proposal->title);
      g_assert_cmpstr (proposal->kind, ==, promises[i].kind);
      if (promises[i].title != NULL)
        g_assert_cmpstr (proposal->title, ==, promises[i].title);
      g_assert_cmpuint (strlen (proposal->title), >, 0);
    }
}

/* "" for no due time, else like "06-10 17:00" */
static void
assert_due (const char *text, const char *expected)
{
  g_autoptr (KefuChecklistProposal) proposal = kefu_checklist_propose (text, now ());
  g_autofree char *due = g_strdup ("");

  if (proposal->due_at != 0)
    {
      g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (proposal->due_at / 1000);

      g_free (due);
      due = g_date_time_format (date, "%m-%d %H:%M");
    }
  g_test_message ("%s → %s", text, due);
  g_assert_cmpstr (due, ==, expected);
}

static void
test_kinds_of_chinese (void)
{
  static const Promise promises[] = {
    { "送您一颗电池", "gift", "送一颗电池" },
    { "好的亲，送您一颗电池哦～", "gift", "送一颗电池" },
    { "没问题冬青，送您一条 20 mm 焦糖色小牛皮带，跟表一起走顺丰，地址也按您说的改到公司。", "gift",
      "送一条 20 mm 焦糖色小牛皮带" },
    { "对了，能不能多送一条同色的表带？", "gift", "送一条同色的表带" },
    { "再帮您放个小礼品", "gift", "送个小礼品" },
    { "另外改发顺丰，后天出差要戴", "courier", "发顺丰" },
    { "太好了！那麻烦改发顺丰吧，运费我补", "courier", "发顺丰" },
    { "帮您备注了，发顺丰", "courier", "发顺丰" },
    { "改成 L 码可以吗", "variant", "改成 L 码" },
    { "给您换黑色的，明天发", "variant", "换黑色" },
    { "退差价 12 元", "price", "退差价 12 元" },
    { "优惠5元给您", "price", "优惠5元" },
    { "两件一起拍能包邮吗", "price", "包邮" },
    { "地址填错了，能改吗", "address", "改地址" },
    { "送货地址改一下", "address", "改地址" },
    { "刚拍的单，帮我改到公司", "address", "改到公司" },
    { "收件人电话写错一位", "address", NULL },
    { "我这边给您退款，24小时内到账", "refund", "退款" },
    { "给您退 20 元运费", "refund", "退 20 元运费" },
    { "周五前给您补发一条同色的表带", "resend", "补发一条同色的表带" },
    { "三天后给您回电话", "callback", "回电话" },
    { "签收后回访佩戴感受", "callback", "回访佩戴感受" },
    { "我去申请一下，3 分钟后回您", "callback", "回复客户" },
    { "放手写卡片，不放价格单", "remark", "放手写卡片" },
  };

  assert_promises (promises, G_N_ELEMENTS (promises));
}

static void
test_kinds_of_english (void)
{
  static const Promise promises[] = {
    { "I'll send you a free strap tomorrow", "gift", "Send a free strap" },
    { "Please change my address to the office", "address", "Change the address" },
    { "We ship it with DHL before 5 pm", "courier", "Ship with DHL" },
    { "Could you refund $12 please", "refund", "Refund $12" },
    { "Switch to size L please", "variant", "Switch to size L" },
    { "We'll resend the missing part by Friday", "resend", "Resend the missing part" },
    { "can you call me back at 10am tomorrow", "callback", "Call back" },
    { "I will get back to you within 2 hours", "callback", NULL },
    { "There is a 10% discount for you", "price", NULL },
  };

  assert_promises (promises, G_N_ELEMENTS (promises));
}

static void
test_what_is_no_promise (void)
{
  static const Promise promises[] = {
    { "不送赠品", "remark", "不送赠品" },   { "不能改地址", "remark", "不能改地址" },
    { "七天内无理由退货", "remark", NULL }, { "周末要送人", "remark", NULL },
    { "派送中，明天送到", "remark", NULL }, { "您的快递两天没动了", "remark", "您的快递两天没动了" },
    { "你好", "remark", "你好" },
  };

  assert_promises (promises, G_N_ELEMENTS (promises));
}

static void
test_unknown_words_make_a_remark (void)
{
  g_autoptr (KefuChecklistProposal) proposal = NULL;
  g_autoptr (KefuChecklistProposal) empty = kefu_checklist_propose ("", now ());
  g_autoptr (KefuChecklistProposal) broken = kefu_checklist_propose (" \n ", now ());

  proposal =
    kefu_checklist_propose ("这块表的表盘背面有一行很小的字\n我怎么也看不清楚到底写了些什么，能帮我查查是什么意思吗",
                            now ());
  g_assert_cmpstr (proposal->kind, ==, "remark");
  g_assert_cmpint (g_utf8_strlen (proposal->title, -1), <=, 30);
  g_assert_true (g_str_has_prefix (proposal->title, "这块表的表盘背面"));
  g_assert_null (strchr (proposal->title, '\n'));
  g_assert_cmpstr (empty->kind, ==, "remark");
  g_assert_cmpstr (empty->title, ==, "Remark");
  g_assert_cmpstr (broken->title, ==, "Remark");
}

static void
test_due_times (void)
{
  assert_due ("今天 17 点前发出", "06-10 17:00");
  assert_due ("今天１７：３０前发出", "06-10 17:30");
  assert_due ("下午3点给您答复", "06-10 15:00");
  assert_due ("3点前发出", "06-10 15:00");
  assert_due ("上午9点前", "06-11 09:00");
  assert_due ("明天发", "06-11 18:00");
  assert_due ("明早给您打电话", "06-11 10:00");
  assert_due ("今晚给您答复", "06-10 23:00");
  assert_due ("明天下午两点半", "06-11 14:30");
  assert_due ("晚上八点前", "06-10 20:00");
  assert_due ("后天一早", "06-12 18:00");
  assert_due ("周五前给您", "06-12 18:00");
  assert_due ("周二给您", "06-16 18:00");
  assert_due ("下周三下午3点半给您打电话", "06-17 15:30");
  assert_due ("周三给您", "06-10 18:00");
  assert_due ("6月15号前发货", "06-15 18:00");
  assert_due ("15号前寄到", "06-15 18:00");
  assert_due ("5号前寄到", "07-05 18:00");
  assert_due ("3 分钟后回您", "06-10 14:08");
  assert_due ("半小时内给您回复", "06-10 14:35");
  assert_due ("一个半小时后", "06-10 15:35");
  assert_due ("三天后给您回电话", "06-13 14:05");
  assert_due ("48小时内发货", "06-12 14:05");
  assert_due ("before 5 pm", "06-10 17:00");
  assert_due ("by 5:30pm tomorrow", "06-11 17:30");
  assert_due ("tomorrow", "06-11 18:00");
  assert_due ("by Friday", "06-12 18:00");
  assert_due ("within 2 hours", "06-10 16:05");
  assert_due ("in half an hour", "06-10 14:35");
}

static void
test_no_due_time (void)
{
  assert_due ("送您一颗电池", "");
  assert_due ("便宜一点吧", "");
  assert_due ("晚上好，在吗", "");
  assert_due ("1号电池可以用吗", "");
  assert_due ("七天内无理由退货", "");
  assert_due ("昨天 17 点已经发出", "");
  assert_due ("单号 7700900148", "");
  assert_due ("I have a question about 2 pieces", "");
  assert_due ("请稍等，马上", "");
}

static void
test_kinds_have_icon_and_name (void)
{
  const char *const *kinds = kefu_checklist_kinds ();
  guint n = 0;

  for (; kinds[n] != NULL; n++)
    {
      g_assert_true (g_str_has_prefix (kefu_checklist_kind_icon (kinds[n]), "kefu-"));
      g_assert_cmpstr (kefu_checklist_kind_name (kinds[n]), !=, "Other");
    }
  g_assert_cmpuint (n, ==, 9);
  g_assert_nonnull (kefu_checklist_kind_icon ("of a later version"));
  g_assert_cmpstr (kefu_checklist_kind_name ("of a later version"), ==, "Other");
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checklist/chinese-words-give-kind-and-title", test_kinds_of_chinese);
  g_test_add_func ("/checklist/english-words-give-kind-and-title", test_kinds_of_english);
  g_test_add_func ("/checklist/refusals-and-talk-are-no-promise", test_what_is_no_promise);
  g_test_add_func ("/checklist/unknown-words-make-a-remark", test_unknown_words_make_a_remark);
  g_test_add_func ("/checklist/words-of-time-give-a-due-time", test_due_times);
  g_test_add_func ("/checklist/other-numbers-give-none", test_no_due_time);
  g_test_add_func ("/checklist/every-kind-has-icon-and-name", test_kinds_have_icon_and_name);
  return g_test_run ();
}
