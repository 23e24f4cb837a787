/* SPDX-License-Identifier: GPL-3.0-or-later
 * The popover in which conversations get and lose labels. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-label-list.h"

G_BEGIN_DECLS

/**
 * KefuLabelMenu:
 *
 * A check for each label; the first nine have the keys 1 … 9. It stays open, for several. Signal `toggled` (const char *label_id, gboolean add): the
 * agent did it; the checks themselves only follow what is set.
 */
#define KEFU_TYPE_LABEL_MENU (kefu_label_menu_get_type ())
G_DECLARE_FINAL_TYPE (KefuLabelMenu, kefu_label_menu, KEFU, LABEL_MENU, GtkPopover)

/* (nullable): from where the labels come. */
void kefu_label_menu_set_list (KefuLabelMenu *self, KefuLabelList *list);
/* What one conversation has. @ids: (nullable). */
void kefu_label_menu_set_labels (KefuLabelMenu *self, const char *const *ids);
/* The same of several: @counts: (transfer none): label id → how many of the @n conversations have it (GUINT_TO_POINTER). */
void kefu_label_menu_set_counts (KefuLabelMenu *self, GHashTable *counts, guint n);

G_END_DECLS
