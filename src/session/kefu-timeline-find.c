/* SPDX-License-Identifier: GPL-3.0-or-later
 * Jumps in a timeline: to a message or a time, wherever it is. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-timeline-model-private.h"

/* How often the window may be read anew meanwhile: with a server that is just sending all that was missed, it is so many times a second. */
#define MOST_AGAIN 50

/* What is looked for is found in the cache, or fetched into it first. Then its place becomes the window: a page before it and one after
 * it. */
typedef struct
{
  char *message_id; /* NULL: a time is looked for */
  gint64 at;
  guint generation;
  gboolean asked; /* the server, which is asked once */
  gboolean answered;
  gboolean uncertain; /* the server may have something nearer */
  gboolean unread;    /* the first unread message is looked for, which a window that is read anew does by itself */
  guint n_again;
  GPtrArray *before;
} Find;

static void
find_free (gpointer data)
{
  Find *find = data;

  g_free (find->message_id);
  g_clear_pointer (&find->before, g_ptr_array_unref);
  g_free (find);
}

static void look (GTask *task);

static guint
position_of (KefuTimelineModel *self, const char *message_id)
{
  KefuTimelineItem *item = g_hash_table_lookup (self->by_id, message_id);
  guint position;

  if (item == NULL || !g_ptr_array_find (self->items, item, &position))
    return G_MAXUINT;
  return position;
}

/* TRUE: what has just been read is of a window that is no more. What is looked for is looked for again. */
static gboolean
is_over (GTask *task)
{
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  gboolean cancelled = g_cancellable_is_cancelled (self->cancellable);

  if (find->generation == self->generation && !cancelled)
    return FALSE;
  g_clear_pointer (&find->before, g_ptr_array_unref);
  if (cancelled || find->unread || ++find->n_again > MOST_AGAIN)
    {
      g_task_return_int (task, G_MAXUINT);
      return TRUE;
    }
  find->generation = self->generation;
  look (task);
  return TRUE;
}

static void
after_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  g_autoptr (GPtrArray) after = kefu_timeline_model_finish (source, result);
  gboolean older, newer;

  if (is_over (task))
    return;
  if (after == NULL)
    {
      g_task_return_int (task, G_MAXUINT);
      return;
    }
  self->generation++;
  self->paging = FALSE;
  self->window.last_mseq = self->last_mseq;
  g_ptr_array_set_size (self->window.records, 0);
  older = find->before->len >= KEFU_TIMELINE_PAGE;
  newer = after->len >= KEFU_TIMELINE_PAGE;
  kefu_timeline_window_put (&self->window, g_ptr_array_index (find->before, find->before->len - 1));
  g_ptr_array_set_size (find->before, (int) find->before->len - 1);
  older &= kefu_timeline_window_prepend (&self->window, find->before);
  newer &= kefu_timeline_window_append (&self->window, after);
  kefu_timeline_model_set_edges (self, kefu_timeline_model_older_edge (self, older),
                                 kefu_timeline_model_newer_edge (self, newer));
  kefu_timeline_model_finish_loading (self);
  g_task_return_int (task, (gssize) position_of (self, find->message_id));
}

static void
before_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  KefuMessageRecord *last;

  find->before = kefu_timeline_model_finish (source, result);
  if (is_over (task))
    return;
  if (find->before == NULL || find->before->len == 0)
    {
      g_task_return_int (task, G_MAXUINT);
      return;
    }
  last = g_ptr_array_index (find->before, find->before->len - 1);
  kefu_store_list_messages_async (self->store, self->conversation_id, G_MAXINT64, last->mseq, KEFU_TIMELINE_PAGE,
                                  self->cancellable, after_cb, g_steal_pointer (&task));
}

static void
go_to (GTask *task, KefuMessageRecord *record)
{
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  guint position = position_of (self, record->id);

  if (find->message_id == NULL)
    find->message_id = g_strdup (record->id);
  if (position != G_MAXUINT)
    g_task_return_int (task, (gssize) position);
  else
    kefu_store_list_messages_async (self->store, self->conversation_id, record->mseq + 1, -1, KEFU_TIMELINE_PAGE,
                                    self->cancellable, before_cb, g_object_ref (task));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuHistoryPage) page = kefu_history_fetch_finish (KEFU_HISTORY (source), result, &error);

  find->answered = page != NULL;
  if (page != NULL)
    kefu_timeline_window_learn (&self->window, page->mseqs, 0, page->more);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("Nothing was fetched: %s", error->message);
  if (!is_over (task))
    look (task);
}

