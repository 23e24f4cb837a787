/* SPDX-License-Identifier: GPL-3.0-or-later
 * Rows of the cache as records: the ones that several queries give. */
#include "config.h"

#include "kefu-store-private.h"

#include "kefu-text.h"

char *
kefu_store_text (KefuStmt *stmt, int column)
{
  const char *text = kefu_stmt_text (stmt, column);

  return g_strdup (text != NULL ? text : "");
}

char *
kefu_store_name (KefuStmt *stmt, int column)
{
  const char *text = kefu_stmt_text (stmt, column);

  return kefu_text_mask_name (text != NULL ? text : "");
}

static char *
text_or_null (KefuStmt *stmt, int column)
{
  return g_strdup (kefu_stmt_text (stmt, column));
}

/* (transfer full) (nullable): the texts of a JSON array; NULL if it has none. */
static char **
texts_of_json (const char *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = 0;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (json_node_get_value_type (element) != G_TYPE_STRING)
        continue;
      g_strv_builder_add (builder, json_node_get_string (element));
      n++;
    }
  return n > 0 ? g_strv_builder_end (builder) : NULL;
}

/* The record of the row that @stmt stands on. */
typedef gpointer (*RowFunc) (KefuStmt *stmt);

static GPtrArray *
all_rows (KefuStmt *stmt, RowFunc row, GDestroyNotify unref, GError **error)
{
  g_autoptr (KefuStmt) owned = stmt;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  rows = g_ptr_array_new_with_free_func (unref);
  while (kefu_stmt_step (stmt, &local))
    g_ptr_array_add (rows, row (stmt));
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&rows);
}

static gpointer
conversation_row (KefuStmt *stmt)
{
  KefuConversationRecord *record = kefu_conversation_record_new ();

  record->id = kefu_store_text (stmt, 0);
  record->rev = kefu_stmt_int (stmt, 1);
  record->customer_id = kefu_store_text (stmt, 2);
  record->customer_name = kefu_store_name (stmt, 3);
  record->customer_level = kefu_store_text (stmt, 4);
  record->channel_id = kefu_store_text (stmt, 5);
  record->channel_type = kefu_store_text (stmt, 6);
  record->channel_name = kefu_store_text (stmt, 7);
  record->shop = kefu_store_text (stmt, 8);
  record->due_s = (int) kefu_stmt_int (stmt, 9);
  record->over_s = (int) kefu_stmt_int (stmt, 10);
  record->window_h = (int) kefu_stmt_int (stmt, 11);
  record->window_n = (int) kefu_stmt_int (stmt, 12);
  record->max_len = (int) kefu_stmt_int (stmt, 13);
  record->title = kefu_store_text (stmt, 14);
  record->status = kefu_store_text (stmt, 15);
  record->assignee_id = text_or_null (stmt, 16);
  record->assignee_name = kefu_store_text (stmt, 17);
  record->snooze_until = kefu_stmt_int (stmt, 18);
  record->waiting_since = kefu_stmt_int (stmt, 19);
  record->last_in_at = kefu_stmt_int (stmt, 20);
  record->last_mseq = kefu_stmt_int (stmt, 21);
  record->last_at = kefu_stmt_int (stmt, 22);
  record->last_text = kefu_store_text (stmt, 23);
  record->last_dir = kefu_store_text (stmt, 24);
  record->last_kind = kefu_store_text (stmt, 25);
  record->in_count = kefu_stmt_int (stmt, 26);
  record->out_since_in = (int) kefu_stmt_int (stmt, 27);
  record->unread = (int) kefu_stmt_int (stmt, 28);
  record->open_items = (int) kefu_stmt_int (stmt, 29);
  record->pending = (int) kefu_stmt_int (stmt, 30);
  record->rating = (int) kefu_stmt_int (stmt, 31);
  record->draft = kefu_store_text (stmt, 32);
  if (!kefu_stmt_is_null (stmt, 33))
    record->labels = texts_of_json (kefu_stmt_text (stmt, 33));
  record->row = kefu_stmt_int (stmt, 34);
  record->mentioned = kefu_stmt_int (stmt, 35) != 0;
  return record;
}

GPtrArray *
kefu_store_conversation_rows (KefuStmt *stmt, GError **error)
{
  return all_rows (stmt, conversation_row, (GDestroyNotify) kefu_conversation_record_unref, error);
}

static gboolean
has_file (const char *kind)
{
  return g_str_equal (kind, "image") || g_str_equal (kind, "file") || g_str_equal (kind, "voice");
}

static gpointer
message_row (KefuStmt *stmt)
{
  KefuMessageRecord *record = kefu_message_record_new ();

  record->id = kefu_store_text (stmt, 0);
  record->rev = kefu_stmt_int (stmt, 1);
  record->conversation_id = kefu_store_text (stmt, 2);
  record->mseq = kefu_stmt_int (stmt, 3);
  record->kind = kefu_store_text (stmt, 4);
  record->dir = kefu_store_text (stmt, 5);
  record->author_id = text_or_null (stmt, 6);
  record->author_name = kefu_store_text (stmt, 7);
  record->body = kefu_store_text (stmt, 8);
  record->data = text_or_null (stmt, 9);
  if (has_file (record->kind))
    record->attachment = kefu_attachment_from_data (record->data, NULL);
  record->quote_id = text_or_null (stmt, 10);
  record->quote_body = kefu_store_text (stmt, 11);
  record->in_no = kefu_stmt_int (stmt, 12);
  record->sent_at = kefu_stmt_int (stmt, 13);
  record->delivery = kefu_store_text (stmt, 14);
  record->delivery_reason = kefu_store_text (stmt, 15);
  record->recalled = kefu_stmt_int (stmt, 16) != 0;
  return record;
}

GPtrArray *
kefu_store_message_rows (KefuStmt *stmt, GError **error)
{
  return all_rows (stmt, message_row, (GDestroyNotify) kefu_message_record_unref, error);
}

static gpointer
checklist_row (KefuStmt *stmt)
{
  KefuChecklistRecord *record = kefu_checklist_record_new ();

  record->id = kefu_store_text (stmt, 0);
  record->rev = kefu_stmt_int (stmt, 1);
  record->customer_id = kefu_store_text (stmt, 2);
  record->conversation_id = kefu_store_text (stmt, 3);
  record->order_id = text_or_null (stmt, 4);
  record->kind = kefu_store_text (stmt, 5);
  record->title = kefu_store_text (stmt, 6);
  record->due_at = kefu_stmt_int (stmt, 7);
  record->done = kefu_stmt_int (stmt, 8) != 0;
  record->done_at = kefu_stmt_int (stmt, 9);
  record->done_by_name = kefu_store_text (stmt, 10);
  record->created_at = kefu_stmt_int (stmt, 11);
  record->created_by_name = kefu_store_text (stmt, 12);
  record->assignee_name = kefu_store_text (stmt, 13);
  record->proof_message_id = text_or_null (stmt, 14);
  record->proof_at = kefu_stmt_int (stmt, 15);
  record->proof_dir = kefu_store_text (stmt, 16);
  return record;
}

GPtrArray *
kefu_store_checklist_rows (KefuStmt *stmt, GError **error)
{
  return all_rows (stmt, checklist_row, (GDestroyNotify) kefu_checklist_record_unref, error);
}
