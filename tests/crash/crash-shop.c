/* SPDX-License-Identifier: GPL-3.0-or-later
 * Customers who write without end over a bad network, and channels that take agents' messages badly. */
#include "config.h"

#include "crash-shop.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>

#include "kefu-signature.h"

#define N_CHANNELS 2
#define N_CUSTOMERS 4 /* of each channel */
#define AGAIN_MS 30
/* One of transparent points. */
#define PNG "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

typedef struct
{
  CrashShop *shop;
  char *id;
  char *secret;
  SoupServer *far;
  char *url;
  gboolean once;
  GHashTable *deliveries; /* of the good one: delivery id → message id */
  GHashTable *stored;     /* message id → how often it has it */
} Channel;

/* What an event became. */
typedef struct
{
  char *id;
  char *text; /* (nullable): of a message, as edited last */
  gboolean recalled;
} Event;

typedef struct
{
  CrashShop *shop;
  Channel *channel;
  char *key;
  GPtrArray *said; /* Event: messages of this customer */
  guint n_good;    /* good reviews */
  guint n_orders;
  char *body; /* (nullable): under way */
  guint again_id;
} Customer;

struct _CrashShop
{
  World *world;
  GRand *chance;
  SoupSession *session;
  Channel channels[N_CHANNELS];
  Customer customers[N_CHANNELS * N_CUSTOMERS];
  GPtrArray *events; /* (element-type utf8): all ids */
  guint every_ms;
  guint write_id;
  gboolean bad;
  GPtrArray *held; /* SoupServerMessage */
  guint hold_id;
  guint n_under_way;
  guint n_repeats;
  guint n_posts;
  guint n_bad_posts;
};

static void post (Customer *customer);

static int
roll (CrashShop *self, int n)
{
  return g_rand_int_range (self->chance, 0, n);
}

/* --- customers --- */

static void
event_free (gpointer data)
{
  Event *event = data;

  g_free (event->id);
  g_free (event->text);
  g_free (event);
}

