/* SPDX-License-Identifier: GPL-3.0-or-later
 * The machine's time with an error that somebody sets: timeouts go on as if nothing had happened. */
#include "config.h"

#include "jump-clock.h"

struct _JumpClock
{
  GObject parent_instance;

  KefuClock *real;
  GMutex lock;
  gint64 offset;
};

static void jump_clock_iface_init (KefuClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (JumpClock,
                               jump_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_CLOCK, jump_clock_iface_init))

static gint64
jump_clock_now (KefuClock *clock)
{
  JumpClock *self = JUMP_CLOCK (clock);
  gint64 offset;

  g_mutex_lock (&self->lock);
  offset = self->offset;
  g_mutex_unlock (&self->lock);
  return kefu_clock_now (self->real) + offset;
}

static guint
jump_clock_add_timeout (KefuClock *clock,
                        guint delay_ms,
                        GSourceOnceFunc func,
                        gpointer user_data,
                        GDestroyNotify destroy)
{
  return kefu_clock_add_timeout (JUMP_CLOCK (clock)->real, delay_ms, func, user_data, destroy);
}

static void
jump_clock_remove_timeout (KefuClock *clock, guint id)
{
  kefu_clock_remove_timeout (JUMP_CLOCK (clock)->real, id);
}

static void
jump_clock_iface_init (KefuClockInterface *iface)
{
  iface->now = jump_clock_now;
  iface->add_timeout = jump_clock_add_timeout;
  iface->remove_timeout = jump_clock_remove_timeout;
}

static void
jump_clock_finalize (GObject *object)
{
  JumpClock *self = JUMP_CLOCK (object);

  g_clear_object (&self->real);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (jump_clock_parent_class)->finalize (object);
}

static void
jump_clock_class_init (JumpClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = jump_clock_finalize;
}

static void
jump_clock_init (JumpClock *self)
{
  g_mutex_init (&self->lock);
  self->real = kefu_system_clock_new ();
}

KefuClock *
jump_clock_new (void)
{
  return g_object_new (JUMP_TYPE_CLOCK, NULL);
}

void
jump_clock_jump (JumpClock *self, gint64 ms)
{
  g_mutex_lock (&self->lock);
  self->offset += ms;
  g_mutex_unlock (&self->lock);
}
