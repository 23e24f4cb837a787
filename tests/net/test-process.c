/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server as a program: commands beside it, signals, sudden death, imports. */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixsocketaddress.h>
#include <sqlite3.h>

#include "kefu-id.h"
#include "kefu-signature.h"
#include "net-fixture.h"

/* One folder, and the server that runs on it now. `net` is filled so that the calls of the fixture work. */
typedef struct
{
  NetFixture net;
  GSubprocess *process;
  char *address;
} Program;

typedef struct
{
  int status;
  char *out;
  char *err;
} Ran;

static void
ran_clear (Ran *ran)
{
  g_free (ran->out);
  g_free (ran->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ran, ran_clear)

static const char *
program_path (void)
{
  const char *path = g_getenv ("KEFU_SERVER");

  g_assert_nonnull (path);
  return path;
}

/* Runs a command on the folder; @words are separated by one space, "~" stands for a space. */
static Ran
run (Program *self, const char *words)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_auto (GStrv) argv = g_strsplit (words, " ", -1);
  g_autoptr (GPtrArray) full = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  Ran ran = { 0 };

  g_ptr_array_add (full, (gpointer) program_path ());
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (full, g_strdelimit (argv[i], "~", ' '));
  g_ptr_array_add (full, (gpointer) "--data");
  g_ptr_array_add (full, self->net.dir);
  g_ptr_array_add (full, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) full->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &ran.out, &ran.err, &error);
  g_assert_no_error (error);
  ran.status = g_subprocess_get_exit_status (process);
  return ran;
}

static void
run_well (Program *self, const char *words)
{
  g_auto (Ran) ran = run (self, words);

  g_assert_cmpstr (ran.err, ==, "");
  g_assert_cmpint (ran.status, ==, 0);
}

/* (transfer full): "name value" of the output. */
static char *
value_of (const Ran *ran, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (ran->out, "\n", -1);
  g_autofree char *start = g_strconcat (name, " ", NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], start))
      return g_strdup (lines[i] + strlen (start));
  g_error ("no %s in: %s", name, ran->out);
}

static void
start (Program *self, const char *option, const char *option2, const char *option3)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  /* A warning is for the administrator's log and may be what the test wants; a broken assertion never is. */
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  self->process = g_subprocess_launcher_spawn (launcher, &error, program_path (), "serve", "--die-with-parent",
                                               "--data", self->net.dir, option, option2, option3, NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, "ready "));
  self->address = g_strdup (line + 6);
  if (*self->address == '/')
    {
      g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->address);

      self->net.session = soup_session_new_with_options ("remote-connectable", address, NULL);
      self->net.base_url = g_strdup ("http://kefu");
    }
  else
    {
      self->net.session = soup_session_new ();
      self->net.base_url = g_strdup (self->address);
    }
}

/* Ends the program with @signal; its exit status, or -1 if it was killed. */
static int
end (Program *self, int signal)
{
  int status;

  soup_session_abort (self->net.session);
  g_subprocess_send_signal (self->process, signal);
  g_subprocess_wait (self->process, NULL, NULL);
  status = g_subprocess_get_if_exited (self->process) ? g_subprocess_get_exit_status (self->process) : -1;
  g_clear_object (&self->process);
  g_clear_object (&self->net.session);
  g_clear_pointer (&self->net.base_url, g_free);
  g_clear_pointer (&self->address, g_free);
  return status;
}

static void
add_channel (Program *self, const char *options)
{
  g_autofree char *words = g_strconcat ("channel add wangwang 旺旺 --shop 表带店", options, NULL);
  g_auto (Ran) ran = run (self, words);

  g_assert_cmpint (ran.status, ==, 0);
  self->net.channel_id = value_of (&ran, "id");
  self->net.secret = value_of (&ran, "secret");
}

