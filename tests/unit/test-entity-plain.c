/* SPDX-License-Identifier: GPL-3.0-or-later
 * The short way from JSON to rows ends where the long one does. */
#include "config.h"

#include "entity-fixture.h"

/* Values as a server may send them, for a column of any type; what is wrong is not among them. */
static const char *
random_value (GRand *chance, const char *type, gboolean required)
{
  static const char *const texts[] = { "\"\"",          "\"a\"",
                                       "\"您好\"",      "\"a\\\"b\\\\c\\n\"",
                                       "\"\\u4f60!\"",  "\"\\ud83d\\ude00\"",
                                       "\"it's 'so'\"", "\"[1, 2]\"" };
  static const char *const numbers[] = { "0", "1", "-7", "1718172300000", "999999999999999999" };
  static const char *const arrays[] = { "[]", "[\"a b\",1]", "[{\"x\":null,\"y\":\"\\\"]\"}]" };
  static const char *const objects[] = { "{}", "{\"a\":{\"b\":[1,2.5,true]}}", "{\"name\":\"a b.pdf\",\"size\":5}" };

  if (!required && g_rand_int_range (chance, 0, 6) == 0)
    return "null";
  if (g_str_equal (type, "text"))
    return texts[g_rand_int_range (chance, 0, G_N_ELEMENTS (texts))];
  if (g_str_equal (type, "bool"))
    return g_rand_boolean (chance) ? "true" : "false";
  if (g_str_equal (type, "array"))
    return arrays[g_rand_int_range (chance, 0, G_N_ELEMENTS (arrays))];
  if (g_str_equal (type, "object"))
    return objects[g_rand_int_range (chance, 0, G_N_ELEMENTS (objects))];
  return numbers[g_rand_int_range (chance, 0, G_N_ELEMENTS (numbers))];
}

static const struct
{
  const char *kind;
  const char *name;
  const char *type;
  gboolean required;
} fields[] = {
  { "customer", "name", "text", TRUE },
  { "customer", "phone", "text", FALSE },
  { "customer", "since", "int", FALSE },
  { "customer", "tags", "array", FALSE },
  { "customer", "good_reviews", "int", FALSE },
  { "message", "conversation_id", "text", TRUE },
  { "message", "mseq", "int", TRUE },
  { "message", "kind", "text", FALSE },
  { "message", "dir", "text", TRUE },
  { "message", "author_id", "text", FALSE },
  { "message", "body", "text", FALSE },
  { "message", "data", "object", FALSE },
  { "message", "sent_at", "int", TRUE },
  { "message", "recalled", "bool", FALSE },
  { "channel", "type", "text", TRUE },
  { "channel", "name", "text", TRUE },
  { "channel", "max_len", "int", FALSE },
  { "channel", "disabled", "bool", FALSE },
  { "order", "customer_id", "text", TRUE },
  { "order", "number", "text", TRUE },
  { "order", "state", "text", TRUE },
  { "order", "placed_at", "int", TRUE },
  { "order", "items", "array", FALSE },
  { "order", "currency", "text", FALSE },
  { "order", "flag", "int", FALSE },
};

static char *
random_change (GRand *chance, gint64 seq)
{
  static const char *const kinds[] = { "customer", "message", "channel", "order" };
  const char *kind = kinds[g_rand_int_range (chance, 0, G_N_ELEMENTS (kinds))];
  int id = g_rand_int_range (chance, 0, 12);
  g_autoptr (GString) body = g_string_new ("{");
  guint start = (guint) g_rand_int_range (chance, 0, G_N_ELEMENTS (fields));

  if (g_rand_boolean (chance))
    g_string_append_printf (body, "\"id\":\"%s-%d\"", kind, id);
  if (g_rand_boolean (chance))
    g_string_append_printf (body, "%s\"rev\":%d", body->len > 1 ? "," : "", g_rand_int_range (chance, 1, 100));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      guint n = (start + i) % G_N_ELEMENTS (fields);

      if (!g_str_equal (fields[n].kind, kind) || (!fields[n].required && g_rand_int_range (chance, 0, 4) == 0))
        continue;
      g_string_append_printf (body, "%s\"%s\":%s", body->len > 1 ? "," : "", fields[n].name,
                              random_value (chance, fields[n].type, fields[n].required));
    }
  return g_strdup_printf ("{\"kind\":\"%s\",\"id\":\"%s-%d\",\"seq\":%" G_GINT64_FORMAT ",\"op\":\"put\",\"body\":%s}}",
                          kind, kind, id, seq, body->str);
}

static void
told_cb (const char *kind, const char *id, gpointer user_data)
{
  g_string_append_printf (user_data, "%s %s\n", kind, id);
}

static void
apply (KefuDb *db, const char *json, GString *told)
{
  g_autoptr (GError) error = NULL;

  kefu_entity_apply_changes (db, json, told_cb, told, &error);
  g_assert_no_error (error);
}

