/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations on messages: send, retry, and what a channel says of the delivery. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <string.h>

#include <glib/gi18n.h>

/* What a Chinese input method may write for the @. */
#define FULLWIDTH_AT "＠"

static const char *const sendable_kinds[] = { "text", "note", "image", "file", NULL };
static const char *const delivery_states[] = { "sent", "delivered", "read", "failed", "unknown", NULL };

/* --- message.send --- */

typedef struct
{
  const char *id;
  const char *conversation_id;
  const char *kind;
  const char *body;
  const char *quote_id;
  gint64 at;
  KefuAttachment *file; /* (nullable) */
} Send;

static void
send_clear (Send *self)
{
  g_clear_pointer (&self->file, kefu_attachment_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Send, send_clear)

/* What the file is and how large is the server's to say: it has looked at the bytes. A desk has too, with the same eyes. */
static gboolean
ask_for_blob (KefuAttachment *file, KefuOpContext *context, GError **error)
{
  g_autofree char *mime = NULL;

  if (context->find_blob == NULL)
    return TRUE;
  if (!context->find_blob (context, file->sha256, &mime, &file->size))
    return kefu_op_not_found (error, KEFU_OP_BLOB_MISSING, file->sha256);
  g_free (file->mime);
  file->mime = g_steal_pointer (&mime);
  return TRUE;
}

static gboolean
read_file (Send *self, KefuOpContext *context, JsonObject *args, GError **error)
{
  JsonObject *object = NULL;
  gboolean is_image = g_str_equal (self->kind, "image");

  if (!is_image && !g_str_equal (self->kind, "file"))
    return !kefu_arg_has (args, "attachment") ||
           kefu_arg_refuse (error, "attachment", _ ("a message of this kind has none"));
  if (!kefu_arg_object (args, "attachment", KEFU_ARG_REQUIRED, &object, error))
    return FALSE;
  self->file = kefu_attachment_from_json (object, error);
  if (self->file == NULL)
    {
      g_prefix_error (error, "attachment.");
      return FALSE;
    }
  if (*self->file->name == '\0')
    return kefu_arg_refuse (error, "attachment.name", _ ("it is missing"));
  if (!ask_for_blob (self->file, context, error))
    return FALSE;
  if (self->file->size == 0)
    return kefu_arg_refuse (error, "attachment.size", _ ("the file is empty"));
  if (is_image && !kefu_attachment_is_picture (self->file->mime))
    return kefu_arg_refuse (error, "attachment.mime", _ ("it is not a picture"));
  self->file->seconds = 0;
  return TRUE;
}

/* Beside a file the text is its caption, and may be empty. */
static gboolean
send_read (Send *self, KefuOpContext *context, JsonObject *args, GError **error)
{
  KefuArgFlags body = KEFU_ARG_REQUIRED;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &self->id, error) ||
      !kefu_arg_id (args, "conversation_id", KEFU_ARG_REQUIRED, &self->conversation_id, error) ||
      !kefu_arg_one_of (args, "kind", KEFU_ARG_REQUIRED, sendable_kinds, &self->kind, error))
    return FALSE;
  if (g_str_equal (self->kind, "text") || g_str_equal (self->kind, "note"))
    body |= KEFU_ARG_FILLED;
  return kefu_arg_text (args, "body", body, KEFU_MAX_BODY, &self->body, error) &&
         kefu_arg_id (args, "quote_id", KEFU_ARG_OPTIONAL, &self->quote_id, error) &&
         kefu_op_time (context, args, &self->at, error);
}

/* @done: TRUE if this very message is there already. */
static gboolean
send_check_repeat (const Send *self, KefuOpContext *context, gboolean *done, GError **error)
{
  g_autoptr (KefuStmt) row =
    kefu_db_row (context->db, error, "SELECT conversation_id = ?2 AND author_id IS ?3 FROM message WHERE id = ?1",
                 "sss", self->id, self->conversation_id, context->actor_id);

  *done = row != NULL;
  if (row == NULL)
    return *error == NULL;
  return kefu_stmt_int (row, 0) != 0 || kefu_arg_refuse (error, "id", _ ("it belongs to another message"));
}

static gboolean
send_check_quote (const Send *self, KefuOpContext *context, GError **error)
{
  g_autoptr (KefuStmt) row = NULL;

  if (self->quote_id == NULL)
    return TRUE;
  row = kefu_db_row (context->db, error, "SELECT 1 FROM message WHERE id = ?1 AND conversation_id = ?2", "ss",
                     self->quote_id, self->conversation_id);
  if (row == NULL && *error == NULL)
    return kefu_arg_refuse (error, "quote_id", _ ("the quoted message is not in this conversation"));
  return row != NULL;
}

