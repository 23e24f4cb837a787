/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: who the customer is. */
#pragma once

#include <adwaita.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/* Name, identities, tags, contact, value, risk, notes and earlier conversations of the dossier's customer. */
#define KEFU_TYPE_CUSTOMER_PAGE (kefu_customer_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuCustomerPage, kefu_customer_page, KEFU, CUSTOMER_PAGE, AdwBin)

/* @dossier: (nullable) */
void kefu_customer_page_set_dossier (KefuCustomerPage *self, KefuDossier *dossier);
/* Opens the editor with what was typed for a refused `customer.edit`. FALSE if what is to be edited is not there (yet). */
gboolean kefu_customer_page_edit_refused (KefuCustomerPage *self, KefuOutboxRecord *refused);

G_END_DECLS
