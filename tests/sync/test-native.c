/* SPDX-License-Identifier: GPL-3.0-or-later
 * The native backend against a real HTTP server: what it sends, and what it makes of every kind of answer. */
#include "config.h"

#include <signal.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "http-fixture.h"
#include "kefu-native-address.h"
#include "store-fixture.h"

/* A certificate that nobody has signed; its key is of no use to anybody. */
static const char self_signed[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8T/e7z0t0EHtMHqU\n"
                                  "6+XOKo82CPsOQ+2zcGZmDyJYXeWhRANCAAR+IDDwwkqFeGuqTwtgtzuOKW/8d5Cd\n"
                                  "iIJi0nJ7jOxGyhKXgDzogasCJKJd9Vve6tcG0a8JosQ2tfy6qTEnSh/A\n"
                                  "-----END PRIVATE KEY-----\n"
                                  "-----BEGIN CERTIFICATE-----\n"
                                  "MIIBmzCCAUGgAwIBAgIURM1P9h5Ikrn0Ijnayj1ivTFPaIcwCgYIKoZIzj0EAwIw\n"
                                  "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjAzNDAxNVoYDzIxMjYxMDI5\n"
                                  "MDM0MDE1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
                                  "PQMBBwNCAAR+IDDwwkqFeGuqTwtgtzuOKW/8d5CdiIJi0nJ7jOxGyhKXgDzogasC\n"
                                  "JKJd9Vve6tcG0a8JosQ2tfy6qTEnSh/Ao28wbTAdBgNVHQ4EFgQUyWWvGPt5zPv9\n"
                                  "HbIt+wvjUkXvnIQwHwYDVR0jBBgwFoAUyWWvGPt5zPv9HbIt+wvjUkXvnIQwDwYD\n"
                                  "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
                                  "zj0EAwIDSAAwRQIhAIDpr3+HjENk5kjbpTclKpZ+ThksfrfgAUNB4j6+pcnZAiBC\n"
                                  "8Q9v2xLECMciB31Z+NiJwFx1qntcVE5bumNEb+FdnA==\n"
                                  "-----END CERTIFICATE-----\n";

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    const char *base; /* NULL: refused */
  } cases[] = {
    { "https://kefu.example.com", "https://kefu.example.com" },
    { "https://kefu.example.com/", "https://kefu.example.com" },
    { "  HTTPS://kefu.example.com:8443 ", "https://kefu.example.com:8443" },
    { "kefu.example.com", "https://kefu.example.com" },
    { "kefu.example.com:8443", "https://kefu.example.com:8443" },
    { "https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443" },
    { "http://localhost:8080", "http://localhost:8080" },
    { "http://127.0.0.1", "http://127.0.0.1" },
    { "http://[::1]:80", "http://[::1]:80" },
    { "unix:/run/user/1000/kefu.sock", "http://localhost" },
    { "", NULL },
    { "   ", NULL },
    { "http://kefu.example.com", NULL },
    { "http://192.168.1.5", NULL },
    { "http://127.0.0.1.example.com", NULL },
    { "ftp://kefu.example.com", NULL },
    { "https://", NULL },
    { "https://user:pass@kefu.example.com", NULL },
    { "https://kefu.example.com/path", NULL },
    { "https://kefu.example.com?x=1", NULL },
    { "https://kefu.example.com#x", NULL },
    { "https://kefu example.com", NULL },
    { "kefu.example.com:port", NULL },
    { "unix:kefu.sock", NULL },
    { "unix:", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KefuNativeAddress) address = kefu_native_address_parse (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (address != NULL ? address->base : NULL, ==, cases[i].base);
      if (cases[i].base == NULL)
        g_assert_error (error, KEFU_ERROR, KEFU_ERROR_INVALID);
    }
}

