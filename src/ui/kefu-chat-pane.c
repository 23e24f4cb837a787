/* SPDX-License-Identifier: GPL-3.0-or-later
 * The middle of the window: one conversation and its composer. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-chat-pane.h"

#include "kefu-chat-pane-private.h"

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_CONVERSATION,
  PROP_ENTER_SENDS,
  PROP_PANEL_VISIBLE,
  N_PROPS
};

enum
{
  NEXT_REQUESTED,
  TOGGLE_PANEL,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuChatPane, kefu_chat_pane, GTK_TYPE_WIDGET)

KefuConversationRecord *
kefu_chat_pane_record (KefuChatPane *self)
{
  return self->session && self->conversation ? kefu_conversation_get_record (self->conversation) : NULL;
}

void
kefu_chat_pane_ask_for_next (KefuChatPane *self)
{
  g_signal_emit (self, signals[NEXT_REQUESTED], 0);
}

/* What waits here is said only while it has to wait. */
static void
update_waiting (KefuChatPane *self)
{
  KefuConversationRecord *record = kefu_chat_pane_record (self);
  KefuSyncState state = KEFU_SYNC_LIVE;

  if (self->session)
    state = kefu_sync_engine_get_state (kefu_session_get_engine (self->session));
  kefu_timeline_view_set_waiting (self->timeline, record && record->pending > 0 && state != KEFU_SYNC_LIVE &&
                                                    state != KEFU_SYNC_CATCHING_UP);
}

static void
update (KefuChatPane *self)
{
  KefuConversationRecord *record = kefu_chat_pane_record (self);

  kefu_chat_header_set_conversation (self->header, record);
  kefu_timeline_view_set_conversation (self->timeline, record);
  if (self->dossier)
    kefu_dossier_set_conversation (self->dossier, record);
  kefu_composer_set_conversation (self->composer, record);
  gtk_stack_set_visible_child_name (self->stack, record ? "chat" : "empty");
  update_waiting (self);
  if (record && self->wants_focus)
    kefu_chat_pane_focus_composer (self);
}

static void
agents_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  KefuChatPane *self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) agents = kefu_store_list_finish (KEFU_STORE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (agents == NULL)
    {
      g_warning ("The agents could not be read: %s", error->message);
      return;
    }
  self = user_data;
  kefu_chat_header_set_agents (self->header, agents);
  kefu_timeline_view_set_agents (self->timeline, agents);
  kefu_composer_set_agents (self->composer, agents);
}

static void
load_agents (KefuChatPane *self)
{
  kefu_store_list_agents_async (kefu_session_get_store (self->session), self->cancellable, agents_cb, self);
}

static void
store_changed_cb (KefuChatPane *self, KefuChangeSet *set)
{
  if (kefu_change_set_has (set, "agent", NULL))
    load_agents (self);
}

static void
sent_cb (KefuChatPane *self, gboolean next)
{
  kefu_timeline_view_go_to_end (self->timeline);
  if (next)
    kefu_chat_pane_ask_for_next (self);
}

static void
quote_cb (KefuChatPane *self, KefuMessageRecord *message)
{
  kefu_composer_set_quote (self->composer, message);
}

static void
to_checklist_cb (KefuChatPane *self, KefuMessageRecord *message)
{
  kefu_chat_pane_note_down (self, message);
}

static void
kefu_chat_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuChatPane *self = KEFU_CHAT_PANE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_ENTER_SENDS:
      g_value_set_boolean (value, self->enter_sends);
      break;
    case PROP_PANEL_VISIBLE:
      g_value_set_boolean (value, self->panel_visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
set_flag (KefuChatPane *self, gboolean *field, gboolean value, guint prop_id)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop_id]);
}

static void
kefu_chat_pane_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuChatPane *self = KEFU_CHAT_PANE (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      kefu_chat_pane_set_session (self, g_value_get_object (value));
      break;
    case PROP_CONVERSATION:
      kefu_chat_pane_set_conversation (self, g_value_get_object (value));
      break;
    case PROP_ENTER_SENDS:
      set_flag (self, &self->enter_sends, g_value_get_boolean (value), PROP_ENTER_SENDS);
      break;
    case PROP_PANEL_VISIBLE:
      set_flag (self, &self->panel_visible, g_value_get_boolean (value), PROP_PANEL_VISIBLE);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_chat_pane_dispose (GObject *object)
{
  KefuChatPane *self = KEFU_CHAT_PANE (object);
  GtkWidget *child;

  if (self->composer)
    kefu_chat_pane_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_CHAT_PANE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_pointer (&self->noted, g_hash_table_unref);

  G_OBJECT_CLASS (kefu_chat_pane_parent_class)->dispose (object);
}

static void
kefu_chat_pane_class_init (KefuChatPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_chat_pane_get_property;
  object_class->set_property = kefu_chat_pane_set_property;
  object_class->dispose = kefu_chat_pane_dispose;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, KEFU_TYPE_SESSION, flags);
  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, KEFU_TYPE_CONVERSATION, flags);
  properties[PROP_ENTER_SENDS] = g_param_spec_boolean ("enter-sends", NULL, NULL, TRUE, flags);
  properties[PROP_PANEL_VISIBLE] = g_param_spec_boolean ("panel-visible", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[NEXT_REQUESTED] =
    g_signal_new ("next-requested", KEFU_TYPE_CHAT_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[TOGGLE_PANEL] =
    g_signal_new ("toggle-panel", KEFU_TYPE_CHAT_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (KEFU_TYPE_CHAT_HEADER);
  g_type_ensure (KEFU_TYPE_TIMELINE_VIEW);
  g_type_ensure (KEFU_TYPE_COMPOSER);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-chat-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, header);
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, toasts);
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, timeline);
  gtk_widget_class_bind_template_child (widget_class, KefuChatPane, composer);
  gtk_widget_class_bind_template_callback (widget_class, sent_cb);
  gtk_widget_class_bind_template_callback (widget_class, quote_cb);
  gtk_widget_class_bind_template_callback (widget_class, to_checklist_cb);
  kefu_chat_pane_install_actions (widget_class);
  kefu_chat_pane_install_drop (widget_class);
}

