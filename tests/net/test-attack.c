/* SPDX-License-Identifier: GPL-3.0-or-later
 * Clients that mean no good, or are broken: the server gets rid of them, and answers the others meanwhile. */
#include "config.h"

#include <string.h>
#include <sys/resource.h>

#include <gio/gunixsocketaddress.h>

#include "kefu-connections.h"
#include "net-fixture.h"

/* (transfer full): connected, and never blocking. */
static GSocketConnection *
dial (NetFixture *fixture)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (kefu_server_get_address (fixture->server));
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);

  g_assert_no_error (error);
  g_socket_set_blocking (g_socket_connection_get_socket (connection), FALSE);
  return connection;
}

/* Sends what the server takes of @size bytes; FALSE once it has hung up. */
static gboolean
say (GSocketConnection *connection, const char *text, gsize size)
{
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (size > 0)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_socket_send (g_socket_connection_get_socket (connection), text, size, NULL, &error);

      if (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return FALSE;
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      if (n > 0)
        {
          text += n;
          size -= (gsize) n;
        }
      g_main_context_iteration (NULL, FALSE);
    }
  return TRUE;
}

static gboolean
say_text (GSocketConnection *connection, const char *text)
{
  return say (connection, text, strlen (text));
}

/* Takes what has come; TRUE at its end. */
static gboolean
has_ended (GSocketConnection *connection, GString *heard)
{
  char buffer[65536];
  gssize n;
  g_autoptr (GError) error = NULL;

  while ((n = g_socket_receive (g_socket_connection_get_socket (connection), buffer, sizeof buffer, NULL, &error)) > 0)
    if (heard != NULL)
      g_string_append_len (heard, buffer, n);
  return n == 0 || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void
advance (NetFixture *fixture, gint64 ms)
{
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (fixture->clock), ms);
  /* What the server does about it. */
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
answers_others (NetFixture *fixture)
{
  g_autoptr (NetAnswer) answer = net_call (fixture, "GET", "/v1/info", NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
}

/* A byte now and then is no progress: neither in the head of a first request, nor of a later one, nor of a handshake. */
static void
test_trickled_heads (NetFixture *fixture, gconstpointer data)
{
  static const char *const starts[] = {
    "", "GET /v1/info HTTP/1.1\r\nHost: kefu\r\n\r\n",
    "GET /v1/stream?cursor=x.1 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgr"
  };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (GSocketConnection) client = dial (fixture);
      g_autoptr (GString) heard = g_string_new (NULL);
      guint seconds = 0;

      g_assert_true (say_text (client, starts[i]));
      if (i == 1)
        {
          NET_WAIT_UNTIL (has_ended (client, heard) || strstr (heard->str, "\"time\"") != NULL);
          g_assert_true (say_text (client, "GET /v1/info HTTP/1.1\r\nX: "));
        }
      while (say_text (client, "X") && seconds < 60)
        {
          advance (fixture, 2000);
          seconds += 2;
          answers_others (fixture);
        }
      g_test_message ("head %u: ended after %u s", i, seconds);
      g_assert_cmpuint (seconds, >=, 18);
      g_assert_cmpuint (seconds, <=, 26);
    }
}

static void
test_trickled_body (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketConnection) slow = dial (fixture);
  g_autoptr (GSocketConnection) steady = dial (fixture);
  g_autofree char *head =
    g_strdup_printf ("POST /v1/channels/%s/inbound HTTP/1.1\r\nHost: kefu\r\nContent-Length: 200000\r\n\r\n",
                     fixture->channel_id);
  g_autofree char *piece = g_strnfill (20000, ' ');
  g_autoptr (GString) heard = g_string_new (NULL);

  g_assert_true (say_text (slow, head));
  g_assert_true (say_text (steady, head));
  for (guint i = 0; i < 10; i++)
    {
      /* 1 kB and 20 kB in 20 s. */
      say (slow, piece, 1000);
      g_assert_true (say (steady, piece, 20000));
      for (guint step = 0; step < 20; step++)
        g_main_context_iteration (NULL, FALSE);
      advance (fixture, 20000);
    }
  g_assert_true (has_ended (slow, NULL));
  /* This one is answered: its signature is missing. */
  NET_WAIT_UNTIL (has_ended (steady, heard) || strstr (heard->str, "Kefu-Timestamp is missing") != NULL);
  g_assert_nonnull (strstr (heard->str, " 401 "));
}

static gboolean
put_articles (KefuWrite *write, gpointer user_data, GError **error)
{
  g_autofree char *filler = g_strnfill (100 * 1000, 'x');

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *id = net_id ();
      g_autofree char *json = g_strdup_printf ("{\"id\":\"%s\",\"title\":\"%s\"}", id, filler);

      if (!kefu_write_put (write, "article", json, error))
        return FALSE;
    }
  return TRUE;
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_answer_not_taken (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketConnection) client = dial (fixture);
  g_autofree char *request =
    g_strdup_printf ("GET /v1/sync HTTP/1.1\r\nHost: kefu\r\nAuthorization: Bearer %s\r\n\r\n", fixture->token);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GString) heard = g_string_new (NULL);
  char first[4];

  kefu_server_write_async (fixture->server, put_articles, NULL, NULL, NULL, result_cb, &result);
  NET_WAIT_UNTIL (result != NULL);
  g_assert_true (say_text (client, request));
  /* Four megabytes have begun to come, and nobody takes them. */
  NET_WAIT_UNTIL (g_socket_receive (g_socket_connection_get_socket (client), first, sizeof first, NULL, NULL) == 4);
  for (guint i = 0; i < 50; i++)
    {
      answers_others (fixture);
      advance (fixture, 1000);
    }
  NET_WAIT_UNTIL (has_ended (client, heard));
  g_assert_cmpuint (heard->len, <, 2 * 1024 * 1024);
}

