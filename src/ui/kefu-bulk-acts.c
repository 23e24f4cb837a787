/* SPDX-License-Identifier: GPL-3.0-or-later
 * An act on many conversations, with the question before it and the words after it. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-bulk-acts.h"

#include <glib/gi18n.h>

#include "kefu-dialogs.h"
#include "kefu-toast.h"

/* From the click to the toast. */
typedef struct
{
  GtkWidget *widget;
  KefuSession *session;
  GHashTable *seen;
  KefuBulk *bulk;
  KefuBulkAct act;
  char *id;
  char *name;
  KefuBulkFunc finished;
  gboolean did;
} Job;

static void start (Job *job);

/* (transfer none): the acts of a session that are under way, the first of them begun: each looks at what the one before has made of it. */
static GQueue *
queue_of (KefuSession *session)
{
  GQueue *queue = g_object_get_data (G_OBJECT (session), "kefu-bulk-acts");

  if (queue == NULL)
    {
      queue = g_queue_new ();
      g_object_set_data_full (G_OBJECT (session), "kefu-bulk-acts", queue, (GDestroyNotify) g_queue_free);
    }
  return queue;
}

static void
job_free (gpointer data)
{
  Job *job = data;
  GQueue *queue = queue_of (job->session);

  g_queue_pop_head (queue);
  job->finished (job->widget, job->did);
  if (!g_queue_is_empty (queue))
    start (g_queue_peek_head (queue));
  g_clear_object (&job->bulk);
  g_hash_table_unref (job->seen);
  g_object_unref (job->widget);
  g_object_unref (job->session);
  g_free (job->id);
  g_free (job->name);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* --- words --- */

/* (transfer full) */
static char *
say_done (const Job *job, guint n)
{
  switch (job->act.kind)
    {
    case KEFU_BULK_ASSIGN:
      if (job->act.id == NULL)
        return g_strdup_printf (ngettext ("%u conversation put back for anyone", "%u conversations put back for anyone",
                                          n),
                                n);
      if (g_strcmp0 (job->act.id, kefu_session_get_agent_id (job->session)) == 0)
        return g_strdup_printf (ngettext ("%u conversation is yours now", "%u conversations are yours now", n), n);
      /* TRANSLATORS: the name is that of an agent */
      return g_strdup_printf (ngettext ("%u conversation handed over to %s", "%u conversations handed over to %s", n),
                              n, job->name);
    case KEFU_BULK_LABEL:
      if (job->act.add)
        /* TRANSLATORS: the name is that of a label */
        return g_strdup_printf (ngettext ("%u conversation marked “%s”", "%u conversations marked “%s”", n), n,
                                job->name);
      return g_strdup_printf (ngettext ("%u conversation no longer marked “%s”",
                                        "%u conversations no longer marked “%s”", n),
                              n, job->name);
    case KEFU_BULK_SNOOZE:
      return g_strdup_printf (ngettext ("%u conversation snoozed", "%u conversations snoozed", n), n);
    case KEFU_BULK_RESOLVE:
      return g_strdup_printf (ngettext ("%u conversation resolved", "%u conversations resolved", n), n);
    case KEFU_BULK_READ:
      return g_strdup_printf (ngettext ("%u conversation marked as read", "%u conversations marked as read", n), n);
    default:
      g_assert_not_reached ();
    }
}

/* (transfer full): @first (transfer full) (nullable) and @second (transfer full) (nullable) in one line. */
static char *
join (char *first, char *second)
{
  g_autofree char *a = first;
  g_autofree char *b = second;

  if (a == NULL)
    return g_steal_pointer (&b);
  if (b == NULL)
    return g_steal_pointer (&a);
  return g_strconcat (a, " · ", b, NULL);
}

/* (transfer full) (nullable) */
static char *
say_left (guint n)
{
  return n == 0 ? NULL
                : g_strdup_printf (ngettext ("%u left alone: it has changed since",
                                             "%u left alone: they have changed since", n),
                                   n);
}

/* (transfer full) */
static char *
say_result (const Job *job, const KefuBulkResult *result)
{
  char *refused = NULL;

  if (result->n_done == 0 && result->n_refused == 0 && result->n_changed == 0)
    return g_strdup (_ ("Nothing to change: all of them are so already"));
  if (result->n_refused > 0)
    refused =
      g_strdup_printf (ngettext ("%u could not be changed: %s", "%u could not be changed: %s", result->n_refused),
                       result->n_refused, result->reason);
  return join (join (result->n_done > 0 ? say_done (job, result->n_done) : NULL, say_left (result->n_changed)),
               refused);
}

/* (transfer full) */
static char *
say_undone (const KefuBulkResult *result)
{
  char *done = NULL;

  if (result->n_done > 0)
    done =
      g_strdup_printf (ngettext ("%u conversation is as it was", "%u conversations are as they were", result->n_done),
                       result->n_done);
  return join (done, say_left (result->n_same + result->n_refused));
}

/* --- the way back --- */

/* Of the toast. */
typedef struct
{
  GtkWidget *widget;
  KefuSession *session;
  KefuBulk *bulk;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_object_unref (undo->widget);
  g_object_unref (undo->session);
  g_object_unref (undo->bulk);
  g_free (undo);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Undo, undo_free)

static Undo *
undo_new (GtkWidget *widget, KefuSession *session, KefuBulk *bulk)
{
  Undo *undo = g_new0 (Undo, 1);

  undo->widget = g_object_ref (widget);
  undo->session = g_object_ref (session);
  undo->bulk = g_object_ref (bulk);
  return undo;
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Undo) undo = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuBulkResult) told = kefu_bulk_finish (KEFU_BULK (source), result, &error);
  g_autofree char *text = NULL;

  if (told == NULL)
    {
      kefu_session_fail (undo->session, error->message);
      return;
    }
  text = say_undone (told);
  kefu_toast_show (undo->widget, text);
}

