/* SPDX-License-Identifier: GPL-3.0-or-later
 * One row of the chat: bubble, picture, order card, note, event, day or unread line. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-blob-cache.h"
#include "kefu-message-text.h"
#include "kefu-timeline-model.h"

G_BEGIN_DECLS

/**
 * KefuMessageRow:
 *
 * Makes its parts when first needed, so that a recycled row costs as little as what it shows. A grid holds bubble and meta: a
 * wrapping label in a horizontal box is measured dozens of times (gtk-notes.md, 5.3). Activates the widget actions `message.retry`, `message.open`,
 * `message.save` and `message.cancel` with the message's id.
 */
#define KEFU_TYPE_MESSAGE_ROW (kefu_message_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuMessageRow, kefu_message_row, KEFU, MESSAGE_ROW, GtkWidget)

GtkWidget *kefu_message_row_new (void);
/* @item (nullable): none, when the row is put away. Follows the item's `changed`. @context and @blobs (nullable) are borrowed while it is bound. */
void kefu_message_row_bind (KefuMessageRow *self,
                            KefuTimelineItem *item,
                            const KefuMessageContext *context,
                            KefuBlobCache *blobs);
/* (transfer none) (nullable) */
KefuTimelineItem *kefu_message_row_get_item (KefuMessageRow *self);
/* Marks the row for a moment: here it is. */
void kefu_message_row_flash (KefuMessageRow *self);

G_END_DECLS
