/* SPDX-License-Identifier: GPL-3.0-or-later
 * Choosing files, in one place: the dialogs behind it change with GTK. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @files: (element-type GFile) (transfer none) */
typedef void (*KefuFilesFunc) (GSList *files, gpointer user_data);

/* Asks over @from's window which files to take; @func runs if any were chosen, @destroy (nullable) in any case. */
void kefu_file_dialogs_choose (GtkWidget *from,
                               const char *title,
                               KefuFilesFunc func,
                               gpointer user_data,
                               GDestroyNotify destroy);
/* The same for one file to write, proposing @name; an existing one is asked about. */
void kefu_file_dialogs_save (GtkWidget *from,
                             const char *name,
                             KefuFilesFunc func,
                             gpointer user_data,
                             GDestroyNotify destroy);

G_END_DECLS
