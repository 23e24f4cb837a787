/* SPDX-License-Identifier: GPL-3.0-or-later
 * Agents' messages reach the channel's URL, signed, in order, and not twice where that matters. */
#include "config.h"

#include <string.h>

#include "kefu-signature.h"
#include "net-fixture.h"

/* A channel that answers as it is told. */
typedef struct
{
  NetFixture net;
  SoupServer *far;
  char *url;
  GPtrArray *texts;      /* of the posts, in order */
  GPtrArray *deliveries; /* their Kefu-Delivery */
  guint n_signed;
  guint status; /* 0: never answers */
  guint n_fail; /* so many are answered 500 first */
  const char *answer;
  GPtrArray *held; /* messages without an answer */
} Shop;

static void
far_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Shop *shop = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *sent = json_object_get_object_member (json_node_get_object (node), "message");
  const char *secrets[] = { shop->net.secret, NULL };

  shop->n_signed +=
    kefu_signature_check (secrets, soup_message_headers_get_one (headers, "Kefu-Timestamp"),
                          soup_message_headers_get_one (headers, "Kefu-Signature"), body, net_now (&shop->net), NULL);
  g_ptr_array_add (shop->texts, g_strdup (json_object_get_string_member (sent, "text")));
  g_ptr_array_add (shop->deliveries, g_strdup (soup_message_headers_get_one (headers, "Kefu-Delivery")));
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (sent, "conversation"), "key"), ==,
                   "k1");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (sent, "recipient"), "key"), ==, "k1");
  g_assert_cmpstr (json_object_get_string_member (sent, "kind"), ==, "text");
  if (shop->status == 0)
    {
      soup_server_message_pause (message);
      g_ptr_array_add (shop->held, g_object_ref (message));
      return;
    }
  if (shop->n_fail > 0)
    {
      shop->n_fail--;
      soup_server_message_set_status (message, 500, NULL);
      return;
    }
  soup_server_message_set_status (message, shop->status, NULL);
  if (shop->answer != NULL)
    soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, shop->answer,
                                      strlen (shop->answer));
}

static gboolean
set_url (KefuWrite *write, gpointer user_data, GError **error)
{
  Shop *shop = user_data;

  return kefu_channel_set_url (write, shop->net.channel_id, shop->url, error);
}

static gboolean
set_once (KefuWrite *write, gpointer user_data, GError **error)
{
  return kefu_db_run (kefu_write_get_db (write), error, "UPDATE channel_secret SET once = 1", "");
}

