/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message promises: kind, title and due time of a checklist item. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-checklist-rules.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kefu-due-time.h"
#include "kefu-text.h"

#define MAX_TITLE_CHARS 30

/* In front of a promise, these make it none: "不送", "不能改地址". Not "要不送我一条", "能不能送", "可不可以". */
#define NOT "(?<!(?<!要)不|没|没有|无法|(?<!能)不能|(?<!可)不可以|不用|不支持|不会|无理由)"
#define COURIERS "(?:顺丰|中通|圆通|申通|韵达|极兔|京东|EMS|邮政|德邦|菜鸟|丹鸟|百世)(?:特快|标快|速运|快递|物流)?"
#define PLACES "(?:公司|单位|学校|宿舍|家|驿站|前台|老家|小区|地址|[路街号楼省市区县镇村])"
#define EN_COURIERS "(?:SF(?: Express)?|DHL|FedEx|UPS|EMS|USPS)"

/* How a title is made of the clause that a rule matched. */
typedef enum
{
  TITLE_WHAT,   /* `title` and what the group "what" holds */
  TITLE_MATCH,  /* from the match to the end of the clause */
  TITLE_CLAUSE, /* the whole clause */
  TITLE_FIXED,  /* `title` */
} TitleMode;

/* In one clause the first rule that matches wins: the particular before the general. Titles are in the words of the message, so the
 * Chinese ones are not for translation. */
