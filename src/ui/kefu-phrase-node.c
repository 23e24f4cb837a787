/* SPDX-License-Identifier: GPL-3.0-or-later
 * A group or a phrase in the tree of phrases. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-phrase-node.h"

/* Enough for what one really uses often; the list is read, not searched. */
#define FREQUENT_MAX 30
#define SEARCH_MAX 60

struct _KefuPhraseNode
{
  GObject parent_instance;

  char *group_id; /* of a group */
  char *group_name;
  GListStore *children;
  KefuPhraseRecord *phrase; /* of a phrase */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuPhraseNode, kefu_phrase_node, G_TYPE_OBJECT)

static void
kefu_phrase_node_finalize (GObject *object)
{
  KefuPhraseNode *self = KEFU_PHRASE_NODE (object);

  g_free (self->group_id);
  g_free (self->group_name);
  g_clear_object (&self->children);
  g_clear_pointer (&self->phrase, kefu_phrase_record_unref);
  G_OBJECT_CLASS (kefu_phrase_node_parent_class)->finalize (object);
}

static void
kefu_phrase_node_class_init (KefuPhraseNodeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_phrase_node_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", KEFU_TYPE_PHRASE_NODE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_phrase_node_init (KefuPhraseNode *self)
{
}

static void
append_phrase (GListStore *store, KefuPhraseRecord *phrase)
{
  g_autoptr (KefuPhraseNode) node = g_object_new (KEFU_TYPE_PHRASE_NODE, NULL);

  node->phrase = kefu_phrase_record_ref (phrase);
  g_list_store_append (store, node);
}

static KefuPhraseNode *
append_group (GListStore *store, KefuPhraseRecord *first)
{
  g_autoptr (KefuPhraseNode) node = g_object_new (KEFU_TYPE_PHRASE_NODE, NULL);

  node->group_id = g_strdup (first->group_id);
  node->group_name = g_strdup (first->group_name);
  node->children = g_list_store_new (KEFU_TYPE_PHRASE_NODE);
  g_list_store_append (store, node);
  return node;
}

const char *
kefu_phrase_node_get_id (KefuPhraseNode *self)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_NODE (self), NULL);

  return self->phrase ? self->phrase->id : self->group_id;
}

const char *
kefu_phrase_node_get_title (KefuPhraseNode *self)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_NODE (self), NULL);

  if (!self->phrase)
    return self->group_name;
  return *self->phrase->title ? self->phrase->title : self->phrase->body;
}

KefuPhraseRecord *
kefu_phrase_node_get_phrase (KefuPhraseNode *self)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_NODE (self), NULL);

  return self->phrase;
}

GListModel *
kefu_phrase_node_get_children (KefuPhraseNode *self)
{
  g_return_val_if_fail (KEFU_IS_PHRASE_NODE (self), NULL);

  return self->children ? G_LIST_MODEL (self->children) : NULL;
}

static gboolean
is_in_scope (KefuPhraseRecord *phrase, KefuPhraseScope scope)
{
  switch (scope)
    {
    case KEFU_PHRASES_TEAM:
      return !g_str_equal (phrase->scope, "personal");
    case KEFU_PHRASES_PERSONAL:
      return g_str_equal (phrase->scope, "personal");
    case KEFU_PHRASES_FREQUENT:
    default:
      return phrase->uses > 0;
    }
}

static int
compare_uses (gconstpointer a, gconstpointer b)
{
  const KefuPhraseRecord *first = *(KefuPhraseRecord *const *) a;
  const KefuPhraseRecord *second = *(KefuPhraseRecord *const *) b;

  if (first->uses != second->uses)
    return second->uses - first->uses;
  if (first->last_used != second->last_used)
    return first->last_used < second->last_used ? 1 : -1;
  return g_strcmp0 (first->id, second->id);
}

/* (transfer container): the phrases of @scope in the order in which they are shown. */
static GPtrArray *
collect (KefuPhraseEngine *engine, KefuPhraseScope scope)
{
  GPtrArray *all = kefu_phrase_engine_get_all (engine);
  GPtrArray *phrases = g_ptr_array_new ();

  for (guint i = 0; all && i < all->len; i++)
    if (is_in_scope (all->pdata[i], scope))
      g_ptr_array_add (phrases, all->pdata[i]);
  if (scope == KEFU_PHRASES_FREQUENT)
    {
      g_ptr_array_sort (phrases, compare_uses);
      g_ptr_array_set_size (phrases, (int) MIN (phrases->len, FREQUENT_MAX));
    }
  return phrases;
}