static void
write_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  kefu_server_write_finish (KEFU_SERVER (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
write_now (Shop *shop, KefuServerWriteFunc func)
{
  gboolean done = FALSE;

  kefu_server_write_async (shop->net.server, func, shop, NULL, NULL, write_cb, &done);
  NET_WAIT_UNTIL (done);
}

static void
listen_far (Shop *shop, guint port)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  shop->far = soup_server_new (NULL, NULL);
  soup_server_add_handler (shop->far, NULL, far_cb, shop, NULL);
  soup_server_listen_local (shop->far, port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (shop->far);
  g_free (shop->url);
  shop->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
set_up (Shop *shop, gconstpointer data)
{
  net_set_up (&shop->net, TRUE);
  shop->texts = g_ptr_array_new_with_free_func (g_free);
  shop->deliveries = g_ptr_array_new_with_free_func (g_free);
  shop->held = g_ptr_array_new_with_free_func (g_object_unref);
  shop->status = 200;
  listen_far (shop, 0);
  write_now (shop, set_url);
  net_customer_writes (&shop->net, "e1", "k1", "在吗？");
}

static void
tear_down (Shop *shop, gconstpointer data)
{
  net_tear_down (&shop->net);
  soup_server_disconnect (shop->far);
  g_object_unref (shop->far);
  g_free (shop->url);
  g_ptr_array_unref (shop->texts);
  g_ptr_array_unref (shop->deliveries);
  g_ptr_array_unref (shop->held);
}

/* (transfer full): the id of the message. */
static char *
say (Shop *shop, const char *text)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *conversation = net_sql (&shop->net, "SELECT id FROM conversation");
  char *id = net_id ();
  g_autofree char *args = g_strdup_printf (
    "{\"id\":\"%s\",\"conversation_id\":\"%s\",\"kind\":\"text\",\"body\":\"%s\",\"at\":%" G_GINT64_FORMAT "}", id,
    conversation, text, net_now (&shop->net));
  g_autoptr (JsonObject) result = net_op (&shop->net, op_id, "message.send", args);

  g_assert_cmpstr (json_object_get_string_member (result, "status"), ==, "applied");
  return id;
}

static gboolean
is_delivery (Shop *shop, const char *id, const char *wanted)
{
  g_autofree char *sql = g_strdup_printf ("SELECT delivery FROM message WHERE id = '%s'", id);
  g_autofree char *delivery = net_sql (&shop->net, sql);

  return g_strcmp0 (delivery, wanted) == 0;
}

static void
advance (Shop *shop, gint64 ms)
{
  kefu_fake_clock_advance (KEFU_FAKE_CLOCK (shop->net.clock), ms);
}

static void
test_sent (Shop *shop, gconstpointer data)
{
  g_autofree char *id = say (shop, "在的亲");

  NET_WAIT_UNTIL (is_delivery (shop, id, "sent"));
  g_assert_cmpuint (shop->texts->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (shop->texts, 0), ==, "在的亲");
  g_assert_cmpuint (shop->n_signed, ==, 1);
  g_assert_cmpint (net_sql_int (&shop->net, "SELECT count(*) FROM outbound"), ==, 0);
}

static void
test_delivered (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  shop->answer = "{\"delivery\":\"delivered\"}";
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (is_delivery (shop, id, "delivered"));
}

static void
test_refused (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *reason = NULL;

  shop->status = 403;
  shop->answer = "{\"error\":{\"message\":\"The reply window\\nis closed\"}}";
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (is_delivery (shop, id, "failed"));
  reason = net_sql (&shop->net, "SELECT delivery_reason FROM message WHERE dir = 'out'");
  g_assert_cmpstr (reason, ==, "The reply window is closed");
  g_assert_cmpuint (shop->texts->len, ==, 1);
}

static void
test_retry_by_hand (Shop *shop, gconstpointer data)
{
  g_autofree char *op_id = net_id ();
  g_autofree char *id = NULL;
  g_autofree char *args = NULL;
  g_autoptr (JsonObject) result = NULL;

  shop->status = 400;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (is_delivery (shop, id, "failed"));
  shop->status = 200;
  args = g_strdup_printf ("{\"id\":\"%s\"}", id);
  result = net_op (&shop->net, op_id, "message.retry", args);
  NET_WAIT_UNTIL (is_delivery (shop, id, "sent"));
  g_assert_cmpuint (shop->texts->len, ==, 2);
}

static void
test_failures_are_repeated_in_order (Shop *shop, gconstpointer data)
{
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;

  shop->n_fail = 2;
  one = say (shop, "一");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  two = say (shop, "二");
  advance (shop, 1000);
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 2);
  advance (shop, 2000);
  NET_WAIT_UNTIL (is_delivery (shop, two, "sent"));
  g_assert_true (is_delivery (shop, one, "sent"));
  g_assert_cmpuint (shop->texts->len, ==, 4);
  /* The second waited for the first, and the first was the same delivery each time. */
  g_assert_cmpstr (g_ptr_array_index (shop->texts, 2), ==, "一");
  g_assert_cmpstr (g_ptr_array_index (shop->texts, 3), ==, "二");
  g_assert_cmpstr (g_ptr_array_index (shop->deliveries, 0), ==, g_ptr_array_index (shop->deliveries, 2));
  g_assert_cmpstr (g_ptr_array_index (shop->deliveries, 0), !=, g_ptr_array_index (shop->deliveries, 3));
}

static void
test_silence_is_repeated (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  shop->status = 0;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (shop->held->len == 1);
  advance (shop, 20000);
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  g_assert_true (is_delivery (shop, id, "queued"));
  shop->status = 200;
  advance (shop, 1000);
  NET_WAIT_UNTIL (is_delivery (shop, id, "sent"));
}

static void
test_silence_of_once_channel_is_unknown (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  write_now (shop, set_once);
  shop->status = 0;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (shop->held->len == 1);
  advance (shop, 20000);
  NET_WAIT_UNTIL (is_delivery (shop, id, "unknown"));
  advance (shop, 3600 * 1000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (shop->texts->len, ==, 1);
}

static void
test_error_of_once_channel_is_unknown (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *later = NULL;

  write_now (shop, set_once);
  shop->status = 500;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (is_delivery (shop, id, "unknown"));
  /* This one says that it did nothing. */
  shop->status = 503;
  later = say (shop, "稍等");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  g_assert_true (is_delivery (shop, later, "queued"));
}

static gboolean
take_marks (KefuWrite *write, gpointer user_data, GError **error)
{
  return kefu_db_run (kefu_write_get_db (write), error,
                      "CREATE TRIGGER gone BEFORE UPDATE OF posting ON outbound WHEN new.posting = 1"
                      " BEGIN SELECT RAISE(IGNORE); END",
                      "");
}

/* As when the queue was read before an earlier post was noted. */
static void
test_once_channel_gets_nothing_that_does_not_wait (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  write_now (shop, set_once);
  write_now (shop, take_marks);
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT count(*) FROM outbound") == 1);
  for (guint i = 0; i < 200; i++)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_cmpuint (shop->texts->len, ==, 0);
}

static gboolean
break_notes (KefuWrite *write, gpointer user_data, GError **error)
{
  return kefu_db_run (kefu_write_get_db (write), error,
                      "CREATE TRIGGER broken BEFORE DELETE ON outbound BEGIN SELECT RAISE(ABORT, 'no'); END", "");
}

static gboolean
mend_notes (KefuWrite *write, gpointer user_data, GError **error)
{
  return kefu_db_run (kefu_write_get_db (write), error, "DROP TRIGGER broken", "");
}

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level & G_LOG_LEVEL_WARNING)
    {
      ++*(guint *) user_data;
      return G_LOG_WRITER_HANDLED;
    }
  return g_log_writer_default (level, fields, n_fields, NULL);
}

