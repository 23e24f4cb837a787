/* SPDX-License-Identifier: GPL-3.0-or-later
 * Calls that read: GET /v1/sync, GET /v1/conversations/{id}/messages. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-routes.h"

#include "kefu-entity.h"
#include "kefu-feed.h"

#define SYNC_DEFAULT 500
#define SYNC_BYTES (4 * 1024 * 1024)
#define HISTORY_DEFAULT 100

void
kefu_route_sync (KefuRequest *request, KefuDb *db)
{
  const char *cursor = kefu_request_param (request, "cursor");
  g_autofree char *epoch = NULL;
  g_autoptr (KefuFeedBatch) batch = NULL;
  g_autoptr (GError) error = NULL;
  gint64 seq = 0;
  gint64 limit;

  if (!kefu_request_authenticate (request, db) ||
      !kefu_request_param_int (request, "limit", SYNC_DEFAULT, 1, KEFU_SYNC_MAX, &limit))
    return;
  if (cursor != NULL && !kefu_feed_parse_cursor (cursor, &epoch, &seq, &error))
    {
      kefu_request_fail (request, SOUP_STATUS_BAD_REQUEST, "bad_cursor", error->message, "cursor");
      return;
    }
  if ((epoch != NULL && !kefu_feed_check_cursor (db, epoch, seq, &error)) ||
      (batch = kefu_feed_read (db, seq, (guint) limit, SYNC_BYTES, &error)) == NULL)
    {
      kefu_request_fail_error (request, error, NULL);
      return;
    }
  kefu_request_answer (request, SOUP_STATUS_OK,
                       kefu_feed_batch_to_sync (batch, request->agent_id, kefu_storage_get_epoch (request->storage)));
}

/* (transfer full): the newest first, one more than @limit if there is. */
static GPtrArray *
read_message_ids (KefuDb *db, const char *conversation_id, gint64 before, gint64 limit, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) step_error = NULL;
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (db, error,
                   "SELECT id FROM message WHERE conversation_id = ? AND mseq < ? ORDER BY mseq DESC LIMIT ?", "sii",
                   conversation_id, before, limit + 1);

  if (stmt == NULL)
    return NULL;
  while (kefu_stmt_step (stmt, &step_error))
    g_ptr_array_add (ids, g_strdup (kefu_stmt_text (stmt, 0)));
  if (step_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&step_error));
      return NULL;
    }
  return g_steal_pointer (&ids);
}

/* Where a page ends that has a message, or a time, in its middle; else where it is asked to end. FALSE: answered. */
static gboolean
read_history_end (KefuRequest *request, KefuDb *db, const char *conversation_id, gint64 limit, gint64 *before)
{
  const char *around = kefu_request_param (request, "around");
  gint64 since;
  gint64 mseq = -1;

  if (!kefu_request_param_int (request, "before", G_MAXINT64, 0, G_MAXINT64, before) ||
      !kefu_request_param_int (request, "since", 0, 0, G_MAXINT64, &since))
    return FALSE;
  if (around != NULL)
    {
      mseq = kefu_db_int (db, -1, "SELECT mseq FROM message WHERE id = ? AND conversation_id = ?", "ss", around,
                          conversation_id);
      if (mseq < 0)
        {
          kefu_request_fail (request, SOUP_STATUS_NOT_FOUND, "not_found", "There is no such message", "around");
          return FALSE;
        }
    }
  else if (since > 0)
    mseq =
      kefu_db_int (db, -1, "SELECT mseq FROM message WHERE conversation_id = ? AND sent_at >= ? ORDER BY mseq LIMIT 1",
                   "si", conversation_id, since);
  if (mseq >= 0)
    *before = mseq + (limit + 1) / 2;
  return TRUE;
}

void
kefu_route_history (KefuRequest *request, KefuDb *db)
{
  const char *id = request->args[0];
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GError) error = NULL;
  gint64 before;
  gint64 limit;

  if (!kefu_request_authenticate (request, db) ||
      !kefu_request_param_int (request, "limit", HISTORY_DEFAULT, 1, KEFU_HISTORY_MAX, &limit))
    return;
  if (kefu_db_int (db, 0, "SELECT 1 FROM conversation WHERE id = ?", "s", id) != 1)
    {
      kefu_request_fail (request, SOUP_STATUS_NOT_FOUND, "not_found", "There is no such conversation", NULL);
      return;
    }
  if (!read_history_end (request, db, id, limit, &before))
    return;
  ids = read_message_ids (db, id, before, limit, &error);
  if (ids == NULL)
    {
      kefu_request_fail_error (request, error, NULL);
      return;
    }
  text = g_string_new ("{\"messages\":[");
  for (guint i = MIN (ids->len, (guint) limit); i-- > 0;)
    {
      g_autofree char *json = kefu_entity_to_json (db, "message", g_ptr_array_index (ids, i), &error);

      if (json == NULL)
        {
          kefu_request_fail_error (request, error, NULL);
          return;
        }
      g_string_append (text, json);
      if (i > 0)
        g_string_append_c (text, ',');
    }
  g_string_append_printf (text, "],\"more\":%s}", ids->len > (guint) limit ? "true" : "false");
  kefu_request_answer (request, SOUP_STATUS_OK, g_string_free (g_steal_pointer (&text), FALSE));
}
