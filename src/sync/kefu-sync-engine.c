/* SPDX-License-Identifier: GPL-3.0-or-later
 * Keeps the desk's cache and the server equal: one state machine, inbound and outbox pump. */
#define G_LOG_DOMAIN "kefu-sync"
#include "config.h"

#include "kefu-sync-engine.h"

#include <glib/gi18n.h>

#include "kefu-backoff.h"
#include "kefu-sync-machine.h"
#include "kefu-sync-prefetch.h"
#include "kefu-sync-pump.h"
#include "kefu-sync-uploader.h"

/* protocol.md: at most 1000 changes an answer */
#define SYNC_LIMIT 1000
#define BACKOFF_BASE_MS 1000
#define BACKOFF_CAP_MS (60 * 1000)
/* A connection that has lived this long was a good one: the next loss begins with a short wait again. */
#define STABLE_MS (10 * 1000)
/* The longest that a server may ask us to wait: a mistake on its side must not silence a desk for a day. */
#define RETRY_AFTER_CAP_MS (5 * 60 * 1000)
/* How often in a row the server may send what does not continue the cursor, or 410, until it is called wrong. */
#define MAX_STRANGE 3

/* Everything that is under way belongs to a connection and carries its number; answers to an older one are looked at by nobody.
 * What the store does is never cancelled, only what the network does. */
struct _KefuSyncEngine
{
  GObject parent_instance;

  KefuStore *store;
  KefuBackend *backend;
  KefuClock *clock;
  GNetworkMonitor *network;
  KefuSyncPump *pump;
  KefuTransfers *transfers;
  KefuHistory *history; /* (nullable): of a server that has some on request */
  KefuSyncUploader *uploader;
  KefuSyncPrefetch *prefetch;

  KefuSyncState state;
  guint n_transitions;
  guint connection;
  guint stream; /* number of the stream; 0: none */
  guint last_stream;
  GCancellable *cancellable;
  KefuBackoff backoff;
  guint retry_id;
  guint stable_id;
  gint64 retry_at;
  char *last_error;
  KefuAuthReason auth_reason;
  guint n_caught_up;
  guint n_strange;
};

/* One call under way. */
typedef struct
{
  KefuSyncEngine *engine;
  guint connection;
  guint stream;
  char *cursor;
} Call;

enum
{
  PROP_0,
  PROP_STATE,
  PROP_RETRY_AT,
  PROP_LAST_ERROR,
  PROP_N_CAUGHT_UP,
  PROP_SYNCED_AT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (KefuSyncEngine, kefu_sync_engine, G_TYPE_OBJECT)
G_DEFINE_ENUM_TYPE (KefuSyncState,
                    kefu_sync_state,
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_CATCHING_UP, "catching-up"),
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_LIVE, "live"),
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_BACKOFF, "backoff"),
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_AUTH_REQUIRED, "auth-required"),
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (KEFU_SYNC_UNTRUSTED, "untrusted"))

static void handle (KefuSyncEngine *self, KefuSyncEvent event, const GError *error);

static Call *
call_new (KefuSyncEngine *self)
{
  Call *call = g_new0 (Call, 1);

  call->engine = g_object_ref (self);
  call->connection = self->connection;
  call->stream = self->stream;
  return call;
}

static void
call_free (Call *call)
{
  g_object_unref (call->engine);
  g_free (call->cursor);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static gboolean
call_is_current (Call *call)
{
  return call->connection == call->engine->connection && call->stream == call->engine->stream;
}

/* --- what an error means --- */

static void
handle_backend_error (KefuSyncEngine *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_AUTH))
    {
      self->auth_reason = kefu_error_get_auth_reason (error);
      handle (self, KEFU_SYNC_EVENT_AUTH, error);
    }
  else if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_TLS))
    handle (self, KEFU_SYNC_EVENT_UNTRUSTED, error);
  else if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CURSOR_GONE))
    handle (self, KEFU_SYNC_EVENT_GONE, error);
  else
    handle (self, KEFU_SYNC_EVENT_LOST, error);
}

