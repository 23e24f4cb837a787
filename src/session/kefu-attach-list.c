/* SPDX-License-Identifier: GPL-3.0-or-later
 * The files that an agent is about to send: those of one draft. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-attach-list.h"

#include <glib/gi18n.h>

#define MODE "reply"

/* --- one file --- */

struct _KefuAttachItem
{
  GObject parent_instance;

  char *name;
  KefuAttachment *attachment;
  GCancellable *cancellable; /* of copying */
};

enum
{
  ITEM_CHANGED,
  N_ITEM_SIGNALS
};

static guint item_signals[N_ITEM_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuAttachItem, kefu_attach_item, G_TYPE_OBJECT)

static void
kefu_attach_item_finalize (GObject *object)
{
  KefuAttachItem *self = KEFU_ATTACH_ITEM (object);

  g_free (self->name);
  g_clear_pointer (&self->attachment, kefu_attachment_unref);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (kefu_attach_item_parent_class)->finalize (object);
}

static void
kefu_attach_item_class_init (KefuAttachItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_attach_item_finalize;
  item_signals[ITEM_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_attach_item_init (KefuAttachItem *self)
{
  self->cancellable = g_cancellable_new ();
}

const char *
kefu_attach_item_get_name (KefuAttachItem *self)
{
  g_return_val_if_fail (KEFU_IS_ATTACH_ITEM (self), NULL);

  return self->attachment && *self->attachment->name ? self->attachment->name : self->name;
}

KefuAttachment *
kefu_attach_item_get_attachment (KefuAttachItem *self)
{
  g_return_val_if_fail (KEFU_IS_ATTACH_ITEM (self), NULL);

  return self->attachment;
}

/* --- the list --- */

/* What was added in one go is refused in one go, or the last of ten reasons would hide the others. */
typedef struct
{
  guint n_open;
  GPtrArray *reasons;
} Batch;

struct _KefuAttachList
{
  GObject parent_instance;

  KefuStore *store;
  char *conversation_id;
  GPtrArray *items;
  gboolean loading;
  gboolean loaded; /* what was kept is among the items */
  gboolean dirty;  /* something is to be saved once it is */
};

enum
{
  REFUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuAttachList,
                               kefu_attach_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void load (KefuAttachList *self);

/* The store replaces all that the draft had: what it kept from before must be in the list by then, or it would be deleted. */
static void
save (KefuAttachList *self)
{
  g_autoptr (GPtrArray) attachments = NULL;

  if (!self->loaded)
    {
      self->dirty = TRUE;
      if (!self->loading)
        load (self);
      return;
    }
  self->dirty = FALSE;
  attachments = g_ptr_array_new ();
  for (guint i = 0; i < self->items->len; i++)
    {
      KefuAttachItem *item = self->items->pdata[i];

      if (item->attachment)
        g_ptr_array_add (attachments, item->attachment);
    }
  kefu_store_save_draft_attachments (self->store, self->conversation_id, MODE, attachments);
}

static void
drop (KefuAttachList *self, guint position)
{
  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* (transfer none): added at the end. */
static KefuAttachItem *
append (KefuAttachList *self, const char *name, KefuAttachment *attachment)
{
  KefuAttachItem *item = g_object_new (KEFU_TYPE_ATTACH_ITEM, NULL);

  item->name = g_strdup (name);
  item->attachment = attachment ? kefu_attachment_ref (attachment) : NULL;
  g_ptr_array_add (self->items, item);
  g_list_model_items_changed (G_LIST_MODEL (self), self->items->len - 1, 0, 1);
  return item;
}

static gboolean
has_file (KefuAttachList *self, const char *sha256)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      KefuAttachItem *item = self->items->pdata[i];

      if (item->attachment && g_str_equal (item->attachment->sha256, sha256))
        return TRUE;
    }
  return FALSE;
}

/* --- from before --- */

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuAttachList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) kept = kefu_store_list_finish (KEFU_STORE (object), result, &error);
  guint n_new = 0;

  self->loading = FALSE;
  if (kept == NULL)
    {
      g_warning ("The files of a draft could not be read: %s", error->message);
      return;
    }
  self->loaded = TRUE;
  /* In front of what was added meanwhile: they were there first. */
  for (guint i = 0; i < kept->len; i++)
    {
      KefuAttachment *attachment = kept->pdata[i];
      KefuAttachItem *item;

      if (has_file (self, attachment->sha256))
        continue;
      item = g_object_new (KEFU_TYPE_ATTACH_ITEM, NULL);
      item->name = g_strdup (attachment->name);
      item->attachment = kefu_attachment_ref (attachment);
      g_ptr_array_insert (self->items, (int) n_new++, item);
    }
  if (n_new)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n_new);
  if (self->dirty)
    save (self);
}

