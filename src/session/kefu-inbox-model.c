/* SPDX-License-Identifier: GPL-3.0-or-later
 * The inbox list: conversations of a view in a frozen order. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-inbox-model.h"

#include <string.h>

#include "kefu-inbox-rows.h"

/* Rows are read by as many, as the agent comes near the last one. */
#define PAGE 100
/* More changed conversations than this are read anew as a list, and that in pages of as many. */
#define MANY 500
/* The list does not become longer than this by what comes in, but for what is in view. Nor do more than MANY wait with all that they would show. */
#define LONG (6 * PAGE)

struct _KefuInboxModel
{
  GObject parent_instance;

  KefuStore *store;
  KefuInboxQuery query;
  gboolean settled;
  gboolean loading;
  KefuInboxRows *rows;
  guint n_newer;
  guint counts[KEFU_N_VIEWS];
  gboolean counting;
  gboolean count_again;
  gboolean count_is_old; /* the counts under way are of another filter */
  guint generation;
  gboolean replacing; /* the list under way is of another question */
  gboolean walking;   /* the list under way is the same one read again */
  gboolean walk_again;
  gboolean catching_up; /* what the walk finds comes in, settled or not */
  gboolean paging;      /* a page is under way */
  gboolean behind;      /* an answer did not come: with the next change the list is read again */
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
  SIGNAL_QUERY_CHANGED,
  N_SIGNALS
};

/* A question to the store; the model may be gone when the answer comes. */
typedef struct
{
  GWeakRef model;
  guint generation;
  char **ids;
  GHashTable *seen;  /* conversation ids that a walk has met; a set */
  guint most;        /* of them, before it is cut short */
  KefuInboxKey last; /* where it goes on */
} Request;

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void kefu_inbox_model_list_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuInboxModel,
                               kefu_inbox_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, kefu_inbox_model_list_iface_init))

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
  g_clear_pointer (&request->seen, g_hash_table_unref);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static gboolean
is_wanted (KefuInboxModel *self, const KefuConversationRecord *record)
{
  return record != NULL && kefu_inbox_query_has (&self->query, kefu_store_get_agent_id (self->store), record);
}

static void
set_loading (KefuInboxModel *self, gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
update_n_newer (KefuInboxModel *self)
{
  guint n = kefu_inbox_rows_count_newer (self->rows);

  if (n == self->n_newer)
    return;
  self->n_newer = n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_NEWER]);
}

static void
tell (KefuInboxModel *self, const KefuInboxSplice *splice)
{
  g_list_model_items_changed (G_LIST_MODEL (self), splice->position, splice->removed, splice->added);
}

static void walk (KefuInboxModel *self);

static void
apply (KefuInboxModel *self)
{
  KefuInboxSplice splice;

  if (kefu_inbox_rows_apply (self->rows, &splice))
    tell (self, &splice);
  update_n_newer (self);
  /* Too many waited to keep them all: the list is read again. */
  if (kefu_inbox_rows_lacks (self->rows))
    {
      self->catching_up = TRUE;
      walk (self);
    }
  /* What left was replaced by nothing: the list goes on below. */
  if (kefu_inbox_rows_get_length (self->rows) < PAGE / 2)
    kefu_inbox_model_load_more (self);
}

static void
apply_unless_settled (KefuInboxModel *self)
{
  if (!self->settled)
    apply (self);
  else
    update_n_newer (self);
}

/* By what comes in: on a long day that is everybody, one after the other. A change of its own, so that rows in view are not between both ends. */
static void
take_in (KefuInboxModel *self)
{
  KefuInboxSplice splice;

  if (self->settled)
    {
      /* What a walk has read is read once only. */
      if (!self->walking)
        kefu_inbox_rows_spare (self->rows, MANY);
      update_n_newer (self);
      return;
    }
  apply (self);
  if (kefu_inbox_rows_cut (self->rows, LONG, 2 * PAGE) && kefu_inbox_rows_apply (self->rows, &splice))
    tell (self, &splice);
}

