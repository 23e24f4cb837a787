/* SPDX-License-Identifier: GPL-3.0-or-later
 * A write transaction of the server: entities get their place in the feed here. */
#pragma once

#include <json-glib/json-glib.h>

#include "kefu-db.h"
#include "kefu-op.h"

G_BEGIN_DECLS

/**
 * KefuWrite:
 *
 * One `BEGIN IMMEDIATE` … `COMMIT`; inside the transaction of a #KefuWriteGroup, a savepoint of it. Whatever is put, deleted or touched by an operation meanwhile gets a new row in `change`
 * and that row's seq as its rev at the commit, in the order of first touch; outgoing messages that are queued get their place in
 * `outbound`. Used by one thread.
 */
typedef struct _KefuWrite KefuWrite;

/* (transfer full) (nullable): begins a transaction at @now_ms. */
KefuWrite *kefu_write_begin (KefuDb *db, gint64 now_ms, GError **error);
/* Gives revs and commits; the transaction is over in any case. */
gboolean kefu_write_commit (KefuWrite *self, GError **error);
/* Rolls back what has not been committed, and frees. */
void kefu_write_free (KefuWrite *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuWrite, kefu_write_free)

KefuDb *kefu_write_get_db (KefuWrite *self);
gint64 kefu_write_get_now (KefuWrite *self);
/* The op_id of the operations that follow, from which the ids of what they leave behind come; see KefuOpContext. */
void kefu_write_set_op_id (KefuWrite *self, const char *op_id);
/* Writes one entity as it is: @body_json holds `id` and the fields of the kind; its `rev` is ignored. */
gboolean kefu_write_put (KefuWrite *self, const char *kind, const char *body_json, GError **error);
gboolean kefu_write_delete (KefuWrite *self, const char *kind, const char *id, GError **error);

/**
 * kefu_write_op:
 * @actor_id: (nullable): the agent who acts; NULL is the server, which may use the `channel.*` operations
 *
 * Runs kefu_op_apply() inside the transaction. After anything but KEFU_OP_APPLIED the caller gives the transaction up.
 */
KefuOpOutcome kefu_write_op (KefuWrite *self,
                             const char *actor_id,
                             const char *type,
                             JsonObject *args,
                             gint64 if_rev,
                             GError **error);
/* (transfer none) (nullable): of the last operation, if it was a conflict about fields: see KefuOpContext. */
JsonArray *kefu_write_get_conflicts (KefuWrite *self);
/* Gives the revs now instead of at the commit, for answers that name them; returns the highest seq, 0 for nothing, -1 and @error. */
gint64 kefu_write_assign_revs (KefuWrite *self, GError **error);

G_END_DECLS
