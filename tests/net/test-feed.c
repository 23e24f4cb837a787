/* SPDX-License-Identifier: GPL-3.0-or-later
 * The feed, by request and by stream: everything once, in order, to whom it concerns. */
#include "config.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>

#include "net-fixture.h"

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, FALSE);
}

static void
set_up_fake (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, TRUE);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

static NetAnswer *
sync_as (NetFixture *fixture, const char *token, const char *query)
{
  g_autofree char *path = g_strconcat ("/v1/sync", query, NULL);
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", token);
  const char *headers[] = { "Authorization", bearer, NULL };

  return net_call (fixture, "GET", path, NULL, headers);
}

static NetAnswer *
sync_at (NetFixture *fixture, gint64 seq, guint limit)
{
  g_autofree char *query = g_strdup_printf ("?cursor=%s.%" G_GINT64_FORMAT "&limit=%u", fixture->epoch, seq, limit);

  return sync_as (fixture, fixture->token, query);
}

static gint64
member_int (NetAnswer *answer, const char *member)
{
  return json_object_get_int_member (json_node_get_object (answer->json), member);
}

static JsonArray *
changes_of (NetAnswer *answer)
{
  return json_object_get_array_member (json_node_get_object (answer->json), "changes");
}

static void
write_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  kefu_server_write_finish (KEFU_SERVER (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
write_now (NetFixture *fixture, KefuServerWriteFunc func, gpointer data)
{
  gboolean done = FALSE;

  kefu_server_write_async (fixture->server, func, data, NULL, NULL, write_cb, &done);
  NET_WAIT_UNTIL (done);
}

static gboolean
add_second_agent (KefuWrite *write, gpointer user_data, GError **error)
{
  *(char **) user_data = kefu_agent_add (write, "wang", "王宁", "agent", "right", error);
  return *(char **) user_data != NULL;
}

/* (transfer full): the token of a second agent. */
static char *
second_agent (NetFixture *fixture, char **agent_id)
{
  static const char text[] = "{\"login\":\"wang\",\"password\":\"right\",\"device_id\":\"desk-2\"}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (NetAnswer) answer = NULL;

  write_now (fixture, add_second_agent, agent_id);
  answer = net_call (fixture, "POST", "/v1/session", body, NULL);
  return g_strdup (json_object_get_string_member (json_node_get_object (answer->json), "token"));
}

static void
test_pages_join (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64 seq = 0;
  gint64 last = 0;
  gboolean more = TRUE;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *event_id = g_strdup_printf ("e%u", i);

      net_customer_writes (fixture, event_id, event_id, "在吗？");
    }
  while (more)
    {
      g_autoptr (NetAnswer) page = sync_at (fixture, seq, 7);
      JsonArray *changes = changes_of (page);

      g_assert_cmpuint (page->status, ==, 200);
      g_assert_cmpint (member_int (page, "from"), ==, seq);
      g_assert_cmpuint (json_array_get_length (changes), <=, 7);
      for (guint i = 0; i < json_array_get_length (changes); i++)
        {
          JsonObject *change = json_array_get_object_element (changes, i);

          g_assert_cmpint (json_object_get_int_member (change, "seq"), >, last);
          last = json_object_get_int_member (change, "seq");
          g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (change, "body"), "rev"), ==,
                           last);
          g_assert_true (g_hash_table_add (seen, g_strdup (json_object_get_string_member (change, "id"))));
        }
      seq = member_int (page, "to");
      more = json_object_get_boolean_member (json_node_get_object (page->json), "more");
    }
  /* agent, channel and ten times customer, identity, conversation, message */
  g_assert_cmpuint (g_hash_table_size (seen), ==, 42);
  g_assert_cmpint (seq, ==, net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
}

