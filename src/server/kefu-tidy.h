/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the server forgets, and when. */
#pragma once

#include "kefu-db.h"

G_BEGIN_DECLS

/* Deletions: who was away longer starts anew (410). */
#define KEFU_TOMBSTONE_DAYS 90
/* What was done and seen: a repeat that comes later than this would be taken for new. A desk repeats what it has no answer to as soon
 * as it has a network, a channel for a day; a desk that was away for more than 90 days starts anew and sends what it
 * kept, so this is twice as long. It also bounds which message a channel's quote, edit or recall can name. */
#define KEFU_DONE_DAYS 180

/**
 * kefu_tidy_begin:
 * @today_ms: (out): what to take for today
 *
 * What is forgotten never comes back, so a clock that is far ahead of what the server knew must not decide about it: one that is more
 * than a week ahead is doubted for a day, and then leads on by no more than a week a day. A server that was away for months forgets
 * a little later. Call it before the first step of a run.
 */
gboolean kefu_tidy_begin (KefuDb *db, gint64 now_ms, gint64 *today_ms, GError **error);
/**
 * kefu_tidy_step:
 * @today_ms: of kefu_tidy_begin()
 * @more: (out): whether to call again
 *
 * Forgets some hundred rows that are old enough, in a transaction of its own, so that it fits between any two writes.
 */
gboolean kefu_tidy_step (KefuDb *db, gint64 today_ms, gboolean *more, GError **error);

G_END_DECLS