/* A new agent "li", signed in. */
static void
sign_in (Program *self)
{
  g_auto (Ran) ran = run (self, "user add li 李青");
  g_autofree char *password = value_of (&ran, "password");
  g_autofree char *text = g_strdup_printf ("{\"login\":\"li\",\"password\":\"%s\",\"device_id\":\"d\"}", password);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (NetAnswer) answer = net_call (&self->net, "POST", "/v1/session", body, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  self->net.token = g_strdup (json_object_get_string_member (json_node_get_object (answer->json), "token"));
  self->net.epoch = g_strdup (json_object_get_string_member (json_node_get_object (answer->json), "epoch"));
}

static void
set_up (Program *self, gconstpointer data)
{
  self->net.dir = g_dir_make_tmp ("kefu-process-XXXXXX", NULL);
  self->net.clock = kefu_system_clock_new ();
}

static void
tear_down (Program *self, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", self->net.dir);

  if (self->process != NULL)
    end (self, SIGTERM);
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_clear_object (&self->net.clock);
  g_free (self->net.dir);
  g_free (self->net.channel_id);
  g_free (self->net.secret);
  g_free (self->net.token);
  g_free (self->net.epoch);
}

static void
test_starts_private_and_stops_clean (Program *self, gconstpointer data)
{
  g_autofree char *db = g_build_filename (self->net.dir, "kefu.db", NULL);
  g_autofree char *socket = g_build_filename (self->net.dir, "kefu.sock", NULL);
  g_autoptr (NetAnswer) info = NULL;
  struct stat status;

  start (self, NULL, NULL, NULL);
  g_assert_cmpstr (self->address, ==, socket);
  info = net_call (&self->net, "GET", "/v1/info", NULL, NULL);
  g_assert_cmpuint (info->status, ==, 200);
  g_assert_cmpint (stat (self->net.dir, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);
  g_assert_cmpint (stat (db, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (socket, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (end (self, SIGTERM), ==, 0);
  g_assert_false (g_file_test (socket, G_FILE_TEST_EXISTS));
}

static void
test_second_server_is_refused (Program *self, gconstpointer data)
{
  g_auto (Ran) ran = { 0 };

  start (self, NULL, NULL, NULL);
  ran = run (self, "serve");
  g_assert_cmpint (ran.status, ==, 1);
  g_assert_nonnull (strstr (ran.err, "Another kefu-server has"));
}

static void
test_commands_work_beside_it (Program *self, gconstpointer data)
{
  g_autofree char *cursor = NULL;
  g_autofree char *rotated = NULL;
  g_autofree char *words = NULL;
  g_autoptr (NetReader) reader = NULL;
  g_auto (Ran) list = { 0 };
  g_auto (Ran) rotate = { 0 };

  start (self, NULL, NULL, NULL);
  sign_in (self);
  cursor = g_strdup_printf ("%s.%" G_GINT64_FORMAT, self->net.epoch,
                            net_sql_int (&self->net, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
  reader = net_reader_new (&self->net, self->net.token, cursor);
  g_assert_nonnull (reader->connection);
  add_channel (self, "");
  /* The running server sees it and tells its readers. */
  NET_WAIT_UNTIL (net_reader_count (reader, "channel") == 1);
  net_customer_writes (&self->net, "e1", "k1", "在吗？");
  NET_WAIT_UNTIL (net_reader_count (reader, "message") == 1);
  list = run (self, "channel list");
  g_assert_nonnull (strstr (list.out, self->net.channel_id));
  words = g_strdup_printf ("channel rotate %s", self->net.channel_id);
  rotate = run (self, words);
  rotated = value_of (&rotate, "secret");
  g_assert_cmpstr (rotated, !=, self->net.secret);
  net_customer_writes (&self->net, "e2", "k1", "旧密钥");
}

static void
test_disabled_agent_is_out (Program *self, gconstpointer data)
{
  g_autoptr (NetAnswer) before = NULL;
  g_autoptr (NetAnswer) after = NULL;
  g_auto (Ran) again = { 0 };

  start (self, NULL, NULL, NULL);
  sign_in (self);
  before = net_call_signed_in (&self->net, "GET", "/v1/sync", NULL);
  g_assert_cmpuint (before->status, ==, 200);
  run_well (self, "user disable li");
  after = net_call_signed_in (&self->net, "GET", "/v1/sync", NULL);
  g_assert_cmpuint (after->status, ==, 401);
  again = run (self, "user add li 另一个");
  g_assert_cmpint (again.status, ==, 1);
  g_assert_nonnull (strstr (again.err, "already"));
}

static void
test_wrong_usage (Program *self, gconstpointer data)
{
  static const char *const words[] = { "brew coffee",          "user",          "user add li", "user dance li",
                                       "channel add wangwang", "import orders", "serve extra", "serve --speed=-1" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_auto (Ran) ran = run (self, words[i]);

      g_test_message ("%s: %s", words[i], ran.err);
      g_assert_cmpint (ran.status, ==, 2);
      g_assert_cmpstr (ran.err, !=, "");
    }
}

static void
test_wrong_values (Program *self, gconstpointer data)
{
  static const char *const words[] = { "user add li 李青 --role=king",
                                       "channel add telepathy 心灵",
                                       "channel add web 网站 --url=ftp://x",
                                       "channel rotate nope",
                                       "user password nobody",
                                       "serve --listen=0.0.0.0:0",
                                       "serve --listen=nonsense:0",
                                       "serve --listen=127.0.0.1:0 --tls-cert=/nowhere.pem" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_auto (Ran) ran = run (self, words[i]);

      g_test_message ("%s: %s", words[i], ran.err);
      g_assert_cmpint (ran.status, ==, 1);
      g_assert_cmpstr (ran.err, !=, "");
    }
}

static void
test_tcp_on_loopback (Program *self, gconstpointer data)
{
  g_autoptr (NetAnswer) info = NULL;

  start (self, "--listen=127.0.0.1:0", NULL, NULL);
  g_assert_true (g_str_has_prefix (self->address, "http://127.0.0.1:"));
  info = net_call (&self->net, "GET", "/v1/info", NULL, NULL);
  g_assert_cmpuint (info->status, ==, 200);
}

/* All of it, streams too: what counts the bytes of a stream lies above TLS. */
static void
test_tls (Program *self, gconstpointer data)
{
  g_autofree char *cert = g_build_filename (self->net.dir, "cert.pem", NULL);
  g_autofree char *key = g_build_filename (self->net.dir, "key.pem", NULL);
  g_autofree char *command =
    g_strdup_printf ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                     "-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout %s -out %s",
                     key, cert);
  g_autofree char *cert_option = g_strdup_printf ("--tls-cert=%s", cert);
  g_autofree char *key_option = g_strdup_printf ("--tls-key=%s", key);
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (NetReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *cursor = NULL;
  g_autofree char *noise = NULL;
  g_autofree char *more_noise = NULL;
  const char *port;

  if (!g_spawn_command_line_sync (command, &noise, &more_noise, NULL, NULL) || !g_file_test (cert, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no openssl to make a certificate");
      return;
    }
  add_channel (self, "");
  start (self, "--listen=0.0.0.0:0", cert_option, key_option);
  g_assert_true (g_str_has_prefix (self->address, "https://"));
  port = strrchr (self->address, ':');
  g_free (self->net.base_url);
  self->net.base_url = g_strdup_printf ("https://localhost%s", port);
  database = g_tls_file_database_new (cert, &error);
  g_assert_no_error (error);
  soup_session_set_tls_database (self->net.session, database);
  sign_in (self);
  cursor = g_strdup_printf ("%s.0", self->net.epoch);
  reader = net_reader_new (&self->net, self->net.token, cursor);
  g_assert_nonnull (reader->connection);
  net_customer_writes (&self->net, "e1", "k1", "在吗？");
  NET_WAIT_UNTIL (net_reader_count (reader, "message") == 1);
}

static void
test_dies_with_parent (Program *self, gconstpointer data)
{
  g_autofree char *command =
    g_strdup_printf ("'%s' serve --data '%s' --die-with-parent & wait", program_path (), self->net.dir);
  g_autoptr (GSubprocess) shell = NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  gboolean free_again = FALSE;

  shell = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "sh", "-c", command, NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (shell));
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "ready "));
  g_subprocess_force_exit (shell);
  g_subprocess_wait (shell, NULL, NULL);
  for (guint i = 0; i < 200 && !free_again; i++)
    {
      g_auto (Ran) ran = run (self, "restored");

      free_again = ran.status == 0;
    }
  g_assert_true (free_again);
}

static void
test_restart_keeps_everything (Program *self, gconstpointer data)
{
  g_autofree char *digest = NULL;
  g_autofree char *after = NULL;
  g_autoptr (NetAnswer) sync = NULL;

  add_channel (self, "");
  start (self, NULL, NULL, NULL);
  sign_in (self);
  net_customer_writes (&self->net, "e1", "k1", "在吗？");
  digest = net_digest (&self->net);
  g_assert_cmpint (end (self, SIGINT), ==, 0);
  start (self, NULL, NULL, NULL);
  after = net_digest (&self->net);
  g_assert_cmpstr (after, ==, digest);
  /* The token too. */
  sync = net_call_signed_in (&self->net, "GET", "/v1/sync", NULL);
  g_assert_cmpuint (sync->status, ==, 200);
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint *n_stored = user_data;
  g_autoptr (GBytes) bytes = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);

  if (bytes != NULL && soup_message_get_status (message) == 200)
    (*n_stored)++;
}

/* Posts an event without waiting for the answer. */
static void
post_event (Program *self, const char *event_id, guint *n_stored)
{
  g_autofree char *text = net_message (&self->net, event_id, "k1", event_id);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  gint64 now_s = net_now (&self->net) / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *signature = kefu_signature_make (self->net.secret, now_s, body);
  g_autofree char *url = g_strdup_printf ("%s/v1/channels/%s/inbound", self->net.base_url, self->net.channel_id);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Kefu-Signature", signature);
  soup_session_send_and_read_async (self->net.session, message, G_PRIORITY_DEFAULT, NULL, posted_cb, n_stored);
}

static void
test_sudden_death_loses_nothing_answered (Program *self, gconstpointer data)
{
  add_channel (self, "");
  for (guint round = 0; round < 3; round++)
    {
      guint n_stored = 0;
      guint wanted = 5 + round * 4;
      g_autofree char *count =
        g_strdup_printf ("SELECT count(*) FROM inbound_seen WHERE event_id LIKE 'r%u-%%'", round);
      g_autofree char *check = NULL;

      start (self, NULL, NULL, NULL);
      for (guint i = 0; i < 30; i++)
        {
          g_autofree char *event_id = g_strdup_printf ("r%u-%u", round, i);

          post_event (self, event_id, &n_stored);
        }
      NET_WAIT_UNTIL (n_stored >= wanted);
      g_assert_cmpint (end (self, SIGKILL), ==, -1);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      start (self, NULL, NULL, NULL);
      check = net_sql (&self->net, "PRAGMA integrity_check");
      g_assert_cmpstr (check, ==, "ok");
      g_assert_cmpint (net_sql_int (&self->net, count), >=, (gint64) n_stored);
      /* The bridge sends again what it got no answer for, and perhaps more: all is there once. */
      for (guint i = 0; i < 30; i++)
        {
          g_autofree char *event_id = g_strdup_printf ("r%u-%u", round, i);
          g_autofree char *body = net_message (&self->net, event_id, "k1", event_id);
          g_autoptr (NetAnswer) answer = net_inbound (&self->net, body);

          g_assert_cmpuint (answer->status, ==, 200);
        }
      g_assert_cmpint (net_sql_int (&self->net, "SELECT count(*) FROM message WHERE dir = 'in'"), ==,
                       30 * (gint64) (round + 1));
      g_assert_cmpint (net_sql_int (&self->net, "SELECT count(DISTINCT body) FROM message WHERE dir = 'in'"), ==,
                       30 * (gint64) (round + 1));
      g_assert_cmpint (
        net_sql_int (&self->net, "SELECT count(*) FROM message m LEFT JOIN change c ON c.id = m.id AND c.seq = m.rev "
                                 "WHERE c.seq IS NULL"),
        ==, 0);
      end (self, SIGTERM);
    }
}

static void
held_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  soup_server_message_pause (message);
  *(SoupServerMessage **) user_data = message;
}

static void
test_sudden_death_while_posting_once (Program *self, gconstpointer data)
{
  g_autoptr (SoupServer) far = soup_server_new (NULL, NULL);
  SoupServerMessage *held = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *options = NULL;
  g_autofree char *conversation = NULL;
  g_autofree char *args = NULL;
  g_autofree char *op_id = net_id ();
  g_autofree char *id = net_id ();
  g_autofree char *url = NULL;
  g_autoptr (JsonObject) result = NULL;
  GSList *uris;

  soup_server_add_handler (far, NULL, held_cb, &held, NULL);
  soup_server_listen_local (far, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (far);
  url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  options = g_strdup_printf (" --once --url=%s", url);
  add_channel (self, options);
  start (self, NULL, NULL, NULL);
  sign_in (self);
  net_customer_writes (&self->net, "e1", "k1", "在吗？");
  conversation = net_sql (&self->net, "SELECT id FROM conversation");
  args = g_strdup_printf (
    "{\"id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"text\",\"body\":\"在\",\"at\":%" G_GINT64_FORMAT "}", id,
    conversation, net_now (&self->net));
  result = net_op (&self->net, op_id, "message.send", args);
  NET_WAIT_UNTIL (held != NULL);
  end (self, SIGKILL);
  start (self, NULL, NULL, NULL);
  /* It may have arrived: only a person may send it again. */
  NET_WAIT_UNTIL (net_sql_int (&self->net, "SELECT count(*) FROM message WHERE delivery = 'unknown'") == 1);
  g_assert_cmpint (net_sql_int (&self->net, "SELECT count(*) FROM outbound"), ==, 0);
}

static void
test_restored_backup_has_new_epoch (Program *self, gconstpointer data)
{
  g_autofree char *query = NULL;
  g_autoptr (NetAnswer) before = NULL;
  g_autoptr (NetAnswer) gone = NULL;
  g_autoptr (NetAnswer) anew = NULL;
  g_auto (Ran) busy = { 0 };

  start (self, NULL, NULL, NULL);
  sign_in (self);
  query = g_strdup_printf ("/v1/sync?cursor=%s.1", self->net.epoch);
  before = net_call_signed_in (&self->net, "GET", query, NULL);
  g_assert_cmpuint (before->status, ==, 200);
  busy = run (self, "restored");
  g_assert_cmpint (busy.status, ==, 1);
  end (self, SIGTERM);
  run_well (self, "restored");
  start (self, NULL, NULL, NULL);
  gone = net_call_signed_in (&self->net, "GET", query, NULL);
  g_assert_cmpuint (gone->status, ==, 410);
  anew = net_call_signed_in (&self->net, "GET", "/v1/sync", NULL);
  g_assert_cmpuint (anew->status, ==, 200);
}

/* -1: it is there. */
static gint64
upload_stands_at (Program *self, const char *path)
{
  g_autoptr (NetAnswer) head = net_call_signed_in (&self->net, "HEAD", path, NULL);

  if (head->status == 200)
    return -1;
  return head->kefu_offset != NULL ? g_ascii_strtoll (head->kefu_offset, NULL, 10) : 0;
}

static void
test_killed_upload_goes_on (Program *self, gconstpointer data)
{
  g_autofree char *content = g_strnfill (1000000, 'x');
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, content, -1);
  g_autofree char *path = g_strconcat ("/v1/blobs/", sha256, NULL);
  g_autofree char *socket = g_build_filename (self->net.dir, "kefu.sock", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (NetAnswer) rest = NULL;
  g_autofree char *head = NULL;
  g_autofree char *bearer = NULL;
  g_autofree char *range = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GOutputStream *out;
  gint64 kept;

  start (self, NULL, NULL, NULL);
  sign_in (self);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  g_assert_nonnull (connection);
  head = g_strdup_printf ("PUT %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\n",
                          path, self->net.token);
  out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_true (g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL));
  g_assert_true (g_output_stream_write_all (out, content, 600000, NULL, NULL, NULL));
  NET_WAIT_UNTIL (upload_stands_at (self, path) > 0);
  end (self, SIGKILL);
  start (self, NULL, NULL, NULL);
  kept = upload_stands_at (self, path);
  g_assert_cmpint (kept, >, 0);
  g_assert_cmpint (kept, <=, 600000);
  bearer = g_strconcat ("Bearer ", self->net.token, NULL);
  range = g_strdup_printf ("bytes %" G_GINT64_FORMAT "-999999/1000000", kept);
  bytes = g_bytes_new (content + kept, (gsize) (1000000 - kept));
  rest = net_call (&self->net, "PUT", path, bytes,
                   (const char *[]){ "Authorization", bearer, "Content-Range", range, NULL });
  g_assert_cmpuint (rest->status, ==, 201);
  g_assert_cmpint (upload_stands_at (self, path), ==, -1);
}

static void
test_locked_database_says_retry (Program *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->net.dir, "kefu.db", NULL);
  g_autofree char *op_id = net_id ();
  g_autofree char *args = NULL;
  g_autofree char *conversation = NULL;
  g_autoptr (JsonObject) locked = NULL;
  g_autoptr (JsonObject) free_again = NULL;
  g_autoptr (NetAnswer) read = NULL;
  sqlite3 *db;

  add_channel (self, "");
  start (self, NULL, NULL, NULL);
  sign_in (self);
  net_customer_writes (&self->net, "e1", "k1", "在吗？");
  conversation = net_sql (&self->net, "SELECT id FROM conversation");
  args = g_strdup_printf ("{\"conversation_id\":\"%s\",\"mseq\":1,\"in_no\":1}", conversation);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  /* Who reads does not notice. */
  read = net_call_signed_in (&self->net, "GET", "/v1/sync", NULL);
  g_assert_cmpuint (read->status, ==, 200);
  locked = net_op (&self->net, op_id, "conversation.read", args);
  g_assert_cmpstr (json_object_get_string_member (locked, "status"), ==, "retry");
  sqlite3_close (db);
  free_again = net_op (&self->net, op_id, "conversation.read", args);
  g_assert_cmpstr (json_object_get_string_member (free_again, "status"), ==, "applied");
}

static void
test_broken_database_is_named (Program *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->net.dir, "kefu.db", NULL);
  g_autofree char *rubbish = g_strnfill (8192, 'x');
  g_autofree char *after = NULL;
  g_auto (Ran) corrupt = { 0 };
  g_auto (Ran) newer = { 0 };
  sqlite3 *db;

  g_assert_true (g_file_set_contents (path, rubbish, -1, NULL));
  corrupt = run (self, "serve");
  g_assert_cmpint (corrupt.status, ==, 1);
  g_assert_nonnull (strstr (corrupt.err, "kefu.db"));
  /* It is not ours to throw away. */
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, rubbish);
  unlink (path);
  run_well (self, "label add 急");
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE meta SET value = 99 WHERE key = 'server_version'", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (db);
  newer = run (self, "serve");
  g_assert_cmpint (newer.status, ==, 1);
  g_assert_nonnull (strstr (newer.err, "newer"));
}

