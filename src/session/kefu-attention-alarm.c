/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one alarm for all customers who have waited too long. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-attention-alarm.h"

#include <glib/gi18n.h>

#include "kefu-reply-clock.h"

/* Who has waited longest comes first: if as many wait, the alarm is about them anyway, and a message in must not read thousands. */
#define MOST_WAITING 500

/* Keeps the waiting conversations as the store last had them, and sleeps until the next of their clocks runs over: no
 * polling, and one question to the store for a storm of changes. */
struct _KefuAttentionAlarm
{
  GObject parent_instance;

  KefuSession *session;
  KefuNotifier *notifier;
  char *id;
  GCancellable *cancellable;
  gint64 started;
  GPtrArray *waiting; /* KefuConversationRecord */
  GHashTable *known;  /* conversation id → its waiting_since (gint64) when the alarm was raised for it */
  gboolean shown;
  gboolean discreet;
  gboolean asking;
  gboolean ask_again;
  guint timeout_id;
};

G_DEFINE_FINAL_TYPE (KefuAttentionAlarm, kefu_attention_alarm, G_TYPE_OBJECT)

static void look (KefuAttentionAlarm *self);

static gint64
get_now (KefuAttentionAlarm *self)
{
  return kefu_clock_now (kefu_session_get_clock (self->session));
}

/* Whose lateness this agent can do something about. */
static gboolean
counts (KefuAttentionAlarm *self, KefuConversationRecord *conversation)
{
  return g_str_equal (conversation->status, "open") &&
         (conversation->assignee_id == NULL ||
          g_strcmp0 (conversation->assignee_id, kefu_session_get_agent_id (self->session)) == 0);
}

/* (nullable) (transfer none): who has waited longest of those overdue; @n: how many there are. */
static KefuConversationRecord *
find_worst (KefuAttentionAlarm *self, guint *n)
{
  gint64 now = get_now (self);
  KefuConversationRecord *worst = NULL;

  *n = 0;
  for (guint i = 0; i < self->waiting->len; i++)
    {
      KefuConversationRecord *conversation = g_ptr_array_index (self->waiting, i);

      if (!counts (self, conversation) || kefu_reply_clock_state (conversation, now) != KEFU_CLOCK_OVER)
        continue;
      (*n)++;
      if (worst == NULL || conversation->waiting_since < worst->waiting_since)
        worst = conversation;
    }
  return worst;
}

/* Whether the alarm has to be raised for @conversation: once each time it waits, not for what was late before we began, nor for what
 * the agent is looking at. */
static gboolean
is_new (KefuAttentionAlarm *self, KefuConversationRecord *conversation)
{
  gint64 *since = g_hash_table_lookup (self->known, conversation->id);
  gint64 over_at = conversation->waiting_since + conversation->over_s * G_GINT64_CONSTANT (1000);

  if (since != NULL && *since == conversation->waiting_since)
    return FALSE;
  since = g_new (gint64, 1);
  *since = conversation->waiting_since;
  g_hash_table_insert (self->known, g_strdup (conversation->id), since);
  return over_at > self->started &&
         !(kefu_session_get_active (self->session) &&
           g_strcmp0 (kefu_session_get_focus_conversation (self->session), conversation->id) == 0);
}

static void
show (KefuAttentionAlarm *self, KefuConversationRecord *worst, guint n)
{
  g_autofree char *title = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *body = NULL;

  self->shown = TRUE;
  if (self->discreet)
    {
      kefu_notifier_show (self->notifier, self->id, _ ("A customer is waiting"), "", TRUE);
      return;
    }
  title =
    g_strdup_printf (ngettext ("%u customer has waited too long", "%u customers have waited too long", (gulong) n), n);
  clock = kefu_reply_clock_text (worst, get_now (self));
  body = g_strdup_printf ("%s · %s · %s", worst->customer_name, worst->channel_name, clock);
  kefu_notifier_show (self->notifier, self->id, title, body, TRUE);
}

static void
timeout_cb (gpointer user_data)
{
  KefuAttentionAlarm *self = user_data;

  self->timeout_id = 0;
  look (self);
}

/* Looks at the clocks and sleeps until the next one runs over. */
static void
look (KefuAttentionAlarm *self)
{
  KefuClock *clock = kefu_session_get_clock (self->session);
  gint64 now = get_now (self);
  gint64 next = G_MAXINT64;
  gboolean raise = FALSE;
  KefuConversationRecord *worst;
  guint n;

  for (guint i = 0; i < self->waiting->len; i++)
    {
      KefuConversationRecord *conversation = g_ptr_array_index (self->waiting, i);
      gint64 over_at = conversation->waiting_since + conversation->over_s * G_GINT64_CONSTANT (1000);

      if (!counts (self, conversation) || conversation->over_s <= 0)
        continue;
      if (kefu_reply_clock_state (conversation, now) == KEFU_CLOCK_OVER)
        raise = is_new (self, conversation) || raise;
      else
        next = MIN (next, over_at - now);
    }

  worst = find_worst (self, &n);
  if (raise)
    {
      show (self, worst, n);
    }
  else if (n == 0 && self->shown)
    {
      kefu_notifier_withdraw (self->notifier, self->id);
      self->shown = FALSE;
    }

  kefu_clock_clear_timeout (clock, &self->timeout_id);
  if (next != G_MAXINT64)
    self->timeout_id = kefu_clock_add_timeout (clock, (guint) CLAMP (next, 1, G_MAXINT), timeout_cb, self, NULL);
}