static void
load (KefuAttachList *self)
{
  self->loaded = FALSE;
  self->loading = TRUE;
  kefu_store_load_draft_attachments_async (self->store, self->conversation_id, MODE, NULL, loaded_cb,
                                           g_object_ref (self));
}

/* --- copying --- */

static void
batch_end (KefuAttachList *self, Batch *batch)
{
  guint n = batch->reasons->len;

  if (--batch->n_open > 0)
    return;
  if (n > 0)
    {
      g_autofree char *what =
        n == 1 ? g_strdup (_ ("Not attached"))
               : g_strdup_printf (ngettext ("%u file was not attached", "%u files were not attached", n), n);
      g_autofree char *why = NULL;

      g_ptr_array_add (batch->reasons, NULL);
      why = g_strjoinv (" · ", (char **) batch->reasons->pdata);
      g_signal_emit (self, signals[REFUSED], 0, what, why);
    }
  g_ptr_array_unref (batch->reasons);
  g_free (batch);
}

typedef struct
{
  KefuAttachList *self;
  KefuAttachItem *item;
  Batch *batch;
} Copy;

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Copy *copy = user_data;
  g_autoptr (KefuAttachList) self = copy->self;
  g_autoptr (KefuAttachItem) item = copy->item;
  Batch *batch = copy->batch;
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuAttachment) attachment = kefu_store_attach_finish (KEFU_STORE (object), result, &error);
  guint position;

  g_free (copy);
  /* Not if it was taken out meanwhile. */
  if (g_ptr_array_find (self->items, item, &position))
    {
      if (attachment == NULL)
        {
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            g_ptr_array_add (batch->reasons, g_strdup (error->message));
          drop (self, position);
        }
      else if (has_file (self, attachment->sha256))
        {
          drop (self, position);
        }
      else
        {
          item->attachment = g_steal_pointer (&attachment);
          save (self);
          g_signal_emit (item, item_signals[ITEM_CHANGED], 0);
        }
    }
  batch_end (self, batch);
}

/* Either @file or @bytes. */
static void
add (KefuAttachList *self, Batch *batch, GFile *file, GBytes *bytes, const char *name)
{
  Copy *copy = g_new0 (Copy, 1);

  batch->n_open++;
  copy->self = g_object_ref (self);
  copy->item = g_object_ref (append (self, name, NULL));
  copy->batch = batch;
  kefu_store_attach_async (self->store, file, bytes, bytes ? name : NULL, copy->item->cancellable, copied_cb, copy);
}

static Batch *
batch_new (void)
{
  Batch *batch = g_new0 (Batch, 1);

  /* Itself, until all of it was begun. */
  batch->n_open = 1;
  batch->reasons = g_ptr_array_new_with_free_func (g_free);
  return batch;
}

/* --- the model --- */

