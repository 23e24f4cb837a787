/* SPDX-License-Identifier: GPL-3.0-or-later
 * What everything else takes for granted: ids, clocks, backoff, text, pinyin, the worker. */
#include "config.h"

#include <string.h>

#include "kefu-backoff.h"
#include "kefu-clock.h"
#include "kefu-day.h"
#include "kefu-id.h"
#include "kefu-pinyin.h"
#include "kefu-text.h"
#include "kefu-worker.h"

static void
test_ids_ascend_and_carry_their_time (void)
{
  g_autofree char *last = NULL;

  for (int i = 0; i < 10000; i++)
    {
      g_autofree char *id = kefu_id_new (1700000000000);

      g_assert_true (kefu_id_is_valid (id));
      g_assert_cmpint (id[14], ==, '7');
      g_assert_nonnull (strchr ("89ab", id[19]));
      if (last == NULL)
        g_assert_true (g_str_has_prefix (id, "018bcfe5-6800-"));
      else
        g_assert_cmpstr (last, <, id);
      g_free (last);
      last = g_steal_pointer (&id);
    }
  g_assert_false (kefu_id_is_valid ("018bcfe568007000800000000000000a"));
  g_assert_false (kefu_id_is_valid (""));
  g_assert_false (kefu_id_is_valid (NULL));
}

static void
test_days_end_at_midnight_whatever_the_clocks_do (void)
{
  static const struct
  {
    const char *zone;
    int month;
    int day;
    gint64 begins;
    int hours;
  } days[] = {
    { "Europe/Berlin", 3, 29, 1774738800, 23 },   { "Europe/Berlin", 10, 25, 1792879200, 25 },
    { "America/New_York", 3, 8, 1772946000, 23 }, { "America/New_York", 11, 1, 1793505600, 25 },
    { "Asia/Shanghai", 3, 29, 1774713600, 24 },
  };
  g_autofree char *zone = g_strdup (g_getenv ("TZ"));

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      gint64 begins = days[i].begins * 1000;
      gint64 ends = begins + days[i].hours * 3600000;

      g_setenv ("TZ", days[i].zone, TRUE);
      g_assert_cmpint (kefu_date_at (2026, days[i].month, days[i].day, 0, 0), ==, begins);
      /* before the change, after it, and in the last second */
      g_assert_cmpint (kefu_day_at (begins, 1, 0, 0), ==, ends);
      g_assert_cmpint (kefu_day_at (begins + 12 * 3600000, 1, 0, 0), ==, ends);
      g_assert_cmpint (kefu_day_at (ends - 1, 1, 0, 0), ==, ends);
      g_assert_cmpint (kefu_day_at (ends - 1, 0, 0, 0), ==, begins);
      g_assert_cmpint (kefu_day_at (ends, -1, 0, 0), ==, begins);
      /* by the clock on the wall */
      g_assert_cmpint (kefu_day_at (begins, 0, 18, 30), ==, ends - (5 * 60 + 30) * 60000);
    }
  g_assert_cmpint (kefu_date_at (2026, 2, 30, 0, 0), ==, 0);
  if (zone != NULL)
    g_setenv ("TZ", zone, TRUE);
  else
    g_unsetenv ("TZ");
}

static void
append_cb (gpointer data)
{
  g_string_append_c (data, 'x');
}

static void
test_a_fake_clock_fires_when_it_is_time (void)
{
  g_autoptr (KefuClock) clock = kefu_fake_clock_new (1000);
  KefuFakeClock *fake = KEFU_FAKE_CLOCK (clock);
  g_autoptr (GString) log = g_string_new (NULL);
  guint id;

  kefu_clock_add_timeout (clock, 500, append_cb, log, NULL);
  id = kefu_clock_add_timeout (clock, 600, append_cb, log, NULL);
  g_assert_cmpint (kefu_fake_clock_next (fake), ==, 500);
  kefu_fake_clock_advance (fake, 499);
  g_assert_cmpstr (log->str, ==, "");
  kefu_fake_clock_advance (fake, 1);
  g_assert_cmpstr (log->str, ==, "x");
  kefu_clock_clear_timeout (clock, &id);
  kefu_fake_clock_advance (fake, 1000);
  g_assert_cmpstr (log->str, ==, "x");
  g_assert_cmpint (kefu_clock_now (clock), ==, 2500);
  g_assert_cmpint (kefu_fake_clock_next (fake), ==, -1);
}