static void ask (KefuAttentionAlarm *self);

static void
waiting_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree GWeakRef *weak = user_data;
  g_autoptr (KefuAttentionAlarm) self = g_weak_ref_get (weak);
  g_autoptr (GPtrArray) waiting = kefu_store_list_finish (KEFU_STORE (source), result, NULL);

  g_weak_ref_clear (weak);
  if (self == NULL || self->session == NULL)
    return;
  self->asking = FALSE;
  if (waiting != NULL)
    {
      g_ptr_array_unref (self->waiting);
      self->waiting = g_steal_pointer (&waiting);
      look (self);
    }
  if (self->ask_again)
    ask (self);
}

static void
ask (KefuAttentionAlarm *self)
{
  const KefuInboxQuery waiting = { .view = KEFU_VIEW_WAITING, .order = KEFU_ORDER_LONGEST };
  GWeakRef *weak;

  self->ask_again = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  kefu_store_list_inbox_async (kefu_session_get_store (self->session), &waiting, NULL, MOST_WAITING, self->cancellable,
                               waiting_cb, weak);
}

static void
store_changed_cb (KefuAttentionAlarm *self, KefuChangeSet *set, KefuStore *store)
{
  if (kefu_change_set_has (set, "conversation", NULL) || kefu_change_set_has (set, "channel", NULL))
    ask (self);
}

static void
kefu_attention_alarm_dispose (GObject *object)
{
  KefuAttentionAlarm *self = KEFU_ATTENTION_ALARM (object);

  g_cancellable_cancel (self->cancellable);
  if (self->session != NULL)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->timeout_id);
  if (self->shown)
    kefu_notifier_withdraw (self->notifier, self->id);
  self->shown = FALSE;
  g_clear_object (&self->notifier);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (kefu_attention_alarm_parent_class)->dispose (object);
}

static void
kefu_attention_alarm_finalize (GObject *object)
{
  KefuAttentionAlarm *self = KEFU_ATTENTION_ALARM (object);

  g_free (self->id);
  g_ptr_array_unref (self->waiting);
  g_hash_table_unref (self->known);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (kefu_attention_alarm_parent_class)->finalize (object);
}

static void
kefu_attention_alarm_class_init (KefuAttentionAlarmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_attention_alarm_dispose;
  object_class->finalize = kefu_attention_alarm_finalize;
}

static void
kefu_attention_alarm_init (KefuAttentionAlarm *self)
{
  self->cancellable = g_cancellable_new ();
  self->waiting = g_ptr_array_new ();
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

KefuAttentionAlarm *
kefu_attention_alarm_new (KefuSession *session, KefuNotifier *notifier, const char *id)
{
  KefuAttentionAlarm *self;

  g_return_val_if_fail (KEFU_IS_SESSION (session), NULL);
  g_return_val_if_fail (KEFU_IS_NOTIFIER (notifier), NULL);

  self = g_object_new (KEFU_TYPE_ATTENTION_ALARM, NULL);
  self->session = g_object_ref (session);
  self->notifier = g_object_ref (notifier);
  self->id = g_strdup (id);
  self->started = get_now (self);
  g_signal_connect_object (kefu_session_get_store (session), "changed", G_CALLBACK (store_changed_cb), self,
                           G_CONNECT_SWAPPED);
  ask (self);
  return self;
}

void
kefu_attention_alarm_open_worst (KefuAttentionAlarm *self)
{
  KefuConversationRecord *worst;
  guint n;

  g_return_if_fail (KEFU_IS_ATTENTION_ALARM (self));

  worst = find_worst (self, &n);
  if (worst != NULL)
    kefu_session_open_conversation (self->session, worst->id);
}

void
kefu_attention_alarm_set_discreet (KefuAttentionAlarm *self, gboolean discreet)
{
  gboolean shown;

  g_return_if_fail (KEFU_IS_ATTENTION_ALARM (self));

  shown = self->shown;
  self->discreet = discreet;
  if (!shown)
    return;
  kefu_notifier_withdraw (self->notifier, self->id);
  self->shown = FALSE;
  /* Those who wait go on waiting; whoever comes back sees it in the window. */
  if (discreet)
    show (self, NULL, 0);
}
