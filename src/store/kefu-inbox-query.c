/* SPDX-License-Identifier: GPL-3.0-or-later
 * What is asked of the inbox: a view, an order, a filter, and where in it a conversation stands. */
#include "config.h"

#include "kefu-inbox-query.h"

KefuInboxQuery *
kefu_inbox_query_copy (const KefuInboxQuery *query)
{
  KefuInboxQuery *copy = g_new0 (KefuInboxQuery, 1);

  copy->view = query->view;
  copy->order = query->order;
  copy->channel_id = g_strdup (query->channel_id);
  copy->label_id = g_strdup (query->label_id);
  return copy;
}

void
kefu_inbox_query_clear (KefuInboxQuery *query)
{
  g_clear_pointer (&query->channel_id, g_free);
  g_clear_pointer (&query->label_id, g_free);
}

void
kefu_inbox_query_free (KefuInboxQuery *query)
{
  kefu_inbox_query_clear (query);
  g_free (query);
}

static gboolean
view_has (KefuInboxView view, const char *agent_id, const KefuConversationRecord *record)
{
  gboolean is_open = g_str_equal (record->status, "open");
  gboolean is_snoozed = g_str_equal (record->status, "snoozed");

  switch (view)
    {
    case KEFU_VIEW_MINE:
      return is_open && record->assignee_id != NULL && g_strcmp0 (record->assignee_id, agent_id) == 0;
    case KEFU_VIEW_UNASSIGNED:
      return is_open && record->assignee_id == NULL;
    case KEFU_VIEW_WAITING:
      return record->waiting_since > 0 && (is_open || is_snoozed);
    case KEFU_VIEW_MENTIONS:
      return record->mentioned && (is_open || is_snoozed);
    case KEFU_VIEW_SNOOZED:
      return is_snoozed;
    case KEFU_VIEW_RESOLVED:
      return g_str_equal (record->status, "resolved");
    case KEFU_VIEW_ALL:
    default:
      return is_open || is_snoozed;
    }
}

gboolean
kefu_inbox_query_has (const KefuInboxQuery *query, const char *agent_id, const KefuConversationRecord *record)
{
  if (query->channel_id != NULL && !g_str_equal (query->channel_id, record->channel_id))
    return FALSE;
  if (query->label_id != NULL &&
      (record->labels == NULL || !g_strv_contains ((const char *const *) record->labels, query->label_id)))
    return FALSE;
  return view_has (query->view, agent_id, record);
}

KefuInboxKey
kefu_inbox_key_of (KefuInboxOrder order, const KefuConversationRecord *record)
{
  KefuInboxKey key = { 0, -record->last_at, record->row };

  if (order == KEFU_ORDER_LONGEST && record->waiting_since > 0)
    key.at = record->waiting_since;
  else if (order == KEFU_ORDER_LONGEST)
    key.rank = 1;
  else if (order == KEFU_ORDER_UNREAD)
    key.rank = record->unread > 0 ? 0 : 1;
  return key;
}

static int
compare_numbers (gint64 left, gint64 right)
{
  return (left > right) - (left < right);
}

int
kefu_inbox_key_compare (const KefuInboxKey *left, const KefuInboxKey *right)
{
  int difference = compare_numbers (left->rank, right->rank);

  if (difference == 0)
    difference = compare_numbers (left->at, right->at);
  return difference != 0 ? difference : compare_numbers (left->n, right->n);
}
