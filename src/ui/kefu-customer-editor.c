/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small window to change what is known of a customer. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-customer-editor.h"

#include "kefu-panel-text.h"
#include "kefu-refusal.h"
#include "kefu-session-edits.h"
#include "kefu-text.h"
#include "kefu-ui.h"

struct _KefuCustomerEditor
{
  AdwWindow parent_instance;

  GtkWidget *save_button;
  GtkWidget *name_row;
  GtkWidget *level_row;
  GtkWidget *gender_row;
  GtkWidget *region_row;
  GtkWidget *birthday_row;
  GtkWidget *phone_row;
  GtkWidget *phone_button;
  GtkWidget *address_row;
  GtkWidget *address_button;
  GtkWidget *notes_view;

  KefuSession *session;
  KefuCustomerRecord *customer; /* as it was when the editor was opened */
  KefuOutboxRecord *refused;    /* (nullable): what is written in the place of */
  char *refused_field;
};

G_DEFINE_FINAL_TYPE (KefuCustomerEditor, kefu_customer_editor, ADW_TYPE_WINDOW)

/* The order of the rows of `gender_row`. */
static const char *const genders[] = { "", "f", "m" };

static char *
dup_entry (GtkWidget *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static char *
dup_notes (KefuCustomerEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->notes_view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

static void
save_field (KefuCustomerEditor *self, const char *field, const char *before, const char *after)
{
  gboolean refused = g_strcmp0 (self->refused_field, field) == 0;

  if (refused || !g_str_equal (before, after))
    kefu_session_edit_customer (self->session, self->customer, field, before, after,
                                refused ? self->refused->op_id : NULL);
}

/* A row that is still masked holds stars, not a value. */
static void
save_masked (KefuCustomerEditor *self, const char *field, const char *before, GtkWidget *row)
{
  g_autofree char *after = dup_entry (row);

  if (gtk_editable_get_editable (GTK_EDITABLE (row)))
    save_field (self, field, before, after);
}

static void
save_clicked_cb (KefuCustomerEditor *self)
{
  KefuCustomerRecord *customer = self->customer;
  g_autofree char *shown = kefu_text_mask_name (customer->name);
  g_autofree char *name = dup_entry (self->name_row);
  g_autofree char *level = dup_entry (self->level_row);
  g_autofree char *region = dup_entry (self->region_row);
  g_autofree char *birthday = dup_entry (self->birthday_row);
  g_autofree char *notes = dup_notes (self);

  /* A name that is a number is shown masked; as long as it is, it has not been changed. */
  save_field (self, "name", customer->name, g_str_equal (name, shown) ? customer->name : name);
  save_field (self, "level", customer->level, level);
  save_field (self, "gender", customer->gender, genders[adw_combo_row_get_selected (ADW_COMBO_ROW (self->gender_row))]);
  save_field (self, "region", customer->region, region);
  save_field (self, "birthday", customer->birthday, birthday);
  save_masked (self, "phone", customer->phone, self->phone_row);
  save_masked (self, "address", customer->address, self->address_row);
  save_field (self, "notes", customer->notes, notes);
  gtk_window_close (GTK_WINDOW (self));
}

static void
mark (GtkWidget *row, gboolean valid)
{
  if (valid)
    gtk_widget_remove_css_class (row, "error");
  else
    gtk_widget_add_css_class (row, "error");
}

static void
changed_cb (KefuCustomerEditor *self)
{
  g_autofree char *name = dup_entry (self->name_row);
  g_autofree char *birthday = dup_entry (self->birthday_row);
  gboolean birthday_valid = kefu_panel_is_birthday (birthday);

  mark (self->name_row, *name != '\0');
  mark (self->birthday_row, birthday_valid);
  gtk_widget_set_sensitive (self->save_button, *name && birthday_valid);
}

static void
reveal (KefuCustomerEditor *self, GtkWidget *row, GtkWidget *button, const char *field, const char *value)
{
  gtk_editable_set_text (GTK_EDITABLE (row), value);
  gtk_editable_set_editable (GTK_EDITABLE (row), TRUE);
  gtk_widget_set_visible (button, FALSE);
  gtk_widget_grab_focus (row);
  kefu_session_record_reveal (self->session, self->customer->id, field, "reveal");
}

static void
phone_clicked_cb (KefuCustomerEditor *self)
{
  reveal (self, self->phone_row, self->phone_button, "phone", self->customer->phone);
}

static void
address_clicked_cb (KefuCustomerEditor *self)
{
  reveal (self, self->address_row, self->address_button, "address", self->customer->address);
}

static void
fill_masked (GtkWidget *row, GtkWidget *button, const char *value, char *(*mask) (const char *) )
{
  g_autofree char *masked = mask (value);

  gtk_editable_set_text (GTK_EDITABLE (row), masked);
  gtk_editable_set_editable (GTK_EDITABLE (row), *value == '\0');
  gtk_widget_set_visible (button, *value != '\0');
}

static void
select_gender (KefuCustomerEditor *self, const char *gender)
{
  for (guint i = 0; i < G_N_ELEMENTS (genders); i++)
    if (g_str_equal (genders[i], gender))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->gender_row), i);
}

