/* SPDX-License-Identifier: GPL-3.0-or-later
 * A batch of the feed becomes rows, and rows become JSON again. */
#include "config.h"

#include <string.h>

#include "entity-fixture.h"

#define CUSTOMER_ID "01890000-0000-7000-8000-000000000001"
#define MESSAGE_ID "01890000-0000-7000-8000-000000000002"

typedef struct
{
  KefuDb *db;
  GPtrArray *told; /* "kind id" in the order they were told */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->db = entity_db_new ();
  self->told = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->told);
  kefu_db_close (self->db);
}

static void
changed_cb (const char *kind, const char *id, gpointer user_data)
{
  Fixture *self = user_data;

  g_ptr_array_add (self->told, g_strdup_printf ("%s %s", kind, id));
}

static void
apply (Fixture *self, const char *json)
{
  g_autoptr (GError) error = NULL;

  g_ptr_array_set_size (self->told, 0);
  g_assert_true (kefu_entity_apply_changes (self->db, json, changed_cb, self, &error));
  g_assert_no_error (error);
}

/* The told ones, joined with commas. */
static char *
told (Fixture *self)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (self->told, NULL);
  joined = g_strjoinv (",", (char **) self->told->pdata);
  g_ptr_array_set_size (self->told, (int) self->told->len - 1);
  return g_steal_pointer (&joined);
}

static void
refuse (Fixture *self, const char *json, const char *named)
{
  g_autoptr (GError) error = NULL;
  int before = sqlite3_total_changes (kefu_db_handle (self->db));

  g_assert_false (kefu_entity_apply_changes (self->db, json, changed_cb, self, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, named));
  g_assert_cmpint (sqlite3_total_changes (kefu_db_handle (self->db)), ==, before);
}

static void
assert_entity (Fixture *self, const char *kind, const char *id, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = kefu_entity_to_json (self->db, kind, id, &error);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) expected_node = json_from_string (expected, NULL);

  g_assert_no_error (error);
  g_assert_nonnull (json);
  g_assert_nonnull (expected_node);
  node = json_from_string (json, NULL);
  if (!json_node_equal (node, expected_node))
    g_error ("%s\nis not\n%s", json, expected);
}

static void
test_every_column_is_a_field (Fixture *self, gconstpointer data)
{
  const char *const *kinds = kefu_entity_kinds ();

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      const char *table = kefu_entity_table (kinds[i]);
      g_autofree char *insert = NULL;
      g_autofree char *json = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (KefuStmt) columns = NULL;

      /* NOT NULL columns without a default get something to hold. */
      g_autoptr (KefuStmt) required =
        kefu_db_query (self->db, NULL,
                       "SELECT name FROM pragma_table_info(?1) WHERE \"notnull\" AND dflt_value IS NULL", "s", table);
      g_autoptr (GString) names = g_string_new ("id");
      g_autoptr (GString) values = g_string_new ("'x'");

      while (kefu_stmt_step (required, NULL))
        {
          g_string_append_printf (names, ", %s", kefu_stmt_text (required, 0));
          g_string_append (values, ", 1");
        }
      insert = g_strdup_printf ("INSERT INTO %s(%s) VALUES(%s)", table, names->str, values->str);
      g_assert_true (kefu_db_exec (self->db, insert, NULL));
      json = kefu_entity_to_json (self->db, kinds[i], "x", NULL);
      node = json_from_string (json, NULL);

      columns =
        kefu_db_query (self->db, NULL, "SELECT name FROM pragma_table_info(?1) WHERE name <> 'extra'", "s", table);
      while (kefu_stmt_step (columns, NULL))
        if (!json_object_has_member (json_node_get_object (node), kefu_stmt_text (columns, 0)))
          g_error ("%s.%s is not a field", table, kefu_stmt_text (columns, 0));
    }
}