static void
test_what_cannot_be_noted_is_noted_later (Shop *shop, gconstpointer data)
{
  guint *n_warnings = (guint *) data;
  guint before = *n_warnings;
  g_autofree char *id = NULL;

  write_now (shop, set_once);
  write_now (shop, break_notes);
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (*n_warnings > before);
  g_assert_true (is_delivery (shop, id, "queued"));
  write_now (shop, mend_notes);
  NET_WAIT_UNTIL ((advance (shop, 10), is_delivery (shop, id, "sent")));
  g_assert_cmpuint (shop->texts->len, ==, 1);
}

static void
test_clock_set_back_holds_nothing_up (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;

  kefu_fake_clock_jump (KEFU_FAKE_CLOCK (shop->net.clock), 5LL * 3600 * 1000);
  shop->n_fail = 1;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  kefu_fake_clock_jump (KEFU_FAKE_CLOCK (shop->net.clock), -5LL * 3600 * 1000);
  NET_WAIT_UNTIL ((advance (shop, 10), is_delivery (shop, id, "sent")));
  /* While the server was down, too. */
  shop->n_fail = 1;
  kefu_fake_clock_jump (KEFU_FAKE_CLOCK (shop->net.clock), 5LL * 3600 * 1000);
  other = say (shop, "稍等");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  net_restart_later (&shop->net, -5LL * 3600 * 1000);
  NET_WAIT_UNTIL (is_delivery (shop, other, "sent"));
}

static void
test_refused_connection_of_once_channel_is_repeated (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  write_now (shop, set_once);
  /* Nobody is there: nothing can have been sent. */
  soup_server_disconnect (shop->far);
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  g_assert_true (is_delivery (shop, id, "queued"));
}

static void
test_gives_up_after_a_day (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  shop->status = 500;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  advance (shop, 24LL * 3600 * 1000);
  NET_WAIT_UNTIL (is_delivery (shop, id, "failed"));
}

static void
test_waits_through_restart (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  shop->status = 500;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (net_sql_int (&shop->net, "SELECT max(tries) FROM outbound") == 1);
  shop->status = 200;
  net_restart_later (&shop->net, 10000);
  NET_WAIT_UNTIL (is_delivery (shop, id, "sent"));
}

static void
test_death_while_posting_once_is_unknown (Shop *shop, gconstpointer data)
{
  g_autofree char *id = NULL;

  write_now (shop, set_once);
  shop->status = 0;
  id = say (shop, "在的亲");
  NET_WAIT_UNTIL (shop->held->len == 1);
  g_assert_cmpint (net_sql_int (&shop->net, "SELECT posting FROM outbound"), ==, 1);
  /* As kill -9 would leave it: the row says that a post was under way. */
  advance (shop, 20000);
  NET_WAIT_UNTIL (is_delivery (shop, id, "unknown"));
}

int
main (int argc, char **argv)
{
  guint n_warnings = 0;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (count_warnings, &n_warnings, NULL);
#define ADD(path, func) g_test_add ("/net/outbound/" path, Shop, NULL, set_up, func, tear_down)
  ADD ("two-hundred-is-sent", test_sent);
  ADD ("answer-may-say-delivered", test_delivered);
  ADD ("four-hundred-is-failed-with-its-reason", test_refused);
  ADD ("retry-by-hand", test_retry_by_hand);
  ADD ("failures-are-repeated-in-order", test_failures_are_repeated_in_order);
  ADD ("silence-is-repeated", test_silence_is_repeated);
  ADD ("silence-of-once-channel-is-unknown", test_silence_of_once_channel_is_unknown);
  ADD ("error-of-once-channel-is-unknown", test_error_of_once_channel_is_unknown);
  ADD ("once-channel-gets-nothing-that-does-not-wait", test_once_channel_gets_nothing_that_does_not_wait);
  g_test_add ("/net/outbound/what-cannot-be-noted-is-noted-later", Shop, &n_warnings, set_up,
              test_what_cannot_be_noted_is_noted_later, tear_down);
  ADD ("clock-set-back-holds-nothing-up", test_clock_set_back_holds_nothing_up);
  ADD ("refused-connection-of-once-channel-is-repeated", test_refused_connection_of_once_channel_is_repeated);
  ADD ("gives-up-after-a-day", test_gives_up_after_a_day);
  ADD ("waits-through-restart", test_waits_through_restart);
  ADD ("post-to-once-channel-is-noted-first", test_death_while_posting_once_is_unknown);
  return g_test_run ();
}
