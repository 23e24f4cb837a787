/* SPDX-License-Identifier: GPL-3.0-or-later
 * Watches over the tokens of open streams: who is signed out is so within a second, by whomever. */
#pragma once

#include "kefu-hub.h"

G_BEGIN_DECLS

#define KEFU_TYPE_TOKEN_WATCH (kefu_token_watch_get_type ())
G_DECLARE_FINAL_TYPE (KefuTokenWatch, kefu_token_watch, KEFU, TOKEN_WATCH, GObject)

/* (transfer full): looks every second, because a command beside the server may have ended a token; closes streams with 4001 and the
 * word of kefu_token_state_code(). An open stream is use of its token, and is written down as such. */
KefuTokenWatch *kefu_token_watch_new (KefuStorage *storage, KefuHub *hub);
/* Looks now. */
void kefu_token_watch_check (KefuTokenWatch *self);

G_END_DECLS
