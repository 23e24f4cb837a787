/* SPDX-License-Identifier: GPL-3.0-or-later
 * The contract of the phrase engine: what a query finds and in what order, and how variables are filled. */
#include "config.h"

#include <string.h>

#include "kefu-phrase-index.h"
#include "kefu-pinyin.h"
#include "session-fixture.h"

/* A phrase as the store would give it. */
static KefuPhraseRecord *
phrase (const char *code, const char *group, const char *title, const char *body, int uses)
{
  KefuPhraseRecord *record = kefu_phrase_record_new ();
  g_autofree char *named = g_strdup_printf ("%s %s", title, group);
  g_autofree char *full = NULL;
  g_auto (GStrv) parts = NULL;

  kefu_pinyin (named, &full, &record->initials);
  parts = g_strsplit (full, " ", -1);
  record->pinyin = g_strjoinv ("", parts);
  record->id = g_strdup_printf ("%s %s", code, title);
  record->group_id = g_strdup (group);
  record->group_name = g_strdup (group);
  record->code = g_strdup (code);
  record->title = g_strdup (title);
  record->body = g_strdup (body);
  record->ladder = g_strdup ("");
  record->step = g_strdup ("");
  record->scope = g_strdup ("team");
  record->uses = uses;
  return record;
}

/* The picker of the mock picture. */
static KefuPhraseIndex *
sample (void)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);

  g_ptr_array_add (records, phrase ("by1", "运费与包邮", "满额包邮说明", "咱们店满 99 元就免运费", 5));
  g_ptr_array_add (records, phrase ("by2", "运费与包邮", "差一点凑单包邮", "搭一双袜子刚好够", 41));
  g_ptr_array_add (records, phrase ("by3", "运费与包邮", "替您申请包邮", "我去申请一下", 18));
  g_ptr_array_add (records, phrase ("py1", "运费与包邮", "偏远地区补运费", "新疆西藏每单补 12 元", 0));
  g_ptr_array_add (records, phrase ("bz2", "保养与使用", "米白亚麻的保养", "冷水手洗", 9));
  g_ptr_array_add (records, phrase ("xb1", "保养与使用", "真丝不要曝晒，保养两步", "阴干", 2));
  g_ptr_array_add (records, phrase ("kf8", "我的短语", "表扬老客的一句话", "您眼光真好", 1));
  g_ptr_array_add (records, phrase ("xa1", "发货", "西安仓发货", "明天从西安发出", 3));
  g_ptr_array_add (records, phrase ("gs1", "发货", "先发SF 100%包邮", "Shipped today", 3));
  return kefu_phrase_index_new (records, NULL);
}

/* Asserts the codes of what @query finds, in order. */
static void
assert_finds (const char *query, const char *expected)
{
  g_autoptr (KefuPhraseIndex) index = sample ();
  g_autoptr (GPtrArray) matches = kefu_phrase_index_match (index, query, 100);
  g_autoptr (GString) codes = g_string_new (NULL);

  for (guint i = 0; i < matches->len; i++)
    {
      KefuPhraseMatch *match = g_ptr_array_index (matches, i);

      g_test_message ("%s: %s %s %d [%d, %d)", query, match->phrase->code, match->phrase->title, match->score,
                      match->match_start, match->match_start + match->match_length);
      g_string_append_printf (codes, "%s%s", i > 0 ? " " : "", match->phrase->code);
    }
  g_assert_cmpstr (codes->str, ==, expected);
}

/* Asserts which part of the title of @code is marked for @query. */
static void
assert_marks (const char *query, const char *code, const char *expected)
{
  g_autoptr (KefuPhraseIndex) index = sample ();
  g_autoptr (GPtrArray) matches = kefu_phrase_index_match (index, query, 100);

  for (guint i = 0; i < matches->len; i++)
    {
      KefuPhraseMatch *match = g_ptr_array_index (matches, i);
      g_autofree char *marked = NULL;

      if (!g_str_equal (match->phrase->code, code))
        continue;
      if (match->match_start < 0)
        {
          g_assert_null (expected);
          return;
        }
      marked = g_utf8_substring (match->phrase->title, match->match_start, match->match_start + match->match_length);
      g_assert_cmpstr (marked, ==, expected);
      return;
    }
  g_assert_not_reached ();
}