static void
test_backoff_doubles_to_its_cap (void)
{
  KefuBackoff backoff;

  kefu_backoff_init (&backoff, 1000, 60000);
  for (guint i = 0, step = 1000; i < 40; i++, step = MIN (step * 2, 60000))
    {
      guint delay = kefu_backoff_next (&backoff);

      g_assert_cmpuint (delay, >=, step / 2);
      g_assert_cmpuint (delay, <=, step);
    }
  kefu_backoff_reset (&backoff);
  g_assert_cmpuint (kefu_backoff_next (&backoff), <=, 1000);
}

static void
assert_text (char *(*func) (const char *), const char *in, const char *expected)
{
  g_autofree char *out = func (in);

  g_assert_cmpstr (out, ==, expected);
}

static void
test_text_is_folded_for_comparison (void)
{
  assert_text (kefu_text_fold, "  ＡＢＣ　１２３\n\tx ", "abc 123 x");
  assert_text (kefu_text_fold, "退貨運費", "退货运费");
  assert_text (kefu_text_fold, "STRASSE ß", "strasse ss");
  assert_text (kefu_text_fold, "", "");
}

static void
test_what_is_private_is_masked (void)
{
  assert_text (kefu_text_mask_phone, "13912342746", "139 **** 2746");
  assert_text (kefu_text_mask_phone, "+86 139-1234-2746", "861 **** 2746");
  assert_text (kefu_text_mask_phone, "10086", "**** 86");
  assert_text (kefu_text_mask_phone, "", "");
  assert_text (kefu_text_mask_address, "浙江省杭州市西湖区文三路 90 号", "浙江省杭州市西湖区 ****");
  assert_text (kefu_text_mask_address, "21 Long Street, Manchester", "21 Long  ****");
  assert_text (kefu_text_mask_address, "", "");
  assert_text (kefu_text_mask_name, "15000008832", "150****8832");
  assert_text (kefu_text_mask_name, "+86 150-0000-8832", "861****8832");
  assert_text (kefu_text_mask_name, "沈若溪", "沈若溪");
  assert_text (kefu_text_mask_name, "shenrx_88", "shenrx_88");
  assert_text (kefu_text_mask_name, "10086", "10086");
  assert_text (kefu_text_mask_name, "", "");
}