static void
handle_store_error (KefuSyncEngine *self, const GError *error)
{
  if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL))
    handle (self, KEFU_SYNC_EVENT_LOST, error);
  else if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_CORRUPT))
    /* What is in the cache can be fetched again. */
    handle (self, KEFU_SYNC_EVENT_GONE, error);
  else
    handle (self, KEFU_SYNC_EVENT_BROKEN, error);
}

/* Met by a query, not by the engine's own work. */
static void
damaged_cb (KefuSyncEngine *self)
{
  g_autoptr (GError) error =
    g_error_new_literal (KEFU_ERROR, KEFU_ERROR_CORRUPT, _ ("What was stored here is damaged and is fetched anew"));

  handle (self, KEFU_SYNC_EVENT_GONE, error);
}

/* Whether the server may be asked once more after something that can happen once. */
static gboolean
may_be_strange (KefuSyncEngine *self)
{
  g_autoptr (GError) error = NULL;

  if (++self->n_strange < MAX_STRANGE)
    return TRUE;
  error = g_error_new_literal (KEFU_ERROR, KEFU_ERROR_PROTOCOL, _ ("The server's feed does not fit together"));
  handle (self, KEFU_SYNC_EVENT_LOST, error);
  return FALSE;
}

/* --- inbound --- */

static void
sync_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncEngine *self = call->engine;
  g_autoptr (GError) error = NULL;
  g_autofree char *cursor = NULL;
  KefuBatchResult batch = { 0 };

  kefu_store_apply_batch_finish (self->store, result, &batch, &error);
  if (!call_is_current (call))
    return;
  if (error != NULL)
    {
      handle_store_error (self, error);
      return;
    }
  if (batch.applied)
    {
      self->n_caught_up += batch.n_changes;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CAUGHT_UP]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNCED_AT]);
    }
  cursor = kefu_store_dup_cursor (self->store);
  /* Something that says "more" and stays where it is would be asked for ever. */
  if (!batch.applied || (batch.more && g_strcmp0 (cursor, call->cursor) == 0))
    {
      if (may_be_strange (self))
        handle (self, KEFU_SYNC_EVENT_GAP, NULL);
      return;
    }
  handle (self, batch.more ? KEFU_SYNC_EVENT_MORE : KEFU_SYNC_EVENT_CAUGHT_UP, NULL);
}

static void
synced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncEngine *self = call->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) batch = kefu_backend_bytes_finish (self->backend, result, &error);

  if (!call_is_current (call))
    return;
  if (batch == NULL)
    handle_backend_error (self, error);
  else
    kefu_store_apply_batch_async (self->store, batch, NULL, sync_applied_cb, g_steal_pointer (&call));
}

static void
close_stream (KefuSyncEngine *self)
{
  if (self->stream == 0)
    return;
  self->stream = 0;
  kefu_backend_close_stream (self->backend);
}

static void
ask (KefuSyncEngine *self)
{
  Call *call;

  close_stream (self);
  kefu_sync_pump_hold (self->pump);
  call = call_new (self);
  call->cursor = kefu_store_dup_cursor (self->store);
  kefu_backend_sync_async (self->backend, call->cursor, SYNC_LIMIT, self->cancellable, synced_cb, call);
}

static void
batch_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncEngine *self = call->engine;
  g_autoptr (GError) error = NULL;
  KefuBatchResult batch = { 0 };

  kefu_store_apply_batch_finish (self->store, result, &batch, &error);
  if (!call_is_current (call))
    return;
  if (error != NULL)
    {
      handle_store_error (self, error);
      return;
    }
  if (!batch.applied)
    {
      if (may_be_strange (self))
        handle (self, KEFU_SYNC_EVENT_GAP, NULL);
      return;
    }
  self->n_strange = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYNCED_AT]);
}

static void
stream_batch_cb (KefuSyncEngine *self, GBytes *batch)
{
  if (self->stream != 0)
    kefu_store_apply_batch_async (self->store, batch, NULL, batch_applied_cb, call_new (self));
}

static void
stream_opened_cb (KefuSyncEngine *self)
{
  if (self->stream != 0)
    handle (self, KEFU_SYNC_EVENT_OPENED, NULL);
}

