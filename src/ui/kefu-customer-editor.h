/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small window to change what is known of a customer. */
#pragma once

#include <adwaita.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuCustomerEditor:
 *
 * Saves each field that was changed as an operation of its own. Phone and address are masked here too, until their button shows them: that is
 * recorded as a reveal.
 */
#define KEFU_TYPE_CUSTOMER_EDITOR (kefu_customer_editor_get_type ())
G_DECLARE_FINAL_TYPE (KefuCustomerEditor, kefu_customer_editor, KEFU, CUSTOMER_EDITOR, AdwWindow)

/* Opens it over the window of @from, which it does not outlive; it destroys itself. @refused (nullable): a refused `customer.edit`, whose text it goes on with. Returns (transfer none)
 * the window. */
GtkWidget *kefu_customer_editor_present (GtkWidget *from,
                                         KefuSession *session,
                                         KefuCustomerRecord *customer,
                                         KefuOutboxRecord *refused);

G_END_DECLS
