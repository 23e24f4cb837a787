/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who made this, and under which licence. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

void
kefu_about_show (GtkWindow *parent)
{
  adw_show_about_window (parent, "application-name", C_ ("program name", "Kefu"), "application-icon", KEFU_APP_ID,
                         "version", KEFU_VERSION, "developer-name", _ ("The Kefu developers"), "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         _ ("A desk for customer service: every channel in one window, offline too."),
                         /* TRANSLATORS: your name, one line each */
                         "translator-credits", _ ("translator-credits"), NULL);
}
