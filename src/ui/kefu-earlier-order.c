/* SPDX-License-Identifier: GPL-3.0-or-later
 * An order that is over: one line that unfolds. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-earlier-order.h"

#include "kefu-label-tip.h"
#include "kefu-panel-text.h"
#include "kefu-text.h"
#include "kefu-time-format.h"

struct _KefuEarlierOrder
{
  GtkListBoxRow parent_instance;

  GtkWidget *state_label;
  GtkWidget *title_label;
  GtkWidget *amount_label;
  GtkWidget *date_label;
  GtkWidget *revealer;
  GtkWidget *widget; /* in the revealer (nullable) */

  KefuDossier *dossier;
  KefuOrderRecord *order;
  gint64 now;
};

G_DEFINE_FINAL_TYPE (KefuEarlierOrder, kefu_earlier_order, GTK_TYPE_LIST_BOX_ROW)

static void
kefu_earlier_order_dispose (GObject *object)
{
  KefuEarlierOrder *self = KEFU_EARLIER_ORDER (object);

  g_clear_object (&self->dossier);
  g_clear_pointer (&self->order, kefu_order_record_unref);
  G_OBJECT_CLASS (kefu_earlier_order_parent_class)->dispose (object);
}

static void
kefu_earlier_order_class_init (KefuEarlierOrderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kefu_earlier_order_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/kefu/Kefu/ui/kefu-earlier-order.ui");
  gtk_widget_class_bind_template_child (widget_class, KefuEarlierOrder, state_label);
  gtk_widget_class_bind_template_child (widget_class, KefuEarlierOrder, title_label);
  gtk_widget_class_bind_template_child (widget_class, KefuEarlierOrder, amount_label);
  gtk_widget_class_bind_template_child (widget_class, KefuEarlierOrder, date_label);
  gtk_widget_class_bind_template_child (widget_class, KefuEarlierOrder, revealer);
}

static void
kefu_earlier_order_init (KefuEarlierOrder *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  kefu_label_tip_add (self->title_label);
}

GtkWidget *
kefu_earlier_order_new (void)
{
  return g_object_new (KEFU_TYPE_EARLIER_ORDER, NULL);
}

void
kefu_earlier_order_set (KefuEarlierOrder *self, KefuDossier *dossier, KefuOrderRecord *order, gint64 now)
{
  const KefuOrderItemRecord *first = order->items->len > 0 ? order->items->pdata[0] : NULL;
  const char *state = kefu_panel_order_state (order->state);
  const char *title = first ? first->title : order->number;
  g_autofree char *amount = kefu_text_money (order->paid_minor, order->currency);
  g_autofree char *date = kefu_time_format_date (order->placed_at, now);
  g_autofree char *name = g_strdup_printf ("%s, %s, %s, %s", title, state, amount, date);

  g_return_if_fail (KEFU_IS_EARLIER_ORDER (self));

  g_set_object (&self->dossier, dossier);
  kefu_order_record_ref (order);
  g_clear_pointer (&self->order, kefu_order_record_unref);
  self->order = order;
  self->now = now;

  gtk_label_set_label (GTK_LABEL (self->state_label), state);
  gtk_label_set_label (GTK_LABEL (self->title_label), title);
  gtk_label_set_label (GTK_LABEL (self->amount_label), amount);
  gtk_label_set_label (GTK_LABEL (self->date_label), date);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (self->widget)
    kefu_order_widget_set (KEFU_ORDER_WIDGET (self->widget), dossier, order, now);
}

void
kefu_earlier_order_toggle (KefuEarlierOrder *self)
{
  gboolean open;

  g_return_if_fail (KEFU_IS_EARLIER_ORDER (self));

  open = !gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer));
  if (open && !self->widget)
    {
      self->widget = kefu_order_widget_new (TRUE);
      gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->widget);
      kefu_order_widget_set (KEFU_ORDER_WIDGET (self->widget), self->dossier, self->order, self->now);
    }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), open);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
}

KefuOrderWidget *
kefu_earlier_order_get_widget (KefuEarlierOrder *self)
{
  g_return_val_if_fail (KEFU_IS_EARLIER_ORDER (self), NULL);

  return self->widget ? KEFU_ORDER_WIDGET (self->widget) : NULL;
}
