/* SPDX-License-Identifier: GPL-3.0-or-later
 * Where time comes from: the system's, or a test's. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define KEFU_TYPE_CLOCK (kefu_clock_get_type ())
G_DECLARE_INTERFACE (KefuClock, kefu_clock, KEFU, CLOCK, GObject)

/**
 * KefuClockInterface:
 * @now: wall clock, ms since the epoch, UTC; callable from any thread
 * @add_timeout: calls @func once after @delay_ms on the thread-default main
 *   context of the caller; returns an id > 0
 * @ticks: (nullable): ms since some moment, whoever sets the clock; callable from any thread; NULL: the machine's
 * @remove_timeout: forgets a timeout that has not fired; @destroy runs
 */
struct _KefuClockInterface
{
  GTypeInterface parent_iface;

  gint64 (*now) (KefuClock *self);
  guint (
    *add_timeout) (KefuClock *self, guint delay_ms, GSourceOnceFunc func, gpointer user_data, GDestroyNotify destroy);
  void (*remove_timeout) (KefuClock *self, guint id);
  gint64 (*ticks) (KefuClock *self);
};

gint64 kefu_clock_now (KefuClock *self);
/* ms since some moment: for how long something takes, since nobody sets it on or back. */
gint64 kefu_clock_ticks (KefuClock *self);
guint kefu_clock_add_timeout (KefuClock *self,
                              guint delay_ms,
                              GSourceOnceFunc func,
                              gpointer user_data,
                              GDestroyNotify destroy);
void kefu_clock_remove_timeout (KefuClock *self, guint id);
/* Removes *id if it is set and makes it 0. */
void kefu_clock_clear_timeout (KefuClock *self, guint *id);

#define KEFU_TYPE_SYSTEM_CLOCK (kefu_system_clock_get_type ())
G_DECLARE_FINAL_TYPE (KefuSystemClock, kefu_system_clock, KEFU, SYSTEM_CLOCK, GObject)

/* (transfer full): the time of the machine, timeouts of GLib. */
KefuClock *kefu_system_clock_new (void);

#define KEFU_TYPE_FAKE_CLOCK (kefu_fake_clock_get_type ())
G_DECLARE_FINAL_TYPE (KefuFakeClock, kefu_fake_clock, KEFU, FAKE_CLOCK, GObject)

/* (transfer full): a clock that stands at @start_ms until it is advanced. For tests. */
KefuClock *kefu_fake_clock_new (gint64 start_ms);
/* Moves the time on by @ms; due timeouts run here, in order of their time. */
void kefu_fake_clock_advance (KefuFakeClock *self, gint64 ms);
/* Sets the time on or back by @ms as somebody sets a clock: timeouts wait as long as they would have. */
void kefu_fake_clock_jump (KefuFakeClock *self, gint64 ms);
/* ms until the next timeout, or -1 if none waits. */
gint64 kefu_fake_clock_next (KefuFakeClock *self);

G_END_DECLS
