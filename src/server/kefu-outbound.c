/* SPDX-License-Identifier: GPL-3.0-or-later
 * Agents' messages on their way to the channels. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-outbound.h"

#include <libsoup/soup.h>

#include "kefu-backoff.h"
#include "kefu-json.h"
#include "kefu-outbound-queue.h"
#include "kefu-request.h"
#include "kefu-signature.h"
#include "kefu-worker.h"

#define POST_TIMEOUT_MS 20000
#define PER_CHANNEL 4
#define IN_ALL 32
#define BACKOFF_BASE_MS 1000
#define GIVE_UP_MS (24LL * 3600 * 1000)
#define ANSWER_MAX (64 * 1024)
#define REASON_CHARS 200
/* Between two tries to note what a post came to. */
#define NOTE_BASE_MS 1000
#define NOTE_CAP_MS (60 * 1000)

/* The queue is a table; this object only knows which of its heads are under way. Each post is an object of its own, and what it came
 * to is written before the next of the conversation is looked at. */
struct _KefuOutbound
{
  GObject parent_instance;

  KefuStorage *storage;
  KefuClock *clock;
  SoupSession *session;
  GHashTable *posts; /* message id → Post */
  gboolean started;
  gboolean scanning;
  gboolean scan_again;
  GHashTable *noted; /* message ids that were done with while the queue is being read: what is read of them is old */
  guint wake_id;
  gint64 last_now; /* of the last look at the queue */

  GTask *stop_task;
  guint grace_id;
};

/* One try. */
typedef struct
{
  KefuOutbound *outbound;
  KefuDelivery *delivery;
  SoupMessage *message;
  GCancellable *cancellable;
  guint timeout_id;
  KefuDeliveryResult *result; /* (nullable): what it came to */
  guint note_id;              /* waits to note it, since that failed */
  KefuBackoff note_backoff;
  gboolean left; /* some of the request has left this machine */
  gboolean timed_out;
  char answer[ANSWER_MAX];
} Post;

G_DEFINE_FINAL_TYPE (KefuOutbound, kefu_outbound, G_TYPE_OBJECT)

static void scan (KefuOutbound *self);
static void note (Post *post);

static void
post_free (gpointer data)
{
  Post *post = data;

  kefu_clock_clear_timeout (post->outbound->clock, &post->timeout_id);
  kefu_clock_clear_timeout (post->outbound->clock, &post->note_id);
  g_clear_pointer (&post->result, kefu_delivery_result_free);
  kefu_delivery_free (post->delivery);
  g_clear_object (&post->message);
  g_clear_object (&post->cancellable);
  g_free (post);
}

static void
check_stopped (KefuOutbound *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->stop_task == NULL || g_hash_table_size (self->posts) > 0)
    return;
  kefu_clock_clear_timeout (self->clock, &self->grace_id);
  task = g_steal_pointer (&self->stop_task);
  g_task_return_boolean (task, TRUE);
}

static void
note_cb (gpointer user_data)
{
  Post *post = user_data;

  post->note_id = 0;
  note (post);
}

static void
noted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuOutbound) self = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;
  Post *post;

  if (kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    {
      if (self->scanning)
        g_hash_table_add (self->noted, g_strdup (((KefuDeliveryResult *) data)->message_id));
      g_hash_table_remove (self->posts, ((KefuDeliveryResult *) data)->message_id);
      check_stopped (self);
      scan (self);
      return;
    }
  g_warning ("A delivery cannot be noted: %s", error->message);
  post = g_hash_table_lookup (self->posts, ((KefuDeliveryResult *) data)->message_id);
  /* What is known of it is kept until it can be written: to forget it would post again, or leave it half posted. */
  if (self->stop_task == NULL)
    post->note_id = kefu_clock_add_timeout (self->clock, kefu_backoff_next (&post->note_backoff), note_cb, post, NULL);
  else
    g_hash_table_remove (self->posts, post->delivery->message_id);
  check_stopped (self);
}

static void
note (Post *post)
{
  kefu_storage_write_async (post->outbound->storage, KEFU_WORKER_NORMAL, kefu_outbound_settle_job, post->result, NULL,
                            noted_cb, g_object_ref (post->outbound));
}

