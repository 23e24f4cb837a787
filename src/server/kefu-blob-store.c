/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attachments as files named by their content. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-blob-store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gstdio.h>

struct _KefuBlobStore
{
  char *dir;
  GMutex lock;
  gint64 reserve; /* under the lock */
};

void
kefu_blob_store_set_errno (GError **error, const char *path)
{
  int saved = errno;
  KefuError code = saved == ENOSPC || saved == EDQUOT
                     ? KEFU_ERROR_DISK_FULL
                     : (saved == EROFS || saved == EACCES ? KEFU_ERROR_READ_ONLY : KEFU_ERROR_FAILED);

  g_set_error (error, KEFU_ERROR, code, "%s: %s", path, g_strerror (saved));
}

static gboolean
make_dir (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  kefu_blob_store_set_errno (error, path);
  return FALSE;
}

gboolean
kefu_blob_store_sync_dir (const char *path, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (path);
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;

  if (!done)
    kefu_blob_store_set_errno (error, dir);
  if (fd >= 0)
    close (fd);
  return done;
}

static void
store_clear (gpointer data)
{
  KefuBlobStore *self = data;

  g_mutex_clear (&self->lock);
  g_free (self->dir);
}

KefuBlobStore *
kefu_blob_store_open (const char *data_dir, GError **error)
{
  g_autoptr (KefuBlobStore) self = g_atomic_rc_box_new0 (KefuBlobStore);
  g_autofree char *partial = NULL;

  g_mutex_init (&self->lock);
  self->reserve = KEFU_BLOB_RESERVE;
  self->dir = g_build_filename (data_dir, "blobs", NULL);
  partial = kefu_blob_store_partial_dir (self);
  if (!make_dir (partial, error) || !kefu_blob_store_sync_dir (partial, error) ||
      !kefu_blob_store_sync_dir (self->dir, error))
    return NULL;
  return g_steal_pointer (&self);
}

KefuBlobStore *
kefu_blob_store_ref (KefuBlobStore *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
kefu_blob_store_unref (KefuBlobStore *self)
{
  g_atomic_rc_box_release_full (self, store_clear);
}

char *
kefu_blob_store_path (KefuBlobStore *self, const char *sha256)
{
  char prefix[3] = { 0 };

  g_return_val_if_fail (kefu_attachment_is_sha256 (sha256), NULL);

  memcpy (prefix, sha256, 2);
  return g_build_filename (self->dir, prefix, sha256, NULL);
}

char *
kefu_blob_store_make_path (KefuBlobStore *self, const char *sha256, GError **error)
{
  g_autofree char *path = kefu_blob_store_path (self, sha256);
  g_autofree char *dir = g_path_get_dirname (path);

  if (g_mkdir (dir, 0700) != 0)
    {
      if (errno == EEXIST)
        return g_steal_pointer (&path);
      kefu_blob_store_set_errno (error, dir);
      return NULL;
    }
  /* What is in a folder lasts no longer than the folder's own name. One whose name may be lost is not left to the next blob. */
  if (!kefu_blob_store_sync_dir (dir, error))
    {
      (void) g_rmdir (dir);
      return NULL;
    }
  return g_steal_pointer (&path);
}

char *
kefu_blob_store_partial_dir (KefuBlobStore *self)
{
  return g_build_filename (self->dir, "partial", NULL);
}

gint64
kefu_blob_store_lookup (KefuDb *db, const char *sha256, char **mime)
{
  g_autoptr (KefuStmt) stmt = kefu_db_query (db, NULL, "SELECT size, mime FROM blob WHERE sha256 = ?", "s", sha256);

  if (stmt == NULL || !kefu_stmt_step (stmt, NULL))
    return -1;
  if (mime != NULL)
    *mime = g_strdup (kefu_stmt_text (stmt, 1));
  return kefu_stmt_int (stmt, 0);
}

gint64
kefu_blob_store_lookup_file (KefuBlobStore *self, KefuDb *db, const char *sha256, char **mime)
{
  g_autofree char *path = kefu_blob_store_path (self, sha256);
  g_autofree char *found = NULL;
  gint64 size = kefu_blob_store_lookup (db, sha256, &found);
  struct stat status;

  if (size < 0)
    return -1;
  if (stat (path, &status) != 0 || status.st_size != size)
    {
      g_warning ("%s: the file of a blob is missing or cut; whoever has it may bring it again", path);
      return -1;
    }
  if (mime != NULL)
    *mime = g_steal_pointer (&found);
  return size;
}

void
kefu_blob_store_set_reserve (KefuBlobStore *self, gint64 bytes)
{
  g_mutex_lock (&self->lock);
  self->reserve = bytes;
  g_mutex_unlock (&self->lock);
}

gboolean
kefu_blob_store_check_space (KefuBlobStore *self, gint64 bytes, GError **error)
{
  struct statvfs status;
  gint64 reserve;
  gint64 left;

  g_mutex_lock (&self->lock);
  reserve = self->reserve;
  g_mutex_unlock (&self->lock);
  /* Where it cannot be asked the write itself will say it. */
  if (statvfs (self->dir, &status) != 0)
    return TRUE;
  left = (gint64) MIN ((guint64) status.f_bavail * status.f_frsize, (guint64) G_MAXINT64);
  if (left >= reserve && left - reserve >= bytes)
    return TRUE;
  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_DISK_FULL, "The server's disk is nearly full");
  return FALSE;
}
