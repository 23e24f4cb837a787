/* SPDX-License-Identifier: GPL-3.0-or-later
 * The right of the window: customer, orders, checklist, phrases. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-side-panel.h"

struct _KefuSidePanel
{
  GtkWidget parent_instance;

  GtkWidget *label;

  KefuSession *session;
  KefuConversation *conversation;
  char *page;
};

enum
{
  PROP_0,
  PROP_SESSION,
  PROP_CONVERSATION,
  PROP_PAGE,
  N_PROPS
};

enum
{
  INSERT_PHRASE,
  SHOW_MESSAGE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuSidePanel, kefu_side_panel, GTK_TYPE_WIDGET)

static void
kefu_side_panel_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuSidePanel *self = KEFU_SIDE_PANEL (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_PAGE:
      g_value_set_string (value, self->page);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_side_panel_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuSidePanel *self = KEFU_SIDE_PANEL (object);

  switch (prop_id)
    {
    case PROP_SESSION:
      kefu_side_panel_set_session (self, g_value_get_object (value));
      break;
    case PROP_CONVERSATION:
      kefu_side_panel_set_conversation (self, g_value_get_object (value));
      break;
    case PROP_PAGE:
      kefu_side_panel_set_page (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_side_panel_dispose (GObject *object)
{
  KefuSidePanel *self = KEFU_SIDE_PANEL (object);

  g_clear_object (&self->session);
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->page, g_free);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (kefu_side_panel_parent_class)->dispose (object);
}

static void
kefu_side_panel_class_init (KefuSidePanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_side_panel_get_property;
  object_class->set_property = kefu_side_panel_set_property;
  object_class->dispose = kefu_side_panel_dispose;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, KEFU_TYPE_SESSION, flags);
  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, KEFU_TYPE_CONVERSATION, flags);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "customer", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[INSERT_PHRASE] = g_signal_new ("insert-phrase", KEFU_TYPE_SIDE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SHOW_MESSAGE] = g_signal_new ("show-message", KEFU_TYPE_SIDE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
kefu_side_panel_init (KefuSidePanel *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "side-panel");
  self->page = g_strdup ("customer");
  self->label = gtk_label_new (NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

GtkWidget *
kefu_side_panel_new (void)
{
  return g_object_new (KEFU_TYPE_SIDE_PANEL, NULL);
}

KefuSession *
kefu_side_panel_get_session (KefuSidePanel *self)
{
  g_return_val_if_fail (KEFU_IS_SIDE_PANEL (self), NULL);

  return self->session;
}

void
kefu_side_panel_set_session (KefuSidePanel *self, KefuSession *session)
{
  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  if (g_set_object (&self->session, session))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

void
kefu_side_panel_set_conversation (KefuSidePanel *self, KefuConversation *conversation)
{
  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  if (!g_set_object (&self->conversation, conversation))
    return;
  gtk_label_set_label (GTK_LABEL (self->label),
                       conversation ? kefu_conversation_get_record (conversation)->customer_name : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION]);
}

const char *
kefu_side_panel_get_page (KefuSidePanel *self)
{
  g_return_val_if_fail (KEFU_IS_SIDE_PANEL (self), NULL);

  return self->page;
}

void
kefu_side_panel_set_page (KefuSidePanel *self, const char *page)
{
  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  if (g_strcmp0 (self->page, page) == 0)
    return;
  g_free (self->page);
  self->page = g_strdup (page);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

void
kefu_side_panel_focus_page (KefuSidePanel *self)
{
  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));
}
