/* SPDX-License-Identifier: GPL-3.0-or-later
 * The server's folder: lock, database, one thread that writes and one that reads. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-storage.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kefu-entity.h"
#include "kefu-private-files.h"
#include "kefu-server-resources.h"
#include "kefu-tidy.h"
#include "kefu-worker.h"
#include "kefu-write-group.h"

#define SERVER_SQL "/org/kefu/server/server"
#define SERVER_VERSION 5

#define POLL_MS 1000
#define TIDY_MS (24LL * 3600 * 1000)

/* SQLite has one writer, so there is one thread that writes, and the order of its jobs is the order of the feed. Readers are
 * served by another thread and connection: a long sync never delays a write. Nothing of the database runs on the main thread
 * once the server is open. */
struct _KefuStorage
{
  GObject parent_instance;

  char *data_dir;
  KefuClock *clock;
  KefuBlobStore *blobs;
  int lock_fd;
  char *epoch;
  GMainContext *context;

  KefuWorker *writer;
  KefuDb *writer_db;
  KefuWriteGroup *group;
  gboolean in_group; /* writing thread */
  KefuWorker *reader;
  KefuDb *reader_db;

  gint64 head;
  gint64 data_version; /* reading thread */
  guint poll_id;
  gint64 tidied_at;  /* of the clock's ticks */
  gint64 tidy_today; /* writing thread */
};

typedef struct
{
  KefuStorage *storage;
  KefuStorageFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Job;

enum
{
  COMMITTED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuStorage, kefu_storage, G_TYPE_OBJECT)

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->destroy != NULL)
    job->destroy (job->data);
  g_free (job);
}

