/* SPDX-License-Identifier: GPL-3.0-or-later
 * Address, login, password: the way into a team's workspace. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuConnectPage:
 *
 * Signals: `submit` (const char *address, const char *login, const char *password), `back`. An empty field keeps the button insensitive; Enter
 * submits from every field.
 */
#define KEFU_TYPE_CONNECT_PAGE (kefu_connect_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuConnectPage, kefu_connect_page, KEFU, CONNECT_PAGE, GtkWidget)

GtkWidget *kefu_connect_page_new (void);
/* Fills what was used last; empties the password and the error. */
void kefu_connect_page_prepare (KefuConnectPage *self, const char *address, const char *login);
/* While a sign-in is on its way. */
void kefu_connect_page_set_busy (KefuConnectPage *self, gboolean busy);
/* Says what went wrong, and goes to the field that is to be put right. Ends busy. */
void kefu_connect_page_set_error (KefuConnectPage *self, const GError *error);

G_END_DECLS
