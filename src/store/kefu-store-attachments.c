/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files that an agent attaches: copied into the store before anything shows them. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-attachment.h"
#include "kefu-store-private.h"

#define CHUNK (256 * 1024)
/* What the disk must have free beside the file itself. */
#define RESERVE (16 * 1024 * 1024)
#define PART_NAME "copy-XXXXXX"

typedef struct
{
  GFile *file;   /* (nullable) */
  GBytes *bytes; /* (nullable) */
  char *name;    /* clean */
} Source;

static void
source_free (gpointer data)
{
  Source *source = data;

  g_clear_object (&source->file);
  g_clear_pointer (&source->bytes, g_bytes_unref);
  g_free (source->name);
  g_free (source);
}

/* One copy, on the thread that copies. */
typedef struct
{
  const Source *source;
  GInputStream *in;
  gint64 expected;  /* size before the copy, -1: not known */
  struct stat stat; /* of the file if it is local, before the copy */
  int in_fd;        /* -1: not local; owned by @in */
  char *folder;
  char *part;
  int out;
  GChecksum *checksum;
  guint8 head[KEFU_ATTACHMENT_SNIFF];
  gsize n_head;
  gint64 size;
} Copy;

static void
copy_clear (Copy *copy)
{
  g_clear_object (&copy->in);
  if (copy->out >= 0)
    close (copy->out);
  if (copy->part != NULL)
    g_unlink (copy->part);
  g_clear_pointer (&copy->checksum, g_checksum_free);
  g_free (copy->folder);
  g_free (copy->part);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copy, copy_clear)

/* --- what is refused --- */

/* @message: (transfer full) */
static gboolean
refuse (GError **error, char *message)
{
  g_autofree char *owned = message;

  g_set_error_literal (error, KEFU_ERROR, KEFU_ERROR_INVALID, owned);
  return FALSE;
}

static gboolean
refuse_folder (const Copy *copy, GError **error)
{
  return refuse (error, g_strdup_printf (_ ("“%s” is a folder. Only files can be sent"), copy->source->name));
}

static gboolean
refuse_device (const Copy *copy, GError **error)
{
  return refuse (error, g_strdup_printf (_ ("“%s” is not a file that can be sent"), copy->source->name));
}

static gboolean
refuse_empty (const Copy *copy, GError **error)
{
  return refuse (error, g_strdup_printf (_ ("“%s” is empty"), copy->source->name));
}

static gboolean
too_large (const Copy *copy, GError **error)
{
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_INVALID, _ ("“%s” is larger than %d MB"), copy->source->name,
               KEFU_ATTACHMENT_MAX / (1024 * 1024));
  return FALSE;
}

static gboolean
changed_meanwhile (const Copy *copy, GError **error)
{
  return refuse (error, g_strdup_printf (_ ("“%s” changed while it was read. Please try again"), copy->source->name));
}

static gboolean
unreadable (const Copy *copy, const char *why, GError **error)
{
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_NOT_FOUND, _ ("“%s” cannot be read: %s"), copy->source->name, why);
  return FALSE;
}

static gboolean
no_room (const Copy *copy, GError **error)
{
  g_set_error (error, KEFU_ERROR, KEFU_ERROR_DISK_FULL, _ ("There is not enough room on the disk for “%s”"),
               copy->source->name);
  return FALSE;
}

static gboolean
unwritable (const Copy *copy, int code, GError **error)
{
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    return no_room (copy, error);
  g_set_error (error, KEFU_ERROR,
               code == EROFS || code == EACCES || code == EPERM ? KEFU_ERROR_READ_ONLY : KEFU_ERROR_FAILED,
               _ ("“%s” cannot be kept on this computer: %s"), copy->source->name, g_strerror (code));
  return FALSE;
}

/* What a read says: cancelled stays cancelled. */
static gboolean
read_failed (const Copy *copy, GError *cause, GError **error)
{
  g_autoptr (GError) owned = cause;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return FALSE;
    }
  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    return refuse_folder (copy, error);
  return unreadable (copy, owned->message, error);
}

/* --- where it comes from --- */

/* O_NONBLOCK: whoever drops a named pipe does not want to wait for its other end. */
static gboolean
open_local (Copy *copy, const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0);

  if (fd < 0)
    return unreadable (copy, g_strerror (errno), error);
  copy->in = g_unix_input_stream_new (fd, TRUE);
  copy->in_fd = fd;
  if (fstat (fd, &copy->stat) != 0)
    return unreadable (copy, g_strerror (errno), error);
  if (S_ISDIR (copy->stat.st_mode))
    return refuse_folder (copy, error);
  if (!S_ISREG (copy->stat.st_mode))
    return refuse_device (copy, error);
  copy->expected = copy->stat.st_size;
  return TRUE;
}

