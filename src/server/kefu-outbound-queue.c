/* SPDX-License-Identifier: GPL-3.0-or-later
 * The rows of `outbound`: what is due, and what became of it. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-outbound-queue.h"

#include "kefu-json.h"

#define QUOTE_SQL                                                                                                      \
  "CASE WHEN q.id IS NULL THEN '{}' ELSE json_object('quote', json_object('id', coalesce("                             \
  " (SELECT n.event_id FROM inbound_seen n WHERE json_extract(n.message_ids, '$[0]') = q.id"                           \
  "   AND n.channel_id = o.channel_id), q.id), 'text', q.body)) END"

/* What is NULL the patch leaves out. */
#define ATTACHMENT_SQL                                                                                                 \
  "CASE WHEN m.kind NOT IN ('image', 'file') THEN '{}' ELSE json_object('attachment', json_object("                    \
  " 'sha256', m.data->>'$.sha256', 'mime', m.data->>'$.mime', 'name', m.data->>'$.name', 'size', m.data->>'$.size',"   \
  " 'width', m.data->>'$.width', 'height', m.data->>'$.height')) END"

/* Only the first of each conversation may go, and a channel that hangs must not fill the list. */
#define DUE_SQL                                                                                                        \
  "SELECT message_id, channel_id, delivery_id, url, secret, once, tries, first_at, body FROM ("                        \
  " SELECT o.*, s.url, s.secret, s.once, row_number() OVER (PARTITION BY o.channel_id ORDER BY o.next_at, o.mseq)"     \
  "   AS place, json_object('message', json_patch(json_patch(json_object("                                             \
  "   'id', m.id, 'conversation', json_object('key', c.key), 'recipient', json_object('key', coalesce(i.key, c.key))," \
  "   'kind', m.kind, 'text', m.body, 'sent_at', m.sent_at), " QUOTE_SQL "), " ATTACHMENT_SQL ")) AS body"             \
  " FROM outbound o JOIN message m ON m.id = o.message_id JOIN conversation c ON c.id = o.conversation_id"             \
  " JOIN channel_secret s ON s.channel_id = o.channel_id LEFT JOIN identity i ON i.id = c.identity_id"                 \
  " LEFT JOIN message q ON q.id = m.quote_id"                                                                          \
  " WHERE o.next_at <= ?1 AND o.posting = 0 AND NOT EXISTS (SELECT 1 FROM outbound p"                                  \
  "  WHERE p.conversation_id = o.conversation_id AND p.mseq < o.mseq)) WHERE place <= 8"

static const char *const delivery_names[] = { "sent", "delivered", "failed", "unknown" };

static KefuDelivery *
read_delivery (KefuStmt *stmt)
{
  KefuDelivery *self = g_new0 (KefuDelivery, 1);

  self->message_id = g_strdup (kefu_stmt_text (stmt, 0));
  self->channel_id = g_strdup (kefu_stmt_text (stmt, 1));
  self->delivery_id = g_strdup (kefu_stmt_text (stmt, 2));
  self->url = g_strdup (kefu_stmt_text (stmt, 3));
  self->secret = g_strdup (kefu_stmt_text (stmt, 4));
  self->once = kefu_stmt_int (stmt, 5) != 0;
  self->tries = kefu_stmt_int (stmt, 6);
  self->first_at = kefu_stmt_int (stmt, 7);
  self->body = g_strdup (kefu_stmt_text (stmt, 8));
  return self;
}

/* The message says it, and the row goes. A message that moved on meanwhile keeps what it has. */
static gboolean
conclude (KefuWrite *write, const char *message_id, KefuVerdict verdict, const char *reason, GError **error)
{
  g_autoptr (JsonObject) args = json_object_new ();
  g_autoptr (GError) op_error = NULL;

  json_object_set_string_member (args, "id", message_id);
  json_object_set_string_member (args, "delivery", delivery_names[verdict]);
  if (verdict == KEFU_VERDICT_FAILED || verdict == KEFU_VERDICT_UNKNOWN)
    {
      json_object_set_string_member (args, "reason", reason != NULL ? reason : "");
      json_object_set_boolean_member (args, "retryable", TRUE);
    }
  if (kefu_write_op (write, NULL, "message.delivery", args, 0, &op_error) == KEFU_OP_FAILED)
    {
      g_propagate_error (error, g_steal_pointer (&op_error));
      return FALSE;
    }
  if (op_error != NULL)
    g_debug ("Delivery of %s: %s", message_id, op_error->message);
  return kefu_db_run (kefu_write_get_db (write), error, "DELETE FROM outbound WHERE message_id = ?", "s", message_id);
}

