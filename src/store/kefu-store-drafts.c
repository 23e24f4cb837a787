/* SPDX-License-Identifier: GPL-3.0-or-later
 * Drafts: what stands in the composers. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-attachment.h"
#include "kefu-store-private.h"

/* Typing saves often; only the last text of a draft that has not been written yet is. */
static char *
draft_key (const char *conversation_id, const char *mode)
{
  return g_strconcat (conversation_id, "\n", mode, NULL);
}

static gboolean
write_draft (KefuStoreCore *core, const char *conversation_id, const char *mode, const char *text, GError **error)
{
  if (*text == '\0')
    return kefu_db_run (core->desk, error, "DELETE FROM draft WHERE conversation_id = ?1 AND mode = ?2", "ss",
                        conversation_id, mode);
  return kefu_db_run (core->desk, error,
                      "INSERT OR REPLACE INTO draft(conversation_id, mode, text, at) VALUES(?1, ?2, ?3, ?4)", "sssi",
                      conversation_id, mode, text, kefu_clock_now (core->clock));
}

/* (transfer full) (nullable): what is not in the file yet. */
static char *
dup_unsaved (KefuStoreCore *core, const char *key)
{
  char *text;

  g_mutex_lock (&core->lock);
  text = g_strdup (g_hash_table_lookup (core->drafts, key));
  g_mutex_unlock (&core->lock);
  return text;
}

/* With a draft that a refused message has gone into goes the message, or neither. @text NULL: an earlier job has stored it. */
static gboolean
store_draft (KefuStoreCore *core, const KefuStoreRequest *request, const char *text, KefuChangeSet *set, GError **error)
{
  const char *refused = request->text;

  if (refused == NULL)
    return write_draft (core, request->id, request->other, text, error);
  if (!kefu_db_begin (core->desk, error))
    return FALSE;
  if ((text == NULL || write_draft (core, request->id, request->other, text, error)) &&
      kefu_db_run (core->desk, error, "DELETE FROM outbox WHERE op_id = ? AND state = 'rejected'", "s", refused) &&
      kefu_db_commit (core->desk, error))
    {
      kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, refused);
      kefu_store_files_count_outbox (core);
      return TRUE;
    }
  kefu_db_rollback (core->desk);
  return FALSE;
}

static void
save_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autofree char *key = draft_key (request->id, request->other);
  g_autofree char *text = dup_unsaved (core, key);
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;

  if (text == NULL && request->text == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (!store_draft (core, request, text, set, &error))
    {
      /* It stays in memory, from where it is loaded, and is tried again when the store closes. */
      kefu_store_post_failure (self, error);
      g_task_return_boolean (task, FALSE);
      return;
    }

  g_mutex_lock (&core->lock);
  /* Unless there is a newer one, whose own job is queued. */
  if (text != NULL && g_strcmp0 (text, g_hash_table_lookup (core->drafts, key)) == 0)
    g_hash_table_remove (core->drafts, key);
  g_mutex_unlock (&core->lock);

  kefu_change_set_add (set, KEFU_CHANGE_DRAFT, request->id);
  kefu_change_set_add (set, "conversation", request->id);
  kefu_store_post (self, set);
  g_task_return_boolean (task, TRUE);
}

void
kefu_store_drafts_save_rest (KefuStoreCore *core)
{
  GHashTableIter iter;
  gpointer key, text;

  g_hash_table_iter_init (&iter, core->drafts);
  while (core->desk != NULL && g_hash_table_iter_next (&iter, &key, &text))
    {
      g_auto (GStrv) parts = g_strsplit (key, "\n", 2);
      g_autoptr (GError) error = NULL;

      if (!write_draft (core, parts[0], parts[1], text, &error))
        g_message ("A draft could not be stored at the end: %s", error->message);
    }
}

void
kefu_store_save_draft (KefuStore *self, const char *conversation_id, const char *mode, const char *text)
{
  kefu_store_save_draft_of_refused (self, conversation_id, mode, text, NULL);
}

void
kefu_store_save_draft_of_refused (KefuStore *self,
                                  const char *conversation_id,
                                  const char *mode,
                                  const char *text,
                                  const char *op_id)
{
  KefuStoreCore *core;
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (conversation_id != NULL && mode != NULL && text != NULL);

  core = kefu_store_get_core (self);
  g_mutex_lock (&core->lock);
  g_hash_table_insert (core->drafts, draft_key (conversation_id, mode), g_strdup (text));
  g_mutex_unlock (&core->lock);
  request = kefu_store_request_new ();
  request->id = g_strdup (conversation_id);
  request->other = g_strdup (mode);
  request->text = g_strdup (op_id);
  kefu_store_write (self, KEFU_WORKER_URGENT, save_job, request, NULL, NULL, NULL);
}

/* On the writer, behind what has been saved before. */
static void
load_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  const KefuStoreRequest *request = task_data;
  g_autofree char *key = draft_key (request->id, request->other);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;
  char *text = dup_unsaved (core, key);

  if (text != NULL)
    {
      g_task_return_pointer (task, text, g_free);
      return;
    }
  stmt = kefu_db_query (core->desk, &error, "SELECT text FROM draft WHERE conversation_id = ?1 AND mode = ?2", "ss",
                        request->id, request->other);
  if (stmt != NULL && kefu_stmt_step (stmt, &error))
    text = g_strdup (kefu_stmt_text (stmt, 0));
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, text != NULL ? text : g_strdup (""), g_free);
}