static const struct
{
  const char *kind;
  TitleMode mode;
  const char *title;
  const char *pattern;
} rules[] = {
  { "resend", TITLE_MATCH, NULL, NOT "(?:补发|补寄|重新?发|重新?寄|再[发寄](?=[您你我一])|换货|换新)" },
  { "resend", TITLE_CLAUSE, NULL, "(?<!不会)(?:[漏少](?:发|寄|装)了?)" },
  { "gift", TITLE_WHAT, "送",
    NOT "(?<![派配寄发运推转输直急赶放目])(?:赠送|附送|[加多再]送|送|附赠|赠)"
        "(?!品|货|到|达|人|礼(?![品物盒])|修|检|回|来|往|去|上|他|她|爸|妈|父|母|朋友|老|男|女|同事|孩|长辈|领导|完|出|"
        "至|件|错|的|不|没|吗|在)"
        "(?:给)?(?<what>.+)" },
  { "gift", TITLE_WHAT, "送",
    NOT "(?:申请|准备|附上?|加|放|备)了?(?:您|你)?(?<what>[^加放备]{0,4}(?:小礼[品物]|礼[品物]|赠品|小样|试用装).*)" },
  { "price", TITLE_MATCH, NULL, NOT "(?:[退补返]\\p{Han}{0,4}差价|差价)" },
  { "refund", TITLE_MATCH, NULL,
    NOT "(?:仅?退款|退钱|退货|退回|全额退|退(?:全款|运费|邮费)|退[您你我]?\\s*[¥￥]?\\s*\\d+(?:\\.\\d+)?\\s*[元块])" },
  { "price", TITLE_MATCH, NULL,
    NOT "(?:改价|改一?下?(?:运费|价格?)|优惠|便宜|减免|免(?:掉|了)?(?:运费|邮费?)|包邮|抹掉?个?零|打\\s*[\\d."
        "一二三四五六七八九]+\\s*折"
        "|返现|降价|红包|[少减返降让][您你]?\\s*[¥￥]?\\s*\\d+(?:\\.\\d+)?\\s*[元块])" },
  { "address", TITLE_WHAT, "改到", NOT "改(?:到|寄到?|送到|成寄到?)(?<what>.*" PLACES ".*)" },
  { "address", TITLE_FIXED, "改地址",
    NOT "(?:[改换]一?下?个?(?:收货|收件|寄送|送货)?地址|地址.{0,6}(?:[改换]|[写填]错|错了|不对|变了))" },
  { "address", TITLE_MATCH, NULL,
    NOT "(?:改一?下?(?:收货|收件)?(?:人|电话|手机)|收[货件]人.{0,6}[写填改]错?|[寄送发]到[^了]{1,10}" PLACES ")" },
  { "courier", TITLE_WHAT, "发",
    NOT "(?:[改换指]?定?[发走用寄要成]|换|改|安排)\\s*(?:成|为|用)?(?<what>" COURIERS ")" },
  { "courier", TITLE_WHAT, "发", "(?=.*(?:改|换|要|能|可以|麻烦|请))(?<!不).*?(?<what>" COURIERS ")" },
  { "variant", TITLE_MATCH, NULL, NOT "(?:[改换](?:成|为|发)?|要)\\s*(?:[A-Z]{1,4}|\\d{2,3}|[大小中]一?)\\s*[码号]" },
  { "variant", TITLE_MATCH, NULL,
    NOT "(?:[改换](?:成|为|发)?)\\s*(?:[^,。]{0,14}?)(?:颜色|尺码|尺寸|码数|款|规格|型号|表带|色)" },
  { "callback", TITLE_MATCH, NULL, NOT "(?:回访|到货(?:通知|提醒))" },
  { "callback", TITLE_FIXED, "回电话",
    NOT "(?:回.{0,2}电话?|给[您你我].{0,6}电话|[打拨].{0,3}[您你我].{0,6}电话|电话联系|致电|回拨)" },
  { "callback", TITLE_FIXED, "回复客户",
    NOT "(?:(?:联系|通知|回复|答复)[您你我]|回[您你我]|给[您你我].{0,6}(?:答复|回复|消息|结果|准信))" },
  { "remark", TITLE_CLAUSE, NULL,
    NOT "(?:备注|留言|登记|记下|卡片|贺卡|插旗|发票|开票|礼盒|发出|发货|寄出|发走|加急|加固)" },
  /* English */
  { "resend", TITLE_MATCH, NULL,
    "\\b(?:re-?send|reship|replacement|send (?:you |me )?(?:another|a new|the missing)|missing "
    "(?:item|part|piece))\\b" },
  { "gift", TITLE_MATCH, NULL,
    "\\b(?:(?:add|include|send|throw in|put in|enclose)(?: you| in)? (?:an? |one |some )?(?:small |little "
    ")?(?:free|extra|spare|gift)\\b|free gift)" },
  { "price", TITLE_MATCH, NULL,
    "\\b(?:price difference|discount|coupon|free shipping|\\d+ ?% off|(?:[$€£]\\s?)\\d+(?:\\.\\d+)? off)" },
  { "refund", TITLE_MATCH, NULL, "(?<!no )\\brefund(?:s|ed)?\\b" },
  { "address", TITLE_FIXED, "Change the address",
    "\\b(?:(?:change|update|correct|new|wrong)\\b[^.]{0,24}\\baddress|address\\b[^.]{0,16}\\b(?:wrong|changed|"
    "incorrect))\\b" },
  { "courier", TITLE_WHAT, "Ship with ",
    "\\b(?:ship|send|use|via|with|by)\\b[^.]{0,20}?\\b(?<what>" EN_COURIERS ")\\b" },
  { "variant", TITLE_MATCH, NULL,
    "\\b(?:change|switch|swap|exchange)\\b[^.]{0,24}\\b(?:size|colou?r|model|[smlx]{1,3})\\b" },
  { "callback", TITLE_FIXED, "Call back", "\\b(?:call|ring|phone)(?: you| me)?(?: back)?\\b(?! it)" },
  { "callback", TITLE_FIXED, "Get back to the customer",
    "\\b(?:get|come|write|be) back\\b|\\bfollow up\\b|\\blet you know\\b|\\breturn within\\b" },
  { "remark", TITLE_CLAUSE, NULL, "\\b(?:note|invoice|gift wrap|card|ship(?:s|ped)?|dispatch(?:ed)?)\\b" },
};

