/* SPDX-License-Identifier: GPL-3.0-or-later
 * JSON of strangers: what the scan lets through, both parsers behind it take. */
#include "config.h"

#include <json-glib/json-glib.h>

#include "fuzz.h"
#include "kefu-db.h"
#include "kefu-json-scan.h"

static KefuDb *db;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, NULL);
  FUZZ_CHECK (db != NULL);
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_string (data, size);
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) error = NULL;

  if (!kefu_json_scan ((const char *) data, size))
    return 0;
  FUZZ_CHECK (kefu_db_int (db, 0, "SELECT json_valid(?)", "s", text) == 1);
  /* wherever a member is looked for */
  g_free (kefu_db_text (db, "SELECT group_concat(fullkey || type) FROM json_tree(?1)", "s", text));
  g_free (kefu_db_text (db, "SELECT json_extract(?1, '$.a.b[1].c')", "s", text));
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, (gssize) size, &error))
    g_error ("%s", error->message);
  return 0;
}
