/* SPDX-License-Identifier: GPL-3.0-or-later
 * Figures of the store and the phrase engine, each beside a baseline measured in the same run. */
#include "config.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "kefu-entity.h"
#include "kefu-id.h"
#include "kefu-store.h"

#define BATCH 1000

/* Pieces of talk; a message is three of them, so that two-character words are neither rare nor everywhere. */
static const char *pieces[] = {
  "您好在吗",     "我的手表到哪了", "能不能包邮", "发顺丰可以吗", "表带想换雾蓝色", "尺码偏大吗",
  "今天能发货吗", "想退货怎么退",   "运费谁出",   "可以送礼品吗", "地址写错了",     "发票开公司抬头",
  "流量扣多了",   "套餐怎么改",     "宽带又断了", "谢谢您",       "质量真不错",     "颜色有点差",
  "电池能用多久", "防水多少米",     "换货要几天", "优惠券用不了", "什么时候补货",   "订单号发您了",
};

typedef struct
{
  const char *what;
  const char *unit;
  double ours;
  double baseline;
  double ratio;
  const char *goal;
  gboolean good;
} Row;

static GArray *rows;
static guint n_messages = 100000;

static void
add_row (const char *what,
         const char *unit,
         double ours,
         double baseline,
         double ratio,
         const char *goal,
         gboolean good)
{
  Row row = { what, unit, ours, baseline, ratio, goal, good };

  g_array_append_val (rows, row);
}

static double
now_s (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

static char *
make_text (guint i)
{
  guint32 x = i * 2654435761u;

  return g_strdup_printf ("%s，%s，%s%u", pieces[x % G_N_ELEMENTS (pieces)], pieces[(x >> 8) % G_N_ELEMENTS (pieces)],
                          pieces[(x >> 16) % G_N_ELEMENTS (pieces)], i % 1000);
}

/* Answers of async calls land here. */
typedef struct
{
  GAsyncResult *result;
} Wait;

static void
wait_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->result = g_object_ref (result);
}

static GAsyncResult *
wait_result (Wait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return wait->result;
}

static void
check (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static GBytes *
make_batch (guint from, guint n, const char *conversation_id, gint64 seq)
{
  g_autoptr (GString) json = g_string_sized_new (n * 400);

  g_string_append_printf (json,
                          "{\"epoch\":\"e\",\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT
                          ",\"more\":true,\"changes\":[",
                          seq, seq + n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = kefu_id_new (1700000000000 + from + i);
      g_autofree char *text = make_text (from + i);

      g_string_append_printf (json,
                              "%s{\"seq\":%" G_GINT64_FORMAT
                              ",\"kind\":\"message\",\"id\":\"%s\",\"op\":\"put\",\"body\":{\"kind\":\"text\","
                              "\"id\":\"%s\",\"rev\":%" G_GINT64_FORMAT
                              ",\"conversation_id\":\"%s\",\"mseq\":%u,\"dir\":\"in\",\"body\":\"%s\","
                              "\"in_no\":%u,\"sent_at\":%" G_GINT64_FORMAT "}}",
                              i > 0 ? "," : "", seq + i + 1, id, id, seq + i + 1, conversation_id, from + i + 1, text,
                              from + i + 1, (gint64) 1700000000000 + from + i);
    }
  g_string_append (json, "]}");
  return g_string_free_to_bytes (g_steal_pointer (&json));
}

/* The same rows by one prepared INSERT into the same table, with the same index and triggers, and nothing else. */
static double
baseline_feed (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_WRITE, &error);
  sqlite3_stmt *insert = NULL;
  double start;

  check (error);
  kefu_db_exec (db, "DELETE FROM message", &error);
  check (error);
  sqlite3_prepare_v2 (
    kefu_db_handle (db),
    "INSERT INTO message(id,rev,conversation_id,mseq,kind,dir,body,in_no,sent_at) VALUES(?,?,?,?,'text','in',?,?,?)",
    -1, &insert, NULL);
  start = now_s ();
  for (guint i = 0; i < n_messages; i += BATCH)
    {
      kefu_db_begin (db, &error);
      for (guint k = i; k < i + BATCH; k++)
        {
          g_autofree char *id = kefu_id_new (1700000000000 + k);
          g_autofree char *text = make_text (k);

          sqlite3_bind_text (insert, 1, id, -1, SQLITE_TRANSIENT);
          sqlite3_bind_int64 (insert, 2, k + 1);
          sqlite3_bind_text (insert, 3, "c", -1, SQLITE_STATIC);
          sqlite3_bind_int64 (insert, 4, k + 1);
          sqlite3_bind_text (insert, 5, text, -1, SQLITE_TRANSIENT);
          sqlite3_bind_int64 (insert, 6, k + 1);
          sqlite3_bind_int64 (insert, 7, (gint64) 1700000000000 + k);
          if (sqlite3_step (insert) != SQLITE_DONE)
            g_error ("%s", sqlite3_errmsg (kefu_db_handle (db)));
          sqlite3_reset (insert);
        }
      kefu_db_commit (db, &error);
      check (error);
    }
  sqlite3_finalize (insert);
  return n_messages / (now_s () - start);
}

