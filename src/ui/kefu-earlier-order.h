/* SPDX-License-Identifier: GPL-3.0-or-later
 * An order that is over: one line that unfolds. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-dossier.h"
#include "kefu-order-widget.h"

G_BEGIN_DECLS

/* State, first item, amount and date; the whole order is built when it is unfolded first. */
#define KEFU_TYPE_EARLIER_ORDER (kefu_earlier_order_get_type ())
G_DECLARE_FINAL_TYPE (KefuEarlierOrder, kefu_earlier_order, KEFU, EARLIER_ORDER, GtkListBoxRow)

GtkWidget *kefu_earlier_order_new (void);
void kefu_earlier_order_set (KefuEarlierOrder *self, KefuDossier *dossier, KefuOrderRecord *order, gint64 now);
void kefu_earlier_order_toggle (KefuEarlierOrder *self);
/* (transfer none) (nullable): the whole order, once it was unfolded. */
KefuOrderWidget *kefu_earlier_order_get_widget (KefuEarlierOrder *self);

G_END_DECLS
