/* SPDX-License-Identifier: GPL-3.0-or-later
 * Deleting what a workspace has stored here, to the end. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A deletion is written down in the folder before it begins, and that note goes last: one that was cut short is found at the next start. */

/* Notes in @dir that it is to be deleted, @all of it or all but what is unsent. Once it has finished, the note survives a power loss; cancelled, it
 * may be there or not. */
void kefu_wipe_begin_async (const char *dir,
                            gboolean all,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean kefu_wipe_begin_finish (GAsyncResult *result, GError **error);
/* (transfer full): the folders with such a note in @parent. */
GStrv kefu_wipe_find (const char *parent);
/* Whether @dir has such a note. */
gboolean kefu_wipe_is_noted (const char *dir);
/* Whether @dir is to be deleted as a whole. */
gboolean kefu_wipe_is_all (const char *dir);
/* Deletes them on a thread, after whoever has them open has closed them. */
void kefu_wipe_finish_async (const char *const *dirs,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* KEFU_ERROR_READ_ONLY, KEFU_ERROR_BUSY: something is left; it is tried again at the next start. */
gboolean kefu_wipe_finish_finish (GAsyncResult *result, GError **error);

G_END_DECLS
