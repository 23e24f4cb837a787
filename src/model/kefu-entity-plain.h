/* SPDX-License-Identifier: GPL-3.0-or-later
 * The short way from JSON to rows, for what servers send all the time. Only for the files of this folder. */
#pragma once

#include "kefu-entity-kinds.h"
#include "kefu-entity.h"

G_BEGIN_DECLS

/* The puts of one kind, taken to pieces that belong to the text they came from. */
typedef struct _KefuPlainRows KefuPlainRows;

/* (transfer full) (nullable): @array: puts of @kind, in a text that kefu_json_scan() has accepted, their envelopes checked. NULL: a body is
 * not plain, and the statements of @kind have to check and to write all of them. Plain is one that has each known field once and of its type, or
 * null, or not where it may be missing, and no other; so that what is wrong is refused in one place only. */
KefuPlainRows *kefu_plain_rows_read (const KefuKind *kind, const char *array);
/* Does what put_sql does, by one prepared INSERT. */
gboolean
kefu_plain_rows_write (KefuPlainRows *self, KefuDb *db, KefuEntityFunc func, gpointer user_data, GError **error);
void kefu_plain_rows_free (KefuPlainRows *self);

G_END_DECLS
