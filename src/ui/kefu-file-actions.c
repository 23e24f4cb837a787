/* SPDX-License-Identifier: GPL-3.0-or-later
 * What can be done with the file of a message: open, save, copy. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-file-actions.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "kefu-attachment-text.h"
#include "kefu-file-dialogs.h"
#include "kefu-toast.h"
#include "kefu-transfers.h"

/* --- what is asked for --- */

typedef struct
{
  GWeakRef from;
  KefuSession *session;
  KefuAttachment *attachment;
  GFile *source;
  GFile *target;
} Job;

static Job *
job_new (GtkWidget *from, KefuSession *session, KefuAttachment *attachment)
{
  Job *job = g_new0 (Job, 1);

  g_weak_ref_init (&job->from, from);
  job->session = g_object_ref (session);
  job->attachment = kefu_attachment_ref (attachment);
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_weak_ref_clear (&job->from);
  g_object_unref (job->session);
  kefu_attachment_unref (job->attachment);
  g_clear_object (&job->source);
  g_clear_object (&job->target);
  g_free (job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

typedef enum
{
  SAVING,
  OPENING,
  COPYING,
} Act;

static void
fail (Job *job, Act act, const GError *error)
{
  g_autofree char *name = kefu_attachment_save_name (job->attachment);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* TRANSLATORS: in these three: a file, why */
  if (act == SAVING)
    text = g_strdup_printf (_ ("“%s” was not saved: %s"), name, error->message);
  else if (act == OPENING)
    text = g_strdup_printf (_ ("“%s” cannot be opened: %s"), name, error->message);
  else
    text = g_strdup_printf (_ ("“%s” was not copied: %s"), name, error->message);
  kefu_session_fail (job->session, text);
}

/* On a thread. Beside the target, then into its place: whoever looks there finds the whole file, or the one of before. */
static gboolean
copy_whole (GFile *source, GFile *target, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) folder = g_file_get_parent (target);
  g_autofree char *name = g_strdup_printf (".kefu-%08x.part", g_random_int ());
  g_autoptr (GFile) part = folder ? g_file_get_child (folder, name) : NULL;

  if (part == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, _ ("This is no place for a file"));
      return FALSE;
    }
  if (g_file_copy (source, part, G_FILE_COPY_TARGET_DEFAULT_PERMS, cancellable, NULL, NULL, error) &&
      g_file_move (part, target, G_FILE_COPY_OVERWRITE, cancellable, NULL, NULL, error))
    return TRUE;
  g_file_delete (part, NULL, NULL);
  return FALSE;
}

/* What a thread gets of a job: it may be the last to let go of its task, and a session must not end there. */
typedef struct
{
  GFile *source;
  GFile *target;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_object_unref (copy->source);
  g_object_unref (copy->target);
  g_free (copy);
}

/* @callback gets @job (transfer full). */
static void
run (Job *job, GTaskThreadFunc func, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, job);
  Copy *copy = g_new0 (Copy, 1);

  copy->source = g_object_ref (job->source);
  copy->target = g_object_ref (job->target);
  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, copy, copy_free);
  g_task_run_in_thread (task, func);
}

/* --- saving --- */

static void
save_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Copy *copy = task_data;
  GError *error = NULL;

  if (copy_whole (copy->source, copy->target, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_autoptr (GtkWidget) from = g_weak_ref_get (&job->from);
      g_autofree char *base = g_file_get_basename (job->target);
      g_autofree char *name = g_filename_display_name (base);
      g_autofree char *text = g_strdup_printf (_ ("Saved as “%s”"), name);

      if (from)
        kefu_toast_show (from, text);
    }
  else
    {
      fail (job, SAVING, error);
    }
}

static void
fetched_to_save_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;

  job->source = kefu_transfers_fetch_finish (KEFU_TRANSFERS (object), result, &error);
  if (job->source == NULL)
    {
      fail (job, SAVING, error);
      return;
    }
  run (g_steal_pointer (&job), save_thread, saved_cb);
}

