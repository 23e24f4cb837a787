/* SPDX-License-Identifier: GPL-3.0-or-later
 * How long to wait before the next try. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KefuBackoff:
 *
 * Exponential backoff with jitter: each delay lies between half of and the whole
 * step; the step doubles from @base_ms to @cap_ms. A plain struct, embedded by value.
 */
typedef struct
{
  guint base_ms;
  guint cap_ms;
  guint tries;
} KefuBackoff;

void kefu_backoff_init (KefuBackoff *self, guint base_ms, guint cap_ms);
/* The next delay in ms; counts a try. */
guint kefu_backoff_next (KefuBackoff *self);
void kefu_backoff_reset (KefuBackoff *self);

G_END_DECLS
