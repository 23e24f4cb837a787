/* SPDX-License-Identifier: GPL-3.0-or-later
 * So many tries a minute, and no more. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Counts tries by key over a sliding window. Used by one thread at a time. */
typedef struct _KefuRateLimit KefuRateLimit;

KefuRateLimit *kefu_rate_limit_new (guint tries, gint64 window_ms);
void kefu_rate_limit_free (KefuRateLimit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KefuRateLimit, kefu_rate_limit_free)

/* Counts a try; 0 if it is allowed, else ms until the next one is. */
gint64 kefu_rate_limit_try (KefuRateLimit *self, const char *key, gint64 now_ms);
/* The same without counting one. */
gint64 kefu_rate_limit_look (KefuRateLimit *self, const char *key, gint64 now_ms);
/* Forgets the tries of @key. */
void kefu_rate_limit_forget (KefuRateLimit *self, const char *key);

G_END_DECLS
