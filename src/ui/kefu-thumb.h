/* SPDX-License-Identifier: GPL-3.0-or-later
 * A picture of a fixed size, cropped to cover it. */
#pragma once

#include "kefu-blob-cache.h"

G_BEGIN_DECLS

/**
 * KefuThumb:
 *
 * Asks for its size whatever the picture's is (a GtkPicture asks for the texture's), so that rows are as high before as
 * after it is loaded. Rounded by the style: classes `thumb` (6 px) or `photo` (12 px). Properties (read/write, construct): `width`, `height`.
 */
#define KEFU_TYPE_THUMB (kefu_thumb_get_type ())
G_DECLARE_FINAL_TYPE (KefuThumb, kefu_thumb, KEFU, THUMB, GtkWidget)

GtkWidget *kefu_thumb_new (int width, int height);
void kefu_thumb_set_size (KefuThumb *self, int width, int height);
/* Shows the picture @sha256, or a sign that one belongs here while it is not there. @cache, @sha256 nullable; "" is none. */
void kefu_thumb_set_blob (KefuThumb *self, KefuBlobCache *cache, const char *sha256);

G_END_DECLS
