/* SPDX-License-Identifier: GPL-3.0-or-later
 * What agents do arrives once, in order, or is refused by name. */
#include "config.h"

#include <string.h>

#include "net-fixture.h"

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, FALSE);
  net_customer_writes (fixture, "e1", "k1", "在吗？");
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

static char *
conversation_id (NetFixture *fixture)
{
  return net_sql (fixture, "SELECT id FROM conversation");
}

/* (transfer full): arguments of message.send. */
static char *
send_args (NetFixture *fixture, const char *id, const char *text)
{
  g_autofree char *conversation = conversation_id (fixture);

  return g_strdup_printf (
    "{\"id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"text\",\"body\":\"%s\",\"at\":%" G_GINT64_FORMAT "}", id,
    conversation, text, net_now (fixture));
}

static const char *
status_of (JsonObject *result)
{
  return json_object_get_string_member (result, "status");
}

static const char *
code_of (JsonObject *result)
{
  return json_object_get_string_member (json_object_get_object_member (result, "error"), "code");
}

static void
test_applied_with_rev_seq_entity (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *id = net_id ();
  g_autofree char *args = send_args (fixture, id, "在的亲");
  g_autoptr (JsonObject) result = net_op (fixture, op_id, "message.send", args);
  JsonObject *entity = json_object_get_object_member (result, "entity");

  g_assert_cmpstr (status_of (result), ==, "applied");
  g_assert_cmpstr (json_object_get_string_member (entity, "id"), ==, id);
  g_assert_cmpint (json_object_get_int_member (entity, "rev"), ==, json_object_get_int_member (result, "rev"));
  g_assert_cmpint (json_object_get_int_member (result, "seq"), ==,
                   net_sql_int (fixture, "SELECT max(seq) FROM change"));
  g_assert_cmpint (json_object_get_int_member (result, "seq"), >=, json_object_get_int_member (result, "rev"));
  /* A channel with nothing behind it: said is sent. */
  g_assert_cmpstr (json_object_get_string_member (entity, "delivery"), ==, "sent");
}

static void
test_same_op_has_one_effect (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *id = net_id ();
  g_autofree char *args = send_args (fixture, id, "在的亲");
  g_autoptr (JsonObject) first = net_op (fixture, op_id, "message.send", args);
  g_autofree char *digest = net_digest (fixture);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (JsonObject) again = net_op (fixture, op_id, "message.send", args);
      g_autofree char *after = net_digest (fixture);

      g_assert_cmpstr (status_of (again), ==, "duplicate");
      g_assert_cmpint (json_object_get_int_member (again, "seq"), ==, json_object_get_int_member (first, "seq"));
      g_assert_cmpstr (after, ==, digest);
    }
}

static void
test_order_of_members_does_not_matter (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *conversation = conversation_id (fixture);
  g_autofree char *one = g_strdup_printf ("{\"conversation_id\":\"%s\",\"mseq\":1,\"in_no\":1}", conversation);
  g_autofree char *two = g_strdup_printf ("{\"in_no\":1, \"mseq\":1,\"conversation_id\":\"%s\"}", conversation);
  g_autoptr (JsonObject) first = net_op (fixture, op_id, "conversation.read", one);
  g_autoptr (JsonObject) second = net_op (fixture, op_id, "conversation.read", two);

  g_assert_cmpstr (status_of (first), ==, "applied");
  g_assert_cmpstr (status_of (second), ==, "duplicate");
}

static void
test_op_id_with_other_args_is_refused (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *id = net_id ();
  g_autofree char *one = send_args (fixture, id, "一");
  g_autofree char *two = send_args (fixture, id, "二");
  g_autoptr (JsonObject) first = net_op (fixture, op_id, "message.send", one);
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (JsonObject) second = net_op (fixture, op_id, "message.send", two);
  g_autofree char *after = net_digest (fixture);

  g_assert_cmpstr (status_of (first), ==, "applied");
  g_assert_cmpstr (status_of (second), ==, "rejected");
  g_assert_cmpstr (code_of (second), ==, "op_reused");
  g_assert_cmpstr (after, ==, digest);
}

