/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where the files of messages lie on this computer: outgoing/ for what has to be sent, blobs/ for what the server has. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-attachment.h"
#include "kefu-message-key.h"
#include "kefu-private-files.h"
#include "kefu-store-private.h"

/* Both folders hold files that are named by the hash of their content, so that nothing that somebody else named is ever a path.
 * A file is in outgoing/ from before it is shown until no draft and no operation of the outbox names it any more; then it moves to blobs/,
 * or is deleted if it was never sent. Both are one rename or one unlink, and what a crash left undone is done at the next opening. Where nothing is
 * to be kept, blobs/ is a folder in memory that goes with the store. */
#define OUTGOING "outgoing"
#define BLOBS "blobs"
/* Copies under the names that other programs are to see; in memory where nothing is to be kept. They go with the store. */
#define OPENED "opened"
/* The time of a file's last use is written at most so often. */
#define USE_STEP_S (24 * 3600)
/* An interrupted download that nobody has continued for so long is given up. */
#define PART_AGE_S (7 * 24 * 3600)
/* At most, of two computers that speak with each other. */
#define CLOCKS_DIFFER_MS (24 * 3600 * G_GINT64_CONSTANT (1000))

static char *
outgoing_path (KefuStoreCore *core, const char *name)
{
  return g_build_filename (core->dir, OUTGOING, name, NULL);
}

/* (nullable): NULL if there is no place for what was fetched. */
static char *
blobs_path (KefuStoreCore *core, const char *name)
{
  return core->blobs_dir != NULL ? g_build_filename (core->blobs_dir, name, NULL) : NULL;
}

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir (path, 0700) == 0 || errno == EEXIST)
    return TRUE;
  g_set_error (error, KEFU_ERROR, errno == ENOSPC ? KEFU_ERROR_DISK_FULL : KEFU_ERROR_READ_ONLY,
               _ ("The folder %s cannot be used: %s"), path, g_strerror (errno));
  return FALSE;
}

char *
kefu_store_blobs_outgoing_dir (KefuStoreCore *core, GError **error)
{
  g_autofree char *path = outgoing_path (core, NULL);

  return make_folder (path, error) ? g_steal_pointer (&path) : NULL;
}

char *
kefu_store_blobs_outgoing_path (KefuStoreCore *core, const char *sha256)
{
  return outgoing_path (core, sha256);
}

char *
kefu_store_blobs_find (KefuStoreCore *core, const char *sha256)
{
  g_autofree char *path = NULL;

  if (!kefu_attachment_is_sha256 (sha256))
    return NULL;
  /* In the order in which a file moves, so that one that moves meanwhile is found too. */
  path = outgoing_path (core, sha256);
  if (g_access (path, F_OK) == 0)
    return g_steal_pointer (&path);
  g_free (path);
  path = blobs_path (core, sha256);
  return path != NULL && g_access (path, F_OK) == 0 ? g_steal_pointer (&path) : NULL;
}

/* --- what is in outgoing/ --- */

void
kefu_store_blobs_hold (KefuStoreCore *core, const char *sha256)
{
  g_mutex_lock (&core->files_lock);
  g_hash_table_insert (core->outgoing, g_strdup (sha256), GINT_TO_POINTER (TRUE));
  g_mutex_unlock (&core->files_lock);
}

void
kefu_store_blobs_let_go (KefuStoreCore *core, const char *sha256)
{
  g_mutex_lock (&core->files_lock);
  if (g_hash_table_contains (core->outgoing, sha256))
    g_hash_table_insert (core->outgoing, g_strdup (sha256), GINT_TO_POINTER (FALSE));
  g_mutex_unlock (&core->files_lock);
}

static gboolean
is_named (KefuStoreCore *core, const char *sha256)
{
  /* What cannot be asked is taken for a yes: a file too many does no harm. */
  return kefu_db_int (core->desk, 1,
                      "SELECT EXISTS(SELECT 1 FROM outbox WHERE blob = ?1) OR"
                      " EXISTS(SELECT 1 FROM draft_file WHERE sha256 = ?1)",
                      "s", sha256) != 0;
}

