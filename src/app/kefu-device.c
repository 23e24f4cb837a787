/* SPDX-License-Identifier: GPL-3.0-or-later
 * What this desk is called at servers. */
#define G_LOG_DOMAIN "kefu-app"

#include "config.h"

#include "kefu-device.h"

#include "kefu-id.h"

char *
kefu_device_id (GSettings *settings, KefuClock *clock)
{
  char *id = g_settings_get_string (settings, "device-id");

  if (kefu_id_is_valid (id))
    return id;
  g_free (id);
  id = kefu_id_new (kefu_clock_now (clock));
  g_settings_set_string (settings, "device-id", id);
  return id;
}
