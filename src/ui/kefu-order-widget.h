/* SPDX-License-Identifier: GPL-3.0-or-later
 * One order: what was bought, where it is, its flag, remark and promises. */
#pragma once

#include <adwaita.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/* A remark that is being written: on top of which one, NULL for the order's as it is when the writing goes on; and in the place of what. */
typedef struct
{
  char *text;
  KefuOrderRecord *seen;
  char *refused_op_id; /* (nullable) */
} KefuBegunRemark;

/* @text: (transfer none). @seen and @refused_op_id: (transfer none) (nullable). */
KefuBegunRemark *kefu_begun_remark_new (const char *text, KefuOrderRecord *seen, const char *refused_op_id);
void kefu_begun_remark_free (KefuBegunRemark *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuBegunRemark, kefu_begun_remark_free)

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
KefuBegunRemark *kefu_order_widget_dup_begun_remark (KefuOrderWidget *self);
/* Opens the editor and goes on with @remark. */
void kefu_order_widget_begin_remark (KefuOrderWidget *self, const KefuBegunRemark *remark);
void kefu_order_widget_focus_remark (KefuOrderWidget *self);

G_END_DECLS
