/* SPDX-License-Identifier: GPL-3.0-or-later
 * Preferences: the lock, and what is kept on this computer. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Brings the group of @builder to life, for as long as its window. @sign_in: (nullable). */
void kefu_preferences_safety_prepare (GtkBuilder *builder, GSettings *settings, const char *sign_in);

G_END_DECLS
