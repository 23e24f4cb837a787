/* SPDX-License-Identifier: GPL-3.0-or-later
 * The right of the window: customer, orders, checklist, phrases. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-side-panel.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-checklist-page.h"
#include "kefu-customer-page.h"
#include "kefu-dossier.h"
#include "kefu-orders-page.h"
#include "kefu-panel-text.h"
#include "kefu-phrases-page.h"
#include "kefu-toast.h"

/* Four pages over one dossier. The pages know neither the window nor each other: what goes beyond the panel leaves it as a signal. */
struct _KefuSidePanel
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkWidget *stack;
  GtkWidget *customer_page;
  GtkWidget *orders_page;
  GtkWidget *checklist_page;
  GtkWidget *phrases_page;
  AdwViewStackPage *checklist_tab;

  KefuSession *session;
  KefuConversation *conversation;
  KefuDossier *dossier;
  KefuOutboxRecord *refused; /* (nullable): to be edited once its page has what it needs */
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
      g_value_set_string (value, kefu_side_panel_get_page (self));
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

/* TRUE if the editor is open. What the page shows may be the customer's before. */
static gboolean
open_editor (KefuSidePanel *self, KefuOutboxRecord *refused)
{
  KefuConversationRecord *conversation = kefu_dossier_get_conversation (self->dossier);
  KefuCustomerRecord *customer = kefu_dossier_get_customer (self->dossier);

  if (g_str_has_prefix (refused->type, "phrase."))
    return kefu_phrases_page_edit_refused (KEFU_PHRASES_PAGE (self->phrases_page), refused);
  if (!conversation || !customer || g_strcmp0 (refused->conversation_id, conversation->id) != 0 ||
      !g_str_equal (customer->id, conversation->customer_id))
    return FALSE;
  if (g_str_has_prefix (refused->type, "customer."))
    return kefu_customer_page_edit_refused (KEFU_CUSTOMER_PAGE (self->customer_page), refused);
  if (g_str_has_prefix (refused->type, "order."))
    return kefu_orders_page_edit_refused (KEFU_ORDERS_PAGE (self->orders_page), refused);
  return kefu_checklist_page_edit_refused (KEFU_CHECKLIST_PAGE (self->checklist_page), refused);
}

static void
try_edit_refused (KefuSidePanel *self)
{
  if (self->refused && self->dossier && open_editor (self, self->refused))
    g_clear_pointer (&self->refused, kefu_outbox_record_unref);
}

/* The number on the tab is what is still owed to the customer. */
static void
checklist_changed_cb (KefuSidePanel *self)
{
  adw_view_stack_page_set_badge_number (self->checklist_tab,
                                        self->dossier ? kefu_dossier_get_n_open (self->dossier) : 0);
}

static void
conversation_changed_cb (KefuSidePanel *self)
{
  if (self->dossier)
    kefu_dossier_set_conversation (self->dossier,
                                   self->conversation ? kefu_conversation_get_record (self->conversation) : NULL);
}

static void
page_changed_cb (KefuSidePanel *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

static void
insert_cb (KefuSidePanel *self, gpointer phrase)
{
  g_signal_emit (self, signals[INSERT_PHRASE], 0, phrase);
}

static void
show_message_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *conversation_id, *message_id;

  g_variant_get (parameter, "(&s&s)", &conversation_id, &message_id);
  g_signal_emit (widget, signals[SHOW_MESSAGE], 0, conversation_id, message_id);
}

