/* SPDX-License-Identifier: GPL-3.0-or-later
 * When the first rows were on the screen, for who measures the start. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-first-paint.h"

#define IS_ROW "kefu-first-paint-is-row"

static gboolean
has_row (GtkWidget *widget, KefuFirstPaintFunc is_row)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (gtk_widget_get_height (widget) > 0 && is_row (widget))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_row (child, is_row))
      return TRUE;
  return FALSE;
}

static void
after_paint_cb (GdkFrameClock *frame_clock, GtkWidget *window)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!has_row (window, (KefuFirstPaintFunc) g_object_get_data (G_OBJECT (window), IS_ROW)))
    return;
  g_signal_handlers_disconnect_by_func (frame_clock, after_paint_cb, window);
  text = g_strdup_printf ("rows %" G_GINT64_FORMAT "\n", now);
  /* whole or not at all: somebody is waiting for it */
  if (!g_file_set_contents (g_getenv ("KEFU_FIRST_PAINT"), text, -1, &error))
    g_warning ("The first paint cannot be told: %s", error->message);
}

static void
realize_cb (GtkWidget *window)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), window, 0);
}

void
kefu_first_paint_watch (GtkWindow *window, KefuFirstPaintFunc is_row)
{
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (is_row != NULL);

  if (g_getenv ("KEFU_FIRST_PAINT") == NULL)
    return;
  g_object_set_data (G_OBJECT (window), IS_ROW, (gpointer) is_row);
  g_signal_connect (window, "realize", G_CALLBACK (realize_cb), NULL);
}