/* (nullable) (transfer full): the answer; without one a word in the log, unless nobody wants to know any more. @self: (nullable). */
static GPtrArray *
finish (KefuInboxModel *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  if (rows != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return rows;
  g_warning ("The inbox could not be read: %s", error->message);
  if (self != NULL)
    self->behind = TRUE;
  return NULL;
}

/* --- single conversations --- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuInboxModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) found = finish (self, source, result);
  g_autoptr (GHashTable) by_id = NULL;

  /* A list that replaces this one was read after this, or comes before it. */
  if (self == NULL || found == NULL || self->replacing || request->generation != self->generation)
    return;
  by_id = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < found->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (found, i);

      g_hash_table_insert (by_id, record->id, record);
    }
  for (guint i = 0; request->ids[i] != NULL; i++)
    {
      KefuConversationRecord *record = g_hash_table_lookup (by_id, request->ids[i]);

      kefu_inbox_rows_take (self->rows, request->ids[i], record, is_wanted (self, record));
    }
  take_in (self);
}

/* Asks for conversations of which something changed. */
static void
ask_for (KefuInboxModel *self, GPtrArray *ids)
{
  for (guint from = 0; from < ids->len; from += MANY)
    {
      g_autoptr (GPtrArray) some = g_ptr_array_new ();
      Request *request;

      for (guint i = from; i < MIN (ids->len, from + MANY); i++)
        g_ptr_array_add (some, g_ptr_array_index (ids, i));
      g_ptr_array_add (some, NULL);
      request = request_new (self, (const char *const *) some->pdata);
      kefu_store_get_conversations_async (self->store, (const char *const *) request->ids, self->cancellable,
                                          changed_cb, request);
    }
}

/* --- the list again: rows stay where they are, or move, as with any change --- */

static void
walk_ends (KefuInboxModel *self, GHashTable *seen)
{
  g_autoptr (GPtrArray) others = kefu_inbox_rows_list_others (self->rows, seen);

  self->walking = FALSE;
  /* they are asked for as the others */
  kefu_inbox_rows_drop_lacking (self->rows);
  if (self->catching_up)
    apply (self);
  else
    apply_unless_settled (self);
  self->catching_up = FALSE;
  /* Those that left show how. */
  ask_for (self, others);
  if (self->walk_again)
    walk (self);
}

/* Takes one page. TRUE: that was as far as the rows reach. */
static gboolean
walk_take (KefuInboxModel *self, Request *request, GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (list, i);
      KefuInboxKey key = kefu_inbox_key_of (self->query.order, record);
      const KefuInboxKey *end = kefu_inbox_rows_get_end (self->rows);

      if (end != NULL && kefu_inbox_key_compare (&key, end) > 0)
        return TRUE;
      if (g_hash_table_size (request->seen) == request->most)
        {
          /* It has grown by more than anybody has asked to see, as when a year of chats comes for the first time. */
          kefu_inbox_rows_set_end (self->rows, &request->last);
          return TRUE;
        }
      g_hash_table_add (request->seen, g_strdup (record->id));
      request->last = key;
      kefu_inbox_rows_take (self->rows, record->id, record, TRUE);
    }
  return list->len < MANY;
}

static void
walk_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuInboxModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) list = finish (self, source, result);
  KefuInboxKey last;

  if (self == NULL || request->generation != self->generation)
    return;
  if (list == NULL)
    {
      self->walking = FALSE;
      self->catching_up = FALSE;
      if (self->walk_again)
        walk (self);
    }
  else if (walk_take (self, request, list))
    walk_ends (self, request->seen);
  else
    {
      last = request->last;
      kefu_store_list_inbox_async (self->store, &self->query, &last, MANY, self->cancellable, walk_cb,
                                   g_steal_pointer (&request));
    }
}

/* Too much of the list may have changed. */
static void
walk (KefuInboxModel *self)
{
  Request *request;

  self->walk_again = self->walking || self->replacing;
  if (self->replacing)
    return;
  if (self->walking)
    return;
  self->walking = TRUE;
  request = request_new (self, NULL);
  request->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  request->most = MAX (PAGE, kefu_inbox_rows_get_length (self->rows));
  if (kefu_inbox_rows_is_complete (self->rows))
    request->most += PAGE / 2;
  kefu_store_list_inbox_async (self->store, &self->query, NULL, MANY, self->cancellable, walk_cb, request);
}

