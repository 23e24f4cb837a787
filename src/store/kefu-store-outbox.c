/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outbox: what waits for the server, and the server's word on it. How it gets there: kefu-store-perform.c. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <glib/gi18n.h>

#include "kefu-id.h"
#include "kefu-store-private.h"

/* protocol.md: at most 100 operations and 1 MiB a call; the second limit is kept with room for what surrounds the arguments. */
#define MAX_OPS 100
#define MAX_BODY (512 * 1024)

/* --- to the server --- */

static void
take_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  const KefuStoreRequest *request = task_data;
  g_autoptr (GString) body = g_string_new ("{\"ops\":[");
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;
  gint64 last = 0;
  guint n = 0;

  stmt = kefu_db_query (core->desk, &error,
                        "SELECT n, json_object('op_id', op_id, 'type', type, 'args', json(args), 'if_rev', if_rev),"
                        " json_object('op_id', op_id, 'type', type, 'args', json(args)), if_rev"
                        " FROM outbox o WHERE" KEFU_OUTBOX_READY "ORDER BY n LIMIT ?",
                        "i", (gint64) MIN (request->limit, MAX_OPS));
  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    {
      const char *op = kefu_stmt_text (stmt, kefu_stmt_int (stmt, 3) > 0 ? 1 : 2);

      if (n > 0 && body->len + strlen (op) > MAX_BODY)
        break;
      if (n++ > 0)
        g_string_append_c (body, ',');
      g_string_append (body, op);
      last = kefu_stmt_int (stmt, 0);
    }
  g_clear_pointer (&stmt, kefu_stmt_end);
  if (error == NULL && n > 0)
    kefu_db_run (core->desk, &error, "UPDATE outbox AS o SET tries = tries + 1 WHERE n <= ? AND" KEFU_OUTBOX_READY, "i",
                 last);
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_string_append (body, "]}");
  g_task_return_pointer (task, n > 0 ? g_string_free_to_bytes (g_steal_pointer (&body)) : NULL,
                         (GDestroyNotify) g_bytes_unref);
}

void
kefu_store_take_ops_async (KefuStore *self,
                           guint limit,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  KefuStoreRequest *request = kefu_store_request_new ();

  g_return_if_fail (KEFU_IS_STORE (self));

  request->limit = limit;
  kefu_store_write (self, KEFU_WORKER_NORMAL, take_job, request, cancellable, callback, user_data);
}

GBytes *
kefu_store_take_ops_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the server's word --- */

typedef struct
{
  guint n_settled;
  guint n_rejected;
  gboolean rebase;
} Settlement;

static const char *
string_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static gint64
int_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : 0;
}

/* Not a refusal: the server has lost the file, or never had it, and asks for it. */
static gboolean
lacks_blob (JsonObject *result)
{
  JsonNode *node = json_object_get_member (result, "error");

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) &&
         g_strcmp0 (string_member (json_node_get_object (node), "code"), "blob_missing") == 0;
}

static const char *
reason_of (JsonObject *result, const char *status)
{
  JsonNode *node = json_object_get_member (result, "error");
  const char *reason = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    reason = string_member (json_node_get_object (node), "message");
  return reason != NULL ? reason : status;
}

static gboolean
settle_one (KefuStoreCore *core, JsonObject *result, Settlement *settlement, KefuChangeSet *set, GError **error)
{
  const char *op_id = string_member (result, "op_id");
  const char *status = string_member (result, "status");
  gint64 seq = int_member (result, "seq");
  g_autoptr (GError) local = NULL;
  const char *sql;

  if (op_id == NULL || status == NULL)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("The server's answer lacks a field"));
      return FALSE;
    }
  if (g_str_equal (status, "applied") || g_str_equal (status, "duplicate"))
    {
      if (seq > core->seq)
        sql = "UPDATE outbox SET state = 'acked', seq = ?2 WHERE op_id = ?1 AND state = 'pending'";
      else
        /* The feed has brought it already, or there is nothing to bring. */
        sql = "DELETE FROM outbox WHERE op_id = ?1 AND state <> 'rejected' AND ?2 >= 0";
      if (!kefu_db_run (core->desk, error, sql, "si", op_id, MAX (seq, 0)))
        return FALSE;
      settlement->rebase |= seq <= core->seq;
    }
  else if (lacks_blob (result) && kefu_store_uploads_again (core, op_id, &local))
    {
      g_debug ("The server lacks the file of %s", op_id);
    }
  else if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  else if (g_str_equal (status, "rejected") || g_str_equal (status, "conflict"))
    {
      g_autofree char *conflict = g_str_equal (status, "conflict") ? kefu_store_conflict_read (result) : NULL;

      if (conflict != NULL && !kefu_store_conflict_supersede (core, op_id, conflict, set, error))
        return FALSE;
      if (!kefu_db_run (core->desk, error,
                        "UPDATE outbox SET state = 'rejected', reason = ?2, conflict = ?3"
                        " WHERE op_id = ?1 AND state = 'pending'",
                        "sss", op_id, reason_of (result, status), conflict))
        return FALSE;
      settlement->n_rejected += (guint) kefu_db_changes (core->desk);
      settlement->rebase = TRUE;
    }
  else
    {
      /* retry, or what a later protocol may say: it stays as it is. */
      return TRUE;
    }
  settlement->n_settled += (guint) kefu_db_changes (core->desk);
  kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, op_id);
  return TRUE;
}