static void
undo_cb (gpointer data, gpointer user_data)
{
  Undo *undo = data;

  if (kefu_bulk_can_undo (undo->bulk))
    kefu_bulk_undo_async (undo->bulk, undone_cb, undo_new (undo->widget, undo->session, undo->bulk));
}

/* --- the act --- */

static void
performed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuBulkResult) told = kefu_bulk_finish (KEFU_BULK (source), result, &error);
  g_autofree char *text = NULL;

  if (told == NULL)
    {
      kefu_session_fail (job->session, error->message);
      return;
    }
  job->did = told->n_done + told->n_changed > 0;
  text = say_result (job, told);
  if (kefu_bulk_can_undo (job->bulk))
    kefu_toast_undo (job->widget, text, undo_cb, undo_new (job->widget, job->session, job->bulk), undo_free);
  else
    kefu_toast_show (job->widget, text);
}

/* @job: (transfer full) */
static void
go (Job *job)
{
  kefu_bulk_perform_async (job->bulk, &job->act, performed_cb, job);
}

/* The question goes away with its answer; the job goes on. */
static void
anyway_cb (gpointer data)
{
  Job **job = data;

  go (g_steal_pointer (job));
}

static void
answered_cb (gpointer data)
{
  Job **job = data;

  g_clear_pointer (job, job_free);
  g_free (job);
}

static void
ask (Job *job, guint n_open)
{
  Job **question = g_new (Job *, 1);
  g_autofree char *heading =
    g_strdup_printf (ngettext ("%u of these conversations has promises that are still open",
                               "%u of these conversations have promises that are still open", n_open),
                     n_open);

  *question = job;
  kefu_dialogs_confirm (job->widget, heading, _ ("The promises stay on the checklist."), _ ("_Resolve Anyway"), FALSE,
                        anyway_cb, question, answered_cb);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;
  guint n_open;

  job->bulk = kefu_bulk_load_finish (result, &error);
  if (job->bulk == NULL)
    {
      kefu_session_fail (job->session, error->message);
      return;
    }
  kefu_bulk_set_seen (job->bulk, job->seen);
  n_open = kefu_bulk_get_n_with_open_items (job->bulk);
  /* The window may have been closed meanwhile: then nobody is there to answer. */
  if (gtk_widget_get_root (job->widget) == NULL)
    return;
  if (job->act.kind == KEFU_BULK_RESOLVE && n_open > 0)
    ask (g_steal_pointer (&job), n_open);
  else
    go (g_steal_pointer (&job));
}

static void
start (Job *job)
{
  g_autofree const char **ids = (const char **) g_hash_table_get_keys_as_array (job->seen, NULL);

  kefu_bulk_load_async (job->session, ids, NULL, loaded_cb, job);
}

void
kefu_bulk_acts_perform (GtkWidget *widget,
                        KefuSession *session,
                        GHashTable *seen,
                        const KefuBulkAct *act,
                        const char *name,
                        KefuBulkFunc finished)
{
  GHashTableIter iter;
  gpointer id, record;
  GQueue *queue;
  Job *job;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (finished != NULL);

  job = g_new0 (Job, 1);
  job->widget = g_object_ref (widget);
  job->session = g_object_ref (session);
  job->act = *act;
  /* of our own: the choice goes on */
  job->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) kefu_conversation_record_unref);
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &id, &record))
    g_hash_table_insert (job->seen, g_strdup (id), kefu_conversation_record_ref (record));
  job->id = g_strdup (act->id);
  job->act.id = job->id;
  job->name = g_strdup (name);
  job->finished = finished;
  queue = queue_of (session);
  g_queue_push_tail (queue, job);
  if (queue->length == 1)
    start (job);
}
