/* SPDX-License-Identifier: GPL-3.0-or-later
 * The storage of the last sign-in, opened while GTK comes up. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-early-store.h"

/* What is opened in its place. */
typedef struct
{
  char *dir;
  KefuClock *clock;
  char *agent_id;
  KefuStoreFlags flags;
  GTask *task;
} Other;

struct _KefuEarlyStore
{
  char *dir;
  char *agent_id;
  KefuStoreFlags flags;

  gboolean done;
  gboolean dropped; /* before it was done: the answer frees it */
  KefuStore *store; /* or @error, when done */
  GError *error;
  GTask *taker; /* who waits until it is done */
  Other *other; /* (nullable): what waits until it is closed again, since it may have the same folder */
};

static void
free_now (KefuEarlyStore *self)
{
  if (self->store != NULL)
    kefu_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_error (&self->error);
  g_clear_object (&self->taker);
  g_free (self->dir);
  g_free (self->agent_id);
  g_free (self);
}

static void
answer (GTask *task, KefuStore *store, GError *error)
{
  if (store != NULL)
    g_task_return_pointer (task, store, g_object_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  KefuStore *store = kefu_store_open_finish (result, &error);

  answer (user_data, store, error);
}

/* @other: (transfer full). */
static void
open_other (Other *other)
{
  kefu_store_open_async (other->dir, other->clock, other->agent_id, other->flags, g_task_get_cancellable (other->task),
                         opened_cb, other->task);
  g_free (other->dir);
  g_object_unref (other->clock);
  g_free (other->agent_id);
  g_free (other);
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuEarlyStore *self = user_data;

  self->store = kefu_store_open_finish (result, &self->error);
  self->done = TRUE;
  if (self->taker != NULL)
    answer (g_steal_pointer (&self->taker), g_steal_pointer (&self->store), g_steal_pointer (&self->error));
  if (self->dropped)
    {
      Other *other = g_steal_pointer (&self->other);

      free_now (self);
      if (other != NULL)
        open_other (other);
    }
}

KefuEarlyStore *
kefu_early_store_begin (const char *dir, KefuClock *clock, const char *agent_id, KefuStoreFlags flags)
{
  KefuEarlyStore *self = g_new0 (KefuEarlyStore, 1);

  self->dir = g_strdup (dir);
  self->agent_id = g_strdup (agent_id);
  self->flags = flags;
  kefu_store_open_async (dir, clock, agent_id, flags, NULL, begun_cb, self);
  return self;
}

void
kefu_early_store_free (KefuEarlyStore *self)
{
  g_return_if_fail (self != NULL);

  self->dropped = TRUE;
  if (self->done)
    free_now (self);
}

void
kefu_early_store_take_async (KefuEarlyStore *self,
                             const char *dir,
                             KefuClock *clock,
                             const char *agent_id,
                             KefuStoreFlags flags,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, kefu_early_store_take_async);
  if (self == NULL || !g_str_equal (self->dir, dir) || !g_str_equal (self->agent_id, agent_id) || self->flags != flags)
    {
      Other *other = g_new0 (Other, 1);

      other->dir = g_strdup (dir);
      other->clock = g_object_ref (clock);
      other->agent_id = g_strdup (agent_id);
      other->flags = flags;
      other->task = task;
      if (self != NULL && !self->done)
        {
          self->other = other;
          self->dropped = TRUE;
          return;
        }
      g_clear_pointer (&self, kefu_early_store_free);
      open_other (other);
    }
  else if (self->done)
    {
      answer (task, g_steal_pointer (&self->store), g_steal_pointer (&self->error));
      free_now (self);
    }
  else
    {
      self->taker = task;
      self->dropped = TRUE;
    }
}

KefuStore *
kefu_early_store_take_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, kefu_early_store_take_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
