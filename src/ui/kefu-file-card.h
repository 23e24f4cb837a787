/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file or a voice message in the chat. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-attachment.h"

G_BEGIN_DECLS

/**
 * KefuFileCard:
 *
 * What it is, its name and size; how far its transfer is stands in the place of the size, so that nothing moves. Signals: `open`, `save`, `cancel`: clicked by the
 * agent.
 */
#define KEFU_TYPE_FILE_CARD (kefu_file_card_get_type ())
G_DECLARE_FINAL_TYPE (KefuFileCard, kefu_file_card, KEFU, FILE_CARD, GtkWidget)

GtkWidget *kefu_file_card_new (void);
void kefu_file_card_set (KefuFileCard *self, KefuAttachment *attachment);
/* @text (nullable): nothing is under way. @fraction: below 0: it has not begun. @cancel (nullable): what the button that stops it is called. */
void kefu_file_card_set_transfer (KefuFileCard *self, const char *text, double fraction, const char *cancel);

G_END_DECLS