static void
test_by_code (void)
{
  assert_finds ("by3", "by3");
  assert_finds ("BY3", "by3");
  /* codes first, the most used first; then titles spelled like it, from the beginning before inside */
  assert_finds ("by", "by2 by3 by1 kf8 bz2 gs1 xb1 py1");
  assert_marks ("by", "by1", "包邮");
  assert_marks ("by", "bz2", "白亚");
  assert_marks ("by", "kf8", "表扬");
  assert_marks ("by", "py1", "补运");
}

static void
test_by_words (void)
{
  assert_finds ("包邮", "by2 by3 by1 gs1 py1");
  assert_marks ("包邮", "by2", "包邮");
  assert_finds ("满额", "by1");
  /* in the text only */
  assert_finds ("袜子", "by2");
  assert_marks ("袜子", "by2", NULL);
  assert_finds ("没有的话", "");
}

static void
test_by_pinyin (void)
{
  assert_finds ("baoyou", "by2 by3 by1 gs1 py1");
  assert_marks ("baoyou", "by1", "包邮");
  /* while it is typed: at least two letters of the last syllable */
  assert_finds ("baoyo", "by2 by3 by1 gs1 py1");
  assert_finds ("mane", "by1");
  assert_marks ("man", "by1", "满");
  /* syllables are not cut: "oyou" is none */
  assert_finds ("aoyou", "");
  /* "xian" of two characters, and of one */
  assert_finds ("xian", "gs1 xa1");
  assert_marks ("xian", "xa1", "西安");
  assert_marks ("xian", "gs1", "先");
}

static void
test_by_initials_and_mixed (void)
{
  assert_finds ("pydq", "py1");
  assert_marks ("pydq", "py1", "偏远地区");
  assert_finds ("mebysm", "by1");
  assert_finds ("baoy", "by2 by3 bz2 by1 gs1 xb1 py1");
  assert_finds ("b邮", "by2 by3 by1 gs1 py1");
  assert_finds ("包you说明", "by1");
  assert_marks ("包you说明", "by1", "包邮说明");
}

static void
test_spelled_before_initials (void)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);
  g_autoptr (KefuPhraseIndex) index = NULL;
  g_autoptr (GPtrArray) matches = NULL;

  g_ptr_array_add (records, phrase ("1", "组", "飞安航空", "文", 9));
  g_ptr_array_add (records, phrase ("2", "组", "发货时间", "文", 0));
  g_ptr_array_add (records, phrase ("3", "组", "FA 说明", "文", 0));
  index = kefu_phrase_index_new (records, NULL);
  matches = kefu_phrase_index_match (index, "fa", 9);
  g_assert_cmpuint (matches->len, ==, 3);
  g_assert_cmpstr (((KefuPhraseMatch *) g_ptr_array_index (matches, 0))->phrase->code, ==, "3");
  g_assert_cmpstr (((KefuPhraseMatch *) g_ptr_array_index (matches, 1))->phrase->code, ==, "2");
  g_assert_cmpstr (((KefuPhraseMatch *) g_ptr_array_index (matches, 2))->phrase->code, ==, "1");
}

static void
test_several_words (void)
{
  assert_finds ("by 申请", "by3");
  assert_finds ("by申请", "by3");
  assert_finds ("申请 by", "by3");
  assert_finds ("by 申请 袜子", "");
  assert_finds ("  包邮   说明 ", "by1");
}

static void
test_folding (void)
{
  assert_finds ("ｂｙ３", "by3");
  assert_finds ("滿額", "by1");
  assert_finds ("sf100", "gs1");
  assert_marks ("sf100", "gs1", "SF 100");
  assert_finds ("SHIPPED", "gs1");
}

static void
test_empty_query (void)
{
  g_autoptr (KefuPhraseIndex) index = sample ();
  g_autoptr (GPtrArray) matches = kefu_phrase_index_match (index, "", 3);
  g_autoptr (GPtrArray) blank = kefu_phrase_index_match (index, "  ", 100);

  g_assert_cmpuint (matches->len, ==, 3);
  g_assert_cmpstr (((KefuPhraseMatch *) g_ptr_array_index (matches, 0))->phrase->code, ==, "by2");
  g_assert_cmpstr (((KefuPhraseMatch *) g_ptr_array_index (matches, 1))->phrase->code, ==, "by3");
  g_assert_cmpuint (blank->len, ==, 9);
}