/* What an answer does to the row of the inbox: the customer waits no longer, and the matter is open again. */
static gboolean
send_update_conversation (const Send *self, KefuOpContext *context, GError **error)
{
  g_autofree char *summary = kefu_op_file_summary (self->body, self->file);

  return kefu_op_touch (context, "conversation", self->conversation_id, error) &&
         kefu_db_run (context->db, error,
                      "UPDATE conversation SET status = 'open', snooze_until = NULL, waiting_since = 0,"
                      " last_at = max(last_at, ?2), last_text = ?3, last_dir = 'out', last_kind = ?4,"
                      " out_since_in = out_since_in + 1 WHERE id = ?1",
                      "siss", self->conversation_id, self->at, summary, self->kind);
}

static gboolean
add_reopened_event (const Send *self, KefuOpContext *context, GError **error)
{
  g_autofree char *event_id = kefu_op_derive_id (context, self->id, "reopened");
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "what", "status");
  json_object_set_string_member (data, "status", "open");
  return kefu_op_add_event (context, event_id, self->conversation_id, self->at, data, NULL, error);
}

/* The agents whose names stand behind an @ in @body, the longest name that fits; (transfer full) (element-type utf8): ids, each once. */
static GPtrArray *
find_mentions (KefuOpContext *context, const char *body, GError **error)
{
  g_autoptr (GPtrArray) mentioned = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (KefuStmt) stmt = NULL;

  if (strchr (body, '@') == NULL && strstr (body, FULLWIDTH_AT) == NULL)
    return g_steal_pointer (&mentioned);
  stmt = kefu_db_query (context->db, error,
                        "SELECT id, name FROM agent WHERE name <> '' ORDER BY length(name) DESC, name, id", "");
  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &local))
    {
      g_ptr_array_add (ids, g_strdup (kefu_stmt_text (stmt, 0)));
      g_ptr_array_add (names, g_strdup (kefu_stmt_text (stmt, 1)));
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  for (const char *at = body; *at != '\0'; at = g_utf8_next_char (at))
    {
      const char *name = *at == '@' ? at + 1 : NULL;
      const char *found = NULL;

      if (g_str_has_prefix (at, FULLWIDTH_AT))
        name = at + strlen (FULLWIDTH_AT);
      for (guint i = 0; name != NULL && i < names->len; i++)
        {
          const char *candidate = g_ptr_array_index (names, i);

          /* Two may have the same name: then both are meant, for all that is known. */
          if (found != NULL ? !g_str_equal (found, candidate) : !g_str_has_prefix (name, candidate))
            continue;
          found = candidate;
          if (!g_ptr_array_find_with_equal_func (mentioned, ids->pdata[i], g_str_equal, NULL))
            g_ptr_array_add (mentioned, g_strdup (ids->pdata[i]));
        }
    }
  return g_steal_pointer (&mentioned);
}

/* @data: (out) (transfer full) (nullable): of a note: whom it mentions. */
static gboolean
note_data (KefuOpContext *context, const char *body, char **data, GError **error)
{
  g_autoptr (GPtrArray) mentioned = find_mentions (context, body, error);
  g_autoptr (JsonObject) object = NULL;
  JsonArray *list;

  if (mentioned == NULL)
    return FALSE;
  if (mentioned->len == 0)
    return TRUE;
  object = json_object_new ();
  list = json_array_new ();
  for (guint i = 0; i < mentioned->len; i++)
    json_array_add_string_element (list, g_ptr_array_index (mentioned, i));
  json_object_set_array_member (object, "mentions", list);
  *data = kefu_op_json (object);
  return TRUE;
}

static gboolean
message_send (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  g_auto (Send) send = { NULL };
  KefuNewMessage message = { NULL };
  g_autofree char *data = NULL;
  g_autoptr (KefuStmt) row = NULL;
  gboolean done, is_note, was_resolved;
  gint64 max_len;

  if (!send_read (&send, context, args, error) || !send_check_repeat (&send, context, &done, error))
    return FALSE;
  if (done)
    return TRUE;

  row = kefu_db_row (context->db, error,
                     "SELECT c.status = 'resolved', coalesce(h.max_len, 0) FROM conversation AS c"
                     " LEFT JOIN channel AS h ON h.id = c.channel_id WHERE c.id = ?1",
                     "s", send.conversation_id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "conversation_id", send.conversation_id);
  was_resolved = kefu_stmt_int (row, 0) != 0;
  max_len = kefu_stmt_int (row, 1);
  g_clear_pointer (&row, kefu_stmt_end);

  is_note = g_str_equal (send.kind, "note");
  if (!is_note && max_len > 0 && g_utf8_strlen (send.body, -1) > max_len)
    return kefu_arg_refuse (error, "body", _ ("this channel takes at most %d characters"), (int) max_len);
  if (!send_check_quote (&send, context, error) || !read_file (&send, context, args, error))
    return FALSE;
  if (send.file != NULL)
    {
      g_autoptr (JsonObject) object = kefu_attachment_to_json (send.file);

      data = kefu_op_json (object);
    }
  if (is_note && !note_data (context, send.body, &data, error))
    return FALSE;

  message.id = send.id;
  message.conversation_id = send.conversation_id;
  message.kind = send.kind;
  message.dir = is_note ? "none" : "out";
  message.author_id = context->actor_id;
  message.body = send.body;
  message.data = data;
  message.quote_id = send.quote_id;
  message.delivery = is_note ? NULL : "queued";
  message.sent_at = send.at;
  /* A note is between agents: the customer goes on waiting and the inbox row goes on showing what was said to them. */
  if (is_note)
    return kefu_op_add_message (context, &message, error);
  return (!was_resolved || add_reopened_event (&send, context, error)) &&
         kefu_op_add_message (context, &message, error) && send_update_conversation (&send, context, error);
}

