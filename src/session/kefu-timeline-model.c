/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation's messages as a list model: a window that pages. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-timeline-model.h"

#include "kefu-timeline-rows.h"

#define PAGE 60
#define WINDOW 400
/* More changed messages than this are read anew instead of one by one. */
#define MANY 200

/* The window is an array of records in order; the rows (messages, days, the unread line) are made anew from it after each
 * change, with the objects of rows that stay. A window is 400 messages at most, so that costs less than finding out what
 * moved, and the one difference between the two arrays is the one items_changed. */
struct _KefuTimelineModel
{
  GObject parent_instance;

  KefuStore *store;
  char *conversation_id;
  gint64 read_in_no; /* -1: there is no unread line, or it is found */
  char *unread_id;   /* message below the unread line; stays while the conversation is open */
  GPtrArray *records;
  GPtrArray *items;
  GHashTable *by_id; /* message id → KefuTimelineItem, of @items */
  GCancellable *cancellable;
  guint generation; /* of the window: answers for an older one are dropped */
  gboolean loading;
  gboolean loaded;
  gboolean paging;
  gboolean has_older;
  gboolean has_newer;
};

enum
{
  PROP_0,
  PROP_LOADING,
  PROP_HAS_OLDER,
  PROP_HAS_NEWER,
  N_PROPS
};

enum
{
  SIGNAL_LOADED,
  N_SIGNALS
};

typedef enum
{
  REQUEST_FIRST,
  REQUEST_AGAIN, /* the same window, far from the end */
  REQUEST_OLDER,
  REQUEST_NEWER,
  REQUEST_CHANGED,
} RequestKind;

/* A question to the store; the model may be gone when the answer comes. */
typedef struct
{
  GWeakRef model;
  RequestKind kind;
  guint generation;
  guint limit;
  char **ids; /* of REQUEST_CHANGED */
} Request;

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void kefu_timeline_model_list_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuTimelineModel,
                               kefu_timeline_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, kefu_timeline_model_list_iface_init))

static Request *
request_new (KefuTimelineModel *self, RequestKind kind, guint limit)
{
  Request *request = g_new0 (Request, 1);

  g_weak_ref_init (&request->model, self);
  request->kind = kind;
  request->generation = self->generation;
  request->limit = limit;
  return request;
}

