/* SPDX-License-Identifier: GPL-3.0-or-later
 * Signed events of channels: stored once, or refused by name with nothing stored. */
#include "config.h"

#include <string.h>

#include "kefu-signature.h"
#include "net-fixture.h"

/* A PNG of one pixel. */
#define PNG_BASE64 "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, FALSE);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

static NetAnswer *
post (NetFixture *fixture, const char *channel_id, const char *secret, gint64 timestamp_s, GBytes *body)
{
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, timestamp_s);
  g_autofree char *signature = kefu_signature_make (secret, timestamp_s, body);
  g_autofree char *path = g_strdup_printf ("/v1/channels/%s/inbound", channel_id);
  const char *headers[] = { "Kefu-Timestamp", timestamp, "Kefu-Signature", signature, NULL };

  return net_call (fixture, "POST", path, body, headers);
}

/* (transfer full): an event of @type with @rest of its members. */
static char *
event (NetFixture *fixture, const char *id, const char *type, const char *rest)
{
  return g_strdup_printf ("{\"events\":[{\"id\":\"%s\",\"type\":\"%s\",\"sent_at\":%" G_GINT64_FORMAT ",%s}]}", id,
                          type, net_now (fixture), rest);
}

static NetAnswer *
post_event (NetFixture *fixture, const char *id, const char *type, const char *rest)
{
  g_autofree char *body = event (fixture, id, type, rest);

  return net_inbound (fixture, body);
}

static void
assert_refused (NetFixture *fixture, NetAnswer *answer, guint status, const char *field, const char *digest)
{
  g_autofree char *after = net_digest (fixture);

  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (net_error_code (answer), !=, "");
  if (field != NULL)
    g_assert_cmpstr (net_error_field (answer), ==, field);
  g_assert_cmpstr (after, ==, digest);
}

static void
test_message_makes_customer_and_conversation (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  net_customer_writes (fixture, "e1", "k1", "在吗？");
  name = net_sql (fixture, "SELECT name FROM customer");
  text = net_sql (fixture, "SELECT body FROM message WHERE dir = 'in'");
  g_assert_cmpstr (name, ==, "客户 k1");
  g_assert_cmpstr (text, ==, "在吗？");
  g_assert_cmpint (net_sql_int (fixture, "SELECT in_count FROM conversation"), ==, 1);
  g_assert_cmpint (
    net_sql_int (fixture, "SELECT count(*) FROM change WHERE kind IN ('customer','identity','conversation','message')"),
    ==, 4);
}

static void
test_repeat_is_duplicate (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *body = net_message (fixture, "e1", "k1", "在吗？");
  g_autoptr (NetAnswer) first = net_inbound (fixture, body);
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) second = net_inbound (fixture, body);
  g_autofree char *after = net_digest (fixture);

  g_assert_cmpstr (first->text, ==, "{\"results\":[{\"id\":\"e1\",\"status\":\"stored\"}]}");
  g_assert_cmpstr (second->text, ==, "{\"results\":[{\"id\":\"e1\",\"status\":\"duplicate\"}]}");
  g_assert_cmpstr (after, ==, digest);
}

static void
test_wrong_signature (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *text = net_message (fixture, "e1", "k1", "在吗？");
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autofree char *path = g_strdup_printf ("/v1/channels/%s/inbound", fixture->channel_id);
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) wrong = post (fixture, fixture->channel_id, "another secret", net_now (fixture) / 1000, body);
  g_autoptr (NetAnswer) none = net_call (fixture, "POST", path, body, NULL);

  assert_refused (fixture, wrong, 401, NULL, digest);
  assert_refused (fixture, none, 401, NULL, digest);
}

static void
test_stale_timestamp (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *text = net_message (fixture, "e1", "k1", "在吗？");
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autofree char *digest = net_digest (fixture);
  gint64 now_s = net_now (fixture) / 1000;
  g_autoptr (NetAnswer) early = post (fixture, fixture->channel_id, fixture->secret, now_s - 310, body);
  g_autoptr (NetAnswer) late = post (fixture, fixture->channel_id, fixture->secret, now_s + 310, body);
  g_autoptr (NetAnswer) near = NULL;

  assert_refused (fixture, early, 401, NULL, digest);
  assert_refused (fixture, late, 401, NULL, digest);
  near = post (fixture, fixture->channel_id, fixture->secret, now_s - 290, body);
  g_assert_cmpuint (near->status, ==, 200);
}

