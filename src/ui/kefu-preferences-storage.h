/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: how long messages and files stay on this computer, and how much room they take. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"

G_BEGIN_DECLS

/* (transfer floating): an AdwPreferencesGroup on the setting `keep-days`; the sizes it shows are renewed as long as it is seen. It is hidden where
 * nothing is kept on the disk. */
GtkWidget *kefu_preferences_storage_new (KefuSession *session, GSettings *settings);

G_END_DECLS