static void
test_feed_compacts_itself (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetAnswer) page = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *event_id = g_strdup_printf ("e%u", i);

      net_customer_writes (fixture, event_id, "k1", "在吗？");
    }
  /* agent, channel, customer, identity, conversation once, and five messages */
  page = sync_at (fixture, 0, 1000);
  g_assert_cmpuint (json_array_get_length (changes_of (page)), ==, 10);
}

static void
test_cursors (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *past = g_strdup_printf ("?cursor=%s.999999", fixture->epoch);
  const struct
  {
    const char *query;
    guint status;
    const char *code;
  } cases[] = {
    { "?cursor=nonsense", 400, "bad_cursor" },
    { "?cursor=.5", 400, "bad_cursor" },
    { "?cursor=abc.", 400, "bad_cursor" },
    { "?cursor=abc.-1", 400, "bad_cursor" },
    { "?cursor=abc.1x", 400, "bad_cursor" },
    { "?cursor=00000000-0000-4000-8000-000000000000.1", 410, "cursor_gone" },
    { "?cursor=00000000-0000-4000-8000-000000000000.0", 410, "cursor_gone" },
    { past, 410, "cursor_gone" },
    { "?limit=0", 400, "invalid" },
    { "?limit=1001", 400, "invalid" },
    { "?limit=many", 400, "invalid" },
    { "", 200, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NetAnswer) answer = sync_as (fixture, fixture->token, cases[i].query);

      g_test_message ("%s", cases[i].query);
      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_cmpstr (net_error_code (answer), ==, cases[i].code);
    }
}

static gboolean
put_personal (KefuWrite *write, gpointer user_data, GError **error)
{
  NetFixture *fixture = user_data;
  g_autofree char *group = g_strdup_printf (
    "{\"id\":\"0190b1d0-0000-7000-8000-000000000001\",\"name\":\"我的\",\"scope\":\"personal\",\"agent_id\":\"%s\"}",
    fixture->agent_id);
  g_autofree char *phrase =
    g_strdup_printf ("{\"id\":\"0190b1d0-0000-7000-8000-000000000002\",\"group_id\":\"0190b1d0-0000-7000-8000-"
                     "000000000001\",\"body\":\"my secret phrase\",\"scope\":\"personal\",\"agent_id\":\"%s\"}",
                     fixture->agent_id);

  return kefu_write_put (write, "phrase_group", group, error) && kefu_write_put (write, "phrase", phrase, error);
}

static void
test_private_things_stay_private (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *agent_id = NULL;
  g_autofree char *token = second_agent (fixture, &agent_id);
  g_autofree char *conversation = NULL;
  g_autofree char *args = NULL;
  g_autofree char *op_id = net_id ();
  g_autofree char *cursor = NULL;
  g_autoptr (NetReader) reader = NULL;
  g_autoptr (NetAnswer) mine = NULL;
  g_autoptr (NetAnswer) theirs = NULL;
  g_autoptr (JsonObject) result = NULL;
  gint64 head;

  net_customer_writes (fixture, "e1", "k1", "在吗？");
  cursor = g_strdup_printf ("%s.0", fixture->epoch);
  reader = net_reader_new (fixture, token, cursor);
  conversation = net_sql (fixture, "SELECT id FROM conversation");
  args = g_strdup_printf ("{\"conversation_id\":\"%s\",\"mseq\":1,\"in_no\":1}", conversation);
  result = net_op (fixture, op_id, "conversation.read", args);
  g_assert_cmpstr (json_object_get_string_member (result, "status"), ==, "applied");
  write_now (fixture, put_personal, fixture);

  head = net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'");
  mine = sync_at (fixture, 0, 1000);
  theirs = sync_as (fixture, token, "");
  g_assert_nonnull (strstr (mine->text, "my secret phrase"));
  g_assert_nonnull (strstr (mine->text, "\"kind\":\"read\""));
  g_assert_null (strstr (theirs->text, "my secret phrase"));
  g_assert_null (strstr (theirs->text, "\"kind\":\"read\""));
  g_assert_cmpuint (json_array_get_length (changes_of (theirs)) + 3, ==, json_array_get_length (changes_of (mine)));
  /* What was left out still counts as told. */
  g_assert_cmpint (member_int (theirs, "to"), ==, head);
  NET_WAIT_UNTIL (reader->position == head);
  g_assert_cmpuint (net_reader_count (reader, "read"), ==, 0);
  g_assert_false (reader->gap);
  for (guint i = 0; i < reader->changes->len; i++)
    if (g_str_has_prefix (json_object_get_string_member (g_ptr_array_index (reader->changes, i), "kind"), "phrase"))
      g_assert_cmpstr (json_object_get_string_member (g_ptr_array_index (reader->changes, i), "op"), ==, "del");
}