static void
test_unknown_channel (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *text = net_message (fixture, "e1", "k1", "在吗？");
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) answer = post (fixture, "nope", fixture->secret, net_now (fixture) / 1000, body);

  assert_refused (fixture, answer, 404, NULL, digest);
}

static void
test_not_json (NetFixture *fixture, gconstpointer data)
{
  static const char *const bodies[] = {
    "", "hello", "{\"events\":[}", "/* a */ {\"events\":[]}", "[1]", "{\"events\":[]} x", "null"
  };
  g_autofree char *digest = net_digest (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (NetAnswer) answer = net_inbound (fixture, bodies[i]);

      g_test_message ("%s", bodies[i]);
      assert_refused (fixture, answer, 400, NULL, digest);
    }
}

static void
test_deep_json (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *body = g_strnfill (500000, '[');
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) answer = net_inbound (fixture, body);

  assert_refused (fixture, answer, 400, NULL, digest);
}

static void
test_invalid_utf8 (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *body = net_message (fixture, "e1", "k1", "\xb0\xa1 GBK");
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) answer = net_inbound (fixture, body);

  assert_refused (fixture, answer, 400, NULL, digest);
}

static void
test_two_mebibytes (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (2 * 1024 * 1024, 'a');
  g_autofree char *body = net_message (fixture, "e1", "k1", text);
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) answer = net_inbound (fixture, body);
  g_autoptr (NetAnswer) after = NULL;

  assert_refused (fixture, answer, 413, NULL, digest);
  after = net_call (fixture, "GET", "/v1/info", NULL, NULL);
  g_assert_cmpuint (after->status, ==, 200);
}

static void
test_wrong_fields_are_named (NetFixture *fixture, gconstpointer data)
{
#define WHO "\"conversation\":{\"key\":\"k\"},\"sender\":{\"key\":\"k\"},"
  static const struct
  {
    const char *type;
    const char *rest;
    const char *field;
  } cases[] = {
    { "message", "\"sender\":{\"key\":\"k\"},\"parts\":[{\"type\":\"text\",\"text\":\"x\"}]",
      "events[0].conversation" },
    { "message", "\"conversation\":{},\"sender\":{\"key\":\"k\"},\"parts\":[]", "events[0].conversation.key" },
    { "message", "\"conversation\":{\"key\":\"k\"},\"sender\":{\"key\":7},\"parts\":[]", "events[0].sender.key" },
    { "message", WHO "\"x\":1", "events[0].parts" },
    { "message", WHO "\"parts\":[]", "events[0].parts" },
    { "message", WHO "\"parts\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\"}]", "events[0].parts[1].text" },
    { "message", WHO "\"parts\":[{\"type\":\"smell\"}]", "events[0].parts[0].type" },
    { "message", WHO "\"parts\":[7]", "events[0].parts[0]" },
    { "message", WHO "\"parts\":[{\"type\":\"image\"}]", "events[0].parts[0].data" },
    { "message", WHO "\"parts\":[{\"type\":\"image\",\"data\":\"%%%\"}]", "events[0].parts[0].data" },
    { "message", WHO "\"parts\":[{\"type\":\"file\",\"data\":\"\"}]", "events[0].parts[0].data" },
    { "message", WHO "\"parts\":[{\"type\":\"voice\",\"data\":\"eA==\",\"seconds\":-1}]",
      "events[0].parts[0].seconds" },
    { "message", WHO "\"parts\":[{\"type\":\"image\",\"sha256\":\"../../etc/passwd\"}]", "events[0].parts[0].sha256" },
    { "message",
      WHO "\"parts\":[{\"type\":\"image\",\"sha256\":"
          "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]",
      "events[0].parts[0].sha256" },
    { "smoke", WHO "\"parts\":[]", "events[0].type" },
    { "edit", "\"text\":\"x\"", "events[0].target" },
    { "read", "\"x\":1", "events[0].conversation" },
    { "order", "\"sender\":{\"key\":\"k\"}", "events[0].order" },
    { "order", "\"sender\":{\"key\":\"k\"},\"order\":{\"number\":\"1\",\"placed_at\":1,\"state\":\"lost\"}",
      "events[0].order.state" },
    { "order",
      "\"sender\":{\"key\":\"k\"},\"order\":{\"number\":\"1\",\"placed_at\":1,\"state\":\"paid\",\"items\":[{\"qty\":1}"
      "]}",
      "events[0].order.items[0].title" },
    { "customer", "\"sender\":{\"key\":\"k\"},\"customer\":{\"gender\":\"x\"}", "events[0].customer.gender" },
    { "review", WHO "\"review\":{\"score\":6}", "events[0].review.score" },
    { "call", WHO "\"call\":{\"seconds\":3}", "events[0].call.missed" },
  };
#undef WHO
  g_autofree char *digest = net_digest (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NetAnswer) answer = post_event (fixture, "e1", cases[i].type, cases[i].rest);

      g_test_message ("%s %s: %s", cases[i].type, cases[i].rest, answer->text);
      assert_refused (fixture, answer, 422, cases[i].field, digest);
    }
}