static void
again_cb (gpointer data)
{
  Customer *customer = data;

  customer->again_id = 0;
  customer->shop->n_repeats++;
  post (customer);
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Customer *customer = user_data;
  CrashShop *self = customer->shop;
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  guint status = soup_message_get_status (message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->n_under_way--;
  if (answer != NULL && status == SOUP_STATUS_OK)
    {
      g_clear_pointer (&customer->body, g_free);
      return;
    }
  /* "4xx = do not retry": then it would be lost. */
  if (answer != NULL && SOUP_STATUS_IS_CLIENT_ERROR (status))
    g_error ("%u to %s: %.*s", status, customer->body, (int) g_bytes_get_size (answer),
             (const char *) g_bytes_get_data (answer, NULL));
  customer->again_id = g_timeout_add_once (AGAIN_MS, again_cb, customer);
}

static void
post (Customer *customer)
{
  CrashShop *self = customer->shop;
  gint64 now_s = kefu_clock_now (self->world->clock) / 1000;
  g_autoptr (GBytes) body = g_bytes_new (customer->body, strlen (customer->body));
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *signature = kefu_signature_make (customer->channel->secret, now_s, body);
  g_autofree char *uri = g_strdup_printf ("http://kefu/v1/channels/%s/inbound", customer->channel->id);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_message_headers_replace (headers, "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (headers, "Kefu-Signature", signature);
  self->n_under_way++;
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, posted_cb, customer);
}

static Event *
any_message (Customer *customer)
{
  return g_ptr_array_index (customer->said, (guint) roll (customer->shop, (int) customer->said->len));
}

/* (transfer full): the members of an event beside those that all have; notes what is to be there in the end. */
static char *
make_event (Customer *customer, const char *id, gboolean message)
{
  CrashShop *self = customer->shop;
  int what = message || customer->said->len == 0 ? 0 : roll (self, 100);
  Event *event;

  if (what < 50)
    {
      event = g_new0 (Event, 1);
      event->id = g_strdup (id);
      event->text = g_strdup_printf ("问 %s", id);
      g_ptr_array_add (customer->said, event);
      if (roll (self, 10) == 0)
        return g_strdup_printf ("\"type\":\"message\",\"parts\":[{\"type\":\"text\",\"text\":\"%s\"},{\"type\":"
                                "\"image\",\"data\":\"" PNG "\"}]",
                                event->text);
      return g_strdup_printf ("\"type\":\"message\",\"parts\":[{\"type\":\"text\",\"text\":\"%s\"}]", event->text);
    }
  if (what < 60)
    {
      event = any_message (customer);
      g_free (event->text);
      event->text = g_strdup_printf ("改 %s", id);
      return g_strdup_printf ("\"type\":\"edit\",\"target\":\"%s\",\"text\":\"%s\"", event->id, event->text);
    }
  if (what < 67)
    {
      event = any_message (customer);
      event->recalled = TRUE;
      return g_strdup_printf ("\"type\":\"recall\",\"target\":\"%s\"", event->id);
    }
  if (what < 75)
    return g_strdup ("\"type\":\"read\"");
  if (what < 82)
    return g_strdup_printf ("\"type\":\"customer\",\"customer\":{\"level\":\"V%d\",\"phone\":\"138%08d\"}",
                            roll (self, 9), roll (self, 99999999));
  if (what < 91)
    {
      if (customer->n_orders == 0 || roll (self, 2) == 0)
        customer->n_orders++;
      return g_strdup_printf ("\"type\":\"order\",\"order\":{\"number\":\"%s-%d\",\"state\":\"%s\",\"placed_at\":"
                              "%" G_GINT64_FORMAT ",\"total_minor\":%d}",
                              customer->key, roll (self, (int) customer->n_orders),
                              roll (self, 2) == 0 ? "paid" : "shipped", kefu_clock_now (self->world->clock),
                              roll (self, 100000));
    }
  if (what < 96)
    {
      customer->n_good++;
      return g_strdup_printf ("\"type\":\"review\",\"review\":{\"score\":5,\"text\":\"好评 %s\"}", id);
    }
  return g_strdup_printf ("\"type\":\"call\",\"call\":{\"seconds\":%d,\"missed\":true}", roll (self, 60));
}

static void
write_event (Customer *customer, int n, gboolean message)
{
  CrashShop *self = customer->shop;
  g_autoptr (GString) body = g_string_new ("{\"events\":[");

  for (int i = 0; i < n; i++)
    {
      char *id = g_strdup_printf ("e%u", self->events->len);
      g_autofree char *members = NULL;

      g_ptr_array_add (self->events, id);
      members = make_event (customer, id, message);
      g_string_append_printf (body,
                              "%s{\"id\":\"%s\",%s,\"conversation\":{\"key\":\"%s\",\"type\":\"direct\"},"
                              "\"sender\":{\"key\":\"%s\",\"name\":\"客户 %s\"},\"sent_at\":%" G_GINT64_FORMAT "}",
                              i > 0 ? "," : "", id, members, customer->key, customer->key, customer->key,
                              kefu_clock_now (self->world->clock));
    }
  g_string_append (body, "]}");
  customer->body = g_string_free (g_steal_pointer (&body), FALSE);
  post (customer);
}

static void
write_cb (gpointer data)
{
  CrashShop *self = data;
  Customer *customer;

  self->write_id = 0;
  if (self->every_ms == 0)
    return;
  customer = &self->customers[roll (self, (int) G_N_ELEMENTS (self->customers))];
  /* One at a time: what a customer says has an order. */
  if (customer->body == NULL)
    write_event (customer, 1 + (roll (self, 6) == 0), FALSE);
  self->write_id = g_timeout_add_once ((guint) (1 + roll (self, (int) (2 * self->every_ms))), write_cb, self);
}

/* --- channels' ends --- */

static void
cut (SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* What was held is never answered: the connection breaks. */
static void
let_go (CrashShop *self)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      SoupServerMessage *message = g_ptr_array_index (self->held, i);

      cut (message);
      soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
      soup_server_message_unpause (message);
    }
  g_ptr_array_set_size (self->held, 0);
}

static void
let_go_cb (gpointer data)
{
  CrashShop *self = data;

  self->hold_id = 0;
  let_go (self);
}

static void
store (Channel *channel, SoupServerMessage *message)
{
  const char *delivery =
    soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Kefu-Delivery");
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  const char *id =
    json_object_get_string_member (json_object_get_object_member (json_node_get_object (node), "message"), "id");
  guint n;

  g_assert_nonnull (delivery);
  if (!channel->once)
    {
      const char *known = g_hash_table_lookup (channel->deliveries, delivery);

      g_assert_true (known == NULL || g_str_equal (known, id));
      if (known != NULL)
        return;
      g_hash_table_insert (channel->deliveries, g_strdup (delivery), g_strdup (id));
    }
  n = GPOINTER_TO_UINT (g_hash_table_lookup (channel->stored, id));
  g_hash_table_insert (channel->stored, g_strdup (id), GUINT_TO_POINTER (n + 1));
}

static void
hold (CrashShop *self, SoupServerMessage *message)
{
  soup_server_message_pause (message);
  g_ptr_array_add (self->held, g_object_ref (message));
  if (self->hold_id == 0)
    self->hold_id = g_timeout_add_once ((guint) (100 + roll (self, 1500)), let_go_cb, self);
}

