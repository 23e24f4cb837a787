/* SPDX-License-Identifier: GPL-3.0-or-later
 * Asks for the password again while the workspace stays open behind it. */
#pragma once

#include <adwaita.h>

#include "kefu-error.h"

G_BEGIN_DECLS

/* Signal `submit` (const char *password). */
#define KEFU_TYPE_SIGN_IN_DIALOG (kefu_sign_in_dialog_get_type ())
G_DECLARE_FINAL_TYPE (KefuSignInDialog, kefu_sign_in_dialog, KEFU, SIGN_IN_DIALOG, AdwWindow)

/* @reason: why it is asked. */
GtkWidget *kefu_sign_in_dialog_new (GtkWindow *parent, const char *login, const char *address, KefuAuthReason reason);
void kefu_sign_in_dialog_set_busy (KefuSignInDialog *self, gboolean busy);
/* Says what went wrong and asks again. */
void kefu_sign_in_dialog_set_error (KefuSignInDialog *self, const char *text);

G_END_DECLS
