/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of entities, and the way between their rows and their JSON. */
#pragma once

#include <json-glib/json-glib.h>

#include "kefu-db.h"

G_BEGIN_DECLS

/* Resource folder of the entity tables' scripts, for kefu_db_migrate(). */
#define KEFU_ENTITY_SQL "/org/kefu/model/entity"

/* Registers the SQL scripts; call once before kefu_db_migrate(). Idempotent, any thread. */
void kefu_model_init (void);

/**
 * KefuEntityFunc:
 *
 * Told about one entity that a batch put or deleted and that was newer than what was there.
 */
typedef void (*KefuEntityFunc) (const char *kind, const char *id, gpointer user_data);

/* (transfer none) (nullable): the kinds with a table of their own, in an order in which a batch is applied; NULL ends. */
const char *const *kefu_entity_kinds (void);
/* The table of @kind, or NULL if it is kept in other_entity. */
const char *kefu_entity_table (const char *kind);

/**
 * kefu_entity_apply_changes:
 * @changes_json: a JSON array `[{seq,kind,id,op:"put"|"del",body:{…}}]`, as in GET /v1/sync
 * @func: (nullable): called for each entity that changed
 *
 * Maps the whole array to rows, one prepared statement per kind: a put wins only if its rev (that of the body, else
 * the seq) is higher than the stored one, a del if its seq is. Runs inside the caller's transaction. A body that is no object or
 * lacks a required field: KEFU_ERROR_INVALID naming kind, id and field; nothing of the array has been written then.
 */
gboolean kefu_entity_apply_changes (KefuDb *db,
                                    const char *changes_json,
                                    KefuEntityFunc func,
                                    gpointer user_data,
                                    GError **error);
/**
 * KefuEntityBulk:
 * @kinds: NULL-terminated: those that @derive knows
 * @since: rows of a kind with a time that are from before are written as ever, ms
 * @derive: does what the triggers of new rows would have done. @fresh: (element-type utf8 utf8): kind → JSON array of the rowids of its new
 *   rows, ascending; there is one at least. Triggers do not fire in it.
 *
 * For a batch that brings much. A trigger costs more than the row it fires for, and a full-text index that gets one row with each statement writes
 * each to the file by itself: so rows that were not there yet are written without their triggers, and what follows from them is written for all
 * of them together. What was there already is written as ever, after them.
 */
typedef struct
{
  const char *const *kinds;
  gint64 since;
  gboolean (*derive) (KefuDb *db, GHashTable *fresh, GError **error);
} KefuEntityBulk;

/* The same for an array at @changes_json within a text that kefu_json_scan() has accepted; what stands behind the array is not read. @bulk: (nullable). */
gboolean kefu_entity_apply_scanned (KefuDb *db,
                                    const char *changes_json,
                                    const KefuEntityBulk *bulk,
                                    KefuEntityFunc func,
                                    gpointer user_data,
                                    GError **error);
/* Writes @body_json (`{id,rev,…}`) as it is, whatever rev is there; NULL deletes the entity. For going back to the server's
 * state. */
gboolean kefu_entity_restore (KefuDb *db, const char *kind, const char *id, const char *body_json, GError **error);
/* (transfer full) (nullable): the entity as `{"kind":…,"id":…,"rev":…,…}` with the unknown fields back in place; NULL and no error if
 * there is none. Columns that are NULL are null. `kind` is the entity's, except in a message and a checklist item, whose own field of
 * that name it is (text, gift, …); the envelope of a change always tells the entity's. */
char *kefu_entity_to_json (KefuDb *db, const char *kind, const char *id, GError **error);
/* Sets the rev of a row. */
gboolean kefu_entity_set_rev (KefuDb *db, const char *kind, const char *id, gint64 rev, GError **error);

G_END_DECLS