void
kefu_file_actions_save (GtkWidget *from, KefuSession *session, KefuAttachment *attachment, GFile *target)
{
  Job *job;

  g_return_if_fail (KEFU_IS_SESSION (session));
  g_return_if_fail (attachment && G_IS_FILE (target));

  job = job_new (from, session, attachment);
  job->target = g_object_ref (target);
  kefu_transfers_fetch_async (kefu_session_get_transfers (session), attachment->sha256, NULL, fetched_to_save_cb, job);
}

static void
chosen_cb (GSList *files, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GtkWidget) from = g_weak_ref_get (&job->from);

  /* Not for somebody who has left meanwhile. */
  if (from)
    kefu_file_actions_save (from, job->session, job->attachment, files->data);
}

void
kefu_file_actions_save_as (GtkWidget *from, KefuSession *session, KefuAttachment *attachment)
{
  g_autofree char *name = NULL;

  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (attachment);

  name = kefu_attachment_save_name (attachment);
  kefu_file_dialogs_save (from, name, chosen_cb, job_new (from, session, attachment), job_free);
}

/* --- opening --- */

static void
copy_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Copy *copy = task_data;
  g_autoptr (GFile) folder = g_file_get_parent (copy->target);
  GError *error = NULL;

  g_mkdir (g_file_peek_path (folder), 0700);
  if (!g_file_query_exists (copy->target, NULL) && !copy_whole (copy->source, copy->target, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* Read only: what is changed in it would not be sent back. */
  g_chmod (g_file_peek_path (copy->target), 0400);
  g_task_return_boolean (task, TRUE);
}

static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (object), result, &error))
    fail (job, OPENING, error);
}

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GtkWidget) from = g_weak_ref_get (&job->from);
  GtkRoot *root = from ? gtk_widget_get_root (from) : NULL;
  g_autofree char *uri = g_file_get_uri (job->target);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail (job, OPENING, error);
  else if (GTK_IS_WINDOW (root))
    gtk_show_uri_full (GTK_WINDOW (root), uri, GDK_CURRENT_TIME, NULL, shown_cb,
                       job_new (from, job->session, job->attachment));
}

static void
fetched_to_open_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = kefu_attachment_open_name (job->attachment);

  job->source = kefu_transfers_fetch_finish (KEFU_TRANSFERS (object), result, &error);
  if (job->source)
    job->target =
      kefu_store_make_opened_place (kefu_session_get_store (job->session), job->attachment->sha256, name, &error);
  if (job->target == NULL)
    {
      fail (job, OPENING, error);
      return;
    }
  run (g_steal_pointer (&job), copy_thread, copied_cb);
}

void
kefu_file_actions_open (GtkWidget *from, KefuSession *session, KefuAttachment *attachment)
{
  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (attachment);

  if (!kefu_attachment_may_open (attachment))
    kefu_file_actions_save_as (from, session, attachment);
  else
    kefu_transfers_fetch_async (kefu_session_get_transfers (session), attachment->sha256, NULL, fetched_to_open_cb,
                                job_new (from, session, attachment));
}

/* --- copying --- */

static void
texture_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GtkWidget) from = g_weak_ref_get (&job->from);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = kefu_blob_cache_load_finish (KEFU_BLOB_CACHE (object), result, &error);

  if (texture == NULL)
    {
      fail (job, COPYING, error);
      return;
    }
  /* Behind the lock nothing goes on the clipboard. */
  if (from == NULL || !gtk_widget_get_mapped (from))
    return;
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (from), texture);
  kefu_toast_show (from, _ ("The picture is on the clipboard"));
}

void
kefu_file_actions_copy_picture (GtkWidget *from, KefuSession *session, KefuBlobCache *blobs, KefuAttachment *attachment)
{
  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (attachment);

  kefu_blob_cache_load_async (blobs, attachment->sha256, 0, 0, NULL, texture_cb, job_new (from, session, attachment));
}
