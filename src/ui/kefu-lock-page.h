/* SPDX-License-Identifier: GPL-3.0-or-later
 * What a locked desk shows. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KefuLockPage:
 *
 * Asks for the password of the agent who locked the desk, or, in the demo shop, for a click.
 * Signal `unlock` (const char *password): "" where there is none.
 */
#define KEFU_TYPE_LOCK_PAGE (kefu_lock_page_get_type ())
G_DECLARE_FINAL_TYPE (KefuLockPage, kefu_lock_page, KEFU, LOCK_PAGE, GtkWidget)

/* @who: the agent; @with_password: FALSE in the demo shop. */
GtkWidget *kefu_lock_page_new (const char *who, gboolean with_password);
void kefu_lock_page_set_busy (KefuLockPage *self, gboolean busy);
/* Says why it stays locked, and asks again. */
void kefu_lock_page_set_error (KefuLockPage *self, const char *text);

G_END_DECLS
