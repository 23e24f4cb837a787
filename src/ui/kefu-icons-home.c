/* SPDX-License-Identifier: GPL-3.0-or-later
 * Icons of the theme come to their end on the main thread. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-icons-home.h"

/* The theme's cache holds no reference of its icons: a lookup takes one of whatever the table has, and an icon leaves the table while it is finalized.
 * What keeps an icon is the ring of the last hundred that were asked for, which the threads that load icons turn too. So an icon may fall out of the ring on such
 * a thread, and a lookup may then find it between its last reference and its leaving the table:
 * “g_object_ref: assertion '!object_already_finalized' failed”, then NULL where GTK expects an icon, and the program is gone (GTK 4.8 to 4.18 at least).
 * It comes where many icons are asked for at once, as when a workspace is shown.
 *
 * So one reference of every icon is held here from its beginning, and no thread's is ever the last. All lookups are on the main thread: an icon of which
 * only this reference is left is found by nobody while it ends there. To take one in dispose() instead would not do: the main thread may drop it before the
 * other has finished its g_object_unref(). */

/* The least number of icons among which it is worth to look for those that nobody holds. */
#define MIN_SWEEP 128

static void (*icon_constructed) (GObject *object);
static GThread *main_thread;
static GPtrArray *icons; /* of the main thread */
static guint sweep_at = MIN_SWEEP;
static gboolean sweeping;

static void
sweep_cb (gpointer user_data)
{
  guint n_kept = 0;

  for (guint i = 0; i < icons->len; i++)
    {
      GObject *icon = g_ptr_array_index (icons, i);

      if (g_atomic_int_get (&icon->ref_count) > 1)
        icons->pdata[n_kept++] = icon;
      else
        g_object_unref (icon);
    }
  g_ptr_array_set_size (icons, (int) n_kept);
  sweep_at = MAX (MIN_SWEEP, 2 * n_kept);
  sweeping = FALSE;
}

static void
hold (GObject *object)
{
  icon_constructed (object);
  if (g_thread_self () != main_thread)
    return;
  g_ptr_array_add (icons, g_object_ref (object));
  /* Not here: GTK is making an icon, and holds the lock of the theme. */
  if (icons->len >= sweep_at && !sweeping)
    {
      sweeping = TRUE;
      g_idle_add_once (sweep_cb, NULL);
    }
}

void
kefu_icons_home_init (void)
{
  GObjectClass *klass;

  if (main_thread != NULL)
    return;
  main_thread = g_thread_self ();
  icons = g_ptr_array_new ();
  /* never given back, as the type is never unloaded */
  klass = g_type_class_ref (GTK_TYPE_ICON_PAINTABLE);
  icon_constructed = klass->constructed;
  klass->constructed = hold;
}
