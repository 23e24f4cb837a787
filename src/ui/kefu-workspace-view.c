/* SPDX-License-Identifier: GPL-3.0-or-later
 * All that a signed-in agent sees: header, strip, three panes. What the first frame does without is in kefu-workspace-parts.c. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-workspace-view.h"

#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-avatar.h"
#include "kefu-glyph.h"
#include "kefu-ui.h"
#include "kefu-workspace-view-private.h"

enum
{
  PROP_0,
  PROP_OPEN_ID,
  N_PROPS
};

enum
{
  SIGN_OUT_REQUESTED,
  SIGN_IN_REQUESTED,
  READY,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuWorkspaceView, kefu_workspace_view, GTK_TYPE_WIDGET)

/* --- the open conversation --- */

/* Read is what was on the screen of a window in use. */
static void
mark_read (KefuWorkspaceView *self)
{
  if (self->conversation != NULL && kefu_session_get_active (self->session))
    kefu_session_mark_read (self->session, kefu_conversation_get_record (self->conversation));
}

static void
show_pending_message (KefuWorkspaceView *self)
{
  if (self->pending_message_id != NULL)
    kefu_chat_pane_show_message (kefu_workspace_view_need_chat (self), self->pending_message_id, self->pending_words);
  g_clear_pointer (&self->pending_message_id, g_free);
  g_clear_pointer (&self->pending_words, g_free);
}

/* The agent goes on to the one below, mostly. When nothing else is to be done, what that shows is loaded. */
static gboolean
ahead_cb (gpointer user_data)
{
  KefuWorkspaceView *self = user_data;
  const char *next = kefu_inbox_pane_neighbour (self->inbox_pane, 1);

  self->ahead_id = 0;
  kefu_chat_pane_prepare (kefu_workspace_view_need_chat (self),
                          next != NULL ? kefu_inbox_pane_lookup (self->inbox_pane, next) : NULL);
  return G_SOURCE_REMOVE;
}

static void
look_ahead (KefuWorkspaceView *self)
{
  if (self->ahead_id == 0)
    self->ahead_id = g_idle_add_full (G_PRIORITY_LOW, ahead_cb, self, NULL);
}

/* In the panes that are there; one that comes later shows what is open then. */
static void
show_conversation (KefuWorkspaceView *self)
{
  if (self->chat_pane != NULL)
    kefu_chat_pane_set_conversation (self->chat_pane, self->conversation);
  if (self->side_panel != NULL)
    kefu_side_panel_set_conversation (self->side_panel, self->conversation);
}

static void
take_record (KefuWorkspaceView *self, KefuConversationRecord *record)
{
  if (self->conversation != NULL)
    kefu_conversation_set_record (self->conversation, record);
  else
    {
      self->conversation = kefu_conversation_new (record);
      kefu_workspace_view_need_chat (self);
      show_conversation (self);
      show_pending_message (self);
      look_ahead (self);
    }
  mark_read (self);
}

/* Nothing is open: the id led nowhere. */
static void
close_conversation (KefuWorkspaceView *self)
{
  g_clear_pointer (&self->open_id, g_free);
  g_clear_pointer (&self->pending_message_id, g_free);
  g_clear_pointer (&self->pending_words, g_free);
  show_conversation (self);
  kefu_inbox_pane_set_open (self->inbox_pane, NULL);
  kefu_session_set_focus_conversation (self->session, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN_ID]);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuWorkspaceView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) || self->session == NULL)
    return;
  if (records != NULL && records->len > 0)
    {
      take_record (self, g_ptr_array_index (records, 0));
      return;
    }
  if (self->conversation == NULL)
    close_conversation (self);
  else if (error == NULL)
    return;
  kefu_session_fail (self->session, error != NULL ? error->message : _ ("This conversation is not on this computer"));
}

static void
load (KefuWorkspaceView *self)
{
  const char *ids[] = { self->open_id, NULL };

  kefu_store_get_conversations_async (kefu_session_get_store (self->session), ids, self->cancellable, loaded_cb,
                                      g_object_ref (self));
}

static void
store_changed_cb (KefuWorkspaceView *self, KefuChangeSet *set)
{
  if (self->open_id != NULL && kefu_change_set_has (set, "conversation", self->open_id))
    load (self);
}

/* --- the window around it --- */

static void
active_cb (KefuWorkspaceView *self)
{
  kefu_session_set_active (self->session, gtk_window_is_active (self->window));
  mark_read (self);
}

static void
kefu_workspace_view_root (GtkWidget *widget)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);
  GtkRoot *root;

  GTK_WIDGET_CLASS (kefu_workspace_view_parent_class)->root (widget);
  root = gtk_widget_get_root (widget);
  if (!GTK_IS_WINDOW (root))
    return;
  self->window = GTK_WINDOW (root);
  self->active_id = g_signal_connect_swapped (root, "notify::is-active", G_CALLBACK (active_cb), self);
  active_cb (self);
}

