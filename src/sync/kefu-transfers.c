/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files on their way to the server and from it: how far they are, and how to stop them. */
#define G_LOG_DOMAIN "kefu-sync"
#include "config.h"

#include "kefu-transfers.h"

#include <glib/gi18n.h>

/* Downloads at a time; with two uploads, the stream and a call they keep within the connections of a backend. */
#define MAX_FETCHES 2

/* One who asked. */
typedef struct
{
  GTask *task;
  GSource *watch; /* (nullable): of its cancellable */
} Asker;

/* What is asked for, from the first who asks to its end: looked for here, then fetched. Whoever asks meanwhile joins; were each to look,
 * one might hear “not here” when another has just had it fetched, and have it fetched again. */
typedef struct
{
  KefuTransfers *transfers; /* of which it is; held while it is looked for and while it runs */
  char *sha256;
  GPtrArray *askers; /* (element-type Asker) */
  GCancellable *cancellable;
  gboolean looking;
  gboolean running;
} Fetch;

typedef struct
{
  KefuTransferState state;
  gint64 done;
  gint64 total;
} Transfer;

struct _KefuTransfers
{
  GObject parent_instance;

  KefuStore *store;
  KefuBackend *backend;
  GHashTable *known;   /* sha256 → Transfer */
  GHashTable *fetches; /* sha256 → Fetch */
  GQueue waiting;      /* Fetch, oldest first */
  guint n_running;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuTransfers, kefu_transfers, G_TYPE_OBJECT)