static void
test_a_put_becomes_a_row_and_json_again (Fixture *self, gconstpointer data)
{
  g_autofree char *list = NULL;

  apply (self, "[{\"seq\":4,\"kind\":\"message\",\"id\":\"" MESSAGE_ID
               "\",\"op\":\"put\",\"body\":{\"id\":\"" MESSAGE_ID "\","
               "\"rev\":4,\"conversation_id\":\"c\",\"mseq\":1,\"kind\":\"image\",\"dir\":\"in\",\"body\":\"\","
               "\"data\":{\"sha256\":\"ab\",\"width\":2},\"sent_at\":1700000000000,\"recalled\":true}},"
               "{\"seq\":3,\"kind\":\"customer\",\"id\":\"" CUSTOMER_ID
               "\",\"op\":\"put\",\"body\":{\"id\":\"" CUSTOMER_ID "\","
               "\"rev\":3,\"name\":\"张晓雨\",\"tags\":[\"老客\",\"送礼\"]}}]");
  list = told (self);
  g_assert_cmpstr (list, ==, "customer " CUSTOMER_ID ",message " MESSAGE_ID);
  assert_entity (
    self, "message", MESSAGE_ID,
    "{\"id\":\"" MESSAGE_ID "\",\"rev\":4,\"conversation_id\":\"c\",\"mseq\":1,\"kind\":\"image\",\"dir\":\"in\","
    "\"author_id\":null,\"body\":\"\",\"data\":{\"sha256\":\"ab\",\"width\":2},\"quote_id\":null,\"in_no\":0,"
    "\"sent_at\":1700000000000,\"delivery\":\"\",\"delivery_reason\":\"\",\"recalled\":true}");
  assert_entity (
    self, "customer", CUSTOMER_ID,
    "{\"kind\":\"customer\",\"id\":\"" CUSTOMER_ID "\",\"rev\":3,\"name\":\"张晓雨\",\"level\":\"\",\"gender\":\"\","
    "\"region\":\"\",\"phone\":\"\",\"address\":\"\",\"birthday\":\"\",\"since\":null,\"tags\":[\"老客\",\"送礼\"],"
    "\"notes\":\"\",\"good_reviews\":0,\"bad_reviews\":0}");
  g_assert_null (kefu_entity_to_json (self->db, "customer", "nobody", NULL));
}

#define PUT_AGENT(rev, rest)                                                                                           \
  "[{\"seq\":" rev ",\"kind\":\"agent\",\"id\":\"a1\",\"op\":\"put\",\"body\":{\"id\":\"a1\",\"rev\":" rev "," rest    \
  "}}]"
#define AGENT(rev, rest)                                                                                               \
  "{\"kind\":\"agent\",\"id\":\"a1\",\"rev\":" rev ",\"login\":null,\"role\":\"agent\",\"disabled\":false," rest "}"

static void
test_unknown_fields_survive_a_round_trip (Fixture *self, gconstpointer data)
{
  apply (self, PUT_AGENT ("5", "\"name\":\"阿杰\",\"mood\":null,\"shift\":{\"from\":null,\"days\":[1,2]}"));
  assert_entity (self, "agent", "a1",
                 AGENT ("5", "\"name\":\"阿杰\",\"mood\":null,\"shift\":{\"from\":null,\"days\":[1,2]}"));
  /* And go when the server no longer names them. */
  apply (self, PUT_AGENT ("6", "\"name\":\"阿杰\""));
  assert_entity (self, "agent", "a1", AGENT ("6", "\"name\":\"阿杰\""));
}

static void
test_a_lower_or_equal_rev_loses (Fixture *self, gconstpointer data)
{
  apply (self, PUT_AGENT ("5", "\"name\":\"new\""));
  g_assert_cmpuint (self->told->len, ==, 1);
  apply (self, PUT_AGENT ("4", "\"name\":\"old\""));
  g_assert_cmpuint (self->told->len, ==, 0);
  apply (self, PUT_AGENT ("5", "\"name\":\"same\""));
  g_assert_cmpuint (self->told->len, ==, 0);
  assert_entity (self, "agent", "a1", AGENT ("5", "\"name\":\"new\""));
}

static void
test_the_seq_stands_in_for_a_missing_rev (Fixture *self, gconstpointer data)
{
  apply (self, "[{\"seq\":9,\"kind\":\"agent\",\"id\":\"a1\",\"op\":\"put\",\"body\":{\"name\":\"x\"}}]");
  assert_entity (self, "agent", "a1", AGENT ("9", "\"name\":\"x\""));
}

