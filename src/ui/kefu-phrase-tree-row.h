/* SPDX-License-Identifier: GPL-3.0-or-later
 * A row of the tree of phrases. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-phrase-node.h"

G_BEGIN_DECLS

/* A group: arrow, name, how many; a phrase: title, code. A click on a group folds and unfolds it. */
#define KEFU_TYPE_PHRASE_TREE_ROW (kefu_phrase_tree_row_get_type ())
G_DECLARE_FINAL_TYPE (KefuPhraseTreeRow, kefu_phrase_tree_row, KEFU, PHRASE_TREE_ROW, GtkBox)

GtkWidget *kefu_phrase_tree_row_new (void);
/* @row (nullable): of a GtkTreeListModel over KefuPhraseNode. */
void kefu_phrase_tree_row_set (KefuPhraseTreeRow *self, GtkTreeListRow *row);
/* (transfer none) (nullable) */
GtkTreeListRow *kefu_phrase_tree_row_get (KefuPhraseTreeRow *self);

G_END_DECLS
