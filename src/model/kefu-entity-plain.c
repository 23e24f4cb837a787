/* SPDX-License-Identifier: GPL-3.0-or-later
 * The short way from JSON to rows, for what servers send all the time. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-entity-plain.h"

#include <string.h>

#include "kefu-json-walk.h"
#include "kefu-message-key.h"

/* The columns before the fields. */
enum
{
  ID,
  REV,
  N_OWN
};
/* Integers of so many characters fit for sure. */
#define MAX_DIGITS 18

/* The pieces of one body: id, rev, and the fields in their order; text NULL: missing. */
struct _KefuPlainRows
{
  const KefuKind *kind;
  guint n_columns;
  guint n_rows;
  GArray *pieces; /* KefuJsonPiece, n_columns for each row */
};

static KefuJsonPiece *
row_of (const KefuPlainRows *rows, guint n)
{
  return &g_array_index (rows->pieces, KefuJsonPiece, n * rows->n_columns);
}

/* SQLite writes lists and objects without white space; only those that come so are taken as they are. */
static gboolean
is_dense (const KefuJsonPiece *piece)
{
  gboolean quoted = FALSE;

  for (gsize i = 0; i < piece->length; i++)
    {
      char c = piece->text[i];

      if (quoted && c == '\\')
        i++;
      else if (c == '"')
        quoted = !quoted;
      else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_integer (const KefuJsonPiece *piece)
{
  return piece->length <= MAX_DIGITS && kefu_json_is_integer (piece);
}

static gboolean
fits (const KefuField *field, const KefuJsonPiece *piece)
{
  if (piece->text == NULL || kefu_json_is (piece, "null"))
    return !field->required;
  switch (field->type)
    {
    case KEFU_FIELD_TEXT:
      return kefu_json_is_string (piece);
    case KEFU_FIELD_INT:
      return is_integer (piece);
    case KEFU_FIELD_BOOL:
      return kefu_json_is (piece, "true") || kefu_json_is (piece, "false");
    case KEFU_FIELD_ARRAY:
      return *piece->text == '[' && is_dense (piece);
    case KEFU_FIELD_OBJECT:
      return *piece->text == '{' && is_dense (piece);
    default:
      return FALSE;
    }
}

/* The column of a member; members mostly come in the order of the columns, so the next one is tried first. -1: an unknown one. */
static int
column_of (const KefuPlainRows *rows, const KefuJsonPiece *key, guint guess)
{
  const guint n_fields = rows->n_columns - N_OWN;

  for (guint i = 0; i < n_fields; i++)
    {
      guint field = (guess + i) % n_fields;

      if (kefu_json_is (key, rows->kind->fields[field].name))
        return (int) (field + N_OWN);
    }
  if (kefu_json_is (key, "id"))
    return ID;
  return kefu_json_is (key, "rev") ? REV : -1;
}

static gboolean
read_body (const KefuPlainRows *rows, const KefuJsonPiece *body, KefuJsonPiece *row)
{
  KefuJsonWalk walk;
  KefuJsonPiece key, value;
  guint guess = 0;

  kefu_json_walk_begin (&walk, body->text);
  while (kefu_json_walk_next (&walk, &key, &value))
    {
      int column = column_of (rows, &key, guess);

      /* The kind of entity, where there is no field of that name, says nothing new. */
      if (column < 0 && kefu_json_is (&key, "kind"))
        continue;
      if (column < 0 || row[column].text != NULL)
        return FALSE;
      row[column] = value;
      guess = column >= N_OWN ? (guint) column - N_OWN + 1 : guess;
    }
  return TRUE;
}

static gboolean
read_change (const KefuPlainRows *rows, const KefuJsonPiece *change, KefuJsonPiece *row)
{
  KefuJsonWalk walk;
  KefuJsonPiece key, value;
  KefuJsonPiece id = { NULL }, seq = { NULL }, body = { NULL };

  kefu_json_walk_begin (&walk, change->text);
  while (kefu_json_walk_next (&walk, &key, &value))
    if (kefu_json_is (&key, "id") && id.text == NULL)
      id = value;
    else if (kefu_json_is (&key, "seq") && seq.text == NULL)
      seq = value;
    else if (kefu_json_is (&key, "body") && body.text == NULL)
      body = value;
  if (body.text == NULL || *body.text != '{' || !read_body (rows, &body, row))
    return FALSE;
  if (row[ID].text != NULL && (row[ID].length != id.length || memcmp (row[ID].text, id.text, id.length) != 0))
    return FALSE;
  row[ID] = id;
  if (row[REV].text == NULL)
    row[REV] = seq;
  if (!is_integer (&row[REV]))
    return FALSE;
  for (guint i = N_OWN; i < rows->n_columns; i++)
    if (!fits (&rows->kind->fields[i - N_OWN], &row[i]))
      return FALSE;
  return TRUE;
}

/* FALSE: something in @array is not plain. */
static gboolean
read_all (KefuPlainRows *rows, const char *array)
{
  KefuJsonWalk walk;
  KefuJsonPiece key, change;

  kefu_json_walk_begin (&walk, array);
  while (kefu_json_walk_next (&walk, &key, &change))
    {
      g_array_set_size (rows->pieces, (rows->n_rows + 1) * rows->n_columns);
      if (!read_change (rows, &change, row_of (rows, rows->n_rows)))
        return FALSE;
      rows->n_rows++;
    }
  return TRUE;
}

/* --- binding --- */

static void
bind_fallback (KefuStmt *stmt, int place, const char *fallback)
{
  if (fallback == NULL)
    kefu_stmt_bind_null (stmt, place);
  else if (*fallback == '\'')
    kefu_stmt_bind_text (stmt, place, fallback + 1, strlen (fallback) - 2);
  else
    kefu_stmt_bind_int (stmt, place, g_ascii_strtoll (fallback, NULL, 10));
}

static void
bind_string (KefuStmt *stmt, int place, const KefuJsonPiece *piece)
{
  if (memchr (piece->text, '\\', piece->length) == NULL)
    {
      kefu_stmt_bind_text (stmt, place, piece->text + 1, piece->length - 2);
    }
  else
    {
      g_autofree char *text = kefu_json_dup_text (piece);

      kefu_stmt_bind_text (stmt, place, text, strlen (text));
    }
}

static void
bind_field (KefuStmt *stmt, int place, const KefuField *field, const KefuJsonPiece *piece)
{
  if (piece->text == NULL || kefu_json_is (piece, "null"))
    bind_fallback (stmt, place, field->fallback);
  else if (field->type == KEFU_FIELD_TEXT)
    bind_string (stmt, place, piece);
  else if (field->type == KEFU_FIELD_INT)
    kefu_stmt_bind_int (stmt, place, kefu_json_integer (piece));
  else if (field->type == KEFU_FIELD_BOOL)
    kefu_stmt_bind_int (stmt, place, *piece->text == 't');
  else
    kefu_stmt_bind_text (stmt, place, piece->text, piece->length);
}

/* --- messages and orders: in the order of their time, with keys of it --- */

typedef struct
{
  guint row;
  gint64 time;
  gint64 key; /* -1: SQLite takes the next one */
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *left = a;
  const Place *right = b;

  if (left->time != right->time)
    return left->time < right->time ? -1 : 1;
  return left->row < right->row ? -1 : 1;
}

/* SQLite's next one is behind all that are there: taken before the others have come, it may be one that is meant for them. */
static int
compare_having_keys (gconstpointer a, gconstpointer b)
{
  const Place *left = a;
  const Place *right = b;

  if ((left->key < 0) != (right->key < 0))
    return left->key < 0 ? 1 : -1;
  return compare_places (a, b);
}

static guint
time_column (const KefuKind *kind)
{
  guint i = 0;

  while (!g_str_equal (kind->fields[i].name, kind->time))
    i++;
  return i + N_OWN;
}

static void
give_keys (KefuDb *db, const KefuPlainRows *rows, GArray *places)
{
  const guint column = time_column (rows->kind);
  const gint64 n_places = G_GINT64_CONSTANT (1) << KEFU_MESSAGE_KEY_BITS;
  g_autofree char *sql = g_strdup_printf ("SELECT max(rowid) FROM %s WHERE rowid BETWEEN ?1 AND ?2", rows->kind->table);
  gint64 floor = -1, next = 0;
  gboolean all = TRUE;

  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      place->time = kefu_json_integer (&row_of (rows, place->row)[column]);
    }
  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      if (i == 0 || kefu_message_key_floor (place->time) != floor)
        {
          floor = kefu_message_key_floor (place->time);
          next = kefu_db_int (db, floor - 1, sql, "ii", floor, floor + n_places - 1) + 1;
        }
      place->key = next < floor + n_places ? next++ : -1;
      all &= place->key >= 0;
    }
  if (!all)
    g_array_sort (places, compare_having_keys);
}

