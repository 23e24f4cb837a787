/* SPDX-License-Identifier: GPL-3.0-or-later
 * A database with the tables of the entities. */
#include "config.h"

#include "entity-fixture.h"

KefuDb *
entity_db_new (void)
{
  g_autoptr (GError) error = NULL;
  KefuDb *db;

  kefu_model_init ();
  db = kefu_db_open (":memory:", KEFU_DB_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (kefu_db_migrate (db, KEFU_ENTITY_SQL, &error));
  g_assert_no_error (error);
  return db;
}
