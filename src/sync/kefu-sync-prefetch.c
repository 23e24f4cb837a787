/* SPDX-License-Identifier: GPL-3.0-or-later
 * Small pictures of recent conversations, fetched while nothing else is to do, so that they are there offline. */
#define G_LOG_DOMAIN "kefu-sync"
#include "config.h"

#include "kefu-sync-prefetch.h"

#define MAX_PICTURES 200
#define MAX_SIZE (2 * 1024 * 1024)
/* After the desk is live, and after a message: what somebody looks at comes first. */
#define PAUSE_MS 5000

/* One picture at a time, and none while somebody waits for one. */
struct _KefuSyncPrefetch
{
  grefcount ref_count;
  KefuStore *store;
  KefuClock *clock;
  KefuTransfers *transfers;

  gboolean running;
  gboolean busy;
  gboolean again;
  guint round;
  guint wait_id;
  GCancellable *cancellable;
  GPtrArray *queue;  /* (nullable) (element-type KefuAttachment) newest first */
  guint place;       /* in it */
  GHashTable *tried; /* hashes that need not be looked at again; a set */
};

typedef struct
{
  KefuSyncPrefetch *prefetch;
  guint round;
  char *sha256;
} Call;

static void next (KefuSyncPrefetch *self);

static void
prefetch_unref (KefuSyncPrefetch *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->transfers);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  g_hash_table_unref (self->tried);
  g_free (self);
}

static Call *
call_new (KefuSyncPrefetch *self, const char *sha256)
{
  Call *call = g_new0 (Call, 1);

  g_ref_count_inc (&self->ref_count);
  call->prefetch = self;
  call->round = self->round;
  call->sha256 = g_strdup (sha256);
  return call;
}

static void
call_free (Call *call)
{
  prefetch_unref (call->prefetch);
  g_free (call->sha256);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncPrefetch *self = call->prefetch;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = kefu_transfers_fetch_finish (self->transfers, result, &error);

  if (call->round != self->round)
    return;
  self->busy = FALSE;
  if (file != NULL || g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND) ||
      g_error_matches (error, KEFU_ERROR, KEFU_ERROR_INVALID))
    g_hash_table_add (self->tried, g_steal_pointer (&call->sha256));
  else
    /* The server or the disk is in trouble: the rest has time until there is a reason to look again. */
    g_clear_pointer (&self->queue, g_ptr_array_unref);
  next (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncPrefetch *self = call->prefetch;
  g_autoptr (GPtrArray) pictures = kefu_store_list_finish (self->store, result, NULL);

  if (call->round != self->round)
    return;
  self->busy = FALSE;
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  self->queue = g_steal_pointer (&pictures);
  self->place = 0;
  next (self);
}

static void
wait_cb (gpointer user_data)
{
  KefuSyncPrefetch *self = user_data;

  self->wait_id = 0;
  if (!kefu_transfers_is_idle (self->transfers))
    {
      self->wait_id = kefu_clock_add_timeout (self->clock, PAUSE_MS, wait_cb, self, NULL);
      return;
    }
  if (self->queue != NULL)
    {
      next (self);
      return;
    }
  self->busy = TRUE;
  kefu_store_list_recent_pictures_async (self->store, MAX_PICTURES, MAX_SIZE, self->cancellable, listed_cb,
                                         call_new (self, NULL));
}

static void
begin (KefuSyncPrefetch *self)
{
  self->again = self->busy || self->queue != NULL;
  if (self->running && !self->again && self->wait_id == 0)
    self->wait_id = kefu_clock_add_timeout (self->clock, PAUSE_MS, wait_cb, self, NULL);
}

static void
next (KefuSyncPrefetch *self)
{
  while (self->queue != NULL && self->place < self->queue->len)
    {
      const KefuAttachment *picture = g_ptr_array_index (self->queue, self->place);

      if (!kefu_transfers_is_idle (self->transfers))
        {
          self->wait_id = kefu_clock_add_timeout (self->clock, PAUSE_MS, wait_cb, self, NULL);
          return;
        }
      self->place++;
      if (g_hash_table_contains (self->tried, picture->sha256))
        continue;
      self->busy = TRUE;
      kefu_transfers_fetch_async (self->transfers, picture->sha256, self->cancellable, fetched_cb,
                                  call_new (self, picture->sha256));
      return;
    }
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  if (self->again)
    begin (self);
}

static void
changed_cb (KefuSyncPrefetch *self, KefuChangeSet *set)
{
  if (self->running && kefu_change_set_has (set, "message", NULL))
    begin (self);
}

KefuSyncPrefetch *
kefu_sync_prefetch_new (KefuStore *store, KefuClock *clock, KefuTransfers *transfers)
{
  KefuSyncPrefetch *self = g_new0 (KefuSyncPrefetch, 1);

  g_ref_count_init (&self->ref_count);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->transfers = g_object_ref (transfers);
  self->tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_swapped (store, "changed", G_CALLBACK (changed_cb), self);
  return self;
}

void
kefu_sync_prefetch_free (KefuSyncPrefetch *self)
{
  kefu_sync_prefetch_stop (self);
  g_signal_handlers_disconnect_by_data (self->store, self);
  prefetch_unref (self);
}

void
kefu_sync_prefetch_run (KefuSyncPrefetch *self)
{
  if (self->running)
    return;
  self->running = TRUE;
  self->cancellable = g_cancellable_new ();
  begin (self);
}

void
kefu_sync_prefetch_stop (KefuSyncPrefetch *self)
{
  self->running = FALSE;
  self->busy = FALSE;
  self->again = FALSE;
  self->round++;
  kefu_clock_clear_timeout (self->clock, &self->wait_id);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->queue, g_ptr_array_unref);
}