static void
stream_closed_cb (KefuSyncEngine *self, GError *error)
{
  g_autoptr (GError) lost = NULL;

  if (self->stream == 0)
    return;
  if (error == NULL)
    lost = g_error_new_literal (KEFU_ERROR, KEFU_ERROR_NETWORK, _ ("The server closed the connection"));
  handle_backend_error (self, error != NULL ? error : lost);
}

static void
open_stream (KefuSyncEngine *self)
{
  g_autofree char *cursor = kefu_store_dup_cursor (self->store);
  guint connection = self->connection;

  self->stream = ++self->last_stream;
  kefu_backend_open_stream (self->backend, cursor);
  if (connection == self->connection && self->stream != 0)
    kefu_sync_pump_run (self->pump);
}

static void
reset_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncEngine *self = call->engine;
  g_autoptr (GError) error = NULL;

  kefu_store_reset_cache_finish (self->store, result, &error);
  if (!call_is_current (call))
    return;
  handle (self, error == NULL ? KEFU_SYNC_EVENT_RESET_DONE : KEFU_SYNC_EVENT_BROKEN, error);
}

static void
reset (KefuSyncEngine *self)
{
  close_stream (self);
  kefu_sync_pump_hold (self->pump);
  if (may_be_strange (self))
    kefu_store_reset_cache_async (self->store, NULL, NULL, reset_cb, call_new (self));
}

/* --- outbound --- */

static void
pump_failed_cb (gpointer user_data, gboolean of_store, const GError *error)
{
  KefuSyncEngine *self = user_data;

  if (of_store)
    handle (self, KEFU_SYNC_EVENT_BROKEN, error);
  else
    handle_backend_error (self, error);
}

static void
uploaded_cb (gpointer user_data)
{
  KefuSyncEngine *self = user_data;

  kefu_sync_pump_wake (self->pump);
}

/* --- the machine --- */

static void
end_connection (KefuSyncEngine *self)
{
  self->connection++;
  close_stream (self);
  kefu_sync_pump_stop (self->pump);
  kefu_sync_uploader_stop (self->uploader);
  kefu_sync_prefetch_stop (self->prefetch);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
retry_cb (gpointer user_data)
{
  KefuSyncEngine *self = user_data;

  self->retry_id = 0;
  handle (self, KEFU_SYNC_EVENT_RETRY, NULL);
}

static void
stable_cb (gpointer user_data)
{
  KefuSyncEngine *self = user_data;

  self->stable_id = 0;
  self->n_strange = 0;
  kefu_backoff_reset (&self->backoff);
}

static void
set_last_error (KefuSyncEngine *self, const char *text)
{
  if (g_strcmp0 (self->last_error, text) == 0)
    return;
  g_free (self->last_error);
  self->last_error = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_ERROR]);
}

static void
set_retry_at (KefuSyncEngine *self, gint64 retry_at)
{
  if (self->retry_at == retry_at)
    return;
  self->retry_at = retry_at;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT]);
}

static void
set_timers (KefuSyncEngine *self, KefuSyncState old, KefuSyncAction action, const GError *error)
{
  kefu_clock_clear_timeout (self->clock, &self->retry_id);
  if (action == KEFU_SYNC_ACTION_WAIT)
    {
      guint asked = MIN (kefu_error_get_retry_after (error), RETRY_AFTER_CAP_MS);
      guint delay = kefu_backoff_next (&self->backoff);

      delay = MAX (delay, asked);
      self->retry_id = kefu_clock_add_timeout (self->clock, delay, retry_cb, self, NULL);
      set_retry_at (self, kefu_clock_now (self->clock) + delay);
    }
  else
    {
      set_retry_at (self, 0);
    }
  if (old == self->state)
    return;
  kefu_clock_clear_timeout (self->clock, &self->stable_id);
  if (self->state == KEFU_SYNC_LIVE)
    self->stable_id = kefu_clock_add_timeout (self->clock, STABLE_MS, stable_cb, self, NULL);
}

