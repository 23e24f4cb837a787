/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed: batches of the server's changes into the cache. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <glib/gi18n.h>

#include "kefu-json-scan.h"
#include "kefu-json-walk.h"
#include "kefu-store-private.h"

/* Beyond this many changed entities the models look at everything: it is cheaper, and it is how a first sync comes. */
#define MAX_NAMED 500
/* Memory for pages of the cache while the desk catches up. */
#define CATCH_UP_KIB 65536
/* Of the log, before they are copied: 128 MiB. A batch changes a page here and there all over the file, the next one many of them again. */
#define CATCH_UP_PAGES 32768
/* Of the log, that stay when it has been copied: as the store opens the cache with. */
#define LOG_BYTES 16777216
#define REMEMBER_MS (5 * 60 * 1000)
/* Fewer changes are written with their triggers: preparing statements without them would take longer. */
#define BULK_CHANGES 50

typedef struct
{
  const char *changes; /* the array, in the bytes */
  char *epoch;         /* (nullable) */
  gint64 from;
  gint64 to;
  gboolean more;
  guint n_changes;
} Batch;

static void
batch_clear (Batch *batch)
{
  g_free (batch->epoch);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static gboolean
not_a_batch (GError **error)
{
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("The server sent something that is not a batch"));
  return FALSE;
}

static guint
count_elements (const char *array)
{
  KefuJsonWalk walk;
  KefuJsonPiece key, value;
  guint n = 0;

  kefu_json_walk_begin (&walk, array);
  while (kefu_json_walk_next (&walk, &key, &value))
    n++;
  return n;
}

/* The envelope in one pass, since most of the text is within it. Of two members with one name the first counts. */
static gboolean
batch_parse (GBytes *bytes, Batch *batch, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  KefuJsonPiece changes = { NULL }, from = { NULL }, to = { NULL }, more = { NULL }, epoch = { NULL };
  const struct
  {
    const char *name;
    KefuJsonPiece *piece;
  } members[] = { { "changes", &changes }, { "from", &from }, { "to", &to }, { "more", &more }, { "epoch", &epoch } };
  KefuJsonWalk walk;
  KefuJsonPiece key, value;

  if (!kefu_json_scan (data, size) || !kefu_json_walk_begin (&walk, data))
    return not_a_batch (error);
  while (kefu_json_walk_next (&walk, &key, &value))
    for (guint i = 0; i < G_N_ELEMENTS (members); i++)
      if (kefu_json_is (&key, members[i].name) && members[i].piece->text == NULL)
        *members[i].piece = value;
  if (changes.text == NULL || *changes.text != '[' || from.text == NULL || !kefu_json_is_integer (&from) ||
      to.text == NULL || !kefu_json_is_integer (&to))
    return not_a_batch (error);
  batch->changes = changes.text;
  batch->n_changes = count_elements (changes.text);
  batch->from = kefu_json_integer (&from);
  batch->to = kefu_json_integer (&to);
  batch->more = more.text != NULL && kefu_json_is (&more, "true");
  if (epoch.text != NULL && kefu_json_is_string (&epoch))
    batch->epoch = kefu_json_dup_text (&epoch);
  return batch->to >= batch->from || not_a_batch (error);
}

/* The cursor rule: a batch continues exactly where the cache ends. */
static gboolean
batch_fits (KefuStoreCore *core, Batch *batch)
{
  if (core->epoch == NULL)
    return batch->from == 0 && batch->epoch != NULL;
  return batch->from == core->seq && (batch->epoch == NULL || g_str_equal (batch->epoch, core->epoch));
}

/* "Nothing since": no reason to write to the disk, but for now and then, so that the next start can say how new all is. */
static gboolean
is_heartbeat (KefuStoreCore *core, Batch *batch)
{
  return core->epoch != NULL && batch->n_changes == 0 && batch->to == batch->from &&
         ABS (kefu_clock_now (core->clock) - core->synced_at) < REMEMBER_MS;
}

typedef struct
{
  GPtrArray *kinds; /* (element-type utf8) interned */
  GPtrArray *ids;
} Changed;

static void
entity_changed (const char *kind, const char *id, gpointer user_data)
{
  Changed *changed = user_data;

  if (changed->ids->len > MAX_NAMED)
    return;
  g_ptr_array_add (changed->kinds, (gpointer) g_intern_string (kind));
  g_ptr_array_add (changed->ids, g_strdup (id));
}

static gboolean
apply_in_transaction (KefuStoreCore *core, Batch *batch, const char *epoch, KefuChangeSet *set, GError **error)
{
  g_autoptr (GPtrArray) kinds = g_ptr_array_new ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  Changed changed = { kinds, ids };
  /* a trigger keeps messages out that have gone from here */
  const KefuEntityBulk bulk = {
    .kinds = kefu_store_derived_kinds,
    .since = kefu_db_int (core->cache, G_MININT64, "SELECT value FROM meta WHERE key = 'kept_from'", ""),
    .derive = kefu_store_derive,
  };

  if (!kefu_store_overlay_strip (core, set, error))
    return FALSE;
  if (batch->n_changes > 0 &&
      !kefu_entity_apply_scanned (core->cache, batch->changes, batch->n_changes >= BULK_CHANGES ? &bulk : NULL,
                                  entity_changed, &changed, error))
    {
      if (error != NULL && g_error_matches (*error, KEFU_ERROR, KEFU_ERROR_INVALID))
        (*error)->code = KEFU_ERROR_PROTOCOL;
      return FALSE;
    }
  if (ids->len > MAX_NAMED)
    kefu_change_set_add_all (set);
  for (guint i = 0; ids->len <= MAX_NAMED && i < ids->len; i++)
    kefu_store_note_change (core, set, g_ptr_array_index (kinds, i), g_ptr_array_index (ids, i));
  return kefu_store_overlay_dress (core, batch->to, set, error) &&
         kefu_store_files_set_cursor (core, epoch, batch->to, error);
}

