/* SPDX-License-Identifier: GPL-3.0-or-later
 * A note among agents in the chat, over the whole column. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define KEFU_TYPE_NOTE_BLOCK (kefu_note_block_get_type ())
G_DECLARE_FINAL_TYPE (KefuNoteBlock, kefu_note_block, KEFU, NOTE_BLOCK, GtkWidget)

GtkWidget *kefu_note_block_new (void);
/* @pending: it waits for the network. */
void
kefu_note_block_set (KefuNoteBlock *self, const char *author, const char *time, const char *body, gboolean pending);
/* @marks: (nullable): of its body. */
void kefu_note_block_set_marks (KefuNoteBlock *self, PangoAttrList *marks);

G_END_DECLS
