/* SPDX-License-Identifier: GPL-3.0-or-later
 * Icons of the theme come to their end on the main thread. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-icons-home.h"

/* The theme's cache holds no reference of its icons: a lookup takes one of whatever the table has, and an icon leaves the table while it is finalized.
 * What keeps an icon is the ring of the last hundred that were asked for, which the threads that load icons turn too. So an icon may fall out of the ring on such
 * a thread, and a lookup may then find it between its last reference and its leaving the table:
 * “g_object_ref: assertion '!object_already_finalized' failed”, then NULL where GTK expects an icon, and the program is gone (GTK 4.8 to 4.18 at least).
 * It comes where many icons are asked for at once, as when a workspace is shown. All lookups are on the main thread. What ends there too cannot meet them. */

static void (*icon_dispose) (GObject *object);
static GThread *main_thread;

static void
unref_cb (gpointer icon)
{
  g_object_unref (icon);
}

/* A reference taken while an object is disposed keeps it: it is not finalized yet, and whoever finds it in the cache may have it. */
static void
dispose_at_home (GObject *object)
{
  if (g_thread_self () == main_thread)
    icon_dispose (object);
  else
    g_idle_add_once (unref_cb, g_object_ref (object));
}

void
kefu_icons_home_init (void)
{
  GObjectClass *klass;

  if (main_thread != NULL)
    return;
  main_thread = g_thread_self ();
  /* never given back, as the type is never unloaded */
  klass = g_type_class_ref (GTK_TYPE_ICON_PAINTABLE);
  icon_dispose = klass->dispose;
  klass->dispose = dispose_at_home;
}