GListModel *
kefu_phrase_tree_build (KefuPhraseEngine *engine, KefuPhraseScope scope)
{
  g_autoptr (GPtrArray) phrases = collect (engine, scope);
  GListStore *root = g_list_store_new (KEFU_TYPE_PHRASE_NODE);
  KefuPhraseNode *group = NULL;

  for (guint i = 0; i < phrases->len; i++)
    {
      KefuPhraseRecord *phrase = phrases->pdata[i];

      if (scope == KEFU_PHRASES_FREQUENT)
        {
          append_phrase (root, phrase);
          continue;
        }
      if (!group || !g_str_equal (group->group_id, phrase->group_id))
        group = append_group (root, phrase);
      append_phrase (group->children, phrase);
    }
  return G_LIST_MODEL (root);
}

GListModel *
kefu_phrase_tree_search (KefuPhraseEngine *engine, const char *query)
{
  g_autoptr (GPtrArray) matches = kefu_phrase_engine_match (engine, query, SEARCH_MAX);
  GListStore *root = g_list_store_new (KEFU_TYPE_PHRASE_NODE);

  for (guint i = 0; i < matches->len; i++)
    append_phrase (root, ((KefuPhraseMatch *) matches->pdata[i])->phrase);
  return G_LIST_MODEL (root);
}

static void
set_phrase (KefuPhraseNode *self, KefuPhraseRecord *phrase)
{
  if (self->phrase == phrase)
    return;
  kefu_phrase_record_ref (phrase);
  kefu_phrase_record_unref (self->phrase);
  self->phrase = phrase;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The phrase nodes of @tree in order, those of groups too. */
static GPtrArray *
flatten (GListModel *tree)
{
  GPtrArray *nodes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (tree); i++)
    {
      g_autoptr (KefuPhraseNode) node = g_list_model_get_item (tree, i);

      for (guint j = 0; node->children && j < g_list_model_get_n_items (G_LIST_MODEL (node->children)); j++)
        g_ptr_array_add (nodes, g_list_model_get_item (G_LIST_MODEL (node->children), j));
      if (!node->children)
        g_ptr_array_add (nodes, g_steal_pointer (&node));
    }
  return nodes;
}

gboolean
kefu_phrase_tree_refresh (GListModel *tree, KefuPhraseEngine *engine, KefuPhraseScope scope)
{
  g_autoptr (GPtrArray) nodes = flatten (tree);
  g_autoptr (GPtrArray) phrases = collect (engine, scope);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);

  if (nodes->len != phrases->len)
    return FALSE;
  for (guint i = 0; i < phrases->len; i++)
    g_hash_table_insert (by_id, ((KefuPhraseRecord *) phrases->pdata[i])->id, phrases->pdata[i]);

  /* What is used most may change its place; that waits until the list is opened anew: it must not move under the hand. */
  for (guint i = 0; i < nodes->len; i++)
    {
      KefuPhraseNode *node = nodes->pdata[i];
      KefuPhraseRecord *phrase = g_hash_table_lookup (by_id, node->phrase->id);

      if (!phrase || !g_str_equal (phrase->group_id, node->phrase->group_id) ||
          !g_str_equal (phrase->group_name, node->phrase->group_name))
        return FALSE;
      if (scope != KEFU_PHRASES_FREQUENT &&
          !g_str_equal (((KefuPhraseRecord *) phrases->pdata[i])->id, node->phrase->id))
        return FALSE;
    }
  for (guint i = 0; i < nodes->len; i++)
    {
      KefuPhraseNode *node = nodes->pdata[i];

      set_phrase (node, g_hash_table_lookup (by_id, node->phrase->id));
    }
  return TRUE;
}

guint
kefu_phrase_tree_count (KefuPhraseEngine *engine, KefuPhraseScope scope)
{
  g_autoptr (GPtrArray) phrases = collect (engine, scope);

  return phrases->len;
}
