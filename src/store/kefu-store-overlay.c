/* SPDX-License-Identifier: GPL-3.0-or-later
 * The cache as "the server's state, then every waiting operation". Runs on the writer's thread. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store-private.h"

/* Before an operation writes an entity, the server's state of it goes to `base`, once. A batch is applied by putting all of these
 * back, mapping the server's rows over them and doing the waiting operations again (and with that their bases): whatever
 * order things come in, the end is the same. */

static const char *
conversation_query (const char *kind)
{
  if (g_str_equal (kind, "message"))
    return "SELECT conversation_id FROM message WHERE id = ?";
  if (g_str_equal (kind, "checklist_item"))
    return "SELECT conversation_id FROM checklist_item WHERE id = ?";
  if (g_str_equal (kind, "customer"))
    return "SELECT id FROM conversation WHERE customer_id = ?";
  return NULL;
}

void
kefu_store_note_change (KefuStoreCore *core, KefuChangeSet *set, const char *kind, const char *id)
{
  const char *sql = conversation_query (kind);
  g_autoptr (KefuStmt) stmt = NULL;

  kefu_change_set_add (set, kind, id);
  if (g_str_equal (kind, "read"))
    {
      const char *colon = strchr (id, ':');
      g_autofree char *conversation = colon != NULL ? g_strndup (id, (gsize) (colon - id)) : NULL;

      if (conversation != NULL)
        kefu_change_set_add (set, "conversation", conversation);
      return;
    }
  if (sql == NULL)
    return;
  stmt = kefu_db_query (core->cache, NULL, sql, "s", id);
  while (stmt != NULL && kefu_stmt_step (stmt, NULL))
    if (!kefu_stmt_is_null (stmt, 0))
      kefu_change_set_add (set, "conversation", kefu_stmt_text (stmt, 0));
}

static gboolean
touch (KefuOpContext *context, const char *kind, const char *id, GError **error)
{
  KefuDb *cache = context->db;
  g_autofree char *body = NULL;
  g_autoptr (GError) local = NULL;

  if (kefu_db_int (cache, 0, "SELECT 1 FROM base WHERE kind = ?1 AND id = ?2", "ss", kind, id) == 1)
    return TRUE;
  body = kefu_entity_to_json (cache, kind, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return kefu_db_run (cache, error, "INSERT INTO base(kind, id, body) VALUES(?1, ?2, ?3)", "sss", kind, id, body);
}

static JsonObject *
parse_args (const char *args, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (args, error);

  if (node == NULL)
    {
      if (error == NULL || *error == NULL)
        g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "The arguments are empty");
      return NULL;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "The arguments are not an object");
      return NULL;
    }
  return json_node_dup_object (node);
}

KefuOpOutcome
kefu_store_overlay_apply (KefuStoreCore *core, const KefuStoreOp *op, KefuChangeSet *set, GError **error)
{
  g_autoptr (JsonObject) object = parse_args (op->args, error);
  KefuOpContext context;
  KefuOpOutcome outcome;

  if (object == NULL)
    return KEFU_OP_REJECTED;
  if (!kefu_db_exec (core->cache, "SAVEPOINT op", error))
    return KEFU_OP_FAILED;
  kefu_op_context_init (&context, core->cache, FALSE, op->at, core->agent_id);
  context.op_id = op->op_id;
  context.touch = touch;
  outcome = kefu_op_apply (&context, op->type, object, op->if_rev, error);
  if (outcome == KEFU_OP_APPLIED)
    {
      for (guint i = 0; context.touched != NULL && i < context.touched->len; i++)
        {
          const KefuEntityRef *ref = g_ptr_array_index (context.touched, i);

          kefu_store_note_change (core, set, ref->kind, ref->id);
        }
    }
  else if (!kefu_db_exec (core->cache, "ROLLBACK TO op", NULL))
    {
      outcome = KEFU_OP_FAILED;
    }
  kefu_op_context_clear (&context);
  if (!kefu_db_exec (core->cache, "RELEASE op", outcome == KEFU_OP_APPLIED ? error : NULL))
    outcome = KEFU_OP_FAILED;
  return outcome;
}

gboolean
kefu_store_overlay_strip (KefuStoreCore *core, KefuChangeSet *set, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (core->cache, error, "SELECT kind, id, body FROM base", "");
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      const char *kind = kefu_stmt_text (stmt, 0);
      const char *id = kefu_stmt_text (stmt, 1);

      /* Before and after: a row that goes knows its conversation only before, one that comes back only after. */
      kefu_store_note_change (core, set, kind, id);
      if (!kefu_entity_restore (core->cache, kind, id, kefu_stmt_text (stmt, 2), &local))
        break;
      kefu_store_note_change (core, set, kind, id);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_clear_pointer (&stmt, kefu_stmt_end);
  return kefu_db_run (core->cache, error, "DELETE FROM base", "");
}

gboolean
kefu_store_overlay_dress (KefuStoreCore *core, gint64 seq, KefuChangeSet *set, GError **error)
{
  g_autoptr (KefuStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = kefu_db_query (core->desk, error,
                        "SELECT op_id, type, args, if_rev, created_at FROM outbox"
                        " WHERE state = 'pending' OR (state = 'acked' AND seq > ?) ORDER BY n",
                        "i", seq);
  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    {
      g_autoptr (GError) refusal = NULL;
      const KefuStoreOp op = {
        .op_id = kefu_stmt_text (stmt, 0),
        .type = kefu_stmt_text (stmt, 1),
        .args = kefu_stmt_text (stmt, 2),
        .if_rev = kefu_stmt_int (stmt, 3),
        .at = kefu_stmt_int (stmt, 4),
      };
      KefuOpOutcome outcome = kefu_store_overlay_apply (core, &op, set, &refusal);

      if (outcome == KEFU_OP_FAILED)
        {
          g_propagate_error (error, g_steal_pointer (&refusal));
          return FALSE;
        }
      /* Something newer stands against it: it does not show, but still waits. Only the server's word ends it. */
      if (outcome != KEFU_OP_APPLIED)
        g_debug ("Operation %s (%s) does not fit the cache", op.op_id, op.type);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

gboolean
kefu_store_overlay_rebase (KefuStoreCore *core, KefuChangeSet *set, GError **error)
{
  if (core->cache == NULL)
    return kefu_store_files_drop_cache (core, error);
  if (!kefu_db_begin (core->cache, error))
    return FALSE;
  if (kefu_store_overlay_strip (core, set, error) && kefu_store_overlay_dress (core, core->seq, set, error) &&
      kefu_db_commit (core->cache, error))
    return TRUE;
  kefu_db_rollback (core->cache);
  return FALSE;
}
