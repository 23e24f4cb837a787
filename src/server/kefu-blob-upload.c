/* SPDX-License-Identifier: GPL-3.0-or-later
 * A blob that is being received, and what is kept of it when its sender goes away. */
#define G_LOG_DOMAIN "kefu-server"
#include "config.h"

#include "kefu-blob-upload.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define READ_SIZE (128 * 1024)

struct _KefuBlobUpload
{
  KefuBlobStore *store;
  GChecksum *checksum;
  char *path; /* NULL once it has its name or is thrown away */
  int fd;
  gint64 size;
  char *sha256;
  gboolean continued; /* some of it came earlier */
  gboolean finished;
  const char *mime;
  guint8 head[KEFU_ATTACHMENT_SNIFF];
};

/* --- what is kept --- */

/* (transfer full): a sender may be called anything; its file is not. */
static char *
partial_path (KefuBlobStore *store, const char *sha256, const char *sender)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, sender, -1);
  g_autofree char *dir = kefu_blob_store_partial_dir (store);

  return g_strdup_printf ("%s/%s.%.16s", dir, sha256, hash);
}

typedef struct
{
  char *path;
  gint64 at; /* ms, last written */
} Kept;

static void
kept_clear (gpointer data)
{
  g_free (((Kept *) data)->path);
}

static int
compare_kept (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const Kept *) a)->at;
  gint64 y = ((const Kept *) b)->at;

  return x < y ? -1 : x > y;
}

static gint64
ms_of (const struct timespec *time)
{
  return (gint64) time->tv_sec * 1000 + time->tv_nsec / 1000000;
}

static gboolean
is_old (const struct stat *status)
{
  return g_get_real_time () / 1000 - ms_of (&status->st_mtim) > KEFU_BLOB_KEPT_MS;
}

/* (transfer full): oldest first; @suffix (nullable): only those whose name ends so. */
static GArray *
list_kept (const char *dir_path, const char *suffix)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Kept));
  g_autoptr (GDir) dir = g_dir_open (dir_path, 0, NULL);
  const char *name;

  g_array_set_clear_func (list, kept_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      Kept kept = { g_build_filename (dir_path, name, NULL), 0 };
      struct stat status;

      if ((suffix != NULL && !g_str_has_suffix (name, suffix)) || lstat (kept.path, &status) != 0)
        {
          g_free (kept.path);
          continue;
        }
      /* So old ones come first, and go first. */
      kept.at = is_old (&status) ? 0 : ms_of (&status.st_mtim);
      g_array_append_val (list, kept);
    }
  g_array_sort (list, compare_kept);
  return list;
}

static void
drop_oldest (const char *dir, const char *suffix, guint n_max)
{
  g_autoptr (GArray) list = list_kept (dir, suffix);

  for (guint i = 0; i < list->len; i++)
    {
      const Kept *kept = &g_array_index (list, Kept, i);

      if (kept->at == 0 || list->len - i > n_max)
        (void) g_unlink (kept->path);
    }
}

/* Makes room for one more of a sender. One that is being written is the newest, and stays. */
static void
make_room (KefuBlobStore *store, const char *path)
{
  g_autofree char *dir = kefu_blob_store_partial_dir (store);
  const char *suffix = strrchr (path, '.');

  drop_oldest (dir, suffix, KEFU_BLOB_KEPT_EACH - 1);
  drop_oldest (dir, NULL, KEFU_BLOB_KEPT_MAX - 1);
}

gint64
kefu_blob_upload_offset (KefuBlobStore *store, const char *sha256, const char *sender)
{
  g_autofree char *path = partial_path (store, sha256, sender);
  struct stat status;

  if (lstat (path, &status) != 0 || !S_ISREG (status.st_mode) || is_old (&status))
    return 0;
  return status.st_size;
}

/* --- one upload --- */

static void
take_in (KefuBlobUpload *self, const guint8 *data, gsize size)
{
  if (size > 0 && (gsize) self->size < sizeof self->head)
    memcpy (self->head + self->size, data, MIN (size, sizeof self->head - (gsize) self->size));
  g_checksum_update (self->checksum, data, (gssize) size);
  self->size += (gint64) size;
}

/* The hash of what is there, so that it can go on. */
static gboolean
read_kept (KefuBlobUpload *self, gint64 start, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  gssize n;

  while ((n = read (self->fd, buffer, READ_SIZE)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          kefu_blob_store_set_errno (error, self->path);
          return FALSE;
        }
      take_in (self, buffer, (gsize) n);
    }
  if (self->size == start)
    return TRUE;
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, "The upload stands at %" G_GINT64_FORMAT, self->size);
  return FALSE;
}

