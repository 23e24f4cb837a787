/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a transaction changed, for the models to look at. */
#include "config.h"

#include "kefu-change-set.h"

/* Made on the writer's thread, read on the main one: the count is atomic, the content is not written any more once it has
 * crossed over. */
struct _KefuChangeSet
{
  gatomicrefcount ref_count;
  gboolean all;
  GHashTable *kinds; /* char * (interned) → GHashTable, a set of ids */
};

G_DEFINE_BOXED_TYPE (KefuChangeSet, kefu_change_set, kefu_change_set_ref, kefu_change_set_unref)

KefuChangeSet *
kefu_change_set_new (void)
{
  KefuChangeSet *self = g_new0 (KefuChangeSet, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  return self;
}

KefuChangeSet *
kefu_change_set_ref (KefuChangeSet *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
kefu_change_set_unref (KefuChangeSet *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->kinds);
  g_free (self);
}

void
kefu_change_set_add (KefuChangeSet *self, const char *kind, const char *id)
{
  GHashTable *ids;

  g_return_if_fail (self != NULL);
  g_return_if_fail (kind != NULL && id != NULL);

  ids = g_hash_table_lookup (self->kinds, kind);
  if (ids == NULL)
    {
      ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->kinds, g_strdup (kind), ids);
    }
  if (!g_hash_table_contains (ids, id))
    g_hash_table_add (ids, g_strdup (id));
}

void
kefu_change_set_add_all (KefuChangeSet *self)
{
  g_return_if_fail (self != NULL);

  self->all = TRUE;
}

void
kefu_change_set_merge (KefuChangeSet *self, KefuChangeSet *other)
{
  GHashTableIter kinds;
  gpointer kind, ids;

  g_return_if_fail (self != NULL && other != NULL);

  self->all |= other->all;
  g_hash_table_iter_init (&kinds, other->kinds);
  while (g_hash_table_iter_next (&kinds, &kind, &ids))
    {
      GHashTableIter iter;
      gpointer id;

      g_hash_table_iter_init (&iter, ids);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        kefu_change_set_add (self, kind, id);
    }
}

gboolean
kefu_change_set_is_all (KefuChangeSet *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->all;
}

gboolean
kefu_change_set_is_empty (KefuChangeSet *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return !self->all && g_hash_table_size (self->kinds) == 0;
}

gboolean
kefu_change_set_has (KefuChangeSet *self, const char *kind, const char *id)
{
  GHashTable *ids;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (kind != NULL, FALSE);

  if (self->all)
    return TRUE;
  ids = g_hash_table_lookup (self->kinds, kind);
  return ids != NULL && (id == NULL || g_hash_table_contains (ids, id));
}

const char **
kefu_change_set_ids (KefuChangeSet *self, const char *kind)
{
  GHashTable *ids;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (kind != NULL, NULL);

  ids = g_hash_table_lookup (self->kinds, kind);
  if (ids == NULL)
    return g_new0 (const char *, 1);
  return (const char **) g_hash_table_get_keys_as_array (ids, NULL);
}
