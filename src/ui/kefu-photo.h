/* SPDX-License-Identifier: GPL-3.0-or-later
 * A picture in the chat, and how far its sending is. */
#pragma once

#include "kefu-blob-cache.h"

G_BEGIN_DECLS

/**
 * KefuPhoto:
 *
 * As large as fits 120 × 120 in the shape of the picture, known before it is loaded, so that nothing jumps; what is shown of a transfer lies
 * over it. Signals: `open`, `cancel`: clicked by the agent.
 */
#define KEFU_TYPE_PHOTO (kefu_photo_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhoto, kefu_photo, KEFU, PHOTO, GtkWidget)

GtkWidget *kefu_photo_new (void);
/* @blobs, @sha256 nullable; @width, @height: of the picture, 0 if unknown. */
void kefu_photo_set (KefuPhoto *self, KefuBlobCache *blobs, const char *sha256, int width, int height);
/* @text (nullable): none, it is where it belongs. @fraction: below 0: it has not begun. @cancel (nullable): what the button is called; NULL: there is no way back. */
void kefu_photo_set_transfer (KefuPhoto *self, const char *text, double fraction, const char *cancel);

G_END_DECLS