static void
test_one_bad_event_refuses_all (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *body = g_strdup_printf (
    "{\"events\":[{\"id\":\"a\",\"type\":\"message\",\"sent_at\":%" G_GINT64_FORMAT ",\"conversation\":{\"key\":\"k\"},"
    "\"sender\":{\"key\":\"k\"},\"parts\":[{\"type\":\"text\",\"text\":\"x\"}]},{\"id\":\"b\",\"type\":\"read\"}]}",
    net_now (fixture));
  g_autofree char *digest = net_digest (fixture);
  g_autoptr (NetAnswer) answer = net_inbound (fixture, body);

  assert_refused (fixture, answer, 422, "events[1].sent_at", digest);
}

static void
test_image_becomes_blob (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetAnswer) answer =
    post_event (fixture, "e1", "message",
                "\"conversation\":{\"key\":\"k\"},\"sender\":{\"key\":\"k\"},\"parts\":[{\"type\":\"image\","
                "\"name\":\"../../x.html\",\"data\":\"" PNG_BASE64 "\"},{\"type\":\"text\",\"text\":\"看\"}]");
  g_autofree char *sha256 = NULL;
  g_autofree char *path = NULL;
  g_autoptr (NetAnswer) blob = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  sha256 = net_sql (fixture, "SELECT json_extract(data, '$.sha256') FROM message WHERE kind = 'image'");
  path = g_strdup_printf ("/v1/blobs/%s", sha256);
  blob = net_call_signed_in (fixture, "GET", path, NULL);
  g_assert_cmpuint (blob->status, ==, 200);
  g_assert_cmpstr (blob->content_type, ==, "image/png");
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM message WHERE dir = 'in'"), ==, 2);
  g_assert_cmpint (net_sql_int (fixture, "SELECT json_extract(data, '$.size') FROM message WHERE kind = 'image'"), ==,
                   (gint64) blob->length);
}

static void
test_edit_and_recall (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetAnswer) edit = NULL;
  g_autoptr (NetAnswer) recall = NULL;
  g_autoptr (NetAnswer) unknown = NULL;
  g_autofree char *text = NULL;

  net_customer_writes (fixture, "e1", "k1", "在吗？");
  edit = post_event (fixture, "e2", "edit", "\"target\":\"e1\",\"text\":\"有货吗？\"");
  g_assert_cmpuint (edit->status, ==, 200);
  text = net_sql (fixture, "SELECT body FROM message");
  g_assert_cmpstr (text, ==, "有货吗？");
  recall = post_event (fixture, "e3", "recall", "\"target\":\"e1\"");
  g_assert_cmpuint (recall->status, ==, 200);
  g_assert_cmpint (net_sql_int (fixture, "SELECT recalled FROM message"), ==, 1);
  unknown = post_event (fixture, "e4", "recall", "\"target\":\"e0\"");
  g_assert_cmpuint (unknown->status, ==, 200);
  g_assert_nonnull (strstr (unknown->text, "\"ignored\""));
}

