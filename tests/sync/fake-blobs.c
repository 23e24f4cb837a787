/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files of the server in memory: they come and go piece by piece, except where a test tells them not to. */
#include "config.h"

#include "fake-blobs.h"

#include <glib/gstdio.h>

#define HELD_MS 10

typedef struct
{
  FakeBlobs *blobs;
  char *sha256;
  char *path;
  GBytes *bytes;
  gboolean is_put;
  gint64 done;
  gint64 of_call;
  KefuProgressFunc progress;
  gpointer progress_data;
} Transfer;

static void
transfer_free (gpointer data)
{
  Transfer *transfer = data;

  g_free (transfer->sha256);
  g_free (transfer->path);
  g_clear_pointer (&transfer->bytes, g_bytes_unref);
  g_free (transfer);
}

static char *
part_of (const Transfer *transfer)
{
  return g_strconcat (transfer->path, ".part", NULL);
}

static void
end (GTask *task, int code, const char *text)
{
  Transfer *transfer = g_task_get_task_data (task);

  transfer->blobs->n_running--;
  if (g_task_return_error_if_cancelled (task))
    return;
  if (code >= 0)
    g_task_return_new_error (task, KEFU_ERROR, code, "%s", text);
  else
    g_task_return_boolean (task, TRUE);
}

static void
take_piece (Transfer *transfer, gint64 n)
{
  FakeBlobs *self = transfer->blobs;
  const char *data = g_bytes_get_data (transfer->bytes, NULL);

  if (transfer->is_put)
    {
      gint64 *at = g_new (gint64, 1);

      *at = transfer->done + n;
      g_hash_table_replace (self->parts, g_strdup (transfer->sha256), at);
    }
  else
    {
      g_autofree char *part = part_of (transfer);
      FILE *file = g_fopen (part, "a");

      g_assert_nonnull (file);
      g_assert_cmpuint (fwrite (data + transfer->done, 1, (gsize) n, file), ==, n);
      g_assert_cmpint (fclose (file), ==, 0);
    }
  transfer->done += n;
  transfer->of_call += n;
  self->n_bytes += n;
}

static void
finish (GTask *task)
{
  Transfer *transfer = g_task_get_task_data (task);
  FakeBlobs *self = transfer->blobs;

  if (transfer->is_put)
    {
      g_hash_table_remove (self->parts, transfer->sha256);
      if (!self->forgets)
        g_hash_table_replace (self->files, g_strdup (transfer->sha256), g_bytes_ref (transfer->bytes));
    }
  else
    {
      g_autofree char *part = part_of (transfer);

      g_assert_cmpint (g_rename (part, transfer->path), ==, 0);
    }
  end (task, -1, NULL);
}

static gboolean
step_cb (gpointer user_data)
{
  GTask *task = user_data;
  Transfer *transfer = g_task_get_task_data (task);
  FakeBlobs *self = transfer->blobs;
  gint64 size = transfer->bytes != NULL ? (gint64) g_bytes_get_size (transfer->bytes) : 0;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      end (task, -1, NULL);
      return G_SOURCE_REMOVE;
    }
  if (self->held || (self->hold_at > 0 && self->n_bytes >= self->hold_at))
    {
      /* Looks again after a while, so that a test may wait until nothing is ready. */
      g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, HELD_MS, step_cb, g_object_ref (task), g_object_unref);
      return G_SOURCE_REMOVE;
    }
  if (self->n_fail > 0)
    {
      if (self->n_fail != G_MAXUINT)
        self->n_fail--;
      end (task, self->fail_code, "as the test wants it");
      return G_SOURCE_REMOVE;
    }
  if (transfer->bytes == NULL)
    {
      end (task, KEFU_ERROR_NOT_FOUND, "no such file");
      return G_SOURCE_REMOVE;
    }
  if (transfer->done >= size)
    {
      finish (task);
      return G_SOURCE_REMOVE;
    }
  take_piece (transfer, MIN (FAKE_BLOBS_PIECE, size - transfer->done));
  if (transfer->progress != NULL)
    transfer->progress (transfer->done, size, transfer->progress_data);
  if (self->break_at > 0 && transfer->of_call >= self->break_at)
    {
      self->break_at = 0;
      end (task, KEFU_ERROR_NETWORK, "The connection broke");
      return G_SOURCE_REMOVE;
    }
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, step_cb, g_object_ref (task), g_object_unref);
  return G_SOURCE_REMOVE;
}

static void
begin (Transfer *transfer, GTask *task)
{
  FakeBlobs *self = transfer->blobs;

  self->n_running++;
  self->max_running = MAX (self->max_running, self->n_running);
  g_task_set_task_data (task, transfer, transfer_free);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, step_cb, task, g_object_unref);
}

static Transfer *
transfer_new (FakeBlobs *self, const char *sha256, KefuProgressFunc progress, gpointer progress_data)
{
  Transfer *transfer = g_new0 (Transfer, 1);

  transfer->blobs = self;
  transfer->sha256 = g_strdup (sha256);
  transfer->progress = progress;
  transfer->progress_data = progress_data;
  return transfer;
}

void
fake_blobs_put (FakeBlobs *self,
                const char *sha256,
                GFile *file,
                gint64 size,
                KefuProgressFunc progress,
                gpointer progress_data,
                GTask *task)
{
  Transfer *transfer = transfer_new (self, sha256, progress, progress_data);
  const gint64 *at = g_hash_table_lookup (self->parts, sha256);
  g_autofree char *sum = NULL;

  self->n_puts++;
  g_ptr_array_add (self->order, g_strdup (sha256));
  transfer->is_put = TRUE;
  transfer->bytes = g_file_load_bytes (file, NULL, NULL, NULL);
  g_assert_nonnull (transfer->bytes);
  g_assert_cmpuint (g_bytes_get_size (transfer->bytes), ==, size);
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, transfer->bytes);
  g_assert_cmpstr (sum, ==, sha256);
  transfer->done = fake_blobs_has (self, sha256) ? size : at != NULL ? *at : 0;
  begin (transfer, task);
}

void
fake_blobs_fetch (FakeBlobs *self,
                  const char *sha256,
                  GFile *target,
                  KefuProgressFunc progress,
                  gpointer progress_data,
                  GTask *task)
{
  Transfer *transfer = transfer_new (self, sha256, progress, progress_data);
  GBytes *bytes = g_hash_table_lookup (self->files, sha256);
  g_autofree char *part = NULL;
  GStatBuf info;

  self->n_fetches++;
  transfer->path = g_file_get_path (target);
  transfer->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  part = part_of (transfer);
  if (g_stat (part, &info) == 0)
    transfer->done = info.st_size;
  begin (transfer, task);
}

char *
fake_blobs_add (FakeBlobs *self, const char *text)
{
  char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  g_hash_table_replace (self->files, g_strdup (sha256), g_bytes_new (text, strlen (text)));
  return sha256;
}

gboolean
fake_blobs_has (FakeBlobs *self, const char *sha256)
{
  return g_hash_table_contains (self->files, sha256);
}

FakeBlobs *
fake_blobs_new (void)
{
  FakeBlobs *self = g_new0 (FakeBlobs, 1);

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self->parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->order = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
fake_blobs_free (FakeBlobs *self)
{
  g_hash_table_unref (self->files);
  g_hash_table_unref (self->parts);
  g_ptr_array_unref (self->order);
  g_free (self);
}
