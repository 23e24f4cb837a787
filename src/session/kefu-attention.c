/* SPDX-License-Identifier: GPL-3.0-or-later
 * Which events deserve a notification. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-attention.h"

#include <glib/gi18n.h>

#include "kefu-attention-alarm.h"
#include "kefu-message-summary.h"
#include "kefu-text.h"

/* What is older came while nobody listened: the inbox shows it. */
#define FRESH_MS (10 * 60 * 1000)
/* A change set with more messages than this is a catching up. */
#define MANY_MESSAGES 200
/* More notifications than this within so many ms become one. */
#define MERGE_ABOVE 3
#define MERGE_MS 2000
#define MERGED_ID "merged"
#define ALARM_ID "alarm"
#define MAX_BODY_CHARS 200

/* What is new is found in the store's `changed`: first the messages, then the conversations that they are in, since only those know
 * who is responsible, what is read and how the customer is called. */
struct _KefuAttention
{
  GObject parent_instance;

  KefuSession *session;
  KefuNotifier *notifier;
  KefuAttentionAlarm *alarm;
  GCancellable *cancellable;
  gint64 started;
  gboolean hide_text;
  gboolean quiet;
  gboolean discreet;
  GHashTable *told;   /* conversation id → gint64: in_no of the last message that was told of */
  GHashTable *counts; /* conversation id → messages told of since it was read; those shown, alone or merged */
  GHashTable *merged; /* conversation id → name; shown in the one for many */
  GQueue recent;      /* Shown, oldest first */
};

/* A notification of the last two seconds. */
typedef struct
{
  char *id;
  char *name;
  gint64 at;
} Shown;

/* The messages of one change set in one conversation. */
typedef struct
{
  KefuMessageRecord *last;
  guint n;
} News;

/* What an answer of the store is for; the attention may be gone by then. */
typedef struct
{
  GWeakRef self;
  GHashTable *news; /* (nullable): conversation id → News */
} Question;

enum
{
  PROP_0,
  PROP_HIDE_TEXT,
  PROP_QUIET,
  PROP_DISCREET,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuAttention, kefu_attention, G_TYPE_OBJECT)

static void
shown_free (gpointer data)
{
  Shown *shown = data;

  g_free (shown->id);
  g_free (shown->name);
  g_free (shown);
}

static void
news_free (gpointer data)
{
  News *news = data;

  kefu_message_record_unref (news->last);
  g_free (news);
}

static Question *
question_new (KefuAttention *self, GHashTable *news)
{
  Question *question = g_new0 (Question, 1);

  g_weak_ref_init (&question->self, self);
  question->news = news;
  return question;
}