static void
test_a_delete_removes_what_is_older (Fixture *self, gconstpointer data)
{
  apply (self, PUT_AGENT ("5", "\"name\":\"x\""));
  apply (self, "[{\"seq\":4,\"kind\":\"agent\",\"id\":\"a1\",\"op\":\"del\"}]");
  g_assert_cmpuint (self->told->len, ==, 0);
  assert_entity (self, "agent", "a1", AGENT ("5", "\"name\":\"x\""));
  apply (self, "[{\"seq\":6,\"kind\":\"agent\",\"id\":\"a1\",\"op\":\"del\"}]");
  g_assert_cmpuint (self->told->len, ==, 1);
  g_assert_null (kefu_entity_to_json (self->db, "agent", "a1", NULL));
  apply (self, "[{\"seq\":6,\"kind\":\"agent\",\"id\":\"a1\",\"op\":\"del\"}]");
  g_assert_cmpuint (self->told->len, ==, 0);
}

static void
test_an_order_lives_in_the_table_orders (Fixture *self, gconstpointer data)
{
  g_assert_cmpstr (kefu_entity_table ("order"), ==, "orders");
  apply (self,
         "[{\"seq\":1,\"kind\":\"order\",\"id\":\"o1\",\"op\":\"put\",\"body\":{\"id\":\"o1\",\"rev\":1,\"customer_"
         "id\":\"c\","
         "\"number\":\"88\",\"state\":\"paid\",\"placed_at\":5,\"items\":[{\"title\":\"表\",\"qty\":1}],\"flag\":0}}]");
  g_assert_cmpint (kefu_db_int (self->db, 0, "SELECT count(*) FROM orders WHERE json_array_length(items) = 1", ""), ==,
                   1);
  g_assert_cmpint (kefu_db_int (self->db, -1, "SELECT flag FROM orders", ""), ==, 0);
}

static void
test_an_unknown_kind_is_kept_whole (Fixture *self, gconstpointer data)
{
  g_autofree char *list = NULL;

  g_assert_null (kefu_entity_table ("label"));
  apply (self, "[{\"seq\":7,\"kind\":\"label\",\"id\":\"l1\",\"op\":\"put\",\"body\":{\"id\":\"l1\",\"rev\":7,\"name\":"
               "\"急\",\"x\":null}}]");
  list = told (self);
  g_assert_cmpstr (list, ==, "label l1");
  assert_entity (self, "label", "l1", "{\"kind\":\"label\",\"id\":\"l1\",\"rev\":7,\"name\":\"急\",\"x\":null}");
  g_assert_true (kefu_entity_set_rev (self->db, "label", "l1", 8, NULL));
  apply (self, "[{\"seq\":7,\"kind\":\"label\",\"id\":\"l1\",\"op\":\"put\",\"body\":{\"id\":\"l1\",\"rev\":7}}]");
  assert_entity (self, "label", "l1", "{\"kind\":\"label\",\"id\":\"l1\",\"rev\":8,\"name\":\"急\",\"x\":null}");
  apply (self, "[{\"seq\":9,\"kind\":\"label\",\"id\":\"l1\",\"op\":\"del\"}]");
  g_assert_null (kefu_entity_to_json (self->db, "label", "l1", NULL));
}