static gboolean
open_remote (Copy *copy, GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                       cancellable, &local);

  if (info == NULL)
    return read_failed (copy, g_steal_pointer (&local), error);
  if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    return refuse_folder (copy, error);
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    return refuse_device (copy, error);
  if (g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_STANDARD_SIZE))
    copy->expected = g_file_info_get_size (info);
  copy->in = G_INPUT_STREAM (g_file_read (file, cancellable, &local));
  return copy->in != NULL || read_failed (copy, g_steal_pointer (&local), error);
}

static gboolean
open_source (Copy *copy, GCancellable *cancellable, GError **error)
{
  const Source *source = copy->source;

  if (source->bytes != NULL)
    {
      copy->in = g_memory_input_stream_new_from_bytes (source->bytes);
      copy->expected = (gint64) g_bytes_get_size (source->bytes);
    }
  else if (g_file_peek_path (source->file) != NULL)
    {
      if (!open_local (copy, g_file_peek_path (source->file), error))
        return FALSE;
    }
  else if (!open_remote (copy, source->file, cancellable, error))
    {
      return FALSE;
    }
  if (copy->expected == 0)
    return refuse_empty (copy, error);
  return copy->expected <= KEFU_ATTACHMENT_MAX || too_large (copy, error);
}

/* --- where it goes --- */

static gboolean
open_target (Copy *copy, KefuStoreCore *core, GError **error)
{
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GFileInfo) info = NULL;

  copy->folder = kefu_store_blobs_outgoing_dir (core, error);
  if (copy->folder == NULL)
    return FALSE;
  folder = g_file_new_for_path (copy->folder);
  info = g_file_query_filesystem_info (folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  if (info != NULL && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE) &&
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE) <
        (guint64) MAX (copy->expected, 0) + RESERVE)
    return no_room (copy, error);
  copy->part = g_build_filename (copy->folder, PART_NAME, NULL);
  copy->out = g_mkstemp_full (copy->part, O_WRONLY | O_CLOEXEC, 0600);
  if (copy->out < 0)
    {
      int code = errno;

      g_clear_pointer (&copy->part, g_free);
      return unwritable (copy, code, error);
    }
  return TRUE;
}

static gboolean
write_all (Copy *copy, const guint8 *data, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize n = write (copy->out, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return unwritable (copy, errno, error);
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
copy_bytes (Copy *copy, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK);

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      gssize n = -1;

      /* Not every stream looks. */
      if (!g_cancellable_set_error_if_cancelled (cancellable, &local))
        n = g_input_stream_read (copy->in, chunk, CHUNK, cancellable, &local);
      if (n < 0)
        return read_failed (copy, g_steal_pointer (&local), error);
      if (n == 0)
        return TRUE;
      copy->size += n;
      if (copy->size > KEFU_ATTACHMENT_MAX)
        return too_large (copy, error);
      if (copy->n_head < sizeof copy->head)
        {
          gsize more = MIN ((gsize) n, sizeof copy->head - copy->n_head);

          memcpy (copy->head + copy->n_head, chunk, more);
          copy->n_head += more;
        }
      g_checksum_update (copy->checksum, chunk, n);
      if (!write_all (copy, chunk, (gsize) n, error))
        return FALSE;
    }
}

/* Half an old file and half a new one would be sent as if it were whole. */
static gboolean
check_unchanged (Copy *copy, GError **error)
{
  struct stat now;

  if (copy->size == 0)
    return refuse_empty (copy, error);
  if (copy->expected >= 0 && copy->size != copy->expected)
    return changed_meanwhile (copy, error);
  if (copy->in_fd >= 0 &&
      (fstat (copy->in_fd, &now) != 0 || now.st_size != copy->stat.st_size ||
       now.st_mtim.tv_sec != copy->stat.st_mtim.tv_sec || now.st_mtim.tv_nsec != copy->stat.st_mtim.tv_nsec))
    return changed_meanwhile (copy, error);
  return TRUE;
}

static gboolean
sync_folder (const char *path)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean ok = fd >= 0 && fsync (fd) == 0;
  int code = errno;

  if (fd >= 0)
    close (fd);
  errno = code;
  return ok;
}

/* --- what it is --- */