static void
request_free (Request *request)
{
  g_weak_ref_clear (&request->model);
  g_strfreev (request->ids);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
set_flag (KefuTimelineModel *self, gboolean *flag, gboolean value, guint prop)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

static int
compare_records (gconstpointer a, gconstpointer b)
{
  const KefuMessageRecord *left = *(KefuMessageRecord *const *) a;
  const KefuMessageRecord *right = *(KefuMessageRecord *const *) b;

  if (left->mseq != right->mseq)
    return left->mseq < right->mseq ? -1 : 1;
  return g_strcmp0 (left->id, right->id);
}

static void
rebuild (KefuTimelineModel *self)
{
  g_autoptr (GPtrArray) old = NULL;
  GPtrArray *items = kefu_timeline_rows_make (self->records, self->items, self->by_id, self->unread_id);
  guint head = 0;
  guint tail = 0;

  old = g_steal_pointer (&self->items);
  self->items = items;
  g_hash_table_remove_all (self->by_id);
  for (guint i = 0; i < items->len; i++)
    {
      KefuTimelineItem *item = g_ptr_array_index (items, i);
      KefuMessageRecord *record = kefu_timeline_item_get_record (item);

      if (record != NULL)
        g_hash_table_insert (self->by_id, g_strdup (record->id), item);
    }

  while (head < old->len && head < items->len && old->pdata[head] == items->pdata[head])
    head++;
  while (tail < old->len - head && tail < items->len - head &&
         old->pdata[old->len - 1 - tail] == items->pdata[items->len - 1 - tail])
    tail++;
  if (old->len - head - tail > 0 || items->len - head - tail > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail, items->len - head - tail);
}

/* The message is put where it belongs, or replaces its older self. */
static void
put_record (KefuTimelineModel *self, KefuMessageRecord *record)
{
  for (guint i = 0; i < self->records->len; i++)
    {
      KefuMessageRecord *old = g_ptr_array_index (self->records, i);

      if (g_str_equal (old->id, record->id))
        {
          self->records->pdata[i] = kefu_message_record_ref (record);
          kefu_message_record_unref (old);
          return;
        }
    }
  g_ptr_array_add (self->records, kefu_message_record_ref (record));
}

static void
drop_missing (KefuTimelineModel *self, char **asked, GPtrArray *found)
{
  for (guint i = 0; asked[i] != NULL; i++)
    {
      gboolean is_there = FALSE;

      if (!g_hash_table_contains (self->by_id, asked[i]))
        continue;
      for (guint k = 0; k < found->len && !is_there; k++)
        is_there = g_str_equal (((KefuMessageRecord *) g_ptr_array_index (found, k))->id, asked[i]);
      for (guint k = 0; k < self->records->len && !is_there; k++)
        if (g_str_equal (((KefuMessageRecord *) g_ptr_array_index (self->records, k))->id, asked[i]))
          {
            g_ptr_array_remove_index (self->records, k);
            break;
          }
    }
}

/* What changed elsewhere in the history is not drawn into the window; it is read when the window gets there. */
static gboolean
is_in_window (KefuTimelineModel *self, KefuMessageRecord *record)
{
  KefuMessageRecord *first;
  KefuMessageRecord *last;

  if (!g_str_equal (record->conversation_id, self->conversation_id))
    return FALSE;
  if (self->records->len == 0)
    return !self->has_newer;
  first = g_ptr_array_index (self->records, 0);
  last = g_ptr_array_index (self->records, self->records->len - 1);
  if (record->mseq < first->mseq)
    return !self->has_older;
  return record->mseq <= last->mseq || !self->has_newer;
}

/* The line goes above the first message after what was read, once it is known which that is: with many unread ones it may
 * still be above the window. */
static void
find_unread (KefuTimelineModel *self)
{
  gboolean after_read = !self->has_older;

  if (self->read_in_no < 0)
    return;
  for (guint i = 0; i < self->records->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (self->records, i);

      if (!g_str_equal (record->dir, "in"))
        continue;
      if (record->in_no > self->read_in_no)
        {
          if (!after_read && record->in_no > self->read_in_no + 1)
            return;
          g_free (self->unread_id);
          self->unread_id = g_strdup (record->id);
          self->read_in_no = -1;
          return;
        }
      after_read = TRUE;
    }
  /* All is read. What comes from now on comes before the agent's eyes. */
  self->read_in_no = -1;
}

/* Whether the first unread message may still be above the window. */
static gboolean
wants_older (KefuTimelineModel *self)
{
  if (self->read_in_no < 0 || !self->has_older || self->records->len >= WINDOW)
    return FALSE;
  for (guint i = 0; i < self->records->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (self->records, i);

      if (g_str_equal (record->dir, "in"))
        return record->in_no > self->read_in_no + 1;
    }
  return FALSE;
}

static void load (KefuTimelineModel *self, RequestKind kind, gint64 before, gint64 after, guint limit);

/* Makes room for @n more at the other end. Told of by itself: one signal over both ends would be one over all, and the view would lose the
 * place where the agent reads. */
static void
unload (KefuTimelineModel *self, guint n, gboolean at_end)
{
  guint excess = self->records->len + n > WINDOW ? MIN (self->records->len + n - WINDOW, self->records->len) : 0;

  if (excess == 0)
    return;
  g_ptr_array_remove_range (self->records, at_end ? self->records->len - excess : 0, excess);
  if (at_end)
    set_flag (self, &self->has_newer, TRUE, PROP_HAS_NEWER);
  else
    set_flag (self, &self->has_older, TRUE, PROP_HAS_OLDER);
  rebuild (self);
}

static void
take_page (KefuTimelineModel *self, Request *request, GPtrArray *page)
{
  gboolean more = page->len >= request->limit;

  switch (request->kind)
    {
    case REQUEST_OLDER:
      if (self->loaded)
        unload (self, page->len, TRUE);
      set_flag (self, &self->has_older, more, PROP_HAS_OLDER);
      break;
    case REQUEST_NEWER:
      unload (self, page->len, FALSE);
      set_flag (self, &self->has_newer, more, PROP_HAS_NEWER);
      break;
    case REQUEST_AGAIN:
      g_ptr_array_set_size (self->records, 0);
      set_flag (self, &self->has_newer, more, PROP_HAS_NEWER);
      break;
    case REQUEST_FIRST:
    case REQUEST_CHANGED:
    default:
      g_ptr_array_set_size (self->records, 0);
      set_flag (self, &self->has_older, more, PROP_HAS_OLDER);
      set_flag (self, &self->has_newer, FALSE, PROP_HAS_NEWER);
      break;
    }
  for (guint i = 0; i < page->len; i++)
    put_record (self, g_ptr_array_index (page, i));
  g_ptr_array_sort (self->records, compare_records);
}

/* (nullable) (transfer full): the answer; without one a word in the log, unless nobody wants to know any more. */
static GPtrArray *
finish (GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (rows == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("Messages could not be read: %s", error->message);
  return rows;
}

static void
finish_loading (KefuTimelineModel *self)
{
  find_unread (self);
  rebuild (self);
  set_flag (self, &self->loading, FALSE, PROP_LOADING);
  if (!self->loaded)
    {
      self->loaded = TRUE;
      g_signal_emit (self, signals[SIGNAL_LOADED], 0);
    }
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuTimelineModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) page = finish (source, result);

  if (self == NULL || request->generation != self->generation)
    return;
  self->paging = FALSE;
  if (page == NULL)
    {
      set_flag (self, &self->loading, FALSE, PROP_LOADING);
      return;
    }
  take_page (self, request, page);
  if (!self->loaded && wants_older (self))
    load (self, REQUEST_OLDER, ((KefuMessageRecord *) g_ptr_array_index (self->records, 0))->mseq, -1, PAGE);
  else
    finish_loading (self);
}

static void
load (KefuTimelineModel *self, RequestKind kind, gint64 before, gint64 after, guint limit)
{
  set_flag (self, &self->loading, TRUE, PROP_LOADING);
  kefu_store_list_messages_async (self->store, self->conversation_id, before, after, limit, self->cancellable, page_cb,
                                  request_new (self, kind, limit));
}

/* The same window once more: where the agent reads, or the end of the conversation. */
static void
reload (KefuTimelineModel *self)
{
  self->generation++;
  self->paging = FALSE;
  if (self->loaded && self->has_newer && self->records->len > 0)
    load (self, REQUEST_AGAIN, G_MAXINT64, ((KefuMessageRecord *) g_ptr_array_index (self->records, 0))->mseq - 1,
          self->records->len);
  else
    load (self, REQUEST_FIRST, G_MAXINT64, -1, CLAMP (self->records->len, PAGE, WINDOW));
}

static void
changed_messages_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuTimelineModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) found = finish (source, result);

  if (self == NULL || found == NULL || request->generation != self->generation || !self->loaded)
    return;
  drop_missing (self, request->ids, found);
  for (guint i = 0; i < found->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (found, i);

      if (g_hash_table_contains (self->by_id, record->id) || is_in_window (self, record))
        put_record (self, record);
    }
  g_ptr_array_sort (self->records, compare_records);
  rebuild (self);
  /* At the end the window moves with what comes; the far end is read again when someone goes there. */
  if (self->records->len > WINDOW + PAGE && !self->has_newer)
    unload (self, 0, FALSE);
}