static void
test_not_yet_spelled (void)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);
  KefuPhraseRecord *plain = phrase ("a1", "组", "包邮", "文", 0);
  KefuPhraseRecord *odd = phrase ("a2", "组", "包邮", "文", 0);
  g_autoptr (KefuPhraseIndex) index = NULL;
  g_autoptr (GPtrArray) by_pinyin = NULL;
  g_autoptr (GPtrArray) by_word = NULL;

  g_free (plain->pinyin);
  g_free (plain->initials);
  plain->pinyin = g_strdup ("");
  plain->initials = g_strdup ("");
  g_free (odd->pinyin);
  odd->pinyin = g_strdup ("nothing that fits");
  g_ptr_array_add (records, plain);
  g_ptr_array_add (records, odd);
  index = kefu_phrase_index_new (records, NULL);
  by_pinyin = kefu_phrase_index_match (index, "baoyou", 9);
  by_word = kefu_phrase_index_match (index, "包邮", 9);
  g_assert_cmpuint (by_pinyin->len, ==, 0);
  g_assert_cmpuint (by_word->len, ==, 2);
}

/* Each character of a title by itself, by its syllable or by its initial, from anywhere to anywhere: whoever types so finds it. */
static void
test_every_way_of_typing (void)
{
  g_autoptr (KefuPhraseIndex) index = sample ();
  GPtrArray *records = kefu_phrase_index_records (index);
  guint n_tried = 0;

  for (guint k = 0; k < 4000; k++)
    {
      KefuPhraseRecord *record = g_ptr_array_index (records, (guint) g_test_rand_int_range (0, (int) records->len));
      glong n = g_utf8_strlen (record->title, -1);
      glong start = g_test_rand_int_range (0, (int) n);
      glong end = g_test_rand_int_range ((int) start + 1, (int) n + 1);
      g_autoptr (GString) query = g_string_new (NULL);
      g_autoptr (GPtrArray) matches = NULL;
      g_autofree char *full = NULL;
      g_autofree char *initials = NULL;
      g_auto (GStrv) syllables = NULL;
      gboolean found = FALSE;

      kefu_pinyin (record->title, &full, &initials);
      syllables = g_strsplit (full, " ", -1);
      if ((glong) g_strv_length (syllables) != n)
        continue;
      for (glong i = start; i < end; i++)
        {
          const char *character = g_utf8_offset_to_pointer (record->title, i);
          int way = g_test_rand_int_range (0, 3);

          if (way == 0)
            g_string_append_len (query, character, g_utf8_next_char (character) - character);
          else
            g_string_append_len (query, syllables[i], way == 1 ? -1 : 1);
        }
      n_tried++;
      matches = kefu_phrase_index_match (index, query->str, 100);
      for (guint i = 0; i < matches->len; i++)
        found = found || ((KefuPhraseMatch *) g_ptr_array_index (matches, i))->phrase == record;
      if (!found)
        g_test_message ("%s: %s", record->title, query->str);
      g_assert_true (found);
    }
  g_assert_cmpuint (n_tried, >, 1000);
}

static void
test_limit_keeps_the_best (void)
{
  static const char *const queries[] = { "", "b", "by", "包", "发" };
  g_autoptr (KefuPhraseIndex) index = sample ();

  for (guint q = 0; q < G_N_ELEMENTS (queries); q++)
    {
      g_autoptr (GPtrArray) all = kefu_phrase_index_match (index, queries[q], 100);

      for (guint limit = 0; limit <= all->len; limit++)
        {
          g_autoptr (GPtrArray) best = kefu_phrase_index_match (index, queries[q], limit);

          g_assert_cmpuint (best->len, ==, limit);
          for (guint i = 0; i < limit; i++)
            g_assert_true (((KefuPhraseMatch *) g_ptr_array_index (best, i))->phrase ==
                           ((KefuPhraseMatch *) g_ptr_array_index (all, i))->phrase);
        }
    }
}

