/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where time comes from: what every clock has in common. */
#include "config.h"

#include "kefu-clock.h"

G_DEFINE_INTERFACE (KefuClock, kefu_clock, G_TYPE_OBJECT)

static void
kefu_clock_default_init (KefuClockInterface *iface)
{
}

gint64
kefu_clock_now (KefuClock *self)
{
  g_return_val_if_fail (KEFU_IS_CLOCK (self), 0);

  return KEFU_CLOCK_GET_IFACE (self)->now (self);
}

gint64
kefu_clock_ticks (KefuClock *self)
{
  KefuClockInterface *iface;

  g_return_val_if_fail (KEFU_IS_CLOCK (self), 0);

  iface = KEFU_CLOCK_GET_IFACE (self);
  return iface->ticks != NULL ? iface->ticks (self) : g_get_monotonic_time () / 1000;
}

guint
kefu_clock_add_timeout (KefuClock *self,
                        guint delay_ms,
                        GSourceOnceFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  g_return_val_if_fail (KEFU_IS_CLOCK (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  return KEFU_CLOCK_GET_IFACE (self)->add_timeout (self, delay_ms, func, user_data, destroy);
}

void
kefu_clock_remove_timeout (KefuClock *self, guint id)
{
  g_return_if_fail (KEFU_IS_CLOCK (self));
  g_return_if_fail (id > 0);

  KEFU_CLOCK_GET_IFACE (self)->remove_timeout (self, id);
}

void
kefu_clock_clear_timeout (KefuClock *self, guint *id)
{
  guint old = *id;

  if (old == 0)
    return;
  *id = 0;
  kefu_clock_remove_timeout (self, old);
}
