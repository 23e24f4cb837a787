/* SPDX-License-Identifier: GPL-3.0-or-later
 * Who is signed in where: the way from a password, a kept token or the demo shop to an open workspace. */
#pragma once

#include "kefu-gate.h"
#include "kefu-notifier.h"
#include "kefu-secrets.h"
#include "kefu-sign-out.h"
#include "kefu-workspace.h"

G_BEGIN_DECLS

/**
 * KefuSignIn:
 *
 * Remembers the last sign-in in the settings (the token in the secrets), so that the workspace opens at the next start, also while its server is away.
 * Signals:
 *
 * - `opening` (const char *text): something takes a moment
 * - `opened` (KefuWorkspace *workspace, const char *title): a workspace is there; it is the current one
 * - `closed`: the current one is gone; drop everything of it (emitted before its files are closed)
 * - `refused` (GError *error): a sign-in by kefu_sign_in_connect() failed
 * - `failed` (const char *title, const char *text): a workspace could not be opened; kefu_sign_in_retry() tries again
 * - `password-needed` (int: a KefuAuthReason): kefu_sign_in_renew() is needed before anything is sent
 * - `renewed` (const char *error, nullable): the answer to kefu_sign_in_renew()
 * - `looked-up`: what the keyring has of the last sign-in is known; the workspace does not wait for that
 * - `unkept`: the sign-in ends with the program, for want of a keyring
 * - `notice` (const char *text): something else failed, which does not keep the workspace shut
 * - `signed-out`
 */
#define KEFU_TYPE_SIGN_IN (kefu_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (KefuSignIn, kefu_sign_in, KEFU, SIGN_IN, GObject)

KefuSignIn *
kefu_sign_in_new (GSettings *settings, KefuClock *clock, KefuSecrets *secrets, KefuNotifier *notifier, KefuGate *gate);
/* Begins to read what kefu_sign_in_resume() is going to open, so that it is there by then; needs no GTK. May be called without that following. */
void kefu_sign_in_prepare (KefuSignIn *self);
/* Opens the workspace of the last sign-in. FALSE: nobody was signed in, or signed out. */
gboolean kefu_sign_in_resume (KefuSignIn *self);
/* Asks the keyring for the token that the workspace of kefu_sign_in_resume() goes on with, once; `looked-up` follows. Left to the caller, since the
 * answer is deciphered on the main thread, and nothing that is seen first waits for it. Does nothing where no token is wanted. */
void kefu_sign_in_look_up (KefuSignIn *self);
void kefu_sign_in_demo (KefuSignIn *self);
void kefu_sign_in_connect (KefuSignIn *self, const char *address, const char *login, const char *password);
/* Again what `failed`. */
void kefu_sign_in_retry (KefuSignIn *self);
/* A new token for the open workspace; exactly one `renewed` follows, unless the workspace is closed. FALSE: another one is still under way, whose
 * answer is not that to @password; nothing was done. */
gboolean kefu_sign_in_renew (KefuSignIn *self, const char *password);
/* The agent wants to go on: `password-needed` after the sign-in has expired (for the demo shop nothing but patience), or once more what is
 * wrong with the certificate. */
void kefu_sign_in_ask (KefuSignIn *self);
/* Ends with `signed-out`, or with `failed` if something could not be deleted: that is tried again at the next start. */
void kefu_sign_in_sign_out (KefuSignIn *self, KefuForget forget);
/* Closes the workspace and opens it again, for settings that it reads at its opening. */
void kefu_sign_in_reopen (KefuSignIn *self);
/* Closes the workspace and stops the embedded server; the sign-in stays. */
void kefu_sign_in_shut_down (KefuSignIn *self);
gboolean kefu_sign_in_is_demo (KefuSignIn *self);
/* The keyring has not answered yet, or was not asked; `looked-up` follows kefu_sign_in_look_up(). */
gboolean kefu_sign_in_is_looking (KefuSignIn *self);
/* (transfer none) (nullable): what the password of who is signed in is compared with, for kefu_password_verify_async(); NULL if none was kept. */
const char *kefu_sign_in_get_verifier (KefuSignIn *self);
/* (transfer none) (nullable) */
KefuWorkspace *kefu_sign_in_get_workspace (KefuSignIn *self);

G_END_DECLS
