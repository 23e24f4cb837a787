/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message promises: kind, title and due time of a checklist item. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *kind; /* of checklist_item; static */
  char *title;
  gint64 due_at; /* ms, 0: none */
} KefuChecklistProposal;

/* (transfer full): what the text of a message most likely promises or asks for; never NULL: without a known word it is a
 * `remark` with the text's first words. "送您一颗电池" → gift, "送电池一颗" or alike; "今天 17 点前发出" sets due_at. */
KefuChecklistProposal *kefu_checklist_propose (const char *text, gint64 now_ms);
void kefu_checklist_proposal_free (KefuChecklistProposal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuChecklistProposal, kefu_checklist_proposal_free)
/* (transfer none): icon name of a kind ("kefu-gift-symbolic"). */
const char *kefu_checklist_kind_icon (const char *kind);
/* (transfer none): translated name of a kind. */
const char *kefu_checklist_kind_name (const char *kind);
/* (transfer none): the kinds, NULL ends. */
const char *const *kefu_checklist_kinds (void);

G_END_DECLS