static void
far_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Channel *channel = user_data;
  CrashShop *self = channel->shop;
  int fate = self->bad ? roll (self, 100) : 99;

  self->n_posts++;
  self->n_bad_posts += fate < 30;
  /* Half of what goes wrong does so after it has gone out. */
  if ((fate >= 30 || fate % 2 == 0) && !(fate >= 24 && fate < 27))
    store (channel, message);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (fate < 8)
    soup_server_message_set_status (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL);
  else if (fate < 16)
    hold (self, message);
  else if (fate < 24)
    cut (message);
  else if (fate < 27)
    {
      soup_server_message_set_status (message, 429, NULL);
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "1");
    }
  else if (fate < 30)
    soup_server_message_set_status (message, SOUP_STATUS_BAD_GATEWAY, NULL);
  else if (fate < 50)
    soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, "{\"delivery\":\"delivered\"}",
                                      24);
}

static void
channel_init (Channel *channel, CrashShop *shop, gboolean once)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  channel->shop = shop;
  channel->once = once;
  channel->deliveries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  channel->stored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  channel->far = soup_server_new (NULL, NULL);
  soup_server_add_handler (channel->far, NULL, far_cb, channel, NULL);
  soup_server_listen_local (channel->far, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (channel->far);
  channel->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  world_add_channel (shop->world, once ? "一次" : "可重", channel->url, once, &channel->id, &channel->secret);
}

static void
channel_clear (Channel *channel)
{
  soup_server_disconnect (channel->far);
  g_object_unref (channel->far);
  g_hash_table_unref (channel->deliveries);
  g_hash_table_unref (channel->stored);
  g_free (channel->url);
  g_free (channel->id);
  g_free (channel->secret);
}

/* --- the whole --- */

CrashShop *
crash_shop_new (World *world, guint32 seed)
{
  CrashShop *self = g_new0 (CrashShop, 1);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (world->network_socket);

  self->world = world;
  self->chance = g_rand_new_with_seed (seed);
  self->events = g_ptr_array_new_with_free_func (g_free);
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->session = soup_session_new_with_options ("remote-connectable", address, "timeout", 10, "max-conns-per-host",
                                                 N_CHANNELS * N_CUSTOMERS, NULL);
  self->bad = TRUE;
  for (guint i = 0; i < N_CHANNELS; i++)
    channel_init (&self->channels[i], self, i == 1);
  for (guint i = 0; i < G_N_ELEMENTS (self->customers); i++)
    self->customers[i] = (Customer){
      .shop = self,
      .channel = &self->channels[i % N_CHANNELS],
      .key = g_strdup_printf ("k%u", i),
      .said = g_ptr_array_new_with_free_func (event_free),
    };
  return self;
}

void
crash_shop_free (CrashShop *self)
{
  g_clear_handle_id (&self->write_id, g_source_remove);
  g_clear_handle_id (&self->hold_id, g_source_remove);
  let_go (self);
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  for (guint i = 0; i < G_N_ELEMENTS (self->customers); i++)
    {
      Customer *customer = &self->customers[i];

      g_clear_handle_id (&customer->again_id, g_source_remove);
      g_free (customer->key);
      g_free (customer->body);
      g_ptr_array_unref (customer->said);
    }
  for (guint i = 0; i < N_CHANNELS; i++)
    channel_clear (&self->channels[i]);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->held);
  g_rand_free (self->chance);
  g_free (self);
}

void
crash_shop_write (CrashShop *self, guint every_ms)
{
  self->every_ms = every_ms;
  if (self->write_id == 0)
    write_cb (self);
}

void
crash_shop_be_bad (CrashShop *self, gboolean bad)
{
  self->bad = bad;
  if (!bad)
    let_go (self);
}

void
crash_shop_say_last (CrashShop *self)
{
  WORLD_WAIT (60, self->customers[0].body == NULL);
  write_event (&self->customers[0], 1, TRUE);
}

gboolean
crash_shop_is_quiet (CrashShop *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->customers); i++)
    if (self->customers[i].body != NULL)
      return FALSE;
  return self->held->len == 0;
}

guint
crash_shop_get_n_events (CrashShop *self)
{
  return self->events->len;
}

guint
crash_shop_get_n_repeats (CrashShop *self)
{
  return self->n_repeats;
}

guint
crash_shop_get_n_posts (CrashShop *self)
{
  return self->n_posts;
}

guint
crash_shop_get_n_bad_posts (CrashShop *self)
{
  return self->n_bad_posts;
}

/* --- what must be there in the end --- */

