/* SPDX-License-Identifier: GPL-3.0-or-later
 * An act on many conversations, with the question before it and the words after it. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-bulk.h"

G_BEGIN_DECLS

/* @did: FALSE if nothing came of it, because the agent thought better of it, or nothing could be changed. */
typedef void (*KefuBulkFunc) (GtkWidget *widget, gboolean did);

/**
 * kefu_bulk_acts_perform:
 * @seen: id → KefuConversationRecord, as they were when they were chosen; at most KEFU_STORE_MAX_ACTS
 * @name: (nullable): of the agent or the label that @act is about
 * @finished: called once, at the end, with @widget
 *
 * Does @act and tells what came of it in a toast over @widget, with an Undo if there is a way back. Before resolving it asks once if some of them have
 * open checklist items.
 */
void kefu_bulk_acts_perform (GtkWidget *widget,
                             KefuSession *session,
                             GHashTable *seen,
                             const KefuBulkAct *act,
                             const char *name,
                             KefuBulkFunc finished);

G_END_DECLS
