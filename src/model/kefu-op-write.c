/* SPDX-License-Identifier: GPL-3.0-or-later
 * What several operations check and write. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include "kefu-id.h"
#include "kefu-text.h"

/* Characters of a message that the inbox row keeps; it shows one line. */
#define SUMMARY_CHARS 120

gboolean
kefu_op_not_found (GError **error, const char *name, const char *id)
{
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, "%s: %s", name, _ ("it does not exist"));
  return FALSE;
}

gboolean
kefu_op_time (KefuOpContext *context, JsonObject *args, gint64 *time, GError **error)
{
  *time = context->now;
  if (!kefu_arg_int (args, "at", KEFU_ARG_OPTIONAL, 0, KEFU_PENDING_MSEQ / 10, time, error))
    return FALSE;
  if (context->authoritative)
    *time = context->now;
  return TRUE;
}

gboolean
kefu_op_check_rev (KefuOpContext *context, gint64 if_rev, gint64 rev, GError **error)
{
  if (!context->authoritative || if_rev == 0 || if_rev == rev)
    return TRUE;
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, "if_rev: %s", _ ("someone else has changed it in the meantime"));
  return FALSE;
}

gboolean
kefu_op_check_agent (KefuOpContext *context, const char *name, const char *agent_id, GError **error)
{
  g_autoptr (KefuStmt) agent = NULL;

  if (agent_id == NULL)
    return TRUE;
  agent = kefu_db_row (context->db, error, "SELECT disabled FROM agent WHERE id = ?1", "s", agent_id);
  if (agent == NULL)
    return *error == NULL && kefu_op_not_found (error, name, agent_id);
  return kefu_stmt_int (agent, 0) == 0 || kefu_arg_refuse (error, name, _ ("this agent cannot take anything any more"));
}

char *
kefu_op_derive_id (KefuOpContext *context, const char *seed, const char *what)
{
  g_autoptr (GChecksum) checksum = NULL;
  guint8 hash[32];
  gsize size = sizeof hash;

  if (seed == NULL)
    return kefu_id_new (context->now);

  checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *) seed, -1);
  g_checksum_update (checksum, (const guchar *) "\n", 1);
  g_checksum_update (checksum, (const guchar *) what, -1);
  g_checksum_get_digest (checksum, hash, &size);

  /* RFC 9562, 5.8: version 8 leaves the bits to us. */
  hash[6] = (hash[6] & 0x0f) | 0x80;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", hash[0], hash[1],
                          hash[2], hash[3], hash[4], hash[5], hash[6], hash[7], hash[8], hash[9], hash[10], hash[11],
                          hash[12], hash[13], hash[14], hash[15]);
}

gboolean
kefu_op_exists (KefuOpContext *context, const char *table, const char *id, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT 1 FROM %s WHERE id = ?1", table);
  g_autoptr (KefuStmt) row = kefu_db_row (context->db, error, sql, "s", id);

  return row != NULL;
}

static gboolean
next_mseq (KefuOpContext *context, const KefuNewMessage *message, gint64 *mseq, GError **error)
{
  g_autoptr (KefuStmt) row = NULL;

  if (!context->authoritative)
    {
      *mseq = KEFU_PENDING_MSEQ + message->sent_at;
      return TRUE;
    }

  row =
    kefu_db_row (context->db, error, "SELECT last_mseq FROM conversation WHERE id = ?1", "s", message->conversation_id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "conversation_id", message->conversation_id);
  *mseq = kefu_stmt_int (row, 0) + 1;
  return kefu_op_touch (context, "conversation", message->conversation_id, error) &&
         kefu_db_run (context->db, error, "UPDATE conversation SET last_mseq = ?2 WHERE id = ?1", "si",
                      message->conversation_id, *mseq);
}

gboolean
kefu_op_add_message (KefuOpContext *context, const KefuNewMessage *message, GError **error)
{
  gint64 mseq = 0;

  return next_mseq (context, message, &mseq, error) && kefu_op_touch (context, "message", message->id, error) &&
         kefu_db_run (
           context->db, error,
           "INSERT INTO message(id, conversation_id, mseq, kind, dir, author_id, body, data, quote_id, in_no,"
           " sent_at, delivery) VALUES(?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, ''), ?8, ?9, ?10, ?11, coalesce(?12, ''))",
           "ssissssssiis", message->id, message->conversation_id, mseq, message->kind, message->dir, message->author_id,
           message->body, message->data, message->quote_id, message->in_no, message->sent_at, message->delivery);
}

gboolean
kefu_op_add_event (KefuOpContext *context,
                   const char *id,
                   const char *conversation_id,
                   gint64 at,
                   JsonObject *data,
                   const char *body,
                   GError **error)
{
  g_autoptr (JsonObject) owned = data;
  g_autofree char *json = kefu_op_json (owned);
  KefuNewMessage message = {
    .id = id,
    .conversation_id = conversation_id,
    .kind = "event",
    .dir = "none",
    .author_id = context->actor_id,
    .body = body,
    .data = json,
    .sent_at = at,
  };

  return kefu_op_add_message (context, &message, error);
}

char *
kefu_op_summary (const char *body)
{
  return kefu_text_one_line (body != NULL ? body : "", SUMMARY_CHARS);
}

char *
kefu_op_file_summary (const char *caption, const KefuAttachment *file)
{
  g_autofree char *words = kefu_op_summary (caption);

  if (*words == '\0' && file != NULL)
    return kefu_op_summary (file->name);
  return g_steal_pointer (&words);
}

char *
kefu_op_json (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_init_object (node, object);
  return json_to_string (node, FALSE);
}