static void
check_customer (Customer *customer, KefuDb *db)
{
  gint64 n_good = kefu_db_int (db, 0,
                               "SELECT sum(c.good_reviews) FROM customer c JOIN identity i ON i.customer_id = c.id"
                               " WHERE i.key = ? AND i.channel_id = ?",
                               "ss", customer->key, customer->channel->id);

  g_assert_cmpint (n_good, ==, (gint64) customer->n_good);
  for (guint i = 0; i < customer->said->len; i++)
    {
      const Event *event = g_ptr_array_index (customer->said, i);
      g_autofree char *id = kefu_db_text (
        db, "SELECT json_extract(message_ids, '$[0]') FROM inbound_seen WHERE channel_id = ? AND event_id = ?", "ss",
        customer->channel->id, event->id);
      g_autofree char *body = kefu_db_text (db, "SELECT body FROM message WHERE id = ?", "s", id);

      g_assert_cmpstr (body, ==, event->text);
      g_assert_cmpint (kefu_db_int (db, -1, "SELECT recalled FROM message WHERE id = ?", "s", id), ==,
                       (gint64) event->recalled);
    }
  /* What a customer said stands in the order in which it was said. */
  g_assert_cmpint (kefu_db_int (db, -1,
                                "SELECT count(*) FROM (SELECT substr(s.event_id, 2) + 0 AS n,"
                                "  lag(substr(s.event_id, 2) + 0) OVER (ORDER BY m.mseq) AS before"
                                " FROM inbound_seen s JOIN message m ON m.id = json_extract(s.message_ids, '$[0]')"
                                " JOIN conversation c ON c.id = m.conversation_id WHERE c.key = ?) WHERE n < before",
                                "s", customer->key),
                   ==, 0);
}

void
crash_shop_check_inbound (CrashShop *self)
{
  g_autoptr (KefuDb) db = world_open_server_db (self->world);

  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM inbound_seen", ""), ==, (gint64) self->events->len);
  for (guint i = 0; i < self->events->len; i++)
    g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM inbound_seen WHERE event_id = ?", "s",
                                  g_ptr_array_index (self->events, i)),
                     ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (self->customers); i++)
    check_customer (&self->customers[i], db);
  /* No message came of anything else, and the counters that are moved by one stand right. */
  g_assert_cmpint (
    kefu_db_int (db, -1, "SELECT count(*) FROM message WHERE dir = 'in'", ""), ==,
    kefu_db_int (db, -1,
                 "SELECT count(*) FROM inbound_seen s, json_each(s.message_ids) e JOIN message m ON m.id = e.value"
                 " WHERE m.dir = 'in'",
                 ""));
  g_assert_cmpint (kefu_db_int (db, -1,
                                "SELECT count(*) FROM conversation c WHERE in_count <> (SELECT count(*) FROM message m"
                                " WHERE m.conversation_id = c.id AND m.dir = 'in')",
                                ""),
                   ==, 0);
}

static guint
count_retries (GPtrArray *acts, const char *message_id)
{
  guint n = 0;

  for (guint i = 0; i < acts->len; i++)
    {
      const WorldAct *act = g_ptr_array_index (acts, i);

      n += g_str_equal (act->type, "message.retry") &&
           g_str_equal (json_object_get_string_member (act->args, "id"), message_id);
    }
  return n;
}

static void
check_channel (Channel *channel, KefuDb *db, GPtrArray *acts)
{
  g_autoptr (KefuStmt) stmt =
    kefu_db_query (db, NULL,
                   "SELECT m.id, m.delivery FROM message m JOIN conversation c ON c.id = m.conversation_id"
                   " WHERE c.channel_id = ? AND m.dir = 'out'",
                   "s", channel->id);
  guint n_seen = 0;

  while (kefu_stmt_step (stmt, NULL))
    {
      const char *id = kefu_stmt_text (stmt, 0);
      const char *delivery = kefu_stmt_text (stmt, 1);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (channel->stored, id));
      guint n_retries = count_retries (acts, id);

      g_test_message ("%s %s %u, again by hand %u", id, delivery, n, n_retries);
      n_seen += n > 0;
      g_assert_cmpuint (n, <=, 1 + n_retries);
      if (g_str_equal (delivery, "unknown"))
        g_assert_true (channel->once);
      else
        {
          g_assert_true (g_str_equal (delivery, "sent") || g_str_equal (delivery, "delivered") ||
                         g_str_equal (delivery, "read"));
          g_assert_cmpuint (n, >=, 1);
        }
    }
  /* Nothing else has gone out. */
  g_assert_cmpuint (n_seen, ==, g_hash_table_size (channel->stored));
}

void
crash_shop_check_outbound (CrashShop *self, GPtrArray *acts)
{
  g_autoptr (KefuDb) db = world_open_server_db (self->world);

  g_assert_cmpint (kefu_db_int (db, -1, "SELECT count(*) FROM outbound", ""), ==, 0);
  for (guint i = 0; i < N_CHANNELS; i++)
    check_channel (&self->channels[i], db, acts);
}