static void
test_history_pages_backwards (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *conversation = NULL;
  g_autofree char *last_path = NULL;
  g_autofree char *first_path = NULL;
  g_autofree char *bad_path = NULL;
  g_autoptr (NetAnswer) last = NULL;
  g_autoptr (NetAnswer) first = NULL;
  g_autoptr (NetAnswer) none = NULL;
  g_autoptr (NetAnswer) bad = NULL;
  JsonArray *messages;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *event_id = g_strdup_printf ("e%u", i);

      net_customer_writes (fixture, event_id, "k1", event_id);
    }
  conversation = net_sql (fixture, "SELECT id FROM conversation");
  last_path = g_strdup_printf ("/v1/conversations/%s/messages?limit=3", conversation);
  last = net_call_signed_in (fixture, "GET", last_path, NULL);
  messages = json_object_get_array_member (json_node_get_object (last->json), "messages");
  g_assert_cmpuint (json_array_get_length (messages), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (messages, 0), "body"), ==, "e2");
  g_assert_true (json_object_get_boolean_member (json_node_get_object (last->json), "more"));
  first_path = g_strdup_printf ("/v1/conversations/%s/messages?limit=3&before=%" G_GINT64_FORMAT, conversation,
                                json_object_get_int_member (json_array_get_object_element (messages, 0), "mseq"));
  first = net_call_signed_in (fixture, "GET", first_path, NULL);
  messages = json_object_get_array_member (json_node_get_object (first->json), "messages");
  g_assert_cmpuint (json_array_get_length (messages), ==, 2);
  g_assert_false (json_object_get_boolean_member (json_node_get_object (first->json), "more"));
  none = net_call_signed_in (fixture, "GET", "/v1/conversations/nope/messages", NULL);
  g_assert_cmpuint (none->status, ==, 404);
  bad_path = g_strdup_printf ("/v1/conversations/%s/messages?limit=500", conversation);
  bad = net_call_signed_in (fixture, "GET", bad_path, NULL);
  g_assert_cmpuint (bad->status, ==, 400);
  g_assert_cmpstr (net_error_field (bad), ==, "limit");
}

static void
test_history_is_found_by_message_and_time (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *conversation = NULL;
  g_autofree char *message = NULL;
  g_autofree char *around = NULL;
  g_autofree char *since = NULL;
  g_autofree char *late = NULL;
  g_autofree char *strange = NULL;
  g_autoptr (NetAnswer) by_message = NULL;
  g_autoptr (NetAnswer) by_time = NULL;
  g_autoptr (NetAnswer) newest = NULL;
  g_autoptr (NetAnswer) none = NULL;
  JsonArray *messages;

  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *event_id = g_strdup_printf ("e%u", i);

      net_customer_writes (fixture, event_id, "k1", event_id);
    }
  net_exec (fixture, "UPDATE message SET sent_at = mseq * 1000");
  conversation = net_sql (fixture, "SELECT id FROM conversation");
  message = net_sql (fixture, "SELECT id FROM message WHERE body = 'e4'");
  around = g_strdup_printf ("/v1/conversations/%s/messages?limit=3&around=%s", conversation, message);
  by_message = net_call_signed_in (fixture, "GET", around, NULL);
  messages = json_object_get_array_member (json_node_get_object (by_message->json), "messages");
  g_assert_cmpuint (json_array_get_length (messages), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (messages, 1), "body"), ==, "e4");
  since = g_strdup_printf ("/v1/conversations/%s/messages?limit=3&since=2500", conversation);
  by_time = net_call_signed_in (fixture, "GET", since, NULL);
  messages = json_object_get_array_member (json_node_get_object (by_time->json), "messages");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (messages, 1), "body"), ==, "e2");
  late = g_strdup_printf ("/v1/conversations/%s/messages?limit=3&since=99999", conversation);
  newest = net_call_signed_in (fixture, "GET", late, NULL);
  messages = json_object_get_array_member (json_node_get_object (newest->json), "messages");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (messages, 2), "body"), ==, "e8");
  strange = g_strdup_printf ("/v1/conversations/%s/messages?around=nope", conversation);
  none = net_call_signed_in (fixture, "GET", strange, NULL);
  g_assert_cmpuint (none->status, ==, 404);
  g_assert_cmpstr (net_error_field (none), ==, "around");
}

