/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files of customers and channels: what they become, and what is given back to whom. */
#include "config.h"

#include <string.h>

#include "kefu-signature.h"
#include "net-fixture.h"

#define PDF "%PDF-1.4 an invoice"
#define HTML "<html><script>alert(1)</script></html>"
#define AMR "#!AMR\n0123456789"

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

/* Posts one message of customer "k" with the one part. */
static NetAnswer *
post_part (NetFixture *fixture, const char *part)
{
  g_autofree char *id = net_id ();
  g_autofree char *body =
    g_strdup_printf ("{\"events\":[{\"id\":\"%s\",\"type\":\"message\",\"sent_at\":%" G_GINT64_FORMAT
                     ",\"conversation\":{\"key\":\"k\"},\"sender\":{\"key\":\"k\"},\"parts\":[%s]}]}",
                     id, net_now (fixture), part);

  return net_inbound (fixture, body);
}

static void
assert_becomes (NetFixture *fixture,
                const char *type,
                const char *content,
                const char *name,
                const char *rest,
                const char *expected)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) content, strlen (content));
  g_autofree char *part =
    g_strdup_printf ("{\"type\":\"%s\",\"data\":\"%s\",\"name\":\"%s\"%s}", type, base64, name, rest);
  g_autoptr (NetAnswer) answer = post_part (fixture, part);
  g_autofree char *stored = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  stored = net_sql (fixture, "SELECT kind||'|'||(data->>'$.mime')||'|'||coalesce(data->>'$.name','')||'|'||"
                             "coalesce(data->>'$.seconds','') FROM message ORDER BY mseq DESC LIMIT 1");
  g_assert_cmpstr (stored, ==, expected);
}

static void
test_what_it_is_goes_by_the_bytes (NetFixture *fixture, gconstpointer data)
{
  assert_becomes (fixture, "file", "%PDF-1.4 x", "发票.pdf", "", "file|application/pdf|发票.pdf|");
  assert_becomes (fixture, "voice", AMR, "", ",\"seconds\":6", "voice|audio/amr||6");
  assert_becomes (fixture, "image", "GIF89a..", "a.gif", ",\"seconds\":6", "image|image/gif|a.gif|");
  assert_becomes (fixture, "image", HTML, "a.png", "", "file|application/octet-stream|a.png|");
  assert_becomes (fixture, "voice", HTML, "a.amr", ",\"seconds\":6", "file|application/octet-stream|a.amr|");
}

static void
test_names_are_only_shown (NetFixture *fixture, gconstpointer data)
{
  assert_becomes (fixture, "file", "x1", "../../etc/passwd", "", "file|text/plain|passwd|");
  assert_becomes (fixture, "file", "x2", "a\\n.exe", "", "file|text/plain|a.exe|");
  assert_becomes (fixture, "file", "x3", "photo\\u202egpj.exe", "", "file|text/plain|photogpj.exe|");
  assert_becomes (fixture, "file", "x4", "C:\\\\x\\\\y.bat", "", "file|text/plain|y.bat|");
  assert_becomes (fixture, "file", "x5", "..", "", "file|text/plain|file|");
}

/* --- a channel's own calls --- */

static NetAnswer *
channel_call (NetFixture *fixture,
              const char *method,
              const char *sha256,
              const char *body,
              const char *secret,
              const char *signed_line)
{
  g_autofree char *path = g_strdup_printf ("/v1/channels/%s/blobs/%s", fixture->channel_id, sha256);
  g_autofree char *line = signed_line != NULL ? g_strdup (signed_line) : g_strdup_printf ("%s %s", method, path);
  g_autoptr (GBytes) line_bytes = g_bytes_new (line, strlen (line));
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
  gint64 now_s = net_now (fixture) / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *signature = kefu_signature_make (secret != NULL ? secret : fixture->secret, now_s, line_bytes);
  const char *headers[] = { "Kefu-Timestamp", timestamp, "Kefu-Signature", signature, NULL };

  return net_call (fixture, method, path, bytes, headers);
}

static guint
channel_status (NetFixture *fixture, const char *method, const char *sha256, const char *body)
{
  g_autoptr (NetAnswer) answer = channel_call (fixture, method, sha256, body, NULL, NULL);

  return answer->status;
}

static char *
sha256_of (const char *text)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static void
agent_puts (NetFixture *fixture, const char *text)
{
  g_autofree char *sha256 = sha256_of (text);
  g_autofree char *path = g_strconcat ("/v1/blobs/", sha256, NULL);
  g_autoptr (NetAnswer) answer = net_call_signed_in (fixture, "PUT", path, text);

  g_assert_cmpuint (answer->status, ==, 201);
}

