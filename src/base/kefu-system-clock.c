/* SPDX-License-Identifier: GPL-3.0-or-later
 * The machine's time and GLib's timeouts. */
#include "config.h"

#include "kefu-clock.h"

struct _KefuSystemClock
{
  GObject parent_instance;
};

typedef struct
{
  GSourceOnceFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Timeout;

static void kefu_system_clock_iface_init (KefuClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KefuSystemClock,
                               kefu_system_clock,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KEFU_TYPE_CLOCK, kefu_system_clock_iface_init))

static void
timeout_free (gpointer data)
{
  Timeout *timeout = data;

  if (timeout->destroy != NULL)
    timeout->destroy (timeout->user_data);
  g_free (timeout);
}

static gboolean
timeout_cb (gpointer data)
{
  Timeout *timeout = data;

  timeout->func (timeout->user_data);
  return G_SOURCE_REMOVE;
}

static gint64
kefu_system_clock_now (KefuClock *clock)
{
  return g_get_real_time () / 1000;
}

static guint
kefu_system_clock_add_timeout (KefuClock *clock,
                               guint delay_ms,
                               GSourceOnceFunc func,
                               gpointer user_data,
                               GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_timeout_source_new (delay_ms);
  Timeout *timeout = g_new0 (Timeout, 1);

  timeout->func = func;
  timeout->user_data = user_data;
  timeout->destroy = destroy;
  g_source_set_callback (source, timeout_cb, timeout, timeout_free);
  g_source_set_static_name (source, "kefu clock");
  return g_source_attach (source, g_main_context_get_thread_default ());
}

static void
kefu_system_clock_remove_timeout (KefuClock *clock, guint id)
{
  GSource *source = g_main_context_find_source_by_id (g_main_context_get_thread_default (), id);

  if (source != NULL)
    g_source_destroy (source);
}

static void
kefu_system_clock_iface_init (KefuClockInterface *iface)
{
  iface->now = kefu_system_clock_now;
  iface->add_timeout = kefu_system_clock_add_timeout;
  iface->remove_timeout = kefu_system_clock_remove_timeout;
}

static void
kefu_system_clock_class_init (KefuSystemClockClass *klass)
{
}

static void
kefu_system_clock_init (KefuSystemClock *self)
{
}

KefuClock *
kefu_system_clock_new (void)
{
  return g_object_new (KEFU_TYPE_SYSTEM_CLOCK, NULL);
}