static void
kefu_workspace_view_unroot (GtkWidget *widget)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (widget);

  if (self->window != NULL)
    g_clear_signal_handler (&self->active_id, self->window);
  self->window = NULL;
  if (self->session != NULL)
    kefu_session_set_active (self->session, FALSE);
  GTK_WIDGET_CLASS (kefu_workspace_view_parent_class)->unroot (widget);
}

static void
kefu_workspace_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kefu_workspace_view_parent_class)->map (widget);
  kefu_workspace_view_fill_after_paint (KEFU_WORKSPACE_VIEW (widget));
}

static void
kefu_workspace_view_unmap (GtkWidget *widget)
{
  kefu_workspace_view_stop_filling (KEFU_WORKSPACE_VIEW (widget));
  GTK_WIDGET_CLASS (kefu_workspace_view_parent_class)->unmap (widget);
}

static void
state_cb (KefuWorkspaceView *self)
{
  KefuSyncState state = kefu_sync_engine_get_state (kefu_session_get_engine (self->session));
  gboolean online = state == KEFU_SYNC_LIVE || state == KEFU_SYNC_CATCHING_UP;

  gtk_widget_remove_css_class (self->presence, online ? "away" : "online");
  gtk_widget_add_css_class (self->presence, online ? "online" : "away");
}

static void
state_text_cb (KefuWorkspaceView *self)
{
  g_autofree char *text = NULL;

  g_object_get (self->strip, "state-text", &text, NULL);
  kefu_accessible_name_menu_button (self->sync_button, text);
}

static void
narrow_cb (KefuWorkspaceView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->account_name), !kefu_panes_get_narrow (self->panes));
}

/* --- the panes' wishes --- */

static void
chosen_cb (KefuWorkspaceView *self, const char *id)
{
  kefu_workspace_view_open (self, id, NULL);
}

static void
activated_cb (KefuWorkspaceView *self)
{
  if (self->open_id != NULL)
    kefu_chat_pane_focus_composer (kefu_workspace_view_need_chat (self));
}

static void
open_conversation_cb (KefuWorkspaceView *self, const char *id)
{
  kefu_workspace_view_open (self, id, NULL);
  kefu_chat_pane_focus_composer (kefu_workspace_view_need_chat (self));
}

static void
search_toggled_cb (KefuWorkspaceView *self)
{
  kefu_workspace_view_show_search (self, gtk_toggle_button_get_active (self->search_button));
}

static void
sign_in_requested_cb (KefuWorkspaceView *self)
{
  g_signal_emit (self, signals[SIGN_IN_REQUESTED], 0);
}

static void
ready_cb (KefuWorkspaceView *self)
{
  g_signal_emit (self, signals[READY], 0);
}

static void
sign_out_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SIGN_OUT_REQUESTED], 0);
}

/* --- object --- */

static void
kefu_workspace_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_OPEN_ID:
      g_value_set_string (value, KEFU_WORKSPACE_VIEW (object)->open_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_workspace_view_dispose (GObject *object)
{
  KefuWorkspaceView *self = KEFU_WORKSPACE_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->ahead_id, g_source_remove);
  kefu_workspace_view_stop_filling (self);
  kefu_workspace_view_forget_link (self);
  /* Without a session nobody makes a pane anew, whatever is told while they go. */
  self->chat_pane = NULL;
  self->side_panel = NULL;
  self->search_page = NULL;
  g_clear_object (&self->session);
  kefu_ui_dispose_template (GTK_WIDGET (self), KEFU_TYPE_WORKSPACE_VIEW);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->conversation);
  g_clear_object (&self->outbox);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->open_id, g_free);
  g_clear_pointer (&self->pending_message_id, g_free);
  g_clear_pointer (&self->pending_words, g_free);
  G_OBJECT_CLASS (kefu_workspace_view_parent_class)->dispose (object);
}