static const struct
{
  const char *kind;
  const char *icon;
  const char *name;
} kinds[] = {
  { "gift", "kefu-gift-symbolic", NC_ ("checklist", "Gift") },
  { "courier", "kefu-truck-symbolic", NC_ ("checklist", "Courier") },
  { "variant", "kefu-swap-symbolic", NC_ ("checklist", "Colour or size") },
  { "price", "kefu-yuan-symbolic", NC_ ("checklist", "Price") },
  { "address", "kefu-pin-symbolic", NC_ ("checklist", "Address") },
  { "refund", "kefu-refund-symbolic", NC_ ("checklist", "Refund") },
  { "resend", "kefu-orders-symbolic", NC_ ("checklist", "Resend") },
  { "callback", "kefu-callback-symbolic", NC_ ("checklist", "Call back") },
  { "remark", "kefu-flag-symbolic", NC_ ("checklist", "Remark") },
};

typedef enum
{
  CLEAN_HEAD,
  CLEAN_MIDDLE,
  CLEAN_TAIL,
  SPLIT,
  N_CLEANERS
} Cleaner;

static const char *const cleaners[N_CLEANERS] = {
  /* what is said before the thing itself */
  "^(?:亲亲?[,~ "
  "]*|亲爱的|好的?|没问题|可以的?|行|嗯+|那么?|就|再|也|都|还|另外|对了|麻烦|请|帮忙?[您你我]?|给[您你我]|我们?|咱们?|"
  "这边|会|马上|立刻|稍后"
  "|尽快|能不能|可不可以|能否|能|想|需要|单独|一起|顺便|替[您你]|把|安排|申请|[您你我]的?|\\s"
  "|(?:ok(?:ay)?|sure|yes|please|and|also|then|but|so|i|we|you|it|(?:i|we)['’](?:ll|d)|will|shall|would|can|could|"
  "going to|let me"
  "|let us|like|to)\\b[, ]*)+",
  "(?:为|给|帮|替)?(?:亲|(?<![若])您|你)(?:的)?(?![们家好])|\\s*\\b(?:to you|for you|you|me)\\b|(?<=改)发(?=成)",
  "(?:[哦噢啦哈呀呢嘛哟咯啊吧吗了的哒~.,!?。\\s]|可以吗|行吗|好吗|好不好|行不行|可以不|谢谢|拜托|麻烦|一下|前|之前"
  "|\\b(?:please|thanks|thank you))+$",
  /* not the comma of "1,348" nor the point of "9.9" */
  "(?:(?<!\\d),|,(?!\\d)|[。!?;…、~\\n]|\\.(?=\\s|$))+",
};

static GRegex *rule_regexes[G_N_ELEMENTS (rules)];
static GRegex *cleaner_regexes[N_CLEANERS];

static GRegex *
compile (const char *pattern)
{
  g_autoptr (GError) error = NULL;
  GRegex *regex = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &error);

  if (regex == NULL)
    g_error ("Wrong expression: %s", error->message);
  return regex;
}

static void
compile_all (void)
{
  static gsize once;

  if (!g_once_init_enter (&once))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    rule_regexes[i] = compile (rules[i].pattern);
  for (guint i = 0; i < N_CLEANERS; i++)
    cleaner_regexes[i] = compile (cleaners[i]);
  g_once_init_leave (&once, 1);
}

/* (transfer full): @text without what @cleaner knows. */
static char *
clean (Cleaner cleaner, const char *text)
{
  char *result = g_regex_replace_literal (cleaner_regexes[cleaner], text, -1, 0, "", 0, NULL);

  return result != NULL ? result : g_strdup (text);
}

/* (transfer full): a title without address, politeness and particles: "您一颗电池哦～" → "一颗电池". */
static char *
make_title (const char *text)
{
  g_autofree char *tail = clean (CLEAN_TAIL, text);
  g_autofree char *head = clean (CLEAN_HEAD, tail);
  g_autofree char *middle = clean (CLEAN_MIDDLE, head);
  g_autofree char *again = clean (CLEAN_TAIL, middle);

  return kefu_text_one_line (again, MAX_TITLE_CHARS);
}

/* (transfer full): in English with a capital letter at the front. */
static char *
capitalize (const char *text)
{
  char *title = g_strdup (text);

  if (*title != '\0')
    *title = g_ascii_toupper (*title);
  return title;
}

