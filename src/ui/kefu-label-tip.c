/* SPDX-License-Identifier: GPL-3.0-or-later
 * The whole text of a label that was cut. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-label-tip.h"

#include "kefu-tooltips.h"

static gboolean
query_tooltip_cb (GtkLabel *label, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  if (!pango_layout_is_ellipsized (gtk_label_get_layout (label)))
    return FALSE;
  kefu_tooltips_set_text (tooltip, gtk_label_get_text (label));
  return TRUE;
}

void
kefu_label_tip_add (GtkWidget *label)
{
  g_return_if_fail (GTK_IS_LABEL (label));

  gtk_widget_set_has_tooltip (label, TRUE);
  g_signal_connect (label, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
}
