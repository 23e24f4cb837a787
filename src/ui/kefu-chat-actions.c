/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can be done with the open conversation: take, hand over, snooze, resolve, note down. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-chat-pane-private.h"

#include <glib/gi18n.h>

#include "kefu-checklist-rules.h"
#include "kefu-dialogs.h"
#include "kefu-message-text.h"
#include "kefu-session-edits.h"
#include "kefu-time-format.h"

/* How far back "what was just promised" may lie. */
#define RECENT_MESSAGES 8
#define MAX_TITLES 5
#define TOAST_SECONDS 6

static void
toast (KefuChatPane *self, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_timeout (toast, TOAST_SECONDS);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- whose it is --- */

static void
take_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kefu_chat_pane_take (KEFU_CHAT_PANE (widget));
}

void
kefu_chat_pane_take (KefuChatPane *self)
{
  KefuConversationRecord *record;

  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  record = kefu_chat_pane_record (self);
  if (record && g_strcmp0 (record->assignee_id, kefu_session_get_agent_id (self->session)) != 0)
    kefu_session_claim (self->session, record, kefu_session_get_agent_id (self->session));
}

static void
assign_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuChatPane *self = KEFU_CHAT_PANE (widget);
  KefuConversationRecord *record = kefu_chat_pane_record (self);
  const char *agent_id = g_variant_get_string (parameter, NULL);

  if (record)
    kefu_session_claim (self->session, record, *agent_id ? agent_id : NULL);
}

/* --- labels --- */

static void
label_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuChatPane *self = KEFU_CHAT_PANE (widget);
  KefuConversationRecord *record = kefu_chat_pane_record (self);
  const char *label_id;
  gboolean add;

  g_variant_get (parameter, "(&sb)", &label_id, &add);
  if (record)
    kefu_session_set_label (self->session, record->id, label_id, add);
}

void
kefu_chat_pane_open_labels (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  kefu_chat_header_open_labels (self->header);
}

/* --- status --- */

static void
snooze_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuChatPane *self = KEFU_CHAT_PANE (widget);
  KefuConversationRecord *record = kefu_chat_pane_record (self);
  gint64 until = g_variant_get_int64 (parameter);
  gint64 now;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  if (record == NULL)
    return;
  now = kefu_clock_now (kefu_session_get_clock (self->session));
  kefu_session_set_status (self->session, record->id, "snoozed", until);
  time = kefu_time_format_clock (until);
  text = kefu_time_format_days (until, now) == 0 ? g_strdup_printf (_ ("Comes back at %s"), time)
                                                 : g_strdup_printf (_ ("Comes back tomorrow at %s"), time);
  toast (self, text);
}

static void
reopen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuChatPane *self = KEFU_CHAT_PANE (widget);
  KefuConversationRecord *record = kefu_chat_pane_record (self);

  if (record)
    kefu_session_set_status (self->session, record->id, "open", 0);
}

/* What a question about resolving has to remember: the agent may open another chat meanwhile. */
typedef struct
{
  KefuChatPane *self;
  char *conversation_id;
  int n_open;
  gboolean next;
} Resolution;

static void
resolution_free (gpointer data)
{
  Resolution *resolution = data;

  g_object_unref (resolution->self);
  g_free (resolution->conversation_id);
  g_free (resolution);
}

static void
resolve_now (gpointer data)
{
  Resolution *resolution = data;
  const KefuConversationRecord *record;

  if (resolution->self->session == NULL)
    return;
  kefu_session_set_status (resolution->self->session, resolution->conversation_id, "resolved", 0);
  /* not if the agent went elsewhere over the question */
  record = kefu_chat_pane_record (resolution->self);
  if (resolution->next && record != NULL && g_str_equal (record->id, resolution->conversation_id))
    kefu_chat_pane_ask_for_next (resolution->self);
}

/* The titles of what is open in a conversation, one a line. */
static char *
open_titles (GPtrArray *items, const char *conversation_id)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; items && i < items->len && n <= MAX_TITLES; i++)
    {
      KefuChecklistRecord *item = items->pdata[i];

      if (!item->done && g_str_equal (item->conversation_id, conversation_id))
        g_string_append_printf (text, "%s\n", n++ < MAX_TITLES ? item->title : "…");
    }
  return g_strchomp (g_string_free (g_steal_pointer (&text), FALSE));
}

