/* SPDX-License-Identifier: GPL-3.0-or-later
 * A group or a phrase in the tree of phrases. */
#pragma once

#include <gio/gio.h>

#include "kefu-phrase-engine.h"

G_BEGIN_DECLS

/* Signal `changed`: the record was replaced. */
#define KEFU_TYPE_PHRASE_NODE (kefu_phrase_node_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhraseNode, kefu_phrase_node, KEFU, PHRASE_NODE, GObject)

/* (transfer none): id of the group or phrase. */
const char *kefu_phrase_node_get_id (KefuPhraseNode *self);
/* (transfer none): name of the group, title of the phrase (its text if it has none). */
const char *kefu_phrase_node_get_title (KefuPhraseNode *self);
/* (transfer none) (nullable): NULL for a group. */
KefuPhraseRecord *kefu_phrase_node_get_phrase (KefuPhraseNode *self);
/* (transfer none) (nullable): the nodes of a group; NULL for a phrase. */
GListModel *kefu_phrase_node_get_children (KefuPhraseNode *self);

/* What a tree holds. */
typedef enum
{
  KEFU_PHRASES_TEAM,
  KEFU_PHRASES_PERSONAL,
  KEFU_PHRASES_FREQUENT, /* flat: the most used, whoever's */
} KefuPhraseScope;

/* (transfer full) (element-type KefuPhraseNode): the groups of @scope with their phrases, or the phrases themselves where it is flat. */
GListModel *kefu_phrase_tree_build (KefuPhraseEngine *engine, KefuPhraseScope scope);
/* (transfer full) (element-type KefuPhraseNode): flat: what matches @query, the best first. */
GListModel *kefu_phrase_tree_search (KefuPhraseEngine *engine, const char *query);
/* Gives the nodes of @tree the records that @engine has now. FALSE if that is not enough: phrases came, went or stand elsewhere. */
gboolean kefu_phrase_tree_refresh (GListModel *tree, KefuPhraseEngine *engine, KefuPhraseScope scope);
/* How many phrases @scope has. */
guint kefu_phrase_tree_count (KefuPhraseEngine *engine, KefuPhraseScope scope);

G_END_DECLS
