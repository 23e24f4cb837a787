/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: the lock, and what is kept on this computer. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-preferences-safety.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "kefu-dialogs.h"
#include "kefu-preferences.h"

/* In the order of the list in the .ui. */
static const int seconds[] = { 0, 60, 300, 600, 1800 };

/* --- the lock --- */

static void
show_lock_after (AdwComboRow *row, GSettings *settings)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (settings, "lock-after");
  int wanted = g_settings_get_int (settings, "lock-after");

  if (chosen == NULL && g_settings_get_boolean (settings, "keep-nothing"))
    wanted = KEFU_LOCK_SHARED_S;
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    if (seconds[i] == wanted)
      adw_combo_row_set_selected (row, i);
}

static void
lock_after_changed_cb (GSettings *settings, const char *key, AdwComboRow *row)
{
  show_lock_after (row, settings);
}

static void
lock_after_chosen_cb (AdwComboRow *row, GParamSpec *pspec, GSettings *settings)
{
  guint selected = adw_combo_row_get_selected (row);
  g_autoptr (GVariant) chosen = g_settings_get_user_value (settings, "lock-after");

  if (selected >= G_N_ELEMENTS (seconds))
    return;
  /* what the setting beside it stands for is no choice */
  if (chosen == NULL && g_settings_get_boolean (settings, "keep-nothing") && seconds[selected] == KEFU_LOCK_SHARED_S)
    return;
  if (seconds[selected] != g_settings_get_int (settings, "lock-after") || chosen == NULL)
    g_settings_set_int (settings, "lock-after", seconds[selected]);
}

/* --- keeping nothing --- */

static void
keep_nothing_confirmed_cb (gpointer user_data)
{
  GtkWidget *toggle = user_data;
  GSettings *settings = g_object_get_data (G_OBJECT (toggle), "settings");
  GtkRoot *root = gtk_widget_get_root (toggle);

  /* it shows the workspace that is closed now */
  if (GTK_IS_WINDOW (root))
    gtk_window_close (GTK_WINDOW (root));
  g_settings_set_boolean (settings, "keep-nothing", !g_settings_get_boolean (settings, "keep-nothing"));
}

static void
keep_nothing_changed_cb (GSettings *settings, const char *key, GtkSwitch *toggle)
{
  gtk_switch_set_active (toggle, g_settings_get_boolean (settings, key));
}

/* It asks first: until then the switch goes back to where it was. */
static void
keep_nothing_switched_cb (GtkSwitch *toggle, GParamSpec *pspec, GSettings *settings)
{
  gboolean kept = !g_settings_get_boolean (settings, "keep-nothing");

  if (gtk_switch_get_active (toggle) != kept)
    return;
  gtk_switch_set_active (toggle, !kept);
  if (kept)
    kefu_dialogs_confirm (
      GTK_WIDGET (toggle), _ ("Keep Nothing on This Computer?"),
      _ ("What is stored here of messages and pictures is deleted now. From then on they are in memory "
         "only, so each start takes longer and needs the server. Unsent messages and drafts stay on the "
         "disk until they are sent. The workspace opens anew: what is begun but neither saved nor sent is closed."),
      _ ("_Keep Nothing"), FALSE, keep_nothing_confirmed_cb, g_object_ref (toggle), g_object_unref);
  else
    kefu_dialogs_confirm (
      GTK_WIDGET (toggle), _ ("Keep Messages on This Computer?"),
      _ ("Messages and pictures are stored on the disk, readable for your user account. The desk starts "
         "at once, also without the server. The workspace opens anew: what is begun but neither saved nor "
         "sent is closed."),
      _ ("_Keep Messages"), FALSE, keep_nothing_confirmed_cb, g_object_ref (toggle), g_object_unref);
}

void
kefu_preferences_safety_prepare (GtkBuilder *builder, GSettings *settings, const char *sign_in)
{
  AdwActionRow *secrets = ADW_ACTION_ROW (gtk_builder_get_object (builder, "secrets_row"));
  AdwComboRow *lock_after = ADW_COMBO_ROW (gtk_builder_get_object (builder, "lock-after"));
  GtkSwitch *keep_nothing = GTK_SWITCH (gtk_builder_get_object (builder, "keep-nothing"));

  if (sign_in != NULL)
    adw_action_row_set_subtitle (secrets, sign_in);
  gtk_widget_set_visible (GTK_WIDGET (secrets), sign_in != NULL);

  show_lock_after (lock_after, settings);
  g_signal_connect_object (lock_after, "notify::selected", G_CALLBACK (lock_after_chosen_cb), settings, 0);
  g_signal_connect_object (settings, "changed::lock-after", G_CALLBACK (lock_after_changed_cb), lock_after, 0);
  g_signal_connect_object (settings, "changed::keep-nothing", G_CALLBACK (lock_after_changed_cb), lock_after, 0);

  g_object_set_data_full (G_OBJECT (keep_nothing), "settings", g_object_ref (settings), g_object_unref);
  gtk_switch_set_active (keep_nothing, g_settings_get_boolean (settings, "keep-nothing"));
  g_signal_connect_object (keep_nothing, "notify::active", G_CALLBACK (keep_nothing_switched_cb), settings, 0);
  g_signal_connect_object (settings, "changed::keep-nothing", G_CALLBACK (keep_nothing_changed_cb), keep_nothing, 0);
}