static void
ask (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Resolution *resolution = user_data;
  KefuChatPane *self = resolution->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = kefu_store_list_finish (KEFU_STORE (object), result, &error);
  g_autofree char *heading = NULL;
  g_autofree char *titles = NULL;

  self->asking = FALSE;
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    {
      resolution_free (resolution);
      return;
    }
  heading =
    g_strdup_printf (ngettext ("%d promise is still open", "%d promises are still open", (gulong) resolution->n_open),
                     resolution->n_open);
  titles = open_titles (items, resolution->conversation_id);
  kefu_dialogs_confirm (GTK_WIDGET (self), heading, titles, _ ("_Resolve Anyway"), FALSE, resolve_now, resolution,
                        resolution_free);
}

static void
resolve (KefuChatPane *self, gboolean next)
{
  KefuConversationRecord *record = kefu_chat_pane_record (self);
  Resolution *resolution;

  if (record == NULL || self->asking)
    return;
  resolution = g_new0 (Resolution, 1);
  resolution->self = g_object_ref (self);
  resolution->conversation_id = g_strdup (record->id);
  resolution->n_open = record->open_items;
  resolution->next = next;

  if (record->open_items > 0)
    {
      /* Asked of the store, not of the dossier, which may still be reading for a chat that was just opened. */
      self->asking = TRUE;
      kefu_store_list_checklist_async (kefu_session_get_store (self->session), record->customer_id, NULL, ask,
                                       resolution);
    }
  else
    {
      resolve_now (resolution);
      resolution_free (resolution);
    }
}

static void
resolve_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  resolve (KEFU_CHAT_PANE (widget), g_str_equal (name, "chat.resolve-next"));
}

void
kefu_chat_pane_resolve (KefuChatPane *self)
{
  KefuConversationRecord *record;

  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  record = kefu_chat_pane_record (self);
  if (record && g_str_equal (record->status, "resolved"))
    gtk_widget_activate_action (GTK_WIDGET (self), "chat.reopen", NULL);
  else
    resolve (self, FALSE);
}

/* --- the checklist --- */

static gboolean
is_noted (KefuChatPane *self, const char *message_id, gboolean open_only)
{
  GPtrArray *items = self->dossier ? kefu_dossier_get_checklist (self->dossier) : NULL;

  if (g_hash_table_contains (self->noted, message_id))
    return TRUE;
  for (guint i = 0; items && i < items->len; i++)
    {
      KefuChecklistRecord *item = items->pdata[i];

      if (g_strcmp0 (item->proof_message_id, message_id) == 0 && !(open_only && item->done))
        return TRUE;
    }
  return FALSE;
}

/* "送您一颗电池" is what the agent means by Ctrl+D, not the customer's "谢谢" after it: the newest message that promises or
 * asks for something known and is not on the list yet; without one, the agent's last words; without any, the newest. */
static KefuMessageRecord *
choose_promise (KefuChatPane *self, GPtrArray *messages, gint64 now)
{
  KefuMessageRecord *own = NULL;
  KefuMessageRecord *any = NULL;

  for (guint i = 0; i < messages->len; i++)
    {
      KefuMessageRecord *message = messages->pdata[i];
      g_autoptr (KefuChecklistProposal) proposal = NULL;

      if (!g_str_equal (message->kind, "text") || is_noted (self, message->id, FALSE))
        continue;
      proposal = kefu_checklist_propose (message->body, now);
      if (!g_str_equal (proposal->kind, "remark"))
        return message;
      if (own == NULL && g_str_equal (message->dir, "out"))
        own = message;
      if (any == NULL)
        any = message;
    }
  return own ? own : any;
}

typedef struct
{
  KefuChatPane *self;
  char *message_id;
} Undo;

static void
undo_listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Undo *undo = user_data;
  g_autoptr (KefuChatPane) self = undo->self;
  g_autofree char *message_id = undo->message_id;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = kefu_store_list_finish (KEFU_STORE (object), result, &error);

  g_free (undo);
  for (guint i = 0; items && i < items->len && self->session; i++)
    {
      KefuChecklistRecord *item = items->pdata[i];

      if (g_strcmp0 (item->proof_message_id, message_id) != 0 || item->done)
        continue;
      kefu_session_remove_checklist (self->session, item);
      g_hash_table_remove (self->noted, message_id);
      break;
    }
}

