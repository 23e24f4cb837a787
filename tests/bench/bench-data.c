/* SPDX-License-Identifier: GPL-3.0-or-later
 * Makes the desk of the data set: what the server of bench-data SERVER_DIR has comes into the store in DESK_DIR as the feed brings it. */
#include "config.h"

#include <json-glib/json-glib.h>
#include <locale.h>

#include "bench-feed-source.h"
#include "bench-row.h"
#include "kefu-store.h"

static gboolean
all_names_are_spelled (gpointer db)
{
  return kefu_db_int (db, 0, "SELECT EXISTS (SELECT 1 FROM name_todo)", "") == 0;
}

/* Names are spelled in idle time; the data is whole when none is left. */
static void
wait_for_names (const char *desk_dir)
{
  g_autofree char *path = g_build_filename (desk_dir, "cache.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);

  bench_check (error);
  bench_wait_until (all_names_are_spelled, db, 20, 0);
}

static void
fill (KefuStore *store, BenchFeedSource *source)
{
  g_autoptr (GError) error = NULL;
  GBytes *batch;

  while ((batch = bench_feed_source_next (source, &error)) != NULL)
    {
      GAsyncResult *applied = NULL;
      KefuBatchResult result;

      kefu_store_apply_batch_async (store, batch, NULL, bench_ready_cb, &applied);
      kefu_store_apply_batch_finish (store, bench_wait (&applied), &result, &error);
      bench_check (error);
      g_assert_true (result.applied);
      g_object_unref (applied);
      g_bytes_unref (batch);
    }
  bench_check (error);
}

int
main (int argc, char **argv)
{
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autoptr (BenchFeedSource) source = NULL;
  g_autoptr (JsonObject) about = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  GAsyncResult *opened = NULL;
  KefuStore *store;

  setlocale (LC_ALL, "");
  if (argc != 3)
    {
      g_printerr ("bench-data SERVER_DIR DESK_DIR\n");
      return 2;
    }
  source = bench_feed_source_new (argv[1], "lin", &error);
  bench_check (error);
  kefu_store_open_async (argv[2], clock, bench_feed_source_get_agent_id (source), KEFU_STORE_DEFAULT, NULL,
                         bench_ready_cb, &opened);
  store = kefu_store_open_finish (bench_wait (&opened), &error);
  bench_check (error);
  g_object_unref (opened);
  fill (store, source);
  wait_for_names (argv[2]);
  kefu_store_close (store);
  g_object_unref (store);

  json_object_set_string_member (about, "login", "lin");
  json_object_set_string_member (about, "agent_id", bench_feed_source_get_agent_id (source));
  json_object_set_string_member (about, "agent_name", bench_feed_source_get_agent_name (source));
  json_object_set_int_member (about, "conversations", bench_feed_source_count (source, "conversation"));
  json_object_set_int_member (about, "messages", bench_feed_source_count (source, "message"));
  node = json_node_init_object (json_node_alloc (), about);
  json = json_to_string (node, TRUE);
  g_print ("%s\n", json);
  return 0;
}