/* A photo that was taken upright lies on its side in the file. */
static gboolean
lies_on_its_side (const char *path)
{
  g_autoptr (GdkPixbuf) small = gdk_pixbuf_new_from_file_at_scale (path, 16, 16, TRUE, NULL);
  const char *orientation = small != NULL ? gdk_pixbuf_get_option (small, "orientation") : NULL;

  return orientation != NULL && *orientation >= '5' && *orientation <= '8';
}

static void
measure (KefuAttachment *attachment, const char *path)
{
  int width = 0, height = 0;

  if (!kefu_attachment_is_picture (attachment->mime) || gdk_pixbuf_get_file_info (path, &width, &height) == NULL ||
      width <= 0 || height <= 0)
    return;
  if (g_str_equal (attachment->mime, "image/jpeg") && lies_on_its_side (path))
    {
      int swap = width;

      width = height;
      height = swap;
    }
  attachment->width = width;
  attachment->height = height;
}

static KefuAttachment *
describe (Copy *copy)
{
  KefuAttachment *attachment = kefu_attachment_new ();

  attachment->sha256 = g_strdup (g_checksum_get_string (copy->checksum));
  attachment->mime = g_strdup (kefu_attachment_sniff (copy->head, copy->n_head));
  attachment->name = g_strdup (copy->source->name);
  attachment->size = copy->size;
  measure (attachment, copy->part);
  return attachment;
}

/* --- the job --- */

/* Durable before it is there: the content, then its name. */
static gboolean
put_in_place (Copy *copy, KefuStoreCore *core, const char *sha256, GError **error)
{
  g_autofree char *path = kefu_store_blobs_outgoing_path (core, sha256);

  if (fsync (copy->out) != 0)
    return unwritable (copy, errno, error);
  kefu_store_blobs_hold (core, sha256);
  if (g_rename (copy->part, path) != 0)
    return unwritable (copy, errno, error);
  g_clear_pointer (&copy->part, g_free);
  return sync_folder (copy->folder) || unwritable (copy, errno, error);
}

static KefuAttachment *
copy_in (KefuStoreCore *core, const Source *source, GCancellable *cancellable, GError **error)
{
  g_auto (Copy) copy = { .source = source, .expected = -1, .in_fd = -1, .out = -1 };
  g_autoptr (KefuAttachment) attachment = NULL;

  copy.checksum = g_checksum_new (G_CHECKSUM_SHA256);
  if (!open_source (&copy, cancellable, error) || !open_target (&copy, core, error) ||
      !copy_bytes (&copy, cancellable, error) || !check_unchanged (&copy, error))
    return NULL;
  attachment = describe (&copy);
  return put_in_place (&copy, core, attachment->sha256, error) ? g_steal_pointer (&attachment) : NULL;
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

static void
attach_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStoreCore *core = kefu_store_get_core (source);
  g_autoptr (GCancellable) inner = g_cancellable_new ();
  g_autoptr (KefuAttachment) attachment = NULL;
  g_autoptr (GError) error = NULL;
  gulong closing =
    g_cancellable_connect (core->closing, G_CALLBACK (cancelled_cb), g_object_ref (inner), g_object_unref);
  gulong cancelled = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                                                  g_object_ref (inner), g_object_unref)
                                         : 0;

  attachment = copy_in (core, task_data, inner, &error);
  g_cancellable_disconnect (core->closing, closing);
  if (cancelled != 0)
    g_cancellable_disconnect (cancellable, cancelled);
  if (attachment != NULL)
    g_task_return_pointer (task, g_steal_pointer (&attachment), (GDestroyNotify) kefu_attachment_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
kefu_store_attach_async (KefuStore *self,
                         GFile *file,
                         GBytes *bytes,
                         const char *name,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autofree char *basename = NULL;
  g_autoptr (GTask) task = NULL;
  Source *source;

  g_return_if_fail (KEFU_IS_STORE (self));
  g_return_if_fail ((file != NULL) != (bytes != NULL));

  if (name == NULL && file != NULL)
    basename = g_file_get_basename (file);
  source = g_new0 (Source, 1);
  g_set_object (&source->file, file);
  source->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  source->name = kefu_attachment_clean_name (name != NULL ? name : basename);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kefu_store_attach_async);
  g_task_set_task_data (task, source, source_free);
  kefu_worker_push (kefu_store_get_core (self)->copying, task, KEFU_WORKER_NORMAL, attach_job);
}

KefuAttachment *
kefu_store_attach_finish (KefuStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
