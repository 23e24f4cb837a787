/* SPDX-License-Identifier: GPL-3.0-or-later
 * To whom the desk tells its token: certificates, redirections; and what it makes of a token that is refused. */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "http-fixture.h"
#include "kefu-fingerprint.h"
#include "store-fixture.h"

/* Certificates of one test run, made by openssl: none that is in the repository could go on being valid. */
typedef struct
{
  char *dir;
  GTlsCertificate *own;      /* signed by itself, for 127.0.0.1 */
  GTlsCertificate *other;    /* the same, another one */
  GTlsCertificate *vouched;  /* signed by the authority, for 127.0.0.1 */
  GTlsCertificate *stranger; /* signed by the authority, for another name */
  GTlsCertificate *outdated; /* signed by the authority, not valid any more */
  GTlsDatabase *authority;
} Papers;

static gboolean
run (Papers *self, const char *format, ...)
{
  g_autofree char *command = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (GSubprocess) process = NULL;
  va_list args;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  whole = g_strdup_printf ("cd '%s' && %s", self->dir, command);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "sh", "-c",
                              whole, NULL);
  return process != NULL && g_subprocess_wait_check (process, NULL, NULL);
}

#define KEY "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

static GTlsCertificate *
load (Papers *self, const char *name)
{
  g_autofree char *cert = g_strdup_printf ("%s/%s.pem", self->dir, name);
  g_autofree char *key = g_strdup_printf ("%s/%s.key", self->dir, name);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_files (cert, key, &error);

  g_assert_no_error (error);
  return certificate;
}

static GTlsCertificate *
make_own (Papers *self, const char *name)
{
  if (!run (self,
            "openssl req -x509 " KEY " -days 2 -subj /CN=kefu -addext subjectAltName=IP:127.0.0.1 -keyout %s.key "
            "-out %s.pem",
            name, name))
    return NULL;
  return load (self, name);
}

static GTlsCertificate *
make_vouched (Papers *self, const char *name, const char *for_whom, int days)
{
  if (!run (self,
            "openssl req " KEY " -subj /CN=%s -keyout %s.key -out %s.csr && echo subjectAltName=%s > %s.ext && "
            "openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days %d -extfile %s.ext -out "
            "%s.pem",
            name, name, name, for_whom, name, name, days, name, name))
    return NULL;
  return load (self, name);
}

static void
set_up (Papers *self, gconstpointer data)
{
  g_autofree char *ca = NULL;

  self->dir = g_dir_make_tmp ("kefu-access-XXXXXX", NULL);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()) ||
      !run (self, "openssl req -x509 " KEY " -days 2 -subj /CN=Authority -keyout ca.key -out ca.pem"))
    return;
  self->own = make_own (self, "own");
  self->other = make_own (self, "other");
  self->vouched = make_vouched (self, "vouched", "IP:127.0.0.1", 2);
  self->stranger = make_vouched (self, "stranger", "DNS:elsewhere.example", 2);
  self->outdated = make_vouched (self, "outdated", "IP:127.0.0.1", -1);
  ca = g_build_filename (self->dir, "ca.pem", NULL);
  self->authority = g_tls_file_database_new (ca, NULL);
  /* What the authorities of this computer are to everybody in this process. */
  g_tls_backend_set_default_database (g_tls_backend_get_default (), self->authority);
}

static void
tear_down (Papers *self, gconstpointer data)
{
  run (self, "rm -rf '%s'", self->dir);
  if (self->authority != NULL)
    g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
  g_clear_object (&self->own);
  g_clear_object (&self->other);
  g_clear_object (&self->vouched);
  g_clear_object (&self->stranger);
  g_clear_object (&self->outdated);
  g_clear_object (&self->authority);
  g_free (self->dir);
}

static gboolean
has_papers (Papers *self)
{
  if (self->outdated != NULL)
    return TRUE;
  g_test_skip ("no TLS here, or no openssl to make certificates");
  return FALSE;
}

static void
set_known (Http *http, const char *known)
{
  kefu_native_backend_set_known (KEFU_NATIVE_BACKEND (http->backend), known);
}

static void
know (Http *http, GTlsCertificate *certificate)
{
  g_autofree char *fingerprint = kefu_fingerprint_of (certificate);

  set_known (http, fingerprint);
}

static KefuCertificate *
refused (Http *http)
{
  return kefu_native_backend_dup_refused (KEFU_NATIVE_BACKEND (http->backend));
}

