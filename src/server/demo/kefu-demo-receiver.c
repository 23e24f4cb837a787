/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the demo's channels have their messages posted: the customers' side of the outbound way. */
#define G_LOG_DOMAIN "kefu-demo"
#include "config.h"

#include "kefu-demo-receiver.h"

#include "kefu-json.h"
#include "kefu-signature.h"

/* Delivery ids to tell a repeat by; the server repeats within a day, a busy shop writes less than this in one. */
#define SEEN_MAX 20000

struct _KefuDemoReceiver
{
  SoupServer *http;
  KefuClock *clock;
  GHashTable *secrets; /* (nullable) */
  GHashTable *prompt;  /* (nullable) */
  GHashTable *seen;
  guint port;
  KefuDemoHearFunc func;
  gpointer user_data;
};

static void
answer (SoupServerMessage *message, guint status, const char *json)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json, strlen (json));
}

static gboolean
check_signature (KefuDemoReceiver *self, SoupServerMessage *message, const char *channel_id, GBytes *body)
{
  const char *secret = self->secrets != NULL ? g_hash_table_lookup (self->secrets, channel_id) : NULL;
  const char *secrets[] = { secret, NULL };
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr (GError) error = NULL;

  if (secret == NULL)
    return FALSE;
  if (kefu_signature_check (secrets, soup_message_headers_get_one (headers, "Kefu-Timestamp"),
                            soup_message_headers_get_one (headers, "Kefu-Signature"), body,
                            kefu_clock_now (self->clock), &error))
    return TRUE;
  g_message ("A delivery to the demo shop was refused: %s", error->message);
  return FALSE;
}

/* (nullable) */
static JsonObject *
object_member (JsonObject *object, const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Conversation, kind and text of `{"message":{conversation:{key}, kind, text, …}}`; an image or file has an attachment. */
static gboolean
read_message (JsonNode *node, const char **key, const char **kind, const char **text)
{
  JsonObject *root = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *message = object_member (root, "message");
  JsonObject *conversation = object_member (message, "conversation");

  *key = conversation != NULL ? kefu_json_text (conversation, "key") : NULL;
  *kind = message != NULL ? kefu_json_text (message, "kind") : NULL;
  *text = message != NULL ? kefu_json_text (message, "text") : NULL;
  if (*key == NULL || *kind == NULL || *text == NULL)
    return FALSE;
  return g_str_equal (*kind, "text") || object_member (message, "attachment") != NULL;
}

static void
post_cb (SoupServer *http, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  KefuDemoReceiver *self = user_data;
  SoupMessageBody *request = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) body = soup_message_body_flatten (request);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL;
  const char *channel_id = path + 1;
  const char *delivery_id;
  const char *key = NULL;
  const char *kind = NULL;
  const char *text = NULL;

  if (soup_server_message_get_method (message) != SOUP_METHOD_POST)
    {
      answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "{}");
      return;
    }
  if (!check_signature (self, message, channel_id, body))
    {
      answer (message, SOUP_STATUS_UNAUTHORIZED,
              "{\"error\":{\"code\":\"signature\",\"message\":\"The signature is wrong\"}}");
      return;
    }
  json = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  node = json_from_string (json, NULL);
  if (!read_message (node, &key, &kind, &text))
    {
      answer (message, SOUP_STATUS_BAD_REQUEST,
              "{\"error\":{\"code\":\"invalid\",\"message\":\"There is no message in it\"}}");
      return;
    }
  answer (message, SOUP_STATUS_OK,
          self->prompt != NULL && g_hash_table_contains (self->prompt, channel_id) ? "{\"delivery\":\"delivered\"}"
                                                                                   : "{}");

  delivery_id = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Kefu-Delivery");
  if (g_hash_table_size (self->seen) >= SEEN_MAX)
    g_hash_table_remove_all (self->seen);
  if (delivery_id == NULL || g_hash_table_add (self->seen, g_strdup (delivery_id)))
    self->func (channel_id, key, kind, text, self->user_data);
}

KefuDemoReceiver *
kefu_demo_receiver_new (KefuClock *clock, KefuDemoHearFunc func, gpointer user_data, GError **error)
{
  g_autoptr (KefuDemoReceiver) self = g_new0 (KefuDemoReceiver, 1);
  g_autoslist (GUri) uris = NULL;

  self->http = soup_server_new (NULL, NULL);
  self->clock = g_object_ref (clock);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->func = func;
  self->user_data = user_data;
  soup_server_add_handler (self->http, NULL, post_cb, self, NULL);
  if (!soup_server_listen_local (self->http, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return NULL;
  uris = soup_server_get_uris (self->http);
  self->port = (guint) g_uri_get_port (uris->data);
  return g_steal_pointer (&self);
}

void
kefu_demo_receiver_free (KefuDemoReceiver *self)
{
  soup_server_disconnect (self->http);
  g_object_unref (self->http);
  g_object_unref (self->clock);
  g_clear_pointer (&self->secrets, g_hash_table_unref);
  g_clear_pointer (&self->prompt, g_hash_table_unref);
  g_hash_table_unref (self->seen);
  g_free (self);
}

char *
kefu_demo_receiver_make_url (KefuDemoReceiver *self, const char *channel_id)
{
  return g_strdup_printf ("http://127.0.0.1:%u/%s", self->port, channel_id);
}

void
kefu_demo_receiver_set_secrets (KefuDemoReceiver *self, GHashTable *secrets)
{
  g_clear_pointer (&self->secrets, g_hash_table_unref);
  self->secrets = g_hash_table_ref (secrets);
}

void
kefu_demo_receiver_set_prompt (KefuDemoReceiver *self, GHashTable *channel_ids)
{
  g_clear_pointer (&self->prompt, g_hash_table_unref);
  self->prompt = g_hash_table_ref (channel_ids);
}