/* --- all of it --- */

KefuPlainRows *
kefu_plain_rows_read (const KefuKind *kind, const char *array)
{
  KefuPlainRows *self = g_new0 (KefuPlainRows, 1);

  self->kind = kind;
  self->n_columns = N_OWN;
  for (const KefuField *field = kind->fields; field->name != NULL; field++)
    self->n_columns++;
  self->pieces = g_array_new (FALSE, TRUE, sizeof (KefuJsonPiece));
  if (!read_all (self, array))
    g_clear_pointer (&self, kefu_plain_rows_free);
  return self;
}

gboolean
kefu_plain_rows_write (KefuPlainRows *self, KefuDb *db, KefuEntityFunc func, gpointer user_data, GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_prepare (db, self->kind->plain_sql, error);
  g_autoptr (GArray) places = g_array_new (FALSE, TRUE, sizeof (Place));
  const gboolean keyed = self->kind->time != NULL;

  if (stmt == NULL)
    return FALSE;
  g_array_set_size (places, self->n_rows);
  for (guint i = 0; i < self->n_rows; i++)
    g_array_index (places, Place, i).row = i;
  if (keyed)
    give_keys (db, self, places);
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);
      const KefuJsonPiece *row = row_of (self, place->row);
      int n = 1;

      if (keyed && place->key >= 0)
        kefu_stmt_bind_int (stmt, n++, place->key);
      else if (keyed)
        kefu_stmt_bind_null (stmt, n++);
      bind_string (stmt, n++, &row[ID]);
      kefu_stmt_bind_int (stmt, n++, kefu_json_integer (&row[REV]));
      for (guint k = N_OWN; k < self->n_columns; k++)
        bind_field (stmt, n++, &self->kind->fields[k - N_OWN], &row[k]);
      if (!kefu_stmt_run (stmt, error))
        return FALSE;
      if (func != NULL && kefu_db_changes (db) > 0)
        {
          g_autofree char *id = kefu_json_dup_text (&row[ID]);

          func (self->kind->kind, id, user_data);
        }
    }
  return TRUE;
}

void
kefu_plain_rows_free (KefuPlainRows *self)
{
  g_array_unref (self->pieces);
  g_free (self);
}