/* --- another list --- */

/* What is below @list is there, or not. */
static void
set_end_after (KefuInboxModel *self, KefuInboxRows *rows, GPtrArray *list)
{
  KefuInboxKey last;

  if (list->len < PAGE)
    {
      kefu_inbox_rows_set_complete (rows);
      return;
    }
  last = kefu_inbox_key_of (self->query.order, g_ptr_array_index (list, list->len - 1));
  kefu_inbox_rows_set_end (rows, &last);
}

/* What rows show is replaced last: whoever hears of it may ask this model for anything, and find it in order. */
static void
take_list (KefuInboxModel *self, GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    {
      KefuConversationRecord *record = g_ptr_array_index (list, i);

      if (kefu_inbox_rows_has (self->rows, record->id))
        kefu_inbox_rows_take (self->rows, record->id, record, TRUE);
    }
}

static void
replace_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuInboxModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) list = finish (self, source, result);
  g_autoptr (KefuInboxRows) old = NULL;
  KefuInboxSplice splice;

  if (self == NULL || request->generation != self->generation)
    return;
  self->replacing = FALSE;
  old = self->rows;
  self->rows = kefu_inbox_rows_new (self->query.order);
  /* What was there answers another question: without the answer to this one nothing is shown. */
  if (list == NULL)
    list = g_ptr_array_new ();
  else
    set_end_after (self, self->rows, list);
  kefu_inbox_rows_append (self->rows, list, old, &splice);
  splice.removed = kefu_inbox_rows_get_length (old);
  if (splice.removed > 0 || splice.added > 0)
    tell (self, &splice);
  update_n_newer (self);
  take_list (self, list);
  set_loading (self, FALSE);
  if (self->walk_again)
    walk (self);
}

/* The agent asked for another list: whatever stood there goes, also while settled. */
static void
replace (KefuInboxModel *self)
{
  self->generation++;
  self->replacing = TRUE;
  self->walking = FALSE;
  self->walk_again = FALSE;
  self->catching_up = FALSE;
  self->paging = FALSE;
  set_loading (self, TRUE);
  kefu_store_list_inbox_async (self->store, &self->query, NULL, PAGE, self->cancellable, replace_cb,
                               request_new (self, NULL));
}

/* --- further down --- */

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (KefuInboxModel) self = g_weak_ref_get (&request->model);
  g_autoptr (GPtrArray) list = finish (self, source, result);
  const KefuInboxKey *end;
  KefuInboxSplice splice;

  if (self == NULL || request->generation != self->generation)
    return;
  self->paging = FALSE;
  end = kefu_inbox_rows_get_end (self->rows);
  /* The list was cut short meanwhile: this is not what comes next. */
  if (list == NULL || end == NULL || kefu_inbox_key_compare (end, &request->last) != 0)
    return;
  set_end_after (self, self->rows, list);
  if (kefu_inbox_rows_append (self->rows, list, NULL, &splice))
    tell (self, &splice);
  take_list (self, list);
  apply_unless_settled (self);
}

gboolean
kefu_inbox_model_load_more (KefuInboxModel *self)
{
  const KefuInboxKey *end;
  Request *request;

  g_return_val_if_fail (KEFU_IS_INBOX_MODEL (self), FALSE);

  if (self->replacing || self->paging)
    return TRUE;
  end = kefu_inbox_rows_get_end (self->rows);
  if (end == NULL)
    return FALSE;
  self->paging = TRUE;
  request = request_new (self, NULL);
  request->last = *end;
  kefu_store_list_inbox_async (self->store, &self->query, end, PAGE, self->cancellable, page_cb, request);
  return TRUE;
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
  if (counts != NULL && !self->count_is_old && memcmp (self->counts, counts->data, sizeof (self->counts)) != 0)
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
  self->count_is_old = FALSE;
  kefu_store_count_views_async (self->store, self->query.channel_id, self->query.label_id, self->cancellable, count_cb,
                                request_new (self, NULL));
}