static void
question_free (Question *question)
{
  g_weak_ref_clear (&question->self);
  g_clear_pointer (&question->news, g_hash_table_unref);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static gint64
get_now (KefuAttention *self)
{
  return kefu_clock_now (kefu_session_get_clock (self->session));
}

static KefuStore *
get_store (KefuAttention *self)
{
  return kefu_session_get_store (self->session);
}

/* The agent is looking at it. */
static gboolean
is_in_focus (KefuAttention *self, const char *conversation_id)
{
  return kefu_session_get_active (self->session) &&
         g_strcmp0 (kefu_session_get_focus_conversation (self->session), conversation_id) == 0;
}

/* --- showing --- */

static void
show_merged (KefuAttention *self)
{
  guint n = g_hash_table_size (self->merged);
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name;

  if (self->discreet)
    {
      kefu_notifier_show (self->notifier, MERGED_ID, _ ("A customer is waiting"), "", FALSE);
      return;
    }
  g_hash_table_iter_init (&iter, self->merged);
  while (g_hash_table_iter_next (&iter, NULL, &name))
    {
      if (names->len > 0)
        /* Translators: between the names of customers */
        g_string_append (names, C_ ("list of names", ", "));
      g_string_append (names, name);
    }
  title = g_strdup_printf (ngettext ("New messages from %u customer", "New messages from %u customers", (gulong) n), n);
  body = kefu_text_one_line (names->str, MAX_BODY_CHARS);
  kefu_notifier_show (self->notifier, MERGED_ID, title, body, FALSE);
}

/* Takes @conversation_id out of the one for many. That is not shown anew: fewer customers are no news. */
static gboolean
leave_merged (KefuAttention *self, const char *conversation_id)
{
  if (!g_hash_table_remove (self->merged, conversation_id))
    return FALSE;
  if (g_hash_table_size (self->merged) == 0)
    kefu_notifier_withdraw (self->notifier, MERGED_ID);
  return TRUE;
}

/* Takes @conversation_id off the screen. */
static void
withdraw (KefuAttention *self, const char *conversation_id)
{
  if (g_hash_table_remove (self->counts, conversation_id) && !leave_merged (self, conversation_id))
    kefu_notifier_withdraw (self->notifier, conversation_id);
}

static void
forget_old (KefuAttention *self, gint64 now)
{
  for (Shown *oldest = g_queue_peek_head (&self->recent); oldest != NULL && now - oldest->at >= MERGE_MS;
       oldest = g_queue_peek_head (&self->recent))
    shown_free (g_queue_pop_head (&self->recent));
}

/* Notes that @conversation is shown now; FALSE if too many were within two seconds for one more. */
static gboolean
has_room_for (KefuAttention *self, KefuConversationRecord *conversation)
{
  gint64 now = get_now (self);
  Shown *shown = NULL;

  forget_old (self, now);
  for (GList *link = self->recent.head; link != NULL; link = link->next)
    if (g_str_equal (((Shown *) link->data)->id, conversation->id))
      {
        shown = link->data;
        g_queue_delete_link (&self->recent, link);
        break;
      }
  if (shown == NULL)
    {
      shown = g_new0 (Shown, 1);
      shown->id = g_strdup (conversation->id);
      shown->name = g_strdup (conversation->customer_name);
    }
  shown->at = now;
  g_queue_push_tail (&self->recent, shown);
  return self->recent.length <= MERGE_ABOVE;
}

/* All of the last two seconds become one. */
static void
merge_recent (KefuAttention *self)
{
  for (GList *link = self->recent.head; link != NULL; link = link->next)
    {
      Shown *shown = link->data;

      if (!g_hash_table_contains (self->counts, shown->id))
        continue;
      if (g_hash_table_insert (self->merged, g_strdup (shown->id), g_strdup (shown->name)))
        kefu_notifier_withdraw (self->notifier, shown->id);
    }
  show_merged (self);
}

static char *
make_body (KefuAttention *self, KefuConversationRecord *conversation, KefuMessageRecord *message, guint n)
{
  const char *own = *message->body == '\0' && message->attachment ? message->attachment->name : message->body;
  g_autofree char *text = *own != '\0' || message->attachment
                            ? kefu_message_summary (message->kind, own)
                            : kefu_message_summary (conversation->last_kind, conversation->last_text);

  if (self->hide_text || *text == '\0')
    return g_strdup_printf (ngettext ("%u new message", "%u new messages", (gulong) n), n);
  return kefu_text_one_line (text, MAX_BODY_CHARS);
}

static void
show_conversation (KefuAttention *self, KefuConversationRecord *conversation, const News *news)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, conversation->id)) + news->n;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  g_hash_table_insert (self->counts, g_strdup (conversation->id), GUINT_TO_POINTER (n));
  if (self->discreet)
    {
      /* one for all, again for each message */
      g_hash_table_insert (self->merged, g_strdup (conversation->id), g_strdup (conversation->customer_name));
      show_merged (self);
      return;
    }
  if (!has_room_for (self, conversation))
    {
      merge_recent (self);
      return;
    }
  leave_merged (self, conversation->id);
  title = n > 1 ? g_strdup_printf ("%s · %s (%u)", conversation->customer_name, conversation->channel_name, n)
                : g_strdup_printf ("%s · %s", conversation->customer_name, conversation->channel_name);
  body = make_body (self, conversation, news->last, n);
  kefu_notifier_show (self->notifier, conversation->id, title, body, FALSE);
}

