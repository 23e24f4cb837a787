/* SPDX-License-Identifier: GPL-3.0-or-later
 * The kinds of entities, and the way between their rows and their JSON. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-entity.h"

#include <string.h>

#include "kefu-entity-kinds.h"
#include "kefu-entity-plain.h"
#include "kefu-json-scan.h"
#include "kefu-json-walk.h"
#include "kefu-model-resources.h"

/* Kinds without a table: the body lies in `other_entity` without what its own columns hold. */
#define OTHER_SOURCE KEFU_CHANGES_SOURCE ("?1")
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

/* Of one kind. */
typedef struct
{
  GString *array;       /* JSON */
  KefuPlainRows *plain; /* (nullable) */
} Puts;

/* What a look at the envelopes of a batch found. */
typedef struct
{
  GHashTable *puts;  /* kind with a table → Puts */
  GString *others;   /* the same for all kinds without a table */
  GArray *deletions; /* Deletion */
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
  g_hash_table_unref (self->puts);
  g_string_free (self->others, TRUE);
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

static void
puts_free (gpointer data)
{
  Puts *self = data;

  g_string_free (self->array, TRUE);
  g_clear_pointer (&self->plain, kefu_plain_rows_free);
  g_free (self);
}

static void
append_element (GString *array, const KefuJsonPiece *element)
{
  g_string_append_c (array, array->len == 0 ? '[' : ',');
  g_string_append_len (array, element->text, (gssize) element->length);
}

/* The array of the puts of @kind, begun if need be. */
static GString *
puts_of (Batch *self, const char *kind)
{
  Puts *puts;

  if (kefu_kind_find (kind) == NULL)
    return self->others;
  puts = g_hash_table_lookup (self->puts, kind);
  if (puts == NULL)
    {
      puts = g_new0 (Puts, 1);
      puts->array = g_string_new (NULL);
      g_hash_table_insert (self->puts, g_strdup (kind), puts);
    }
  return puts->array;
}

/* Makes JSON of what append_element() has put together. */
static const char *
end_array (GString *array)
{
  if (array->len > 0 && array->str[array->len - 1] != ']')
    g_string_append_c (array, ']');
  return array->str;
}

/* The envelope of a change; text is NULL where a member is missing. Of two with one name the first counts, as it does for SQLite. */
typedef struct
{
  KefuJsonPiece kind;
  KefuJsonPiece id;
  KefuJsonPiece seq;
  KefuJsonPiece op;
} Envelope;

static void
envelope_read (Envelope *self, const KefuJsonPiece *change)
{
  KefuJsonWalk walk;
  KefuJsonPiece key, value;

  memset (self, 0, sizeof *self);
  kefu_json_walk_begin (&walk, change->text);
  while (kefu_json_walk_next (&walk, &key, &value))
    if (kefu_json_is (&key, "kind") && self->kind.text == NULL)
      self->kind = value;
    else if (kefu_json_is (&key, "id") && self->id.text == NULL)
      self->id = value;
    else if (kefu_json_is (&key, "seq") && self->seq.text == NULL)
      self->seq = value;
    else if (kefu_json_is (&key, "op") && self->op.text == NULL)
      self->op = value;
}

static gboolean
is_name (const KefuJsonPiece *piece)
{
  return piece->text != NULL && kefu_json_is_string (piece) && piece->length > 2;
}

/* (nullable): the name of what is missing or wrong. */
static const char *
envelope_check (const Envelope *self)
{
  if (!is_name (&self->kind))
    return "kind";
  if (!is_name (&self->id))
    return "id";
  if (self->seq.text == NULL || !kefu_json_is_integer (&self->seq))
    return "seq";
  if (self->op.text == NULL || (!kefu_json_is (&self->op, "\"put\"") && !kefu_json_is (&self->op, "\"del\"")))
    return "op";
  return NULL;
}

static gboolean
refuse_change (guint index, const KefuJsonPiece *id, const char *field, GError **error)
{
  g_autofree char *place = g_strdup_printf ("changes[%u]", index);
  g_autofree char *name = id->text != NULL ? kefu_json_dup_text (id) : NULL;

  return fail_invalid (error, place, name, field);
}

/* One pass over the envelopes: refuses a bad one, and sorts the others by kind, so that each statement reads its own alone. */
static gboolean
batch_look (Batch *self, const char *json, GError **error)
{
  static const KefuJsonPiece none = { NULL, 0 };
  KefuJsonWalk walk;
  KefuJsonPiece key, change;

  kefu_json_walk_begin (&walk, json);
  for (guint i = 0; kefu_json_walk_next (&walk, &key, &change); i++)
    {
      g_autofree char *kind = NULL;
      Envelope envelope;
      const char *wrong;

      if (*change.text != '{')
        return refuse_change (i, &none, "change", error);
      envelope_read (&envelope, &change);
      wrong = envelope_check (&envelope);
      if (wrong != NULL)
        return refuse_change (i, &envelope.id, wrong, error);
      kind = kefu_json_dup_text (&envelope.kind);
      if (kefu_json_is (&envelope.op, "\"del\""))
        {
          Deletion deletion = { g_steal_pointer (&kind), kefu_json_dup_text (&envelope.id),
                                kefu_json_integer (&envelope.seq) };

          g_array_append_val (self->deletions, deletion);
        }
      else
        {
          append_element (puts_of (self, kind), &change);
        }
    }
  return TRUE;
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
  if (!kefu_json_scan (changes_json, strlen (changes_json)) || changes_json[strspn (changes_json, " \t\r\n")] != '[')
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "changes: not an array in JSON");
      return FALSE;
    }
  return kefu_entity_apply_scanned (db, changes_json, func, user_data, error);
}

