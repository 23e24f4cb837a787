/* SPDX-License-Identifier: GPL-3.0-or-later
 * A phone number or an address that is masked until asked for. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuContactRow:
 *
 * Key, masked value, and a button that shows it for 30 s, while it can be copied too; each reveal and copy is recorded (product.md, rule 5).
 * Property `field`: "phone" or "address", given in the template.
 */
#define KEFU_TYPE_CONTACT_ROW (kefu_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuContactRow, kefu_contact_row, KEFU, CONTACT_ROW, GtkListBoxRow)

/* Invisible if @value is "". What was revealed stays so only for the same customer and value. */
void kefu_contact_row_set (KefuContactRow *self, KefuSession *session, const char *customer_id, const char *value);
/* (transfer none): for a size group. */
GtkWidget *kefu_contact_row_get_key_label (KefuContactRow *self);
gboolean kefu_contact_row_get_revealed (KefuContactRow *self);

G_END_DECLS
