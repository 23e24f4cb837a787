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
  GArray *puts;         /* KefuPut */
  char *array;          /* (nullable): all of them as JSON, where that is needed */
  KefuPlainRows *plain; /* (nullable) */
} Puts;

/* What a look at the envelopes of a batch found. */
typedef struct
{
  guint n_kinds;
  Puts *puts; /* of each kind with a table, in their order, and last of all those without one */
  guint last; /* the kind of the change before, which is mostly that of the next */
  guint n_changes;
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
batch_init (Batch *self)
{
  memset (self, 0, sizeof *self);
  kefu_kind_all (&self->n_kinds);
  self->puts = g_new0 (Puts, self->n_kinds + 1);
  self->deletions = g_array_new (FALSE, FALSE, sizeof (Deletion));
  g_array_set_clear_func (self->deletions, deletion_clear);
}

static void
batch_clear (Batch *self)
{
  for (guint i = 0; i <= self->n_kinds; i++)
    {
      g_clear_pointer (&self->puts[i].puts, g_array_unref);
      g_clear_pointer (&self->puts[i].array, g_free);
      g_clear_pointer (&self->puts[i].plain, kefu_plain_rows_free);
    }
  g_free (self->puts);
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
names_kind (const KefuJsonPiece *piece, const KefuKind *kind)
{
  return piece->length == strlen (kind->kind) + 2 && memcmp (piece->text + 1, kind->kind, piece->length - 2) == 0;
}

/* Among the puts; n_kinds is the place of all kinds without a table. */
static guint
place_of_kind (Batch *self, const KefuJsonPiece *piece)
{
  const KefuKind *all = kefu_kind_all (NULL);
  g_autofree char *name = NULL;

  if (self->last < self->n_kinds && names_kind (piece, &all[self->last]))
    return self->last;
  name = kefu_json_dup_text (piece);
  for (self->last = 0; self->last < self->n_kinds; self->last++)
    if (g_str_equal (all[self->last].kind, name))
      break;
  return self->last;
}

/* A JSON array of all @self has. */
static const char *
puts_array (Puts *self)
{
  GString *text;

  if (self->array != NULL)
    return self->array;
  text = g_string_new ("[");
  for (guint i = 0; i < self->puts->len; i++)
    {
      const KefuPut *put = &g_array_index (self->puts, KefuPut, i);

      if (i > 0)
        g_string_append_c (text, ',');
      g_string_append_len (text, put->change.text, (gssize) put->change.length);
    }
  g_string_append_c (text, ']');
  self->array = g_string_free (text, FALSE);
  return self->array;
}

/* The envelope of a change; text is NULL where a member is missing. Of two with one name the first counts, as it does for SQLite. */
typedef struct
{
  KefuJsonPiece kind;
  KefuJsonPiece op;
  KefuPut put;
} Envelope;

/* @walk: of the change. */
static void
envelope_read (Envelope *self, KefuJsonWalk *walk)
{
  KefuJsonPiece key, value;

  memset (self, 0, sizeof *self);
  while (kefu_json_walk_next (walk, &key, &value))
    if (kefu_json_is (&key, "kind") && self->kind.text == NULL)
      self->kind = value;
    else if (kefu_json_is (&key, "id") && self->put.id.text == NULL)
      self->put.id = value;
    else if (kefu_json_is (&key, "seq") && self->put.seq.text == NULL)
      self->put.seq = value;
    else if (kefu_json_is (&key, "op") && self->op.text == NULL)
      self->op = value;
    else if (kefu_json_is (&key, "body") && self->put.body.text == NULL)
      self->put.body = value;
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
  if (!is_name (&self->put.id))
    return "id";
  if (self->put.seq.text == NULL || !kefu_json_is_integer (&self->put.seq))
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

static void
take_change (Batch *self, const Envelope *envelope)
{
  if (kefu_json_is (&envelope->op, "\"del\""))
    {
      Deletion deletion = { kefu_json_dup_text (&envelope->kind), kefu_json_dup_text (&envelope->put.id),
                            kefu_json_integer (&envelope->put.seq) };

      g_array_append_val (self->deletions, deletion);
    }
  else
    {
      Puts *puts = &self->puts[place_of_kind (self, &envelope->kind)];

      if (puts->puts == NULL)
        puts->puts = g_array_new (FALSE, FALSE, sizeof (KefuPut));
      g_array_append_val (puts->puts, envelope->put);
    }
}

/* One pass over the envelopes: refuses a bad one, and sorts the others by kind, so that each statement reads its own alone. */
static gboolean
batch_look (Batch *self, const char *json, GError **error)
{
  static const KefuJsonPiece none = { NULL, 0 };
  KefuJsonWalk walk;
  const char *text;

  kefu_json_walk_begin (&walk, json);
  for (; (text = kefu_json_walk_peek (&walk)) != NULL; self->n_changes++)
    {
      KefuJsonWalk inner;
      Envelope envelope;
      const char *wrong;

      if (*text != '{' || !kefu_json_walk_begin (&inner, text))
        return refuse_change (self->n_changes, &none, "change", error);
      envelope_read (&envelope, &inner);
      envelope.put.change = (KefuJsonPiece){ text, kefu_json_walk_leave (&walk, &inner) };
      wrong = envelope_check (&envelope);
      if (wrong != NULL)
        return refuse_change (self->n_changes, &envelope.put.id, wrong, error);
      take_change (self, &envelope);
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
  return kefu_entity_apply_scanned (db, changes_json, NULL, func, user_data, error);
}

/* Takes the bodies to pieces, and refuses what is wrong before anything is written. */
static gboolean
batch_read (Batch *self, KefuDb *db, GError **error)
{
  const KefuKind *all = kefu_kind_all (NULL);
  Puts *others = &self->puts[self->n_kinds];

  for (guint i = 0; i < self->n_kinds; i++)
    {
      Puts *puts = &self->puts[i];

      if (puts->puts == NULL)
        continue;
      puts->plain = kefu_plain_rows_read (&all[i], (const KefuPut *) (gpointer) puts->puts->data, puts->puts->len);
      if (puts->plain == NULL && !check_puts (db, all[i].kind, all[i].check_sql, puts_array (puts), error))
        return FALSE;
    }
  return others->puts == NULL || check_puts (db, "entity",
                                             "SELECT j.value->>'$.id', 'body' FROM " OTHER_SOURCE
                                             " AND json_type(j.value, '$.body') IS NOT 'object' LIMIT 1",
                                             puts_array (others), error);
}

/* (transfer full): as JSON. */
static char *
list_rowids (GArray *rowids)
{
  GString *text = g_string_sized_new (rowids->len * 16 + 2);

  for (guint i = 0; i < rowids->len; i++)
    g_string_append_printf (text, "%c%" G_GINT64_FORMAT, i == 0 ? '[' : ',', g_array_index (rowids, gint64, i));
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* While no trigger fires. */
static gboolean
insert_new (Batch *self,
            KefuDb *db,
            const KefuEntityBulk *bulk,
            KefuEntityFunc func,
            gpointer user_data,
            GError **error)
{
  g_autoptr (GHashTable) fresh = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  const KefuKind *all = kefu_kind_all (NULL);

  for (guint i = 0; i < self->n_kinds; i++)
    {
      g_autoptr (GArray) rowids = NULL;

      if (self->puts[i].plain == NULL || !g_strv_contains (bulk->kinds, all[i].kind))
        continue;
      rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
      if (!kefu_plain_rows_insert (self->puts[i].plain, db, bulk->since, rowids, func, user_data, error))
        return FALSE;
      if (rowids->len > 0)
        g_hash_table_insert (fresh, (gpointer) all[i].kind, list_rowids (rowids));
    }
  return g_hash_table_size (fresh) == 0 || bulk->derive (db, fresh, error);
}

static gboolean
write_puts (Batch *self, KefuDb *db, KefuEntityFunc func, gpointer user_data, GError **error)
{
  const KefuKind *all = kefu_kind_all (NULL);
  Puts *others = &self->puts[self->n_kinds];

  for (guint i = 0; i < self->n_kinds; i++)
    {
      Puts *puts = &self->puts[i];

      if (puts->puts != NULL && !(puts->plain != NULL ? kefu_plain_rows_write (puts->plain, db, func, user_data, error)
                                                      : run_puts (db, all[i].kind, all[i].put_sql, puts_array (puts),
                                                                  func, user_data, error)))
        return FALSE;
    }
  return others->puts == NULL ||
         run_puts (db, NULL,
                   OTHER_INSERT OTHER_SOURCE OTHER_UPDATE " WHERE excluded.rev > other_entity.rev RETURNING id, kind",
                   puts_array (others), func, user_data, error);
}

static gboolean
write_deletions (Batch *self, KefuDb *db, KefuEntityFunc func, gpointer user_data, GError **error)
{
  for (guint i = 0; i < self->deletions->len; i++)
    {
      const Deletion *deletion = &g_array_index (self->deletions, Deletion, i);
      gboolean deleted;

      if (!delete_older (db, deletion->kind, deletion->id, deletion->seq, &deleted, error))
        return FALSE;
      if (deleted && func != NULL)
        func (deletion->kind, deletion->id, user_data);
    }
  return TRUE;
}

gboolean
kefu_entity_apply_scanned (KefuDb *db,
                           const char *changes_json,
                           const KefuEntityBulk *bulk,
                           KefuEntityFunc func,
                           gpointer user_data,
                           GError **error)
{
  g_auto (Batch) batch;
  gboolean ok;

  batch_init (&batch);
  if (!batch_look (&batch, changes_json, error) || !batch_read (&batch, db, error))
    return FALSE;
  if (bulk != NULL)
    {
      kefu_db_set_triggers (db, FALSE);
      ok = insert_new (&batch, db, bulk, func, user_data, error);
      kefu_db_set_triggers (db, TRUE);
      if (!ok)
        return FALSE;
    }
  return write_puts (&batch, db, func, user_data, error) && write_deletions (&batch, db, func, user_data, error);
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
