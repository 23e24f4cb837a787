/* SPDX-License-Identifier: GPL-3.0-or-later
 * What the tests of the interface share. */
#define G_LOG_DOMAIN "kefu-ui-test"

#include "config.h"

#include "kefu-ui-test.h"

#include "kefu-ui.h"
#include "trace.h"

/* The screen of the drawn pictures: their font, one button in the header, no frame (Xvfb has no compositor, so GTK would draw one). */
static void
set_up_screen (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (
    provider,
    "window.csd, window.solid-csd { border: none; padding: 0; margin: 0; box-shadow: none; border-radius: 0; }", -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_USER);
  g_object_set (gtk_settings_get_for_display (display), "gtk-font-name", "Cantarell 11", "gtk-decoration-layout",
                ":close", "gtk-xft-antialias", 1, "gtk-xft-hinting", 1, "gtk-xft-hintstyle", "hintslight",
                "gtk-enable-animations", FALSE, NULL);
}

void
kefu_ui_test_init (int *argc, char ***argv)
{
  g_autoptr (GtkCssProvider) provider = NULL;
  GtkIconTheme *icons;

  kefu_ui_test_trace_init ();
  /* as main() does it: Han in Chinese forms */
  g_setenv ("PANGO_LANGUAGE", "en:zh-cn", FALSE);
  gtk_test_init (argc, argv, NULL);
  adw_init ();
  kefu_ui_init ();

  /* what AdwApplication and GtkApplication do with a resource base path */
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, KEFU_UI_RESOURCES "/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  icons = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  gtk_icon_theme_add_resource_path (icons, KEFU_UI_RESOURCES "/icons");
  gtk_icon_theme_add_search_path (icons, KEFU_SOURCE_DIR "/data/icons");
  set_up_screen ();
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
kefu_ui_test_turn (void)
{
  guint id = g_timeout_add (10, wake_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
quiet_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

void
kefu_ui_test_settle (void)
{
  /* frames come every 16 ms: a few of them, then nothing of a higher priority is left */
  for (int i = 0; i < 3; i++)
    {
      gboolean quiet = FALSE;

      g_timeout_add_once (30, quiet_cb, &quiet);
      while (!quiet)
        g_main_context_iteration (NULL, TRUE);
    }
}

static gboolean
is_called (GtkWidget *widget, const char *name)
{
  const char *id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget));

  if (name == NULL || g_strcmp0 (id, name) == 0)
    return TRUE;
  if (GTK_IS_LABEL (widget))
    return g_strcmp0 (gtk_label_get_text (GTK_LABEL (widget)), name) == 0;
  if (GTK_IS_INSCRIPTION (widget))
    return g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (widget)), name) == 0;
  if (GTK_IS_BUTTON (widget))
    return g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), name) == 0;
  if (GTK_IS_IMAGE (widget))
    return g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), name) == 0;
  return FALSE;
}

/* Words are words, however they are drawn. */
static gboolean
is_of (GtkWidget *widget, GType type)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), type) || (type == GTK_TYPE_LABEL && GTK_IS_INSCRIPTION (widget));
}

GtkWidget *
kefu_ui_test_find (GtkWidget *root, GType type, const char *name)
{
  if (is_of (root, type) && is_called (root, name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = kefu_ui_test_find (child, type, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

const char *
kefu_ui_test_text (GtkWidget *root, const char *id)
{
  GtkWidget *label = kefu_ui_test_find (root, GTK_TYPE_LABEL, id);

  g_assert_nonnull (label);
  return GTK_IS_LABEL (label) ? gtk_label_get_text (GTK_LABEL (label))
                              : gtk_inscription_get_text (GTK_INSCRIPTION (label));
}

GtkWindow *
kefu_ui_test_window (GtkWidget *child, int width, int height)
{
  GtkWindow *window = GTK_WINDOW (adw_window_new ());

  gtk_window_set_default_size (window, width, height);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (window);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  return window;
}
