/* SPDX-License-Identifier: GPL-3.0-or-later
 * Queries of what the inbox can be filtered by. */
#include "config.h"

#include "kefu-store-private.h"

/* Mentions are few, and not counted label by label. */
#define MENTIONS_OF_CHANNEL                                                                                            \
  "(SELECT count(*) FROM inbox i WHERE i.label_id = '@' AND i.bucket < 4 AND i.channel_id = ch.id AND"                 \
  " (?1 IS NULL OR EXISTS(SELECT 1 FROM inbox x WHERE x.n = i.n AND x.label_id = ?1)))"
#define MENTIONS_OF_LABEL                                                                                              \
  "(SELECT count(*) FROM inbox i WHERE i.label_id = '@' AND i.bucket < 4 AND (?1 IS NULL OR i.channel_id = ?1) AND"    \
  " EXISTS(SELECT 1 FROM inbox x WHERE x.n = i.n AND x.label_id = l.id))"

static KefuInboxChoice *
choice_new (KefuStmt *stmt, gboolean is_channel)
{
  KefuInboxChoice *choice = g_new0 (KefuInboxChoice, 1);

  choice->id = kefu_store_text (stmt, 0);
  choice->name = kefu_store_text (stmt, 1);
  choice->n = (guint) kefu_stmt_int (stmt, 2);
  choice->is_channel = is_channel;
  choice->shop = g_strdup (kefu_stmt_text (stmt, 4));
  choice->color = (int) CLAMP (kefu_stmt_int (stmt, 3), 0, KEFU_N_LABEL_COLORS - 1);
  return choice;
}

static void
choice_free (gpointer data)
{
  KefuInboxChoice *choice = data;

  g_free (choice->id);
  g_free (choice->name);
  g_free (choice->shop);
  g_free (choice);
}

static gboolean
add_choices (GPtrArray *choices, KefuStmt *stmt, gboolean is_channel, GError **error)
{
  g_autoptr (KefuStmt) owned = stmt;
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &local))
    g_ptr_array_add (choices, choice_new (stmt, is_channel));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return error == NULL || *error == NULL;
}

static GPtrArray *
query_choices (KefuStoreCore *core, KefuDb *db, const KefuStoreRequest *request, GError **error)
{
  const KefuInboxQuery *query = request->inbox;
  gboolean mentions = query->view == KEFU_VIEW_MENTIONS;
  const char *condition = mentions ? "0" : kefu_store_view_condition (query->view);
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (choice_free);
  g_autofree char *of_channel =
    g_strconcat ("(SELECT sum(n) FROM inbox_count WHERE label_id = coalesce(?1, '') AND channel_id = ch.id AND ",
                 condition, ")", NULL);
  g_autofree char *of_label =
    g_strconcat ("(SELECT sum(n) FROM inbox_count WHERE label_id = l.id AND (?1 IS NULL OR channel_id = ?1) AND ",
                 condition, ")", NULL);
  g_autofree char *channels =
    g_strconcat ("SELECT ch.id, ch.name, coalesce(", mentions ? MENTIONS_OF_CHANNEL : of_channel,
                 ", 0), 0, CASE WHEN ch.shop <> '' AND EXISTS(SELECT 1 FROM channel o WHERE o.name = ch.name"
                 " AND o.id <> ch.id) THEN ch.shop END FROM channel ch ORDER BY ch.name, ch.shop, ch.id",
                 NULL);
  g_autofree char *labels =
    g_strconcat ("SELECT l.id, l.body ->> '$.name', coalesce(", mentions ? MENTIONS_OF_LABEL : of_label,
                 ", 0), l.body ->> '$.color', NULL FROM other_entity l WHERE l.kind = 'label'"
                 " AND json_type(l.body, '$.name') = 'text' ORDER BY l.body ->> '$.sort', 2, 1",
                 NULL);

  if (!add_choices (choices, kefu_db_query (db, error, channels, "s", query->label_id), TRUE, error) ||
      !add_choices (choices, kefu_db_query (db, error, labels, "s", query->channel_id), FALSE, error))
    return NULL;
  return g_steal_pointer (&choices);
}

void
kefu_store_list_inbox_choices_async (KefuStore *self,
                                     const KefuInboxQuery *query,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  KefuStoreRequest *request;

  g_return_if_fail (query != NULL);

  request = kefu_store_request_new ();
  request->inbox = kefu_inbox_query_copy (query);
  kefu_store_read (self, KEFU_WORKER_NORMAL, query_choices, request, cancellable, callback, user_data);
}
