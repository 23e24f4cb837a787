/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of a conversation's messages: pages in both directions. */
#include "config.h"

#include "kefu-message-key.h"
#include "kefu-store-private.h"

static GPtrArray *
reversed (GPtrArray *rows)
{
  for (guint i = 0; rows != NULL && i < rows->len / 2; i++)
    {
      gpointer swap = rows->pdata[i];

      rows->pdata[i] = rows->pdata[rows->len - 1 - i];
      rows->pdata[rows->len - 1 - i] = swap;
    }
  return rows;
}

/* Asks @query of one conversation. @number2 and @limit: where the query has them. */
static void
read_of (KefuStore *self,
         KefuStoreQuery query,
         const char *conversation_id,
         gint64 number,
         gint64 number2,
         guint limit,
         GCancellable *cancellable,
         GAsyncReadyCallback callback,
         gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (conversation_id != NULL);

  request = kefu_store_request_new ();
  request->id = g_strdup (conversation_id);
  request->number = number;
  request->number2 = number2;
  request->limit = limit;
  kefu_store_read (self, KEFU_WORKER_URGENT, query, request, cancellable, callback, user_data);
}

static GPtrArray *
query_messages (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  gint64 limit = request->limit;

  if (request->number2 >= 0)
    return kefu_store_message_rows (
      kefu_db_query (db, error,
                     KEFU_MESSAGE_COLUMNS "WHERE m.conversation_id = ?1 AND m.mseq > ?2 ORDER BY m.mseq, m.id LIMIT ?3",
                     "sii", request->id, request->number2, limit),
      error);
  return reversed (kefu_store_message_rows (
    kefu_db_query (db, error,
                   KEFU_MESSAGE_COLUMNS
                   "WHERE m.conversation_id = ?1 AND m.mseq < ?2 ORDER BY m.mseq DESC, m.id DESC LIMIT ?3",
                   "sii", request->id, request->number, limit),
    error));
}

void
kefu_store_list_messages_async (KefuStore *self,
                                const char *conversation_id,
                                gint64 before_mseq,
                                gint64 after_mseq,
                                guint limit,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  read_of (self, query_messages, conversation_id, before_mseq, after_mseq, limit, cancellable, callback, user_data);
}

/* In the order of the conversation, not of the clock: a channel may tell of a message late. */
static GPtrArray *
query_messages_at (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  /* The index of places knows the rowids, which are keys of time, so that those of before are not looked at; but for what waits here. */
  gint64 mseq = kefu_db_int (
    db, G_MAXINT64,
    "SELECT min(mseq) FROM (SELECT * FROM (SELECT mseq FROM message INDEXED BY message_place WHERE conversation_id = ?1"
    " AND rowid >= ?3 AND sent_at >= ?2 ORDER BY mseq LIMIT 1)"
    " UNION ALL SELECT mseq FROM message WHERE conversation_id = ?1 AND rev = 0 AND sent_at >= ?2)"
    " HAVING count(*) > 0",
    "sii", request->id, request->number, kefu_message_key_floor (request->number));

  return kefu_store_message_rows (
    kefu_db_query (db, error,
                   KEFU_MESSAGE_COLUMNS
                   "WHERE m.conversation_id = ?1 AND m.mseq <= ?2 ORDER BY m.mseq DESC, m.id DESC LIMIT ?3",
                   "sii", request->id, mseq, (gint64) (mseq == G_MAXINT64 ? 1 : 2)),
    error);
}

void
kefu_store_find_messages_at_async (KefuStore *self,
                                   const char *conversation_id,
                                   gint64 at,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  read_of (self, query_messages_at, conversation_id, at, 0, 0, cancellable, callback, user_data);
}

/* From the end, where the unread ones are; in_no never falls in the order of a conversation. */
static GPtrArray *
query_unread (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  gint64 read = kefu_db_int (db, -1,
                             "SELECT mseq FROM message WHERE conversation_id = ?1 AND in_no <= ?2 AND rev > 0"
                             " ORDER BY mseq DESC LIMIT 1",
                             "si", request->id, request->number);

  return kefu_store_message_rows (
    kefu_db_query (db, error,
                   KEFU_MESSAGE_COLUMNS
                   "WHERE m.conversation_id = ?1 AND m.mseq > ?2 AND m.dir = 'in' ORDER BY m.mseq, m.id LIMIT 1",
                   "si", request->id, read),
    error);
}

void
kefu_store_find_unread_async (KefuStore *self,
                              const char *conversation_id,
                              gint64 in_no,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  read_of (self, query_unread, conversation_id, in_no, 0, 0, cancellable, callback, user_data);
}
