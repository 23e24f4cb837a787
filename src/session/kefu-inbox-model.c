/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inbox list: conversations of a view in a frozen order. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-inbox-model.h"

#include <string.h>

/* More changed conversations than this are read anew as a list. */
#define MANY 500

/* Each row remembers the record by which it stands where it stands, so that the sequence stays sorted while what a row shows
 * goes on changing: moving a row costs O(log n), and "what would move" is a comparison of two records. (GtkSortListModel
 * costs 4 ms a moved row at 100,000.) */
typedef struct
{
  KefuConversation *conversation;
  KefuConversationRecord *placed;
  gboolean leaves; /* no longer of this view */
} Row;

struct _KefuInboxModel
{
  GObject parent_instance;

  KefuStore *store;
  KefuInboxView view;
  KefuInboxOrder order;
  gboolean settled;
  gboolean loading;
  GSequence *rows;      /* Row */
  GHashTable *iters;    /* conversation id → GSequenceIter of @rows */
  GHashTable *incoming; /* conversation id → KefuConversationRecord that waits to be shown */
  GHashTable *stale;    /* conversation id of rows that stand in the wrong place, or leave; a set */
  guint n_newer;
  guint counts[KEFU_N_VIEWS];
  gboolean counting;
  gboolean count_again;
  guint generation;
  gboolean replace; /* the list under way is of another view or order */
  GCancellable *cancellable;
};

enum
{
  PROP_0,
  PROP_VIEW,
  PROP_ORDER,
  PROP_N_NEWER,
  PROP_LOADING,
  PROP_SETTLED,
  N_PROPS
};

enum
{
  SIGNAL_COUNTS_CHANGED,
  N_SIGNALS
};

/* A question to the store; the model may be gone when the answer comes. */
typedef struct
{
  GWeakRef model;
  guint generation;
  gboolean replace; /* of a list: whatever stood there goes, also while settled */
  char **ids;
} Request;

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void kefu_inbox_model_list_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuInboxModel,
                               kefu_inbox_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, kefu_inbox_model_list_iface_init))

static void
row_free (gpointer data)
{
  Row *row = data;

  g_object_unref (row->conversation);
  kefu_conversation_record_unref (row->placed);
  g_free (row);
}

static Request *
request_new (KefuInboxModel *self, const char *const *ids)
{
  Request *request = g_new0 (Request, 1);

  g_weak_ref_init (&request->model, self);
  request->generation = self->generation;
  request->ids = g_strdupv ((char **) ids);
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

static int
compare_records (KefuInboxModel *self, const KefuConversationRecord *left, const KefuConversationRecord *right)
{
  KefuInboxKey left_key = kefu_inbox_key_of (self->order, left);
  KefuInboxKey right_key = kefu_inbox_key_of (self->order, right);

  return kefu_inbox_key_compare (&left_key, &right_key);
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer user_data)
{
  KefuInboxModel *self = user_data;

  return compare_records (self, ((const Row *) a)->placed, ((const Row *) b)->placed);
}

static gboolean
is_of_view (KefuInboxModel *self, const KefuConversationRecord *record)
{
  const KefuInboxQuery query = { .view = self->view, .order = self->order };

  return kefu_inbox_query_has (&query, kefu_store_get_agent_id (self->store), record);
}

static void
set_loading (KefuInboxModel *self, gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

/* What came, and what would stand higher because the customer wrote: what sinks, leaves or moves by the agent's own act is no news. */
static void
update_n_newer (KefuInboxModel *self)
{
  guint n = g_hash_table_size (self->incoming);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      Row *row = g_sequence_get (g_hash_table_lookup (self->iters, id));
      KefuConversationRecord *record = kefu_conversation_get_record (row->conversation);

      if (!row->leaves && record->last_in_at > row->placed->last_in_at &&
          compare_records (self, record, row->placed) < 0)
        n++;
    }
  if (n == self->n_newer)
    return;
  self->n_newer = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_NEWER]);
}

/* @known (nullable): the object of this conversation, which stays the same. */
static Row *
row_new (KefuConversationRecord *record, KefuConversation *known)
{
  Row *row = g_new0 (Row, 1);

  row->conversation = known != NULL ? g_object_ref (known) : kefu_conversation_new (record);
  row->placed = kefu_conversation_record_ref (record);
  return row;
}

