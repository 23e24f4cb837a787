/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent can set. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-preferences.h"

#include <adwaita.h>

#include "kefu-certificate-group.h"
#include "kefu-device-group.h"
#include "kefu-preferences-safety.h"
#include "kefu-preferences-storage.h"
#include "kefu-ui.h"

static void
bind (GtkBuilder *builder, GSettings *settings, const char *key)
{
  g_settings_bind (settings, key, gtk_builder_get_object (builder, key), "active", G_SETTINGS_BIND_DEFAULT);
}

void
kefu_preferences_show (GtkWindow *parent,
                       GSettings *settings,
                       const char *sign_in,
                       KefuSession *session,
                       KefuTrust *trust)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (KEFU_UI_RESOURCES "/ui/kefu-preferences.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "preferences_window"));
  AdwPreferencesPage *page;
  GtkWidget *devices;

  bind (builder, settings, "enter-sends");
  bind (builder, settings, "hide-notification-text");
  bind (builder, settings, "run-in-background");
  kefu_preferences_safety_prepare (builder, settings, sign_in);
  page = ADW_PREFERENCES_PAGE (gtk_builder_get_object (builder, "page"));
  if (session != NULL)
    adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (kefu_preferences_storage_new (session, settings)));
  devices = session != NULL ? kefu_device_group_new (session) : NULL;
  if (devices != NULL)
    adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (devices));
  if (trust != NULL)
    adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (kefu_certificate_group_new (trust)));
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
