/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outbox and its files: what waits for one, and what becomes of it. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <json-glib/json-glib.h>

#include "kefu-attachment.h"
#include "kefu-store-private.h"

/* How many conversations are looked at for pictures worth having before they are opened. */
#define RECENT_CONVERSATIONS 50

char *
kefu_store_uploads_conversation (KefuStoreCore *core, const char *args)
{
  KefuDb *db = core->cache != NULL ? core->cache : core->desk;
  char *id = kefu_db_text (db, "SELECT ? ->> '$.conversation_id'", "s", args);

  /* What is done to an item or a message may stand behind what made it. */
  if (id == NULL && core->cache != NULL)
    id = kefu_db_text (core->cache,
                       "SELECT coalesce((SELECT conversation_id FROM checklist_item WHERE id = ?1 ->> '$.id'),"
                       " (SELECT conversation_id FROM message WHERE id = ?1 ->> '$.id'))",
                       "s", args);
  return id;
}

gboolean
kefu_store_uploads_again (KefuStoreCore *core, const char *op_id, GError **error)
{
  return kefu_db_run (core->desk, error,
                      "UPDATE outbox SET blob_done = 0 WHERE op_id = ? AND state = 'pending' AND blob IS NOT NULL", "s",
                      op_id) &&
         kefu_db_changes (core->desk) > 0;
}

/* --- what waits --- */

/* What the outbox says of a file; if it makes no sense, so much that the upload can fail and the operation be refused. */
static KefuAttachment *
upload_row (KefuStmt *stmt)
{
  KefuAttachment *attachment = kefu_attachment_from_data (kefu_stmt_text (stmt, 0), NULL);

  if (attachment != NULL)
    return attachment;
  attachment = kefu_attachment_new ();
  attachment->sha256 = g_strdup (kefu_stmt_text (stmt, 1));
  attachment->mime = g_strdup ("application/octet-stream");
  attachment->name = g_strdup ("");
  return attachment;
}

static GPtrArray *
query_uploads (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_attachment_unref);
  g_autoptr (GError) local = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error,
                                             "SELECT args ->> '$.attachment', blob, min(n) AS first FROM desk.outbox"
                                             " WHERE state = 'pending' AND blob IS NOT NULL AND blob_done = 0"
                                             " GROUP BY blob ORDER BY first",
                                             "");

  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &local))
    g_ptr_array_add (rows, upload_row (stmt));
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

void
kefu_store_list_uploads_async (KefuStore *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (KEFU_IS_STORE (self));

  kefu_store_read (self, KEFU_WORKER_NORMAL, query_uploads, kefu_store_request_new (), cancellable, callback,
                   user_data);
}

/* The attachments in the first column of @stmt (transfer full); what is none is left out. */
static GPtrArray *
attachment_rows (KefuStmt *stmt, GError **error)
{
  g_autoptr (KefuStmt) owned = stmt;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_attachment_unref);
  while (kefu_stmt_step (stmt, &local))
    {
      KefuAttachment *attachment = kefu_attachment_from_data (kefu_stmt_text (stmt, 0), NULL);

      if (attachment != NULL)
        g_ptr_array_add (rows, attachment);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&rows);
}

static GPtrArray *
query_pictures (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  return attachment_rows (
    kefu_db_query (db, error,
                   "SELECT m.data FROM (SELECT id FROM conversation ORDER BY last_at DESC LIMIT ?1) c"
                   " JOIN message m ON m.conversation_id = c.id WHERE m.kind = 'image' AND NOT m.recalled AND m.rev > 0"
                   " AND coalesce(m.data ->> '$.size', 0) <= ?2 ORDER BY m.sent_at DESC LIMIT ?3",
                   "iii", (gint64) RECENT_CONVERSATIONS, request->number, (gint64) request->limit),
    error);
}

void
kefu_store_list_recent_pictures_async (KefuStore *self,
                                       guint limit,
                                       gint64 max_size,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));

  request = kefu_store_request_new ();
  request->limit = limit;
  request->number = max_size;
  kefu_store_read (self, KEFU_WORKER_IDLE, query_pictures, request, cancellable, callback, user_data);
}

/* --- the server's word, or the agent's --- */

static gboolean
note_ops (KefuStoreCore *core, const char *sha256, KefuChangeSet *set, GError **error)
{
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (core->desk, error, "SELECT op_id FROM outbox WHERE blob = ? AND state = 'pending'", "s", sha256);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, kefu_stmt_text (stmt, 0));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
uploaded_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;

  if (!note_ops (core, request->id, set, &error) ||
      !kefu_db_run (core->desk, &error, "UPDATE outbox SET blob_done = 1 WHERE blob = ? AND state = 'pending'", "s",
                    request->id))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  kefu_store_post (self, set);
  g_task_return_boolean (task, TRUE);
}

void
kefu_store_set_uploaded_async (KefuStore *self,
                               const char *sha256,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (sha256 != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (sha256);
  kefu_store_write (self, KEFU_WORKER_NORMAL, uploaded_job, request, cancellable, callback, user_data);
}

static void
refuse_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;
  gboolean any = FALSE;

  /* Sent only with its file, so while the file is awaited the server cannot have it. */
  stmt = kefu_db_query (core->desk, &error,
                        "UPDATE outbox SET state = 'rejected', reason = ?3 WHERE state = 'pending' AND blob_done = 0"
                        " AND blob IS NOT NULL AND (?1 IS NULL OR blob = ?1) AND (?2 IS NULL OR args ->> '$.id' = ?2)"
                        " RETURNING op_id",
                        "sss", request->id, request->other, request->text);
  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    {
      kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, kefu_stmt_text (stmt, 0));
      any = TRUE;
    }
  g_clear_pointer (&stmt, kefu_stmt_end);
  if (error == NULL && any)
    kefu_store_overlay_rebase (core, set, &error);
  kefu_store_files_count_outbox (core);
  kefu_store_post (self, set);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
kefu_store_refuse_upload_async (KefuStore *self,
                                const char *sha256,
                                const char *message_id,
                                const char *reason,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (sha256 != NULL || message_id != NULL);
  g_return_if_fail (reason != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (sha256);
  request->other = g_strdup (message_id);
  request->text = g_strdup (reason);
  kefu_store_write (self, KEFU_WORKER_URGENT, refuse_job, request, cancellable, callback, user_data);
}

gboolean
kefu_store_upload_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
