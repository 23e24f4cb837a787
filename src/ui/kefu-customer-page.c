/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: who the customer is. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-customer-page.h"

#include <glib/gi18n.h>

#include "kefu-avatar.h"
#include "kefu-channel-badge.h"
#include "kefu-conflict-box.h"
#include "kefu-contact-row.h"
#include "kefu-customer-editor.h"
#include "kefu-label-tip.h"
#include "kefu-message-summary.h"
#include "kefu-panel-text.h"
#include "kefu-tag-box.h"
#include "kefu-text.h"
#include "kefu-time-format.h"
#include "kefu-wrap-box.h"

/* More earlier conversations than this wait behind a button. */
#define EARLIER_SHOWN 7

struct _KefuCustomerPage
{
  AdwBin parent_instance;

  KefuConflictBox *conflicts;
  GtkWidget *stack;
  GtkWidget *avatar;
  GtkWidget *name_label;
  GtkWidget *level_label;
  GtkWidget *about_label;
  GtkWidget *edit_button;
  GtkWidget *identities;
  GtkWidget *tag_box;
  GtkWidget *contact_section;
  GtkWidget *phone_row;
  GtkWidget *address_row;
  GtkWidget *birthday_row;
  GtkWidget *birthday_label;
  GtkWidget *orders_figure;
  GtkWidget *paid_figure;
  GtkWidget *repeat_figure;
  GtkWidget *last_figure;
  GtkWidget *refund_figure;
  GtkWidget *reviews_figure;
  GtkWidget *risk_section;
  GtkWidget *risk_row;
  GtkWidget *risk_label;
  GtkWidget *risk_segs[3];
  GtkWidget *risk_why;
  GtkWidget *notes_section;
  GtkWidget *notes_label;
  GtkWidget *earlier_section;
  GtkWidget *earlier_list;
  GtkSizeGroup *keys;

  KefuDossier *dossier;
  gboolean dirty; /* changed while nobody looked */
  KefuCustomerRecord *customer;
  gboolean all_earlier;
};

G_DEFINE_FINAL_TYPE (KefuCustomerPage, kefu_customer_page, ADW_TYPE_BIN)

static KefuSession *
get_session (KefuCustomerPage *self)
{
  return kefu_dossier_get_session (self->dossier);
}