/* Takes out what stands wrong or leaves, puts in what came, and tells of it once. */
static void
apply (KefuInboxModel *self)
{
  g_autoptr (GPtrArray) back = g_ptr_array_new ();
  g_autoptr (GPtrArray) placed = g_ptr_array_new ();
  guint old_length = (guint) g_sequence_get_length (self->rows);
  guint new_length;
  guint head = G_MAXUINT;
  guint tail = G_MAXUINT;
  GHashTableIter iter;
  gpointer id, value;

  if (g_hash_table_size (self->stale) == 0 && g_hash_table_size (self->incoming) == 0)
    return;

  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      guint position = (guint) g_sequence_iter_get_position (g_hash_table_lookup (self->iters, id));

      head = MIN (head, position);
      tail = MIN (tail, old_length - 1 - position);
    }
  g_hash_table_iter_init (&iter, self->stale);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      GSequenceIter *at = g_hash_table_lookup (self->iters, id);
      Row *row = g_sequence_get (at);

      if (!row->leaves)
        g_ptr_array_add (back, row_new (kefu_conversation_get_record (row->conversation), row->conversation));
      g_hash_table_remove (self->iters, id);
      g_sequence_remove (at);
    }
  g_hash_table_remove_all (self->stale);

  g_hash_table_iter_init (&iter, self->incoming);
  while (g_hash_table_iter_next (&iter, &id, &value))
    g_ptr_array_add (back, row_new (value, NULL));
  g_hash_table_remove_all (self->incoming);

  for (guint i = 0; i < back->len; i++)
    {
      Row *row = g_ptr_array_index (back, i);
      GSequenceIter *at = g_sequence_insert_sorted (self->rows, row, compare_rows, self);

      g_hash_table_insert (self->iters, g_strdup (kefu_conversation_get_id (row->conversation)), at);
      g_ptr_array_add (placed, at);
    }
  new_length = (guint) g_sequence_get_length (self->rows);
  for (guint i = 0; i < placed->len; i++)
    {
      guint position = (guint) g_sequence_iter_get_position (g_ptr_array_index (placed, i));

      head = MIN (head, position);
      tail = MIN (tail, new_length - 1 - position);
    }

  g_list_model_items_changed (G_LIST_MODEL (self), head, old_length - head - tail, new_length - head - tail);
  update_n_newer (self);
}

/* Whether @record may stand where its row stands; the neighbours are judged by what placed them. */
static gboolean
fits (KefuInboxModel *self, GSequenceIter *at, KefuConversationRecord *record)
{
  GSequenceIter *next = g_sequence_iter_next (at);

  if (!g_sequence_iter_is_begin (at) &&
      compare_records (self, ((Row *) g_sequence_get (g_sequence_iter_prev (at)))->placed, record) > 0)
    return FALSE;
  return g_sequence_iter_is_end (next) || compare_records (self, record, ((Row *) g_sequence_get (next))->placed) <= 0;
}

/* The row at @at shows @record from now on (NULL: it is deleted), and is stale if it should stand elsewhere. What it shows is replaced
 * last: whoever hears of it may ask this model for anything, and find it in order; @at may be gone then. */
static void
take_row (KefuInboxModel *self, GSequenceIter *at, KefuConversationRecord *record)
{
  Row *row = g_sequence_get (at);
  g_autoptr (KefuConversation) conversation = g_object_ref (row->conversation);
  gboolean moves = record != NULL && !fits (self, at, record);

  row->leaves = record == NULL || !is_of_view (self, record);
  if (record != NULL && !moves)
    {
      kefu_conversation_record_ref (record);
      kefu_conversation_record_unref (row->placed);
      row->placed = record;
    }
  if (row->leaves || moves)
    g_hash_table_add (self->stale, g_strdup (kefu_conversation_get_id (conversation)));
  else
    g_hash_table_remove (self->stale, kefu_conversation_get_id (conversation));
  if (record != NULL)
    kefu_conversation_set_record (conversation, record);
}

/* What is not shown yet, comes or goes. */
static void
take_incoming (KefuInboxModel *self, const char *id, KefuConversationRecord *record)
{
  if (record != NULL && is_of_view (self, record))
    g_hash_table_insert (self->incoming, g_strdup (id), kefu_conversation_record_ref (record));
  else
    g_hash_table_remove (self->incoming, id);
}

