/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who stands below a conversation that the inbox list was not read down to. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-inbox-below.h"

typedef struct
{
  KefuInboxQuery *query;
  char *id;
} Below;

static void
below_free (gpointer data)
{
  Below *below = data;

  kefu_inbox_query_free (below->query);
  g_free (below->id);
  g_free (below);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  const Below *below = g_task_get_task_data (task);

  if (list == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (list->len == 0)
    g_task_return_pointer (task, g_strdup (below->id), g_free);
  else
    g_task_return_pointer (task, g_strdup (((const KefuConversationRecord *) list->pdata[0])->id), g_free);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  KefuStore *store = KEFU_STORE (source);
  g_autoptr (GPtrArray) found = kefu_store_list_finish (store, result, &error);
  const Below *below = g_task_get_task_data (task);
  KefuInboxKey key;

  if (found == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (found->len == 0 || !kefu_inbox_query_has (below->query, kefu_store_get_agent_id (store), found->pdata[0]))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  key = kefu_inbox_key_of (below->query->order, found->pdata[0]);
  kefu_store_list_inbox_async (store, below->query, &key, 1, g_task_get_cancellable (task), listed_cb,
                               g_object_ref (task));
}

void
kefu_inbox_find_below_async (KefuStore *store,
                             const KefuInboxQuery *query,
                             const char *conversation_id,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  const char *const ids[] = { conversation_id, NULL };
  Below *below;
  GTask *task;

  g_return_if_fail (KEFU_IS_STORE (store));
  g_return_if_fail (query != NULL && conversation_id != NULL);

  task = g_task_new (store, cancellable, callback, user_data);
  below = g_new0 (Below, 1);
  below->query = kefu_inbox_query_copy (query);
  below->id = g_strdup (conversation_id);
  g_task_set_task_data (task, below, below_free);
  kefu_store_get_conversations_async (store, ids, cancellable, looked_up_cb, task);
}

char *
kefu_inbox_find_below_finish (KefuStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
