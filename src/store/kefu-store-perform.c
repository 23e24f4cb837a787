/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the agent does: durable in the outbox, then visible in the cache, one act or many at once. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <glib/gi18n.h>

#include "kefu-id.h"
#include "kefu-store-private.h"

/* One act on its way into outbox and cache. */
typedef struct
{
  char *type;
  char *args;
  gint64 if_rev;
  char *op_id;
  /* what it takes with it: its file, out of the draft it stood in */
  char *conversation_id; /* (nullable) */
  char *sha256;          /* (nullable) */
  char *draft;           /* (nullable): the file as the draft had it */
  GError *refusal;       /* (nullable): why the cache did not take it */
} Act;

static Act *
act_new (const char *type, JsonObject *args, gint64 if_rev)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  Act *act = g_new0 (Act, 1);

  json_node_set_object (node, args);
  act->type = g_strdup (type);
  act->args = json_to_string (node, FALSE);
  act->if_rev = if_rev;
  return act;
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_free (act->type);
  g_free (act->args);
  g_free (act->op_id);
  g_free (act->conversation_id);
  g_free (act->sha256);
  g_free (act->draft);
  g_clear_error (&act->refusal);
  g_free (act);
}

/* Operation and draft in the same transaction, so that a file is never in both or in neither. */
static gboolean
insert_act (KefuStoreCore *core, Act *act, gint64 now, GError **error)
{
  act->op_id = kefu_id_new (now);
  act->conversation_id = kefu_store_uploads_conversation (core, act->args);
  act->sha256 = kefu_db_text (core->desk, "SELECT ? ->> '$.attachment.sha256'", "s", act->args);
  if (act->sha256 != NULL)
    {
      g_autofree char *path = kefu_store_blobs_find (core, act->sha256);

      if (path == NULL)
        {
          g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("This file is not on this computer"));
          return FALSE;
        }
    }
  return kefu_db_run (core->desk, error,
                      "INSERT INTO outbox(op_id, type, args, if_rev, created_at, conversation_id, blob)"
                      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      "sssiiss", act->op_id, act->type, act->args, act->if_rev, now, act->conversation_id,
                      act->sha256) &&
         (act->sha256 == NULL ||
          kefu_store_drafts_take_file (core, act->conversation_id, act->sha256, &act->draft, error));
}

/* All of them or none. */
static gboolean
insert_acts (KefuStoreCore *core, GPtrArray *acts, gint64 now, GError **error)
{
  gboolean ok;

  if (!kefu_db_begin (core->desk, error))
    return FALSE;
  ok = TRUE;
  for (guint i = 0; ok && i < acts->len; i++)
    ok = insert_act (core, acts->pdata[i], now, error);
  if (ok && kefu_db_commit (core->desk, error))
    return TRUE;
  kefu_db_rollback (core->desk);
  return FALSE;
}

/* Takes back those that were refused, or all of them. */
static gboolean
take_back (KefuStoreCore *core, GPtrArray *acts, gboolean all, GError **error)
{
  gboolean ok = TRUE;

  if (!kefu_db_begin (core->desk, error))
    return FALSE;
  for (guint i = 0; ok && i < acts->len; i++)
    {
      const Act *act = acts->pdata[i];

      if (all || act->refusal != NULL)
        ok = kefu_db_run (core->desk, error, "DELETE FROM outbox WHERE op_id = ?", "s", act->op_id) &&
             (act->draft == NULL || kefu_store_drafts_put_back (core, act->conversation_id, act->draft, error));
    }
  if (ok && kefu_db_commit (core->desk, error))
    return TRUE;
  kefu_db_rollback (core->desk);
  return FALSE;
}

/* The error of an operation that the cache refused, in our domain whatever the operation set. */
static GError *
refusal (KefuOpOutcome outcome, GError *error)
{
  if (error != NULL)
    return error;
  if (outcome == KEFU_OP_CONFLICT)
    return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_CONFLICT, _ ("Somebody else was faster"));
  return g_error_new_literal (KEFU_ERROR, KEFU_ERROR_INVALID, _ ("This cannot be done"));
}

/* All in one transaction; one that is refused leaves no trace in it. FALSE: the cache has none of them. */
static gboolean
apply_acts (KefuStoreCore *core, GPtrArray *acts, gint64 now, KefuChangeSet *set, GError **error)
{
  if (!kefu_store_files_need_cache (core, error) || !kefu_db_begin (core->cache, error))
    return FALSE;
  for (guint i = 0; i < acts->len; i++)
    {
      Act *act = acts->pdata[i];
      const KefuStoreOp op = { act->op_id, act->type, act->args, act->if_rev, now };
      g_autoptr (GError) local = NULL;
      KefuOpOutcome outcome = kefu_store_overlay_apply (core, &op, set, &local);

      if (outcome == KEFU_OP_FAILED)
        {
          g_propagate_error (error, refusal (outcome, g_steal_pointer (&local)));
          kefu_db_rollback (core->cache);
          return FALSE;
        }
      if (outcome != KEFU_OP_APPLIED)
        act->refusal = refusal (outcome, g_steal_pointer (&local));
    }
  if (kefu_db_commit (core->cache, error))
    return TRUE;
  kefu_db_rollback (core->cache);
  return FALSE;
}

