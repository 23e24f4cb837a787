/* SPDX-License-Identifier: GPL-3.0-or-later
 * The outbox pump: what waits in the store goes to the server, in order, until it has an answer. */
#define G_LOG_DOMAIN "kefu-sync"
#include "config.h"

#include "kefu-sync-pump.h"

#include <json-glib/json-glib.h>

#include "kefu-backoff.h"

#define MAX_OPS 100
#define WAIT_BASE_MS 1000
#define WAIT_CAP_MS (60 * 1000)

/* take → post → settle, and again as long as something waits. An operation leaves the outbox only by the server's word on it: a lost
 * answer means that it is sent again, and the server knows its id. */
struct _KefuSyncPump
{
  grefcount ref_count;
  KefuStore *store;
  KefuBackend *backend;
  KefuClock *clock;
  KefuSyncPumpFailed failed;
  gpointer user_data;

  gboolean running; /* allowed to begin */
  gboolean busy;    /* something is under way */
  gboolean again;   /* more came while it was */
  guint round;      /* what is under way belongs to it */
  guint limit;
  GBytes *ops;
  GCancellable *cancellable;
  KefuBackoff backoff; /* of operations that the server puts off */
  guint wait_id;
};

typedef struct
{
  KefuSyncPump *pump;
  guint round;
} Call;

static void begin (KefuSyncPump *self);

static void
pump_unref (KefuSyncPump *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->store);
  g_clear_object (&self->backend);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->ops, g_bytes_unref);
  g_free (self);
}

static Call *
call_new (KefuSyncPump *self)
{
  Call *call = g_new0 (Call, 1);

  g_ref_count_inc (&self->ref_count);
  call->pump = self;
  call->round = self->round;
  return call;
}

static void
call_free (Call *call)
{
  pump_unref (call->pump);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
fail (KefuSyncPump *self, gboolean of_store, const GError *error)
{
  kefu_sync_pump_stop (self);
  self->failed (self->user_data, of_store, error);
}

/* The end of a round: the next begins if there is a reason. */
static void
done (KefuSyncPump *self, gboolean again)
{
  again |= self->again;
  self->busy = FALSE;
  self->again = FALSE;
  g_clear_pointer (&self->ops, g_bytes_unref);
  if (again)
    begin (self);
}

static void
wait_cb (gpointer user_data)
{
  KefuSyncPump *self = user_data;

  self->wait_id = 0;
  begin (self);
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncPump *self = call->pump;
  g_autoptr (GError) error = NULL;
  guint n_settled = 0;

  kefu_store_settle_ops_finish (self->store, result, &n_settled, NULL, &error);
  if (call->round != self->round)
    return;
  if (error != NULL)
    {
      fail (self, !g_error_matches (error, KEFU_ERROR, KEFU_ERROR_PROTOCOL), error);
      return;
    }
  if (n_settled > 0)
    {
      kefu_backoff_reset (&self->backoff);
      done (self, TRUE);
      return;
    }
  /* The server put all of them off: not at once again, and not sooner because something new came. */
  self->wait_id = kefu_clock_add_timeout (self->clock, kefu_backoff_next (&self->backoff), wait_cb, self, NULL);
  self->again = FALSE;
  done (self, FALSE);
}

/* (transfer full) (nullable): an answer that rejects the one operation in @ops. */
static GBytes *
reject_one (GBytes *ops, const char *reason)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  JsonArray *array;
  gsize size;
  const char *data = g_bytes_get_data (ops, &size);
  const char *op_id;
  char *text;

  if (!json_parser_load_from_data (parser, data, (gssize) size, NULL))
    return NULL;
  array = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "ops");
  if (json_array_get_length (array) != 1)
    return NULL;
  op_id = json_object_get_string_member (json_array_get_object_element (array, 0), "op_id");

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "results");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "op_id");
  json_builder_add_string_value (builder, op_id);
  json_builder_set_member_name (builder, "status");
  json_builder_add_string_value (builder, "rejected");
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, reason);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

/* The server refuses the call as a whole, so it would refuse it for ever. One by one shows which operation it is that holds up the
 * others; that one goes to the tray. */
static void
refused (KefuSyncPump *self, const GError *error)
{
  g_autoptr (GBytes) results = reject_one (self->ops, error->message);

  if (results == NULL && self->limit > 1)
    {
      self->limit = 1;
      done (self, TRUE);
      return;
    }
  self->limit = MAX_OPS;
  if (results == NULL)
    fail (self, FALSE, error);
  else
    kefu_store_settle_ops_async (self->store, results, NULL, settled_cb, call_new (self));
}

static void
posted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncPump *self = call->pump;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) results = kefu_backend_bytes_finish (self->backend, result, &error);

  if (call->round != self->round)
    {
      /* Given up, but answered: what the server said still holds. */
      if (results != NULL)
        kefu_store_settle_ops_async (self->store, results, NULL, settled_cb, g_steal_pointer (&call));
      return;
    }
  if (results != NULL)
    kefu_store_settle_ops_async (self->store, results, NULL, settled_cb, g_steal_pointer (&call));
  else if (g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID))
    refused (self, error);
  else
    fail (self, FALSE, error);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncPump *self = call->pump;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) ops = kefu_store_take_ops_finish (self->store, result, &error);

  if (call->round != self->round)
    return;
  if (error != NULL)
    {
      fail (self, TRUE, error);
      return;
    }
  if (ops == NULL || !self->running)
    {
      self->limit = MAX_OPS;
      done (self, FALSE);
      return;
    }
  self->ops = g_steal_pointer (&ops);
  kefu_backend_ops_async (self->backend, self->ops, self->cancellable, posted_cb, g_steal_pointer (&call));
}

static void
begin (KefuSyncPump *self)
{
  if (!self->running || self->wait_id != 0)
    return;
  if (self->busy)
    {
      self->again = TRUE;
      return;
    }
  if (kefu_store_get_n_pending (self->store) == 0)
    return;
  self->busy = TRUE;
  kefu_store_take_ops_async (self->store, self->limit, NULL, taken_cb, call_new (self));
}

KefuSyncPump *
kefu_sync_pump_new (KefuStore *store,
                    KefuBackend *backend,
                    KefuClock *clock,
                    KefuSyncPumpFailed failed,
                    gpointer user_data)
{
  KefuSyncPump *self = g_new0 (KefuSyncPump, 1);

  g_ref_count_init (&self->ref_count);
  self->store = g_object_ref (store);
  self->backend = g_object_ref (backend);
  self->clock = g_object_ref (clock);
  self->failed = failed;
  self->user_data = user_data;
  self->limit = MAX_OPS;
  kefu_backoff_init (&self->backoff, WAIT_BASE_MS, WAIT_CAP_MS);
  g_signal_connect_swapped (store, "notify::n-pending", G_CALLBACK (begin), self);
  return self;
}

void
kefu_sync_pump_free (KefuSyncPump *self)
{
  kefu_sync_pump_stop (self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  pump_unref (self);
}

void
kefu_sync_pump_run (KefuSyncPump *self)
{
  self->running = TRUE;
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  begin (self);
}

void
kefu_sync_pump_wake (KefuSyncPump *self)
{
  begin (self);
}

void
kefu_sync_pump_hold (KefuSyncPump *self)
{
  self->running = FALSE;
}

void
kefu_sync_pump_stop (KefuSyncPump *self)
{
  self->running = FALSE;
  self->busy = FALSE;
  self->again = FALSE;
  self->round++;
  kefu_clock_clear_timeout (self->clock, &self->wait_id);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->ops, g_bytes_unref);
}