static void
test_a_sync_says_who_asks_from_where (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) next = NULL;
  g_autoptr (GError) error = NULL;

  http_answer (http, 200, "application/json; charset=utf-8", " {\"changes\":[]}");
  first = http_sync (http, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (first, NULL), g_bytes_get_size (first), " {\"changes\":[]}", 15);
  g_assert_cmpstr (http->method, ==, "GET");
  g_assert_cmpstr (http->path, ==, "/v1/sync?limit=500");
  g_assert_cmpstr (http->authorization, ==, "Bearer secret");

  next = http_sync (http, "0190-e&x.17", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (http->path, ==, "/v1/sync?cursor=0190-e%26x.17&limit=500");
}

/* Every answer is an error of our own with words, never silence. */
static void
test_what_answers_mean (void)
{
  static const char ours[] =
    "{\"error\":{\"code\":\"bad\",\"message\":\"ops[0].type is missing\",\"field\":\"ops[0].type\"}}";
  static const struct
  {
    guint status;
    const char *type;
    const char *body;
    int code;
    const char *says;
  } cases[] = {
    { 400, "application/json", ours, KEFU_ERROR_INVALID, "ops[0].type is missing" },
    { 401, "application/json", ours, KEFU_ERROR_AUTH, NULL },
    { 403, "text/html", "<html>", KEFU_ERROR_AUTH, NULL },
    { 404, "application/json", ours, KEFU_ERROR_NOT_FOUND, NULL },
    { 404, "text/html", "<html>nginx</html>", KEFU_ERROR_PROTOCOL, NULL },
    { 405, "text/plain", "no", KEFU_ERROR_PROTOCOL, NULL },
    { 409, "application/json", ours, KEFU_ERROR_INVALID, NULL },
    { 410, "application/json", ours, KEFU_ERROR_CURSOR_GONE, NULL },
    { 413, "application/json", ours, KEFU_ERROR_INVALID, NULL },
    { 429, "application/json", ours, KEFU_ERROR_RATE_LIMITED, NULL },
    { 500, "application/json", ours, KEFU_ERROR_SERVER, "ops[0].type" },
    { 502, "text/html", "<html>Bad Gateway</html>", KEFU_ERROR_SERVER, "502" },
    { 503, NULL, NULL, KEFU_ERROR_SERVER, "503" },
    { 301, "text/html", "<html>", KEFU_ERROR_PROTOCOL, NULL },
    { 200, "text/html", "<html>Sign in to the guest network</html>", KEFU_ERROR_PROTOCOL, NULL },
    { 200, "application/json", "[]", KEFU_ERROR_PROTOCOL, NULL },
    { 200, "application/json", "nonsense", KEFU_ERROR_PROTOCOL, NULL },
    { 200, "text/plain", "{}", KEFU_ERROR_PROTOCOL, NULL },
  };
  g_autoptr (Http) http = http_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%u %s", cases[i].status, cases[i].body);
      http_answer (http, cases[i].status, cases[i].type, cases[i].body);
      g_assert_null (http_sync (http, NULL, &error));
      g_assert_error (error, KEFU_ERROR, cases[i].code);
      g_assert_cmpint (strlen (error->message), >, 8);
      g_assert_null (strstr (error->message, "html"));
      if (cases[i].says != NULL)
        g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_a_wait_that_is_asked_for_is_told (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GError) error = NULL;

  http_answer (http, 429, "application/json", "{}");
  http->header = "Retry-After: 30";
  g_assert_null (http_sync (http, NULL, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_RATE_LIMITED);
  g_assert_nonnull (strstr (error->message, "30"));
  g_assert_cmpuint (kefu_error_get_retry_after (error), ==, 30 * 1000);
  g_clear_error (&error);
  http_answer (http, 503, "application/json", "{}");
  http->header = "Retry-After: 30";
  g_assert_null (http_sync (http, NULL, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_SERVER);
  g_assert_cmpuint (kefu_error_get_retry_after (error), ==, 30 * 1000);
}

/* Whoever the server points to would get the token. */
static void
test_redirections_are_not_followed (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GError) error = NULL;

  http_answer (http, 302, "text/html", "<html>");
  http->header = "Location: /v1/elsewhere";
  g_assert_null (http_sync (http, NULL, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
  g_assert_cmpuint (http->n_calls, ==, 1);
}

static gboolean
was_called (gpointer data)
{
  return ((const Http *) data)->n_calls > 0;
}

static void
test_a_server_that_never_answers_is_given_up (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_backend_sync_async (http->backend, NULL, 10, NULL, test_got_result, &result);
  test_wait_for (was_called, http);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (http->clock), 59 * 1000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (result);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (http->clock), 1000);
  g_assert_null (kefu_backend_bytes_finish (http->backend, test_wait_result (&result), &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_NETWORK);
}

static void
test_a_call_can_be_cancelled (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_backend_sync_async (http->backend, NULL, 10, cancellable, test_got_result, &result);
  test_wait_for (was_called, http);
  g_cancellable_cancel (cancellable);
  g_assert_null (kefu_backend_bytes_finish (http->backend, test_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (kefu_fake_clock_next (KEFU_FAKE_CLOCK (http->clock)), ==, -1);
}

static void
assert_unreachable (const char *address, int code)
{
  g_autoptr (KefuBackend) backend = kefu_native_backend_new (address, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  kefu_backend_sync_async (backend, NULL, 10, NULL, test_got_result, &result);
  g_assert_null (kefu_backend_bytes_finish (backend, test_wait_result (&result), &error));
  g_assert_error (error, KEFU_ERROR, code);
}

static void
test_a_server_that_is_away (void)
{
  assert_unreachable ("http://127.0.0.1:1", KEFU_ERROR_NETWORK);
  assert_unreachable ("unix:/nowhere/kefu.sock", KEFU_ERROR_NETWORK);
}

static void
test_a_certificate_that_nobody_signed_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) tls = g_tls_certificate_new_from_pem (self_signed, -1, &error);
  g_autoptr (Http) http = NULL;

  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE))
    {
      g_test_skip ("No TLS here");
      return;
    }
  g_assert_no_error (error);
  http = http_new (tls);
  http_answer (http, 200, "application/json", "{}");
  g_assert_null (http_sync (http, NULL, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_TLS);
  g_assert_cmpuint (http->n_calls, ==, 0);
}

static KefuCredentials *
sign_in (Http *http, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  kefu_backend_sign_in_async (http->backend, "lin", "geheim\"", "device", "Büro", NULL, test_got_result, &result);
  return kefu_backend_sign_in_finish (http->backend, test_wait_result (&result), error);
}

static void
test_sign_in_and_out (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (KefuCredentials) credentials = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  http_answer (http, 200, "application/json",
               "{\"token\":\"t0ken\",\"agent\":{\"id\":\"a1\",\"name\":\"小林\"},\"epoch\":\"e1\"}");
  credentials = sign_in (http, NULL);
  g_assert_nonnull (credentials);
  g_assert_cmpstr (credentials->token, ==, "t0ken");
  g_assert_cmpstr (credentials->agent_id, ==, "a1");
  g_assert_cmpstr (credentials->agent_name, ==, "小林");
  g_assert_cmpstr (credentials->epoch, ==, "e1");
  g_assert_cmpstr (http->method, ==, "POST");
  g_assert_cmpstr (http->path, ==, "/v1/session");
  /* Nobody is signed in yet, so the old token does not go along. */
  g_assert_null (http->authorization);
  g_assert_nonnull (strstr (g_bytes_get_data (http->sent, NULL), "geheim\\\""));

  after = http_sync (http, NULL, NULL);
  g_assert_cmpstr (http->authorization, ==, "Bearer t0ken");

  http_answer (http, 204, NULL, NULL);
  kefu_backend_sign_out_async (http->backend, NULL, test_got_result, &result);
  test_wait_result (&result);
  g_assert_cmpstr (http->method, ==, "DELETE");
  g_assert_cmpstr (http->authorization, ==, "Bearer t0ken");
  http_answer (http, 200, "application/json", "{}");
  g_clear_pointer (&after, g_bytes_unref);
  after = http_sync (http, NULL, NULL);
  g_assert_null (http->authorization);
}

static void
test_a_sign_in_that_fails_says_why (void)
{
  static const char *const lacking[] = { "{}", "{\"token\":\"t\"}", "{\"token\":\"t\",\"agent\":[]}",
                                         "{\"token\":\"\",\"agent\":{\"id\":\"a\"}}",
                                         "{\"token\":\"t\",\"agent\":{\"id\":\"\"}}" };
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GError) error = NULL;

  http_answer (http, 401, "application/json", "{\"error\":{\"code\":\"login\",\"message\":\"x\"}}");
  g_assert_null (sign_in (http, &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_AUTH);
  g_assert_cmpstr (error->message, ==, "Login or password is wrong");
  for (guint i = 0; i < G_N_ELEMENTS (lacking); i++)
    {
      g_clear_error (&error);
      http_answer (http, 200, "application/json", lacking[i]);
      g_assert_null (sign_in (http, &error));
      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
    }
}

static void
test_operations_go_out_as_they_are (void)
{
  static const char ops[] = "{\"ops\":[]}";
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GBytes) body = g_bytes_new_static (ops, strlen (ops));
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  http_answer (http, 200, "application/json", "{\"results\":[]}");
  kefu_backend_ops_async (http->backend, body, NULL, test_got_result, &result);
  answer = kefu_backend_bytes_finish (http->backend, test_wait_result (&result), NULL);
  g_assert_nonnull (answer);
  g_assert_cmpstr (http->method, ==, "POST");
  g_assert_cmpstr (http->path, ==, "/v1/ops");
  g_assert_true (g_bytes_equal (http->sent, body));
}

/* --- the stream --- */

static void
test_the_stream_brings_batches (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autofree char *filling = g_strnfill (1024 * 1024, 'x');
  g_autofree char *large = g_strdup_printf ("{\"t\":\"changes\",\"from\":2,\"to\":3,\"changes\":[\"%s\"]}", filling);

  http_open_stream (http);
  g_assert_cmpuint (http->n_opened, ==, 1);
  soup_websocket_connection_send_text (http->socket, "{\"t\":\"eph\",\"kind\":\"ping\"}");
  soup_websocket_connection_send_text (http->socket, "{ \"t\" : \"changes\", \"from\":1, \"to\":2, \"changes\":[]}");
  http_wait_batches (http, 1);
  /* The type may stand anywhere; beyond libsoup's own limit of 128 KiB a batch is still one. */
  soup_websocket_connection_send_text (
    http->socket, "{\"from\":1,\"to\":2,\"changes\":[\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"],\"t\":\"changes\"}");
  http_wait_batches (http, 2);
  soup_websocket_connection_send_text (http->socket, large);
  http_wait_batches (http, 3);
  g_assert_cmpuint (g_bytes_get_size (http->batch), ==, strlen (large));
  g_assert_cmpuint (http->n_batches, ==, 3);
  g_assert_cmpuint (http->n_closed, ==, 0);
}

static void
test_a_stream_of_rubbish_is_closed (void)
{
  static const char *const rubbish[] = { "hello", "[]", "{\"t\":", "<html>" };

  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++)
    {
      g_autoptr (Http) http = http_new (NULL);

      http_open_stream (http);
      soup_websocket_connection_send_text (http->socket, rubbish[i]);
      http_wait_closed (http);
      g_assert_error (http->closed_with, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
      g_assert_cmpuint (http->n_closed, ==, 1);
    }
}

static void
test_a_stream_ends_with_words (void)
{
  static const gushort codes[] = { 4008, 1000, 1001, 1011 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (Http) http = http_new (NULL);

      http_open_stream (http);
      soup_websocket_connection_close (http->socket, codes[i], NULL);
      http_wait_closed (http);
      g_assert_error (http->closed_with, KEFU_ERROR, KEFU_ERROR_NETWORK);
      g_assert_cmpuint (http->n_closed, ==, 1);
    }
}

static void
test_a_refused_stream_says_why (void)
{
  static const struct
  {
    guint status;
    int code;
  } cases[] = {
    { 401, KEFU_ERROR_AUTH },         { 410, KEFU_ERROR_CURSOR_GONE }, { 503, KEFU_ERROR_SERVER },
    { 429, KEFU_ERROR_RATE_LIMITED }, { 200, KEFU_ERROR_PROTOCOL },    { 404, KEFU_ERROR_PROTOCOL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Http) http = http_new (NULL);

      soup_server_remove_handler (http->server, "/v1/stream");
      http_answer (http, cases[i].status, "text/plain", "no");
      http_open_stream (http);
      g_test_message ("%u", cases[i].status);
      g_assert_cmpuint (http->n_opened, ==, 0);
      g_assert_error (http->closed_with, KEFU_ERROR, cases[i].code);
      g_assert_cmpstr (http->path, ==, "/v1/stream?cursor=epoch.7");
      g_assert_cmpstr (http->authorization, ==, "Bearer secret");
    }
}

static void
run_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* protocol.md: dead after 45 s of silence; whatever comes is life. */
static void
test_a_silent_stream_is_dead (void)
{
  g_autoptr (Http) http = http_new (NULL);
  KefuFakeClock *clock = KEFU_FAKE_CLOCK (http->clock);

  http_open_stream (http);
  kefu_fake_clock_advance (clock, 44 * 1000);
  soup_websocket_connection_send_text (http->socket, "{\"t\":\"changes\",\"from\":1,\"to\":1,\"changes\":[]}");
  http_wait_batches (http, 1);
  kefu_fake_clock_advance (clock, 44 * 1000);
  run_idle ();
  g_assert_cmpuint (http->n_closed, ==, 0);
  kefu_fake_clock_advance (clock, 1000);
  g_assert_cmpuint (http->n_closed, ==, 1);
  g_assert_error (http->closed_with, KEFU_ERROR, KEFU_ERROR_NETWORK);
  g_assert_cmpint (kefu_fake_clock_next (clock), ==, -1);
}

static void
test_a_handshake_that_takes_too_long_is_given_up (void)
{
  g_autoptr (Http) http = http_new (NULL);

  soup_server_remove_handler (http->server, "/v1/stream");
  kefu_backend_open_stream (http->backend, "epoch.7");
  test_wait_for (was_called, http);
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (http->clock), 30 * 1000);
  http_wait_closed (http);
  g_assert_error (http->closed_with, KEFU_ERROR, KEFU_ERROR_NETWORK);
}

