/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of entities, and the way between their rows and their JSON. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-entity.h"

#include <string.h>

#include "kefu-entity-kinds.h"
#include "kefu-json-scan.h"
#include "kefu-model-resources.h"

/* Kinds without a table: the body lies in `other_entity` without what its own columns hold. */
#define OTHER_SOURCE                                                                                                   \
  "json_each(?1) AS j WHERE j.value->>'$.op' = 'put'"                                                                  \
  " AND j.value->>'$.kind' NOT IN ('agent', 'channel', 'customer', 'identity', 'conversation', 'message', 'read',"     \
  " 'phrase_group', 'phrase', 'order', 'checklist_item')"
#define OTHER_INSERT                                                                                                   \
  "INSERT INTO other_entity(kind, id, rev, body)"                                                                      \
  " SELECT j.value->>'$.kind', j.value->>'$.id', coalesce(j.value->>'$.body.rev', j.value->>'$.seq', 0),"              \
  " json_remove(j.value->'$.body', '$.kind', '$.id', '$.rev') FROM "
#define OTHER_UPDATE " ON CONFLICT(kind, id) DO UPDATE SET rev = excluded.rev, body = excluded.body"

typedef struct
{
  char *kind;
  char *id;
  gint64 seq;
} Deletion;

/* What a look at the envelopes of a batch found. */
typedef struct
{
  GHashTable *put_kinds; /* set of kinds with at least one put */
  gboolean has_other;    /* a put of a kind without a table */
  GArray *deletions;     /* Deletion */
} Batch;

static void
deletion_clear (gpointer data)
{
  Deletion *self = data;

  g_free (self->kind);
  g_free (self->id);
}

static void
batch_clear (Batch *self)
{
  g_hash_table_unref (self->put_kinds);
  g_array_unref (self->deletions);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static gboolean
fail_invalid (GError **error, const char *kind, const char *id, const char *field)
{
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, "%s %s: %s is missing or of the wrong type", kind,
               id != NULL ? id : "?", field);
  return FALSE;
}

/* The end of a loop over rows: TRUE unless a step failed. */
static gboolean
steps_done (GError **step_error, GError **error)
{
  if (*step_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (step_error));
  return FALSE;
}

static gboolean
check_is_array (KefuDb *db, const char *json, GError **error)
{
  if (kefu_json_scan (json, strlen (json)) && kefu_db_int (db, 0, "SELECT json_type(?1) = 'array'", "s", json) != 0)
    return TRUE;
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "changes: not an array in JSON");
  return FALSE;
}

/* One pass over the envelopes: refuses a bad one, and finds which kinds the batch has, so that only their statements run. */
static gboolean
batch_look (Batch *self, KefuDb *db, const char *json, GError **error)
{
  g_autoptr (GError) step_error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (
    db, error,
    "SELECT j.key, iif(j.type = 'object', j.value->>'$.kind', NULL), iif(j.type = 'object', j.value->>'$.id', NULL),"
    " CASE WHEN j.type <> 'object' THEN 'change'"
    "  WHEN coalesce(json_type(j.value, '$.kind'), '') <> 'text' OR j.value->>'$.kind' = '' THEN 'kind'"
    "  WHEN coalesce(json_type(j.value, '$.id'), '') <> 'text' OR j.value->>'$.id' = '' THEN 'id'"
    "  WHEN coalesce(json_type(j.value, '$.seq'), '') <> 'integer' THEN 'seq'"
    "  WHEN coalesce(j.value->>'$.op', '') NOT IN ('put', 'del') THEN 'op' END,"
    " iif(j.type = 'object', j.value->>'$.op' = 'del', 0), iif(j.type = 'object', j.value->>'$.seq', 0)"
    " FROM json_each(?1) AS j",
    "s", json);

  if (stmt == NULL)
    return FALSE;
  while (kefu_stmt_step (stmt, &step_error))
    {
      const char *kind = kefu_stmt_text (stmt, 1);

      if (!kefu_stmt_is_null (stmt, 3))
        {
          g_autofree char *place = g_strdup_printf ("changes[%d]", (int) kefu_stmt_int (stmt, 0));

          return fail_invalid (error, place, kefu_stmt_text (stmt, 2), kefu_stmt_text (stmt, 3));
        }
      if (kefu_stmt_int (stmt, 4) != 0)
        {
          Deletion deletion = { g_strdup (kind), g_strdup (kefu_stmt_text (stmt, 2)), kefu_stmt_int (stmt, 5) };

          g_array_append_val (self->deletions, deletion);
        }
      else if (!g_hash_table_contains (self->put_kinds, kind))
        {
          g_hash_table_add (self->put_kinds, g_strdup (kind));
          self->has_other |= kefu_kind_find (kind) == NULL;
        }
    }
  return steps_done (&step_error, error);
}