/* All rows of @table that were not put for their strangeness, messages in the order of their keys. */
static char *
dump (KefuDb *db, const char *table)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT * FROM %s WHERE id <> 'z' ORDER BY %s", table,
                     g_str_equal (table, "message") || g_str_equal (table, "orders") ? "rowid" : "id");
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, NULL, sql, "");
  int n_columns = (int) kefu_db_int (db, 0, "SELECT count(*) FROM pragma_table_info(?)", "s", table);
  GString *out = g_string_new (NULL);

  while (kefu_stmt_step (stmt, NULL))
    for (int i = 0; i < n_columns; i++)
      g_string_append_printf (out, "%s|", kefu_stmt_is_null (stmt, i) ? "NULL" : kefu_stmt_text (stmt, i));
  return g_string_free (out, FALSE);
}

static void
test_both_ways_end_equal (void)
{
  static const char *const tables[] = { "customer", "message", "channel", "orders" };
  /* One of each kind with a member that is not known: none of its kind goes the short way then. */
  static const char strange[] =
    "{\"kind\":\"customer\",\"id\":\"z\",\"seq\":1,\"op\":\"put\",\"body\":{\"name\":\"z\",\"new\":1}},"
    "{\"kind\":\"channel\",\"id\":\"z\",\"seq\":1,\"op\":\"put\",\"body\":{\"type\":\"qq\",\"name\":\"z\",\"new\":1}},"
    "{\"kind\":\"order\",\"id\":\"z\",\"seq\":1,\"op\":\"put\",\"body\":{\"customer_id\":\"z\",\"number\":\"1\","
    "\"state\":\"paid\",\"placed_at\":1,\"new\":1}},"
    "{\"kind\":\"message\",\"id\":\"z\",\"seq\":1,\"op\":\"put\",\"body\":{\"conversation_id\":\"z\",\"mseq\":1,"
    "\"dir\":\"in\",\"sent_at\":999999999999999999,\"new\":1}}";
  g_autoptr (GRand) chance = g_rand_new_with_seed (11);

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (KefuDb) quick = entity_db_new ();
      g_autoptr (KefuDb) slow = entity_db_new ();
      gint64 seq = 1;

      for (guint batch = 0; batch < 4; batch++)
        {
          g_autoptr (GString) json = g_string_new ("[");
          g_autoptr (GString) both = g_string_new (NULL);
          g_autoptr (GString) told_quick = g_string_new (NULL);
          g_autoptr (GString) told_slow = g_string_new (NULL);

          for (guint i = 0; i < 30; i++)
            {
              g_autofree char *change = random_change (chance, ++seq);

              g_string_append_printf (json, "%s%s", i > 0 ? "," : "", change);
            }
          g_string_append_c (json, ']');
          g_string_append_printf (both, "%.*s,%s]", (int) json->len - 1, json->str, strange);
          apply (quick, json->str, told_quick);
          if (batch == 0)
            {
              g_autofree char *alone = g_strdup_printf ("[%s]", strange);

              apply (quick, alone, told_quick);
            }
          apply (slow, both->str, told_slow);
          if (batch > 0)
            g_assert_cmpstr (told_quick->str, ==, told_slow->str);
        }
      for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        {
          g_autofree char *one = dump (quick, tables[i]);
          g_autofree char *other = dump (slow, tables[i]);

          g_assert_cmpstr (one, ==, other);
        }
    }
}

static void
test_what_is_not_plain_is_stored_all_the_same (void)
{
  static const char *const bodies[] = {
    "{\"name\":5}",
    "{\"name\":\"a\",\"good_reviews\":\"7\"}",
    "{\"name\":\"a\",\"good_reviews\":7.9}",
    "{\"name\":\"a\",\"good_reviews\":99999999999999999999}",
    "{\"name\":\"a\",\"tags\":{\"x\":1}}",
    "{\"name\":\"a\",\"tags\":[ 1, 2 ]}",
    "{\"name\":\"a\",\"name\":\"b\"}",
    "{\"name\":\"a\",\"level\":true}",
    "{\"name\":\"a\",\"id\":\"\\u0063\"}",
    "{\"name\":\"a\",\"tomorrow\":{\"x\":[]}}",
  };
  static const gboolean refused[] = { TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (KefuDb) db = entity_db_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *json =
        g_strdup_printf ("[{\"seq\":1,\"kind\":\"customer\",\"id\":\"ok\",\"op\":\"put\",\"body\":{\"name\":\"ok\"}},"
                         "{\"seq\":2,\"kind\":\"customer\",\"id\":\"c\",\"op\":\"put\",\"body\":%s}]",
                         bodies[i]);
      gboolean done = kefu_entity_apply_changes (db, json, NULL, NULL, &error);

      g_test_message ("%s: %s", bodies[i], error != NULL ? error->message : "stored");
      g_assert_cmpint (done, ==, !refused[i]);
      g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM customer", ""), ==, refused[i] ? 0 : 2);
      g_assert_cmpint (kefu_db_int (db, -1,
                                    "SELECT count(*) FROM customer WHERE typeof(good_reviews) <> 'integer' OR"
                                    " NOT json_valid(tags)",
                                    ""),
                       ==, 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/entity-plain/both-ways-end-equal", test_both_ways_end_equal);
  g_test_add_func ("/entity-plain/what-is-not-plain-is-stored-all-the-same",
                   test_what_is_not_plain_is_stored_all_the_same);
  return g_test_run ();
}