static void
test_speed (void)
{
  static const char *const queries[] = { "b", "by", "baoyou", "包邮", "by申请", "没有这样的话", "zz", "" };
  static const char *const titles[] = { "满额包邮说明",   "差一点凑单包邮", "替您申请包邮",     "偏远地区补运费",
                                        "米白亚麻的保养", "真丝不要曝晒",   "表扬老客的一句话", "首次问候" };
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);
  g_autoptr (KefuPhraseIndex) index = NULL;
  g_autoptr (KefuPhraseIndex) again = NULL;
  gint64 start;

  for (int i = 0; i < 10000; i++)
    {
      g_autofree char *code = g_strdup_printf ("c%d", i);

      g_ptr_array_add (records,
                       phrase (code, "运费与包邮", titles[i % 8],
                               "您好，这款是 30 米生活防水，洗手淋雨没问题；洗热水澡、游泳请先摘下来。", i % 97));
    }
  start = g_get_monotonic_time ();
  index = kefu_phrase_index_new (records, NULL);
  g_test_message ("10,000 phrases laid out in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  start = g_get_monotonic_time ();
  again = kefu_phrase_index_new (records, index);
  g_test_message ("and again in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);

  for (guint q = 0; q < G_N_ELEMENTS (queries); q++)
    {
      gint64 best = G_MAXINT64;

      for (int i = 0; i < 5; i++)
        {
          g_autoptr (GPtrArray) matches = NULL;

          start = g_get_monotonic_time ();
          matches = kefu_phrase_index_match (again, queries[q], 50);
          best = MIN (best, g_get_monotonic_time () - start);
        }
      g_test_message ("“%s” in %" G_GINT64_FORMAT " µs", queries[q], best);
      /* on a machine that does nothing else */
      g_assert_cmpint (best, <, g_test_perf () ? 4000 : 400000);
    }
}

/* --- the engine on a store --- */

static void
count_cb (GObject *object, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_follows_the_store (void)
{
  g_autoptr (World) self = world_new ();
  KefuPhraseEngine *engine = kefu_phrase_engine_new (self->store->store);
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GPtrArray) ladder = NULL;
  g_autoptr (GPtrArray) none = NULL;
  GPtrArray *all;
  guint changes = 0;

  world_settle (self);
  g_assert_cmpuint (kefu_phrase_engine_get_all (engine)->len, ==, 0);
  g_signal_connect (engine, "changed", G_CALLBACK (count_cb), &changes);
  feed_put (self->feed, "phrase_group", "g2", "'name':'发货','sort':2");
  feed_put (self->feed, "phrase_group", "g1", "'name':'包邮','sort':1");
  feed_put (self->feed, "phrase", ID_3, "'group_id':'g2','code':'fh1','title':'今天发货','body':'今天发出','sort':1");
  feed_put (self->feed, "phrase", "p2",
            "'group_id':'g1','code':'by2','title':'凑单','body':'凑','sort':2,'ladder':'by','step':'凑单'");
  feed_put (self->feed, "phrase", "p1",
            "'group_id':'g1','code':'by1','title':'说明','body':'满','sort':1,'ladder':'by','step':'说明'");
  feed_put (self->feed, "phrase", "p4",
            "'group_id':'g1','code':'x','title':'别人的','body':'x','scope':'personal','agent_id':'agent-2'");
  world_push (self);
  wait_until (kefu_phrase_engine_get_all (engine)->len == 3);
  g_assert_cmpuint (changes, >=, 1);
  all = kefu_phrase_engine_get_all (engine);
  g_assert_cmpstr (((KefuPhraseRecord *) g_ptr_array_index (all, 0))->id, ==, "p1");
  g_assert_cmpstr (((KefuPhraseRecord *) g_ptr_array_index (all, 1))->id, ==, "p2");
  g_assert_cmpstr (((KefuPhraseRecord *) g_ptr_array_index (all, 2))->id, ==, ID_3);

  ladder = kefu_phrase_engine_ladder (engine, g_ptr_array_index (all, 1));
  g_assert_cmpuint (ladder->len, ==, 2);
  g_assert_cmpstr (((KefuPhraseRecord *) g_ptr_array_index (ladder, 0))->step, ==, "说明");
  none = kefu_phrase_engine_ladder (engine, g_ptr_array_index (all, 2));
  g_assert_null (none);

  /* the store spells when it has time, and says so */
  wait_until ((held != NULL ? g_ptr_array_unref (held) : (void) 0, held = kefu_phrase_engine_match (engine, "jtfh", 9),
               held->len == 1));

  /* what a picker holds outlives the reading that a use brings */
  kefu_session_use_phrase (self->session, ID_3);
  changes = 0;
  wait_until (changes > 0);
  g_assert_cmpstr (((KefuPhraseMatch *) g_ptr_array_index (held, 0))->phrase->title, ==, "今天发货");
  g_assert_cmpstr (((KefuPhraseRecord *) g_ptr_array_index (ladder, 1))->step, ==, "凑单");
  world_settle (self);
  g_assert_finalize_object (engine);
}

/* Nothing that is under way holds it: on a thread, it would end there. Whatever step the reading has come to. */
static void
test_ends_while_it_reads (void)
{
  g_autoptr (World) self = world_new ();

  world_settle (self);
  for (guint answers = 0; answers < 3; answers++)
    {
      KefuPhraseEngine *engine = kefu_phrase_engine_new (self->store->store);

      /* each waits behind what was asked before it */
      for (guint i = 0; i < answers; i++)
        g_ptr_array_unref (test_inbox (self->store, KEFU_VIEW_SNOOZED, KEFU_ORDER_NEWEST));
      g_assert_finalize_object (engine);
      world_settle (self);
    }
}

/* --- filling --- */

static KefuOrderRecord *
order_new (void)
{
  KefuOrderRecord *order = kefu_order_record_new ();
  KefuOrderItemRecord *item = kefu_order_item_record_new ();

  item->title = g_strdup ("晴山石英女表");
  order->items = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_order_item_record_unref);
  g_ptr_array_add (order->items, item);
  order->number = g_strdup ("7703305");
  order->courier = g_strdup ("顺丰");
  order->tracking = g_strdup ("");
  order->currency = g_strdup ("CNY");
  order->paid_minor = 56800;
  return order;
}