/* --- finding out --- */

/* Whether it is this agent's business, or that of whoever is first. */
static gboolean
is_ours (KefuAttention *self, KefuConversationRecord *conversation)
{
  return conversation->assignee_id == NULL ||
         g_strcmp0 (conversation->assignee_id, kefu_session_get_agent_id (self->session)) == 0;
}

static gboolean
is_untold (KefuAttention *self, KefuConversationRecord *conversation, const News *news)
{
  gint64 *in_no = g_hash_table_lookup (self->told, conversation->id);

  if (in_no != NULL && *in_no >= news->last->in_no)
    return FALSE;
  in_no = g_new (gint64, 1);
  *in_no = news->last->in_no;
  g_hash_table_insert (self->told, g_strdup (conversation->id), in_no);
  return TRUE;
}

/* (nullable) (transfer full): the answer, or NULL after a word in the log. */
static GPtrArray *
finish (GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (rows == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_message ("Nothing can be notified of: %s", error->message);
  return rows;
}

static void
news_conversations_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (KefuAttention) self = g_weak_ref_get (&question->self);
  g_autoptr (GPtrArray) conversations = finish (source, result);

  if (self == NULL || self->session == NULL || conversations == NULL)
    return;
  for (guint i = 0; i < conversations->len; i++)
    {
      KefuConversationRecord *conversation = g_ptr_array_index (conversations, i);
      const News *news = g_hash_table_lookup (question->news, conversation->id);

      if (!is_ours (self, conversation) || conversation->unread <= 0 || !is_untold (self, conversation, news))
        continue;
      if (!self->quiet && !is_in_focus (self, conversation->id))
        show_conversation (self, conversation, news);
    }
}

/* Changed too is a message that was edited, recalled or read: only what was written lately by a customer is news. */
static gboolean
is_news (KefuAttention *self, KefuMessageRecord *message)
{
  return g_str_equal (message->dir, "in") && !message->recalled && !g_str_equal (message->kind, "event") &&
         message->sent_at >= MAX (self->started, get_now (self) - FRESH_MS);
}

static void
messages_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (KefuAttention) self = g_weak_ref_get (&question->self);
  g_autoptr (GPtrArray) messages = finish (source, result);
  g_autoptr (GHashTable) all_news = NULL;
  g_autofree const char **ids = NULL;

  if (self == NULL || self->session == NULL || messages == NULL)
    return;
  all_news = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, news_free);
  for (guint i = 0; i < messages->len; i++)
    {
      KefuMessageRecord *message = g_ptr_array_index (messages, i);
      News *news = g_hash_table_lookup (all_news, message->conversation_id);

      if (!is_news (self, message))
        continue;
      if (news == NULL)
        {
          news = g_new0 (News, 1);
          news->last = kefu_message_record_ref (message);
          g_hash_table_insert (all_news, g_strdup (message->conversation_id), news);
        }
      else if (message->in_no > news->last->in_no)
        {
          kefu_message_record_unref (news->last);
          news->last = kefu_message_record_ref (message);
        }
      news->n++;
    }
  if (g_hash_table_size (all_news) == 0)
    return;
  ids = (const char **) g_hash_table_get_keys_as_array (all_news, NULL);
  kefu_store_get_conversations_async (get_store (self), ids, self->cancellable, news_conversations_cb,
                                      question_new (self, g_steal_pointer (&all_news)));
}

static void
shown_conversations_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (KefuAttention) self = g_weak_ref_get (&question->self);
  g_autoptr (GPtrArray) conversations = finish (source, result);

  if (self == NULL || self->session == NULL || conversations == NULL)
    return;
  for (guint i = 0; i < conversations->len; i++)
    {
      KefuConversationRecord *conversation = g_ptr_array_index (conversations, i);

      if (conversation->unread <= 0 || !is_ours (self, conversation))
        withdraw (self, conversation->id);
    }
}

