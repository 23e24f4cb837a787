/* SPDX-License-Identifier: GPL-3.0-or-later
 * A clock that moves only when a test says so. */
#include "config.h"

#include "kefu-clock.h"

struct _KefuFakeClock
{
  GObject parent_instance;

  gint64 now;    /* read by workers too: atomic by the mutex */
  gint64 jumped; /* of it by jumps; the same */
  GMutex mutex;
  GList *timeouts; /* Timeout, by due time, equal ones in the order they were added */
  guint last_id;
};

typedef struct
{
  guint id;
  gint64 due;
  GSourceOnceFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Timeout;

static void kefu_fake_clock_iface_init (KefuClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuFakeClock,
                               kefu_fake_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_CLOCK, kefu_fake_clock_iface_init))

static void
timeout_free (gpointer data)
{
  Timeout *timeout = data;

  if (timeout->destroy != NULL)
    timeout->destroy (timeout->user_data);
  g_free (timeout);
}

static int
timeout_compare (gconstpointer a, gconstpointer b)
{
  const Timeout *left = a;
  const Timeout *right = b;

  if (left->due != right->due)
    return left->due < right->due ? -1 : 1;
  return left->id < right->id ? -1 : 1;
}

static gint64
kefu_fake_clock_now (KefuClock *clock)
{
  KefuFakeClock *self = KEFU_FAKE_CLOCK (clock);
  gint64 now;

  g_mutex_lock (&self->mutex);
  now = self->now;
  g_mutex_unlock (&self->mutex);
  return now;
}

static gint64
kefu_fake_clock_ticks (KefuClock *clock)
{
  KefuFakeClock *self = KEFU_FAKE_CLOCK (clock);
  gint64 ticks;

  g_mutex_lock (&self->mutex);
  ticks = self->now - self->jumped;
  g_mutex_unlock (&self->mutex);
  return ticks;
}

static guint
kefu_fake_clock_add_timeout (KefuClock *clock,
                             guint delay_ms,
                             GSourceOnceFunc func,
                             gpointer user_data,
                             GDestroyNotify destroy)
{
  KefuFakeClock *self = KEFU_FAKE_CLOCK (clock);
  Timeout *timeout = g_new0 (Timeout, 1);

  timeout->id = ++self->last_id;
  timeout->due = self->now + delay_ms;
  timeout->func = func;
  timeout->user_data = user_data;
  timeout->destroy = destroy;
  self->timeouts = g_list_insert_sorted (self->timeouts, timeout, timeout_compare);
  return timeout->id;
}

static void
kefu_fake_clock_remove_timeout (KefuClock *clock, guint id)
{
  KefuFakeClock *self = KEFU_FAKE_CLOCK (clock);

  for (GList *l = self->timeouts; l != NULL; l = l->next)
    {
      Timeout *timeout = l->data;

      if (timeout->id == id)
        {
          self->timeouts = g_list_delete_link (self->timeouts, l);
          timeout_free (timeout);
          return;
        }
    }
}

static void
kefu_fake_clock_iface_init (KefuClockInterface *iface)
{
  iface->now = kefu_fake_clock_now;
  iface->ticks = kefu_fake_clock_ticks;
  iface->add_timeout = kefu_fake_clock_add_timeout;
  iface->remove_timeout = kefu_fake_clock_remove_timeout;
}

static void
kefu_fake_clock_finalize (GObject *object)
{
  KefuFakeClock *self = KEFU_FAKE_CLOCK (object);

  g_list_free_full (self->timeouts, timeout_free);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (kefu_fake_clock_parent_class)->finalize (object);
}

static void
kefu_fake_clock_class_init (KefuFakeClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kefu_fake_clock_finalize;
}

static void
kefu_fake_clock_init (KefuFakeClock *self)
{
  g_mutex_init (&self->mutex);
}

KefuClock *
kefu_fake_clock_new (gint64 start_ms)
{
  KefuFakeClock *self = g_object_new (KEFU_TYPE_FAKE_CLOCK, NULL);

  self->now = start_ms;
  return KEFU_CLOCK (self);
}

static void
set_now (KefuFakeClock *self, gint64 now)
{
  g_mutex_lock (&self->mutex);
  self->now = now;
  g_mutex_unlock (&self->mutex);
}

void
kefu_fake_clock_advance (KefuFakeClock *self, gint64 ms)
{
  gint64 end = self->now + ms;

  g_return_if_fail (KEFU_IS_FAKE_CLOCK (self));

  while (self->timeouts != NULL)
    {
      Timeout *timeout = self->timeouts->data;

      if (timeout->due > end)
        break;
      self->timeouts = g_list_delete_link (self->timeouts, self->timeouts);
      set_now (self, MAX (self->now, timeout->due));
      timeout->func (timeout->user_data);
      timeout_free (timeout);
    }
  set_now (self, end);
}

void
kefu_fake_clock_jump (KefuFakeClock *self, gint64 ms)
{
  g_return_if_fail (KEFU_IS_FAKE_CLOCK (self));

  for (GList *l = self->timeouts; l != NULL; l = l->next)
    ((Timeout *) l->data)->due += ms;
  g_mutex_lock (&self->mutex);
  self->now += ms;
  self->jumped += ms;
  g_mutex_unlock (&self->mutex);
}

gint64
kefu_fake_clock_next (KefuFakeClock *self)
{
  Timeout *first;

  g_return_val_if_fail (KEFU_IS_FAKE_CLOCK (self), -1);

  if (self->timeouts == NULL)
    return -1;
  first = self->timeouts->data;
  return MAX (first->due - self->now, 0);
}
