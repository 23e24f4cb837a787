/* SPDX-License-Identifier: GPL-3.0-or-later
 * The changes of a batch as rows: what is refused leaves no trace, what is taken is the same when it comes twice. */
#include "config.h"

#include "fuzz.h"
#include "kefu-entity.h"

static KefuDb *db;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  kefu_model_init ();
  db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);
  FUZZ_CHECK (db != NULL && kefu_db_migrate (db, KEFU_ENTITY_SQL, NULL));
  return 0;
}

typedef struct
{
  GPtrArray *kinds;
  GPtrArray *ids;
} Seen;

static void
seen_cb (const char *kind, const char *id, gpointer user_data)
{
  Seen *seen = user_data;

  g_ptr_array_add (seen->kinds, g_strdup (kind));
  g_ptr_array_add (seen->ids, g_strdup (id));
}

static gint64
total_changes (void)
{
  return sqlite3_total_changes (kefu_db_handle (db));
}

/* The store asks SQLite for the array of a valid batch: so does this. */
static gboolean
is_array (const char *text)
{
  return kefu_db_int (db, 0, "SELECT json_valid(?1) AND json_type(iif(json_valid(?1), ?1, 'null')) = 'array'", "s",
                      text) == 1;
}

/* (transfer full): each as JSON, "" if it is not there. */
static GPtrArray *
entities (GPtrArray *kinds, GPtrArray *ids)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (GError) error = NULL;
      char *json = kefu_entity_to_json (db, g_ptr_array_index (kinds, i), g_ptr_array_index (ids, i), &error);

      if (error != NULL)
        g_error ("%s %s: %s", (char *) g_ptr_array_index (kinds, i), (char *) g_ptr_array_index (ids, i),
                 error->message);
      g_ptr_array_add (all, json != NULL ? json : g_strdup (""));
    }
  return all;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GPtrArray) kinds = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  Seen seen = { kinds, ids };
  g_autoptr (GError) error = NULL;
  gint64 before;

  if (!is_array (text))
    return 0;
  FUZZ_CHECK (kefu_db_begin (db, NULL));
  before = total_changes ();
  if (!kefu_entity_apply_changes (db, text, seen_cb, &seen, &error))
    {
      if (!g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID))
        g_error ("%s", error->message);
      FUZZ_CHECK (total_changes () == before);
      FUZZ_CHECK (ids->len == 0);
    }
  else
    {
      g_autoptr (GPtrArray) once = entities (kinds, ids);
      g_autoptr (GPtrArray) twice = NULL;

      if (!kefu_entity_apply_changes (db, text, NULL, NULL, &error))
        g_error ("the second time: %s", error->message);
      twice = entities (kinds, ids);
      for (guint i = 0; i < ids->len; i++)
        FUZZ_CHECK (g_str_equal (g_ptr_array_index (once, i), g_ptr_array_index (twice, i)));
    }
  kefu_db_rollback (db);
  return 0;
}
