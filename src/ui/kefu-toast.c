/* SPDX-License-Identifier: GPL-3.0-or-later
 * Short words over the window. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-toast.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  GFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Undo;

static void
undo_free (gpointer data, GClosure *closure)
{
  Undo *undo = data;

  if (undo->destroy)
    undo->destroy (undo->data);
  g_free (undo);
}

static void
undo_cb (AdwToast *toast, Undo *undo)
{
  undo->func (undo->data, NULL);
}

static AdwToast *
make_toast (const char *text)
{
  /* The title is markup. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  return adw_toast_new (escaped);
}

void
kefu_toast_show (GtkWidget *from, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);

  if (overlay)
    {
      AdwToast *toast = make_toast (text);

      adw_toast_set_timeout (toast, 2);
      adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
    }
}

void
kefu_toast_undo (GtkWidget *from, const char *text, GFunc undo, gpointer undo_data, GDestroyNotify destroy)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);
  AdwToast *toast;
  Undo *closure;

  if (!overlay)
    {
      if (destroy)
        destroy (undo_data);
      return;
    }
  toast = make_toast (text);
  closure = g_new0 (Undo, 1);
  closure->func = undo;
  closure->data = undo_data;
  closure->destroy = destroy;
  adw_toast_set_button_label (toast, _ ("Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb), closure, undo_free, 0);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}