static void
test_stream_tells_two_desks (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *agent_id = NULL;
  g_autofree char *token = second_agent (fixture, &agent_id);
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  g_autoptr (NetReader) one = net_reader_new (fixture, fixture->token, cursor);
  g_autoptr (NetReader) two = net_reader_new (fixture, token, cursor);

  g_assert_nonnull (one->connection);
  g_assert_nonnull (two->connection);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *event_id = g_strdup_printf ("e%u", i);

      net_customer_writes (fixture, event_id, "k1", "在吗？");
    }
  NET_WAIT_UNTIL (net_reader_count (one, "message") == 5 && net_reader_count (two, "message") == 5);
  g_assert_false (one->gap);
  g_assert_false (two->gap);
}

static void
test_stream_resumes_at_cursor (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = NULL;
  g_autoptr (NetReader) reader = NULL;

  net_customer_writes (fixture, "e1", "k1", "一");
  cursor = g_strdup_printf ("%s.%" G_GINT64_FORMAT, fixture->epoch,
                            net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
  net_customer_writes (fixture, "e2", "k1", "二");
  reader = net_reader_new (fixture, fixture->token, cursor);
  NET_WAIT_UNTIL (net_reader_count (reader, "message") == 1);
  g_assert_false (reader->gap);
}

static void
test_stream_refuses_before_upgrade (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *good = g_strdup_printf ("%s.0", fixture->epoch);
  const struct
  {
    const char *token;
    const char *cursor;
    guint status;
  } cases[] = {
    { NULL, good, 401 },
    { "wrong", good, 401 },
    { fixture->token, NULL, 400 },
    { fixture->token, "x", 400 },
    { fixture->token, "00000000-0000-4000-8000-000000000000.0", 410 },
  };
  g_autofree char *path = g_strdup_printf ("/v1/stream?cursor=%s", good);
  g_autoptr (NetAnswer) plain = net_call_signed_in (fixture, "GET", path, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NetReader) reader = net_reader_new (fixture, cases[i].token, cases[i].cursor);

      g_assert_null (reader->connection);
      g_assert_cmpuint (reader->status, ==, cases[i].status);
    }
  g_assert_cmpuint (plain->status, ==, 426);
}

