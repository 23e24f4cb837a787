/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first thing a new person sees. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Two ways in. Signals: `demo`, `connect`. */
#define KEFU_TYPE_WELCOME_PAGE (kefu_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuWelcomePage, kefu_welcome_page, KEFU, WELCOME_PAGE, GtkWidget)

GtkWidget *kefu_welcome_page_new (void);

G_END_DECLS
