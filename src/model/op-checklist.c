/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations on the checklist: what was promised or asked for. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <glib/gi18n.h>

#define MAX_TITLE 500

static const char *const item_kinds[] = { "gift",   "courier", "variant",  "price",  "address",
                                          "refund", "resend",  "callback", "remark", NULL };

/* open_items is counted anew, not moved by one: whatever was applied twice or lost, it is right again. */
static gboolean
count_open_items (KefuOpContext *context, const char *conversation_id, GError **error)
{
  static const char count[] =
    "(SELECT count(*) FROM checklist_item WHERE conversation_id = ?1 AND NOT done AND NOT deleted)";
  g_autofree char *look = g_strdup_printf ("SELECT 1 FROM conversation WHERE id = ?1 AND open_items <> %s", count);
  g_autofree char *write = g_strdup_printf ("UPDATE conversation SET open_items = %s WHERE id = ?1", count);
  g_autoptr (KefuStmt) row = kefu_db_row (context->db, error, look, "s", conversation_id);

  if (row == NULL)
    return *error == NULL;
  g_clear_pointer (&row, kefu_stmt_end);
  return kefu_op_touch (context, "conversation", conversation_id, error) &&
         kefu_db_run (context->db, error, write, "s", conversation_id);
}

static gboolean
check_order (KefuOpContext *context, const char *order_id, const char *customer_id, GError **error)
{
  g_autoptr (KefuStmt) row = NULL;

  if (order_id == NULL)
    return TRUE;
  row =
    kefu_db_row (context->db, error, "SELECT customer_id = ?2 FROM orders WHERE id = ?1", "ss", order_id, customer_id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "order_id", order_id);
  return kefu_stmt_int (row, 0) != 0 || kefu_arg_refuse (error, "order_id", _ ("it is another customer's order"));
}

static gboolean
check_proof (KefuOpContext *context, const char *message_id, const char *conversation_id, GError **error)
{
  g_autoptr (KefuStmt) row = NULL;

  if (message_id == NULL)
    return TRUE;
  row = kefu_db_row (context->db, error, "SELECT conversation_id = ?2 FROM message WHERE id = ?1", "ss", message_id,
                     conversation_id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "proof_message_id", message_id);
  return kefu_stmt_int (row, 0) != 0 ||
         kefu_arg_refuse (error, "proof_message_id", _ ("it is a message of another conversation"));
}

/* --- checklist.add --- */

static gboolean
checklist_add (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *conversation_id = NULL;
  const char *kind = NULL;
  const char *title = NULL;
  const char *order_id = NULL;
  const char *proof_id = NULL;
  const char *assignee_id = NULL;
  g_autofree char *customer_id = NULL;
  gint64 due_at = 0;
  gint64 at = 0;
  g_autoptr (KefuStmt) row = NULL;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_id (args, "conversation_id", KEFU_ARG_REQUIRED, &conversation_id, error) ||
      !kefu_arg_one_of (args, "kind", KEFU_ARG_REQUIRED, item_kinds, &kind, error) ||
      !kefu_arg_text (args, "title", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, MAX_TITLE, &title, error) ||
      !kefu_arg_id (args, "order_id", KEFU_ARG_OPTIONAL, &order_id, error) ||
      !kefu_arg_int (args, "due_at", KEFU_ARG_OPTIONAL, 0, G_MAXINT64, &due_at, error) ||
      !kefu_arg_id (args, "proof_message_id", KEFU_ARG_OPTIONAL, &proof_id, error) ||
      !kefu_arg_text (args, "assignee_id", KEFU_ARG_OPTIONAL | KEFU_ARG_FILLED, 64, &assignee_id, error) ||
      !kefu_op_time (context, args, &at, error))
    return FALSE;

  if (kefu_op_exists (context, "checklist_item", id, error))
    return TRUE;
  if (*error != NULL)
    return FALSE;
  row = kefu_db_row (context->db, error, "SELECT customer_id FROM conversation WHERE id = ?1", "s", conversation_id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "conversation_id", conversation_id);
  customer_id = g_strdup (kefu_stmt_text (row, 0));
  g_clear_pointer (&row, kefu_stmt_end);
  if (!check_order (context, order_id, customer_id, error) ||
      !check_proof (context, proof_id, conversation_id, error) ||
      !kefu_op_check_agent (context, "assignee_id", assignee_id, error))
    return FALSE;

  return kefu_op_touch (context, "checklist_item", id, error) &&
         kefu_db_run (
           context->db, error,
           "INSERT INTO checklist_item(id, customer_id, conversation_id, order_id, kind, title, due_at, created_at,"
           " created_by, assignee_id, proof_message_id)"
           " VALUES(?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8, ?9, ?10, ?11)",
           "ssssssiisss", id, customer_id, conversation_id, order_id, kind, title, due_at, at, context->actor_id,
           assignee_id, proof_id) &&
         count_open_items (context, conversation_id, error);
}

/* --- checklist.done, checklist.remove --- */

typedef struct
{
  char *conversation_id;
  char *customer_id;
  gint64 rev;
  gboolean done;
  gboolean deleted;
} Item;

