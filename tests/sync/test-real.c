/* SPDX-License-Identifier: GPL-3.0-or-later
 * A desk and the real kefu-server that goes away and comes back. For kills at any moment see tests/crash. */
#include "config.h"

#include <signal.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>

#include "kefu-entity.h"
#include "kefu-id.h"
#include "kefu-native-backend.h"
#include "kefu-signature.h"
#include "kefu-sync-engine.h"
#include "server-process.h"
#include "store-fixture.h"

#define LOGIN "li"
#define PASSWORD "richtig"

typedef struct
{
  char *dir; /* of the server */
  char *socket;
  char *address;
  GSubprocess *process;
  SoupSession *shop; /* the channel's end */
  char *channel_id;
  char *secret;
  guint n_events;

  StoreFixture *store;
  KefuClock *clock;
  KefuBackend *backend;
  KefuSyncEngine *engine;
  char *token;
} World;

/* --- the server --- */

/* The customer @key writes; asked again until the server has stored it, as a bridge does. */
static void
customer_writes (World *self, const char *key, const char *text)
{
  gint64 now = kefu_clock_now (self->clock);
  g_autofree char *json = g_strdup_printf (
    "{\"events\":[{\"id\":\"event-%u\",\"type\":\"message\",\"conversation\":{\"key\":\"%s\",\"type\":\"direct\"},"
    "\"sender\":{\"key\":\"%s\",\"name\":\"沈若溪\"},\"sent_at\":%" G_GINT64_FORMAT
    ",\"parts\":[{\"type\":\"text\",\"text\":\"%s\"}]}]}",
    ++self->n_events, key, key, now, text);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now / 1000);
  g_autofree char *signature = kefu_signature_make (self->secret, now / 1000, body);
  g_autofree char *uri = g_strdup_printf ("http://kefu/v1/channels/%s/inbound", self->channel_id);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Signature", signature);
  soup_session_send_and_read_async (self->shop, message, G_PRIORITY_DEFAULT, NULL, test_got_result, &result);
  answer = soup_session_send_and_read_finish (self->shop, test_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

/* --- the desk --- */

static void
start_desk (World *self)
{
  g_autoptr (GError) error = NULL;

  self->backend = kefu_native_backend_new (self->address, &error);
  g_assert_no_error (error);
  kefu_backend_set_token (self->backend, self->token);
  self->engine = kefu_sync_engine_new (self->store->store, self->backend, self->clock, NULL);
  kefu_sync_engine_start (self->engine);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
end_desk (World *self)
{
  gpointer watched = self->engine;

  kefu_sync_engine_stop (self->engine);
  g_object_add_weak_pointer (G_OBJECT (self->engine), &watched);
  g_clear_object (&self->engine);
  test_wait_for (is_gone, &watched);
  g_clear_object (&self->backend);
}

static char *
sign_in (World *self, char **agent_id)
{
  g_autoptr (KefuBackend) backend = kefu_native_backend_new (self->address, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (KefuCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  kefu_backend_sign_in_async (backend, LOGIN, PASSWORD, "device", "Desk", NULL, test_got_result, &result);
  credentials = kefu_backend_sign_in_finish (backend, test_wait_result (&result), &error);
  g_assert_no_error (error);
  *agent_id = g_steal_pointer (&credentials->agent_id);
  return g_steal_pointer (&credentials->token);
}

/* Sends in the conversation of the customer @key. */
static void
send_reply (World *self, const char *conversation_id, const char *body)
{
  gint64 now = kefu_clock_now (self->clock);
  g_autofree char *id = kefu_id_new (now);
  g_autofree char *args =
    g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'text','body':'%s','at':%" G_GINT64_FORMAT "}", id,
                     conversation_id, body, now);
  g_autoptr (GError) error = NULL;
  g_autofree char *op_id = test_perform (self->store, "message.send", args, &error);

  g_assert_no_error (error);
}

static KefuDb *
open_server_db (World *self)
{
  g_autofree char *path = g_build_filename (self->dir, "kefu.db", NULL);

  return kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);
}

/* Every entity of the feed is in the cache as it is on the server. */
static gboolean
is_equal (gpointer data)
{
  World *self = data;
  g_autofree char *path = store_fixture_path (self->store, "cache.db");
  g_autoptr (KefuDb) cache = NULL;
  g_autoptr (KefuDb) server = NULL;
  g_autoptr (KefuStmt) stmt = NULL;

  kefu_sync_engine_retry_now (self->engine);
  if (kefu_sync_engine_get_state (self->engine) != KEFU_SYNC_LIVE || kefu_store_get_n_pending (self->store->store) > 0)
    return FALSE;
  cache = kefu_db_open (path, KEFU_DB_READ_ONLY, NULL);
  server = open_server_db (self);
  stmt = kefu_db_query (server, NULL, "SELECT kind, id, op FROM change", "");
  while (kefu_stmt_step (stmt, NULL))
    {
      g_autofree char *there = kefu_entity_to_json (server, kefu_stmt_text (stmt, 0), kefu_stmt_text (stmt, 1), NULL);
      g_autofree char *here = kefu_entity_to_json (cache, kefu_stmt_text (stmt, 0), kefu_stmt_text (stmt, 1), NULL);

      if (g_strcmp0 (there, here) != 0)
        return FALSE;
    }
  return kefu_db_int (cache, 1, "SELECT count(*) FROM base", "") == 0;
}

static void
wait_equal (World *self)
{
  test_wait_for (is_equal, self);
}

/* The replies that the server has, in their order in the conversation. */
static char *
replies (World *self)
{
  g_autoptr (KefuDb) server = open_server_db (self);
  char *text =
    kefu_db_text (server,
                  "SELECT group_concat(body, ' ') FROM (SELECT body FROM message WHERE dir = 'out' ORDER BY mseq)", "");

  return text != NULL ? text : g_strdup ("");
}

static char *
conversation_id (World *self)
{
  g_autoptr (GPtrArray) inbox = test_inbox (self->store, KEFU_VIEW_ALL, KEFU_ORDER_NEWEST);

  g_assert_cmpuint (inbox->len, ==, 1);
  return g_strdup (((const KefuConversationRecord *) g_ptr_array_index (inbox, 0))->id);
}

/* --- the whole --- */

static void
set_up (World *self, gconstpointer data)
{
  static const char *const add_user[] = { "user", "add", LOGIN, "李青", "--password-stdin", NULL };
  static const char *const add_channel[] = { "channel", "add", "wangwang", "旺旺", "--shop", "表带店", NULL };
  g_autofree char *user = NULL;
  g_autofree char *channel = NULL;
  g_autofree char *agent_id = NULL;
  g_autoptr (GSocketAddress) socket = NULL;

  self->dir = g_dir_make_tmp ("kefu-real-XXXXXX", NULL);
  self->clock = kefu_system_clock_new ();
  user = server_process_command (self->dir, PASSWORD "\n", add_user);
  channel = server_process_command (self->dir, NULL, add_channel);
  self->channel_id = server_process_value (channel, "id");
  self->secret = server_process_value (channel, "secret");
  self->socket = g_build_filename (self->dir, "kefu.sock", NULL);
  self->address = g_strconcat ("unix:", self->socket, NULL);
  socket = g_unix_socket_address_new (self->socket);
  self->shop = soup_session_new_with_options ("remote-connectable", socket, NULL);
  self->process = server_process_start (self->dir);
  self->token = sign_in (self, &agent_id);
  self->store = store_fixture_new_for (agent_id, self->clock);
  start_desk (self);
}

static void
tear_down (World *self, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", self->dir);

  end_desk (self);
  store_fixture_free (self->store);
  if (self->process != NULL)
    server_process_kill (&self->process);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_clear_object (&self->shop);
  g_clear_object (&self->clock);
  g_free (self->dir);
  g_free (self->socket);
  g_free (self->address);
  g_free (self->channel_id);
  g_free (self->secret);
  g_free (self->token);
}

static gboolean
is_not_live (gpointer data)
{
  return kefu_sync_engine_get_state (((World *) data)->engine) != KEFU_SYNC_LIVE;
}

static void
test_offline_replies_go_out_once_each_in_order (World *self, gconstpointer data)
{
  g_autofree char *conversation = NULL;
  g_autofree char *sent = NULL;
  g_autoptr (GPtrArray) found = NULL;

  customer_writes (self, "k1", "我的手表到哪了");
  wait_equal (self);
  conversation = conversation_id (self);
  send_reply (self, conversation, "在的");
  wait_equal (self);

  server_process_kill (&self->process);
  test_wait_for (is_not_live, self);
  send_reply (self, conversation, "马上查");
  end_desk (self);
  store_fixture_reopen (self->store);
  start_desk (self);
  send_reply (self, conversation, "查到了");
  found = test_search (self->store, "手表");
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpuint (kefu_store_get_n_pending (self->store->store), ==, 2);

  self->process = server_process_start (self->dir);
  wait_equal (self);
  sent = replies (self);
  g_assert_cmpstr (sent, ==, "在的 马上查 查到了");
}

static void
test_a_token_that_is_revoked_asks_for_a_sign_in (World *self, gconstpointer data)
{
  static const char *const disable[] = { "user", "disable", LOGIN, NULL };
  g_autofree char *said = NULL;

  customer_writes (self, "k1", "在吗");
  wait_equal (self);
  said = server_process_command (self->dir, NULL, disable);
  /* The server goes on running and nobody does anything here. */
  while (kefu_sync_engine_get_state (self->engine) != KEFU_SYNC_AUTH_REQUIRED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (kefu_sync_engine_get_auth_reason (self->engine), ==, KEFU_AUTH_DISABLED);
  g_assert_nonnull (kefu_sync_engine_get_last_error (self->engine));
}

/* --- files --- */

/* (transfer full): the hash of @bytes, which are in the outbox from now on. */
static char *
send_file (World *self, const char *conversation_id, GBytes *bytes)
{
  gint64 now = kefu_clock_now (self->clock);
  g_autofree char *id = kefu_id_new (now);
  g_autoptr (KefuAttachment) file = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *args = NULL;
  g_autofree char *op_id = NULL;

  kefu_store_attach_async (self->store->store, NULL, bytes, "单据.bin", NULL, test_got_result, &result);
  file = kefu_store_attach_finish (self->store->store, test_wait_result (&result), &error);
  g_assert_no_error (error);
  args = g_strdup_printf ("{'id':'%s','conversation_id':'%s','kind':'file','body':'文件','at':%" G_GINT64_FORMAT
                          ",'attachment':{'sha256':'%s','mime':'%s','name':'%s','size':%" G_GINT64_FORMAT "}}",
                          id, conversation_id, now, file->sha256, file->mime, file->name, file->size);
  op_id = test_perform (self->store, "message.send", args, &error);
  g_assert_no_error (error);
  return g_strdup (file->sha256);
}

static gboolean
is_gone_from_disk (gpointer path)
{
  return !g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What the server gives for @sha256; asked again until it does. */
static void
assert_fetched (World *self, const char *sha256, GBytes *expected)
{
  g_autofree char *folder = store_fixture_path (self->store, "blobs");
  g_autofree char *path = g_build_filename (folder, sha256, NULL);
  g_autofree char *outgoing = store_fixture_path (self->store, "outgoing");
  g_autofree char *out = g_build_filename (outgoing, sha256, NULL);
  KefuTransfers *transfers = kefu_sync_engine_get_transfers (self->engine);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;

  /* What is on its way out stays there until the feed has brought its message back. */
  test_wait_for (is_gone_from_disk, out);
  g_unlink (path);
  while (file == NULL)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      kefu_transfers_fetch_async (transfers, sha256, NULL, test_got_result, &result);
      file = kefu_transfers_fetch_finish (transfers, test_wait_result (&result), &error);
      g_assert_true (file != NULL || g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NETWORK));
    }
  bytes = g_file_load_bytes (file, NULL, NULL, NULL);
  g_assert_true (g_bytes_equal (bytes, expected));
}

static GBytes *
random_bytes (GRand *chance, gsize size)
{
  guint32 *words = g_new (guint32, size / sizeof (guint32));

  for (gsize i = 0; i < size / sizeof (guint32); i++)
    words[i] = g_rand_int (chance);
  return g_bytes_new_take (words, size);
}

static void
test_a_file_dropped_offline_arrives_once_and_whole (World *self, gconstpointer data)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (7);
  g_autoptr (GBytes) bytes = random_bytes (chance, 300 * 1000);
  g_autofree char *conversation = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *sent = NULL;

  customer_writes (self, "k1", "发票呢");
  wait_equal (self);
  conversation = conversation_id (self);
  server_process_kill (&self->process);
  test_wait_for (is_not_live, self);
  sha256 = send_file (self, conversation, bytes);
  send_reply (self, conversation, "请查收");
  end_desk (self);
  store_fixture_kill (self->store);
  start_desk (self);
  self->process = server_process_start (self->dir);
  wait_equal (self);
  sent = replies (self);
  g_assert_cmpstr (sent, ==, "文件 请查收");
  assert_fetched (self, sha256, bytes);
}