static void
test_customer_and_order (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetAnswer) customer = NULL;
  g_autoptr (NetAnswer) order = NULL;
  g_autoptr (NetAnswer) again = NULL;
  g_autofree char *level = NULL;
  g_autofree char *state = NULL;

  net_customer_writes (fixture, "e1", "k1", "在吗？");
  customer = post_event (fixture, "e2", "customer",
                         "\"sender\":{\"key\":\"k1\"},\"customer\":{\"level\":\"VIP 3\",\"tags\":[\"老客\"]}");
  order = post_event (
    fixture, "e3", "order",
    "\"sender\":{\"key\":\"k1\"},\"order\":{\"number\":\"N1\",\"placed_at\":1717200000000,\"state\":\"paid\",\"items\":"
    "[{\"title\":\"表带\",\"qty\":1,\"price_minor\":13480}],\"paid_minor\":13480,\"evil\":1}");
  again = post_event (
    fixture, "e4", "order",
    "\"sender\":{\"key\":\"k1\"},\"order\":{\"number\":\"N1\",\"placed_at\":1717200000000,\"state\":\"shipped\"}");
  g_assert_cmpuint (customer->status, ==, 200);
  g_assert_cmpuint (order->status, ==, 200);
  g_assert_cmpuint (again->status, ==, 200);
  level = net_sql (fixture, "SELECT level FROM customer");
  g_assert_cmpstr (level, ==, "VIP 3");
  g_assert_cmpint (net_sql_int (fixture, "SELECT count(*) FROM orders"), ==, 1);
  state = net_sql (fixture, "SELECT state FROM orders WHERE paid_minor = 13480");
  g_assert_cmpstr (state, ==, "shipped");
}

static gboolean
rotate (KefuWrite *write, gpointer user_data, GError **error)
{
  NetFixture *fixture = user_data;

  g_free (fixture->secret);
  fixture->secret = kefu_channel_rotate (write, fixture->channel_id, error);
  return fixture->secret != NULL;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = kefu_server_write_finish (KEFU_SERVER (source), result, NULL);
}

static void
test_two_secrets_during_rotation (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *old = g_strdup (fixture->secret);
  g_autofree char *text = net_message (fixture, "e2", "k1", "旧");
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (NetAnswer) with_old = NULL;
  g_autoptr (NetAnswer) too_late = NULL;
  gboolean done = FALSE;
  gint64 now_s;

  kefu_server_write_async (fixture->server, rotate, fixture, NULL, NULL, done_cb, &done);
  NET_WAIT_UNTIL (done);
  net_customer_writes (fixture, "e1", "k1", "新");
  with_old = post (fixture, fixture->channel_id, old, net_now (fixture) / 1000, body);
  g_assert_cmpuint (with_old->status, ==, 200);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 25LL * 3600 * 1000);
  now_s = net_now (fixture) / 1000;
  too_late = post (fixture, fixture->channel_id, old, now_s, body);
  g_assert_cmpuint (too_late->status, ==, 401);
}

static void
set_up_fake (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/inbound/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("message-makes-customer-and-conversation", test_message_makes_customer_and_conversation);
  ADD ("repeat-is-duplicate", test_repeat_is_duplicate);
  ADD ("wrong-signature-stores-nothing", test_wrong_signature);
  ADD ("stale-timestamp-stores-nothing", test_stale_timestamp);
  ADD ("unknown-channel-stores-nothing", test_unknown_channel);
  ADD ("not-json-stores-nothing", test_not_json);
  ADD ("deep-json-stores-nothing", test_deep_json);
  ADD ("invalid-utf8-stores-nothing", test_invalid_utf8);
  ADD ("two-mebibytes-store-nothing", test_two_mebibytes);
  ADD ("wrong-fields-are-named-and-store-nothing", test_wrong_fields_are_named);
  ADD ("one-bad-event-refuses-all", test_one_bad_event_refuses_all);
  ADD ("image-becomes-blob", test_image_becomes_blob);
  ADD ("edit-and-recall-find-their-message", test_edit_and_recall);
  ADD ("customer-and-order-update", test_customer_and_order);
  g_test_add ("/net/inbound/two-secrets-during-rotation", NetFixture, NULL, set_up_fake,
              test_two_secrets_during_rotation, tear_down);
  return g_test_run ();
}