static void
assert_works (Http *http)
{
  g_autoptr (GBytes) body = NULL;
  g_autoptr (KefuCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;

  http_answer (http, 200, "application/json", "{}");
  body = http_sync (http, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (http->authorization, ==, "Bearer secret");
  http_open_stream (http);
  g_assert_cmpuint (http->n_opened, ==, 1);
  kefu_backend_close_stream (http->backend);
  certificate = refused (http);
  g_assert_null (certificate);
}

/* Sign-in with a password, a call and a stream with a token: none of them says a word to this server. */
static KefuCertificate *
assert_silent (Http *http)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) sync_error = NULL;
  g_autoptr (GError) sign_in_error = NULL;

  http_answer (http, 200, "application/json", "{}");
  kefu_backend_sign_in_async (http->backend, "li", "password", "device", "Test", NULL, test_got_result, &result);
  g_assert_null (kefu_backend_sign_in_finish (http->backend, test_wait_result (&result), &sign_in_error));
  g_assert_error (sign_in_error, KEFU_ERROR, KEFU_ERROR_TLS);
  g_assert_null (http_sync (http, NULL, &sync_error));
  g_assert_error (sync_error, KEFU_ERROR, KEFU_ERROR_TLS);
  http_open_stream (http);
  g_assert_error (http->closed_with, KEFU_ERROR, KEFU_ERROR_TLS);
  g_assert_null (http->socket);
  g_assert_cmpuint (http->n_calls, ==, 0);
  return refused (http);
}

static void
test_unknown (Papers *self, gconstpointer data)
{
  g_autofree char *fingerprint = NULL;
  g_autofree char *server = NULL;
  g_autoptr (Http) http = NULL;
  g_autoptr (KefuCertificate) certificate = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->own);
  certificate = assert_silent (http);
  g_assert_cmpint (certificate->fault, ==, KEFU_CERTIFICATE_UNKNOWN);
  fingerprint = kefu_fingerprint_of (self->own);
  g_assert_cmpstr (certificate->fingerprint, ==, fingerprint);
  g_assert_null (certificate->known);
  g_assert_cmpstr (certificate->names, ==, "127.0.0.1");
  g_assert_false (certificate->wrong_name);
  g_assert_cmpstr (certificate->server, ==, kefu_native_backend_get_server (KEFU_NATIVE_BACKEND (http->backend)));
  g_assert_true (g_str_has_prefix (certificate->server, "127.0.0.1:"));
}

static void
test_known (Papers *self, gconstpointer data)
{
  g_autoptr (Http) http = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->own);
  know (http, self->own);
  assert_works (http);
}

static void
test_changed (Papers *self, gconstpointer data)
{
  g_autofree char *known = NULL;
  g_autofree char *shown = NULL;
  g_autoptr (Http) http = NULL;
  g_autoptr (KefuCertificate) certificate = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->other);
  know (http, self->own);
  certificate = assert_silent (http);
  known = kefu_fingerprint_of (self->own);
  shown = kefu_fingerprint_of (self->other);
  g_assert_cmpint (certificate->fault, ==, KEFU_CERTIFICATE_CHANGED);
  g_assert_cmpstr (certificate->known, ==, known);
  g_assert_cmpstr (certificate->fingerprint, ==, shown);
}

static void
test_vouched (Papers *self, gconstpointer data)
{
  g_autoptr (Http) http = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->vouched);
  assert_works (http);
  set_known (http, KEFU_CERTIFICATE_VOUCHED);
  assert_works (http);
}

/* An authority is no way around what is known of a server. */
static void
test_vouched_is_not_enough (Papers *self, gconstpointer data)
{
  g_autoptr (Http) http = NULL;
  g_autoptr (KefuCertificate) certificate = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->vouched);
  know (http, self->own);
  certificate = assert_silent (http);
  g_assert_cmpint (certificate->fault, ==, KEFU_CERTIFICATE_CHANGED);
}

/* Whom an authority vouched for does not begin to vouch for himself. */
static void
test_no_longer_vouched (Papers *self, gconstpointer data)
{
  g_autoptr (Http) http = NULL;
  g_autoptr (KefuCertificate) certificate = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->own);
  set_known (http, KEFU_CERTIFICATE_VOUCHED);
  certificate = assert_silent (http);
  g_assert_cmpint (certificate->fault, ==, KEFU_CERTIFICATE_CHANGED);
  g_assert_cmpstr (certificate->known, ==, KEFU_CERTIFICATE_VOUCHED);
}