static NetAnswer *
post_by_hash (NetFixture *fixture, const char *sha256)
{
  g_autofree char *part = g_strdup_printf ("{\"type\":\"file\",\"sha256\":\"%s\",\"name\":\"a.pdf\"}", sha256);

  return post_part (fixture, part);
}

static void
test_a_channel_brings_a_file_and_names_it (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = sha256_of (PDF);
  g_autoptr (NetAnswer) early = post_by_hash (fixture, sha256);
  g_autoptr (NetAnswer) named = NULL;
  g_autoptr (NetAnswer) get = NULL;
  g_autofree char *stored = NULL;

  g_assert_cmpuint (early->status, ==, 422);
  g_assert_cmpstr (net_error_field (early), ==, "events[0].parts[0].sha256");
  g_assert_cmpuint (channel_status (fixture, "HEAD", sha256, NULL), ==, 404);
  g_assert_cmpuint (channel_status (fixture, "PUT", sha256, PDF), ==, 201);
  g_assert_cmpuint (channel_status (fixture, "PUT", sha256, PDF), ==, 200);
  g_assert_cmpuint (channel_status (fixture, "HEAD", sha256, NULL), ==, 200);
  named = post_by_hash (fixture, sha256);
  g_assert_cmpuint (named->status, ==, 200);
  stored = net_sql (fixture, "SELECT kind||'|'||(data->>'$.mime')||'|'||(data->>'$.size') FROM message");
  g_assert_cmpstr (stored, ==, "file|application/pdf|19");
  get = channel_call (fixture, "GET", sha256, NULL, NULL, NULL);
  g_assert_cmpuint (get->status, ==, 200);
  g_assert_cmpstr (get->text, ==, PDF);
  g_assert_cmpstr (get->disposition, ==, "attachment");
}

static void
test_only_the_channel_itself_may_call (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = sha256_of (PDF);
  g_autofree char *other = g_strdup_printf ("GET /v1/channels/%s/blobs/%s", fixture->channel_id, sha256);
  g_autofree char *path = g_strdup (other + strlen ("GET "));
  g_autofree char *digest = net_digest (fixture);
  g_autofree char *after = NULL;
  g_autoptr (NetAnswer) unsigned_put = net_call_signed_in (fixture, "PUT", path, PDF);
  g_autoptr (NetAnswer) wrong_secret = channel_call (fixture, "PUT", sha256, PDF, "wrong", NULL);
  /* A signature to fetch is none to bring. */
  g_autoptr (NetAnswer) wrong_line = channel_call (fixture, "PUT", sha256, PDF, NULL, other);

  g_assert_cmpuint (unsigned_put->status, ==, 401);
  g_assert_cmpuint (wrong_secret->status, ==, 401);
  g_assert_cmpuint (wrong_line->status, ==, 401);
  after = net_digest (fixture);
  g_assert_cmpstr (after, ==, digest);
}

/* Neither fetched, nor named, nor found out about: a file of the workspace that this channel has nothing to do with. */
static void
test_a_foreign_file_is_not_there (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = sha256_of (PDF);
  g_autoptr (NetAnswer) named = NULL;

  agent_puts (fixture, PDF);
  g_assert_cmpuint (channel_status (fixture, "GET", sha256, NULL), ==, 404);
  g_assert_cmpuint (channel_status (fixture, "HEAD", sha256, NULL), ==, 404);
  named = post_by_hash (fixture, sha256);
  g_assert_cmpuint (named->status, ==, 422);
  /* Its hash alone is not the file. */
  g_assert_cmpuint (channel_status (fixture, "PUT", sha256, "something else"), ==, 422);
  g_assert_cmpuint (channel_status (fixture, "GET", sha256, NULL), ==, 404);
  g_assert_cmpuint (channel_status (fixture, "PUT", sha256, PDF), ==, 200);
  g_assert_cmpuint (channel_status (fixture, "GET", sha256, NULL), ==, 200);
}

/* --- from the agent to the channel --- */

static void
far_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  char **posted = user_data;

  g_free (*posted);
  *posted = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  soup_server_message_set_status (message, 200, NULL);
}

