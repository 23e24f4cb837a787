/* SPDX-License-Identifier: GPL-3.0-or-later
 * A conversation's messages as a list model: a window that pages. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-timeline-model.h"

#include "kefu-op.h"
#include "kefu-timeline-model-private.h"
#include "kefu-timeline-rows.h"

/* More changed messages than this are read anew instead of one by one. */
#define MANY 200

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

/* A question to the store; the model may be gone when the answer comes. */
typedef struct
{
  GWeakRef model;
  KefuTimelineLoad kind;
  guint generation;
  guint limit;
  gint64 last_mseq; /* when it was asked: what the conversation had then, the answer has */
  char **ids;       /* of changed messages */
} Request;

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void kefu_timeline_model_list_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuTimelineModel,
                               kefu_timeline_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, kefu_timeline_model_list_iface_init))

static Request *
request_new (KefuTimelineModel *self, KefuTimelineLoad kind, guint limit)
{
  Request *request = g_new0 (Request, 1);

  g_weak_ref_init (&request->model, self);
  request->kind = kind;
  request->generation = self->generation;
  request->limit = limit;
  request->last_mseq = self->last_mseq;
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

void
kefu_timeline_model_set_edges (KefuTimelineModel *self, KefuTimelineEdge older, KefuTimelineEdge newer)
{
  gboolean had_older = self->older != KEFU_TIMELINE_EDGE_END;
  gboolean had_newer = self->newer != KEFU_TIMELINE_EDGE_END;

  self->older = older;
  self->newer = newer;
  if (had_older != (older != KEFU_TIMELINE_EDGE_END))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_OLDER]);
  if (had_newer != (newer != KEFU_TIMELINE_EDGE_END))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_NEWER]);
}

static gboolean
has_older (KefuTimelineModel *self)
{
  return self->older != KEFU_TIMELINE_EDGE_END;
}

static gboolean
has_newer (KefuTimelineModel *self)
{
  return self->newer != KEFU_TIMELINE_EDGE_END;
}

void
kefu_timeline_model_rebuild (KefuTimelineModel *self)
{
  g_autoptr (GPtrArray) old = NULL;
  GPtrArray *items = kefu_timeline_rows_make (self->window.records, self->items, self->by_id, self->unread_id);
  guint head = 0;
  guint tail = 0;

  if (self->history != NULL)
    kefu_timeline_rows_add_ends (items, self->items, self->older, self->newer, self->edge_error);
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
      for (guint k = 0; k < self->window.records->len && !is_there; k++)
        if (g_str_equal (((KefuMessageRecord *) g_ptr_array_index (self->window.records, k))->id, asked[i]))
          {
            g_ptr_array_remove_index (self->window.records, k);
            break;
          }
    }
}

/* Whether any message is here that is not only waiting. */
static gboolean
has_sent (KefuTimelineModel *self)
{
  KefuMessageRecord *first = kefu_timeline_window_first (&self->window);

  return first != NULL && first->mseq < KEFU_PENDING_MSEQ;
}

/* What changed elsewhere in the history is not drawn into the window; it is read when the window gets there. */
static gboolean
is_in_window (KefuTimelineModel *self, KefuMessageRecord *record)
{
  KefuMessageRecord *first = kefu_timeline_window_first (&self->window);

  if (!g_str_equal (record->conversation_id, self->conversation_id))
    return FALSE;
  /* All that came before may be on the server only: what is new stands here alone. */
  if (!has_sent (self))
    return !has_newer (self) && (!has_older (self) || record->mseq > self->window.last_mseq);
  if (record->mseq < first->mseq)
    return !has_older (self);
  return record->mseq <= kefu_timeline_window_last (&self->window)->mseq || !has_newer (self);
}

/* The line goes above the first message after what was read, once it is known which that is: with many unread ones it may
 * still be above the window. */
