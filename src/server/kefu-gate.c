/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who posts to a channel: the signature is checked here, before anything else is done for the sender. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-gate.h"

#include "kefu-channels.h"
#include "kefu-inbound.h"
#include "kefu-rate-limit.h"
#include "kefu-signature.h"
#include "kefu-worker.h"

/* So many wrong ones a minute are answered as what they are. */
#define WRONG_MAX 20
#define WINDOW_MS (60 * 1000)
/* What a body may have whose sender is known for wrong signatures: checking it costs next to nothing. */
#define SUSPECT_BODY_MAX (64 * 1024)

struct _KefuGate
{
  GObject parent_instance;

  KefuStorage *storage;
  KefuWorker *worker;
  KefuDb *db;
  KefuRateLimit *wrong; /* main thread */
};

G_DEFINE_FINAL_TYPE (KefuGate, kefu_gate, G_TYPE_OBJECT)

static char *
key_of (KefuRequest *request)
{
  return g_strdup_printf ("%s\n%s", request->args[0], request->address);
}

static void
refuse_rate (KefuRequest *request, gint64 wait_ms)
{
  kefu_request_fail (request, KEFU_STATUS_TOO_MANY_REQUESTS, "rate_limited", "Too many wrong signatures; wait a little",
                     NULL);
  request->retry_after = (guint) ((wait_ms + 999) / 1000);
}

/* Nothing final: the signature, which has not been looked at, may be right. */
static void
refuse_for_now (KefuRequest *request, gint64 wait_ms)
{
  kefu_request_fail (request, SOUP_STATUS_SERVICE_UNAVAILABLE, "busy", "Too many wrong signatures; try again later",
                     NULL);
  request->retry_after = (guint) ((wait_ms + 999) / 1000);
  kefu_request_send (request);
}

static gint64
ticks (KefuGate *self)
{
  return kefu_clock_ticks (kefu_storage_get_clock (self->storage));
}

static gint64
look (KefuGate *self, KefuRequest *request)
{
  g_autofree char *key = key_of (request);

  return kefu_rate_limit_look (self->wrong, key, ticks (self));
}

static gboolean
check_sender (KefuRequest *request, const KefuChannelInfo *channel, GError **error)
{
  const char *secrets[3] = { channel->secret, channel->old_secret, NULL };
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);

  return kefu_signature_check (secrets, request->timestamp, request->signature,
                               request->body != NULL ? request->body : empty, request->now, error);
}

static void
check_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  KefuGate *self = source_object;
  KefuRequest *request = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuChannelInfo) channel = kefu_channel_lookup (self->db, request->args[0], request->now, &error);
  g_autoptr (JsonNode) body = NULL;
  g_autofree char *field = NULL;

  if (channel == NULL || !check_sender (request, channel, &error))
    kefu_request_fail_error (request, error, NULL);
  else if ((body = kefu_request_parse (request)) == NULL)
    ; /* it has answered */
  else if (!kefu_inbound_check (body, request->now, &field, &error))
    kefu_request_fail_error (request, error, field);
  else
    {
      request->state = g_steal_pointer (&body);
      request->state_free = (GDestroyNotify) json_node_unref;
    }
  g_task_return_boolean (task, TRUE);
}

static void
kefu_gate_dispose (GObject *object)
{
  KefuGate *self = KEFU_GATE (object);

  kefu_gate_stop (self);
  g_clear_pointer (&self->wrong, kefu_rate_limit_free);
  g_clear_object (&self->storage);

  G_OBJECT_CLASS (kefu_gate_parent_class)->dispose (object);
}

static void
kefu_gate_class_init (KefuGateClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_gate_dispose;
}

static void
kefu_gate_init (KefuGate *self)
{
  self->wrong = kefu_rate_limit_new (WRONG_MAX, WINDOW_MS);
}

KefuGate *
kefu_gate_new (KefuStorage *storage, GError **error)
{
  g_autoptr (KefuGate) self = g_object_new (KEFU_TYPE_GATE, NULL);
  g_autofree char *path = g_build_filename (kefu_storage_get_data_dir (storage), "kefu.db", NULL);

  self->storage = g_object_ref (storage);
  self->db = kefu_db_open (path, KEFU_DB_READ_ONLY, error);
  if (self->db == NULL)
    return NULL;
  self->worker = kefu_worker_new ("kefu-gate");
  return g_steal_pointer (&self);
}

void
kefu_gate_check_early (KefuGate *self, KefuRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  gint64 wait_ms = look (self, request);

  if (wait_ms == 0 || (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
                       soup_message_headers_get_content_length (headers) <= SUSPECT_BODY_MAX))
    return;
  refuse_for_now (request, wait_ms);
}

gboolean
kefu_gate_refuse_blob (KefuGate *self, KefuRequest *request)
{
  gint64 wait_ms = look (self, request);

  if (wait_ms > 0)
    refuse_for_now (request, wait_ms);
  return wait_ms > 0;
}

void
kefu_gate_count_wrong (KefuGate *self, KefuRequest *request)
{
  g_autofree char *key = key_of (request);
  gint64 wait_ms = kefu_rate_limit_try (self->wrong, key, ticks (self));

  if (wait_ms > 0)
    refuse_rate (request, wait_ms);
}

void
kefu_gate_check_async (KefuGate *self, KefuRequest *request, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, request, NULL);
  g_task_set_check_cancellable (task, FALSE);
  kefu_worker_push (self->worker, task, KEFU_WORKER_NORMAL, check_job);
}

KefuRequest *
kefu_gate_check_finish (KefuGate *self, GAsyncResult *result)
{
  KefuRequest *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    kefu_request_fail_error (request, error, NULL);
  else if (request->status == SOUP_STATUS_UNAUTHORIZED || request->status == SOUP_STATUS_NOT_FOUND)
    kefu_gate_count_wrong (self, request);
  return request;
}

void
kefu_gate_stop (KefuGate *self)
{
  if (self->worker != NULL)
    kefu_worker_stop (self->worker);
  g_clear_object (&self->worker);
  g_clear_pointer (&self->db, kefu_db_close);
}
