/* SPDX-License-Identifier: GPL-3.0-or-later
 * Full-text search: any text can be stored, any words can be asked for, and what was stored is found by its own words. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "kefu-db.h"
#include "kefu-tokenizer.h"

static KefuDb *db;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);
  FUZZ_CHECK (db != NULL);
  FUZZ_CHECK (kefu_db_exec (db, "CREATE VIRTUAL TABLE words USING fts5(body, tokenize = 'kefu', detail = none)", NULL));
  return 0;
}

static gboolean
finds (const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuStmt) row = kefu_db_row (db, &error, "SELECT rowid FROM words WHERE words MATCH ?", "s", query);

  if (error != NULL)
    g_error ("%s: %s", query, error->message);
  return row != NULL;
}

/* (transfer full) (nullable): the query for the words of @text as they are in @body. */
static char *
query_for (const char *text, const char *body)
{
  const char *const words[] = { text, NULL };
  g_autoptr (GString) query = g_string_new (NULL);

  if (kefu_tokenizer_query_words (query, words, *body == *KEFU_TOKEN_APART) == KEFU_TOKENS_NONE)
    return NULL;
  return g_string_free (g_steal_pointer (&query), FALSE);
}

/* A line to store and a line to ask for; the first is asked for too. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  const char *body = lines[0] != NULL ? lines[0] : "";
  g_autofree char *own = query_for (body, body);
  g_autofree char *other = query_for (lines[0] != NULL && lines[1] != NULL ? lines[1] : "", body);
  g_autoptr (GError) error = NULL;

  kefu_db_begin (db, NULL);
  if (!kefu_db_run (db, &error, "INSERT INTO words(body) VALUES(?)", "s", body))
    g_error ("cannot be stored: %s", error->message);
  /* A longer text is cut in the query, perhaps inside a word; with a mark in it, it is no text. */
  if (own != NULL && g_utf8_strlen (body, -1) < 90 && strstr (body, KEFU_TOKEN_FACT) == NULL)
    FUZZ_CHECK (finds (own));
  if (other != NULL)
    finds (other);
  kefu_db_rollback (db);
  return 0;
}
