/* SPDX-License-Identifier: GPL-3.0-or-later
 * The way of simulated customers to the server: the signed inbound endpoint, like that of any channel. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-sender.h"

#include "kefu-backoff.h"
#include "kefu-signature.h"

/* A server that is away for long does not have to hear everything that would have been said. */
#define QUEUE_MAX 200
/* RFC 6585; libsoup has no name for it. */
#define TOO_MANY_REQUESTS 429

struct _KefuDemoSender
{
  SoupSession *session;
  char *base_url;
  KefuClock *clock;
  GHashTable *secrets;
  GQueue queue; /* Letter; the head is under way or waits for its next try */
  GCancellable *cancellable;
  KefuBackoff backoff;
  guint retry_timeout;
  gboolean busy;
  guint n_sent;
  guint n_failed;
};

typedef struct
{
  char *channel_id;
  GBytes *body;
} Letter;

/* One request; outlives the sender if that is freed meanwhile. */
typedef struct
{
  KefuDemoSender *sender;
  GCancellable *cancellable;
  SoupMessage *message;
} Try;

static void send_head (KefuDemoSender *self);

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  g_free (letter->channel_id);
  g_bytes_unref (letter->body);
  g_free (letter);
}

static void
try_free (Try *try)
{
  g_object_unref (try->cancellable);
  g_object_unref (try->message);
  g_free (try);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Try, try_free)

static void
retry_cb (gpointer user_data)
{
  KefuDemoSender *self = user_data;

  self->retry_timeout = 0;
  send_head (self);
}

static void
retry (KefuDemoSender *self)
{
  self->n_failed++;
  self->retry_timeout = kefu_clock_add_timeout (self->clock, kefu_backoff_next (&self->backoff), retry_cb, self, NULL);
}

static void
drop_head (KefuDemoSender *self)
{
  letter_free (g_queue_pop_head (&self->queue));
  kefu_backoff_reset (&self->backoff);
  send_head (self);
}

/* Whether another try can have another end. A wrong signature can: the secret may be on its way round. */
static gboolean
is_temporary (guint status)
{
  return status >= 500 || status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN ||
         status == SOUP_STATUS_REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS;
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Try) try = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) answer = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  KefuDemoSender *self = try->sender;
  guint status = soup_message_get_status (try->message);

  if (g_cancellable_is_cancelled (try->cancellable))
    return;
  self->busy = FALSE;
  if (answer == NULL)
    {
      g_message ("The server cannot be reached: %s", error->message);
      retry (self);
    }
  else if (SOUP_STATUS_IS_SUCCESSFUL (status))
    {
      self->n_sent++;
      drop_head (self);
    }
  else if (is_temporary (status))
    {
      g_message ("The server does not take a customer's event: %u %s", status, soup_status_get_phrase (status));
      retry (self);
    }
  else
    {
      g_warning ("The server refuses a customer's event: %u %s", status, soup_status_get_phrase (status));
      self->n_failed++;
      drop_head (self);
    }
}

static void
send_head (KefuDemoSender *self)
{
  Letter *letter = g_queue_peek_head (&self->queue);
  const char *secret;
  g_autofree char *uri = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *timestamp = NULL;
  gint64 now_s = kefu_clock_now (self->clock) / 1000;
  SoupMessageHeaders *headers;
  Try *try;

  if (letter == NULL || self->busy || self->retry_timeout != 0)
    return;
  secret = g_hash_table_lookup (self->secrets, letter->channel_id);
  uri = g_strdup_printf ("%s/v1/channels/%s/inbound", self->base_url, letter->channel_id);
  signature = kefu_signature_make (secret != NULL ? secret : "", now_s, letter->body);
  timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);

  try = g_new0 (Try, 1);
  try->sender = self;
  try->cancellable = g_object_ref (self->cancellable);
  try->message = soup_message_new ("POST", uri);
  headers = soup_message_get_request_headers (try->message);
  soup_message_headers_replace (headers, "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (headers, "Kefu-Signature", signature);
  soup_message_set_request_body_from_bytes (try->message, "application/json", letter->body);
  self->busy = TRUE;
  soup_session_send_and_read_async (self->session, try->message, G_PRIORITY_DEFAULT, self->cancellable, sent_cb, try);
}

KefuDemoSender *
kefu_demo_sender_new (SoupSession *session, const char *base_url, KefuClock *clock, GHashTable *secrets)
{
  KefuDemoSender *self = g_new0 (KefuDemoSender, 1);

  self->session = g_object_ref (session);
  self->base_url = g_strdup (base_url);
  self->clock = g_object_ref (clock);
  self->secrets = g_hash_table_ref (secrets);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->queue);
  kefu_backoff_init (&self->backoff, 1000, 60000);
  return self;
}

void
kefu_demo_sender_free (KefuDemoSender *self)
{
  g_cancellable_cancel (self->cancellable);
  kefu_clock_clear_timeout (self->clock, &self->retry_timeout);
  g_queue_clear_full (&self->queue, letter_free);
  g_hash_table_unref (self->secrets);
  g_object_unref (self->cancellable);
  g_object_unref (self->session);
  g_object_unref (self->clock);
  g_free (self->base_url);
  g_free (self);
}

void
kefu_demo_sender_push (KefuDemoSender *self, const char *channel_id, JsonArray *events)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  Letter *letter;
  char *text;

  json_object_set_array_member (body, "events", events);
  if (g_queue_get_length (&self->queue) >= QUEUE_MAX)
    return;
  node = json_node_init_object (json_node_alloc (), body);
  text = json_to_string (node, FALSE);
  letter = g_new0 (Letter, 1);
  letter->channel_id = g_strdup (channel_id);
  letter->body = g_bytes_new_take (text, strlen (text));
  g_queue_push_tail (&self->queue, letter);
  send_head (self);
}

gboolean
kefu_demo_sender_is_idle (KefuDemoSender *self)
{
  return g_queue_is_empty (&self->queue);
}

guint
kefu_demo_sender_get_n_sent (KefuDemoSender *self)
{
  return self->n_sent;
}

guint
kefu_demo_sender_get_n_failed (KefuDemoSender *self)
{
  return self->n_failed;
}
