/* SPDX-License-Identifier: GPL-3.0-or-later
 * An order as a message in the chat. */
#pragma once

#include "kefu-blob-cache.h"
#include "kefu-message-text.h"

G_BEGIN_DECLS

/* 66 px high: picture, title and number of pieces, state, amount, end of the number. */
#define KEFU_TYPE_ORDER_CARD (kefu_order_card_get_type ())
G_DECLARE_FINAL_TYPE (KefuOrderCard, kefu_order_card, KEFU, ORDER_CARD, GtkWidget)

GtkWidget *kefu_order_card_new (void);
/* @blobs nullable */
void kefu_order_card_set (KefuOrderCard *self, KefuMessageData *data, KefuBlobCache *blobs);

G_END_DECLS
