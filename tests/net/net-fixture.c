/* SPDX-License-Identifier: GPL-3.0-or-later
 * A real server in the test's own process, and a client that talks to it over its socket. */
#include "config.h"

#include "net-fixture.h"

#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "kefu-id.h"
#include "kefu-signature.h"

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
net_answer_free (NetAnswer *answer)
{
  g_free (answer->text);
  g_clear_pointer (&answer->json, json_node_unref);
  g_free (answer->content_type);
  g_free (answer->retry_after);
  g_free (answer->content_range);
  g_free (answer->kefu_offset);
  g_free (answer->disposition);
  g_free (answer);
}

static gboolean
make_shop (KefuWrite *write, gpointer user_data, GError **error)
{
  NetFixture *fixture = user_data;
  KefuChannelSpec spec = { .type = "wangwang", .name = "旺旺", .shop = "表带店" };

  fixture->agent_id = kefu_agent_add (write, "li", "李青", "agent", "right", error);
  if (fixture->agent_id == NULL)
    return FALSE;
  fixture->channel_id = kefu_channel_add (write, &spec, &fixture->secret, error);
  return fixture->channel_id != NULL;
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
open_server (NetFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->server = kefu_server_new (fixture->dir, fixture->clock);
  kefu_server_open (fixture->server, &error);
  g_assert_no_error (error);
  kefu_server_listen_unix (fixture->server, NULL, &error);
  g_assert_no_error (error);
  fixture->session = kefu_server_new_session (fixture->server, &fixture->base_url);
}

static void
close_server (NetFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  soup_session_abort (fixture->session);
  g_clear_object (&fixture->session);
  g_clear_pointer (&fixture->base_url, g_free);
  kefu_server_stop_async (fixture->server, result_cb, &result);
  /* A clock that stands still does not end the grace that posts to channels have. */
  NET_WAIT_UNTIL (result != NULL);
  g_assert_true (kefu_server_stop_finish (fixture->server, result, NULL));
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&fixture->server));
}

static void
sign_in (NetFixture *fixture)
{
  static const char text[] =
    "{\"login\":\"li\",\"password\":\"right\",\"device_id\":\"desk-1\",\"device_name\":\"Test\"}";
  g_autoptr (GBytes) body = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (NetAnswer) answer = net_call (fixture, "POST", "/v1/session", body, NULL);
  JsonObject *object;

  g_assert_cmpuint (answer->status, ==, 200);
  object = json_node_get_object (answer->json);
  fixture->token = g_strdup (json_object_get_string_member (object, "token"));
  fixture->epoch = g_strdup (json_object_get_string_member (object, "epoch"));
}

void
net_set_up (NetFixture *fixture, gboolean fake_clock)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("kefu-net-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->clock = fake_clock ? kefu_fake_clock_new (NET_START_MS) : kefu_system_clock_new ();
  open_server (fixture);
  kefu_server_write_async (fixture->server, make_shop, fixture, NULL, NULL, result_cb, &result);
  NET_WAIT_UNTIL (result != NULL);
  kefu_server_write_finish (fixture->server, result, &error);
  g_assert_no_error (error);
  sign_in (fixture);
}

void
net_tear_down (NetFixture *fixture)
{
  close_server (fixture);
  remove_tree (fixture->dir);
  g_clear_object (&fixture->clock);
  g_free (fixture->dir);
  g_free (fixture->channel_id);
  g_free (fixture->secret);
  g_free (fixture->token);
  g_free (fixture->agent_id);
  g_free (fixture->epoch);
  memset (fixture, 0, sizeof *fixture);
}

void
net_restart (NetFixture *fixture)
{
  close_server (fixture);
  open_server (fixture);
}

void
net_restart_later (NetFixture *fixture, gint64 away_ms)
{
  close_server (fixture);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), away_ms);
  open_server (fixture);
}

void
net_wait (gboolean (*condition) (gpointer), gpointer user_data)
{
  NET_WAIT_UNTIL (condition (user_data));
}