static void
apply_unless_settled (KefuInboxModel *self)
{
  if (!self->settled)
    apply (self);
  else
    update_n_newer (self);
}

/* (nullable) (transfer full): the answer; without one a word in the log, unless nobody wants to know any more. */
static GPtrArray *
finish (GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (rows == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("The inbox could not be read: %s", error->message);
  return rows;
}

static GHashTable *
index_by_id (GPtrArray *records)
{
  GHashTable *by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < records->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (records, i);

      g_hash_table_insert (by_id, record->id, record);
    }
  return by_id;
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuInboxModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) found = finish (source, result);
  g_autoptr (GHashTable) by_id = NULL;

  if (self == NULL || found == NULL || request->generation != self->generation)
    return;
  by_id = index_by_id (found);
  for (guint i = 0; request->ids[i] != NULL; i++)
    {
      KefuConversationRecord *record = g_hash_table_lookup (by_id, request->ids[i]);
      GSequenceIter *at = g_hash_table_lookup (self->iters, request->ids[i]);

      if (at != NULL)
        take_row (self, at, record);
      else
        take_incoming (self, request->ids[i], record);
    }
  apply_unless_settled (self);
}

/* Asks for conversations of which something changed; @ids is ended with NULL here. */
static void
ask_for (KefuInboxModel *self, GPtrArray *ids)
{
  Request *request;

  if (ids->len == 0)
    return;
  g_ptr_array_add (ids, NULL);
  request = request_new (self, (const char *const *) ids->pdata);
  kefu_store_get_conversations_async (self->store, (const char *const *) request->ids, self->cancellable, changed_cb,
                                      request);
}

/* Takes a whole list in that is the old one with changes: rows stay where they are, or move, as with any change. */
static void
merge_list (KefuInboxModel *self, GPtrArray *list)
{
  g_autoptr (GHashTable) by_id = index_by_id (list);
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id;

  /* Those that left the view: their rows show how. */
  g_hash_table_iter_init (&iter, self->iters);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (by_id, id))
      g_ptr_array_add (missing, g_strdup (id));
  ask_for (self, missing);

  g_hash_table_remove_all (self->incoming);
  for (guint i = 0; i < list->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (list, i);
      GSequenceIter *at = g_hash_table_lookup (self->iters, record->id);

      if (at != NULL)
        take_row (self, at, record);
      else
        take_incoming (self, record->id, record);
    }
  apply_unless_settled (self);
}

static void
replace_list (KefuInboxModel *self, GPtrArray *list)
{
  g_autoptr (GSequence) old = g_steal_pointer (&self->rows);
  g_autoptr (GHashTable) known = g_steal_pointer (&self->iters);
  guint old_length = (guint) g_sequence_get_length (old);

  self->rows = g_sequence_new (row_free);
  self->iters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_remove_all (self->incoming);
  g_hash_table_remove_all (self->stale);
  for (guint i = 0; i < list->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (list, i);
      GSequenceIter *at = g_hash_table_lookup (known, record->id);
      Row *row = row_new (record, at != NULL ? ((Row *) g_sequence_get (at))->conversation : NULL);

      g_hash_table_insert (self->iters, g_strdup (record->id), g_sequence_append (self->rows, row));
    }
  if (old_length > 0 || list->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, old_length, list->len);
  update_n_newer (self);
  /* Last, see take_row(). */
  for (guint i = 0; i < list->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (list, i);
      GSequenceIter *at = g_hash_table_lookup (self->iters, record->id);

      if (at != NULL)
        kefu_conversation_set_record (((Row *) g_sequence_get (at))->conversation, record);
    }
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuInboxModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) list = finish (source, result);

  if (self == NULL || request->generation != self->generation)
    return;
  if (list != NULL)
    {
      self->replace = FALSE;
      if (request->replace)
        replace_list (self, list);
      else
        merge_list (self, list);
    }
  set_loading (self, FALSE);
}

/* @replace: the agent asked for another list; else the same one is read again because too much of it may have changed. */
static void
reload (KefuInboxModel *self, gboolean replace)
{
  const KefuInboxQuery query = { .view = self->view, .order = self->order };
  Request *request;

  /* What was asked for stays asked for if it is overtaken. */
  self->replace = self->replace || replace;
  self->generation++;
  set_loading (self, TRUE);
  request = request_new (self, NULL);
  request->replace = self->replace;
  kefu_store_list_inbox_async (self->store, &query, NULL, 0, self->cancellable, list_cb, request);
}

