/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which conversations a view of the inbox has, and in what order. */
#include "config.h"

#include "kefu-inbox-rules.h"

gboolean
kefu_inbox_view_has (KefuInboxView view, const char *agent_id, const KefuConversationRecord *conversation)
{
  gboolean is_open = g_str_equal (conversation->status, "open");
  gboolean is_snoozed = g_str_equal (conversation->status, "snoozed");
  gboolean is_resolved = g_str_equal (conversation->status, "resolved");

  switch (view)
    {
    case KEFU_VIEW_MINE:
      return is_open && g_strcmp0 (conversation->assignee_id, agent_id) == 0;
    case KEFU_VIEW_UNASSIGNED:
      return is_open && conversation->assignee_id == NULL;
    case KEFU_VIEW_WAITING:
      return conversation->waiting_since > 0 && !is_resolved;
    case KEFU_VIEW_SNOOZED:
      return is_snoozed;
    case KEFU_VIEW_RESOLVED:
      return is_resolved;
    case KEFU_VIEW_ALL:
    default:
      return is_open || is_snoozed;
    }
}

static int
compare_numbers (gint64 left, gint64 right)
{
  return (left > right) - (left < right);
}

int
kefu_inbox_order_compare (KefuInboxOrder order, const KefuConversationRecord *left, const KefuConversationRecord *right)
{
  int difference = 0;

  if (order == KEFU_ORDER_LONGEST)
    {
      difference = compare_numbers (left->waiting_since == 0, right->waiting_since == 0);
      if (difference == 0)
        difference = compare_numbers (left->waiting_since, right->waiting_since);
    }
  else if (order == KEFU_ORDER_UNREAD)
    {
      difference = compare_numbers (left->unread == 0, right->unread == 0);
    }
  if (difference == 0)
    difference = compare_numbers (right->last_at, left->last_at);
  return difference != 0 ? difference : g_strcmp0 (left->id, right->id);
}
