/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a message is, in one line where it is not shown itself. */
#define G_LOG_DOMAIN "kefu-session"
#include "config.h"

#include "kefu-message-summary.h"

#include <glib/gi18n.h>

static gboolean
is_picture_name (const char *text)
{
  static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".gif", ".webp" };
  g_autofree char *lower = g_ascii_strdown (text, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      if (g_str_has_suffix (lower, endings[i]))
        return TRUE;
    }
  return FALSE;
}

char *
kefu_message_summary (const char *kind, const char *text)
{
  g_return_val_if_fail (kind && text, NULL);

  if (g_str_equal (kind, "image"))
    return *text == '\0' || is_picture_name (text) ? g_strdup (_ ("[Picture]"))
                                                   : g_strdup_printf (_ ("[Picture] %s"), text);
  if (g_str_equal (kind, "file"))
    return *text == '\0' ? g_strdup (_ ("[File]")) : g_strdup_printf (_ ("[File] %s"), text);
  if (g_str_equal (kind, "voice"))
    return *text == '\0' ? g_strdup (_ ("[Voice]")) : g_strdup_printf (_ ("[Voice] %s"), text);
  return g_strdup (text);
}