G_DEFINE_ENUM_TYPE (KefuTransferState,
                    kefu_transfer_state,
                    G_DEFINE_ENUM_VALUE (KEFU_TRANSFER_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (KEFU_TRANSFER_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (KEFU_TRANSFER_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (KEFU_TRANSFER_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (KEFU_TRANSFER_FAILED, "failed"))

static void next_fetches (KefuTransfers *self);

/* --- what is known --- */

void
kefu_transfers_set (KefuTransfers *self, const char *sha256, KefuTransferState state, gint64 done, gint64 total)
{
  Transfer *transfer;

  g_return_if_fail (KEFU_IS_TRANSFERS (self));
  g_return_if_fail (sha256 != NULL);

  transfer = g_hash_table_lookup (self->known, sha256);
  if (transfer == NULL && state == KEFU_TRANSFER_NONE)
    return;
  if (transfer == NULL)
    {
      transfer = g_new0 (Transfer, 1);
      g_hash_table_insert (self->known, g_strdup (sha256), transfer);
    }
  else if (transfer->state == state && transfer->done == done && transfer->total == total)
    {
      return;
    }
  *transfer = (Transfer){ state, done, total };
  if (state == KEFU_TRANSFER_NONE)
    g_hash_table_remove (self->known, sha256);
  /* A detail that is no quark yet is one that nobody listens to. */
  g_signal_emit (self, signals[SIGNAL_CHANGED], g_quark_try_string (sha256), sha256);
}

KefuTransferState
kefu_transfers_get (KefuTransfers *self, const char *sha256, gint64 *done, gint64 *total)
{
  const Transfer *transfer;

  g_return_val_if_fail (KEFU_IS_TRANSFERS (self), KEFU_TRANSFER_NONE);
  g_return_val_if_fail (sha256 != NULL, KEFU_TRANSFER_NONE);

  transfer = g_hash_table_lookup (self->known, sha256);
  if (done != NULL)
    *done = transfer != NULL ? transfer->done : 0;
  if (total != NULL)
    *total = transfer != NULL ? transfer->total : 0;
  return transfer != NULL ? transfer->state : KEFU_TRANSFER_NONE;
}

/* --- uploads --- */

void
kefu_transfers_cancel_upload (KefuTransfers *self, const char *message_id)
{
  g_return_if_fail (KEFU_IS_TRANSFERS (self));
  g_return_if_fail (message_id != NULL);

  /* The uploader sees that nothing waits for the file any more. */
  kefu_store_refuse_upload_async (self->store, NULL, message_id, _ ("Cancelled"), NULL, NULL, NULL);
}

/* --- downloads --- */

static void
asker_free (gpointer data)
{
  Asker *asker = data;

  if (asker->watch != NULL)
    {
      g_source_destroy (asker->watch);
      g_source_unref (asker->watch);
    }
  g_object_unref (asker->task);
  g_free (asker);
}

static Fetch *
fetch_new (KefuTransfers *self, const char *sha256)
{
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->transfers = self;
  fetch->sha256 = g_strdup (sha256);
  fetch->askers = g_ptr_array_new_with_free_func (asker_free);
  fetch->cancellable = g_cancellable_new ();
  return fetch;
}

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_free (fetch->sha256);
  g_ptr_array_unref (fetch->askers);
  g_object_unref (fetch->cancellable);
  g_free (fetch);
}

/* Everybody who waits gets @place, or a copy of @error. */
static void
answer_askers (Fetch *fetch, GFile *place, const GError *error)
{
  g_autoptr (GPtrArray) askers = g_steal_pointer (&fetch->askers);

  fetch->askers = g_ptr_array_new_with_free_func (asker_free);
  for (guint i = 0; i < askers->len; i++)
    {
      const Asker *asker = g_ptr_array_index (askers, i);

      if (place != NULL)
        g_task_return_pointer (asker->task, g_object_ref (place), g_object_unref);
      else
        g_task_return_error (asker->task, g_error_copy (error));
    }
}

/* The end of a download: out of the table, and an answer to everybody. */
static void
finish_fetch (KefuTransfers *self, Fetch *fetch, GFile *place, const GError *error)
{
  g_autofree char *sha256 = g_strdup (fetch->sha256);
  gint64 total = 0;

  kefu_transfers_get (self, sha256, NULL, &total);
  g_hash_table_steal (self->fetches, sha256);
  if (place != NULL)
    kefu_transfers_set (self, sha256, KEFU_TRANSFER_DONE, total, total);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    kefu_transfers_set (self, sha256, KEFU_TRANSFER_NONE, 0, 0);
  else
    kefu_transfers_set (self, sha256, KEFU_TRANSFER_FAILED, 0, total);
  answer_askers (fetch, place, error);
  fetch_free (fetch);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fetch *fetch = user_data;
  g_autoptr (KefuTransfers) self = fetch->transfers;
  g_autoptr (GFile) place = NULL;
  g_autoptr (GError) error = NULL;

  if (kefu_backend_fetch_blob_finish (KEFU_BACKEND (source), result, &error))
    place = kefu_store_make_blob_place (self->store, fetch->sha256, &error);
  self->n_running--;
  fetch->running = FALSE;
  if (place == NULL && g_cancellable_is_cancelled (fetch->cancellable) && fetch->askers->len > 0)
    {
      /* Somebody has asked for it since it was ended. */
      g_cancellable_reset (fetch->cancellable);
      g_queue_push_tail (&self->waiting, fetch);
    }
  else
    {
      finish_fetch (self, fetch, place, error);
    }
  next_fetches (self);
}

static void
progress_cb (gint64 done, gint64 total, gpointer user_data)
{
  Fetch *fetch = user_data;

  kefu_transfers_set (fetch->transfers, fetch->sha256, KEFU_TRANSFER_RUNNING, done, total);
}

static void
start_fetch (KefuTransfers *self, Fetch *fetch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) place = kefu_store_make_blob_place (self->store, fetch->sha256, &error);

  if (place == NULL)
    {
      finish_fetch (self, fetch, NULL, error);
      return;
    }
  fetch->running = TRUE;
  self->n_running++;
  g_object_ref (self);
  kefu_transfers_set (self, fetch->sha256, KEFU_TRANSFER_RUNNING, 0, 0);
  kefu_backend_fetch_blob_async (self->backend, fetch->sha256, place, progress_cb, fetch, fetch->cancellable,
                                 fetched_cb, fetch);
}

static void
next_fetches (KefuTransfers *self)
{
  while (self->n_running < MAX_FETCHES && !g_queue_is_empty (&self->waiting))
    start_fetch (self, g_queue_pop_head (&self->waiting));
}

static void
end_fetch (KefuTransfers *self, Fetch *fetch)
{
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));

  if (fetch->looking || fetch->running)
    {
      if (fetch->running)
        g_cancellable_cancel (fetch->cancellable);
      answer_askers (fetch, NULL, cancelled);
      return;
    }
  g_queue_remove (&self->waiting, fetch);
  finish_fetch (self, fetch, NULL, cancelled);
}

/* One of those who asked wants it no more. */
static gboolean
asker_gone_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  KefuTransfers *self = g_task_get_source_object (task);
  Fetch *fetch = g_hash_table_lookup (self->fetches, g_task_get_task_data (task));

  for (guint i = 0; fetch != NULL && i < fetch->askers->len; i++)
    {
      const Asker *asker = g_ptr_array_index (fetch->askers, i);

      if (asker->task != task)
        continue;
      g_ptr_array_remove_index (fetch->askers, i);
      if (fetch->askers->len == 0)
        end_fetch (self, fetch);
      g_task_return_error_if_cancelled (task);
      break;
    }
  return G_SOURCE_REMOVE;
}