static gboolean
check_puts (KefuDb *db, const char *kind, const char *sql, const char *json, GError **error)
{
  g_autoptr (GError) step_error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, sql, "s", json);

  if (stmt == NULL)
    return FALSE;
  if (kefu_stmt_step (stmt, &step_error))
    return fail_invalid (error, kind, kefu_stmt_text (stmt, 0), kefu_stmt_text (stmt, 1));
  return steps_done (&step_error, error);
}

/* @kind NULL: the rows tell kind and id; else only the id. */
static gboolean
run_puts (KefuDb *db,
          const char *kind,
          const char *sql,
          const char *json,
          KefuEntityFunc func,
          gpointer user_data,
          GError **error)
{
  g_autoptr (GError) step_error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, sql, "s", json);

  if (stmt == NULL)
    return FALSE;
  /* The first step writes all rows; the others only tell which they were. */
  while (kefu_stmt_step (stmt, &step_error))
    if (func != NULL)
      func (kind != NULL ? kind : kefu_stmt_text (stmt, 1), kefu_stmt_text (stmt, 0), user_data);
  return steps_done (&step_error, error);
}

static gboolean
delete_older (KefuDb *db, const char *kind, const char *id, gint64 seq, gboolean *deleted, GError **error)
{
  const KefuKind *known = kefu_kind_find (kind);
  gboolean ok;

  if (known != NULL)
    ok = kefu_db_run (db, error, known->delete_sql, "si", id, seq);
  else
    ok = kefu_db_run (db, error, "DELETE FROM other_entity WHERE id = ?1 AND rev < ?2 AND kind = ?3", "sis", id, seq,
                      kind);
  *deleted = ok && kefu_db_changes (db) > 0;
  return ok;
}

void
kefu_model_init (void)
{
  /* The resource registers itself when its object file is linked in, which is what naming it here sees to. */
  kefu_model_get_resource ();
}

const char *const *
kefu_entity_kinds (void)
{
  static const char **names = NULL;
  static gsize ready = 0;

  if (g_once_init_enter (&ready))
    {
      guint n_kinds;
      const KefuKind *all = kefu_kind_all (&n_kinds);

      names = g_new0 (const char *, n_kinds + 1);
      for (guint i = 0; i < n_kinds; i++)
        names[i] = all[i].kind;
      g_once_init_leave (&ready, 1);
    }
  return names;
}

const char *
kefu_entity_table (const char *kind)
{
  const KefuKind *known = kefu_kind_find (kind);

  return known != NULL ? known->table : NULL;
}