static Ran
import (Program *self, const char *csv)
{
  g_autofree char *path = g_build_filename (self->net.dir, "o.csv", NULL);
  g_autofree char *words = g_strdup_printf ("import orders %s --channel %s", path, self->net.channel_id);

  g_assert_true (g_file_set_contents (path, csv, -1, NULL));
  return run (self, words);
}

static void
test_import_orders (Program *self, gconstpointer data)
{
  g_auto (Ran) ran = { 0 };
  g_auto (Ran) again = { 0 };
  g_autofree char *items = NULL;
  const char *csv =
    "\xef\xbb\xbfnumber,state,placed_at,customer_key,customer_name,item,variant,qty,price,paid,address\r\n"
    "N1,paid,2024-05-01 12:30,u1,沈若溪,\"表带, 米兰\",20mm,2,67.40,134.8,\"浙江省\n杭州市\"\r\n"
    "N1,paid,2024-05-01 12:30,u1,,电池,,,0,,\r\n"
    "\r\n"
    "N2,unpaid,2024-05-02,u2,王磊,表盘,,1,99,,\r\n";

  add_channel (self, "");
  ran = import (self, csv);
  g_assert_cmpstr (ran.err, ==, "");
  g_assert_cmpint (ran.status, ==, 0);
  g_assert_cmpint (net_sql_int (&self->net, "SELECT count(*) FROM orders"), ==, 2);
  g_assert_cmpint (net_sql_int (&self->net, "SELECT paid_minor FROM orders WHERE number = 'N1'"), ==, 13480);
  /* 12:30 in Shanghai */
  g_assert_cmpint (net_sql_int (&self->net, "SELECT placed_at FROM orders WHERE number = 'N1'"), ==, 1714537800000);
  items = net_sql (
    &self->net,
    "SELECT items->>'$[0].title' || '/' || (items->>'$[0].price_minor') || '/' || (items->>'$[1].title') || '/' || "
    "(items->>'$[1].qty') FROM orders WHERE number = 'N1'");
  g_assert_cmpstr (items, ==, "表带, 米兰/6740/电池/1");
  g_assert_cmpint (net_sql_int (&self->net, "SELECT count(*) FROM change WHERE kind = 'order'"), ==, 2);
  again = import (self, csv);
  g_assert_cmpint (again.status, ==, 0);
  g_assert_cmpint (net_sql_int (&self->net, "SELECT count(*) FROM orders"), ==, 2);
}