/* Whether what is on the screen was read meanwhile, here or on another desk, or taken by somebody else. */
static void
look_at_shown (KefuAttention *self, KefuChangeSet *set)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (kefu_change_set_has (set, "conversation", id))
      g_ptr_array_add (ids, id);
  if (ids->len == 0)
    return;
  g_ptr_array_add (ids, NULL);
  kefu_store_get_conversations_async (get_store (self), (const char *const *) ids->pdata, self->cancellable,
                                      shown_conversations_cb, question_new (self, NULL));
}

static void
store_changed_cb (KefuAttention *self, KefuChangeSet *set, KefuStore *store)
{
  g_autofree const char **ids = NULL;

  look_at_shown (self, set);
  if (kefu_change_set_is_all (set))
    return;
  ids = kefu_change_set_ids (set, "message");
  if (ids[0] == NULL || g_strv_length ((char **) ids) > MANY_MESSAGES)
    return;
  kefu_store_get_messages_async (store, ids, self->cancellable, messages_cb, question_new (self, NULL));
}

/* --- clicks --- */

static void
mark_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (KefuAttention) self = g_weak_ref_get (&question->self);
  g_autoptr (GPtrArray) conversations = finish (source, result);

  if (self == NULL || self->session == NULL || conversations == NULL)
    return;
  for (guint i = 0; i < conversations->len; i++)
    kefu_session_mark_read (self->session, g_ptr_array_index (conversations, i));
}

/* (transfer container): the conversations that the notification @id is about. */
static GPtrArray *
conversations_of (KefuAttention *self, const char *id)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  if (g_str_equal (id, MERGED_ID))
    {
      GHashTableIter iter;
      gpointer key;

      g_hash_table_iter_init (&iter, self->merged);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (ids, g_strdup (key));
    }
  else
    {
      g_ptr_array_add (ids, g_strdup (id));
    }
  return ids;
}

static void
open_longest_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (KefuAttention) self = g_weak_ref_get (&question->self);
  g_autoptr (GPtrArray) conversations = finish (source, result);
  KefuConversationRecord *longest = NULL;

  if (self == NULL || self->session == NULL || conversations == NULL)
    return;
  for (guint i = 0; i < conversations->len; i++)
    {
      KefuConversationRecord *conversation = g_ptr_array_index (conversations, i);

      if (longest == NULL || (conversation->waiting_since > 0 &&
                              (longest->waiting_since == 0 || conversation->waiting_since < longest->waiting_since)))
        longest = conversation;
    }
  if (longest != NULL)
    kefu_session_open_conversation (self->session, longest->id);
}

static void
activated_cb (KefuAttention *self, const char *id, const char *action, const char *token, KefuNotifier *notifier)
{
  g_autoptr (GPtrArray) ids = NULL;

  /* the window asks for the password first */
  if (self->discreet)
    return;
  if (g_str_equal (id, ALARM_ID))
    {
      kefu_attention_alarm_open_worst (self->alarm);
      return;
    }
  ids = conversations_of (self, id);
  for (guint i = 0; i < ids->len; i++)
    withdraw (self, g_ptr_array_index (ids, i));
  g_ptr_array_add (ids, NULL);
  if (ids->pdata[0] == NULL)
    return;
  if (g_str_equal (action, "read"))
    kefu_store_get_conversations_async (get_store (self), (const char *const *) ids->pdata, self->cancellable,
                                        mark_read_cb, question_new (self, NULL));
  else if (g_str_equal (id, MERGED_ID))
    kefu_store_get_conversations_async (get_store (self), (const char *const *) ids->pdata, self->cancellable,
                                        open_longest_cb, question_new (self, NULL));
  else
    kefu_session_open_conversation (self->session, id);
}

