/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files that go with what is being written. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-attach-list.h"
#include "kefu-blob-cache.h"

G_BEGIN_DECLS

/**
 * KefuAttachStrip:
 *
 * One line of what is in a KefuAttachList: a picture or a sign, name, size, a button to take it out; it scrolls sideways. Shows itself only while there is something.
 * Delete takes out what has the focus. Signal `left`: the focus has nowhere to go but back to the text.
 */
#define KEFU_TYPE_ATTACH_STRIP (kefu_attach_strip_get_type ())
G_DECLARE_FINAL_TYPE (KefuAttachStrip, kefu_attach_strip, KEFU, ATTACH_STRIP, GtkWidget)

GtkWidget *kefu_attach_strip_new (void);
/* @list, @blobs nullable. */
void kefu_attach_strip_set_list (KefuAttachStrip *self, KefuAttachList *list, KefuBlobCache *blobs);

G_END_DECLS
