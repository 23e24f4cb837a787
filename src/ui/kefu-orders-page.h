/* SPDX-License-Identifier: GPL-3.0-or-later
 * Side panel: what the customer bought. */
#pragma once

#include <adwaita.h>

#include "kefu-dossier.h"

G_BEGIN_DECLS

/* The customer's orders: what is under way as cards, newest first, what is over as rows that unfold. */
#define KEFU_TYPE_ORDERS_PAGE (kefu_orders_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuOrdersPage, kefu_orders_page, KEFU, ORDERS_PAGE, AdwBin)

/* @dossier: (nullable) */
void kefu_orders_page_set_dossier (KefuOrdersPage *self, KefuDossier *dossier);
/* Goes on with a refused `order.remark`. FALSE if what is to be edited is not there (yet). */
gboolean kefu_orders_page_edit_refused (KefuOrdersPage *self, KefuOutboxRecord *refused);

G_END_DECLS
