/* SPDX-License-Identifier: GPL-3.0-or-later
 * All keys on one page. */
#define G_LOG_DOMAIN "kefu-ui"

#include "config.h"

#include "kefu-shortcuts.h"

#include "kefu-ui.h"

void
kefu_shortcuts_show (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (KEFU_UI_RESOURCES "/ui/kefu-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts_window"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
