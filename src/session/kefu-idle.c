/* SPDX-License-Identifier: GPL-3.0-or-later
 * How long nobody has touched the desk. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-idle.h"

/* A timer stands still while the machine sleeps, the wall clock does not: it is looked at this often. */
#define LOOK_MS 2000

struct _KefuIdle
{
  GObject parent_instance;

  KefuClock *clock;
  gint64 limit;
  gint64 touched_at;
  gint64 looked_at;
  guint timeout_id;
  gboolean counting;
};

enum
{
  IDLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuIdle, kefu_idle, G_TYPE_OBJECT)

static void look_cb (gpointer user_data);

static void
wait_on (KefuIdle *self, gint64 now)
{
  gint64 left = self->touched_at + self->limit - now;

  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  if (self->counting && self->limit > 0)
    self->timeout_id = kefu_clock_add_timeout (self->clock, (guint) CLAMP (left, 1, LOOK_MS), look_cb, self, NULL);
}

/* TRUE: the limit has passed, and that was said. */
static gboolean
look (KefuIdle *self)
{
  gint64 now = kefu_clock_now (self->clock);

  /* a clock that was set back must not give more time than there was */
  if (now < self->looked_at)
    self->touched_at -= self->looked_at - now;
  self->looked_at = now;
  if (!self->counting || self->limit <= 0)
    return FALSE;
  if (now - self->touched_at < self->limit)
    {
      wait_on (self, now);
      return FALSE;
    }
  kefu_idle_stop (self);
  g_signal_emit (self, signals[IDLE], 0);
  return TRUE;
}

static void
look_cb (gpointer user_data)
{
  KefuIdle *self = user_data;

  self->timeout_id = 0;
  look (self);
}

static void
kefu_idle_dispose (GObject *object)
{
  KefuIdle *self = KEFU_IDLE (object);

  if (self->clock != NULL)
    kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (kefu_idle_parent_class)->dispose (object);
}

static void
kefu_idle_class_init (KefuIdleClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_idle_dispose;

  signals[IDLE] = g_signal_new ("idle", KEFU_TYPE_IDLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kefu_idle_init (KefuIdle *self)
{
}

KefuIdle *
kefu_idle_new (KefuClock *clock)
{
  KefuIdle *self = g_object_new (KEFU_TYPE_IDLE, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

void
kefu_idle_set_limit (KefuIdle *self, gint64 limit_ms)
{
  g_return_if_fail (KEFU_IS_IDLE (self));

  self->limit = limit_ms;
  wait_on (self, kefu_clock_now (self->clock));
}

void
kefu_idle_start (KefuIdle *self)
{
  g_return_if_fail (KEFU_IS_IDLE (self));

  self->counting = TRUE;
  self->touched_at = self->looked_at = kefu_clock_now (self->clock);
  wait_on (self, self->touched_at);
}

void
kefu_idle_stop (KefuIdle *self)
{
  g_return_if_fail (KEFU_IS_IDLE (self));

  self->counting = FALSE;
  kefu_clock_clear_timeout (self->clock, &self->timeout_id);
}

gboolean
kefu_idle_touch (KefuIdle *self)
{
  g_return_val_if_fail (KEFU_IS_IDLE (self), FALSE);

  if (!self->counting)
    return FALSE;
  if (look (self))
    return TRUE;
  self->touched_at = self->looked_at;
  return FALSE;
}