static void
test_a_bad_batch_is_refused_whole_and_named (Fixture *self, gconstpointer data)
{
#define GOOD "{\"seq\":1,\"kind\":\"agent\",\"id\":\"a1\",\"op\":\"put\",\"body\":{\"name\":\"x\"}},"
  refuse (self, "rubbish", "changes");
  refuse (self, "{}", "changes");
  refuse (self, "[\"\xff\"]", "changes");
  refuse (self, "[" GOOD "7]", "changes[1]");
  refuse (self, "[" GOOD "\"x\"]", "changes[1]");
  refuse (self, "[" GOOD "{\"seq\":2,\"id\":\"a2\",\"op\":\"put\",\"body\":{}}]", "kind");
  refuse (self, "[" GOOD "{\"seq\":2,\"kind\":\"agent\",\"id\":7,\"op\":\"put\",\"body\":{}}]", "id");
  refuse (self, "[" GOOD "{\"seq\":2,\"kind\":\"agent\",\"id\":\"a2\",\"op\":\"patch\",\"body\":{}}]", "op");
  refuse (self, "[" GOOD "{\"seq\":\"2\",\"kind\":\"agent\",\"id\":\"a2\",\"op\":\"put\",\"body\":{}}]", "seq");
  refuse (self, "[" GOOD "{\"seq\":2,\"kind\":\"agent\",\"id\":\"a2\",\"op\":\"put\"}]", "agent a2: body");
  refuse (self, "[" GOOD "{\"seq\":2,\"kind\":\"agent\",\"id\":\"a2\",\"op\":\"put\",\"body\":[]}]", "agent a2: body");
  refuse (self,
          "[" GOOD
          "{\"seq\":2,\"kind\":\"agent\",\"id\":\"a2\",\"op\":\"put\",\"body\":{\"id\":\"a3\",\"name\":\"x\"}}]",
          "agent a2: id");
  refuse (self, "[" GOOD "{\"seq\":2,\"kind\":\"customer\",\"id\":\"c2\",\"op\":\"put\",\"body\":{\"name\":null}}]",
          "customer c2: name");
  refuse (self, "[" GOOD "{\"seq\":2,\"kind\":\"customer\",\"id\":\"c2\",\"op\":\"put\",\"body\":{\"name\":{}}}]",
          "customer c2: name");
  refuse (self, "[" GOOD "{\"seq\":2,\"kind\":\"label\",\"id\":\"l2\",\"op\":\"put\",\"body\":3}]", "l2: body");
#undef GOOD
  g_assert_cmpuint (self->told->len, ==, 0);
}

static void
test_a_value_of_another_type_is_made_to_fit (Fixture *self, gconstpointer data)
{
  apply (self,
         "[{\"seq\":1,\"kind\":\"customer\",\"id\":\"c1\",\"op\":\"put\",\"body\":{\"name\":\"x\",\"tags\":\"no list\","
         "\"since\":\"never\",\"good_reviews\":\"3\"}}]");
  g_assert_cmpint (kefu_db_int (self->db, -1,
                                "SELECT typeof(since) = 'integer' AND good_reviews = 3 AND tags = '[]' FROM customer",
                                ""),
                   ==, 1);
}

static void
test_an_identity_made_anew_takes_the_key_over (Fixture *self, gconstpointer data)
{
#define IDENTITY(seq, id)                                                                                              \
  "{\"seq\":" seq ",\"kind\":\"identity\",\"id\":\"" id                                                                \
  "\",\"op\":\"put\",\"body\":{\"customer_id\":\"c\",\"channel_id\":\"ch\","                                           \
  "\"key\":\"buyer\"}}"
  apply (self, "[" IDENTITY ("1", "i1") "]");
  apply (self, "[{\"seq\":2,\"kind\":\"identity\",\"id\":\"i1\",\"op\":\"del\"}," IDENTITY ("3", "i2") "]");
  g_assert_cmpint (kefu_db_int (self->db, -1, "SELECT count(*) FROM identity WHERE id = 'i2'", ""), ==, 1);
  g_assert_cmpint (kefu_db_int (self->db, -1, "SELECT count(*) FROM identity", ""), ==, 1);
}

