/* SPDX-License-Identifier: GPL-3.0-or-later
 * One file that goes with what is being written. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-attach-list.h"
#include "kefu-blob-cache.h"

G_BEGIN_DECLS

/* Signal `remove`: the agent does not want it. */
#define KEFU_TYPE_ATTACH_CHIP (kefu_attach_chip_get_type ())
G_DECLARE_FINAL_TYPE (KefuAttachChip, kefu_attach_chip, KEFU, ATTACH_CHIP, GtkWidget)

/* @blobs nullable. */
GtkWidget *kefu_attach_chip_new (KefuAttachItem *item, KefuBlobCache *blobs);
KefuAttachItem *kefu_attach_chip_get_item (KefuAttachChip *self);

G_END_DECLS