static void
test_wrong_name (Papers *self, gconstpointer data)
{
  g_autoptr (Http) http = NULL;
  g_autoptr (KefuCertificate) certificate = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->stranger);
  certificate = assert_silent (http);
  g_assert_cmpint (certificate->fault, ==, KEFU_CERTIFICATE_UNKNOWN);
  g_assert_true (certificate->wrong_name);
  g_assert_cmpstr (certificate->names, ==, "elsewhere.example");
  /* Compared by a person once, it is as good as any other. */
  know (http, self->stranger);
  assert_works (http);
}

static void
test_outdated (Papers *self, gconstpointer data)
{
  g_autoptr (Http) http = NULL;
  g_autoptr (KefuCertificate) first = NULL;
  g_autoptr (KefuCertificate) later = NULL;

  if (!has_papers (self))
    return;
  http = http_new (self->outdated);
  first = assert_silent (http);
  g_assert_cmpint (first->fault, ==, KEFU_CERTIFICATE_OUTDATED);
  g_assert_cmpint (first->not_after, >, 0);
  g_assert_cmpint (first->not_after, <, g_get_real_time () / 1000);
  set_known (http, KEFU_CERTIFICATE_VOUCHED);
  later = assert_silent (http);
  g_assert_cmpint (later->fault, ==, KEFU_CERTIFICATE_OUTDATED);
}

static void
elsewhere_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_TEMPORARY_REDIRECT, user_data);
}

/* Wherever a server says that it is now: the token stays here. */
static void
test_redirections (Papers *self, gconstpointer data)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (Http) elsewhere = http_new (NULL);
  g_autoptr (GSList) uris = soup_server_get_uris (elsewhere->server);
  g_autofree char *base = g_uri_to_string (uris->data);
  g_autofree char *target = g_strconcat (base, "v1/sync", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) sync_error = NULL;
  g_autoptr (GError) sign_in_error = NULL;

  g_slist_foreach (uris, (GFunc) g_uri_unref, NULL);
  http_answer (elsewhere, 200, "application/json", "{\"token\":\"t\",\"agent\":{\"id\":\"a\"}}");
  soup_server_add_early_handler (http->server, NULL, elsewhere_cb, target, NULL);
  soup_server_remove_handler (http->server, "/v1/stream");
  g_assert_null (http_sync (http, NULL, &sync_error));
  g_assert_nonnull (sync_error);
  kefu_backend_sign_in_async (http->backend, "li", "password", "device", "Test", NULL, test_got_result, &result);
  g_assert_null (kefu_backend_sign_in_finish (http->backend, test_wait_result (&result), &sign_in_error));
  g_assert_nonnull (sign_in_error);
  http_open_stream (http);
  g_assert_nonnull (http->closed_with);
  g_assert_cmpuint (elsewhere->n_calls, ==, 0);
  g_assert_null (elsewhere->socket);
}

/* --- a token that is refused --- */

static const struct
{
  const char *code;
  KefuAuthReason reason;
} refusals[] = {
  { "expired", KEFU_AUTH_EXPIRED },           { "revoked", KEFU_AUTH_REVOKED },
  { "password_changed", KEFU_AUTH_PASSWORD }, { "disabled", KEFU_AUTH_DISABLED },
  { "unauthorized", KEFU_AUTH_UNKNOWN },      { "of_a_later_version", KEFU_AUTH_UNKNOWN },
};

static void
test_call_says_why (void)
{
  g_autoptr (Http) http = http_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"error\":{\"code\":\"%s\",\"message\":\"x\"}}", refusals[i].code);
      g_autoptr (GError) error = NULL;

      http_answer (http, 401, "application/json", body);
      g_assert_null (http_sync (http, NULL, &error));
      g_assert_error (error, KEFU_ERROR, KEFU_ERROR_AUTH);
      g_assert_cmpint (kefu_error_get_auth_reason (error), ==, refusals[i].reason);
    }
}

static void
test_stream_says_why (void)
{
  g_autoptr (Http) http = http_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      http_open_stream (http);
      soup_websocket_connection_close (http->socket, 4001, refusals[i].code);
      http_wait_closed (http);
      g_assert_error (http->closed_with, KEFU_ERROR, KEFU_ERROR_AUTH);
      g_assert_cmpint (kefu_error_get_auth_reason (http->closed_with), ==, refusals[i].reason);
    }
}