static void
test_restore_puts_back_whatever_rev_is_there (Fixture *self, gconstpointer data)
{
  g_autofree char *saved = NULL;
  g_autoptr (GError) error = NULL;

  apply (self, PUT_AGENT ("5", "\"name\":\"server\",\"x\":[null]"));
  saved = kefu_entity_to_json (self->db, "agent", "a1", NULL);
  g_assert_true (kefu_db_exec (self->db, "UPDATE agent SET name = 'mine', rev = 99, extra = NULL", NULL));
  g_assert_true (kefu_entity_restore (self->db, "agent", "a1", saved, &error));
  g_assert_no_error (error);
  assert_entity (self, "agent", "a1", AGENT ("5", "\"name\":\"server\",\"x\":[null]"));

  g_assert_true (kefu_entity_restore (self->db, "agent", "a1", NULL, &error));
  g_assert_null (kefu_entity_to_json (self->db, "agent", "a1", NULL));
  g_assert_false (kefu_entity_restore (self->db, "agent", "a1", "{}", &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (kefu_entity_restore (self->db, "agent", "a1", "{", &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);

  g_assert_true (
    kefu_entity_restore (self->db, "case", "k1", "{\"kind\":\"case\",\"id\":\"k1\",\"rev\":3,\"y\":1}", NULL));
  assert_entity (self, "case", "k1", "{\"kind\":\"case\",\"id\":\"k1\",\"rev\":3,\"y\":1}");
  g_assert_true (kefu_entity_restore (self->db, "case", "k1", NULL, NULL));
  g_assert_null (kefu_entity_to_json (self->db, "case", "k1", NULL));
}

static void
test_a_thousand_messages_take_milliseconds (Fixture *self, gconstpointer data)
{
  const int n_batches = g_test_perf () ? 50 : 2;
  gint64 spent = 0;

  for (int batch = 0; batch < n_batches; batch++)
    {
      g_autoptr (GString) json = g_string_new ("[");
      gint64 start;

      for (int i = 0; i < 1000; i++)
        {
          int seq = batch * 1000 + i + 1;

          g_string_append_printf (
            json,
            "%s{\"seq\":%d,\"kind\":\"message\",\"id\":\"01890000-0000-7000-8000-%012d\",\"op\":\"put\",\"body\":{"
            "\"id\":\"01890000-0000-7000-8000-%012d\",\"rev\":%d,\"conversation_id\":\"01890000-0000-7000-8000-%012d\","
            "\"mseq\":%d,\"kind\":\"text\",\"dir\":\"in\",\"body\":\"您好，在吗？我的手表到哪了，单号是 "
            "%d\",\"sent_at\":%d}}",
            i > 0 ? "," : "", seq, seq, seq, seq, seq % 300, seq, seq, seq);
        }
      g_string_append_c (json, ']');
      start = g_get_monotonic_time ();
      g_assert_true (kefu_db_begin (self->db, NULL));
      apply (self, json->str);
      g_assert_true (kefu_db_commit (self->db, NULL));
      spent += g_get_monotonic_time () - start;
      g_assert_cmpuint (self->told->len, ==, 1000);
    }
  g_test_message ("%.0f rows/s", n_batches * 1000 / (spent / 1e6));
  g_assert_cmpint (spent / n_batches, <, 2 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/entity/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("every-column-is-a-field", test_every_column_is_a_field);
  ADD ("a-put-becomes-a-row-and-json-again", test_a_put_becomes_a_row_and_json_again);
  ADD ("unknown-fields-survive-a-round-trip", test_unknown_fields_survive_a_round_trip);
  ADD ("a-lower-or-equal-rev-loses", test_a_lower_or_equal_rev_loses);
  ADD ("the-seq-stands-in-for-a-missing-rev", test_the_seq_stands_in_for_a_missing_rev);
  ADD ("a-delete-removes-what-is-older", test_a_delete_removes_what_is_older);
  ADD ("an-order-lives-in-the-table-orders", test_an_order_lives_in_the_table_orders);
  ADD ("an-unknown-kind-is-kept-whole", test_an_unknown_kind_is_kept_whole);
  ADD ("a-bad-batch-is-refused-whole-and-named", test_a_bad_batch_is_refused_whole_and_named);
  ADD ("a-value-of-another-type-is-made-to-fit", test_a_value_of_another_type_is_made_to_fit);
  ADD ("an-identity-made-anew-takes-the-key-over", test_an_identity_made_anew_takes_the_key_over);
  ADD ("restore-puts-back-whatever-rev-is-there", test_restore_puts_back_whatever_rev_is_there);
  ADD ("a-thousand-messages-take-milliseconds", test_a_thousand_messages_take_milliseconds);
#undef ADD
  return g_test_run ();
}
