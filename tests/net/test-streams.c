/* SPDX-License-Identifier: GPL-3.0-or-later
 * Streams among many: bytes that are shared, devices that come back, frames that are too large. */
#include "config.h"

#include <string.h>

#include "kefu-tokens.h"
#include "net-fixture.h"

/* A new token of the fixture's agent, on another device. */
typedef struct
{
  NetFixture *fixture;
  const char *device_id;
  char *token;
} Device;

static gboolean
add_device (KefuWrite *write, gpointer user_data, GError **error)
{
  Device *device = user_data;

  device->token = kefu_token_create (write, device->fixture->agent_id, device->device_id, "", error);
  return device->token != NULL;
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
write_now (NetFixture *fixture, KefuServerWriteFunc func, gpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_server_write_async (fixture->server, func, data, NULL, NULL, result_cb, &result);
  NET_WAIT_UNTIL (result != NULL);
  kefu_server_write_finish (fixture->server, result, &error);
  g_assert_no_error (error);
}

/* (transfer full) */
static char *
new_token (NetFixture *fixture, const char *device_id)
{
  Device device = { fixture, device_id, NULL };

  write_now (fixture, add_device, &device);
  return device.token;
}

/* (transfer full): where the feed stands. */
static char *
head_cursor (NetFixture *fixture)
{
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT, fixture->epoch,
                          net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
}

/* A device whose connection broke without a word comes back: the old stream makes room. */
static void
test_a_device_has_one_stream (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = head_cursor (fixture);
  g_autoptr (NetReader) old = net_reader_new (fixture, fixture->token, cursor);
  g_autofree char *token = new_token (fixture, "desk-2");
  g_autoptr (NetReader) other = net_reader_new (fixture, token, cursor);
  g_autoptr (NetReader) new = net_reader_new (fixture, fixture->token, cursor);

  NET_WAIT_UNTIL (old->closed);
  g_assert_cmpuint (old->close_code, ==, 4003);
  net_customer_writes (fixture, "e1", "k1", "在吗？");
  NET_WAIT_UNTIL (net_reader_count (new, "message") == 1 && net_reader_count (other, "message") == 1);
  g_assert_false (other->closed);
  g_assert_cmpuint (net_reader_count (old, "message"), ==, 0);
}

static void
test_an_agent_has_so_many (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = head_cursor (fixture);
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func ((GDestroyNotify) net_reader_free);
  NetReader *first;

  for (guint i = 0; i < 17; i++)
    {
      g_autofree char *device_id = g_strdup_printf ("device %u", i);
      g_autofree char *token = new_token (fixture, device_id);

      g_ptr_array_add (readers, net_reader_new (fixture, token, cursor));
    }
  first = g_ptr_array_index (readers, 0);
  NET_WAIT_UNTIL (first->closed);
  g_assert_cmpuint (first->close_code, ==, 4003);
  for (guint i = 1; i < readers->len; i++)
    g_assert_false (((NetReader *) g_ptr_array_index (readers, i))->closed);
}

/* What many get as the same bytes still differs where something is private. */
static void
test_shared_frames_keep_secrets (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = head_cursor (fixture);
  g_autofree char *conversation = NULL;
  g_autofree char *args = NULL;
  g_autofree char *op_id = net_id ();
  g_autofree char *token = new_token (fixture, "desk-2");
  g_autoptr (NetReader) mine = net_reader_new (fixture, fixture->token, cursor);
  g_autoptr (NetReader) mine_too = net_reader_new (fixture, token, cursor);
  g_autoptr (JsonObject) result = NULL;

  net_customer_writes (fixture, "e1", "k1", "在吗？");
  conversation = net_sql (fixture, "SELECT id FROM conversation");
  args = g_strdup_printf ("{\"conversation_id\":\"%s\",\"mseq\":1,\"in_no\":1}", conversation);
  result = net_op (fixture, op_id, "conversation.read", args);
  NET_WAIT_UNTIL (net_reader_count (mine, "read") == 1 && net_reader_count (mine_too, "read") == 1);
  g_assert_false (mine->gap || mine_too->gap);
}

/* What is written faster than it is told is told in fewer batches, without a gap and nothing twice. */
static void
test_many_writes_few_batches (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = head_cursor (fixture);
  g_autoptr (NetReader) reader = net_reader_new (fixture, fixture->token, cursor);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%u", i);

      net_customer_writes (fixture, id, "k1", id);
    }
  NET_WAIT_UNTIL (net_reader_count (reader, "message") == 50);
  g_assert_false (reader->gap);
  for (guint i = 0; i < reader->changes->len; i++)
    {
      JsonObject *change = g_ptr_array_index (reader->changes, i);

      if (g_str_equal (json_object_get_string_member (change, "kind"), "message"))
        g_assert_true (g_hash_table_add (ids, (gpointer) json_object_get_string_member (change, "id")));
    }
}

static void
test_a_large_frame_ends_its_stream (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cursor = head_cursor (fixture);
  g_autofree char *token = new_token (fixture, "desk-2");
  g_autofree char *large = g_strnfill (1024 * 1024, 'x');
  g_autoptr (NetReader) loud = net_reader_new (fixture, fixture->token, cursor);
  g_autoptr (NetReader) other = net_reader_new (fixture, token, cursor);

  soup_websocket_connection_send_text (loud->connection, large);
  NET_WAIT_UNTIL (loud->closed);
  net_customer_writes (fixture, "e1", "k1", "在吗？");
  NET_WAIT_UNTIL (net_reader_count (other, "message") == 1);
}

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/streams/" path, NetFixture, NULL, set_up, func, tear_down)
  ADD ("a-device-has-one-stream", test_a_device_has_one_stream);
  ADD ("an-agent-has-so-many", test_an_agent_has_so_many);
  ADD ("shared-frames-keep-secrets", test_shared_frames_keep_secrets);
  ADD ("many-writes-few-batches", test_many_writes_few_batches);
  ADD ("a-large-frame-ends-its-stream", test_a_large_frame_ends_its_stream);
  return g_test_run ();
}
