/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the server's answer that an event is stored to the frame that shows its words in the inbox; beside a word sent over a bare WebSocket and back. */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "bench-server.h"
#include "bench-workspace.h"
#include "kefu-inbox-row.h"

#define PATIENCE_MS 30000
#define N_CUSTOMERS 20

/* --- the echo --- */

static void
echo_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  soup_websocket_connection_send_message (connection, (SoupWebsocketDataType) type, message);
}

static void
joined_cb (SoupServer *server,
           SoupServerMessage *message,
           const char *path,
           SoupWebsocketConnection *connection,
           gpointer user_data)
{
  g_signal_connect (connection, "message", G_CALLBACK (echo_cb), NULL);
  /* the server keeps none of them */
  g_object_set_data_full (G_OBJECT (server), "connection", g_object_ref (connection), g_object_unref);
}

/* The other end in a thread of its own, as kefu-server is a process of its own. */
typedef struct
{
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GAsyncQueue *ports; /* the one it listens on */
  SoupSession *session;
  SoupWebsocketConnection *connection;
  gboolean answered;
} Echo;

static gpointer
serve (gpointer user_data)
{
  Echo *self = user_data;
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new (NULL, NULL);
  soup_server_add_websocket_handler (server, "/", NULL, NULL, joined_cb, NULL, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  bench_check (error);
  uris = soup_server_get_uris (server);
  g_async_queue_push (self->ports, GINT_TO_POINTER (g_uri_get_port (uris->data)));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_main_loop_run (self->loop);
  soup_server_disconnect (server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
answer_cb (SoupWebsocketConnection *connection, int type, GBytes *message, gpointer user_data)
{
  ((Echo *) user_data)->answered = TRUE;
}

static void
echo_start (Echo *self)
{
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *joined = NULL;

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->ports = g_async_queue_new ();
  self->thread = g_thread_new ("echo", serve, self);
  uri = g_strdup_printf ("ws://127.0.0.1:%d/", GPOINTER_TO_INT (g_async_queue_pop (self->ports)));
  message = soup_message_new ("GET", uri);
  self->session = soup_session_new ();
  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, bench_ready_cb,
                                        &joined);
  self->connection = soup_session_websocket_connect_finish (self->session, bench_wait (&joined), &error);
  bench_check (error);
  g_object_unref (joined);
  g_signal_connect (self->connection, "message", G_CALLBACK (answer_cb), self);
}

static void
echo_stop (Echo *self)
{
  g_object_unref (self->connection);
  g_object_unref (self->session);
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  g_async_queue_unref (self->ports);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
}

/* There and back, ms. */
static double
echo_once (Echo *self, const char *text)
{
  double start = bench_now ();

  self->answered = FALSE;
  soup_websocket_connection_send_text (self->connection, text);
  while (!self->answered)
    g_main_context_iteration (NULL, TRUE);
  return bench_now () - start;
}

/* --- ours --- */

typedef struct
{
  BenchServer *server;
  guint number;
  char *customer;
  char *text;
  double stored; /* when the server's answer was there; 0: not yet */
  double painted;
  GtkWidget *window;
} Post;

static gpointer
post (gpointer user_data)
{
  Post *self = user_data;

  bench_server_post (self->server, self->number, self->customer, self->text);
  self->stored = bench_now ();
  return NULL;
}

static gboolean
shows (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (KEFU_IS_INBOX_ROW (widget))
    {
      const KefuInboxWords *words = kefu_inbox_row_get_words (KEFU_INBOX_ROW (widget));

      return words->last != NULL && strstr (words->last, text) != NULL;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (shows (child, text))
      return TRUE;
  return FALSE;
}

static void
after_paint_cb (GdkFrameClock *frame_clock, gpointer user_data)
{
  Post *self = user_data;
  double now = bench_now ();

  if (self->painted == 0 && shows (self->window, self->text))
    self->painted = now;
}

/* From the answer to the frame, ms; 0 if the frame came before the answer. */
static double
post_once (BenchWorkspace *workspace, BenchServer *server, guint number)
{
  Post self = { .server = server, .number = number, .window = GTK_WIDGET (workspace->window) };
  GdkFrameClock *frame_clock = gtk_widget_get_frame_clock (self.window);
  gulong handler = g_signal_connect (frame_clock, "after-paint", G_CALLBACK (after_paint_cb), &self);
  double end = bench_now () + PATIENCE_MS;
  GThread *thread;

  /* another one each time, whose row comes to the top */
  self.customer = g_strdup_printf ("客户%u", number % N_CUSTOMERS);
  self.text = g_strdup_printf ("第%u句话", number);
  thread = g_thread_new ("post", post, &self);
  while (self.painted == 0)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (100);
      if (bench_now () > end)
        g_error ("“%s” was not painted", self.text);
    }
  g_thread_join (thread);
  g_signal_handler_disconnect (frame_clock, handler);
  g_free (self.customer);
  g_free (self.text);
  return MAX (self.painted - self.stored, 0);
}

static void
wait_live (BenchWorkspace *workspace)
{
  KefuSyncEngine *engine = kefu_session_get_engine (kefu_workspace_get_session (workspace->workspace));
  double end = bench_now () + PATIENCE_MS;

  while (kefu_sync_engine_get_state (engine) != KEFU_SYNC_LIVE)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
      if (bench_now () > end)
        g_error ("The desk does not connect");
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GArray) ours = bench_samples_new ();
  g_autoptr (GArray) theirs = bench_samples_new ();
  Echo echo = { 0 };
  BenchServer *server;
  BenchWorkspace *workspace;
  guint n;

  bench_begin (&argc, &argv, "From the server to the screen");
  gtk_init ();
  n = bench_is_short () ? 40 : 300;
  server = bench_server_new ();
  workspace = bench_workspace_new (server->address, server->token);
  echo_start (&echo);
  wait_live (workspace);
  for (guint i = 0; i < n; i++)
    {
      double painted = post_once (workspace, server, i + 1);
      double there_and_back = echo_once (&echo, "{\"t\":\"changes\",\"from\":1,\"to\":2,\"changes\":[]}");

      /* the first ones warm up both */
      if (i < 10)
        continue;
      bench_samples_add (ours, painted);
      bench_samples_add (theirs, there_and_back);
    }
  bench_row (&(BenchRow){
    .what = "inbound accepted by the server to row painted, p95",
    .unit = "ms",
    .ours = bench_samples_percentile (ours, 0.95),
    .baseline = bench_samples_percentile (theirs, 0.95),
    .baseline_is = "WebSocket echo",
    .max_more = 50,
  });
  echo_stop (&echo);
  bench_workspace_free (workspace);
  bench_server_free (server);
  return bench_end ();
}
