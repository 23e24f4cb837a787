/* SPDX-License-Identifier: GPL-3.0-or-later
 * The desk's storage: cache.db and desk.db behind worker threads. */
#define G_LOG_DOMAIN "kefu-store"
#include "config.h"

#include "kefu-store.h"

#include "kefu-store-private.h"

/* The face on the main thread. What the jobs need is in the core: it may have to outlive the object, if the last reference is
 * dropped by a job, since no thread can join itself. */
struct _KefuStore
{
  GObject parent_instance;

  KefuStoreCore *core;
  gboolean closed;
  KefuOutboxCount count; /* as last notified */
};

/* So many sets may come at any pace; then it is a storm, and two frames go by between one and the next: what comes faster than it can be painted is one
 * set. */
#define STORM_SETS 16
#define STORM_PAUSE_US 32000

enum
{
  PROP_0,
  PROP_N_PENDING,
  PROP_N_REJECTED,
  PROP_OLDEST_PENDING_AT,
  PROP_AGENT_ID,
  N_PROPS
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_FAILURE,
  SIGNAL_DAMAGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuStore, kefu_store, G_TYPE_OBJECT)

KefuStoreRequest *
kefu_store_request_new (void)
{
  return g_new0 (KefuStoreRequest, 1);
}

void
kefu_store_request_free (gpointer data)
{
  KefuStoreRequest *request = data;

  g_free (request->id);
  g_free (request->other);
  g_free (request->text);
  g_strfreev (request->ids);
  g_clear_pointer (&request->acts, g_ptr_array_unref);
  g_clear_pointer (&request->bytes, g_bytes_unref);
  g_clear_pointer (&request->inbox, kefu_inbox_query_free);
  g_clear_pointer (&request->search, kefu_search_query_unref);
  g_free (request);
}

static KefuStoreCore *
core_new (const char *dir, KefuClock *clock, const char *agent_id, KefuStoreFlags flags)
{
  KefuStoreCore *core = g_new0 (KefuStoreCore, 1);

  core->dir = g_strdup (dir);
  core->agent_id = g_strdup (agent_id);
  core->flags = flags;
  core->lock_fd = -1;
  core->clock = g_object_ref (clock);
  core->context = g_main_context_ref_thread_default ();
  core->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  core->outgoing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  core->closing = g_cancellable_new ();
  g_mutex_init (&core->files_lock);
  g_mutex_init (&core->reader_lock);
  g_mutex_init (&core->searcher_lock);
  g_mutex_init (&core->yield_lock);
  g_mutex_init (&core->lock);
  core->writer = kefu_worker_new ("kefu-write");
  core->reading = kefu_worker_new ("kefu-read");
  core->searching = kefu_worker_new ("kefu-search");
  core->copying = kefu_worker_new ("kefu-copy");
  return core;
}

/* Does what is queued, then closes the files. */
static void
core_stop (KefuStoreCore *core)
{
  /* A copy is not waited for: nobody has been told that it is safe. */
  g_cancellable_cancel (core->closing);
  kefu_worker_stop (core->copying);
  kefu_worker_stop (core->writer);
  kefu_worker_stop (core->reading);
  kefu_store_search_reader_cancel_rest (core);
  kefu_worker_stop (core->searching);
  kefu_store_drafts_save_rest (core);
  kefu_store_blobs_close (core);
  kefu_store_files_close (core);
}

static void
core_free (gpointer data)
{
  KefuStoreCore *core = data;

  core_stop (core);
  g_clear_object (&core->writer);
  g_clear_object (&core->reading);
  g_clear_object (&core->searching);
  g_clear_object (&core->copying);
  g_clear_object (&core->closing);
  g_clear_object (&core->clock);
  g_main_context_unref (core->context);
  g_clear_pointer (&core->posted, kefu_change_set_unref);
  g_hash_table_unref (core->drafts);
  g_hash_table_unref (core->outgoing);
  g_mutex_clear (&core->files_lock);
  g_mutex_clear (&core->reader_lock);
  g_mutex_clear (&core->searcher_lock);
  g_mutex_clear (&core->yield_lock);
  g_mutex_clear (&core->lock);
  g_free (core->failure);
  g_free (core->notice);
  g_free (core->epoch);
  g_free (core->agent_id);
  g_free (core->memory_name);
  g_free (core->dir);
  g_free (core);
}

static gboolean
core_free_cb (gpointer data)
{
  core_free (data);
  return G_SOURCE_REMOVE;
}

KefuStoreCore *
kefu_store_get_core (KefuStore *self)
{
  return self->core;
}

/* --- from the jobs to the main thread --- */

static void
set_count (KefuStore *self, KefuOutboxCount count)
{
  KefuOutboxCount old = self->count;

  self->count = count;
  g_object_freeze_notify (G_OBJECT (self));
  if (old.n_pending != count.n_pending)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PENDING]);
  if (old.n_rejected != count.n_rejected)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REJECTED]);
  if (old.oldest_at != count.oldest_at)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OLDEST_PENDING_AT]);
  g_object_thaw_notify (G_OBJECT (self));
}

