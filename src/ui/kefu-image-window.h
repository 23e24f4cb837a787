/* SPDX-License-Identifier: GPL-3.0-or-later
 * A picture of the chat in full size. */
#pragma once

#include <adwaita.h>

#include "kefu-blob-cache.h"

G_BEGIN_DECLS

#define KEFU_TYPE_IMAGE_WINDOW (kefu_image_window_get_type ())
G_DECLARE_FINAL_TYPE (KefuImageWindow, kefu_image_window, KEFU, IMAGE_WINDOW, AdwWindow)

/* (transfer none): a window over that of @from, which it does not outlive, that loads and shows the picture, to be saved and copied; Escape closes it. */
GtkWidget *kefu_image_window_new (GtkWidget *from, KefuSession *session, KefuBlobCache *blobs, KefuAttachment *picture);

G_END_DECLS