static void
settle (Post *post, KefuVerdict verdict, const char *reason, gint64 wait_ms)
{
  KefuOutbound *self = post->outbound;
  KefuDeliveryResult *result = g_new0 (KefuDeliveryResult, 1);

  kefu_clock_clear_timeout (self->clock, &post->timeout_id);
  post->result = result;
  result->message_id = g_strdup (post->delivery->message_id);
  result->now = kefu_clock_now (self->clock);
  result->verdict = verdict;
  result->reason = g_strdup (reason);
  if (verdict == KEFU_VERDICT_RETRY)
    {
      KefuBackoff backoff;
      gint64 delay_ms;

      kefu_backoff_init (&backoff, BACKOFF_BASE_MS, KEFU_OUTBOUND_WAIT_MAX_MS);
      backoff.tries = (guint) MIN (post->delivery->tries, 20);
      delay_ms = kefu_backoff_next (&backoff);
      result->next_at = result->now + MAX (delay_ms, wait_ms);
      if (result->now - post->delivery->first_at >= GIVE_UP_MS)
        result->verdict = KEFU_VERDICT_FAILED;
    }
  note (post);
}

/* (transfer full): what the channel says of it, short and in one line. */
static char *
read_reason (guint status, JsonObject *answer)
{
  JsonNode *fault = answer != NULL ? json_object_get_member (answer, "error") : NULL;
  const char *text = NULL;
  g_autofree char *head = NULL;
  char *reason;

  if (fault != NULL && JSON_NODE_HOLDS_OBJECT (fault))
    text = kefu_json_text (json_node_get_object (fault), "message");
  if (text == NULL || *text == '\0')
    return g_strdup_printf ("The channel answered %u", status);
  head = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), REASON_CHARS));
  reason = g_strdelimit (g_steal_pointer (&head), "\n\r\t", ' ');
  return reason;
}

static gint64
read_retry_after (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  guint64 seconds = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, 3600, &seconds, NULL))
    return 0;
  return (gint64) seconds * 1000;
}

static void
judge (Post *post, gsize length)
{
  guint status = soup_message_get_status (post->message);
  g_autofree char *text = g_utf8_make_valid (post->answer, (gssize) length);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *answer = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autofree char *reason = read_reason (status, answer);

  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    settle (post,
            answer != NULL && g_strcmp0 (kefu_json_text (answer, "delivery"), "delivered") == 0 ? KEFU_VERDICT_DELIVERED
                                                                                                : KEFU_VERDICT_SENT,
            NULL, 0);
  else if (status == SOUP_STATUS_REQUEST_TIMEOUT || status == 425 || status == KEFU_STATUS_TOO_MANY_REQUESTS)
    settle (post, KEFU_VERDICT_RETRY, reason, read_retry_after (post->message));
  else if (SOUP_STATUS_IS_CLIENT_ERROR (status))
    settle (post, KEFU_VERDICT_FAILED, reason, 0);
  else if (post->delivery->once && status != SOUP_STATUS_SERVICE_UNAVAILABLE)
    /* Something broke, there or on the way there: who knows whether before or after it went out. */
    settle (post, KEFU_VERDICT_UNKNOWN, reason, 0);
  else
    settle (post, KEFU_VERDICT_RETRY, reason, read_retry_after (post->message));
}

static void
post_failed (Post *post, const GError *error)
{
  const char *reason = post->timed_out ? "The channel did not answer in time" : error->message;

  if (post->delivery->once && post->left)
    settle (post, KEFU_VERDICT_UNKNOWN, reason, 0);
  else
    settle (post, KEFU_VERDICT_RETRY, reason, 0);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Post *post = user_data;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error))
    judge (post, length);
  else
    post_failed (post, error);
}

static void
send_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Post *post = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);

  if (stream == NULL)
    post_failed (post, error);
  else
    g_input_stream_read_all_async (stream, post->answer, sizeof post->answer - 1, G_PRIORITY_DEFAULT, post->cancellable,
                                   answer_cb, post);
}

static void
left_cb (Post *post)
{
  post->left = TRUE;
}

static void
timeout_cb (gpointer user_data)
{
  Post *post = user_data;

  post->timeout_id = 0;
  post->timed_out = TRUE;
  g_cancellable_cancel (post->cancellable);
}