static void
kefu_chat_pane_init (KefuChatPane *self)
{
  self->enter_sends = TRUE;
  self->noted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

GtkWidget *
kefu_chat_pane_new (void)
{
  return g_object_new (KEFU_TYPE_CHAT_PANE, NULL);
}

KefuSession *
kefu_chat_pane_get_session (KefuChatPane *self)
{
  g_return_val_if_fail (KEFU_IS_CHAT_PANE (self), NULL);

  return self->session;
}

void
kefu_chat_pane_set_session (KefuChatPane *self, KefuSession *session)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (self->session == session)
    return;
  kefu_chat_pane_set_conversation (self, NULL);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->session)
    {
      g_signal_handlers_disconnect_by_data (kefu_session_get_store (self->session), self);
      g_signal_handlers_disconnect_by_data (kefu_session_get_engine (self->session), self);
    }
  g_set_object (&self->session, session);
  g_clear_object (&self->dossier);
  if (session)
    {
      self->cancellable = g_cancellable_new ();
      self->dossier = kefu_dossier_new (session);
      g_signal_connect_object (kefu_session_get_store (session), "changed", G_CALLBACK (store_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (kefu_session_get_engine (session), "notify::state", G_CALLBACK (update_waiting), self,
                               G_CONNECT_SWAPPED);
    }
  kefu_chat_header_set_session (self->header, session);
  kefu_timeline_view_set_session (self->timeline, session, session ? kefu_blob_cache_for_session (session) : NULL);
  kefu_composer_set_session (self->composer, session, self->dossier);
  if (session)
    load_agents (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

void
kefu_chat_pane_prepare (KefuChatPane *self, KefuConversationRecord *record)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  kefu_timeline_view_prepare (self->timeline, record);
}

void
kefu_chat_pane_set_conversation (KefuChatPane *self, KefuConversation *conversation)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (self->conversation == conversation)
    return;
  if (self->conversation)
    g_clear_signal_handler (&self->changed_id, self->conversation);
  g_set_object (&self->conversation, conversation);
  if (conversation)
    self->changed_id = g_signal_connect_swapped (conversation, "changed", G_CALLBACK (update), self);
  g_hash_table_remove_all (self->noted);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION]);
}

void
kefu_chat_pane_focus_composer (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  /* A conversation that was just asked for is still on its way from the store. */
  self->wants_focus = kefu_chat_pane_record (self) == NULL;
  if (!self->wants_focus)
    kefu_composer_focus (self->composer);
}

void
kefu_chat_pane_show_message (KefuChatPane *self, const char *message_id, const char *words)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (kefu_chat_pane_record (self))
    kefu_timeline_view_show_message (self->timeline, message_id, words);
}

void
kefu_chat_pane_ask_for_day (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (kefu_chat_pane_record (self))
    gtk_widget_activate_action (GTK_WIDGET (self->timeline), "timeline.ask-for-day", NULL);
}

void
kefu_chat_pane_take_back (KefuChatPane *self, KefuOutboxRecord *message)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  kefu_composer_take_back (self->composer, message);
  kefu_chat_pane_focus_composer (self);
}

void
kefu_chat_pane_insert_phrase (KefuChatPane *self, KefuPhraseRecord *phrase)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (kefu_chat_pane_record (self))
    kefu_composer_insert_phrase (self->composer, phrase);
}

void
kefu_chat_pane_toggle_note_mode (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (kefu_chat_pane_record (self))
    kefu_composer_set_note_mode (self->composer, !kefu_composer_get_note_mode (self->composer));
}

void
kefu_chat_pane_open_phrases (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  kefu_composer_open_phrases (self->composer);
}

void
kefu_chat_pane_send_and_next (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (kefu_chat_pane_record (self))
    kefu_composer_send (self->composer, TRUE);
}

guint
kefu_chat_pane_get_text_length (KefuChatPane *self)
{
  g_return_val_if_fail (KEFU_IS_CHAT_PANE (self), 0);

  return (guint) gtk_text_buffer_get_char_count (
    gtk_text_view_get_buffer (kefu_composer_get_text_view (self->composer)));
}
