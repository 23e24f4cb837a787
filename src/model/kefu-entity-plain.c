/* SPDX-License-Identifier: GPL-3.0-or-later
 * The short way from JSON to rows, for what servers send all the time. */
#define G_LOG_DOMAIN "kefu-model"
#include "config.h"

#include "kefu-entity-plain.h"

#include <string.h>

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
  KefuJsonPiece *pieces; /* n_columns for each row */
  gboolean *written;     /* of each row */
};

static KefuJsonPiece *
row_of (const KefuPlainRows *rows, guint n)
{
  return rows->pieces + (gsize) n * rows->n_columns;
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

  /* no field has one of these names */
  if (kefu_json_is (key, "id"))
    return ID;
  if (kefu_json_is (key, "rev"))
    return REV;
  for (guint i = 0; i < n_fields; i++)
    {
      guint field = (guess + i) % n_fields;

      if (kefu_json_is (key, rows->kind->fields[field].name))
        return (int) (field + N_OWN);
    }
  return -1;
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
read_put (const KefuPlainRows *rows, const KefuPut *put, KefuJsonPiece *row)
{
  if (put->body.text == NULL || *put->body.text != '{' || !read_body (rows, &put->body, row))
    return FALSE;
  if (row[ID].text != NULL &&
      (row[ID].length != put->id.length || memcmp (row[ID].text, put->id.text, put->id.length) != 0))
    return FALSE;
  row[ID] = put->id;
  if (row[REV].text == NULL)
    row[REV] = put->seq;
  if (!is_integer (&row[REV]))
    return FALSE;
  for (guint i = N_OWN; i < rows->n_columns; i++)
    if (!fits (&rows->kind->fields[i - N_OWN], &row[i]))
      return FALSE;
  return TRUE;
}

/* --- binding: what is bound belongs to the text, which outlives the run --- */

static void
bind_fallback (KefuStmt *stmt, int place, const char *fallback)
{
  if (fallback == NULL)
    kefu_stmt_bind_null (stmt, place);
  else if (*fallback == '\'')
    kefu_stmt_bind_borrowed (stmt, place, fallback + 1, strlen (fallback) - 2);
  else
    kefu_stmt_bind_int (stmt, place, g_ascii_strtoll (fallback, NULL, 10));
}

static void
bind_string (KefuStmt *stmt, int place, const KefuJsonPiece *piece)
{
  if (memchr (piece->text, '\\', piece->length) == NULL)
    {
      kefu_stmt_bind_borrowed (stmt, place, piece->text + 1, piece->length - 2);
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
    kefu_stmt_bind_borrowed (stmt, place, piece->text, piece->length);
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

static gint64
time_of (const KefuPlainRows *rows, guint row, guint column)
{
  return kefu_json_integer (&row_of (rows, row)[column]);
}

static gboolean
give_keys (KefuDb *db, const KefuPlainRows *rows, GArray *places, GError **error)
{
  const gint64 n_places = G_GINT64_CONSTANT (1) << KEFU_MESSAGE_KEY_BITS;
  g_autofree char *sql = g_strdup_printf ("SELECT max(rowid) FROM %s WHERE rowid BETWEEN ?1 AND ?2", rows->kind->table);
  g_autoptr (KefuStmt) stmt = kefu_db_prepare (db, sql, error);
  gint64 floor = -1, next = 0;
  gboolean all = TRUE;

  if (stmt == NULL)
    return FALSE;
  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      if (i == 0 || kefu_message_key_floor (place->time) != floor)
        {
          floor = kefu_message_key_floor (place->time);
          kefu_stmt_bind_int (stmt, 1, floor);
          kefu_stmt_bind_int (stmt, 2, floor + n_places - 1);
          next = kefu_stmt_run_int (stmt, floor - 1) + 1;
        }
      place->key = next < floor + n_places ? next++ : -1;
      all &= place->key >= 0;
    }
  if (!all)
    g_array_sort (places, compare_having_keys);
  return TRUE;
}

/* --- all of it --- */

KefuPlainRows *
kefu_plain_rows_read (const KefuKind *kind, const KefuPut *puts, guint n_puts)
{
  KefuPlainRows *self = g_new0 (KefuPlainRows, 1);
  gboolean plain = TRUE;

  self->kind = kind;
  self->n_columns = N_OWN;
  for (const KefuField *field = kind->fields; field->name != NULL; field++)
    self->n_columns++;
  self->n_rows = n_puts;
  self->pieces = g_new0 (KefuJsonPiece, (gsize) n_puts * self->n_columns);
  self->written = g_new0 (gboolean, n_puts);
  for (guint i = 0; i < n_puts && plain; i++)
    plain = read_put (self, &puts[i], row_of (self, i));
  if (!plain)
    g_clear_pointer (&self, kefu_plain_rows_free);
  return self;
}

/* (transfer full) (element-type Place): the rows that are not written yet, of a kind with a time only those of @since or later. */
static GArray *
list_places (const KefuPlainRows *self, gint64 since)
{
  GArray *places = g_array_sized_new (FALSE, TRUE, sizeof (Place), self->n_rows);
  const guint column = self->kind->time != NULL ? time_column (self->kind) : 0;

  for (guint i = 0; i < self->n_rows; i++)
    {
      Place place = { .row = i, .time = self->kind->time != NULL ? time_of (self, i, column) : G_MAXINT64 };

      if (!self->written[i] && place.time >= since)
        g_array_append_val (places, place);
    }
  return places;
}

/* Runs @sql with each row of @places. */
static gboolean
run_rows (KefuPlainRows *self,
          KefuDb *db,
          const char *sql,
          GArray *places,
          GArray *rowids,
          KefuEntityFunc func,
          gpointer user_data,
          GError **error)
{
  g_autoptr (KefuStmt) stmt = kefu_db_prepare (db, sql, error);
  const gboolean keyed = self->kind->time != NULL;

  if (stmt == NULL || (keyed && !give_keys (db, self, places, error)))
    return FALSE;
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
      if (kefu_db_changes (db) == 0)
        continue;
      self->written[place->row] = TRUE;
      if (rowids != NULL)
        {
          gint64 rowid = kefu_db_last_rowid (db);

          g_array_append_val (rowids, rowid);
        }
      if (func != NULL)
        {
          g_autofree char *id = kefu_json_dup_text (&row[ID]);

          func (self->kind->kind, id, user_data);
        }
    }
  return TRUE;
}

gboolean
kefu_plain_rows_insert (KefuPlainRows *self,
                        KefuDb *db,
                        gint64 since,
                        GArray *rowids,
                        KefuEntityFunc func,
                        gpointer user_data,
                        GError **error)
{
  g_autoptr (GArray) places = list_places (self, since);

  return run_rows (self, db, self->kind->insert_sql, places, rowids, func, user_data, error);
}

gboolean
kefu_plain_rows_write (KefuPlainRows *self, KefuDb *db, KefuEntityFunc func, gpointer user_data, GError **error)
{
  g_autoptr (GArray) places = list_places (self, G_MININT64);

  return places->len == 0 || run_rows (self, db, self->kind->plain_sql, places, NULL, func, user_data, error);
}

void
kefu_plain_rows_free (KefuPlainRows *self)
{
  g_free (self->pieces);
  g_free (self->written);
  g_free (self);
}