static gboolean
has_moved (gpointer data)
{
  World *self = data;
  const char *sha256 = g_object_get_data (G_OBJECT (self->engine), "sha256");
  gint64 done = 0;
  KefuTransferState state = kefu_transfers_get (kefu_sync_engine_get_transfers (self->engine), sha256, &done, NULL);

  kefu_sync_engine_retry_now (self->engine);
  return state == KEFU_TRANSFER_DONE || (state == KEFU_TRANSFER_RUNNING && done > 0);
}

/* A large file, and whoever carries it is killed as soon as it moves. */
static void
test_kills_of_either_side_leave_a_file_whole (World *self, gconstpointer data)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (8);
  g_autoptr (GBytes) bytes = random_bytes (chance, 24 * 1024 * 1024);
  g_autofree char *conversation = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *sent = NULL;

  customer_writes (self, "k1", "发票呢");
  wait_equal (self);
  conversation = conversation_id (self);
  sha256 = send_file (self, conversation, bytes);
  for (guint i = 0; i < 4; i++)
    {
      g_object_set_data (G_OBJECT (self->engine), "sha256", sha256);
      test_wait_for (has_moved, self);
      if (i % 2 == 0)
        {
          server_process_kill (&self->process);
          self->process = server_process_start (self->dir);
        }
      else
        {
          end_desk (self);
          store_fixture_kill (self->store);
          start_desk (self);
        }
    }
  wait_equal (self);
  sent = replies (self);
  g_assert_cmpstr (sent, ==, "文件");
  assert_fetched (self, sha256, bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/real/" path, World, NULL, set_up, func, tear_down)
  ADD ("offline-replies-go-out-once-each-in-order", test_offline_replies_go_out_once_each_in_order);
  ADD ("a-token-that-is-revoked-asks-for-a-sign-in", test_a_token_that_is_revoked_asks_for_a_sign_in);
  ADD ("a-file-dropped-offline-arrives-once-and-whole", test_a_file_dropped_offline_arrives_once_and_whole);
  ADD ("kills-of-either-side-leave-a-file-whole", test_kills_of_either_side_leave_a_file_whole);
  return g_test_run ();
}