/* Out of outgoing/, to where it belongs now. */
static gboolean
move_away (KefuStoreCore *core, const char *sha256, gboolean sent)
{
  g_autofree char *from = outgoing_path (core, sha256);
  g_autofree char *to = blobs_path (core, sha256);

  /* A folder in memory is another file system: there it is not moved. */
  if (sent && to != NULL && make_folder (core->blobs_dir, NULL) && g_rename (from, to) == 0)
    return TRUE;
  if (g_unlink (from) == 0 || errno == ENOENT)
    return TRUE;
  g_message ("%s stays in %s: %s", sha256, OUTGOING, g_strerror (errno));
  return FALSE;
}

void
kefu_store_blobs_settle (KefuStoreCore *core, gboolean sent)
{
  GHashTableIter iter;
  gpointer sha256, held;

  g_mutex_lock (&core->files_lock);
  g_hash_table_iter_init (&iter, core->outgoing);
  while (g_hash_table_iter_next (&iter, &sha256, &held))
    if (!GPOINTER_TO_INT (held) && !is_named (core, sha256) && move_away (core, sha256, sent))
      g_hash_table_iter_remove (&iter);
  g_mutex_unlock (&core->files_lock);
}

/* --- at the opening --- */

/* Whether the server has a message with it; only asked for what a crash left behind. Nothing was sent before it was copied to here, but for what
 * the clocks of two computers may differ: a year of messages is not looked through at a start. A no too many costs a download. */
static gboolean
was_sent (KefuStoreCore *core, const char *sha256)
{
  g_autofree char *path = outgoing_path (core, sha256);
  GStatBuf info;

  if (g_lstat (path, &info) != 0)
    return FALSE;
  return kefu_db_int (core->cache, 0, KEFU_BLOB_SENT_SQL, "si", sha256,
                      kefu_message_key_floor ((gint64) info.st_mtime * 1000 - CLOCKS_DIFFER_MS)) == 1;
}

/* Whether a damaged desk.db lies there: what it named may be wanted by whoever mends it. */
static gboolean
was_set_aside (KefuStoreCore *core)
{
  g_autoptr (GDir) dir = g_dir_open (core->dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "desk.db.corrupt"))
      return TRUE;
  return FALSE;
}

static void
look_into_outgoing (KefuStoreCore *core)
{
  gboolean keep = was_set_aside (core);
  g_autofree char *path = outgoing_path (core, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (!kefu_attachment_is_sha256 (name))
        /* Half a copy, or not ours. */
        g_unlink (file);
      else if (is_named (core, name) || (!keep && !move_away (core, name, was_sent (core, name))))
        g_hash_table_insert (core->outgoing, g_strdup (name), GINT_TO_POINTER (FALSE));
    }
}

static void
drop_old_parts (KefuStoreCore *core)
{
  g_autoptr (GDir) dir = core->blobs_dir != NULL ? g_dir_open (core->blobs_dir, 0, NULL) : NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = blobs_path (core, name);
      GStatBuf info;

      if (!kefu_attachment_is_sha256 (name) && g_lstat (file, &info) == 0 && info.st_mtime + PART_AGE_S < now)
        g_unlink (file);
    }
}

/* (transfer full) (nullable): an empty folder in the memory that a sign-out of the computer clears. */
static char *
make_memory_folder (KefuStoreCore *core)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, core->dir, -1);
  g_autofree char *name = g_strdup_printf ("kefu-%.16s", key);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (runtime == NULL || !g_path_is_absolute (runtime))
    return NULL;
  path = g_build_filename (runtime, name, NULL);
  /* Of a desk that was killed; the lock on the workspace says that it runs no more. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !kefu_private_files_remove (path, NULL, &error))
    g_warning ("%s", error->message);
  return g_mkdir (path, 0700) == 0 ? g_steal_pointer (&path) : NULL;
}

/* Those of before, also if nothing is to be kept now. */
static void
drop_opened (KefuStoreCore *core)
{
  g_autofree char *path = g_build_filename (core->dir, OPENED, NULL);
  g_autoptr (GError) error = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !kefu_private_files_remove (path, NULL, &error))
    g_warning ("%s", error->message);
}

