/* SPDX-License-Identifier: GPL-3.0-or-later
 * Tokens that expire, are revoked, and say so; where an agent is signed in; the certificate's fingerprint. */
#include "config.h"

#include <string.h>

#include "net-fixture.h"

#define DAY_MS (24LL * 3600 * 1000)

static void
set_up (NetFixture *fixture, gconstpointer real_clock)
{
  net_set_up (fixture, real_clock == NULL);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

static void
advance (NetFixture *fixture, gint64 ms)
{
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), ms);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  kefu_server_write_finish (KEFU_SERVER (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
write_now (NetFixture *fixture, KefuServerWriteFunc func)
{
  gboolean done = FALSE;

  kefu_server_write_async (fixture->server, func, fixture, NULL, NULL, written_cb, &done);
  NET_WAIT_UNTIL (done);
}

static gboolean
add_wang (KefuWrite *write, gpointer data, GError **error)
{
  g_autofree char *id = kefu_agent_add (write, "wang", "王磊", "agent", "right", error);

  return id != NULL;
}

static gboolean
change_password (KefuWrite *write, gpointer data, GError **error)
{
  return kefu_agent_set_password (write, "li", "new", error);
}

static gboolean
disable (KefuWrite *write, gpointer data, GError **error)
{
  return kefu_agent_set_disabled (write, "li", TRUE, error);
}

static gboolean
enable (KefuWrite *write, gpointer data, GError **error)
{
  return kefu_agent_set_disabled (write, "li", FALSE, error);
}

static NetAnswer *
post_session (NetFixture *fixture, const char *login, const char *password, const char *device)
{
  g_autofree char *text =
    g_strdup_printf ("{\"login\":\"%s\",\"password\":\"%s\",\"device_id\":\"%s\",\"device_name\":\"%s\"}", login,
                     password, device, device);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return net_call (fixture, "POST", "/v1/session", body, NULL);
}

/* (transfer full): a token of a further device. */
static char *
sign_in (NetFixture *fixture, const char *login, const char *device)
{
  g_autoptr (NetAnswer) answer = post_session (fixture, login, "right", device);

  g_assert_cmpuint (answer->status, ==, 200);
  return g_strdup (json_object_get_string_member (json_node_get_object (answer->json), "token"));
}

static NetAnswer *
call_with (NetFixture *fixture, const char *token, const char *method, const char *path)
{
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", token);
  const char *headers[] = { "Authorization", bearer, NULL };

  return net_call (fixture, method, path, NULL, headers);
}

static void
assert_refused (NetFixture *fixture, const char *token, const char *code)
{
  static const char *const calls[][2] = {
    { "GET", "/v1/sync" }, { "GET", "/v1/sessions" },          { "DELETE", "/v1/sessions" },
    { "POST", "/v1/ops" }, { "GET", "/v1/stream?cursor=x.0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (NetAnswer) answer = call_with (fixture, token, calls[i][0], calls[i][1]);

      g_test_message ("%s %s: %s", calls[i][0], calls[i][1], answer->text);
      g_assert_cmpuint (answer->status, ==, 401);
      g_assert_cmpstr (net_error_code (answer), ==, code);
    }
}

static void
assert_good (NetFixture *fixture, const char *token)
{
  g_autoptr (NetAnswer) answer = call_with (fixture, token, "GET", "/v1/sync");

  g_assert_cmpuint (answer->status, ==, 200);
}

static NetReader *
open_stream (NetFixture *fixture, const char *token)
{
  g_autofree char *cursor = g_strdup_printf ("%s.0", fixture->epoch);
  NetReader *reader = net_reader_new (fixture, token, cursor);

  g_assert_nonnull (reader->connection);
  return reader;
}

/* Ticks a fake clock until the stream is closed. */
static void
assert_closed (NetFixture *fixture, NetReader *reader, const char *reason)
{
  if (KEFU_IS_FAKE_CLOCK (fixture->clock))
    advance (fixture, 1000);
  NET_WAIT_UNTIL (reader->closed);
  g_assert_cmpuint (reader->close_code, ==, 4001);
  g_assert_cmpstr (reader->close_reason, ==, reason);
}

static void
test_expires_after_last_use (NetFixture *fixture, gconstpointer data)
{
  net_restart_later (fixture, 29 * DAY_MS);
  assert_good (fixture, fixture->token);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT seen_at FROM session") == net_now (fixture));
  net_restart_later (fixture, 29 * DAY_MS);
  assert_good (fixture, fixture->token);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT seen_at FROM session") == net_now (fixture));
  net_restart_later (fixture, 30 * DAY_MS - 1);
  assert_good (fixture, fixture->token);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT seen_at FROM session") == net_now (fixture));
  net_restart_later (fixture, 30 * DAY_MS);
  assert_refused (fixture, fixture->token, "expired");
}

static void
test_last_use_is_written_seldom (NetFixture *fixture, gconstpointer data)
{
  gint64 start = net_now (fixture);

  for (guint i = 0; i < 9; i++)
    {
      advance (fixture, 30 * 1000);
      assert_good (fixture, fixture->token);
    }
  /* Whatever was to be written would be there after a write of our own. */
  write_now (fixture, add_wang);
  g_assert_cmpint (net_sql_int (fixture, "SELECT seen_at FROM session"), ==, start);
  advance (fixture, 30 * 1000);
  assert_good (fixture, fixture->token);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT seen_at FROM session") == net_now (fixture));
}

/* A desk that only listens is used too; one whose token runs out while it listens is told. */
static void
test_stream_is_use (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetReader) reader = open_stream (fixture, fixture->token);

  advance (fixture, 10 * 1000);
  /* Time goes in steps that leave the stream alive: nobody is silent for 45 s here. */
  for (guint i = 0; i < 40; i++)
    {
      soup_websocket_connection_send_text (reader->connection, "{\"t\":\"eph\"}");
      while (g_main_context_iteration (NULL, FALSE))
        ;
      advance (fixture, 10 * 1000);
    }
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT seen_at FROM session") > NET_START_MS);
  g_assert_false (reader->closed);
}

static void
test_stream_of_expired_token_is_closed (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetReader) reader = open_stream (fixture, fixture->token);

  net_exec (fixture, "UPDATE session SET seen_at = seen_at - 30 * 86400000");
  assert_closed (fixture, reader, "expired");
  assert_refused (fixture, fixture->token, "expired");
}

static void
test_list (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *second = NULL;
  g_autofree char *others = NULL;
  g_autoptr (NetAnswer) answer = NULL;
  JsonArray *sessions;
  JsonObject *mine;
  JsonObject *other;

  write_now (fixture, add_wang);
  advance (fixture, 1000);
  second = sign_in (fixture, "li", "前台");
  others = sign_in (fixture, "wang", "wang-1");
  advance (fixture, 60 * 1000);
  answer = net_call_signed_in (fixture, "GET", "/v1/sessions", NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  sessions = json_object_get_array_member (json_node_get_object (answer->json), "sessions");
  g_assert_cmpuint (json_array_get_length (sessions), ==, 2);
  /* The last used first. */
  other = json_array_get_object_element (sessions, 0);
  mine = json_array_get_object_element (sessions, 1);
  g_assert_cmpstr (json_object_get_string_member (other, "device_name"), ==, "前台");
  g_assert_false (json_object_get_boolean_member (other, "current"));
  g_assert_cmpint (json_object_get_int_member (other, "last_seen"), ==, NET_START_MS + 1000);
  g_assert_cmpint (json_object_get_int_member (other, "created_at"), ==, NET_START_MS + 1000);
  g_assert_cmpstr (json_object_get_string_member (mine, "device_name"), ==, "Test");
  g_assert_true (json_object_get_boolean_member (mine, "current"));
  g_assert_cmpint (json_object_get_int_member (mine, "last_seen"), ==, NET_START_MS + 61000);
  /* No token is in it, nor what a token could be made of. */
  g_assert_null (strstr (answer->text, fixture->token));
  g_assert_null (strstr (answer->text, "token"));
}

/* (transfer full): the id of the session on @device. */
static char *
id_of (NetFixture *fixture, const char *device)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM session WHERE device_id = '%s'", device);

  return net_sql (fixture, sql);
}

static void
test_revoke_one (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *second = sign_in (fixture, "li", "second");
  g_autofree char *id = id_of (fixture, "second");
  g_autofree char *path = g_strconcat ("/v1/sessions/", id, NULL);
  g_autoptr (NetReader) mine = open_stream (fixture, fixture->token);
  g_autoptr (NetReader) theirs = open_stream (fixture, second);
  g_autoptr (NetAnswer) answer = net_call_signed_in (fixture, "DELETE", path, NULL);
  g_autoptr (NetAnswer) again = NULL;
  g_autofree char *third = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  /* At once: the clock stands still. */
  NET_WAIT_UNTIL (theirs->closed);
  g_assert_cmpuint (theirs->close_code, ==, 4001);
  g_assert_cmpstr (theirs->close_reason, ==, "revoked");
  assert_refused (fixture, second, "revoked");
  assert_good (fixture, fixture->token);
  g_assert_false (mine->closed);
  again = net_call_signed_in (fixture, "DELETE", path, NULL);
  g_assert_cmpuint (again->status, ==, 404);
  /* Signing in again is the way back. */
  third = sign_in (fixture, "li", "second");
  assert_good (fixture, third);
}

static void
test_nobody_elses (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *other = NULL;
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  g_autoptr (NetAnswer) one = NULL;
  g_autoptr (NetAnswer) all = NULL;
  g_autoptr (NetAnswer) nobody = NULL;

  write_now (fixture, add_wang);
  other = sign_in (fixture, "wang", "wang-1");
  id = id_of (fixture, "wang-1");
  path = g_strconcat ("/v1/sessions/", id, NULL);
  one = net_call_signed_in (fixture, "DELETE", path, NULL);
  g_assert_cmpuint (one->status, ==, 404);
  all = net_call_signed_in (fixture, "DELETE", "/v1/sessions", NULL);
  g_assert_cmpuint (all->status, ==, 200);
  nobody = net_call (fixture, "DELETE", path, NULL, NULL);
  g_assert_cmpuint (nobody->status, ==, 401);
  assert_good (fixture, other);
}

static void
test_revoke_everywhere_else (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *second = sign_in (fixture, "li", "second");
  g_autofree char *third = sign_in (fixture, "li", "third");
  g_autoptr (NetReader) reader = open_stream (fixture, third);
  g_autoptr (NetAnswer) answer = net_call_signed_in (fixture, "DELETE", "/v1/sessions", NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (answer->json), "ended"), ==, 2);
  NET_WAIT_UNTIL (reader->closed);
  assert_refused (fixture, second, "revoked");
  assert_refused (fixture, third, "revoked");
  assert_good (fixture, fixture->token);
}