gboolean
kefu_entity_apply_changes (KefuDb *db,
                           const char *changes_json,
                           KefuEntityFunc func,
                           gpointer user_data,
                           GError **error)
{
  g_auto (Batch) batch = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), FALSE,
                           g_array_new (FALSE, FALSE, sizeof (Deletion)) };
  guint n_kinds;
  const KefuKind *all = kefu_kind_all (&n_kinds);

  g_array_set_clear_func (batch.deletions, deletion_clear);
  if (!check_is_array (db, changes_json, error) || !batch_look (&batch, db, changes_json, error))
    return FALSE;

  for (guint i = 0; i < n_kinds; i++)
    if (g_hash_table_contains (batch.put_kinds, all[i].kind) &&
        !check_puts (db, all[i].kind, all[i].check_sql, changes_json, error))
      return FALSE;
  if (batch.has_other && !check_puts (db, "entity",
                                      "SELECT j.value->>'$.id', 'body' FROM " OTHER_SOURCE
                                      " AND json_type(j.value, '$.body') IS NOT 'object' LIMIT 1",
                                      changes_json, error))
    return FALSE;

  for (guint i = 0; i < n_kinds; i++)
    if (g_hash_table_contains (batch.put_kinds, all[i].kind) &&
        !run_puts (db, all[i].kind, all[i].put_sql, changes_json, func, user_data, error))
      return FALSE;
  if (batch.has_other &&
      !run_puts (db, NULL,
                 OTHER_INSERT OTHER_SOURCE OTHER_UPDATE " WHERE excluded.rev > other_entity.rev RETURNING id, kind",
                 changes_json, func, user_data, error))
    return FALSE;

  for (guint i = 0; i < batch.deletions->len; i++)
    {
      const Deletion *deletion = &g_array_index (batch.deletions, Deletion, i);
      gboolean deleted;

      if (!delete_older (db, deletion->kind, deletion->id, deletion->seq, &deleted, error))
        return FALSE;
      if (deleted && func != NULL)
        func (deletion->kind, deletion->id, user_data);
    }
  return TRUE;
}

static gboolean
restore_known (KefuDb *db, const KefuKind *kind, const char *id, const char *body_json, GError **error)
{
  g_autoptr (GError) step_error = NULL;
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, error, kind->check_one_sql, "ss", id, body_json);

  if (stmt == NULL)
    return FALSE;
  if (kefu_stmt_step (stmt, &step_error))
    return fail_invalid (error, kind->kind, kefu_stmt_text (stmt, 0), kefu_stmt_text (stmt, 1));
  return steps_done (&step_error, error) && kefu_db_run (db, error, kind->restore_sql, "ss", id, body_json);
}

gboolean
kefu_entity_restore (KefuDb *db, const char *kind, const char *id, const char *body_json, GError **error)
{
  const KefuKind *known = kefu_kind_find (kind);
  gboolean deleted;

  if (body_json == NULL)
    return delete_older (db, kind, id, G_MAXINT64, &deleted, error);
  if (!kefu_json_scan (body_json, strlen (body_json)))
    return fail_invalid (error, kind, id, "body");
  if (known != NULL)
    return restore_known (db, known, id, body_json, error);
  return kefu_db_run (
    db, error,
    OTHER_INSERT
    "json_each(json_array(json_object('kind', ?1, 'id', ?2, 'body', json(?3)))) AS j WHERE true" OTHER_UPDATE,
    "sss", kind, id, body_json);
}

/* Puts the members of @extra (an object or NULL) behind those of @object. json_patch() would do it, but drops members that are
 * null, and what we do not know must come out as it went in. */
static char *
join_objects (const char *object, const char *extra)
{
  if (extra == NULL || g_str_equal (extra, "{}"))
    return g_strdup (object);
  return g_strdup_printf ("%.*s,%s", (int) strlen (object) - 1, object, extra + 1);
}

char *
kefu_entity_to_json (KefuDb *db, const char *kind, const char *id, GError **error)
{
  const KefuKind *known = kefu_kind_find (kind);
  g_autoptr (KefuStmt) stmt = NULL;

  if (known != NULL)
    stmt = kefu_db_query (db, error, known->select_sql, "s", id);
  else
    stmt = kefu_db_query (db, error,
                          "SELECT json_object('kind', kind, 'id', id, 'rev', rev), body FROM other_entity"
                          " WHERE kind = ?1 AND id = ?2",
                          "ss", kind, id);
  if (stmt == NULL || !kefu_stmt_step (stmt, error))
    return NULL;
  return join_objects (kefu_stmt_text (stmt, 0), kefu_stmt_text (stmt, 1));
}

gboolean
kefu_entity_set_rev (KefuDb *db, const char *kind, const char *id, gint64 rev, GError **error)
{
  const KefuKind *known = kefu_kind_find (kind);

  if (known != NULL)
    return kefu_db_run (db, error, known->rev_sql, "si", id, rev);
  return kefu_db_run (db, error, "UPDATE other_entity SET rev = ?2 WHERE id = ?1 AND kind = ?3", "sis", id, rev, kind);
}