gboolean
kefu_entity_apply_scanned (KefuDb *db,
                           const char *changes_json,
                           KefuEntityFunc func,
                           gpointer user_data,
                           GError **error)
{
  g_auto (Batch) batch = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, puts_free), g_string_new (NULL),
                           g_array_new (FALSE, FALSE, sizeof (Deletion)) };
  guint n_kinds;
  const KefuKind *all = kefu_kind_all (&n_kinds);
  Puts *puts;

  g_array_set_clear_func (batch.deletions, deletion_clear);
  if (!batch_look (&batch, changes_json, error))
    return FALSE;

  for (guint i = 0; i < n_kinds; i++)
    if ((puts = g_hash_table_lookup (batch.puts, all[i].kind)) != NULL)
      {
        puts->plain = kefu_plain_rows_read (&all[i], end_array (puts->array));
        if (puts->plain == NULL && !check_puts (db, all[i].kind, all[i].check_sql, puts->array->str, error))
          return FALSE;
      }
  if (batch.others->len > 0 && !check_puts (db, "entity",
                                            "SELECT j.value->>'$.id', 'body' FROM " OTHER_SOURCE
                                            " AND json_type(j.value, '$.body') IS NOT 'object' LIMIT 1",
                                            end_array (batch.others), error))
    return FALSE;

  for (guint i = 0; i < n_kinds; i++)
    if ((puts = g_hash_table_lookup (batch.puts, all[i].kind)) != NULL &&
        !(puts->plain != NULL ? kefu_plain_rows_write (puts->plain, db, func, user_data, error)
                              : run_puts (db, all[i].kind, all[i].put_sql, puts->array->str, func, user_data, error)))
      return FALSE;
  if (batch.others->len > 0 &&
      !run_puts (db, NULL,
                 OTHER_INSERT OTHER_SOURCE OTHER_UPDATE " WHERE excluded.rev > other_entity.rev RETURNING id, kind",
                 end_array (batch.others), func, user_data, error))
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
  return kefu_db_run (db, error,
                      OTHER_INSERT KEFU_CHANGES_SOURCE (
                        "json_array(json_object('kind', ?1, 'id', ?2, 'body', json(?3)))") OTHER_UPDATE,
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