static void
send_post (Post *post)
{
  KefuOutbound *self = post->outbound;
  const KefuDelivery *delivery = post->delivery;
  g_autoptr (GBytes) body = g_bytes_new (delivery->body, strlen (delivery->body));
  gint64 now_s = kefu_clock_now (self->clock) / 1000;
  g_autofree char *timestamp = g_strdup_printf ("%" G_GINT64_FORMAT, now_s);
  g_autofree char *signature = kefu_signature_make (delivery->secret, now_s, body);
  SoupMessageHeaders *headers;

  post->message = soup_message_new ("POST", delivery->url);
  if (post->message == NULL)
    {
      settle (post, KEFU_VERDICT_FAILED, "The channel's URL is not one", 0);
      return;
    }
  soup_message_add_flags (post->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (post->message, "application/json", body);
  headers = soup_message_get_request_headers (post->message);
  soup_message_headers_replace (headers, "Kefu-Timestamp", timestamp);
  soup_message_headers_replace (headers, "Kefu-Signature", signature);
  soup_message_headers_replace (headers, "Kefu-Delivery", delivery->delivery_id);
  g_signal_connect_swapped (post->message, "wrote-headers", G_CALLBACK (left_cb), post);
  post->timeout_id = kefu_clock_add_timeout (self->clock, POST_TIMEOUT_MS, timeout_cb, post, NULL);
  soup_session_send_async (self->session, post->message, G_PRIORITY_DEFAULT, post->cancellable, send_cb, post);
}

static void
marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Post *post = user_data;
  g_autoptr (GError) error = NULL;

  if (kefu_storage_job_finish (KEFU_STORAGE (source), result, NULL, &error))
    {
      send_post (post);
      return;
    }
  /* It has been done with: to post it would be once too often. */
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND))
    {
      KefuOutbound *self = post->outbound;

      g_hash_table_remove (self->posts, post->delivery->message_id);
      check_stopped (self);
      return;
    }
  g_warning ("A delivery cannot be noted: %s", error->message);
  settle (post, KEFU_VERDICT_RETRY, error->message, 0);
}

static void
begin (KefuOutbound *self, KefuDelivery *delivery)
{
  Post *post = g_new0 (Post, 1);

  post->outbound = self;
  post->delivery = delivery;
  post->cancellable = g_cancellable_new ();
  kefu_backoff_init (&post->note_backoff, NOTE_BASE_MS, NOTE_CAP_MS);
  g_hash_table_insert (self->posts, delivery->message_id, post);
  if (delivery->url == NULL)
    settle (post, KEFU_VERDICT_SENT, NULL, 0);
  else if (delivery->once)
    kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, kefu_outbound_mark_job,
                              g_strdup (delivery->message_id), g_free, marked_cb, post);
  else
    send_post (post);
}

static guint
count_posts (KefuOutbound *self, const char *channel_id)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->posts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += g_str_equal (((Post *) value)->delivery->channel_id, channel_id);
  return n;
}

static void
wake_cb (gpointer user_data)
{
  KefuOutbound *self = user_data;

  self->wake_id = 0;
  scan (self);
}

static void
scan_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuOutbound) self = user_data;
  g_autoptr (GError) error = NULL;
  gpointer data;
  KefuDeliveryScan *found;
  gint64 wait_ms;

  self->scanning = FALSE;
  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, &data, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        g_warning ("The outbound queue cannot be read: %s", error->message);
      return;
    }
  found = data;
  if (self->stop_task != NULL)
    return;
  for (guint i = 0; i < found->due->len; i++)
    {
      KefuDelivery *delivery = g_ptr_array_index (found->due, i);

      if (g_hash_table_contains (self->posts, delivery->message_id) ||
          g_hash_table_contains (self->noted, delivery->message_id) || g_hash_table_size (self->posts) >= IN_ALL ||
          count_posts (self, delivery->channel_id) >= PER_CHANNEL)
        continue;
      begin (self, g_ptr_array_steal_index (found->due, i));
      i--;
    }
  kefu_clock_clear_timeout (self->clock, &self->wake_id);
  /* What became due while the queue was being read is looked at now; a timer for the past waits for the clock's next step. */
  wait_ms = found->next_at - kefu_clock_now (self->clock);
  if (found->next_at > 0 && wait_ms > 0)
    self->wake_id =
      kefu_clock_add_timeout (self->clock, (guint) MIN (wait_ms, KEFU_OUTBOUND_WAIT_MAX_MS), wake_cb, self, NULL);
  if (self->scan_again || (found->next_at > 0 && wait_ms <= 0))
    scan (self);
}

