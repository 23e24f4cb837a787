/* SPDX-License-Identifier: GPL-3.0-or-later
 * Operations of desks with any arguments: refused by the name of an argument or applied, never a fault of the database. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "ops-fixture.h"

static Ops ops;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_begin ();
  ops_set_up (&ops, NULL);
  return 0;
}

static void
apply (KefuDb *db, gboolean authoritative, const char *type, JsonObject *args, gint64 if_rev)
{
  g_autoptr (GError) error = NULL;
  KefuOpContext context;
  gint64 before;

  kefu_op_context_init (&context, db, authoritative, NOW, "lin");
  FUZZ_CHECK (kefu_db_begin (db, NULL));
  before = sqlite3_total_changes (kefu_db_handle (db));
  switch (kefu_op_apply (&context, type, args, if_rev, &error))
    {
    case KEFU_OP_APPLIED:
      FUZZ_CHECK (error == NULL);
      break;
    case KEFU_OP_CONFLICT:
    case KEFU_OP_REJECTED:
      FUZZ_CHECK (error != NULL && g_utf8_validate (error->message, -1, NULL));
      FUZZ_CHECK (sqlite3_total_changes (kefu_db_handle (db)) == before);
      break;
    case KEFU_OP_FAILED:
    default:
      g_error ("%s: %s", type, error->message);
    }
  kefu_db_rollback (db);
  kefu_op_context_clear (&context);
}

/* The input: the type, a line break, the arguments. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  g_autoptr (JsonNode) node = NULL;

  if (g_strv_length (lines) < 2)
    return 0;
  /* json-glib alone takes more than JSON, and is not made for any depth: SQLite looks first, as in the server. */
  if (kefu_db_int (ops.server, 0, "SELECT json_valid(?)", "s", lines[1]) != 1)
    return 0;
  node = json_from_string (lines[1], NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return 0;
  apply (ops.server, TRUE, lines[0], json_node_get_object (node), (gint64) (size % 3));
  apply (ops.desk, FALSE, lines[0], json_node_get_object (node), (gint64) (size % 3));
  return 0;
}