void
kefu_store_blobs_open (KefuStoreCore *core)
{
  drop_opened (core);
  g_free (core->blobs_dir);
  core->blobs_dir =
    core->flags & KEFU_STORE_KEEP_NOTHING ? make_memory_folder (core) : g_build_filename (core->dir, BLOBS, NULL);
  g_mutex_lock (&core->files_lock);
  look_into_outgoing (core);
  g_mutex_unlock (&core->files_lock);
  drop_old_parts (core);
}

void
kefu_store_blobs_close (KefuStoreCore *core)
{
  g_autoptr (GError) error = NULL;

  if (core->blobs_dir != NULL)
    drop_opened (core);
  if (core->blobs_dir != NULL && (core->flags & KEFU_STORE_KEEP_NOTHING) &&
      !kefu_private_files_remove (core->blobs_dir, NULL, &error))
    g_warning ("%s", error->message);
  g_clear_pointer (&core->blobs_dir, g_free);
}

/* --- for the others --- */

/* By the time of its last use an old file goes: that of its last reading is not kept on every disk. */
static void
note_use (KefuStoreCore *core, const char *path)
{
  gint64 now = kefu_clock_now (core->clock) / 1000;
  struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = (time_t) now } };
  GStatBuf info;

  if (g_lstat (path, &info) == 0 && ABS (now - (gint64) info.st_mtime) >= USE_STEP_S &&
      utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) != 0)
    g_debug ("%s: %s", path, g_strerror (errno));
}

static void
find_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  char *path = kefu_store_blobs_find (core, task_data);

  if (path != NULL)
    note_use (core, path);
  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_new_error (task, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("This file is not on this computer"));
}

void
kefu_store_find_blob_async (KefuStore *self,
                            const char *sha256,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail (sha256 != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_store_find_blob_async);
  g_task_set_task_data (task, g_strdup (sha256), g_free);
  kefu_worker_push (kefu_store_get_core (self)->reading, task, KEFU_WORKER_URGENT, find_job);
}

char *
kefu_store_find_blob_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GFile *
kefu_store_make_blob_place (KefuStore *self, const char *sha256, GError **error)
{
  KefuStoreCore *core;
  g_autofree char *path = NULL;

  g_return_val_if_fail (KEFU_IS_STORE (self), NULL);
  g_return_val_if_fail (kefu_attachment_is_sha256 (sha256), NULL);

  core = kefu_store_get_core (self);
  path = blobs_path (core, sha256);
  if (path == NULL)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY,
                           _ ("Nothing is kept on this computer, and there is no memory for files"));
      return NULL;
    }
  return make_folder (core->blobs_dir, error) ? g_file_new_for_path (path) : NULL;
}

GFile *
kefu_store_make_opened_place (KefuStore *self, const char *sha256, const char *name, GError **error)
{
  KefuStoreCore *core;
  g_autofree char *root = NULL;

  g_return_val_if_fail (KEFU_IS_STORE (self), NULL);
  g_return_val_if_fail (kefu_attachment_is_sha256 (sha256), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  core = kefu_store_get_core (self);
  if (core->flags & KEFU_STORE_KEEP_NOTHING)
    root = blobs_path (core, OPENED);
  else
    root = g_build_filename (core->dir, OPENED, NULL);
  if (root == NULL)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY,
                           _ ("Nothing is kept on this computer, and there is no memory for files"));
      return NULL;
    }
  return make_folder (root, error) ? g_file_new_build_filename (root, sha256, name, NULL) : NULL;
}