static void
test_says_why (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetReader) reader = open_stream (fixture, fixture->token);
  g_autoptr (NetReader) second_reader = NULL;
  g_autoptr (NetAnswer) answer = NULL;
  g_autoptr (NetAnswer) refused = NULL;
  const char *second;

  write_now (fixture, change_password);
  assert_closed (fixture, reader, "password_changed");
  assert_refused (fixture, fixture->token, "password_changed");
  answer = post_session (fixture, "li", "new", "desk-1");
  g_assert_cmpuint (answer->status, ==, 200);
  second = json_object_get_string_member (json_node_get_object (answer->json), "token");
  second_reader = open_stream (fixture, second);
  write_now (fixture, disable);
  assert_closed (fixture, second_reader, "disabled");
  assert_refused (fixture, second, "disabled");
  refused = post_session (fixture, "li", "new", "desk-1");
  g_assert_cmpuint (refused->status, ==, 401);
  /* Allowed again, one has to sign in again. */
  write_now (fixture, enable);
  assert_refused (fixture, second, "revoked");
  assert_refused (fixture, "neverseen", "unauthorized");
}

static void
test_other_login_is_not_locked_out (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (NetAnswer) refused = NULL;
  g_autoptr (NetAnswer) sooner = NULL;
  g_autofree char *other = NULL;

  write_now (fixture, add_wang);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (NetAnswer) answer = post_session (fixture, "li", "wrong", "d");

      g_assert_cmpuint (answer->status, ==, 401);
      advance (fixture, 1000);
    }
  refused = post_session (fixture, "li", "right", "d");
  g_assert_cmpuint (refused->status, ==, 429);
  g_assert_cmpstr (refused->retry_after, ==, "55");
  g_assert_cmpstr (net_error_code (refused), ==, "rate_limited");
  other = sign_in (fixture, "wang", "wang-1");
  assert_good (fixture, other);
  /* One who is signed in notices nothing of it. */
  assert_good (fixture, fixture->token);
  /* A refused attempt is no attempt: the wait does not grow. */
  advance (fixture, 55 * 1000);
  sooner = post_session (fixture, "li", "right", "d");
  g_assert_cmpuint (sooner->status, ==, 200);
}

