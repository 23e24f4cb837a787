/* SPDX-License-Identifier: GPL-3.0-or-later
 * The last sign-in, as the settings remember it. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-last-sign-in.h"

/* TRUE: it was another one. */
static gboolean
put (GSettings *settings, const char *key, const char *value)
{
  g_autofree char *old = g_settings_get_string (settings, key);

  if (g_str_equal (old, value))
    return FALSE;
  g_settings_set_string (settings, key, value);
  return TRUE;
}

/* The ids of a channel and of a label say nothing in another workspace. */
static void
forget_filter (GSettings *settings)
{
  g_settings_reset (settings, "inbox-channel");
  g_settings_reset (settings, "inbox-label");
}

void
kefu_last_sign_in_set (GSettings *settings, const char *address, const char *login, const KefuCredentials *credentials)
{
  gboolean other = put (settings, "server-address", address);

  other |= put (settings, "login", login);
  other |= put (settings, "agent-id", credentials->agent_id);
  if (other)
    forget_filter (settings);
  g_settings_set_string (settings, "agent-name", credentials->agent_name);
}

void
kefu_last_sign_in_forget (GSettings *settings)
{
  g_settings_set_string (settings, "agent-id", "");
  g_settings_set_string (settings, "agent-name", "");
  g_settings_set_boolean (settings, "locked", FALSE);
  forget_filter (settings);
}
