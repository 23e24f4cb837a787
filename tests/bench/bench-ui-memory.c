/* SPDX-License-Identifier: GPL-3.0-or-later
 * The memory after a long day: thousands of switches between conversations and tens of thousands of messages in; beside the same after the morning. */
#include "config.h"

#include <malloc.h>
#include <string.h>

#include "bench-workspace.h"
#include "kefu-db.h"
#include "kefu-entity.h"
#include "kefu-id.h"

#define BATCH 50
/* How many write, one after the other. */
#define N_CUSTOMERS 5000

typedef struct
{
  double
    all; /* resident, MB. Not the proportional share: that is more or less by 30 MB when another program with GTK ends or begins. */
  double own; /* of it, what is no file, MB */
} Memory;

static double
read_line (const char *text, const char *name)
{
  const char *line = strstr (text, name);

  return line != NULL ? g_ascii_strtod (line + strlen (name), NULL) / 1024 : 0;
}

static Memory
measure_memory (void)
{
  g_autofree char *text = NULL;

  /* what is free but not given back yet depends on what happened to lie above it */
  malloc_trim (0);
  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL))
    return (Memory){ 0, 0 };
  return (Memory){ read_line (text, "\nRss:"), read_line (text, "\nAnonymous:") };
}

/* The customers, as they were before; by a connection of its own, so that what is measured holds none of it. */
typedef struct
{
  KefuDb *db;
  GPtrArray *ids;
  guint n_opened; /* whose chats are opened, again and again */
  guint n_written;
} Customers;

static void
customers_open (Customers *self)
{
  g_autofree char *desk = bench_copy_data ("desk");
  g_autofree char *path = g_build_filename (desk, "cache.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) stmt = NULL;

  self->db = kefu_db_open (path, KEFU_DB_READ_ONLY, &error);
  bench_check (error);
  self->ids = g_ptr_array_new_with_free_func (g_free);
  stmt = kefu_db_query (self->db, &error, "SELECT id FROM conversation ORDER BY last_at DESC LIMIT ?", "i",
                        (gint64) N_CUSTOMERS);
  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    g_ptr_array_add (self->ids, g_strdup (kefu_stmt_text (stmt, 0)));
  bench_check (error);
}

static void
customers_close (Customers *self)
{
  g_ptr_array_unref (self->ids);
  kefu_db_close (self->db);
}

static void
switch_times (BenchWorkspace *workspace, Customers *customers, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      kefu_workspace_view_open (workspace->view, g_ptr_array_index (customers->ids, i % customers->n_opened), NULL);
      /* the frame with the new title, and the one with the messages */
      bench_workspace_wait_paint (workspace, 300);
      bench_workspace_wait_paint (workspace, 60);
    }
}