static void
test_eph_reaches_the_others (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *agent_id = NULL;
  g_autofree char *token = second_agent (fixture, &agent_id);
  g_autofree char *cursor =
    g_strdup_printf ("%s.%" G_GINT64_FORMAT, fixture->epoch,
                     net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
  g_autoptr (NetReader) one = net_reader_new (fixture, fixture->token, cursor);
  g_autoptr (NetReader) two = net_reader_new (fixture, token, cursor);
  g_autofree char *huge = g_strnfill (5000, 'x');
  g_autofree char *digest = net_digest (fixture);
  g_autofree char *after = NULL;
  JsonObject *eph;

  /* Each hears that the other is there. */
  NET_WAIT_UNTIL (one->ephs->len == 1 && two->ephs->len == 1);
  eph = g_ptr_array_index (two->ephs, 0);
  g_assert_cmpstr (json_object_get_string_member (eph, "kind"), ==, "presence");
  g_assert_cmpstr (json_object_get_string_member (eph, "agent_id"), ==, fixture->agent_id);

  soup_websocket_connection_send_text (one->connection, "nonsense");
  soup_websocket_connection_send_text (one->connection, huge);
  soup_websocket_connection_send_text (one->connection, "{\"t\":\"eph\",\"kind\":\"gossip\"}");
  soup_websocket_connection_send_text (one->connection,
                                       "{\"t\":\"eph\",\"kind\":\"typing\",\"conversation_id\":\"../x\"}");
  soup_websocket_connection_send_text (
    one->connection, "{\"t\":\"eph\",\"kind\":\"typing\",\"agent_id\":\"someone else\",\"html\":\"<b>\","
                     "\"conversation_id\":\"0190b1d0-0000-7000-8000-000000000002\"}");
  NET_WAIT_UNTIL (two->ephs->len == 2);
  eph = g_ptr_array_index (two->ephs, 1);
  g_assert_cmpstr (json_object_get_string_member (eph, "kind"), ==, "typing");
  g_assert_cmpstr (json_object_get_string_member (eph, "agent_id"), ==, fixture->agent_id);
  g_assert_false (json_object_has_member (eph, "html"));
  g_assert_cmpuint (one->ephs->len, ==, 1);
  after = net_digest (fixture);
  g_assert_cmpstr (after, ==, digest);
}

static gboolean
put_large (KefuWrite *write, gpointer user_data, GError **error)
{
  g_autofree char *filler = g_strnfill (100000, 'x');
  g_autofree char *id = net_id ();
  g_autofree char *json = g_strdup_printf ("{\"id\":\"%s\",\"title\":\"%s\"}", id, filler);

  return kefu_write_put (write, "article", json, error);
}

/* (transfer full): a stream by hand, of which nothing is read after the handshake. */
static GSocketConnection *
silent_reader (NetFixture *fixture, const char *cursor)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (kefu_server_get_address (fixture->server));
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_autofree char *request = g_strdup_printf (
    "GET /v1/stream?cursor=%s HTTP/1.1\r\nHost: kefu\r\nAuthorization: Bearer %s\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    cursor, fixture->token);
  char buffer[12];
  GSocket *socket;

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL,
                             NULL, &error);
  g_assert_no_error (error);
  socket = g_socket_connection_get_socket (connection);
  NET_WAIT_UNTIL (g_socket_condition_check (socket, G_IO_IN) & G_IO_IN);
  g_assert_cmpint (g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL), ==, 12);
  g_assert_cmpint (memcmp (buffer, "HTTP/1.1 101", 12), ==, 0);
  return connection;
}

/* Reads until a close frame with the code: 0x88, length, code, reason. */
static gboolean
ends_with_close (GSocketConnection *connection, guint code)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 wanted[2] = { (guint8) (code >> 8), (guint8) code };
  guint looked_at = 0;

  g_socket_set_blocking (socket, FALSE);
  for (;;)
    {
      char buffer[65536];
      gssize n;

      NET_WAIT_UNTIL (g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) != 0);
      n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
      if (n <= 0)
        return FALSE;
      g_byte_array_append (all, (const guint8 *) buffer, (guint) n);
      for (; looked_at + 3 < all->len; looked_at++)
        if (all->data[looked_at] == 0x88 && memcmp (all->data + looked_at + 2, wanted, 2) == 0)
          return TRUE;
    }
}

