/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations of the server for what comes from a channel: messages, edits, recalls, read receipts. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-op-private.h"

#include <glib/gi18n.h>

#include "kefu-id.h"

/* A customer may write longer than we may: what they said is not ours to refuse, up to a bound. */
#define MAX_INBOUND 100000
#define MAX_PARTS 100
#define MAX_KEY 500

static const char *const part_types[] = { "text", "image", "file", "voice", "order", "call", "review", NULL };

/* --- who writes --- */

gboolean
kefu_op_check_channel (KefuOpContext *context, const char *channel_id, GError **error)
{
  return kefu_op_exists (context, "channel", channel_id, error) ||
         (*error == NULL && kefu_op_not_found (error, "channel_id", channel_id));
}

gboolean
kefu_op_read_sender (KefuOpContext *context, JsonObject *args, KefuSender *sender, GError **error)
{
  JsonObject *object = NULL;

  return kefu_arg_text (args, "channel_id", KEFU_ARG_REQUIRED, 64, &sender->channel_id, error) &&
         kefu_arg_object (args, "sender", KEFU_ARG_REQUIRED, &object, error) &&
         kefu_arg_text (object, "key", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, MAX_KEY, &sender->key, error) &&
         kefu_arg_text (object, "name", KEFU_ARG_OPTIONAL, 200, &sender->name, error) &&
         kefu_op_check_channel (context, sender->channel_id, error);
}

static gboolean
update_identity_name (KefuOpContext *context,
                      const KefuSender *sender,
                      const char *id,
                      const char *known,
                      GError **error)
{
  if (sender->name == NULL || *sender->name == '\0' || g_strcmp0 (sender->name, known) == 0)
    return TRUE;
  return kefu_op_touch (context, "identity", id, error) &&
         kefu_db_run (context->db, error, "UPDATE identity SET name = ?2 WHERE id = ?1", "ss", id, sender->name);
}

gboolean
kefu_op_ensure_customer (KefuOpContext *context,
                         const KefuSender *sender,
                         gint64 since,
                         char **customer_id,
                         char **identity_id,
                         GError **error)
{
  g_autofree char *identity = NULL;
  g_autofree char *customer = NULL;
  g_autofree char *known_name = NULL;
  const char *name = sender->name != NULL && *sender->name != '\0' ? sender->name : sender->key;
  gboolean ok;
  g_autoptr (KefuStmt) row =
    kefu_db_row (context->db, error, "SELECT id, customer_id, name FROM identity WHERE channel_id = ?1 AND key = ?2",
                 "ss", sender->channel_id, sender->key);

  if (row != NULL)
    {
      identity = g_strdup (kefu_stmt_text (row, 0));
      customer = g_strdup (kefu_stmt_text (row, 1));
      known_name = g_strdup (kefu_stmt_text (row, 2));
      g_clear_pointer (&row, kefu_stmt_end);
      /* The customer's own name may be the agents' work: only the address takes the new one. */
      ok = update_identity_name (context, sender, identity, known_name, error);
    }
  else
    {
      identity = kefu_id_new (context->now);
      customer = kefu_id_new (context->now);
      ok = *error == NULL && kefu_op_touch (context, "customer", customer, error) &&
           kefu_db_run (context->db, error, "INSERT INTO customer(id, name, since) VALUES(?1, ?2, ?3)", "ssi", customer,
                        name, since) &&
           kefu_op_touch (context, "identity", identity, error) &&
           kefu_db_run (context->db, error,
                        "INSERT INTO identity(id, customer_id, channel_id, key, name) VALUES(?1, ?2, ?3, ?4, ?5)",
                        "sssss", identity, customer, sender->channel_id, sender->key, name);
    }
  if (!ok)
    return FALSE;
  *customer_id = g_steal_pointer (&customer);
  if (identity_id != NULL)
    *identity_id = g_steal_pointer (&identity);
  return TRUE;
}

/* --- the parts of a message --- */

/* One part, read and checked. */
typedef struct
{
  const char *id;
  const char *kind;
  const char *body;
  char *data;
  gboolean waits; /* the customer expects an answer to it */
  gboolean there; /* stored by an earlier run */
  gboolean is_review;
  gint64 score;
  const char *number;   /* (nullable) */
  KefuAttachment *file; /* (nullable) */
} Part;

static void
part_clear (gpointer data)
{
  Part *self = data;

  g_free (self->data);
  g_clear_pointer (&self->file, kefu_attachment_unref);
}

