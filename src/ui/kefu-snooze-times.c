/* SPDX-License-Identifier: GPL-3.0-or-later
 * The times at which a snoozed conversation may come back. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-snooze-times.h"

#include <glib/gi18n.h>

#include "kefu-day.h"

#define HOUR_MS (60 * 60 * G_GINT64_CONSTANT (1000))
#define EVENING 20
#define MORNING 9

static void
append (GMenu *menu, const char *label, const char *action, gint64 until)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, g_variant_new_int64 (until));
  g_menu_append_item (menu, item);
}

void
kefu_snooze_times_append (GMenu *menu, const char *action, gint64 now_ms)
{
  gint64 tonight = kefu_day_at (now_ms, 0, EVENING, 0);

  append (menu, _ ("For an _Hour"), action, now_ms + HOUR_MS);
  if (tonight > now_ms)
    append (menu, _ ("Until _Tonight, 20:00"), action, tonight);
  append (menu, _ ("Until To_morrow, 9:00"), action, kefu_day_at (now_ms, 1, MORNING, 0));
}