static GType
get_item_type (GListModel *model)
{
  return KEFU_TYPE_ATTACH_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return KEFU_ATTACH_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = KEFU_ATTACH_LIST (model)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
kefu_attach_list_finalize (GObject *object)
{
  KefuAttachList *self = KEFU_ATTACH_LIST (object);

  g_clear_object (&self->store);
  g_free (self->conversation_id);
  g_ptr_array_unref (self->items);
  G_OBJECT_CLASS (kefu_attach_list_parent_class)->finalize (object);
}

static void
kefu_attach_list_class_init (KefuAttachListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_attach_list_finalize;
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
kefu_attach_list_init (KefuAttachList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

KefuAttachList *
kefu_attach_list_new (KefuStore *store, const char *conversation_id)
{
  KefuAttachList *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);
  g_return_val_if_fail (conversation_id, NULL);

  self = g_object_new (KEFU_TYPE_ATTACH_LIST, NULL);
  self->store = g_object_ref (store);
  self->conversation_id = g_strdup (conversation_id);
  load (self);
  return self;
}

void
kefu_attach_list_add_files (KefuAttachList *self, GSList *files)
{
  Batch *batch;
  guint n_left_out = 0;

  g_return_if_fail (KEFU_IS_ATTACH_LIST (self));

  batch = batch_new ();
  for (GSList *link = files; link; link = link->next)
    {
      g_autofree char *base = g_file_get_basename (link->data);
      g_autofree char *shown = base ? g_filename_display_name (base) : g_strdup ("");
      g_autofree char *name = kefu_attachment_clean_name (shown);

      if (self->items->len >= KEFU_ATTACHMENTS_PER_MESSAGE)
        n_left_out++;
      else
        add (self, batch, link->data, NULL, name);
    }
  if (n_left_out)
    g_ptr_array_add (batch->reasons,
                     g_strdup_printf (ngettext ("At most %d files go at a time: %u is left out",
                                                "At most %d files go at a time: %u are left out", n_left_out),
                                      KEFU_ATTACHMENTS_PER_MESSAGE, n_left_out));
  batch_end (self, batch);
}

void
kefu_attach_list_add_bytes (KefuAttachList *self, GBytes *bytes, const char *name)
{
  Batch *batch;

  g_return_if_fail (KEFU_IS_ATTACH_LIST (self));
  g_return_if_fail (bytes && name);

  batch = batch_new ();
  if (self->items->len >= KEFU_ATTACHMENTS_PER_MESSAGE)
    g_ptr_array_add (batch->reasons, g_strdup_printf (ngettext ("At most %d files go at a time: %u is left out",
                                                                "At most %d files go at a time: %u are left out", 1),
                                                      KEFU_ATTACHMENTS_PER_MESSAGE, 1u));
  else
    add (self, batch, NULL, bytes, name);
  batch_end (self, batch);
}

void
kefu_attach_list_remove (KefuAttachList *self, KefuAttachItem *item)
{
  g_autoptr (KefuAttachItem) kept = NULL;
  guint position;

  g_return_if_fail (KEFU_IS_ATTACH_LIST (self));
  g_return_if_fail (KEFU_IS_ATTACH_ITEM (item));

  kept = g_object_ref (item);
  if (!g_ptr_array_find (self->items, item, &position))
    return;
  g_cancellable_cancel (item->cancellable);
  drop (self, position);
  if (item->attachment)
    save (self);
}

guint
kefu_attach_list_get_n_copying (KefuAttachList *self)
{
  guint n = 0;

  g_return_val_if_fail (KEFU_IS_ATTACH_LIST (self), 0);

  for (guint i = 0; i < self->items->len; i++)
    n += ((KefuAttachItem *) self->items->pdata[i])->attachment == NULL;
  return n;
}

GPtrArray *
kefu_attach_list_take (KefuAttachList *self)
{
  GPtrArray *taken;
  guint n;

  g_return_val_if_fail (KEFU_IS_ATTACH_LIST (self), NULL);

  taken = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_attachment_unref);
  n = self->items->len;
  for (guint i = 0; i < n; i++)
    {
      KefuAttachItem *item = self->items->pdata[i];

      if (item->attachment)
        g_ptr_array_add (taken, kefu_attachment_ref (item->attachment));
    }
  g_ptr_array_set_size (self->items, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  return taken;
}

void
kefu_attach_list_recover (KefuAttachList *self)
{
  g_return_if_fail (KEFU_IS_ATTACH_LIST (self));

  if (self->items->len == 0 && !self->loading)
    load (self);
}