static gboolean
read_file (Part *self, const char *kind, JsonObject *part, GError **error)
{
  g_autoptr (JsonObject) data = NULL;

  self->file = kefu_attachment_from_json (part, error);
  if (self->file == NULL)
    return FALSE;
  data = kefu_attachment_to_json (self->file);
  self->kind = kind;
  self->data = kefu_op_json (data);
  return TRUE;
}

/* The card of an order shows it as it is now; without the order only its number. */
static gboolean
read_order (Part *self, KefuOpContext *context, const char *channel_id, JsonObject *part, GError **error)
{
  g_autoptr (KefuStmt) row = NULL;

  if (!kefu_arg_text (part, "number", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, 100, &self->number, error))
    return FALSE;
  row =
    kefu_db_row (context->db, error,
                 "SELECT json_object('order_id', id, 'number', number, 'title', coalesce(items->>'$[0].title', ''),"
                 " 'count', coalesce((SELECT sum(coalesce(i.value->>'$.qty', 1)) FROM json_each(items) AS i), 0),"
                 " 'amount_minor', iif(paid_minor > 0, paid_minor, total_minor - discount_minor), 'currency', currency,"
                 " 'state', state, 'image', coalesce(items->>'$[0].image', ''))"
                 " FROM orders WHERE number = ?1 ORDER BY channel_id IS ?2 DESC, placed_at DESC LIMIT 1",
                 "ss", self->number, channel_id);
  if (*error != NULL)
    return FALSE;
  self->kind = "order";
  self->body = self->number;
  if (row != NULL)
    {
      self->data = g_strdup (kefu_stmt_text (row, 0));
    }
  else
    {
      g_autoptr (JsonObject) data = json_object_new ();

      json_object_set_string_member (data, "number", self->number);
      self->data = kefu_op_json (data);
    }
  return TRUE;
}

static gboolean
read_call (Part *self, JsonObject *part, GError **error)
{
  g_autoptr (JsonObject) data = json_object_new ();
  gint64 seconds = 0;
  gboolean missed = FALSE;

  if (!kefu_arg_int (part, "seconds", KEFU_ARG_REQUIRED, 0, G_MAXINT32, &seconds, error) ||
      !kefu_arg_bool (part, "missed", KEFU_ARG_REQUIRED, &missed, error))
    return FALSE;
  json_object_set_int_member (data, "seconds", seconds);
  json_object_set_boolean_member (data, "missed", missed);
  self->kind = "call";
  self->data = kefu_op_json (data);
  self->waits = missed;
  return TRUE;
}

static gboolean
read_review (Part *self, JsonObject *part, GError **error)
{
  g_autoptr (JsonObject) data = json_object_new ();

  if (!kefu_arg_int (part, "score", KEFU_ARG_REQUIRED, 1, 5, &self->score, error) ||
      !kefu_arg_text (part, "text", KEFU_ARG_OPTIONAL, MAX_INBOUND, &self->body, error) ||
      !kefu_arg_text (part, "number", KEFU_ARG_OPTIONAL, 100, &self->number, error))
    return FALSE;
  json_object_set_string_member (data, "what", "review");
  json_object_set_int_member (data, "score", self->score);
  if (self->number != NULL)
    json_object_set_string_member (data, "number", self->number);
  self->kind = "event";
  self->data = kefu_op_json (data);
  self->is_review = TRUE;
  self->waits = FALSE;
  return TRUE;
}

static gboolean
part_read (Part *self, KefuOpContext *context, const char *channel_id, JsonNode *node, GError **error)
{
  JsonObject *part;
  const char *type = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return kefu_arg_refuse (error, "parts", _ ("it is not a list of objects"));
  part = json_node_get_object (node);
  if (!kefu_arg_id (part, "id", KEFU_ARG_REQUIRED, &self->id, error) ||
      !kefu_arg_one_of (part, "type", KEFU_ARG_REQUIRED, part_types, &type, error))
    return FALSE;
  self->there = kefu_op_exists (context, "message", self->id, error);
  if (*error != NULL)
    return FALSE;

  self->waits = TRUE;
  if (g_str_equal (type, "image") || g_str_equal (type, "file") || g_str_equal (type, "voice"))
    return read_file (self, type, part, error);
  if (g_str_equal (type, "order"))
    return read_order (self, context, channel_id, part, error);
  if (g_str_equal (type, "call"))
    return read_call (self, part, error);
  if (g_str_equal (type, "review"))
    return read_review (self, part, error);
  self->kind = "text";
  return kefu_arg_text (part, "text", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, MAX_INBOUND, &self->body, error);
}

