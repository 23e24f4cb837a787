/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the side panel lets an agent change, beside what kefu-session.h offers. */
#pragma once

#include "kefu-session.h"

G_BEGIN_DECLS

/* As the functions of kefu-session.h: they return at once; a failure is told by the session's `failure`. What has been changed is compared with what the
 * editor showed (@seen): that goes with the edit, so that a colleague's is never written over unseen. Each field is an operation
 * of its own: one that a colleague was faster with does not hold up the others. @refused_op_id (nullable): what was refused and has now
 * been decided about; it is forgotten once the edit is durable, or if nothing is changed. */

/* @due_at 0: none; @order_id (nullable): none. */
void kefu_session_edit_checklist (KefuSession *self,
                                  KefuChecklistRecord *seen,
                                  const char *kind,
                                  const char *title,
                                  gint64 due_at,
                                  const char *order_id,
                                  const char *refused_op_id);
/* A refused `checklist.add`, once more with other words. */
void kefu_session_add_checklist_again (KefuSession *self,
                                       KefuOutboxRecord *refused,
                                       const char *kind,
                                       const char *title,
                                       gint64 due_at,
                                       const char *order_id);
void kefu_session_remove_checklist (KefuSession *self, KefuChecklistRecord *seen);
/* Undoes a removal. */
void kefu_session_restore_checklist (KefuSession *self, const char *item_id);
/* One field of `customer.edit`: @value and what it was, @seen_value. */
void kefu_session_edit_customer (KefuSession *self,
                                 KefuCustomerRecord *seen,
                                 const char *field,
                                 const char *seen_value,
                                 const char *value,
                                 const char *refused_op_id);
void
kefu_session_set_order_remark (KefuSession *self, KefuOrderRecord *seen, const char *remark, const char *refused_op_id);
/* @seen NULL: a new one, whose id is "" or what it was before it was removed; group_id must be an existing group's, see
 * kefu_session_add_phrase_group(). (transfer full): its id. */
char *kefu_session_save_phrase (KefuSession *self,
                                KefuPhraseRecord *phrase,
                                KefuPhraseRecord *seen,
                                const char *refused_op_id);
void kefu_session_remove_phrase (KefuSession *self, KefuPhraseRecord *seen);
/* (transfer full): the id of a new group. @scope: team, personal. */
char *kefu_session_add_phrase_group (KefuSession *self, const char *name, const char *scope);

G_END_DECLS
