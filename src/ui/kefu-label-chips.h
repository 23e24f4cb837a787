/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels of a conversation as small chips. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-label-list.h"

G_BEGIN_DECLS

/**
 * KefuLabelChips:
 *
 * A chip for each label, color and name; what there is no room for is a number, and all names are in the tooltip. Follows the list: a label that
 * is renamed shows its new name. Not visible without labels. Property: `max` (guint, construct: how many chips).
 */
#define KEFU_TYPE_LABEL_CHIPS (kefu_label_chips_get_type ())
G_DECLARE_FINAL_TYPE (KefuLabelChips, kefu_label_chips, KEFU, LABEL_CHIPS, GtkWidget)

/* @list, @ids: (nullable): nothing to show. */
void kefu_label_chips_set (KefuLabelChips *self, KefuLabelList *list, const char *const *ids);
/* Gives @widget the class that has a label's color. */
void kefu_label_chips_color (GtkWidget *widget, int color);

G_END_DECLS