/* A deleted message no longer says which conversation it was of: the window knows. */
static gboolean
is_about_us (KefuTimelineModel *self, KefuChangeSet *set, const char **ids)
{
  gboolean ours = kefu_change_set_has (set, "conversation", self->conversation_id);

  for (guint i = 0; ids[i] != NULL && !ours; i++)
    ours = g_hash_table_contains (self->by_id, ids[i]);
  return ours;
}

static void
store_changed_cb (KefuTimelineModel *self, KefuChangeSet *set, KefuStore *store)
{
  g_autofree const char **ids = NULL;
  Request *request;

  if (kefu_change_set_is_all (set))
    {
      reload (self);
      return;
    }
  ids = kefu_change_set_ids (set, "message");
  if (ids[0] == NULL || !is_about_us (self, set, ids))
    return;
  if (!self->loaded || g_strv_length ((char **) ids) > MANY)
    {
      reload (self);
      return;
    }
  request = request_new (self, REQUEST_CHANGED, 0);
  request->ids = g_strdupv ((char **) ids);
  kefu_store_get_messages_async (self->store, (const char *const *) request->ids, self->cancellable,
                                 changed_messages_cb, request);
}

static GType
kefu_timeline_model_get_item_type (GListModel *model)
{
  return KEFU_TYPE_TIMELINE_ITEM;
}