static void count (KefuInboxModel *self);

static void
count_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuInboxModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GArray) counts = kefu_store_count_views_finish (KEFU_STORE (source), result, NULL);

  if (self == NULL)
    return;
  self->counting = FALSE;
  if (counts != NULL && memcmp (self->counts, counts->data, sizeof (self->counts)) != 0)
    {
      memcpy (self->counts, counts->data, sizeof (self->counts));
      g_signal_emit (self, signals[SIGNAL_COUNTS_CHANGED], 0);
    }
  if (self->count_again)
    count (self);
}

/* One question at a time: a storm of changes asks twice, not a thousand times. */
static void
count (KefuInboxModel *self)
{
  self->count_again = self->counting;
  if (self->counting)
    return;
  self->counting = TRUE;
  kefu_store_count_views_async (self->store, NULL, NULL, self->cancellable, count_cb, request_new (self, NULL));
}

static void
store_changed_cb (KefuInboxModel *self, KefuChangeSet *set, KefuStore *store)
{
  g_autofree const char **changed = kefu_change_set_ids (set, "conversation");
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (kefu_change_set_is_all (set) || kefu_change_set_has (set, "channel", NULL) ||
      kefu_change_set_has (set, "agent", NULL))
    {
      reload (self, FALSE);
      count (self);
      return;
    }

  for (guint i = 0; changed[i] != NULL; i++)
    g_ptr_array_add (ids, (char *) changed[i]);
  if (ids->len == 0)
    return;
  if (ids->len > MANY)
    reload (self, FALSE);
  else
    ask_for (self, ids);
  count (self);
}

static GType
kefu_inbox_model_get_item_type (GListModel *model)
{
  return KEFU_TYPE_CONVERSATION;
}

static guint
kefu_inbox_model_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (KEFU_INBOX_MODEL (model)->rows);
}

static gpointer
kefu_inbox_model_get_item (GListModel *model, guint position)
{
  KefuInboxModel *self = KEFU_INBOX_MODEL (model);
  GSequenceIter *at = g_sequence_get_iter_at_pos (self->rows, (int) MIN (position, G_MAXINT));

  return g_sequence_iter_is_end (at) ? NULL : g_object_ref (((Row *) g_sequence_get (at))->conversation);
}

static void
kefu_inbox_model_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = kefu_inbox_model_get_item_type;
  iface->get_n_items = kefu_inbox_model_get_n_items;
  iface->get_item = kefu_inbox_model_get_item;
}

