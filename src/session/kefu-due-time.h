/* SPDX-License-Identifier: GPL-3.0-or-later
 * The moment that words like "今天 17 点前", "周五前" or "within 2 hours" mean. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ms since the epoch, or 0 if @text (NFKC) names no time. @start, @end (out): bytes of the words. Days begin in the local time zone;
 * a day without an hour is due at 18:00. */
gint64 kefu_due_time_find (const char *text, gint64 now_ms, int *start, int *end);

G_END_DECLS
