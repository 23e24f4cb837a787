/* SPDX-License-Identifier: GPL-3.0-or-later
 * How long to wait before the next try. */
#include "config.h"

#include "kefu-backoff.h"

void
kefu_backoff_init (KefuBackoff *self, guint base_ms, guint cap_ms)
{
  g_return_if_fail (base_ms > 0 && cap_ms >= base_ms);

  self->base_ms = base_ms;
  self->cap_ms = cap_ms;
  self->tries = 0;
}

guint
kefu_backoff_next (KefuBackoff *self)
{
  guint64 step = (guint64) self->base_ms << MIN (self->tries, 20);

  step = MIN (step, self->cap_ms);
  self->tries++;
  /* Half is fixed, half is chance: many desks do not come back in one beat. */
  return (guint) (step - step / 2 + (guint64) g_random_int_range (0, (gint32) (step / 2) + 1));
}

void
kefu_backoff_reset (KefuBackoff *self)
{
  self->tries = 0;
}