/* (transfer full) (nullable) (element-type Part): @n_new: how many are not stored yet. */
static GArray *
read_parts (KefuOpContext *context, const char *channel_id, JsonObject *args, guint *n_new, GError **error)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (Part));
  JsonArray *list = NULL;

  g_array_set_clear_func (parts, part_clear);
  if (!kefu_arg_array (args, "parts", KEFU_ARG_REQUIRED, &list, error))
    return NULL;
  if (json_array_get_length (list) == 0 || json_array_get_length (list) > MAX_PARTS)
    {
      kefu_arg_refuse (error, "parts", _ ("there are none or more than %d"), MAX_PARTS);
      return NULL;
    }
  *n_new = 0;
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      Part *part;

      g_array_set_size (parts, i + 1);
      part = &g_array_index (parts, Part, i);
      if (!part_read (part, context, channel_id, json_array_get_element (list, i), error))
        {
          g_autofree char *place = g_strdup_printf ("parts[%u].", i);

          g_prefix_error (error, "%s", place);
          return NULL;
        }
      *n_new += !part->there;
    }
  return g_steal_pointer (&parts);
}

/* --- channel.message --- */

typedef struct
{
  KefuSender sender;
  const char *conversation_key;
  const char *quote_id; /* (nullable) */
  gint64 at;
  char *customer_id;
  char *identity_id;
  char *conversation_id;
} Inbound;

static void
inbound_clear (Inbound *self)
{
  g_free (self->customer_id);
  g_free (self->identity_id);
  g_free (self->conversation_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Inbound, inbound_clear)

/* The newest conversation of the key, or a new one. A resolved one goes on: the history of a customer stays in one place. */
static gboolean
ensure_conversation (Inbound *self, KefuOpContext *context, gboolean *was_resolved, GError **error)
{
  g_autoptr (KefuStmt) row =
    kefu_db_row (context->db, error,
                 "SELECT id, status = 'resolved' FROM conversation WHERE channel_id = ?1 AND key = ?2"
                 " ORDER BY created_at DESC, id DESC LIMIT 1",
                 "ss", self->sender.channel_id, self->conversation_key);

  *was_resolved = FALSE;
  if (row != NULL)
    {
      self->conversation_id = g_strdup (kefu_stmt_text (row, 0));
      *was_resolved = kefu_stmt_int (row, 1) != 0;
      return TRUE;
    }
  if (*error != NULL)
    return FALSE;

  self->conversation_id = kefu_id_new (context->now);
  return kefu_op_touch (context, "conversation", self->conversation_id, error) &&
         kefu_db_run (context->db, error,
                      "INSERT INTO conversation(id, customer_id, channel_id, identity_id, key, created_at, last_at)"
                      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6)",
                      "sssssi", self->conversation_id, self->customer_id, self->sender.channel_id, self->identity_id,
                      self->conversation_key, self->at);
}

static gboolean
reopen (Inbound *self, KefuOpContext *context, const char *seed, GError **error)
{
  g_autofree char *event_id = kefu_op_derive_id (context, seed, "reopened");
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "what", "status");
  json_object_set_string_member (data, "status", "open");
  return kefu_op_add_event (context, event_id, self->conversation_id, self->at, data, NULL, error);
}

static gboolean
count_review (Inbound *self, KefuOpContext *context, const Part *part, GError **error)
{
  g_autofree char *order_id = NULL;
  g_autoptr (KefuStmt) row = NULL;

  if ((part->score >= 4 || part->score <= 2) &&
      (!kefu_op_touch (context, "customer", self->customer_id, error) ||
       !kefu_db_run (
         context->db, error,
         "UPDATE customer SET good_reviews = good_reviews + (?2 >= 4), bad_reviews = bad_reviews + (?2 <= 2)"
         " WHERE id = ?1",
         "si", self->customer_id, part->score)))
    return FALSE;

  row = kefu_db_row (context->db, error,
                     "SELECT id FROM orders WHERE number = ?1 AND customer_id = ?2 AND NOT reviewed LIMIT 1", "ss",
                     part->number, self->customer_id);
  if (row == NULL)
    return *error == NULL;
  order_id = g_strdup (kefu_stmt_text (row, 0));
  g_clear_pointer (&row, kefu_stmt_end);
  return kefu_op_touch (context, "order", order_id, error) &&
         kefu_db_run (context->db, error, "UPDATE orders SET reviewed = 1 WHERE id = ?1", "s", order_id);
}