static void
test_a_stream_that_is_closed_here_is_silent (void)
{
  g_autoptr (Http) http = http_new (NULL);

  http_open_stream (http);
  kefu_backend_close_stream (http->backend);
  run_idle ();
  g_assert_cmpuint (http->n_closed, ==, 0);
  /* Opened again at once, and nothing is heard of the first. */
  http_open_stream (http);
  g_assert_cmpuint (http->n_opened, ==, 1);
  g_assert_cmpuint (http->n_closed, ==, 0);
}

/* --- a server of its own, to be killed --- */

typedef struct
{
  guint n_opened;
  guint n_closed;
} Seen;

static const char *program;

static void
count_cb (guint *count)
{
  (*count)++;
}

static gboolean
is_counted (gpointer data)
{
  return *(guint *) data > 0;
}

static void
keep_socket_cb (SoupServer *server,
                SoupServerMessage *message,
                const char *path,
                SoupWebsocketConnection *socket,
                gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (socket));
}

static int
serve (const char *path)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket =
    g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL) && g_socket_listen (socket, NULL));
  g_assert_true (soup_server_listen_socket (server, socket, 0, NULL));
  soup_server_add_websocket_handler (server, "/v1/stream", NULL, NULL, keep_socket_cb, sockets, NULL);
  g_print ("ready\n");
  g_main_loop_run (loop);
  return 0;
}