static void set_figure (GtkWidget *label, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
set_figure (GtkWidget *label, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  gtk_label_set_label (GTK_LABEL (label), text);
}

static void
show_identities (KefuCustomerPage *self)
{
  kefu_wrap_box_clear (KEFU_WRAP_BOX (self->identities), NULL);
  for (guint i = 0; i < self->customer->identities->len; i++)
    {
      KefuIdentityRecord *identity = self->customer->identities->pdata[i];
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      g_autofree char *name = kefu_panel_identity (identity);
      GtkWidget *label = gtk_label_new (name);

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_widget_add_css_class (label, "caption");
      gtk_box_append (GTK_BOX (box), kefu_channel_badge_new (identity->channel_type));
      gtk_box_append (GTK_BOX (box), label);
      gtk_widget_set_tooltip_text (box, *identity->channel_name ? identity->channel_name
                                                                : kefu_channel_type_name (identity->channel_type));
      kefu_wrap_box_append (KEFU_WRAP_BOX (self->identities), box);
    }
  gtk_widget_set_visible (self->identities, self->customer->identities->len > 0);
}

static void
show_contact (KefuCustomerPage *self, gint64 now)
{
  KefuCustomerRecord *customer = self->customer;
  g_autofree char *birthday = kefu_panel_birthday (customer->birthday, now);

  kefu_contact_row_set (KEFU_CONTACT_ROW (self->phone_row), get_session (self), customer->id, customer->phone);
  kefu_contact_row_set (KEFU_CONTACT_ROW (self->address_row), get_session (self), customer->id, customer->address);
  gtk_label_set_label (GTK_LABEL (self->birthday_label), birthday);
  gtk_widget_set_visible (self->birthday_row, *birthday != '\0');
  gtk_widget_set_visible (self->contact_section, *customer->phone || *customer->address || *birthday);
}

static void
show_value (KefuCustomerPage *self, gint64 now)
{
  KefuCustomerRecord *customer = self->customer;
  g_autofree char *paid =
    kefu_panel_whole_amount (customer->paid_minor, *customer->currency ? customer->currency : "CNY");

  set_figure (self->orders_figure, "%d", customer->n_orders);
  set_figure (self->paid_figure, "%s", paid);
  set_figure (self->repeat_figure, "%d", customer->n_repeat);
  if (customer->last_order_at > 0)
    set_figure (self->last_figure, "%d", MAX (-kefu_time_format_days (customer->last_order_at, now), 0));
  else
    set_figure (self->last_figure, "–");
  set_figure (self->refund_figure, "%d%%", customer->refund_percent);
  set_figure (self->reviews_figure, "%d / %d", customer->good_reviews, customer->bad_reviews);
}

static void
show_risk (KefuCustomerPage *self)
{
  int risk = self->customer->risk;
  g_autofree char *why = kefu_panel_risk (risk, self->customer->risk_days);
  g_autofree char *level = g_strdup_printf (_ ("Level %d"), risk);
  g_autofree char *name = g_strdup_printf ("%s, %s", level, why);

  gtk_widget_set_visible (self->risk_section, risk > 0);
  gtk_label_set_label (GTK_LABEL (self->risk_label), level);
  gtk_label_set_label (GTK_LABEL (self->risk_why), why);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->risk_row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  /* Level 1 is the highest. */
  for (int i = 0; i < (int) G_N_ELEMENTS (self->risk_segs); i++)
    if (i < 4 - risk)
      gtk_widget_add_css_class (self->risk_segs[i], "on");
    else
      gtk_widget_remove_css_class (self->risk_segs[i], "on");
}

static GtkWidget *
make_earlier_row (KefuConversationRecord *conversation, gint64 now)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  g_autofree char *last = kefu_message_summary (conversation->last_kind, conversation->last_text);
  GtkWidget *title = gtk_label_new (*conversation->title ? conversation->title : last);
  g_autofree char *date = kefu_time_format_date (conversation->last_at, now);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", gtk_label_get_label (GTK_LABEL (title)),
                                           kefu_channel_type_name (conversation->channel_type), date);
  GtkWidget *time = gtk_label_new (date);

  gtk_widget_add_css_class (box, "kv");
  gtk_box_append (GTK_BOX (box), kefu_channel_badge_new (conversation->channel_type));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (title), TRUE);
  gtk_widget_set_hexpand (title, TRUE);
  kefu_label_tip_add (title);
  gtk_box_append (GTK_BOX (box), title);
  if (conversation->rating > 0)
    {
      g_autofree char *rating = g_strdup_printf ("%d", conversation->rating);
      GtkWidget *stars = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
      GtkWidget *star = gtk_image_new_from_icon_name ("kefu-star-symbolic");
      GtkWidget *label = gtk_label_new (rating);

      gtk_image_set_pixel_size (GTK_IMAGE (star), 12);
      gtk_widget_add_css_class (star, "star");
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "numeric");
      gtk_box_append (GTK_BOX (stars), star);
      gtk_box_append (GTK_BOX (stars), label);
      gtk_box_append (GTK_BOX (box), stars);
    }
  gtk_widget_add_css_class (time, "caption");
  gtk_widget_add_css_class (time, "dim");
  gtk_widget_add_css_class (time, "numeric");
  gtk_box_append (GTK_BOX (box), time);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (row), "conversation-id", g_strdup (conversation->id), g_free);
  return row;
}

