/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one window: the way in, and the workspace. */
#pragma once

#include <adwaita.h>

#include "kefu-session.h"
#include "kefu-trust.h"
#include "kefu-workspace-view.h"

G_BEGIN_DECLS

/**
 * KefuWindow:
 *
 * Says what the person wants and shows what the application answers; it signs nobody in itself.
 * Signals: `demo-requested`, `connect-requested` (address, login, password), `retry-requested` (after a failure), `sign-out-requested` (int: a KefuForget),
 * `sign-in-requested` (the sign-in has expired and the agent wants to go on), `password-given` (password: the answer of kefu_window_ask_password()),
 * `painted` (once for each session shown: its rows are on the screen, or the window is not; what they can do without may begin).
 */
#define KEFU_TYPE_WINDOW (kefu_window_get_type ())
G_DECLARE_FINAL_TYPE (KefuWindow, kefu_window, KEFU, WINDOW, AdwApplicationWindow)

KefuWindow *kefu_window_new (GtkApplication *application, GSettings *settings);
void kefu_window_show_welcome (KefuWindow *self);
/* @address, @login: what was used last. */
void kefu_window_show_connect (KefuWindow *self, const char *address, const char *login);
/* Ends the waiting of the connect page; see kefu_connect_page_set_error(). */
void kefu_window_set_connect_error (KefuWindow *self, const GError *error);
/* Submits the connect page as it is filled, if it is shown. */
void kefu_window_connect_again (KefuWindow *self);
/* Waiting for something that takes seconds; @text says for what. */
void kefu_window_show_opening (KefuWindow *self, const char *text);
/* Nothing can be opened; @title in short, @text why. */
void kefu_window_show_failure (KefuWindow *self, const char *title, const char *text);
/* Shows a new workspace view; the one before goes. */
void kefu_window_show_session (KefuWindow *self, KefuSession *session, const char *title);
/* (transfer none) (nullable): while a session is shown. */
KefuWorkspaceView *kefu_window_get_view (KefuWindow *self);
/* Asks for the password of a sign-in that is not valid any more; `password-given` answers. Waits until the agent's fingers rest. */
void kefu_window_ask_password (KefuWindow *self, const char *login, const char *address, KefuAuthReason reason);
/* Says in that dialog what went wrong, or closes it with NULL. */
void kefu_window_set_password_error (KefuWindow *self, const char *text);
/* A toast that stays until it is closed. */
void kefu_window_notice (KefuWindow *self, const char *text);
void kefu_window_toast (KefuWindow *self, const char *text);
/* Closes it for good, its size remembered, whatever the settings say about the background. */
void kefu_window_quit (KefuWindow *self);
/* For the preferences: by which certificates servers are known. */
void kefu_window_set_trust (KefuWindow *self, KefuTrust *trust);
/* What the preferences say about where the sign-in is kept. */
void kefu_window_set_sign_in_words (KefuWindow *self, const char *words);
/* Presents it as soon as there is something to see: the inbox of a workspace, another page, the curtain of a locked desk; in less than half a second
 * in any case. */
void kefu_window_present_ready (KefuWindow *self);
/* The desk is locked: nothing of the window can be opened either. */
void kefu_window_set_locked (KefuWindow *self, gboolean locked);

G_END_DECLS
