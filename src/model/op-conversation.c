/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations on conversations: read marks, who has it, its status, its labels. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <glib/gi18n.h>

/* Labels of one conversation. */
#define MAX_LABELS 20

static const char *const statuses[] = { "open", "snoozed", "resolved", NULL };

/* --- conversation.read --- */

static gboolean
conversation_read (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *conversation_id = NULL;
  g_autofree char *id = NULL;
  gint64 mseq = 0;
  gint64 in_no = 0;
  gboolean further;
  g_autoptr (KefuStmt) row = NULL;

  if (!kefu_arg_id (args, "conversation_id", KEFU_ARG_REQUIRED, &conversation_id, error) ||
      !kefu_arg_int (args, "mseq", KEFU_ARG_REQUIRED, 0, G_MAXINT64, &mseq, error) ||
      !kefu_arg_int (args, "in_no", KEFU_ARG_REQUIRED, 0, G_MAXINT64, &in_no, error))
    return FALSE;

  id = g_strdup_printf ("%s:%s", conversation_id, context->actor_id);
  /* Nobody has read further than there is: the mseq of a pending message would mark all that is to come as read. */
  row = kefu_db_row (context->db, error,
                     "SELECT min(?2, c.last_mseq), min(?3, c.in_count),"
                     " min(?2, c.last_mseq) > coalesce(r.mseq, -1) OR min(?3, c.in_count) > coalesce(r.in_no, -1)"
                     " FROM conversation AS c LEFT JOIN read AS r ON r.id = ?4 WHERE c.id = ?1",
                     "siis", conversation_id, mseq, in_no, id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "conversation_id", conversation_id);
  mseq = kefu_stmt_int (row, 0);
  in_no = kefu_stmt_int (row, 1);
  further = kefu_stmt_int (row, 2) != 0;
  g_clear_pointer (&row, kefu_stmt_end);

  if (!further)
    return TRUE;
  return kefu_op_touch (context, "read", id, error) &&
         kefu_db_run (
           context->db, error,
           "INSERT INTO read(id, conversation_id, agent_id, mseq, in_no) VALUES(?1, ?2, ?3, ?4, ?5)"
           " ON CONFLICT(id) DO UPDATE SET mseq = max(mseq, excluded.mseq), in_no = max(in_no, excluded.in_no)",
           "sssii", id, conversation_id, context->actor_id, mseq, in_no);
}

/* --- conversation.claim --- */

static gboolean
refuse_claim (KefuOpContext *context, const char *holder_id, GError **error)
{
  g_autofree char *name = kefu_db_text (context->db, "SELECT name FROM agent WHERE id = ?1", "s", holder_id);

  if (holder_id == NULL)
    g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, "expect_assignee: %s",
                 _ ("nobody has this conversation any more"));
  else
    g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, _ ("expect_assignee: %s has this conversation"),
                 name != NULL ? name : holder_id);
  return FALSE;
}

static void
set_id_member (JsonObject *data, const char *name, const char *id)
{
  if (id != NULL)
    json_object_set_string_member (data, name, id);
  else
    json_object_set_null_member (data, name);
}