static void
show_earlier (KefuCustomerPage *self, gint64 now)
{
  GPtrArray *earlier = self->customer->earlier;
  guint shown = self->all_earlier ? earlier->len : MIN (earlier->len, EARLIER_SHOWN);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->earlier_list)))
    gtk_list_box_remove (GTK_LIST_BOX (self->earlier_list), child);
  for (guint i = 0; i < shown; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->earlier_list), make_earlier_row (earlier->pdata[i], now));
  if (shown < earlier->len)
    {
      g_autofree char *text =
        g_strdup_printf (ngettext ("Show %u More", "Show %u More", earlier->len - shown), earlier->len - shown);
      GtkWidget *label = gtk_label_new (text);

      gtk_widget_add_css_class (label, "kv");
      gtk_widget_add_css_class (label, "dim");
      gtk_list_box_append (GTK_LIST_BOX (self->earlier_list), label);
    }
  gtk_widget_set_visible (self->earlier_section, earlier->len > 0);
}

static void
show_customer (KefuCustomerPage *self)
{
  KefuCustomerRecord *customer = kefu_dossier_get_customer (self->dossier);
  gint64 now = kefu_clock_now (kefu_session_get_clock (get_session (self)));
  g_autofree char *about = kefu_panel_about (customer, now);
  g_autofree char *name = kefu_text_mask_name (customer->name);

  if (!self->customer || !g_str_equal (self->customer->id, customer->id))
    self->all_earlier = FALSE;
  g_clear_pointer (&self->customer, kefu_customer_record_unref);
  self->customer = kefu_customer_record_ref (customer);

  kefu_avatar_set_name (ADW_AVATAR (self->avatar), customer->name);
  gtk_label_set_label (GTK_LABEL (self->name_label), name);
  gtk_label_set_label (GTK_LABEL (self->level_label), customer->level);
  gtk_widget_set_visible (self->level_label, *customer->level != '\0');
  gtk_label_set_label (GTK_LABEL (self->about_label), about);
  gtk_widget_set_visible (self->about_label, *about != '\0');
  show_identities (self);
  kefu_tag_box_set_tags (KEFU_TAG_BOX (self->tag_box), (const char *const *) customer->tags);
  show_contact (self, now);
  show_value (self, now);
  show_risk (self);
  gtk_label_set_label (GTK_LABEL (self->notes_label), customer->notes);
  gtk_widget_set_visible (self->notes_section, *customer->notes != '\0');
  show_earlier (self, now);
}

/* A record replaced by one of the same conversation changes nothing here: each message brings one. */
static void
update_page (KefuCustomerPage *self)
{
  const char *page;

  if (self->dossier && kefu_dossier_get_customer (self->dossier))
    page = "customer";
  else if (self->dossier && kefu_dossier_get_conversation (self->dossier))
    page = "loading";
  else
    page = "none";
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), page);
}

static void
update (KefuCustomerPage *self)
{
  if (self->dossier && kefu_dossier_get_customer (self->dossier))
    show_customer (self);
  update_page (self);
}

/* What is not on the screen waits until it is: a switch of conversation builds one page, not three. */
static void
queue_update (KefuCustomerPage *self)
{
  self->dirty = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!self->dirty)
    update (self);
}

static gboolean
kefu_customer_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (KEFU_CUSTOMER_PAGE (widget)->edit_button);
}

static void
kefu_customer_page_map (GtkWidget *widget)
{
  KefuCustomerPage *self = KEFU_CUSTOMER_PAGE (widget);

  GTK_WIDGET_CLASS (kefu_customer_page_parent_class)->map (widget);
  if (self->dirty)
    queue_update (self);
}

static void
present_editor (KefuCustomerPage *self, KefuCustomerRecord *customer, KefuOutboxRecord *refused)
{
  kefu_customer_editor_present (GTK_WIDGET (self), get_session (self), customer, refused);
}

static void
edit_clicked_cb (KefuCustomerPage *self)
{
  present_editor (self, self->customer, NULL);
}

static void
tag_added_cb (KefuCustomerPage *self, const char *tag)
{
  kefu_session_tag_customer (get_session (self), self->customer->id, tag, TRUE);
}

static void
tag_removed_cb (KefuCustomerPage *self, const char *tag)
{
  kefu_session_tag_customer (get_session (self), self->customer->id, tag, FALSE);
}