void
kefu_delivery_free (KefuDelivery *self)
{
  g_free (self->message_id);
  g_free (self->channel_id);
  g_free (self->delivery_id);
  g_free (self->url);
  g_free (self->secret);
  g_free (self->body);
  g_free (self);
}

KefuDeliveryScan *
kefu_delivery_scan_new (gint64 now)
{
  KefuDeliveryScan *self = g_new0 (KefuDeliveryScan, 1);

  self->now = now;
  self->due = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_delivery_free);
  return self;
}

void
kefu_delivery_scan_free (KefuDeliveryScan *self)
{
  g_ptr_array_unref (self->due);
  g_free (self);
}

void
kefu_delivery_result_free (KefuDeliveryResult *self)
{
  g_free (self->message_id);
  g_free (self->reason);
  g_free (self);
}

gboolean
kefu_outbound_scan_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  KefuDeliveryScan *scan = data;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, DUE_SQL, "i", scan->now);
  g_autoptr (GError) step_error = NULL;

  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &step_error))
    g_ptr_array_add (scan->due, read_delivery (stmt));
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return FALSE;
    }
  scan->next_at = kefu_db_int (db, 0, "SELECT min(next_at) FROM outbound WHERE next_at > ?", "i", scan->now);
  return TRUE;
}

gboolean
kefu_outbound_settle_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  KefuDeliveryResult *result = data;
  g_autoptr (KefuWrite) write = kefu_write_begin (db, result->now, error);

  if (write == NULL)
    return FALSE;
  if (result->verdict == KEFU_VERDICT_RETRY
        ? !kefu_db_run (db, error,
                        "UPDATE outbound SET tries = tries + 1, next_at = ?, posting = 0 WHERE message_id = ?", "is",
                        result->next_at, result->message_id)
        : !conclude (write, result->message_id, result->verdict, result->reason, error))
    return FALSE;
  return kefu_storage_commit (storage, write, error);
}

gboolean
kefu_outbound_mark_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  if (!kefu_db_run (db, error, "UPDATE outbound SET posting = 1 WHERE message_id = ? AND posting = 0", "s", data))
    return FALSE;
  if (kefu_db_changes (db) == 1)
    return TRUE;
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, "It does not wait any more");
  return FALSE;
}

gboolean
kefu_outbound_shift_job (KefuStorage *storage, KefuDb *db, gpointer data, GError **error)
{
  return kefu_db_run (db, error, "UPDATE outbound SET next_at = next_at - ?1, first_at = first_at - ?1", "i",
                      *(const gint64 *) data);
}

gboolean
kefu_outbound_mend_job (KefuStorage *storage, KefuDb *db, gpointer unused, GError **error)
{
  gint64 now = kefu_clock_now (kefu_storage_get_clock (storage));
  g_autoptr (KefuWrite) write = kefu_write_begin (db, now, error);
  g_autofree char *id = NULL;

  /* No wait is that long: the clock was ahead. */
  if (write == NULL || !kefu_db_run (db, error, "UPDATE outbound SET next_at = ?1 WHERE next_at > ?1 + ?2", "ii", now,
                                     (gint64) KEFU_OUTBOUND_WAIT_MAX_MS))
    return FALSE;
  while ((id = kefu_db_text (db, "SELECT message_id FROM outbound WHERE posting = 1 LIMIT 1", "")) != NULL)
    {
      if (!conclude (write, id, KEFU_VERDICT_UNKNOWN, "The server stopped while it was being sent", error))
        return FALSE;
      g_clear_pointer (&id, g_free);
    }
  return kefu_storage_commit (storage, write, error);
}