/* TRUE: the server is asked, and what is looked for is looked for again. */
static gboolean
ask_server (GTask *task)
{
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  KefuHistoryQuery query = {
    .before = G_MAXINT64, .around = find->message_id, .since = find->at, .limit = KEFU_TIMELINE_PAGE
  };

  if (find->asked || self->history == NULL || !kefu_history_get_available (self->history))
    return FALSE;
  find->asked = TRUE;
  kefu_history_fetch_async (self->history, self->conversation_id, &query, self->cancellable, fetched_cb,
                            g_object_ref (task));
  return TRUE;
}

static void
message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) found = kefu_timeline_model_finish (source, result);
  KefuMessageRecord *record = found != NULL && found->len > 0 ? g_ptr_array_index (found, 0) : NULL;

  if (is_over (task))
    return;
  if (record != NULL && g_str_equal (record->conversation_id, self->conversation_id))
    go_to (task, record);
  else if (record != NULL || !ask_server (task))
    g_task_return_int (task, G_MAXUINT);
}

/* Of the neighbours of a time in the cache: whether nothing is missing where it falls. */
static gboolean
is_certain (KefuTimelineModel *self, KefuMessageRecord *earlier, KefuMessageRecord *later)
{
  self->window.last_mseq = self->last_mseq;
  if (!self->window.may_lack)
    return TRUE;
  if (earlier == NULL)
    return later != NULL && later->mseq <= 1;
  return kefu_timeline_window_joins (&self->window, earlier, later);
}

static void
time_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  g_autoptr (GPtrArray) found = kefu_timeline_model_finish (source, result);
  KefuMessageRecord *earlier = NULL;
  KefuMessageRecord *later = NULL;

  if (is_over (task))
    return;
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (found, i);

      if (record->sent_at >= find->at)
        later = record;
      else
        earlier = record;
    }
  find->uncertain = !find->answered && !is_certain (self, earlier, later);
  if (find->uncertain && ask_server (task))
    return;
  if (earlier == NULL && later == NULL)
    g_task_return_int (task, G_MAXUINT);
  else
    go_to (task, later != NULL ? later : earlier);
}

static void
look (GTask *task)
{
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  const char *ids[] = { find->message_id, NULL };

  if (find->message_id != NULL)
    kefu_store_get_messages_async (self->store, ids, self->cancellable, message_cb, g_object_ref (task));
  else
    kefu_store_find_messages_at_async (self->store, self->conversation_id, find->at, self->cancellable, time_cb,
                                       g_object_ref (task));
}

static void
find_async (KefuTimelineModel *self,
            const char *message_id,
            gint64 at,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Find *find = g_new0 (Find, 1);
  guint position = message_id != NULL ? position_of (self, message_id) : G_MAXUINT;

  find->message_id = g_strdup (message_id);
  find->at = at;
  find->generation = self->generation;
  g_task_set_task_data (task, find, find_free);
  if (position != G_MAXUINT)
    g_task_return_int (task, (gssize) position);
  else
    look (task);
}

void
kefu_timeline_model_find_async (KefuTimelineModel *self,
                                const char *message_id,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (KEFU_IS_TIMELINE_MODEL (self));
  g_return_if_fail (message_id != NULL);

  find_async (self, message_id, 0, callback, user_data);
}

void
kefu_timeline_model_find_time_async (KefuTimelineModel *self,
                                     gint64 at,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (KEFU_IS_TIMELINE_MODEL (self));

  find_async (self, NULL, at, callback, user_data);
}

guint
kefu_timeline_model_find_finish (KefuTimelineModel *self, GAsyncResult *result)
{
  gssize position = g_task_propagate_int (G_TASK (result), NULL);

  return position < 0 ? G_MAXUINT : (guint) position;
}

gboolean
kefu_timeline_model_find_is_certain (GAsyncResult *result)
{
  const Find *find = g_task_get_task_data (G_TASK (result));

  return !find->uncertain;
}

/* --- the first unread message --- */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KefuTimelineModel *self = KEFU_TIMELINE_MODEL (source);
  Find *find = g_task_get_task_data (G_TASK (result));

  /* It was not to be found: the end is the next best place. A window that is being read anew finds its place by itself. */
  if (!self->loaded && find->generation == self->generation && !g_cancellable_is_cancelled (self->cancellable))
    kefu_timeline_model_finish_loading (self);
}

static void
unread_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) found = kefu_timeline_model_finish (source, result);

  if (is_over (task))
    return;
  if (found != NULL && found->len > 0)
    go_to (task, g_ptr_array_index (found, 0));
  else
    g_task_return_int (task, G_MAXUINT);
}

void
kefu_timeline_model_open_at_unread (KefuTimelineModel *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, opened_cb, NULL);
  Find *find = g_new0 (Find, 1);

  find->generation = self->generation;
  find->unread = TRUE;
  g_task_set_task_data (task, find, find_free);
  kefu_store_find_unread_async (self->store, self->conversation_id, self->read_in_no, self->cancellable, unread_cb,
                                g_steal_pointer (&task));
}
