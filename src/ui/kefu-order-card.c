/* SPDX-License-Identifier: GPL-3.0-or-later
 * An order as a message in the chat. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-order-card.h"

#include <glib/gi18n.h>

#include "kefu-panel-text.h"
#include "kefu-text.h"
#include "kefu-thumb.h"

struct _KefuOrderCard
{
  GtkWidget parent_instance;

  KefuThumb *thumb;
  GtkLabel *title;
  GtkLabel *count;
  GtkLabel *state;
  GtkLabel *amount;
  GtkLabel *number;
};

G_DEFINE_FINAL_TYPE (KefuOrderCard, kefu_order_card, GTK_TYPE_WIDGET)

static void
set_or_hide (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
kefu_order_card_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), KEFU_TYPE_ORDER_CARD);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (kefu_order_card_parent_class)->dispose (object);
}

static void
kefu_order_card_class_init (KefuOrderCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_order_card_dispose;

  g_type_ensure (KEFU_TYPE_THUMB);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-order-card.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuOrderCard, thumb);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderCard, title);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderCard, count);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderCard, state);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderCard, amount);
  gtk_widget_class_bind_template_child (widget_class, KefuOrderCard, number);
}

static void
kefu_order_card_init (KefuOrderCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
kefu_order_card_new (void)
{
  return g_object_new (KEFU_TYPE_ORDER_CARD, NULL);
}

void
kefu_order_card_set (KefuOrderCard *self, KefuMessageData *data, KefuBlobCache *blobs)
{
  g_autofree char *amount = NULL;
  g_autofree char *count = NULL;
  g_autofree char *number = NULL;
  glong length;

  g_return_if_fail (KEFU_IS_ORDER_CARD (self));
  g_return_if_fail (data);

  /* Agents and customers name an order by the end of its number. */
  length = g_utf8_strlen (data->number, -1);
  if (length > 0)
    /* TRANSLATORS: the last digits of an order's number */
    number = g_strdup_printf (_ ("no. %s"), g_utf8_offset_to_pointer (data->number, length > 6 ? length - 4 : 0));
  if (data->count > 1)
    /* TRANSLATORS: beside the title of the first item of an order: how many items it has in all */
    count = g_strdup_printf (ngettext ("%d item", "%d items", (gulong) data->count), data->count);
  if (*data->currency)
    amount = kefu_text_money (data->amount_minor, data->currency);

  gtk_label_set_label (self->title, *data->title ? data->title : _ ("Order"));
  set_or_hide (self->count, count ? count : "");
  set_or_hide (self->state, *data->state ? kefu_panel_order_state (data->state) : "");
  if (g_str_equal (data->state, "shipped"))
    gtk_widget_add_css_class (GTK_WIDGET (self->state), "moving");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->state), "moving");
  set_or_hide (self->amount, amount ? amount : "");
  set_or_hide (self->number, number ? number : "");
  kefu_thumb_set_blob (self->thumb, blobs, data->image);
}
