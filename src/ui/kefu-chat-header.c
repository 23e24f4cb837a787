/* SPDX-License-Identifier: GPL-3.0-or-later
 * The head of the chat: who writes from where, how long they wait, what can be done. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-chat-header.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-accessible.h"
#include "kefu-channel-badge.h"
#include "kefu-clock-chip.h"
#include "kefu-label-chips.h"
#include "kefu-label-menu.h"
#include "kefu-menu-section.h"
#include "kefu-snooze-times.h"
#include "kefu-text.h"

struct _KefuChatHeader
{
  GtkWidget parent_instance;

  GtkWidget *who;
  GtkWidget *tools;
  GtkLabel *name;
  GtkLabel *level;
  KefuLabelChips *labels;
  GtkImage *glyph;
  GtkLabel *place;
  KefuClockChip *clock;
  GtkWidget *take;
  GtkMenuButton *assign;
  GtkMenuButton *label;
  KefuLabelMenu *label_menu;
  GtkMenuButton *snooze;
  AdwSplitButton *resolve;
  AdwButtonContent *resolve_content;
  GtkToggleButton *panel;

  KefuSession *session;
  KefuConversationRecord *record;
  GPtrArray *agents; /* KefuAgentRecord; NULL until they are read */
  gboolean panel_visible;
};

enum
{
  PROP_PANEL_VISIBLE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuChatHeader, kefu_chat_header, GTK_TYPE_WIDGET)

static void
add_item (GMenu *menu, const char *label, const char *action, GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
}

/* What is open is about the conversation before. */
static void
close_menus (KefuChatHeader *self)
{
  gtk_menu_button_popdown (self->assign);
  gtk_menu_button_popdown (self->label);
  gtk_menu_button_popdown (self->snooze);
  adw_split_button_popdown (self->resolve);
}

/* --- handing over --- */

static void
make_assign_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  KefuChatHeader *self = user_data;
  const char *assignee = self->record ? self->record->assignee_id : NULL;
  const char *me = self->session ? kefu_session_get_agent_id (self->session) : NULL;
  GMenu *rest = kefu_menu_section (button, 0);
  GMenu *agents = kefu_menu_section (button, 1);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *heading = NULL;

  if (assignee == NULL)
    return;

  if (g_strcmp0 (assignee, me) != 0)
    {
      /* TRANSLATORS: heading of the menu: another agent answers this customer */
      heading = g_strdup_printf (_ ("With %s"), self->record->assignee_name);
      add_item (rest, _ ("_Take Over"), "chat.take", NULL);
    }
  add_item (rest, _ ("Put _Back for Anyone"), "chat.assign", g_variant_new_string (""));
  for (guint i = 0; self->agents && i < self->agents->len; i++)
    {
      KefuAgentRecord *agent = self->agents->pdata[i];
      g_autofree char *label = NULL;

      if (g_strcmp0 (agent->id, assignee) == 0 || g_strcmp0 (agent->id, me) == 0)
        continue;
      /* TRANSLATORS: menu item: give the conversation to this agent */
      label = g_strdup_printf (_ ("Hand Over to %s"), agent->name);
      add_item (agents, label, "chat.assign", g_variant_new_string (agent->id));
    }
  g_menu_append_section (menu, heading, G_MENU_MODEL (rest));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (agents));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
update_assign (KefuChatHeader *self)
{
  const char *assignee = self->record ? self->record->assignee_id : NULL;

  gtk_widget_set_visible (self->take, self->record && assignee == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->assign), assignee != NULL);
}

/* --- snoozing --- */

/* Made when it opens: "tonight" is over at some time of the day. */
static void
make_snooze_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  KefuChatHeader *self = user_data;
  GMenu *wake = kefu_menu_section (button, 0);
  GMenu *times = kefu_menu_section (button, 1);
  g_autoptr (GMenu) menu = g_menu_new ();

  if (self->session == NULL || self->record == NULL)
    return;
  kefu_snooze_times_append (times, "chat.snooze", kefu_clock_now (kefu_session_get_clock (self->session)));
  if (g_str_equal (self->record->status, "snoozed"))
    {
      add_item (wake, _ ("_Wake Now"), "chat.reopen", NULL);
      g_menu_append_section (menu, NULL, G_MENU_MODEL (wake));
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (times));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* --- labels --- */

static void
label_toggled_cb (KefuChatHeader *self, const char *label_id, gboolean add)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.label", "(sb)", label_id, add);
}

static void
update_labels (KefuChatHeader *self)
{
  KefuLabelList *list = self->session != NULL ? kefu_session_get_labels (self->session) : NULL;
  const char *const *ids = self->record != NULL ? (const char *const *) self->record->labels : NULL;

  kefu_label_chips_set (self->labels, list, ids);
  kefu_label_menu_set_list (self->label_menu, list);
  kefu_label_menu_set_labels (self->label_menu, ids);
}

/* --- resolving --- */

static void
update_resolve (KefuChatHeader *self)
{
  gboolean resolved = self->record && g_str_equal (self->record->status, "resolved");
  const char *action = resolved ? "chat.reopen" : "chat.resolve";
  g_autoptr (GMenu) menu = NULL;

  /* a menu is a popover with all that is in it: not one for each conversation */
  if (adw_split_button_get_menu_model (self->resolve) != NULL &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (self->resolve)), action) == 0)
    return;
  menu = g_menu_new ();
  adw_button_content_set_icon_name (self->resolve_content, resolved ? "kefu-reply-symbolic" : "kefu-tick-symbolic");
  adw_button_content_set_label (self->resolve_content, resolved ? C_ ("button", "Reopen") : C_ ("button", "Resolve"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->resolve), action);
  if (resolved)
    {
      add_item (menu, _ ("_Reopen"), "chat.reopen", NULL);
    }
  else
    {
      add_item (menu, _ ("_Resolve"), "chat.resolve", NULL);
      add_item (menu, _ ("Resolve and _Next Customer"), "chat.resolve-next", NULL);
    }
  adw_split_button_set_menu_model (self->resolve, G_MENU_MODEL (menu));
}

