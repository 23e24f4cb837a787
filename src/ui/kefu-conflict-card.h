/* SPDX-License-Identifier: GPL-3.0-or-later
 * Two values of one field, the agent's and a colleague's, and the question which it shall be. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/**
 * KefuConflictCard:
 *
 * Shows both values with who wrote theirs and when, and two buttons. A decision is an operation of its own; the card goes when the outbox says so. Phone
 * numbers and addresses are masked until a button shows them, which is recorded.
 */
#define KEFU_TYPE_CONFLICT_CARD (kefu_conflict_card_get_type ())
G_DECLARE_FINAL_TYPE (KefuConflictCard, kefu_conflict_card, KEFU, CONFLICT_CARD, GtkWidget)

GtkWidget *kefu_conflict_card_new (KefuSession *session);
/* @record has a `conflict`; the same one again, with other values, keeps the focus. */
void kefu_conflict_card_set (KefuConflictCard *self, KefuOutboxRecord *record);
/* (transfer none) */
KefuOutboxRecord *kefu_conflict_card_get_record (KefuConflictCard *self);

G_END_DECLS