static gboolean
has_refused (GPtrArray *acts)
{
  for (guint i = 0; i < acts->len; i++)
    if (((const Act *) acts->pdata[i])->refusal != NULL)
      return TRUE;
  return FALSE;
}

/* What stays in the outbox is told. */
static guint
note_acts (KefuStoreCore *core, GPtrArray *acts, KefuChangeSet *set)
{
  guint n_done = 0;

  for (guint i = 0; i < acts->len; i++)
    {
      const Act *act = acts->pdata[i];

      if (act->refusal != NULL)
        continue;
      n_done++;
      if (act->sha256 != NULL)
        kefu_store_blobs_let_go (core, act->sha256);
      if (act->draft != NULL)
        {
          kefu_change_set_add (set, KEFU_CHANGE_DRAFT, act->conversation_id);
          kefu_change_set_add (set, "conversation", act->conversation_id);
        }
      kefu_change_set_add (set, KEFU_CHANGE_OUTBOX, act->op_id);
    }
  return n_done;
}

/* Does @acts; afterwards each has its refusal or is done. FALSE: none of them is. */
static gboolean
perform (KefuStore *self, GPtrArray *acts, const char *replaced, GError **error)
{
  KefuStoreCore *core = kefu_store_get_core (self);
  g_autoptr (KefuChangeSet) set = kefu_change_set_new ();
  g_autoptr (GError) failure = NULL;
  g_autoptr (GError) stuck = NULL;
  g_autoptr (GError) kept = NULL;
  gint64 now = kefu_clock_now (core->clock);

  if (!insert_acts (core, acts, now, error))
    return FALSE;
  if (!apply_acts (core, acts, now, set, &failure))
    {
      if (take_back (core, acts, TRUE, &stuck))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      for (guint i = 0; i < acts->len; i++)
        g_clear_error (&((Act *) acts->pdata[i])->refusal);
    }
  else if (has_refused (acts) && !take_back (core, acts, FALSE, &stuck))
    {
      for (guint i = 0; i < acts->len; i++)
        g_clear_error (&((Act *) acts->pdata[i])->refusal);
    }
  /* What cannot be taken back any more is done, and will show once the cache can be written again. To say that it failed would make
   * the agent do it twice. */
  if (stuck != NULL)
    g_message ("An operation waits without showing: %s", stuck->message);
  if (note_acts (core, acts, set) == 0)
    return TRUE;
  /* Only now: to be asked twice is better than to lose the text. */
  if (replaced != NULL && !kefu_store_outbox_forget (core, replaced, set, &kept))
    kefu_store_post_failure (self, kept);
  kefu_store_files_count_outbox (core);
  kefu_store_post (self, set);
  return TRUE;
}

static void
perform_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const KefuStoreRequest *request = task_data;
  Act *act = request->acts->pdata[0];
  g_autoptr (GError) error = NULL;

  if (!perform (source, request->acts, request->other, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (act->refusal != NULL)
    g_task_return_error (task, g_steal_pointer (&act->refusal));
  else
    g_task_return_pointer (task, g_steal_pointer (&act->op_id), g_free);
}

void
kefu_store_perform_async (KefuStore *self,
                          const char *type,
                          JsonObject *args,
                          gint64 if_rev,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  kefu_store_perform_instead_async (self, NULL, type, args, if_rev, cancellable, callback, user_data);
}

void
kefu_store_perform_instead_async (KefuStore *self,
                                  const char *refused_op_id,
                                  const char *type,
                                  JsonObject *args,
                                  gint64 if_rev,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (type != NULL && args != NULL);

  request = kefu_store_request_new ();
  request->other = g_strdup (refused_op_id);
  request->acts = g_ptr_array_new_with_free_func (act_free);
  g_ptr_array_add (request->acts, act_new (type, args, if_rev));
  kefu_store_write (self, KEFU_WORKER_URGENT, perform_job, request, cancellable, callback, user_data);
}

char *
kefu_store_perform_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- many --- */

static void
error_free0 (gpointer error)
{
  if (error != NULL)
    g_error_free (error);
}

static void
perform_many_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const KefuStoreRequest *request = task_data;
  g_autoptr (GPtrArray) refusals = g_ptr_array_new_with_free_func (error_free0);
  g_autoptr (GError) error = NULL;

  if (!perform (source, request->acts, NULL, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < request->acts->len; i++)
    g_ptr_array_add (refusals, g_steal_pointer (&((Act *) request->acts->pdata[i])->refusal));
  g_task_return_pointer (task, g_steal_pointer (&refusals), (GDestroyNotify) g_ptr_array_unref);
}

void
kefu_store_perform_many_async (KefuStore *self,
                               const KefuStoreAct *acts,
                               guint n_acts,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (acts != NULL && n_acts > 0 && n_acts <= KEFU_STORE_MAX_ACTS);

  request = kefu_store_request_new ();
  request->acts = g_ptr_array_new_full (n_acts, act_free);
  for (guint i = 0; i < n_acts; i++)
    g_ptr_array_add (request->acts, act_new (acts[i].type, acts[i].args, acts[i].if_rev));
  kefu_store_write (self, KEFU_WORKER_URGENT, perform_many_job, request, cancellable, callback, user_data);
}

GPtrArray *
kefu_store_perform_many_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
