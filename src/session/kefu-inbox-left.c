/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which conversations have left the view that an inbox list shows. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-inbox-left.h"

static void
return_left (GTask *task, GPtrArray *left)
{
  g_task_return_pointer (task, left, (GDestroyNotify) g_ptr_array_unref);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuInboxModel *model = g_task_get_source_object (task);
  const KefuInboxQuery *query = kefu_inbox_model_get_query (model);
  const char *agent_id = kefu_store_get_agent_id (KEFU_STORE (source));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  GPtrArray *left;

  if (records == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  left = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < records->len; i++)
    {
      const KefuConversationRecord *record = g_ptr_array_index (records, i);

      if (!kefu_inbox_query_has (query, agent_id, record) && kefu_inbox_model_lookup (model, record->id, NULL) == NULL)
        g_ptr_array_add (left, g_strdup (record->id));
    }
  return_left (task, left);
}

void
kefu_inbox_find_left_async (KefuInboxModel *model,
                            KefuStore *store,
                            GHashTable *ids,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GPtrArray) without_row = g_ptr_array_new ();
  g_autoptr (GTask) task = NULL;
  GHashTableIter iter;
  gpointer id;

  g_return_if_fail (KEFU_IS_INBOX_MODEL (model));
  g_return_if_fail (KEFU_IS_STORE (store));

  task = g_task_new (model, cancellable, callback, user_data);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (kefu_inbox_model_lookup (model, id, NULL) == NULL)
      g_ptr_array_add (without_row, id);
  if (without_row->len == 0)
    {
      return_left (task, g_ptr_array_new ());
      return;
    }
  g_ptr_array_add (without_row, NULL);
  kefu_store_get_conversations_async (store, (const char *const *) without_row->pdata, cancellable, looked_up_cb,
                                      g_steal_pointer (&task));
}

GPtrArray *
kefu_inbox_find_left_finish (KefuInboxModel *model, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, model), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