static gboolean
migrate_server (KefuDb *db, GError **error)
{
  gint64 version;

  if (!kefu_db_exec (db, "CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID", error))
    return FALSE;
  version = kefu_db_int (db, 0, "SELECT value FROM meta WHERE key = 'server_version'", "");
  if (version > SERVER_VERSION)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_CORRUPT,
                   "The database is of a newer kefu-server (version %" G_GINT64_FORMAT ", this one knows %d)", version,
                   SERVER_VERSION);
      return FALSE;
    }
  for (version++; version <= SERVER_VERSION; version++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%03d.sql", SERVER_SQL, (int) version);
      g_autoptr (GBytes) script = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

      if (script == NULL || !kefu_db_begin (db, error))
        return FALSE;
      /* Another process may have been faster. */
      if (kefu_db_int (db, 0, "SELECT value FROM meta WHERE key = 'server_version'", "") >= version)
        {
          kefu_db_rollback (db);
          continue;
        }
      if (!kefu_db_exec (db, g_bytes_get_data (script, NULL), error) ||
          !kefu_db_run (db, error, "INSERT OR REPLACE INTO meta VALUES('server_version', ?)", "i", version) ||
          !kefu_db_commit (db, error))
        {
          kefu_db_rollback (db);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
take_lock (KefuStorage *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "kefu.lock", NULL);

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    {
      g_set_error (error, KEFU_ERROR, errno == ENOSPC ? KEFU_ERROR_DISK_FULL : KEFU_ERROR_READ_ONLY, "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_BUSY, "Another kefu-server has %s open", self->data_dir);
      close (self->lock_fd);
      self->lock_fd = -1;
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  KefuStorage *storage;
  gint64 head;
} Announcement;

static gboolean
announcement_cb (gpointer user_data)
{
  Announcement *announcement = user_data;
  KefuStorage *self = announcement->storage;

  if (announcement->head > self->head)
    {
      self->head = announcement->head;
      g_signal_emit (self, signals[COMMITTED], 0, self->head);
    }
  return G_SOURCE_REMOVE;
}

static void
announcement_free (gpointer data)
{
  Announcement *announcement = data;

  g_object_unref (announcement->storage);
  g_free (announcement);
}

static void
announce_later (KefuStorage *self, gint64 head)
{
  Announcement *announcement = g_new (Announcement, 1);

  announcement->storage = g_object_ref (self);
  announcement->head = head;
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, announcement_cb, announcement, announcement_free);
}

/* On the reading thread: a command may have written to the database. */
static gboolean
poll_job (KefuStorage *self, KefuDb *db, gpointer data, GError **error)
{
  gint64 version = kefu_db_int (db, 0, "PRAGMA data_version", "");

  if (version != self->data_version)
    {
      self->data_version = version;
      announce_later (self, kefu_storage_read_head (db));
    }
  return TRUE;
}

static void tidy_soon (KefuStorage *self, KefuStorageFunc func);

static gboolean
tidy_job (KefuStorage *self, KefuDb *db, gpointer data, GError **error)
{
  gboolean more;

  if (!kefu_tidy_step (db, self->tidy_today, &more, error))
    return FALSE;
  if (more)
    tidy_soon (self, tidy_job);
  return TRUE;
}

static gboolean
begin_tidy_job (KefuStorage *self, KefuDb *db, gpointer data, GError **error)
{
  return kefu_tidy_begin (db, kefu_clock_now (self->clock), &self->tidy_today, error) &&
         tidy_job (self, db, data, error);
}

static void
tidied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* Tomorrow is another day. */
  if (!kefu_storage_job_finish (KEFU_STORAGE (source), result, NULL, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_message ("Nothing old was forgotten: %s", error->message);
}

/* When nobody else wants to write; from any thread. */
static void
tidy_soon (KefuStorage *self, KefuStorageFunc func)
{
  kefu_storage_write_async (self, KEFU_WORKER_IDLE, func, NULL, NULL, tidied_cb, NULL);
}

static void start_poll (KefuStorage *self);

static void
poll_cb (gpointer user_data)
{
  KefuStorage *self = user_data;
  gint64 ticks = kefu_clock_ticks (self->clock);

  self->poll_id = 0;
  kefu_storage_read_async (self, KEFU_WORKER_NORMAL, poll_job, NULL, NULL, NULL, NULL);
  if (ticks - self->tidied_at >= TIDY_MS)
    {
      self->tidied_at = ticks;
      tidy_soon (self, begin_tidy_job);
    }
  start_poll (self);
}

static void
start_poll (KefuStorage *self)
{
  self->poll_id = kefu_clock_add_timeout (self->clock, POLL_MS, poll_cb, self, NULL);
}

static void
run_write_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  KefuStorage *self = source_object;
  Job *job = task_data;
  GError *error = NULL;

  g_assert (kefu_worker_is_here (self->writer));
  if (job->func (self, self->writer_db, job->data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
run_member (GTask *task, KefuDb *db, GError **error)
{
  Job *job = g_task_get_task_data (task);

  return job->func (g_task_get_source_object (task), db, job->data, error);
}

static void
group_committed (gpointer user_data)
{
  KefuStorage *self = user_data;

  announce_later (self, kefu_storage_read_head (self->writer_db));
}

static void call_group (KefuStorage *self);

static void
run_group (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  KefuStorage *self = source_object;
  gboolean more;

  g_assert (kefu_worker_is_here (self->writer));
  self->in_group = TRUE;
  more = kefu_write_group_run (self->group, self->writer_db, group_committed, self);
  self->in_group = FALSE;
  /* Behind what else waits for the writer. */
  if (more)
    call_group (self);
  g_task_return_boolean (task, TRUE);
}

static void
call_group (KefuStorage *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

  kefu_worker_push (self->writer, task, KEFU_WORKER_NORMAL, run_group);
}

static void
run_read_job (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  KefuStorage *self = source_object;
  Job *job = task_data;
  GError *error = NULL;
  gboolean done;

  g_assert (kefu_worker_is_here (self->reader));
  done = kefu_db_exec (self->reader_db, "BEGIN", &error) && job->func (self, self->reader_db, job->data, &error);
  kefu_db_rollback (self->reader_db);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static GTask *
new_task (KefuStorage *self,
          KefuStorageFunc func,
          gpointer data,
          GDestroyNotify destroy,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->func = func;
  job->data = data;
  job->destroy = destroy;
  g_task_set_task_data (task, job, job_free);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

static void
push (KefuStorage *self,
      KefuWorker *worker,
      int priority,
      KefuWorkerFunc run,
      KefuStorageFunc func,
      gpointer data,
      GDestroyNotify destroy,
      GAsyncReadyCallback callback,
      gpointer user_data)
{
  g_autoptr (GTask) task = new_task (self, func, data, destroy, callback, user_data);

  if (worker == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The server is closed");
  else
    kefu_worker_push (worker, task, priority, run);
}

static void
kefu_storage_dispose (GObject *object)
{
  kefu_storage_close (KEFU_STORAGE (object));

  G_OBJECT_CLASS (kefu_storage_parent_class)->dispose (object);
}

static void
kefu_storage_finalize (GObject *object)
{
  KefuStorage *self = KEFU_STORAGE (object);

  g_free (self->data_dir);
  g_free (self->epoch);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->blobs, kefu_blob_store_unref);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (kefu_storage_parent_class)->finalize (object);
}

static void
kefu_storage_class_init (KefuStorageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_storage_dispose;
  object_class->finalize = kefu_storage_finalize;

  signals[COMMITTED] = g_signal_new ("committed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
kefu_storage_init (KefuStorage *self)
{
  self->lock_fd = -1;
  self->context = g_main_context_ref_thread_default ();
}

KefuDb *
kefu_storage_open_db (const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "kefu.db", NULL);
  g_autoptr (KefuDb) db = NULL;

  if (g_mkdir_with_parents (data_dir, 0700) != 0)
    {
      g_set_error (error, KEFU_ERROR, errno == ENOSPC ? KEFU_ERROR_DISK_FULL : KEFU_ERROR_READ_ONLY, "%s: %s", data_dir,
                   g_strerror (errno));
      return NULL;
    }
  /* An existing folder is made as private as one of our own. */
  (void) g_chmod (data_dir, 0700);
  kefu_model_init ();
  /* Naming the resource links it in, and so registers it. */
  kefu_server_get_resource ();
  db = kefu_db_open (path, KEFU_DB_READ_WRITE | KEFU_DB_DURABLE, error);
  if (db == NULL || !kefu_db_migrate (db, KEFU_ENTITY_SQL, error) || !migrate_server (db, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  if (kefu_db_int (db, 0, "SELECT 1 FROM meta WHERE key = 'epoch'", "") != 1 && !kefu_storage_renew_epoch (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

gboolean
kefu_storage_renew_epoch (KefuDb *db, GError **error)
{
  g_autofree char *epoch = g_uuid_string_random ();

  return kefu_db_run (db, error, "INSERT OR REPLACE INTO meta VALUES('epoch', ?)", "s", epoch);
}

char *
kefu_storage_read_epoch (KefuDb *db)
{
  return kefu_db_text (db, "SELECT value FROM meta WHERE key = 'epoch'", "");
}

gint64
kefu_storage_read_head (KefuDb *db)
{
  return kefu_db_int (db, 0, "SELECT seq FROM sqlite_sequence WHERE name = 'change'", "");
}

KefuStorage *
kefu_storage_new (const char *data_dir, KefuClock *clock)
{
  KefuStorage *self = g_object_new (KEFU_TYPE_STORAGE, NULL);

  self->data_dir = g_strdup (data_dir);
  self->clock = g_object_ref (clock);
  return self;
}

gboolean
kefu_storage_open (KefuStorage *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "kefu.db", NULL);

  g_return_val_if_fail (self->writer == NULL, FALSE);

  if (g_mkdir_with_parents (self->data_dir, 0700) != 0)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY, "%s: %s", self->data_dir, g_strerror (errno));
      return FALSE;
    }
  if (!take_lock (self, error))
    return FALSE;
  kefu_private_files_mend (self->data_dir);
  self->writer_db = kefu_storage_open_db (self->data_dir, error);
  if (self->writer_db == NULL)
    return FALSE;
  self->reader_db = kefu_db_open (path, KEFU_DB_READ_ONLY, error);
  if (self->reader_db == NULL)
    return FALSE;
  self->blobs = kefu_blob_store_open (self->data_dir, error);
  if (self->blobs == NULL)
    return FALSE;
  self->epoch = kefu_storage_read_epoch (self->writer_db);
  self->head = kefu_storage_read_head (self->writer_db);
  self->group = kefu_write_group_new (run_member);
  self->writer = kefu_worker_new ("kefu-writer");
  self->reader = kefu_worker_new ("kefu-reader");
  self->tidied_at = kefu_clock_ticks (self->clock) - TIDY_MS;
  start_poll (self);
  return TRUE;
}

void
kefu_storage_close (KefuStorage *self)
{
  kefu_clock_clear_timeout (self->clock, &self->poll_id);
  if (self->writer != NULL)
    kefu_worker_stop (self->writer);
  if (self->reader != NULL)
    kefu_worker_stop (self->reader);
  /* The last of a group that was cut in pieces, now that nobody else is at the database. */
  self->in_group = TRUE;
  while (self->writer != NULL && kefu_write_group_run (self->group, self->writer_db, NULL, NULL))
    ;
  g_clear_object (&self->writer);
  g_clear_object (&self->reader);
  g_clear_pointer (&self->group, kefu_write_group_free);
  g_clear_pointer (&self->reader_db, kefu_db_close);
  /* Last, so that this connection takes the WAL back into the file. */
  g_clear_pointer (&self->writer_db, kefu_db_close);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  self->lock_fd = -1;
}

const char *
kefu_storage_get_data_dir (KefuStorage *self)
{
  return self->data_dir;
}

KefuClock *
kefu_storage_get_clock (KefuStorage *self)
{
  return self->clock;
}

KefuBlobStore *
kefu_storage_get_blobs (KefuStorage *self)
{
  return self->blobs;
}

const char *
kefu_storage_get_epoch (KefuStorage *self)
{
  return self->epoch;
}

gint64
kefu_storage_get_head (KefuStorage *self)
{
  return self->head;
}

void
kefu_storage_read_async (KefuStorage *self,
                         int priority,
                         KefuStorageFunc func,
                         gpointer data,
                         GDestroyNotify destroy,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  push (self, self->reader, priority, run_read_job, func, data, destroy, callback, user_data);
}

void
kefu_storage_write_async (KefuStorage *self,
                          int priority,
                          KefuStorageFunc func,
                          gpointer data,
                          GDestroyNotify destroy,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  push (self, self->writer, priority, run_write_job, func, data, destroy, callback, user_data);
}

void
kefu_storage_write_grouped_async (KefuStorage *self,
                                  KefuStorageFunc func,
                                  gpointer data,
                                  GDestroyNotify destroy,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = new_task (self, func, data, destroy, callback, user_data);

  if (self->writer == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The server is closed");
  else if (kefu_write_group_push (self->group, task))
    call_group (self);
}

gboolean
kefu_storage_job_finish (KefuStorage *self, GAsyncResult *result, gpointer *data, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (data != NULL)
    *data = ((Job *) g_task_get_task_data (G_TASK (result)))->data;
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
kefu_storage_commit (KefuStorage *self, KefuWrite *write, GError **error)
{
  if (!kefu_write_commit (write, error))
    return FALSE;
  /* In a group that is still to come. */
  if (!self->in_group)
    announce_later (self, kefu_storage_read_head (self->writer_db));
  return TRUE;
}