/* The next message, and what it changes in its conversation. */
static void
add_message (GString *json, Customers *customers, gint64 seq)
{
  const char *conversation_id = g_ptr_array_index (customers->ids, customers->n_written % customers->ids->len);
  gint64 nth = 1 + customers->n_written / customers->ids->len;
  gint64 now = g_get_real_time () / 1000;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = kefu_entity_to_json (customers->db, "conversation", conversation_id, &error);
  g_autoptr (JsonNode) node = json_from_string (before, NULL);
  JsonObject *body = json_node_get_object (node);
  gint64 mseq = json_object_get_int_member (body, "last_mseq") + nth;
  gint64 in_no = json_object_get_int_member (body, "in_count") + nth;
  g_autofree char *id = kefu_id_new (now);
  g_autofree char *text = g_strdup_printf ("第 %u 句，什么时候发货", customers->n_written);
  g_autofree char *changed = NULL;

  bench_check (error);
  json_object_set_int_member (body, "rev", seq + 2);
  json_object_set_int_member (body, "last_mseq", mseq);
  json_object_set_int_member (body, "in_count", in_no);
  json_object_set_int_member (body, "last_at", now);
  json_object_set_int_member (body, "last_in_at", now);
  json_object_set_int_member (body, "waiting_since", now);
  json_object_set_string_member (body, "status", "open");
  json_object_set_string_member (body, "last_text", text);
  json_object_set_string_member (body, "last_dir", "in");
  changed = json_to_string (node, FALSE);
  g_string_append_printf (
    json,
    "%s{\"seq\":%" G_GINT64_FORMAT
    ",\"kind\":\"message\",\"id\":\"%s\",\"op\":\"put\",\"body\":{\"kind\":\"text\",\"id\":\"%s\","
    "\"rev\":%" G_GINT64_FORMAT ",\"conversation_id\":\"%s\",\"mseq\":%" G_GINT64_FORMAT
    ",\"dir\":\"in\",\"body\":\"%s\",\"in_no\":%" G_GINT64_FORMAT ",\"sent_at\":%" G_GINT64_FORMAT
    "}},{\"seq\":%" G_GINT64_FORMAT ",\"kind\":\"conversation\",\"id\":\"%s\",\"op\":\"put\",\"body\":%s}",
    json->str[json->len - 1] == '[' ? "" : ",", seq + 1, id, id, seq + 1, conversation_id, mseq, text, in_no, now,
    seq + 2, conversation_id, changed);
  customers->n_written++;
}

/* What one customer after the other writes, as the stream brings it. */
static GBytes *
make_batch (Customers *customers, gint64 seq)
{
  g_autoptr (GString) json = g_string_sized_new (BATCH * 1200);

  g_string_append_printf (json, "{\"from\":%" G_GINT64_FORMAT ",\"to\":%" G_GINT64_FORMAT ",\"changes\":[", seq,
                          seq + 2 * BATCH);
  for (guint i = 0; i < BATCH; i++)
    add_message (json, customers, seq + 2 * i);
  g_string_append (json, "]}");
  return g_string_free_to_bytes (g_steal_pointer (&json));
}

static void
let_write (BenchWorkspace *workspace, Customers *customers, guint n)
{
  KefuStore *store = kefu_session_get_store (kefu_workspace_get_session (workspace->workspace));
  g_autofree char *cursor = kefu_store_dup_cursor (store);
  gint64 seq = g_ascii_strtoll (strrchr (cursor, '.') + 1, NULL, 10);

  for (guint i = 0; i < n; i += BATCH, seq += 2 * BATCH)
    {
      g_autoptr (GBytes) batch = make_batch (customers, seq);
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
  Customers customers = { NULL };
  g_autofree char *note = NULL;
  guint few, many, messages;
  Memory before, after;

  bench_begin (&argc, &argv, "The memory after a long day");
  gtk_init ();
  few = bench_is_short () ? 60 : 500;
  many = bench_is_short () ? 240 : 5000;
  messages = bench_is_short () ? 2000 : 50000;
  workspace = bench_workspace_new ("unix:/nowhere/kefu.sock", NULL);
  customers_open (&customers);
  /* by then each chat was opened twice, and what is drawn for the first time in one of them was drawn */
  customers.n_opened = few / 2;
  switch_times (workspace, &customers, 0, few);
  before = measure_memory ();
  switch_times (workspace, &customers, few, many);
  let_write (workspace, &customers, messages);
  after = measure_memory ();
  note = g_strdup_printf ("%u messages in; baseline: %u switches; of both the desk's own: %.1f and %.1f MB", messages,
                          few, after.own, before.own);
  {
    g_autofree char *what = g_strdup_printf ("memory after %u switches (RSS)", many);

    bench_row (&(BenchRow){
      .what = what,
      .unit = "MB",
      .ours = after.all,
      .baseline = before.all,
      .baseline_is = "the same process earlier",
      .max_ratio = 1.05,
      .note = note,
    });
  }
  customers_close (&customers);
  bench_workspace_free (workspace);
  return bench_end ();
}