/* What the feed has brought back waits no longer. Should this fail, the next batch does it again. */
static void
forget_acked (KefuStoreCore *core, KefuChangeSet *set)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;
  gboolean any = FALSE;

  stmt =
    kefu_db_query (core->desk, &error, "SELECT op_id FROM outbox WHERE state = 'acked' AND seq <= ?", "i", core->seq);
  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    {
      kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, kefu_stmt_text (stmt, 0));
      any = TRUE;
    }
  g_clear_pointer (&stmt, kefu_stmt_end);
  if (any)
    kefu_db_run (core->desk, &error, "DELETE FROM outbox WHERE state = 'acked' AND seq <= ?", "i", core->seq);
  if (error != NULL)
    g_message ("Sent operations stay in the outbox: %s", error->message);
  if (any)
    kefu_store_blobs_settle (core, TRUE);
}

/* While much comes, the pages that it changes stay in memory until they are full, and are copied from the log to the file less often; then that
 * memory is let go. */
static void
set_catching_up (KefuStoreCore *core, gboolean catching_up)
{
  if (core->catching_up == catching_up || core->cache == NULL)
    return;
  core->catching_up = catching_up;
  kefu_db_exec (core->cache,
                catching_up ? "PRAGMA cache_size = -" G_STRINGIFY (
                                CATCH_UP_KIB) ";"
                                              " PRAGMA wal_autocheckpoint = " G_STRINGIFY (
                                                CATCH_UP_PAGES) ";"
                                                                " PRAGMA journal_size_limit = -1"
                            : "PRAGMA cache_size = -2000; PRAGMA shrink_memory; PRAGMA wal_autocheckpoint = 1000;"
                              " PRAGMA journal_size_limit = " G_STRINGIFY (LOG_BYTES),
                NULL);
}

static void
apply_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;
  g_auto (Batch) batch = { 0 };
  g_autofree KefuBatchResult *result = g_new0 (KefuBatchResult, 1);
  g_autofree char *epoch = NULL;

  if (!kefu_store_files_need_cache (core, &error) || !batch_parse (request->bytes, &batch, &error))
    {
      set_catching_up (core, FALSE);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  result->more = batch.more;
  result->n_changes = batch.n_changes;
  if (!batch_fits (core, &batch))
    {
      g_debug ("A batch from %" G_GINT64_FORMAT " does not continue %" G_GINT64_FORMAT, batch.from, core->seq);
      g_task_return_pointer (task, g_steal_pointer (&result), g_free);
      return;
    }

  set_catching_up (core, batch.more);
  epoch = g_strdup (core->epoch != NULL ? core->epoch : batch.epoch);
  if (is_heartbeat (core, &batch))
    {
      result->applied = TRUE;
      g_task_return_pointer (task, g_steal_pointer (&result), g_free);
      return;
    }
  if (!kefu_db_begin (core->cache, &error))
    {
      set_catching_up (core, FALSE);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!apply_in_transaction (core, &batch, epoch, set, &error) || !kefu_db_commit (core->cache, &error))
    {
      kefu_db_rollback (core->cache);
      set_catching_up (core, FALSE);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  kefu_store_files_remember_cursor (core, epoch, batch.to, kefu_clock_now (core->clock));
  forget_acked (core, set);
  result->applied = TRUE;
  kefu_store_files_count_outbox (core);
  kefu_store_post_soon (self, set);
  kefu_store_look_for_names (self);
  g_task_return_pointer (task, g_steal_pointer (&result), g_free);
}

void
kefu_store_apply_batch_async (KefuStore *self,
                              GBytes *batch,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (batch != NULL);

  request = kefu_store_request_new ();
  request->bytes = g_bytes_ref (batch);
  kefu_store_write (self, KEFU_WORKER_NORMAL, apply_job, request, cancellable, callback, user_data);
}

gboolean
kefu_store_apply_batch_finish (KefuStore *self, GAsyncResult *result, KefuBatchResult *out, GError **error)
{
  g_autofree KefuBatchResult *answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return FALSE;
  if (out != NULL)
    *out = *answer;
  return TRUE;
}

static void
rest_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);

  set_catching_up (core, FALSE);
  if (core->cache != NULL)
    kefu_store_look_for_names (source);
  g_task_return_boolean (task, TRUE);
}

void
kefu_store_feed_rests (KefuStore *self)
{
  g_return_if_fail (KEFU_IS_STORE (self));

  kefu_store_write (self, KEFU_WORKER_NORMAL, rest_job, kefu_store_request_new (), NULL, NULL, NULL);
}

/* --- 410 --- */

static void
reset_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;

  if (!kefu_store_files_drop_cache (core, &error) ||
      (request->id != NULL && !kefu_store_files_set_cursor (core, request->id, 0, &error)))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  kefu_store_files_remember_cursor (core, request->id, 0, 0);
  kefu_store_files_count_outbox (core);
  kefu_change_set_add_all (set);
  kefu_store_post (self, set);
  g_task_return_boolean (task, TRUE);
}

void
kefu_store_reset_cache_async (KefuStore *self,
                              const char *epoch,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));

  request = kefu_store_request_new ();
  request->id = g_strdup (epoch);
  kefu_store_write (self, KEFU_WORKER_NORMAL, reset_job, request, cancellable, callback, user_data);
}

gboolean
kefu_store_reset_cache_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