static void
assert_span (KefuFilledPhrase *filled, guint index, const char *text, gboolean blank)
{
  const KefuPhraseSpan *span;
  g_autofree char *piece = NULL;

  g_assert_cmpuint (index, <, filled->spans->len);
  span = &g_array_index (filled->spans, KefuPhraseSpan, index);
  piece = g_utf8_substring (filled->text, span->start, span->start + span->length);
  g_assert_cmpstr (piece, ==, text);
  g_assert_cmpint (span->blank, ==, blank);
}

static void
test_fill (void)
{
  g_autoptr (KefuOrderRecord) order = order_new ();
  g_autoptr (KefuCustomerRecord) customer = kefu_customer_record_new ();
  g_autoptr (KefuConversationRecord) conversation = kefu_conversation_record_new ();
  g_autoptr (KefuFilledPhrase) filled = NULL;
  KefuPhraseValues values = { customer, order, conversation, "小林", 1700000000000 };

  customer->name = g_strdup ("郑可欣");
  customer->level = g_strdup ("VIP2");
  conversation->shop = g_strdup ("半夏衣橱");
  filled = kefu_phrase_fill (
    "{customer.name}，我是{shop.name}的{agent.name}😀，{order.item}({order.number})实付{order.amount}，"
    "{order.courier} {order.tracking}，还差{还差多少}元",
    &values);
  g_assert_cmpstr (filled->text, ==,
                   "可欣，我是半夏衣橱的小林😀，晴山石英女表(7703305)实付¥568.00，顺丰 tracking number，还差还差多少元");
  g_assert_cmpuint (filled->n_filled, ==, 7);
  g_assert_cmpuint (filled->n_blanks, ==, 2);
  assert_span (filled, 0, "可欣", FALSE);
  assert_span (filled, 1, "半夏衣橱", FALSE);
  assert_span (filled, 3, "晴山石英女表", FALSE);
  assert_span (filled, 5, "¥568.00", FALSE);
  assert_span (filled, 7, "tracking number", TRUE);
  assert_span (filled, 8, "还差多少", TRUE);
}

static void
test_fill_without_values (void)
{
  KefuPhraseValues nothing = { .now = 1700000000000 };
  g_autoptr (KefuFilledPhrase) filled =
    kefu_phrase_fill ("{customer.name}{customer.level}{order.item}{shop.name}{agent.name}", &nothing);

  g_assert_cmpuint (filled->n_blanks, ==, 5);
  g_assert_cmpuint (filled->n_filled, ==, 0);
  assert_span (filled, 0, "name", TRUE);
}