static KefuStore *
open_store (const char *dir, KefuClock *clock)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { NULL };
  KefuStore *store;

  kefu_store_open_async (dir, clock, "agent", KEFU_STORE_DEFAULT, NULL, wait_cb, &wait);
  store = kefu_store_open_finish (wait_result (&wait), &error);
  check (error);
  g_object_unref (wait.result);
  return store;
}

static void
bench_feed (KefuStore *store, const char *dir)
{
  g_autoptr (GError) error = NULL;
  Wait reset = { NULL };
  double spent = 0;
  double ours, theirs;
  g_autofree char *other = g_build_filename (dir, "baseline", NULL);
  g_autofree char *path = g_build_filename (other, "cache.db", NULL);
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  KefuStore *empty;

  kefu_store_reset_cache_async (store, "e", NULL, wait_cb, &reset);
  kefu_store_reset_cache_finish (store, wait_result (&reset), &error);
  check (error);
  g_object_unref (reset.result);

  for (guint i = 0; i < n_messages; i += BATCH)
    {
      g_autoptr (GBytes) batch = make_batch (i, BATCH, "c", i);
      KefuBatchResult result;
      Wait wait = { NULL };
      double start = now_s ();

      kefu_store_apply_batch_async (store, batch, NULL, wait_cb, &wait);
      kefu_store_apply_batch_finish (store, wait_result (&wait), &result, &error);
      check (error);
      g_assert_true (result.applied);
      spent += now_s () - start;
      g_object_unref (wait.result);
    }
  ours = n_messages / spent;

  empty = open_store (other, clock);
  kefu_store_close (empty);
  g_object_unref (empty);
  theirs = baseline_feed (path);
  add_row ("applying the feed", "rows/s", ours, theirs, ours / theirs, ">= 0.70", ours / theirs >= 0.70);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
percentile (GArray *values, double share)
{
  g_array_sort (values, compare_doubles);
  return g_array_index (values, double, (guint) floor (share * (values->len - 1)));
}

static void
bench_search (KefuStore *store, const char *dir)
{
  static const char *queries[] = { "包邮", "顺丰", "雾蓝色", "电池能用", "退货", "宽带" };
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) theirs = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);
  double mine, like;

  check (error);
  for (guint round = 0; round < 5; round++)
    for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
      {
        g_autofree char *pattern = g_strdup_printf ("%%%s%%", queries[i]);
        g_autoptr (GPtrArray) hits = NULL;
        Wait wait = { NULL };
        double start = now_s ();
        double took;

        kefu_store_search_async (store, queries[i], 50, NULL, wait_cb, &wait);
        hits = kefu_store_list_finish (store, wait_result (&wait), &error);
        check (error);
        took = (now_s () - start) * 1000;
        g_object_unref (wait.result);
        g_assert_cmpuint (hits->len, >, 0);
        if (round > 0)
          g_array_append_val (ours, took);

        start = now_s ();
        kefu_db_int (db, 0, "SELECT count(*) FROM message WHERE body LIKE ?", "s", pattern);
        took = (now_s () - start) * 1000;
        if (round > 0)
          g_array_append_val (theirs, took);
      }
  mine = percentile (ours, 0.95);
  like = percentile (theirs, 0.95);
  add_row ("search, p95 (baseline: LIKE)", "ms", mine, like, like / mine, "faster", mine < like);
}

