/* SPDX-License-Identifier: GPL-3.0-or-later
 * Files and folders that nobody else may read: made so, mended, locked, deleted. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include "kefu-private-files.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-error.h"

#define OTHERS (S_IRWXG | S_IRWXO)
#define LOCK_STEP_MS 50

void
kefu_private_files_begin (void)
{
  umask (OTHERS);
}

static void
mend (const char *path, mode_t now, mode_t wanted)
{
  if ((now & 07777) != wanted && g_chmod (path, (int) wanted) != 0 && errno != ENOENT)
    g_message ("Others may read %s, and that cannot be changed: %s", path, g_strerror (errno));
}

void
kefu_private_files_mend_file (const char *path)
{
  struct stat info;

  if (lstat (path, &info) == 0 && S_ISREG (info.st_mode))
    mend (path, info.st_mode, S_IRUSR | S_IWUSR);
}

/* (nullable): closed by fts_close(). */
static FTS *
walk (const char *dir)
{
  char *roots[] = { (char *) dir, NULL };

  return fts_open (roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
}

void
kefu_private_files_mend (const char *dir)
{
  FTS *fts = walk (dir);
  FTSENT *entry;

  while (fts != NULL && (entry = fts_read (fts)) != NULL)
    {
      /* a folder before it is entered: one that we may not read ourselves is opened by this */
      if (entry->fts_info == FTS_D)
        mend (entry->fts_path, entry->fts_statp->st_mode, S_IRWXU);
      else if (entry->fts_info == FTS_F || (entry->fts_info == FTS_DEFAULT && S_ISSOCK (entry->fts_statp->st_mode)))
        mend (entry->fts_path, entry->fts_statp->st_mode, S_IRUSR | S_IWUSR);
    }
  if (fts != NULL)
    fts_close (fts);
}

static gboolean
remove_one (const char *path, gboolean folder, GError **error)
{
  if ((folder ? g_rmdir (path) : g_unlink (path)) == 0 || errno == ENOENT)
    return TRUE;
  if (error == NULL || *error == NULL)
    g_set_error (error, KEFU_ERROR, KEFU_ERROR_READ_ONLY, _ ("“%s” cannot be deleted: %s"), path, g_strerror (errno));
  return FALSE;
}

gboolean
kefu_private_files_remove (const char *dir, const char *last, GError **error)
{
  g_autofree char *last_path = last != NULL ? g_build_filename (dir, last, NULL) : NULL;
  FTS *fts = walk (dir);
  FTSENT *entry;
  gboolean ok = TRUE;

  while (fts != NULL && (entry = fts_read (fts)) != NULL)
    {
      if (entry->fts_info == FTS_D || entry->fts_level == 0 || g_strcmp0 (entry->fts_path, last_path) == 0)
        continue;
      ok = remove_one (entry->fts_path, entry->fts_info == FTS_DP, ok ? error : NULL) && ok;
    }
  if (fts != NULL)
    fts_close (fts);
  return ok && (last_path == NULL || remove_one (last_path, FALSE, error)) && remove_one (dir, TRUE, error);
}

int
kefu_private_files_lock (const char *path, guint patience_ms, GError **error)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);

  if (fd < 0)
    {
      g_set_error (error, KEFU_ERROR, errno == ENOSPC ? KEFU_ERROR_DISK_FULL : KEFU_ERROR_READ_ONLY,
                   _ ("“%s” cannot be made: %s"), path, g_strerror (errno));
      return -1;
    }
  for (guint waited = 0; flock (fd, LOCK_EX | LOCK_NB) != 0; waited += LOCK_STEP_MS)
    {
      if (errno != EINTR && waited >= patience_ms)
        {
          g_set_error (error, KEFU_ERROR, KEFU_ERROR_BUSY, _ ("“%s” is in use by another program"), path);
          close (fd);
          return -1;
        }
      g_usleep (LOCK_STEP_MS * 1000);
    }
  return fd;
}
