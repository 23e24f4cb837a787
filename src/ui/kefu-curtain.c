/* SPDX-License-Identifier: GPL-3.0-or-later
 * Takes all that the program shows off the screen, and brings it back as it was. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-curtain.h"

struct _KefuCurtain
{
  GObject parent_instance;

  AdwApplicationWindow *window; /* weak */
  GtkWidget *content;           /* what is behind it; NULL while it is open */
  GtkWidget *focus;             /* weak */
  GPtrArray *hidden;            /* GtkWindow */
  GListModel *toplevels;
};

G_DEFINE_FINAL_TYPE (KefuCurtain, kefu_curtain, G_TYPE_OBJECT)

static void
hide_others (KefuCurtain *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->toplevels); i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (self->toplevels, i);

      if (toplevel == GTK_WINDOW (self->window) || !gtk_widget_get_visible (GTK_WIDGET (toplevel)))
        continue;
      gtk_widget_set_visible (GTK_WIDGET (toplevel), FALSE);
      g_ptr_array_add (self->hidden, g_object_ref (toplevel));
    }
}

static void
shown_cb (GtkWindow *toplevel, GParamSpec *pspec, KefuCurtain *self)
{
  if (self->content != NULL)
    hide_others (self);
}

/* A window that is made behind the curtain is not to be seen before it: it is visible only after it is in the list. */
static void
toplevels_cb (KefuCurtain *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkWindow) toplevel = g_list_model_get_item (self->toplevels, i);

      if (toplevel != GTK_WINDOW (self->window))
        g_signal_connect_object (toplevel, "notify::visible", G_CALLBACK (shown_cb), self, 0);
    }
}

static void
bring_back_others (KefuCurtain *self)
{
  for (guint i = 0; i < self->hidden->len; i++)
    {
      GtkWindow *toplevel = g_ptr_array_index (self->hidden, i);

      /* one that was destroyed meanwhile is of no window any more */
      for (guint k = 0; k < g_list_model_get_n_items (self->toplevels); k++)
        {
          g_autoptr (GtkWindow) there = g_list_model_get_item (self->toplevels, k);

          if (there == toplevel)
            {
              gtk_window_present (toplevel);
              break;
            }
        }
    }
  g_ptr_array_set_size (self->hidden, 0);
}

static void
empty_clipboard (GdkClipboard *clipboard)
{
  if (gdk_clipboard_is_local (clipboard))
    gdk_clipboard_set_content (clipboard, NULL);
}

static void
kefu_curtain_dispose (GObject *object)
{
  KefuCurtain *self = KEFU_CURTAIN (object);

  g_clear_weak_pointer (&self->focus);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->content);
  g_clear_pointer (&self->hidden, g_ptr_array_unref);
  g_clear_object (&self->toplevels);

  G_OBJECT_CLASS (kefu_curtain_parent_class)->dispose (object);
}

static void
kefu_curtain_class_init (KefuCurtainClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kefu_curtain_dispose;
}

static void
kefu_curtain_init (KefuCurtain *self)
{
  self->hidden = g_ptr_array_new_with_free_func (g_object_unref);
  g_set_object (&self->toplevels, gtk_window_get_toplevels ());
  g_signal_connect_object (self->toplevels, "items-changed", G_CALLBACK (toplevels_cb), self, G_CONNECT_SWAPPED);
}

KefuCurtain *
kefu_curtain_new (AdwApplicationWindow *window)
{
  KefuCurtain *self;

  g_return_val_if_fail (ADW_IS_APPLICATION_WINDOW (window), NULL);

  self = g_object_new (KEFU_TYPE_CURTAIN, NULL);
  g_set_weak_pointer (&self->window, window);
  toplevels_cb (self, 0, 0, g_list_model_get_n_items (self->toplevels));
  return self;
}

void
kefu_curtain_draw (KefuCurtain *self, GtkWidget *page)
{
  GdkDisplay *display;

  g_return_if_fail (KEFU_IS_CURTAIN (self));
  g_return_if_fail (GTK_IS_WIDGET (page));

  if (self->content != NULL || self->window == NULL)
    return;
  display = gtk_widget_get_display (GTK_WIDGET (self->window));
  g_set_weak_pointer (&self->focus, gtk_window_get_focus (GTK_WINDOW (self->window)));
  self->content = g_object_ref (adw_application_window_get_content (self->window));
  adw_application_window_set_content (self->window, page);
  hide_others (self);
  empty_clipboard (gdk_display_get_clipboard (display));
  empty_clipboard (gdk_display_get_primary_clipboard (display));
  gtk_widget_grab_focus (page);
}

void
kefu_curtain_open (KefuCurtain *self)
{
  g_autoptr (GtkWidget) content = NULL;

  g_return_if_fail (KEFU_IS_CURTAIN (self));

  content = g_steal_pointer (&self->content);
  if (content == NULL || self->window == NULL)
    return;
  adw_application_window_set_content (self->window, content);
  /* another page may have come up behind the curtain */
  if (self->focus != NULL && gtk_widget_get_mapped (self->focus))
    gtk_widget_grab_focus (self->focus);
  else
    gtk_widget_child_focus (content, GTK_DIR_TAB_FORWARD);
  g_clear_weak_pointer (&self->focus);
  bring_back_others (self);
}

gboolean
kefu_curtain_is_drawn (KefuCurtain *self)
{
  g_return_val_if_fail (KEFU_IS_CURTAIN (self), FALSE);

  return self->content != NULL;
}