static void
bench_page (KefuStore *store, const char *dir)
{
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) theirs = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);
  double mine, bare;

  check (error);
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (GPtrArray) page = NULL;
      g_autoptr (KefuStmt) stmt = NULL;
      Wait wait = { NULL };
      double start = now_s ();
      double took;

      kefu_store_list_messages_async (store, "c", n_messages - round * 60, -1, 60, NULL, wait_cb, &wait);
      page = kefu_store_list_finish (store, wait_result (&wait), &error);
      check (error);
      took = (now_s () - start) * 1000;
      g_object_unref (wait.result);
      g_assert_cmpuint (page->len, ==, 60);
      g_array_append_val (ours, took);

      start = now_s ();
      stmt = kefu_db_query (db, &error,
                            "SELECT * FROM message WHERE conversation_id='c' AND mseq<? ORDER BY mseq DESC LIMIT 60",
                            "i", (gint64) (n_messages - round * 60));
      while (kefu_stmt_step (stmt, &error))
        g_free (g_strdup (kefu_stmt_text (stmt, 8)));
      check (error);
      took = (now_s () - start) * 1000;
      g_array_append_val (theirs, took);
    }
  mine = percentile (ours, 0.95);
  bare = percentile (theirs, 0.95);
  add_row ("a page of 60 messages, p95 (baseline: bare SELECT)", "ms", mine, bare, mine / bare, "shown", TRUE);
}

static void
print_rows (const char *json_path)
{
  g_autoptr (GString) json = g_string_new ("[");

  g_print ("%-52s %12s %12s %8s  %s\n", "what", "ours", "baseline", "ratio", "goal");
  for (guint i = 0; i < rows->len; i++)
    {
      Row *row = &g_array_index (rows, Row, i);

      g_print ("%-52s %12.2f %12.2f %8.2f  %s %s\n", row->what, row->ours, row->baseline, row->ratio, row->goal,
               row->good ? "" : "MISSED");
      g_string_append_printf (json,
                              "%s\n  {\"what\": \"%s\", \"unit\": \"%s\", \"ours\": %.3f, \"baseline\": %.3f, "
                              "\"ratio\": %.3f, \"goal\": \"%s\"}",
                              i > 0 ? "," : "", row->what, row->unit, row->ours, row->baseline, row->ratio, row->goal);
    }
  g_string_append (json, "\n]\n");
  g_file_set_contents (json_path, json->str, -1, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autofree char *dir = g_dir_make_tmp ("kefu-bench-XXXXXX", NULL);
  KefuStore *store;

  setlocale (LC_ALL, "");
  if (argc < 2)
    g_error ("bench-store OUT.json [MESSAGES]");
  if (argc > 2)
    n_messages = (guint) MAX (BATCH, atoi (argv[2]) / BATCH * BATCH);

  rows = g_array_new (FALSE, FALSE, sizeof (Row));
  store = open_store (dir, clock);
  g_print ("%u messages\n", n_messages);
  bench_feed (store, dir);
  bench_search (store, dir);
  bench_page (store, dir);
  kefu_store_close (store);
  g_object_unref (store);
  print_rows (argv[1]);
  return 0;
}