KefuBlobUpload *
kefu_blob_upload_new (KefuBlobStore *store, const char *sha256, const char *sender, gint64 start, GError **error)
{
  g_autoptr (KefuBlobUpload) self = g_new0 (KefuBlobUpload, 1);
  gint64 kept = kefu_blob_upload_offset (store, sha256, sender);

  self->fd = -1;
  self->store = kefu_blob_store_ref (store);
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  self->sha256 = g_strdup (sha256);
  if (start > 0 && start != kept)
    {
      g_set_error (error, KEFU_ERROR, KEFU_ERROR_CONFLICT, "The upload stands at %" G_GINT64_FORMAT, kept);
      return NULL;
    }
  self->path = partial_path (store, sha256, sender);
  if (kept == 0)
    make_room (store, self->path);
  self->fd = g_open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (start == 0 ? O_TRUNC : 0), 0600);
  if (self->fd < 0)
    {
      kefu_blob_store_set_errno (error, self->path);
      g_clear_pointer (&self->path, g_free);
      return NULL;
    }
  self->continued = start > 0;
  if (start > 0 && !read_kept (self, start, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
kefu_blob_upload_append (KefuBlobUpload *self, GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (self->size + (gint64) size > KEFU_ATTACHMENT_MAX)
    {
      g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, "A blob has at most 40 MiB");
      return FALSE;
    }
  while (size > 0)
    {
      gssize n = write (self->fd, data, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          kefu_blob_store_set_errno (error, self->path);
          return FALSE;
        }
      take_in (self, data, (gsize) n);
      data += n;
      size -= (gsize) n;
    }
  return TRUE;
}

gint64
kefu_blob_upload_get_size (KefuBlobUpload *self)
{
  return self->size;
}

static void
throw_away (KefuBlobUpload *self)
{
  (void) g_unlink (self->path);
  g_clear_pointer (&self->path, g_free);
}

gboolean
kefu_blob_upload_finish (KefuBlobUpload *self, GError **error)
{
  g_autofree char *target = NULL;

  if (!g_str_equal (g_checksum_get_string (self->checksum), self->sha256))
    {
      throw_away (self);
      g_set_error_literal (error, KEFU_ERROR, self->continued ? KEFU_ERROR_CONFLICT : KEFU_ERROR_INVALID,
                           "The content does not have the SHA-256 of the address");
      return FALSE;
    }
  target = kefu_blob_store_make_path (self->store, self->sha256, error);
  if (target == NULL)
    return FALSE;
  if (fsync (self->fd) != 0 || g_rename (self->path, target) != 0)
    {
      kefu_blob_store_set_errno (error, target);
      return FALSE;
    }
  g_clear_pointer (&self->path, g_free);
  if (!kefu_blob_store_sync_dir (target, error))
    return FALSE;
  self->mime = kefu_attachment_sniff (self->head, (gsize) MIN (self->size, (gint64) sizeof self->head));
  self->finished = TRUE;
  return TRUE;
}

gboolean
kefu_blob_upload_record (KefuBlobUpload *self, KefuWrite *write, GError **error)
{
  g_return_val_if_fail (self->finished, FALSE);

  return kefu_db_run (kefu_write_get_db (write), error,
                      "INSERT OR IGNORE INTO blob(sha256, size, mime, at) VALUES(?, ?, ?, ?)", "sisi", self->sha256,
                      self->size, self->mime, kefu_write_get_now (write));
}

void
kefu_blob_upload_free (KefuBlobUpload *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->store, kefu_blob_store_unref);
  g_checksum_free (self->checksum);
  g_free (self->path);
  g_free (self->sha256);
  g_free (self);
}

char *
kefu_blob_store_put (KefuBlobStore *self, KefuWrite *write, GBytes *bytes, GError **error)
{
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (KefuBlobUpload) upload = NULL;

  if (kefu_blob_store_lookup_file (self, kefu_write_get_db (write), sha256, NULL) >= 0)
    return g_steal_pointer (&sha256);
  /* The writer is a sender of its own, so that its files are never those of an upload on the other thread. */
  upload = kefu_blob_upload_new (self, sha256, "server", 0, error);
  if (upload == NULL || !kefu_blob_upload_append (upload, bytes, error) || !kefu_blob_upload_finish (upload, error) ||
      !kefu_blob_upload_record (upload, write, error))
    return NULL;
  return g_steal_pointer (&sha256);
}