static void
test_unknown_and_server_ops_are_rejected (NetFixture *fixture, gconstpointer data)
{
  static const char *const types[] = { "coffee.make", "channel.message", "channel.order", "message.delivery" };
  g_autofree char *digest = net_digest (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *op_id = net_id ();
      g_autoptr (JsonObject) result = net_op (fixture, op_id, types[i], "{}");
      g_autofree char *after = net_digest (fixture);

      g_assert_cmpstr (status_of (result), ==, "rejected");
      g_assert_cmpstr (after, ==, digest);
    }
}

static void
test_rejected_does_not_stop_the_next (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *a = net_id ();
  g_autofree char *b = net_id ();
  g_autofree char *id = net_id ();
  g_autofree char *args = send_args (fixture, id, "好的");
  g_autofree char *body = g_strdup_printf ("{\"ops\":[{\"op_id\":\"%s\",\"type\":\"message.send\",\"args\":{}},{\"op_"
                                           "id\":\"%s\",\"type\":\"message.send\",\"args\":%s}]}",
                                           a, b, args);
  g_autoptr (NetAnswer) answer = net_call_signed_in (fixture, "POST", "/v1/ops", body);
  JsonArray *results = json_object_get_array_member (json_node_get_object (answer->json), "results");

  g_assert_cmpstr (status_of (json_array_get_object_element (results, 0)), ==, "rejected");
  g_assert_cmpstr (status_of (json_array_get_object_element (results, 1)), ==, "applied");
}

static void
test_two_agents_never_both_win (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *a = net_id ();
  g_autofree char *b = net_id ();
  g_autofree char *conversation = conversation_id (fixture);
  g_autofree char *args =
    g_strdup_printf ("{\"conversation_id\":\"%s\",\"assignee_id\":\"%s\",\"expect_assignee\":null}", conversation,
                     fixture->agent_id);
  g_autofree char *other =
    g_strdup_printf ("{\"conversation_id\":\"%s\",\"assignee_id\":null,\"expect_assignee\":null}", conversation);
  g_autoptr (JsonObject) first = net_op (fixture, a, "conversation.claim", args);
  g_autoptr (JsonObject) second = net_op (fixture, b, "conversation.claim", other);

  g_assert_cmpstr (status_of (first), ==, "applied");
  g_assert_cmpstr (status_of (second), ==, "conflict");
  /* The loser is told how it stands. */
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (second, "entity"), "assignee_id"), ==,
                   fixture->agent_id);
}

static void
test_missing_blob (NetFixture *fixture, gconstpointer data)
{
  static const char text[] = "Rechnung";
  g_autofree char *op_id = net_id ();
  g_autofree char *id = net_id ();
  g_autofree char *conversation = conversation_id (fixture);
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *args =
    g_strdup_printf ("{\"id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"file\",\"body\":\"\",\"attachment\":"
                     "{\"sha256\":\"%s\",\"mime\":\"application/pdf\",\"name\":\"a.pdf\",\"size\":1}}",
                     id, conversation, sha256);
  g_autofree char *path = g_strconcat ("/v1/blobs/", sha256, NULL);
  g_autofree char *before = net_digest (fixture);
  g_autoptr (JsonObject) refused = net_op (fixture, op_id, "message.send", args);
  g_autofree char *after = net_digest (fixture);
  g_autoptr (NetAnswer) put = NULL;
  g_autoptr (JsonObject) taken = NULL;
  g_autofree char *stored = NULL;

  g_assert_cmpstr (status_of (refused), ==, "rejected");
  g_assert_cmpstr (code_of (refused), ==, "blob_missing");
  g_assert_cmpstr (after, ==, before);

  /* The same operation again, once the file is there; what it is, the server has seen. */
  put = net_call_signed_in (fixture, "PUT", path, text);
  g_assert_cmpuint (put->status, ==, 201);
  taken = net_op (fixture, op_id, "message.send", args);
  g_assert_cmpstr (status_of (taken), ==, "applied");
  stored = net_sql (fixture, "SELECT (data->>'$.mime')||(data->>'$.size') FROM message WHERE kind = 'file'");
  g_assert_cmpstr (stored, ==, "text/plain8");
}

