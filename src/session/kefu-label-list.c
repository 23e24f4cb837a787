/* SPDX-License-Identifier: GPL-3.0-or-later
 * The labels that conversations can be marked with. */
#define G_LOG_DOMAIN "kefu-session"

#include "config.h"

#include "kefu-label-list.h"

#include <glib/gi18n.h>

/* Conversations name their labels by id only; there are few labels and many conversations, so whoever shows one looks here. */
struct _KefuLabelList
{
  GObject parent_instance;

  KefuStore *store;
  GPtrArray *records; /* KefuLabelRecord */
  GCancellable *cancellable;
  gboolean loading;
  gboolean stale;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuLabelList, kefu_label_list, G_TYPE_OBJECT)

static void load (KefuLabelList *self);

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KefuLabelList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = kefu_store_list_finish (KEFU_STORE (source), result, &error);

  self->loading = FALSE;
  if (records != NULL)
    {
      gboolean same = records->len == 0 && self->records->len == 0;

      g_ptr_array_unref (self->records);
      self->records = g_steal_pointer (&records);
      if (!same)
        g_signal_emit (self, signals[CHANGED], 0);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("Cannot list the labels: %s", error->message);
  if (self->stale && !g_cancellable_is_cancelled (self->cancellable))
    load (self);
}

static void
load (KefuLabelList *self)
{
  self->stale = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  kefu_store_list_labels_async (self->store, self->cancellable, listed_cb, g_object_ref (self));
}

static void
changed_cb (KefuLabelList *self, KefuChangeSet *set)
{
  if (kefu_change_set_has (set, "label", NULL))
    load (self);
}

static void
kefu_label_list_dispose (GObject *object)
{
  KefuLabelList *self = KEFU_LABEL_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kefu_label_list_parent_class)->dispose (object);
}

static void
kefu_label_list_finalize (GObject *object)
{
  KefuLabelList *self = KEFU_LABEL_LIST (object);

  g_ptr_array_unref (self->records);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (kefu_label_list_parent_class)->finalize (object);
}

static void
kefu_label_list_class_init (KefuLabelListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_label_list_dispose;
  object_class->finalize = kefu_label_list_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_LABEL_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_label_list_init (KefuLabelList *self)
{
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) kefu_label_record_unref);
  self->cancellable = g_cancellable_new ();
}

KefuLabelList *
kefu_label_list_new (KefuStore *store)
{
  KefuLabelList *self;

  g_return_val_if_fail (KEFU_IS_STORE (store), NULL);

  self = g_object_new (KEFU_TYPE_LABEL_LIST, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  load (self);
  return self;
}

GPtrArray *
kefu_label_list_get_records (KefuLabelList *self)
{
  g_return_val_if_fail (KEFU_IS_LABEL_LIST (self), NULL);

  return self->records;
}

char *
kefu_label_list_join_names (KefuLabelList *self, const char *const *ids)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (KEFU_IS_LABEL_LIST (self), NULL);

  for (guint i = 0; ids != NULL && i < self->records->len; i++)
    {
      const KefuLabelRecord *label = g_ptr_array_index (self->records, i);

      if (!g_strv_contains (ids, label->id))
        continue;
      if (text->len > 0)
        /* TRANSLATORS: between the names of labels in a list */
        g_string_append (text, C_ ("list of labels", ", "));
      g_string_append (text, label->name);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