static void
test_slow_reader_is_shed (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor =
    g_strdup_printf ("%s.%" G_GINT64_FORMAT, fixture->epoch,
                     net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
  g_autofree char *agent_id = NULL;
  g_autofree char *token = second_agent (fixture, &agent_id);
  g_autoptr (GSocketConnection) slow = silent_reader (fixture, cursor);
  g_autoptr (NetReader) quick = net_reader_new (fixture, token, cursor);

  for (guint i = 0; i < 30; i++)
    {
      write_now (fixture, put_large, NULL);
      NET_WAIT_UNTIL (net_reader_count (quick, "article") == i + 1);
    }
  g_assert_false (quick->closed);
  g_assert_false (quick->gap);
  g_assert_true (ends_with_close (slow, 4008));
}

static gboolean
put_many_large (KefuWrite *write, gpointer user_data, GError **error)
{
  for (guint i = 0; i < 50; i++)
    if (!put_large (write, NULL, error))
      return FALSE;
  return TRUE;
}

static void
test_catching_up_is_not_too_slow (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  g_autoptr (NetReader) reader = NULL;

  /* Five megabytes wait; they are fed as the reader takes them. */
  write_now (fixture, put_many_large, NULL);
  reader = net_reader_new (fixture, fixture->token, cursor);
  NET_WAIT_UNTIL (net_reader_count (reader, "article") == 50);
  g_assert_false (reader->closed);
  g_assert_false (reader->gap);
}

static void
test_silence_is_death (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  g_autoptr (GSocketConnection) silent = silent_reader (fixture, cursor);

  for (guint i = 0; i < 10; i++)
    {
      kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 5000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_true (ends_with_close (silent, 4009));
}

static void
test_text_ping (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  g_autoptr (NetReader) reader = net_reader_new (fixture, fixture->token, cursor);

  NET_WAIT_UNTIL (reader->n_batches == 1);
  for (guint i = 0; i < 4; i++)
    kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 5000);
  NET_WAIT_UNTIL (reader->n_batches == 2);
  g_assert_cmpint (reader->position, ==,
                   net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
  g_assert_false (reader->gap);
}

/* Somebody sets the clock: that is no silence, and no reason to be silent. */
static void
test_a_clock_that_is_set_ends_no_stream (NetFixture *fixture, gconstpointer data)
{
  static const gint64 jumps[] = { 3600 * 1000, -2 * 3600 * 1000 };
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  g_autoptr (NetReader) reader = net_reader_new (fixture, fixture->token, cursor);

  NET_WAIT_UNTIL (reader->n_batches == 1);
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      kefu_fake_clock_jump (KEFU_FAKE_CLOCK (fixture->clock), jumps[i]);
      for (guint n = 0; n < 4; n++)
        kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 5000);
      NET_WAIT_UNTIL (reader->n_batches == 2 + i);
      g_assert_false (reader->closed);
    }
}

static gboolean
disable_agent (KefuWrite *write, gpointer user_data, GError **error)
{
  return kefu_agent_set_disabled (write, "li", TRUE, error);
}

static void
test_stream_ends_with_its_token (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  g_autoptr (NetReader) reader = net_reader_new (fixture, fixture->token, cursor);

  write_now (fixture, disable_agent, NULL);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 30000);
  NET_WAIT_UNTIL (reader->closed);
  g_assert_cmpuint (reader->close_code, ==, 4001);
}

/* (transfer full): a connection by hand that has sent @text. */
static GSocketConnection *
half_request (NetFixture *fixture, const char *text)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (kefu_server_get_address (fixture->server));
  GSocketConnection *connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text), NULL, NULL,
                             NULL);
  return connection;
}

static gboolean
has_ended (GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  char buffer[4096];

  g_socket_set_blocking (socket, FALSE);
  return (g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) != 0 &&
          g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL) <= 0);
}