/* (transfer full) (nullable): the title that rule @index gives @clause, NULL if it does not match. */
static char *
apply_rule (guint index, const char *clause)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *what = NULL;
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;
  int start;

  if (!g_regex_match (rule_regexes[index], clause, 0, &match))
    return NULL;
  g_match_info_fetch_pos (match, 0, &start, NULL);
  switch (rules[index].mode)
    {
    case TITLE_FIXED:
      return g_strdup (rules[index].title);
    case TITLE_WHAT:
      what = g_match_info_fetch_named (match, "what");
      text = make_title (what != NULL ? what : "");
      /* "送" of nothing is no gift */
      return *text != '\0' ? g_strconcat (rules[index].title, text, NULL) : NULL;
    case TITLE_MATCH:
      title = make_title (clause + start);
      break;
    case TITLE_CLAUSE:
    default:
      title = make_title (clause);
      break;
    }
  return capitalize (*title != '\0' ? title : clause);
}

/* The clauses of @text without the words of its due time, which would only stand in the way. */
static char **
split_clauses (const char *text, int due_start, int due_end)
{
  g_autoptr (GString) rest = g_string_new (text);

  g_string_erase (rest, due_start, due_end - due_start);
  return g_regex_split (cleaner_regexes[SPLIT], rest->str, 0);
}

/* Finds the first clause that a rule knows; @remarks: looks for remarks, which give way to anything more definite, however late. */
static gboolean
find_kind (char **clauses, gboolean remarks, KefuChecklistProposal *proposal)
{
  for (guint i = 0; clauses[i] != NULL; i++)
    for (guint rule = 0; rule < G_N_ELEMENTS (rules); rule++)
      {
        char *title;

        if (remarks != (strcmp (rules[rule].kind, "remark") == 0))
          continue;
        title = apply_rule (rule, clauses[i]);
        if (title == NULL)
          continue;
        proposal->kind = rules[rule].kind;
        proposal->title = title;
        return TRUE;
      }
  return FALSE;
}

KefuChecklistProposal *
kefu_checklist_propose (const char *text, gint64 now_ms)
{
  g_autoptr (KefuChecklistProposal) proposal = g_new0 (KefuChecklistProposal, 1);
  g_autofree char *normal = NULL;
  g_auto (GStrv) clauses = NULL;
  int due_start = 0;
  int due_end = 0;

  g_return_val_if_fail (text != NULL, NULL);

  compile_all ();
  normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  if (normal == NULL)
    normal = g_utf8_make_valid (text, -1);
  proposal->due_at = kefu_due_time_find (normal, now_ms, &due_start, &due_end);
  clauses = split_clauses (normal, due_start, due_end);
  if (!find_kind (clauses, FALSE, proposal) && !find_kind (clauses, TRUE, proposal))
    proposal->kind = "remark";
  /* Of "明天发出" little would be left: the time belongs to it. */
  if (proposal->title == NULL || (strcmp (proposal->kind, "remark") == 0 && g_utf8_strlen (proposal->title, -1) < 4))
    {
      g_free (proposal->title);
      proposal->title = kefu_text_one_line (text, MAX_TITLE_CHARS);
    }
  if (*proposal->title == '\0')
    {
      g_free (proposal->title);
      proposal->title = g_strdup (kefu_checklist_kind_name (proposal->kind));
    }
  return g_steal_pointer (&proposal);
}

void
kefu_checklist_proposal_free (KefuChecklistProposal *self)
{
  g_free (self->title);
  g_free (self);
}

const char *
kefu_checklist_kind_icon (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].kind, kind) == 0)
      return kinds[i].icon;
  return "kefu-check-symbolic";
}

const char *
kefu_checklist_kind_name (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].kind, kind) == 0)
      return g_dpgettext2 (NULL, "checklist", kinds[i].name);
  return _ ("Other");
}

const char *const *
kefu_checklist_kinds (void)
{
  static const char *const names[] = { "gift",   "courier", "variant",  "price",  "address",
                                       "refund", "resend",  "callback", "remark", NULL };

  return names;
}
