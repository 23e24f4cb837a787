/* SPDX-License-Identifier: GPL-3.0-or-later
 * One order: what was bought, where it is, its flag, remark and promises. */
#pragma once

#include <adwaita.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/**
 * KefuOrderWidget:
 *
 * A remark that is being written stays while the order changes; another order ends the writing. Property `flat` (construct): without a card of its own.
 */
#define KEFU_TYPE_ORDER_WIDGET (kefu_order_widget_get_type ())
G_DECLARE_FINAL_TYPE (KefuOrderWidget, kefu_order_widget, KEFU, ORDER_WIDGET, AdwBin)

GtkWidget *kefu_order_widget_new (gboolean flat);
void kefu_order_widget_set (KefuOrderWidget *self, KefuDossier *dossier, KefuOrderRecord *order, gint64 now);
/* (transfer none) */
KefuOrderRecord *kefu_order_widget_get_order (KefuOrderWidget *self);
/* Sets flag 0…5, or takes it off if it is set. */
void kefu_order_widget_toggle_flag (KefuOrderWidget *self, int flag);
/* (transfer full) (nullable): a remark that is being written and is not saved. */
char *kefu_order_widget_dup_begun_remark (KefuOrderWidget *self);
/* Opens the editor with @text. */
void kefu_order_widget_begin_remark (KefuOrderWidget *self, const char *text);

G_END_DECLS
