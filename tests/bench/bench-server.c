/* SPDX-License-Identifier: GPL-3.0-or-later
 * kefu-server as a process over a copy of the data set, with a channel that posts events. */
#include "config.h"

#include "bench-server.h"

#include <gio/gunixsocketaddress.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "kefu-native-backend.h"
#include "kefu-signature.h"

/* (transfer full): what a command of kefu-server prints. */
static char *
run_command (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  char *out = NULL;
  int status = 0;

  if (g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error))
    g_spawn_check_wait_status (status, &error);
  bench_check (error);
  return out;
}

static char *
program (void)
{
  return g_build_filename (g_getenv ("KEFU_BENCH_BUILD"), "src", "server", "kefu-server", NULL);
}

/* "ID" and "SECRET" are the words of the output that look like them. */
static void
add_channel (BenchServer *self, const char *server)
{
  const char *arguments[] = { server, "channel", "add", "wechat", "Bench", "--data", self->folder, NULL };
  g_autofree char *out = run_command (arguments);
  g_auto (GStrv) words = g_strsplit_set (out, " \n\t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strlen (words[i]) >= 32 && self->channel_id == NULL)
        self->channel_id = g_strdup (words[i]);
      else if (strlen (words[i]) >= 32 && self->secret == NULL)
        self->secret = g_strdup (words[i]);
    }
  if (self->secret == NULL)
    g_error ("What channel add says is not understood: %s", out);
}

static void
start (BenchServer *self, const char *server)
{
  g_autofree char *socket = g_build_filename (self->folder, "kefu.sock", NULL);
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, server, "serve", "--die-with-parent",
                                    "--data", self->folder, "--socket", socket, NULL);
  bench_check (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  bench_check (error);
  if (line == NULL || !g_str_has_prefix (line, "ready"))
    g_error ("kefu-server does not start");
  self->address = g_strconcat ("unix:", socket, NULL);
}

static void
sign_in (BenchServer *self)
{
  g_autofree char *path = g_build_filename (self->folder, "owner.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) owner = NULL;
  g_autoptr (KefuBackend) backend = NULL;
  g_autoptr (KefuCredentials) credentials = NULL;
  GAsyncResult *answer = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  bench_check (error);
  owner = json_from_string (text, &error);
  bench_check (error);
  backend = kefu_native_backend_new (self->address, &error);
  bench_check (error);
  kefu_backend_sign_in_async (backend, json_object_get_string_member (json_node_get_object (owner), "login"),
                              json_object_get_string_member (json_node_get_object (owner), "password"), "bench",
                              "bench", NULL, bench_ready_cb, &answer);
  credentials = kefu_backend_sign_in_finish (backend, bench_wait (&answer), &error);
  bench_check (error);
  g_object_unref (answer);
  self->token = g_strdup (credentials->token);
}

BenchServer *
bench_server_new (void)
{
  BenchServer *self = g_new0 (BenchServer, 1);
  g_autofree char *server = program ();

  self->folder = bench_copy_data ("server");
  add_channel (self, server);
  start (self, server);
  sign_in (self);
  return self;
}

void
bench_server_free (BenchServer *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  g_free (self->folder);
  g_free (self->address);
  g_free (self->token);
  g_free (self->channel_id);
  g_free (self->secret);
  g_free (self);
}

void
bench_server_post (BenchServer *self, guint number, const char *customer, const char *text)
{
  gint64 now = g_get_real_time () / 1000;
  g_autofree char *body =
    g_strdup_printf ("{\"events\":[{\"id\":\"bench-%u\",\"type\":\"message\",\"conversation\":{\"key\":\"%s\"},"
                     "\"sender\":{\"key\":\"%s\",\"name\":\"%s\"},\"sent_at\":%" G_GINT64_FORMAT
                     ",\"parts\":[{\"type\":\"text\",\"text\":\"%s\"}]}]}",
                     number, customer, customer, customer, now, text);
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
  g_autofree char *signature = kefu_signature_make (self->secret, now / 1000, bytes);
  g_autofree char *request =
    g_strdup_printf ("POST /v1/channels/%s/inbound HTTP/1.1\r\nHost: kefu\r\nConnection: close\r\n"
                     "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT
                     "\r\nKefu-Timestamp: %" G_GINT64_FORMAT "\r\nKefu-Signature: %s\r\n\r\n%s",
                     self->channel_id, strlen (body), now / 1000, signature, body);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->address + strlen ("unix:"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  char answer[4096];
  gsize got = 0;

  bench_check (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request), NULL,
                             NULL, &error);
  bench_check (error);
  /* to the end of the body: it comes with the last word */
  do
    {
      gssize n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer + got,
                                      sizeof answer - 1 - got, NULL, &error);

      bench_check (error);
      if (n <= 0)
        break;
      got += (gsize) n;
      answer[got] = '\0';
    }
  while (strstr (answer, "\"stored\"") == NULL && got < sizeof answer - 1);
  answer[got] = '\0';
  if (strstr (answer, "\"stored\"") == NULL)
    g_error ("The event was refused: %s", answer);
}
