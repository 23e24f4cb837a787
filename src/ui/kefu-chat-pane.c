/* SPDX-License-Identifier: GPL-3.0-or-later
 * The middle of the window: one conversation and its composer. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-chat-pane.h"

struct _KefuChatPane
{
  GtkWidget parent_instance;

  GtkWidget *label;

  KefuSession *session;
  KefuConversation *conversation;
  gboolean enter_sends;
  gboolean panel_visible;
};

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
      self->enter_sends = g_value_get_boolean (value);
      break;
    case PROP_PANEL_VISIBLE:
      self->panel_visible = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_chat_pane_dispose (GObject *object)
{
  KefuChatPane *self = KEFU_CHAT_PANE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_chat_pane_parent_class)->dispose (object);
}

static void
kefu_chat_pane_class_init (KefuChatPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

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

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
kefu_chat_pane_init (KefuChatPane *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "chat-pane");
  self->label = gtk_label_new (NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
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

  g_set_object (&self->session, session);
}

KefuConversation *
kefu_chat_pane_get_conversation (KefuChatPane *self)
{
  g_return_val_if_fail (KEFU_IS_CHAT_PANE (self), NULL);

  return self->conversation;
}

void
kefu_chat_pane_set_conversation (KefuChatPane *self, KefuConversation *conversation)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));

  if (g_set_object (&self->conversation, conversation))
    gtk_label_set_label (GTK_LABEL (self->label),
                         conversation ? kefu_conversation_get_record (conversation)->customer_name : "");
}

void
kefu_chat_pane_focus_composer (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_show_message (KefuChatPane *self, const char *message_id)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_insert_phrase (KefuChatPane *self, KefuPhraseRecord *phrase)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_resolve (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_take (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_to_checklist (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_toggle_note_mode (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_open_phrases (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}

void
kefu_chat_pane_send_and_next (KefuChatPane *self)
{
  g_return_if_fail (KEFU_IS_CHAT_PANE (self));
}
