/* SPDX-License-Identifier: GPL-3.0-or-later
 * Attachments as files named by their content. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-blob-store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

struct _KefuBlobStore
{
  char *dir;
};

/* The content goes to a file without a meaning, and only what has the promised hash gets a name. */
struct _KefuBlobUpload
{
  KefuBlobStore *store;
  GChecksum *checksum;
  char *path; /* of the temporary file, NULL once it has its name */
  int fd;
  guint64 size;
  char *sha256;
  const char *mime;
  guint8 head[KEFU_ATTACHMENT_SNIFF];
};

static void
set_errno_error (GError **error, const char *path)
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
  set_errno_error (error, path);
  return FALSE;
}

/* The name of a file is durable when its folder is. */
static void
sync_dir (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

static void
clear_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      (void) g_unlink (file);
    }
}

static void
store_clear (gpointer data)
{
  KefuBlobStore *self = data;

  g_free (self->dir);
}

KefuBlobStore *
kefu_blob_store_open (const char *data_dir, GError **error)
{
  g_autoptr (KefuBlobStore) self = g_atomic_rc_box_new0 (KefuBlobStore);
  g_autofree char *tmp = NULL;

  self->dir = g_build_filename (data_dir, "blobs", NULL);
  tmp = g_build_filename (self->dir, "tmp", NULL);
  if (!make_dir (tmp, error))
    return NULL;
  clear_dir (tmp);
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

char *
kefu_blob_store_put (KefuBlobStore *self, KefuWrite *write, GBytes *bytes, GError **error)
{
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (KefuBlobUpload) upload = NULL;

  if (kefu_blob_store_lookup (kefu_write_get_db (write), sha256, NULL) >= 0)
    return g_steal_pointer (&sha256);
  upload = kefu_blob_upload_new (self, error);
  if (upload == NULL || !kefu_blob_upload_append (upload, bytes, error) ||
      !kefu_blob_upload_finish (upload, sha256, error) || !kefu_blob_upload_record (upload, write, error))
    return NULL;
  return g_steal_pointer (&sha256);
}

KefuBlobUpload *
kefu_blob_upload_new (KefuBlobStore *store, GError **error)
{
  g_autoptr (KefuBlobUpload) self = g_new0 (KefuBlobUpload, 1);

  self->store = kefu_blob_store_ref (store);
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->path = g_build_filename (store->dir, "tmp", "XXXXXX", NULL);
  self->fd = g_mkstemp_full (self->path, O_RDWR | O_CLOEXEC, 0600);
  if (self->fd < 0)
    {
      set_errno_error (error, self->path);
      g_clear_pointer (&self->path, g_free);
      return NULL;
    }
  return g_steal_pointer (&self);
}

gboolean
kefu_blob_upload_append (KefuBlobUpload *self, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (self->size + size > KEFU_ATTACHMENT_MAX)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "A blob has at most 40 MiB");
      return FALSE;
    }
  if (size > 0 && self->size < sizeof self->head)
    memcpy (self->head + self->size, data, MIN (size, sizeof self->head - self->size));
  self->size += size;
  g_checksum_update (self->checksum, data, (gssize) size);
  while (size > 0)
    {
      gssize n = write (self->fd, data, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          set_errno_error (error, self->path);
          return FALSE;
        }
      data += n;
      size -= (gsize) n;
    }
  return TRUE;
}

gboolean
kefu_blob_upload_finish (KefuBlobUpload *self, const char *sha256, GError **error)
{
  g_autofree char *target = NULL;
  g_autofree char *dir = NULL;

  if (!g_str_equal (g_checksum_get_string (self->checksum), sha256))
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID,
                           "The content does not have the SHA-256 of the address");
      return FALSE;
    }
  target = kefu_blob_store_path (self->store, sha256);
  dir = g_path_get_dirname (target);
  if (!make_dir (dir, error))
    return FALSE;
  if (fsync (self->fd) != 0 || g_rename (self->path, target) != 0)
    {
      set_errno_error (error, target);
      return FALSE;
    }
  sync_dir (dir);
  g_clear_pointer (&self->path, g_free);
  self->sha256 = g_strdup (sha256);
  self->mime = kefu_attachment_sniff (self->head, MIN (self->size, sizeof self->head));
  return TRUE;
}

gboolean
kefu_blob_upload_record (KefuBlobUpload *self, KefuWrite *write, GError **error)
{
  g_return_val_if_fail (self->sha256 != NULL, FALSE);

  return kefu_db_run (kefu_write_get_db (write), error,
                      "INSERT OR IGNORE INTO blob(sha256, size, mime, at) VALUES(?, ?, ?, ?)", "sisi", self->sha256,
                      (gint64) self->size, self->mime, kefu_write_get_now (write));
}

void
kefu_blob_upload_free (KefuBlobUpload *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->path != NULL)
    (void) g_unlink (self->path);
  g_clear_pointer (&self->store, kefu_blob_store_unref);
  g_checksum_free (self->checksum);
  g_free (self->path);
  g_free (self->sha256);
  g_free (self);
}