static void
find_unread (KefuTimelineModel *self)
{
  gboolean after_read = !has_older (self);

  if (self->read_in_no < 0)
    return;
  for (guint i = 0; i < self->window.records->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (self->window.records, i);

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

/* Whether the first unread message may be above the window. */
static gboolean
is_unread_above (KefuTimelineModel *self)
{
  if (self->read_in_no < 0 || self->older != KEFU_TIMELINE_EDGE_CACHE)
    return FALSE;
  for (guint i = 0; i < self->window.records->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (self->window.records, i);

      if (g_str_equal (record->dir, "in"))
        return record->in_no > self->read_in_no + 1;
    }
  return FALSE;
}

/* Makes room for @n more at the other end. Told of by itself: one signal over both ends would be one over all, and the view would lose the
 * place where the agent reads. */
static void
unload (KefuTimelineModel *self, guint n, gboolean at_end)
{
  GPtrArray *records = self->window.records;
  guint excess =
    records->len + n > KEFU_TIMELINE_WINDOW ? MIN (records->len + n - KEFU_TIMELINE_WINDOW, records->len) : 0;

  if (excess == 0)
    return;
  g_ptr_array_remove_range (records, at_end ? records->len - excess : 0, excess);
  kefu_timeline_model_set_edges (self, at_end ? self->older : KEFU_TIMELINE_EDGE_CACHE,
                                 at_end ? KEFU_TIMELINE_EDGE_CACHE : self->newer);
  kefu_timeline_model_rebuild (self);
}

static void
take_page (KefuTimelineModel *self, Request *request, GPtrArray *page)
{
  gboolean more = page->len >= request->limit;
  gboolean joined;

  self->window.last_mseq = request->last_mseq;
  switch (request->kind)
    {
    case KEFU_TIMELINE_OLDER:
      if (self->loaded)
        unload (self, page->len, TRUE);
      joined = kefu_timeline_window_prepend (&self->window, page);
      kefu_timeline_model_set_edges (self, kefu_timeline_model_older_edge (self, more && joined), self->newer);
      break;
    case KEFU_TIMELINE_NEWER:
      unload (self, page->len, FALSE);
      joined = kefu_timeline_window_append (&self->window, page);
      kefu_timeline_model_set_edges (self, self->older, kefu_timeline_model_newer_edge (self, more && joined));
      break;
    case KEFU_TIMELINE_AGAIN:
      g_ptr_array_set_size (self->window.records, 0);
      joined = kefu_timeline_window_append (&self->window, page);
      kefu_timeline_model_set_edges (self,
                                     kefu_timeline_model_older_edge (self, self->older == KEFU_TIMELINE_EDGE_CACHE),
                                     kefu_timeline_model_newer_edge (self, more && joined));
      break;
    case KEFU_TIMELINE_FIRST:
    default:
      g_ptr_array_set_size (self->window.records, 0);
      joined = kefu_timeline_window_prepend (&self->window, page);
      kefu_timeline_model_set_edges (self, kefu_timeline_model_older_edge (self, more && joined),
                                     KEFU_TIMELINE_EDGE_END);
      break;
    }
}

GPtrArray *
kefu_timeline_model_finish (GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (rows == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("Messages could not be read: %s", error->message);
  return rows;
}

void
kefu_timeline_model_finish_loading (KefuTimelineModel *self)
{
  find_unread (self);
  kefu_timeline_model_rebuild (self);
  set_flag (self, &self->loading, FALSE, PROP_LOADING);
  if (!self->loaded)
    {
      self->loaded = TRUE;
      g_signal_emit (self, signals[SIGNAL_LOADED], 0);
    }
  /* Nothing to scroll near to. */
  if (!has_sent (self) && self->older == KEFU_TIMELINE_EDGE_SERVER)
    kefu_timeline_model_fetch (self, TRUE);
}

/* After the window was read anew: what was being fetched for its ends before. */
static void
go_on_at_ends (KefuTimelineModel *self)
{
  gboolean older = self->waits_older;
  gboolean newer = self->waits_newer;

  self->waits_older = self->waits_newer = FALSE;
  if (older && self->older != KEFU_TIMELINE_EDGE_LOADING)
    kefu_timeline_model_load_older (self);
  if (newer && self->newer != KEFU_TIMELINE_EDGE_LOADING)
    kefu_timeline_model_load_newer (self);
}

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuTimelineModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) page = kefu_timeline_model_finish (source, result);
  gboolean grew;
  guint n;

  if (self == NULL || request->generation != self->generation)
    return;
  self->paging = FALSE;
  if (page == NULL)
    {
      set_flag (self, &self->loading, FALSE, PROP_LOADING);
      return;
    }
  n = self->window.records->len;
  take_page (self, request, page);
  kefu_timeline_model_check_fetched (self);
  grew = self->window.records->len > n;
  if (!self->loaded && is_unread_above (self))
    kefu_timeline_model_open_at_unread (self);
  else
    kefu_timeline_model_finish_loading (self);
  /* Who came near an end wants what is beyond it, and nothing has moved that would bring them nearer. */
  if (!grew && request->kind == KEFU_TIMELINE_OLDER && self->older == KEFU_TIMELINE_EDGE_SERVER)
    kefu_timeline_model_fetch (self, TRUE);
  else if (!grew && request->kind == KEFU_TIMELINE_NEWER && self->newer == KEFU_TIMELINE_EDGE_SERVER)
    kefu_timeline_model_fetch (self, FALSE);
  else if (request->kind == KEFU_TIMELINE_FIRST || request->kind == KEFU_TIMELINE_AGAIN)
    go_on_at_ends (self);
}

void
kefu_timeline_model_load (KefuTimelineModel *self, KefuTimelineLoad kind)
{
  KefuMessageRecord *first = kefu_timeline_window_first (&self->window);
  KefuMessageRecord *last = kefu_timeline_window_last (&self->window);
  gint64 before = G_MAXINT64;
  gint64 after = -1;
  guint limit = KEFU_TIMELINE_PAGE;

  switch (kind)
    {
    case KEFU_TIMELINE_OLDER:
      before = first != NULL ? first->mseq : G_MAXINT64;
      break;
    case KEFU_TIMELINE_NEWER:
      after = last != NULL ? last->mseq : -1;
      break;
    case KEFU_TIMELINE_AGAIN:
      after = first != NULL ? first->mseq - 1 : -1;
      limit = MAX (self->window.records->len, 1);
      break;
    case KEFU_TIMELINE_FIRST:
    default:
      limit = CLAMP (self->window.records->len, KEFU_TIMELINE_PAGE, KEFU_TIMELINE_WINDOW);
      break;
    }
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
  /* The server's answer will not be of this window: who waits at that end gets another one. */
  self->waits_older |= self->older == KEFU_TIMELINE_EDGE_LOADING;
  self->waits_newer |= self->newer == KEFU_TIMELINE_EDGE_LOADING;
  /* Messages may have been deleted to save space. */
  self->window.end_known = FALSE;
  if (self->loaded && has_newer (self) && self->window.records->len > 0)
    kefu_timeline_model_load (self, KEFU_TIMELINE_AGAIN);
  else
    kefu_timeline_model_load (self, KEFU_TIMELINE_FIRST);
}

static void
changed_messages_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuTimelineModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) found = kefu_timeline_model_finish (source, result);

  if (self == NULL || found == NULL || request->generation != self->generation || !self->loaded)
    return;
  drop_missing (self, request->ids, found);
  for (guint i = 0; i < found->len; i++)
    {
      KefuMessageRecord *record = g_ptr_array_index (found, i);

      if (g_hash_table_contains (self->by_id, record->id) || is_in_window (self, record))
        kefu_timeline_window_put (&self->window, record);
    }
  kefu_timeline_window_sort (&self->window);
  kefu_timeline_model_rebuild (self);
  /* At the end the window moves with what comes; the far end is read again when someone goes there. */
  if (self->window.records->len > KEFU_TIMELINE_WINDOW + KEFU_TIMELINE_PAGE && !has_newer (self))
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
  request = request_new (self, KEFU_TIMELINE_FIRST, 0);
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
      g_value_set_boolean (value, has_older (self));
      break;
    case PROP_HAS_NEWER:
      g_value_set_boolean (value, has_newer (self));
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
  kefu_timeline_window_clear (&self->window);
  g_clear_object (&self->history);
  g_clear_object (&self->store);
  g_free (self->edge_error);
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
  kefu_timeline_window_init (&self->window);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