static guint
kefu_timeline_model_get_n_items (GListModel *model)
{
  return KEFU_TIMELINE_MODEL (model)->items->len;
}

static gpointer
kefu_timeline_model_get_item (GListModel *model, guint position)
{
  KefuTimelineModel *self = KEFU_TIMELINE_MODEL (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
kefu_timeline_model_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = kefu_timeline_model_get_item_type;
  iface->get_n_items = kefu_timeline_model_get_n_items;
  iface->get_item = kefu_timeline_model_get_item;
}

static void
kefu_timeline_model_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuTimelineModel *self = KEFU_TIMELINE_MODEL (object);

  switch (prop_id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_HAS_OLDER:
      g_value_set_boolean (value, self->has_older);
      break;
    case PROP_HAS_NEWER:
      g_value_set_boolean (value, self->has_newer);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_timeline_model_dispose (GObject *object)
{
  KefuTimelineModel *self = KEFU_TIMELINE_MODEL (object);

  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (kefu_timeline_model_parent_class)->dispose (object);
}

static void
kefu_timeline_model_finalize (GObject *object)
{
  KefuTimelineModel *self = KEFU_TIMELINE_MODEL (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_object (&self->store);
  g_free (self->conversation_id);
  g_free (self->unread_id);

  G_OBJECT_CLASS (kefu_timeline_model_parent_class)->finalize (object);
}

static void
kefu_timeline_model_class_init (KefuTimelineModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_timeline_model_get_property;
  object_class->dispose = kefu_timeline_model_dispose;
  object_class->finalize = kefu_timeline_model_finalize;

  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_OLDER] = g_param_spec_boolean ("has-older", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_NEWER] = g_param_spec_boolean ("has-newer", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_LOADED] =
    g_signal_new ("loaded", KEFU_TYPE_TIMELINE_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_timeline_model_init (KefuTimelineModel *self)
{
  self->cancellable = g_cancellable_new ();
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_message_record_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

KefuTimelineModel *
kefu_timeline_model_new (KefuStore *store, const char *conversation_id, gint64 read_in_no)
{
  KefuTimelineModel *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);
  g_return_val_if_fail (conversation_id != NULL, NULL);

  self = g_object_new (KEFU_TYPE_TIMELINE_MODEL, NULL);
  self->store = g_object_ref (store);
  self->conversation_id = g_strdup (conversation_id);
  self->read_in_no = read_in_no;
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  load (self, REQUEST_FIRST, G_MAXINT64, -1, PAGE);
  return self;
}

const char *
kefu_timeline_model_get_conversation_id (KefuTimelineModel *self)
{
  return self->conversation_id;
}

void
kefu_timeline_model_load_older (KefuTimelineModel *self)
{
  g_return_if_fail (KEFU_IS_TIMELINE_MODEL (self));

  if (!self->loaded || self->paging || !self->has_older || self->records->len == 0)
    return;
  self->paging = TRUE;
  load (self, REQUEST_OLDER, ((KefuMessageRecord *) g_ptr_array_index (self->records, 0))->mseq, -1, PAGE);
}

void
kefu_timeline_model_load_newer (KefuTimelineModel *self)
{
  KefuMessageRecord *last;

  g_return_if_fail (KEFU_IS_TIMELINE_MODEL (self));

  if (!self->loaded || self->paging || !self->has_newer || self->records->len == 0)
    return;
  self->paging = TRUE;
  last = g_ptr_array_index (self->records, self->records->len - 1);
  load (self, REQUEST_NEWER, G_MAXINT64, last->mseq, PAGE);
}

static guint
position_of (KefuTimelineModel *self, const char *message_id)
{
  KefuTimelineItem *item = g_hash_table_lookup (self->by_id, message_id);
  guint position;

  if (item == NULL || !g_ptr_array_find (self->items, item, &position))
    return G_MAXUINT;
  return position;
}

/* --- jumping to a message that is not in the window: its place, then a page before it and one after it --- */

typedef struct
{
  char *message_id;
  guint generation;
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

static gboolean
find_failed (GTask *task, GPtrArray *answer)
{
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);

  if (answer != NULL && answer->len > 0 && find->generation == self->generation)
    return FALSE;
  g_task_return_int (task, G_MAXUINT);
  return TRUE;
}

static void
find_after_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  g_autoptr (GPtrArray) after = kefu_store_list_finish (KEFU_STORE (source), result, NULL);

  if (find_failed (task, find->before))
    return;
  self->generation++;
  self->paging = FALSE;
  g_ptr_array_set_size (self->records, 0);
  for (guint i = 0; i < find->before->len; i++)
    put_record (self, g_ptr_array_index (find->before, i));
  for (guint i = 0; after != NULL && i < after->len; i++)
    put_record (self, g_ptr_array_index (after, i));
  g_ptr_array_sort (self->records, compare_records);
  set_flag (self, &self->has_older, find->before->len >= PAGE, PROP_HAS_OLDER);
  set_flag (self, &self->has_newer, after != NULL && after->len >= PAGE, PROP_HAS_NEWER);
  finish_loading (self);
  g_task_return_int (task, position_of (self, find->message_id));
}

static void
find_before_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  Find *find = g_task_get_task_data (task);
  KefuMessageRecord *last;

  find->before = kefu_store_list_finish (KEFU_STORE (source), result, NULL);
  if (find_failed (task, find->before))
    return;
  last = g_ptr_array_index (find->before, find->before->len - 1);
  kefu_store_list_messages_async (self->store, self->conversation_id, G_MAXINT64, last->mseq, PAGE, self->cancellable,
                                  find_after_cb, g_steal_pointer (&task));
}

static void
find_message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  KefuTimelineModel *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) found = kefu_store_list_finish (KEFU_STORE (source), result, NULL);
  KefuMessageRecord *record;

  if (find_failed (task, found))
    return;
  record = g_ptr_array_index (found, 0);
  if (!g_str_equal (record->conversation_id, self->conversation_id))
    {
      g_task_return_int (task, G_MAXUINT);
      return;
    }
  kefu_store_list_messages_async (self->store, self->conversation_id, record->mseq + 1, -1, PAGE, self->cancellable,
                                  find_before_cb, g_steal_pointer (&task));
}

void
kefu_timeline_model_find_async (KefuTimelineModel *self,
                                const char *message_id,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (self, self->cancellable, callback, user_data);
  const char *ids[] = { message_id, NULL };
  Find *find = g_new0 (Find, 1);
  guint position = position_of (self, message_id);

  find->message_id = g_strdup (message_id);
  find->generation = self->generation;
  g_task_set_task_data (task, find, find_free);
  /* A window that went away answers "nowhere", not an error. */
  g_task_set_check_cancellable (task, FALSE);
  if (position != G_MAXUINT)
    {
      g_task_return_int (task, position);
      g_object_unref (task);
      return;
    }
  kefu_store_get_messages_async (self->store, ids, self->cancellable, find_message_cb, task);
}

guint
kefu_timeline_model_find_finish (KefuTimelineModel *self, GAsyncResult *result)
{
  gssize position = g_task_propagate_int (G_TASK (result), NULL);

  return position < 0 ? G_MAXUINT : (guint) position;
}