/* @task: (transfer full) */
static void
add_asker (Fetch *fetch, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Asker *asker = g_new0 (Asker, 1);

  asker->task = task;
  if (cancellable != NULL)
    {
      asker->watch = g_cancellable_source_new (cancellable);
      g_source_set_static_name (asker->watch, "kefu-fetch-cancelled");
      g_source_set_callback (asker->watch, G_SOURCE_FUNC (asker_gone_cb), task, NULL);
      g_source_attach (asker->watch, g_task_get_context (task));
    }
  g_ptr_array_add (fetch->askers, asker);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fetch *fetch = user_data;
  g_autoptr (KefuTransfers) self = fetch->transfers;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = kefu_store_find_blob_finish (KEFU_STORE (source), result, &error);
  g_autoptr (GFile) place = path != NULL ? g_file_new_for_path (path) : NULL;

  fetch->looking = FALSE;
  if (fetch->askers->len > 0 && g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND) && self->backend != NULL &&
      (kefu_backend_get_flags (self->backend) & KEFU_BACKEND_BLOBS))
    {
      g_queue_push_tail (&self->waiting, fetch);
      kefu_transfers_set (self, fetch->sha256, KEFU_TRANSFER_WAITING, 0, 0);
      next_fetches (self);
      return;
    }
  g_hash_table_steal (self->fetches, fetch->sha256);
  answer_askers (fetch, place, error);
  fetch_free (fetch);
}

void
kefu_transfers_fetch_async (KefuTransfers *self,
                            const char *sha256,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Fetch *fetch;

  g_return_if_fail (KEFU_IS_TRANSFERS (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_transfers_fetch_async);
  if (!kefu_attachment_is_sha256 (sha256))
    {
      g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_INVALID, "not a SHA-256");
      return;
    }
  g_task_set_task_data (task, g_strdup (sha256), g_free);
  fetch = g_hash_table_lookup (self->fetches, sha256);
  if (fetch == NULL)
    {
      fetch = fetch_new (self, sha256);
      g_hash_table_insert (self->fetches, fetch->sha256, fetch);
      fetch->looking = TRUE;
      g_object_ref (self);
      kefu_store_find_blob_async (self->store, sha256, NULL, found_cb, fetch);
    }
  add_asker (fetch, g_steal_pointer (&task));
}

GFile *
kefu_transfers_fetch_finish (KefuTransfers *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kefu_transfers_cancel_fetch (KefuTransfers *self, const char *sha256)
{
  Fetch *fetch;

  g_return_if_fail (KEFU_IS_TRANSFERS (self));
  g_return_if_fail (sha256 != NULL);

  fetch = g_hash_table_lookup (self->fetches, sha256);
  if (fetch != NULL)
    end_fetch (self, fetch);
}

gboolean
kefu_transfers_is_idle (KefuTransfers *self)
{
  g_return_val_if_fail (KEFU_IS_TRANSFERS (self), TRUE);

  return self->n_running == 0 && g_queue_is_empty (&self->waiting);
}

/* --- the object --- */

static void
kefu_transfers_finalize (GObject *object)
{
  KefuTransfers *self = KEFU_TRANSFERS (object);

  /* Who asks holds it, so nobody waits any more. */
  g_queue_clear (&self->waiting);
  g_hash_table_unref (self->fetches);
  g_hash_table_unref (self->known);
  g_clear_object (&self->store);
  g_clear_object (&self->backend);

  G_OBJECT_CLASS (kefu_transfers_parent_class)->finalize (object);
}

static void
kefu_transfers_class_init (KefuTransfersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_transfers_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", KEFU_TYPE_TRANSFERS, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kefu_transfers_init (KefuTransfers *self)
{
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->fetches = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->waiting);
}

KefuTransfers *
kefu_transfers_new (KefuStore *store, KefuBackend *backend)
{
  KefuTransfers *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);
  g_return_val_if_fail (backend == NULL || KEFU_IS_BACKEND (backend), NULL);

  self = g_object_new (KEFU_TYPE_TRANSFERS, NULL);
  self->store = g_object_ref (store);
  g_set_object (&self->backend, backend);
  return self;
}
