/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent can set. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-preferences.h"

#include <adwaita.h>

#include "kefu-ui.h"

static void
bind (GtkBuilder *builder, GSettings *settings, const char *key)
{
  g_settings_bind (settings, key, gtk_builder_get_object (builder, key), "active", G_SETTINGS_BIND_DEFAULT);
}

void
kefu_preferences_show (GtkWindow *parent, GSettings *settings, const char *sign_in)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (KEFU_UI_RESOURCES "/ui/kefu-preferences.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "preferences_window"));
  AdwActionRow *secrets = ADW_ACTION_ROW (gtk_builder_get_object (builder, "secrets_row"));

  bind (builder, settings, "enter-sends");
  bind (builder, settings, "hide-notification-text");
  bind (builder, settings, "run-in-background");
  if (sign_in != NULL)
    adw_action_row_set_subtitle (secrets, sign_in);
  gtk_widget_set_visible (GTK_WIDGET (gtk_builder_get_object (builder, "safety_group")), sign_in != NULL);
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
