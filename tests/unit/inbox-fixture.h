/* SPDX-License-Identifier: GPL-3.0-or-later
 * An inbox model over a scripted store: its signals followed, its rows compared. */
#pragma once

#include "kefu-inbox-model.h"
#include "list-mirror.h"
#include "session-fixture.h"

G_BEGIN_DECLS

/* Conversation number @n, last heard of @minutes_ago. */
void inbox_put (World *self, int n, int minutes_ago, gboolean waits, int in_count);
KefuInboxModel *inbox_new (World *self);
void inbox_push (World *self);
/* Asserts the numbers of the conversations, in order. */
void inbox_assert_rows (KefuInboxModel *model, const char *expected);
void inbox_assert_longest (World *self, KefuInboxModel *model, const char *expected);
/* Of the others than @leave_out (nullable). */
void inbox_assert_longest_but (World *self, KefuInboxModel *model, const char *leave_out, const char *expected);
guint inbox_length (KefuInboxModel *model);
/* The model shows exactly the top of what the store lists, and says whether that is all. */
void inbox_assert_as_store (World *self, KefuInboxModel *model);

G_END_DECLS