/* --- the object --- */

static void
panel_clicked_cb (KefuChatHeader *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.toggle-panel", NULL);
  /* What the window made of it, not what the button thinks. */
  gtk_toggle_button_set_active (self->panel, self->panel_visible);
}

static void
kefu_chat_header_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_PANEL_VISIBLE:
      g_value_set_boolean (value, KEFU_CHAT_HEADER (object)->panel_visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_chat_header_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_PANEL_VISIBLE:
      kefu_chat_header_set_panel_visible (KEFU_CHAT_HEADER (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_chat_header_dispose (GObject *object)
{
  KefuChatHeader *self = KEFU_CHAT_HEADER (object);
  GtkWidget *child;

  if (self->clock)
    kefu_chat_header_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), KEFU_TYPE_CHAT_HEADER);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_chat_header_parent_class)->dispose (object);
}

static void
kefu_chat_header_class_init (KefuChatHeaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kefu_chat_header_dispose;
  object_class->get_property = kefu_chat_header_get_property;
  object_class->set_property = kefu_chat_header_set_property;

  properties[PROP_PANEL_VISIBLE] =
    g_param_spec_boolean ("panel-visible", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (KEFU_TYPE_CLOCK_CHIP);
  g_type_ensure (KEFU_TYPE_LABEL_CHIPS);
  g_type_ensure (KEFU_TYPE_LABEL_MENU);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-chat-header.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, who);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, tools);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, name);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, level);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, labels);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, glyph);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, place);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, clock);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, take);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, assign);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, label);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, label_menu);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, snooze);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, resolve);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, resolve_content);
  gtk_widget_class_bind_template_child (widget_class, KefuChatHeader, panel);
  gtk_widget_class_bind_template_callback (widget_class, label_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, panel_clicked_cb);
}

static void
kefu_chat_header_init (KefuChatHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_accessible_name_arrow (self->resolve, _ ("More ways to resolve"));
  gtk_menu_button_set_create_popup_func (self->assign, make_assign_menu_cb, self, NULL);
  gtk_menu_button_set_create_popup_func (self->snooze, make_snooze_menu_cb, self, NULL);
}

GtkWidget *
kefu_chat_header_new (void)
{
  return g_object_new (KEFU_TYPE_CHAT_HEADER, NULL);
}

void
kefu_chat_header_set_session (KefuChatHeader *self, KefuSession *session)
{
  g_return_if_fail (KEFU_IS_CHAT_HEADER (self));

  kefu_chat_header_set_conversation (self, NULL);
  g_clear_pointer (&self->agents, g_ptr_array_unref);
  g_set_object (&self->session, session);
}

void
kefu_chat_header_set_agents (KefuChatHeader *self, GPtrArray *agents)
{
  g_return_if_fail (KEFU_IS_CHAT_HEADER (self));

  if (agents)
    g_ptr_array_ref (agents);
  g_clear_pointer (&self->agents, g_ptr_array_unref);
  self->agents = agents;
}

void
kefu_chat_header_set_conversation (KefuChatHeader *self, KefuConversationRecord *record)
{
  g_autofree char *place = NULL;
  g_autofree char *name = NULL;

  g_return_if_fail (KEFU_IS_CHAT_HEADER (self));

  if (self->record && (record == NULL || !g_str_equal (record->id, self->record->id)))
    close_menus (self);
  if (record)
    kefu_conversation_record_ref (record);
  g_clear_pointer (&self->record, kefu_conversation_record_unref);
  self->record = record;

  gtk_widget_set_visible (self->who, record != NULL);
  gtk_widget_set_visible (self->tools, record != NULL);
  kefu_clock_chip_set (self->clock, record && self->session ? kefu_session_get_ticker (self->session) : NULL,
                       record && self->session ? record : NULL);
  update_labels (self);
  if (record == NULL)
    return;

  if (*record->shop)
    /* TRANSLATORS: where a customer writes: channel, shop */
    place = g_strdup_printf (C_ ("chat", "%s · %s"), record->channel_name, record->shop);
  name = kefu_text_mask_name (record->customer_name);
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->level, record->customer_level);
  gtk_widget_set_visible (GTK_WIDGET (self->level), *record->customer_level != '\0');
  gtk_image_set_from_icon_name (self->glyph, kefu_channel_icon_name (record->channel_type));
  gtk_label_set_label (self->place, place ? place : record->channel_name);
  update_assign (self);
  update_resolve (self);
}

void
kefu_chat_header_open_labels (KefuChatHeader *self)
{
  g_return_if_fail (KEFU_IS_CHAT_HEADER (self));

  if (self->record != NULL)
    gtk_menu_button_popup (self->label);
}

void
kefu_chat_header_set_panel_visible (KefuChatHeader *self, gboolean panel_visible)
{
  g_return_if_fail (KEFU_IS_CHAT_HEADER (self));

  panel_visible = !!panel_visible;
  if (self->panel_visible == panel_visible)
    return;
  self->panel_visible = panel_visible;
  gtk_toggle_button_set_active (self->panel, panel_visible);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PANEL_VISIBLE]);
}