static void
focus_changed_cb (KefuAttention *self, GParamSpec *pspec, KefuSession *session)
{
  const char *focus = kefu_session_get_focus_conversation (session);

  if (focus != NULL && is_in_focus (self, focus))
    withdraw (self, focus);
}

/* Nothing shown outlives the session: nobody would answer the click. */
static void
withdraw_all (KefuAttention *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (self->merged, id))
      kefu_notifier_withdraw (self->notifier, id);
  if (g_hash_table_size (self->merged) > 0)
    kefu_notifier_withdraw (self->notifier, MERGED_ID);
  g_hash_table_remove_all (self->counts);
  g_hash_table_remove_all (self->merged);
}

static void
set_discreet (KefuAttention *self, gboolean discreet)
{
  withdraw_all (self);
  g_queue_clear_full (&self->recent, shown_free);
  self->discreet = discreet;
  kefu_attention_alarm_set_discreet (self->alarm, discreet);
}

static void
kefu_attention_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuAttention *self = KEFU_ATTENTION (object);

  switch (prop_id)
    {
    case PROP_HIDE_TEXT:
      g_value_set_boolean (value, self->hide_text);
      break;
    case PROP_QUIET:
      g_value_set_boolean (value, self->quiet);
      break;
    case PROP_DISCREET:
      g_value_set_boolean (value, self->discreet);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_attention_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuAttention *self = KEFU_ATTENTION (object);
  gboolean wanted = g_value_get_boolean (value);

  switch (prop_id)
    {
    case PROP_HIDE_TEXT:
      if (self->hide_text == wanted)
        return;
      self->hide_text = wanted;
      break;
    case PROP_QUIET:
      if (self->quiet == wanted)
        return;
      self->quiet = wanted;
      break;
    case PROP_DISCREET:
      if (self->discreet == wanted)
        return;
      set_discreet (self, wanted);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
kefu_attention_dispose (GObject *object)
{
  KefuAttention *self = KEFU_ATTENTION (object);

  g_cancellable_cancel (self->cancellable);
  if (self->notifier != NULL)
    withdraw_all (self);
  g_clear_object (&self->alarm);
  g_clear_object (&self->notifier);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (kefu_attention_parent_class)->dispose (object);
}

static void
kefu_attention_finalize (GObject *object)
{
  KefuAttention *self = KEFU_ATTENTION (object);

  g_queue_clear_full (&self->recent, shown_free);
  g_hash_table_unref (self->told);
  g_hash_table_unref (self->counts);
  g_hash_table_unref (self->merged);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (kefu_attention_parent_class)->finalize (object);
}

static void
kefu_attention_class_init (KefuAttentionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_attention_get_property;
  object_class->set_property = kefu_attention_set_property;
  object_class->dispose = kefu_attention_dispose;
  object_class->finalize = kefu_attention_finalize;

  properties[PROP_HIDE_TEXT] = g_param_spec_boolean ("hide-text", NULL, NULL, FALSE, flags);
  properties[PROP_QUIET] = g_param_spec_boolean ("quiet", NULL, NULL, FALSE, flags);
  properties[PROP_DISCREET] = g_param_spec_boolean ("discreet", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_attention_init (KefuAttention *self)
{
  self->cancellable = g_cancellable_new ();
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->merged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&self->recent);
}

KefuAttention *
kefu_attention_new (KefuSession *session, KefuNotifier *notifier)
{
  KefuAttention *self;

  g_return_val_if_fail (KEFU_IS_SESSION (session), NULL);
  g_return_val_if_fail (KEFU_IS_NOTIFIER (notifier), NULL);

  self = g_object_new (KEFU_TYPE_ATTENTION, NULL);
  self->session = g_object_ref (session);
  self->notifier = g_object_ref (notifier);
  self->started = get_now (self);
  self->alarm = kefu_attention_alarm_new (session, notifier, ALARM_ID);
  g_signal_connect_object (get_store (self), "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (notifier, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::focus-conversation", G_CALLBACK (focus_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::active", G_CALLBACK (focus_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
