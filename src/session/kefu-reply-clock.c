/* SPDX-License-Identifier: GPL-3.0-or-later
 * How long a customer has waited, against the channel's limits (product.md, the numbers of the field). */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-reply-clock.h"

#include <glib/gi18n.h>
#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

static gboolean
waits (KefuConversationRecord *conversation)
{
  /* A resolved conversation needs no answer until the customer writes again, which opens it. */
  return conversation->waiting_since > 0 && g_strcmp0 (conversation->status, "resolved") != 0;
}

static gint64
waited (KefuConversationRecord *conversation, gint64 now_ms)
{
  /* The server's clock may be ahead of ours. */
  return MAX (0, now_ms - conversation->waiting_since);
}

/**
 * kefu_reply_clock_state:
 * @now_ms: ms since the epoch
 *
 * A limit of 0 seconds is none.
 */
KefuClockState
kefu_reply_clock_state (KefuConversationRecord *conversation, gint64 now_ms)
{
  gint64 ms;

  g_return_val_if_fail (conversation != NULL, KEFU_CLOCK_NONE);

  if (!waits (conversation))
    return KEFU_CLOCK_NONE;
  ms = waited (conversation, now_ms);
  if (conversation->over_s > 0 && ms >= conversation->over_s * SECOND)
    return KEFU_CLOCK_OVER;
  if (conversation->due_s > 0 && ms >= conversation->due_s * SECOND)
    return KEFU_CLOCK_DUE;
  return KEFU_CLOCK_OK;
}

/**
 * kefu_reply_clock_text:
 *
 * Returns: (transfer full): the time waited; "" if nobody waits
 */
char *
kefu_reply_clock_text (KefuConversationRecord *conversation, gint64 now_ms)
{
  gint64 ms;
  gint64 s;

  g_return_val_if_fail (conversation != NULL, NULL);

  if (!waits (conversation))
    return g_strdup ("");
  ms = waited (conversation, now_ms);
  s = ms / SECOND;
  if (ms >= DAY)
    /* Translators: how many days a customer has waited, in a narrow badge */
    return g_strdup_printf (C_ ("reply clock", "%d d"), (int) (ms / DAY));
  if (ms >= HOUR)
    return g_strdup_printf ("%d:%02d:%02d", (int) (s / 3600), (int) (s / 60 % 60), (int) (s % 60));
  return g_strdup_printf ("%02d:%02d", (int) (s / 60), (int) (s % 60));
}

gint64
kefu_reply_clock_next (KefuConversationRecord *conversation, gint64 now_ms)
{
  gint64 ms;

  g_return_val_if_fail (conversation != NULL, -1);

  if (!waits (conversation))
    return -1;
  /* Not waited(): when the server's clock is ahead, it takes so much longer. */
  ms = now_ms - conversation->waiting_since;
  switch (kefu_reply_clock_state (conversation, now_ms))
    {
    case KEFU_CLOCK_OK:
      if (conversation->due_s > 0)
        return conversation->due_s * SECOND - ms;
      if (conversation->over_s > 0)
        return conversation->over_s * SECOND - ms;
      return -1;
    case KEFU_CLOCK_DUE:
      return conversation->over_s > 0 ? conversation->over_s * SECOND - ms : -1;
    case KEFU_CLOCK_NONE:
    case KEFU_CLOCK_OVER:
    default:
      return -1;
    }
}

/**
 * kefu_reply_window_left:
 *
 * The reply windows of channels (product.md): so many messages within so many hours of the customer's last one.
 *
 * Returns: messages that the channel still takes; 0 when the window is closed or used up; -1 if the channel has no window, or the
 *   window is open and sets no number
 */
int
kefu_reply_window_left (KefuConversationRecord *conversation, gint64 now_ms)
{
  g_return_val_if_fail (conversation != NULL, -1);

  if (conversation->window_h <= 0)
    return -1;
  if (conversation->last_in_at <= 0 || now_ms - conversation->last_in_at >= conversation->window_h * HOUR)
    return 0;
  if (conversation->window_n <= 0)
    return -1;
  return MAX (0, conversation->window_n - conversation->out_since_in);
}