static void
test_amounts_are_written_for_people (void)
{
  struct
  {
    gint64 minor;
    const char *currency;
    const char *text;
  } rows[] = {
    { 134800, "CNY", "¥1,348.00" }, { -5, "CNY", "−¥0.05" },    { 123456789, "USD", "$1,234,567.89" },
    { 500, "JPY", "¥500" },         { 100, "XTS", "XTS 1.00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = kefu_text_money (rows[i].minor, rows[i].currency);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_names_have_initials (void)
{
  assert_text (kefu_text_initials, "沈若溪", "沈");
  assert_text (kefu_text_initials, "Olivia Chen", "OC");
  assert_text (kefu_text_initials, "tomás rivera lópez", "TR");
  assert_text (kefu_text_initials, "150****8832", NULL);
}

static void
test_lines_are_cut_at_characters (void)
{
  g_autofree char *line = kefu_text_one_line (" 第一行\n第二行 ", 5);

  g_assert_cmpstr (line, ==, "第一行 第");
}

static void
test_han_is_found_by_pinyin (void)
{
  struct
  {
    const char *text;
    const char *full;
    const char *initials;
  } rows[] = {
    { "包邮", "bao you", "by" },
    { "满额包邮说明", "man e bao you shuo ming", "mebysm" },
    { "A1 款,退換貨", "a1 kuan tui huan huo", "a1kthh" },
    { "重新发货", "chong xin fa huo", "cxfh" },
    { "Size guide", "size guide", "sizeguide" },
    { "", "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *full = NULL;
      g_autofree char *initials = NULL;

      kefu_pinyin (rows[i].text, &full, &initials);
      g_assert_cmpstr (full, ==, rows[i].full);
      g_assert_cmpstr (initials, ==, rows[i].initials);
    }
}

typedef struct
{
  KefuWorker *worker;
  GMutex gate;
  GString *log;
  guint done;
} WorkerTest;

static void
gate_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WorkerTest *test = data;

  g_assert_true (kefu_worker_is_here (test->worker));
  g_mutex_lock (&test->gate);
  g_mutex_unlock (&test->gate);
  g_task_return_boolean (task, TRUE);
}

static void
log_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WorkerTest *test = data;

  g_string_append (test->log, g_task_get_name (task));
  g_task_return_boolean (task, TRUE);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  WorkerTest *test = data;

  g_assert_false (kefu_worker_is_here (test->worker));
  test->done++;
}

static void
push (WorkerTest *test, const char *name, int priority, KefuWorkerFunc func, GCancellable *cancellable)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done_cb, test);

  g_task_set_name (task, name);
  g_task_set_task_data (task, test, NULL);
  kefu_worker_push (test->worker, task, priority, func);
}

static void
test_a_worker_does_the_urgent_first (void)
{
  WorkerTest test = { .worker = kefu_worker_new ("test"), .log = g_string_new (NULL) };
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_mutex_init (&test.gate);
  g_mutex_lock (&test.gate);
  push (&test, "gate", KEFU_WORKER_URGENT, gate_job, NULL);
  push (&test, "d", KEFU_WORKER_IDLE, log_job, NULL);
  push (&test, "b", KEFU_WORKER_NORMAL, log_job, NULL);
  push (&test, "c", KEFU_WORKER_NORMAL, log_job, NULL);
  push (&test, "a", KEFU_WORKER_URGENT, log_job, NULL);
  push (&test, "never", KEFU_WORKER_NORMAL, log_job, cancelled);
  g_cancellable_cancel (cancelled);
  g_mutex_unlock (&test.gate);
  kefu_worker_stop (test.worker);
  g_assert_cmpstr (test.log->str, ==, "abcd");

  push (&test, "late", KEFU_WORKER_URGENT, log_job, NULL);
  while (test.done < 7)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (test.log->str, ==, "abcd");

  g_string_free (test.log, TRUE);
  g_assert_finalize_object (test.worker);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/ids-ascend-and-carry-their-time", test_ids_ascend_and_carry_their_time);
  g_test_add_func ("/base/a-fake-clock-fires-when-it-is-time", test_a_fake_clock_fires_when_it_is_time);
  g_test_add_func ("/base/backoff-doubles-to-its-cap", test_backoff_doubles_to_its_cap);
  g_test_add_func ("/base/text-is-folded-for-comparison", test_text_is_folded_for_comparison);
  g_test_add_func ("/base/what-is-private-is-masked", test_what_is_private_is_masked);
  g_test_add_func ("/base/amounts-are-written-for-people", test_amounts_are_written_for_people);
  g_test_add_func ("/base/names-have-initials", test_names_have_initials);
  g_test_add_func ("/base/lines-are-cut-at-characters", test_lines_are_cut_at_characters);
  g_test_add_func ("/base/han-is-found-by-pinyin", test_han_is_found_by_pinyin);
  g_test_add_func ("/base/days-end-at-midnight-whatever-the-clocks-do",
                   test_days_end_at_midnight_whatever_the_clocks_do);
  g_test_add_func ("/base/a-worker-does-the-urgent-first", test_a_worker_does_the_urgent_first);
  return g_test_run ();
}