static void
test_large_head (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketConnection) client = dial (fixture);
  g_autofree char *filler = g_strnfill (1024 * 1024, 'x');
  gboolean open = say_text (client, "GET /v1/info HTTP/1.1\r\nHost: kefu\r\nX: ");

  for (guint i = 0; i < 8 && open; i++)
    open = say (client, filler, 1024 * 1024);
  g_assert_false (open);
  answers_others (fixture);
}

/* Without a length, and without an end. */
static void
test_endless_body (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketConnection) client = dial (fixture);
  g_autofree char *chunk = g_strdup_printf ("100000\r\n%0*d\r\n", 0x100000, 0);
  g_autofree char *head =
    g_strdup_printf ("POST /v1/channels/%s/inbound HTTP/1.1\r\nHost: kefu\r\nTransfer-Encoding: chunked\r\n\r\n",
                     fixture->channel_id);
  gboolean open = say_text (client, head);

  for (guint i = 0; i < 40 && open; i++)
    open = say (client, chunk, strlen (chunk));
  g_assert_false (open);
  answers_others (fixture);
}

/* Many bodies that do not end: large ones are refused when there are too many, small ones pass. */
static void
test_many_bodies (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *head =
    g_strdup_printf ("POST /v1/channels/%s/inbound HTTP/1.1\r\nHost: kefu\r\nContent-Length: 1000000\r\n\r\n",
                     fixture->channel_id);
  g_autofree char *piece = g_strnfill (999999, ' ');
  guint n_refused = 0;

  for (guint i = 0; i < 80; i++)
    {
      GSocketConnection *client = dial (fixture);

      g_ptr_array_add (clients, client);
      g_assert_true (say_text (client, head) && say (client, piece, 999999));
    }
  net_customer_writes (fixture, "e1", "k1", "在吗？");
  for (guint i = 0; i < clients->len; i++)
    {
      g_autoptr (GString) heard = g_string_new (NULL);

      g_assert_true (say_text (g_ptr_array_index (clients, i), " "));
      NET_WAIT_UNTIL (has_ended (g_ptr_array_index (clients, i), heard) || strstr (heard->str, "}}") != NULL);
      n_refused += strstr (heard->str, " 503 ") != NULL;
    }
  /* 64 MiB are 67 of them. */
  g_assert_cmpuint (n_refused, >=, 10);
  g_assert_cmpuint (n_refused, <=, 20);
  net_customer_writes (fixture, "e2", "k1", "在吗？");
}

/* Who fills the place with idle connections loses those, and nobody else anything. */
static void
test_thousands_idle (NetFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *cursor =
    g_strdup_printf ("%s.%" G_GINT64_FORMAT, fixture->epoch,
                     net_sql_int (fixture, "SELECT seq FROM sqlite_sequence WHERE name = 'change'"));
  g_autoptr (NetReader) reader = net_reader_new (fixture, fixture->token, cursor);
  gint64 slowest = 0;
  guint n_ended = 0;

  for (guint i = 0; i < KEFU_CONNECTIONS_MAX + 300; i++)
    {
      g_ptr_array_add (clients, dial (fixture));
      g_main_context_iteration (NULL, FALSE);
      if (i % 100 == 0)
        {
          g_autofree char *id = g_strdup_printf ("e%u", i);
          gint64 before = g_get_monotonic_time ();

          net_customer_writes (fixture, id, "k1", id);
          slowest = MAX (slowest, g_get_monotonic_time () - before);
        }
    }
  NET_WAIT_UNTIL (net_reader_count (reader, "message") == (KEFU_CONNECTIONS_MAX + 300) / 100);
  NET_WAIT_UNTIL (has_ended (g_ptr_array_index (clients, 0), NULL));
  for (guint i = 0; i < clients->len; i++)
    n_ended += has_ended (g_ptr_array_index (clients, i), NULL);
  g_test_message ("%u of %u were ended; the slowest of the others took %.0f ms", n_ended, clients->len,
                  (double) slowest / 1000);
  g_assert_cmpuint (n_ended, >=, 300);
  g_assert_cmpuint (n_ended, <, 400);
  g_assert_false (reader->closed);
  g_assert_cmpint (slowest, <, 5 * G_USEC_PER_SEC);
}

static void
set_up (NetFixture *fixture, gconstpointer data)
{
  net_set_up (fixture, data != NULL);
}

static void
tear_down (NetFixture *fixture, gconstpointer data)
{
  net_tear_down (fixture);
}

/* Both ends of all connections are ours. */
static gboolean
allow_files (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  return setrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 2 * KEFU_CONNECTIONS_MAX + 1000;
}

int
main (int argc, char **argv)
{
  gboolean many = allow_files ();

  g_test_init (&argc, &argv, NULL);
#define ADD(path, fake, func) g_test_add ("/net/attack/" path, NetFixture, fake, set_up, func, tear_down)
  ADD ("trickled-heads", "fake", test_trickled_heads);
  ADD ("trickled-body", "fake", test_trickled_body);
  ADD ("answer-not-taken", "fake", test_answer_not_taken);
  ADD ("large-head", NULL, test_large_head);
  ADD ("endless-body", NULL, test_endless_body);
  ADD ("many-bodies", NULL, test_many_bodies);
  if (many)
    ADD ("thousands-idle", "fake", test_thousands_idle);
  else
    g_test_message ("This system allows too few files for thousands of connections");
  return g_test_run ();
}
