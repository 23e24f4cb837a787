/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a channel posts: a body is refused by the name of a field, or applied; the database itself never fails over it. */
#include "config.h"

#include <glib/gstdio.h>

#include "fuzz.h"
#include "kefu-inbound.h"
#include "kefu-json.h"
#include "kefu-storage.h"

#define NOW G_GINT64_CONSTANT (1800000000000)

static KefuDb *db;
static KefuBlobStore *blobs;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autofree char *dir = g_dir_make_tmp ("kefu-fuzz-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuWrite) write = NULL;

  fuzz_begin ();
  db = kefu_storage_open_db (dir, &error);
  if (db == NULL)
    g_error ("%s", error->message);
  blobs = kefu_blob_store_open (dir, NULL);
  write = kefu_write_begin (db, NOW, NULL);
  FUZZ_CHECK (kefu_write_put (write, "channel", "{\"id\":\"ch\",\"type\":\"wangwang\",\"name\":\"旺旺\"}", NULL));
  FUZZ_CHECK (kefu_write_commit (write, NULL));
  /* Nothing is committed from here on: no input depends on the one before it. */
  FUZZ_CHECK (kefu_db_exec (db, "PRAGMA synchronous = OFF", NULL));
  return 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autofree char *field = NULL;
  g_autoptr (JsonNode) body = kefu_json_parse (bytes, &error);
  g_autoptr (JsonNode) results = NULL;
  g_autoptr (KefuWrite) write = NULL;

  if (body == NULL)
    {
      FUZZ_CHECK (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID));
      return 0;
    }
  if (!JSON_NODE_HOLDS_OBJECT (body))
    return 0;
  if (!kefu_inbound_check (body, NOW, &field, &error))
    {
      FUZZ_CHECK (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID) && field != NULL);
      return 0;
    }
  write = kefu_write_begin (db, NOW, &error);
  FUZZ_CHECK (write != NULL);
  results = kefu_inbound_apply (write, blobs, "ch", body, &field, &error);
  if (results == NULL)
    {
      if (!g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID))
        g_error ("%s: %s", field, error->message);
      return 0;
    }
  if (kefu_write_assign_revs (write, &error) < 0)
    g_error ("%s", error->message);
  FUZZ_CHECK (json_array_get_length (json_node_get_array (results)) ==
              json_array_get_length (json_object_get_array_member (json_node_get_object (body), "events")));
  return 0;
}