/* --- message.retry --- */

static gboolean
message_retry (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  g_autoptr (KefuStmt) row = NULL;
  gboolean outgoing, wanted;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error))
    return FALSE;
  row = kefu_db_row (context->db, error,
                     "SELECT dir = 'out', delivery IN ('failed', 'unknown') FROM message WHERE id = ?1", "s", id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "id", id);
  outgoing = kefu_stmt_int (row, 0) != 0;
  wanted = kefu_stmt_int (row, 1) != 0;
  g_clear_pointer (&row, kefu_stmt_end);

  if (!outgoing)
    return kefu_arg_refuse (error, "id", _ ("it is not a message to the customer"));
  /* On its way, or arrived: a second copy must not follow. */
  if (!wanted)
    return TRUE;
  return kefu_op_touch (context, "message", id, error) &&
         kefu_db_run (context->db, error,
                      "UPDATE message SET delivery = 'queued', delivery_reason = '',"
                      " data = nullif(json_remove(data, '$.retryable'), '{}') WHERE id = ?1",
                      "s", id);
}

/* --- message.delivery --- */

/* How far a message has come. "failed" and "unknown" may still turn out to have arrived. */
static int
progress_of (const char *delivery)
{
  if (g_str_equal (delivery, "read"))
    return 4;
  if (g_str_equal (delivery, "delivered"))
    return 3;
  if (g_str_equal (delivery, "sent"))
    return 2;
  if (g_str_equal (delivery, "failed") || g_str_equal (delivery, "unknown"))
    return 1;
  return 0;
}

static gboolean
may_follow (const char *now, const char *then)
{
  if (progress_of (then) > progress_of (now))
    return TRUE;
  /* The channel took it and could not hand it over. */
  if (g_str_equal (now, "sent") && g_str_equal (then, "failed"))
    return TRUE;
  return g_str_equal (now, "unknown") && g_str_equal (then, "failed");
}

static gboolean
message_delivery (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *delivery = NULL;
  const char *reason = NULL;
  gboolean retryable = TRUE;
  gboolean fits;
  g_autoptr (KefuStmt) row = NULL;

  if (!kefu_arg_id (args, "id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_one_of (args, "delivery", KEFU_ARG_REQUIRED, delivery_states, &delivery, error) ||
      !kefu_arg_text (args, "reason", KEFU_ARG_OPTIONAL, KEFU_MAX_TEXT, &reason, error) ||
      !kefu_arg_bool (args, "retryable", KEFU_ARG_OPTIONAL, &retryable, error))
    return FALSE;
  row = kefu_db_row (context->db, error, "SELECT delivery FROM message WHERE id = ?1 AND dir = 'out'", "s", id);
  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "id", id);
  fits = may_follow (kefu_stmt_text (row, 0), delivery);
  g_clear_pointer (&row, kefu_stmt_end);

  if (!fits)
    return TRUE;
  return kefu_op_touch (context, "message", id, error) &&
         kefu_db_run (context->db, error,
                      "UPDATE message SET delivery = ?2, delivery_reason = coalesce(?3, ''),"
                      " data = nullif(iif(?4, json_remove(data, '$.retryable'),"
                      "   json_set(coalesce(data, '{}'), '$.retryable', json('false'))), '{}')"
                      " WHERE id = ?1",
                      "sssi", id, delivery, reason, (gint64) (retryable || !g_str_equal (delivery, "failed")));
}

const KefuOpEntry kefu_op_message_entries[] = {
  { "message.send", message_send, FALSE },
  { "message.retry", message_retry, FALSE },
  { "message.delivery", message_delivery, TRUE },
  { NULL },
};