/* --- commands beside the running server --- */

/* (transfer full): the output of kefu-server @words… on the folder of @fixture; fails unless it exits with @status. */
static char *
run (NetFixture *fixture, int status, const char *words)
{
  g_autofree char *all = g_strconcat (g_getenv ("KEFU_SERVER"), " ", words, fixture != NULL ? " --data " : "",
                                      fixture != NULL ? fixture->dir : "", NULL);
  g_auto (GStrv) argv = g_strsplit (g_strchomp (all), " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                       &error);
  char *out;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %s", words, out);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
  return out;
}

static void
test_command_signs_out_one (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *second = sign_in (fixture, "li", "second");
  g_autofree char *id = id_of (fixture, "second");
  g_autofree char *words = g_strdup_printf ("user sign-out li --session %s", id);
  g_autoptr (NetReader) mine = open_stream (fixture, fixture->token);
  g_autoptr (NetReader) theirs = open_stream (fixture, second);
  g_autofree char *list = run (fixture, 0, "user sessions li");
  g_autofree char *out = NULL;
  g_autofree char *gone = NULL;
  g_autofree char *after = NULL;
  gint64 before;

  g_assert_nonnull (strstr (list, id));
  g_assert_nonnull (strstr (list, "\tTest\n"));
  out = run (fixture, 0, words);
  before = g_get_monotonic_time ();
  NET_WAIT_UNTIL (theirs->closed);
  /* Within a second or so, of which a slow machine may take some more. */
  g_assert_cmpint (g_get_monotonic_time () - before, <, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (theirs->close_code, ==, 4001);
  g_assert_cmpstr (theirs->close_reason, ==, "revoked");
  assert_refused (fixture, second, "revoked");
  assert_good (fixture, fixture->token);
  g_assert_false (mine->closed);
  gone = run (fixture, 1, words);
  after = run (fixture, 0, "user sessions li");
  g_assert_null (strstr (after, id));
}

static void
test_commands_say_why (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *everywhere = NULL;
  g_autofree char *nobody = run (fixture, 1, "user sign-out nobody");
  g_autofree char *usage = run (fixture, 2, "user sign-out");
  g_autofree char *disabled = NULL;
  g_autofree char *second = NULL;
  g_autoptr (NetReader) reader = open_stream (fixture, fixture->token);
  g_autoptr (NetReader) second_reader = NULL;

  everywhere = run (fixture, 0, "user sign-out li");
  assert_closed (fixture, reader, "revoked");
  second = sign_in (fixture, "li", "second");
  second_reader = open_stream (fixture, second);
  disabled = run (fixture, 0, "user disable li");
  assert_closed (fixture, second_reader, "disabled");
  assert_refused (fixture, second, "disabled");
}

static void
test_days_are_kept (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *none = run (fixture, 2, "serve --token-days=0");
  g_autofree char *many = run (fixture, 2, "serve --token-days=9999");
  g_autofree char *dir = g_dir_make_tmp ("kefu-days-XXXXXX", NULL);
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", dir);
  g_autoptr (KefuClock) clock = kefu_fake_clock_new (NET_START_MS);
  NetFixture other = { .dir = dir };

  /* Told fewer days, the server is through with what was not used for longer. */
  net_exec (fixture, "INSERT OR REPLACE INTO meta VALUES('token_days', 2)");
  net_exec (fixture, "UPDATE session SET seen_at = seen_at - 2 * 86400000 + 1");
  assert_good (fixture, fixture->token);
  NET_WAIT_UNTIL (net_sql_int (fixture, "SELECT seen_at FROM session") == NET_START_MS);
  net_exec (fixture, "UPDATE session SET seen_at = seen_at - 2 * 86400000");
  assert_refused (fixture, fixture->token, "expired");
  /* And it keeps what it was told. */
  for (guint i = 0; i < 2; i++)
    {
      KefuServer *server = kefu_server_new (other.dir, clock);
      g_autoptr (GError) error = NULL;

      kefu_server_set_token_days (server, i == 0 ? 2 : 7);
      kefu_server_open (server, &error);
      g_assert_no_error (error);
      NET_WAIT_UNTIL (net_sql_int (&other, "SELECT coalesce((SELECT value FROM meta WHERE key = 'token_days'), 0)") ==
                      (i == 0 ? 2 : 7));
      g_object_unref (server);
    }
  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}

/* What version 1 of the tables kept goes on being good. */
static void
test_older_sessions_stay (NetFixture *fixture, gconstpointer data)
{
  net_exec (fixture, "DROP INDEX session_id; ALTER TABLE session DROP COLUMN id;"
                     "ALTER TABLE session DROP COLUMN seen_at; ALTER TABLE session DROP COLUMN ended;"
                     "ALTER TABLE session DROP COLUMN ended_at;"
                     "DROP TABLE channel_blob; DROP INDEX op_done_at; DROP INDEX inbound_seen_at;"
                     "UPDATE meta SET value = 1 WHERE key = 'server_version'");
  net_restart (fixture);
  assert_good (fixture, fixture->token);
  g_assert_cmpint (net_sql_int (fixture, "SELECT length(id) FROM session"), ==, 32);
}

static void
test_fingerprint (NetFixture *fixture, gconstpointer data)
{
  g_autofree char *cert = g_build_filename (fixture->dir, "cert.pem", NULL);
  g_autofree char *key = g_build_filename (fixture->dir, "key.pem", NULL);
  g_autofree char *make =
    g_strdup_printf ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
                     "-subj /CN=localhost -keyout %s -out %s",
                     key, cert);
  g_autofree char *ask = g_strdup_printf ("openssl x509 -in %s -noout -fingerprint -sha256", cert);
  g_autofree char *words = g_strdup_printf ("fingerprint --tls-cert %s", cert);
  g_autofree char *noise = NULL;
  g_autofree char *noise2 = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *usage = run (NULL, 2, "fingerprint");
  g_autofree char *missing = run (NULL, 1, "fingerprint --tls-cert /nowhere.pem");
  g_auto (GStrv) groups = NULL;
  g_autofree char *digits = NULL;
  const char *colons;

  if (!g_spawn_command_line_sync (make, &noise, &noise2, NULL, NULL) || !g_file_test (cert, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no openssl to make a certificate");
      return;
    }
  g_spawn_command_line_sync (ask, &theirs, NULL, NULL, NULL);
  colons = strchr (theirs, '=') + 1;
  ours = g_strchomp (run (NULL, 0, words));
  groups = g_strsplit (ours, " ", -1);
  g_assert_cmpuint (g_strv_length (groups), ==, 16);
  digits = g_strjoinv ("", groups);
  for (const char *p = digits, *q = colons; *p != '\0'; p++, q++)
    {
      if (*q == ':')
        q++;
      g_assert_cmpint (*p, ==, *q);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/net/tokens/" path, NetFixture, NULL, set_up, func, tear_down)
#define ADD_REAL(path, func) g_test_add ("/net/tokens/" path, NetFixture, "real clock", set_up, func, tear_down)
  ADD ("expires-after-last-use", test_expires_after_last_use);
  ADD ("last-use-is-written-seldom", test_last_use_is_written_seldom);
  ADD ("stream-is-use", test_stream_is_use);
  ADD ("stream-of-expired-token-is-closed", test_stream_of_expired_token_is_closed);
  ADD ("list", test_list);
  ADD ("revoke-one", test_revoke_one);
  ADD ("nobody-elses", test_nobody_elses);
  ADD ("revoke-everywhere-else", test_revoke_everywhere_else);
  ADD ("says-why", test_says_why);
  ADD ("other-login-is-not-locked-out", test_other_login_is_not_locked_out);
  ADD ("days-are-kept", test_days_are_kept);
  ADD ("older-sessions-stay", test_older_sessions_stay);
  ADD_REAL ("command-signs-out-one", test_command_signs_out_one);
  ADD_REAL ("commands-say-why", test_commands_say_why);
  ADD_REAL ("fingerprint", test_fingerprint);
  return g_test_run ();
}
