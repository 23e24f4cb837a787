/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the inbox is filtered by: a menu, and chips that take it back. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-inbox-filter.h"

#include <glib/gi18n.h>

#include "kefu-label-chips.h"
#include "kefu-menu-section.h"

struct _KefuInboxFilter
{
  GtkWidget parent_instance;

  KefuSession *session;
  KefuInboxModel *model;
  GSettings *settings;
  GPtrArray *choices; /* (nullable): KefuInboxChoice; not read yet */
  GCancellable *cancellable;
  GtkWidget *button; /* weak: opens the menu */
  char *shown;       /* what the chips say */
};

G_DEFINE_FINAL_TYPE (KefuInboxFilter, kefu_inbox_filter, GTK_TYPE_WIDGET)

static const char *const keys[] = { "inbox-channel", "inbox-label" };

/* (transfer full) (nullable): what is chosen. */
static char *
get_id (KefuInboxFilter *self, gboolean is_channel)
{
  g_autofree char *id = g_settings_get_string (self->settings, keys[is_channel ? 0 : 1]);

  return *id != '\0' ? g_steal_pointer (&id) : NULL;
}

static const KefuInboxChoice *
find_choice (KefuInboxFilter *self, const char *id, gboolean is_channel)
{
  for (guint i = 0; i < self->choices->len; i++)
    {
      const KefuInboxChoice *choice = g_ptr_array_index (self->choices, i);

      if (choice->is_channel == is_channel && g_str_equal (choice->id, id))
        return choice;
    }
  return NULL;
}

/* --- the menu --- */

static void
append_choice (GMenu *menu, const char *label, const char *action, const char *id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", id);
  g_menu_append_item (menu, item);
}

/* (transfer full) */
static char *
name_of (const KefuInboxChoice *choice)
{
  return choice->shop != NULL ? g_strdup_printf (C_ ("chat", "%s · %s"), choice->name, choice->shop)
                              : g_strdup (choice->name);
}

static void
fill_section (KefuInboxFilter *self, GMenu *section, gboolean is_channel)
{
  const char *action = is_channel ? "inbox.inbox-channel" : "inbox.inbox-label";

  append_choice (section, is_channel ? _ ("All Channels") : _ ("Any Label or None"), action, "");
  for (guint i = 0; i < self->choices->len; i++)
    {
      const KefuInboxChoice *choice = g_ptr_array_index (self->choices, i);
      g_autoptr (GString) label = g_string_new (NULL);
      g_autofree char *name = NULL;

      if (choice->is_channel != is_channel)
        continue;
      name = name_of (choice);
      /* an underscore would be a mnemonic */
      for (const char *c = name; *c != '\0'; c++)
        g_string_append (label, *c == '_' ? "__" : (const char[]){ *c, '\0' });
      if (choice->n > 0)
        g_string_append_printf (label, "  %u", choice->n);
      append_choice (section, label->str, action, choice->id);
    }
}

/* Made when it is opened: its labels carry the counts of that moment. */
static void
create_menu_cb (GtkMenuButton *button, gpointer user_data)
{
  KefuInboxFilter *self = user_data;
  g_autoptr (GMenu) menu = g_menu_new ();
  GMenu *channels = kefu_menu_section (button, 0);
  GMenu *labels = kefu_menu_section (button, 1);

  if (self->choices == NULL)
    return;
  fill_section (self, channels, TRUE);
  fill_section (self, labels, FALSE);
  g_menu_append_section (menu, C_ ("filter of the inbox", "Channel"), G_MENU_MODEL (channels));
  if (g_menu_model_get_n_items (G_MENU_MODEL (labels)) > 1)
    g_menu_append_section (menu, C_ ("filter of the inbox", "Label"), G_MENU_MODEL (labels));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* --- the chips --- */

static void
remove_cb (GtkWidget *chip, KefuInboxFilter *self)
{
  gboolean focused = gtk_widget_is_focus (chip);

  g_settings_reset (self->settings, g_object_get_data (G_OBJECT (chip), "key"));
  if (focused && self->button != NULL)
    gtk_widget_grab_focus (self->button);
}

static void
add_chip (KefuInboxFilter *self, gboolean is_channel)
{
  g_autofree char *id = get_id (self, is_channel);
  g_autofree char *tip = NULL;
  const KefuInboxChoice *choice;
  g_autofree char *name = NULL;
  GtkWidget *chip, *box, *label;

  if (id == NULL)
    return;
  choice = find_choice (self, id, is_channel);
  if (choice != NULL)
    name = name_of (choice);
  else
    name = g_strdup (is_channel ? _ ("A channel that is gone") : _ ("A label that is gone"));
  tip = g_strdup_printf (_ ("Remove the Filter “%s”"), name);

  label = gtk_label_new (name);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("window-close-symbolic"));
  chip = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (chip), box);
  gtk_widget_add_css_class (chip, "filter-chip");
  if (!is_channel && choice != NULL)
    kefu_label_chips_color (chip, choice->color);
  gtk_widget_set_tooltip_text (chip, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  g_object_set_data (G_OBJECT (chip), "key", (gpointer) keys[is_channel ? 0 : 1]);
  g_signal_connect_object (chip, "clicked", G_CALLBACK (remove_cb), self, 0);
  gtk_widget_set_parent (chip, GTK_WIDGET (self));
}

