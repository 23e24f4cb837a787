/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can be done with the file of a message: open, save, copy. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-blob-cache.h"
#include "kefu-session.h"

G_BEGIN_DECLS

/* All of them fetch the file first if it is not on this computer and tell a failure by the session's `failure`. @from: any widget of the window that asks. */

/* Shows a copy in the program that the desktop has for it; what may not be opened is saved instead. */
void kefu_file_actions_open (GtkWidget *from, KefuSession *session, KefuAttachment *attachment);
/* Asks where to. */
void kefu_file_actions_save_as (GtkWidget *from, KefuSession *session, KefuAttachment *attachment);
/* Without asking: into @target, whole or not at all. @from (nullable): gets the toast. */
void kefu_file_actions_save (GtkWidget *from, KefuSession *session, KefuAttachment *attachment, GFile *target);
/* Puts a picture on the clipboard. */
void kefu_file_actions_copy_picture (GtkWidget *from,
                                     KefuSession *session,
                                     KefuBlobCache *blobs,
                                     KefuAttachment *attachment);

G_END_DECLS