/* (transfer full) (nullable): the array of results. */
static JsonArray *
parse_results (GBytes *bytes, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  JsonNode *root, *results = NULL;

  if (data != NULL && json_parser_load_from_data (parser, data, (gssize) size, NULL))
    {
      root = json_parser_get_root (parser);
      if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
        results = json_object_get_member (json_node_get_object (root), "results");
    }
  if (results != NULL && JSON_NODE_HOLDS_ARRAY (results))
    return json_array_ref (json_node_get_array (results));
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("The server's answer is not one to operations"));
  return NULL;
}

static gboolean
settle_all (KefuStoreCore *core, JsonArray *results, Settlement *settlement, KefuChangeSet *set, GError **error)
{
  for (guint i = 0; i < json_array_get_length (results); i++)
    {
      JsonNode *node = json_array_get_element (results, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("The server's answer lacks a field"));
          return FALSE;
        }
      if (!settle_one (core, json_node_get_object (node), settlement, set, error))
        return FALSE;
    }
  return TRUE;
}

static void
settle_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonArray) results = parse_results (request->bytes, &error);
  g_autofree Settlement *settlement = g_new0 (Settlement, 1);

  if (results == NULL || !kefu_db_begin (core->desk, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!settle_all (core, results, settlement, set, &error) || !kefu_db_commit (core->desk, &error))
    {
      kefu_db_rollback (core->desk);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (settlement->rebase)
    kefu_store_overlay_rebase (core, set, &error);
  kefu_store_blobs_settle (core, TRUE);
  kefu_store_files_count_outbox (core);
  kefu_store_post (self, set);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&settlement), g_free);
}

void
kefu_store_settle_ops_async (KefuStore *self,
                             GBytes *results,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (results != NULL);

  request = kefu_store_request_new ();
  request->bytes = g_bytes_ref (results);
  kefu_store_write (self, KEFU_WORKER_NORMAL, settle_job, request, cancellable, callback, user_data);
}

gboolean
kefu_store_settle_ops_finish (KefuStore *self,
                              GAsyncResult *result,
                              guint *n_settled,
                              guint *n_rejected,
                              GError **error)
{
  g_autofree Settlement *settlement = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  settlement = g_task_propagate_pointer (G_TASK (result), error);
  if (n_settled != NULL)
    *n_settled = settlement != NULL ? settlement->n_settled : 0;
  if (n_rejected != NULL)
    *n_rejected = settlement != NULL ? settlement->n_rejected : 0;
  return settlement != NULL;
}

/* --- the tray --- */

gboolean
kefu_store_outbox_forget (KefuStoreCore *core, const char *op_id, KefuChangeSet *set, GError **error)
{
  kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, op_id);
  return kefu_db_run (core->desk, error, "DELETE FROM outbox WHERE op_id = ? AND state = 'rejected'", "s", op_id);
}

static void
retry_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const char *old_id = ((const KefuStoreRequest *) task_data)->id;
  gint64 now = kefu_clock_now (core->clock);
  g_autofree char *op_id = kefu_id_new (now);
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;

  /* A new id, since the server keeps its answer to the old one; a new place, at the end. */
  if (!kefu_db_begin (core->desk, &error) ||
      !kefu_db_run (core->desk, &error,
                    "INSERT INTO outbox(op_id, type, args, if_rev, created_at, conversation_id, blob)"
                    " SELECT ?2, type, args, if_rev, created_at, conversation_id, blob FROM outbox"
                    " WHERE op_id = ?1 AND state = 'rejected'",
                    "ss", old_id, op_id) ||
      !kefu_db_run (core->desk, &error, "DELETE FROM outbox WHERE op_id = ? AND state = 'rejected'", "s", old_id) ||
      !kefu_db_commit (core->desk, &error) || !kefu_store_overlay_rebase (core, set, &error))
    {
      kefu_db_rollback (core->desk);
      kefu_store_post_failure (self, error);
    }
  kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, old_id);
  kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, op_id);
  kefu_store_files_count_outbox (core);
  kefu_store_post (self, set);
  g_task_return_boolean (task, error == NULL);
}

static void
discard_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;

  if (!kefu_store_outbox_forget (core, request->id, set, &error))
    kefu_store_post_failure (self, error);
  kefu_store_blobs_settle (core, FALSE);
  kefu_store_files_count_outbox (core);
  kefu_store_post (self, set);
  g_task_return_boolean (task, error == NULL);
}

void
kefu_store_retry_rejected (KefuStore *self, const char *op_id)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (op_id != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (op_id);
  kefu_store_write (self, KEFU_WORKER_URGENT, retry_job, request, NULL, NULL, NULL);
}

void
kefu_store_discard_rejected (KefuStore *self, const char *op_id)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (op_id != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (op_id);
  kefu_store_write (self, KEFU_WORKER_URGENT, discard_job, request, NULL, NULL, NULL);
}
