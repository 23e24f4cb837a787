/* SPDX-License-Identifier: GPL-3.0-or-later
 * The uploader: files that operations of the outbox wait for go to the server. */
#define G_LOG_DOMAIN "kefu-sync"
#include "config.h"

#include "kefu-sync-uploader.h"

#include "kefu-backoff.h"

/* A large file does not keep a small one waiting; more would only share the same line. */
#define MAX_UPLOADS 2
#define WAIT_BASE_MS 1000
#define WAIT_CAP_MS (60 * 1000)
/* The longest that a server may ask us to wait. */
#define RETRY_AFTER_CAP_MS (5 * 60 * 1000)

/* A file that is uploaded or has been tried. */
typedef struct
{
  KefuSyncUploader *uploader;
  char *sha256;
  gint64 size;
  gboolean wanted;           /* an operation waits for it */
  GCancellable *cancellable; /* (nullable): under way */
  KefuBackoff backoff;
  guint wait_id;
  guint n_missed;   /* how often it was there and missing all the same */
  guint known_from; /* the first look that knows how its last upload ended; earlier ones do not count */
} Upload;

/* look → put → tell the store, and again at each change of the outbox. What is waiting is read from the store each time: it alone knows what
 * was cancelled, discarded or done anew. */
struct _KefuSyncUploader
{
  grefcount ref_count;
  KefuStore *store;
  KefuBackend *backend;
  KefuClock *clock;
  KefuTransfers *transfers;
  KefuSyncUploaderDone done;
  KefuSyncUploaderFailed failed;
  gpointer user_data;

  gboolean running;
  gboolean freed;
  gboolean looking;
  gboolean again; /* the outbox changed while it was looked at */
  guint n_looks;
  guint round; /* what is under way belongs to it */
  guint n_active;
  GPtrArray *uploads; /* (element-type Upload) in the order in which they wait */
};

/* One call under way. */
typedef struct
{
  KefuSyncUploader *uploader;
  guint round;
  char *sha256;
} Call;

static void look (KefuSyncUploader *self);
static void begin (KefuSyncUploader *self);

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  kefu_clock_clear_timeout (upload->uploader->clock, &upload->wait_id);
  g_cancellable_cancel (upload->cancellable);
  g_clear_object (&upload->cancellable);
  g_free (upload->sha256);
  g_free (upload);
}

static void
uploader_unref (KefuSyncUploader *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->uploads);
  g_clear_object (&self->store);
  g_clear_object (&self->backend);
  g_clear_object (&self->clock);
  g_clear_object (&self->transfers);
  g_free (self);
}

static Call *
call_new (KefuSyncUploader *self, const char *sha256)
{
  Call *call = g_new0 (Call, 1);

  g_ref_count_inc (&self->ref_count);
  call->uploader = self;
  call->round = self->round;
  call->sha256 = g_strdup (sha256);
  return call;
}

static void
call_free (Call *call)
{
  uploader_unref (call->uploader);
  g_free (call->sha256);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static Upload *
find (KefuSyncUploader *self, const char *sha256)
{
  for (guint i = 0; i < self->uploads->len; i++)
    {
      Upload *upload = g_ptr_array_index (self->uploads, i);

      if (g_str_equal (upload->sha256, sha256))
        return upload;
    }
  return NULL;
}

static void
fail (KefuSyncUploader *self, gboolean of_store, const GError *error)
{
  kefu_sync_uploader_stop (self);
  self->failed (self->user_data, of_store, error);
}

/* --- one file --- */

static void
wait_cb (gpointer user_data)
{
  Upload *upload = user_data;

  upload->wait_id = 0;
  begin (upload->uploader);
}

/* @error (nullable): may say how long. */
static void
try_later (KefuSyncUploader *self, Upload *upload, const GError *error)
{
  guint asked = MIN (kefu_error_get_retry_after (error), RETRY_AFTER_CAP_MS);
  guint delay = kefu_backoff_next (&upload->backoff);

  upload->wait_id = kefu_clock_add_timeout (self->clock, MAX (delay, asked), wait_cb, upload, NULL);
}

/* The store knows that the file is there, or that it will never be. */
static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncUploader *self = call->uploader;
  g_autoptr (GError) error = NULL;
  Upload *upload;

  kefu_store_upload_finish (self->store, result, &error);
  upload = find (self, call->sha256);
  if (upload != NULL)
    upload->known_from = self->n_looks + 1;
  if (self->freed || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  if (error != NULL)
    {
      fail (self, TRUE, error);
      return;
    }
  self->done (self->user_data);
  look (self);
}

/* Whether what went wrong concerns this file alone: the server, or this computer, will never take it. */
static gboolean
is_for_good (const GError *error)
{
  return error->domain != KEFU_ERROR || error->code == KEFU_ERROR_INVALID || error->code == KEFU_ERROR_NOT_FOUND;
}

static gboolean
is_of_connection (const GError *error)
{
  return g_error_matches (error, KEFU_ERROR, KEFU_ERROR_NETWORK) ||
         g_error_matches (error, KEFU_ERROR, KEFU_ERROR_AUTH) || g_error_matches (error, KEFU_ERROR, KEFU_ERROR_TLS);
}

static void
refuse (KefuSyncUploader *self, Upload *upload, const GError *error)
{
  upload->wanted = FALSE;
  upload->known_from = G_MAXUINT;
  kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_FAILED, 0, upload->size);
  kefu_store_refuse_upload_async (self->store, upload->sha256, NULL, error->message, NULL, stored_cb,
                                  call_new (self, upload->sha256));
}

