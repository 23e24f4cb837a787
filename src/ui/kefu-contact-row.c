/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phone number or an address that is masked until asked for. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-contact-row.h"

#include <glib/gi18n.h>

#include "kefu-text.h"
#include "kefu-toast.h"

/* product.md, rule 5 and interface.md: "click-to-reveal for 30 s" */
#define REVEAL_MS 30000

struct _KefuContactRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *key_label;
  GtkWidget *value_label;
  GtkWidget *copy_button;
  GtkWidget *reveal_button;

  KefuSession *session;
  char *field;
  char *customer_id;
  char *value;
  guint timeout_id;
  gboolean revealed;
};

enum
{
  PROP_0,
  PROP_FIELD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuContactRow, kefu_contact_row, GTK_TYPE_LIST_BOX_ROW)

static gboolean
is_phone (KefuContactRow *self)
{
  return g_strcmp0 (self->field, "phone") == 0;
}

static void
update_value (KefuContactRow *self)
{
  g_autofree char *masked = NULL;
  const char *name;

  if (self->revealed)
    name = is_phone (self) ? _ ("Hide the phone number") : _ ("Hide the address");
  else
    name = is_phone (self) ? _ ("Show the phone number for 30 seconds") : _ ("Show the address for 30 seconds");

  if (!self->revealed && self->value)
    masked = is_phone (self) ? kefu_text_mask_phone (self->value) : kefu_text_mask_address (self->value);
  gtk_label_set_label (GTK_LABEL (self->value_label), masked ? masked : self->value ? self->value : "");
  /* A revealed address is there to be read, all of it. */
  gtk_label_set_wrap (GTK_LABEL (self->value_label), self->revealed);
  gtk_label_set_ellipsize (GTK_LABEL (self->value_label), self->revealed ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_widget_set_visible (self->copy_button, self->revealed);
  gtk_button_set_icon_name (GTK_BUTTON (self->reveal_button),
                            self->revealed ? "view-conceal-symbolic" : "view-reveal-symbolic");
  gtk_widget_set_tooltip_text (self->reveal_button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reveal_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
set_revealed (KefuContactRow *self, gboolean revealed)
{
  if (self->session)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->timeout_id);
  self->revealed = revealed;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->reveal_button), revealed);
  update_value (self);
}

static void
conceal_cb (gpointer user_data)
{
  KefuContactRow *self = user_data;

  self->timeout_id = 0;
  set_revealed (self, FALSE);
}

static void
reveal_toggled_cb (KefuContactRow *self)
{
  gboolean revealed = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->reveal_button));

  if (revealed == self->revealed || !self->session)
    return;
  set_revealed (self, revealed);
  if (!revealed)
    return;
  self->timeout_id = kefu_clock_add_timeout (kefu_session_get_clock (self->session), REVEAL_MS, conceal_cb, self, NULL);
  kefu_session_record_reveal (self->session, self->customer_id, self->field, "reveal");
}

static void
copy_clicked_cb (KefuContactRow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->value);
  kefu_session_record_reveal (self->session, self->customer_id, self->field, "copy");
  kefu_toast_show (GTK_WIDGET (self), _ ("Copied"));
}

static void
set_field (KefuContactRow *self, const char *field)
{
  const char *copy_name;

  g_free (self->field);
  self->field = g_strdup (field);
  copy_name = is_phone (self) ? _ ("Copy the phone number") : _ ("Copy the address");
  gtk_label_set_label (GTK_LABEL (self->key_label), is_phone (self) ? _ ("Phone") : _ ("Address"));
  gtk_widget_set_tooltip_text (self->copy_button, copy_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy_button), GTK_ACCESSIBLE_PROPERTY_LABEL, copy_name, -1);
  update_value (self);
}

static void
kefu_contact_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FIELD:
      g_value_set_string (value, KEFU_CONTACT_ROW (object)->field);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_contact_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FIELD:
      set_field (KEFU_CONTACT_ROW (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_contact_row_dispose (GObject *object)
{
  KefuContactRow *self = KEFU_CONTACT_ROW (object);

  if (self->session)
    kefu_clock_clear_timeout (kefu_session_get_clock (self->session), &self->timeout_id);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (kefu_contact_row_parent_class)->dispose (object);
}

static void
kefu_contact_row_finalize (GObject *object)
{
  KefuContactRow *self = KEFU_CONTACT_ROW (object);

  g_free (self->field);
  g_free (self->customer_id);
  g_free (self->value);
  G_OBJECT_CLASS (kefu_contact_row_parent_class)->finalize (object);
}

static void
kefu_contact_row_class_init (KefuContactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = kefu_contact_row_get_property;
  object_class->set_property = kefu_contact_row_set_property;
  object_class->dispose = kefu_contact_row_dispose;
  object_class->finalize = kefu_contact_row_finalize;

  properties[PROP_FIELD] =
    g_param_spec_string ("field", NULL, NULL, "phone", G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-contact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuContactRow, key_label);
  gtk_widget_class_bind_template_child (widget_class, KefuContactRow, value_label);
  gtk_widget_class_bind_template_child (widget_class, KefuContactRow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, KefuContactRow, reveal_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, reveal_toggled_cb);
}

static void
kefu_contact_row_init (KefuContactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
kefu_contact_row_set (KefuContactRow *self, KefuSession *session, const char *customer_id, const char *value)
{
  gboolean same;

  g_return_if_fail (KEFU_IS_CONTACT_ROW (self));

  same =
    session == self->session && g_strcmp0 (customer_id, self->customer_id) == 0 && g_strcmp0 (value, self->value) == 0;
  if (same)
    return;
  set_revealed (self, FALSE);
  g_set_object (&self->session, session);
  g_free (self->customer_id);
  self->customer_id = g_strdup (customer_id);
  g_free (self->value);
  self->value = g_strdup (value);
  gtk_widget_set_visible (GTK_WIDGET (self), value && *value);
  update_value (self);
}

GtkWidget *
kefu_contact_row_get_key_label (KefuContactRow *self)
{
  g_return_val_if_fail (KEFU_IS_CONTACT_ROW (self), NULL);

  return self->key_label;
}

gboolean
kefu_contact_row_get_revealed (KefuContactRow *self)
{
  g_return_val_if_fail (KEFU_IS_CONTACT_ROW (self), FALSE);

  return self->revealed;
}
