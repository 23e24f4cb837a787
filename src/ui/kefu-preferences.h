/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent can set. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @secrets_kept: whether a sign-in survives a restart. */
void kefu_preferences_show (GtkWindow *parent, GSettings *settings, gboolean secrets_kept);

G_END_DECLS
