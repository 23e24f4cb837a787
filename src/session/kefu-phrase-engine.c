/* SPDX-License-Identifier: GPL-3.0-or-later
 * Finding phrases as one types. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-phrase-engine.h"

#include "kefu-phrase-index.h"

/* All phrases are in memory, and made ready on a thread: a keystroke then looks through them all in less than it takes to draw the
 * list, and no index on disk has to be kept in step. */
struct _KefuPhraseEngine
{
  GObject parent_instance;

  KefuStore *store;
  KefuPhraseIndex *index;
  GCancellable *cancellable;
  gboolean loading;
  gboolean load_again;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuPhraseEngine, kefu_phrase_engine, G_TYPE_OBJECT)

/* What the thread works on. */
typedef struct
{
  GPtrArray *records;
  KefuPhraseIndex *old;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_ptr_array_unref (job->records);
  kefu_phrase_index_unref (job->old);
  g_free (job);
}

static void
index_job (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;

  g_task_return_pointer (task, kefu_phrase_index_new (job->records, job->old),
                         (GDestroyNotify) kefu_phrase_index_unref);
}

static void load (KefuPhraseEngine *self);

/* For the two answers that are waited for: the engine, if it is still there. @weak (transfer full) */
static KefuPhraseEngine *
take_weak (GWeakRef *weak)
{
  KefuPhraseEngine *self = g_weak_ref_get (weak);

  g_weak_ref_clear (weak);
  g_free (weak);
  return self;
}

static GWeakRef *
make_weak (KefuPhraseEngine *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static void
indexed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuPhraseEngine) self = take_weak (user_data);
  KefuPhraseIndex *index = g_task_propagate_pointer (G_TASK (result), NULL);

  if (self == NULL)
    {
      g_clear_pointer (&index, kefu_phrase_index_unref);
      return;
    }
  self->loading = FALSE;
  if (index == NULL)
    return;
  kefu_phrase_index_unref (self->index);
  self->index = index;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (self->load_again)
    load (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuPhraseEngine) self = take_weak (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);
  g_autoptr (GTask) task = NULL;
  Job *job;

  if (self == NULL)
    return;
  if (records == NULL)
    {
      self->loading = FALSE;
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
          !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        g_warning ("Phrases could not be read: %s", error->message);
      return;
    }
  job = g_new (Job, 1);
  job->records = g_steal_pointer (&records);
  job->old = kefu_phrase_index_ref (self->index);
  /* The thread may be the last to let go of this task; were the engine its source, the engine could end there, while the store speaks to it here. */
  task = g_task_new (NULL, self->cancellable, indexed_cb, make_weak (self));
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, index_job);
}

static void
load (KefuPhraseEngine *self)
{
  self->load_again = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  kefu_store_list_phrases_async (self->store, self->cancellable, listed_cb, make_weak (self));
}

static void
store_changed_cb (KefuPhraseEngine *self, KefuChangeSet *set, KefuStore *store)
{
  if (kefu_change_set_has (set, "phrase", NULL) || kefu_change_set_has (set, "phrase_group", NULL))
    load (self);
}

static void
kefu_phrase_engine_dispose (GObject *object)
{
  g_cancellable_cancel (KEFU_PHRASE_ENGINE (object)->cancellable);

  G_OBJECT_CLASS (kefu_phrase_engine_parent_class)->dispose (object);
}

static void
kefu_phrase_engine_finalize (GObject *object)
{
  KefuPhraseEngine *self = KEFU_PHRASE_ENGINE (object);

  kefu_phrase_index_unref (self->index);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (kefu_phrase_engine_parent_class)->finalize (object);
}

static void
kefu_phrase_engine_class_init (KefuPhraseEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_phrase_engine_dispose;
  object_class->finalize = kefu_phrase_engine_finalize;

  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_PHRASE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_phrase_engine_init (KefuPhraseEngine *self)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  self->index = kefu_phrase_index_new (none, NULL);
  self->cancellable = g_cancellable_new ();
}

KefuPhraseEngine *
kefu_phrase_engine_new (KefuStore *store)
{
  KefuPhraseEngine *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);

  self = g_object_new (KEFU_TYPE_PHRASE_ENGINE, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  load (self);
  return self;
}

GPtrArray *
kefu_phrase_engine_get_all (KefuPhraseEngine *self)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_ENGINE (self), NULL);

  return kefu_phrase_index_records (self->index);
}

GPtrArray *
kefu_phrase_engine_match (KefuPhraseEngine *self, const char *query, guint limit)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_ENGINE (self), NULL);
  g_return_val_if_fail (query != NULL, NULL);

  return kefu_phrase_index_match (self->index, query, limit);
}

GPtrArray *
kefu_phrase_engine_ladder (KefuPhraseEngine *self, KefuPhraseRecord *phrase)
{
  GPtrArray *all = kefu_phrase_engine_get_all (self);
  GPtrArray *ladder;

  if (*phrase->ladder == '\0')
    return NULL;
  ladder = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_phrase_record_unref);
  for (guint i = 0; i < all->len; i++)
    {
      KefuPhraseRecord *other = g_ptr_array_index (all, i);

      if (g_str_equal (other->ladder, phrase->ladder) && g_str_equal (other->scope, phrase->scope))
        g_ptr_array_add (ladder, kefu_phrase_record_ref (other));
    }
  return ladder;
}
