/* SPDX-License-Identifier: GPL-3.0-or-later
 * Writes that wait at the same time: one transaction for all of them, and one wait for the disk. */
#pragma once

#include <gio/gio.h>

#include "kefu-db.h"

G_BEGIN_DECLS

/**
 * KefuWriteGroup:
 *
 * A queue of tasks that any thread fills and the writer's thread empties. While one transaction goes to the disk, the next writes
 * gather here: the more there is to write, the more share a commit.
 */
typedef struct _KefuWriteGroup KefuWriteGroup;

/* Does the work of one task inside the transaction. It begins and commits a #KefuWrite as ever, which is a savepoint here: what fails
 * leaves no trace, and does not spoil the others. */
typedef gboolean (*KefuWriteGroupFunc) (GTask *task, KefuDb *db, GError **error);

KefuWriteGroup *kefu_write_group_new (KefuWriteGroupFunc func);
void kefu_write_group_free (KefuWriteGroup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuWriteGroup, kefu_write_group_free)

/* Adds @task (a reference is taken). TRUE: nobody is on the way to empty the queue, so kefu_write_group_run() has to be called. */
gboolean kefu_write_group_push (KefuWriteGroup *self, GTask *task);
/**
 * kefu_write_group_run:
 * @committed: (nullable): called after a commit, before the tasks return
 *
 * On the writer's thread: runs what waits, for some milliseconds at most, commits, and returns each task: TRUE, its own error,
 * or, if the commit failed, that. Returns TRUE if more waits: run it again after what else the writer has to do.
 */
gboolean
kefu_write_group_run (KefuWriteGroup *self, KefuDb *db, void (*committed) (gpointer user_data), gpointer user_data);

G_END_DECLS
