/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files and folders that nobody else may read: made so, mended, locked, deleted. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whatever the process makes from now on is for its user alone (umask 077); the first thing a program does, while it has one thread. */
void kefu_private_files_begin (void);
/* Takes every right of others off @dir and what is in it (folders 0700, files 0600), whoever made it. Follows no link. What cannot be
 * changed is left, with a word in the log. Blocks. */
void kefu_private_files_mend (const char *dir);
/* The same for one file; harmless if there is none. Opens nothing. */
void kefu_private_files_mend_file (const char *path);
/* Deletes @dir and all in it, the file called @last (nullable) after all others, so that it tells of a deletion that was cut short. Follows no
 * link. Blocks. FALSE and KEFU_ERROR_READ_ONLY: something is left. */
gboolean kefu_private_files_remove (const char *dir, const char *last, GError **error);
/* The descriptor of @path, made if need be and locked for this opening alone; the kernel lets go when it is closed, or its process dies. Waits for
 * @patience_ms at most. -1: KEFU_ERROR_BUSY, somebody else has it, or KEFU_ERROR_DISK_FULL, KEFU_ERROR_READ_ONLY. */
int kefu_private_files_lock (const char *path, guint patience_ms, GError **error);

G_END_DECLS