static void
test_import_faults_name_line_and_column (Program *self, gconstpointer data)
{
  static const struct
  {
    const char *csv;
    const char *fault;
  } cases[] = {
    { "", "o.csv:1: The file is empty" },
    { "number,state,placed_at\nN1,paid,2024-05-01\n", "o.csv:1: customer_key: this column is missing" },
    { "number,state,placed_at,customer_key,colour\n", "o.csv:1: colour: there is no such column" },
    { "number,state,placed_at,customer_key\nN1,paid,2024-05-01,u1\n\nN2,lost,2024-05-01,u1\n", "o.csv:4: state: " },
    { "number,state,placed_at,customer_key\nN1,paid,yesterday,u1\n", "o.csv:2: placed_at: " },
    { "number,state,placed_at,customer_key\n,paid,2024-05-01,u1\n", "o.csv:2: number: it is empty" },
    { "number,state,placed_at,customer_key,paid\nN1,paid,2024-05-01,\"u\n1\",1\nN2,paid,2024-05-01,u1,1.234\n",
      "o.csv:4: paid: " },
    { "number,state,placed_at,customer_key,item,qty\nN1,paid,2024-05-01,u1,表带,many\n", "o.csv:2: qty: " },
    { "number,state,placed_at,customer_key\nN1,paid,2024-05-01,u1\nN1,paid,2024-05-02,u1\n",
      "o.csv:3: placed_at: it differs from line 2" },
    { "number,state,placed_at,customer_key\nN1,paid,2024-05-01,\"u1\n", "o.csv:2: a quotation mark" },
    { "number,state,placed_at,customer_key\nN1,paid,2024-05-01,\xff\xff\n", "The file is neither UTF-8 nor GBK" },
  };

  add_channel (self, "");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Ran) ran = import (self, cases[i].csv);

      g_test_message ("%s", ran.err);
      g_assert_cmpint (ran.status, ==, 1);
      g_assert_nonnull (strstr (ran.err, cases[i].fault));
      g_assert_cmpint (net_sql_int (&self->net, "SELECT count(*) FROM orders"), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/process/" path, Program, NULL, set_up, func, tear_down)
  ADD ("starts-private-and-stops-clean", test_starts_private_and_stops_clean);
  ADD ("second-server-is-refused", test_second_server_is_refused);
  ADD ("commands-work-beside-it", test_commands_work_beside_it);
  ADD ("disabled-agent-is-out", test_disabled_agent_is_out);
  ADD ("wrong-usage", test_wrong_usage);
  ADD ("wrong-values", test_wrong_values);
  ADD ("tcp-on-loopback", test_tcp_on_loopback);
  ADD ("tls", test_tls);
  ADD ("dies-with-its-parent", test_dies_with_parent);
  ADD ("restart-keeps-everything", test_restart_keeps_everything);
  ADD ("sudden-death-loses-nothing-answered", test_sudden_death_loses_nothing_answered);
  ADD ("sudden-death-while-posting-once-is-unknown", test_sudden_death_while_posting_once);
  ADD ("restored-backup-has-new-epoch", test_restored_backup_has_new_epoch);
  ADD ("sudden-death-in-an-upload-keeps-its-beginning", test_killed_upload_goes_on);
  ADD ("locked-database-says-retry", test_locked_database_says_retry);
  ADD ("broken-database-is-named-and-kept", test_broken_database_is_named);
  ADD ("import-orders", test_import_orders);
  ADD ("import-faults-name-line-and-column", test_import_faults_name_line_and_column);
  return g_test_run ();
}
