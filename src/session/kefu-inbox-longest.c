/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who has waited longest. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-inbox-longest.h"

typedef struct
{
  guint next; /* of the views that are looked at in turn */
  KefuInboxQuery query;
  char *leave_out; /* (nullable) */
} Longest;

static void
longest_free (gpointer data)
{
  Longest *longest = data;

  kefu_inbox_query_clear (&longest->query);
  g_free (longest->leave_out);
  g_free (longest);
}

static void ask_for_longest (GTask *task);

static void
longest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  const Longest *longest = g_task_get_task_data (task);
  const KefuConversationRecord *first = NULL;

  for (guint i = 0; list != NULL && first == NULL && i < list->len; i++)
    if (g_strcmp0 (((const KefuConversationRecord *) list->pdata[i])->id, longest->leave_out) != 0)
      first = list->pdata[i];

  if (list == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (first != NULL && first->waiting_since > 0)
    g_task_return_pointer (task, g_strdup (first->id), g_free);
  else
    ask_for_longest (task);
}

/* What is on the screen comes first. Where nobody waits, the agent's own and those that nobody has yet do. */
static void
ask_for_longest (GTask *task)
{
  static const KefuInboxView others[] = { KEFU_VIEW_MINE, KEFU_VIEW_UNASSIGNED };
  KefuStore *store = g_task_get_source_object (task);
  Longest *longest = g_task_get_task_data (task);

  if (longest->next > G_N_ELEMENTS (others))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  if (longest->next > 0)
    {
      kefu_inbox_query_clear (&longest->query);
      longest->query.view = others[longest->next - 1];
    }
  longest->next++;
  kefu_store_list_inbox_async (store, &longest->query, NULL, longest->leave_out != NULL ? 2 : 1,
                               g_task_get_cancellable (task), longest_cb, g_object_ref (task));
}

void
kefu_inbox_find_longest_async (KefuStore *store,
                               const KefuInboxQuery *query,
                               const char *leave_out,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Longest *longest;

  g_return_if_fail (KEFU_IS_STORE (store));
  g_return_if_fail (query != NULL);

  task = g_task_new (store, cancellable, callback, user_data);
  longest = g_new0 (Longest, 1);
  longest->query.view = query->view;
  longest->query.channel_id = g_strdup (query->channel_id);
  longest->query.label_id = g_strdup (query->label_id);
  longest->query.order = KEFU_ORDER_LONGEST;
  longest->leave_out = g_strdup (leave_out);
  g_task_set_task_data (task, longest, longest_free);
  ask_for_longest (task);
}

char *
kefu_inbox_find_longest_finish (KefuStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