static void
act (KefuSyncEngine *self, KefuSyncAction action)
{
  switch (action)
    {
    case KEFU_SYNC_ACTION_CONNECT:
      self->cancellable = g_cancellable_new ();
      self->n_strange = 0;
      self->n_caught_up = 0;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CAUGHT_UP]);
      ask (self);
      break;
    case KEFU_SYNC_ACTION_SYNC:
      ask (self);
      break;
    case KEFU_SYNC_ACTION_OPEN:
      open_stream (self);
      break;
    case KEFU_SYNC_ACTION_PUMP:
      kefu_sync_pump_run (self->pump);
      kefu_sync_uploader_run (self->uploader);
      if ((kefu_backend_get_flags (self->backend) & KEFU_BACKEND_BLOBS) && !kefu_store_keeps_nothing (self->store))
        kefu_sync_prefetch_run (self->prefetch);
      break;
    case KEFU_SYNC_ACTION_RESET:
      reset (self);
      break;
    case KEFU_SYNC_ACTION_WAIT:
    case KEFU_SYNC_ACTION_REST:
    case KEFU_SYNC_ACTION_NONE:
    default:
      break;
    }
}

static void
handle (KefuSyncEngine *self, KefuSyncEvent event, const GError *error)
{
  g_autoptr (KefuSyncEngine) alive = g_object_ref (self);
  const KefuSyncTransition *transition = kefu_sync_machine_find (self->state, event);
  KefuSyncState old = self->state;
  guint serial;

  if (transition == NULL)
    return;
  if (error != NULL)
    g_debug ("%s", error->message);
  serial = ++self->n_transitions;
  self->state = transition->next;
  if (transition->action == KEFU_SYNC_ACTION_WAIT || transition->action == KEFU_SYNC_ACTION_REST)
    end_connection (self);
  if (old == KEFU_SYNC_CATCHING_UP && self->state != KEFU_SYNC_CATCHING_UP)
    kefu_store_feed_rests (self->store);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->history != NULL)
    kefu_history_set_available (self->history, self->state == KEFU_SYNC_LIVE);
  set_timers (self, old, transition->action, error);
  if (error != NULL)
    set_last_error (self, error->message);
  else if (self->state == KEFU_SYNC_LIVE || self->state == KEFU_SYNC_OFFLINE)
    set_last_error (self, NULL);
  if (old != self->state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));

  /* Unless somebody who was notified has led it elsewhere. */
  if (serial == self->n_transitions)
    act (self, transition->action);
}

static void
network_changed_cb (KefuSyncEngine *self, gboolean available)
{
  if (!available)
    return;
  kefu_backoff_reset (&self->backoff);
  handle (self, KEFU_SYNC_EVENT_RETRY, NULL);
}

