/* SPDX-License-Identifier: GPL-3.0-or-later
 * The short way from JSON to rows, for what servers send all the time. Only for the files of this folder. */
#pragma once

#include "kefu-entity-kinds.h"
#include "kefu-entity.h"
#include "kefu-json-walk.h"

G_BEGIN_DECLS

/* A put, as pieces of a text that kefu_json_scan() has accepted, its envelope checked. */
typedef struct
{
  KefuJsonPiece change; /* all of it */
  KefuJsonPiece id;
  KefuJsonPiece seq;
  KefuJsonPiece body; /* text NULL: it has none */
} KefuPut;

/* The puts of one kind, taken to pieces that belong to the text they came from. */
typedef struct _KefuPlainRows KefuPlainRows;

/* (transfer full) (nullable): @puts are of @kind. NULL: a body is not plain, and the statements of @kind have to check and to write all of them.
 * Plain is one that has each known field once and of its type, or null, or not where it may be missing, and no other; so that what is wrong is
 * refused in one place only. */
KefuPlainRows *kefu_plain_rows_read (const KefuKind *kind, const KefuPut *puts, guint n_puts);
/* Writes the rows that are not there yet, by one prepared INSERT that touches no other row, and leaves the rest for kefu_plain_rows_write(); of a
 * kind with a time also those before @since. @rowids: (element-type gint64): those of the new rows, ascending, are appended. */
gboolean kefu_plain_rows_insert (KefuPlainRows *self,
                                 KefuDb *db,
                                 gint64 since,
                                 GArray *rowids,
                                 KefuEntityFunc func,
                                 gpointer user_data,
                                 GError **error);
/* Does what put_sql does, by one prepared INSERT. */
gboolean
kefu_plain_rows_write (KefuPlainRows *self, KefuDb *db, KefuEntityFunc func, gpointer user_data, GError **error);
void kefu_plain_rows_free (KefuPlainRows *self);

G_END_DECLS