/* The item's id was made below us; the message that proves it tells which it is. */
static void
undo_cb (AdwToast *note, KefuChatPane *self)
{
  Undo *undo;

  if (self->session == NULL)
    return;
  undo = g_new0 (Undo, 1);
  undo->self = g_object_ref (self);
  undo->message_id = g_strdup (g_object_get_data (G_OBJECT (note), "message-id"));
  kefu_store_list_checklist_async (kefu_session_get_store (self->session),
                                   g_object_get_data (G_OBJECT (note), "customer-id"), NULL, undo_listed_cb, undo);
}

static void
say_noted (KefuChatPane *self, KefuConversationRecord *record, KefuMessageRecord *message, const char *title)
{
  /* TRANSLATORS: what was put on the checklist */
  g_autofree char *text = g_markup_printf_escaped (_ ("On the checklist: %s"), title);
  AdwToast *note = adw_toast_new (text);

  g_object_set_data_full (G_OBJECT (note), "customer-id", g_strdup (record->customer_id), g_free);
  g_object_set_data_full (G_OBJECT (note), "message-id", g_strdup (message->id), g_free);
  adw_toast_set_timeout (note, TOAST_SECONDS);
  adw_toast_set_button_label (note, _ ("_Undo"));
  g_signal_connect_object (note, "button-clicked", G_CALLBACK (undo_cb), self, 0);
  adw_toast_overlay_add_toast (self->toasts, note);
}

void
kefu_chat_pane_note_down (KefuChatPane *self, KefuMessageRecord *message)
{
  KefuConversationRecord *record = kefu_chat_pane_record (self);
  g_autoptr (KefuChecklistProposal) proposal = NULL;
  g_autoptr (GPtrArray) newest = NULL;
  g_autofree char *text = NULL;
  KefuOrderRecord *order;
  gint64 now;

  if (record == NULL)
    return;
  now = kefu_clock_now (kefu_session_get_clock (self->session));
  newest = kefu_timeline_view_get_newest (self->timeline, RECENT_MESSAGES);
  if (message == NULL)
    message = choose_promise (self, newest, now);
  if (message == NULL)
    {
      toast (self, newest->len ? _ ("These messages are on the checklist already")
                               : _ ("There is no message to put on the checklist"));
      return;
    }
  if (is_noted (self, message->id, TRUE))
    {
      toast (self, _ ("This message is on the checklist already"));
      return;
    }

  text = kefu_message_text (message);
  proposal = kefu_checklist_propose (text, now);
  order = kefu_composer_get_order (self->composer);
  g_hash_table_add (self->noted, g_strdup (message->id));
  kefu_session_add_checklist (self->session, record->id, proposal->kind, proposal->title, proposal->due_at,
                              order ? order->id : NULL, message->id);
  say_noted (self, record, message, proposal->title);
}

static void
to_checklist_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  kefu_chat_pane_to_checklist (KEFU_CHAT_PANE (widget));
}

void
kefu_chat_pane_to_checklist (KefuChatPane *self)
{
  KefuMessageRecord *focused;

  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  focused = kefu_timeline_view_get_focused (self->timeline);
  if (focused)
    kefu_message_record_ref (focused);
  kefu_chat_pane_note_down (self, focused);
  g_clear_pointer (&focused, kefu_message_record_unref);
}

/* --- --- */

static void
toggle_panel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, "toggle-panel");
}

void
kefu_chat_pane_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "chat.take", NULL, take_action);
  gtk_widget_class_install_action (widget_class, "chat.assign", "s", assign_action);
  gtk_widget_class_install_action (widget_class, "chat.label", "(sb)", label_action);
  gtk_widget_class_install_action (widget_class, "chat.snooze", "x", snooze_action);
  gtk_widget_class_install_action (widget_class, "chat.resolve", NULL, resolve_action);
  gtk_widget_class_install_action (widget_class, "chat.resolve-next", NULL, resolve_action);
  gtk_widget_class_install_action (widget_class, "chat.reopen", NULL, reopen_action);
  gtk_widget_class_install_action (widget_class, "chat.to-checklist", NULL, to_checklist_action);
  gtk_widget_class_install_action (widget_class, "chat.toggle-panel", NULL, toggle_panel_action);
}