static void
fill (KefuCustomerEditor *self)
{
  KefuCustomerRecord *customer = self->customer;
  g_autofree char *name = kefu_text_mask_name (customer->name);

  gtk_editable_set_text (GTK_EDITABLE (self->name_row), name);
  gtk_editable_set_text (GTK_EDITABLE (self->level_row), customer->level);
  select_gender (self, customer->gender);
  gtk_editable_set_text (GTK_EDITABLE (self->region_row), customer->region);
  gtk_editable_set_text (GTK_EDITABLE (self->birthday_row), customer->birthday);
  fill_masked (self->phone_row, self->phone_button, customer->phone, kefu_text_mask_phone);
  fill_masked (self->address_row, self->address_button, customer->address, kefu_text_mask_address);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->notes_view)), customer->notes, -1);
}

/* Puts what was refused where it was typed; returns the widget. */
static GtkWidget *
fill_refused (KefuCustomerEditor *self, KefuOutboxRecord *refused)
{
  const struct
  {
    const char *field;
    GtkWidget *row;
    GtkWidget *button;
  } rows[] = {
    { "name", self->name_row, NULL },
    { "level", self->level_row, NULL },
    { "region", self->region_row, NULL },
    { "birthday", self->birthday_row, NULL },
    { "phone", self->phone_row, self->phone_button },
    { "address", self->address_row, self->address_button },
  };
  g_autofree char *text = NULL;

  self->refused = kefu_outbox_record_ref (refused);
  self->refused_field = kefu_refusal_dup_field (refused);
  text = kefu_refusal_dup_value (refused, self->refused_field);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].field, self->refused_field))
      {
        gtk_editable_set_text (GTK_EDITABLE (rows[i].row), text);
        gtk_editable_set_editable (GTK_EDITABLE (rows[i].row), TRUE);
        if (rows[i].button)
          gtk_widget_set_visible (rows[i].button, FALSE);
        return rows[i].row;
      }
  if (g_str_equal (self->refused_field, "gender"))
    {
      select_gender (self, text);
      return self->gender_row;
    }
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->notes_view)), text, -1);
  return self->notes_view;
}

static void
kefu_customer_editor_dispose (GObject *object)
{
  KefuCustomerEditor *self = KEFU_CUSTOMER_EDITOR (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->customer, kefu_customer_record_unref);
  g_clear_pointer (&self->refused, kefu_outbox_record_unref);
  g_clear_pointer (&self->refused_field, g_free);
  G_OBJECT_CLASS (kefu_customer_editor_parent_class)->dispose (object);
}

static void
kefu_customer_editor_class_init (KefuCustomerEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_customer_editor_dispose;

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-customer-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, save_button);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, level_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, gender_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, region_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, birthday_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, phone_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, phone_button);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, address_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, address_button);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerEditor, notes_view);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, phone_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_clicked_cb);
}

static void
kefu_customer_editor_init (KefuCustomerEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
kefu_customer_editor_present (GtkWidget *from,
                              KefuSession *session,
                              KefuCustomerRecord *customer,
                              KefuOutboxRecord *refused)
{
  GtkRoot *root = gtk_widget_get_root (from);
  KefuCustomerEditor *self =
    g_object_new (KEFU_TYPE_CUSTOMER_EDITOR, "transient-for", GTK_IS_WINDOW (root) ? root : NULL, NULL);
  GtkWidget *first = self->name_row;

  kefu_ui_close_with (GTK_WINDOW (self), from);
  self->session = g_object_ref (session);
  self->customer = kefu_customer_record_ref (customer);
  fill (self);
  if (refused)
    first = fill_refused (self, refused);
  gtk_window_present (GTK_WINDOW (self));
  /* A row of entries takes the focus only once it is mapped. */
  gtk_widget_grab_focus (first);
  return GTK_WIDGET (self);
}