static void
earlier_activated_cb (KefuCustomerPage *self, GtkListBoxRow *row)
{
  const char *id = g_object_get_data (G_OBJECT (row), "conversation-id");

  if (id)
    {
      kefu_session_open_conversation (get_session (self), id);
      return;
    }
  self->all_earlier = TRUE;
  show_earlier (self, kefu_clock_now (kefu_session_get_clock (get_session (self))));
  gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->earlier_list), EARLIER_SHOWN)));
}

static void
kefu_customer_page_dispose (GObject *object)
{
  KefuCustomerPage *self = KEFU_CUSTOMER_PAGE (object);

  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  g_clear_object (&self->dossier);
  g_clear_pointer (&self->customer, kefu_customer_record_unref);
  G_OBJECT_CLASS (kefu_customer_page_parent_class)->dispose (object);
}

static void
kefu_customer_page_class_init (KefuCustomerPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_customer_page_dispose;
  widget_class->grab_focus = kefu_customer_page_grab_focus;
  widget_class->map = kefu_customer_page_map;

  g_type_ensure (KEFU_TYPE_CONTACT_ROW);
  g_type_ensure (KEFU_TYPE_TAG_BOX);
  g_type_ensure (KEFU_TYPE_WRAP_BOX);
  g_type_ensure (KEFU_TYPE_CONFLICT_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-customer-page.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, conflicts);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, stack);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, name_label);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, level_label);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, about_label);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, edit_button);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, identities);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, tag_box);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, contact_section);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, phone_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, address_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, birthday_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, birthday_label);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, orders_figure);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, paid_figure);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, repeat_figure);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, last_figure);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, refund_figure);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, reviews_figure);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, risk_section);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, risk_row);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, risk_label);
  gtk_widget_class_bind_template_child_full (widget_class, "risk_seg_1", FALSE,
                                             G_STRUCT_OFFSET (KefuCustomerPage, risk_segs[0]));
  gtk_widget_class_bind_template_child_full (widget_class, "risk_seg_2", FALSE,
                                             G_STRUCT_OFFSET (KefuCustomerPage, risk_segs[1]));
  gtk_widget_class_bind_template_child_full (widget_class, "risk_seg_3", FALSE,
                                             G_STRUCT_OFFSET (KefuCustomerPage, risk_segs[2]));
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, risk_why);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, notes_section);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, notes_label);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, earlier_section);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, earlier_list);
  gtk_widget_class_bind_template_child (widget_class, KefuCustomerPage, keys);
  gtk_widget_class_bind_template_callback (widget_class, edit_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_added_cb);
  gtk_widget_class_bind_template_callback (widget_class, tag_removed_cb);
  gtk_widget_class_bind_template_callback (widget_class, earlier_activated_cb);
}

static void
kefu_customer_page_init (KefuCustomerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_label_tip_add (self->name_label);
  kefu_label_tip_add (self->about_label);
  gtk_size_group_add_widget (self->keys, kefu_contact_row_get_key_label (KEFU_CONTACT_ROW (self->phone_row)));
  gtk_size_group_add_widget (self->keys, kefu_contact_row_get_key_label (KEFU_CONTACT_ROW (self->address_row)));
  update (self);
}

void
kefu_customer_page_set_dossier (KefuCustomerPage *self, KefuDossier *dossier)
{
  g_return_if_fail (KEFU_IS_CUSTOMER_PAGE (self));

  if (self->dossier == dossier)
    return;
  if (self->dossier)
    g_signal_handlers_disconnect_by_data (self->dossier, self);
  g_set_object (&self->dossier, dossier);
  kefu_conflict_box_set_dossier (self->conflicts, dossier);
  if (dossier)
    {
      g_signal_connect_object (dossier, "customer-changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (dossier, "conversation-changed", G_CALLBACK (update_page), self, G_CONNECT_SWAPPED);
    }
  queue_update (self);
}

gboolean
kefu_customer_page_edit_refused (KefuCustomerPage *self, KefuOutboxRecord *refused)
{
  KefuCustomerRecord *customer;

  g_return_val_if_fail (KEFU_IS_CUSTOMER_PAGE (self), FALSE);

  customer = kefu_dossier_get_customer (self->dossier);
  if (customer)
    present_editor (self, customer, refused);
  return customer != NULL;
}