static void
shifted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuOutbound) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, NULL, &error))
    g_warning ("The outbound queue cannot be mended: %s", error->message);
  scan (self);
}

/* A clock that was set back would let what is due wait until it has caught up. */
static void
follow_clock (KefuOutbound *self, gint64 now)
{
  gint64 *back;

  if (now < self->last_now)
    {
      back = g_new (gint64, 1);
      *back = self->last_now - now;
      kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, kefu_outbound_shift_job, back, g_free, shifted_cb,
                                g_object_ref (self));
    }
  self->last_now = now;
}

/* One look at a time; what is committed meanwhile causes another. */
static void
scan (KefuOutbound *self)
{
  if (!self->started || self->stop_task != NULL)
    return;
  self->scan_again = self->scanning;
  if (self->scanning)
    return;
  self->scanning = TRUE;
  g_hash_table_remove_all (self->noted);
  follow_clock (self, kefu_clock_now (self->clock));
  kefu_storage_read_async (self->storage, KEFU_WORKER_NORMAL, kefu_outbound_scan_job,
                           kefu_delivery_scan_new (kefu_clock_now (self->clock)),
                           (GDestroyNotify) kefu_delivery_scan_free, scan_cb, g_object_ref (self));
}

static void
mended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuOutbound) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, NULL, &error))
    {
      g_warning ("The outbound queue cannot be mended: %s", error->message);
      return;
    }
  self->started = TRUE;
  scan (self);
}

static void
grace_cb (gpointer user_data)
{
  KefuOutbound *self = user_data;
  GHashTableIter iter;
  gpointer value;

  self->grace_id = 0;
  g_hash_table_iter_init (&iter, self->posts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_cancellable_cancel (((Post *) value)->cancellable);
}

static void
kefu_outbound_dispose (GObject *object)
{
  KefuOutbound *self = KEFU_OUTBOUND (object);

  if (self->clock != NULL)
    {
      kefu_clock_clear_timeout (self->clock, &self->wake_id);
      kefu_clock_clear_timeout (self->clock, &self->grace_id);
    }
  g_clear_pointer (&self->posts, g_hash_table_unref);
  g_clear_pointer (&self->noted, g_hash_table_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->storage);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (kefu_outbound_parent_class)->dispose (object);
}

static void
kefu_outbound_class_init (KefuOutboundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_outbound_dispose;
}

static void
kefu_outbound_init (KefuOutbound *self)
{
  self->posts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, post_free);
  self->noted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

KefuOutbound *
kefu_outbound_new (KefuStorage *storage)
{
  KefuOutbound *self = g_object_new (KEFU_TYPE_OUTBOUND, NULL);

  self->storage = g_object_ref (storage);
  self->clock = g_object_ref (kefu_storage_get_clock (storage));
  self->session = soup_session_new_with_options ("max-conns", IN_ALL, "max-conns-per-host", PER_CHANNEL, "user-agent",
                                                 "kefu-server/" KEFU_VERSION, NULL);
  g_signal_connect_object (storage, "committed", G_CALLBACK (scan), self, G_CONNECT_SWAPPED);
  return self;
}

void
kefu_outbound_start (KefuOutbound *self)
{
  kefu_storage_write_async (self->storage, KEFU_WORKER_NORMAL, kefu_outbound_mend_job, NULL, NULL, mended_cb,
                            g_object_ref (self));
}

/* Whether a post is over and only its note waits for a better time. */
static gboolean
only_waits (gpointer key, gpointer value, gpointer user_data)
{
  return ((Post *) value)->note_id != 0;
}

void
kefu_outbound_stop_async (KefuOutbound *self, guint grace_ms, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (self->stop_task == NULL);

  self->stop_task = g_task_new (self, NULL, callback, user_data);
  kefu_clock_clear_timeout (self->clock, &self->wake_id);
  g_hash_table_foreach_remove (self->posts, only_waits, NULL);
  self->grace_id = kefu_clock_add_timeout (self->clock, grace_ms, grace_cb, self, NULL);
  check_stopped (self);
}
