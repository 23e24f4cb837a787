/* SPDX-License-Identifier: GPL-3.0-or-later
 * The colleagues that open at the caret as one types an @. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-records.h"

G_BEGIN_DECLS

/**
 * KefuMentionPicker:
 *
 * A popover that never takes the focus: the text keeps it and says what was typed. Signal `chosen` (KefuAgentRecord): one was clicked.
 */
#define KEFU_TYPE_MENTION_PICKER (kefu_mention_picker_get_type ())
G_DECLARE_FINAL_TYPE (KefuMentionPicker, kefu_mention_picker, KEFU, MENTION_PICKER, GtkPopover)

GtkWidget *kefu_mention_picker_new (void);
/* @agents (nullable) (element-type KefuAgentRecord); @own_id (nullable): of the one who is not offered. Nothing is asked for after it. */
void kefu_mention_picker_set_agents (KefuMentionPicker *self, GPtrArray *agents, const char *own_id);
/* Lists whose name begins with or has @query, or the pinyin or initials of whose name begin with it; the first is selected. FALSE: there is nobody, or
 * all of the name is there already. */
gboolean kefu_mention_picker_set_query (KefuMentionPicker *self, const char *query);
/* Goes @by rows down, round the ends. */
void kefu_mention_picker_move (KefuMentionPicker *self, int by);
/* (transfer none) (nullable) */
KefuAgentRecord *kefu_mention_picker_get_selected (KefuMentionPicker *self);

G_END_DECLS