static gboolean
set_url (KefuWrite *write, gpointer user_data, GError **error)
{
  gpointer *both = user_data;

  return kefu_channel_set_url (write, ((NetFixture *) both[0])->channel_id, both[1], error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = kefu_server_write_finish (KEFU_SERVER (source), result, NULL);
}

static void
test_an_agents_file_reaches_the_channel (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (SoupServer) far = soup_server_new (NULL, NULL);
  g_autofree char *url = NULL;
  g_autofree char *posted = NULL;
  g_autofree char *conversation = NULL;
  g_autofree char *id = net_id ();
  g_autofree char *op_id = net_id ();
  g_autofree char *sha256 = sha256_of (PDF);
  g_autofree char *args = NULL;
  g_autoptr (JsonObject) result = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (NetAnswer) get = NULL;
  g_autoslist (GUri) uris = NULL;
  JsonObject *message, *attachment;
  gboolean done = FALSE;
  gpointer both[2] = { fixture, NULL };

  soup_server_add_handler (far, NULL, far_cb, &posted, NULL);
  g_assert_true (soup_server_listen_local (far, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (far);
  url = g_uri_to_string (uris->data);
  both[1] = url;
  kefu_server_write_async (fixture->server, set_url, both, NULL, NULL, written_cb, &done);
  NET_WAIT_UNTIL (done);

  net_customer_writes (fixture, "e1", "k", "发票呢");
  conversation = net_sql (fixture, "SELECT id FROM conversation");
  agent_puts (fixture, PDF);
  g_assert_cmpuint (channel_status (fixture, "GET", sha256, NULL), ==, 404);
  args =
    g_strdup_printf ("{\"id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"file\",\"body\":\"请查收\",\"attachment\":"
                     "{\"sha256\":\"%s\",\"mime\":\"x/y\",\"name\":\"/tmp/发票.pdf\",\"size\":1}}",
                     id, conversation, sha256);
  result = net_op (fixture, op_id, "message.send", args);
  g_assert_cmpstr (json_object_get_string_member (result, "status"), ==, "applied");
  NET_WAIT_UNTIL (posted != NULL);

  node = json_from_string (posted, NULL);
  message = json_object_get_object_member (json_node_get_object (node), "message");
  g_assert_cmpstr (json_object_get_string_member (message, "kind"), ==, "file");
  g_assert_cmpstr (json_object_get_string_member (message, "text"), ==, "请查收");
  attachment = json_object_get_object_member (message, "attachment");
  g_assert_cmpstr (json_object_get_string_member (attachment, "sha256"), ==, sha256);
  g_assert_cmpstr (json_object_get_string_member (attachment, "mime"), ==, "application/pdf");
  g_assert_cmpstr (json_object_get_string_member (attachment, "name"), ==, "发票.pdf");
  g_assert_cmpint (json_object_get_int_member (attachment, "size"), ==, 19);
  g_assert_false (json_object_has_member (attachment, "width"));
  get = channel_call (fixture, "GET", sha256, NULL, NULL, NULL);
  g_assert_cmpuint (get->status, ==, 200);
  g_assert_cmpstr (get->text, ==, PDF);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT count(*) FROM outbound") == 0);
  soup_server_disconnect (far);
}

/* What a channel had of an older server it still may fetch. */
static void
test_older_files_stay_the_channels (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = sha256_of (PDF);

  assert_becomes (fixture, "file", PDF, "a.pdf", "", "file|application/pdf|a.pdf|");
  net_exec (fixture, "DROP TABLE channel_blob; DROP INDEX op_done_at; DROP INDEX inbound_seen_at;"
                     "UPDATE meta SET value = 2 WHERE key = 'server_version'");
  net_restart (fixture);
  g_assert_cmpuint (channel_status (fixture, "GET", sha256, NULL), ==, 200);
}

/* Who guesses keeps the server busy for a minute at most; the answer for the channel itself is not final. */
static void
test_wrong_signatures_are_counted (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *sha256 = sha256_of ("x");
  guint n_wrong = 0;
  guint status = 0;

  while (n_wrong < 100 && status != 503)
    {
      g_autoptr (NetAnswer) answer =
        channel_call (fixture, n_wrong % 2 == 0 ? "PUT" : "GET", sha256, n_wrong % 2 == 0 ? "x" : NULL, "no", NULL);

      status = answer->status;
      if (status == 503)
        g_assert_nonnull (answer->retry_after);
      else if (status != 429)
        g_assert_cmpuint (status, ==, 401);
      n_wrong++;
    }
  g_assert_cmpuint (n_wrong, ==, 21);
  g_assert_cmpuint (channel_status (fixture, "PUT", sha256, "x"), ==, 503);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/files/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("what-it-is-goes-by-the-bytes", test_what_it_is_goes_by_the_bytes);
  ADD ("names-are-only-shown", test_names_are_only_shown);
  ADD ("a-channel-brings-a-file-and-names-it", test_a_channel_brings_a_file_and_names_it);
  ADD ("only-the-channel-itself-may-call", test_only_the_channel_itself_may_call);
  ADD ("a-foreign-file-is-not-there", test_a_foreign_file_is_not_there);
  ADD ("an-agents-file-reaches-the-channel", test_an_agents_file_reaches_the_channel);
  ADD ("older-files-stay-the-channels", test_older_files_stay_the_channels);
  ADD ("wrong-signatures-are-counted", test_wrong_signatures_are_counted);
#undef ADD
  return g_test_run ();
}