static gboolean
conversation_claim (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *wanted = NULL;
  const char *expected = NULL;
  g_autofree char *holder = NULL;
  g_autofree char *event_id = kefu_op_derive_id (context, context->op_id, "claim");
  g_autoptr (KefuStmt) row = NULL;
  JsonObject *data;

  if (!kefu_arg_id (args, "conversation_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_text (args, "assignee_id", KEFU_ARG_OPTIONAL | KEFU_ARG_FILLED, 64, &wanted, error) ||
      !kefu_arg_text (args, "expect_assignee", KEFU_ARG_OPTIONAL | KEFU_ARG_FILLED, 64, &expected, error))
    return FALSE;
  row = kefu_db_row (context->db, error, "SELECT assignee_id FROM conversation WHERE id = ?1", "s", id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "conversation_id", id);
  holder = g_strdup (kefu_stmt_text (row, 0));
  g_clear_pointer (&row, kefu_stmt_end);

  /* It is as wanted, or was made so by this very operation before someone else went on. */
  if (g_strcmp0 (holder, wanted) == 0 || kefu_op_exists (context, "message", event_id, error))
    return TRUE;
  if (*error != NULL || !kefu_op_check_agent (context, "assignee_id", wanted, error))
    return FALSE;
  if (g_strcmp0 (holder, expected) != 0)
    return refuse_claim (context, holder, error);

  data = json_object_new ();
  json_object_set_string_member (data, "what", "claim");
  set_id_member (data, "from", holder);
  set_id_member (data, "to", wanted);
  return kefu_op_touch (context, "conversation", id, error) &&
         kefu_db_run (context->db, error, "UPDATE conversation SET assignee_id = ?2 WHERE id = ?1", "ss", id, wanted) &&
         kefu_op_add_event (context, event_id, id, context->now, data, NULL, error);
}

/* --- conversation.status --- */

static gboolean
conversation_status (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *status = NULL;
  gint64 until = 0;
  gint64 in_no = G_MAXINT64;
  gint64 in_count;
  gint64 waiting_since = 0;
  gboolean same, resolves;
  g_autofree char *event_id = kefu_op_derive_id (context, context->op_id, "status");
  g_autoptr (KefuStmt) row = NULL;
  JsonObject *data;

  if (!kefu_arg_id (args, "conversation_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_one_of (args, "status", KEFU_ARG_REQUIRED, statuses, &status, error) ||
      !kefu_arg_int (args, "until", KEFU_ARG_OPTIONAL, 0, G_MAXINT64, &until, error) ||
      !kefu_arg_int (args, "in_no", KEFU_ARG_OPTIONAL, 0, G_MAXINT64, &in_no, error) ||
      !kefu_arg_int (args, "waiting_since", KEFU_ARG_OPTIONAL, 0, G_MAXINT64, &waiting_since, error))
    return FALSE;
  if (!g_str_equal (status, "snoozed"))
    until = 0;
  else if (until == 0)
    return kefu_arg_refuse (error, "until", _ ("it is missing"));
  resolves = g_str_equal (status, "resolved");

  row = kefu_db_row (context->db, error,
                     "SELECT status = ?2 AND coalesce(snooze_until, 0) = ?3, in_count FROM conversation WHERE id = ?1",
                     "ssi", id, status, until);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "conversation_id", id);
  same = kefu_stmt_int (row, 0) != 0;
  in_count = kefu_stmt_int (row, 1);
  g_clear_pointer (&row, kefu_stmt_end);

  if (same || kefu_op_exists (context, "message", event_id, error))
    return TRUE;
  if (*error != NULL)
    return FALSE;
  if (resolves && in_count > in_no)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, "in_no: %s", _ ("the customer has written in the meantime"));
      return FALSE;
    }

  data = json_object_new ();
  json_object_set_string_member (data, "what", "status");
  json_object_set_string_member (data, "status", status);
  if (until > 0)
    json_object_set_int_member (data, "until", until);
  /* A resolved matter waits for nothing; kept, the old time would be the clock of the customer's next message. It comes back if the
   * resolving was a mistake, unless somebody has answered since. */
  return kefu_op_touch (context, "conversation", id, error) &&
         kefu_db_run (
           context->db, error,
           "UPDATE conversation SET status = ?2, snooze_until = nullif(?3, 0), waiting_since = CASE"
           " WHEN ?4 THEN 0"
           " WHEN status = 'resolved' AND waiting_since = 0 AND out_since_in = 0 AND ?5 <= last_in_at THEN ?5"
           " ELSE waiting_since END WHERE id = ?1",
           "ssiii", id, status, until, (gint64) resolves, waiting_since) &&
         kefu_op_add_event (context, event_id, id, context->now, data, NULL, error);
}

/* --- conversation.label --- */

static gboolean
conversation_label (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *label_id = NULL;
  gboolean add = FALSE;
  gboolean same, exists;
  gint64 n;
  g_autofree char *labels = NULL;
  g_autoptr (KefuStmt) row = NULL;

  if (!kefu_arg_id (args, "conversation_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_id (args, "label_id", KEFU_ARG_REQUIRED, &label_id, error) ||
      !kefu_arg_bool (args, "add", KEFU_ARG_REQUIRED, &add, error))
    return FALSE;
  row = kefu_db_row (
    context->db, error,
    "SELECT labels, EXISTS(SELECT 1 FROM json_each(labels) WHERE value = ?2) = ?3,"
    " EXISTS(SELECT 1 FROM other_entity WHERE kind = 'label' AND id = ?2), (SELECT count(*) FROM json_each(labels) l"
    "  JOIN other_entity o ON o.kind = 'label' AND o.id = l.value)"
    " FROM conversation WHERE id = ?1",
    "ssi", id, label_id, (gint64) add);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "conversation_id", id);
  labels = g_strdup (kefu_stmt_text (row, 0));
  same = kefu_stmt_int (row, 1) != 0;
  exists = kefu_stmt_int (row, 2) != 0;
  n = kefu_stmt_int (row, 3);
  g_clear_pointer (&row, kefu_stmt_end);

  if (same)
    return TRUE;
  if (add && !exists)
    return kefu_op_not_found (error, "label_id", label_id);
  if (add && n >= MAX_LABELS)
    return kefu_arg_refuse (error, "label_id", _ ("a conversation has at most %d labels"), MAX_LABELS);
  /* In one order whatever order they came in: it is a set, and both sides must end equal. Labels that are no more go with it. */
  return kefu_op_touch (context, "conversation", id, error) &&
         kefu_db_run (context->db, error,
                      "UPDATE conversation SET labels = (SELECT json_group_array(value) FROM (SELECT value FROM"
                      " json_each(?2) WHERE value <> ?3"
                      " AND value IN (SELECT id FROM other_entity WHERE kind = 'label') UNION SELECT ?3 WHERE ?4 ORDER "
                      "BY 1)) WHERE id = ?1",
                      "sssi", id, labels, label_id, (gint64) add);
}

const KefuOpEntry kefu_op_conversation_entries[] = {
  { "conversation.read", conversation_read, FALSE },
  { "conversation.claim", conversation_claim, FALSE },
  { "conversation.status", conversation_status, FALSE },
  { "conversation.label", conversation_label, FALSE },
  { NULL },
};