static void
test_reveal_is_recorded (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *customer = net_sql (fixture, "SELECT id FROM customer");
  g_autofree char *args = g_strdup_printf ("{\"customer_id\":\"%s\",\"field\":\"phone\",\"how\":\"copy\"}", customer);
  g_autoptr (JsonObject) result = net_op (fixture, op_id, "customer.reveal", args);

  g_assert_cmpstr (status_of (result), ==, "applied");
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM audit WHERE what = 'customer.reveal'"), ==, 1);
}

static void
test_wrong_shapes_change_nothing (NetFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *body;
    guint status;
    const char *field;
  } cases[] = {
    { "nonsense", 400, "" },
    { "{}", 422, "ops" },
    { "{\"ops\":{}}", 422, "ops" },
    { "{\"ops\":[7]}", 422, "ops[0]" },
    { "{\"ops\":[{\"op_id\":\"x\",\"type\":\"a\",\"args\":{}}]}", 422, "ops[0].op_id" },
    { "{\"ops\":[{\"op_id\":\"0190b1d0-0000-7000-8000-000000000001\",\"args\":{}}]}", 422, "ops[0].type" },
    { "{\"ops\":[{\"op_id\":\"0190b1d0-0000-7000-8000-000000000001\",\"type\":\"a\",\"args\":[]}]}", 422,
      "ops[0].args" },
    { "{\"ops\":[{\"op_id\":\"0190b1d0-0000-7000-8000-000000000001\",\"type\":\"a\",\"args\":{},\"if_rev\":\"1\"}]}",
      422, "ops[0].if_rev" },
  };
  g_autofree char *digest = net_digest (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NetAnswer) answer = net_call_signed_in (fixture, "POST", "/v1/ops", cases[i].body);
      g_autofree char *after = net_digest (fixture);

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpstr (net_error_field (answer), ==, cases[i].field);
      g_assert_cmpstr (after, ==, digest);
    }
}

static void
test_more_than_a_hundred (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) body = g_string_new ("{\"ops\":[");
  g_autoptr (NetAnswer) answer = NULL;

  for (guint i = 0; i < 101; i++)
    {
      g_autofree char *op_id = net_id ();

      g_string_append_printf (body, "%s{\"op_id\":\"%s\",\"type\":\"x\",\"args\":{}}", i > 0 ? "," : "", op_id);
    }
  g_string_append (body, "]}");
  answer = net_call_signed_in (fixture, "POST", "/v1/ops", body->str);
  g_assert_cmpuint (answer->status, ==, 422);
}

static void
test_restart_keeps_ops (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *id = net_id ();
  g_autofree char *args = send_args (fixture, id, "在的亲");
  g_autoptr (JsonObject) first = net_op (fixture, op_id, "message.send", args);
  g_autoptr (JsonObject) again = NULL;

  net_restart (fixture);
  again = net_op (fixture, op_id, "message.send", args);
  g_assert_cmpstr (status_of (again), ==, "duplicate");
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM message WHERE dir = 'out'"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/ops/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("applied-with-rev-seq-and-entity", test_applied_with_rev_seq_entity);
  ADD ("same-op-has-one-effect", test_same_op_has_one_effect);
  ADD ("order-of-members-does-not-matter", test_order_of_members_does_not_matter);
  ADD ("op-id-with-other-args-is-refused", test_op_id_with_other_args_is_refused);
  ADD ("unknown-and-server-ops-are-rejected", test_unknown_and_server_ops_are_rejected);
  ADD ("rejected-does-not-stop-the-next", test_rejected_does_not_stop_the_next);
  ADD ("two-agents-never-both-win", test_two_agents_never_both_win);
  ADD ("missing-blob-is-rejected", test_missing_blob);
  ADD ("reveal-is-recorded", test_reveal_is_recorded);
  ADD ("wrong-shapes-change-nothing", test_wrong_shapes_change_nothing);
  ADD ("more-than-a-hundred-are-refused", test_more_than_a_hundred);
  ADD ("restart-keeps-ops", test_restart_keeps_ops);
  return g_test_run ();
}