static void
test_a_killed_server_is_noticed (void)
{
  g_autofree char *dir = g_dir_make_tmp ("kefu-native-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "kefu.sock", NULL);
  g_autofree char *address = g_strconcat ("unix:", path, NULL);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr (KefuBackend) backend = NULL;
  Seen seen = { 0 };

  child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program, "--serve", path, NULL);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_cmpstr (line, ==, "ready");

  backend = kefu_native_backend_new (address, NULL);
  g_signal_connect_swapped (backend, "stream-opened", G_CALLBACK (count_cb), &seen.n_opened);
  g_signal_connect_swapped (backend, "stream-closed", G_CALLBACK (count_cb), &seen.n_closed);
  kefu_backend_open_stream (backend, "epoch.7");
  test_wait_for (is_counted, &seen.n_opened);
  g_assert_cmpuint (seen.n_closed, ==, 0);
  g_subprocess_send_signal (child, SIGKILL);
  test_wait_for (is_counted, &seen.n_closed);
  g_subprocess_wait (child, NULL, NULL);
  assert_unreachable (address, KEFU_ERROR_NETWORK);
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--serve"))
    return serve (argv[2]);
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/native/calls/addresses", test_addresses);
  g_test_add_func ("/native/calls/a-sync-says-who-asks-from-where", test_a_sync_says_who_asks_from_where);
  g_test_add_func ("/native/calls/what-answers-mean", test_what_answers_mean);
  g_test_add_func ("/native/calls/a-wait-that-is-asked-for-is-told", test_a_wait_that_is_asked_for_is_told);
  g_test_add_func ("/native/calls/redirections-are-not-followed", test_redirections_are_not_followed);
  g_test_add_func ("/native/calls/a-server-that-never-answers-is-given-up",
                   test_a_server_that_never_answers_is_given_up);
  g_test_add_func ("/native/calls/a-call-can-be-cancelled", test_a_call_can_be_cancelled);
  g_test_add_func ("/native/calls/a-server-that-is-away", test_a_server_that_is_away);
  g_test_add_func ("/native/calls/a-certificate-that-nobody-signed-is-refused",
                   test_a_certificate_that_nobody_signed_is_refused);
  g_test_add_func ("/native/calls/sign-in-and-out", test_sign_in_and_out);
  g_test_add_func ("/native/calls/a-sign-in-that-fails-says-why", test_a_sign_in_that_fails_says_why);
  g_test_add_func ("/native/calls/operations-go-out-as-they-are", test_operations_go_out_as_they_are);
  g_test_add_func ("/native/stream/the-stream-brings-batches", test_the_stream_brings_batches);
  g_test_add_func ("/native/stream/a-stream-of-rubbish-is-closed", test_a_stream_of_rubbish_is_closed);
  g_test_add_func ("/native/stream/a-stream-ends-with-words", test_a_stream_ends_with_words);
  g_test_add_func ("/native/stream/a-refused-stream-says-why", test_a_refused_stream_says_why);
  g_test_add_func ("/native/stream/a-silent-stream-is-dead", test_a_silent_stream_is_dead);
  g_test_add_func ("/native/stream/a-handshake-that-takes-too-long-is-given-up",
                   test_a_handshake_that_takes_too_long_is_given_up);
  g_test_add_func ("/native/stream/a-stream-that-is-closed-here-is-silent",
                   test_a_stream_that_is_closed_here_is_silent);
  g_test_add_func ("/native/stream/a-killed-server-is-noticed", test_a_killed_server_is_noticed);
  return g_test_run ();
}
