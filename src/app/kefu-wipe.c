/* SPDX-License-Identifier: GPL-3.0-or-later
 * Deleting what a workspace has stored here, to the end. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-wipe.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "kefu-private-files.h"

#define NOTE "wipe"
#define ALL "all\n"
#define FETCHED "fetched\n"
/* The demo shop's server ends in its own time. */
#define PATIENCE_MS 15000

typedef struct
{
  char *path;
  const char *text;
} Note;

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->path);
  g_free (note);
}

/* A busy disk takes its time until it has it for good. */
static void
note_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Note *note = task_data;
  GError *error = NULL;

  if (g_file_set_contents_full (note->path, note->text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
kefu_wipe_begin_async (const char *dir,
                       gboolean all,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Note *note = g_new (Note, 1);

  note->path = g_build_filename (dir, NOTE, NULL);
  note->text = all ? ALL : FETCHED;
  g_task_set_source_tag (task, kefu_wipe_begin_async);
  g_task_set_task_data (task, note, note_free);
  g_task_run_in_thread (task, note_thread);
}

gboolean
kefu_wipe_begin_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
kefu_wipe_is_noted (const char *dir)
{
  g_autofree char *note = g_build_filename (dir, NOTE, NULL);

  return g_file_test (note, G_FILE_TEST_IS_REGULAR);
}

GStrv
kefu_wipe_find (const char *parent)
{
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);

      if (kefu_wipe_is_noted (path))
        g_strv_builder_add (found, path);
    }
  return g_strv_builder_end (found);
}

gboolean
kefu_wipe_is_all (const char *dir)
{
  g_autofree char *note = g_build_filename (dir, NOTE, NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (note, &text, NULL, NULL) && !g_str_equal (text, FETCHED);
}

/* --- on a thread --- */

static gboolean
forget_fetched (const char *dir, GError **error)
{
  static const char *const names[] = { "blobs", "opened", "cache.db", "cache.db-wal", "cache.db-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (dir, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          if (!kefu_private_files_remove (path, NULL, error))
            return FALSE;
        }
      else if (g_unlink (path) != 0 && errno != ENOENT)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
wipe (const char *dir, GError **error)
{
  /* the store's, and the one of a server that has its data here */
  static const char *const locks[] = { "lock", "kefu.lock" };
  g_autofree char *note = g_build_filename (dir, NOTE, NULL);
  int fds[G_N_ELEMENTS (locks)] = { -1, -1 };
  gboolean all = kefu_wipe_is_all (dir);
  gboolean ok = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (locks) && ok; i++)
    {
      g_autofree char *path = g_build_filename (dir, locks[i], NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      fds[i] = kefu_private_files_lock (path, PATIENCE_MS, error);
      ok = fds[i] >= 0;
    }
  if (ok)
    ok = all ? kefu_private_files_remove (dir, NOTE, error) : forget_fetched (dir, error);
  if (ok && !all)
    g_unlink (note);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    if (fds[i] >= 0)
      close (fds[i]);
  return ok;
}

static void
wipe_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GStrv dirs = task_data;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; dirs[i] != NULL; i++)
    wipe (dirs[i], error == NULL ? &error : NULL);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
kefu_wipe_finish_async (const char *const *dirs,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, kefu_wipe_finish_async);
  g_task_set_task_data (task, g_strdupv ((GStrv) dirs), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, wipe_thread);
}

gboolean
kefu_wipe_finish_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