static void
kefu_sync_engine_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuSyncEngine *self = KEFU_SYNC_ENGINE (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;
    case PROP_LAST_ERROR:
      g_value_set_string (value, self->last_error);
      break;
    case PROP_N_CAUGHT_UP:
      g_value_set_uint (value, self->n_caught_up);
      break;
    case PROP_SYNCED_AT:
      g_value_set_int64 (value, kefu_sync_engine_get_synced_at (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_sync_engine_dispose (GObject *object)
{
  KefuSyncEngine *self = KEFU_SYNC_ENGINE (object);

  if (self->clock != NULL)
    {
      kefu_clock_clear_timeout (self->clock, &self->retry_id);
      kefu_clock_clear_timeout (self->clock, &self->stable_id);
    }
  if (self->pump != NULL)
    end_connection (self);
  g_clear_pointer (&self->uploader, kefu_sync_uploader_free);
  g_clear_pointer (&self->prefetch, kefu_sync_prefetch_free);
  g_clear_pointer (&self->pump, kefu_sync_pump_free);

  G_OBJECT_CLASS (kefu_sync_engine_parent_class)->dispose (object);
}

static void
kefu_sync_engine_finalize (GObject *object)
{
  KefuSyncEngine *self = KEFU_SYNC_ENGINE (object);

  g_clear_object (&self->transfers);
  g_clear_object (&self->history);
  g_clear_object (&self->store);
  g_clear_object (&self->backend);
  g_clear_object (&self->clock);
  g_clear_object (&self->network);
  g_free (self->last_error);

  G_OBJECT_CLASS (kefu_sync_engine_parent_class)->finalize (object);
}

static void
kefu_sync_engine_class_init (KefuSyncEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = kefu_sync_engine_dispose;
  object_class->finalize = kefu_sync_engine_finalize;
  object_class->get_property = kefu_sync_engine_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, KEFU_TYPE_SYNC_STATE, KEFU_SYNC_OFFLINE, flags);
  properties[PROP_RETRY_AT] = g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LAST_ERROR] = g_param_spec_string ("last-error", NULL, NULL, NULL, flags);
  properties[PROP_N_CAUGHT_UP] = g_param_spec_uint ("n-caught-up", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SYNCED_AT] = g_param_spec_int64 ("synced-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_sync_engine_init (KefuSyncEngine *self)
{
  kefu_backoff_init (&self->backoff, BACKOFF_BASE_MS, BACKOFF_CAP_MS);
}

KefuSyncEngine *
kefu_sync_engine_new (KefuStore *store, KefuBackend *backend, KefuClock *clock, GNetworkMonitor *network)
{
  KefuSyncEngine *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);
  g_return_val_if_fail (KEFU_IS_BACKEND (backend), NULL);
  g_return_val_if_fail (KEFU_IS_CLOCK (clock), NULL);

  self = g_object_new (KEFU_TYPE_SYNC_ENGINE, NULL);
  self->store = g_object_ref (store);
  self->backend = g_object_ref (backend);
  self->clock = g_object_ref (clock);
  self->pump = kefu_sync_pump_new (store, backend, clock, pump_failed_cb, self);
  self->transfers = kefu_transfers_new (store, backend);
  self->uploader = kefu_sync_uploader_new (store, backend, clock, self->transfers, uploaded_cb, pump_failed_cb, self);
  if (kefu_backend_get_flags (backend) & KEFU_BACKEND_HISTORY)
    self->history = kefu_history_new (store, backend);
  self->prefetch = kefu_sync_prefetch_new (store, clock, self->transfers);
  g_signal_connect_object (store, "damaged", G_CALLBACK (damaged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "stream-opened", G_CALLBACK (stream_opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "stream-batch", G_CALLBACK (stream_batch_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "stream-closed", G_CALLBACK (stream_closed_cb), self, G_CONNECT_SWAPPED);
  if (network != NULL)
    {
      self->network = g_object_ref (network);
      g_signal_connect_object (network, "network-changed", G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
    }
  return self;
}

void
kefu_sync_engine_start (KefuSyncEngine *self)
{
  g_return_if_fail (KEFU_IS_SYNC_ENGINE (self));

  handle (self, KEFU_SYNC_EVENT_START, NULL);
}

void
kefu_sync_engine_stop (KefuSyncEngine *self)
{
  g_return_if_fail (KEFU_IS_SYNC_ENGINE (self));

  handle (self, KEFU_SYNC_EVENT_STOP, NULL);
}

void
kefu_sync_engine_retry_now (KefuSyncEngine *self)
{
  g_return_if_fail (KEFU_IS_SYNC_ENGINE (self));

  handle (self, KEFU_SYNC_EVENT_RETRY, NULL);
}

void
kefu_sync_engine_resume (KefuSyncEngine *self)
{
  g_return_if_fail (KEFU_IS_SYNC_ENGINE (self));

  handle (self, KEFU_SYNC_EVENT_RESUME, NULL);
}

KefuSyncState
kefu_sync_engine_get_state (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), KEFU_SYNC_OFFLINE);

  return self->state;
}

KefuAuthReason
kefu_sync_engine_get_auth_reason (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), KEFU_AUTH_UNKNOWN);

  return self->auth_reason;
}

gint64
kefu_sync_engine_get_retry_at (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), 0);

  return self->retry_at;
}

const char *
kefu_sync_engine_get_last_error (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), NULL);

  return self->last_error;
}

guint
kefu_sync_engine_get_n_caught_up (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), 0);

  return self->n_caught_up;
}

gint64
kefu_sync_engine_get_synced_at (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), 0);

  return kefu_store_get_synced_at (self->store);
}

KefuTransfers *
kefu_sync_engine_get_transfers (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), NULL);

  return self->transfers;
}

KefuHistory *
kefu_sync_engine_get_history (KefuSyncEngine *self)
{
  g_return_val_if_fail (KEFU_IS_SYNC_ENGINE (self), NULL);

  return self->history;
}
