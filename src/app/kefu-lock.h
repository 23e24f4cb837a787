/* SPDX-License-Identifier: GPL-3.0-or-later
 * The lock of the desk: when it falls, what it hides, who opens it. */
#pragma once

#include "kefu-sign-in.h"
#include "kefu-window.h"

G_BEGIN_DECLS

/**
 * KefuLock:
 *
 * Locks on demand and when nobody has touched the desk for as long as the settings say. A locked desk shows a page that asks for the password and
 * names no customer anywhere; it goes on syncing. It stays locked over a restart. The password is compared with the verifier that was kept with
 * the token; without one the server is asked.
 * Property `locked` (read, notify).
 */
#define KEFU_TYPE_LOCK (kefu_lock_get_type ())
G_DECLARE_FINAL_TYPE (KefuLock, kefu_lock, KEFU, LOCK, GObject)

KefuLock *kefu_lock_new (GSettings *settings, KefuClock *clock, KefuSignIn *sign_in);
/* The window to hide things in; from then on its input counts. */
void kefu_lock_set_window (KefuLock *self, KefuWindow *window);
/* Does nothing while nobody is signed in. */
void kefu_lock_now (KefuLock *self);
gboolean kefu_lock_get_locked (KefuLock *self);
/* The workspace is there and is about to be shown: behind the lock, if the desk ended locked. */
void kefu_lock_opened (KefuLock *self);
/* It is gone. */
void kefu_lock_closed (KefuLock *self);

G_END_DECLS
