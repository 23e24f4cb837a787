/* SPDX-License-Identifier: GPL-3.0-or-later
 * A customer's tags as chips that can be added and removed. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-tag-box.h"

#include <glib/gi18n.h>

#include "kefu-wrap-box.h"

struct _KefuTagBox
{
  AdwBin parent_instance;

  GtkWidget *chips;
  GtkWidget *add_button;
  GtkWidget *popover;
  GtkWidget *entry;

  char **tags;
};

enum
{
  TAG_ADDED,
  TAG_REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuTagBox, kefu_tag_box, ADW_TYPE_BIN)

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuTagBox *self = KEFU_TAG_BOX (widget);

  g_signal_emit (self, signals[TAG_REMOVED], 0, g_variant_get_string (parameter, NULL));
  gtk_widget_grab_focus (self->add_button);
}

static void
entry_activate_cb (KefuTagBox *self)
{
  g_autofree char *tag = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  if (*tag && (!self->tags || !g_strv_contains ((const char *const *) self->tags, tag)))
    g_signal_emit (self, signals[TAG_ADDED], 0, tag);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

/* Made when it is opened: seven menus that nobody opens would cost most of a switch of conversation. */
static void
create_menu_cb (GtkMenuButton *chip, gpointer user_data)
{
  const char *tag = user_data;
  g_autoptr (GMenu) menu = NULL;
  g_autoptr (GMenuItem) item = NULL;

  if (gtk_menu_button_get_menu_model (chip))
    return;
  menu = g_menu_new ();
  item = g_menu_item_new (_ ("Remove Tag"), NULL);
  g_menu_item_set_action_and_target (item, "tag.remove", "s", tag);
  g_menu_append_item (menu, item);
  gtk_menu_button_set_menu_model (chip, G_MENU_MODEL (menu));
}

static GtkWidget *
make_chip (const char *tag)
{
  g_autofree char *name = g_strdup_printf (_ ("Tag %s"), tag);
  GtkWidget *chip = gtk_menu_button_new ();
  GtkWidget *label = gtk_label_new (tag);
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (chip), label);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (chip), create_menu_cb, g_strdup (tag), g_free);
  gtk_widget_add_css_class (chip, "tag");
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  for (guint i = 0; i < 2; i++)
    {
      static const guint keyvals[] = { GDK_KEY_BackSpace, GDK_KEY_Delete };
      GtkShortcut *shortcut =
        gtk_shortcut_new (gtk_keyval_trigger_new (keyvals[i], 0), gtk_named_action_new ("tag.remove"));

      gtk_shortcut_set_arguments (shortcut, g_variant_new_string (tag));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), shortcut);
    }
  gtk_widget_add_controller (chip, keys);
  return chip;
}

static void
kefu_tag_box_finalize (GObject *object)
{
  g_strfreev (KEFU_TAG_BOX (object)->tags);
  G_OBJECT_CLASS (kefu_tag_box_parent_class)->finalize (object);
}

static void
kefu_tag_box_class_init (KefuTagBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kefu_tag_box_finalize;

  signals[TAG_ADDED] = g_signal_new ("tag-added", KEFU_TYPE_TAG_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TAG_REMOVED] = g_signal_new ("tag-removed", KEFU_TYPE_TAG_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "tag.remove", "s", remove_action);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kefu_tag_box_init (KefuTagBox *self)
{
  self->chips = kefu_wrap_box_new (9, 6);
  adw_bin_set_child (ADW_BIN (self), self->chips);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tags"), -1);

  self->entry = gtk_entry_new ();
  g_object_set (self->entry, "placeholder-text", _ ("New tag"), "max-length", 40, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("New tag"), -1);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (entry_activate_cb), self, G_CONNECT_SWAPPED);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), self->entry);

  self->add_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->add_button), "list-add-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->add_button), self->popover);
  gtk_widget_set_tooltip_text (self->add_button, _ ("Add a tag"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Add a tag"),
                                  -1);
  gtk_widget_add_css_class (self->add_button, "chip-add");
  kefu_wrap_box_append (KEFU_WRAP_BOX (self->chips), self->add_button);
}

void
kefu_tag_box_set_tags (KefuTagBox *self, const char *const *tags)
{
  g_return_if_fail (KEFU_IS_TAG_BOX (self));

  if (self->tags && tags && g_strv_equal ((const char *const *) self->tags, tags))
    return;
  g_strfreev (self->tags);
  self->tags = g_strdupv ((char **) tags);

  kefu_wrap_box_clear (KEFU_WRAP_BOX (self->chips), self->add_button);
  for (guint i = 0; tags && tags[i]; i++)
    gtk_widget_insert_before (make_chip (tags[i]), self->chips, self->add_button);
}
