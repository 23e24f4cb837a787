/* SPDX-License-Identifier: GPL-3.0-or-later
 * One promise: check, title, where it comes from, due time. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-checklist-row.h"

#include <glib/gi18n.h>

#include "kefu-checklist-rules.h"
#include "kefu-label-tip.h"
#include "kefu-panel-text.h"

struct _KefuChecklistRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *box;
  GtkWidget *check;
  GtkWidget *title_label;
  GtkWidget *proof_button;
  GtkWidget *kind_image;
  GtkWidget *proof_label;
  GtkWidget *due_chip;
  GtkWidget *due_image;
  GtkWidget *due_label;
  GtkWidget *popover;

  KefuChecklistRecord *record;
  gboolean named;
};

enum
{
  DONE,
  EDIT,
  REMOVE,
  PROOF,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuChecklistRow, kefu_checklist_row, GTK_TYPE_LIST_BOX_ROW)

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
show_due (KefuChecklistRow *self, gint64 now)
{
  KefuDue due = kefu_panel_due_state (self->record->due_at, now);
  g_autofree char *text = kefu_panel_due_text (self->record->due_at, now);
  gboolean done = self->record->done;

  if (done)
    {
      g_free (text);
      text = g_strdup (self->named ? "" : C_ ("checklist", "Done"));
      due = KEFU_DUE_NONE;
    }
  gtk_label_set_label (GTK_LABEL (self->due_label), text);
  gtk_widget_set_visible (self->due_chip, *text != '\0');
  gtk_widget_set_visible (self->due_image, due >= KEFU_DUE_TODAY);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->due_image),
                                due == KEFU_DUE_OVER ? "kefu-clock-over-symbolic" : "kefu-clock-due-symbolic");
  set_class (self->due_chip, "due", due == KEFU_DUE_TODAY);
  set_class (self->due_chip, "over", due == KEFU_DUE_OVER);
}

static void
right_pressed_cb (KefuChecklistRow *self, int n_press, double x, double y, GtkGestureClick *gesture)
{
  GdkRectangle place = { (int) x, (int) y, 1, 1 };

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
toggled_cb (KefuChecklistRow *self)
{
  gboolean done = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->check));

  if (!self->record || done == self->record->done)
    return;
  g_signal_emit (self, signals[DONE], 0, done);
  /* The check shows what is stored: it follows when the store says so, a few milliseconds later. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), self->record->done);
}

static void
toggle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuChecklistRow *self = KEFU_CHECKLIST_ROW (widget);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), !self->record->done);
}

static void
emit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  guint which = EDIT;

  if (g_str_equal (name, "item.remove"))
    which = REMOVE;
  else if (g_str_equal (name, "item.proof"))
    which = PROOF;
  g_signal_emit (widget, signals[which], 0);
}

/* A popover that closes leaves the focus nowhere. */
static void
menu_closed_cb (KefuChecklistRow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  KefuChecklistRow *self = KEFU_CHECKLIST_ROW (widget);

  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), NULL);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
kefu_checklist_row_dispose (GObject *object)
{
  KefuChecklistRow *self = KEFU_CHECKLIST_ROW (object);

  g_clear_pointer (&self->record, kefu_checklist_record_unref);
  G_OBJECT_CLASS (kefu_checklist_row_parent_class)->dispose (object);
}

static void
kefu_checklist_row_class_init (KefuChecklistRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = KEFU_TYPE_CHECKLIST_ROW;

  G_OBJECT_CLASS (klass)->dispose = kefu_checklist_row_dispose;

  signals[DONE] = g_signal_new ("done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[EDIT] = g_signal_new ("edit", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVE] = g_signal_new ("remove", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PROOF] = g_signal_new ("proof", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "item.toggle", NULL, toggle_action);
  gtk_widget_class_install_action (widget_class, "item.edit", NULL, emit_action);
  gtk_widget_class_install_action (widget_class, "item.remove", NULL, emit_action);
  gtk_widget_class_install_action (widget_class, "item.proof", NULL, emit_action);
  gtk_widget_class_install_action (widget_class, "item.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "item.toggle", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Space, 0, "item.toggle", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "item.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "item.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "item.menu", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-checklist-row.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, box);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, check);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, proof_button);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, kind_image);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, proof_label);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, due_chip);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, due_image);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, due_label);
  gtk_widget_class_bind_template_child (widget_class, KefuChecklistRow, popover);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, right_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
}

static void
kefu_checklist_row_init (KefuChecklistRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_label_tip_add (self->title_label);
}

GtkWidget *
kefu_checklist_row_new (gboolean named)
{
  KefuChecklistRow *self = g_object_new (KEFU_TYPE_CHECKLIST_ROW, NULL);

  self->named = named;
  return GTK_WIDGET (self);
}

void
kefu_checklist_row_set (KefuChecklistRow *self, KefuChecklistRecord *record, gint64 now)
{
  g_autofree char *origin = kefu_panel_item_origin (record, self->named, now);
  g_autofree char *name = NULL;

  g_return_if_fail (KEFU_IS_CHECKLIST_ROW (self));

  kefu_checklist_record_ref (record);
  g_clear_pointer (&self->record, kefu_checklist_record_unref);
  self->record = record;

  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), record->done);
  gtk_label_set_label (GTK_LABEL (self->title_label), record->title);
  gtk_label_set_label (GTK_LABEL (self->proof_label), origin);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->kind_image), kefu_checklist_kind_icon (record->kind));
  set_class (self->box, "done", record->done);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "item.proof", record->proof_message_id != NULL);
  /* In a narrow panel it is cut. */
  gtk_widget_set_tooltip_text (self->proof_button, origin);
  show_due (self, now);

  /* The check says what is ticked, the row says all of it. */
  name = g_strdup_printf ("%s: %s, %s, %s", kefu_checklist_kind_name (record->kind), record->title, origin,
                          gtk_label_get_label (GTK_LABEL (self->due_label)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL, record->title, -1);
}

KefuChecklistRecord *
kefu_checklist_row_get_record (KefuChecklistRow *self)
{
  g_return_val_if_fail (KEFU_IS_CHECKLIST_ROW (self), NULL);

  return self->record;
}
