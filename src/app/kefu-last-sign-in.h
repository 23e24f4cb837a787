/* SPDX-License-Identifier: GPL-3.0-or-later
 * The last sign-in, as the settings remember it. */
#pragma once

#include "kefu-backend.h"

G_BEGIN_DECLS

/* What the next start opens. What was chosen in the workspace of another agent or server goes. */
void
kefu_last_sign_in_set (GSettings *settings, const char *address, const char *login, const KefuCredentials *credentials);
/* The next start opens nothing; the address and login stay as a proposal. */
void kefu_last_sign_in_forget (GSettings *settings);

G_END_DECLS