static void
test_slow_clients (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketConnection) header = half_request (fixture, "GET /v1/in");
  g_autoptr (GSocketConnection) body =
    half_request (fixture, "POST /v1/session HTTP/1.1\r\nHost: kefu\r\nContent-Length: 100\r\n\r\n{\"login\"");
  g_autoptr (NetAnswer) answer = net_call (fixture, "GET", "/v1/info", NULL, NULL);

  /* They hold up nobody, and do not hold on for ever. */
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_false (has_ended (header));
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 60000);
  NET_WAIT_UNTIL (has_ended (header) && has_ended (body));
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_stop_says_going_away (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  g_autoptr (NetReader) reader = net_reader_new (fixture, fixture->token, cursor);
  gboolean stopped = FALSE;

  kefu_server_stop_async (fixture->server, stopped_cb, &stopped);
  NET_WAIT_UNTIL (reader->closed && stopped);
  g_assert_cmpuint (reader->close_code, ==, 1001);
}

static gboolean
delete_phrase (KefuWrite *write, gpointer user_data, GError **error)
{
  return kefu_write_delete (write, "phrase", "0190b1d0-0000-7000-8000-000000000002", error);
}

static void
test_tombstones_go_after_90_days (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetAnswer) with = NULL;
  g_autoptr (NetAnswer) gone = NULL;
  g_autoptr (NetAnswer) anew = NULL;
  gint64 before;

  write_now (fixture, put_personal, fixture);
  before = net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'");
  write_now (fixture, delete_phrase, NULL);
  with = sync_at (fixture, before, 1000);
  g_assert_nonnull (strstr (with->text, "\"op\":\"del\""));
  net_restart_later (fixture, 91LL * 24 * 3600 * 1000);
  /* The feed is what this is about, not the desk's sign-in, which would be void by now. */
  net_exec (fixture, "UPDATE session SET seen_at = seen_at + 91 * 86400000");
  net_tidied_today (fixture);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), 1000);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT count(*) FROM change WHERE op = 'del'") == 0);
  gone = sync_at (fixture, before, 1000);
  g_assert_cmpuint (gone->status, ==, 410);
  anew = sync_at (fixture, 0, 1000);
  g_assert_cmpuint (anew->status, ==, 200);
  /* The last change was a tombstone that is gone; the feed is told to its end all the same. */
  g_assert_cmpint (member_int (anew, "to"), ==,
                   net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/feed/" path, NetFixture, NULL, set_up, func, tear_down)
#define ADD_FAKE(path, func) g_test_add ("/net/feed/" path, NetFixture, NULL, set_up_fake, func, tear_down)
  ADD ("pages-join", test_pages_join);
  ADD ("compacts-itself", test_feed_compacts_itself);
  ADD ("wrong-and-foreign-cursors", test_cursors);
  ADD ("private-things-stay-private", test_private_things_stay_private);
  ADD ("history-pages-backwards", test_history_pages_backwards);
  ADD ("history-is-found-by-message-and-time", test_history_is_found_by_message_and_time);
  ADD ("stream-tells-two-desks", test_stream_tells_two_desks);
  ADD ("stream-resumes-at-cursor", test_stream_resumes_at_cursor);
  ADD ("stream-refuses-before-upgrade", test_stream_refuses_before_upgrade);
  ADD ("eph-reaches-the-others", test_eph_reaches_the_others);
  ADD ("slow-reader-is-shed", test_slow_reader_is_shed);
  ADD ("catching-up-is-not-too-slow", test_catching_up_is_not_too_slow);
  ADD_FAKE ("silence-is-death", test_silence_is_death);
  ADD_FAKE ("text-ping-every-20-s", test_text_ping);
  ADD_FAKE ("a-clock-that-is-set-ends-no-stream", test_a_clock_that_is_set_ends_no_stream);
  ADD_FAKE ("stream-ends-with-its-token", test_stream_ends_with_its_token);
  ADD_FAKE ("slow-clients-hold-up-nobody", test_slow_clients);
  ADD ("stop-says-going-away", test_stop_says_going_away);
  ADD_FAKE ("tombstones-go-after-90-days", test_tombstones_go_after_90_days);
  return g_test_run ();
}