static void
kefu_inbox_model_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuInboxModel *self = KEFU_INBOX_MODEL (object);

  switch (prop_id)
    {
    case PROP_VIEW:
      g_value_set_uint (value, self->view);
      break;
    case PROP_ORDER:
      g_value_set_uint (value, self->order);
      break;
    case PROP_N_NEWER:
      g_value_set_uint (value, self->n_newer);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_SETTLED:
      g_value_set_boolean (value, self->settled);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_inbox_model_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  KefuInboxModel *self = KEFU_INBOX_MODEL (object);

  switch (prop_id)
    {
    case PROP_VIEW:
      kefu_inbox_model_set_view (self, g_value_get_uint (value));
      break;
    case PROP_ORDER:
      kefu_inbox_model_set_order (self, g_value_get_uint (value));
      break;
    case PROP_SETTLED:
      kefu_inbox_model_set_settled (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_inbox_model_dispose (GObject *object)
{
  g_cancellable_cancel (KEFU_INBOX_MODEL (object)->cancellable);

  G_OBJECT_CLASS (kefu_inbox_model_parent_class)->dispose (object);
}

static void
kefu_inbox_model_finalize (GObject *object)
{
  KefuInboxModel *self = KEFU_INBOX_MODEL (object);

  g_clear_pointer (&self->iters, g_hash_table_unref);
  g_clear_pointer (&self->incoming, g_hash_table_unref);
  g_clear_pointer (&self->stale, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_sequence_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (kefu_inbox_model_parent_class)->finalize (object);
}

static void
kefu_inbox_model_class_init (KefuInboxModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = read | G_PARAM_WRITABLE;

  object_class->get_property = kefu_inbox_model_get_property;
  object_class->set_property = kefu_inbox_model_set_property;
  object_class->dispose = kefu_inbox_model_dispose;
  object_class->finalize = kefu_inbox_model_finalize;

  properties[PROP_VIEW] = g_param_spec_uint ("view", NULL, NULL, KEFU_VIEW_MINE, KEFU_VIEW_ALL, KEFU_VIEW_ALL, both);
  properties[PROP_ORDER] =
    g_param_spec_uint ("order", NULL, NULL, KEFU_ORDER_LONGEST, KEFU_ORDER_UNREAD, KEFU_ORDER_LONGEST, both);
  properties[PROP_N_NEWER] = g_param_spec_uint ("n-newer", NULL, NULL, 0, G_MAXUINT, 0, read);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, read);
  properties[PROP_SETTLED] = g_param_spec_boolean ("settled", NULL, NULL, FALSE, both);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_COUNTS_CHANGED] =
    g_signal_new ("counts-changed", KEFU_TYPE_INBOX_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_inbox_model_init (KefuInboxModel *self)
{
  self->view = KEFU_VIEW_ALL;
  self->rows = g_sequence_new (row_free);
  self->iters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->incoming =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) kefu_conversation_record_unref);
  self->stale = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
}

KefuInboxModel *
kefu_inbox_model_new (KefuStore *store)
{
  KefuInboxModel *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);

  self = g_object_new (KEFU_TYPE_INBOX_MODEL, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  reload (self, TRUE);
  count (self);
  return self;
}

void
kefu_inbox_model_set_view (KefuInboxModel *self, KefuInboxView view)
{
  g_return_if_fail (KEFU_IS_INBOX_MODEL (self));

  if (self->view == view)
    return;
  self->view = view;
  reload (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
}

KefuInboxView
kefu_inbox_model_get_view (KefuInboxModel *self)
{
  return self->view;
}

void
kefu_inbox_model_set_order (KefuInboxModel *self, KefuInboxOrder order)
{
  g_return_if_fail (KEFU_IS_INBOX_MODEL (self));

  if (self->order == order)
    return;
  self->order = order;
  reload (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORDER]);
}

KefuInboxOrder
kefu_inbox_model_get_order (KefuInboxModel *self)
{
  return self->order;
}

void
kefu_inbox_model_set_settled (KefuInboxModel *self, gboolean settled)
{
  g_return_if_fail (KEFU_IS_INBOX_MODEL (self));

  settled = !!settled;
  if (self->settled == settled)
    return;
  self->settled = settled;
  if (!settled)
    apply (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SETTLED]);
}

guint
kefu_inbox_model_get_n_newer (KefuInboxModel *self)
{
  return self->n_newer;
}

void
kefu_inbox_model_apply_newer (KefuInboxModel *self)
{
  g_return_if_fail (KEFU_IS_INBOX_MODEL (self));

  apply (self);
}

guint
kefu_inbox_model_get_count (KefuInboxModel *self, KefuInboxView view)
{
  return (guint) view < KEFU_N_VIEWS ? self->counts[view] : 0;
}

KefuConversation *
kefu_inbox_model_lookup (KefuInboxModel *self, const char *conversation_id, guint *position)
{
  GSequenceIter *at = g_hash_table_lookup (self->iters, conversation_id);

  if (at == NULL)
    return NULL;
  if (position != NULL)
    *position = (guint) g_sequence_iter_get_position (at);
  return ((Row *) g_sequence_get (at))->conversation;
}

KefuConversation *
kefu_inbox_model_longest (KefuInboxModel *self)
{
  KefuConversation *longest = NULL;
  gint64 since = G_MAXINT64;

  for (GSequenceIter *at = g_sequence_get_begin_iter (self->rows); !g_sequence_iter_is_end (at);
       at = g_sequence_iter_next (at))
    {
      KefuConversation *conversation = ((Row *) g_sequence_get (at))->conversation;
      gint64 waiting = kefu_conversation_get_record (conversation)->waiting_since;

      if (waiting > 0 && waiting < since)
        {
          since = waiting;
          longest = conversation;
        }
    }
  return longest;
}