static gboolean
posted_cb (gpointer user_data)
{
  KefuStore *self = user_data;
  KefuStoreCore *core = self->core;
  g_autoptr (KefuChangeSet) set = NULL;
  g_autofree char *failure = NULL;
  gboolean wants_names, damaged;
  KefuOutboxCount count;

  g_mutex_lock (&core->lock);
  wants_names = core->wants_names;
  core->wants_names = FALSE;
  set = g_steal_pointer (&core->posted);
  /* this one, or one that took its place while it was on its way here */
  g_source_destroy (core->posted_source);
  g_clear_pointer (&core->posted_source, g_source_unref);
  core->free_at = MAX (core->free_at, g_get_monotonic_time () - STORM_SETS * STORM_PAUSE_US) + STORM_PAUSE_US;
  failure = g_steal_pointer (&core->failure);
  damaged = core->damaged;
  core->damaged = FALSE;
  count = core->count;
  g_mutex_unlock (&core->lock);

  set_count (self, count);
  if (!kefu_change_set_is_empty (set))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0, set);
  if (wants_names && !self->closed)
    kefu_store_spell_names (self);
  if (failure != NULL)
    g_signal_emit (self, signals[SIGNAL_FAILURE], 0, failure);
  if (damaged && !self->closed)
    g_signal_emit (self, signals[SIGNAL_DAMAGED], 0);
  return G_SOURCE_REMOVE;
}

/* Several transactions that end before the main thread looks are one set for it. The source is queued before the job's own answer, so that `changed`
 * comes first; only what may wait until @due comes after it. */
static void
post_locked (KefuStore *self, KefuChangeSet *set, gint64 due)
{
  KefuStoreCore *core = self->core;
  gint64 now = g_get_monotonic_time ();

  /* A set of its own, so that merging writes nothing that somebody else holds. */
  if (core->posted == NULL)
    core->posted = kefu_change_set_new ();
  kefu_change_set_merge (core->posted, set);
  if (core->posted_source != NULL && core->posted_due <= due)
    return;
  if (core->posted_source != NULL)
    g_source_destroy (core->posted_source);
  g_clear_pointer (&core->posted_source, g_source_unref);
  core->posted_due = due;
  core->posted_source = due > now ? g_timeout_source_new ((guint) ((due - now) / 1000)) : g_idle_source_new ();
  g_source_set_priority (core->posted_source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (core->posted_source, "kefu-store-changed");
  g_source_set_callback (core->posted_source, posted_cb, g_object_ref (self), g_object_unref);
  g_source_attach (core->posted_source, core->context);
}

void
kefu_store_post (KefuStore *self, KefuChangeSet *set)
{
  g_mutex_lock (&self->core->lock);
  post_locked (self, set, 0);
  g_mutex_unlock (&self->core->lock);
}

void
kefu_store_post_soon (KefuStore *self, KefuChangeSet *set)
{
  g_mutex_lock (&self->core->lock);
  post_locked (self, set, self->core->free_at);
  g_mutex_unlock (&self->core->lock);
}

void
kefu_store_post_damage (KefuStore *self)
{
  KefuStoreCore *core = self->core;
  g_autoptr (KefuChangeSet) nothing = kefu_change_set_new ();

  g_mutex_lock (&core->lock);
  if (!core->damage_told)
    {
      core->damaged = core->damage_told = TRUE;
      post_locked (self, nothing, 0);
    }
  g_mutex_unlock (&core->lock);
}

void
kefu_store_post_failure (KefuStore *self, const GError *error)
{
  g_autoptr (KefuChangeSet) nothing = kefu_change_set_new ();

  g_mutex_lock (&self->core->lock);
  if (self->core->failure == NULL)
    self->core->failure = g_strdup (error->message);
  post_locked (self, nothing, 0);
  g_mutex_unlock (&self->core->lock);
}

GTask *
kefu_store_write (KefuStore *self,
                  int priority,
                  KefuWorkerFunc func,
                  KefuStoreRequest *request,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, request, kefu_store_request_free);
  kefu_worker_push (self->core->writer, task, priority, func);
  return task;
}

/* --- opening and closing --- */

static void
open_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  KefuStore *self = source;
  g_autoptr (GError) error = NULL;

  if (!kefu_store_files_open (self->core, &error))
    {
      kefu_store_files_close (self->core);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  kefu_store_look_for_names (self);
  g_task_return_boolean (task, TRUE);
}

void
kefu_store_open_async (const char *dir,
                       KefuClock *clock,
                       const char *agent_id,
                       KefuStoreFlags flags,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (KefuStore) self = NULL;

  g_return_if_fail (dir != NULL);
  g_return_if_fail (KEFU_IS_CLOCK (clock));
  g_return_if_fail (agent_id != NULL);

  self = g_object_new (KEFU_TYPE_STORE, NULL);
  self->core = core_new (dir, clock, agent_id, flags);
  kefu_store_write (self, KEFU_WORKER_URGENT, open_job, kefu_store_request_new (), cancellable, callback, user_data);
}