static gboolean
store_part (Inbound *self, KefuOpContext *context, const Part *part, GError **error)
{
  g_autofree char *summary = kefu_op_file_summary (part->body, part->file);
  g_autoptr (KefuStmt) row = NULL;
  KefuNewMessage message = {
    .id = part->id,
    .conversation_id = self->conversation_id,
    .kind = part->kind,
    .dir = part->is_review ? "none" : "in",
    .body = part->body,
    .data = part->data,
    .quote_id = part->is_review ? NULL : self->quote_id,
    .sent_at = self->at,
  };

  if (part->is_review)
    return kefu_op_add_message (context, &message, error) && count_review (self, context, part, error);

  /* The clock starts with the first message that has no answer. What comes late does not push newer words off the row. */
  if (!kefu_op_touch (context, "conversation", self->conversation_id, error) ||
      !kefu_db_run (context->db, error,
                    "UPDATE conversation SET status = 'open', snooze_until = NULL,"
                    " waiting_since = iif(?2 AND waiting_since = 0, ?3, waiting_since), in_count = in_count + ?2,"
                    " last_in_at = max(last_in_at, ?3), out_since_in = 0,"
                    " last_text = iif(?3 >= last_at, ?4, last_text), last_kind = iif(?3 >= last_at, ?5, last_kind),"
                    " last_dir = iif(?3 >= last_at, 'in', last_dir), last_at = max(last_at, ?3) WHERE id = ?1",
                    "siiss", self->conversation_id, (gint64) part->waits, self->at, summary, part->kind))
    return FALSE;
  row = kefu_db_row (context->db, error, "SELECT in_count FROM conversation WHERE id = ?1", "s", self->conversation_id);
  if (row == NULL)
    return FALSE;
  message.in_no = kefu_stmt_int (row, 0);
  g_clear_pointer (&row, kefu_stmt_end);
  return kefu_op_add_message (context, &message, error);
}

/* A quote we do not know is no reason to lose the message. */
static gboolean
drop_unknown_quote (Inbound *self, KefuOpContext *context, GError **error)
{
  g_autoptr (KefuStmt) row = NULL;

  if (self->quote_id == NULL)
    return TRUE;
  row = kefu_db_row (context->db, error, "SELECT 1 FROM message WHERE id = ?1 AND conversation_id = ?2", "ss",
                     self->quote_id, self->conversation_id);
  if (row == NULL)
    self->quote_id = NULL;
  return *error == NULL;
}

static gboolean
channel_message (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  g_auto (Inbound) in = { { NULL } };
  g_autoptr (GArray) parts = NULL;
  gboolean was_resolved = FALSE;
  gboolean speaks = FALSE;
  guint n_new = 0;

  if (!kefu_op_read_sender (context, args, &in.sender, error) ||
      !kefu_arg_text (args, "conversation_key", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, MAX_KEY, &in.conversation_key,
                      error) ||
      !kefu_arg_int (args, "sent_at", KEFU_ARG_REQUIRED, 1, KEFU_PENDING_MSEQ / 10, &in.at, error) ||
      !kefu_arg_id (args, "quote_id", KEFU_ARG_OPTIONAL, &in.quote_id, error) ||
      (parts = read_parts (context, in.sender.channel_id, args, &n_new, error)) == NULL)
    return FALSE;
  if (n_new == 0)
    return TRUE;

  /* A clock that is ahead of ours would let the customer wait a negative time. */
  in.at = MIN (in.at, context->now);
  if (!kefu_op_ensure_customer (context, &in.sender, in.at, &in.customer_id, &in.identity_id, error) ||
      !ensure_conversation (&in, context, &was_resolved, error))
    return FALSE;
  if (!drop_unknown_quote (&in, context, error))
    return FALSE;

  for (guint i = 0; i < parts->len; i++)
    {
      const Part *part = &g_array_index (parts, Part, i);

      if (part->there)
        continue;
      if (was_resolved && !speaks && !part->is_review)
        {
          speaks = TRUE;
          if (!reopen (&in, context, part->id, error))
            return FALSE;
        }
      if (!store_part (&in, context, part, error))
        return FALSE;
    }
  return TRUE;
}

/* --- channel.edit, channel.recall --- */

/* FALSE: not the customer's, or @error. */
static gboolean
check_incoming (KefuOpContext *context, const char *id, GError **error)
{
  g_autoptr (KefuStmt) row = kefu_db_row (context->db, error, "SELECT dir = 'in' FROM message WHERE id = ?1", "s", id);

  if (row == NULL)
    return *error == NULL && kefu_op_not_found (error, "message_id", id);
  return kefu_stmt_int (row, 0) != 0 ||
         kefu_arg_refuse (error, "message_id", _ ("it is not a message of the customer"));
}