NetAnswer *
net_call (NetFixture *fixture, const char *method, const char *path, GBytes *body, const char *const *headers)
{
  g_autofree char *url = g_strconcat (fixture->base_url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  NetAnswer *answer = g_new0 (NetAnswer, 1);
  SoupMessageHeaders *response;

  g_assert_nonnull (message);
  for (guint i = 0; headers != NULL && headers[i] != NULL; i += 2)
    soup_message_headers_replace (soup_message_get_request_headers (message), headers[i], headers[i + 1]);
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_session_send_and_read_async (fixture->session, message, G_PRIORITY_DEFAULT, NULL, result_cb, &result);
  NET_WAIT_UNTIL (result != NULL);
  bytes = soup_session_send_and_read_finish (fixture->session, result, &error);
  g_assert_no_error (error);
  response = soup_message_get_response_headers (message);
  answer->status = soup_message_get_status (message);
  answer->length = g_bytes_get_size (bytes);
  /* With what may be NULs inside, and one behind. */
  answer->text = g_malloc0 (answer->length + 1);
  if (answer->length > 0)
    memcpy (answer->text, g_bytes_get_data (bytes, NULL), answer->length);
  answer->content_type = g_strdup (soup_message_headers_get_one (response, "Content-Type"));
  answer->retry_after = g_strdup (soup_message_headers_get_one (response, "Retry-After"));
  answer->content_range = g_strdup (soup_message_headers_get_one (response, "Content-Range"));
  answer->kefu_offset = g_strdup (soup_message_headers_get_one (response, "Kefu-Offset"));
  answer->disposition = g_strdup (soup_message_headers_get_one (response, "Content-Disposition"));
  if (g_strcmp0 (answer->content_type, "application/json") == 0)
    {
      answer->json = json_from_string (answer->text, &error);
      g_assert_no_error (error);
    }
  return answer;
}

NetAnswer *
net_call_signed_in (NetFixture *fixture, const char *method, const char *path, const char *body)
{
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", fixture->token);
  const char *headers[] = { "Authorization", bearer, NULL };
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;

  return net_call (fixture, method, path, bytes, headers);
}

NetAnswer *
net_inbound (NetFixture *fixture, const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  gint64 now_s = net_now (fixture) / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *signature = kefu_signature_make (fixture->secret, now_s, bytes);
  g_autofree char *path = g_strdup_printf ("/v1/channels/%s/inbound", fixture->channel_id);
  const char *headers[] = { "Kefu-Timestamp", timestamp, "Kefu-Signature", signature, NULL };

  return net_call (fixture, "POST", path, bytes, headers);
}

char *
net_message (NetFixture *fixture, const char *event_id, const char *key, const char *text)
{
  return g_strdup_printf ("{\"events\":[{\"id\":\"%s\",\"type\":\"message\",\"conversation\":{\"key\":\"%s\"},"
                          "\"sender\":{\"key\":\"%s\",\"name\":\"客户 %s\"},\"sent_at\":%" G_GINT64_FORMAT ","
                          "\"parts\":[{\"type\":\"text\",\"text\":\"%s\"}]}]}",
                          event_id, key, key, key, net_now (fixture), text);
}

void
net_customer_writes (NetFixture *fixture, const char *event_id, const char *key, const char *text)
{
  g_autofree char *body = net_message (fixture, event_id, key, text);
  g_autoptr (NetAnswer) answer = net_inbound (fixture, body);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_nonnull (strstr (answer->text, "\"stored\""));
}

JsonObject *
net_op (NetFixture *fixture, const char *op_id, const char *type, const char *args)
{
  g_autofree char *body =
    g_strdup_printf ("{\"ops\":[{\"op_id\":\"%s\",\"type\":\"%s\",\"args\":%s}]}", op_id, type, args);
  g_autoptr (NetAnswer) answer = net_call_signed_in (fixture, "POST", "/v1/ops", body);
  JsonArray *results;

  g_assert_cmpuint (answer->status, ==, 200);
  results = json_object_get_array_member (json_node_get_object (answer->json), "results");
  g_assert_cmpuint (json_array_get_length (results), ==, 1);
  return json_object_ref (json_array_get_object_element (results, 0));
}

static sqlite3 *
open_db (NetFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->dir, "kefu.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  return db;
}

char *
net_sql (NetFixture *fixture, const char *sql)
{
  sqlite3 *db = open_db (fixture);
  sqlite3_stmt *stmt;
  char *text = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  if (sqlite3_step (stmt) == SQLITE_ROW)
    text = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return text;
}

void
net_exec (NetFixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->dir, "kefu.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

gint64
net_sql_int (NetFixture *fixture, const char *sql)
{
  g_autofree char *text = net_sql (fixture, sql);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

/* Every value of every row of every table that is a table of ours. */
char *
net_digest (NetFixture *fixture)
{
  sqlite3 *db = open_db (fixture);
  sqlite3_stmt *tables;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_assert_cmpint (
    sqlite3_prepare_v2 (db,
                        /* but for the day up to which the server has tidied up, which is its own affair */
                        "SELECT 'SELECT * FROM ' || name || iif(name = 'meta', ' WHERE key NOT LIKE ''tidy%''', '')"
                        " FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name",
                        -1, &tables, NULL),
    ==, SQLITE_OK);
  while (sqlite3_step (tables) == SQLITE_ROW)
    {
      sqlite3_stmt *rows;

      g_assert_cmpint (sqlite3_prepare_v2 (db, (const char *) sqlite3_column_text (tables, 0), -1, &rows, NULL), ==,
                       SQLITE_OK);
      g_checksum_update (checksum, sqlite3_column_text (tables, 0), -1);
      while (sqlite3_step (rows) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count (rows); i++)
          {
            const void *value = sqlite3_column_blob (rows, i);

            if (value != NULL)
              g_checksum_update (checksum, value, sqlite3_column_bytes (rows, i));
            g_checksum_update (checksum, (const guchar *) "|", 1);
          }
      sqlite3_finalize (rows);
    }
  sqlite3_finalize (tables);
  sqlite3_close (db);
  return g_strdup (g_checksum_get_string (checksum));
}

char *
net_id (void)
{
  return kefu_id_new (g_get_real_time () / 1000);
}

gint64
net_now (NetFixture *fixture)
{
  return kefu_clock_now (fixture->clock);
}

void
net_tidied_today (NetFixture *fixture)
{
  g_autofree char *sql =
    g_strdup_printf ("INSERT OR REPLACE INTO meta VALUES('tidy_today', %" G_GINT64_FORMAT ")", net_now (fixture));

  net_exec (fixture, sql);
}

static const char *
error_member (NetAnswer *answer, const char *member)
{
  JsonObject *object;

  if (answer->json == NULL || !json_object_has_member (json_node_get_object (answer->json), "error"))
    return "";
  object = json_object_get_object_member (json_node_get_object (answer->json), "error");
  return json_object_get_string_member_with_default (object, member, "");
}

const char *
net_error_code (NetAnswer *answer)
{
  return error_member (answer, "code");
}

const char *
net_error_field (NetAnswer *answer)
{
  return error_member (answer, "field");
}

static void
reader_message_cb (SoupWebsocketConnection *connection, int type, GBytes *bytes, gpointer user_data)
{
  NetReader *reader = user_data;
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object;

  g_assert_nonnull (node);
  object = json_node_get_object (node);
  if (g_str_equal (json_object_get_string_member (object, "t"), "eph"))
    {
      g_ptr_array_add (reader->ephs, json_object_ref (object));
      return;
    }
  g_assert_cmpstr (json_object_get_string_member (object, "t"), ==, "changes");
  reader->n_batches++;
  reader->gap |= json_object_get_int_member (object, "from") != reader->position;
  reader->position = json_object_get_int_member (object, "to");
  for (guint i = 0; i < json_array_get_length (json_object_get_array_member (object, "changes")); i++)
    g_ptr_array_add (reader->changes,
                     json_object_ref (
                       json_array_get_object_element (json_object_get_array_member (object, "changes"), i)));
}

static void
reader_closed_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  NetReader *reader = user_data;

  reader->closed = TRUE;
  reader->close_code = soup_websocket_connection_get_close_code (connection);
  reader->close_reason = g_strdup (soup_websocket_connection_get_close_data (connection));
}

NetReader *
net_reader_new (NetFixture *fixture, const char *token, const char *cursor)
{
  NetReader *reader = g_new0 (NetReader, 1);
  g_autofree char *url = cursor != NULL ? g_strdup_printf ("%s/v1/stream?cursor=%s", fixture->base_url, cursor)
                                        : g_strdup_printf ("%s/v1/stream", fixture->base_url);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GAsyncResult) result = NULL;
  const char *dot = cursor != NULL ? strrchr (cursor, '.') : NULL;

  reader->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  reader->ephs = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  reader->position = dot != NULL ? g_ascii_strtoll (dot + 1, NULL, 10) : 0;
  if (token != NULL)
    {
      g_autofree char *bearer = g_strdup_printf ("Bearer %s", token);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", bearer);
    }
  soup_session_websocket_connect_async (fixture->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, result_cb,
                                        &result);
  NET_WAIT_UNTIL (result != NULL);
  reader->connection = soup_session_websocket_connect_finish (fixture->session, result, NULL);
  reader->status = soup_message_get_status (message);
  if (reader->connection == NULL)
    return reader;
  soup_websocket_connection_set_max_incoming_payload_size (reader->connection, 8 * 1024 * 1024);
  g_signal_connect (reader->connection, "message", G_CALLBACK (reader_message_cb), reader);
  g_signal_connect (reader->connection, "closed", G_CALLBACK (reader_closed_cb), reader);
  return reader;
}

void
net_reader_free (NetReader *reader)
{
  if (reader->connection != NULL)
    {
      if (soup_websocket_connection_get_state (reader->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (reader->connection, 1000, NULL);
      NET_WAIT_UNTIL (reader->closed);
      g_signal_handlers_disconnect_by_data (reader->connection, reader);
      g_object_unref (reader->connection);
    }
  g_ptr_array_unref (reader->changes);
  g_ptr_array_unref (reader->ephs);
  g_free (reader->close_reason);
  g_free (reader);
}

guint
net_reader_count (NetReader *reader, const char *kind)
{
  guint n = 0;

  for (guint i = 0; i < reader->changes->len; i++)
    n += g_strcmp0 (json_object_get_string_member (g_ptr_array_index (reader->changes, i), "kind"), kind) == 0;
  return n;
}