static void
test_waiting_is_told_in_seconds (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  http_answer (http, 429, "application/json", "{\"error\":{\"code\":\"rate_limited\",\"message\":\"x\"}}");
  http->header = "Retry-After: 42";
  kefu_backend_sign_in_async (http->backend, "li", "password", "device", "Test", NULL, test_got_result, &result);
  g_assert_null (kefu_backend_sign_in_finish (http->backend, test_wait_result (&result), &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_RATE_LIMITED);
  g_assert_cmpstr (error->message, ==, "Too many attempts. Try again in 42 seconds.");
}

/* --- where the agent is signed in --- */

static void
test_sessions (void)
{
  g_autoptr (Http) http = http_new (NULL);
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GAsyncResult) listed = NULL;
  g_autoptr (GAsyncResult) revoked = NULL;
  g_autoptr (GAsyncResult) all = NULL;
  g_autoptr (GAsyncResult) rubbish = NULL;
  g_autoptr (GError) error = NULL;
  const KefuDeviceSession *session;

  http_answer (http, 200, "application/json",
               "{\"sessions\":[{\"id\":\"a/b\",\"device_name\":\"前台\",\"created_at\":1,\"last_seen\":2,"
               "\"current\":true},{\"id\":\"c\"}]}");
  kefu_backend_list_sessions_async (http->backend, NULL, test_got_result, &listed);
  list = kefu_backend_list_sessions_finish (http->backend, test_wait_result (&listed), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  session = list->pdata[0];
  g_assert_cmpstr (session->device_name, ==, "前台");
  g_assert_cmpint (session->created_at, ==, 1);
  g_assert_cmpint (session->last_seen, ==, 2);
  g_assert_true (session->current);

  http_answer (http, 200, "application/json", "{}");
  kefu_backend_revoke_session_async (http->backend, "c", NULL, test_got_result, &revoked);
  g_assert_true (kefu_backend_revoke_session_finish (http->backend, test_wait_result (&revoked), &error));
  g_assert_cmpstr (http->method, ==, "DELETE");
  g_assert_cmpstr (http->path, ==, "/v1/sessions/c");
  kefu_backend_revoke_session_async (http->backend, NULL, NULL, test_got_result, &all);
  g_assert_true (kefu_backend_revoke_session_finish (http->backend, test_wait_result (&all), &error));
  g_assert_cmpstr (http->path, ==, "/v1/sessions");

  http_answer (http, 200, "application/json", "{\"sessions\":[7]}");
  kefu_backend_list_sessions_async (http->backend, NULL, test_got_result, &rubbish);
  g_assert_null (kefu_backend_list_sessions_finish (http->backend, test_wait_result (&rubbish), &error));
  g_assert_error (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL);
}

static void
test_fingerprints (void)
{
  const char *hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  g_autofree char *grouped = kefu_fingerprint_group (hex);

  g_assert_cmpstr (grouped, ==, "0011 2233 4455 6677 8899 AABB CCDD EEFF 0011 2233 4455 6677 8899 AABB CCDD EEFF");
  g_assert_true (kefu_fingerprint_is_valid (hex));
  g_assert_false (kefu_fingerprint_is_valid (grouped));
  g_assert_false (kefu_fingerprint_is_valid (KEFU_CERTIFICATE_VOUCHED));
  g_assert_false (kefu_fingerprint_is_valid (NULL));
  g_assert_true (kefu_fingerprint_ends_with (hex, "CCDD EEFF", 8));
  g_assert_true (kefu_fingerprint_ends_with (hex, "cc:dd:ee:ff", 8));
  g_assert_false (kefu_fingerprint_ends_with (hex, "DD EEFF", 8));
  g_assert_false (kefu_fingerprint_ends_with (hex, "CCDD EEF0", 8));
  g_assert_false (kefu_fingerprint_ends_with (hex, "", 8));
  g_assert_false (kefu_fingerprint_ends_with (hex, "CCDDEEFFx", 8));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/access/certificate/" path, Papers, NULL, set_up, func, tear_down)
  ADD ("unknown-is-shown-not-spoken-to", test_unknown);
  ADD ("known-is-trusted", test_known);
  ADD ("changed-is-not-spoken-to", test_changed);
  ADD ("vouched-for-needs-no-question", test_vouched);
  ADD ("vouched-for-is-not-enough-for-a-known-server", test_vouched_is_not_enough);
  ADD ("no-longer-vouched-for", test_no_longer_vouched);
  ADD ("wrong-name", test_wrong_name);
  ADD ("outdated", test_outdated);
  ADD ("redirections-are-not-followed", test_redirections);
  g_test_add_func ("/access/token/call-says-why", test_call_says_why);
  g_test_add_func ("/access/token/stream-says-why", test_stream_says_why);
  g_test_add_func ("/access/waiting-is-told-in-seconds", test_waiting_is_told_in_seconds);
  g_test_add_func ("/access/sessions", test_sessions);
  g_test_add_func ("/access/fingerprints", test_fingerprints);
  return g_test_run ();
}