static void
assert_called (const char *name, const char *expected)
{
  g_autoptr (KefuCustomerRecord) customer = kefu_customer_record_new ();
  KefuPhraseValues values = { .customer = customer };
  g_autoptr (KefuFilledPhrase) filled = NULL;

  customer->name = g_strdup (name);
  filled = kefu_phrase_fill ("{customer.name}", &values);
  g_assert_cmpstr (filled->text, ==, expected);
}

static void
test_names (void)
{
  assert_called ("郑可欣", "可欣");
  assert_called ("沈若溪", "若溪");
  /* two characters, four, a double surname, a nickname, a foreigner: as they are */
  assert_called ("李雷", "李雷");
  assert_called ("欧阳若溪", "欧阳若溪");
  assert_called ("欧阳明", "欧阳明");
  assert_called ("小可爱", "小可爱");
  assert_called ("Olivia Chen", "Olivia Chen");
  assert_called ("若溪不吃辣", "若溪不吃辣");
  /* nobody is called by a number */
  assert_called ("150****8832", "name");
  assert_called ("", "name");
}

static void
assert_filled (const char *body, const char *expected, guint n_spans)
{
  KefuPhraseValues values = { .agent_name = "小林", .now = 1700000000000 };
  g_autoptr (KefuFilledPhrase) filled = kefu_phrase_fill (body, &values);

  g_assert_cmpstr (filled->text, ==, expected);
  g_assert_cmpuint (filled->spans->len, ==, n_spans);
}

static void
test_dates (void)
{
  /* 15 November 2023, 06:13:20 in Shanghai */
  assert_filled ("今天是{date}，{date+3}前到，现在{time}", "今天是11 月 15 日，11 月 18 日前到，现在06:13", 3);
  assert_filled ("It will arrive by {date+20}.", "It will arrive by 5 December.", 1);
  assert_filled ("{date+}{date+x}", "date+date+x", 2);
}

static void
test_braces (void)
{
  assert_filled ("{{agent.name}}", "{agent.name}", 0);
  assert_filled ("a { b } c", "a b c", 1);
  assert_filled ("{没有收尾", "{没有收尾", 0);
  assert_filled ("{一行\n两行}", "{一行\n两行}", 0);
  assert_filled ("{外{agent.name}", "{外小林", 1);
  assert_filled ("{}{ }", "{}{ }", 0);
  assert_filled ("{ agent.name }", "小林", 1);
  assert_filled ("", "", 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phrases/code-comes-first-then-use", test_by_code);
  g_test_add_func ("/phrases/found-by-words-of-title-group-and-text", test_by_words);
  g_test_add_func ("/phrases/found-by-pinyin-from-a-syllable-on", test_by_pinyin);
  g_test_add_func ("/phrases/found-by-initials-and-mixed", test_by_initials_and_mixed);
  g_test_add_func ("/phrases/words-before-spelling-before-initials", test_spelled_before_initials);
  g_test_add_func ("/phrases/all-words-must-be-found", test_several_words);
  g_test_add_func ("/phrases/compared-folded", test_folding);
  g_test_add_func ("/phrases/empty-query-gives-the-most-used", test_empty_query);
  g_test_add_func ("/phrases/unspelled-phrase-is-found-by-its-words", test_not_yet_spelled);
  g_test_add_func ("/phrases/every-way-of-typing", test_every_way_of_typing);
  g_test_add_func ("/phrases/limit-keeps-the-best", test_limit_keeps_the_best);
  g_test_add_func ("/phrases/ten-thousand-between-two-keys", test_speed);
  g_test_add_func ("/phrases/follows-the-store", test_follows_the_store);
  g_test_add_func ("/phrases/ends-while-it-reads", test_ends_while_it_reads);
  g_test_add_func ("/fill/variables-become-text-and-blanks", test_fill);
  g_test_add_func ("/fill/without-values-all-are-blanks", test_fill_without_values);
  g_test_add_func ("/fill/customer-is-called-as-people-are", test_names);
  g_test_add_func ("/fill/dates-are-in-the-phrases-language", test_dates);
  g_test_add_func ("/fill/braces-that-are-only-braces", test_braces);
  return g_test_run ();
}
