/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the side panel lets an agent change, beside what kefu-session.h offers. */
#pragma once

#include "kefu-session.h"

G_BEGIN_DECLS

/* As the functions of kefu-session.h: they return at once; a failure is told by the session's `failure`. */

/* Only what differs from @item is sent, so that edits of different fields by two agents merge. @due_at 0: none; @order_id (nullable): none. */
void kefu_session_edit_checklist (KefuSession *self,
                                  KefuChecklistRecord *item,
                                  const char *kind,
                                  const char *title,
                                  gint64 due_at,
                                  const char *order_id);
/* Undoes a removal: the same promise as a new item. */
void kefu_session_restore_checklist (KefuSession *self, KefuChecklistRecord *item);
/* @phrase: its id is "" for a new one; group_id must be an existing group's, see kefu_session_add_phrase_group(). (transfer full): its id. */
char *kefu_session_save_phrase (KefuSession *self, KefuPhraseRecord *phrase);
void kefu_session_remove_phrase (KefuSession *self, const char *phrase_id);
/* (transfer full): the id of a new group. @scope: team, personal. */
char *kefu_session_add_phrase_group (KefuSession *self, const char *name, const char *scope);

G_END_DECLS