static void
put_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncUploader *self = call->uploader;
  g_autoptr (GError) error = NULL;
  gboolean ok = kefu_backend_put_blob_finish (self->backend, result, &error);
  Upload *upload;

  if (call->round != self->round)
    {
      /* Given up, but the server has it all the same. */
      if (ok && !self->freed)
        kefu_store_set_uploaded_async (self->store, call->sha256, NULL, NULL, NULL);
      return;
    }
  self->n_active--;
  upload = find (self, call->sha256);
  if (upload == NULL)
    {
      begin (self);
      return;
    }
  g_clear_object (&upload->cancellable);
  if (ok)
    {
      upload->wanted = FALSE;
      upload->known_from = G_MAXUINT;
      upload->n_missed++;
      kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_DONE, upload->size, upload->size);
      kefu_store_set_uploaded_async (self->store, upload->sha256, NULL, stored_cb, call_new (self, upload->sha256));
    }
  else if (!upload->wanted)
    {
      kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_NONE, 0, 0);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      /* Cancelled, and then wanted again. */
      kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_WAITING, 0, upload->size);
    }
  else if (is_for_good (error))
    {
      refuse (self, upload, error);
    }
  else if (is_of_connection (error))
    {
      kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_WAITING, 0, upload->size);
      fail (self, FALSE, error);
      return;
    }
  else
    {
      g_debug ("An upload has to wait: %s", error->message);
      kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_WAITING, 0, upload->size);
      try_later (self, upload, error);
    }
  begin (self);
}

static void
progress_cb (gint64 done, gint64 total, gpointer user_data)
{
  const Call *call = user_data;

  if (call->round == call->uploader->round)
    kefu_transfers_set (call->uploader->transfers, call->sha256, KEFU_TRANSFER_RUNNING, done, total);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncUploader *self = call->uploader;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = kefu_store_find_blob_finish (self->store, result, &error);
  g_autoptr (GFile) file = NULL;
  Upload *upload;

  if (call->round != self->round)
    return;
  upload = find (self, call->sha256);
  if (path == NULL || upload == NULL || g_cancellable_is_cancelled (upload->cancellable))
    {
      self->n_active--;
      if (upload != NULL)
        g_clear_object (&upload->cancellable);
      if (upload != NULL && path == NULL && upload->wanted)
        {
          refuse (self, upload, error);
        }
      begin (self);
      return;
    }
  file = g_file_new_for_path (path);
  kefu_backend_put_blob_async (self->backend, upload->sha256, file, upload->size, progress_cb, call,
                               upload->cancellable, put_cb, call);
  g_steal_pointer (&call);
}

static void
start (KefuSyncUploader *self, Upload *upload)
{
  self->n_active++;
  upload->cancellable = g_cancellable_new ();
  kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_RUNNING, 0, upload->size);
  kefu_store_find_blob_async (self->store, upload->sha256, NULL, found_cb, call_new (self, upload->sha256));
}

static void
begin (KefuSyncUploader *self)
{
  for (guint i = 0; self->running && self->n_active < MAX_UPLOADS && i < self->uploads->len; i++)
    {
      Upload *upload = g_ptr_array_index (self->uploads, i);

      if (upload->wanted && upload->cancellable == NULL && upload->wait_id == 0)
        start (self, upload);
    }
}

/* --- what waits --- */

/* (transfer full): of before, or new. */
static Upload *
take_upload (KefuSyncUploader *self, const KefuAttachment *attachment)
{
  Upload *upload = find (self, attachment->sha256);
  guint place;

  if (upload != NULL && g_ptr_array_find (self->uploads, upload, &place))
    return g_ptr_array_steal_index (self->uploads, place);
  upload = g_new0 (Upload, 1);
  upload->uploader = self;
  upload->sha256 = g_strdup (attachment->sha256);
  upload->size = attachment->size;
  kefu_backoff_init (&upload->backoff, WAIT_BASE_MS, WAIT_CAP_MS);
  return upload;
}

