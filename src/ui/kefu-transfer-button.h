/* SPDX-License-Identifier: GPL-3.0-or-later
 * A round button that stops something, in a ring that shows how far it is. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Always of one size. Property (read/write, notify): `fraction`: 0 … 1, below 0: it has not begun. Round and dark over a picture with the class `over`. */
#define KEFU_TYPE_TRANSFER_BUTTON (kefu_transfer_button_get_type ())
G_DECLARE_FINAL_TYPE (KefuTransferButton, kefu_transfer_button, KEFU, TRANSFER_BUTTON, GtkButton)

GtkWidget *kefu_transfer_button_new (void);
void kefu_transfer_button_set_fraction (KefuTransferButton *self, double fraction);
double kefu_transfer_button_get_fraction (KefuTransferButton *self);

G_END_DECLS
