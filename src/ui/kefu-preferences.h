/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an agent can set. */
#pragma once

#include <gtk/gtk.h>

#include "kefu-session.h"
#include "kefu-trust.h"

G_BEGIN_DECLS

/* After so many seconds a desk that keeps nothing locks by itself, as long as nobody has chosen. */
#define KEFU_LOCK_SHARED_S 300

/* @sign_in: (nullable): where the sign-in is kept, in words; NULL while nobody is signed in. */
/* @session: (nullable); @trust: (nullable). */
void kefu_preferences_show (GtkWindow *parent,
                            GSettings *settings,
                            const char *sign_in,
                            KefuSession *session,
                            KefuTrust *trust);

G_END_DECLS