static void
set_dossier (KefuSidePanel *self, KefuDossier *dossier)
{
  static const char *const parts[] = { "customer-changed", "orders-changed", "checklist-changed" };

  g_clear_pointer (&self->refused, kefu_outbox_record_unref);
  if (self->dossier)
    {
      g_signal_handlers_disconnect_by_data (self->dossier, self);
      kefu_dossier_set_awake (self->dossier, FALSE);
    }
  g_set_object (&self->dossier, dossier);
  kefu_customer_page_set_dossier (KEFU_CUSTOMER_PAGE (self->customer_page), dossier);
  kefu_orders_page_set_dossier (KEFU_ORDERS_PAGE (self->orders_page), dossier);
  kefu_checklist_page_set_dossier (KEFU_CHECKLIST_PAGE (self->checklist_page), dossier);
  kefu_phrases_page_set_dossier (KEFU_PHRASES_PAGE (self->phrases_page), dossier);
  if (dossier)
    {
      g_signal_connect_object (dossier, "checklist-changed", G_CALLBACK (checklist_changed_cb), self,
                               G_CONNECT_SWAPPED);
      for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        g_signal_connect_object (dossier, parts[i], G_CALLBACK (try_edit_refused), self,
                                 G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      kefu_dossier_set_awake (dossier, gtk_widget_get_mapped (GTK_WIDGET (self)));
    }
  checklist_changed_cb (self);
  conversation_changed_cb (self);
}

static void
kefu_side_panel_map (GtkWidget *widget)
{
  KefuSidePanel *self = KEFU_SIDE_PANEL (widget);

  GTK_WIDGET_CLASS (kefu_side_panel_parent_class)->map (widget);
  if (self->dossier)
    kefu_dossier_set_awake (self->dossier, TRUE);
}

static void
kefu_side_panel_unmap (GtkWidget *widget)
{
  KefuSidePanel *self = KEFU_SIDE_PANEL (widget);

  if (self->dossier)
    kefu_dossier_set_awake (self->dossier, FALSE);
  GTK_WIDGET_CLASS (kefu_side_panel_parent_class)->unmap (widget);
}

static void
kefu_side_panel_dispose (GObject *object)
{
  KefuSidePanel *self = KEFU_SIDE_PANEL (object);

  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_clear_object (&self->conversation);
  if (self->box)
    set_dossier (self, NULL);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
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
  widget_class->map = kefu_side_panel_map;
  widget_class->unmap = kefu_side_panel_unmap;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, KEFU_TYPE_SESSION, flags);
  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, KEFU_TYPE_CONVERSATION, flags);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "customer", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[INSERT_PHRASE] = g_signal_new ("insert-phrase", KEFU_TYPE_SIDE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SHOW_MESSAGE] = g_signal_new ("show-message", KEFU_TYPE_SIDE_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "panel.show-message", "(ss)", show_message_action);

  g_type_ensure (KEFU_TYPE_CHECKLIST_PAGE);
  g_type_ensure (KEFU_TYPE_CUSTOMER_PAGE);
  g_type_ensure (KEFU_TYPE_ORDERS_PAGE);
  g_type_ensure (KEFU_TYPE_PHRASES_PAGE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-side-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuSidePanel, box);
  gtk_widget_class_bind_template_child (widget_class, KefuSidePanel, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuSidePanel, customer_page);
  gtk_widget_class_bind_template_child (widget_class, KefuSidePanel, orders_page);
  gtk_widget_class_bind_template_child (widget_class, KefuSidePanel, checklist_page);
  gtk_widget_class_bind_template_child (widget_class, KefuSidePanel, phrases_page);
  gtk_widget_class_bind_template_child (widget_class, KefuSidePanel, checklist_tab);
  gtk_widget_class_bind_template_callback (widget_class, page_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, insert_cb);
}

static void
kefu_side_panel_init (KefuSidePanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
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

  if (self->session == session)
    return;
  g_set_object (&self->session, session);
  {
    g_autoptr (KefuDossier) dossier = session ? kefu_dossier_new (session) : NULL;

    set_dossier (self, dossier);
  }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

void
kefu_side_panel_set_conversation (KefuSidePanel *self, KefuConversation *conversation)
{
  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  if (self->conversation == conversation)
    return;
  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, conversation);
  if (conversation)
    g_signal_connect_object (conversation, "changed", G_CALLBACK (conversation_changed_cb), self, G_CONNECT_SWAPPED);
  conversation_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION]);
}

const char *
kefu_side_panel_get_page (KefuSidePanel *self)
{
  g_return_val_if_fail (KEFU_IS_SIDE_PANEL (self), NULL);

  return adw_view_stack_get_visible_child_name (ADW_VIEW_STACK (self->stack));
}

void
kefu_side_panel_set_page (KefuSidePanel *self, const char *page)
{
  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  if (page && adw_view_stack_get_child_by_name (ADW_VIEW_STACK (self->stack), page))
    adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (self->stack), page);
}

void
kefu_side_panel_focus_page (KefuSidePanel *self)
{
  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  gtk_widget_grab_focus (adw_view_stack_get_visible_child (ADW_VIEW_STACK (self->stack)));
}

void
kefu_side_panel_toggle_flag (KefuSidePanel *self, int flag)
{
  GPtrArray *orders;

  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  orders = self->dossier ? kefu_dossier_get_orders (self->dossier) : NULL;
  if (orders && orders->len > 0)
    {
      KefuOrderRecord *newest = orders->pdata[0];
      gboolean off = newest->flag == flag;
      g_autofree char *said = off ? g_strdup (_ ("Newest order: flag taken off"))
                                  : g_strdup_printf (_ ("Newest order: %s"), kefu_panel_flag_name (flag));

      /* The key works on every page, and the warehouse acts on the flag: say what became of it. */
      kefu_toast_show (GTK_WIDGET (self), said);
      kefu_session_set_order_flag (self->session, newest->id, off ? -1 : flag);
    }
}

void
kefu_side_panel_edit_refused (KefuSidePanel *self, KefuOutboxRecord *refused)
{
  static const struct
  {
    const char *prefix;
    const char *page;
  } pages[] = {
    { "customer.", "customer" },
    { "order.", "orders" },
    { "checklist.", "checklist" },
    { "phrase.", "phrases" },
  };

  g_return_if_fail (KEFU_IS_SIDE_PANEL (self));

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_has_prefix (refused->type, pages[i].prefix))
      kefu_side_panel_set_page (self, pages[i].page);
  kefu_outbox_record_ref (refused);
  g_clear_pointer (&self->refused, kefu_outbox_record_unref);
  self->refused = refused;
  try_edit_refused (self);
}