static void
want (KefuSyncUploader *self, Upload *upload)
{
  if (upload->wanted || self->n_looks < upload->known_from)
    return;
  upload->wanted = TRUE;
  if (upload->cancellable != NULL)
    return;
  kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_WAITING, 0, upload->size);
  /* The server had it and says that it has not: not in circles as fast as we can. */
  if (upload->n_missed > 1)
    try_later (self, upload, NULL);
}

/* TRUE: something waits no more. */
static gboolean
drop (KefuSyncUploader *self, Upload *upload)
{
  if (!upload->wanted)
    return FALSE;
  upload->wanted = FALSE;
  kefu_clock_clear_timeout (self->clock, &upload->wait_id);
  if (upload->cancellable != NULL)
    g_cancellable_cancel (upload->cancellable);
  else
    kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_NONE, 0, 0);
  return TRUE;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  KefuSyncUploader *self = call->uploader;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) waiting = kefu_store_list_finish (self->store, result, &error);
  g_autoptr (GPtrArray) wanted = NULL;
  gboolean dropped = FALSE;

  self->looking = FALSE;
  if (self->freed)
    return;
  if (waiting == NULL)
    {
      /* The next change of the outbox looks again; a store that fails says so where it is written to. */
      g_debug ("What waits for a file cannot be read: %s", error->message);
      return;
    }
  wanted = g_ptr_array_new_with_free_func (upload_free);
  for (guint i = 0; i < waiting->len; i++)
    g_ptr_array_add (wanted, take_upload (self, g_ptr_array_index (waiting, i)));
  /* What is left waits no more; it is kept for what it knows of earlier tries. */
  for (guint i = 0; i < self->uploads->len; i++)
    dropped |= drop (self, g_ptr_array_index (self->uploads, i));
  for (guint i = 0; i < wanted->len; i++)
    want (self, g_ptr_array_index (wanted, i));
  g_ptr_array_extend_and_steal (wanted, g_steal_pointer (&self->uploads));
  self->uploads = g_steal_pointer (&wanted);
  /* What stood behind a cancelled one may go. */
  if (dropped)
    self->done (self->user_data);
  if (self->again)
    look (self);
  begin (self);
}

static void
look (KefuSyncUploader *self)
{
  self->again = self->looking;
  if (self->looking)
    return;
  self->looking = TRUE;
  self->n_looks++;
  kefu_store_list_uploads_async (self->store, NULL, listed_cb, call_new (self, NULL));
}

static void
changed_cb (KefuSyncUploader *self, KefuChangeSet *set)
{
  if (kefu_change_set_has (set, KEFU_CHANGE_OUTBOX, NULL))
    look (self);
}

/* --- from outside --- */

KefuSyncUploader *
kefu_sync_uploader_new (KefuStore *store,
                        KefuBackend *backend,
                        KefuClock *clock,
                        KefuTransfers *transfers,
                        KefuSyncUploaderDone done,
                        KefuSyncUploaderFailed failed,
                        gpointer user_data)
{
  KefuSyncUploader *self = g_new0 (KefuSyncUploader, 1);

  g_ref_count_init (&self->ref_count);
  self->store = g_object_ref (store);
  self->backend = g_object_ref (backend);
  self->clock = g_object_ref (clock);
  self->transfers = g_object_ref (transfers);
  self->done = done;
  self->failed = failed;
  self->user_data = user_data;
  self->uploads = g_ptr_array_new_with_free_func (upload_free);
  g_signal_connect_swapped (store, "changed", G_CALLBACK (changed_cb), self);
  look (self);
  return self;
}

void
kefu_sync_uploader_free (KefuSyncUploader *self)
{
  kefu_sync_uploader_stop (self);
  self->freed = TRUE;
  g_signal_handlers_disconnect_by_data (self->store, self);
  uploader_unref (self);
}

void
kefu_sync_uploader_run (KefuSyncUploader *self)
{
  self->running = TRUE;
  look (self);
}

void
kefu_sync_uploader_stop (KefuSyncUploader *self)
{
  self->running = FALSE;
  self->round++;
  self->n_active = 0;
  for (guint i = 0; i < self->uploads->len; i++)
    {
      Upload *upload = g_ptr_array_index (self->uploads, i);

      kefu_clock_clear_timeout (self->clock, &upload->wait_id);
      if (upload->cancellable == NULL)
        continue;
      g_cancellable_cancel (upload->cancellable);
      g_clear_object (&upload->cancellable);
      if (upload->wanted)
        kefu_transfers_set (self->transfers, upload->sha256, KEFU_TRANSFER_WAITING, 0, upload->size);
    }
}
