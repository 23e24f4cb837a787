/* SPDX-License-Identifier: GPL-3.0-or-later
 * The popover in which conversations get and lose labels. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-label-menu.h"

#include <glib/gi18n.h>

#include "kefu-label-chips.h"

#define MAX_HEIGHT 400

struct _KefuLabelMenu
{
  GtkPopover parent_instance;

  GtkWidget *box;
  KefuLabelList *list;
  gulong changed_id;
  GHashTable *counts;
  guint n;
  gboolean updating;
};

enum
{
  TOGGLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuLabelMenu, kefu_label_menu, GTK_TYPE_POPOVER)

static guint
count_of (KefuLabelMenu *self, const char *id)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, id));
}

/* The boxes as what is set says, whatever a click made of them. */
static void
update_checks (KefuLabelMenu *self)
{
  self->updating = TRUE;
  for (GtkWidget *check = gtk_widget_get_first_child (self->box); check != NULL;
       check = gtk_widget_get_next_sibling (check))
    {
      const char *id = g_object_get_data (G_OBJECT (check), "label-id");
      guint count;

      if (id == NULL)
        continue;
      count = count_of (self, id);
      gtk_check_button_set_active (GTK_CHECK_BUTTON (check), self->n > 0 && count >= self->n);
      gtk_check_button_set_inconsistent (GTK_CHECK_BUTTON (check), count > 0 && count < self->n);
    }
  self->updating = FALSE;
}

static void
toggled_cb (KefuLabelMenu *self, GtkCheckButton *check)
{
  g_autofree char *id = NULL;
  gboolean add;

  if (self->updating)
    return;
  id = g_strdup (g_object_get_data (G_OBJECT (check), "label-id"));
  add = count_of (self, id) < self->n;
  /* At once, so that a second press takes it back; what is set afterwards says how it really is. */
  g_hash_table_insert (self->counts, g_strdup (id), GUINT_TO_POINTER (add ? self->n : 0));
  update_checks (self);
  g_signal_emit (self, signals[TOGGLED], 0, id, add);
}

static GtkWidget *
make_check (KefuLabelMenu *self, const KefuLabelRecord *label, guint number)
{
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *chip = gtk_label_new (label->name);

  gtk_widget_add_css_class (chip, "label-chip");
  gtk_widget_add_css_class (chip, "large");
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  kefu_label_chips_color (chip, label->color);
  gtk_box_append (GTK_BOX (line), chip);
  if (number <= 9)
    {
      g_autofree char *key = g_strdup_printf ("%u", number);
      GtkWidget *hint = gtk_label_new (key);

      gtk_widget_add_css_class (hint, "dim");
      gtk_widget_add_css_class (hint, "numeric");
      gtk_widget_set_hexpand (hint, TRUE);
      gtk_widget_set_halign (hint, GTK_ALIGN_END);
      gtk_box_append (GTK_BOX (line), hint);
    }
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, label->name, -1);
  g_object_set_data_full (G_OBJECT (check), "label-id", g_strdup (label->id), g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  return check;
}

static void
rebuild (KefuLabelMenu *self)
{
  GPtrArray *records = self->list != NULL ? kefu_label_list_get_records (self->list) : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  for (guint i = 0; records != NULL && i < records->len; i++)
    gtk_box_append (GTK_BOX (self->box), make_check (self, g_ptr_array_index (records, i), i + 1));
  if (records == NULL || records->len == 0)
    {
      GtkWidget *hint =
        gtk_label_new (_ ("There are no labels yet. They are made on the server:\nkefu-server label add NAME"));

      gtk_widget_add_css_class (hint, "dim");
      gtk_label_set_selectable (GTK_LABEL (hint), TRUE);
      gtk_box_append (GTK_BOX (self->box), hint);
    }
  update_checks (self);
}

static gboolean
key_cb (KefuLabelMenu *self, guint keyval, guint keycode, GdkModifierType state)
{
  guint32 digit = gdk_keyval_to_unicode (keyval);
  GtkWidget *check = gtk_widget_get_first_child (self->box);

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0 || digit < '1' || digit > '9')
    return GDK_EVENT_PROPAGATE;
  for (guint32 i = '1'; i < digit && check != NULL; i++)
    check = gtk_widget_get_next_sibling (check);
  if (check == NULL || !GTK_IS_CHECK_BUTTON (check))
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (check);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), !gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  return GDK_EVENT_STOP;
}

static void
kefu_label_menu_dispose (GObject *object)
{
  KefuLabelMenu *self = KEFU_LABEL_MENU (object);

  kefu_label_menu_set_list (self, NULL);
  G_OBJECT_CLASS (kefu_label_menu_parent_class)->dispose (object);
}

static void
kefu_label_menu_finalize (GObject *object)
{
  g_hash_table_unref (KEFU_LABEL_MENU (object)->counts);
  G_OBJECT_CLASS (kefu_label_menu_parent_class)->finalize (object);
}

static void
kefu_label_menu_class_init (KefuLabelMenuClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_label_menu_dispose;
  object_class->finalize = kefu_label_menu_finalize;

  signals[TOGGLED] = g_signal_new ("toggled", KEFU_TYPE_LABEL_MENU, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                   2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
kefu_label_menu_init (KefuLabelMenu *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->n = 1;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class (self->box, "label-menu");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->box);
  gtk_popover_set_child (GTK_POPOVER (self), scrolled);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  rebuild (self);
}

void
kefu_label_menu_set_list (KefuLabelMenu *self, KefuLabelList *list)
{
  g_return_if_fail (KEFU_IS_LABEL_MENU (self));

  if (self->list == list)
    return;
  if (self->list != NULL)
    g_clear_signal_handler (&self->changed_id, self->list);
  g_set_object (&self->list, list);
  if (list == NULL)
    return;
  self->changed_id = g_signal_connect_swapped (list, "changed", G_CALLBACK (rebuild), self);
  rebuild (self);
}

void
kefu_label_menu_set_labels (KefuLabelMenu *self, const char *const *ids)
{
  g_return_if_fail (KEFU_IS_LABEL_MENU (self));

  g_hash_table_remove_all (self->counts);
  self->n = 1;
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    g_hash_table_insert (self->counts, g_strdup (ids[i]), GUINT_TO_POINTER (1));
  update_checks (self);
}

void
kefu_label_menu_set_counts (KefuLabelMenu *self, GHashTable *counts, guint n)
{
  GHashTableIter iter;
  gpointer id, count;

  g_return_if_fail (KEFU_IS_LABEL_MENU (self));

  g_hash_table_remove_all (self->counts);
  self->n = n;
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &id, &count))
    g_hash_table_insert (self->counts, g_strdup (id), count);
  update_checks (self);
}