/* Shows the new words in the inbox row too, if it shows this message. */
static gboolean
update_summary (KefuOpContext *context, const char *message_id, const char *text, GError **error)
{
  g_autofree char *summary = kefu_op_summary (text);
  g_autofree char *conversation_id = NULL;
  g_autoptr (KefuStmt) row =
    kefu_db_row (context->db, error,
                 "SELECT c.id FROM message AS m JOIN conversation AS c ON c.id = m.conversation_id WHERE m.id = ?1"
                 " AND m.id = (SELECT n.id FROM message AS n WHERE n.conversation_id = c.id AND n.dir <> 'none'"
                 "             ORDER BY n.mseq DESC LIMIT 1)",
                 "s", message_id);

  if (row == NULL)
    return *error == NULL;
  conversation_id = g_strdup (kefu_stmt_text (row, 0));
  g_clear_pointer (&row, kefu_stmt_end);
  return kefu_op_touch (context, "conversation", conversation_id, error) &&
         kefu_db_run (context->db, error, "UPDATE conversation SET last_text = ?2 WHERE id = ?1", "ss", conversation_id,
                      summary);
}

static gboolean
channel_edit (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  const char *text = NULL;
  g_autoptr (KefuStmt) same = NULL;

  if (!kefu_arg_id (args, "message_id", KEFU_ARG_REQUIRED, &id, error) ||
      !kefu_arg_text (args, "text", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, MAX_INBOUND, &text, error) ||
      !check_incoming (context, id, error))
    return FALSE;
  same = kefu_db_row (context->db, error, "SELECT 1 FROM message WHERE id = ?1 AND body = ?2", "ss", id, text);
  if (same != NULL)
    return TRUE;
  return *error == NULL && kefu_op_touch (context, "message", id, error) &&
         kefu_db_run (
           context->db, error,
           "UPDATE message SET body = ?2, data = json_set(coalesce(data, '{}'), '$.edited_at', ?3) WHERE id = ?1",
           "ssi", id, text, context->now) &&
         update_summary (context, id, text, error);
}

/* What was said stays for the agents to read; the desk shows that it was taken back. */
static gboolean
channel_recall (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *id = NULL;
  g_autoptr (KefuStmt) same = NULL;

  if (!kefu_arg_id (args, "message_id", KEFU_ARG_REQUIRED, &id, error) || !check_incoming (context, id, error))
    return FALSE;
  same = kefu_db_row (context->db, error, "SELECT 1 FROM message WHERE id = ?1 AND recalled", "s", id);
  if (same != NULL)
    return TRUE;
  return *error == NULL && kefu_op_touch (context, "message", id, error) &&
         kefu_db_run (context->db, error, "UPDATE message SET recalled = 1 WHERE id = ?1", "s", id);
}

/* --- channel.read --- */

static gboolean
channel_read (KefuOpContext *context, JsonObject *args, gint64 if_rev, GError **error)
{
  const char *channel_id = NULL;
  const char *key = NULL;
  gint64 at = 0;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (KefuStmt) rows = NULL;

  if (!kefu_arg_text (args, "channel_id", KEFU_ARG_REQUIRED, 64, &channel_id, error) ||
      !kefu_arg_text (args, "conversation_key", KEFU_ARG_REQUIRED | KEFU_ARG_FILLED, MAX_KEY, &key, error) ||
      !kefu_arg_int (args, "at", KEFU_ARG_REQUIRED, 0, G_MAXINT64, &at, error) ||
      !kefu_op_check_channel (context, channel_id, error))
    return FALSE;
  rows = kefu_db_query (context->db, error,
                        "SELECT m.id FROM message AS m JOIN conversation AS c ON c.id = m.conversation_id"
                        " WHERE c.channel_id = ?1 AND c.key = ?2 AND m.dir = 'out' AND m.sent_at <= ?3"
                        " AND m.delivery IN ('sent', 'delivered') ORDER BY m.mseq",
                        "ssi", channel_id, key, at);
  while (rows != NULL && kefu_stmt_step (rows, error))
    g_ptr_array_add (ids, g_strdup (kefu_stmt_text (rows, 0)));
  if (*error != NULL)
    return FALSE;
  g_clear_pointer (&rows, kefu_stmt_end);

  for (guint i = 0; i < ids->len; i++)
    if (!kefu_op_touch (context, "message", g_ptr_array_index (ids, i), error) ||
        !kefu_db_run (context->db, error, "UPDATE message SET delivery = 'read' WHERE id = ?1", "s",
                      g_ptr_array_index (ids, i)))
      return FALSE;
  return TRUE;
}

const KefuOpEntry kefu_op_channel_entries[] = {
  { "channel.message", channel_message, TRUE },
  { "channel.edit", channel_edit, TRUE },
  { "channel.recall", channel_recall, TRUE },
  { "channel.read", channel_read, TRUE },
  { NULL },
};