static void
kefu_workspace_view_class_init (KefuWorkspaceViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kefu_workspace_view_get_property;
  object_class->dispose = kefu_workspace_view_dispose;
  widget_class->root = kefu_workspace_view_root;
  widget_class->unroot = kefu_workspace_view_unroot;
  widget_class->map = kefu_workspace_view_map;
  widget_class->unmap = kefu_workspace_view_unmap;

  properties[PROP_OPEN_ID] =
    g_param_spec_string ("open-id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGN_OUT_REQUESTED] = g_signal_new ("sign-out-requested", KEFU_TYPE_WORKSPACE_VIEW, G_SIGNAL_RUN_LAST, 0,
                                              NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGN_IN_REQUESTED] = g_signal_new ("sign-in-requested", KEFU_TYPE_WORKSPACE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                             NULL, NULL, G_TYPE_NONE, 0);

  signals[READY] =
    g_signal_new ("ready", KEFU_TYPE_WORKSPACE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (KEFU_TYPE_INBOX_PANE);
  g_type_ensure (KEFU_TYPE_PANES);
  g_type_ensure (KEFU_TYPE_SYNC_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-workspace-view.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, account_button);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, account_avatar);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, account_name);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, presence);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, title);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, main_button);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, search_button);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, sync_button);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, strip);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, panes);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, left_stack);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, inbox_pane);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, chat_place);
  gtk_widget_class_bind_template_child (widget_class, KefuWorkspaceView, panel_place);
  gtk_widget_class_install_action (widget_class, "desk.sign-out", NULL, sign_out_cb);
  kefu_workspace_view_install_actions (widget_class);
}

static void
kefu_workspace_view_init (KefuWorkspaceView *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_glyph_draw_on (GTK_WIDGET (self->sync_button));
  kefu_accessible_name_by_tooltips (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->main_button, kefu_ui_main_menu ());
  kefu_workspace_view_add_keys (self);

  g_signal_connect_object (self->inbox_pane, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->inbox_pane, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->inbox_pane, "ready", G_CALLBACK (ready_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search_button, "toggled", G_CALLBACK (search_toggled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->strip, "sign-in-requested", G_CALLBACK (sign_in_requested_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->strip, "notify::state-text", G_CALLBACK (state_text_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panes, "notify::narrow", G_CALLBACK (narrow_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->strip, "state-icon", self->sync_button, "icon-name", G_BINDING_DEFAULT);
}

GtkWidget *
kefu_workspace_view_new (KefuSession *session, GSettings *settings, const char *title)
{
  KefuWorkspaceView *self = g_object_new (KEFU_TYPE_WORKSPACE_VIEW, NULL);
  KefuStore *store = kefu_session_get_store (session);
  const char *name = kefu_session_get_agent_name (session);

  self->session = g_object_ref (session);
  self->settings = g_object_ref (settings);
  self->outbox = g_object_ref (kefu_session_get_outbox (session));

  adw_window_title_set_title (self->title, title);
  kefu_avatar_set_name (self->account_avatar, name);
  gtk_label_set_label (self->account_name, name);
  kefu_accessible_name_menu_button (self->account_button, name);

  kefu_panes_bind_settings (self->panes, settings);
  kefu_inbox_pane_set_session (self->inbox_pane, session, self->outbox, settings);
  kefu_sync_strip_set_session (self->strip, session, self->outbox);

  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "open-conversation", G_CALLBACK (open_conversation_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (kefu_session_get_engine (session), "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  state_cb (self);
  return GTK_WIDGET (self);
}

KefuSession *
kefu_workspace_view_get_session (KefuWorkspaceView *self)
{
  g_return_val_if_fail (KEFU_IS_WORKSPACE_VIEW (self), NULL);

  return self->session;
}

const char *
kefu_workspace_view_get_open_id (KefuWorkspaceView *self)
{
  g_return_val_if_fail (KEFU_IS_WORKSPACE_VIEW (self), NULL);

  return self->open_id;
}

void
kefu_workspace_view_open (KefuWorkspaceView *self, const char *conversation_id, const char *message_id)
{
  kefu_workspace_view_show_hit (self, conversation_id, message_id, NULL);
}

void
kefu_workspace_view_show_hit (KefuWorkspaceView *self,
                              const char *conversation_id,
                              const char *message_id,
                              const char *words)
{
  KefuConversationRecord *known;

  g_return_if_fail (KEFU_IS_WORKSPACE_VIEW (self));
  g_return_if_fail (conversation_id != NULL);

  if (g_strcmp0 (self->open_id, conversation_id) == 0)
    {
      if (message_id != NULL && self->conversation != NULL)
        kefu_chat_pane_show_message (kefu_workspace_view_need_chat (self), message_id, words);
      return;
    }

  /* what still loads is of the conversation before */
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_object (&self->conversation);
  g_free (self->open_id);
  self->open_id = g_strdup (conversation_id);
  g_free (self->pending_message_id);
  self->pending_message_id = g_strdup (message_id);
  g_free (self->pending_words);
  self->pending_words = g_strdup (words);

  kefu_inbox_pane_set_open (self->inbox_pane, self->open_id);
  kefu_session_set_focus_conversation (self->session, self->open_id);
  /* what is typed from now on is for the new one, never for the one before */
  known = kefu_inbox_pane_lookup (self->inbox_pane, self->open_id);
  if (known != NULL)
    take_record (self, known);
  else
    show_conversation (self);
  load (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN_ID]);
}
