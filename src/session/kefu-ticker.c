/* SPDX-License-Identifier: GPL-3.0-or-later
 * One timer for all clocks that run on the screen. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-ticker.h"

/* A timer of its own for each of fifty running clocks would wake the machine fifty times a second and let them jump at
 * different moments; this one wakes it once, at the full second, and only while a clock is on the screen. */
struct _KefuTicker
{
  GObject parent_instance;

  KefuClock *clock;
  guint holds;
  guint timeout_id;
};

enum
{
  SIGNAL_TICK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (KefuTicker, kefu_ticker, G_TYPE_OBJECT)

static void schedule (KefuTicker *self);

static void
timeout_cb (gpointer user_data)
{
  g_autoptr (KefuTicker) self = g_object_ref (KEFU_TICKER (user_data));

  self->timeout_id = 0;
  g_signal_emit (self, signals[SIGNAL_TICK], 0, kefu_clock_now (self->clock));
  /* A handler may have let go or held on. */
  if (self->holds > 0 && self->timeout_id == 0)
    schedule (self);
}

static void
schedule (KefuTicker *self)
{
  guint delay = (guint) (1000 - kefu_clock_now (self->clock) % 1000);

  self->timeout_id = kefu_clock_add_timeout (self->clock, delay, timeout_cb, self, NULL);
}

static void
kefu_ticker_dispose (GObject *object)
{
  KefuTicker *self = KEFU_TICKER (object);

  if (self->clock != NULL)
    kefu_clock_clear_timeout (self->clock, &self->timeout_id);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (kefu_ticker_parent_class)->dispose (object);
}

static void
kefu_ticker_class_init (KefuTickerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = kefu_ticker_dispose;

  signals[SIGNAL_TICK] =
    g_signal_new ("tick", KEFU_TYPE_TICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
kefu_ticker_init (KefuTicker *self)
{
}

KefuTicker *
kefu_ticker_new (KefuClock *clock)
{
  KefuTicker *self;

  g_return_val_if_fail (KEFU_IS_CLOCK (clock), NULL);

  self = g_object_new (KEFU_TYPE_TICKER, NULL);
  self->clock = g_object_ref (clock);
  return self;
}

void
kefu_ticker_hold (KefuTicker *self)
{
  g_return_if_fail (KEFU_IS_TICKER (self));

  self->holds++;
  if (self->timeout_id == 0)
    schedule (self);
}

void
kefu_ticker_release (KefuTicker *self)
{
  g_return_if_fail (KEFU_IS_TICKER (self));
  g_return_if_fail (self->holds > 0);

  self->holds--;
  if (self->holds == 0)
    kefu_clock_clear_timeout (self->clock, &self->timeout_id);
}

gint64
kefu_ticker_now (KefuTicker *self)
{
  g_return_val_if_fail (KEFU_IS_TICKER (self), 0);

  return kefu_clock_now (self->clock);
}
