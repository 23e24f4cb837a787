/* SPDX-License-Identifier: GPL-3.0-or-later
 * The memory after a long day: thousands of switches between conversations and tens of thousands of messages in; beside the same after the morning. */
#include "config.h"

#include <malloc.h>
#include <string.h>

#include "bench-workspace.h"
#include "kefu-db.h"
#include "kefu-id.h"

#define BATCH 50

/* Proportional set size of this process, MB. */
static double
memory (void)
{
  g_autofree char *text = NULL;
  const char *line;

  /* what is free but not given back yet depends on what happened to lie above it */
  malloc_trim (0);
  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL) || (line = strstr (text, "\nPss:")) == NULL)
    return 0;
  return g_ascii_strtod (line + strlen ("\nPss:"), NULL) / 1024;
}

/* (transfer full): conversations of all views and lengths. */
static GPtrArray *
read_ids (KefuDb *db, guint n)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (db, &error, "SELECT id FROM conversation ORDER BY last_at DESC LIMIT ?", "i", (gint64) n);

  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    g_ptr_array_add (ids, g_strdup (kefu_stmt_text (stmt, 0)));
  bench_check (error);
  return ids;
}

static void
switch_times (BenchWorkspace *workspace, GPtrArray *ids, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      kefu_workspace_view_open (workspace->view, g_ptr_array_index (ids, i % ids->len), NULL);
      /* the frame with the new title, and the one with the messages */
      bench_workspace_wait_paint (workspace, 300);
      bench_workspace_wait_paint (workspace, 60);
    }
}

/* What one customer after the other writes, as the stream brings it. */
static GBytes *
make_batch (GPtrArray *ids, gint64 seq, guint first)
{
  g_autoptr (GString) json = g_string_sized_new (BATCH * 400);

  g_string_append_printf (json, "{\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"changes\":[", seq,
                          seq + BATCH);
  for (guint i = 0; i < BATCH; i++)
    {
      guint n = first + i;
      gint64 now = g_get_real_time () / 1000;
      char *id = kefu_id_new (now);

      g_string_append_printf (json,
                              "%s{\"seq\":%" G_GINT64_FORMAT
                              ",\"kind\":\"message\",\"id\":\"%s\",\"op\":\"put\",\"body\":{\"kind\":\"text\",\"id\":"
                              "\"%s\",\"rev\":%" G_GINT64_FORMAT
                              ",\"conversation_id\":\"%s\",\"mseq\":%u,\"dir\":\"in\",\"body\":"
                              "\"第%u句，什么时候发货\",\"in_no\":%u,\"sent_at\":%" G_GINT64_FORMAT "}}",
                              i > 0 ? "," : "", seq + i + 1, id, id, seq + i + 1,
                              (char *) g_ptr_array_index (ids, n % ids->len), 100000 + n, n, 100000 + n, now);
      g_free (id);
    }
  g_string_append (json, "]}");
  return g_string_free_to_bytes (g_steal_pointer (&json));
}

static void
let_write (BenchWorkspace *workspace, GPtrArray *ids, guint n)
{
  KefuStore *store = kefu_session_get_store (kefu_workspace_get_session (workspace->workspace));
  g_autofree char *cursor = kefu_store_dup_cursor (store);
  gint64 seq = g_ascii_strtoll (strrchr (cursor, '.') + 1, NULL, 10);

  for (guint i = 0; i < n; i += BATCH, seq += BATCH)
    {
      g_autoptr (GBytes) batch = make_batch (ids, seq, i);
      g_autoptr (GError) error = NULL;
      GAsyncResult *applied = NULL;
      KefuBatchResult result;

      kefu_store_apply_batch_async (store, batch, NULL, bench_ready_cb, &applied);
      kefu_store_apply_batch_finish (store, bench_wait (&applied), &result, &error);
      bench_check (error);
      g_assert_true (result.applied);
      g_object_unref (applied);
      bench_workspace_wait_paint (workspace, 60);
    }
}

int
main (int argc, char **argv)
{
  BenchWorkspace *workspace;
  g_autoptr (GPtrArray) ids = NULL;
  g_autofree char *note = NULL;
  guint few, many, messages;
  double before, after;

  bench_begin (&argc, &argv, "The memory after a long day");
  gtk_init ();
  few = bench_is_short () ? 60 : 500;
  many = bench_is_short () ? 240 : 5000;
  messages = bench_is_short () ? 2000 : 50000;
  workspace = bench_workspace_new ("unix:/nowhere/kefu.sock", NULL);
  {
    g_autofree char *desk = bench_copy_data ("desk");
    g_autofree char *path = g_build_filename (desk, "cache.db", NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (KefuDb) db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);

    bench_check (error);
    ids = read_ids (db, 250);
  }
  switch_times (workspace, ids, 0, few);
  before = memory ();
  switch_times (workspace, ids, few, many);
  let_write (workspace, ids, messages);
  after = memory ();
  note = g_strdup_printf ("%u messages in; baseline: %u switches", messages, few);
  {
    g_autofree char *what = g_strdup_printf ("memory after %u switches (PSS)", many);

    bench_row (&(BenchRow){
      .what = what,
      .unit = "MB",
      .ours = after,
      .baseline = before,
      .baseline_is = "the same process earlier",
      .max_ratio = 1.05,
      /* a short morning has not touched all that it touches again and again */
      .slack = 1.3,
      .note = note,
    });
  }
  bench_workspace_free (workspace);
  return bench_end ();
}