/* Whatever was missed when an answer did not come is made up for. */
static void
read_again (KefuInboxModel *self)
{
  const gboolean knows_any = kefu_inbox_rows_is_complete (self->rows) || kefu_inbox_rows_get_end (self->rows) != NULL;

  self->behind = FALSE;
  if (knows_any || self->replacing)
    walk (self);
  else
    replace (self);
}

static void
store_changed_cb (KefuInboxModel *self, KefuChangeSet *set, KefuStore *store)
{
  g_autofree const char **changed = kefu_change_set_ids (set, "conversation");
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (self->behind || kefu_change_set_is_all (set) || kefu_change_set_has (set, "channel", NULL) ||
      kefu_change_set_has (set, "agent", NULL))
    {
      read_again (self);
      count (self);
      return;
    }

  for (guint i = 0; changed[i] != NULL; i++)
    g_ptr_array_add (ids, (char *) changed[i]);
  if (ids->len == 0)
    return;
  if (ids->len > MANY)
    walk (self);
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
  return kefu_inbox_rows_get_length (KEFU_INBOX_MODEL (model)->rows);
}

static gpointer
kefu_inbox_model_get_item (GListModel *model, guint position)
{
  KefuConversation *conversation = kefu_inbox_rows_get (KEFU_INBOX_MODEL (model)->rows, position);

  return conversation != NULL ? g_object_ref (conversation) : NULL;
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
      g_value_set_uint (value, self->query.view);
      break;
    case PROP_ORDER:
      g_value_set_uint (value, self->query.order);
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

  g_clear_pointer (&self->rows, kefu_inbox_rows_free);
  kefu_inbox_query_clear (&self->query);
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

  signals[SIGNAL_QUERY_CHANGED] =
    g_signal_new ("query-changed", KEFU_TYPE_INBOX_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_COUNTS_CHANGED] =
    g_signal_new ("counts-changed", KEFU_TYPE_INBOX_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_inbox_model_init (KefuInboxModel *self)
{
  self->query.view = KEFU_VIEW_ALL;
  self->rows = kefu_inbox_rows_new (self->query.order);
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
  replace (self);
  count (self);
  return self;
}

void
kefu_inbox_model_set_view (KefuInboxModel *self, KefuInboxView view)
{
  g_return_if_fail (KEFU_IS_INBOX_MODEL (self));

  if (self->query.view == view)
    return;
  self->query.view = view;
  replace (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
  g_signal_emit (self, signals[SIGNAL_QUERY_CHANGED], 0);
}

KefuInboxView
kefu_inbox_model_get_view (KefuInboxModel *self)
{
  return self->query.view;
}

void
kefu_inbox_model_set_order (KefuInboxModel *self, KefuInboxOrder order)
{
  g_return_if_fail (KEFU_IS_INBOX_MODEL (self));

  if (self->query.order == order)
    return;
  self->query.order = order;
  replace (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORDER]);
}

KefuInboxOrder
kefu_inbox_model_get_order (KefuInboxModel *self)
{
  return self->query.order;
}

void
kefu_inbox_model_set_filter (KefuInboxModel *self, const char *channel_id, const char *label_id)
{
  g_return_if_fail (KEFU_IS_INBOX_MODEL (self));

  if (g_strcmp0 (self->query.channel_id, channel_id) == 0 && g_strcmp0 (self->query.label_id, label_id) == 0)
    return;
  g_free (self->query.channel_id);
  self->query.channel_id = g_strdup (channel_id);
  g_free (self->query.label_id);
  self->query.label_id = g_strdup (label_id);
  replace (self);
  self->count_is_old = TRUE;
  count (self);
  g_signal_emit (self, signals[SIGNAL_QUERY_CHANGED], 0);
}

const KefuInboxQuery *
kefu_inbox_model_get_query (KefuInboxModel *self)
{
  g_return_val_if_fail (KEFU_IS_INBOX_MODEL (self), NULL);

  return &self->query;
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
  return kefu_inbox_rows_lookup (self->rows, conversation_id, position);
}