KefuStore *
kefu_store_open_finish (GAsyncResult *result, GError **error)
{
  KefuStore *self;

  g_return_val_if_fail (G_IS_TASK (result), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  self = g_object_ref (KEFU_STORE (g_task_get_source_object (G_TASK (result))));
  self->count = self->core->count;
  return self;
}

void
kefu_store_close (KefuStore *self)
{
  g_return_if_fail (KEFU_IS_STORE (self));

  if (self->closed)
    return;
  self->closed = TRUE;
  core_stop (self->core);
}

static void
kefu_store_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuStore *self = KEFU_STORE (object);

  switch (prop_id)
    {
    case PROP_N_PENDING:
      g_value_set_uint (value, self->count.n_pending);
      break;
    case PROP_N_REJECTED:
      g_value_set_uint (value, self->count.n_rejected);
      break;
    case PROP_OLDEST_PENDING_AT:
      g_value_set_int64 (value, self->count.oldest_at);
      break;
    case PROP_AGENT_ID:
      g_value_set_string (value, kefu_store_get_agent_id (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_store_dispose (GObject *object)
{
  KefuStore *self = KEFU_STORE (object);
  KefuStoreCore *core = g_steal_pointer (&self->core);

  if (core != NULL)
    {
      if (kefu_worker_is_here (core->writer) || kefu_worker_is_here (core->reading) ||
          kefu_worker_is_here (core->searching) || kefu_worker_is_here (core->copying))
        {
          g_autoptr (GSource) source = g_idle_source_new ();

          g_source_set_callback (source, core_free_cb, core, NULL);
          g_source_attach (source, core->context);
        }
      else
        {
          core_free (core);
        }
    }

  G_OBJECT_CLASS (kefu_store_parent_class)->dispose (object);
}

static void
kefu_store_class_init (KefuStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_store_dispose;
  object_class->get_property = kefu_store_get_property;

  properties[PROP_N_PENDING] =
    g_param_spec_uint ("n-pending", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_REJECTED] =
    g_param_spec_uint ("n-rejected", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_OLDEST_PENDING_AT] =
    g_param_spec_int64 ("oldest-pending-at", NULL, NULL, 0, G_MAXINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_AGENT_ID] =
    g_param_spec_string ("agent-id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", KEFU_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, KEFU_TYPE_CHANGE_SET);
  signals[SIGNAL_FAILURE] =
    g_signal_new ("failure", KEFU_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_DAMAGED] =
    g_signal_new ("damaged", KEFU_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_store_init (KefuStore *self)
{
}

const char *
kefu_store_get_notice (KefuStore *self)
{
  g_return_val_if_fail (KEFU_IS_STORE (self), NULL);

  return self->core->notice;
}

const char *
kefu_store_get_agent_id (KefuStore *self)
{
  g_return_val_if_fail (KEFU_IS_STORE (self), NULL);

  return self->core->agent_id;
}

gboolean
kefu_store_keeps_nothing (KefuStore *self)
{
  g_return_val_if_fail (KEFU_IS_STORE (self), FALSE);

  return (self->core->flags & KEFU_STORE_KEEP_NOTHING) != 0;
}

guint
kefu_store_get_n_pending (KefuStore *self)
{
  g_return_val_if_fail (KEFU_IS_STORE (self), 0);

  return self->count.n_pending;
}

guint
kefu_store_get_n_rejected (KefuStore *self)
{
  g_return_val_if_fail (KEFU_IS_STORE (self), 0);

  return self->count.n_rejected;
}

gint64
kefu_store_get_oldest_pending_at (KefuStore *self)
{
  g_return_val_if_fail (KEFU_IS_STORE (self), 0);

  return self->count.oldest_at;
}

char *
kefu_store_dup_cursor (KefuStore *self)
{
  char *cursor = NULL;

  g_return_val_if_fail (KEFU_IS_STORE (self), NULL);

  g_mutex_lock (&self->core->lock);
  if (self->core->epoch != NULL)
    cursor = g_strdup_printf ("%s.%" G_GINT64_FORMAT, self->core->epoch, self->core->seq);
  g_mutex_unlock (&self->core->lock);
  return cursor;
}

char *
kefu_store_dup_epoch (KefuStore *self)
{
  char *epoch;

  g_return_val_if_fail (KEFU_IS_STORE (self), NULL);

  g_mutex_lock (&self->core->lock);
  epoch = g_strdup (self->core->epoch);
  g_mutex_unlock (&self->core->lock);
  return epoch;
}

gint64
kefu_store_get_synced_at (KefuStore *self)
{
  gint64 synced_at;

  g_return_val_if_fail (KEFU_IS_STORE (self), 0);

  g_mutex_lock (&self->core->lock);
  synced_at = self->core->synced_at;
  g_mutex_unlock (&self->core->lock);
  return synced_at;
}
