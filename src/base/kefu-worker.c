/* SPDX-License-Identifier: GPL-3.0-or-later
 * One thread that does jobs, the most urgent first. */
#define G_LOG_DOMAIN "kefu-base"
#include "config.h"

#include "kefu-worker.h"

/* A database connection belongs to one thread at a time, and GLib's thread pools promise neither that nor an order.
 * This is the one thread with its sorted queue; a GTask carries each job and brings its answer home. */
struct _KefuWorker
{
  GObject parent_instance;

  GAsyncQueue *queue;
  GThread *thread;
  guint64 last_serial; /* these two under the lock of the queue */
  gboolean stopped;
};

typedef struct
{
  GTask *task; /* NULL ends the thread */
  KefuWorkerFunc func;
  int priority;
  guint64 serial;
} Job;

G_DEFINE_FINAL_TYPE (KefuWorker, kefu_worker, G_TYPE_OBJECT)

static int
job_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Job *left = a;
  const Job *right = b;

  if (left->priority != right->priority)
    return left->priority < right->priority ? -1 : 1;
  return left->serial < right->serial ? -1 : 1;
}

static gpointer
worker_main (gpointer data)
{
  GAsyncQueue *queue = data;

  for (;;)
    {
      Job *job = g_async_queue_pop (queue);
      gboolean end = job->task == NULL;

      if (!end && !g_task_return_error_if_cancelled (job->task))
        job->func (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task),
                   g_task_get_cancellable (job->task));
      g_clear_object (&job->task);
      g_free (job);
      if (end)
        break;
    }
  g_async_queue_unref (queue);
  return NULL;
}

/* @task NULL: the last of all. FALSE: that has been pushed already. */
static gboolean
push (KefuWorker *self, GTask *task, int priority, KefuWorkerFunc func)
{
  gboolean stopped;

  g_async_queue_lock (self->queue);
  stopped = self->stopped;
  if (!stopped)
    {
      Job *job = g_new0 (Job, 1);

      job->task = task != NULL ? g_object_ref (task) : NULL;
      job->func = func;
      job->priority = priority;
      job->serial = ++self->last_serial;
      self->stopped = task == NULL;
      g_async_queue_push_sorted_unlocked (self->queue, job, job_compare, NULL);
    }
  g_async_queue_unlock (self->queue);
  return !stopped;
}

static void
kefu_worker_dispose (GObject *object)
{
  kefu_worker_stop (KEFU_WORKER (object));

  G_OBJECT_CLASS (kefu_worker_parent_class)->dispose (object);
}

static void
kefu_worker_finalize (GObject *object)
{
  KefuWorker *self = KEFU_WORKER (object);

  g_async_queue_unref (self->queue);

  G_OBJECT_CLASS (kefu_worker_parent_class)->finalize (object);
}

static void
kefu_worker_class_init (KefuWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_worker_dispose;
  object_class->finalize = kefu_worker_finalize;
}

static void
kefu_worker_init (KefuWorker *self)
{
  self->queue = g_async_queue_new ();
}

KefuWorker *
kefu_worker_new (const char *name)
{
  KefuWorker *self = g_object_new (KEFU_TYPE_WORKER, NULL);

  self->thread = g_thread_new (name, worker_main, g_async_queue_ref (self->queue));
  return self;
}

void
kefu_worker_push (KefuWorker *self, GTask *task, int priority, KefuWorkerFunc func)
{
  g_return_if_fail (KEFU_IS_WORKER (self));
  g_return_if_fail (G_IS_TASK (task));

  if (!push (self, task, priority, func))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The worker has been stopped");
}

void
kefu_worker_stop (KefuWorker *self)
{
  g_return_if_fail (KEFU_IS_WORKER (self));

  /* Last of all: what is queued is done first. */
  if (!push (self, NULL, G_MAXINT, NULL))
    return;
  /* Cleared after the join only: jobs ask kefu_worker_is_here() until the last. */
  if (self->thread != NULL)
    g_thread_join (self->thread);
  self->thread = NULL;
}

gboolean
kefu_worker_is_here (KefuWorker *self)
{
  return g_thread_self () == self->thread;
}
