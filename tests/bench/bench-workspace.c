/* SPDX-License-Identifier: GPL-3.0-or-later
 * A whole workspace in a window of this process, put together as the desk does it. */
#include "config.h"

#include "bench-workspace.h"

#include "kefu-native-backend.h"
#include "kefu-ui.h"

/* What AdwApplication does with a resource base path: without it rows have no height of ours and icons are missing. */
static void
load_look (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, KEFU_UI_RESOURCES "/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), KEFU_UI_RESOURCES "/icons");
}

BenchWorkspace *
bench_workspace_new (const char *address, const char *token)
{
  BenchWorkspace *self = g_new0 (BenchWorkspace, 1);
  g_autofree char *desk = bench_copy_data ("desk");
  g_autoptr (KefuClock) clock = kefu_system_clock_new ();
  g_autoptr (KefuNotifier) notifier = kefu_libnotify_notifier_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KefuBackend) backend = kefu_native_backend_new (address, &error);
  GAsyncResult *opened = NULL;

  bench_check (error);
  kefu_ui_init ();
  adw_init ();
  load_look ();
  kefu_backend_set_token (backend, token);
  self->settings = g_settings_new (KEFU_APP_ID);
  /* who writes stands at the top */
  g_settings_set_string (self->settings, "inbox-order", "newest");
  kefu_workspace_open_async (NULL, desk, bench_data_text ("agent_id"), bench_data_text ("agent_name"), backend, clock,
                             notifier, self->settings, NULL, bench_ready_cb, &opened);
  self->workspace = kefu_workspace_open_finish (bench_wait (&opened), &error);
  bench_check (error);
  g_object_unref (opened);
  self->view = KEFU_WORKSPACE_VIEW (
    kefu_workspace_view_new (kefu_workspace_get_session (self->workspace), self->settings, "Bench"));
  self->window = GTK_WINDOW (adw_window_new ());
  adw_window_set_content (ADW_WINDOW (self->window), GTK_WIDGET (self->view));
  gtk_window_set_default_size (self->window, 1280, 800);
  gtk_window_present (self->window);
  if (token != NULL)
    kefu_sync_engine_start (kefu_session_get_engine (kefu_workspace_get_session (self->workspace)));
  return self;
}

void
bench_workspace_free (BenchWorkspace *self)
{
  gtk_window_destroy (self->window);
  kefu_workspace_close (self->workspace);
  g_object_unref (self->workspace);
  g_object_unref (self->settings);
  g_free (self);
}

static void
painted_cb (GdkFrameClock *frame_clock, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

gboolean
bench_workspace_wait_paint (BenchWorkspace *self, double ms)
{
  GdkFrameClock *frame_clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->window));
  gboolean painted = FALSE;
  gboolean late = FALSE;
  gulong handler = g_signal_connect (frame_clock, "after-paint", G_CALLBACK (painted_cb), &painted);
  guint timeout = g_timeout_add ((guint) ms, late_cb, &late);

  while (!painted && !late)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (frame_clock, handler);
  g_source_remove (timeout);
  return painted;
}