static void
clear_chips (KefuInboxFilter *self)
{
  GtkWidget *chip;

  while ((chip = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (chip);
}

/* (transfer full) */
static char *
describe (KefuInboxFilter *self)
{
  GString *text = g_string_new (NULL);

  for (int is_channel = 1; self->choices != NULL && is_channel >= 0; is_channel--)
    {
      g_autofree char *id = get_id (self, is_channel);
      const KefuInboxChoice *choice = id != NULL ? find_choice (self, id, is_channel) : NULL;

      if (choice != NULL)
        {
          g_autofree char *name = name_of (choice);

          g_string_append_printf (text, "%s\t%s\t%d\n", id, name, choice->color);
        }
      else
        g_string_append_printf (text, "%s\n", id != NULL ? id : "");
    }
  return g_string_free (text, FALSE);
}

static void
update_chips (KefuInboxFilter *self)
{
  g_autofree char *text = describe (self);

  /* One that stays keeps the focus. */
  if (g_strcmp0 (text, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
  clear_chips (self);
  if (self->choices != NULL)
    {
      add_chip (self, TRUE);
      add_chip (self, FALSE);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_first_child (GTK_WIDGET (self)) != NULL);
}

/* --- what there is --- */

static void
choices_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuInboxFilter) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) choices = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (choices == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
          !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        g_warning ("What the inbox can be filtered by could not be read: %s", error->message);
      return;
    }
  if (self->session == NULL)
    return;
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  self->choices = g_steal_pointer (&choices);
  update_chips (self);
}

static void
ask (KefuInboxFilter *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  kefu_store_list_inbox_choices_async (kefu_session_get_store (self->session), kefu_inbox_model_get_query (self->model),
                                       self->cancellable, choices_cb, g_object_ref (self));
}

static void
store_changed_cb (KefuInboxFilter *self, KefuChangeSet *set)
{
  if (kefu_change_set_has (set, "channel", NULL) || kefu_change_set_has (set, "label", NULL))
    ask (self);
}

static void
filter_changed_cb (KefuInboxFilter *self)
{
  g_autofree char *channel_id = get_id (self, TRUE);
  g_autofree char *label_id = get_id (self, FALSE);

  kefu_inbox_model_set_filter (self->model, channel_id, label_id);
  update_chips (self);
  ask (self);
}

static void
kefu_inbox_filter_dispose (GObject *object)
{
  KefuInboxFilter *self = KEFU_INBOX_FILTER (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  clear_chips (self);
  g_clear_weak_pointer (&self->button);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_clear_object (&self->settings);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kefu_inbox_filter_parent_class)->dispose (object);
}

static void
kefu_inbox_filter_class_init (KefuInboxFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_inbox_filter_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
kefu_inbox_filter_init (KefuInboxFilter *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "filter-chips");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
kefu_inbox_filter_set_session (KefuInboxFilter *self,
                               KefuSession *session,
                               KefuInboxModel *model,
                               GSettings *settings,
                               GtkMenuButton *button)
{
  g_return_if_fail (KEFU_IS_INBOX_FILTER (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  g_set_weak_pointer (&self->button, GTK_WIDGET (button));
  gtk_menu_button_set_create_popup_func (button, create_menu_cb, self, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *signal = g_strconcat ("changed::", keys[i], NULL);

      g_signal_connect_object (settings, signal, G_CALLBACK (filter_changed_cb), self, G_CONNECT_SWAPPED);
    }
  /* the counts of the menu */
  g_signal_connect_object (model, "counts-changed", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "notify::view", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (kefu_session_get_store (session), "changed", G_CALLBACK (store_changed_cb), self,
                           G_CONNECT_SWAPPED);
  filter_changed_cb (self);
}

gboolean
kefu_inbox_filter_get_active (KefuInboxFilter *self)
{
  const KefuInboxQuery *query;

  g_return_val_if_fail (KEFU_IS_INBOX_FILTER (self), FALSE);

  if (self->model == NULL)
    return FALSE;
  query = kefu_inbox_model_get_query (self->model);
  return query->channel_id != NULL || query->label_id != NULL;
}

void
kefu_inbox_filter_remove (KefuInboxFilter *self)
{
  g_return_if_fail (KEFU_IS_INBOX_FILTER (self));

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (self->settings, keys[i]);
}
