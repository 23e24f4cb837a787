/* SPDX-License-Identifier: GPL-3.0-or-later
 * What was typed and is not at the server. */
#define G_LOG_DOMAIN "kefu-session"

#include "config.h"

#include "kefu-outbox-list.h"

struct _KefuOutboxItem
{
  GObject parent_instance;

  KefuOutboxRecord *record;
};

G_DEFINE_FINAL_TYPE (KefuOutboxItem, kefu_outbox_item, G_TYPE_OBJECT)

static void
kefu_outbox_item_finalize (GObject *object)
{
  g_clear_pointer (&KEFU_OUTBOX_ITEM (object)->record, kefu_outbox_record_unref);
  G_OBJECT_CLASS (kefu_outbox_item_parent_class)->finalize (object);
}

static void
kefu_outbox_item_class_init (KefuOutboxItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_outbox_item_finalize;
}

static void
kefu_outbox_item_init (KefuOutboxItem *self)
{
}

KefuOutboxRecord *
kefu_outbox_item_get_record (KefuOutboxItem *self)
{
  g_return_val_if_fail (KEFU_IS_OUTBOX_ITEM (self), NULL);

  return self->record;
}

gboolean
kefu_outbox_item_is_rejected (KefuOutboxItem *self)
{
  g_return_val_if_fail (KEFU_IS_OUTBOX_ITEM (self), FALSE);

  return g_str_equal (self->record->state, "rejected");
}

/* The strip counts it and the tray shows it, so both look at the same list. */
struct _KefuOutboxList
{
  GObject parent_instance;

  KefuStore *store;
  GListStore *items;
  GCancellable *cancellable;
  gboolean loading;
  gboolean stale;
  guint n_rejected;
  guint n_conflicts;
  gint64 oldest_at;
};

enum
{
  PROP_0,
  PROP_N_WAITING,
  PROP_N_REJECTED,
  PROP_OLDEST_AT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuOutboxList,
                               kefu_outbox_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void load (KefuOutboxList *self);

/* Both want the same by now: there is nothing to ask. */
static gboolean
is_settled (const KefuConflictRecord *conflict)
{
  if (conflict == NULL)
    return FALSE;
  if (conflict->removing || conflict->removed)
    return conflict->removing && conflict->removed;
  return g_str_equal (conflict->mine, conflict->theirs);
}

static void
take_records (KefuOutboxList *self, GPtrArray *records)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  self->n_rejected = 0;
  self->n_conflicts = 0;
  self->oldest_at = 0;
  for (guint i = 0; i < records->len; i++)
    {
      KefuOutboxRecord *record = g_ptr_array_index (records, i);
      KefuOutboxItem *item;

      if (is_settled (record->conflict))
        {
          kefu_store_discard_rejected (self->store, record->op_id);
          continue;
        }
      item = g_object_new (KEFU_TYPE_OUTBOX_ITEM, NULL);
      item->record = kefu_outbox_record_ref (record);
      g_ptr_array_add (items, item);
      if (kefu_outbox_item_is_rejected (item))
        self->n_rejected++;
      if (record->conflict != NULL)
        self->n_conflicts++;
      if (self->oldest_at == 0 || record->created_at < self->oldest_at)
        self->oldest_at = record->created_at;
    }
  if (n_before == 0 && items->len == 0)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WAITING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REJECTED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OLDEST_AT]);
  g_list_store_splice (self->items, 0, n_before, items->pdata, items->len);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuOutboxList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  self->loading = FALSE;
  if (records != NULL)
    take_records (self, records);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("Cannot list the outbox: %s", error->message);
  if (self->stale && !g_cancellable_is_cancelled (self->cancellable))
    load (self);
}

static void
load (KefuOutboxList *self)
{
  self->stale = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  kefu_store_list_outbox_async (self->store, self->cancellable, listed_cb, g_object_ref (self));
}

static void
changed_cb (KefuOutboxList *self, KefuChangeSet *set)
{
  static const char *const kinds[] = { "checklist_item", "customer", "order", "phrase" };
  gboolean affected = kefu_change_set_has (set, KEFU_CHANGE_OUTBOX, NULL);

  /* What is asked about may change again. */
  for (guint i = 0; self->n_conflicts > 0 && !affected && i < G_N_ELEMENTS (kinds); i++)
    affected = kefu_change_set_has (set, kinds[i], NULL);
  if (affected)
    load (self);
}

static void
items_changed_cb (KefuOutboxList *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static GType
get_item_type (GListModel *model)
{
  return KEFU_TYPE_OUTBOX_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (KEFU_OUTBOX_LIST (model)->items));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (KEFU_OUTBOX_LIST (model)->items), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
kefu_outbox_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  KefuOutboxList *self = KEFU_OUTBOX_LIST (object);

  switch (prop_id)
    {
    case PROP_N_WAITING:
      g_value_set_uint (value, kefu_outbox_list_get_n_waiting (self));
      break;
    case PROP_N_REJECTED:
      g_value_set_uint (value, self->n_rejected);
      break;
    case PROP_OLDEST_AT:
      g_value_set_int64 (value, self->oldest_at);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
kefu_outbox_list_dispose (GObject *object)
{
  KefuOutboxList *self = KEFU_OUTBOX_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kefu_outbox_list_parent_class)->dispose (object);
}

static void
kefu_outbox_list_finalize (GObject *object)
{
  KefuOutboxList *self = KEFU_OUTBOX_LIST (object);

  g_object_unref (self->items);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (kefu_outbox_list_parent_class)->finalize (object);
}

static void
kefu_outbox_list_class_init (KefuOutboxListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = kefu_outbox_list_get_property;
  object_class->dispose = kefu_outbox_list_dispose;
  object_class->finalize = kefu_outbox_list_finalize;

  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_REJECTED] = g_param_spec_uint ("n-rejected", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_OLDEST_AT] = g_param_spec_int64 ("oldest-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kefu_outbox_list_init (KefuOutboxList *self)
{
  self->cancellable = g_cancellable_new ();
  self->items = g_list_store_new (KEFU_TYPE_OUTBOX_ITEM);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
}

KefuOutboxList *
kefu_outbox_list_new (KefuStore *store)
{
  KefuOutboxList *self = g_object_new (KEFU_TYPE_OUTBOX_LIST, NULL);

  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  load (self);
  return self;
}

guint
kefu_outbox_list_get_n_waiting (KefuOutboxList *self)
{
  g_return_val_if_fail (KEFU_IS_OUTBOX_LIST (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->items)) - self->n_rejected;
}

guint
kefu_outbox_list_get_n_rejected (KefuOutboxList *self)
{
  g_return_val_if_fail (KEFU_IS_OUTBOX_LIST (self), 0);

  return self->n_rejected;
}

gint64
kefu_outbox_list_get_oldest_at (KefuOutboxList *self)
{
  g_return_val_if_fail (KEFU_IS_OUTBOX_LIST (self), 0);

  return self->oldest_at;
}

KefuOutboxRecord *
kefu_outbox_list_find (KefuOutboxList *self, const char *op_id)
{
  g_return_val_if_fail (KEFU_IS_OUTBOX_LIST (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (KefuOutboxItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (g_str_equal (item->record->op_id, op_id))
        return item->record;
    }
  return NULL;
}
