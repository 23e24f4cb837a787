/* SPDX-License-Identifier: GPL-3.0-or-later
 * The phrase picker: from a keystroke to the list, with 10,000 phrases. */
#include "config.h"

#include "bench-row.h"
#include "bench-ui.h"
#include "kefu-phrase-picker.h"

#define FULL 10000
#define SHORT 2000

/* What phrases are made of. */
static const char *const subjects[] = { "发货时间", "退款说明", "包邮规则", "换货流程", "发票抬头", "优惠券",
                                        "物流查询", "保修政策", "预售说明", "尺寸建议", "材质说明", "防水等级",
                                        "催付提醒", "到货通知", "活动规则", "会员权益", "改地址",   "补差价",
                                        "催发货",   "验货提醒", "电池更换", "表带拆卸", "礼盒包装", "刻字服务" };
static const char *const tones[] = { "简短", "正式", "安抚", "热情", "夜间", "大促", "新客", "老客", "企业", "海外" };
static const char *const bodies[] = { "亲，{customer.name} 您好，订单 {order.number} 已经安排，顺丰发出后 [时间] 内到",
                                      "您反馈的情况我已登记，预计 {date+1} 前回复，请留意消息",
                                      "满 99 元全国包邮，偏远地区补 [金额] 元运费，谢谢理解" };
/* What agents type, letter by letter. */
static const char *const typed[] = { "by",   "baoyou", "包邮",     "fhsj", "tuikuan", "dianchi genghuan",
                                     "a1b2", "cfh",    "shunfeng", "防水", "zzz",     "dabiao" };

static void
fill (BenchSession *desk, guint n)
{
  g_autoptr (GString) json = g_string_new ("[");

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (json,
                            "%s{\"kind\":\"phrase_group\",\"id\":\"g%u\",\"op\":\"put\",\"body\":{\"id\":\"g%u\","
                            "\"name\":\"%s\",\"sort\":%u,\"scope\":\"team\"}}",
                            i > 0 ? "," : "", i, i, subjects[i % G_N_ELEMENTS (subjects)], i);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (json,
                            ",{\"kind\":\"phrase\",\"id\":\"p%u\",\"op\":\"put\",\"body\":{\"id\":\"p%u\",\"group_id\":"
                            "\"g%u\",\"scope\":\"team\","
                            "\"code\":\"%c%u\",\"title\":\"%s · %s %u\",\"body\":\"%s\",\"sort\":%u}}",
                            i, i, i % 40, 'a' + (int) (i % 26), i, subjects[i % G_N_ELEMENTS (subjects)],
                            tones[i / 7 % G_N_ELEMENTS (tones)], i, bodies[i % G_N_ELEMENTS (bodies)], i);
  g_string_append_c (json, ']');
  {
    g_autoptr (GBytes) batch = bench_session_batch (desk, json->str);

    bench_session_apply (desk, batch);
  }
}

static KefuFilledPhrase *
fill_phrase (KefuPhraseRecord *phrase, gpointer user_data)
{
  KefuPhraseValues values = { .agent_name = "林小满", .now = 1718172300000 };

  return kefu_phrase_fill (phrase->body, &values);
}

typedef struct
{
  KefuPhrasePicker *picker;
  const char *query;
  double called_ms; /* of the main thread in the call itself, which waits for nobody */
} Keystroke;

static void
type (gpointer user_data)
{
  Keystroke *key = user_data;
  double start = bench_cpu ();

  kefu_phrase_picker_set_query (key->picker, key->query);
  key->called_ms = bench_cpu () - start;
}

int
main (int argc, char **argv)
{
  g_autofree char *dir = NULL;
  g_autoptr (GArray) lists = bench_samples_new ();
  g_autoptr (GArray) frames = bench_samples_new ();
  guint n, rounds;
  BenchSession *desk;
  KefuPhraseEngine *engine;
  GtkWidget *picker;
  GtkWindow *window;
  g_autofree char *note = NULL;

  bench_begin (&argc, &argv, "from a keystroke to the list of the phrase picker");
  kefu_ui_test_init (&argc, &argv);
  n = bench_is_short () ? SHORT : FULL;
  rounds = bench_is_short () ? 1 : 3;
  dir = bench_make_folder ();
  desk = bench_session_open (dir, "agent-lin", "林小满");
  fill (desk, n);
  engine = kefu_session_get_phrases (desk->session);
  while (kefu_phrase_engine_get_all (engine)->len < n)
    g_main_context_iteration (NULL, TRUE);

  picker = kefu_phrase_picker_new ();
  kefu_phrase_picker_set_engine (KEFU_PHRASE_PICKER (picker), engine, fill_phrase, NULL);
  window = kefu_ui_test_window (picker, 620, 400);
  for (guint round = 0; round <= rounds; round++)
    for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
      for (const char *p = typed[i]; *p != '\0'; p = g_utf8_next_char (p))
        {
          g_autofree char *query = g_strndup (typed[i], (gsize) (g_utf8_next_char (p) - typed[i]));
          Keystroke key = { KEFU_PHRASE_PICKER (picker), query, 0 };
          BenchCost cost = bench_act (window, type, NULL, &key);

          /* the first round warms the fonts */
          if (round == 0)
            continue;
          bench_samples_add (lists, key.called_ms);
          bench_samples_add (frames, cost.wall_ms);
        }
  note = g_strdup_printf ("%u phrases; painted p95 %.1f ms", n, bench_samples_percentile (frames, 0.95));
  bench_row (&(BenchRow){
    .what = "phrase picker, keystroke to list, p95",
    .unit = "ms",
    .ours = bench_samples_percentile (lists, 0.95),
    .max_ours = 4,
    .note = note,
  });
  gtk_window_destroy (window);
  bench_session_close (desk);
  return bench_end ();
}