static void
item_clear (Item *self)
{
  g_free (self->conversation_id);
  g_free (self->customer_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Item, item_clear)

static gboolean
item_load (Item *self, KefuOpContext *context, const char *id, GError **error)
{
  g_autoptr (KefuStmt) row =
    kefu_db_row (context->db, error,
                 "SELECT conversation_id, customer_id, rev, done, deleted FROM checklist_item WHERE id = ?1", "s", id);

  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "id", id);
  self->conversation_id = g_strdup (kefu_stmt_text (row, 0));
  self->customer_id = g_strdup (kefu_stmt_text (row, 1));
  self->rev = kefu_stmt_int (row, 2);
  self->done = kefu_stmt_int (row, 3) != 0;
  self->deleted = kefu_stmt_int (row, 4) != 0;
  return TRUE;
}

static gboolean
checklist_done (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  g_auto (Item) item = { NULL };
  const char *id = NULL;
  gboolean done = FALSE;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_bool (args, "done", KEFU_ARG_REQUIRED, &done, error) || !item_load (&item, context, id, error))
    return FALSE;
  if (item.done == done)
    return TRUE;
  if (!kefu_op_check_rev (context, if_rev, item.rev, error))
    return FALSE;
  return kefu_op_touch (context, "checklist_item", id, error) &&
         kefu_db_run (context->db, error,
                      "UPDATE checklist_item SET done = ?2, done_at = iif(?2, ?3, NULL), done_by = iif(?2, ?4, NULL)"
                      " WHERE id = ?1",
                      "siis", id, (gint64) done, context->now, context->actor_id) &&
         count_open_items (context, item.conversation_id, error);
}

/* What agents edit of an item, and a removal looks at. */
static const KefuOpField fields[] = {
  { "title", FALSE }, { "kind", FALSE }, { "due_at", TRUE }, { "order_id", TRUE }, { "assignee_id", TRUE }, { NULL },
};

static gboolean
set_removed (KefuOpContext *context, const Item *item, const char *id, gboolean removed, GError **error)
{
  return item->deleted == removed ||
         (kefu_op_touch (context, "checklist_item", id, error) &&
          kefu_db_run (context->db, error, "UPDATE checklist_item SET deleted = ?2 WHERE id = ?1", "si", id,
                       (gint64) removed) &&
          kefu_op_note_edit (context, "checklist_item", id, "deleted", removed ? "1" : "0", error) &&
          count_open_items (context, item->conversation_id, error));
}

static gboolean
checklist_remove (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  g_auto (Item) item = { NULL };
  const char *id = NULL;
  gboolean removed = TRUE;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_bool (args, "removed", KEFU_ARG_OPTIONAL, &removed, error) || !item_load (&item, context, id, error))
    return FALSE;
  if (item.deleted == removed)
    return TRUE;
  return (!removed || kefu_op_check_seen (context, "checklist_item", id, fields, args, if_rev, error)) &&
         set_removed (context, &item, id, removed, error);
}

/* --- checklist.edit --- */

/* FALSE and a conflict if an edit would change what a colleague has removed: it would not be seen. */
static gboolean
check_not_removed (KefuOpContext *context, const char *id, JsonObject *args, GError **error)
{
  for (const KefuOpField *field = fields; field->name != NULL; field++)
    if (json_object_has_member (args, field->name))
      kefu_op_add_conflict (context, field->name, "checklist_item", id, "deleted", "1");
  return context->conflicts == NULL || kefu_op_refuse_conflicts (context, error);
}

static gboolean
checklist_edit (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  g_auto (Item) item = { NULL };
  const char *id = NULL;
  const char *text = NULL;
  const char *order_id = NULL;
  const char *assignee_id = NULL;
  gint64 due_at = 0;
  gboolean removed = TRUE;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_text (args, "title", KEFU_ARG_FILLED, MAX_TITLE, &text, error) ||
      !kefu_arg_one_of (args, "kind", KEFU_ARG_OPTIONAL, item_kinds, &text, error) ||
      !kefu_arg_int (args, "due_at", KEFU_ARG_OPTIONAL, 0, G_MAXINT64, &due_at, error) ||
      !kefu_arg_id (args, "order_id", KEFU_ARG_OPTIONAL, &order_id, error) ||
      !kefu_arg_text (args, "assignee_id", KEFU_ARG_FILLED, 64, &assignee_id, error) ||
      !kefu_arg_bool (args, "removed", KEFU_ARG_OPTIONAL, &removed, error) || !item_load (&item, context, id, error) ||
      !check_order (context, order_id, item.customer_id, error) ||
      !kefu_op_check_agent (context, "assignee_id", assignee_id, error))
    return FALSE;
  if (item.deleted && removed && context->authoritative && !check_not_removed (context, id, args, error))
    return FALSE;
  return kefu_op_edit_fields (context, "checklist_item", id, fields, args, if_rev, NULL, error) &&
         (removed || set_removed (context, &item, id, FALSE, error));
}

const KefuOpEntry kefu_op_checklist_entries[] = {
  { "checklist.add", checklist_add, FALSE },
  { "checklist.done", checklist_done, FALSE },
  { "checklist.edit", checklist_edit, FALSE },
  { "checklist.remove", checklist_remove, FALSE },
  { NULL },
};