KefuTimelineModel *
kefu_timeline_model_new (KefuStore *store,
                         KefuHistory *history,
                         const char *conversation_id,
                         gint64 read_in_no,
                         gint64 last_mseq)
{
  KefuTimelineModel *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);
  g_return_val_if_fail (history == NULL || KEFU_IS_HISTORY (history), NULL);
  g_return_val_if_fail (conversation_id != NULL, NULL);

  self = g_object_new (KEFU_TYPE_TIMELINE_MODEL, NULL);
  self->store = g_object_ref (store);
  self->conversation_id = g_strdup (conversation_id);
  self->read_in_no = read_in_no;
  self->last_mseq = last_mseq;
  kefu_timeline_model_use_history (self, history);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  kefu_timeline_model_load (self, KEFU_TIMELINE_FIRST);
  return self;
}

void
kefu_timeline_model_set_last_mseq (KefuTimelineModel *self, gint64 last_mseq)
{
  g_return_if_fail (KEFU_IS_TIMELINE_MODEL (self));

  self->last_mseq = last_mseq;
}

gboolean
kefu_timeline_model_get_loaded (KefuTimelineModel *self)
{
  g_return_val_if_fail (KEFU_IS_TIMELINE_MODEL (self), FALSE);

  return self->loaded;
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

  if (!self->loaded || self->paging)
    return;
  if (self->older == KEFU_TIMELINE_EDGE_SERVER)
    {
      kefu_timeline_model_fetch (self, TRUE);
      return;
    }
  if (self->older != KEFU_TIMELINE_EDGE_CACHE || self->window.records->len == 0)
    return;
  self->paging = TRUE;
  kefu_timeline_model_load (self, KEFU_TIMELINE_OLDER);
}

void
kefu_timeline_model_load_newer (KefuTimelineModel *self)
{
  g_return_if_fail (KEFU_IS_TIMELINE_MODEL (self));

  if (!self->loaded || self->paging)
    return;
  if (self->newer == KEFU_TIMELINE_EDGE_SERVER)
    {
      kefu_timeline_model_fetch (self, FALSE);
      return;
    }
  if (self->newer != KEFU_TIMELINE_EDGE_CACHE || self->window.records->len == 0)
    return;
  self->paging = TRUE;
  kefu_timeline_model_load (self, KEFU_TIMELINE_NEWER);
}