void
kefu_store_load_draft_async (KefuStore *self,
                             const char *conversation_id,
                             const char *mode,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (conversation_id != NULL && mode != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (conversation_id);
  request->other = g_strdup (mode);
  kefu_store_write (self, KEFU_WORKER_URGENT, load_job, request, cancellable, callback, user_data);
}

char *
kefu_store_load_draft_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the files of a draft --- */

static char *
file_to_text (const KefuAttachment *attachment)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), NULL);

  json_node_take_object (node, kefu_attachment_to_json (attachment));
  return json_to_string (node, FALSE);
}

static gboolean
insert_file (KefuStoreCore *core, const char *conversation_id, const char *mode, const char *file, GError **error)
{
  return kefu_db_run (core->desk, error,
                      "INSERT OR IGNORE INTO draft_file(conversation_id, mode, sha256, n, file)"
                      " SELECT ?1, ?2, ?3 ->> '$.sha256', 1 + coalesce(max(n), 0), ?3 FROM draft_file"
                      " WHERE conversation_id = ?1 AND mode = ?2",
                      "sss", conversation_id, mode, file);
}

static gboolean
replace_files (KefuStoreCore *core, const KefuStoreRequest *request, GError **error)
{
  if (!kefu_db_run (core->desk, error, "DELETE FROM draft_file WHERE conversation_id = ?1 AND mode = ?2", "ss",
                    request->id, request->other))
    return FALSE;
  for (char **file = request->ids; *file != NULL; file++)
    if (!insert_file (core, request->id, request->other, *file, error))
      return FALSE;
  return TRUE;
}

static void
save_files_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  KefuStoreCore *core = kefu_store_get_core (self);
  const KefuStoreRequest *request = task_data;
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) error = NULL;

  if (!kefu_db_begin (core->desk, &error) || !replace_files (core, request, &error) ||
      !kefu_db_commit (core->desk, &error))
    {
      kefu_db_rollback (core->desk);
      kefu_store_post_failure (self, error);
      g_task_return_boolean (task, FALSE);
      return;
    }
  for (char **file = request->ids; *file != NULL; file++)
    {
      g_autofree char *sha256 = kefu_db_text (core->desk, "SELECT ? ->> '$.sha256'", "s", *file);

      kefu_store_blobs_let_go (core, sha256);
    }
  kefu_store_blobs_settle (core, FALSE);
  kefu_change_set_add (set, KEFU_CHANGE_DRAFT, request->id);
  kefu_change_set_add (set, "conversation", request->id);
  kefu_store_post (self, set);
  g_task_return_boolean (task, TRUE);
}

void
kefu_store_save_draft_attachments (KefuStore *self,
                                   const char *conversation_id,
                                   const char *mode,
                                   GPtrArray *attachments)
{
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (conversation_id != NULL && mode != NULL && attachments != NULL);

  for (guint i = 0; i < attachments->len; i++)
    {
      g_autofree char *file = file_to_text (g_ptr_array_index (attachments, i));

      g_strv_builder_add (files, file);
    }
  request = kefu_store_request_new ();
  request->id = g_strdup (conversation_id);
  request->other = g_strdup (mode);
  request->ids = g_strv_builder_end (files);
  kefu_store_write (self, KEFU_WORKER_URGENT, save_files_job, request, NULL, NULL, NULL);
}

/* On the writer too, behind what has been saved before. */
static void
load_files_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  const KefuStoreRequest *request = task_data;
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_attachment_unref);
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) error = NULL;

  stmt = kefu_db_query (core->desk, &error,
                        "SELECT file FROM draft_file WHERE conversation_id = ?1 AND mode = ?2 ORDER BY n", "ss",
                        request->id, request->other);
  while (stmt != NULL && kefu_stmt_step (stmt, &error))
    {
      KefuAttachment *attachment = kefu_attachment_from_data (kefu_stmt_text (stmt, 0), NULL);

      if (attachment != NULL)
        g_ptr_array_add (files, attachment);
    }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&files), (GDestroyNotify) g_ptr_array_unref);
}

void
kefu_store_load_draft_attachments_async (KefuStore *self,
                                         const char *conversation_id,
                                         const char *mode,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (conversation_id != NULL && mode != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (conversation_id);
  request->other = g_strdup (mode);
  kefu_store_write (self, KEFU_WORKER_URGENT, load_files_job, request, cancellable, callback, user_data);
}

gboolean
kefu_store_drafts_take_file (KefuStoreCore *core,
                             const char *conversation_id,
                             const char *sha256,
                             char **file,
                             GError **error)
{
  *file = kefu_db_text (core->desk,
                        "SELECT file FROM draft_file WHERE conversation_id = ?1 AND mode = 'reply' AND sha256 = ?2",
                        "ss", conversation_id, sha256);
  return kefu_db_run (core->desk, error,
                      "DELETE FROM draft_file WHERE conversation_id = ?1 AND mode = 'reply' AND sha256 = ?2", "ss",
                      conversation_id, sha256);
}

gboolean
kefu_store_drafts_put_back (KefuStoreCore *core, const char *conversation_id, const char *file, GError **error)
{
  return insert_file (core, conversation_id, "reply", file, error);
}

/* On the writer, behind what has been saved before. */
static void
count_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);

  g_task_return_int (task, (gssize) kefu_db_int (core->desk, 0,
                                                 "SELECT count(*) FROM (SELECT conversation_id, mode FROM draft UNION "
                                                 "SELECT conversation_id, mode FROM draft_file)",
                                                 ""));
}

void
kefu_store_count_drafts_async (KefuStore *self,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (KEFU_IS_STORE (self));

  kefu_store_write (self, KEFU_WORKER_URGENT, count_job, kefu_store_request_new (), cancellable, callback, user_data);
}

gssize
kefu_store_count_drafts_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
